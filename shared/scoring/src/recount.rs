//! One run's counting: a ledger brought to the day, and the days that changed counted anew from their events.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::bucket::{LOOK_BACK_DAYS, Span, rebuild, spans_to_rebuild};
use crate::event::Event;
use crate::ledger::Ledger;
use crate::policy::CountingPolicy;
use crate::time::Day;

/// The counting of one customer as of a time. Ask for the [`spans`](Self::spans) and hand in the events of each.
#[derive(Clone, Debug)]
pub struct Recount {
    /// The ledger; counted when every span is.
    pub ledger: Ledger,
    /// Days with something after the time: they are to be counted again by a later run.
    pub later: BTreeSet<Day>,
    spans: Vec<Span>,
    as_of: Timestamp,
}

impl Recount {
    /// Begins with what was counted before, or with nothing: then every day is counted.
    pub fn new(held: Option<Ledger>, dirty: BTreeSet<Day>, as_of: Timestamp) -> Self {
        let today = Day::of(as_of);
        let mut dirty = dirty;
        let mut ledger = held.unwrap_or_else(|| {
            let ledger = Ledger::new(today);
            dirty = (ledger.first_day().0..=today.0).map(Day).collect();
            ledger
        });
        ledger.advance(today);
        let later = dirty.range(today.plus(1)..).copied().collect();
        let spans = spans_to_rebuild(&ledger, &dirty, today);
        Self { ledger, later, spans, as_of }
    }

    /// The spans to count. Each needs the events of its days and of the [`LOOK_BACK_DAYS`] before them.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.clone()
    }

    /// Counts a span from its events, ordered by time.
    pub fn count(&mut self, span: Span, events: &[Event], policy: &CountingPolicy) {
        self.later.extend(events.iter().filter(|event| event.at > self.as_of).map(|event| Day::of(event.at)));
        rebuild(&mut self.ledger, span, events, self.as_of, policy);
    }
}

/// The first of the days whose events a span needs.
pub fn first_needed(span: Span) -> Day {
    span.from.plus(-LOOK_BACK_DAYS)
}
