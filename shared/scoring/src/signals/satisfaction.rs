//! Answers to satisfaction surveys get worse (S48).
//!
//! Leading. The answers of the last sixteen weeks against the customer's own before, which lean on an ordinary 78 of 100
//! while there are few. Example: 82 and 85 so far, now 40: strong.

use super::{Data, Hint, Signal};
use crate::evidence::{Fact, Family, Timing};
use crate::ledger::Counter;
use crate::past::Past;
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal = Signal {
    family: Family::Satisfaction,
    timing: Timing::Leading,
    stands_alone: false,
    data,
    detect,
    trend,
};

const WEEKS: usize = 16;
/// An ordinary score, hundredths of the scale, and how many answers it stands for.
const ORDINARY: (f64, f64) = (78.0, 2.0);
/// An answer strays by so much.
const SPREAD: f64 = 12.0;

fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let (scores, answers) = (Counter::SatisfactionSum, Counter::SatisfactionScores);
    let (window, before) = (0..WEEKS, WEEKS..past.known.max(WEEKS));
    let n = past.sum(answers, window.clone());
    if n == 0.0 {
        return Vec::new();
    }
    let recent = past.sum(scores, window) / n;
    let usual = (past.sum(scores, before.clone()) + ORDINARY.0 * ORDINARY.1)
        / (past.sum(answers, before) + ORDINARY.1);
    let points = policy.points((usual - recent) / SPREAD, policy.satisfaction);
    Hint::trend(points, WEEKS, || Fact::LessSatisfied { score: recent, usual }).into_iter().collect()
}

fn data(view: &View<'_>, _: &Policy) -> Data {
    Data::told(view, &[Counter::SatisfactionScores])
}

fn detect(_: &View<'_>, _: &Policy) -> Vec<Hint> {
    Vec::new()
}
