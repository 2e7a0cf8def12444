//! The alerts table: alerts, the sendings of each, and what people answered.
//!
//! An alert carries an outbox mark from the moment it is written until its mail is known to be delivered, and a due
//! time for as long as something is to happen by itself: publish again, or pass on to the next role. The index `due`
//! holds the alerts with a due time, the index `open` those that are open.

mod answer;
mod decided;
mod sending;

pub use answer::{acknowledge, delivered, end_of_steps, feedback, pass_on, published};
pub use decided::{write_close, write_current, write_open, write_raise};
pub use sending::{Claim, Fate, claim, settle};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use scoring::policy::ClockPolicy;
use scoring::{Assessment, Level};
use serde::{Deserialize, Serialize};

use crate::Platform;
use crate::item::{from_item, s};

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
    /// Its latest assessment that differs from the one before, as JSON.
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
    /// When they last did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback_at: Option<Timestamp>,
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
            feedback_at: None,
        })
    }

    /// Its latest assessment.
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

/// Alerts whose last answer was given from one time until before another. Reads the whole table: once a week is enough.
pub async fn answered(platform: &Platform, from: Timestamp, until: Timestamp) -> anyhow::Result<Vec<Alert>> {
    let scan = platform
        .dynamodb
        .scan()
        .table_name(&platform.settings.alerts_table)
        .filter_expression("feedback_at >= :from AND feedback_at < :until")
        .expression_attribute_values(":from", s(from.to_string()))
        .expression_attribute_values(":until", s(until.to_string()));
    let mut items = scan.into_paginator().items().send();
    let mut alerts = Vec::new();
    while let Some(item) = items.next().await {
        alerts.push(from_item(item.context("reading answers to alerts")?)?);
    }
    Ok(alerts)
}
