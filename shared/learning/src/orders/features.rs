//! Fourteen figures that say where a customer stands with its orders.
//!
//! An order day is a day with at least one order. *Decayed* means that a day counts half after its half-life. Two of the
//! figures are probabilities of simple models of buying, taken as they are: the gap so far under a Lomax distribution
//! (exponential gaps with a Gamma prior on the rate), and no order in the horizon under Gamma-Poisson (the purchase
//! process of the NBD model, Ehrenberg 1959; Schmittlein, Morrison and Colombo 1987).

use super::history::{Customer, OrderDay};
use crate::{count, decayed, odds};

/// How many figures there are.
pub const FEATURES: usize = 14;

/// Their names, in order.
pub const NAMES: [&str; FEATURES] = [
    "rmax", "lomax", "nbd", "ln", "lc90", "drop", "gtrend", "cv", "ew", "atrend", "lamt", "ret", "lines",
    "lr",
];

/// Gamma prior on the gap between orders: so many orders in so many days.
const GAP: (f64, f64) = (3.0, 150.0);
/// Gamma prior on the rate of orders: so many orders in so many days.
const RATE: (f64, f64) = (2.2, 180.0);
/// A log-probability is not taken for smaller.
const SMALLEST: f64 = -8.0;
/// Half-lives in days: of the counts, and of gaps.
const SHORT: f64 = 30.0;
const MIDDLE: f64 = 90.0;
const LONG: f64 = 180.0;
const GAP_HALF_LIFE: f64 = 120.0;
/// The gap taken for someone with one order day, at least.
const ONE_GAP: f64 = 30.0;

/// Where a customer stands at the end of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// Days with an order so far.
    pub order_days: usize,
    /// Days since the last of them.
    pub since_last: i32,
    /// The figures, named by [`NAMES`].
    pub features: [f64; FEATURES],
    /// ln P(no order in the horizon), from the decayed count of orders alone.
    pub(super) ln_no_order: f64,
}

impl Situation {
    /// Of a customer at the end of a day; none without an order. `horizon` is the number of days asked about.
    pub fn at(customer: &Customer, today: i32, horizon: i32) -> Option<Self> {
        let days = customer.order_days(today);
        let (first, last) = (days.first()?.day, days.last()?.day);
        let since_last = today.saturating_sub(last);
        let (recency, tenure) = (between(last, today), between(first, today));
        let horizon = f64::from(horizon);
        let age = |day: &OrderDay| between(day.day, today);
        let orders = count(days.len());

        let gaps = gaps(&days, tenure);
        let logs: Vec<f64> = gaps.iter().map(|gap| gap.ln_1p()).collect();
        let mean_gap = mean(&gaps);
        let longest = gaps.iter().copied().fold(0.0, f64::max);
        let variance = gaps.iter().map(|gap| (gap - mean_gap).powi(2)).sum::<f64>() / count(gaps.len());
        let (closed, spent) = closed_gaps(&days, last);

        let decayed_orders = |half_life| days.iter().map(|day| decayed(age(day), half_life)).sum::<f64>();
        let exposure =
            |half_life: f64| half_life / std::f64::consts::LN_2 * (1.0 - decayed(tenure + 1.0, half_life));
        let rate = |half_life| decayed_orders(half_life) / exposure(half_life) + 0.002;
        let none_in_horizon =
            |orders: f64, days: f64| (-(orders + RATE.0) * (horizon / (days + RATE.1)).ln_1p()).max(SMALLEST);

        let weight = |day: &OrderDay| decayed(age(day), MIDDLE);
        let weights: f64 = days.iter().map(weight).sum();
        let lines: f64 = days.iter().map(|day| weight(day) * day.lines.ln_1p()).sum();
        let Amounts { recent, recent_log, log } = amounts(&days, weight);
        let returned: f64 =
            customer.returns(today).map(|(day, number)| number * decayed(between(day, today), MIDDLE)).sum();

        let features = [
            ((1.0 + recency) / (1.0 + longest)).ln(),
            (-(closed + GAP.0) * (recency / (spent + GAP.1)).ln_1p()).max(SMALLEST),
            none_in_horizon(orders - 1.0, tenure),
            orders.ln(),
            (0.1 + decayed_orders(MIDDLE)).ln(),
            (rate(SHORT) / rate(LONG)).ln(),
            mean(logs.get(logs.len().saturating_sub(2)..).unwrap_or_default()) - mean(&logs),
            variance.sqrt() / mean_gap.max(1.0),
            recent.ln_1p(),
            recent_log - log,
            log,
            returned.ln_1p(),
            lines / weights,
            recency.ln_1p(),
        ];
        let ln_no_order = none_in_horizon(decayed_orders(LONG), exposure(LONG));
        Some(Self { order_days: days.len(), since_last, features: features.map(finite), ln_no_order })
    }

    /// P(no order in the horizon) from the decayed count of orders alone: what can be said without any label.
    pub fn without_labels(&self) -> f64 {
        odds::probability(self.label_free_log_odds())
    }

    /// The log-odds of it. Certainty is kept off: at most 0.99.
    pub(super) fn label_free_log_odds(&self) -> f64 {
        odds::log_odds(self.ln_no_order.min(-0.01).exp())
    }
}

/// Days between order days; one made up where there is none yet.
fn gaps(days: &[OrderDay], tenure: f64) -> Vec<f64> {
    if days.len() < 2 {
        return vec![tenure.max(ONE_GAP)];
    }
    days.iter().zip(days.iter().skip(1)).map(|(one, next)| between(one.day, next.day)).collect()
}

/// The decayed number of gaps that have closed, and the days they took. Frozen at the last order: otherwise a silence
/// would make itself look usual.
fn closed_gaps(days: &[OrderDay], last: i32) -> (f64, f64) {
    let pairs = days.iter().zip(days.iter().skip(1));
    pairs.fold((0.0, 0.0), |(closed, spent), (one, next)| {
        let weight = decayed(between(next.day, last), GAP_HALF_LIFE);
        (closed + weight, spent + weight * between(one.day, next.day))
    })
}

struct Amounts {
    /// The decayed mean amount of an order day.
    recent: f64,
    /// The decayed mean of the logarithms.
    recent_log: f64,
    /// The plain mean of the logarithms.
    log: f64,
}

fn amounts(days: &[OrderDay], weight: impl Fn(&OrderDay) -> f64) -> Amounts {
    let (mut weights, mut known) = (0.0, 0.0);
    let (mut recent, mut recent_log, mut log) = (0.0, 0.0, 0.0);
    for (day, amount) in days.iter().filter_map(|day| Some((day, day.amount?))) {
        let weight = weight(day);
        weights += weight;
        known += 1.0;
        recent += weight * amount;
        recent_log += weight * amount.ln_1p();
        log += amount.ln_1p();
    }
    if known > 0.0 && weights > 0.0 {
        Amounts { recent: recent / weights, recent_log: recent_log / weights, log: log / known }
    } else {
        Amounts { recent: 0.0, recent_log: 0.0, log: 0.0 }
    }
}

/// Days from one to another.
fn between(from: i32, to: i32) -> f64 {
    f64::from(to) - f64::from(from)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len().max(1))
}

/// Decades without an order leave weights too small to divide by: 0 then.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::history::{Order, OrderKind};
    use super::*;

    fn customer(days: &[i32]) -> Customer {
        let order = |day: &i32| {
            let kind = OrderKind::Placed;
            Order { day: *day, known: *day, kind, hundredths: 10_000, currency: *b"SEK", lines: 0 }
        };
        Customer::of(days.iter().map(order))
    }

    fn figure(situation: &Situation, name: &str) -> f64 {
        NAMES.iter().zip(situation.features).find(|(known, _)| **known == name).unwrap().1
    }

    #[test]
    fn a_monthly_buyer_ten_days_after_an_order() {
        let situation = Situation::at(&customer(&[0, 30, 60, 90]), 100, 90).unwrap();
        assert_eq!((situation.order_days, situation.since_last), (4, 10));
        let expected = [
            ("rmax", (11.0_f64 / 31.0).ln()),
            ("nbd", -5.2 * (90.0_f64 / 280.0).ln_1p()),
            ("ln", 4_f64.ln()),
            ("gtrend", 0.0),
            ("cv", 0.0),
            ("ew", 101_f64.ln()),
            ("atrend", 0.0),
            ("lamt", 101_f64.ln()),
            ("ret", 0.0),
            ("lines", 0.0),
            ("lr", 11_f64.ln()),
        ];
        for (name, value) in expected {
            assert!((figure(&situation, name) - value).abs() < 1e-12, "{name}");
        }
        assert!(situation.is_eligible());
    }

    #[test]
    fn the_longer_the_silence_the_less_likely_it_is_chance() {
        let customer = customer(&[0, 30, 60, 90]);
        let lomax: Vec<f64> = [91, 130, 200]
            .iter()
            .map(|day| figure(&Situation::at(&customer, *day, 90).unwrap(), "lomax"))
            .collect();
        assert!(lomax.is_sorted_by(|one, next| one > next), "{lomax:?}");
        assert!(!Situation::at(&customer, 211, 90).unwrap().is_eligible());
    }

    #[test]
    fn whatever_the_dates_there_are_numbers() {
        assert_eq!(Situation::at(&customer(&[5]), 4, 90), None);
        for (days, today) in
            [(vec![5], 5), (vec![0, 1_000_000], 1_000_000), (vec![0, 1], 40_000), (vec![i32::MIN, 0], 9)]
        {
            let situation = Situation::at(&customer(&days), today, 36_500).unwrap();
            assert!(situation.features.iter().all(|value| value.is_finite()), "{days:?}");
            assert!((0.0..=1.0).contains(&situation.without_labels()));
        }
    }
}
