//! Outside news about the customer: a merger, a new management, a savings programme (S25).
//!
//! Leading. By the severity it was reported with, for eight weeks; it supports what the customer's own behaviour shows
//! and never decides. Example: "new owner" reported as strong: about a weak signal.

use super::{Data, Hint, Signal};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::Past;
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::External, timing: Timing::Leading, stands_alone: false, data, detect, trend };

const WEEKS: usize = 8;

fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let [medium, strong] = policy.external;
    let told = |counter| past.sum(counter, 0..WEEKS) > 0.0;
    let (points, severity) = if told(Counter::ExternalStrong) {
        (strong, Strength::Strong)
    } else if told(Counter::ExternalMedium) {
        (medium, Strength::Medium)
    } else {
        return Vec::new();
    };
    Hint::trend(points, WEEKS, || Fact::OutsideNews { severity }).into_iter().collect()
}

fn data(view: &View<'_>, _: &Policy) -> Data {
    Data::told(view, &[Counter::ExternalMedium, Counter::ExternalStrong])
}

fn detect(_: &View<'_>, _: &Policy) -> Vec<Hint> {
    Vec::new()
}
