//! The signals: one file each, one table. Weight, wording and gate need nothing else: they iterate the table.

mod contacts;
mod frequency;
mod orders;
mod payments;
mod phrases;
mod replies;
mod tickets;
mod tone;
mod usage;

use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::policy::Policy;
use crate::view::View;

/// One kind of change that hints at trouble.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// The family it belongs to.
    pub family: Family,
    /// Before or with the damage (S4).
    pub timing: Timing,
    /// Looks for it.
    pub detect: fn(&View<'_>, &Policy) -> Finding,
}

/// What a signal says of a customer.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Nothing to see here and nothing to compare: shown as no data, never as healthy.
    NoData,
    /// There is data, but too little of it for a baseline.
    Learning,
    /// Normal for this customer.
    Quiet,
    /// It fired; strongest first.
    Fired(Vec<Hint>),
}

/// One finding before it is weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// How much it weighs.
    pub strength: Strength,
    /// Stands by itself, up to yellow.
    pub persistent: bool,
    /// Days it goes back, today included.
    pub days: i32,
    /// What was observed.
    pub fact: Fact,
}

impl Hint {
    fn new(strength: Strength, days: i32, fact: Fact) -> Self {
        Self { strength, persistent: false, days, fact }
    }
}

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

/// Fired with what was found, strongest first; quiet with nothing.
fn fired(mut hints: Vec<Hint>) -> Finding {
    if hints.is_empty() {
        return Finding::Quiet;
    }
    hints.sort_by_key(|hint| std::cmp::Reverse((hint.strength, hint.persistent)));
    Finding::Fired(hints)
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
