//! I1 and I4: whatever the order, the repetition and the lateness of arrival, and however often a run came in between,
//! the ledger is the one a fresh count of all events gives, byte for byte, and so is the assessment.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use scoring::bucket::{EVENT_DAYS, LOOK_BACK_DAYS, rebuild, spans_to_rebuild};
use scoring::{Day, Event, Ledger, Policy, packed, risk};

use crate::events::{START, event};

/// The days the histories span: longer than a ledger and its events live.
const DAYS: i64 = 620;

/// The events table and the state item of one customer, as the tables keep them.
#[derive(Default)]
struct Customer {
    /// By time and the source's id, as they are read.
    events: BTreeMap<(Timestamp, usize), Event>,
    dirty: BTreeSet<Day>,
    ledger: Option<Vec<u8>>,
}

impl Customer {
    fn deliver(&mut self, id: usize, event: &Event) {
        self.events.entry((event.at, id)).or_insert_with(|| event.clone());
        self.dirty.insert(Day::of(event.at));
    }

    /// A scoring run: count what is marked, assess, keep what lies ahead marked.
    fn score(&mut self, as_of: Timestamp) -> (Vec<u8>, String) {
        let policy = Policy::default();
        let today = Day::of(as_of);
        self.events.retain(|_, event| expires(event) > as_of);
        let held = self.ledger.as_deref().map(|bytes| packed::unpack(bytes).unwrap());
        let mut ledger = held.unwrap_or_else(|| {
            let ledger = Ledger::new(today);
            self.dirty.extend((ledger.first_day().0..=today.0).map(Day));
            ledger
        });
        ledger.advance(today);
        let mut later: BTreeSet<Day> = self.dirty.range(today.plus(1)..).copied().collect();
        for span in spans_to_rebuild(&ledger, &self.dirty, today) {
            let (from, to) = (span.from.plus(-LOOK_BACK_DAYS), span.to);
            let events = self.events.values().filter(|event| (from..=to).contains(&Day::of(event.at)));
            let events: Vec<Event> = events.cloned().collect();
            later.extend(events.iter().filter(|event| event.at > as_of).map(|event| Day::of(event.at)));
            rebuild(&mut ledger, span, &events, as_of, &policy.counting);
        }
        self.dirty = later;
        let bytes = packed::pack(&ledger);
        self.ledger = Some(bytes.clone());
        let assessment = risk::assess(
            &ledger,
            as_of,
            &policy,
            &scoring::Portfolio::default(),
            &scoring::Relation::default(),
        );
        (bytes, serde_json::to_string(&assessment).unwrap())
    }

    /// The same events, counted for the first time.
    fn afresh(&self) -> Self {
        Self { events: self.events.clone(), ..Self::default() }
    }
}

fn expires(event: &Event) -> Timestamp {
    Day::of(event.at).week().monday().plus(7 + EVENT_DAYS).start()
}

/// What happens next at the door or on the clock.
#[derive(Clone, Debug)]
enum Step {
    /// This event arrives, perhaps again, perhaps before it is said to have happened.
    Deliver(usize),
    /// A run, so many hours after the one before.
    Run(i64),
}

fn steps(events: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..events).prop_map(Step::Deliver),
        2 => prop_oneof![4 => 0_i64..48, 2 => 0..24 * 50_i64, 1 => 0..24 * 300_i64].prop_map(Step::Run),
    ];
    proptest::collection::vec(step, 1..50)
}

fn history() -> impl Strategy<Value = (Vec<Event>, Vec<Step>, i64)> {
    // Most histories are dense, so that events look back on one another; some are long.
    prop_oneof![Just(40_i64), Just(120), Just(DAYS)]
        .prop_flat_map(|days| (proptest::collection::vec(event(days), 1..40), Just(days)))
        .prop_flat_map(|(events, days)| {
            let steps = steps(events.len());
            (Just(events), steps, 0..days)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn every_run_says_what_a_fresh_count_says((events, steps, first_day) in history()) {
        let mut customer = Customer::default();
        let mut now = Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(24 * first_day + 5);
        for step in steps {
            match step {
                Step::Deliver(id) => customer.deliver(id, &events[id]),
                Step::Run(hours) => {
                    now += SignedDuration::from_hours(hours);
                    let said = customer.score(now);
                    prop_assert_eq!(said, customer.afresh().score(now), "as of {}", now);
                }
            }
        }
    }

    #[test]
    fn order_and_repetition_do_not_matter(
        events in proptest::collection::vec(event(90), 1..60),
        seed in any::<u64>(),
    ) {
        let now = Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(24 * 90);
        let mut in_order = Customer::default();
        for (id, event) in events.iter().enumerate() {
            in_order.deliver(id, event);
        }
        let mut shuffled = Customer::default();
        for n in 0..events.len() * 3 {
            // A full cycle through the events from a random start with a step coprime to their number, then again.
            let len = u64::try_from(events.len()).unwrap();
            let step = (1..=len).rev().find(|step| (seed % len + step) % len != 0 && gcd(*step, len) == 1).unwrap_or(1);
            let id = usize::try_from((seed % len + u64::try_from(n).unwrap() * step) % len).unwrap();
            shuffled.deliver(id, &events[id]);
            if n % 7 == 0 {
                shuffled.score(now);
            }
        }
        prop_assert_eq!(shuffled.score(now), in_order.score(now));
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
