//! What a scoring run decided of an alert: writes that go into the same step as the customer's state.

use anyhow::Context as _;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use jiff::Timestamp;
use scoring::policy::ClockPolicy;
use scoring::{Assessment, Level};

use super::{ALERT, Alert, PUBLISH_AGAIN, contact_by, outbox};
use crate::Platform;
use crate::item::{n, s, to_item};

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

/// The write that keeps an open alert's evidence current, at its level or a lower one. Nobody is told; who had taken
/// it on still has.
pub fn write_current(
    platform: &Platform,
    id: &str,
    lower_to: Option<Level>,
    assessment: &Assessment,
) -> anyhow::Result<TransactWriteItem> {
    let json = serde_json::to_string(assessment).context("writing an assessment")?;
    let mut write = update(platform, id)
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":assessment", s(json));
    write = match lower_to {
        None => write.update_expression("SET assessment = :assessment"),
        Some(level) => write
            .update_expression(
                "SET #level = :level, assessment = :assessment REMOVE contact_by, outbox, due, due_at",
            )
            .expression_attribute_names("#level", "level")
            .expression_attribute_values(":level", s(level.word())),
    };
    Ok(TransactWriteItem::builder().update(write.build()?).build())
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
