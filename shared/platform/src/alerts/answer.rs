//! What happens to an open alert: delivered, published again, passed on, answered. Each is one conditional write.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use scoring::policy::ClockPolicy;

use super::{ALERT, Alert, Feedback, PUBLISH_AGAIN, outbox};
use crate::Platform;
use crate::item::{n, s};

/// Whether a conditional update went through.
async fn applied(
    platform: &Platform,
    id: &str,
    sk: &str,
    expression: &str,
    condition: &str,
    values: Vec<(&str, AttributeValue)>,
) -> anyhow::Result<bool> {
    let mut update = platform
        .dynamodb
        .update_item()
        .table_name(&platform.settings.alerts_table)
        .key("pk", s(id))
        .key("sk", s(sk))
        .update_expression(expression)
        .condition_expression(condition);
    for (name, value) in values {
        update = update.expression_attribute_values(name, value);
    }
    match update.send().await {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            Ok(false)
        }
        Err(error) => Err(error).context("updating an alert"),
    }
}

/// Notes that an outbox mark was published again, so that the next sweep leaves it alone for a while.
pub async fn published(platform: &Platform, alert: &Alert, now: Timestamp) -> anyhow::Result<()> {
    let values = vec![
        (":outbox", s(alert.outbox.clone().unwrap_or_default())),
        (":due_at", s((now + PUBLISH_AGAIN).to_string())),
    ];
    applied(platform, &alert.id, ALERT, "SET due_at = :due_at", "outbox = :outbox", values).await?;
    Ok(())
}

/// Passes an alert that nobody answered on to a step; false when somebody answered, raised or passed it on meanwhile.
/// The new outbox mark is written in the same step, so that a crash before the message loses nothing.
pub async fn pass_on(
    platform: &Platform,
    alert: &Alert,
    step: usize,
    now: Timestamp,
) -> anyhow::Result<bool> {
    let values = vec![
        (":step", n(step)),
        (":was", n(alert.step)),
        (":raised_at", s(alert.raised_at.to_string())),
        (":outbox", s(outbox(alert.level, step))),
        (":due_at", s((now + PUBLISH_AGAIN).to_string())),
    ];
    let condition = "step = :was AND raised_at = :raised_at AND attribute_not_exists(acknowledged_at) \
                     AND attribute_not_exists(closed_at) AND attribute_not_exists(outbox)";
    applied(
        platform,
        &alert.id,
        ALERT,
        "SET step = :step, outbox = :outbox, due_at = :due_at",
        condition,
        values,
    )
    .await
}

/// There is no further role: nothing more happens by itself.
pub async fn end_of_steps(platform: &Platform, alert: &Alert) -> anyhow::Result<()> {
    let values = vec![(":was", n(alert.step)), (":raised_at", s(alert.raised_at.to_string()))];
    let condition = "step = :was AND raised_at = :raised_at AND attribute_not_exists(outbox)";
    applied(platform, &alert.id, ALERT, "REMOVE due, due_at", condition, values).await?;
    Ok(())
}

/// The mail of this step is delivered: clears the outbox mark and sets the time by which an answer is due.
pub async fn delivered(platform: &Platform, alert: &Alert, clocks: &ClockPolicy) -> anyhow::Result<()> {
    let mark = outbox(alert.level, alert.step);
    let waits = alert.acknowledged_at.is_none();
    let mut values = vec![(":outbox", s(mark)), (":raised_at", s(alert.raised_at.to_string()))];
    let expression = if waits {
        values.push((":due_at", s(alert.answer_due(clocks).to_string())));
        "SET due_at = :due_at REMOVE outbox"
    } else {
        "REMOVE outbox, due, due_at"
    };
    applied(platform, &alert.id, ALERT, expression, "outbox = :outbox AND raised_at = :raised_at", values)
        .await?;
    Ok(())
}

/// Somebody takes the alert on as they saw it; the first one's name stands. False when somebody else was first, or
/// when it was raised meanwhile: who saw a yellow alert has not answered a red one.
pub async fn acknowledge(
    platform: &Platform,
    seen: &Alert,
    who: &str,
    now: Timestamp,
) -> anyhow::Result<bool> {
    let values =
        vec![(":at", s(now.to_string())), (":who", s(who)), (":raised_at", s(seen.raised_at.to_string()))];
    let expression = "SET acknowledged_at = :at, acknowledged_by = :who REMOVE due, due_at, outbox";
    let condition = "raised_at = :raised_at AND attribute_not_exists(acknowledged_at)";
    applied(platform, &seen.id, ALERT, expression, condition, values).await
}

/// Somebody says whether it was worth it; the last answer stands. It is an answer, so nobody else is asked. False when
/// the alert was raised meanwhile.
pub async fn feedback(
    platform: &Platform,
    seen: &Alert,
    feedback: Feedback,
    who: &str,
    now: Timestamp,
) -> anyhow::Result<bool> {
    let word = match feedback {
        Feedback::Relevant => "relevant",
        Feedback::FalseAlarm => "false_alarm",
    };
    let values = vec![
        (":feedback", s(word)),
        (":who", s(who)),
        (":at", s(now.to_string())),
        (":raised_at", s(seen.raised_at.to_string())),
    ];
    let expression = "SET feedback = :feedback, feedback_by = :who, feedback_at = :at, \
                      acknowledged_at = if_not_exists(acknowledged_at, :at), \
                      acknowledged_by = if_not_exists(acknowledged_by, :who) REMOVE due, due_at, outbox";
    applied(platform, &seen.id, ALERT, expression, "raised_at = :raised_at", values).await
}
