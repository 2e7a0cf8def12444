//! CDNOW: a music shop's customers of early 1997, `cust,ts,kind,n,amount`, one row per order.
//!
//! An order has no number of its own: it is named by customer, day and its place among that day's. Its records are its
//! `lines`, which prediction looks at.

use std::collections::HashMap;

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::DataSet;
use super::table::{Table, amount, noon};

pub(super) const DATA_SET: DataSet =
    DataSet { name: "cdnow", about: "CDNOW master, one row per order", convert };

#[derive(Deserialize)]
struct Row {
    cust: String,
    ts: String,
    kind: String,
    /// Records bought.
    n: u32,
    amount: f64,
}

fn convert(table: &mut Table<'_>) -> anyhow::Result<()> {
    let mut of_day: HashMap<(String, Date), u32> = HashMap::new();
    table.each(|row: Row| {
        anyhow::ensure!(row.kind == "order", "`kind` is not order");
        let date: Date = row.ts.parse().context("`ts` is no date")?;
        let (at, amount) = (noon(date)?, amount(row.amount)?);
        let number = of_day.entry((row.cust.clone(), date)).or_default();
        *number += 1;
        Ok(vec![json!({
            "id": format!("{}-{date}-{number}", row.cust), "source": "orders", "customer": row.cust, "at": at,
            "kind": "order", "state": "placed", "amount": amount, "currency": "USD", "lines": row.n,
        })])
    })
}
