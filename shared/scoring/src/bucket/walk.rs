//! One walk through a customer's events, in the order of time: what each adds to its day, given what came before.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Readings;
use super::reading::read;
use crate::event::{
    ApprovalChange, ContactChange, ContractChange, Direction, Event, InvoiceState, Key, Kind, MeetingChange,
    OrderCategory, OrderState, OutcomeResult, Severity, TicketState,
};
use crate::ledger::{Bucket, Counter};
use crate::policy::CountingPolicy;
use crate::similar::Requests;
use crate::time::{Day, working_hours};

/// An answer after this long answers nothing.
const REPLY_DAYS: i64 = 14;

/// What is still waiting for an answer, and what was asked.
pub(super) struct Walk<'a> {
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
    /// When we last asked for an approval that has not been given.
    approval: Option<Timestamp>,
}

/// On which way an answer goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Message,
    Ticket,
}

impl<'a> Walk<'a> {
    pub(super) fn new(policy: &'a CountingPolicy, readings: Readings) -> Self {
        Self {
            policy,
            readings,
            waiting_for_us: BTreeMap::new(),
            waiting_for_customer: BTreeMap::new(),
            requested: BTreeMap::new(),
            ticketed: BTreeMap::new(),
            worded: Requests::default(),
            approval: None,
        }
    }

    /// What the event adds to its day, into an empty bucket.
    pub(super) fn count(&mut self, event: &Event, bucket: &mut Bucket) {
        bucket.add(Counter::Events, 1);
        match &event.kind {
            Kind::Message { direction, thread, .. } => {
                self.exchange(Way::Message, *direction, *thread, event.at, bucket);
            }
            Kind::Ticket { state, ticket, topic, direction, severe } => {
                let direction = direction.unwrap_or(match state {
                    TicketState::Opened | TicketState::Reopened => Direction::Inbound,
                    TicketState::Replied | TicketState::Resolved => Direction::Outbound,
                });
                if *state != TicketState::Resolved {
                    self.exchange(Way::Ticket, direction, *ticket, event.at, bucket);
                }
                self.ticket(*state, *topic, *severe, event.at, bucket);
            }
            Kind::Request { topic } => {
                bucket.add(Counter::Inbound, 1);
                bucket.add(Counter::InboundDays, 1);
                bucket.add(Counter::Requests, 1);
                if asked(*topic, event.at, &mut self.requested, self.policy) {
                    bucket.add(Counter::Repeated, 1);
                }
            }
            Kind::Approval { change } => self.approval(*change, event.at, bucket),
            kind => count_alone(kind, bucket),
        }
        self.read(event, bucket);
    }

    fn ticket(
        &mut self,
        state: TicketState,
        topic: Option<Key>,
        severe: bool,
        at: Timestamp,
        bucket: &mut Bucket,
    ) {
        match state {
            TicketState::Opened => {
                bucket.add(Counter::TicketsOpened, 1);
                if severe {
                    bucket.add(Counter::SevereTickets, 1);
                }
                if asked(topic, at, &mut self.ticketed, self.policy) {
                    bucket.add(Counter::Repeated, 1);
                }
            }
            TicketState::Reopened => bucket.add(Counter::TicketsReopened, 1),
            TicketState::Replied | TicketState::Resolved => {}
        }
    }

    fn approval(&mut self, change: ApprovalChange, at: Timestamp, bucket: &mut Bucket) {
        match change {
            ApprovalChange::Requested => self.approval = Some(at),
            ApprovalChange::Delayed => bucket.add(Counter::ApprovalsDelayed, 1),
            ApprovalChange::Given => {
                // What was asked before the look-back is as unknown as what was never asked.
                let earliest = Day::of(at).plus(-super::LOOK_BACK_DAYS);
                if let Some(asked) = self.approval.take().filter(|asked| Day::of(*asked) >= earliest) {
                    bucket.add(Counter::ApprovalsGiven, 1);
                    bucket.add(Counter::ApprovalDays, i64::from(Day::of(at).0 - Day::of(asked).0));
                }
            }
        }
    }

    /// A message one way may answer one the other way.
    fn exchange(
        &mut self,
        way: Way,
        direction: Direction,
        thread: Option<Key>,
        at: Timestamp,
        bucket: &mut Bucket,
    ) {
        let (answered, waiting) = match direction {
            Direction::Inbound => {
                bucket.add(Counter::Inbound, 1);
                bucket.add(Counter::InboundDays, 1);
                (&mut self.waiting_for_customer, &mut self.waiting_for_us)
            }
            Direction::Outbound => {
                bucket.add(Counter::Outbound, 1);
                self.worded.answered(thread);
                (&mut self.waiting_for_us, &mut self.waiting_for_customer)
            }
        };
        let earliest = at - SignedDuration::from_hours(24 * REPLY_DAYS);
        let asked =
            answered.remove(&thread).and_then(|asked| asked.into_iter().find(|asked| *asked >= earliest));
        waiting.entry(thread).or_default().push(at);
        if let Some(asked) = asked {
            replied(way, direction, working_hours(asked, at), bucket);
        }
    }

    fn read(&mut self, event: &Event, bucket: &mut Bucket) {
        let Some(reading) = &event.reading else { return };
        match self.readings {
            Readings::Rules => read(reading, None, self.policy, bucket),
            Readings::Darkened => read(&reading.darkened(), reading.managed.as_ref(), self.policy, bucket),
        }
        let Some(sketch) = &reading.sketch else { return };
        let asked = self.worded.ask(event.at, matter(&event.kind), sketch, self.policy);
        // Once, also where its topic says so too.
        if asked.repeated && bucket.cell(Counter::Repeated) == 0 {
            bucket.add(Counter::Repeated, 1);
        }
        if asked.again {
            bucket.add(Counter::AskedAgain, 1);
        }
    }
}

/// Counts what stands for itself, whatever came before.
fn count_alone(kind: &Kind, bucket: &mut Bucket) {
    match kind {
        Kind::Order { amount, category, state } => {
            let units = amount.hundredths / 100;
            match state {
                OrderState::Placed => {
                    bucket.add(Counter::Orders, 1);
                    bucket.add(Counter::OrderDays, 1);
                    bucket.add(Counter::OrderAmount, units);
                    match category {
                        OrderCategory::SparePart => bucket.add(Counter::SpareParts, 1),
                        OrderCategory::Service => bucket.add(Counter::Services, 1),
                        OrderCategory::Licence | OrderCategory::Other => {}
                    }
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
                bucket.add(Counter::DaysLate, i64::from(days_late.unwrap_or(0)));
            }
            InvoiceState::Overdue => bucket.add(Counter::Overdue, 1),
            InvoiceState::Issued => bucket.add(Counter::InvoicesIssued, 1),
        },
        Kind::Usage { logins, active_users, features, version_behind } => {
            bucket.add(Counter::UsageReports, 1);
            bucket.add(Counter::Logins, logins.unwrap_or(0).into());
            bucket.add(Counter::ActiveUsers, active_users.unwrap_or(0).into());
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
            ContactChange::Left => {
                bucket.add(Counter::ContactsLeft, 1);
                if *key_role {
                    bucket.add(Counter::KeyContactsLeft, 1);
                }
            }
        },
        Kind::Contract { change } => match change {
            ContractChange::Notice | ContractChange::Cancelled => bucket.add(Counter::Notices, 1),
            ContractChange::Renewed | ContractChange::Extended => bucket.add(Counter::Renewals, 1),
            ContractChange::Reduced => {}
        },
        Kind::Delivery { days_late } => {
            if days_late.is_some_and(|days| days > 0) {
                bucket.add(Counter::LateDeliveries, 1);
            }
        }
        Kind::Meeting { change } => match change {
            MeetingChange::Moved | MeetingChange::Cancelled => bucket.add(Counter::MeetingsMoved, 1),
            // Who met us has not been silent.
            MeetingChange::Held => bucket.add(Counter::InboundDays, 1),
        },
        Kind::External { severity } => match severity {
            Severity::Strong => bucket.add(Counter::ExternalStrong, 1),
            Severity::Medium => bucket.add(Counter::ExternalMedium, 1),
            Severity::Weak => {}
        },
        Kind::Satisfaction { hundredths } => {
            bucket.add(Counter::SatisfactionScores, 1);
            bucket.add(Counter::SatisfactionSum, i64::from(*hundredths));
        }
        Kind::Outcome { result: OutcomeResult::Churned } => bucket.add(Counter::Churned, 1),
        // Touch points and no more, or counted by who walks.
        Kind::Outcome { .. }
        | Kind::Message { .. }
        | Kind::Ticket { .. }
        | Kind::Request { .. }
        | Kind::Approval { .. } => {}
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

/// Counts a reply that took so many working hours.
#[expect(clippy::cast_possible_truncation, reason = "at most two weeks of hours")]
fn replied(way: Way, direction: Direction, hours: f64, bucket: &mut Bucket) {
    let (whole, log) =
        (hours.round() as i64, (16.0 * hours.max(0.0).ln_1p() / std::f64::consts::LN_2).round());
    match direction {
        Direction::Inbound => {
            bucket.add(Counter::CustomerReplies, 1);
            bucket.add(Counter::CustomerReplyHours, whole);
            bucket.add(Counter::CustomerReplyLog, log as i64);
        }
        Direction::Outbound => {
            bucket.add(Counter::OurReplies, 1);
            bucket.add(Counter::OurReplyHours, whole);
            let (replies, logs) = match way {
                Way::Message => (Counter::MessageReplies, Counter::OurReplyLog),
                Way::Ticket => (Counter::TicketReplies, Counter::TicketReplyLog),
            };
            bucket.add(replies, 1);
            bucket.add(logs, log as i64);
        }
    }
}

/// Notes that a topic was asked about. Whether with it so many have asked as the policy calls repeated.
fn asked(
    topic: Option<Key>,
    at: Timestamp,
    asked: &mut BTreeMap<Key, Vec<Timestamp>>,
    policy: &CountingPolicy,
) -> bool {
    let Some(topic) = topic else { return false };
    let earliest = Day::of(at).plus(-policy.similar_days);
    let times = asked.entry(topic).or_default();
    times.retain(|asked| Day::of(*asked) >= earliest);
    times.push(at);
    times.len() >= policy.similar
}
