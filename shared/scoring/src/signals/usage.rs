//! The product is used less (S27, S68, S71).
//!
//! Leading. Logins per report over two weeks against the twelve weeks before; half is the article's critical value.
//! Fewer features and updates left undone are weaker. No reports at all are no data: that may be our own outage.
//! Example: 80 logins a report as a rule, 38 in the last two weeks: down 52 %, medium.

use super::{Baseline, Finding, Hint, Signal, count, fired, spread, strength_at};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::policy::Policy;
use crate::view::View;

pub(super) const SIGNAL: Signal = Signal { family: Family::Usage, timing: Timing::Leading, detect };

/// Weeks before the window that are the normal: usage follows the product, so not too far back.
const WEEKS: i32 = 12;
/// Reports the normal needs.
const REPORTS: i64 = 4;
/// A fall must lie this many standard deviations of a week under the usual.
const DEVIATIONS: f64 = 2.5;

fn detect(view: &View<'_>, policy: &Policy) -> Finding {
    let usage = &policy.usage;
    let days = usage.window_days;
    let reports = view.recent(Counter::UsageReports, days);
    if reports == 0 {
        return Finding::NoData;
    }
    let newest = days / 7 + 1;
    let own = Baseline { view, newest, oldest: (newest + WEEKS - 1).min(view.known_weeks()) };
    let recent = |counter| count(view.recent(counter, days)) / count(reports);
    let usual = |counter| own.usual(counter, Counter::UsageReports, REPORTS);
    let (Some(logins), Some(features)) = (usual(Counter::Logins), usual(Counter::Features)) else {
        return Finding::Learning;
    };
    if !own.is_known(policy) {
        return Finding::Learning;
    }
    let mut hints = Vec::new();
    let share = if logins > 0.0 { (logins - recent(Counter::Logins)) / logins } else { 0.0 };
    if let Some(strength) = strength_at(share, usage.fall)
        && logins - recent(Counter::Logins)
            >= DEVIATIONS * spread(&own.weekly_means(Counter::Logins, Counter::UsageReports), logins)
    {
        hints.push(Hint::new(strength, days, Fact::UsageDown { share, days }));
    }
    let fewer = if features > 0.0 { (features - recent(Counter::Features)) / features } else { 0.0 };
    if fewer >= usage.fewer_features {
        hints.push(Hint::new(Strength::Weak, days, Fact::FewerFeatures { share: fewer, days }));
    }
    let versions = recent(Counter::VersionsBehind);
    if versions >= usage.versions_behind
        && versions - usual(Counter::VersionsBehind).unwrap_or(0.0) >= usage.versions_behind
    {
        hints.push(Hint::new(Strength::Weak, days, Fact::VersionsBehind { versions }));
    }
    fired(hints)
}
