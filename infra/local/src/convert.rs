//! Public data sets as histories in the event format.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;

use crate::history;

/// One row of the UCI Online Retail data, summed per invoice.
#[derive(Debug, Deserialize)]
struct Row {
    cust: String,
    ts: String,
    kind: String,
    invoice: String,
    amount: f64,
}

/// Writes the Online Retail rows (`cust,ts,kind,invoice,amount,...`, plain or gzip) as orders, one per line. Times are
/// the shop's local times in London. Returns the number of events.
pub fn online_retail(file: &Path, out: &mut impl Write) -> anyhow::Result<u64> {
    let london = TimeZone::get("Europe/London").context("looking up London's time")?;
    let mut reader = csv::Reader::from_reader(history::open(file)?);
    let mut events = 0;
    for (index, row) in reader.deserialize::<Row>().enumerate() {
        let at = || format!("{} row {}", file.display(), index + 1);
        let row = row.with_context(at)?;
        let local: DateTime = row.ts.replace(' ', "T").parse().with_context(at)?;
        let time = local.to_zoned(london.clone()).with_context(at)?.timestamp();
        let state = match row.kind.as_str() {
            "order" => "placed",
            "return" => "returned",
            kind => anyhow::bail!("{}: the kind {kind} is neither order nor return", at()),
        };
        let event = json!({
            "id": format!("{}-{state}", row.invoice), "source": "orders", "customer": row.cust, "at": time,
            "kind": "order", "state": state, "amount": row.amount, "currency": "GBP",
        });
        writeln!(out, "{event}").context("writing an event")?;
        events += 1;
    }
    Ok(events)
}
