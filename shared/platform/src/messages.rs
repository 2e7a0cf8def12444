//! What travels over the queues. Ids only: no names, no addresses, no evidence.

use anyhow::Context as _;
use scoring::{Day, Level};
use serde::{Deserialize, Serialize};

use crate::Platform;

/// Work for the score function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "score", rename_all = "snake_case")]
pub enum ScoreMessage {
    /// One segment of the states table.
    Segment {
        /// The run: its scheduled time.
        run: jiff::Timestamp,
        /// Which segment ...
        segment: i32,
        /// ... of how many.
        of: i32,
    },
    /// One customer, at once: something happened that cannot wait for tomorrow (S52).
    Customer {
        /// Whom.
        customer: String,
    },
}

/// Work for the dispatch function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dispatch", rename_all = "snake_case")]
pub enum DispatchMessage {
    /// Tell the role of this step of an alert.
    Alert {
        /// The alert.
        alert: String,
        /// The level it stood at.
        level: Level,
        /// The step of the level's roles, from 0.
        step: usize,
    },
    /// Mail a sign-in link.
    SignIn {
        /// The request; its link is derived from it.
        request: String,
    },
}

/// Sends a message to a queue.
pub async fn send<T: Serialize>(platform: &Platform, queue: &str, message: &T) -> anyhow::Result<()> {
    let body = serde_json::to_string(message).context("writing a message")?;
    let sent = platform.sqs.send_message().queue_url(queue).message_body(body).send().await;
    sent.context("sending a message to a queue")?;
    Ok(())
}

/// The id of the alert that a run opens for a customer: opaque, so that links and logs name nobody.
pub fn alert_id(customer: &str, run: jiff::Timestamp) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(format!("{customer}\n{run}"));
    format!(
        "a-{}-{}",
        Day::of(run).date().strftime("%Y%m%d"),
        hex::encode(digest.first_chunk::<8>().unwrap_or(&[0; 8]))
    )
}
