//! Meetings are moved or cancelled, approvals take longer (S67, S71).
//!
//! Leading: who has decided to leave has no time for us. Held against the customer's own past over thirteen weeks; while
//! there is none, three meetings moved or two approvals delayed within six weeks are weak. Example: one meeting moved in
//! a year, and now three in a quarter with an approval that is late: strong.

use super::{Data, Hint, Signal};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Mean, Past, Rare};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Meetings, timing: Timing::Leading, stands_alone: false, data, detect, trend };

const WEEKS: usize = 13;
const DAYS: i32 = 42;

pub(super) static SLIPPING: Rare =
    Rare { of: &[(Counter::MeetingsMoved, 1.0), (Counter::ApprovalsDelayed, 1.0)], per: None, weeks: WEEKS };
pub(super) static APPROVAL_DELAYS: Rare =
    Rare { of: &[(Counter::ApprovalsDelayed, 1.0)], per: None, weeks: WEEKS };
pub(super) static APPROVAL_DAYS: Mean = Mean {
    sum: Counter::ApprovalDays,
    unit: 1.0,
    of: Counter::ApprovalsGiven,
    weeks: WEEKS,
    spread: 4.0,
    least: (1.0, 3.0),
    falling: false,
};

fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let slipping = policy
        .points(past.rare(&SLIPPING).deviations, policy.slipping)
        .max(policy.points(past.rare(&APPROVAL_DELAYS).deviations, policy.approval_delays));
    let days = past.mean(&APPROVAL_DAYS);
    let slipping = Hint::trend(slipping, WEEKS, || Fact::Slipping {
        meetings: past.row(Counter::MeetingsMoved).sum(&(0..WEEKS)),
        approvals: past.row(Counter::ApprovalsDelayed).sum(&(0..WEEKS)),
        weeks: WEEKS,
    });
    let slower = Hint::trend(policy.points(days.deviations, policy.approval_days), WEEKS, || {
        Fact::ApprovesSlower { days: days.recent, usual: days.usual }
    });
    slipping.into_iter().chain(slower).collect()
}

fn data(view: &View<'_>, _: &Policy) -> Data {
    Data::told(view, &[Counter::MeetingsMoved, Counter::ApprovalsGiven, Counter::ApprovalsDelayed])
}

fn detect(view: &View<'_>, _: &Policy) -> Vec<Hint> {
    let (meetings, approvals) =
        (view.recent(Counter::MeetingsMoved, DAYS), view.recent(Counter::ApprovalsDelayed, DAYS));
    let slips = meetings >= 3 || approvals >= 2;
    let fact = Fact::Slipping { meetings, approvals, weeks: 6 };
    slips.then(|| Hint::new(Strength::Weak, DAYS, fact)).into_iter().collect()
}
