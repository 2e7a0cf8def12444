//! What a scoring run writes back: in one step, and only onto what it had read.

use std::collections::BTreeSet;

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use scoring::OpenAlert;
use scoring::budget::Peaks;

use super::State;
use crate::Platform;
use crate::item::{n, s};

/// What a run writes back.
#[derive(Clone, Debug)]
pub struct Save<'a> {
    /// The state as it was read.
    pub read: &'a State,
    /// The ledger as it is now, packed; none where we may not keep one.
    pub ledger: Option<Vec<u8>>,
    /// `CountingPolicy::fingerprint` it was counted with.
    pub counting: u32,
    /// Marks to leave standing although they were read: there was something later than the run.
    pub keep: BTreeSet<String>,
    /// The open alert from now on.
    pub alert: Option<OpenAlert>,
    /// Risk, 0..1; none where we may not assess.
    pub risk: Option<f64>,
    /// The highest risk of each of the last weeks; none where we may not assess.
    pub peaks: Option<Peaks>,
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
    let update = update(platform, save)?;
    if also.is_empty() {
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
    let update = TransactWriteItem::builder().update(update).build();
    let items = std::iter::once(update).chain(also).collect();
    match platform.dynamodb.transact_write_items().set_transact_items(Some(items)).send().await {
        Ok(_) => Ok(Saved::Done),
        Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
            // Whatever cancelled it, reading again and deciding anew is right; a lasting fault runs out of tries.
            Ok(Saved::Changed)
        }
        Err(error) => Err(error).context("saving a customer's state with its alert"),
    }
}

/// The parts of an update expression, collected clause by clause.
#[derive(Default)]
struct Clauses {
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
}

fn update(platform: &Platform, save: &Save<'_>) -> anyhow::Result<Update> {
    let read = save.read;
    let mut clauses = Clauses::default();
    let mut values = vec![
        (":next".to_owned(), n(read.version + 1)),
        (":counting".to_owned(), n(save.counting)),
        (":as_of".to_owned(), s(save.as_of.to_string())),
        (":scored".to_owned(), AttributeValue::Bool(read.scored)),
    ];
    clauses.set.push("version = :next, counting = :counting, as_of = :as_of".to_owned());
    clauses.conditions.push("attribute_not_exists(erased) AND scored = :scored".to_owned());
    if read.version == 0 {
        clauses.conditions.push("attribute_not_exists(version)".to_owned());
    } else {
        clauses.conditions.push("version = :read".to_owned());
        values.push((":read".to_owned(), n(read.version)));
    }
    let alert =
        save.alert.as_ref().map(serde_json::to_string).transpose().context("writing an open alert")?;
    let optional = [
        ("ledger", save.ledger.clone().map(|bytes| AttributeValue::B(Blob::new(bytes)))),
        ("risk", save.risk.map(n)),
        ("peaks", save.peaks.as_ref().map(|peaks| AttributeValue::B(Blob::new(peaks.to_bytes())))),
        ("alert", alert.map(s)),
    ];
    for (name, value) in optional {
        match value {
            Some(value) => {
                clauses.set.push(format!("{name} = :{name}"));
                values.push((format!(":{name}"), value));
            }
            None => clauses.remove.push(name.to_owned()),
        }
    }
    let mut names = Vec::new();
    for (index, (name, count)) in read.marks.iter().filter(|(name, _)| !save.keep.contains(*name)).enumerate()
    {
        names.push((format!("#m{index}"), name.clone()));
        values.push((format!(":m{index}"), n(-count)));
        if *count == 0 {
            // A mark that stood at zero is cleared away, unless something arrived meanwhile.
            clauses.remove.push(format!("#m{index}"));
            clauses.conditions.push(format!("#m{index} = :m{index}"));
        } else {
            clauses.add.push(format!("#m{index} :m{index}"));
        }
    }
    let parts = [("SET", clauses.set), ("ADD", clauses.add), ("REMOVE", clauses.remove)];
    let parts = parts.into_iter().filter(|(_, parts)| !parts.is_empty());
    let expression =
        parts.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect::<Vec<_>>().join(" ");
    let update = Update::builder()
        .table_name(&platform.settings.states_table)
        .key("pk", s(&read.customer))
        .update_expression(expression)
        .condition_expression(clauses.conditions.join(" AND "))
        .set_expression_attribute_names((!names.is_empty()).then(|| names.into_iter().collect()))
        .set_expression_attribute_values(Some(values.into_iter().collect()))
        .build();
    update.context("building a state update")
}
