//! A customer's history as counts and sums: per day for the last seven weeks, per week for the sixty before them.
//! No text, no names.
//!
//! Every cell is an integer and a week is the sum of its days, so that the ledger as of a day is a function of the
//! events alone, whatever order they came in (I4); what is rounded is rounded per day, then per week. Of days in touch and days with an order a week keeps which they
//! were, one bit per weekday, so that a silence is told to the day. [`crate::bucket`] fills the cells, [`crate::packed`] stores them,
//! [`crate::view`] reads them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tone::EntryId;

use crate::time::{Day, Week};

/// Weeks kept day by day: the current one and six full ones.
pub const DAY_WEEKS: i32 = 7;
/// Weeks kept as sums, before those.
pub const SUM_WEEKS: i32 = 60;
/// Weeks kept as sums of the counters that are held against half a year only.
pub const SHORT_WEEKS: i32 = 32;
/// Significant bits of a sum of money.
pub(crate) const LEADING_BITS: u32 = 12;
/// ... and of anything else.
const COARSE_BITS: u32 = 6;
/// ... in a week's sum.
const WEEK_BITS: u32 = 5;
/// Days of history a ledger can hold; older events are `too_late`.
pub const SPAN_DAYS: i32 = (SUM_WEEKS + DAY_WEEKS - 1) * 7;

/// Lexicon entries kept of a day: they only name what the counters have found, and an alert names six.
const ENTRIES_PER_DAY: usize = 3;

/// Orders entries for naming: the most frequent first, of equals the company's own.
pub(crate) fn by_interest(entry: EntryId, messages: u32) -> impl Ord {
    (Reverse(messages), !entry.is_own(), entry)
}

pub(crate) const WEEK_SLOTS: usize = SUM_WEEKS as usize;
pub(crate) const DAY_SLOTS: usize = DAY_WEEKS as usize * 7;
pub(crate) const SLOTS: usize = WEEK_SLOTS + DAY_SLOTS;

/// What is counted. The number is the column's in the packed form: append, never reorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Counter {
    /// Events of any kind: touch points (S55).
    Events,
    /// Messages, tickets and requests from the customer.
    Inbound,
    /// Days with at least one of them.
    InboundDays,
    /// Messages and ticket answers from us.
    Outbound,
    /// Messages read.
    Read,
    /// Sum of their tone, hundredths.
    ToneSum,
    /// Sour messages, see `CountingPolicy::sour`.
    Sour,
    /// Messages with phrases, one counter per category, in the order of `tone::Category`.
    Escalation,
    /// See `Escalation`.
    TimeCritical,
    /// See `Escalation`.
    Uncertainty,
    /// See `Escalation`.
    Alternatives,
    /// See `Escalation`.
    Budget,
    /// See `Escalation`.
    DataExport,
    /// See `Escalation`.
    Complaint,
    /// See `Escalation`.
    Compatibility,
    /// See `Escalation`.
    Cancellation,
    /// See `Escalation`.
    Delay,
    /// Replies of the customer to us.
    CustomerReplies,
    /// Working hours they took, summed.
    CustomerReplyHours,
    /// Our replies to the customer.
    OurReplies,
    /// Working hours they took, summed.
    OurReplyHours,
    /// Tickets opened.
    TicketsOpened,
    /// Tickets opened again.
    TicketsReopened,
    /// Requests that are at least the third on their topic, or the third alike, within 30 days (S27).
    Repeated,
    /// Orders placed.
    Orders,
    /// Days with an order.
    OrderDays,
    /// Their amount in whole units of the currency; returns and cancellations subtract.
    OrderAmount,
    /// Orders returned or cancelled.
    Returns,
    /// Invoices paid.
    InvoicesPaid,
    /// Days after the due date, summed; negative when early.
    DaysLate,
    /// Reminders: invoices reported overdue.
    Overdue,
    /// Usage reports.
    UsageReports,
    /// Logins in them, summed.
    Logins,
    /// Features used, summed.
    Features,
    /// Versions behind, summed.
    VersionsBehind,
    /// New contacts.
    ContactsJoined,
    /// New contacts nobody introduced (S70).
    Unintroduced,
    /// Contacts in a key role who left.
    KeyContactsLeft,
    /// Explicit notices of termination (I6).
    Notices,
    /// Renewals and extensions: what makes an earlier notice void.
    Renewals,
    /// Outcomes that say the customer has left.
    Churned,
    /// Feature requests and questions.
    Requests,
    /// A question alike to one that we had answered within the look-back (S26, S70).
    AskedAgain,
    /// Tickets opened with a high severity.
    SevereTickets,
    /// Sixteenths of log2(1 + hours) of the customer's replies, summed: long waits count, but do not drown the others.
    CustomerReplyLog,
    /// The same of our replies to messages.
    OurReplyLog,
    /// Our replies to messages.
    MessageReplies,
    /// Our first answers to tickets.
    TicketReplies,
    /// Sixteenths of log2(1 + hours) they took, summed.
    TicketReplyLog,
    /// Active users in usage reports, summed.
    ActiveUsers,
    /// Meetings moved or cancelled.
    MeetingsMoved,
    /// Approvals given.
    ApprovalsGiven,
    /// Days they took, summed.
    ApprovalDays,
    /// Approvals reported as delayed.
    ApprovalsDelayed,
    /// Answers to satisfaction surveys.
    SatisfactionScores,
    /// Their scores, hundredths of the scale, summed.
    SatisfactionSum,
    /// Outside news of medium severity.
    ExternalMedium,
    /// Outside news of strong severity.
    ExternalStrong,
    /// Contacts who left, whatever their role.
    ContactsLeft,
    /// Invoices issued: that they stop says that the relation rests.
    InvoicesIssued,
    /// Our deliveries that came late.
    LateDeliveries,
}

impl Counter {
    /// Every counter, in the order of the columns.
    pub const ALL: [Self; COUNTERS] = [
        Self::Events,
        Self::Inbound,
        Self::InboundDays,
        Self::Outbound,
        Self::Read,
        Self::ToneSum,
        Self::Sour,
        Self::Escalation,
        Self::TimeCritical,
        Self::Uncertainty,
        Self::Alternatives,
        Self::Budget,
        Self::DataExport,
        Self::Complaint,
        Self::Compatibility,
        Self::Cancellation,
        Self::Delay,
        Self::CustomerReplies,
        Self::CustomerReplyHours,
        Self::OurReplies,
        Self::OurReplyHours,
        Self::TicketsOpened,
        Self::TicketsReopened,
        Self::Repeated,
        Self::Orders,
        Self::OrderDays,
        Self::OrderAmount,
        Self::Returns,
        Self::InvoicesPaid,
        Self::DaysLate,
        Self::Overdue,
        Self::UsageReports,
        Self::Logins,
        Self::Features,
        Self::VersionsBehind,
        Self::ContactsJoined,
        Self::Unintroduced,
        Self::KeyContactsLeft,
        Self::Notices,
        Self::Renewals,
        Self::Churned,
        Self::Requests,
        Self::AskedAgain,
        Self::SevereTickets,
        Self::CustomerReplyLog,
        Self::OurReplyLog,
        Self::MessageReplies,
        Self::TicketReplies,
        Self::TicketReplyLog,
        Self::ActiveUsers,
        Self::MeetingsMoved,
        Self::ApprovalsGiven,
        Self::ApprovalDays,
        Self::ApprovalsDelayed,
        Self::SatisfactionScores,
        Self::SatisfactionSum,
        Self::ExternalMedium,
        Self::ExternalStrong,
        Self::ContactsLeft,
        Self::InvoicesIssued,
        Self::LateDeliveries,
    ];
}

/// How many counters there are.
pub const COUNTERS: usize = Counter::LateDeliveries as usize + 1;

/// The largest sum a cell holds, either way: all of a row can be added up without overflow.
pub(crate) const LARGEST_CELL: i64 = 1 << 52;

/// Weeks kept of a counter as sums: what only ever is compared with the last half year needs no more.
pub(crate) fn weeks_kept(counter: usize) -> usize {
    const SHORT: [Counter; 33] = [
        Counter::CustomerReplyHours,
        Counter::OurReplies,
        Counter::OurReplyHours,
        Counter::VersionsBehind,
        Counter::Repeated,
        Counter::Outbound,
        Counter::Budget,
        Counter::Returns,
        Counter::ContactsJoined,
        Counter::Unintroduced,
        Counter::KeyContactsLeft,
        Counter::ContactsLeft,
        Counter::ExternalMedium,
        Counter::ExternalStrong,
        Counter::LateDeliveries,
        Counter::Notices,
        Counter::Renewals,
        Counter::ApprovalsGiven,
        Counter::ApprovalDays,
        Counter::ApprovalsDelayed,
        Counter::MeetingsMoved,
        Counter::Overdue,
        Counter::Sour,
        Counter::AskedAgain,
        Counter::SevereTickets,
        Counter::TicketsReopened,
        Counter::Requests,
        Counter::SatisfactionScores,
        Counter::SatisfactionSum,
        Counter::InvoicesPaid,
        Counter::DaysLate,
        Counter::ActiveUsers,
        Counter::TicketsOpened,
    ];
    if SHORT.iter().any(|short| *short as usize == counter) { SHORT_WEEKS as usize } else { WEEK_SLOTS }
}

/// A day's cell as it is kept: amounts of money to twelve leading bits, an eighth of a thousandth, everything else to
/// six, whole up to 63 and then to eight thousandths. Whatever comes in, a ledger stays small.
pub(crate) fn kept(counter: usize, value: i64) -> i64 {
    leading_bits(value, if counter == Counter::OrderAmount as usize { LEADING_BITS } else { COARSE_BITS })
}

/// A week's cell as it is kept: whole up to 31, then to a sixtieth, by which counts stray anyway; sums of money, days
/// marked one by one, and what shares are told of, as exact as a day's.
pub(crate) fn kept_of_week(counter: usize, value: i64) -> i64 {
    let told = [Counter::OrderAmount, Counter::Logins, Counter::Features];
    let exact = told.iter().any(|told| *told as usize == counter);
    match (marks_days(counter), exact) {
        // One bit per weekday: nothing to round.
        (true, _) => value,
        (_, true) => kept(counter, value),
        _ => leading_bits(value, WEEK_BITS),
    }
}

/// The leading bits of a number.
pub(crate) fn leading_bits(value: i64, bits: u32) -> i64 {
    let size = value.unsigned_abs();
    let Some(last) = (64 - size.leading_zeros()).checked_sub(bits).filter(|last| *last > 0) else {
        return value;
    };
    let rounded = ((size + (1 << (last - 1))) >> last) << last;
    if value < 0 { -rounded.cast_signed() } else { rounded.cast_signed() }
}

fn bounded_sum(a: i64, b: i64) -> i64 {
    a.saturating_add(b).clamp(-LARGEST_CELL, LARGEST_CELL)
}

/// Whether a counter's days are 1 or 0 and its weeks one bit per weekday.
pub(crate) fn marks_days(counter: usize) -> bool {
    [Counter::InboundDays as usize, Counter::OrderDays as usize].contains(&counter)
}

/// What a day's cell adds to its week's; weekday 0 is Monday.
pub(crate) fn in_week(counter: usize, value: i64, weekday: usize) -> i64 {
    if marks_days(counter) { value << weekday } else { value }
}

/// What happened on one day, or in one week.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bucket {
    /// Counts and sums; zero cells are absent.
    pub cells: BTreeMap<Counter, i64>,
    /// Lexicon entries that matched, with the number of messages.
    pub entries: BTreeMap<EntryId, u32>,
}

impl Bucket {
    /// Adds to a cell.
    pub fn add(&mut self, counter: Counter, value: i64) {
        let cell = self.cells.entry(counter).or_default();
        *cell = bounded_sum(*cell, value);
    }
}

/// The history of one customer, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The first week kept day by day.
    pub(crate) origin: Week,
    /// `COUNTERS` rows of `SLOTS` cells: weeks, oldest first, then days.
    pub(crate) cells: Vec<i64>,
    /// Entries of the weeks kept day by day, of each day the most frequent.
    pub(crate) entries: BTreeMap<(Day, EntryId), u32>,
    /// The same history with a managed model's judgements counted in; none where that changes nothing. Apart, because a
    /// darker past makes a dark present look usual: counted together, a judgement could lower a later risk.
    pub(crate) darker: Option<Box<Ledger>>,
}

impl Ledger {
    /// An empty ledger as of a day.
    pub fn new(as_of: Day) -> Self {
        let (cells, entries) = (vec![0; COUNTERS * SLOTS], BTreeMap::new());
        Self { origin: origin_of(as_of), cells, entries, darker: None }
    }

    /// The first day it can hold.
    pub fn first_day(&self) -> Day {
        self.origin.monday().plus(-SUM_WEEKS * 7)
    }

    /// The day after the last one it can hold.
    pub fn end_day(&self) -> Day {
        self.origin.monday().plus(DAY_WEEKS * 7)
    }

    /// The first day that has a cell of its own.
    pub fn first_single_day(&self) -> Day {
        self.origin.monday()
    }

    /// Moves on to a later day: days that are no longer recent become weeks, the oldest weeks fall out.
    /// Never moves back: a late run scores as of the ledger's own day.
    pub fn advance(&mut self, as_of: Day) {
        let weeks = usize::try_from(origin_of(as_of).0.saturating_sub(self.origin.0)).unwrap_or(0);
        if weeks == 0 {
            return;
        }
        for (counter, row) in self.cells.chunks_exact_mut(SLOTS).enumerate() {
            let mut moved = [0_i64; SLOTS];
            for (slot, value) in row.iter().enumerate() {
                let Some(after) = slot_after(slot, weeks) else { continue };
                let value = match slot.checked_sub(WEEK_SLOTS) {
                    Some(day) if after < WEEK_SLOTS => in_week(counter, *value, day % 7),
                    _ => *value,
                };
                if let Some(cell) = moved.get_mut(after) {
                    *cell = bounded_sum(*cell, value);
                }
            }
            let dropped = WEEK_SLOTS - weeks_kept(counter);
            for (slot, cell) in moved.iter_mut().take(WEEK_SLOTS).enumerate() {
                *cell = if slot < dropped { 0 } else { kept_of_week(counter, *cell) };
            }
            row.copy_from_slice(&moved);
        }
        self.origin = origin_of(as_of);
        let first = self.first_single_day();
        self.entries.retain(|(day, _), _| *day >= first);
        if let Some(mut darker) = self.darker.take() {
            darker.advance(as_of);
            self.set_darker(Some(darker));
        }
    }

    /// Keeps the darker history where it differs, so that the ledger stays a function of the events (I4).
    pub(crate) fn set_darker(&mut self, darker: Option<Box<Self>>) {
        self.darker = darker.filter(|darker| darker.cells != self.cells);
    }

    /// Replaces the cells of one day, or of the whole week where days have no cell of their own.
    /// Days outside the ledger are ignored.
    pub(crate) fn set(&mut self, day: Day, bucket: &Bucket) {
        let Some(slot) = self.slot(day) else { return };
        for (counter, row) in self.cells.chunks_exact_mut(SLOTS).enumerate() {
            if let Some(cell) = row.get_mut(slot) {
                let told = bucket.cells.iter().find(|(key, _)| **key as usize == counter);
                let is_kept = slot >= WEEK_SLOTS - weeks_kept(counter);
                let keep = if slot < WEEK_SLOTS { kept_of_week } else { kept };
                *cell = told.filter(|_| is_kept).map_or(0, |(_, value)| keep(counter, *value));
            }
        }
        if day >= self.first_single_day() {
            self.entries.retain(|(held, _), _| *held != day);
            let mut entries: Vec<(EntryId, u32)> =
                bucket.entries.iter().map(|(entry, count)| (*entry, *count)).collect();
            entries.sort_by_key(|(entry, count)| by_interest(*entry, *count));
            let named = entries.into_iter().take(ENTRIES_PER_DAY);
            self.entries.extend(named.map(|(entry, count)| ((day, entry), count)));
        }
    }

    fn slot(&self, day: Day) -> Option<usize> {
        let from_origin = day.0 - self.first_single_day().0;
        if from_origin >= 0 {
            usize::try_from(from_origin).ok().filter(|days| *days < DAY_SLOTS).map(|days| WEEK_SLOTS + days)
        } else {
            usize::try_from(SUM_WEEKS + (day.week().0 - self.origin.0)).ok()
        }
    }
}

/// Where a cell stands after the ledger moved on by some weeks.
fn slot_after(slot: usize, weeks: usize) -> Option<usize> {
    if slot < WEEK_SLOTS {
        return slot.checked_sub(weeks);
    }
    let day = slot - WEEK_SLOTS;
    match day.checked_sub(weeks * 7) {
        Some(day) => Some(WEEK_SLOTS + day),
        None => (WEEK_SLOTS + day / 7).checked_sub(weeks),
    }
}

fn origin_of(as_of: Day) -> Week {
    Week(as_of.week().0 - (DAY_WEEKS - 1))
}
