//! The signals: one file each, one table. Weight, wording and gate need nothing else: they iterate the table.

mod contacts;
mod external;
mod frequency;
mod meetings;
mod orders;
mod payments;
mod phrases;
mod replies;
mod satisfaction;
mod tickets;
mod tone;
mod usage;

use std::cmp::Reverse;

use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Mean, Past, Rare};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

/// One kind of change that hints at trouble.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// The family it belongs to.
    pub family: Family,
    /// Before or with the damage (S4).
    pub timing: Timing,
    /// Whether what the tables find may stand by itself, and so is looked for whatever the own past says (S11, S12).
    pub(crate) stands_alone: bool,
    /// Whether there is anything to compare.
    pub data: fn(&View<'_>, &Policy) -> Data,
    /// Looks for it by the articles' tables; the strongest first.
    pub detect: fn(&View<'_>, &Policy) -> Vec<Hint>,
    /// Looks for it in the customer's own past, once there is enough.
    pub(crate) trend: fn(&Past<'_>, &TrendPolicy) -> Vec<Hint>,
}

/// What a signal knows of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing to see and nothing to compare: shown as no data, never as healthy.
    None,
    /// Too little of it for a baseline: learning.
    TooLittle,
    /// Enough to tell what is normal for this customer.
    Enough,
}

impl Data {
    fn enough_if(is_enough: bool) -> Self {
        if is_enough { Self::Enough } else { Self::TooLittle }
    }

    /// None where none of the counters ever counted, else enough.
    fn told(view: &View<'_>, counters: &[Counter]) -> Self {
        let told = counters.iter().any(|counter| view.days_since(*counter).is_some());
        if told { Self::Enough } else { Self::None }
    }
}

/// One finding before it is weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// How much it weighs, in words.
    pub strength: Strength,
    /// How much it weighs in points; by its strength without.
    pub points: Option<f64>,
    /// Stands by itself, up to yellow.
    pub persistent: bool,
    /// Days it goes back, today included.
    pub days: i32,
    /// What was observed.
    pub fact: Fact,
}

impl Hint {
    fn new(strength: Strength, days: i32, fact: Fact) -> Self {
        Self { strength, points: None, persistent: false, days, fact }
    }

    /// A change of the last weeks; nothing without points.
    fn trend(points: f64, weeks: usize, fact: impl FnOnce() -> Fact) -> Option<Self> {
        let days = i32::try_from(7 * weeks).unwrap_or(i32::MAX);
        (points > 0.0).then(|| Self { points: Some(points), ..Self::new(Strength::Weak, days, fact()) })
    }
}

/// Every mean that is compared with what all customers' did, in the order the company keeps them: append.
pub(crate) static MEANS: [&Mean; 8] = [
    &tone::TONE[0],
    &tone::TONE[1],
    &tone::TONE[2],
    &replies::OUR_MESSAGES[0],
    &replies::OUR_MESSAGES[1],
    &replies::OUR_TICKETS,
    &replies::THEIRS,
    &meetings::APPROVAL_DAYS,
];

/// Every rare event whose rate leans on the company's, in the order the company keeps them, with the rate where a company
/// tells none: append.
pub(crate) static RARES: [(&Rare, f64); 11] = [
    (&tone::TROUBLE[0], 0.15),
    (&tone::TROUBLE[1], 0.15),
    (&tone::TROUBLE[2], 0.15),
    (&tone::SOUR, 0.12),
    (&phrases::ASKS[0], 0.05),
    (&phrases::ASKS[1], 0.05),
    (&tickets::REOPENED, 0.06),
    (&tickets::ALL, 0.8),
    (&payments::REMINDERS, 0.02),
    (&meetings::SLIPPING, 0.05),
    (&meetings::APPROVAL_DELAYS, 0.02),
];

/// All signals, in the order in which ties are shown.
pub const SIGNALS: &[Signal] = &[
    tone::SIGNAL,
    phrases::SIGNAL,
    frequency::SIGNAL,
    replies::CUSTOMER,
    replies::OURS,
    tickets::SIGNAL,
    orders::SIGNAL,
    payments::SIGNAL,
    usage::SIGNAL,
    contacts::SIGNAL,
    meetings::SIGNAL,
    satisfaction::SIGNAL,
    external::SIGNAL,
];

/// The weeks of a customer's own past that recent days are held against: whole weeks, counted back from the current.
#[derive(Clone, Copy, Debug)]
struct Baseline<'a> {
    view: &'a View<'a>,
    newest: i32,
    oldest: i32,
}

impl<'a> Baseline<'a> {
    /// The policy's weeks before the last `recent_days`, as far as the customer is known.
    fn before(view: &'a View<'a>, recent_days: i32, policy: &Policy) -> Self {
        let newest = recent_days / 7 + 1;
        let oldest = (newest + policy.learning.baseline_weeks - 1).min(view.known_weeks());
        Self { view, newest, oldest }
    }

    fn weeks(&self) -> f64 {
        f64::from((self.oldest - self.newest + 1).max(0))
    }

    fn sum(&self, counter: Counter) -> i64 {
        self.view.weeks(counter, self.newest, self.oldest)
    }

    /// Mean per week; 0 without weeks.
    fn per_week(&self, counter: Counter) -> f64 {
        if self.weeks() > 0.0 { count(self.sum(counter)) / self.weeks() } else { 0.0 }
    }

    /// The weekly means of a sum over its observations, for the weeks that have any.
    fn weekly_means(&self, sum: Counter, of: Counter) -> Vec<f64> {
        let each = |counter| self.view.each_week(counter, self.newest, self.oldest);
        each(sum).zip(each(of)).filter(|(_, n)| *n > 0).map(|(sum, n)| count(sum) / count(n)).collect()
    }

    /// The usual value of a sum over its observations: the median of its weeks, so that weeks of trouble that have
    /// become past do not pass for normal. None without observations enough.
    fn usual(&self, sum: Counter, of: Counter, observations: i64) -> Option<f64> {
        self.has(of, observations).then(|| median(self.weekly_means(sum, of)))
    }

    /// Whether there are so many observations, at least one.
    fn has(&self, of: Counter, observations: i64) -> bool {
        self.sum(of) >= observations.max(1)
    }

    /// Enough weeks for a deviation from the own normal to mean something.
    fn is_known(&self, policy: &Policy) -> bool {
        self.weeks() >= f64::from(policy.learning.weeks)
    }
}

/// The middle of some values, 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let (half, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let below = below.iter().copied().max_by(f64::total_cmp).filter(|_| !is_odd);
    below.map_or(*middle, |below| f64::midpoint(below, *middle))
}

/// How far values usually lie from their median, as a standard deviation (1.4826 times the median distance).
fn spread(values: &[f64], median_of_values: f64) -> f64 {
    1.4826 * median(values.iter().map(|value| (value - median_of_values).abs()).collect())
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts and sums far below 2^52")]
fn count(value: i64) -> f64 {
    value as f64
}

/// What is strong before what is weak, of equals what stands by itself.
fn strongest_first(mut hints: Vec<Hint>) -> Vec<Hint> {
    hints.sort_by_key(|hint| Reverse((hint.strength, hint.persistent)));
    hints
}

/// The strength of the highest threshold that `value` reaches.
fn strength_at(value: f64, thresholds: [f64; 3]) -> Option<Strength> {
    [Strength::Strong, Strength::Medium, Strength::Weak]
        .into_iter()
        .zip(thresholds.into_iter().rev())
        .find_map(|(strength, threshold)| (value >= threshold).then_some(strength))
}

/// Whether a count lies beyond what chance makes of a usual number: three standard deviations of a Poisson count.
/// Without anything usual every count does.
fn beyond_chance(observed: i64, usual: f64) -> bool {
    observed > 0 && count(observed) >= usual + 3.0 * usual.sqrt()
}

/// How improbable a gap of `days` is for someone in touch on `active` of `exposure` days: -ln P(gap >= days) under a
/// Poisson process of unknown rate, Gamma(1, `prior_days`) prior (Lomax tail).
fn gap_surprise(days: i32, active: i64, exposure: f64, prior_days: f64) -> f64 {
    (count(active) + 1.0) * (1.0 + f64::from(days) / (exposure + prior_days)).ln()
}

#[cfg(test)]
mod tests;
