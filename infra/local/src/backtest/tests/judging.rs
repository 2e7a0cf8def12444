//! Verdicts, losses, periods and recommendations.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use scoring::Level;
use scoring::event::OutcomeResult;

use crate::backtest::figures::Sums;
use crate::backtest::judge::{Judged, Period, Verdict, judge, losses, period};
use crate::backtest::replay::{Played, Step};
use crate::backtest::thresholds;
use crate::replay::ChangeKind;

const PERIOD: Period = Period { from: date(2025, 1, 1), to: date(2025, 12, 31) };

fn step(date: Date, kind: ChangeKind, level: Level) -> Step {
    Step { date, kind, level }
}

fn verdicts(judged: &Judged) -> Vec<Verdict> {
    judged.episodes.iter().map(|episode| episode.verdict).collect()
}

#[test]
fn an_alert_is_right_before_a_loss_neutral_after_it_and_else_false() {
    use ChangeKind::{Closed, Opened, Raised};
    use Level::{Red, Yellow};
    let lost = [date(2025, 9, 1)];
    let judged = |steps: &[Step]| judge(steps, &lost, Some(date(2024, 1, 1)), PERIOD);
    for (opened, verdict, lead) in [
        (date(2025, 8, 31), Verdict::Right, Some(1)),
        (date(2025, 3, 5), Verdict::Right, Some(180)),
        (date(2025, 3, 4), Verdict::False, None),
        (date(2025, 9, 1), Verdict::Neutral, None),
        (date(2025, 10, 1), Verdict::Neutral, None),
        (date(2025, 10, 2), Verdict::False, None),
    ] {
        let judged = judged(&[step(opened, Opened, Yellow)]);
        assert_eq!(verdicts(&judged), [verdict], "{opened}");
        assert_eq!(judged.losses[0].lead, lead, "{opened}");
    }
    let raised = judged(&[step(date(2025, 1, 5), Opened, Yellow), step(date(2025, 8, 1), Raised, Red)]);
    assert_eq!(verdicts(&raised), [Verdict::Right], "raised in time");
    assert_eq!(raised.losses[0].lead, Some(31));
    let twice = judged(&[
        step(date(2025, 2, 1), Opened, Yellow),
        step(date(2025, 2, 9), Closed, Yellow),
        step(date(2025, 7, 1), Opened, Yellow),
    ]);
    assert_eq!(verdicts(&twice), [Verdict::False, Verdict::Right]);
    let before = judged(&[step(date(2024, 8, 1), Opened, Red), step(date(2024, 12, 9), Closed, Red)]);
    assert_eq!(verdicts(&before), []);
    let standing = judged(&[step(date(2024, 8, 1), Opened, Red), step(date(2025, 2, 9), Closed, Red)]);
    assert_eq!(verdicts(&standing), [Verdict::False]);
    assert!(standing.episodes[0].stood && standing.episodes[0].opened == PERIOD.from);
    assert!((raised.years - 243.0 / 365.25).abs() < 1e-9, "{}", raised.years);
}

#[test]
fn a_loss_begins_with_the_notice_that_announced_it() {
    use OutcomeResult::{Churned, Renewed};
    let played = |outcomes: &[(Date, OutcomeResult)], notices: &[Date]| Played {
        outcomes: outcomes.to_vec(),
        notices: notices.to_vec(),
        ..Played::default()
    };
    let (told, left) = (date(2025, 3, 1), date(2025, 6, 1));
    assert_eq!(losses(&played(&[(left, Churned)], &[told]), None), [told]);
    assert_eq!(losses(&played(&[], &[told]), None), [told]);
    assert_eq!(losses(&played(&[(left, Renewed)], &[]), None), []);
    assert_eq!(losses(&played(&[], &[told]), Some(&[(left, Churned)])), [told]);
    assert_eq!(losses(&played(&[(told, Churned)], &[]), Some(&[])), [], "the file stands alone");
}

#[test]
fn half_a_year_is_for_learning_unless_asked_otherwise() {
    let (first, last) = (date(2024, 1, 1), date(2025, 12, 31));
    let judged = |from, to| period(first, last, from, to).unwrap();
    assert_eq!(judged(None, None), Period { from: date(2024, 7, 1), to: last });
    assert_eq!(
        judged(Some(date(2025, 1, 1)), Some(date(2027, 1, 1))),
        Period { from: date(2025, 1, 1), to: last }
    );
    assert_eq!(
        period(first, date(2024, 3, 1), None, None).unwrap().from,
        date(2024, 1, 31),
        "half of a short one"
    );
}

#[test]
fn the_recommendation_keeps_the_budget_and_what_is_good_enough() {
    use ChangeKind::{Closed, Opened};
    let policy = scoring::Policy::default();
    let grid = thresholds::grid(&policy.risk);
    assert!(
        grid.iter().all(|risk| scoring::Policy { risk: risk.clone(), ..policy.clone() }.checked().is_ok())
    );
    assert!(grid.iter().all(|risk| (risk.red - policy.risk.red).abs() < 1e-9), "red is never silenced");
    // A customer that rings every tenth day below a bound of 40 %, and one that is warned of under every bound.
    let noise = |rings: bool| {
        let mut steps = Vec::new();
        let mut day = PERIOD.from;
        while rings && day < PERIOD.to {
            steps.extend([
                step(day, Opened, Level::Yellow),
                step(day.tomorrow().unwrap(), Closed, Level::Yellow),
            ]);
            day = day.saturating_add(jiff::Span::new().days(10));
        }
        Sums::of(&judge(&steps, &[], Some(PERIOD.from), PERIOD))
    };
    let warned = Sums::of(&judge(
        &[step(date(2025, 5, 1), Opened, Level::Red)],
        &[date(2025, 8, 1)],
        Some(PERIOD.from),
        PERIOD,
    ));
    let customers = |noisy: usize| -> Vec<Vec<Sums>> {
        let ringing = (0..noisy).map(|_| grid.iter().map(|risk| noise(risk.yellow < 0.4)).collect());
        ringing.chain((0..10).map(|_| vec![warned; grid.len()])).collect()
    };
    let loud = thresholds::recommend(&policy, &grid, &customers(10), PERIOD.weeks());
    assert!((loud.policy.risk.yellow - 0.4).abs() < 1e-9, "{:?}", loud.reasons);
    assert_eq!(loud.policy.version, policy.version + 1);
    assert!(loud.given_up.is_empty());
    let quiet = thresholds::recommend(&policy, &grid, &customers(3), PERIOD.weeks());
    assert_eq!(quiet.policy, policy, "{:?}", quiet.reasons);
    let by_yellow: BTreeMap<String, bool> =
        loud.rows.iter().map(|row| (format!("{:.2}", row.yellow), row.recommended)).collect();
    assert!(by_yellow["0.40"] && !by_yellow["0.30"]);
}
