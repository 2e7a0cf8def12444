//! One event: parsed, matched to its customer, its text read and dropped, and then the two writes.

use std::sync::Arc;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use platform::Platform;
use platform::events::{self, EventKey, Put};
use platform::keys::SecretKey;
use platform::messages::{self, ScoreMessage};
use platform::register::{self, Customer, Unmatched};
use platform::states::{self, Mark};
use scoring::event::{ContractChange, Direction, Kind};
use scoring::incoming::{self, CustomerRef, Fault, Incoming};
use scoring::ledger::SPAN_DAYS;
use scoring::{Day, Event};
use serde_json::Value;

use crate::recent::{House, Recent};
use crate::sources::domain;

/// Clocks of senders may go ahead of ours by this much.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Where the events of one delivery are taken in.
pub(crate) struct Desk {
    pub platform: Arc<Platform>,
    pub recent: Arc<Recent>,
    pub house: Arc<House>,
    pub key: SecretKey,
    /// The source instance; never from the body.
    pub instance: String,
    pub now: Timestamp,
}

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
        if let Some(reason) = out_of_time(incoming.event.at, self.now) {
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
        let body = self.body(&incoming)?;
        let event = self.read(incoming, customer);

        let put = events::put(platform, &key, &event, &body).await?;
        // Marked whatever was there before: whoever stored it may have died before marking it.
        let urgent = put != Put::Conflict && customer.may_be_scored() && is_notice(&event);
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
        if found.is_some() || matches!(incoming.customer, CustomerRef::Id(_) | CustomerRef::Domain(_)) {
            return Ok(found);
        }
        let Some(domain) = incoming.contact.as_deref().and_then(domain) else { return Ok(None) };
        self.recent.customer(&self.platform, &CustomerRef::Domain(domain), self.now).await
    }

    /// The stored form. The text ends here.
    fn read(&self, incoming: Incoming, customer: &Customer) -> Event {
        let Incoming { contact, mut event, text, .. } = incoming;
        let ours = contact.as_deref().is_some_and(|contact| self.house.own.include(contact));
        if ours {
            turn_outbound(&mut event.kind);
        } else {
            event.contact = contact.as_deref().map(|contact| self.key.contact(contact));
        }
        // Where somebody objects, a text of we do not know whom may be theirs.
        let agrees = match event.contact {
            Some(contact) => !customer.objections.contains(&contact),
            None => customer.objections.is_empty(),
        };
        let may_read = customer.may_be_scored() && agrees && !ours && incoming::is_inbound(&event.kind);
        if let Some(text) = text.filter(|_| may_read) {
            event.reading = Some(tone::read(&tone::Message {
                text: &text.text,
                subject: text.subject.as_deref(),
                format: text.format,
                known_language: text.language.or(customer.language),
                policy: self.house.policy,
            }));
        }
        event
    }

    /// Under which id an event stands: one instance cannot occupy another's.
    fn id(&self, id: &str) -> String {
        self.key.digest(&[b"event", self.instance.as_bytes(), id.as_bytes()])
    }

    /// What tells an event from another with the same id: everything we understand of it. Transport fields and fields
    /// that we do not know may change between two deliveries of the same event.
    fn body(&self, incoming: &Incoming) -> anyhow::Result<String> {
        let event = serde_json::to_vec(&incoming.event).context("writing an event")?;
        let contact = incoming.contact.as_deref().unwrap_or_default();
        let text = incoming.text.as_ref();
        let (subject, text) =
            text.map_or(("", ""), |text| (text.subject.as_deref().unwrap_or_default(), &text.text));
        Ok(self.key.digest(&[b"body", &event, contact.as_bytes(), subject.as_bytes(), text.as_bytes()]))
    }

    /// Keeps an event aside, without text and names, for a person to look at.
    async fn keep_aside(&self, incoming: &Incoming, reason: &str) -> anyhow::Result<Outcome> {
        let unmatched = Unmatched {
            instance: self.instance.clone(),
            id: self.id(&incoming.id),
            reason: reason.to_owned(),
            reference: reference(&incoming.customer),
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
                reference: customer.and_then(|id| reference(&CustomerRef::Id(id.trim().to_owned()))),
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

fn out_of_time(at: Timestamp, now: Timestamp) -> Option<&'static str> {
    if at.duration_since(now) > AHEAD {
        Some("too_early")
    } else if Day::of(at) < Day::of(now).plus(-SPAN_DAYS) {
        Some("too_late")
    } else {
        None
    }
}

/// What somebody on our side wrote is ours, whatever the source says.
fn turn_outbound(kind: &mut Kind) {
    match kind {
        Kind::Message { direction, .. } => *direction = Direction::Outbound,
        Kind::Ticket { direction, .. } => *direction = Some(Direction::Outbound),
        _ => {}
    }
}

/// The thing itself, which does not wait for tomorrow's run (I6, S52).
fn is_notice(event: &Event) -> bool {
    let written = event.reading.as_ref().is_some_and(|reading| reading.notice);
    let stated =
        matches!(event.kind, Kind::Contract { change: ContractChange::Notice | ContractChange::Cancelled });
    written || stated
}

/// How an unknown customer is shown to the person who will look for it: an id or a domain. Aliases are names and
/// organisation numbers can be a person's, so they are left out; so is what stands before an `@`.
fn reference(customer: &CustomerRef) -> Option<String> {
    let (CustomerRef::Id(name) | CustomerRef::Domain(name) | CustomerRef::CrmId(name)) = customer else {
        return None;
    };
    // A name that a person would be known by is not an id.
    let shown = name.rsplit('@').next().unwrap_or_default();
    (!shown.is_empty() && shown.len() <= 100).then(|| shown.to_owned())
}
