//! Rows of invoices: P(paid after the due date).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::civil::Date;
use learning::invoices::{Book, Invoice, Model, Settled};
use scoring::Day;
use scoring::event::{InvoiceState, Kind};
use serde_json::Value;

use super::records::{self, Record, Records};
use super::{Options, Until, day_of, progress};

/// The invoices of a history, with the names that were given to them.
struct Named {
    book: Book,
    /// Customer by customer as in the book: its id and the names of its invoices.
    names: Vec<(String, Vec<String>)>,
}

/// Writes `cust,invoice,p`, a row per invoice issued on a cut-off day, and returns how many.
pub(super) fn predict(
    options: &Options,
    cut_offs: &BTreeSet<i32>,
    until: Until,
    out: &mut impl Write,
    notes: &mut impl Write,
) -> anyhow::Result<usize> {
    let records = records::read(&options.history, "invoice", notes)?;
    records.check_span(&options.history, cut_offs.last().copied().unwrap_or(until.first), notes)?;
    let Named { book, names } = named(&records);
    let others = match &options.train {
        Some(train) => {
            let until = until.of_others(notes)?;
            let model = Model::fit(&named(&records::read(train, "invoice", notes)?).book, until);
            tell(&model, "the training history", until, notes)?;
            Some(model)
        }
        None => None,
    };
    let bar = progress(cut_offs.len(), "predicting");
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["cust", "invoice", "p"]).context("writing the rows")?;
    let mut rows = 0;
    let mut told = None;
    for cut_off in cut_offs.iter().copied() {
        let model = match &others {
            Some(model) => model.clone(),
            None => Model::fit(&book, until.of_own(cut_off)),
        };
        // A model per day: told of when it is the first or of another sort.
        if others.is_none() && told != Some(model.basis().is_some()) {
            tell(&model, "the history itself", until.of_own(cut_off), notes)?;
            told = Some(model.basis().is_some());
        }
        for (customer, place, p) in model.probabilities(&book, cut_off) {
            let Some((id, invoices)) = names.get(customer) else { continue };
            let Some(invoice) = invoices.get(place) else { continue };
            table.write_record([id, invoice, &format!("{p:.6}")]).context("writing the rows")?;
            rows += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    table.flush().context("writing the rows")?;
    Ok(rows)
}

fn tell(model: &Model, on: &str, until: i32, notes: &mut impl Write) -> anyhow::Result<()> {
    let until = Day(until).date();
    match model.basis() {
        Some((rows, late)) => {
            writeln!(notes, "Fitted on {on}: {rows} invoices settled before {until}, {late} of them late.")
        }
        None => writeln!(
            notes,
            "Too few settled invoices in {on} before {until}: each customer's own share of late ones, shrunk to everybody's."
        ),
    }
    .context("writing notes")
}

fn named(records: &Records) -> Named {
    let (mut invoices, mut names) = (Vec::new(), Vec::new());
    for (id, records) in &records.customers {
        let (own_names, own): (Vec<String>, Vec<Invoice>) = of_customer(records).into_iter().unzip();
        invoices.push(own);
        names.push((id.clone(), own_names));
    }
    Named { book: Book::of(&invoices), names }
}

/// The invoices of a customer in order of their names.
fn of_customer(records: &[Record]) -> BTreeMap<String, Invoice> {
    let mut told: Vec<Told<'_>> = records.iter().filter_map(told).collect();
    // As they became known; of the same moment what must have come first.
    told.sort_by_key(|it| (it.known, it.state, it.record.day, &it.record.id));
    let mut invoices = BTreeMap::<String, Invoice>::new();
    for Told { name, state, due, paid, hundredths, record, .. } in told {
        let known = record.known_day();
        let first = Invoice { issued: None, known, due, hundredths, settled: None };
        let invoice = invoices.entry(name).or_insert(first);
        match state {
            0 => invoice.issued = invoice.issued.or(Some(record.day)),
            2 => invoice.settled = invoice.settled.or(paid.map(|day| Settled { day, known })),
            _ => {}
        }
    }
    invoices
}

/// What a record says of an invoice.
struct Told<'a> {
    name: String,
    known: Timestamp,
    /// 0 issued, 1 overdue, 2 paid.
    state: u8,
    due: i32,
    paid: Option<i32>,
    hundredths: Option<i64>,
    record: &'a Record,
}

fn told(record: &Record) -> Option<Told<'_>> {
    let Kind::Invoice { state, amount, .. } = &record.kind else { return None };
    let date = |field: &str| {
        let text = record.fields.get(field).and_then(Value::as_str)?;
        day_of(text.get(..10)?.parse::<Date>().ok()?).ok()
    };
    let name = match record.fields.get("invoice") {
        Some(Value::String(name)) => name.trim().to_owned(),
        Some(Value::Number(name)) => name.to_string(),
        // An invoice without a name is known by its event.
        _ => record.id.clone(),
    };
    let state = match state {
        InvoiceState::Issued => 0,
        InvoiceState::Overdue => 1,
        InvoiceState::Paid => 2,
    };
    let hundredths = amount.map(|amount| amount.hundredths);
    Some(Told { name, known: record.known, state, due: date("due")?, paid: date("paid"), hundredths, record })
}
