//! Holds one customer's alerts against what became of the customer.

use std::ops::Range;

use jiff::civil::Date;
use jiff::{ToSpan as _, Unit};
use scoring::Level;
use scoring::event::OutcomeResult;
use serde::Serialize;

use super::replay::{Played, Step};
use crate::replay::ChangeKind;

/// An alert is right when it was opened or raised at most so many days before a loss. Half a year: as far as the past an
/// alert is measured against reaches back (S32); what was odd longer ago was another matter.
pub const WARNING_DAYS: i32 = 180;
/// So many days from a loss on, alerts count neither way: nobody is misled by them, and nobody is helped.
pub const NEUTRAL_DAYS: i32 = 30;
/// Days ahead that are reported: two weeks, a month, and the two months in which something can still be done (S69).
pub const LEADS: [i32; 3] = [14, 30, 60];
/// Days at the beginning in which nothing is judged unless it is asked for: half a year of learning (S32, S55).
pub const LEARNING_DAYS: i32 = 182;

/// The days that are judged, first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// Its length in weeks.
    pub fn weeks(self) -> f64 {
        f64::from(days(self.from, self.to) + 1) / 7.0
    }
}

/// What an alert turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A loss followed within [`WARNING_DAYS`].
    Right,
    /// It came with the loss or shortly after.
    Neutral,
    /// No documented loss followed.
    False,
}

/// One alert from its opening to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// Its opening; the first day judged where it stood open then.
    pub opened: Date,
    /// Whether it stood open when the period began.
    pub stood: bool,
    /// Its closing, if it was closed.
    pub closed: Option<Date>,
    /// The highest level it reached within the period.
    pub level: Level,
    /// Its opening and raises among the customer's steps.
    pub steps: Range<usize>,
    /// What it turned out to be.
    pub verdict: Verdict,
}

/// A loss within the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The day it was documented for, or its notice came.
    pub date: Date,
    /// Days from the first opening or raise to it; none when nothing warned.
    pub lead: Option<i32>,
}

/// One customer, judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Its alerts in the period.
    pub episodes: Vec<Episode>,
    /// Its losses in the period.
    pub losses: Vec<Loss>,
    /// Whether no loss of it is known at all.
    pub healthy: bool,
    /// Years under watch in the period, until it was lost.
    pub years: f64,
}

/// Days from one date to another; negative when it lies before.
pub fn days(from: Date, to: Date) -> i32 {
    from.until((Unit::Day, to)).map_or(0, |span| span.get_days())
}

/// A customer's losses. What a file documents stands alone; else what the history says. A loss begins with the structured
/// notice that announced it: what comes after the notice warns nobody.
pub fn losses(played: &Played, documented: Option<&[(Date, OutcomeResult)]>) -> Vec<Date> {
    let stated = documented.unwrap_or(&played.outcomes);
    let churned = stated.iter().filter(|(_, result)| *result == OutcomeResult::Churned);
    let begin = |date: Date| {
        let announced = played.notices.iter().copied();
        announced.filter(|notice| (0..=WARNING_DAYS).contains(&days(*notice, date))).min().unwrap_or(date)
    };
    let mut losses: Vec<Date> = churned.map(|(date, _)| begin(*date)).collect();
    if documented.is_none() {
        losses.extend(&played.notices);
    }
    losses.sort();
    losses.dedup_by(|later, first| days(*first, *later) <= WARNING_DAYS);
    losses
}

/// The steps of the policy in force, one per change.
pub fn steps(played: &Played, zone: &jiff::tz::TimeZone) -> Vec<Step> {
    let step = |change: &crate::replay::Change| Step {
        date: change.at.to_zoned(zone.clone()).date(),
        kind: change.event,
        level: change.level,
    };
    played.changes.iter().map(step).collect()
}

/// Judges a customer known since a date.
pub fn judge(steps: &[Step], losses: &[Date], since: Option<Date>, period: Period) -> Judged {
    let in_period = |date: &&Date| **date >= period.from && **date <= period.to;
    let first_loss = losses.first().copied();
    let start = since.map(|since| since.max(period.from));
    let end = first_loss.map_or(period.to, |loss| loss.min(period.to));
    let years = start.map_or(0.0, |start| f64::from(days(start, end).max(0)) / 365.25);
    let mut judged = Judged { episodes: Vec::new(), losses: Vec::new(), healthy: losses.is_empty(), years };
    let mut first = 0;
    for (index, step) in steps.iter().enumerate() {
        let ends = step.kind == ChangeKind::Closed;
        if ends || index + 1 == steps.len() {
            let range = first..if ends { index } else { index + 1 };
            let closed = ends.then_some(step.date);
            judged.episodes.extend(episode(steps, range, closed, losses, period));
            first = index + 1;
        }
    }
    let raised = |date: Date| {
        let warned = judged.episodes.iter().flat_map(|episode| dates(steps, episode, period));
        let leads = warned.map(|warned| days(warned, date));
        leads.filter(|lead| (1..=WARNING_DAYS).contains(lead)).max()
    };
    judged.losses =
        losses.iter().filter(in_period).map(|date| Loss { date: *date, lead: raised(*date) }).collect();
    judged
}

/// The days of an alert's opening and raises that lie in the period; what stood open when it began counts as of then.
fn dates(steps: &[Step], episode: &Episode, period: Period) -> impl Iterator<Item = Date> {
    let steps = steps.get(episode.steps.clone()).unwrap_or_default().iter();
    steps.map(move |step| step.date.max(period.from)).filter(move |date| *date <= period.to)
}

fn episode(
    steps: &[Step],
    range: Range<usize>,
    closed: Option<Date>,
    losses: &[Date],
    period: Period,
) -> Option<Episode> {
    if closed.is_some_and(|closed| closed < period.from) {
        return None;
    }
    let within: Vec<&Step> = steps.get(range.clone())?.iter().filter(|step| step.date <= period.to).collect();
    let first = within.first()?.date;
    let (opened, stood) = (first.max(period.from), first < period.from);
    let level = within.iter().map(|step| step.level).max()?;
    let leads = || {
        let dates = within.iter().map(|step| step.date.max(period.from));
        dates.flat_map(|date| losses.iter().map(move |loss| days(date, *loss)))
    };
    let verdict = if leads().any(|lead| (1..=WARNING_DAYS).contains(&lead)) {
        Verdict::Right
    } else if leads().any(|lead| (-NEUTRAL_DAYS..=0).contains(&lead)) {
        Verdict::Neutral
    } else {
        Verdict::False
    };
    Some(Episode { opened, stood, closed, level, steps: range.start..range.start + within.len(), verdict })
}

/// The period to judge: as asked for, else from half a year after the history begins, or half of it where it is short.
pub fn period(first: Date, last: Date, from: Option<Date>, to: Option<Date>) -> anyhow::Result<Period> {
    let asked = to.unwrap_or(last);
    let to = asked.min(last);
    let learning = LEARNING_DAYS.min(days(first, to) / 2).max(0);
    let from = from.unwrap_or(first.saturating_add(learning.days())).max(first);
    anyhow::ensure!(
        from < to,
        "nothing is left to judge: the history runs from {first} to {last}, and {from} to {asked} was asked for"
    );
    Ok(Period { from, to })
}
