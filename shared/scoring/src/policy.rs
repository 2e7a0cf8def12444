//! Every threshold, weight and clock in force, in one versioned value. Names no person.
//!
//! The defaults are the articles' tables; each field says its S-number. A policy read from storage is checked as a whole.

mod changes;
mod checked;
mod feedback;
mod learned;
mod profiles;
mod tables;
mod trends;
mod words;

use serde::{Deserialize, Serialize};

pub use self::changes::changes;
pub use self::checked::PolicyFault;
pub use self::feedback::{Answer, Heard, SHIFTS, WEIGHTS as ANSWERED_WEIGHTS, YELLOWS};
pub use self::learned::{LearnedFrom, LearnedPolicy, Probability, ProbabilityPolicy, in_file};
pub use self::profiles::{Profile, ProfilePolicy, Weights};
pub use self::tables::{
    ContactPolicy, FrequencyPolicy, LearningPolicy, OrderPolicy, PaymentPolicy, ReplyPolicy, TicketPolicy,
    TonePolicy, UsagePolicy,
};
pub use self::trends::TrendPolicy;
pub use self::words::{Muted, OwnPhrase, WordPolicy};
use crate::ledger::COUNTERS;
use crate::level::Level;

/// The policy. Serialised as JSON under `policy` in the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Rises with every change, so that an old assessment can be explained.
    pub version: u32,
    /// From signals to risk.
    pub risk: RiskPolicy,
    /// How events are counted in the ledger.
    pub counting: CountingPolicy,
    /// Tone and phrases.
    pub tone: TonePolicy,
    /// The company's own phrases, and ours that it mutes.
    pub words: WordPolicy,
    /// How often a customer is in touch.
    pub frequency: FrequencyPolicy,
    /// Reply times, theirs and ours.
    pub replies: ReplyPolicy,
    /// Tickets and requests.
    pub tickets: TicketPolicy,
    /// Orders.
    pub orders: OrderPolicy,
    /// Payments.
    pub payments: PaymentPolicy,
    /// Product usage.
    pub usage: UsagePolicy,
    /// Contact persons.
    pub contacts: ContactPolicy,
    /// When a customer has enough history for a baseline.
    pub learning: LearningPolicy,
    /// What counts as a change against the customer's own past, once there is enough of it.
    pub trends: TrendPolicy,
    /// How many alerts a week people can look after.
    pub budget: BudgetPolicy,
    /// What was learned from losses and answers; nothing by default.
    pub learned: LearnedPolicy,
    /// What is different for a branch or a kind of relation.
    pub profiles: ProfilePolicy,
    /// What happens to an alert that nobody answers.
    pub clocks: ClockPolicy,
    /// A managed model as a second reader; none by default, and then no text leaves the function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_model: Option<ManagedModelPolicy>,
}

/// The managed model that reads after the rules, and can only darken what they read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagedModelPolicy {
    /// An inference profile of the EU, as the stack was deployed with: `eu.amazon.nova-lite-v1:0`.
    pub model_id: String,
}

/// Additive log-odds (design section 6; S72).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RiskPolicy {
    /// Yearly risk with no signal at all, 0..1 (S66: 5 %).
    pub base: f64,
    /// Points of a weak signal (S72).
    pub weak: f64,
    /// Points of a medium signal (S72).
    pub medium: f64,
    /// Points of a strong signal (S72).
    pub strong: f64,
    /// Added when a signal has lasted so long that it stands by itself (S11, S12).
    pub persistence: f64,
    /// Families that must agree before any alert (S21).
    pub families_for_alert: u32,
    /// Lower bound of yellow, 0..1, inclusive (S74).
    pub yellow: f64,
    /// Lower bound of orange (S74).
    pub orange: f64,
    /// Lower bound of red (S74).
    pub red: f64,
    /// Risk shown for an explicit notice of termination (I6).
    pub notice: f64,
    /// An alert falls a level only this far under its bound, 0..1.
    pub hysteresis: f64,
    /// ... and on so many successive local dates.
    pub hysteresis_dates: u32,
}

/// What decides how an event is counted. A change rebuilds every ledger from its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CountingPolicy {
    /// A message of this tone or below is sour, hundredths. S11's "similar mails" score -0.3, give or take 0.1 (S10); one
    /// message in 28 of customers who are all right.
    pub sour: i8,
    /// So many requests or tickets on one topic, or alike in their words, are repeated ... (S27: three)
    pub similar: usize,
    /// ... within so many days (S27: 30).
    pub similar_days: i32,
}

/// Goes up when the same events are counted otherwise; 1: a day on which we met is a day in touch.
const WAY_OF_COUNTING: i64 = 1;

impl CountingPolicy {
    /// A number that changes with every change of these values (FNV-1a over them).
    pub fn fingerprint(&self) -> u32 {
        let values = [
            i64::from(self.sour),
            i64::try_from(self.similar).unwrap_or(i64::MAX),
            self.similar_days.into(),
            // More counters, and another way of counting, come from the events, too.
            i64::try_from(COUNTERS).unwrap_or(i64::MAX),
            WAY_OF_COUNTING,
        ];
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }
}

impl Default for CountingPolicy {
    fn default() -> Self {
        Self { sour: -25, similar: 3, similar_days: 30 }
    }
}

/// The weekly budget of alerts ([`crate::budget`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetPolicy {
    /// Alerts opened a week, at most, as long as none of them is orange or red (S36: two or three).
    pub alerts_per_week: f64,
    /// The last so many weeks are looked at.
    pub weeks: usize,
}

impl Default for BudgetPolicy {
    fn default() -> Self {
        Self { alerts_per_week: 3.0, weeks: 8 }
    }
}

/// Response times and responsible roles per level (S38, S73).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockPolicy {
    /// Hours until a yellow alert must be acknowledged (S38: 24).
    pub yellow_hours: i64,
    /// Hours for orange (S38: 4).
    pub orange_hours: i64,
    /// Hours for red (S38: 1).
    pub red_hours: i64,
    /// Hours until the personal contact of a red alert must be done (S73: 48).
    pub contact_hours: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            risk: RiskPolicy::default(),
            counting: CountingPolicy::default(),
            tone: TonePolicy::default(),
            words: WordPolicy::default(),
            frequency: FrequencyPolicy::default(),
            replies: ReplyPolicy::default(),
            tickets: TicketPolicy::default(),
            orders: OrderPolicy::default(),
            payments: PaymentPolicy::default(),
            usage: UsagePolicy::default(),
            contacts: ContactPolicy::default(),
            learning: LearningPolicy::default(),
            trends: TrendPolicy::default(),
            budget: BudgetPolicy::default(),
            learned: LearnedPolicy::default(),
            profiles: ProfilePolicy::default(),
            clocks: ClockPolicy::default(),
            managed_model: None,
        }
    }
}

impl Default for RiskPolicy {
    fn default() -> Self {
        Self {
            base: 0.05,
            weak: 0.90,
            medium: 1.40,
            strong: 1.91,
            persistence: 0.45,
            families_for_alert: 2,
            yellow: 0.30,
            orange: 0.50,
            red: 0.70,
            notice: 0.95,
            hysteresis: 0.05,
            hysteresis_dates: 2,
        }
    }
}

impl Default for ClockPolicy {
    fn default() -> Self {
        Self { yellow_hours: 24, orange_hours: 4, red_hours: 1, contact_hours: 48 }
    }
}

impl ClockPolicy {
    /// Hours within which an alert of this level is acknowledged before the next role hears of it (S38).
    pub fn acknowledge_hours(&self, level: Level) -> i64 {
        match level {
            Level::Yellow => self.yellow_hours,
            Level::Orange => self.orange_hours,
            Level::Red => self.red_hours,
        }
    }
}

#[cfg(test)]
mod tests;
