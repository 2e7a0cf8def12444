//! The states table: one item per customer with its packed ledger, what waits to be counted, and its open alert.
//!
//! Ingest marks, score counts. A mark is a counter per bucket (`d20514` a day lately, `w2930` a week further back): it
//! goes up by one with every delivery and down by what a run had read, so what is marked meanwhile stays marked. All
//! writes are conditional on the customer not being erased.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use scoring::ledger::DAY_WEEKS;
use scoring::time::Week;
use scoring::{Day, OpenAlert};

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
    /// The open alert.
    pub alert: Option<OpenAlert>,
    /// Risk as last written, 0..1.
    pub risk: Option<f64>,
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
            let is_bucket =
                name.starts_with(['d', 'w']) && name.get(1..).is_some_and(|rest| rest.parse::<i32>().is_ok());
            if (is_bucket || name == URGENT)
                && let AttributeValue::N(count) = value
            {
                marks.insert(name.clone(), count.parse().ok()?);
            }
        }
        Some(Self {
            customer: text(item, "pk")?.to_owned(),
            version: number(item, "version").unwrap_or(0),
            ledger: item
                .get("ledger")
                .and_then(|ledger| ledger.as_b().ok())
                .map(|blob| blob.as_ref().to_vec()),
            counting: number(item, "counting").unwrap_or(0),
            marks,
            scored: matches!(item.get("scored"), Some(AttributeValue::Bool(true))),
            alert: text(item, "alert").and_then(|alert| serde_json::from_str(alert).ok()),
            risk: number(item, "risk"),
        })
    }

    /// The days to rebuild.
    pub fn dirty_days(&self) -> BTreeSet<Day> {
        let mut days = BTreeSet::new();
        for (name, count) in &self.marks {
            let number = name.get(1..).and_then(|rest| rest.parse::<i32>().ok());
            match (name.chars().next(), number) {
                _ if *count == 0 => {}
                (Some('d'), Some(day)) => drop(days.insert(Day(day))),
                (Some('w'), Some(week)) => days.extend((0..7).map(|day| Week(week).monday().plus(day))),
                _ => {}
            }
        }
        days
    }
}

/// What a run writes back.
#[derive(Clone, Debug)]
pub struct Save<'a> {
    /// The state as it was read.
    pub read: &'a State,
    /// The ledger as it is now, packed.
    pub ledger: Vec<u8>,
    /// `CountingPolicy::fingerprint` it was counted with.
    pub counting: u32,
    /// Marks to leave standing although they were read: there was something later than the run.
    pub keep: BTreeSet<String>,
    /// The open alert from now on.
    pub alert: Option<OpenAlert>,
    /// Risk, 0..1.
    pub risk: f64,
    /// When it was assessed.
    pub as_of: jiff::Timestamp,
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Everything is written.
    Done,
    /// Another run wrote first, or a mark came in between: read again.
    Changed,
}

/// Writes the state back and, in the same step, whatever else the run decided.
pub async fn save(
    platform: &Platform,
    save: &Save<'_>,
    also: Vec<TransactWriteItem>,
) -> anyhow::Result<Saved> {
    let mut update = Update::builder()
        .table_name(&platform.settings.states_table)
        .key("pk", s(&save.read.customer))
        .expression_attribute_values(":next", n(save.read.version + 1))
        .expression_attribute_values(":ledger", AttributeValue::B(Blob::new(save.ledger.clone())))
        .expression_attribute_values(":counting", n(save.counting))
        .expression_attribute_values(":risk", n(save.risk))
        .expression_attribute_values(":as_of", s(save.as_of.to_string()));
    let mut set = vec![
        "version = :next, ledger = :ledger, counting = :counting, risk = :risk, as_of = :as_of".to_owned(),
    ];
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    let mut conditions = vec!["attribute_not_exists(erased)".to_owned()];
    if save.read.version == 0 {
        conditions.push("attribute_not_exists(version)".to_owned());
    } else {
        conditions.push("version = :read".to_owned());
        update = update.expression_attribute_values(":read", n(save.read.version));
    }
    for (index, (name, count)) in
        save.read.marks.iter().filter(|(name, _)| !save.keep.contains(*name)).enumerate()
    {
        update = update.expression_attribute_names(format!("#m{index}"), name);
        if *count == 0 {
            // A mark that stood at zero is cleared away, unless something arrived meanwhile.
            remove.push(format!("#m{index}"));
            conditions.push(format!("#m{index} = :zero"));
            update = update.expression_attribute_values(":zero", n(0));
        } else {
            add.push(format!("#m{index} :m{index}"));
            update = update.expression_attribute_values(format!(":m{index}"), n(-count));
        }
    }
    match &save.alert {
        Some(alert) => {
            set.push("alert = :alert".to_owned());
            let alert = serde_json::to_string(alert).context("writing an open alert")?;
            update = update.expression_attribute_values(":alert", s(alert));
        }
        None if save.read.alert.is_some() => remove.push("alert".to_owned()),
        None => {}
    }
    let mut expression = format!("SET {}", set.join(", "));
    for (verb, parts) in [("ADD", add), ("REMOVE", remove)] {
        if !parts.is_empty() {
            expression.push_str(&format!(" {verb} {}", parts.join(", ")));
        }
    }
    let update = update.update_expression(expression).condition_expression(conditions.join(" AND "));
    if also.is_empty() {
        let update = update.build().context("building a state update")?;
        let answer = platform
            .dynamodb
            .update_item()
            .table_name(update.table_name())
            .set_key(Some(update.key().clone()))
            .update_expression(update.update_expression())
            .set_condition_expression(update.condition_expression().map(str::to_owned))
            .set_expression_attribute_names(update.expression_attribute_names().cloned())
            .set_expression_attribute_values(update.expression_attribute_values().cloned())
            .send()
            .await;
        return match answer {
            Ok(_) => Ok(Saved::Done),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(Saved::Changed)
            }
            Err(error) => Err(error).context("saving a customer's state"),
        };
    }
    let update =
        TransactWriteItem::builder().update(update.build().context("building a state update")?).build();
    let items = std::iter::once(update).chain(also).collect();
    match platform.dynamodb.transact_write_items().set_transact_items(Some(items)).send().await {
        Ok(_) => Ok(Saved::Done),
        Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
            // Whatever cancelled it, reading again and deciding anew is right; a lasting fault runs out of tries.
            tracing::debug!("A state was changed while it was scored");
            Ok(Saved::Changed)
        }
        Err(error) => Err(error).context("saving a customer's state with its alert"),
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
