//! One event taken in: parsed, matched to its customer, read, and then the two writes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use platform::Platform;
use platform::events::{self, EventKey, Put};
use platform::keys::SecretKey;
use platform::managed_model::{self, ManagedModel, Unjudged};
use platform::messages::{self, ScoreMessage};
use platform::register::{self, Customer, Unmatched};
use platform::states::{self, Mark};
use scoring::incoming::{self, CustomerRef, Fault, Incoming};
use scoring::{Day, Event};
use serde_json::Value;
use tokio::time::Instant;
use tone::{Reading, Redacted};

use crate::read::{self, House};
use crate::recent::Recent;

/// Where the events of one delivery are taken in.
pub(crate) struct Desk {
    pub platform: Arc<Platform>,
    pub managed_model: Option<Arc<ManagedModel>>,
    pub recent: Arc<Recent>,
    pub house: Arc<House>,
    pub key: SecretKey,
    /// The source instance; never from the body.
    pub instance: String,
    pub now: Timestamp,
    /// Until when the managed model may be waited for, in this delivery altogether.
    pub patience: Instant,
}

/// How long the managed model may take for one message.
const TIME_OF_ONE: Duration = Duration::from_secs(2);

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    Duplicate,
    Unmatched,
    Rejected(String),
}

impl Desk {
    /// Takes one object of the event format. An error means that it may not be stored and must be delivered again.
    pub(crate) async fn take(&self, value: &Value) -> anyhow::Result<Outcome> {
        let incoming = match incoming::parse(value, &|field, name| self.key.name(field, name)) {
            Ok(incoming) => incoming,
            Err(fault) => return self.refuse(value, &fault).await,
        };
        if let Some(reason) = read::out_of_time(incoming.event.at, self.now) {
            return self.keep_aside(&incoming, reason).await;
        }
        match self.customer(&incoming).await? {
            Some(customer) => self.store(incoming, &customer).await,
            None => self.keep_aside(&incoming, "unknown_customer").await,
        }
    }

    /// The two writes, in this order: were the mark set first and we died, a run could count the day without the event
    /// and take the mark away, and nobody would count it again.
    async fn store(&self, incoming: Incoming, customer: &Customer) -> anyhow::Result<Outcome> {
        let platform = &self.platform;
        let id = self.id(&incoming.id);
        let day = Day::of(incoming.event.at);
        let key = EventKey { customer: customer.id.clone(), day, id };
        let body = read::fingerprint(&self.key, &incoming)?;
        let leaving = read::leaving(&incoming, customer, &self.house);
        let event = read::read(incoming, customer, &self.house, &self.key);

        let put = events::put(platform, &key, &event, &body).await?;
        // Before the mark, so that no run counts the event without it; after the put, so that a repetition pays nothing.
        if put == Put::Stored
            && let Some(text) = leaving
        {
            self.ask_the_model(&key, &event, &body, &text).await;
        }
        // Marked whatever was there before: whoever stored it may have died before marking it.
        let urgent = put != Put::Conflict && customer.may_be_scored() && read::is_notice(&event);
        if states::mark(platform, &customer.id, day, Day::of(self.now), urgent).await? == Mark::Erased {
            events::delete(platform, &key).await?;
            return Ok(Outcome::Unmatched);
        }
        if urgent {
            self.ask_for_score(&customer.id).await;
        }
        if put == Put::Conflict {
            let entry = format!("conflict#{}#{body}", key.id);
            let what = "another event came with the id of an earlier one; the earlier one stays";
            let who = format!("source {}", self.instance);
            register::audit(platform, self.now, &entry, what, &who).await?;
        }
        Ok(if put == Put::Stored { Outcome::Accepted } else { Outcome::Duplicate })
    }

    /// A second reading, where the policy wants one. Whatever goes wrong, the event stands as the rules have read it.
    async fn ask_the_model(&self, key: &EventKey, event: &Event, body: &str, text: &Redacted) {
        let read = event.reading.as_ref().filter(|reading| !reading.automatic);
        let (Some(reading), Some(model)) = (read, &self.house.managed_model) else { return };
        let within = TIME_OF_ONE.min(self.patience.saturating_duration_since(Instant::now()));
        let asked = if within.is_zero() {
            Err(Unjudged::TimedOut)
        } else {
            managed_model::judge(self.managed_model.as_deref(), model, text, within).await
        };
        let reading = match asked {
            Ok(judgement) => Reading { managed: Some(judgement), ..reading.clone() },
            Err(unjudged) => {
                tracing::warn!(reason = %unjudged, "A message was read by the rules alone");
                return;
            }
        };
        let judged = Event { reading: Some(reading), ..event.clone() };
        if let Err(error) = events::put_judged(&self.platform, key, &judged, body).await {
            let error = platform::chain(error.as_ref());
            tracing::warn!(error, "A message was read by the rules alone");
        }
    }

    /// A lost message is no loss: the next run finds the mark.
    async fn ask_for_score(&self, customer: &str) {
        let message = ScoreMessage::Customer { customer: customer.to_owned() };
        let queue = &self.platform.settings.score_queue;
        if let Err(error) = messages::send(&self.platform, queue, &message).await {
            let error = platform::chain(error.as_ref());
            tracing::warn!(error, "A customer could not be scored at once and waits for the next run");
        }
    }

    /// Whom it is about: by the name given; where that is another system's, also by the contact's mail domain.
    async fn customer(&self, incoming: &Incoming) -> anyhow::Result<Option<Arc<Customer>>> {
        let found = self.recent.customer(&self.platform, &incoming.customer, self.now).await?;
        let Some(domain) = read::by_contact(incoming).filter(|_| found.is_none()) else { return Ok(found) };
        self.recent.customer(&self.platform, &domain, self.now).await
    }

    fn id(&self, id: &str) -> String {
        read::event_id(&self.key, &self.instance, id)
    }

    /// Keeps an event aside, without text and names, for a person to look at.
    async fn keep_aside(&self, incoming: &Incoming, reason: &str) -> anyhow::Result<Outcome> {
        let unmatched = Unmatched {
            instance: self.instance.clone(),
            id: self.id(&incoming.id),
            reason: reason.to_owned(),
            reference: read::reference(&incoming.customer),
            event: Some(serde_json::to_string(&incoming.event).context("writing an event")?),
            at: self.now,
        };
        register::put_unmatched(&self.platform, &unmatched).await?;
        Ok(Outcome::Unmatched)
    }

    /// An object that is no event: told to the sender, and kept where it has an id to keep it under.
    async fn refuse(&self, value: &Value, fault: &Fault) -> anyhow::Result<Outcome> {
        let (reason, outcome) = match fault {
            Fault::UnknownKind => ("unknown_kind".to_owned(), Outcome::Unmatched),
            fault => (fault.to_string(), Outcome::Rejected(fault.to_string())),
        };
        let id = match value.get("id") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        if let Some(id) = id {
            let customer = value.get("customer").and_then(Value::as_str);
            let unmatched = Unmatched {
                instance: self.instance.clone(),
                id: self.id(id.trim()),
                reason,
                reference: customer.and_then(|id| read::reference(&CustomerRef::Id(id.trim().to_owned()))),
                event: None,
                at: self.now,
            };
            register::put_unmatched(&self.platform, &unmatched).await?;
        }
        Ok(outcome)
    }

    /// A body in which no event can be found at all.
    pub(crate) async fn keep_unread(&self, body: &[u8], reason: String) -> anyhow::Result<()> {
        let id = self.key.digest(&[b"delivery", self.instance.as_bytes(), body]);
        let instance = self.instance.clone();
        let unmatched = Unmatched { instance, id, reason, reference: None, event: None, at: self.now };
        register::put_unmatched(&self.platform, &unmatched).await
    }
}
