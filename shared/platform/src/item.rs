//! Reading and writing DynamoDB items: small helpers over attribute maps.

use std::collections::HashMap;

use anyhow::Context as _;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

/// An item: attribute names and values.
pub type Item = HashMap<String, AttributeValue>;

/// A string attribute.
pub fn s(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
#[expect(clippy::needless_pass_by_value, reason = "numbers are copied, and read better without `&`")]
pub fn n(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The string attribute of that name.
pub fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The number attribute of that name, where it parses as `T`.
pub fn number<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// A value as an item with its keys.
pub fn to_item<T: Serialize>(pk: &str, sk: &str, value: &T) -> anyhow::Result<Item> {
    let mut item: Item = serde_dynamo::to_item(value).context("writing an item")?;
    item.insert("pk".to_owned(), s(pk));
    item.insert("sk".to_owned(), s(sk));
    Ok(item)
}

/// The value of an item.
pub fn from_item<T: DeserializeOwned>(item: Item) -> anyhow::Result<T> {
    serde_dynamo::from_item(item).context("reading an item")
}

/// Whether the item's time is up: DynamoDB deletes expired items days later, a read must not return them.
pub fn is_expired(item: &Item, now: Timestamp) -> bool {
    number::<i64>(item, "expires").is_some_and(|expires| expires <= now.as_second())
}
