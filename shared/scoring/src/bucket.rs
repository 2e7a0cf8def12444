//! From events to the cells of a ledger.
//!
//! A day's bucket is a function of the events of that day and the [`LOOK_BACK_DAYS`] before it, and of nothing else:
//! reply times need the message that was answered, repeated requests the earlier ones. So an event that arrives late
//! can change its own day and the days that look back on it, and exactly those are rebuilt, from scratch.

mod reading;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use self::reading::counter_of;
use self::walk::Walk;
use crate::event::Event;
use crate::ledger::{Bucket, Ledger, SUM_WEEKS, in_week, kept, marks_days};
use crate::policy::CountingPolicy;
use crate::time::Day;

/// How far back a day's bucket looks.
pub const LOOK_BACK_DAYS: i32 = 30;
/// Days of events that must be kept: the ledger's span, its look-back and the whole first week.
pub const EVENT_DAYS: i32 = (SUM_WEEKS + 7) * 7 + LOOK_BACK_DAYS + 7;

/// The first day on which no bucket needs the events of a day any more: counted from its week's end, so that no week is
/// ever rebuilt from half its events.
pub fn needed_until(day: Day) -> Day {
    day.week().monday().plus(7 + EVENT_DAYS)
}
/// Days `from..=to` to rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// The spans to rebuild when something arrived for these days: each day and all that look back on it, whole weeks
/// where the ledger holds weeks, within the ledger and not after `today`; merged where they touch.
pub fn spans_to_rebuild(ledger: &Ledger, dirty: &BTreeSet<Day>, today: Day) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for day in dirty {
        let mut from = (*day).max(ledger.first_day());
        let mut to = day.plus(LOOK_BACK_DAYS);
        if from < ledger.first_single_day() {
            from = from.week().monday();
        }
        if to < ledger.first_single_day() {
            to = to.week().monday().plus(6);
        }
        to = to.min(today).min(ledger.end_day().plus(-1));
        if from > to {
            continue;
        }
        match spans.last_mut() {
            Some(last) if from <= last.to.plus(1) => last.to = last.to.max(to),
            _ => spans.push(Span { from, to }),
        }
    }
    spans
}

/// Rebuilds a span from the events of `span.from - LOOK_BACK_DAYS ..= span.to`, ordered by time.
/// Events after `until` have not happened yet and are left out.
pub fn rebuild(ledger: &mut Ledger, span: Span, events: &[Event], until: Timestamp, policy: &CountingPolicy) {
    let judged = |event: &Event| event.reading.as_ref().is_some_and(|reading| reading.managed.is_some());
    let mut darker = match ledger.darker.take() {
        None if events.iter().any(judged) => Some(Box::new(ledger.clone())),
        darker => darker,
    };
    fill(ledger, span, day_buckets(events, span, until, policy, Readings::Rules));
    if let Some(darker) = &mut darker {
        fill(darker, span, day_buckets(events, span, until, policy, Readings::Darkened));
    }
    ledger.set_darker(darker);
}

/// Which readings are counted.
#[derive(Clone, Copy)]
enum Readings {
    /// As the rules have it.
    Rules,
    /// With what a managed model said.
    Darkened,
}

fn fill(ledger: &mut Ledger, span: Span, mut days: BTreeMap<Day, Bucket>) {
    let mut day = span.from;
    while day <= span.to {
        if day < ledger.first_single_day() {
            let sunday = day.week().monday().plus(6);
            let mut week = Bucket::default();
            for weekday in 0..7 {
                for (counter, value) in days.remove(&day.plus(weekday)).unwrap_or_default().cells() {
                    let weekday = weekday.unsigned_abs() as usize;
                    week.add(counter, in_week(counter as usize, kept(counter as usize, value), weekday));
                }
            }
            day = sunday.plus(1);
            ledger.set(sunday, &week);
        } else {
            ledger.set(day, &days.remove(&day).unwrap_or_default());
            day = day.plus(1);
        }
    }
}

fn day_buckets(
    events: &[Event],
    span: Span,
    until: Timestamp,
    policy: &CountingPolicy,
    readings: Readings,
) -> BTreeMap<Day, Bucket> {
    let mut walk = Walk::new(policy, readings);
    let (mut days, mut bucket) = (BTreeMap::<Day, Bucket>::new(), Bucket::default());
    for event in events.iter().filter(|event| event.at <= until) {
        let day = Day::of(event.at);
        bucket.clear();
        walk.count(event, &mut bucket);
        if day < span.from || day > span.to {
            continue;
        }
        let day = days.entry(day).or_default();
        for (counter, value) in bucket.cells() {
            // A day in touch is one, however often they write.
            let value = if marks_days(counter as usize) { 1 - day.cell(counter) } else { value };
            day.add(counter, value);
        }
        for (entry, messages) in &bucket.entries {
            *day.entries.entry(*entry).or_default() += messages;
        }
    }
    days
}
