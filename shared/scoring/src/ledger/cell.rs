//! What a cell counts, how far back it is kept, and how exactly.

use super::{SHORT_WEEKS, WEEK_SLOTS};

/// Significant bits of a sum of money.
pub(crate) const LEADING_BITS: u32 = 12;
/// ... and of anything else.
const COARSE_BITS: u32 = 6;
/// ... in a week's sum.
const WEEK_BITS: u32 = 5;
/// What is counted. The number is the column's in the packed form: append, never reorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Counter {
    /// Events of any kind: touch points (S55).
    Events,
    /// Messages, tickets and requests from the customer.
    Inbound,
    /// Days with at least one of them, or on which we met.
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
    /// Orders of spare parts placed (S71).
    SpareParts,
    /// Orders of service placed (S71).
    Services,
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
        Self::SpareParts,
        Self::Services,
    ];
}

/// How many counters there are.
pub const COUNTERS: usize = Counter::Services as usize + 1;

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

/// Whether a counter's days are 1 or 0 and its weeks one bit per weekday.
pub(crate) fn marks_days(counter: usize) -> bool {
    [Counter::InboundDays as usize, Counter::OrderDays as usize].contains(&counter)
}

/// What a day's cell adds to its week's; weekday 0 is Monday.
pub(crate) fn in_week(counter: usize, value: i64, weekday: usize) -> i64 {
    if marks_days(counter) { value << weekday } else { value }
}
