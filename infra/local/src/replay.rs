//! Plays a history day by day through the product: webhooks in, the daily run, mails out, and people who answer them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream};
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use platform::alerts::{self, Alert};
use platform::register;
use scoring::policy::WordPolicy;
use scoring::{Family, Level};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::history::{History, Line};
use crate::product::{HttpRequest, Product, next_at_hour, shortly_after};

/// The daily run's hour, as the template's schedule has it.
pub const RUN_HOUR: i8 = 5;
/// A person answers a mail so long after it was sent.
const ANSWER_AFTER: SignedDuration = SignedDuration::from_mins(40);
/// Events of one source and moment go together in one delivery, at most so many.
const BATCH: usize = 50;

/// Deliveries under way at the same time.
const AT_ONCE: usize = 8;

/// How to play.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// Each event is a delivery of its own, as live sources send them; else they come in batches, as imports do.
    pub one_by_one: bool,
    /// Customers whose alerts nobody answers.
    pub unattended: BTreeSet<String>,
}

/// A change of an alert.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The customer's id.
    pub customer: String,
    /// The run it came with.
    pub at: Timestamp,
    /// What changed.
    pub event: ChangeKind,
    /// The level after it.
    pub level: Level,
    /// Risk, 0..1, of the assessment behind it.
    pub risk: f64,
    /// Families with points.
    pub families: BTreeSet<Family>,
    /// Its evidence in words.
    pub evidence: Vec<String>,
}

/// What can happen to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it")]
pub enum ChangeKind {
    Opened,
    Raised,
    Lowered,
    Changed,
    Closed,
}

/// What a replay came to.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Every change of an alert, in order.
    pub changes: Vec<Change>,
    /// Events by ingest's answer.
    pub answers: BTreeMap<&'static str, u64>,
    /// Days played.
    pub days: u32,
    /// The last run.
    pub end: Option<Timestamp>,
    /// Mails people answered by a click.
    pub answered: u32,
    /// Alerts passed on because nobody answered.
    pub passed_on: u32,
}

/// Plays the whole history, then a few quiet days' worth of nothing: the last run is the one after the last event.
pub async fn play(
    product: &Product,
    history: &History,
    pace: &Pace,
    bar: &ProgressBar,
) -> anyhow::Result<Played> {
    let zone = product.platform.settings.zone()?;
    let mut played = Played::default();
    let mut open: BTreeMap<String, Alert> = BTreeMap::new();
    let mut mails_seen = 0;
    let Some(first) = history.lines.first() else { return Ok(played) };
    let mut run = next_at_hour(first.arrived, RUN_HOUR, &zone)?;
    let mut lines = history.lines.as_slice();
    while !lines.is_empty() {
        let until = lines.partition_point(|line| line.arrived <= run);
        let (today, rest) = lines.split_at(until);
        lines = rest;
        deliver_day(product, today, pace, &mut played).await?;
        bar.inc(today.len() as u64);
        product.set_clock(run);
        product.score(run).await?;
        product.pump(shortly_after(run)).await?;
        note_changes(product, run, &mut open, &mut played).await?;
        answer_mails(product, run, pace, &open, &mut mails_seen, &mut played).await?;
        played.days += 1;
        played.end = Some(run);
        run = next_at_hour(run, RUN_HOUR, &zone)?;
        bar.set_message(format!("{}  {} alerts", run.to_zoned(zone.clone()).date(), opened(&played)));
    }
    Ok(played)
}

fn opened(played: &Played) -> usize {
    played.changes.iter().filter(|change| change.event == ChangeKind::Opened).count()
}

/// Hands in what arrived since the last run, several deliveries at a time, as sources do. Each has its own time; their
/// order does not matter (I1, I4).
async fn deliver_day(
    product: &Product,
    lines: &[Line],
    pace: &Pace,
    played: &mut Played,
) -> anyhow::Result<()> {
    let batch = if pace.one_by_one { 1 } else { BATCH };
    let mut by_source: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        by_source.entry(&line.source).or_default().push(line);
    }
    let deliveries =
        by_source.values().flat_map(|lines| lines.chunks(batch)).map(|lines| deliver(product, lines));
    let mut deliveries = stream::iter(deliveries).buffer_unordered(AT_ONCE);
    while let Some(answers) = deliveries.next().await {
        for (answer, events) in answers? {
            *played.answers.entry(answer).or_default() += events;
        }
    }
    Ok(())
}

/// Hands in some lines of one source, signed at the time the last of them arrived. Says what became of them.
async fn deliver(product: &Product, lines: &[&Line]) -> anyhow::Result<Vec<(&'static str, u64)>> {
    let Some(last) = lines.last() else { return Ok(Vec::new()) };
    let id = last.event.get("id").and_then(Value::as_str).unwrap_or("none");
    let body = match lines {
        [line] => line.event.clone(),
        _ => Value::Array(lines.iter().map(|line| line.event.clone()).collect()),
    };
    let now = shortly_after(last.arrived);
    let answer = product.deliver(product.senders.sign(&last.source, id, &body, now)?, now).await?;
    anyhow::ensure!(answer.status_code < 500, "ingest answered {} to {}", answer.status_code, last.source);
    let said: Value = serde_json::from_str(answer.body.as_deref().unwrap_or_default()).unwrap_or_default();
    let events = |field: &str| said.get(field).and_then(Value::as_u64).unwrap_or(0);
    let rejected = said.get("rejected").and_then(Value::as_array).map_or(0, Vec::len) as u64;
    let refused = u64::from(answer.status_code != 202 && rejected == 0);
    let mut answers = vec![("rejected", rejected), ("refused", refused)];
    answers.extend(["accepted", "duplicate", "unmatched", "ignored"].map(|field| (field, events(field))));
    Ok(answers)
}

/// Compares the open alerts with those of the run before.
async fn note_changes(
    product: &Product,
    run: Timestamp,
    open: &mut BTreeMap<String, Alert>,
    played: &mut Played,
) -> anyhow::Result<()> {
    let now: BTreeMap<String, Alert> =
        alerts::open(&product.platform).await?.into_iter().map(|alert| (alert.id.clone(), alert)).collect();
    let words = register::policy(&product.platform).await?.words;
    for (id, alert) in &now {
        let kind = match open.get(id) {
            None => ChangeKind::Opened,
            Some(before) if alert.level > before.level => ChangeKind::Raised,
            Some(before) if alert.level < before.level => ChangeKind::Lowered,
            Some(before) if alert.assessment != before.assessment => ChangeKind::Changed,
            Some(_) => continue,
        };
        played.changes.push(change(alert, kind, run, &words)?);
    }
    for (id, alert) in open.iter() {
        if !now.contains_key(id) {
            played.changes.push(change(alert, ChangeKind::Closed, run, &words)?);
        }
    }
    *open = now;
    Ok(())
}

fn change(alert: &Alert, event: ChangeKind, at: Timestamp, own: &WordPolicy) -> anyhow::Result<Change> {
    let assessment = alert.assessment()?;
    let words = scoring::words::words(tone::Language::English);
    Ok(Change {
        customer: alert.customer.clone(),
        at,
        event,
        level: alert.level,
        risk: assessment.risk,
        families: assessment.evidence.iter().map(|evidence| evidence.family).collect(),
        evidence: assessment.evidence.iter().map(|evidence| (words.fact)(&evidence.fact, own)).collect(),
    })
}

/// People open the link of each new mail and take the alert on; those of unattended customers wait, and the sweep
/// passes them on hour by hour.
async fn answer_mails(
    product: &Product,
    run: Timestamp,
    pace: &Pace,
    open: &BTreeMap<String, Alert>,
    mails_seen: &mut usize,
    played: &mut Played,
) -> anyhow::Result<()> {
    let mails = product.emulators.mails();
    let now = run + ANSWER_AFTER;
    product.set_clock(now);
    for mail in mails.iter().skip(*mails_seen) {
        let Some(alert) = mail.tag("alert").and_then(|id| open.get(id)) else { continue };
        if alert.acknowledged_at.is_none() && !pace.unattended.contains(&alert.customer) {
            let text = mail.text.as_deref().unwrap_or_default();
            acknowledge(product, text, now)
                .await
                .with_context(|| format!("answering the mail {}", mail.id))?;
            played.answered += 1;
        }
    }
    *mails_seen = mails.len();
    if pace.unattended.is_empty() {
        return Ok(());
    }
    for hour in 1..=23 {
        let waiting = open.values().any(|alert| pace.unattended.contains(&alert.customer));
        if !waiting {
            break;
        }
        let now = run + SignedDuration::from_hours(hour);
        product.set_clock(now);
        played.passed_on += product.sweep(now).await?.passed_on;
        product.pump(now).await?;
    }
    Ok(())
}

/// What a person does: open the mail's link and press the first button, with what the page's form holds.
pub async fn acknowledge(product: &Product, mail_text: &str, now: Timestamp) -> anyhow::Result<()> {
    let console = &product.platform.settings.console_url;
    let start = mail_text.find(&format!("{console}/alert/")).context("the mail has no link to an alert")?;
    let link = mail_text.get(start..).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    let (path, query) = link
        .strip_prefix(console.as_str())
        .and_then(|link| link.split_once('?'))
        .context("the link has no token")?;
    let get = HttpRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        ..HttpRequest::default()
    };
    let page = product.open(get, now).await?;
    anyhow::ensure!(page.status_code == 200, "the page answered {}", page.status_code);
    let page = page.body.unwrap_or_default();
    let seen = field(&page, "seen").context("the page has no form")?.replace(':', "%3A");
    let post = HttpRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: format!("{query}&seen={seen}&do=acknowledge").into_bytes(),
        ..HttpRequest::default()
    };
    let answer = product.open(post, now).await?;
    let location = answer.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    anyhow::ensure!(
        answer.status_code == 303 && location.contains("said=acknowledge"),
        "the click was answered with {} and {location}",
        answer.status_code
    );
    Ok(())
}

/// The value of a hidden field of a page's form.
fn field<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
