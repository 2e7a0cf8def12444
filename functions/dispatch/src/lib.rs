//! Turns messages of the dispatch queue into mails; nothing else in the product sends.
//!
//! One alert mail: [`alert`] finds the person and claims the sending, [`brief`] gathers what is to be said, [`mail`]
//! writes it as text and HTML with the [`words`] of the person's language, [`link`] proves who opens it.

pub mod alert;
pub mod brief;
pub mod link;
pub mod mail;
mod sign_in;
pub mod words;

use anyhow::Context as _;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use platform::Platform;
use platform::messages::DispatchMessage;

pub use mail::{mail_for, sign_in_mail};

/// What became of a message that met no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// The queue may forget it.
    Yes,
    /// Not yet: the queue hands it out again after its visibility time-out.
    Later,
}

/// Handles a batch of [`DispatchMessage`]s. Each stands for itself: one that fails is named in the answer and comes
/// back, its neighbours are done.
pub async fn handle(platform: &Platform, event: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let done = match one(platform, &record, now).await {
            Ok(done) => done,
            Err(error) => {
                let message = record.message_id.as_deref().unwrap_or_default();
                tracing::error!(
                    message,
                    error = platform::chain(error.as_ref()),
                    "A message to dispatch failed"
                );
                Done::Later
            }
        };
        if done == Done::Later {
            let mut failure = BatchItemFailure::default();
            // A record without an id fails the whole batch, which repeats work but loses nothing.
            failure.item_identifier = record.message_id.unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    response
}

async fn one(platform: &Platform, record: &SqsMessage, now: Timestamp) -> anyhow::Result<Done> {
    let body = record.body.as_deref().context("a message without a body")?;
    match serde_json::from_str(body).context("reading a message")? {
        DispatchMessage::Alert { alert, level, step } => {
            alert::tell(platform, &alert, level, step, now).await
        }
        DispatchMessage::SignIn { request } => sign_in::send_link(platform, &request, now).await,
    }
}
