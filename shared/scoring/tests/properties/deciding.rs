//! I6: one family never alerts; and the life of an alert.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use scoring::alert::{Decision, OpenAlert, decide};
use scoring::bucket::{Span, rebuild};
use scoring::budget::{Held, Peaks, Tally};
use scoring::evidence::{Fact, Timing};
use scoring::policy::RiskPolicy;
use scoring::risk::{Doubt, assess, risk_of};
use scoring::signals::SIGNALS;
use scoring::time::Week;
use scoring::{Day, Evidence, Family, Ledger, Level, Policy, Portfolio, Relation, Strength};

use crate::events::{START, event};
use crate::learned::learned;

/// Any risk policy that is let in, learned weights and odd bounds included.
fn policy() -> impl Strategy<Value = Policy> {
    let weights = [1e-6..8.0_f64, 1e-6..8.0, 1e-6..8.0];
    let bounds = [0.0001..0.9999_f64, 0.0001..0.9999, 0.0001..0.9999, 0.0001..0.9999, 0.0001..0.9999];
    (weights, bounds, 0.0..2.0_f64, 2_u32..5, learned()).prop_filter_map(
        "a policy that is let in",
        |(mut weights, mut bounds, persistence, families_for_alert, learned)| {
            weights.sort_by(f64::total_cmp);
            bounds.sort_by(f64::total_cmp);
            let [weak, medium, strong] = weights;
            let [base, yellow, orange, red, notice] = bounds;
            let hysteresis = yellow / 4.0;
            let risk = RiskPolicy {
                base,
                weak,
                medium,
                strong,
                persistence,
                families_for_alert,
                yellow,
                orange,
                red,
                notice,
                hysteresis,
                hysteresis_dates: 2,
            };
            Policy { risk, learned, ..Policy::default() }.checked().ok()
        },
    )
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let family = proptest::sample::select(SIGNALS).prop_map(|signal| signal.family);
    (family, any::<bool>(), prop_oneof![Just(0.0), 0.0..20.0_f64]).prop_map(|(family, persistent, points)| {
        let (strength, timing) = (Strength::Strong, Timing::Leading);
        let fact = Fact::Notice { days_ago: 0 };
        Evidence { family, strength, persistent, timing, since: Day(20_000), points, fact }
    })
}

/// The caps: under two families below yellow, below orange where something persists.
fn within_caps(risk: f64, evidence: &[Evidence], policy: &RiskPolicy) -> Result<(), TestCaseError> {
    prop_assert!((0.0..=1.0).contains(&risk), "{}", risk);
    let counted: Vec<_> = evidence.iter().filter(|evidence| evidence.points > 0.0).collect();
    let families: BTreeSet<Family> = counted.iter().map(|evidence| evidence.family).collect();
    if families.len() < 2 {
        let persists = counted.iter().any(|evidence| evidence.persistent);
        let level = Level::of(risk, policy);
        prop_assert!(level < Some(Level::Orange), "{} is {:?}", risk, level);
        prop_assert!(persists || level.is_none(), "{} is {:?}", risk, level);
    }
    Ok(())
}

proptest! {
    #[test]
    fn one_family_never_alerts_whatever_the_weights(
        evidence in proptest::collection::vec(evidence(), 0..6),
        policy in policy(),
    ) {
        within_caps(risk_of(&evidence, &policy, Doubt::default()), &evidence, &policy.risk)?;
    }

    #[test]
    fn the_order_of_the_evidence_does_not_matter(evidence in proptest::collection::vec(evidence(), 0..6)) {
        let policy = Policy::default();
        let reversed: Vec<Evidence> = evidence.iter().rev().cloned().collect();
        prop_assert_eq!(
            risk_of(&evidence, &policy, Doubt::default()).to_bits(),
            risk_of(&reversed, &policy, Doubt::default()).to_bits()
        );
    }

    #[test]
    fn one_family_never_alerts_whatever_happened(
        mut events in proptest::collection::vec(event(200), 0..80),
        policy in policy(),
        hours in 0_i64..24 * 200,
    ) {
        let now = Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(hours);
        let mut ledger = Ledger::new(Day::of(now));
        let span = Span { from: ledger.first_day(), to: Day::of(now) };
        events.sort_by_key(|event| event.at);
        rebuild(&mut ledger, span, &events, now, &policy.counting);
        let assessment = assess(&ledger, now, &policy, &Portfolio::default(), &Relation::default());
        let notice = assessment.evidence.iter().any(|evidence| matches!(evidence.fact, Fact::Notice { .. }));
        if notice {
            prop_assert_eq!(assessment.level, Some(Level::Red));
            prop_assert_eq!(assessment.probability, None, "who has given notice has no chance of staying told");
        } else {
            within_caps(assessment.risk, &assessment.evidence, &policy.risk)?;
        }
        prop_assert_eq!(assessment.level, Level::of(assessment.risk, &policy.risk));
    }

    /// Not even later, by making a dark way of writing look usual.
    #[test]
    fn a_managed_model_never_lowers_what_the_rules_come_to(
        mut events in proptest::collection::vec(event(300), 0..120),
        hours in 0_i64..24 * 300,
    ) {
        let policy = Policy::default();
        let now = Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(hours);
        let assessed = |events: &[scoring::Event]| {
            let mut ledger = Ledger::new(Day::of(now));
            let span = Span { from: ledger.first_day(), to: Day::of(now) };
            rebuild(&mut ledger, span, events, now, &policy.counting);
            assess(&ledger, now, &policy, &Portfolio::default(), &Relation::default())
        };
        events.sort_by_key(|event| event.at);
        let judged = assessed(&events);
        for event in &mut events {
            event.reading.iter_mut().for_each(|reading| reading.managed = None);
        }
        let by_rules = assessed(&events);
        prop_assert!(judged.risk >= by_rules.risk, "{} under {}", judged.risk, by_rules.risk);
        prop_assert!(judged.level >= by_rules.level);
        if judged.risk <= by_rules.risk {
            prop_assert_eq!(judged, by_rules);
        }
    }

    #[test]
    fn an_alert_opens_once_and_closes_only_after_two_quiet_dates_in_a_row(
        days in proptest::collection::vec((0.0..1.0_f64, prop_oneof![4 => Just(1), 1 => Just(0), 1 => Just(3)]), 1..60),
    ) {
        let policy = RiskPolicy::default();
        let mut today: Date = "2026-03-02".parse().unwrap();
        let mut open: Option<OpenAlert> = None;
        let mut runs: Vec<(Date, f64)> = Vec::new();
        for (risk, days_later) in days {
            runs.push((today, risk));
            let decision = decide(open.as_ref(), risk, today, &policy, Held::default());
            let now = Level::of(risk, &policy);
            // On the local date before this one nothing was above the level either.
            let quiet_twice = |level: Level| {
                let quiet = |risk: f64| risk <= level.lower_bound(&policy) - policy.hysteresis;
                let yesterday = today.yesterday().unwrap();
                runs.iter().any(|(date, _)| *date == yesterday)
                    && runs.iter().rev().take_while(|(date, _)| *date >= today).all(|(_, risk)| quiet(*risk))
                    && runs.iter().rfind(|(date, _)| *date == yesterday).is_some_and(|(_, risk)| quiet(*risk))
            };
            let alert = |level, under| Some(OpenAlert { id: "a".to_owned(), level, under });
            open = match (&decision, open) {
                (Decision::Nothing, None) => {
                    prop_assert_eq!(now, None);
                    None
                }
                (Decision::Open(level), None) => {
                    prop_assert_eq!(Some(*level), now);
                    alert(*level, vec![])
                }
                (Decision::Raise(level), Some(open)) => {
                    prop_assert!(*level > open.level && Some(*level) == now);
                    alert(*level, vec![])
                }
                (Decision::Lower(level), Some(open)) => {
                    prop_assert!(*level < open.level && quiet_twice(open.level));
                    alert(*level, vec![])
                }
                (Decision::Close, Some(open)) => {
                    prop_assert!(now.is_none() && quiet_twice(open.level));
                    None
                }
                (Decision::Keep { under }, Some(open)) => {
                    prop_assert!(now <= Some(open.level));
                    alert(open.level, under.clone())
                }
                (decision, open) => return Err(TestCaseError::fail(format!("{decision:?} with {open:?}"))),
            };
            for _ in 0..days_later {
                today = today.tomorrow().unwrap();
            }
        }
    }

    /// S36: the budget may keep a yellow alert waiting, and never one that is orange or red.
    #[test]
    fn a_budget_never_silences_what_cannot_wait(
        customers in proptest::collection::vec(proptest::collection::vec(0.0..1.0_f64, 1..16), 0..60),
        alerts_per_week in 0.1..5.0_f64,
        risk in 0.0..1.0_f64,
    ) {
        let mut policy = Policy::default();
        policy.budget.alerts_per_week = alerts_per_week;
        let mut tally = Tally::new(Week(100), &policy);
        for risks in &customers {
            let (mut peaks, mut before) = (Peaks::default(), None);
            for (week, risk) in (0..).zip(risks) {
                peaks.note(Week(100 - 16 + week), before, *risk);
                before = Some(*risk);
            }
            prop_assert_eq!(Peaks::from_bytes(&peaks.to_bytes()), Some(peaks.clone()));
            tally.add(&peaks, before.unwrap_or_default(), false);
        }
        let held = tally.held(&policy);
        prop_assert!(held.opens_from.is_none_or(|from| from > policy.risk.yellow && from <= policy.risk.orange));
        let decision = decide(None, risk, "2026-03-02".parse().unwrap(), &policy.risk, held);
        match Level::of(risk, &policy.risk) {
            None => prop_assert_eq!(decision, Decision::Nothing),
            Some(Level::Yellow) => {
                let opens = held.opens_from.is_none_or(|from| risk >= from);
                prop_assert_eq!(decision == Decision::Open(Level::Yellow), opens);
            }
            Some(level) => prop_assert_eq!(decision, Decision::Open(level)),
        }
    }
}
