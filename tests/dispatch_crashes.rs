//! Score, dispatch and escalate when they die, when SES is unwell and when the queue repeats itself: no alert is lost,
//! and a crash makes at most one mail more (I2).

use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsEvent;
use jiff::{SignedDuration, Timestamp};
use kundvakt::emulators::Fault;
use platform::Platform;
use platform::alerts::Alert;
use platform::messages::{self, DispatchMessage};
use scoring::Policy;
use serde_json::json;

use crate::interrupt::{Place, dying_at, places};
use crate::world::{NORDFRAKT, World, customer, yellow_trouble};

/// How long the dispatch queue hides what it handed out.
const HIDDEN_MINUTES: i64 = 6;

/// Customers in trouble, numbered.
async fn in_trouble(world: &World, count: usize) -> Vec<String> {
    let ids: Vec<String> = (0..count).map(|number| format!("C-{number:02}")).collect();
    for id in &ids {
        world.register(&customer(id)).await;
        world.happen(yellow_trouble(id, world.now() - SignedDuration::from_hours(1))).await;
    }
    ids
}

/// One customer in trouble, scored; its message waits in the queue.
async fn alerted() -> (World, Alert) {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    world.product.score(world.now()).await.unwrap();
    let alert = world.alert().await;
    (world, alert)
}

fn batch(bodies: &[String]) -> SqsEvent {
    let record = |body: &String| json!({"messageId": body, "body": body, "eventSource": "aws:sqs"});
    serde_json::from_value(json!({ "Records": bodies.iter().map(record).collect::<Vec<_>>() })).unwrap()
}

/// Mails about an alert.
fn mails_about(world: &World, alert: &str) -> usize {
    world.mails().iter().filter(|mail| mail.tag("alert") == Some(alert)).count()
}

async fn score_one(platform: Platform, id: String, as_of: Timestamp) {
    let state = platform::states::get(&platform, &id).await.unwrap().unwrap();
    score::customer::score(&platform, &Policy::default(), &scoring::Portfolio::default(), state, as_of)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_call_score_dies_at_there_is_one_alert_and_one_mail() {
    let world = Arc::new(World::new().await);
    let ids = in_trouble(&world, 10).await;
    let mut places = places();
    let mut deaths = 0;
    for id in &ids {
        let (place, id, now) = (places.next().unwrap(), id.clone(), world.now());
        let run = dying_at(&world.product.platform, place, |platform| score_one(platform, id, now)).await;
        deaths += usize::from(run.died);
    }
    assert_eq!(deaths, 8, "reading the state, reading events, saving, telling: before and after");
    // The schedule tries again; what it finds saved but not told the sweep publishes.
    world.product.score(world.now()).await.unwrap();
    world.pump().await;
    world.wait_minutes(6);
    world.sweep().await;
    let alerts = world.open_alerts().await;
    assert_eq!(alerts.len(), ids.len());
    for alert in alerts {
        assert_eq!(mails_about(&world, &alert.id), 1, "{}", alert.customer);
        assert_eq!(alert.outbox, None, "{}", alert.customer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_call_dispatch_dies_at_the_mail_arrives_and_at_most_once_more() {
    let world = Arc::new(World::new().await);
    in_trouble(&world, 20).await;
    world.product.score(world.now()).await.unwrap();
    let mut died: Vec<(Place, String)> = Vec::new();
    for (place, alert) in places().zip(world.open_alerts().await) {
        let message = DispatchMessage::Alert { alert: alert.id.clone(), level: alert.level, step: 0 };
        let (event, now) = (batch(&[serde_json::to_string(&message).unwrap()]), world.now());
        let run = dying_at(&world.product.platform, place, |platform| async move {
            dispatch::handle(&platform, event, now).await
        });
        if run.await.died {
            died.push((place, alert.id));
        }
    }
    assert!((14..20).contains(&died.len()), "reads, claim, send, settle, delivered: {died:?}");
    // Nobody deleted the messages: the queue hands them out again, after the claims have run out.
    for _ in 0..3 {
        world.wait_minutes(HIDDEN_MINUTES);
        world.sweep().await;
    }
    let twice: Vec<&Place> =
        died.iter().filter(|(_, id)| mails_about(&world, id) == 2).map(|(place, _)| place).collect();
    assert_eq!(twice.len(), 2, "sent, and died before it was written down: {twice:?}");
    assert_eq!(world.mails().len(), world.open_alerts().await.len() + 2, "every other alert has one mail");
    assert!(world.open_alerts().await.iter().all(|alert| alert.outbox.is_none()));
    assert_eq!(world.everything_queued(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_call_the_sweep_dies_at_the_next_role_hears_of_it_once() {
    let world = Arc::new(World::new().await);
    in_trouble(&world, 3).await;
    world.product.score(world.now()).await.unwrap();
    world.pump().await;
    world.wait_days(1);
    for place in places().take(40) {
        let now = world.now();
        let run = dying_at(&world.product.platform, place, |platform| async move {
            escalate::handle(&platform, now).await.unwrap()
        });
        if !run.await.died {
            break;
        }
    }
    world.pump().await;
    for _ in 0..3 {
        world.wait_minutes(HIDDEN_MINUTES);
        world.sweep().await;
    }
    let mut told = world.told();
    told.sort();
    assert_eq!(told, ["anna", "anna", "anna", "johan", "johan", "johan"]);
    assert!(world.open_alerts().await.iter().all(|alert| alert.step == 1 && alert.outbox.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_reply_is_lost_is_sent_once_more_and_then_left_to_the_next_role() {
    let (world, alert) = alerted().await;
    let lose_the_reply = || world.product.emulators.mailbox.fail_next(Fault::AcceptThenDropConnection);
    lose_the_reply();
    world.pump().await;
    assert_eq!(world.told(), ["anna"], "SES took it, and we do not know");
    for _ in 0..2 {
        world.wait_minutes(5);
        world.sweep().await;
        assert_eq!(world.told(), ["anna"], "not again before a quarter of an hour");
    }
    lose_the_reply();
    for _ in 0..3 {
        world.wait_minutes(5);
        world.sweep().await;
    }
    assert_eq!(world.told(), ["anna", "anna"], "once more");
    assert!(world.stored_alert(&alert.id).await.outbox.is_some());
    for _ in 0..12 {
        world.wait_minutes(5);
        world.sweep().await;
    }
    assert_eq!(world.told(), ["anna", "anna"], "and no more");
    let given_up = world.stored_alert(&alert.id).await;
    assert_eq!((given_up.outbox, given_up.step), (None, 0));
    world.go_to(alert.raised_at + SignedDuration::from_hours(24));
    world.sweep().await;
    assert_eq!(world.told(), ["anna", "anna", "johan"], "the next role's clock ran all the time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_ses_refuses_for_now_is_sent_when_the_queue_comes_back() {
    for fault in [Fault::Throttle, Fault::RejectBefore] {
        let (world, alert) = alerted().await;
        world.product.emulators.mailbox.fail_next(fault);
        world.product.emulators.mailbox.fail_next(fault);
        world.pump().await;
        assert_eq!(world.told(), [""; 0], "{fault:?}");
        for _ in 0..2 {
            world.wait_minutes(HIDDEN_MINUTES);
            world.pump().await;
        }
        assert_eq!(world.told(), ["anna"], "{fault:?}");
        assert_eq!(world.stored_alert(&alert.id).await.outbox, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_twice_or_too_late_makes_no_second_mail() {
    let (world, alert) = alerted().await;
    let (platform, queue) = (&world.product.platform, &world.product.platform.settings.dispatch_queue);
    let message = |step| DispatchMessage::Alert { alert: alert.id.clone(), level: alert.level, step };
    for step in [0, 0, 1] {
        messages::send(platform, queue, &message(step)).await.unwrap();
    }
    world.pump().await;
    messages::send(platform, queue, &message(0)).await.unwrap();
    world.pump().await;
    assert_eq!(world.told(), ["anna"]);
    assert_eq!(world.everything_queued(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_nobody_can_read_leaves_its_neighbours_alone_and_ends_among_the_dead_letters() {
    let (world, _) = alerted().await;
    let queue = &world.product.platform.settings.dispatch_queue;
    let gone = r#"{"dispatch":"alert","alert":"a-never","level":"red","step":0}"#;
    for body in ["poison", "{}", gone, r#"{"dispatch":"fax"}"#] {
        let send = world.product.platform.sqs.send_message().queue_url(queue).message_body(body);
        send.send().await.unwrap();
    }
    world.pump().await;
    assert_eq!(world.told(), ["anna"]);
    for _ in 0..4 {
        assert_eq!(world.everything_queued().len(), 3, "an alert that is gone is no poison");
        assert!(world.product.emulators.queues.messages("DispatchDeadLetters").is_empty());
        world.wait_minutes(HIDDEN_MINUTES);
        world.pump().await;
    }
    world.wait_minutes(HIDDEN_MINUTES);
    world.pump().await;
    let dead: Vec<String> = world
        .product
        .emulators
        .queues
        .messages("DispatchDeadLetters")
        .into_iter()
        .map(|message| message.body)
        .collect();
    assert_eq!(dead, ["poison", "{}", r#"{"dispatch":"fax"}"#], "after five tries");
    assert_eq!(world.told(), ["anna"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_whose_message_could_not_be_sent_is_published_by_the_sweep() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    world.product.emulators.queues.fail_next(Fault::RejectBefore);
    world.product.score(world.now()).await.unwrap();
    assert_eq!(world.everything_queued(), [""; 0]);
    world.wait_minutes(4);
    assert_eq!(world.sweep().await.published, 0);
    world.wait_minutes(1);
    assert_eq!(world.sweep().await.published, 1);
    assert_eq!(world.told(), ["anna"]);
    world.hours_pass(1).await;
    assert_eq!(world.told(), ["anna"]);
}
