//! Webhook in, event stored: the only function that faces the internet.
//!
//! [`envelope`] opens the request, [`instances`] says who may deliver, [`verify`] whether it is they, [`sources`] what
//! they say; then each event is matched, read and stored on its own.

pub mod envelope;
pub mod instances;
pub mod read;
mod recent;
pub mod sources;
mod store;
pub mod verify;
mod words;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use jiff::Timestamp;
use platform::Platform;
use platform::managed_model::ManagedModel;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::envelope::Envelope;
use crate::instances::Instances;
use crate::recent::Recent;
use crate::store::{Desk, Outcome};

/// Events of one delivery that are stored at the same time.
const AT_ONCE: usize = 16;
/// Events of one delivery: as many as are surely stored before a sender, or Lambda, gives up waiting.
const MOST_EVENTS: usize = 500;
/// How long one delivery may wait for the managed model altogether: senders, and Lambda, wait ten seconds.
const MODEL_TIME: Duration = Duration::from_secs(4);

/// The function between two deliveries.
pub struct Ingest {
    platform: Arc<Platform>,
    /// Where one is deployed.
    managed_model: Option<Arc<ManagedModel>>,
    recent: Arc<Recent>,
    /// The sources secret and what it says; read anew when it has changed.
    instances: Mutex<Option<(String, Arc<Instances>)>>,
}

impl Ingest {
    /// Needs `REGISTER_TABLE`, `EVENTS_TABLE`, `STATES_TABLE`, `SCORE_QUEUE_URL`, `SOURCES_SECRET` and
    /// `CONTACT_KEY_SECRET` among the settings.
    pub fn new(platform: Platform) -> Self {
        let (platform, recent) = (Arc::new(platform), Arc::default());
        Self { platform, managed_model: None, recent, instances: Mutex::new(None) }
    }

    /// The same, with a managed model deployed.
    #[must_use]
    pub fn with_managed_model(self, managed_model: Option<ManagedModel>) -> Self {
        Self { managed_model: managed_model.map(Arc::new), ..self }
    }

    async fn instances(&self, now: Timestamp) -> anyhow::Result<Arc<Instances>> {
        let secret = self.platform.secrets.value(&self.platform.settings.sources_secret, now).await?;
        let mut read = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
        match &*read {
            Some((written, instances)) if *written == secret => Ok(Arc::clone(instances)),
            _ => {
                let instances = Arc::new(Instances::read(&secret)?);
                *read = Some((secret, Arc::clone(&instances)));
                Ok(instances)
            }
        }
    }
}

/// What became of a delivery's events.
#[derive(Debug, Default, Serialize)]
struct Tally {
    accepted: usize,
    duplicate: usize,
    unmatched: usize,
    #[serde(skip_serializing_if = "is_zero")]
    ignored: usize,
    rejected: Vec<Rejected>,
}

#[derive(Debug, Serialize)]
struct Rejected {
    index: usize,
    reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Answers a request: 202 when all that can be counted is stored, 4xx when sending it again would not help, 503 when
/// it would.
pub async fn handle(
    ingest: &Ingest,
    request: LambdaFunctionUrlRequest,
    now: Timestamp,
) -> LambdaFunctionUrlResponse {
    let envelope = match envelope::open(&request) {
        Ok(envelope) => envelope,
        Err(unopened) => return refusal(unopened.status(), &unopened.to_string()),
    };
    deliver(ingest, &request, &envelope, now).await.unwrap_or_else(|error| {
        // Part of a batch may be stored by now. To have it all again is right: what is stored is a duplicate then.
        let error = platform::chain(error.as_ref());
        tracing::error!(error, "A delivery could not be stored and will come again");
        refusal(503, "it could not be stored; send it again")
    })
}

async fn deliver(
    ingest: &Ingest,
    request: &LambdaFunctionUrlRequest,
    envelope: &Envelope<'_>,
    now: Timestamp,
) -> anyhow::Result<LambdaFunctionUrlResponse> {
    let instances = ingest.instances(now).await?;
    let instance = instances.find(envelope.instance, envelope.token);
    // Its fault was logged when the secret was read.
    let Some(setup) = &instance.setup else { return Ok(refusal(500, "this source is not set up correctly")) };
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let signed = verify::Request {
        method: envelope::method(request),
        url: &setup.url,
        header: &header,
        body: &envelope.body,
    };
    let verified = setup.source.auth.verify(&setup.secrets, signed, now);
    if instances.is_stranger(instance) {
        return Ok(refusal(401, UNKNOWN));
    }
    if let Err(reason) = verified {
        tracing::warn!(instance = envelope.instance, reason = %reason, "A delivery was refused");
        return Ok(refusal(401, UNKNOWN));
    }

    let house = ingest.recent.house(&ingest.platform, now).await?;
    let found = (setup.source.read)(&envelope.body, &house.own);
    let key = ingest.platform.secrets.key(&ingest.platform.settings.contact_key_secret, now).await?;
    let (platform, recent) = (Arc::clone(&ingest.platform), Arc::clone(&ingest.recent));
    let managed_model = ingest.managed_model.clone();
    let (instance, patience) = (envelope.instance.to_owned(), Instant::now() + MODEL_TIME);
    let desk = Desk { platform, managed_model, recent, house, key, instance, now, patience };
    let found = match found {
        Ok(found) => found,
        Err(rejection) => {
            desk.keep_unread(&envelope.body, rejection.to_string()).await?;
            return Ok(refusal(400, &rejection.to_string()));
        }
    };
    if found.events.len() > MOST_EVENTS {
        return Ok(refusal(413, "a delivery holds at most 500 events; send it in parts"));
    }
    let events = found.events.len();
    let tally = Tally { ignored: found.ignored, ..take_all(desk, found.events).await? };
    let nothing_readable = events > 0 && tally.rejected.len() == events;
    Ok(answer(if nothing_readable { 400 } else { 202 }, &tally))
}

/// The same for a name that does not exist, a wrong token, a wrong signature and a wrong time.
const UNKNOWN: &str = "not known, or not signed as agreed";

/// Takes all events in, each on its own: a bad one does not touch its neighbours, and where one fails the others are
/// stored all the same.
async fn take_all(desk: Desk, events: Vec<Value>) -> anyhow::Result<Tally> {
    let desk = Arc::new(desk);
    let mut tally = Tally::default();
    let mut failure = None;
    let mut tasks = JoinSet::new();
    let mut events = events.into_iter().enumerate();
    loop {
        while tasks.len() < AT_ONCE
            && let Some((index, event)) = events.next()
        {
            let desk = Arc::clone(&desk);
            tasks.spawn(async move { (index, desk.take(&event).await) });
        }
        match tasks.join_next().await {
            None => break,
            Some(Ok((_, Ok(Outcome::Accepted)))) => tally.accepted += 1,
            Some(Ok((_, Ok(Outcome::Duplicate)))) => tally.duplicate += 1,
            Some(Ok((_, Ok(Outcome::Unmatched)))) => tally.unmatched += 1,
            Some(Ok((index, Ok(Outcome::Rejected(reason))))) => {
                tally.rejected.push(Rejected { index, reason });
            }
            Some(Ok((_, Err(error)))) => failure = failure.or(Some(error)),
            // A panic's message may quote the text that was being read.
            Some(Err(_)) => failure = failure.or_else(|| Some(anyhow::anyhow!("a task ended early"))),
        }
    }
    tally.rejected.sort_by_key(|rejected| rejected.index);
    failure.map_or(Ok(tally), Err)
}

fn refusal(status: i64, reason: &str) -> LambdaFunctionUrlResponse {
    answer(status, &json!({ "error": reason }))
}

fn answer(status: i64, body: &impl Serialize) -> LambdaFunctionUrlResponse {
    let mut response = LambdaFunctionUrlResponse::default();
    response.status_code = status;
    response.body = serde_json::to_string(body).ok();
    let extra = match status {
        405 => Some(("allow", "POST")),
        503 => Some(("retry-after", "30")),
        _ => None,
    };
    for (name, value) in [("content-type", "application/json")].into_iter().chain(extra) {
        if let Ok(value) = value.parse() {
            response.headers.insert(name, value);
        }
    }
    response
}
