//! The events table: digests of what happened, by customer and day. No text, no names.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use jiff::Timestamp;
use scoring::bucket::needed_until;
use scoring::{Day, Event};

use crate::Platform;
use crate::item::{Item, is_expired, n, s, text};

/// Where an event stands: it follows from the delivery alone, never from our clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventKey {
    /// The customer.
    pub customer: String,
    /// The UTC day it happened on.
    pub day: Day,
    /// Keyed hash of source instance and source's id.
    pub id: String,
}

impl EventKey {
    /// Sorts by day, so that a range of days is one query. Days from 1970 to 2243 have five digits or fewer.
    fn sk(&self) -> String {
        format!("{}#{}", sortable(self.day), self.id)
    }
}

fn sortable(day: Day) -> String {
    format!("{:05}", day.0)
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    Stored,
    /// It was there already, the same.
    Duplicate,
    /// Another event with the same id was there; the first one stays.
    Conflict,
}

/// Stores an event unless one with its key exists. `body` is a keyed hash of what was delivered.
pub async fn put(platform: &Platform, key: &EventKey, event: &Event, body: &str) -> anyhow::Result<Put> {
    let answer = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.events_table)
        .set_item(Some(item(key, event, body)?))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(
            aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
        )
        .send()
        .await;
    match answer {
        Ok(_) => Ok(Put::Stored),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            let PutItemError::ConditionalCheckFailedException(failure) = error.into_err() else {
                return Ok(Put::Duplicate);
            };
            let same = failure.item().is_none_or(|stored| text(stored, "body") == Some(body));
            Ok(if same { Put::Duplicate } else { Put::Conflict })
        }
        Err(error) => Err(error).context("storing an event"),
    }
}

/// Writes an event that [`put`] has stored once more, now with what a managed model said of it. One that is gone
/// meanwhile, because its customer was erased, stays gone.
pub async fn put_judged(
    platform: &Platform,
    key: &EventKey,
    event: &Event,
    body: &str,
) -> anyhow::Result<()> {
    let item = item(key, event, body)?;
    let put = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.events_table)
        .set_item(Some(item))
        .condition_expression("body = :body")
        .expression_attribute_values(":body", s(body));
    match put.send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
        Err(error) => Err(error).context("storing a judged event"),
    }
}

fn item(key: &EventKey, event: &Event, body: &str) -> anyhow::Result<Item> {
    let json = serde_json::to_string(event).context("writing an event")?;
    Ok(Item::from([
        ("pk".to_owned(), s(&key.customer)),
        ("sk".to_owned(), s(key.sk())),
        ("event".to_owned(), s(json)),
        ("body".to_owned(), s(body)),
        ("expires".to_owned(), n(expires(key.day))),
    ]))
}

/// Second 0 after the last day on which a bucket may need the event.
fn expires(day: Day) -> i64 {
    needed_until(day).start().as_second()
}

/// Deletes an event that was put for a customer who turned out to be erased.
pub async fn delete(platform: &Platform, key: &EventKey) -> anyhow::Result<()> {
    let table = &platform.settings.events_table;
    let delete =
        platform.dynamodb.delete_item().table_name(table).key("pk", s(&key.customer)).key("sk", s(key.sk()));
    delete.send().await.context("deleting an event of an erased customer")?;
    Ok(())
}

/// The customer's live events of `from..=to`, ordered by time, strongly consistent.
pub async fn between(
    platform: &Platform,
    customer: &str,
    from: Day,
    to: Day,
    now: Timestamp,
) -> anyhow::Result<Vec<Event>> {
    let mut pages = platform
        .dynamodb
        .query()
        .table_name(&platform.settings.events_table)
        .key_condition_expression("pk = :customer AND sk BETWEEN :from AND :to")
        .expression_attribute_values(":customer", s(customer))
        .expression_attribute_values(":from", s(sortable(from)))
        // '$' is the character after '#': everything of the last day, nothing of the next.
        .expression_attribute_values(":to", s(format!("{}$", sortable(to))))
        .consistent_read(true)
        .into_paginator()
        .items()
        .send();
    let mut found: Vec<(Timestamp, String, Event)> = Vec::new();
    while let Some(item) = pages.next().await {
        let item = item.context("reading a customer's events")?;
        if !is_expired(&item, now) {
            let event = parse(&item)?;
            found.push((event.at, text(&item, "sk").unwrap_or_default().to_owned(), event));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(found.into_iter().map(|(_, _, event)| event).collect())
}

fn parse(item: &Item) -> anyhow::Result<Event> {
    let json = text(item, "event").context("an event without content")?;
    serde_json::from_str(json).context("reading an event")
}
