//! Rows of orders: P(no order within the horizon).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Context as _;
use learning::orders::{Basis, Customer, Model, Order, OrderKind, Situation};
use scoring::Day;
use scoring::event::{Kind, OrderState};
use serde_json::Value;

use super::records::{self, Record, Records};
use super::{Options, Until, progress};

/// Writes `cust,cutoff,p`, a row per eligible customer and cut-off, and returns how many.
pub(super) fn predict(
    options: &Options,
    cut_offs: &BTreeSet<i32>,
    until: Until,
    out: &mut impl Write,
    notes: &mut impl Write,
) -> anyhow::Result<usize> {
    let records = records::read(&options.history, "order", notes)?;
    records.check_span(&options.history, cut_offs.last().copied().unwrap_or(until.first), notes)?;
    let customers = customers(&records);
    let horizon = options.horizon_days;
    let others = match &options.train {
        Some(train) => {
            let until = until.of_others(notes)?;
            let others = records::read(train, "order", notes)?;
            let others = self::customers(&others);
            let model = Model::fit(&others.values().collect::<Vec<_>>(), until, horizon);
            tell(model.basis(), &format!("{} other customers", others.len()), until, notes)?;
            Some(model)
        }
        None => None,
    };
    let bar = progress(cut_offs.len(), "predicting");
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["cust", "cutoff", "p"]).context("writing the rows")?;
    let mut rows = 0;
    for cut_off in cut_offs.iter().copied() {
        let model = match &others {
            Some(model) => model.clone(),
            None => {
                let until = until.of_own(cut_off);
                let model = Model::fit(&customers.values().collect::<Vec<_>>(), until, horizon);
                tell(model.basis(), "its own customers", until, notes)?;
                model
            }
        };
        let date = Day(cut_off).date().to_string();
        for (id, customer) in &customers {
            let situation = Situation::at(customer, cut_off, horizon).filter(Situation::is_eligible);
            let Some(situation) = situation else { continue };
            let p = format!("{:.6}", model.probability(&situation));
            table.write_record([*id, date.as_str(), p.as_str()]).context("writing the rows")?;
            rows += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    table.flush().context("writing the rows")?;
    Ok(rows)
}

fn tell(basis: Basis, of: &str, until: i32, notes: &mut impl Write) -> anyhow::Result<()> {
    let until = Day(until).date();
    match basis {
        Basis::Fitted { rows, losses } => writeln!(
            notes,
            "Fitted on {of}: {rows} situations with horizons up to {until}, {losses} losses among the eligible ones."
        ),
        Basis::Averaged { rows, losses } => writeln!(
            notes,
            "Fitted on {of}: {rows} situations up to {until}, {losses} losses; with so few, expert weights have half a say."
        ),
        Basis::FewLabels { rows, losses } => writeln!(
            notes,
            "Too little to fit among {of} up to {until} ({losses} losses in {rows} eligible situations): expert weights."
        ),
        Basis::WithoutLabels => writeln!(
            notes,
            "Nothing to learn from among {of} up to {until}: the purchase process alone, without labels."
        ),
    }
    .context("writing notes")
}

fn customers(records: &Records) -> BTreeMap<&str, Customer> {
    let customer = |records: &[Record]| Customer::of(records.iter().filter_map(order));
    records.customers.iter().map(|(id, records)| (id.as_str(), customer(records))).collect()
}

/// The order of a record. `lines` is no field of the event format, but of some histories.
fn order(record: &Record) -> Option<Order> {
    let Kind::Order { amount, state, .. } = &record.kind else { return None };
    let kind = match state {
        OrderState::Placed => OrderKind::Placed,
        OrderState::Returned | OrderState::Cancelled => OrderKind::Returned,
    };
    let lines = record.fields.get("lines").and_then(Value::as_u64).unwrap_or(0);
    Some(Order {
        day: record.day,
        known: record.known_day(),
        kind,
        hundredths: amount.hundredths,
        currency: amount.currency.0,
        lines: u32::try_from(lines).unwrap_or(u32::MAX),
    })
}
