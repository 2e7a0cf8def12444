//! What is known of one customer's orders, at any day.

use std::collections::BTreeMap;

/// One order or return, as it became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// When it happened.
    pub day: i32,
    /// When we knew of it: never before it happened.
    pub known: i32,
    /// What became of it.
    pub kind: OrderKind,
    /// In hundredths of the currency's unit; may be negative.
    pub hundredths: i64,
    /// ISO 4217 code.
    pub currency: [u8; 3],
    /// How many lines, articles or records it has, where known, else 0.
    pub lines: u32,
}

/// Whether goods went out or came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderKind {
    /// An order.
    Placed,
    /// A return, or an order taken back.
    Returned,
}

/// A customer's orders, summed by day: as many as they may be, the size follows from the days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// In order of day.
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    day: i32,
    known: i32,
    kind: OrderKind,
    currency: [u8; 3],
    hundredths: i64,
    lines: u64,
    orders: u64,
}

/// A day with at least one order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OrderDay {
    pub(super) day: i32,
    /// The sum of its orders, at least 0; none where all were in another currency than the customer's usual one.
    pub(super) amount: Option<f64>,
    pub(super) lines: f64,
}

impl Customer {
    /// Sums up orders; their sequence does not matter.
    pub fn of(orders: impl IntoIterator<Item = Order>) -> Self {
        let mut sums = BTreeMap::<_, (i64, u64, u64)>::new();
        for Order { day, known, kind, hundredths, currency, lines } in orders {
            let sum = sums.entry((day, kind, currency, known.max(day))).or_default();
            sum.0 = sum.0.saturating_add(hundredths);
            sum.1 = sum.1.saturating_add(u64::from(lines));
            sum.2 = sum.2.saturating_add(1);
        }
        let cells = sums.into_iter().map(|((day, kind, currency, known), (hundredths, lines, orders))| {
            Cell { day, known, kind, currency, hundredths, lines, orders }
        });
        Self { cells: cells.collect() }
    }

    /// The first day with an order, of those known at the end of a day.
    pub fn first_order(&self, today: i32) -> Option<i32> {
        self.known(OrderKind::Placed, today).map(|cell| cell.day).next()
    }

    fn known(&self, kind: OrderKind, today: i32) -> impl Iterator<Item = &Cell> {
        let until = self.cells.iter().take_while(move |cell| cell.day <= today);
        until.filter(move |cell| cell.kind == kind && cell.known <= today)
    }

    /// The order days known at the end of a day, the oldest first.
    pub(super) fn order_days(&self, today: i32) -> Vec<OrderDay> {
        let usual = self.usual_currency(today);
        let mut days: Vec<OrderDay> = Vec::new();
        for cell in self.known(OrderKind::Placed, today) {
            let amount = (Some(cell.currency) == usual).then_some(units(cell.hundredths));
            let lines = number(cell.lines);
            match days.last_mut().filter(|last| last.day == cell.day) {
                Some(last) => {
                    last.amount = amount.map_or(last.amount, |it| Some(last.amount.unwrap_or(0.0) + it));
                    last.lines += lines;
                }
                None => days.push(OrderDay { day: cell.day, amount, lines }),
            }
        }
        for day in &mut days {
            day.amount = day.amount.map(|amount| amount.max(0.0));
        }
        days
    }

    /// The currency most order cells known by then are in; the first in the alphabet of several.
    fn usual_currency(&self, today: i32) -> Option<[u8; 3]> {
        let first = self.cells.first()?.currency;
        if self.cells.iter().all(|cell| cell.currency == first) {
            return Some(first);
        }
        let mut counts = BTreeMap::<[u8; 3], usize>::new();
        for cell in self.known(OrderKind::Placed, today) {
            *counts.entry(cell.currency).or_default() += 1;
        }
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(currency, _)| currency)
    }

    /// The days of the returns known at the end of a day, each with their number.
    pub(super) fn returns(&self, today: i32) -> impl Iterator<Item = (i32, f64)> {
        self.known(OrderKind::Returned, today).map(|cell| (cell.day, number(cell.orders)))
    }

    /// On how many days after `from` and up to `to` there were orders, as far as was known at the end of `known`.
    pub fn order_days_between(&self, from: i32, to: i32, known: i32) -> usize {
        let cells = self.known(OrderKind::Placed, known);
        let mut days: Vec<i32> = cells.map(|cell| cell.day).filter(|day| *day > from && *day <= to).collect();
        days.dedup();
        days.len()
    }
}

/// Hundredths as units.
#[expect(clippy::cast_precision_loss, reason = "amounts far below 2^52, and rounded if not")]
fn units(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52, and rounded if not")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(day: i32, units: i64) -> Order {
        Order {
            day,
            known: day,
            kind: OrderKind::Placed,
            hundredths: units * 100,
            currency: *b"EUR",
            lines: 1,
        }
    }

    fn amounts(customer: &Customer, today: i32) -> Vec<(i32, Option<f64>)> {
        customer.order_days(today).iter().map(|day| (day.day, day.amount)).collect()
    }

    #[test]
    fn the_orders_of_a_day_are_one_order_day() {
        let customer = Customer::of([order(3, 10), order(1, 5), order(3, 7), order(9, -4)]);
        assert_eq!(amounts(&customer, 9), [(1, Some(5.0)), (3, Some(17.0)), (9, Some(0.0))]);
        assert_eq!(customer.order_days_between(1, 9, 9), 2);
        assert_eq!(customer.first_order(9), Some(1));
    }

    #[test]
    fn what_arrives_later_is_not_known_yet() {
        let late = Order { known: 20, ..order(3, 10) };
        let customer = Customer::of([late, order(4, 1), Order { known: 0, ..order(6, 2) }]);
        assert_eq!(amounts(&customer, 5), [(4, Some(1.0))], "nor what is announced for later");
        assert_eq!(amounts(&customer, 20).len(), 3);
        assert_eq!(customer.order_days_between(0, 5, 10), 1, "a label, too, is what was known");
    }

    #[test]
    fn only_the_usual_currency_is_added_up() {
        let dollars = |day| Order { currency: *b"USD", ..order(day, 1000) };
        let customer = Customer::of([order(1, 5), order(2, 5), dollars(2), dollars(3)]);
        assert_eq!(amounts(&customer, 2), [(1, Some(5.0)), (2, Some(5.0))]);
        assert_eq!(
            amounts(&customer, 3),
            [(1, Some(5.0)), (2, Some(5.0)), (3, None)],
            "the first of two as many"
        );
    }

    #[test]
    fn a_hundred_thousand_orders_a_day_are_a_few_cells() {
        let customer = Customer::of((0..300_000).map(|number| order(number % 3, i64::MAX / 1000)));
        assert_eq!(customer.cells.len(), 3);
        assert!(amounts(&customer, 3).iter().all(|(_, amount)| amount.is_some_and(f64::is_finite)));
    }
}
