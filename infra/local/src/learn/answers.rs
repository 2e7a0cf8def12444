//! What people answered to alerts, from a file.

use std::path::Path;

use anyhow::Context as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use scoring::policy::Answer;
use scoring::{Day, Policy};
use serde::Deserialize;

use crate::backtest::judge::days;
use crate::backtest::replay::Played;
use crate::history;
use crate::replay::{Change, ChangeKind};

/// An answer belongs to the alert that stood on its date, or had closed at most so many days before.
const AFTERWARDS_DAYS: i32 = 30;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Relevant,
    FalseAlarm,
}

#[derive(Deserialize)]
struct Line {
    customer: String,
    date: Date,
    answer: Said,
}

/// What a file of answers holds.
#[derive(Debug, Default)]
pub struct Answers {
    /// Answers to hints.
    pub answers: Vec<Answer>,
    /// Answers to a notice of termination: no hint whose weight could be learned.
    pub notices: usize,
    /// Answers to alerts that the replay does not know: another policy may have raised them.
    pub unknown: usize,
}

/// Reads CSV with the header `customer,date,answer`; `answer` is `relevant` or `false_alarm`.
pub fn read(path: &Path, played: &[Played], zone: &TimeZone, policy: &Policy) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    let mut rows =
        history::table(history::open(path)?).with_context(|| format!("reading {}", path.display()))?;
    for (index, row) in rows.deserialize().enumerate() {
        let at = || format!("{} line {}", path.display(), index + 2);
        let line: Line = row.with_context(at)?;
        let of_customer = played.iter().find(|played| played.customer == line.customer);
        let alert = of_customer.and_then(|played| alert_on(&played.changes, line.date, zone));
        let Some(alert) = alert else {
            answers.unknown += 1;
            continue;
        };
        if alert.risk >= policy.risk.notice {
            answers.notices += 1;
            continue;
        }
        let midnight = line.date.to_zoned(TimeZone::UTC).with_context(at)?;
        answers.answers.push(Answer {
            week: Day::of(midnight.timestamp()).week(),
            level: alert.level,
            relevant: matches!(line.answer, Said::Relevant),
            families: alert.families.clone(),
        });
    }
    Ok(answers)
}

/// The opening or raise that was in force on a date.
fn alert_on<'a>(changes: &'a [Change], date: Date, zone: &TimeZone) -> Option<&'a Change> {
    let date_of = |change: &Change| change.at.to_zoned(zone.clone()).date();
    let before = changes.iter().rposition(|change| date_of(change) <= date)?;
    let last = changes.get(before)?;
    if last.event != ChangeKind::Closed {
        return Some(last);
    }
    let recent = days(date_of(last), date) <= AFTERWARDS_DAYS;
    changes.get(before.checked_sub(1)?).filter(|_| recent)
}
