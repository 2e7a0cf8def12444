//! Events of every kind, as they are stored.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use scoring::Event;
use scoring::event::{
    ApprovalChange, Channel, ContactChange, ContractChange, Currency, Direction, InvoiceState, Key, Kind,
    MeetingChange, Money, OrderCategory, OrderState, OutcomeResult, Severity, TicketState,
};
use tone::{Category, EntryId, Format, Judgement, Language, Message, Reading, Sketch};

/// Monday 2024-01-01.
pub(crate) const START: i64 = 1_704_067_200;

/// An event within so many days from [`START`].
pub(crate) fn event(days: i64) -> impl Strategy<Value = Event> {
    let minutes = prop_oneof![
        4 => 0..days * 24 * 60,
        // Around midnight, where days part.
        1 => (0..days, prop_oneof![Just(0_i64), Just(1), Just(24 * 60 - 1)])
            .prop_map(|(day, minute)| day * 24 * 60 + minute),
    ];
    (minutes, proptest::option::of(small_key()), kind(), proptest::option::of(reading())).prop_map(
        |(minutes, contact, kind, reading)| {
            let at = Timestamp::from_second(START).unwrap() + SignedDuration::from_mins(minutes);
            Event { at, contact, kind, reading }
        },
    )
}

/// Few keys, so that threads are answered and topics repeated.
fn small_key() -> impl Strategy<Value = Key> {
    (0_u64..4).prop_map(Key)
}

fn some_key() -> impl Strategy<Value = Option<Key>> {
    proptest::option::of(small_key())
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(words: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(words)
}

fn direction() -> impl Strategy<Value = Direction> {
    one_of(&[Direction::Inbound, Direction::Outbound])
}

fn money() -> impl Strategy<Value = Money> {
    let hundredths = prop_oneof![0_i64..10_000_000, -10_000_000_000_000_i64..=10_000_000_000_000];
    hundredths.prop_map(|hundredths| Money { hundredths, currency: Currency(*b"EUR") })
}

/// Any kind of event.
pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    use {
        ApprovalChange as A, ContractChange as C, MeetingChange as M, OrderCategory as O, OutcomeResult as R,
    };
    let channels = one_of(&[Channel::Email, Channel::Chat, Channel::Call, Channel::Project]);
    let count = || proptest::option::of(prop_oneof![0_u32..200, 0_u32..=1_000_000_000]);
    prop_oneof![
        6 => (direction(), channels, some_key())
            .prop_map(|(direction, channel, thread)| Kind::Message { direction, channel, thread }),
        3 => (
            one_of(&[TicketState::Opened, TicketState::Replied, TicketState::Resolved, TicketState::Reopened]),
            some_key(),
            some_key(),
            proptest::option::of(direction()),
        )
            .prop_map(|(state, ticket, topic, direction)| Kind::Ticket { state, ticket, topic, direction, severe: false }),
        2 => some_key().prop_map(|topic| Kind::Request { topic }),
        2 => (
            money(),
            one_of(&[O::SparePart, O::Service, O::Licence, O::Other]),
            one_of(&[OrderState::Placed, OrderState::Returned, OrderState::Cancelled]),
        )
            .prop_map(|(amount, category, state)| Kind::Order { amount, category, state }),
        2 => (
            some_key(),
            one_of(&[InvoiceState::Issued, InvoiceState::Paid, InvoiceState::Overdue]),
            proptest::option::of(-365..=365),
            proptest::option::of(money()),
        )
            .prop_map(|(invoice, state, days_late, amount)| Kind::Invoice { invoice, state, days_late, amount }),
        1 => proptest::option::of(-365..=365).prop_map(|days_late| Kind::Delivery { days_late }),
        1 => one_of(&[C::Notice, C::Cancelled, C::Renewed, C::Reduced, C::Extended])
            .prop_map(|change| Kind::Contract { change }),
        2 => (count(), count(), count(), count()).prop_map(|(logins, active_users, features, version_behind)| {
            Kind::Usage { logins, active_users, features, version_behind }
        }),
        1 => (
            one_of(&[ContactChange::Joined, ContactChange::Left]),
            any::<bool>(),
            proptest::option::of(any::<bool>()),
        )
            .prop_map(|(change, key_role, introduced)| Kind::Contact { change, key_role, introduced }),
        1 => one_of(&[M::Held, M::Moved, M::Cancelled]).prop_map(|change| Kind::Meeting { change }),
        1 => one_of(&[A::Requested, A::Given, A::Delayed]).prop_map(|change| Kind::Approval { change }),
        1 => one_of(&[Severity::Weak, Severity::Medium, Severity::Strong])
            .prop_map(|severity| Kind::External { severity }),
        1 => (0_u8..=100).prop_map(|hundredths| Kind::Satisfaction { hundredths }),
        1 => one_of(&[R::Churned, R::Renewed, R::Retained, R::Expanded])
            .prop_map(|result| Kind::Outcome { result }),
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    const CATEGORIES: &[Category] = &[
        Category::Escalation,
        Category::TimeCritical,
        Category::Uncertainty,
        Category::Alternatives,
        Category::Budget,
        Category::DataExport,
        Category::Complaint,
        Category::Compatibility,
        Category::Cancellation,
        Category::Delay,
    ];
    let entries = proptest::collection::vec((1000_u16..1250).prop_map(EntryId), 0..4);
    // Few questions, so that they are repeated, and of each two wordings that are alike.
    let question = proptest::option::of(one_of(&[
        "When will the Fortnox integration be ready?",
        "Is the integration with Fortnox available yet?",
        "Can we export the invoices to Excel?",
        "Is there a way to download all invoices as an Excel file?",
        "Could you send a copy of the contract?",
    ]));
    let signals = || proptest::collection::btree_set(one_of(CATEGORIES), 0..3);
    let judgement = (-100_i8..=100, signals()).prop_map(|(tone, signals)| Judgement { tone, signals });
    let managed = proptest::option::of(judgement);
    (-100_i8..=100, signals(), entries, 0..20, 0..10, managed, question).prop_map(
        |(tone, signals, mut entries, notice, automatic, managed, question)| {
            entries.sort();
            entries.dedup();
            let (engine, policy, language, confidence) = (1, 1, None, 80);
            let (notice, automatic) = (notice == 0, automatic == 0);
            let sketch = question.filter(|_| !automatic).and_then(sketch);
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
        },
    )
}

fn sketch(text: &'static str) -> Option<Sketch> {
    let (format, known_language) = (Format::Text, Some(Language::English));
    tone::sketch_request(&Message { text, format, known_language, policy: 1, ..Message::default() })
}
