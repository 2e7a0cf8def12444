//! Stories of messages.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};

use super::super::{Clock, Emulators, Fault};
use super::{Folder, later, monday, sqs};

/// A queue hiding for 30 s with a queue of dead letters behind it after three receivings.
async fn two_queues(client: &Client) -> (String, String) {
    let dead = client.create_queue().queue_name("ScoreDeadLetters").send().await.unwrap().queue_url.unwrap();
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-north-1:000000000000:ScoreDeadLetters","maxReceiveCount":3}"#;
    let created = client
        .create_queue()
        .queue_name("ScoreQueue")
        .attributes(QueueAttributeName::VisibilityTimeout, "30")
        .attributes(QueueAttributeName::RedrivePolicy, policy)
        .send()
        .await
        .unwrap();
    (created.queue_url.unwrap(), dead)
}

async fn send(client: &Client, url: &str, body: &str) {
    client.send_message().queue_url(url).message_body(body).send().await.unwrap();
}

async fn receive(client: &Client, url: &str) -> Vec<Message> {
    let asked = client.receive_message().queue_url(url).max_number_of_messages(10);
    let asked = asked.message_system_attribute_names(MessageSystemAttributeName::All);
    asked.send().await.unwrap().messages.unwrap_or_default()
}

async fn bodies(client: &Client, url: &str) -> Vec<String> {
    receive(client, url).await.into_iter().filter_map(|message| message.body).collect()
}

async fn counts(client: &Client, url: &str) -> String {
    let asked = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let attributes = asked.send().await.unwrap().attributes.unwrap();
    let count = |name| attributes.get(&name).cloned().unwrap();
    format!(
        "{} waiting, {} in flight, {} delayed",
        count(QueueAttributeName::ApproximateNumberOfMessages),
        count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
        count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
    )
}

#[tokio::test]
async fn a_message_nobody_deletes_comes_back_and_ends_among_the_dead_letters() {
    let clock = monday();
    let emulators = Emulators::start(clock.clone(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, dead) = two_queues(&client).await;
    send(&client, &queue, "score C-1001").await;

    let mut story = vec![];
    for _ in 0..4 {
        story.push(format!("received {:?}", bodies(&client, &queue).await));
        story.push(format!("at once again {:?}", bodies(&client, &queue).await));
        story.push(counts(&client, &queue).await);
        later(&clock, 30);
    }
    let letters = receive(&client, &dead).await;
    story.push(format!("dead letters {:?}", letters.iter().filter_map(Message::body).collect::<Vec<_>>()));
    assert_eq!(
        story.join("\n"),
        "\
received [\"score C-1001\"]\nat once again []\n0 waiting, 1 in flight, 0 delayed
received [\"score C-1001\"]\nat once again []\n0 waiting, 1 in flight, 0 delayed
received [\"score C-1001\"]\nat once again []\n0 waiting, 1 in flight, 0 delayed
received []\nat once again []\n0 waiting, 0 in flight, 0 delayed
dead letters [\"score C-1001\"]"
    );
    let attributes = letters[0].attributes().unwrap();
    assert_eq!(attributes[&MessageSystemAttributeName::SentTimestamp], "1772431200000");
    assert_eq!(attributes[&MessageSystemAttributeName::ApproximateReceiveCount], "4");
}

#[tokio::test]
async fn an_old_receipt_deletes_nothing_once_the_message_was_received_again() {
    let clock = monday();
    let emulators = Emulators::start(clock.clone(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    send(&client, &queue, "score C-1001").await;
    let first = receive(&client, &queue).await.remove(0).receipt_handle.unwrap();
    later(&clock, 31);
    let second = receive(&client, &queue).await.remove(0).receipt_handle.unwrap();

    client.delete_message().queue_url(&queue).receipt_handle(first).send().await.unwrap();
    assert_eq!(counts(&client, &queue).await, "0 waiting, 1 in flight, 0 delayed");
    client.delete_message().queue_url(&queue).receipt_handle(&second).send().await.unwrap();
    assert_eq!(counts(&client, &queue).await, "0 waiting, 0 in flight, 0 delayed");
    // Deleting what is gone is no error.
    client.delete_message().queue_url(&queue).receipt_handle(second).send().await.unwrap();
}

#[tokio::test]
async fn visibility_can_be_ended_at_once_and_delays_and_retention_follow_the_clock() {
    let clock = monday();
    let emulators = Emulators::start(clock.clone(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    client.send_message().queue_url(&queue).message_body("later").delay_seconds(900).send().await.unwrap();
    assert_eq!(counts(&client, &queue).await, "0 waiting, 0 in flight, 1 delayed");
    later(&clock, 900);
    let receipt = receive(&client, &queue).await.remove(0).receipt_handle.unwrap();
    let hide = |seconds| {
        let change = client.change_message_visibility().queue_url(&queue).receipt_handle(&receipt);
        change.visibility_timeout(seconds).send()
    };
    hide(0).await.unwrap();
    let refused = hide(60).await.unwrap_err().into_service_error();
    assert!(refused.is_message_not_inflight(), "{refused:?}");
    assert_eq!(counts(&client, &queue).await, "1 waiting, 0 in flight, 0 delayed");
    // Four days after it was sent, unless set otherwise.
    later(&clock, 4 * 86_400);
    assert_eq!(bodies(&client, &queue).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_batch_reports_each_entry_by_itself() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    let entry = |id: &str, body: &str| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap()
    };
    let batch = client.send_message_batch().queue_url(&queue);
    let sent = batch
        .entries(entry("good", "räksmörgås"))
        .entries(entry("bad", "a bell \u{7}"))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.successful().len(), 1);
    assert_eq!(sent.successful()[0].md5_of_message_body(), "e462805dcf84413d5eddca45a4b88a5e");
    assert_eq!(sent.failed()[0].id(), "bad");
    assert_eq!(sent.failed()[0].code(), "InvalidMessageContents");

    let received = receive(&client, &queue).await;
    assert_eq!(received[0].md5_of_body(), Some("e462805dcf84413d5eddca45a4b88a5e"));
    let mut delete = client.delete_message_batch().queue_url(&queue);
    for (id, receipt) in [("one", received[0].receipt_handle().unwrap()), ("two", "rubbish")] {
        let entry = DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(receipt).build().unwrap();
        delete = delete.entries(entry);
    }
    let deleted = delete.send().await.unwrap();
    assert_eq!(deleted.successful()[0].id(), "one");
    assert_eq!(deleted.failed()[0].code(), "ReceiptHandleIsInvalid");

    let too_many = (0..11).fold(client.send_message_batch().queue_url(&queue), |batch, number| {
        batch.entries(entry(&number.to_string(), "x"))
    });
    let refused = too_many.send().await.unwrap_err().into_service_error();
    assert!(refused.is_too_many_entries_in_batch_request(), "{refused:?}");
    let twice =
        client.send_message_batch().queue_url(&queue).entries(entry("a", "x")).entries(entry("a", "y"));
    let refused = twice.send().await.unwrap_err().into_service_error();
    assert!(refused.is_batch_entry_ids_not_distinct(), "{refused:?}");
}

#[tokio::test]
async fn what_sqs_would_refuse_is_refused_with_its_own_error() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;

    let nowhere = client.get_queue_url().queue_name("Nowhere").send().await.unwrap_err().into_service_error();
    assert!(nowhere.is_queue_does_not_exist(), "{nowhere:?}");
    let nowhere = client.receive_message().queue_url("http://x/1/Nowhere").send().await.unwrap_err();
    assert!(nowhere.into_service_error().is_queue_does_not_exist());

    let mut refusals = vec![];
    let largest = "x".repeat(1024 * 1024);
    send(&client, &queue, &largest).await;
    for (body, delay) in [(largest + "x", 0), (String::new(), 0), ("x".into(), 901), ("\u{ffff}".into(), 0)] {
        let message = client.send_message().queue_url(&queue).message_body(body).delay_seconds(delay);
        refusals.push(message.send().await.unwrap_err().code().unwrap_or_default().to_owned());
    }
    let eleven = client.receive_message().queue_url(&queue).max_number_of_messages(11).send().await;
    refusals.push(eleven.unwrap_err().code().unwrap_or_default().to_owned());
    let retention = client.create_queue().queue_name("Short");
    let retention = retention.attributes(QueueAttributeName::MessageRetentionPeriod, "59").send().await;
    refusals.push(retention.unwrap_err().code().unwrap_or_default().to_owned());
    client.create_queue().queue_name("ScoreQueue").send().await.unwrap();
    let again = client.create_queue().queue_name("ScoreQueue");
    let again = again.attributes(QueueAttributeName::VisibilityTimeout, "31").send().await.unwrap_err();
    refusals.push(again.code().unwrap_or_default().to_owned());
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-north-1:000000000000:No","maxReceiveCount":3}"#;
    let no_target =
        client.create_queue().queue_name("Q").attributes(QueueAttributeName::RedrivePolicy, policy);
    refusals.push(no_target.send().await.unwrap_err().code().unwrap_or_default().to_owned());
    let unknown = client.list_queue_tags().queue_url(&queue).send().await.unwrap_err();
    refusals.push(format!(
        "{} {}",
        unknown.raw_response().unwrap().status(),
        unknown.code().unwrap_or_default()
    ));
    assert_eq!(
        refusals.join("\n"),
        "InvalidParameterValue\nMissingParameter\nInvalidParameterValue\nInvalidMessageContents\n\
         InvalidParameterValue\nInvalidAttributeValue\nQueueAlreadyExists\nInvalidParameterValue\n\
         501 NotImplemented"
    );
}

#[tokio::test]
async fn a_send_may_fail_before_or_after_it_was_taken() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    emulators.queues.fail_next(Fault::Throttle);
    emulators.queues.fail_next(Fault::RejectBefore);
    emulators.queues.fail_next(Fault::AcceptThenDropConnection);

    let send = || client.send_message().queue_url(&queue).message_body("alert").send();
    assert!(send().await.unwrap_err().into_service_error().is_request_throttled());
    assert!(send().await.unwrap_err().into_service_error().is_kms_access_denied());
    assert_eq!(emulators.queues.messages("ScoreQueue"), []);
    let unknown = send().await.unwrap_err();
    assert!(matches!(unknown, aws_sdk_sqs::error::SdkError::DispatchFailure(_)), "{unknown:?}");
    assert_eq!(emulators.queues.messages("ScoreQueue").len(), 1);
    send().await.unwrap();
}

#[tokio::test]
async fn messages_in_a_data_folder_survive_a_restart_where_they_were() {
    let folder = Folder::new("queues");
    let clock = monday();
    let emulators = Emulators::start(clock.clone(), Some(&folder.0)).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    send(&client, &queue, "in flight").await;
    receive(&client, &queue).await;
    send(&client, &queue, "waiting").await;
    emulators.stop().await.unwrap();

    let emulators = Emulators::start(clock.clone(), Some(&folder.0)).await.unwrap();
    let client = sqs(&emulators);
    // The URL of the first run still means the queue.
    assert_eq!(bodies(&client, &queue).await, ["waiting"]);
    later(&clock, 30);
    assert_eq!(bodies(&client, &queue).await, ["in flight", "waiting"]);
    let listed = client.list_queues().send().await.unwrap();
    assert_eq!(listed.queue_urls().len(), 2);
    client.purge_queue().queue_url(&queue).send().await.unwrap();
    assert_eq!(counts(&client, &queue).await, "0 waiting, 0 in flight, 0 delayed");
}

#[tokio::test]
async fn on_the_machines_clock_a_poll_waits_for_a_message() {
    let emulators = Emulators::start(Clock::system(), None).await.unwrap();
    let client = sqs(&emulators);
    let (queue, _) = two_queues(&client).await;
    let poll = client.receive_message().queue_url(&queue).wait_time_seconds(20).send();
    let (received, ()) = tokio::join!(poll, send(&client, &queue, "score C-1001"));
    assert_eq!(received.unwrap().messages()[0].body(), Some("score C-1001"));
}
