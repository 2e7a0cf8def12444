//! How large a packed ledger gets: `cargo test -p scoring size -- --nocapture` prints the figures.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scoring::bucket::{Span, rebuild};
use scoring::event::{
    Channel, ContactChange, Currency, Direction, InvoiceState, Key, Kind, MeetingChange, Money,
    OrderCategory, OrderState, TicketState,
};
use scoring::{Day, Event, Ledger, Policy, packed};
use tone::{Category, EntryId, Reading};

use crate::events::{START, event};

/// Two years: more than a ledger holds.
const DAYS: i64 = 730;

/// Always the same events, so that the figures can be compared.
fn runner(seed: u8) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn bytes(mut events: Vec<Event>) -> usize {
    events.sort_by_key(|event| event.at);
    let now = Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(24 * DAYS);
    let mut ledger = Ledger::new(Day::of(now));
    let span = Span { from: ledger.first_day(), to: Day::of(now) };
    rebuild(&mut ledger, span, &events, now, &Policy::default().counting);
    packed::pack(&ledger).len()
}

/// Small numbers that look random and are always the same (a linear congruential generator).
struct Dice(u64);

impl Dice {
    /// 0 up to but not including `below`.
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A customer with one and a half events a day: mails both ways, tickets and questions, an order every other week,
/// its invoice, a weekly report of use, a new face now and then.
fn ordinary(seed: u64) -> Vec<Event> {
    use {Direction::Inbound, Direction::Outbound};
    let mut dice = Dice(seed);
    let mut events = Vec::new();
    let mut add = |day: i64, minute: u64, kind: Kind, reading: Option<Reading>| {
        let minutes = day * 24 * 60 + i64::try_from(minute).unwrap();
        let at = Timestamp::from_second(START).unwrap() + SignedDuration::from_mins(minutes);
        events.push(Event { at, contact: None, kind, reading });
    };
    for day in 0..DAYS {
        let workday = day % 7 < 5;
        if workday && dice.roll(10) < 5 {
            let (thread, minute) = (Some(Key(dice.roll(5))), 480 + dice.roll(400));
            let message = |direction| Kind::Message { direction, channel: Channel::Email, thread };
            add(day, minute, message(Inbound), Some(reading(&mut dice)));
            if dice.roll(10) < 8 {
                add(day, minute + 20 + dice.roll(400), message(Outbound), None);
            }
        }
        if workday && dice.roll(100) < 12 {
            let (ticket, topic) = (Some(Key(dice.roll(1 << 40))), Some(Key(dice.roll(30))));
            let ticket = |state| Kind::Ticket { state, ticket, topic, direction: None, severe: false };
            add(day, 600, ticket(TicketState::Opened), Some(reading(&mut dice)));
            add(day, 600 + dice.roll(300), ticket(TicketState::Replied), None);
            add(day, 950, ticket(TicketState::Resolved), None);
        }
        if workday && dice.roll(100) < 10 {
            add(day, 700, Kind::Request { topic: Some(Key(dice.roll(20))) }, None);
        }
        if day % 14 == 3 {
            let hundredths = i64::try_from(500_000 + dice.roll(2_000_000)).unwrap();
            let amount = Money { hundredths, currency: Currency(*b"EUR") };
            let (category, state) = (OrderCategory::Other, OrderState::Placed);
            add(day, 660, Kind::Order { amount, category, state }, None);
        }
        if day % 14 == 9 {
            let days_late = Some(i32::try_from(dice.roll(7)).unwrap() - 1);
            let state = InvoiceState::Paid;
            add(day, 720, Kind::Invoice { invoice: None, state, days_late, amount: None }, None);
        }
        if day % 7 == 6 {
            let count = |value: u64| Some(u32::try_from(value).unwrap());
            let (logins, features) = (count(60 + dice.roll(50)), count(12 + dice.roll(6)));
            let version_behind = count(dice.roll(2));
            add(day, 30, Kind::Usage { logins, active_users: None, features, version_behind }, None);
        }
        if dice.roll(120) == 0 {
            let (change, introduced) = (ContactChange::Joined, Some(dice.roll(2) == 0));
            add(day, 800, Kind::Contact { change, key_role: false, introduced }, None);
        }
        if day % 30 == 11 {
            add(day, 780, Kind::Meeting { change: MeetingChange::Held }, None);
        }
    }
    events
}

/// One mail in six says something telling.
fn reading(dice: &mut Dice) -> Reading {
    let tone = i8::try_from(dice.roll(60)).unwrap() - 25;
    let (engine, policy, language, confidence, notice, automatic) = (1, 1, None, 90, false, false);
    let (mut signals, mut entries) = (BTreeSet::new(), Vec::new());
    if dice.roll(6) == 0 {
        signals.insert(match dice.roll(4) {
            0 => Category::TimeCritical,
            1 => Category::Uncertainty,
            2 => Category::Budget,
            _ => Category::Delay,
        });
        entries.push(EntryId(1_000 + u16::try_from(dice.roll(200)).unwrap()));
    }
    let (managed, sketch) = (None, None);
    Reading {
        engine,
        policy,
        language,
        confidence,
        tone,
        signals,
        entries,
        notice,
        automatic,
        managed,
        sketch,
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn an_ordinary_customer_takes_a_kilobyte() {
    let mut count = 0;
    let mut sizes: Vec<usize> = (0..50)
        .map(|seed| {
            let events = ordinary(seed);
            count += events.len();
            bytes(events)
        })
        .collect();
    sizes.sort_unstable();
    println!(
        "ordinary, {} events:  median {} bytes, smallest {}, largest {}",
        count / 50,
        sizes[25],
        sizes[0],
        sizes[49]
    );
    assert!(sizes[25] <= 1_024, "{sizes:?}");
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn a_thousand_events_a_day_of_every_kind_stay_under_four_kilobytes() {
    let (mut runner, strategy) = (runner(0), event(DAYS));
    // Drawing each of 730,000 would take a minute; a pool of them, spread over the days, is as wild.
    let pool: Vec<Event> = (0..5_000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let by_rules = |mut event: Event| {
        event.reading.iter_mut().for_each(|reading| reading.managed = None);
        event
    };
    let start = Timestamp::from_second(START).unwrap();
    let mut dice = Dice(1);
    let events = (0..DAYS * 1_000).map(|n| {
        let drawn = pool.get(usize::try_from(dice.roll(5_000)).unwrap()).unwrap();
        Event { at: start + SignedDuration::from_secs(n * 86_400 / 1_000), ..drawn.clone() }
    });
    let judged: Vec<Event> = events.collect();
    let [judged, size] = [judged.clone(), judged.into_iter().map(by_rules).collect()].map(bytes);
    println!("hostile: {size} bytes, {judged} where a managed model judged");
    assert!(size <= 4_096 && judged <= 2 * 4_096, "{size} {judged}");
}
