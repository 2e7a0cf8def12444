//! A customer's history in a few lines, and what the signals say of it in words.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tone::{Judgement, Language, Message, Reading};

use crate::bucket::{LOOK_BACK_DAYS, Span, rebuild};
use crate::event::{
    Channel, ContactChange, ContractChange, Currency, Direction, Event, InvoiceState, Key, Kind, Money,
    OrderCategory, OrderState, TicketState,
};
use crate::evidence::Family;
use crate::ledger::Ledger;
use crate::past::{Past, WholeWeeks};
use crate::policy::Policy;
use crate::portfolio::{Gathered, Portfolio};
use crate::relation::Relation;
use crate::risk::{Assessment, assess};
use crate::signals::{Data, Hint, SIGNALS};
use crate::time::Day;
use crate::view::View;
use crate::words::words;

/// A history told strand by strand: each line goes on where the one before ended.
#[derive(Clone)]
pub(super) struct Story {
    day: Day,
    events: Vec<Event>,
    relation: Relation,
    /// The other customers; nothing is known of what they did without.
    company: Option<Vec<Self>>,
}

impl Story {
    /// Begins on a date. 2025-06-02 is a Monday.
    pub(super) fn from(date: &str) -> Self {
        Self { day: day(date), events: Vec::new(), relation: Relation::default(), company: None }
    }

    /// Told of such a relation.
    pub(super) fn of(self, relation: Relation) -> Self {
        Self { relation, ..self }
    }

    /// In a company too small to tell what is usual of all its customers: the calendar does.
    pub(super) fn by_calendar(self) -> Self {
        self.among(Vec::new())
    }

    /// Beside the company's other customers.
    pub(super) fn among(self, company: Vec<Self>) -> Self {
        Self { company: Some(company), ..self }
    }

    /// What they all did, as it is gathered at the beginning of a day's week.
    fn portfolio(&self, today: Day) -> Portfolio {
        let Some(company) = &self.company else { return Portfolio::default() };
        let monday = today.week().monday();
        let mut gathered = Gathered::default();
        for story in company.iter().chain([self]) {
            gathered.add(&story.ledger(monday.start()), monday, story.relation.country);
        }
        gathered.into_portfolio(monday)
    }

    /// Goes on from another date: the next strand.
    pub(super) fn on(mut self, date: &str) -> Self {
        self.day = day(date);
        self
    }

    /// Nothing for so many days.
    pub(super) fn pause(mut self, days: i32) -> Self {
        self.day = self.day.plus(days);
        self
    }

    /// So many times, every so many days, beginning today.
    pub(super) fn every(mut self, days: i32, times: usize, scene: impl Fn(Day) -> Vec<Event>) -> Self {
        for _ in 0..times {
            self.events.extend(scene(self.day));
            self.day = self.day.plus(days);
        }
        self
    }

    /// Once, today; the next line is about tomorrow.
    pub(super) fn once(self, scene: impl Fn(Day) -> Vec<Event>) -> Self {
        self.every(1, 1, scene)
    }

    /// So many times today.
    pub(super) fn today(self, times: usize, scene: impl Fn(Day) -> Vec<Event>) -> Self {
        self.every(0, times, scene)
    }

    /// Monday to Friday for so many weeks, beginning on a Monday.
    pub(super) fn workdays(mut self, weeks: usize, scene: impl Fn(Day) -> Vec<Event>) -> Self {
        for _ in 0..weeks {
            self = self.every(1, 5, &scene).pause(2);
        }
        self
    }

    fn ledger(&self, at: Timestamp) -> Ledger {
        let today = Day::of(at);
        let mut ledger = Ledger::new(today);
        let span = Span { from: ledger.first_day(), to: today };
        let mut events = self.events.clone();
        events.retain(|event| Day::of(event.at) >= span.from.plus(-LOOK_BACK_DAYS));
        events.sort_by_key(|event| event.at);
        rebuild(&mut ledger, span, &events, at, &Policy::default().counting);
        ledger
    }

    /// What one family says on the evening of a date.
    pub(super) fn says(&self, family: Family, date: &str) -> String {
        let at = evening(date);
        let ledger = self.ledger(at);
        let view = View::new(&ledger, Day::of(at));
        let signal = SIGNALS.iter().find(|signal| signal.family == family).unwrap();
        let (policy, english) = (Policy::default(), words(Language::English));
        let hints = (signal.detect)(&view, &policy);
        if hints.is_empty() {
            return match (signal.data)(&view, &policy) {
                Data::None => "no data",
                Data::TooLittle => "learning",
                Data::Enough => "quiet",
            }
            .to_owned();
        }
        let line = |hint: &Hint| {
            let alone = if hint.persistent { ", stands by itself" } else { "" };
            let fact = (english.fact)(&hint.fact, &policy.words);
            format!("{}{alone}: {fact}", (english.strength)(hint.strength))
        };
        hints.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What one family says of the customer's own past on the evening of a date, with points.
    pub(super) fn trend(&self, family: Family, date: &str) -> String {
        let (at, policy, neutral) = (evening(date), Policy::default(), Portfolio::default());
        let ledger = self.ledger(at);
        let view = View::new(&ledger, Day::of(at));
        let weeks = WholeWeeks::of(&view);
        let past = Past::new(&view, &weeks, &neutral);
        if past.known < policy.trends.weeks {
            return format!("known for {} weeks: the tables decide", past.known);
        }
        let signal = SIGNALS.iter().find(|signal| signal.family == family).unwrap();
        let mut hints = (signal.trend)(&past, &policy.trends);
        hints.sort_by(|a, b| b.points.partial_cmp(&a.points).unwrap());
        let fact = |hint: &Hint| (words(Language::English).fact)(&hint.fact, &policy.words);
        // Of several windows the strongest counts, and is enough to read.
        let line = hints.first().map(|hint| format!("{:.2}: {}", hint.points.unwrap(), fact(hint)));
        line.unwrap_or_else(|| "quiet".to_owned())
    }

    /// The assessment on the evening of a date.
    pub(super) fn assessed(&self, date: &str) -> Assessment {
        self.assessed_by(&Policy::default(), date)
    }

    /// The same by another policy.
    pub(super) fn assessed_by(&self, policy: &Policy, date: &str) -> Assessment {
        let at = evening(date);
        assess(&self.ledger(at), at, policy, &self.portfolio(Day::of(at)), &self.relation)
    }

    /// Risk, level and the evidence that counts, on the evening of a date.
    pub(super) fn risk(&self, date: &str) -> String {
        let assessment = self.assessed(date);
        let english = words(Language::English);
        let level = assessment.level.map_or("no alert", english.level);
        let mut text = format!("{:.1} %, {level}", assessment.risk * 100.0);
        for evidence in assessment.evidence {
            let (family, strength) =
                ((english.family)(evidence.family), (english.strength)(evidence.strength));
            write!(
                text,
                "\n{family} ({strength}): {}",
                (english.fact)(&evidence.fact, &Policy::default().words)
            )
            .unwrap();
        }
        text
    }
}

fn day(date: &str) -> Day {
    let date: Date = date.parse().unwrap();
    Day::of(date.to_zoned(TimeZone::UTC).unwrap().timestamp())
}

fn evening(date: &str) -> Timestamp {
    day(date).start() + SignedDuration::from_hours(22)
}

fn at(day: Day, hour: i64, kind: Kind) -> Event {
    Event { at: day.start() + SignedDuration::from_hours(hour), contact: None, kind, reading: None }
}

fn message(direction: Direction, thread: Option<Key>) -> Kind {
    Kind::Message { direction, channel: Channel::Email, thread }
}

fn key(name: &str) -> Key {
    Key(name.bytes().fold(7, |key: u64, byte| key.wrapping_mul(31).wrapping_add(byte.into())))
}

/// A mail from the customer of this tone, hundredths, without a telling word.
pub(super) fn mail(tone: i8) -> impl Fn(Day) -> Vec<Event> {
    move |day| {
        let reading = Reading {
            engine: 1,
            policy: 1,
            language: None,
            confidence: 100,
            tone,
            signals: std::collections::BTreeSet::new(),
            entries: vec![],
            notice: false,
            automatic: false,
            managed: None,
            sketch: None,
        };
        vec![Event { reading: Some(reading), ..at(day, 10, message(Direction::Inbound, None)) }]
    }
}

/// The same, of which a managed model says that its tone is this.
pub(super) fn judged(scene: impl Fn(Day) -> Vec<Event>, tone: i8) -> impl Fn(Day) -> Vec<Event> {
    move |day| {
        let mut events = scene(day);
        let judgement = Judgement { tone, signals: std::collections::BTreeSet::new() };
        for reading in events.iter_mut().filter_map(|event| event.reading.as_mut()) {
            reading.managed = Some(judgement.clone());
        }
        events
    }
}

/// A mail from the customer, read as it would be.
pub(super) fn wrote(text: &str) -> impl Fn(Day) -> Vec<Event> {
    told(message(Direction::Inbound, None), tone::read(&text_of(text)))
}

/// A mail from the customer in a thread.
pub(super) fn wrote_in(thread: &str, text: &str) -> impl Fn(Day) -> Vec<Event> {
    told(message(Direction::Inbound, Some(key(thread))), tone::read(&text_of(text)))
}

/// A ticket opened with these words.
pub(super) fn told_in_ticket(name: &str, text: &str) -> impl Fn(Day) -> Vec<Event> {
    let (state, ticket) = (TicketState::Opened, Some(key(name)));
    let sketch = tone::sketch_request(&text_of(text));
    let kind = Kind::Ticket { state, ticket, topic: None, direction: None, severe: false };
    told(kind, Reading { sketch, ..tone::read(&text_of(text)) })
}

/// A request on a topic, in these words.
pub(super) fn asked_about(topic: &str, text: &str) -> impl Fn(Day) -> Vec<Event> {
    told(Kind::Request { topic: Some(key(topic)) }, tone::read(&text_of(text)))
}

fn text_of(text: &str) -> Message<'_> {
    Message { text, policy: 1, ..Message::default() }
}

fn told(kind: Kind, reading: Reading) -> impl Fn(Day) -> Vec<Event> {
    move |day| vec![Event { reading: Some(reading.clone()), ..at(day, 10, kind.clone()) }]
}

/// A mail from us.
pub(super) fn our_mail(day: Day) -> Vec<Event> {
    vec![at(day, 9, message(Direction::Outbound, None))]
}

/// We write at eight; the customer answers after so many hours.
pub(super) fn they_answer_after(hours: i64) -> impl Fn(Day) -> Vec<Event> {
    move |day| exchange(day, hours, [Direction::Outbound, Direction::Inbound])
}

/// The customer writes at eight; we answer after so many hours.
pub(super) fn we_answer_after(hours: i64) -> impl Fn(Day) -> Vec<Event> {
    move |day| exchange(day, hours, [Direction::Inbound, Direction::Outbound])
}

fn exchange(day: Day, hours: i64, [first, second]: [Direction; 2]) -> Vec<Event> {
    let thread = Some(Key(day.0.unsigned_abs().into()));
    vec![at(day, 8, message(first, thread)), at(day, 8 + hours, message(second, thread))]
}

/// An order over so much.
pub(super) fn order(amount: i64) -> impl Fn(Day) -> Vec<Event> {
    order_of(OrderCategory::Other, amount)
}

/// An order of a kind.
pub(super) fn order_of(category: OrderCategory, amount: i64) -> impl Fn(Day) -> Vec<Event> {
    move |day| {
        let amount = Money { hundredths: amount * 100, currency: Currency(*b"SEK") };
        vec![at(day, 11, Kind::Order { amount, category, state: OrderState::Placed })]
    }
}

/// An invoice paid so many days after it was due.
pub(super) fn paid_after(days_late: i32) -> impl Fn(Day) -> Vec<Event> {
    move |day| vec![at(day, 12, invoice(InvoiceState::Paid, days_late))]
}

/// An invoice reported overdue.
pub(super) fn overdue(day: Day) -> Vec<Event> {
    vec![at(day, 12, invoice(InvoiceState::Overdue, 3))]
}

fn invoice(state: InvoiceState, days_late: i32) -> Kind {
    Kind::Invoice { invoice: None, state, days_late: Some(days_late), amount: None }
}

/// A report of use: logins, features used, versions behind.
pub(super) fn used(logins: u32, features: u32, behind: u32) -> impl Fn(Day) -> Vec<Event> {
    let usage = Kind::Usage {
        logins: Some(logins),
        active_users: None,
        features: Some(features),
        version_behind: Some(behind),
    };
    move |day| vec![at(day, 11, usage.clone())]
}

/// A ticket opened on a topic.
pub(super) fn ticket(topic: &str) -> impl Fn(Day) -> Vec<Event> {
    ticket_is(TicketState::Opened, topic)
}

/// A solved ticket opened again.
pub(super) fn reopened(day: Day) -> Vec<Event> {
    ticket_is(TicketState::Reopened, "again")(day)
}

fn ticket_is(state: TicketState, topic: &str) -> impl Fn(Day) -> Vec<Event> {
    let topic = Some(key(topic));
    move |day| {
        let ticket = Some(Key(day.0.unsigned_abs().into()));
        vec![at(day, 13, Kind::Ticket { state, ticket, topic, direction: None, severe: false })]
    }
}

/// A request for a feature, or a question.
pub(super) fn request(topic: &str) -> impl Fn(Day) -> Vec<Event> {
    let topic = Some(key(topic));
    move |day| vec![at(day, 14, Kind::Request { topic })]
}

/// A new contact person.
pub(super) fn joined(introduced: bool) -> impl Fn(Day) -> Vec<Event> {
    let kind = Kind::Contact { change: ContactChange::Joined, key_role: false, introduced: Some(introduced) };
    move |day| vec![at(day, 15, kind.clone())]
}

/// A contact in a key role, or another, left.
pub(super) fn left(key_role: bool) -> impl Fn(Day) -> Vec<Event> {
    let kind = Kind::Contact { change: ContactChange::Left, key_role, introduced: None };
    move |day| vec![at(day, 15, kind.clone())]
}

/// Something became of the contract.
pub(super) fn contract(change: ContractChange) -> impl Fn(Day) -> Vec<Event> {
    move |day| vec![at(day, 16, Kind::Contract { change })]
}

/// Anything else, as it is in the event format.
pub(super) fn happened(kind: Kind) -> impl Fn(Day) -> Vec<Event> {
    move |day| vec![at(day, 15, kind.clone())]
}

/// Both of two things.
pub(super) fn both(
    one: impl Fn(Day) -> Vec<Event>,
    other: impl Fn(Day) -> Vec<Event>,
) -> impl Fn(Day) -> Vec<Event> {
    move |day| [one(day), other(day)].concat()
}
