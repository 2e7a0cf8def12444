//! The sending of one mail: claimed, sent once, settled (I2).

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{Alert, CLAIM_HELD, SETTLE};
use crate::Platform;
use crate::item::{Item, n, number, s, text};

/// Whose it is to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Ours: send, then say what became of it.
    Mine,
    /// Ours, and an earlier attempt may have sent it already: the one repetition allowed.
    Again,
    /// It is sent.
    Sent,
    /// Somebody else is at it, or its fate is not yet settled: come back later.
    Busy,
    /// Its fate stayed unknown twice: leave it to the next role.
    GivenUp,
}

/// One sending per step and recipient of each time the alert is raised: one that fell and rises again is told anew.
fn sending_sk(alert: &Alert, recipient: &str) -> String {
    format!("send#{}#{}#{}#{recipient}", alert.raised_at, alert.level.word(), alert.step)
}

/// Claims the sending of a step's mail to a recipient, with one conditional write; reads only on conflict.
pub async fn claim(
    platform: &Platform,
    alert: &Alert,
    recipient: &str,
    now: Timestamp,
) -> anyhow::Result<Claim> {
    let sk = sending_sk(alert, recipient);
    let first = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.alerts_table)
        .item("pk", s(&alert.id))
        .item("sk", s(&sk))
        .item("status", s("claimed"))
        .item("since", s(now.to_string()))
        .item("tries", n(1))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(
            aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
        )
        .send()
        .await;
    let held: Item = match first {
        Ok(_) => return Ok(Claim::Mine),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            let get = platform.dynamodb.get_item().table_name(&platform.settings.alerts_table);
            let get = get.key("pk", s(&alert.id)).key("sk", s(&sk)).consistent_read(true).send().await;
            get.context("reading a sending")?.item.context("a sending vanished while it was claimed")?
        }
        Err(error) => return Err(error).context("claiming a sending"),
    };
    let status = text(&held, "status").unwrap_or_default().to_owned();
    let since: Timestamp =
        text(&held, "since").and_then(|since| since.parse().ok()).unwrap_or(Timestamp::MIN);
    let tries: u32 = number(&held, "tries").unwrap_or(1);
    let age = now.duration_since(since);
    let free = match status.as_str() {
        "sent" => return Ok(Claim::Sent),
        "refused" => true,
        "claimed" => age >= CLAIM_HELD,
        _ => age >= SETTLE,
    };
    if !free {
        return Ok(Claim::Busy);
    }
    if tries >= 2 && status != "refused" {
        return Ok(Claim::GivenUp);
    }
    let next = if status == "refused" { tries } else { tries + 1 };
    let values = vec![
        (":claimed", s("claimed")),
        (":now", s(now.to_string())),
        (":tries", n(next)),
        (":status", s(&status)),
        (":since", s(since.to_string())),
    ];
    let expression = "SET #status = :claimed, since = :now, tries = :tries";
    let mine = reclaim(platform, &alert.id, &sk, expression, values).await?;
    Ok(match (mine, status.as_str()) {
        (false, _) => Claim::Busy,
        (true, "refused") => Claim::Mine,
        (true, _) => Claim::Again,
    })
}

async fn reclaim(
    platform: &Platform,
    id: &str,
    sk: &str,
    expression: &str,
    values: Vec<(&str, AttributeValue)>,
) -> anyhow::Result<bool> {
    let mut update = platform
        .dynamodb
        .update_item()
        .table_name(&platform.settings.alerts_table)
        .key("pk", s(id))
        .key("sk", s(sk))
        .update_expression(expression)
        .condition_expression("#status = :status AND since = :since")
        .expression_attribute_names("#status", "status");
    for (name, value) in values {
        update = update.expression_attribute_values(name, value);
    }
    match update.send().await {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            Ok(false)
        }
        Err(error) => Err(error).context("claiming a sending again"),
    }
}

/// What became of a sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// SES took it.
    Sent(String),
    /// SES said no: it was certainly not sent, and may be tried again.
    Refused,
    /// No answer: it may have been sent.
    Ambiguous,
}

/// Writes down what became of a sending we claimed.
pub async fn settle(
    platform: &Platform,
    alert: &Alert,
    recipient: &str,
    fate: &Fate,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (status, message) = match fate {
        Fate::Sent(message) => ("sent", message.as_str()),
        Fate::Refused => ("refused", ""),
        Fate::Ambiguous => ("ambiguous", ""),
    };
    let sk = sending_sk(alert, recipient);
    platform
        .dynamodb
        .update_item()
        .table_name(&platform.settings.alerts_table)
        .key("pk", s(&alert.id))
        .key("sk", s(sk))
        .update_expression("SET #status = :status, since = :now, message = :message")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":status", s(status))
        .expression_attribute_values(":now", s(now.to_string()))
        .expression_attribute_values(":message", s(message))
        .send()
        .await
        .context("writing what became of a sending")?;
    Ok(())
}
