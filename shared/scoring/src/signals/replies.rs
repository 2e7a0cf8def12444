//! Replies take longer: theirs to us (S5, S16, S26, S28), ours to them (S64).
//!
//! Both leading. A customer who answers more and more slowly has other priorities, or talks it over inside; a customer
//! whose questions we leave lying goes quiet without complaint. Working hours, held against the own normal. Example:
//! usually answers in 3 hours, the last four answers took 30: medium.

use super::{Baseline, Data, Hint, Signal, count, median, spread};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Change, Mean, Past};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const CUSTOMER: Signal = Signal {
    family: Family::CustomerReplyTime,
    timing: Timing::Leading,
    stands_alone: false,
    data: |view, policy| data(view, policy, Counter::CustomerReplies),
    detect: customer,
    trend: customer_trend,
};
pub(super) const OURS: Signal = Signal {
    family: Family::OurReplyTime,
    timing: Timing::Leading,
    stands_alone: false,
    data: |view, policy| data(view, policy, Counter::OurReplies),
    detect: ours,
    trend: our_trend,
};

/// A reply's time is a logarithm: from one hour to two is as far as from ten to twenty.
const fn reply(sum: Counter, of: Counter, weeks: usize, spread: f64, least: (f64, f64)) -> Mean {
    Mean { sum, unit: 16.0, of, weeks, spread, least, falling: false }
}

pub(super) static OUR_MESSAGES: [Mean; 2] = [
    reply(Counter::OurReplyLog, Counter::MessageReplies, 8, 1.5, (3.0, 8.0)),
    reply(Counter::OurReplyLog, Counter::MessageReplies, 13, 1.5, (3.0, 8.0)),
];
pub(super) static OUR_TICKETS: Mean =
    reply(Counter::TicketReplyLog, Counter::TicketReplies, 8, 1.4, (2.0, 4.0));
pub(super) static THEIRS: Mean =
    reply(Counter::CustomerReplyLog, Counter::CustomerReplies, 8, 1.6, (3.0, 8.0));

/// Slower by less than so many standard errors of a week's mean is chance.
const DEVIATIONS: f64 = 2.5;
/// Days over which the replies of someone who rarely replies are taken.
const LONGEST_WINDOW: i32 = 42;

/// From a mean of log2(1 + hours) back to hours.
fn hours(log: f64) -> f64 {
    log.exp2() - 1.0
}

fn customer_trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let change = past.mean(&THEIRS);
    let points = policy.points(change.deviations, policy.customer_replies);
    let fact = |hours, usual, replies| Fact::CustomerAnswersSlower { hours, usual, replies };
    slower_than_before(past, points, &THEIRS, change, fact)
}

/// Messages and tickets together over eight weeks, messages over thirteen; the stronger is shown.
fn our_trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let [short, long] = &OUR_MESSAGES;
    let (messages, tickets, longer) = (past.mean(short), past.mean(&OUR_TICKETS), past.mean(long));
    let [short_points, long_points] = policy.our_replies;
    let points = policy.points((messages.deviations + tickets.deviations) / 1.4, short_points);
    let (mean, change) =
        if messages.deviations >= tickets.deviations { (short, messages) } else { (&OUR_TICKETS, tickets) };
    let fact = |hours, usual, replies| Fact::WeAnswerSlower { hours, usual, replies };
    let mut hints = slower_than_before(past, points, mean, change, fact);
    let points = policy.points(longer.deviations, long_points);
    hints.extend(slower_than_before(past, points, long, longer, fact));
    hints
}

fn slower_than_before(
    past: &Past<'_>,
    points: f64,
    mean: &Mean,
    change: Change,
    fact: fn(f64, Option<f64>, i64) -> Fact,
) -> Vec<Hint> {
    #[expect(clippy::cast_possible_truncation, reason = "a count of replies")]
    let replies = past.sum(mean.of, 0..mean.weeks) as i64;
    let fact = || fact(hours(change.recent), Some(hours(change.usual)), replies);
    Hint::trend(points, mean.weeks, fact).into_iter().collect()
}

fn data(view: &View<'_>, policy: &Policy, replies: Counter) -> Data {
    let own = Baseline::before(view, LONGEST_WINDOW, policy);
    if view.recent(replies, LONGEST_WINDOW) == 0 && own.sum(replies) == 0 {
        return Data::None;
    }
    Data::enough_if(own.is_known(policy) && own.has(replies, policy.learning.observations))
}

fn customer(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let fact = |hours, usual, replies| Fact::CustomerAnswersSlower { hours, usual, replies };
    slower(view, policy, Counter::CustomerReplies, Counter::CustomerReplyHours, fact)
}

fn ours(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let fact = |hours, usual, replies| Fact::WeAnswerSlower { hours, usual, replies };
    slower(view, policy, Counter::OurReplies, Counter::OurReplyHours, fact)
}

fn slower(
    view: &View<'_>,
    policy: &Policy,
    replies: Counter,
    hours: Counter,
    fact: fn(f64, Option<f64>, i64) -> Fact,
) -> Vec<Hint> {
    let reply = &policy.replies;
    // Someone who answers rarely is held against more days, not let off.
    let enough = |days: &i32| view.recent(replies, *days) >= reply.replies;
    let days = [reply.window_days, LONGEST_WINDOW].into_iter().find(enough).unwrap_or(LONGEST_WINDOW);
    let own = Baseline::before(view, LONGEST_WINDOW, policy);
    let recent = view.recent(replies, days);
    let is_known = data(view, policy, replies) == Data::Enough;
    if recent < reply.replies {
        return Vec::new();
    }
    let took = count(view.recent(hours, days)) / count(recent);
    if !is_known && took > reply.critical_hours {
        return vec![Hint::new(Strength::Weak, days, fact(took, None, recent))];
    }
    if !is_known || took < reply.floor_hours {
        return Vec::new();
    }
    let weeks = own.weekly_means(hours, replies);
    let normal = median(weeks.clone());
    // A customer who used to answer within the minute is not slow at twice that.
    let normal_or_table = normal.max(reply.normal_hours);
    let ratio = took / normal_or_table;
    // One answer that took long is an accident; slow in two weeks is slow.
    let slow = |week: &f64| *week >= reply.floor_hours && *week >= (1.0 + reply.slower) * normal_or_table;
    let recent_weeks = Baseline { view, newest: 0, oldest: days / 7 }.weekly_means(hours, replies);
    let slow_weeks = recent_weeks.iter().filter(|week| slow(week)).count();
    let n = |weeks: &[f64]| count(i64::try_from(weeks.len()).unwrap_or(1));
    let error = spread(&weeks, normal) * (1.0 / n(&recent_weeks).max(1.0) + 1.0 / n(&weeks).max(1.0)).sqrt();
    let is_chance = took - normal < DEVIATIONS * error;
    let strength = if ratio < 1.0 + reply.slower || slow_weeks < 2 || is_chance {
        return Vec::new();
    } else if took > 2.0 * reply.critical_hours && ratio >= 1.0 + 4.0 * reply.slower {
        Strength::Strong
    } else if took > reply.critical_hours {
        Strength::Medium
    } else {
        Strength::Weak
    };
    vec![Hint::new(strength, days, fact(took, Some(normal), recent))]
}
