//! What stands in the events: how late they came, and which fields are filled in.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use scoring::Day;
use scoring::event::{Direction, InvoiceState, Kind, OrderCategory, OrderState};
use scoring::ledger::SPAN_DAYS;
use serde::Serialize;

use super::read::{Gathered, Item};

/// Clocks of senders may go ahead by this much.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// How late events arrived, where the file says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lateness {
    /// Events with a time of arrival.
    pub told: u64,
    /// Of these, up to a day late.
    pub within_a_day: u64,
    /// Up to a week.
    pub within_a_week: u64,
    /// Up to 30 days.
    pub within_30_days: u64,
    /// Later than that.
    pub later: u64,
    /// So late that the product keeps them aside.
    pub too_late: u64,
    /// Dated after they arrived, which the product keeps aside too.
    pub ahead: u64,
    /// Events more than a day late, by source.
    pub sources: BTreeMap<String, u64>,
}

/// How late the events came.
pub(super) fn lateness(gathered: &Gathered) -> Lateness {
    let mut late = Lateness::default();
    for item in &gathered.items {
        let Some(arrived) = item.received_at else { continue };
        let days = arrived.duration_since(item.event.at).as_hours() / 24;
        late.told += 1;
        if days >= 1 {
            *late.sources.entry(gathered.sources.name(item.source).to_owned()).or_default() += 1;
        }
        match days {
            _ if item.event.at.duration_since(arrived) > AHEAD => late.ahead += 1,
            _ if Day::of(item.event.at) < Day::of(arrived).plus(-SPAN_DAYS) => late.too_late += 1,
            ..1 => late.within_a_day += 1,
            1..7 => late.within_a_week += 1,
            7..30 => late.within_30_days += 1,
            _ => late.later += 1,
        }
    }
    late
}

/// How often a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The kind of event.
    pub kind: &'static str,
    /// The field.
    pub field: &'static str,
    /// Events that could have it.
    pub of: u64,
    /// Events that have it.
    pub with: u64,
    /// What cannot be seen without it.
    pub without: &'static str,
}

/// A field, for which events it is asked, and whether one has it.
struct Field {
    kind: &'static str,
    name: &'static str,
    without: &'static str,
    has: fn(&Item) -> Option<bool>,
}

/// Whether a customer wrote it.
fn is_written(item: &Item) -> bool {
    matches!(item.event.kind, Kind::Message { direction: Direction::Inbound, .. })
}

/// The fields that signals live on.
const FIELDS: &[Field] = &[
    Field {
        kind: "message",
        name: "thread",
        without: "which answer belongs to which question, so reply times are guessed",
        has: |item| match &item.event.kind {
            Kind::Message { thread, .. } => Some(thread.is_some()),
            _ => None,
        },
    },
    Field {
        kind: "message from the customer",
        name: "contact",
        without: "who wrote: nobody can object, and our own people are not told from theirs",
        has: |item| is_written(item).then_some(item.has_contact),
    },
    Field {
        kind: "message from the customer",
        name: "text",
        without: "tone and choice of words",
        has: |item| is_written(item).then_some(item.has_text),
    },
    Field {
        kind: "ticket",
        name: "ticket",
        without: "which answer belongs to which ticket",
        has: |item| match &item.event.kind {
            Kind::Ticket { ticket, .. } => Some(ticket.is_some()),
            _ => None,
        },
    },
    Field {
        kind: "invoice",
        name: "invoice",
        without: "which payment belongs to which invoice",
        has: |item| match &item.event.kind {
            Kind::Invoice { invoice, .. } => Some(invoice.is_some()),
            _ => None,
        },
    },
    Field {
        kind: "invoice issued",
        name: "amount",
        without: "what the customer is worth",
        has: |item| match &item.event.kind {
            Kind::Invoice { state: InvoiceState::Issued, amount, .. } => Some(amount.is_some()),
            _ => None,
        },
    },
    Field {
        kind: "order",
        name: "category",
        without: "spare parts and service apart from the rest",
        has: |item| match &item.event.kind {
            Kind::Order { state: OrderState::Placed, category, .. } => {
                Some(*category != OrderCategory::Other)
            }
            _ => None,
        },
    },
    Field {
        kind: "usage",
        name: "logins",
        without: "whether the product is used",
        has: |item| match &item.event.kind {
            Kind::Usage { logins, .. } => Some(logins.is_some()),
            _ => None,
        },
    },
    Field {
        kind: "usage",
        name: "features",
        without: "whether less of the product is used",
        has: |item| match &item.event.kind {
            Kind::Usage { features, .. } => Some(features.is_some()),
            _ => None,
        },
    },
];

/// The fields of which there are events.
pub(super) fn details(gathered: &Gathered) -> Vec<Detail> {
    let count = |field: &Field| {
        let had = || gathered.items.iter().filter_map(|item| (field.has)(item));
        let (of, with) = (had().count() as u64, had().filter(|has| *has).count() as u64);
        (of > 0).then_some(Detail { kind: field.kind, field: field.name, of, with, without: field.without })
    };
    FIELDS.iter().filter_map(count).collect()
}
