//! Scores customers: every one on a schedule, one at once when it cannot wait.
//!
//! The schedule's call plans: it scores inline when one segment of the states table is enough, else it sends a message
//! per segment. What a run does to one customer is in [`customer`].

mod answers;
pub mod customer;
mod portfolio;

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use platform::messages::ScoreMessage;
use platform::states::State;
use platform::{Platform, messages, register, states};
use scoring::{Policy, Portfolio};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use customer::Outcome;

/// Customers a segment holds, about: so many are scored well within the function's time.
const CUSTOMERS_PER_SEGMENT: i64 = 5000;
/// Customers scored at the same time: the time goes into waiting for the database.
const AT_ONCE: usize = 16;
/// A run stops so long before the function's time is up. What is scored stays scored: the next try goes on from there.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// Handles a schedule's call (`{"run":"daily","scheduled":"2026-03-02T04:00:00Z"}`) or a batch of [`ScoreMessage`]s.
/// `deadline` is when the function's time is up.
pub async fn handle(
    platform: &Platform,
    event: Value,
    now: Timestamp,
    deadline: Timestamp,
) -> anyhow::Result<Value> {
    if event.get("Records").is_some() {
        let batch: SqsEvent = serde_json::from_value(event).context("reading a batch of messages")?;
        return Ok(serde_json::to_value(handle_batch(platform, batch, now, deadline).await)?);
    }
    let scheduled = event.get("scheduled").and_then(Value::as_str);
    let scheduled =
        scheduled.and_then(|time| time.parse().ok()).context("the call names no scheduled time")?;
    plan(platform, scheduled, Room::until(deadline, now)).await
}

/// The time a run may take, measured from its start: no other clock is asked than the caller's.
#[derive(Clone, Copy, Debug)]
struct Room {
    start: Instant,
    room: SignedDuration,
}

impl Room {
    fn until(deadline: Timestamp, now: Timestamp) -> Self {
        Self { start: Instant::now(), room: deadline.duration_since(now) - MARGIN }
    }

    fn is_over(self) -> bool {
        SignedDuration::try_from(self.start.elapsed()).unwrap_or(SignedDuration::MAX) > self.room
    }
}

/// Scores inline or fans out. The run is as of its scheduled time: twice the same run gives twice the same result.
async fn plan(platform: &Platform, run: Timestamp, room: Room) -> anyhow::Result<Value> {
    // Before the run is cut into segments, so that all of them score with the same.
    portfolio::gather(platform, run).await?;
    if let Err(error) = answers::hear(platform, run).await {
        // The policy in force serves; tomorrow's run tries again.
        tracing::error!(error = platform::chain(error.as_ref()), "Answers were not heard");
    }
    let count = states::approximate_count(platform).await?;
    let of = i32::try_from((count + CUSTOMERS_PER_SEGMENT - 1) / CUSTOMERS_PER_SEGMENT)
        .unwrap_or(1000)
        .clamp(1, 1000);
    if of == 1 {
        let summary = segment(platform, run, 0, 1, room).await?;
        return Ok(json!({ "run": run, "segments": 1, "scored": summary.scored, "alerts": summary.alerts }));
    }
    for segment in 0..of {
        messages::send(platform, &platform.settings.score_queue, &ScoreMessage::Segment { run, segment, of })
            .await?;
    }
    Ok(json!({ "run": run, "segments": of }))
}

async fn handle_batch(
    platform: &Platform,
    batch: SqsEvent,
    now: Timestamp,
    deadline: Timestamp,
) -> SqsBatchResponse {
    let room = Room::until(deadline, now);
    let mut failures = Vec::new();
    for record in batch.records {
        let body = record.body.unwrap_or_default();
        let done = match serde_json::from_str(&body) {
            Ok(message) => handle_message(platform, message, now, room).await,
            Err(error) => Err(error).context("reading a message"),
        };
        if let Err(error) = done {
            tracing::error!(error = platform::chain(error.as_ref()), "A scoring message failed");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = record.message_id.unwrap_or_default();
            failures.push(failure);
        }
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    response
}

async fn handle_message(
    platform: &Platform,
    message: ScoreMessage,
    now: Timestamp,
    room: Room,
) -> anyhow::Result<()> {
    match message {
        ScoreMessage::Segment { run, segment, of } => {
            self::segment(platform, run, segment, of, room).await.map(drop)
        }
        ScoreMessage::Customer { customer } => {
            let (policy, portfolio) =
                (register::policy(platform).await?, portfolio::told(platform, now).await?);
            if let Some(state) = states::get(platform, &customer).await? {
                customer::score(platform, &policy, &portfolio, state, now).await?;
            }
            Ok(())
        }
    }
}

/// What a segment came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Summary {
    scored: u32,
    alerts: u32,
    failed: u32,
}

async fn segment(
    platform: &Platform,
    run: Timestamp,
    segment: i32,
    of: i32,
    room: Room,
) -> anyhow::Result<Summary> {
    let policy = Arc::new(register::policy(platform).await?);
    let portfolio = Arc::new(portfolio::told(platform, run).await?);
    let mut summary = Summary::default();
    let mut after: Option<String> = None;
    loop {
        let (states, next) = states::page(platform, segment, of, after.as_deref()).await?;
        score_page(platform, &policy, &portfolio, states, run, &mut summary).await?;
        if next.is_none() {
            break;
        }
        after = next;
        // Asked between pages; a page is far smaller than the margin.
        if room.is_over() {
            anyhow::bail!("the time was up after {} customers; the next try goes on", summary.scored);
        }
    }
    tracing::info!(
        run = %run, segment, of, scored = summary.scored, alerts = summary.alerts, failed = summary.failed,
        "Scored a segment"
    );
    anyhow::ensure!(summary.failed == 0, "{} customers could not be scored", summary.failed);
    Ok(summary)
}

async fn score_page(
    platform: &Platform,
    policy: &Arc<Policy>,
    portfolio: &Arc<Portfolio>,
    states: Vec<State>,
    run: Timestamp,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let mut tasks: JoinSet<anyhow::Result<Outcome>> = JoinSet::new();
    for state in states {
        if tasks.len() >= AT_ONCE
            && let Some(done) = tasks.join_next().await
        {
            summary.count(done?);
        }
        let (platform, policy, portfolio) = (platform.clone(), Arc::clone(policy), Arc::clone(portfolio));
        tasks.spawn(async move { customer::score(&platform, &policy, &portfolio, state, run).await });
    }
    while let Some(done) = tasks.join_next().await {
        summary.count(done?);
    }
    Ok(())
}

impl Summary {
    fn count(&mut self, outcome: anyhow::Result<Outcome>) {
        match outcome {
            Ok(outcome) => {
                self.scored += 1;
                self.alerts += u32::from(outcome == Outcome::Alerted);
            }
            Err(error) => {
                self.failed += 1;
                tracing::error!(error = platform::chain(error.as_ref()), "A customer could not be scored");
            }
        }
    }
}
