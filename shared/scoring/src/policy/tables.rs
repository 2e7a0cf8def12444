//! The articles' tables: what counts as a sign while a customer's own past says little, and what always does.

use serde::{Deserialize, Serialize};

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
