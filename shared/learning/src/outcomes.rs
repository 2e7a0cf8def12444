//! From documented losses: how much each kind of sign says, and what the signs together amount to.
//!
//! A row is a customer on a day: the experts' points of each kind, and whether the customer left within the horizon.
//! The weights of the kinds are the most probable ones under a normal prior around the experts' (Bayesian logistic
//! regression, [`crate::logistic`]); Platt's calibration (1999) turns weighted points into a probability. Everything is
//! held against customers it was not fitted on, and the experts' weights stay unless others are better by more than chance
//! (S88). Few losses teach little, and [`learn`] says which little it was:
//!
//! | losses | what is learned |
//! |---|---|
//! | none | nothing |
//! | 1 to 9 | the intercept of the probability |
//! | 10 to 19, or under 100 customers | slope and intercept of the probability |
//! | from 20 of 100 customers | the weights, too, where they prove better |

mod folds;

use std::collections::{BTreeMap, BTreeSet};

use self::folds::Fitted;
use crate::Rows;
use crate::logistic::{Labelled, Prior, fit, platt};

/// From so many losses on the slope is learned, too.
pub const LOSSES_FOR_SLOPE: usize = 10;
/// From so many losses on the weights are (S88) ...
pub const LOSSES_FOR_WEIGHTS: usize = 20;
/// ... of so many customers (S88).
pub const CUSTOMERS_FOR_WEIGHTS: usize = 100;
/// How far a weight may lie from the experts' 1: a kind of sign is neither silenced nor does it take over.
pub const WEIGHTS: std::ops::RangeInclusive<f64> = 0.25..=2.0;
/// Log-odds per point while too few losses tell: points are meant as log-odds (S72).
pub const EXPERT_SLOPE: f64 = 1.0;
/// The days whose rows settle the intercept: four quarters, so that every season counts once and last year's does not.
const ROLLING_DAYS: i32 = 364;
/// How far the intercept of those days may be expected from that of all.
const ROLLING_DEVIATION: f64 = 0.5;

/// Rows with what became of them.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    points: Rows,
    customers: Vec<usize>,
    days: Vec<i32>,
    left: Vec<f64>,
    importance: Vec<f64>,
}

/// What was learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Customers that have rows.
    pub customers: usize,
    /// How many of them left.
    pub losses: usize,
    /// Whether the weights move, and why.
    pub verdict: Verdict,
    /// A weight per kind: those in force unless others were learned.
    pub weights: Vec<f64>,
    /// What weighted points amount to; none without losses, or where more points do not mean more losses.
    pub calibration: Option<Calibration>,
}

/// What becomes of the weights in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// No loss is documented.
    NoLosses,
    /// Under ten losses: weights and slope stay.
    InterceptOnly,
    /// Under twenty losses or a hundred customers: the weights stay (S88).
    KeptTooFew,
    /// Learned weights were not better on customers they had not seen by more than a standard error: those in force stay.
    KeptNotBetter(Comparison),
    /// They were.
    Learned(Comparison),
}

/// Learned weights against those in force, each row judged by weights that had not seen its customer. Both calibrated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Mean log-loss of saying the same of everybody, in nats.
    pub nothing: f64,
    /// Mean log-loss with the weights in force.
    pub in_force: f64,
    /// Mean log-loss with learned ones.
    pub learned: f64,
    /// The standard error of their difference, over customers.
    pub standard_error: f64,
    /// Standard deviation of the prior around the experts' 1, as chosen for the final weights.
    pub tau: f64,
}

impl Comparison {
    /// By how much the learned weights are better; negative where they are worse.
    pub fn gain(&self) -> f64 {
        self.in_force - self.learned
    }

    fn convinces(&self) -> bool {
        self.gain() > self.standard_error
    }
}

/// `probability = 1 / (1 + e^-(intercept + slope * points))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Log-odds per point, above 0.
    pub slope: f64,
    /// Log-odds without any point, of the last four quarters.
    pub intercept: f64,
    /// The same over all rows.
    pub intercept_of_all: f64,
}

impl History {
    /// No rows yet, with so many kinds of signs.
    pub fn new(kinds: usize) -> Self {
        Self {
            points: Rows::new(kinds),
            customers: Vec::new(),
            days: Vec::new(),
            left: Vec::new(),
            importance: Vec::new(),
        }
    }

    /// Adds a customer on a day, with the experts' points of each kind. `importance` is the share of the horizon until the
    /// customer's next row: rows whose horizons overlap are one observation together.
    pub fn push(&mut self, customer: usize, day: i32, points: &[f64], left: bool, importance: f64) {
        self.points.push(points);
        self.customers.push(customer);
        self.days.push(day);
        self.left.push(f64::from(u8::from(left)));
        self.importance.push(importance);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.customers.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }

    /// Customers with a sign of a kind, and how many of them left.
    pub fn seen(&self, kind: usize) -> (usize, usize) {
        let seen = |row: &&[f64]| row.get(kind).is_some_and(|points| *points > 0.0);
        let rows = self.points.iter().zip(&self.customers).zip(&self.left).filter(|((row, _), _)| seen(row));
        let (mut all, mut left) = (BTreeSet::new(), BTreeSet::new());
        for ((_, customer), label) in rows {
            all.insert(*customer);
            if *label > 0.5 {
                left.insert(*customer);
            }
        }
        (all.len(), left.len())
    }

    /// Each customer, and whether it left.
    fn customers(&self) -> BTreeMap<usize, bool> {
        let mut customers = BTreeMap::new();
        for (customer, label) in self.customers.iter().zip(&self.left) {
            *customers.entry(*customer).or_default() |= *label > 0.5;
        }
        customers
    }

    /// The rows that a condition on customer and day holds of.
    fn part(&self, holds: impl Fn(usize, i32) -> bool) -> Self {
        let mut part = Self::new(self.points.width());
        let rows = self.points.iter().zip(&self.customers).zip(&self.days);
        for (((row, customer), day), (label, importance)) in rows.zip(self.left.iter().zip(&self.importance))
        {
            if holds(*customer, *day) {
                part.push(*customer, *day, row, *label > 0.5, *importance);
            }
        }
        part
    }

    /// The weighted points of each row.
    fn scores(&self, weights: &[f64]) -> Vec<f64> {
        self.points.iter().map(|row| crate::dense::dot(row, weights)).collect()
    }

    fn labelled<'a>(&'a self, rows: &'a Rows) -> Labelled<'a> {
        Labelled { rows, labels: &self.left, importance: &self.importance }
    }

    /// Slope and intercept of scores, by Platt.
    fn calibrated(&self, scores: &[f64]) -> Option<(f64, f64)> {
        match *platt(scores, &self.left, &self.importance)?.weights() {
            [intercept, slope] => Some((slope, intercept)),
            _ => None,
        }
    }

    /// The intercept of scores under a given slope.
    fn intercept(&self, scores: &[f64], slope: f64, prior: Prior) -> Option<f64> {
        let mut rows = Rows::new(1);
        for score in scores {
            rows.push(&[*score]);
        }
        // A slope that is believed this firmly does not move.
        let held = Prior::around(slope, 1e-5);
        fit(self.labelled(&rows), prior, &[held])?.weights().first().copied()
    }

    /// Re-estimates the intercept on the last four quarters.
    fn calibration(&self, weights: &[f64], slope: f64, intercept: f64) -> Option<Calibration> {
        let last = self.days.iter().copied().max()?;
        let recent = self.part(|_, day| day > last - ROLLING_DAYS);
        let around = Prior::around(intercept, ROLLING_DEVIATION);
        let rolling = recent.intercept(&recent.scores(weights), slope, around)?;
        let told = slope > 0.0;
        told.then_some(Calibration { slope, intercept: rolling, intercept_of_all: intercept })
    }
}

/// Learns from a history what so many losses can teach. `in_force` are the weights to be replaced, one per kind; they may
/// have been learned from these very customers, which makes them harder to replace, not easier.
pub fn learn(history: &History, in_force: &[f64]) -> Lesson {
    let of_customers = history.customers();
    let (customers, losses) = (of_customers.len(), of_customers.values().filter(|left| **left).count());
    let kept =
        |verdict, calibration| Lesson { customers, losses, verdict, weights: in_force.to_vec(), calibration };
    if losses == 0 {
        return kept(Verdict::NoLosses, None);
    }
    let scores = history.scores(in_force);
    if losses < LOSSES_FOR_SLOPE {
        let prior = Prior::base_rate(&history.left, &history.importance);
        let intercept = history.intercept(&scores, EXPERT_SLOPE, prior);
        let calibration = intercept.and_then(|it| history.calibration(in_force, EXPERT_SLOPE, it));
        return kept(Verdict::InterceptOnly, calibration);
    }
    let calibrated = || {
        let (slope, intercept) = history.calibrated(&scores)?;
        history.calibration(in_force, slope, intercept)
    };
    if losses < LOSSES_FOR_WEIGHTS || customers < CUSTOMERS_FOR_WEIGHTS {
        return kept(Verdict::KeptTooFew, calibrated());
    }
    let Some((comparison, fitted)) = folds::compare(history, in_force) else {
        return kept(Verdict::KeptTooFew, calibrated());
    };
    if !comparison.convinces() {
        return kept(Verdict::KeptNotBetter(comparison), calibrated());
    }
    let Fitted { weights, calibration } = fitted;
    let calibration =
        calibration.and_then(|(slope, intercept)| history.calibration(&weights, slope, intercept));
    Lesson { customers, losses, verdict: Verdict::Learned(comparison), weights, calibration }
}

/// Log-loss of a probability, in nats.
fn log_loss(log_odds: f64, label: f64) -> f64 {
    let signed = if label > 0.5 { -log_odds } else { log_odds };
    signed.max(0.0) + (-signed.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests;
