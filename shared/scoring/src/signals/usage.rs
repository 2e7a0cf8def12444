//! The product is used less (S27, S68, S71).
//!
//! Leading. Logins per report over two weeks against the twelve weeks before; half is the article's critical value.
//! Fewer features and updates left undone are weaker. No reports at all are no data: that may be our own outage.
//! Example: 80 logins a report as a rule, 38 in the last two weeks: down 52 %, medium.

use super::{Baseline, Data, Hint, Signal, count, spread, strength_at, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Change, Past};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Usage, timing: Timing::Leading, stands_alone: false, data, detect, trend };

/// A week's features stray less than its logins: the least spread over eight weeks.
const STEADY: f64 = 0.06;
/// The least spread of a week otherwise.
const UNSTEADY: f64 = 0.12;

/// Weeks before the window that are the normal: usage follows the product, so not too far back.
const WEEKS: i32 = 12;
/// Reports the normal needs.
const REPORTS: i64 = 4;
/// A fall must lie this many standard deviations of a week under the usual.
const DEVIATIONS: f64 = 2.5;

/// Logins, active users and features together over four weeks; logins and features over eight. Features weigh twice: fewer
/// of them are given up by accident.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let [short, long] = policy.usage;
    let [all_logins, all_users, all_features] =
        past.levels([Counter::Logins, Counter::ActiveUsers, Counter::Features]);
    let logins = all_logins.fall(4, UNSTEADY);
    let users = all_users.fall(4, UNSTEADY);
    let features = all_features.fall(4, UNSTEADY);
    let together = (logins.deviations + users.deviations + 2.0 * features.deviations) / 3.0;
    let longer = all_logins.fall(8, UNSTEADY);
    let long_features = all_features.fall(8, STEADY);
    let long_together = f64::midpoint(longer.deviations, 2.0 * long_features.deviations);
    let hint = |together: f64, points, weeks: usize, logins: Change, features: Change| {
        let less = |change: Change| if change.usual > 0.0 { 1.0 - change.recent / change.usual } else { 0.0 };
        let days = i32::try_from(7 * weeks).unwrap_or(i32::MAX);
        Hint::trend(policy.usage_weight * policy.points(together, points), weeks, || {
            if less(logins) >= less(features) {
                Fact::UsedLess { share: less(logins).max(0.0), days }
            } else {
                Fact::FewerFeatures { share: less(features).max(0.0), days }
            }
        })
    };
    let short = hint(together, short, 4, logins, features);
    short.into_iter().chain(hint(long_together, long, 8, longer, long_features)).collect()
}

/// The weeks before the last so many days.
fn before<'a>(view: &'a View<'_>, days: i32) -> Baseline<'a> {
    let newest = days / 7 + 1;
    Baseline { view, newest, oldest: (newest + WEEKS - 1).min(view.known_weeks()) }
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let own = before(view, policy.usage.window_days);
    if view.recent(Counter::UsageReports, policy.usage.window_days) == 0 {
        return Data::None;
    }
    Data::enough_if(own.has(Counter::UsageReports, REPORTS) && own.is_known(policy))
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    if data(view, policy) != Data::Enough {
        return Vec::new();
    }
    let usage = &policy.usage;
    let days = usage.window_days;
    let reports = view.recent(Counter::UsageReports, days);
    let own = before(view, days);
    let recent = |counter| count(view.recent(counter, days)) / count(reports);
    let usual = |counter| own.usual(counter, Counter::UsageReports, REPORTS);
    let (Some(logins), Some(features)) = (usual(Counter::Logins), usual(Counter::Features)) else {
        return Vec::new();
    };
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
    if !hints.is_empty() && 2 * view.awake(Counter::InboundDays, days) <= days {
        // Nobody logs in while everybody is away.
        hints.clear();
    }
    strongest_first(hints)
}
