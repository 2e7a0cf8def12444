//! From what was learned to a version of the policy, and the sentences that say why.

use learning::outcomes::{
    CUSTOMERS_FOR_WEIGHTS, Comparison, History, LOSSES_FOR_SLOPE, LOSSES_FOR_WEIGHTS, Lesson, Verdict,
};
use scoring::Policy;
use scoring::policy::{LearnedFrom, ProbabilityPolicy, in_file};

use super::answers::Answers;
use super::rows;
use crate::backtest::figures::counted;
use crate::backtest::summary::HORIZON_DAYS;

/// A policy on its way to its next version.
#[derive(Debug)]
pub struct Learned {
    /// The version after.
    pub policy: Policy,
    /// What is to be said, a paragraph each.
    pub told: Vec<String>,
    /// What each week's answers moved, a line each.
    pub weeks: Vec<String>,
    /// Whether anything moved.
    pub moved: bool,
}

impl Learned {
    /// Nothing learned yet.
    pub fn new(policy: &Policy) -> Self {
        Self { policy: policy.clone(), told: Vec::new(), weeks: Vec::new(), moved: false }
    }

    fn replace(&mut self, policy: Policy) {
        if policy != self.policy {
            // One file is one version, however many steps led to it.
            let version =
                if self.moved { self.policy.version } else { self.policy.version.saturating_add(1) };
            self.policy = Policy { version, ..policy };
            self.moved = true;
        }
    }

    /// Takes in what losses teach.
    pub fn lesson(&mut self, history: &History, lesson: &Lesson) {
        let mut policy = self.policy.clone();
        self.told.push(format!(
            "{} customers were seen on {} days; {} of them left within {HORIZON_DAYS} days of one.",
            lesson.customers,
            history.len(),
            lesson.losses
        ));
        self.told.push(verdict(lesson));
        if let Verdict::Learned(_) = lesson.verdict {
            for ((column, family), weight) in rows::families().enumerate().zip(&lesson.weights) {
                let weight = rounded(*weight, 100.0);
                let before = policy.learned.weights.insert(family, weight).unwrap_or(1.0);
                let (seen, left) = history.seen(column);
                if (before - weight).abs() > 1e-9 {
                    self.told.push(format!(
                        "{} counts {weight} times instead of {before} times: {seen} customers had a sign of it, {left} of \
                         them left.",
                        in_file(family)
                    ));
                }
            }
            policy.learned.weights.retain(|_, weight| (*weight - 1.0).abs() > 1e-9);
        }
        if lesson.losses > 0 {
            policy.learned.probability = lesson.calibration.map(|calibration| ProbabilityPolicy {
                horizon_days: HORIZON_DAYS,
                slope: rounded(calibration.slope.min(3.0), 1e4),
                intercept: rounded(calibration.intercept.clamp(-12.0, 3.0), 1e4),
                learned_from: LearnedFrom {
                    customers: counted(lesson.customers),
                    losses: counted(lesson.losses),
                },
            });
            self.told.push(match lesson.calibration {
                Some(calibration) => format!(
                    "Without any sign {:.1} of 100 customers leave within {HORIZON_DAYS} days, by the last four quarters \
                     ({:.1} by all rows); with 3 points {:.0} of 100.",
                    100.0 * share(calibration.intercept),
                    100.0 * share(calibration.intercept_of_all),
                    100.0 * share(calibration.intercept + 3.0 * calibration.slope),
                ),
                None => "Customers with more points did not leave more often: no probability is told.".to_owned(),
            });
        }
        self.replace(policy);
    }

    /// Takes in what people answered, week by week.
    pub fn answers(&mut self, answers: &Answers) {
        let weeks: std::collections::BTreeSet<_> = answers.answers.iter().map(|answer| answer.week).collect();
        self.told.push(format!("{} answers to alerts in {} weeks.", answers.answers.len(), weeks.len()));
        for (count, what) in [
            (answers.notices, "answer a notice of termination, which is no hint to be weighed"),
            (answers.unknown, "belong to no alert that this replay raised"),
        ] {
            if count > 0 {
                self.told.push(format!("{count} more {what}."));
            }
        }
        for week in weeks {
            if let Some(heard) = self.policy.hear(&answers.answers, week) {
                let reasons = heard.reasons.join(" ");
                self.weeks.push(format!("Week of {}: {reasons}", week.monday().date()));
                self.replace(heard.policy);
            }
        }
    }
}

fn share(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn verdict(lesson: &Lesson) -> String {
    let compared = |comparison: Comparison| {
        format!(
            "on customers they had not seen the log-loss was {:.4} instead of {:.4}, a gain of {:.4} with a standard error \
             of {:.4}; to say the same of everybody gives {:.4}",
            comparison.learned,
            comparison.in_force,
            comparison.gain(),
            comparison.standard_error,
            comparison.nothing
        )
    };
    match lesson.verdict {
        Verdict::NoLosses => "No loss is documented: the rules stay, and no probability is told.".to_owned(),
        Verdict::InterceptOnly => format!(
            "The rules stay: {} losses are fewer than {LOSSES_FOR_SLOPE}, so only the intercept of the probability is \
             learned. Weights take {LOSSES_FOR_WEIGHTS} losses of {CUSTOMERS_FOR_WEIGHTS} customers (S88).",
            lesson.losses
        ),
        Verdict::KeptTooFew => format!(
            "The rules stay: {} losses of {} customers are too few to weigh signs by; it takes {LOSSES_FOR_WEIGHTS} losses \
             of {CUSTOMERS_FOR_WEIGHTS} customers (S88). What points amount to is learned.",
            lesson.losses, lesson.customers
        ),
        Verdict::KeptNotBetter(comparison) => format!(
            "The weights stay: learned ones are not better beyond chance; {} (prior {}).",
            compared(comparison),
            comparison.tau
        ),
        Verdict::Learned(comparison) => {
            format!("The weights move: {} (prior {}).", compared(comparison), comparison.tau)
        }
    }
}
