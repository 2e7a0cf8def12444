//! How far from a customer's own past a change must lie to count, and how much it then counts.
//!
//! Each triple says at how many standard deviations a change has no points yet, half of them and all of them; between
//! lies a straight line. The figures are how often so much happens to customers who are all right: the first once in 25
//! customer-weeks of a family, the second once in 180, the third once in 1,250 (`docs/scoring.md`). There are a dozen
//! families, so that something of it is nearly always there: `chance` is taken off the sum.

use serde::{Deserialize, Serialize};

/// Points below which a change is neither counted nor told: no manager wants to read it.
const WORTH_TELLING: f64 = 0.1;

/// Changes against the own past (S10, S13-S16, S27, S35, S64, S67, S70, S71).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrendPolicy {
    /// Weeks a customer must be known before its own past decides; the tables decide until then. Under the six months of
    /// S55, because the tables cry wolf; what is found before `young_weeks` counts less.
    pub weeks: usize,
    /// Until so many weeks less is believed ...
    pub young_weeks: usize,
    /// ... by so many points altogether.
    pub young_points: f64,
    /// Points of a change that counts in full.
    pub full: f64,
    /// So many points all told are what chance brings anybody: they are not believed, unless something stands by itself.
    pub chance: f64,
    /// Points from which a family supports another (I6).
    pub support: f64,
    /// Points that contact, usage and orders together must have, without support by any other family, for an alert ...
    pub volume: f64,
    /// ... so many weeks running: a pause ends, a decline does not.
    pub volume_weeks: usize,
    /// Tone and troubled messages together.
    pub text: [f64; 3],
    /// How much a change of the text counts beside others.
    pub text_weight: f64,
    /// Questions that lead away from us, over 6 and over 10 weeks.
    pub asks: [[f64; 3]; 2],
    /// Points of the first question that leads away from us (S72: strong).
    pub first_ask: f64,
    /// Tickets opened again, and severe ones.
    pub reopened: [f64; 3],
    /// Tickets of all kinds.
    pub tickets: [f64; 3],
    /// Our replies over 8 and over 13 weeks.
    pub our_replies: [[f64; 3]; 2],
    /// The customer's replies.
    pub customer_replies: [f64; 3],
    /// The sum of three views on how late the customer pays.
    pub payments: [f64; 3],
    /// How much a change of payments counts.
    pub payments_weight: f64,
    /// Logins, active users and features over 4 and over 8 weeks.
    pub usage: [[f64; 3]; 2],
    /// How much a change of usage counts.
    pub usage_weight: f64,
    /// Days in touch.
    pub contact: [f64; 3],
    /// Days since the last contact.
    pub silence: [f64; 3],
    /// Weeks with orders.
    pub fewer_orders: [f64; 3],
    /// Weeks since the last order, beyond the longest gap so far.
    pub order_gap: [f64; 3],
    /// The number of orders for spare parts (S71).
    pub fewer_parts: [f64; 3],
    /// The longest gap between services (S71).
    pub service_gap: [f64; 3],
    /// The size of orders.
    pub smaller_orders: [f64; 3],
    /// How much a change of orders counts.
    pub orders_weight: f64,
    /// Meetings moved or cancelled and approvals delayed.
    pub slipping: [f64; 3],
    /// Days an approval takes.
    pub approval_days: [f64; 3],
    /// Approvals reported as delayed.
    pub approval_delays: [f64; 3],
    /// Answers to satisfaction surveys.
    pub satisfaction: [f64; 3],
    /// Points of outside news of medium and of strong severity.
    pub external: [f64; 2],
    /// Points of a contact who left, of a key contact who left, of a contact nobody introduced, and of all at most.
    pub contacts: [f64; 4],
}

impl Default for TrendPolicy {
    fn default() -> Self {
        Self {
            weeks: 20,
            young_weeks: 39,
            young_points: 0.49,
            full: 1.6,
            chance: 0.35,
            support: 0.21,
            volume: 1.4,
            volume_weeks: 6,
            text: [2.0, 2.95, 3.95],
            text_weight: 1.3,
            asks: [[1.5, 2.1, 2.5], [1.5, 2.2, 2.7]],
            first_ask: 1.91,
            reopened: [1.7, 2.5, 3.2],
            tickets: [2.6, 4.0, 6.0],
            our_replies: [[1.3, 1.9, 2.3], [1.5, 2.1, 2.5]],
            customer_replies: [1.2, 1.8, 2.4],
            payments: [2.2, 5.0, 7.5],
            payments_weight: 1.2,
            usage: [[1.4, 3.3, 6.5], [1.4, 3.3, 6.0]],
            usage_weight: 1.4,
            contact: [2.5, 3.5, 4.3],
            silence: [2.5, 3.5, 4.4],
            fewer_orders: [1.0, 1.8, 2.2],
            order_gap: [0.8, 1.4, 2.1],
            fewer_parts: [1.6, 2.4, 3.0],
            service_gap: [1.1, 1.8, 2.4],
            smaller_orders: [1.5, 2.0, 2.4],
            orders_weight: 0.6,
            slipping: [1.3, 1.6, 1.9],
            approval_days: [4.0, 6.5, 8.0],
            approval_delays: [1.0, 1.25, 2.2],
            satisfaction: [1.0, 1.8, 2.3],
            external: [0.49, 0.84],
            contacts: [0.21, 0.42, 0.63, 0.98],
        }
    }
}

impl TrendPolicy {
    /// The points of a change so many standard deviations out, by a triple: none, or 0.1 to `full`.
    pub(crate) fn points(&self, deviations: f64, [none, half, all]: [f64; 3]) -> f64 {
        let share = if deviations <= none {
            0.0
        } else if deviations < half {
            0.5 * (deviations - none) / (half - none)
        } else if deviations < all {
            0.5 + 0.5 * (deviations - half) / (all - half)
        } else {
            1.0
        };
        let points = share * self.full;
        if points < WORTH_TELLING { 0.0 } else { points }
    }
}
