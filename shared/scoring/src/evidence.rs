//! What a signal found: a family, a strength, and a fact a sales manager can check.

use serde::{Deserialize, Serialize};
use tone::{Category, EntryId};

use crate::time::Day;

/// Groups of signals that can fail independently; two must agree before an alert (I6, S21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described by its signal's file")]
pub enum Family {
    Tone,
    Phrases,
    Frequency,
    CustomerReplyTime,
    OurReplyTime,
    Tickets,
    Orders,
    Payments,
    Usage,
    Contacts,
    Meetings,
    Satisfaction,
    External,
}

/// How much a signal weighs (S72).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Strength {
    Weak,
    Medium,
    Strong,
}

/// Whether a signal comes before the damage or with it (S4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Timing {
    Leading,
    Lagging,
}

/// What was observed and what is normal for this customer. Rendered by [`crate::words`].
/// `usual` is absent while there is too little history; hours are working hours, shares are 0..1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentence in `words` says what each number is")]
pub enum Fact {
    SourWeek { messages: i64, usual_per_week: f64 },
    LowTone { mean: f64, days: i32, messages: i64, usual: Option<f64> },
    Phrases { messages: i64, days: i32, categories: Vec<Category>, entries: Vec<EntryId> },
    Silence { days: i32, usual_days: f64 },
    FewerContacts { messages: i64, usual: f64, days: i32 },
    FewerThanLastYear { share: f64 },
    DailyContact { days_in_touch: i64, of_days: i32, usual_per_week: f64 },
    WeAreSilent { days: i32, usual: f64 },
    CustomerAnswersSlower { hours: f64, usual: Option<f64>, replies: i64 },
    WeAnswerSlower { hours: f64, usual: Option<f64>, replies: i64 },
    MoreTickets { tickets: i64, days: i32, usual: f64 },
    RepeatedRequests { requests: i64, days: i32 },
    TicketsReopened { tickets: i64, days: i32 },
    OrdersDown { share: f64, weeks: i32 },
    OrderGap { days: i32, usual_days: f64 },
    PaysLater { days_later: f64, usual: f64, recent: f64, invoices: i64 },
    MoreReminders { reminders: i64, days: i32 },
    UsageDown { share: f64, days: i32 },
    FewerFeatures { share: f64, days: i32 },
    VersionsBehind { versions: f64 },
    NewContactNotIntroduced { contacts: i64, days: i32 },
    KeyContactLeft { days: i32 },
    KeyContactReplaced { days: i32 },
    Souring { mean: f64, usual: f64, troubled: f64, usually_troubled: f64, weeks: usize },
    AsksAround { questions: f64, usual: f64, weeks: usize, entries: Vec<EntryId> },
    AskedAgain { questions: i64, days: i32 },
    TroubledTickets { opened: f64, reopened: f64, severe: f64, weeks: usize },
    FewerDaysInTouch { days: f64, usual: f64, weeks: usize },
    UsedLess { share: f64, days: i32 },
    FewerOrders { orders: f64, usual: f64, weeks: usize },
    LongestOrderGap { weeks: usize, longest: usize },
    SmallerOrders { share: f64, weeks: usize },
    FewerSpareParts { orders: f64, usual: f64, weeks: usize },
    LongestServiceGap { weeks: usize, longest: usize },
    ContactLeft { contacts: i64, days: i32 },
    Slipping { meetings: i64, approvals: i64, weeks: usize },
    ApprovesSlower { days: f64, usual: f64 },
    LessSatisfied { score: f64, usual: f64 },
    OutsideNews { severity: Strength },
    Notice { days_ago: i32 },
}

/// A signal that fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The family it belongs to; only the strongest of a family adds points.
    pub family: Family,
    /// How much it weighs.
    pub strength: Strength,
    /// It has lasted so long that it stands by itself, up to yellow (S11, S12).
    pub persistent: bool,
    /// Before or with the damage.
    pub timing: Timing,
    /// First day of what was observed.
    pub since: Day,
    /// What it added to the log-odds; 0 when a stronger signal of its family counts.
    pub points: f64,
    /// What was observed and what is normal.
    pub fact: Fact,
}
