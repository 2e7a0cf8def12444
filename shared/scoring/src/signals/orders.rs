//! Orders get smaller or stay away (S4, S70, S72).
//!
//! Lagging: when orders fall, the decision is often made. The amount of the last eight weeks is held against the own
//! past in blocks of four weeks, so that an every-second-week rhythm is no noise; with a year of history the same weeks
//! of last year must agree, so that a season is no fall. A gap counts by how improbable it is for this buyer. Example:
//! 10,000 a month as a rule, 7,900 in each of the last two: down 21 %, weak (S72).

use super::{
    Baseline, Data, Hint, Signal, count, gap_surprise, median, spread, strength_at, strongest_first,
};
use crate::evidence::{Fact, Family, Timing};
use crate::ledger::Counter;
use crate::past::{Past, number_of};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Orders, timing: Timing::Lagging, stands_alone: false, data, detect, trend };

/// Weeks over which orders are compared.
const WINDOW: usize = 20;
/// Weeks over which the size of orders is compared.
const SIZE_WINDOW: usize = 13;
/// Weeks with orders that a longest gap needs, and how many times the longest before it must be. Services come at intervals
/// that stray.
const ORDER_GAP: (usize, f64) = (4, 1.0);
const SERVICE_GAP: (usize, f64) = (4, 1.5);

/// Weeks of a block.
const BLOCK: i32 = 4;
/// Weeks back an order history reaches.
const REACH: i32 = 52;
/// A fall must lie this many standard deviations under the usual: weak, medium, strong.
const DEVIATIONS: [f64; 3] = [1.5, 2.0, 2.5];
/// Nobody orders more regularly than this share of the mean.
const LEAST_SPREAD: f64 = 0.05;
/// Days of the Gamma prior on the gap between orders.
const PRIOR_DAYS: f64 = 30.0;

/// Fewer orders, a gap longer than any before, smaller orders; the first two also of spare parts and of service alone, for
/// a machine that is looked after elsewhere still takes consumables (S71).
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    if past.rests() || !past.is_known() {
        return Vec::new();
    }
    let weigh = |deviations, points| policy.orders_weight * policy.points(deviations, points);
    let fewer = |counter| past.drop(counter, WINDOW, 2.0, 0, false);
    let (orders, parts) = (fewer(Counter::Orders), fewer(Counter::SpareParts));
    let fewer_orders = Hint::trend(weigh(orders.deviations, policy.fewer_orders), WINDOW, || {
        Fact::FewerOrders { orders: orders.recent, usual: orders.usual, weeks: WINDOW }
    });
    let fewer_parts = Hint::trend(weigh(parts.deviations, policy.fewer_parts), WINDOW, || {
        Fact::FewerSpareParts { orders: parts.recent, usual: parts.usual, weeks: WINDOW }
    });
    let no_order = longest_gap(past, Counter::Orders, ORDER_GAP).and_then(|(deviations, weeks, longest)| {
        let points = weigh(deviations, policy.order_gap);
        Hint::trend(points, weeks, || Fact::LongestOrderGap { weeks, longest })
    });
    let no_service =
        longest_gap(past, Counter::Services, SERVICE_GAP).and_then(|(deviations, weeks, longest)| {
            let points = weigh(deviations, policy.service_gap);
            Hint::trend(points, weeks, || Fact::LongestServiceGap { weeks, longest })
        });
    let hints = [fewer_orders, no_order, smaller(past, policy), fewer_parts, no_service];
    hints.into_iter().flatten().collect()
}

/// How improbable it is that nothing came since, the weeks of that, and the longest gap before; none while it is no longer
/// than that.
fn longest_gap(
    past: &Past<'_>,
    counter: Counter,
    (needed, times): (usize, f64),
) -> Option<(f64, usize, usize)> {
    let weeks = past.places(counter);
    let (latest, first) = weeks.first().zip(weeks.last())?;
    let last = latest - past.left_out(Counter::Orders, *latest);
    let gaps = weeks.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
    let longest = gaps
        .max()
        .filter(|longest| weeks.len() >= needed && number_of(last) > times * number_of(*longest))?;
    let (orders, span) = (number_of(weeks.len()), number_of((first - latest).max(1)));
    let surprise = orders * (number_of(last) / (span + 4.0)).ln_1p();
    Some(((2.0 * surprise).sqrt() - 1.0, last, longest))
}

fn smaller(past: &Past<'_>, policy: &TrendPolicy) -> Option<Hint> {
    let orders = past.row(Counter::Orders);
    let (window, before) = (0..SIZE_WINDOW, SIZE_WINDOW..past.known.max(SIZE_WINDOW));
    let with_orders =
        |weeks: &std::ops::Range<usize>| number_of(weeks.clone().filter(|week| orders.at(*week) > 0).count());
    let (recent, earlier) = (with_orders(&window), with_orders(&before));
    if recent < 2.0 || earlier < 4.0 {
        return None;
    }
    let per_week = |weeks, with_orders: f64| past.sum(Counter::OrderAmount, weeks) / with_orders;
    let (now, usual) = (per_week(window, recent), per_week(before, earlier));
    let ratio = (now / usual.max(1.0)).max(0.05);
    let deviations = -ratio.ln() / 0.5 * recent.min(6.0).sqrt();
    let points = policy.orders_weight * policy.points(deviations, policy.smaller_orders);
    Hint::trend(points, SIZE_WINDOW, || Fact::SmallerOrders { share: 1.0 - ratio, weeks: SIZE_WINDOW })
}

/// The weeks up to the last order.
fn until_the_last<'a>(view: &'a View<'_>, gap: i32) -> Baseline<'a> {
    Baseline { view, newest: gap / 7 + 1, oldest: (gap / 7 + REACH).min(view.known_weeks()) }
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let Some(gap) = view.days_since(Counter::OrderDays) else { return Data::None };
    let past = until_the_last(view, gap);
    Data::enough_if(past.sum(Counter::OrderDays) >= policy.orders.orders && past.is_known(policy))
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let gap = view.days_since(Counter::OrderDays).filter(|_| data(view, policy) == Data::Enough);
    let Some(gap) = gap else { return Vec::new() };
    let past = until_the_last(view, gap);
    let days = past.sum(Counter::OrderDays);
    let mut hints = Vec::new();
    let exposure = past.weeks() * 7.0;
    let gap = view.awake(Counter::Orders, gap);
    let surprise = gap_surprise(gap, days, exposure, PRIOR_DAYS);
    if let Some(strength) = strength_at(surprise, policy.orders.gap_surprise) {
        let fact = Fact::OrderGap { days: gap, usual_days: exposure / count(days) };
        hints.push(Hint::new(strength, gap, fact));
    }
    hints.extend(fall(view, policy));
    strongest_first(hints)
}

fn fall(view: &View<'_>, policy: &Policy) -> Option<Hint> {
    let weeks = policy.orders.weeks;
    let block = |newest: i32| count(view.weeks(Counter::OrderAmount, newest, newest + BLOCK - 1));
    let blocks = |newest: i32, oldest: i32| -> Vec<f64> {
        (newest..=oldest - BLOCK + 1).step_by(4).map(block).collect()
    };
    let recent = blocks(1, weeks);
    let usual = blocks(weeks + 1, (weeks + REACH).min(view.known_weeks()));
    if recent.is_empty() || usual.len() < 3 {
        return None;
    }
    let n = |blocks: &[f64]| count(i64::try_from(blocks.len()).unwrap_or(1));
    let mean = |blocks: &[f64]| blocks.iter().sum::<f64>() / n(blocks);
    let now = mean(&recent) + late_order(view, weeks) / n(&recent);
    let before = median(usual.clone());
    if before <= 0.0 {
        return None;
    }
    // Not 1 - now / before, which makes 0.19999... of a fall of exactly a fifth (S72).
    let mut share = (before - now) / before;
    let last_year = blocks(53, 52 + weeks);
    if view.known_weeks() >= 52 + weeks && !last_year.is_empty() && mean(&last_year) > 0.0 {
        share = share.min((mean(&last_year) - now) / mean(&last_year));
    }
    // To a tenth of a percent: the ledger keeps twelve bits of an amount.
    let share = (share * 1_000.0).round() / 1_000.0;
    let by_share = strength_at(share, policy.orders.fall)?;
    if 2 * view.awake(Counter::Orders, 7 * weeks) <= 7 * weeks {
        return None;
    }
    let spread = spread(&usual, before).max(LEAST_SPREAD * before);
    let deviations = (before - now) / (spread * (1.0 / n(&recent) + 1.0 / n(&usual)).sqrt());
    let strength = by_share.min(strength_at(deviations, DEVIATIONS)?);
    Some(Hint::new(strength, weeks * 7, Fact::OrdersDown { share, weeks }))
}

/// What one order would add that may only be late: an order that has yet to come is no fall. 0 when none is missing.
fn late_order(view: &View<'_>, weeks: i32) -> f64 {
    let past = Baseline { view, newest: weeks + 1, oldest: (weeks + REACH).min(view.known_weeks()) };
    let orders = past.sum(Counter::OrderDays);
    let missing = past.per_week(Counter::OrderDays) * f64::from(weeks)
        - count(view.weeks(Counter::OrderDays, 1, weeks));
    // Half an order is the chance of where the weeks happen to be cut.
    if orders == 0 || missing <= 0.5 {
        return 0.0;
    }
    missing.min(1.0) * count(past.sum(Counter::OrderAmount)) / count(orders)
}
