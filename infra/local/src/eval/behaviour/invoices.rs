//! Invoices paid late: fitted before a day, judged after it.

use std::collections::BTreeMap;
use std::path::Path;

use indicatif::ProgressBar;
use jiff::civil::{Date, date};
use learning::invoices::{Book, Invoice, Model, Settled};
use serde::Deserialize;

use super::figures::{Figure, Goal, Scored, auc, average_precision, brier, figure, mean, precision_of_tenth};
use super::read;

pub(super) const FILE: &str = "invoices_public.csv";

/// Fitted before the first day, judged up to the second. The first is the one that is held to the goal.
const TIMES: [[Date; 2]; 4] = [
    [date(2013, 1, 1), date(2013, 5, 1)],
    [date(2012, 10, 1), date(2013, 1, 1)],
    [date(2012, 12, 1), date(2013, 3, 1)],
    [date(2013, 3, 1), date(2013, 5, 1)],
];

/// Only what is known when an invoice is issued, and when it was settled.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(rename = "customerID")]
    customer: String,
    #[serde(rename = "invoiceNumber")]
    number: String,
    invoice_date: String,
    due_date: String,
    invoice_amount: f64,
    settled_date: String,
}

pub(super) fn measure(path: &Path, bar: &ProgressBar) -> anyhow::Result<Vec<Figure>> {
    bar.set_length(TIMES.len() as u64);
    let mut invoices = BTreeMap::<String, BTreeMap<String, Invoice>>::new();
    for row in read::rows::<Row>(path)? {
        let issued = read::day(&row.invoice_date)?;
        let settled = read::day(&row.settled_date)?;
        #[expect(clippy::cast_possible_truncation, reason = "amounts of some dollars")]
        let hundredths = Some((row.invoice_amount * 100.0).round() as i64);
        let settled = Some(Settled { day: settled, known: settled });
        let invoice = Invoice {
            issued: Some(issued),
            known: issued,
            due: read::day(&row.due_date)?,
            hundredths,
            settled,
        };
        invoices.entry(row.customer).or_default().insert(row.number, invoice);
    }
    let invoices: Vec<Vec<Invoice>> = invoices.into_values().map(|own| own.into_values().collect()).collect();
    let book = Book::of(&invoices);
    let mut judged = Vec::new();
    for [from, to] in TIMES {
        judged.push(scored(&invoices, &book, read::number(from)?..read::number(to)?));
        bar.inc(1);
    }
    let rolling =
        |measure: fn(&[Scored]) -> f64| mean(&judged.iter().map(|rows| measure(rows)).collect::<Vec<_>>());
    let others = |name: &str, value| Figure {
        name: name.to_owned(),
        rows: judged.iter().map(Vec::len).sum(),
        value,
        interval: None,
        goal: Goal::None,
    };
    let first = judged.first().map(std::slice::from_ref).unwrap_or_default();
    Ok(vec![
        figure("2013 after 2012: AUC", Goal::AtLeast(0.885), first, auc),
        figure("  average precision", Goal::None, first, average_precision),
        figure("  precision of the first tenth", Goal::None, first, precision_of_tenth),
        figure("  Brier score", Goal::None, first, brier),
        others("mean of four times: AUC", rolling(auc)),
        others("  average precision", rolling(average_precision)),
        others("  Brier score", rolling(brier)),
    ])
}

fn scored(invoices: &[Vec<Invoice>], book: &Book, days: std::ops::Range<i32>) -> Vec<Scored> {
    let model = Model::fit(book, days.start);
    let all = days.flat_map(|day| model.probabilities(book, day));
    let row = |(customer, place, p): (usize, usize, f64)| {
        let invoice = invoices.get(customer).and_then(|own| own.get(place))?;
        let label = f64::from(u8::from(invoice.settled?.day > invoice.due));
        Some(Scored { customer, fold: 0, label, p })
    };
    all.filter_map(row).collect()
}
