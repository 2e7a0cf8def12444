//! IBM's accounts receivable: `customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate,...`.
//!
//! An invoice is issued on its date and paid on the date it was settled; one that is not settled yet is only issued.
//! `Disputed` and the days until settlement are known afterwards only and are not read; how the bill was sent and the
//! country have no place in the event format.

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::DataSet;
use super::table::{Table, amount, noon};

pub(super) const DATA_SET: DataSet =
    DataSet { name: "invoices", about: "IBM accounts receivable, one row per invoice", convert };

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "customerID")]
    customer: String,
    #[serde(rename = "invoiceNumber")]
    invoice: String,
    #[serde(rename = "InvoiceDate")]
    issued: String,
    #[serde(rename = "DueDate")]
    due: String,
    #[serde(rename = "InvoiceAmount")]
    amount: f64,
    #[serde(rename = "SettledDate", default)]
    settled: String,
}

fn convert(table: &mut Table<'_>) -> anyhow::Result<()> {
    table.each(|row: Row| {
        let Row { customer, invoice, .. } = row;
        let date = |text: &str, name: &'static str| text.parse::<Date>().context(name);
        let issued = date(&row.issued, "`InvoiceDate` is no date")?;
        let due = date(&row.due, "`DueDate` is no date")?;
        let settled = Some(row.settled).filter(|settled| !settled.is_empty());
        let settled = settled.map(|settled| date(&settled, "`SettledDate` is no date")).transpose()?;
        let amount = amount(row.amount)?;
        let mut events = vec![json!({
            "id": format!("{invoice}-issued"), "source": "invoices", "customer": customer, "at": noon(issued)?,
            "kind": "invoice", "invoice": invoice, "state": "issued", "due": due, "amount": amount,
            "currency": "USD",
        })];
        if let Some(paid) = settled {
            events.push(json!({
                "id": format!("{invoice}-paid"), "source": "invoices", "customer": customer, "at": noon(paid)?,
                "kind": "invoice", "invoice": invoice, "state": "paid", "due": due, "paid": paid,
                "amount": amount, "currency": "USD",
            }));
        }
        Ok(events)
    })
}
