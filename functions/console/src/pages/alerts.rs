//! The list of open alerts, the most urgent first.

use std::collections::HashMap;

use askama::Template;
use dispatch::brief::Brief;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::alerts::{self, Alert};
use platform::register::{self, Customer, Staff};
use platform::{Platform, alerts::Feedback, portfolio};
use scoring::budget::Held;
use scoring::incoming::CustomerRef;
use scoring::{Day, Policy};
use tokio::task::JoinSet;

use super::Frame;
use crate::visitor::{self, Visitor};
use crate::web::{Answer, Request};
use crate::words::{Words, words};

/// Where it is.
pub const PATH: &str = "/";

#[derive(Template)]
#[template(path = "alerts.html")]
struct List<'a> {
    frame: Frame<'a>,
    words: &'static Words,
    rows: Vec<Row>,
    unmatched: String,
    held: Option<String>,
}

struct Row {
    id: String,
    brief: Brief,
    /// Who has taken it on.
    held_by: Option<String>,
    feedback: Option<&'static str>,
}

/// What the list shows.
pub struct Listed {
    /// Open alerts with their customers.
    pub alerts: Vec<(Alert, Customer)>,
    /// Everybody, for their names.
    pub staff: Vec<Staff>,
    /// How many entries matched no customer.
    pub unmatched: usize,
    /// What the budget of alerts holds back this week.
    pub held: Held,
}

/// The list.
pub async fn list(platform: &Platform, request: &Request, now: Timestamp) -> anyhow::Result<Answer> {
    let Some(visitor) = visitor::signed_in(platform, request, false, now).await? else {
        return Ok(Answer::see("/signin"));
    };
    let listed = Listed {
        alerts: with_customers(platform, alerts::open(platform).await?).await?,
        staff: register::staff(platform).await?,
        unmatched: register::unmatched(platform, now).await?.len(),
        held: portfolio::get(platform, Day::of(now)).await?.unwrap_or_default().held,
    };
    let policy = register::policy(platform).await?;
    page(&visitor, &listed, &policy, &platform.settings.zone()?, now)
}

/// Looks the customers up side by side: one after the other a long list would take seconds.
async fn with_customers(platform: &Platform, alerts: Vec<Alert>) -> anyhow::Result<Vec<(Alert, Customer)>> {
    let mut lookups = JoinSet::new();
    for alert in alerts {
        let platform = platform.clone();
        lookups.spawn(async move {
            let customer = register::customer(&platform, &CustomerRef::Id(alert.customer.clone())).await;
            customer.map(|customer| customer.map(|customer| (alert, customer)))
        });
    }
    let mut found = Vec::new();
    while let Some(lookup) = lookups.join_next().await {
        // An erased customer's alert is on its way out too.
        found.extend(lookup??);
    }
    Ok(found)
}

/// The page, pure.
pub fn page(
    visitor: &Visitor,
    listed: &Listed,
    policy: &Policy,
    zone: &TimeZone,
    now: Timestamp,
) -> anyhow::Result<Answer> {
    let language = visitor.staff.language;
    let words = words(language);
    let names: HashMap<&str, &str> =
        listed.staff.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
    let mut rows = Vec::new();
    for (alert, customer) in &listed.alerts {
        let held_by = alert.acknowledged_by.as_deref();
        rows.push(Row {
            id: alert.id.clone(),
            brief: Brief::of(alert, customer, language, policy, zone, now)?,
            held_by: held_by.map(|id| names.get(id).copied().unwrap_or(id).to_owned()),
            feedback: alert.feedback.map(|feedback| word(words, feedback)),
        });
    }
    rows.sort_by(|a, b| {
        let urgency = |row: &Row| (row.brief.level, row.held_by.is_none(), row.brief.percent);
        urgency(b).cmp(&urgency(a)).then_with(|| a.id.cmp(&b.id))
    });
    let unmatched = (words.unmatched_count)(listed.unmatched);
    let held = listed.held.opens_from.filter(|_| listed.held.customers > 0);
    let held = held.map(|from| (words.held_back)(listed.held.customers, from * 100.0));
    let frame = Frame { words, visitor: Some(visitor), here: PATH };
    Ok(Answer::page(&List { frame, words, rows, unmatched, held })?)
}

/// What was said of an alert, in a word.
pub(super) fn word(words: &Words, feedback: Feedback) -> &'static str {
    match feedback {
        Feedback::Relevant => words.relevant,
        Feedback::FalseAlarm => words.false_alarm,
    }
}
