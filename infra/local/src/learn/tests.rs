//! What is learned of companies made for one lesson each.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use scoring::policy::{LearnedFrom, ProbabilityPolicy};
use scoring::{Family, Level};

use super::*;
use crate::backtest::replay::{Played, Week};
use crate::replay::{Change, ChangeKind};

const FIRST: Date = date(2024, 1, 1);

/// A customer watched for a year and a half, with points by week.
fn played(customer: usize, points: impl Fn(usize) -> Vec<(Family, f64)>) -> Played {
    let week = |number: usize| Week {
        monday: FIRST.saturating_add(i32::try_from(number * 7).unwrap().days()),
        risk: 0.05,
        peak: 0.05,
        level: None,
        signs: Vec::new(),
        points: points(number),
        probability: None,
    };
    Played {
        customer: format!("C-{customer}"),
        since: Some(FIRST),
        weeks: (0..78).map(week).collect(),
        ..Played::default()
    }
}

/// Customers of whom the first ones leave at different times, each after eight weeks of late payments; tickets come to
/// everybody now and then and mean nothing.
fn company(customers: usize, losses: usize) -> (Vec<Played>, Vec<Vec<Date>>) {
    let leaves = |customer: usize| (customer < losses).then(|| 30 + customer * 7 % 34);
    let points = |customer: usize| {
        move |week: usize| {
            let pays_late = leaves(customer).is_some_and(|at| week < at && week + 8 >= at);
            let mut points = Vec::new();
            if pays_late || (customer + week).is_multiple_of(37) {
                points.push((Family::Payments, 1.4));
            }
            if (customer * 5 + week / 3).is_multiple_of(4) {
                points.push((Family::Tickets, 1.4));
            }
            points
        }
    };
    let all = (0..customers).map(|customer| played(customer, points(customer))).collect();
    let date = |week: usize| FIRST.saturating_add(i32::try_from(week * 7 + 3).unwrap().days());
    (all, (0..customers).map(|customer| leaves(customer).map(date).into_iter().collect()).collect())
}

/// What is told of a company, and the policy after.
fn told(customers: usize, losses: usize) -> (String, Policy) {
    let (played, losses) = company(customers, losses);
    let history = rows::of(&played, &losses, date(2025, 6, 29), &Policy::default());
    let mut learned = Learned::new(&Policy::default());
    learned.lesson(&history, &outcomes::learn(&history, &rows::in_force(&Policy::default())));
    (learned.told.join("\n"), learned.policy.checked().unwrap())
}

#[test]
fn tickets_that_mean_nothing_lose_weight() {
    let (told, policy) = told(160, 40);
    let weights = &policy.learned.weights;
    assert!(weights[&Family::Tickets] < 0.7 && weights[&Family::Payments] > 1.0, "{told}");
    assert!(!weights.contains_key(&Family::Tone), "of what was never seen nothing is learned");
    assert!(told.contains("The weights move: on customers they had not seen the log-loss was"), "{told}");
    assert!(told.contains("tickets counts ") && told.contains("customers had a sign of it"), "{told}");
    assert_eq!(policy.version, 2);
}

#[test]
fn fifteen_losses_leave_the_rules_and_it_is_said() {
    let (told, policy) = told(160, 15);
    assert!(
        told.contains("The rules stay: 15 losses of 160 customers are too few to weigh signs by"),
        "{told}"
    );
    assert!(policy.learned.weights.is_empty());
    let probability = policy.learned.probability.unwrap();
    assert_eq!(probability.learned_from, LearnedFrom { customers: 160, losses: 15 });
    assert!((probability.slope - outcomes::EXPERT_SLOPE).abs() > 0.01, "the slope is learned");
}

#[test]
fn eight_losses_teach_the_intercept_alone() {
    let (told, policy) = told(160, 8);
    assert!(told.contains("8 losses are fewer than 10, so only the intercept"), "{told}");
    let probability = policy.learned.probability.unwrap();
    assert!((probability.slope - outcomes::EXPERT_SLOPE).abs() < 1e-9);
}

#[test]
fn no_loss_teaches_nothing_and_takes_nothing_back() {
    let (played, losses) = company(160, 0);
    let history = rows::of(&played, &losses, date(2025, 6, 29), &Policy::default());
    let mut before = Policy::default();
    before.learned.probability = Some(ProbabilityPolicy {
        horizon_days: 90,
        slope: 0.9,
        intercept: -3.7,
        learned_from: LearnedFrom { customers: 150, losses: 29 },
    });
    let mut learned = Learned::new(&before);
    learned.lesson(&history, &outcomes::learn(&history, &rows::in_force(&before)));
    assert!(learned.told.join("\n").contains("No loss is documented: the rules stay"));
    assert_eq!((learned.moved, learned.policy), (false, before));
}

#[test]
fn a_row_is_taken_only_when_its_end_is_known_and_its_customer_still_there() {
    let quiet = |_| Vec::new();
    let one = |last, losses: &[Date]| {
        rows::of(&[played(0, quiet)], &[losses.to_vec()], last, &Policy::default()).len()
    };
    // Of 78 weeks the first 20 are too early, the last 13 not over; every fourth is taken.
    let last = date(2025, 6, 29);
    assert_eq!(one(last, &[]), (78 - 20 - 13_usize).div_ceil(4));
    assert_eq!(one(date(2024, 8, 1), &[]), 0, "nothing is over yet");
    assert_eq!(one(last, &[date(2024, 4, 1)]), 0, "who left before its own past decided teaches nothing");
    let left = rows::of(&[played(0, quiet)], &[vec![date(2025, 1, 31)]], last, &Policy::default());
    assert!(left.len() < one(last, &[]), "after the loss there are no rows");
    // A loss that is known, of a row whose horizon is not over, is left out as those who stayed are.
    assert_eq!(one(date(2025, 3, 1), &[date(2025, 2, 27)]), one(date(2025, 3, 1), &[]));
}

/// The desk of a company whose answers come in a file.
fn answered(lines: &str) -> Result<answers::Answers, String> {
    let folder = std::env::temp_dir().join(format!("kundvakt-learn-{}-{}", lines.len(), std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("answers.csv");
    std::fs::write(&path, lines).unwrap();
    let change = |at: &str, event, risk| Change {
        customer: "C-1".to_owned(),
        at: at.parse().unwrap(),
        event,
        level: Level::Yellow,
        risk,
        families: [Family::Tickets, Family::Orders].into(),
        evidence: Vec::new(),
    };
    let changes = vec![
        change("2025-03-03T04:00:00Z", ChangeKind::Opened, 0.35),
        change("2025-03-20T04:00:00Z", ChangeKind::Closed, 0.1),
        change("2025-06-02T04:00:00Z", ChangeKind::Opened, 0.95),
    ];
    let played = [Played { changes, ..played(1, |_| Vec::new()) }];
    let read = answers::read(&path, &played, &TimeZone::UTC, &Policy::default());
    std::fs::remove_dir_all(&folder).unwrap();
    read.map_err(|error| format!("{error:#}").replace(&folder.display().to_string(), ""))
}

#[test]
fn an_answer_is_held_against_the_alert_that_stood_then() {
    let lines = [
        "customer,date,answer",
        "C-1,2025-03-05,false_alarm",
        "C-1,2025-04-01,relevant",
        "C-1,2025-05-01,relevant",
        "C-9,2025-03-05,relevant",
        "C-1,2025-06-03,relevant",
    ];
    let read = answered(&lines.join("\n")).unwrap();
    let said = read.answers.iter().map(|it| (it.week.monday().date(), it.relevant, it.families.len()));
    let said: Vec<_> = said.collect();
    assert_eq!(said, [(date(2025, 3, 3), false, 2), (date(2025, 3, 31), true, 2)]);
    assert_eq!((read.unknown, read.notices), (2, 1), "too late, nobody we know; a notice");
    let fault = answered("customer,date,answer\nC-1,2025-03-05,maybe\n").unwrap_err();
    assert!(fault.contains("line 2"), "{fault}");
}

#[test]
fn many_steps_in_one_file_are_one_version() {
    let answers =
        answered("customer,date,answer\nC-1,2025-03-05,false_alarm\nC-1,2025-04-01,false_alarm\n").unwrap();
    let mut learned = Learned::new(&Policy::default());
    learned.answers(&answers);
    assert_eq!(learned.policy.version, 2);
    assert!(learned.policy.learned.answered[&Family::Tickets] < 0.99);
    assert_eq!(learned.weeks.len(), 2, "{:?}", learned.weeks);
    let again = learned.policy.clone();
    learned.answers(&answers);
    assert_eq!(learned.policy, again, "no week is heard twice");
}
