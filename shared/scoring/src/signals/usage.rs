//! The product is used less (S27, S68, S71).
//!
//! Leading. Logins per report over two weeks against the twelve weeks before; half is the article's critical value.
//! Fewer features and updates left undone are weaker. No reports at all are no data: that may be our own outage.
//! Example: 80 logins a report as a rule, 38 in the last two weeks: down 52 %, medium.

use super::{Baseline, Data, Hint, Signal, count, spread, strength_at, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Change, Levels, Past, number_of};
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

/// So many deviations the logins may have fallen further than users and features: whoever signs in once for everything logs
/// in less and uses as much.
const BEFORE_OTHERS: f64 = 1.0;

/// Logins, active users and features together over four weeks; logins and features over eight. Features weigh twice: fewer
/// of them are given up by accident.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let levels = [Counter::Logins, Counter::ActiveUsers, Counter::Features].map(|told| past.levels(told));
    let [logins, users, features] = &levels;
    let over_four = [(1.0, logins, UNSTEADY), (1.0, users, UNSTEADY), (2.0, features, UNSTEADY)];
    let over_eight = [(1.0, logins, UNSTEADY), (2.0, features, STEADY)];
    let [short, long] = policy.usage;
    let short = fall(&over_four, 4, policy, short);
    short.into_iter().chain(fall(&over_eight, 8, policy, long)).collect()
}

/// The fall of levels over so many weeks, each with its weight and the least spread of a week; logins first, features last.
fn fall(
    levels: &[(f64, &Levels, f64)],
    weeks: usize,
    policy: &TrendPolicy,
    points: [f64; 3],
) -> Option<Hint> {
    let mean = |sum: f64| sum / number_of(levels.len());
    let at_most = levels.iter().map(|(weight, levels, least)| weight * levels.fall_at_most(weeks, *least));
    if policy.points(mean(at_most.sum()), points) <= 0.0 {
        // So it is with most customers.
        return None;
    }
    let mut falls: Vec<Change> = levels.iter().map(|(_, levels, least)| levels.fall(weeks, *least)).collect();
    if let Some((logins, others)) = falls.split_first_mut() {
        let told = others.iter().filter(|other| other.usual > 0.0).map(|other| other.deviations);
        if let Some(most) = told.reduce(f64::max) {
            logins.deviations = logins.deviations.min(BEFORE_OTHERS + most.max(0.0));
        }
    }
    let weighted = levels.iter().zip(&falls).map(|((weight, ..), fall)| weight * fall.deviations);
    let points = policy.points(mean(weighted.sum()), points);
    let less = |change: &Change| if change.usual > 0.0 { 1.0 - change.recent / change.usual } else { 0.0 };
    let (logins, features) = (less(falls.first()?), less(falls.last()?));
    let days = i32::try_from(7 * weeks).unwrap_or(i32::MAX);
    Hint::trend(policy.usage_weight * points, weeks, || {
        if logins >= features {
            Fact::UsedLess { share: logins.max(0.0), days }
        } else {
            Fact::FewerFeatures { share: features.max(0.0), days }
        }
    })
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
