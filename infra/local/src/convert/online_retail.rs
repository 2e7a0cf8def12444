//! UCI "Online Retail": a British wholesaler, `cust,ts,kind,invoice,amount,...`, one row per invoice.
//!
//! Times are the shop's local times in London. Lines, articles and country have no place in the event format.

use anyhow::Context as _;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;

use super::DataSet;
use super::table::{Table, amount};

pub(super) const DATA_SET: DataSet =
    DataSet { name: "online-retail", about: "UCI Online Retail, one row per invoice", convert };

#[derive(Deserialize)]
struct Row {
    cust: String,
    ts: String,
    kind: String,
    invoice: String,
    amount: f64,
    lines: u32,
}

fn convert(table: &mut Table<'_>) -> anyhow::Result<()> {
    let london = TimeZone::get("Europe/London").context("looking up London's time")?;
    table.each(|row: Row| {
        let local: DateTime = row.ts.replace(' ', "T").parse().context("`ts` is no time")?;
        let at = local.to_zoned(london.clone()).context("`ts` is outside the calendar")?.timestamp();
        let state = match row.kind.as_str() {
            "order" => "placed",
            "return" => "returned",
            _ => anyhow::bail!("`kind` is neither order nor return"),
        };
        Ok(vec![json!({
            "id": format!("{}-{state}", row.invoice), "source": "orders", "customer": row.cust, "at": at,
            "kind": "order", "state": state, "amount": amount(row.amount)?, "currency": "GBP", "lines": row.lines,
        })])
    })
}
