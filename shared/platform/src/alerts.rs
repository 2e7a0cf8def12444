//! The alerts table: alerts, the sendings of each, and what people answered.
//!
//! An alert carries an outbox mark from the moment it is written until its mail is known to be delivered, and a due
//! time for as long as something is to happen by itself: publish again, or pass on to the next role. The index `due`
//! holds the alerts with a due time, the index `open` those that are open.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use scoring::policy::ClockPolicy;
use scoring::{Assessment, Level};
use serde::{Deserialize, Serialize};

use crate::Platform;
use crate::item::{Item, from_item, n, number, s, text, to_item};

const ALERT: &str = "alert";
/// An outbox mark is published again after so long.
pub const PUBLISH_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// A mail whose fate is unknown is sent once more after so long.
pub const SETTLE: SignedDuration = SignedDuration::from_mins(15);
/// A claim older than this was left by a function that died: longer than dispatch may run.
pub const CLAIM_HELD: SignedDuration = SignedDuration::from_mins(2);

/// An alert as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    #[serde(rename = "pk")]
    pub id: String,
    /// The customer's id.
    pub customer: String,
    /// The level it stands at.
    pub level: Level,
    /// The step of the level's roles that was told last, from 0.
    pub step: usize,
    /// The assessment that opened or raised it, as JSON.
    pub assessment: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it reached its level.
    pub raised_at: Timestamp,
    /// `open` while it is; absent when closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// `due` while something is to happen by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// When it is to happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// `<level>#<step>` while its mail is not known to be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<String>,
    /// When the personal contact of a red alert must be done (S73).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// When somebody took it on at this level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// What the person alerted says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Feedback>,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback_by: Option<String>,
}

/// Whether an alert was worth it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feedback {
    /// It was.
    Relevant,
    /// It was not.
    FalseAlarm,
}

impl Alert {
    /// A new alert, its first mail still to be sent.
    pub fn new(
        id: String,
        customer: String,
        level: Level,
        assessment: &Assessment,
        clocks: &ClockPolicy,
    ) -> anyhow::Result<Self> {
        let at = assessment.as_of;
        Ok(Self {
            id,
            customer,
            level,
            step: 0,
            assessment: serde_json::to_string(assessment).context("writing an assessment")?,
            opened_at: at,
            raised_at: at,
            open: Some("open".to_owned()),
            closed_at: None,
            due: Some("due".to_owned()),
            due_at: Some(at + PUBLISH_AGAIN),
            outbox: Some(outbox(level, 0)),
            contact_by: contact_by(level, at, clocks),
            acknowledged_at: None,
            acknowledged_by: None,
            feedback: None,
            feedback_by: None,
        })
    }

    /// The assessment that opened or raised it.
    pub fn assessment(&self) -> anyhow::Result<Assessment> {
        serde_json::from_str(&self.assessment).context("reading an assessment")
    }

    /// When this step's answer is due: it derives from the time the alert was raised and the policy alone, so that a
    /// late sweep does not push the steps after it back (S38).
    pub fn answer_due(&self, clocks: &ClockPolicy) -> Timestamp {
        let steps = i64::try_from(self.step).unwrap_or(0) + 1;
        self.raised_at + SignedDuration::from_hours(clocks.acknowledge_hours(self.level) * steps)
    }
}

/// The outbox mark of a step.
pub fn outbox(level: Level, step: usize) -> String {
    format!("{}#{step}", level.word())
}

fn contact_by(level: Level, at: Timestamp, clocks: &ClockPolicy) -> Option<Timestamp> {
    (level == Level::Red).then(|| at + SignedDuration::from_hours(clocks.contact_hours))
}

fn update(platform: &Platform, id: &str) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    Update::builder().table_name(&platform.settings.alerts_table).key("pk", s(id)).key("sk", s(ALERT))
}

/// The write that opens an alert; part of the scoring step.
pub fn write_open(platform: &Platform, alert: &Alert) -> anyhow::Result<TransactWriteItem> {
    let item = to_item(&alert.id, ALERT, alert)?;
    let put = Put::builder()
        .table_name(&platform.settings.alerts_table)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(pk)")
        .build()?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// The write that raises an alert to a higher level: everybody concerned hears of it anew.
pub fn write_raise(
    platform: &Platform,
    id: &str,
    level: Level,
    assessment: &Assessment,
    clocks: &ClockPolicy,
) -> anyhow::Result<TransactWriteItem> {
    let at = assessment.as_of;
    let json = serde_json::to_string(assessment).context("writing an assessment")?;
    let mut set =
        "SET #level = :level, step = :zero, assessment = :assessment, raised_at = :at, due = :due, \
                   due_at = :due_at, outbox = :outbox"
            .to_owned();
    let mut write = update(platform, id)
        .expression_attribute_names("#level", "level")
        .expression_attribute_values(":level", s(level.word()))
        .expression_attribute_values(":zero", n(0))
        .expression_attribute_values(":assessment", s(json))
        .expression_attribute_values(":at", s(at.to_string()))
        .expression_attribute_values(":due", s("due"))
        .expression_attribute_values(":due_at", s((at + PUBLISH_AGAIN).to_string()))
        .expression_attribute_values(":outbox", s(outbox(level, 0)));
    if let Some(contact_by) = contact_by(level, at, clocks) {
        set.push_str(", contact_by = :contact_by");
        write = write.expression_attribute_values(":contact_by", s(contact_by.to_string()));
    }
    set.push_str(" REMOVE acknowledged_at, acknowledged_by");
    let write = write.update_expression(set).condition_expression("attribute_exists(pk)").build()?;
    Ok(TransactWriteItem::builder().update(write).build())
}

/// The write that lowers an alert. Nobody is told; who had taken it on still has.
pub fn write_lower(platform: &Platform, id: &str, level: Level) -> anyhow::Result<TransactWriteItem> {
    let write = update(platform, id)
        .update_expression("SET #level = :level REMOVE contact_by, outbox, due, due_at")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#level", "level")
        .expression_attribute_values(":level", s(level.word()))
        .build()?;
    Ok(TransactWriteItem::builder().update(write).build())
}

/// The write that closes an alert.
pub fn write_close(platform: &Platform, id: &str, at: Timestamp) -> anyhow::Result<TransactWriteItem> {
    let write = update(platform, id)
        .update_expression("SET closed_at = :at REMOVE #open, due, due_at, outbox")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#open", "open")
        .expression_attribute_values(":at", s(at.to_string()))
        .build()?;
    Ok(TransactWriteItem::builder().update(write).build())
}

/// An alert, strongly consistent.
pub async fn get(platform: &Platform, id: &str) -> anyhow::Result<Option<Alert>> {
    let get = platform.dynamodb.get_item().table_name(&platform.settings.alerts_table);
    let answer = get.key("pk", s(id)).key("sk", s(ALERT)).consistent_read(true).send().await;
    answer.context("reading an alert")?.item.map(from_item).transpose()
}

async fn index(platform: &Platform, index: &str, until: Option<Timestamp>) -> anyhow::Result<Vec<Alert>> {
    let mut query = platform
        .dynamodb
        .query()
        .table_name(&platform.settings.alerts_table)
        .index_name(index)
        .expression_attribute_names("#key", index)
        .expression_attribute_values(":key", s(index));
    query = match until {
        None => query.key_condition_expression("#key = :key"),
        Some(until) => query
            .key_condition_expression("#key = :key AND due_at <= :until")
            .expression_attribute_values(":until", s(until.to_string())),
    };
    let mut items = query.into_paginator().items().send();
    let mut alerts = Vec::new();
    while let Some(item) = items.next().await {
        alerts.push(from_item(item.context("reading alerts")?)?);
    }
    Ok(alerts)
}

/// Alerts with something to do by now.
pub async fn due(platform: &Platform, now: Timestamp) -> anyhow::Result<Vec<Alert>> {
    index(platform, "due", Some(now)).await
}

/// Alerts that are open, oldest first.
pub async fn open(platform: &Platform) -> anyhow::Result<Vec<Alert>> {
    index(platform, "open", None).await
}

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
    let mut values = vec![(":outbox", s(mark))];
    let expression = if waits {
        values.push((":due_at", s(alert.answer_due(clocks).to_string())));
        "SET due_at = :due_at REMOVE outbox"
    } else {
        "REMOVE outbox, due, due_at"
    };
    applied(platform, &alert.id, ALERT, expression, "outbox = :outbox", values).await?;
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
    let expression = "SET feedback = :feedback, feedback_by = :who, \
                      acknowledged_at = if_not_exists(acknowledged_at, :at), \
                      acknowledged_by = if_not_exists(acknowledged_by, :who) REMOVE due, due_at, outbox";
    applied(platform, &seen.id, ALERT, expression, "raised_at = :raised_at", values).await
}

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
