//! From evidence to risk: additive log-odds with the gate of two families (design section 6; S21, S72).
//!
//! `risk = sigmoid(logit(base) + sum of points)`, one signal per family. With base 5 % and the expert weights, weak +
//! medium + strong is 78.0 % (S72) and the strongest single signal 26 %. The caps of I6 stand whatever the weights are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Fact, Family, Strength, Timing};
use crate::ledger::{Counter, Ledger};
use crate::level::Level;
use crate::policy::{Policy, RiskPolicy};
use crate::signals::{Finding, SIGNALS};
use crate::time::Day;
use crate::view::View;

/// Days for which a notice of termination is shown.
const NOTICE_DAYS: i32 = 42;

/// What is to be said of a customer as of a time. A function of the ledger, the policy and the time (I4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The time it is as of.
    pub as_of: Timestamp,
    /// Risk, 0..1.
    pub risk: f64,
    /// The level of that risk.
    pub level: Option<Level>,
    /// What it rests on, most points first.
    pub evidence: Vec<Evidence>,
    /// Families that have data but too little of it.
    pub learning: Vec<Family>,
    /// Families without data: never read as healthy.
    pub no_data: Vec<Family>,
    /// Version of the policy in force.
    pub policy: u32,
}

/// Assesses a customer. The ledger must have been brought to the day of `as_of`. Where a managed model has judged texts,
/// its darker history counts if, and only if, the risk is higher by it: it never lowers what the rules come to.
pub fn assess(ledger: &Ledger, as_of: Timestamp, policy: &Policy) -> Assessment {
    let by_rules = assess_one(ledger, as_of, policy);
    let darker = ledger.darker.as_ref().map(|darker| assess_one(darker, as_of, policy));
    darker.filter(|darker| darker.risk > by_rules.risk).unwrap_or(by_rules)
}

fn assess_one(ledger: &Ledger, as_of: Timestamp, policy: &Policy) -> Assessment {
    let today = Day::of(as_of);
    let view = View::new(ledger, today);
    let mut assessment = Assessment {
        as_of,
        risk: policy.risk.base,
        level: None,
        evidence: Vec::new(),
        learning: Vec::new(),
        no_data: Vec::new(),
        policy: policy.version,
    };
    if view.days_since(Counter::Churned).is_some() {
        // They have left: nothing is left to warn of.
        return assessment;
    }
    for signal in SIGNALS {
        match (signal.detect)(&view, policy) {
            Finding::NoData => assessment.no_data.push(signal.family),
            Finding::Learning => assessment.learning.push(signal.family),
            Finding::Quiet => {}
            Finding::Fired(hints) => {
                for (rank, hint) in hints.into_iter().enumerate() {
                    let points =
                        if rank == 0 { points(&policy.risk, hint.strength, hint.persistent) } else { 0.0 };
                    assessment.evidence.push(Evidence {
                        family: signal.family,
                        strength: hint.strength,
                        persistent: hint.persistent,
                        timing: signal.timing,
                        since: today.plus(1 - hint.days).max(view.first_day()),
                        points,
                        fact: hint.fact,
                    });
                }
            }
        }
    }
    assessment.evidence.sort_by(|a, b| b.points.total_cmp(&a.points));
    if let Some(notice) = notice(&view) {
        assessment.evidence.insert(0, notice);
    }
    assessment.risk = risk_of_all(&assessment.evidence, &policy.risk);
    assessment.level = Level::of(assessment.risk, &policy.risk);
    assessment
}

/// The points of one signal.
fn points(policy: &RiskPolicy, strength: Strength, persistent: bool) -> f64 {
    let points = match strength {
        Strength::Weak => policy.weak,
        Strength::Medium => policy.medium,
        Strength::Strong => policy.strong,
    };
    if persistent { points + policy.persistence } else { points }
}

/// Risk 0..1 of all that an assessment rests on, a notice of termination included.
pub fn risk_of_all(evidence: &[Evidence], policy: &RiskPolicy) -> f64 {
    let risk = risk_of(evidence, policy);
    let notice = evidence.iter().any(|evidence| matches!(evidence.fact, Fact::Notice { .. }));
    if notice { risk.max(policy.notice) } else { risk }
}

/// Risk 0..1 of a set of hints, with the caps of I6.
pub fn risk_of(evidence: &[Evidence], policy: &RiskPolicy) -> f64 {
    let counted = || evidence.iter().filter(|evidence| evidence.points > 0.0);
    // From the fewest points up, so that the sum does not depend on the order of the evidence.
    let mut points: Vec<f64> = counted().map(|evidence| evidence.points).collect();
    points.sort_by(f64::total_cmp);
    let odds = (policy.base / (1.0 - policy.base)).ln() + points.iter().sum::<f64>();
    let risk = 1.0 / (1.0 + (-odds).exp());
    let families: std::collections::BTreeSet<Family> = counted().map(|evidence| evidence.family).collect();
    if families.len() >= policy.families_for_alert as usize {
        risk
    } else if counted().any(|evidence| evidence.persistent) {
        risk.min(just_under(policy.orange))
    } else {
        risk.min(just_under(policy.yellow))
    }
}

/// The last tenth of a percent below a bound: shown as 29.9 %, not as a rounded 30.
fn just_under(bound: f64) -> f64 {
    bound - (bound / 100.0).min(0.001)
}

/// An explicit notice of termination that nothing has taken back since: no hint but the thing itself (I6).
fn notice(view: &View<'_>) -> Option<Evidence> {
    let days_ago = view.days_since(Counter::Notices).filter(|days| *days < NOTICE_DAYS)?;
    if view.days_since(Counter::Renewals).is_some_and(|renewed| renewed <= days_ago) {
        return None;
    }
    Some(Evidence {
        family: Family::Phrases,
        strength: Strength::Strong,
        persistent: true,
        timing: Timing::Lagging,
        since: view.today.plus(-days_ago),
        points: 0.0,
        fact: Fact::Notice { days_ago },
    })
}
