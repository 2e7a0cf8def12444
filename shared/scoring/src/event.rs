//! One thing that happened at a customer: the stored form, without text and without names.
//!
//! [`crate::incoming`] makes it from the event format; the events table keeps it as JSON until its bucket expires.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tone::Reading;

/// A keyed hash of something the source called by name: a contact, a thread, a ticket, an invoice, a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub u64);

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened, by the source's own clock.
    pub at: Timestamp,
    /// The person at the customer it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Key>,
    /// What happened.
    #[serde(flatten)]
    pub kind: Kind,
    /// What its text gave, where it had one that we may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// What happened (event format, section "kinds").
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields carry the names of the event format, where they are described")]
pub enum Kind {
    Message {
        direction: Direction,
        channel: Channel,
        thread: Option<Key>,
    },
    Ticket {
        state: TicketState,
        ticket: Option<Key>,
        topic: Option<Key>,
        direction: Option<Direction>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        severe: bool,
    },
    Request {
        topic: Option<Key>,
    },
    Order {
        amount: Money,
        category: OrderCategory,
        state: OrderState,
    },
    Invoice {
        invoice: Option<Key>,
        state: InvoiceState,
        days_late: Option<i32>,
        amount: Option<Money>,
    },
    Delivery {
        days_late: Option<i32>,
    },
    Contract {
        change: ContractChange,
    },
    Usage {
        logins: Option<u32>,
        active_users: Option<u32>,
        features: Option<u32>,
        version_behind: Option<u32>,
    },
    Contact {
        change: ContactChange,
        key_role: bool,
        introduced: Option<bool>,
    },
    Meeting {
        change: MeetingChange,
    },
    Approval {
        change: ApprovalChange,
    },
    External {
        severity: Severity,
    },
    Satisfaction {
        hundredths: u8,
    },
    Outcome {
        result: OutcomeResult,
    },
}

/// An amount in hundredths of the currency's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths; negative for a credit.
    pub hundredths: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

/// An ISO 4217 code, three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(pub [u8; 3]);

impl TryFrom<String> for Currency {
    type Error = &'static str;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| "a currency code has three letters")?;
        if bytes.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(bytes))
        } else {
            Err("a currency code is written in capitals A-Z")
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0.iter().map(|&letter| char::from(letter)).collect()
    }
}

/// Who wrote: the customer (inbound) or we (outbound).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named in the doc of the enum")]
pub enum Direction {
    Inbound,
    Outbound,
}

/// How a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Channel {
    Email,
    Chat,
    Call,
    Project,
}

/// What became of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum TicketState {
    Opened,
    Replied,
    Resolved,
    Reopened,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum OrderState {
    Placed,
    Returned,
    Cancelled,
}

/// What was ordered; `Other` for words we do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum OrderCategory {
    SparePart,
    Service,
    Licence,
    #[serde(other)]
    Other,
}

/// What became of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum InvoiceState {
    Issued,
    Paid,
    Overdue,
}

/// What became of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum ContractChange {
    Notice,
    Cancelled,
    Renewed,
    Reduced,
    Extended,
}

/// A contact person came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum ContactChange {
    Joined,
    Left,
}

/// What became of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum MeetingChange {
    Held,
    Moved,
    Cancelled,
}

/// What became of an approval we wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum ApprovalChange {
    Requested,
    Given,
    Delayed,
}

/// How grave outside news about the customer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Severity {
    Weak,
    Medium,
    Strong,
}

/// What happened in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum OutcomeResult {
    Churned,
    Renewed,
    Retained,
    Expanded,
}
