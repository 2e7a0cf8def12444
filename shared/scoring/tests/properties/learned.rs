//! What is learned stays within its bounds, and what people answer silences nothing that is red.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use scoring::evidence::{Fact, Timing};
use scoring::policy::{Answer, LearnedFrom, LearnedPolicy, ProbabilityPolicy, changes};
use scoring::risk::{Doubt, risk_of};
use scoring::signals::SIGNALS;
use scoring::time::Week;
use scoring::{Day, Evidence, Family, Level, Policy, Strength};

fn family() -> impl Strategy<Value = Family> {
    proptest::sample::select(SIGNALS).prop_map(|signal| signal.family)
}

/// Whatever may be learned.
pub(crate) fn learned() -> impl Strategy<Value = LearnedPolicy> {
    let weights = proptest::collection::btree_map(family(), 0.25..=2.0_f64, 0..14);
    let answered = proptest::collection::btree_map(family(), 0.75..=1.25_f64, 0..14);
    let from = LearnedFrom { customers: 120, losses: 24 };
    let probability = (0.0..=3.0_f64, -12.0..=3.0_f64).prop_map(move |(slope, intercept)| {
        ProbabilityPolicy { horizon_days: 90, slope, intercept, learned_from: from }
    });
    (weights, answered, -0.25..=0.25_f64, proptest::option::of(probability)).prop_map(
        |(weights, answered, shift, probability)| LearnedPolicy {
            weights,
            answered,
            shift,
            heard: None,
            probability,
        },
    )
}

fn answer(weeks: i32) -> impl Strategy<Value = Answer> {
    let level = prop_oneof![Just(Level::Yellow), Just(Level::Orange), Just(Level::Red)];
    (0..weeks, level, any::<bool>(), proptest::collection::btree_set(family(), 0..5)).prop_map(
        |(week, level, relevant, families)| Answer { week: Week(2900 + week), level, relevant, families },
    )
}

fn evidence(family: Family, points: f64) -> Evidence {
    let (strength, timing) = (Strength::Strong, Timing::Leading);
    let fact = Fact::OutsideNews { severity: strength };
    Evidence { family, strength, persistent: false, timing, since: Day(20_000), points, fact }
}

/// All weeks heard, one after the other.
fn heard(policy: &Policy, answers: &[Answer]) -> Policy {
    let weeks: BTreeSet<Week> = answers.iter().map(|answer| answer.week).collect();
    weeks
        .into_iter()
        .fold(policy.clone(), |policy, week| policy.hear(answers, week).map_or(policy, |heard| heard.policy))
}

proptest! {
    #[test]
    fn a_week_of_answers_moves_little_and_never_orange_or_red(
        answers in proptest::collection::vec(answer(1), 1..60),
        learned in learned(),
    ) {
        let before = Policy { learned, ..Policy::default() };
        let Some(heard) = before.hear(&answers, Week(2900)) else { return Ok(()) };
        let after = heard.policy;
        prop_assert_eq!(after.clone().checked(), Ok(after.clone()));
        for signal in SIGNALS {
            let weight = |policy: &Policy| policy.learned.answered.get(&signal.family).copied().unwrap_or(1.0);
            prop_assert!((weight(&after) - weight(&before)).abs() <= 0.05 * weight(&before) + 1e-4);
        }
        prop_assert!((after.risk.yellow - before.risk.yellow).abs() <= 0.01 + 1e-9);
        prop_assert!((after.learned.shift - before.learned.shift).abs() <= 0.02 + 1e-4);
        for line in changes(&before, &after) {
            let may = ["version", "risk.yellow", "learned.answered.", "learned.shift", "learned.heard"];
            prop_assert!(may.iter().any(|field| line.starts_with(field)), "{}", line);
        }
        prop_assert_eq!(after.hear(&answers, Week(2900)), None, "no week is heard twice");
    }

    #[test]
    fn the_order_of_answers_does_not_matter(answers in proptest::collection::vec(answer(6), 0..60)) {
        let reversed: Vec<Answer> = answers.iter().rev().cloned().collect();
        prop_assert_eq!(heard(&Policy::default(), &answers), heard(&Policy::default(), &reversed));
    }

    #[test]
    fn where_all_say_relevant_nothing_gets_quieter(answers in proptest::collection::vec(answer(20), 0..60)) {
        let relevant: Vec<Answer> = answers.into_iter().map(|it| Answer { relevant: true, ..it }).collect();
        let (before, after) = (Policy::default(), heard(&Policy::default(), &relevant));
        prop_assert!(SIGNALS.iter().all(|signal| after.learned.weight(signal.family) >= 1.0));
        prop_assert!(after.risk.yellow <= before.risk.yellow && after.learned.shift >= 0.0);
    }

    #[test]
    fn what_the_experts_call_red_stays_yellow_at_least_whatever_is_answered(
        answers in proptest::collection::vec(answer(80), 0..200),
        points in proptest::collection::btree_map(family(), 0.28..2.4_f64, 2..8),
    ) {
        let by_experts: Vec<Evidence> =
            points.iter().map(|(family, points)| evidence(*family, *points)).collect();
        let rules = Policy::default();
        prop_assume!(risk_of(&by_experts, &rules, Doubt::default()) >= rules.risk.red);
        let policy = heard(&rules, &answers);
        let weighed: Vec<Evidence> = points
            .iter()
            .map(|(family, points)| evidence(*family, points * policy.learned.weight(*family)))
            .collect();
        let risk = risk_of(&weighed, &policy, Doubt::default());
        prop_assert!(risk >= policy.risk.yellow, "{} under {}", risk, policy.risk.yellow);
    }

    #[test]
    fn more_points_never_mean_a_smaller_probability(
        learned in learned(),
        points in [0.0..3.0_f64, 0.0..3.0],
        more in 0.0..2.0_f64,
    ) {
        let [one, other] = points;
        let share = |one| {
            let evidence = [evidence(Family::Tone, one), evidence(Family::Orders, other)];
            learned.probability(&evidence).map(|probability| probability.share)
        };
        prop_assert!(share(one + more) >= share(one));
        prop_assert!(share(one).is_none_or(|share| (0.0..=1.0).contains(&share)));
    }
}

/// Three weeks in which all alerts with tickets were in vain, and those with payments were not.
#[test]
fn three_weeks_of_false_alarms() {
    let answer = |week, families: &[Family], relevant| Answer {
        week: Week(2900 + week),
        level: Level::Yellow,
        relevant,
        families: families.iter().copied().collect(),
    };
    let (tickets, payments) = ([Family::Tickets, Family::Orders], [Family::Payments, Family::Orders]);
    let mut policy = Policy::default();
    let mut told = String::new();
    for week in 0..3 {
        let answers =
            [answer(week, &tickets, false), answer(week, &tickets, false), answer(week, &payments, true)];
        let heard = policy.hear(&answers, Week(2900 + week)).unwrap();
        writeln!(told, "version {}\n{}", heard.policy.version, heard.reasons.join("\n")).unwrap();
        policy = heard.policy;
    }
    assert_eq!(told, include_str!("learned.txt"));
}

#[test]
fn what_is_refused_is_named() {
    let refused = |learned: LearnedPolicy| {
        Policy { learned, ..Policy::default() }.checked().unwrap_err().field.into_owned()
    };
    let weights = |weight| BTreeMap::from([(Family::OurReplyTime, weight)]);
    for weight in [f64::NAN, 0.2, 2.1, f64::INFINITY, -1.0] {
        let learned = LearnedPolicy { weights: weights(weight), ..LearnedPolicy::default() };
        assert_eq!(refused(learned), "learned.weights.our_reply_time");
    }
    for weight in [f64::NAN, 0.7, 1.3] {
        let learned = LearnedPolicy { answered: weights(weight), ..LearnedPolicy::default() };
        assert_eq!(refused(learned), "learned.answered.our_reply_time");
    }
    assert_eq!(refused(LearnedPolicy { shift: 0.3, ..LearnedPolicy::default() }), "learned.shift");
    let good = ProbabilityPolicy {
        horizon_days: 90,
        slope: 0.9,
        intercept: -3.7,
        learned_from: LearnedFrom { customers: 150, losses: 29 },
    };
    let probability =
        |probability| refused(LearnedPolicy { probability: Some(probability), ..LearnedPolicy::default() });
    let bad = [
        (ProbabilityPolicy { horizon_days: 0, ..good }, "learned.probability.horizon_days"),
        (ProbabilityPolicy { slope: -0.1, ..good }, "learned.probability.slope"),
        (ProbabilityPolicy { slope: f64::NAN, ..good }, "learned.probability.slope"),
        (ProbabilityPolicy { intercept: -20.0, ..good }, "learned.probability.intercept"),
        (
            ProbabilityPolicy { learned_from: LearnedFrom { customers: 10, losses: 0 }, ..good },
            "learned.probability.learned_from.losses",
        ),
        (
            ProbabilityPolicy { learned_from: LearnedFrom { customers: 10, losses: 11 }, ..good },
            "learned.probability.learned_from.customers",
        ),
    ];
    for (it, field) in bad {
        assert_eq!(probability(it), field);
    }
    let unknown = serde_json::from_str::<Policy>(r#"{"learned":{"weights":{"tonee":1}}}"#).unwrap_err();
    assert!(unknown.to_string().contains("unknown variant `tonee`"), "{unknown}");
}

#[test]
fn every_difference_between_two_policies_is_listed() {
    let mut after = Policy { version: 2, ..Policy::default() };
    after.risk.yellow = 0.31;
    after.learned.weights = BTreeMap::from([(Family::Tickets, 0.6)]);
    after.learned.probability = Some(ProbabilityPolicy {
        horizon_days: 90,
        slope: 0.9,
        intercept: -3.7,
        learned_from: LearnedFrom { customers: 150, losses: 29 },
    });
    let lines = changes(&Policy::default(), &after);
    assert_eq!(
        lines,
        [
            "learned.probability.horizon_days: nothing becomes 90",
            "learned.probability.intercept: nothing becomes -3.7",
            "learned.probability.learned_from.customers: nothing becomes 150",
            "learned.probability.learned_from.losses: nothing becomes 29",
            "learned.probability.slope: nothing becomes 0.9",
            "learned.weights.tickets: nothing becomes 0.6",
            "risk.yellow: 0.3 becomes 0.31",
            "version: 1 becomes 2",
        ]
    );
    assert_eq!(changes(&after, &after), [""; 0]);
    assert_eq!(changes(&after, &Policy::default()).len(), lines.len(), "the way back is as long");
}
