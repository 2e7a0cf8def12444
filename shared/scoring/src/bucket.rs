//! From events to the cells of a ledger.
//!
//! A day's bucket is a function of the events of that day and the [`LOOK_BACK_DAYS`] before it, and of nothing else:
//! reply times need the message that was answered, repeated requests the earlier ones. So an event that arrives late
//! can change its own day and the days that look back on it, and exactly those are rebuilt, from scratch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tone::{Category, Judgement, Reading};

use crate::event::{
    ContactChange, ContractChange, Direction, Event, InvoiceState, Key, Kind, OrderState, OutcomeResult,
    TicketState,
};
use crate::ledger::{Bucket, Counter, Ledger, SUM_WEEKS, in_week, leading_bits};
use crate::policy::CountingPolicy;
use crate::similar::Requests;
use crate::time::{Day, working_hours};

/// How far back a day's bucket looks.
pub const LOOK_BACK_DAYS: i32 = 30;
/// Days of events that must be kept: the ledger's span, its look-back and the whole first week.
pub const EVENT_DAYS: i32 = (SUM_WEEKS + 7) * 7 + LOOK_BACK_DAYS + 7;

/// The first day on which no bucket needs the events of a day any more: counted from its week's end, so that no week is
/// ever rebuilt from half its events.
pub fn needed_until(day: Day) -> Day {
    day.week().monday().plus(7 + EVENT_DAYS)
}

/// An answer after this long answers nothing.
const REPLY_DAYS: i64 = 14;

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
                let cells = days.remove(&day.plus(weekday)).unwrap_or_default().cells;
                for (counter, value) in cells {
                    let weekday = weekday.unsigned_abs() as usize;
                    week.add(counter, in_week(counter as usize, leading_bits(value), weekday));
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

/// What is still waiting for an answer, and what was asked, while walking through the events.
struct Walk<'a> {
    policy: &'a CountingPolicy,
    readings: Readings,
    /// Per thread: the customer's messages since our last answer.
    waiting_for_us: BTreeMap<Option<Key>, Vec<Timestamp>>,
    /// Per thread: our messages since the customer's last answer.
    waiting_for_customer: BTreeMap<Option<Key>, Vec<Timestamp>>,
    /// Per topic, of requests and of tickets: when it was asked about.
    requested: BTreeMap<Key, Vec<Timestamp>>,
    ticketed: BTreeMap<Key, Vec<Timestamp>>,
    /// What was asked in words.
    worded: Requests,
}

fn day_buckets(
    events: &[Event],
    span: Span,
    until: Timestamp,
    policy: &CountingPolicy,
    readings: Readings,
) -> BTreeMap<Day, Bucket> {
    let mut walk = Walk {
        policy,
        readings,
        waiting_for_us: BTreeMap::new(),
        waiting_for_customer: BTreeMap::new(),
        requested: BTreeMap::new(),
        ticketed: BTreeMap::new(),
        worded: Requests::default(),
    };
    let mut days: BTreeMap<Day, Bucket> = BTreeMap::new();
    for event in events.iter().filter(|event| event.at <= until) {
        let day = Day::of(event.at);
        let mut bucket = Bucket::default();
        count(event, &mut walk, &mut bucket);
        if day < span.from || day > span.to {
            continue;
        }
        let day = days.entry(day).or_default();
        for (counter, value) in bucket.cells {
            match counter {
                Counter::InboundDays | Counter::OrderDays => drop(day.cells.insert(counter, 1)),
                _ => day.add(counter, value),
            }
        }
        for (entry, messages) in bucket.entries {
            *day.entries.entry(entry).or_default() += messages;
        }
    }
    days
}

fn count(event: &Event, walk: &mut Walk<'_>, bucket: &mut Bucket) {
    bucket.add(Counter::Events, 1);
    match &event.kind {
        Kind::Message { direction, thread, .. } => exchange(*direction, *thread, event.at, walk, bucket),
        Kind::Ticket { state, ticket, topic, direction } => {
            let direction = direction.unwrap_or(match state {
                TicketState::Opened | TicketState::Reopened => Direction::Inbound,
                TicketState::Replied | TicketState::Resolved => Direction::Outbound,
            });
            if *state != TicketState::Resolved {
                exchange(direction, *ticket, event.at, walk, bucket);
            }
            match state {
                TicketState::Opened => {
                    bucket.add(Counter::TicketsOpened, 1);
                    asked(*topic, event.at, &mut walk.ticketed, walk.policy, bucket);
                }
                TicketState::Reopened => bucket.add(Counter::TicketsReopened, 1),
                TicketState::Replied | TicketState::Resolved => {}
            }
        }
        Kind::Request { topic } => {
            bucket.add(Counter::Inbound, 1);
            bucket.add(Counter::InboundDays, 1);
            asked(*topic, event.at, &mut walk.requested, walk.policy, bucket);
        }
        Kind::Order { amount, state, .. } => {
            let units = amount.hundredths / 100;
            match state {
                OrderState::Placed => {
                    bucket.add(Counter::Orders, 1);
                    bucket.add(Counter::OrderDays, 1);
                    bucket.add(Counter::OrderAmount, units);
                }
                OrderState::Returned | OrderState::Cancelled => {
                    bucket.add(Counter::Returns, 1);
                    bucket.add(Counter::OrderAmount, -units.abs());
                }
            }
        }
        Kind::Invoice { state, days_late, .. } => match state {
            InvoiceState::Paid => {
                bucket.add(Counter::InvoicesPaid, 1);
                let days_late = i64::from(days_late.unwrap_or(0));
                bucket.add(Counter::DaysLate, days_late);
            }
            InvoiceState::Overdue => bucket.add(Counter::Overdue, 1),
            InvoiceState::Issued => {}
        },
        Kind::Usage { logins, features, version_behind, .. } => {
            bucket.add(Counter::UsageReports, 1);
            bucket.add(Counter::Logins, logins.unwrap_or(0).into());
            bucket.add(Counter::Features, features.unwrap_or(0).into());
            bucket.add(Counter::VersionsBehind, version_behind.unwrap_or(0).into());
        }
        Kind::Contact { change, key_role, introduced } => match change {
            ContactChange::Joined => {
                bucket.add(Counter::ContactsJoined, 1);
                if *introduced == Some(false) {
                    bucket.add(Counter::Unintroduced, 1);
                }
            }
            ContactChange::Left if *key_role => bucket.add(Counter::KeyContactsLeft, 1),
            ContactChange::Left => {}
        },
        Kind::Contract { change } => match change {
            ContractChange::Notice | ContractChange::Cancelled => bucket.add(Counter::Notices, 1),
            ContractChange::Renewed | ContractChange::Extended => bucket.add(Counter::Renewals, 1),
            ContractChange::Reduced => {}
        },
        Kind::Outcome { result: OutcomeResult::Churned } => bucket.add(Counter::Churned, 1),
        // Counted as touch points; their signals come with the full model.
        Kind::Delivery { .. }
        | Kind::Meeting { .. }
        | Kind::Approval { .. }
        | Kind::External { .. }
        | Kind::Satisfaction { .. }
        | Kind::Outcome { .. } => {}
    }
    if let Some(reading) = &event.reading {
        match walk.readings {
            Readings::Rules => read(reading, None, walk.policy, bucket),
            Readings::Darkened => read(&reading.darkened(), reading.managed.as_ref(), walk.policy, bucket),
        }
        if let Some(sketch) = &reading.sketch {
            let repeats = walk.worded.repeats(event.at, matter(&event.kind), sketch, walk.policy);
            // Once, also where its topic says so too.
            if repeats && !bucket.cells.contains_key(&Counter::Repeated) {
                bucket.add(Counter::Repeated, 1);
            }
        }
    }
}

/// The conversation an event belongs to.
fn matter(kind: &Kind) -> Option<Key> {
    match kind {
        Kind::Message { thread, .. } => *thread,
        Kind::Ticket { ticket, .. } => *ticket,
        _ => None,
    }
}

/// A message one way may answer one the other way.
fn exchange(
    direction: Direction,
    thread: Option<Key>,
    at: Timestamp,
    walk: &mut Walk<'_>,
    bucket: &mut Bucket,
) {
    let (answered, waiting, replies, hours) = match direction {
        Direction::Inbound => {
            bucket.add(Counter::Inbound, 1);
            bucket.add(Counter::InboundDays, 1);
            let walk = (&mut walk.waiting_for_customer, &mut walk.waiting_for_us);
            (walk.0, walk.1, Counter::CustomerReplies, Counter::CustomerReplyHours)
        }
        Direction::Outbound => {
            bucket.add(Counter::Outbound, 1);
            let walk = (&mut walk.waiting_for_us, &mut walk.waiting_for_customer);
            (walk.0, walk.1, Counter::OurReplies, Counter::OurReplyHours)
        }
    };
    let earliest = at - SignedDuration::from_hours(24 * REPLY_DAYS);
    let asked = answered.remove(&thread).and_then(|asked| asked.into_iter().find(|asked| *asked >= earliest));
    if let Some(asked) = asked {
        bucket.add(replies, 1);
        #[expect(clippy::cast_possible_truncation, reason = "at most two weeks of hours")]
        bucket.add(hours, working_hours(asked, at).round() as i64);
    }
    waiting.entry(thread).or_default().push(at);
}

fn asked(
    topic: Option<Key>,
    at: Timestamp,
    asked: &mut BTreeMap<Key, Vec<Timestamp>>,
    policy: &CountingPolicy,
    bucket: &mut Bucket,
) {
    let Some(topic) = topic else { return };
    let earliest = Day::of(at).plus(-policy.similar_days);
    let times = asked.entry(topic).or_default();
    times.retain(|asked| Day::of(*asked) >= earliest);
    times.push(at);
    if times.len() >= policy.similar {
        bucket.add(Counter::Repeated, 1);
    }
}

fn read(reading: &Reading, managed: Option<&Judgement>, policy: &CountingPolicy, bucket: &mut Bucket) {
    if reading.automatic {
        return;
    }
    bucket.add(Counter::Read, 1);
    bucket.add(Counter::ToneSum, reading.tone.into());
    if reading.tone <= policy.sour {
        bucket.add(Counter::Sour, 1);
    }
    if reading.notice {
        bucket.add(Counter::Notices, 1);
    }
    for category in reading
        .signals
        .iter()
        .filter(|category| !leads_away(**category) || is_shown(reading, managed, **category))
    {
        bucket.add(counter_of(*category), 1);
    }
    for entry in &reading.entries {
        // What an own phrase hints at is the policy's to say, when the customer is scored.
        let flagged = entry.is_own() || tone::entry(*entry).is_some_and(|entry| entry.category.is_some());
        if flagged {
            bucket.entries.insert(*entry, 1);
        }
    }
}

/// Categories of which a single message is a strong signal.
pub(crate) fn leads_away(category: Category) -> bool {
    matches!(
        category,
        Category::Compatibility | Category::Alternatives | Category::Cancellation | Category::DataExport
    )
}

/// Whether a person can be shown what the category rests on: a phrase of ours, of the company's, or a managed model's
/// word. "Vi väljer alternativ ett" is not to be read as a look at other suppliers by a model's guess alone.
fn is_shown(reading: &Reading, managed: Option<&Judgement>, category: Category) -> bool {
    let shows = |entry: &tone::EntryId| {
        entry.is_own() || tone::entry(*entry).is_some_and(|entry| entry.category == Some(category))
    };
    reading.entries.iter().any(shows) || managed.is_some_and(|managed| managed.signals.contains(&category))
}

/// The counter of a category's messages.
pub fn counter_of(category: Category) -> Counter {
    match category {
        Category::Escalation => Counter::Escalation,
        Category::TimeCritical => Counter::TimeCritical,
        Category::Uncertainty => Counter::Uncertainty,
        Category::Alternatives => Counter::Alternatives,
        Category::Budget => Counter::Budget,
        Category::DataExport => Counter::DataExport,
        Category::Complaint => Counter::Complaint,
        Category::Compatibility => Counter::Compatibility,
        Category::Cancellation => Counter::Cancellation,
        Category::Delay => Counter::Delay,
    }
}
