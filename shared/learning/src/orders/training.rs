//! Rows to learn from: customers at past cut-offs, with what they did in the horizon after.

use super::ACTIVE_DAYS;
use super::features::Situation;
use super::history::Customer;

/// A cut-off comes no earlier than so many days after the first order.
const RUN_UP: i32 = 60;
/// The step between cut-offs is chosen for about so many of them,
const CUT_OFFS: i32 = 8;
/// and is at least so many days: closer ones say the same.
const LEAST_STEP: i32 = 15;
/// Older cut-offs tell of another time.
const OLDEST: i32 = 365;
/// More order days than this in a horizon count as this many.
const MOST_ORDER_DAYS: usize = 8;

/// A customer at a cut-off and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Which customer, by place in the list.
    pub customer: usize,
    /// The end of this day.
    pub cut_off: i32,
    /// What was known then.
    pub situation: Situation,
    /// Order days within the horizon after, at most eight.
    pub order_days: u8,
}

impl Example {
    /// 1 if no order came, else 0.
    pub fn label(&self) -> f64 {
        f64::from(u8::from(self.order_days == 0))
    }
}

/// The cut-offs to learn from, the latest first: their horizons end by `until`, the last one exactly then.
pub fn cut_offs(first_order: i32, until: i32, horizon: i32) -> Vec<i32> {
    let latest = until.saturating_sub(horizon);
    let earliest = first_order.saturating_add(RUN_UP).max(latest.saturating_sub(OLDEST));
    let span = latest.saturating_sub(earliest);
    if span < 0 {
        return vec![latest];
    }
    let step = (span / CUT_OFFS + i32::from(span % CUT_OFFS > 0)).max(LEAST_STEP);
    (0..=span / step).map(|number| latest - number * step).collect()
}

/// Examples of every customer that had ordered and been active, at each cut-off. Labels are what was known at the end of
/// `until`.
pub fn examples(customers: &[&Customer], until: i32, horizon: i32) -> Vec<Example> {
    let firsts = customers.iter().filter_map(|customer| customer.first_order(until));
    let Some(first) = firsts.min() else { return Vec::new() };
    let mut found = Vec::new();
    for cut_off in cut_offs(first, until, horizon) {
        for (number, customer) in customers.iter().enumerate() {
            let situation = Situation::at(customer, cut_off, horizon);
            let Some(situation) = situation.filter(|it| it.since_last <= ACTIVE_DAYS) else { continue };
            let order_days = customer.order_days_between(cut_off, cut_off.saturating_add(horizon), until);
            let order_days = u8::try_from(order_days.min(MOST_ORDER_DAYS)).unwrap_or(u8::MAX);
            found.push(Example { customer: number, cut_off, situation, order_days });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::history::{Order, OrderKind};
    use super::*;

    fn customer(days: &[i32]) -> Customer {
        let kind = OrderKind::Placed;
        let order =
            |day: &i32| Order { day: *day, known: *day, kind, hundredths: 100, currency: *b"SEK", lines: 0 };
        Customer::of(days.iter().map(order))
    }

    #[test]
    fn every_horizon_ends_by_the_last_day() {
        assert_eq!(cut_offs(0, 400, 90), [310, 278, 246, 214, 182, 150, 118, 86]);
        assert_eq!(cut_offs(0, 200, 90), [110, 95, 80, 65], "no closer than fifteen days");
        assert_eq!(cut_offs(0, 100, 90), [10], "one at least");
        assert_eq!(cut_offs(0, 3_000, 30).last(), Some(&(2_970 - 46 * 7)), "no older than a year");
    }

    #[test]
    fn a_label_is_what_came_in_the_horizon() {
        let (one, other) = (customer(&[0, 40, 80, 130]), customer(&[0]));
        let examples = examples(&[&one, &other], 200, 90);
        let told: Vec<(usize, i32, u8)> =
            examples.iter().map(|it| (it.customer, it.cut_off, it.order_days)).collect();
        assert_eq!(
            told,
            [
                (0, 110, 1),
                (1, 110, 0),
                (0, 95, 1),
                (1, 95, 0),
                (0, 80, 1),
                (1, 80, 0),
                (0, 65, 2),
                (1, 65, 0)
            ]
        );
        assert!(super::examples(&[&customer(&[300])], 200, 90).is_empty(), "nothing known yet");
    }
}
