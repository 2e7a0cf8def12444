//! The operations of SQS: read the request, check it, do it, say what came of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::{Digest as _, Md5};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::ACCOUNT;
use super::super::fault::{Fault, drop_connection};
use super::super::http::{Refusal, read};
use super::queue::{Counts, Message, NotChanged, Queue};
use super::rules;
use super::store::{Queues, arn_of};

/// How often a long poll looks again, on the machine's clock.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// The fields of all requests; each operation takes its own.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Request {
    queue_name: String,
    queue_name_prefix: String,
    queue_url: String,
    attributes: BTreeMap<String, String>,
    attribute_names: Vec<String>,
    message_system_attribute_names: Vec<String>,
    message_body: String,
    delay_seconds: Option<i64>,
    message_attributes: BTreeMap<String, Value>,
    message_system_attributes: BTreeMap<String, Value>,
    max_number_of_messages: Option<i64>,
    wait_time_seconds: Option<i64>,
    visibility_timeout: Option<i64>,
    receipt_handle: String,
    entries: Vec<Entry>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Entry {
    id: String,
    message_body: String,
    delay_seconds: Option<i64>,
    message_attributes: BTreeMap<String, Value>,
    message_system_attributes: BTreeMap<String, Value>,
    receipt_handle: String,
    visibility_timeout: Option<i64>,
}

pub(super) async fn carry_out(
    queues: &Queues,
    address: SocketAddr,
    operation: &str,
    body: &Bytes,
) -> Result<Value, Refusal> {
    let url = |name: &str| format!("http://{address}/{ACCOUNT}/{name}");
    let request: Request = read(body)?;
    // A URL from before a restart names another port; the queue is the same.
    let queue = request.queue_url.rsplit('/').next().unwrap_or_default().to_owned();
    match operation {
        "CreateQueue" => create(queues, &request).map(|()| json!({ "QueueUrl": url(&request.queue_name) })),
        "SetQueueAttributes" => set_attributes(queues, &queue, &request.attributes),
        "GetQueueUrl" => {
            queues.look(&request.queue_name, |_| json!({ "QueueUrl": url(&request.queue_name) }))
        }
        "GetQueueAttributes" => get_attributes(queues, &queue, &request.attribute_names),
        "ListQueues" => {
            let listed =
                queues.names().into_iter().filter(|name| name.starts_with(&request.queue_name_prefix));
            Ok(json!({ "QueueUrls": listed.map(|name| url(&name)).collect::<Vec<_>>() }))
        }
        "SendMessage" => taking_faults(queues, || send(queues, &queue, request.into())),
        "SendMessageBatch" => taking_faults(queues, || send_batch(queues, &queue, request.entries)),
        "ReceiveMessage" => receive(queues, &queue, request).await,
        "DeleteMessage" => delete(queues, &queue, &request.receipt_handle),
        "DeleteMessageBatch" => {
            batch(queues, &queue, request.entries, |entry| delete(queues, &queue, &entry.receipt_handle))
        }
        "ChangeMessageVisibility" => {
            hide(queues, &queue, &request.receipt_handle, request.visibility_timeout)
        }
        "ChangeMessageVisibilityBatch" => batch(queues, &queue, request.entries, |entry| {
            hide(queues, &queue, &entry.receipt_handle, entry.visibility_timeout)
        }),
        "PurgeQueue" => queues.with(&queue, |queue| queue.messages.clear()).map(|()| json!({})),
        other => Err(Refusal::not_implemented(&format!("SQS {other}"))),
    }
}

impl From<Request> for Entry {
    fn from(request: Request) -> Self {
        Self {
            message_body: request.message_body,
            delay_seconds: request.delay_seconds,
            message_attributes: request.message_attributes,
            message_system_attributes: request.message_system_attributes,
            ..Self::default()
        }
    }
}

/// Creating again is no error unless an attribute is given that the queue has otherwise.
fn create(queues: &Queues, request: &Request) -> Result<(), Refusal> {
    rules::queue_name(&request.queue_name)?;
    queues.define(&request.queue_name, |old| {
        let mut settings = old.as_ref().map(|queue| queue.settings.clone()).unwrap_or_default();
        rules::apply(&mut settings, &request.attributes)?;
        match old {
            Some(queue) if queue.settings != settings => {
                Err(Refusal::bad("QueueAlreadyExists", "A queue of this name exists with other attributes."))
            }
            Some(queue) => Ok(queue),
            None => Ok(Queue::new(settings, queues.now_ms())),
        }
    })
}

fn set_attributes(
    queues: &Queues,
    name: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<Value, Refusal> {
    queues.define(name, |old| {
        let mut queue = old.ok_or_else(super::store::no_such_queue)?;
        rules::apply(&mut queue.settings, attributes)?;
        Ok(queue)
    })?;
    Ok(json!({}))
}

fn get_attributes(queues: &Queues, name: &str, wanted: &[String]) -> Result<Value, Refusal> {
    let now_ms = queues.now_ms();
    let (Counts { visible, in_flight, delayed }, settings, created_ms) =
        queues.look(name, |queue| (queue.counts(now_ms), queue.settings.clone(), queue.created_ms))?;
    let mut attributes = BTreeMap::from([
        ("QueueArn", arn_of(name)),
        ("ApproximateNumberOfMessages", visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", delayed.to_string()),
        ("CreatedTimestamp", (created_ms / 1000).to_string()),
        ("VisibilityTimeout", settings.visibility_timeout.to_string()),
        ("MessageRetentionPeriod", settings.retention.to_string()),
        ("DelaySeconds", settings.delay.to_string()),
    ]);
    if let Some(redrive) = settings.redrive {
        let policy = json!({
            "deadLetterTargetArn": redrive.dead_letter_target_arn,
            "maxReceiveCount": redrive.max_receive_count,
        });
        attributes.insert("RedrivePolicy", policy.to_string());
    }
    attributes.retain(|attribute, _| asked_for(wanted, attribute));
    Ok(json!({ "Attributes": attributes }))
}

fn asked_for(wanted: &[String], attribute: &str) -> bool {
    wanted.iter().any(|name| name == "All" || name == attribute)
}

/// Does a send, or what was ordered in its place.
fn taking_faults(queues: &Queues, send: impl FnOnce() -> Result<Value, Refusal>) -> Result<Value, Refusal> {
    match queues.faults.next() {
        None => send(),
        Some(Fault::Throttle) => Err(Refusal::bad("RequestThrottled", "Rate exceeded, on order.")),
        Some(Fault::RejectBefore) => Err(Refusal::bad("KMS.AccessDeniedException", "Refused, on order.")),
        Some(Fault::AcceptThenDropConnection) => {
            send()?;
            drop_connection()
        }
    }
}

fn send(queues: &Queues, name: &str, entry: Entry) -> Result<Value, Refusal> {
    rules::body(&entry.message_body)?;
    let delay = rules::within("DelaySeconds", entry.delay_seconds, 0, 900)?;
    if !(entry.message_attributes.is_empty() && entry.message_system_attributes.is_empty()) {
        return Err(Refusal::not_implemented("message attributes"));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let answer = json!({ "MessageId": &id, "MD5OfMessageBody": md5_of(&entry.message_body) });
    let now_ms = queues.now_ms();
    queues.with(name, |queue| queue.send(id, entry.message_body, delay, now_ms))?;
    Ok(answer)
}

fn send_batch(queues: &Queues, name: &str, entries: Vec<Entry>) -> Result<Value, Refusal> {
    batch(queues, name, entries, |entry| send(queues, name, entry))
}

/// Does each entry by itself: one that fails is reported among the others that did not.
fn batch(
    queues: &Queues,
    name: &str,
    entries: Vec<Entry>,
    mut work: impl FnMut(Entry) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    queues.look(name, |_| ())?;
    let bytes = entries.iter().map(|entry| entry.message_body.len()).sum();
    rules::batch(entries.iter().map(|entry| entry.id.as_str()), bytes)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = Value::String(entry.id.clone());
        match work(entry) {
            Ok(mut answer) => {
                answer.as_object_mut().map(|fields| fields.insert("Id".to_owned(), id));
                successful.push(answer);
            }
            Err(Refusal { status, code, message }) => failed.push(json!({
                "Id": id, "SenderFault": status.is_client_error(), "Code": code, "Message": message,
            })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

/// Waits for a message as long as asked, unless time is simulated: then nothing comes by waiting.
async fn receive(queues: &Queues, name: &str, request: Request) -> Result<Value, Refusal> {
    let most = rules::within("MaxNumberOfMessages", request.max_number_of_messages, 1, 10)?.unwrap_or(1);
    let most = usize::try_from(most).unwrap_or(rules::LARGEST_BATCH);
    let wait = rules::within("WaitTimeSeconds", request.wait_time_seconds, 0, 20)?.unwrap_or(0);
    let hide = rules::within("VisibilityTimeout", request.visibility_timeout, 0, 43_200)?;
    let mut looks = if queues.clock.is_simulated() { 0 } else { wait * 20 };
    let mut received = queues.receive(name, most, hide)?;
    while received.is_empty() && looks > 0 {
        looks -= 1;
        tokio::time::sleep(POLL_EVERY).await;
        received = queues.receive(name, most, hide)?;
    }
    let wanted = [request.attribute_names, request.message_system_attribute_names].concat();
    let messages: Vec<Value> = received.iter().map(|message| show(message, name, &wanted)).collect();
    Ok(json!({ "Messages": messages }))
}

fn show(message: &Message, queue: &str, wanted: &[String]) -> Value {
    let mut attributes = BTreeMap::from([
        ("ApproximateReceiveCount", message.receives.to_string()),
        ("ApproximateFirstReceiveTimestamp", message.first_received_ms.unwrap_or_default().to_string()),
        ("SentTimestamp", message.sent_ms.to_string()),
        ("SenderId", ACCOUNT.to_owned()),
    ]);
    attributes.retain(|attribute, _| asked_for(wanted, attribute));
    let receipt = URL_SAFE_NO_PAD.encode(format!("{queue}/{}/{}", message.id, message.receives));
    json!({
        "MessageId": message.id,
        "Body": message.body,
        "MD5OfBody": md5_of(&message.body),
        "ReceiptHandle": receipt,
        "Attributes": attributes,
    })
}

/// The message id and the receiving that a receipt handle of this queue stands for.
fn receipt(handle: &str, queue: &str) -> Result<(String, u32), Refusal> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(handle).ok()?).ok()?;
        let (id, receives) = text.strip_prefix(queue)?.strip_prefix('/')?.split_once('/')?;
        Some((id.to_owned(), receives.parse().ok()?))
    };
    read().ok_or_else(|| Refusal::bad("ReceiptHandleIsInvalid", "This is no receipt handle of this queue."))
}

fn delete(queues: &Queues, name: &str, handle: &str) -> Result<Value, Refusal> {
    queues.look(name, |_| ())?;
    let (id, receives) = receipt(handle, name)?;
    queues.with(name, |queue| queue.delete(&id, receives))?;
    Ok(json!({}))
}

fn hide(queues: &Queues, name: &str, handle: &str, seconds: Option<i64>) -> Result<Value, Refusal> {
    let seconds = rules::within("VisibilityTimeout", seconds, 0, 43_200)?
        .ok_or_else(|| Refusal::bad("MissingParameter", "VisibilityTimeout is missing."))?;
    queues.look(name, |_| ())?;
    let (id, receives) = receipt(handle, name)?;
    let now_ms = queues.now_ms();
    match queues.with(name, |queue| queue.hide(&id, receives, seconds, now_ms))? {
        Ok(()) => Ok(json!({})),
        Err(NotChanged::Gone) => Err(rules::invalid("The message does not exist any more.")),
        Err(NotChanged::NotInFlight) => {
            Err(Refusal::bad("AWS.SimpleQueueService.MessageNotInflight", "The message is not in flight."))
        }
    }
}

fn md5_of(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}
