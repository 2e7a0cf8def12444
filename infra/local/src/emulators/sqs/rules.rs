//! What SQS accepts: sizes, ranges, names and characters, with the errors it answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::http::Refusal;
use super::queue::{Redrive, Settings};

/// The largest message, and the largest batch altogether, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;
/// The most entries in a batch and the most messages received at once.
pub(super) const LARGEST_BATCH: usize = 10;

pub(super) fn invalid(reason: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterValue", reason)
}

/// The number, if it is given and within the range.
pub(super) fn within(
    name: &str,
    value: Option<i64>,
    lowest: i64,
    highest: i64,
) -> Result<Option<i64>, Refusal> {
    match value {
        Some(number) if number < lowest || number > highest => Err(invalid(format!(
            "Value {number} for parameter {name} must be between {lowest} and {highest}."
        ))),
        other => Ok(other),
    }
}

pub(super) fn body(text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::bad("MissingParameter", "The request must contain the parameter MessageBody."));
    }
    if text.len() > LARGEST_BODY {
        return Err(invalid(format!("Message must be shorter than {LARGEST_BODY} bytes.")));
    }
    // XML's characters; JSON could carry more.
    if text.chars().any(|c| (c < ' ' && !"\t\n\r".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return Err(Refusal::bad(
            "InvalidMessageContents",
            "The message holds characters SQS does not allow.",
        ));
    }
    Ok(())
}

pub(super) fn queue_name(name: &str) -> Result<(), Refusal> {
    // The dot of a FIFO queue's name is refused with the rest: there are none here.
    if is_plain(name) {
        Ok(())
    } else {
        Err(invalid("A queue name is 1 to 80 letters, digits, hyphens and underscores."))
    }
}

/// One to ten entries, with ids that are well formed and distinct, and together no larger than one message.
pub(super) fn batch<'a>(ids: impl IntoIterator<Item = &'a str>, bytes: usize) -> Result<(), Refusal> {
    let ids: Vec<&str> = ids.into_iter().collect();
    let refuse = |code: &str, message: &str| Err(Refusal::bad(code, message));
    if ids.is_empty() {
        refuse("AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one entry.")
    } else if ids.len() > LARGEST_BATCH {
        refuse("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "There are more than ten entries.")
    } else if !ids.iter().all(|id| is_plain(id)) {
        refuse("AWS.SimpleQueueService.InvalidBatchEntryId", "An entry's id is malformed.")
    } else if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        refuse("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Two entries have the same id.")
    } else if bytes > LARGEST_BODY {
        refuse("AWS.SimpleQueueService.BatchRequestTooLong", "The batch is larger than 1048576 bytes.")
    } else {
        Ok(())
    }
}

/// Writes a queue's attributes over `settings`, each checked for its range.
pub(super) fn apply(settings: &mut Settings, attributes: &BTreeMap<String, String>) -> Result<(), Refusal> {
    for (name, value) in attributes {
        let number = |lowest, highest| {
            let in_range = value.parse().ok().filter(|number| (lowest..=highest).contains(number));
            in_range.ok_or_else(|| invalid_attribute(format!("Invalid value for the parameter {name}.")))
        };
        match name.as_str() {
            "VisibilityTimeout" => settings.visibility_timeout = number(0, 43_200)?,
            "MessageRetentionPeriod" => settings.retention = number(60, 1_209_600)?,
            "DelaySeconds" => settings.delay = number(0, 900)?,
            "RedrivePolicy" if value.is_empty() => settings.redrive = None,
            "RedrivePolicy" => settings.redrive = Some(redrive(value)?),
            other => return Err(Refusal::not_implemented(&format!("the queue attribute {other}"))),
        }
    }
    Ok(())
}

fn redrive(policy: &str) -> Result<Redrive, Refusal> {
    let parsed: Value =
        serde_json::from_str(policy).map_err(|_| invalid_attribute("RedrivePolicy is not a JSON object."))?;
    let target = parsed.get("deadLetterTargetArn").and_then(Value::as_str);
    // SQS takes the count as a number and as a string.
    let count = parsed.get("maxReceiveCount").and_then(|count| match count {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    match (target, count.and_then(|count| u32::try_from(count).ok())) {
        (Some(target), Some(max_receive_count @ 1..=1000)) => {
            Ok(Redrive { dead_letter_target_arn: target.to_owned(), max_receive_count })
        }
        _ => Err(invalid_attribute(
            "RedrivePolicy needs deadLetterTargetArn and maxReceiveCount of 1 to 1000.",
        )),
    }
}

fn invalid_attribute(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidAttributeValue", message)
}

fn is_plain(name: &str) -> bool {
    (1..=80).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
