//! The states table: one item per customer with its packed ledger, what waits to be counted, and its open alert.
//!
//! Ingest marks, score counts. A mark is a counter per bucket (`d20514` a day lately, `w2930` a week further back): it
//! goes up by one with every delivery and down by what a run had read, so what is marked meanwhile stays marked. All
//! writes are conditional on the customer not being erased.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use scoring::budget::Peaks;
use scoring::ledger::DAY_WEEKS;
use scoring::time::Week;
use scoring::{Day, OpenAlert, Relation};

mod save;

pub use save::{Save, Saved, save};

use crate::Platform;
use crate::item::{Item, n, number, s, text};

/// What a state item says.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The customer.
    pub customer: String,
    /// Raised by every run that writes.
    pub version: u64,
    /// The packed ledger; none before the first run.
    pub ledger: Option<Vec<u8>>,
    /// `CountingPolicy::fingerprint` of the ledger.
    pub counting: u32,
    /// Marks, by attribute name.
    pub marks: BTreeMap<String, i64>,
    /// Whether we may score: a legal basis is recorded and nothing is paused.
    pub scored: bool,
    /// What the register says of the relation.
    pub relation: Relation,
    /// The open alert.
    pub alert: Option<OpenAlert>,
    /// Risk as last written, 0..1.
    pub risk: Option<f64>,
    /// The highest risk of each of the last weeks.
    pub peaks: Peaks,
    /// The time the last written assessment was as of.
    pub as_of: Option<jiff::Timestamp>,
}

/// The mark of something that cannot wait for tomorrow's run.
pub const URGENT: &str = "urgent";

/// Marks the bucket of a day: something arrived for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is marked; the next run counts it.
    Marked,
    /// The customer is erased: what was stored must go.
    Erased,
}

/// Marks a customer's day as changed, and as urgent where it cannot wait. Repeating it is harmless.
pub async fn mark(
    platform: &Platform,
    customer: &str,
    day: Day,
    today: Day,
    urgent: bool,
) -> anyhow::Result<Mark> {
    let name = mark_name(day, today);
    let expression = if urgent { "ADD #bucket :one, #urgent :one" } else { "ADD #bucket :one" };
    let mut update = platform
        .dynamodb
        .update_item()
        .table_name(&platform.settings.states_table)
        .key("pk", s(customer))
        .update_expression(expression)
        .condition_expression("attribute_not_exists(erased)")
        .expression_attribute_names("#bucket", name)
        .expression_attribute_values(":one", n(1));
    if urgent {
        update = update.expression_attribute_names("#urgent", URGENT);
    }
    match update.send().await {
        Ok(_) => Ok(Mark::Marked),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            Ok(Mark::Erased)
        }
        Err(error) => Err(error).context("marking a customer's day as changed"),
    }
}

fn mark_name(day: Day, today: Day) -> String {
    let recent = day.0 > today.0 - (DAY_WEEKS - 1) * 7;
    if recent { format!("d{}", day.0) } else { format!("w{}", day.week().0) }
}

impl State {
    /// Reads a state item.
    pub fn parse(item: &Item) -> Option<Self> {
        let mut marks = BTreeMap::new();
        for (name, value) in item {
            if (name == URGENT || !days_of(name).is_empty())
                && let AttributeValue::N(count) = value
            {
                marks.insert(name.clone(), count.parse().ok()?);
            }
        }
        Some(Self {
            customer: text(item, "pk")?.to_owned(),
            version: number(item, "version").unwrap_or(0),
            ledger: bytes(item, "ledger"),
            counting: number(item, "counting").unwrap_or(0),
            marks,
            scored: matches!(item.get("scored"), Some(AttributeValue::Bool(true))),
            relation: relation_of(item),
            alert: text(item, "alert").and_then(|alert| serde_json::from_str(alert).ok()),
            risk: number(item, "risk"),
            peaks: bytes(item, "peaks").and_then(|bytes| Peaks::from_bytes(&bytes)).unwrap_or_default(),
            as_of: text(item, "as_of").and_then(|as_of| as_of.parse().ok()),
        })
    }

    /// The days to rebuild.
    pub fn dirty_days(&self) -> BTreeSet<Day> {
        self.marks.iter().filter(|(_, count)| **count != 0).flat_map(|(name, _)| days_of(name)).collect()
    }
}

fn bytes(item: &Item, name: &str) -> Option<Vec<u8>> {
    item.get(name)?.as_b().ok().map(|blob| blob.as_ref().to_vec())
}

/// One that was registered before relations were told has the general one until its next change.
fn relation_of(item: &Item) -> Relation {
    text(item, "relation").and_then(|relation| serde_json::from_str(relation).ok()).unwrap_or_default()
}

/// The days of a mark's bucket; none for the urgent mark.
pub fn days_of(mark: &str) -> Vec<Day> {
    let number = mark.get(1..).and_then(|rest| rest.parse::<i32>().ok());
    match (mark.chars().next(), number) {
        (Some('d'), Some(day)) => vec![Day(day)],
        (Some('w'), Some(week)) => (0..7).map(|day| Week(week).monday().plus(day)).collect(),
        _ => Vec::new(),
    }
}

/// One customer's state, strongly consistent.
pub async fn get(platform: &Platform, customer: &str) -> anyhow::Result<Option<State>> {
    let get = platform.dynamodb.get_item().table_name(&platform.settings.states_table).key("pk", s(customer));
    let answer = get.consistent_read(true).send().await.context("reading a customer's state")?;
    Ok(answer.item.as_ref().filter(|item| !item.contains_key("erased")).and_then(State::parse))
}

/// A page of a segment of all states, and the customer to go on after.
pub async fn page(
    platform: &Platform,
    segment: i32,
    of: i32,
    after: Option<&str>,
) -> anyhow::Result<(Vec<State>, Option<String>)> {
    let start = after.map(|customer| Item::from([("pk".to_owned(), s(customer))]));
    let answer = platform
        .dynamodb
        .scan()
        .table_name(&platform.settings.states_table)
        .segment(segment)
        .total_segments(of)
        .consistent_read(true)
        .set_exclusive_start_key(start)
        .send()
        .await
        .context("reading a page of states")?;
    let live = answer.items().iter().filter(|item| !item.contains_key("erased"));
    let states = live.filter_map(State::parse).collect();
    let next = answer.last_evaluated_key().and_then(|key| text(key, "pk")).map(str::to_owned);
    Ok((states, next))
}

/// How many states there are, within some hours (DynamoDB counts every six).
pub async fn approximate_count(platform: &Platform) -> anyhow::Result<i64> {
    let table = platform.dynamodb.describe_table().table_name(&platform.settings.states_table).send().await;
    let table = table.context("counting the states")?;
    Ok(table.table().and_then(aws_sdk_dynamodb::types::TableDescription::item_count).unwrap_or(0))
}
