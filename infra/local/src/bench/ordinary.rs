//! Ordinary customers: two years of traffic in all families, about one and a half events a day.

use jiff::{SignedDuration, Timestamp};
use scoring::bucket::{rebuild, spans_to_rebuild};
use scoring::event::{
    Channel, Currency, Direction, Event, InvoiceState, Key, Kind, Money, OrderCategory, OrderState,
    TicketState,
};
use scoring::{Day, Ledger, Policy, packed};
use tone::{Category, Reading};

use super::{Figure, count, median};

const DAYS: i64 = 730;
const CUSTOMERS: u64 = 200;

pub(super) fn measure() -> Vec<Figure> {
    // The attributes beside the ledger, names and values: key, version, counting, risk, as_of, scored, a few marks.
    const BESIDE: f64 = 140.0;
    let sizes: Vec<f64> =
        (0..CUSTOMERS).map(|seed| count(packed::pack(&ledger(seed)).len()) + BESIDE).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    vec![
        Figure::at_most("state item after two ordinary years, median", median(sizes), "bytes", 1024.0),
        Figure::at_most("state item after two ordinary years, largest", largest, "bytes", 4096.0),
    ]
}

/// The ledger of one such customer.
pub(super) fn ledger(seed: u64) -> Ledger {
    count_up(&events(seed))
}

/// The day after the last event.
pub(super) fn end() -> Timestamp {
    start() + SignedDuration::from_hours(24 * DAYS)
}

fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000)
}

/// The ledger of some events, in the order of time.
pub(super) fn count_up(events: &[Event]) -> Ledger {
    let today = Day::of(end());
    let mut ledger = Ledger::new(today);
    let days = (ledger.first_day().0..=today.0).map(Day).collect();
    for span in spans_to_rebuild(&ledger, &days, today) {
        rebuild(&mut ledger, span, events, end(), &Policy::default().counting);
    }
    ledger
}

/// What happened with one such customer, in the order of time.
pub(super) fn events(seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let start = start();
    let mut events = Vec::new();
    for day in 0..DAYS {
        let at = |dice: &mut Dice| start + SignedDuration::from_mins(day * 1440 + 420 + dice.below(600));
        // Messages both ways on two days of five, tickets and invoices now and then, a usage report a week.
        if dice.below(5) < 2 {
            let thread = Some(Key(dice.next() % 50));
            let message = |direction| Kind::Message { direction, channel: Channel::Email, thread };
            let asked = at(&mut dice);
            events.push(event(asked, message(Direction::Inbound), Some(reading(&mut dice))));
            events.push(event(
                asked + SignedDuration::from_mins(dice.below(900)),
                message(Direction::Outbound),
                None,
            ));
        }
        if dice.below(12) == 0 {
            let kind = Kind::Ticket {
                state: TicketState::Opened,
                ticket: None,
                topic: Some(Key(dice.next() % 6)),
                direction: None,
                severe: false,
            };
            events.push(event(at(&mut dice), kind, None));
        }
        if dice.below(14) == 0 {
            let amount = Money { hundredths: 100_000 + dice.below(900_000), currency: Currency(*b"EUR") };
            let kind = Kind::Order { amount, category: OrderCategory::Other, state: OrderState::Placed };
            events.push(event(at(&mut dice), kind, None));
        }
        if day % 15 == 0 {
            let days_late = i32::try_from(dice.below(6)).ok();
            let kind = Kind::Invoice { invoice: None, state: InvoiceState::Paid, days_late, amount: None };
            events.push(event(at(&mut dice), kind, None));
        }
        if day % 7 == 0 {
            let some = |value: i64| u32::try_from(value).ok();
            let kind = Kind::Usage {
                logins: some(30 + dice.below(20)),
                active_users: some(5 + dice.below(3)),
                features: some(10 + dice.below(2)),
                version_behind: Some(0),
            };
            events.push(event(at(&mut dice), kind, None));
        }
    }
    events.sort_by_key(|event| event.at);
    events
}

fn event(at: Timestamp, kind: Kind, reading: Option<Reading>) -> Event {
    Event { at, contact: None, kind, reading }
}

fn reading(dice: &mut Dice) -> Reading {
    let signals = match dice.below(10) {
        0 => [Category::TimeCritical].into(),
        1 => [Category::Delay].into(),
        _ => std::collections::BTreeSet::new(),
    };
    let tone = i8::try_from(dice.below(50) - 20).unwrap_or(0);
    Reading {
        engine: tone::ENGINE,
        policy: 1,
        language: None,
        confidence: 80,
        tone,
        signals,
        entries: Vec::new(),
        notice: false,
        automatic: false,
        managed: None,
        sketch: None,
    }
}

/// A small generator (xorshift64), so that every run measures the same customers.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: i64) -> i64 {
        (self.next() >> 11).cast_signed().rem_euclid(bound)
    }
}
