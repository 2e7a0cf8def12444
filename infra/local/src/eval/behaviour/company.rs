//! A simulated company: a whole history with losses, played through the product and held against what is known of it.
//!
//! `truth.csv` beside the history says from when a customer was in trouble, and until when. An alert is right when it
//! opened in that time; up to 30 days after it counts neither way. Points and thresholds were read off this very
//! company's quiet customers: its figures are no proof, only those of companies nobody has looked at would be.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::figures::{Figure, Goal};
use super::read;
use crate::backtest::figures::{drawn, ends};
use crate::backtest::judge::days;
use crate::backtest::replay::Step;
use crate::backtest::{self, Options};
use crate::replay::ChangeKind;

pub(super) const HISTORY: &str = "history.jsonl.gz";
/// Days after trouble has ended in which an alert counts neither way.
const NEUTRAL_DAYS: i32 = 30;
/// Days ahead that a warning is early.
const EARLY_DAYS: i32 = 30;

/// A row of `truth.csv`; the row of customer `*` and kind `period` says which days are judged.
#[derive(Deserialize)]
struct Truth {
    customer: String,
    kind: String,
    onset: Option<Date>,
    churn: Option<Date>,
    recovered: Option<Date>,
}

/// What is added up over customers.
#[derive(Clone, Copy, Default)]
struct Sums {
    right: u32,
    wrong: u32,
    losses: u32,
    early: u32,
    healthy_wrong: u32,
    healthy_years: f64,
}

/// Plays the history at a path.
pub(super) fn measure(history: &Path) -> anyhow::Result<Vec<Figure>> {
    let truth: Vec<Truth> = read::rows(&history.with_file_name("truth.csv"))?;
    let period = truth.iter().find(|row| row.customer == "*" && row.kind == "period");
    let period = period.and_then(|row| row.onset.zip(row.churn));
    let Some(period) = period else { anyhow::bail!("truth.csv names no period") };
    let steps = play(history)?;
    let none = Vec::new();
    let customers = truth.iter().filter(|row| row.customer != "*");
    let each: Vec<Sums> =
        customers.map(|row| judge(row, steps.get(&row.customer).unwrap_or(&none), period)).collect();

    let share = |part: f64, of: f64| (of > 0.0).then(|| part / of);
    let row = |name: &str, of: fn(&Sums) -> (f64, f64), goal| {
        let total = |sums: &mut dyn Iterator<Item = Sums>| {
            let (part, all) = of(&sums.fold(Sums::default(), Sums::plus));
            share(part, all)
        };
        let drawn = drawn(each.len())
            .filter_map(|places| total(&mut places.into_iter().filter_map(|place| each.get(place).copied())));
        let interval = ends(drawn.collect());
        let value = total(&mut each.iter().copied())?;
        Some(Figure { name: name.to_owned(), rows: each.len(), value, interval, goal })
    };
    let rows = [
        row("precision", |sums| (sums.right.into(), (sums.right + sums.wrong).into()), Goal::AtLeast(0.5)),
        row(
            "losses warned of 30 days ahead",
            |sums| (sums.early.into(), sums.losses.into()),
            Goal::AtLeast(0.45),
        ),
        row(
            "false alarms, healthy year",
            |sums| (sums.healthy_wrong.into(), sums.healthy_years),
            Goal::AtMost(0.15),
        ),
    ];
    Ok(rows.into_iter().flatten().collect())
}

/// Every customer's alerts; nothing stays on the disk.
fn play(history: &Path) -> anyhow::Result<BTreeMap<String, Vec<Step>>> {
    let out = std::env::temp_dir().join(format!("kundvakt-eval-{}", uuid::Uuid::new_v4()));
    let options = Options {
        history: history.to_owned(),
        customers: history.with_file_name("customers.jsonl"),
        company: None,
        outcomes: None,
        policy: None,
        compare: None,
        from: None,
        to: None,
        out: out.clone(),
    };
    let steps = backtest::steps_of(&options);
    if out.is_dir() {
        std::fs::remove_dir_all(&out)?;
    }
    steps
}

fn judge(truth: &Truth, steps: &[Step], (from, to): (Date, Date)) -> Sums {
    let trouble = truth.onset.zip(truth.churn.or(truth.recovered));
    let end = truth.churn.map_or(to, |churn| churn.min(to));
    let healthy = truth.kind == "healthy";
    let mut sums = Sums { losses: u32::from(truth.churn.is_some()), ..Sums::default() };
    if healthy {
        sums.healthy_years = f64::from(days(from, end).max(0)) / 365.25;
    }
    for episode in episodes(steps) {
        let closed = episode.last().filter(|step| step.kind == ChangeKind::Closed);
        let Some(opened) = episode.first() else { continue };
        if opened.date > to || closed.is_some_and(|closed| closed.date < from) {
            continue;
        }
        let opened = opened.date.max(from);
        let after = |end: Date| (end..=end.saturating_add(NEUTRAL_DAYS.days())).contains(&opened);
        if trouble.is_some_and(|(onset, end)| (onset..=end).contains(&opened)) {
            sums.right += 1;
        } else if !trouble.map(|(_, end)| end).or(truth.churn).is_some_and(after) {
            sums.wrong += 1;
            sums.healthy_wrong += u32::from(healthy);
        }
    }
    let warned = steps.iter().filter(|step| step.kind != ChangeKind::Closed).map(|step| step.date.max(from));
    let in_time = |date: &Date| {
        trouble.is_some_and(|(onset, _)| *date >= onset)
            && truth.churn.is_some_and(|churn| days(*date, churn) >= EARLY_DAYS)
    };
    sums.early = u32::from(warned.clone().any(|date| in_time(&date)));
    sums
}

/// An alert's steps from its opening to its close.
fn episodes(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    steps.chunk_by(|step, _| step.kind != ChangeKind::Closed)
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            losses: self.losses + other.losses,
            early: self.early + other.early,
            healthy_wrong: self.healthy_wrong + other.healthy_wrong,
            healthy_years: self.healthy_years + other.healthy_years,
        }
    }
}
