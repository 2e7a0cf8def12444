//! What was learned beside the experts' rules: how much each family's points count, and what points mean as a probability.
//!
//! Two teachers, kept apart so that each can be seen and taken back: documented losses ([`LearnedPolicy::weights`] and
//! [`LearnedPolicy::probability`]; S78, S88) and what people answered to alerts ([`LearnedPolicy::answered`] and
//! [`LearnedPolicy::shift`]; S48). Who was not alerted is asked nothing, so answers may move little. Nothing learned: the
//! rules as they are, to the last bit. The caps of I6 stand whatever is learned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Family};
use crate::time::Week;

/// What was learned. Numbers of families, none of a customer or a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnedPolicy {
    /// By documented losses: a family's points count so many times; 0.25..2, and 1 where it is not named.
    pub weights: BTreeMap<Family, f64>,
    /// By answers to alerts, on top of that; 0.75..1.25, and 1 where it is not named.
    pub answered: BTreeMap<Family, f64>,
    /// By answers to orange and red alerts: points added to those of all signs, -0.25..0.25. Without any sign nothing is
    /// added.
    pub shift: f64,
    /// The last week whose answers were heard: none is heard twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<Week>,
    /// What points amounted to; none until losses tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<ProbabilityPolicy>,
}

/// From points to a probability: `1 / (1 + e^-(intercept + slope * points))` (Platt 1999).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbabilityPolicy {
    /// Within how many days the customer leaves, 1..365.
    pub horizon_days: i32,
    /// Log-odds per point, 0..3.
    pub slope: f64,
    /// Log-odds without any sign, -12..3.
    pub intercept: f64,
    /// What it rests on.
    pub learned_from: LearnedFrom,
}

/// What something was learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedFrom {
    /// Customers.
    pub customers: u32,
    /// How many of them left.
    pub losses: u32,
}

/// A calibrated forecast, its horizon named. Shown beside the risk, never mixed with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probability {
    /// Of customers with such points, the share that left within the horizon, 0..1.
    pub share: f64,
    /// The horizon in days.
    pub horizon_days: i32,
    /// What it was learned from.
    pub learned_from: LearnedFrom,
}

impl LearnedPolicy {
    /// How many times a family's points count.
    pub fn weight(&self, family: Family) -> f64 {
        let of = |weights: &BTreeMap<Family, f64>| weights.get(&family).copied().unwrap_or(1.0);
        of(&self.weights) * of(&self.answered)
    }

    /// Evidence with the points that count.
    pub(crate) fn weigh(&self, evidence: Evidence) -> Evidence {
        Evidence { points: evidence.points * self.weight(evidence.family), ..evidence }
    }

    /// What is added to the sum of the points that count.
    pub(crate) fn shift(&self, points: &[f64]) -> f64 {
        if points.is_empty() { 0.0 } else { self.shift }
    }

    /// The probability of what an assessment rests on.
    pub fn probability(&self, evidence: &[Evidence]) -> Option<Probability> {
        let policy = self.probability?;
        let mut points: Vec<f64> = evidence.iter().map(|evidence| evidence.points).collect();
        // As for the risk: the sum must not depend on the order of the evidence.
        points.sort_by(f64::total_cmp);
        let log_odds = policy.intercept + policy.slope * points.iter().sum::<f64>();
        Some(Probability {
            share: 1.0 / (1.0 + (-log_odds).exp()),
            horizon_days: policy.horizon_days,
            learned_from: policy.learned_from,
        })
    }
}

/// A family as a policy's file names it.
pub fn in_file(family: Family) -> String {
    let name = serde_json::to_value(family).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
