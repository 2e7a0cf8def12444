//! Nothing that becomes known after a day changes an answer of that day, and the sequence of records changes nothing.

use learning::invoices::{self, Book, Invoice, Settled};
use learning::orders::{Customer, Model, Order, OrderKind, Situation};
use proptest::collection::vec;
use proptest::prelude::*;

const TODAY: i32 = 300;
const HORIZON: i32 = 60;

fn order() -> impl Strategy<Value = Order> {
    (0..450_i32, 0..80_i32, 0..9_u8, -500..50_000_i64, 0..40_u32, 0..8_u8).prop_map(
        |(day, late, kind, hundredths, lines, currency)| Order {
            day,
            known: if late < 60 { day } else { day + late },
            kind: if kind == 0 { OrderKind::Returned } else { OrderKind::Placed },
            hundredths,
            currency: if currency == 0 { *b"USD" } else { *b"EUR" },
            lines,
        },
    )
}

fn invoice() -> impl Strategy<Value = Invoice> {
    (0..450_i32, 1..40_i32, -20..60_i32, 0..30_i32, 0..5_000_000_i64, 0..9_u8).prop_map(
        |(issued, term, after_due, late, hundredths, state)| Invoice {
            issued: Some(issued),
            known: issued + if state == 1 { late } else { 0 },
            due: issued + term,
            hundredths: (state != 2).then_some(hundredths),
            settled: (state != 3).then_some(Settled {
                day: issued + term + after_due,
                known: issued + term + after_due + if state == 4 { late } else { 0 },
            }),
        },
    )
}

/// What is answered for every customer at the end of today, with models of today.
fn orders_today(portfolio: &[Vec<Order>]) -> Vec<Option<(Situation, f64)>> {
    let customers: Vec<Customer> =
        portfolio.iter().map(|orders| Customer::of(orders.iter().copied())).collect();
    let model = Model::fit(&customers.iter().collect::<Vec<_>>(), TODAY, HORIZON);
    let answer = |customer| {
        let situation = Situation::at(customer, TODAY, HORIZON)?;
        let p = model.probability(&situation);
        assert!((0.0..=1.0).contains(&p), "{p}");
        Some((situation, p))
    };
    customers.iter().map(answer).collect()
}

fn invoices_today(portfolio: &[Vec<Invoice>]) -> Vec<(usize, usize, f64)> {
    let book = Book::of(portfolio);
    let answers = invoices::Model::fit(&book, TODAY).probabilities(&book, TODAY);
    assert!(answers.iter().all(|(.., p)| (0.0..=1.0).contains(p)));
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn later_orders_change_nothing(
        portfolio in vec(vec(order(), 0..14), 1..40),
        later in vec((any::<prop::sample::Index>(), order(), 1..200_i32), 0..30),
    ) {
        let known = |order: &Order| order.day.max(order.known) <= TODAY;
        let mut cut = portfolio.clone();
        for orders in &mut cut {
            orders.retain(known);
        }
        let mut more = portfolio.clone();
        for (customer, order, after) in later {
            let index = customer.index(more.len());
            more[index].insert(0, Order { known: TODAY + after, ..order });
        }
        for orders in &mut more {
            orders.reverse();
        }
        let expected = orders_today(&cut);
        prop_assert_eq!(&orders_today(&portfolio), &expected);
        prop_assert_eq!(&orders_today(&more), &expected);
    }

    #[test]
    fn later_invoices_and_payments_change_nothing(portfolio in vec(vec(invoice(), 0..30), 1..20)) {
        let mut changed = portfolio.clone();
        for invoice in changed.iter_mut().flatten() {
            if invoice.known.max(invoice.issued.unwrap_or(0)) > TODAY {
                *invoice = Invoice { issued: Some(TODAY + 1), known: TODAY + 1, due: 0, hundredths: None, settled: None };
            }
            invoice.settled = invoice.settled.filter(|it| it.day.max(it.known) <= TODAY);
        }
        prop_assert_eq!(invoices_today(&portfolio), invoices_today(&changed));
    }
}
