//! Daily numbers of messages: `cust,day,count`, days without a message left out.
//!
//! Day 0 is a Monday, as the weekends in the data say; which one is ours to choose. A day's messages are spread evenly
//! over its working hours.

use anyhow::Context as _;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Span};
use serde::Deserialize;
use serde_json::{Value, json};

use super::DataSet;
use super::table::{Table, noon};

pub(super) const DATA_SET: DataSet =
    DataSet { name: "message-counts", about: "Numbers of messages per customer and day", convert };

/// Day 0: a Monday.
const FIRST_DAY: Date = date(2024, 1, 1);
/// More messages of one customer on one day are a mistake in the file.
const MOST: u32 = 100_000;
/// Seconds of a working day, four and a half hours either side of noon.
const WORKING_DAY: i64 = 9 * 3600;

#[derive(Deserialize)]
struct Row {
    cust: String,
    day: i32,
    count: u32,
}

fn convert(table: &mut Table<'_>) -> anyhow::Result<()> {
    table.each(|Row { cust, day, count }: Row| {
        anyhow::ensure!(count <= MOST, "`count` is over {MOST}");
        let days = Span::new().try_days(day).context("`day` is outside the calendar")?;
        let date = FIRST_DAY.checked_add(days).context("`day` is outside the calendar")?;
        let morning = noon(date)? - SignedDuration::from_secs(WORKING_DAY / 2);
        let message = |number: u32| -> Value {
            // The middle of its share of the day.
            let seconds = WORKING_DAY * (2 * i64::from(number) - 1) / (2 * i64::from(count));
            json!({
                "id": format!("{cust}-{day}-{number}"), "source": "messages", "customer": cust,
                "at": morning + SignedDuration::from_secs(seconds), "kind": "message", "direction": "inbound",
                "channel": "email",
            })
        };
        Ok((1..=count).map(message).collect())
    })
}
