//! Every threshold, weight and clock in force, in one versioned value. Names no person.
//!
//! The defaults are the articles' tables; each field says its S-number. A policy read from storage is checked as a whole.

mod checked;
mod words;

use serde::{Deserialize, Serialize};

pub use self::checked::PolicyFault;
pub use self::words::{Muted, OwnPhrase, WordPolicy};
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
    /// A message of this tone or below is sour, hundredths. S11's "similar mails" score -0.3, give or take 0.1 (S10).
    pub sour: i8,
    /// So many requests or tickets on one topic, or alike in their words, are repeated ... (S27: three)
    pub similar: usize,
    /// ... within so many days (S27: 30).
    pub similar_days: i32,
}

impl CountingPolicy {
    /// A number that changes with every change of these values (FNV-1a over them).
    pub fn fingerprint(&self) -> u32 {
        let values =
            [i64::from(self.sour), i64::try_from(self.similar).unwrap_or(i64::MAX), self.similar_days.into()];
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }
}

impl Default for CountingPolicy {
    fn default() -> Self {
        Self { sour: -20, similar: 3, similar_days: 30 }
    }
}

/// Tone -1..+1 (S9-S11, S27, S35).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TonePolicy {
    /// Mean tone over `window_days` that warns (S27, S35: -0.3).
    pub warning: f64,
    /// Mean tone that alarms (S35: -0.5).
    pub alarm: f64,
    /// Days over which the mean is taken (S27: two weeks).
    pub window_days: i32,
    /// So many sour messages ... (S11: three)
    pub sour_messages: i64,
    /// ... within so many days (S11: the same week).
    pub sour_days: i32,
    /// The mean must lie this far under the customer's own, so that a gruff writer is not in trouble.
    pub below_own: f64,
    /// Days over which red-flag phrases add up (S21: accumulated over time).
    pub phrase_days: i32,
    /// Messages with phrases of the ordinary categories that make a medium signal.
    pub phrase_messages: i64,
}

/// Contact frequency (S12-S14, S70).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FrequencyPolicy {
    /// Silence that counts while there is no baseline, days (S14: more than 10).
    pub silence_days: i32,
    /// Silence that stands by itself, days (S12: two months).
    pub long_silence_days: i32,
    /// How improbable a silence must be given the own rhythm: -ln P of a weak, medium and strong signal.
    pub silence_surprise: [f64; 3],
    /// Deviation from the own normal that counts (S35: 50 %).
    pub deviation: f64,
    /// Fewer contacts than in the same weeks last year (S70: 40 %).
    pub fewer_than_last_year: f64,
    /// Days in touch within a week that count as daily (S12, S14).
    pub daily: i64,
    /// Weeks of daily mails that stand by themselves (S12).
    pub daily_weeks: i32,
}

/// Reply times in working hours (S16, S64).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplyPolicy {
    /// The customer's normal reply time while there is no baseline, hours (S16: 2-4).
    pub normal_hours: f64,
    /// Critical reply time, hours (S16: more than 24).
    pub critical_hours: f64,
    /// Slower than the own normal by this share counts (S35: 50 %).
    pub slower: f64,
    /// Days over which recent replies are taken.
    pub window_days: i32,
    /// Replies needed in the window.
    pub replies: i64,
    /// Under this many hours nobody is slow.
    pub floor_hours: f64,
}

/// Tickets and requests (S15, S27, S70).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketPolicy {
    /// Normal tickets a month while there is no baseline (S15: 1-2).
    pub normal_per_month: f64,
    /// Critical tickets a week (S15: 5).
    pub critical_per_week: i64,
    /// Times the own normal that a surge must reach.
    pub surge: f64,
}

/// Orders (S4, S70, S72).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderPolicy {
    /// Fall of the amount that is weak (S72: 20 %), medium, strong; shares 0..1.
    pub fall: [f64; 3],
    /// Weeks of recent orders.
    pub weeks: i32,
    /// How improbable a gap between orders must be: -ln P of a weak, medium and strong signal (S70).
    pub gap_surprise: [f64; 3],
    /// Orders needed in the baseline.
    pub orders: i64,
}

/// Payments (S4, S70, S72).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentPolicy {
    /// Days later than the own habit: weak, medium, strong (S70: 5-10; S72: 8 is medium).
    pub later_days: [f64; 3],
    /// Days over which recent payments are taken.
    pub window_days: i32,
    /// Paid invoices needed in the window, and twice as many in the baseline ("systematically", S70).
    pub invoices: i64,
    /// Reminders in the window that count where there were none.
    pub overdue: i64,
}

/// Product usage (S27, S71).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsagePolicy {
    /// Fall of logins: weak, medium (S27: 50 %), strong; shares 0..1.
    pub fall: [f64; 3],
    /// Days over which recent usage is taken (S27: 14).
    pub window_days: i32,
    /// Fall of the number of features used that counts (S71).
    pub fewer_features: f64,
    /// Versions behind that count (S71: delayed updates).
    pub versions_behind: f64,
}

/// Contact persons (S70).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactPolicy {
    /// Days for which a change of contacts counts.
    pub window_days: i32,
}

/// Enough history for a baseline (S32, S55).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearningPolicy {
    /// Weeks a customer must be known before a deviation from its own normal counts.
    pub weeks: i32,
    /// Weeks back a baseline reaches (S32: 6 months).
    pub baseline_weeks: i32,
    /// Observations a baseline needs.
    pub observations: i64,
    /// Touch points after which a customer counts as well known (S55: 50).
    pub touch_points: i64,
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

impl Default for TonePolicy {
    fn default() -> Self {
        Self {
            warning: -0.3,
            alarm: -0.5,
            window_days: 14,
            sour_messages: 3,
            sour_days: 7,
            below_own: 0.2,
            phrase_days: 30,
            phrase_messages: 3,
        }
    }
}

impl Default for FrequencyPolicy {
    fn default() -> Self {
        Self {
            silence_days: 10,
            long_silence_days: 60,
            silence_surprise: [5.0, 7.0, 9.0],
            deviation: 0.5,
            fewer_than_last_year: 0.4,
            daily: 4,
            daily_weeks: 3,
        }
    }
}

impl Default for ReplyPolicy {
    fn default() -> Self {
        Self {
            normal_hours: 4.0,
            critical_hours: 24.0,
            slower: 0.5,
            window_days: 28,
            replies: 3,
            floor_hours: 8.0,
        }
    }
}

impl Default for TicketPolicy {
    fn default() -> Self {
        Self { normal_per_month: 2.0, critical_per_week: 5, surge: 3.0 }
    }
}

impl Default for OrderPolicy {
    fn default() -> Self {
        Self { fall: [0.20, 0.40, 0.70], weeks: 8, gap_surprise: [4.6, 6.0, 8.0], orders: 8 }
    }
}

impl Default for PaymentPolicy {
    fn default() -> Self {
        Self { later_days: [5.0, 7.5, 15.0], window_days: 42, invoices: 2, overdue: 2 }
    }
}

impl Default for UsagePolicy {
    fn default() -> Self {
        Self { fall: [0.30, 0.50, 0.80], window_days: 14, fewer_features: 0.3, versions_behind: 2.0 }
    }
}

impl Default for ContactPolicy {
    fn default() -> Self {
        Self { window_days: 42 }
    }
}

impl Default for LearningPolicy {
    fn default() -> Self {
        Self { weeks: 8, baseline_weeks: 26, observations: 8, touch_points: 50 }
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
