//! Ingest and score under crashes, repetition and bad timing: every accepted event counts exactly once (I1, I4).

use std::sync::Arc;

use futures_util::future::join_all;
use ingest::Ingest;
use jiff::{SignedDuration, Timestamp};
use score::customer;
use scoring::ledger::Counter;
use scoring::view::View;
use scoring::{Day, Policy, Portfolio};
use serde_json::json;

use crate::interrupt::{dying_at, interrupted, meanwhile, places};
use crate::world::{NORDFRAKT, World, contract, customer as a_customer, differences, order, yellow_trouble};

/// Scores one customer as a run at a time would.
async fn score_one(world: &World, id: &str, as_of: Timestamp) -> customer::Outcome {
    let platform = &world.product.platform;
    customer::score(platform, &Policy::default(), &Portfolio::default(), world.state(id).await, as_of)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_call_ingest_dies_at_the_event_counts_once() {
    let world = Arc::new(World::new().await);
    let mut customers = Vec::new();
    for (number, place) in places().enumerate() {
        let id = format!("C-crash-{number}");
        world.register(&a_customer(&id)).await;
        let notice = contract(&id, &id, world.now(), "notice");
        let (again, event) = (Arc::clone(&world), notice.clone());
        let run = dying_at(&world.product.platform, place, |platform| async move {
            again.deliver_to(&Ingest::new(platform), "crm", &event).await
        });
        let run = run.await;
        let first = run.outcome.as_ref().map(|answer| answer.status);
        assert!(!run.died || first.is_none_or(|status| status == 503), "{place:?} was answered {first:?}");
        // No answer, or a bad one: the sender delivers again, and a third time for good measure.
        assert_eq!(world.deliver("crm", &notice).await.status, 202, "{place:?}");
        assert_eq!(world.deliver("crm", &notice).await.in_words(), "202 duplicate 1", "{place:?}");
        customers.push((id, place));
        if !run.died {
            break;
        }
    }
    assert!(customers.len() > 12, "company, policy, customer, put, mark, send: {customers:?}");
    world.daily_run().await;
    for (id, place) in &customers {
        assert_eq!(world.counted(id).await, Some(1), "{place:?}");
    }
    assert_eq!(world.open_alerts().await.len(), customers.len());
    assert_eq!(world.mails().len(), customers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_customer_erased_meanwhile_does_not_stay() {
    let world = Arc::new(World::new().await);
    for (number, place) in places().enumerate().take(12) {
        let id = format!("C-erased-{number}");
        world.register(&a_customer(&id)).await;
        let (there, whom) = (Arc::clone(&world), id.clone());
        let platform = interrupted(&world.product.platform, place, move || meanwhile(erase(&there, &whom)));
        let event = order(&id, "o-1", world.now());
        let answer = world.deliver_to(&Ingest::new(platform), "erp", &event).await;
        assert_eq!(answer.status, 202, "{place:?}");
        erase(&world, &id).await;
        let stored = world.everything_stored().await;
        let left = stored.iter().filter(|item| item.contains("EventsTable") && item.contains(&id));
        assert_eq!(left.count(), 0, "{place:?}");
        // Whatever comes later does not stay either, and no run brings anything back.
        assert_eq!(world.deliver("erp", &event).await.in_words(), "202 unmatched 1", "{place:?}");
        assert_eq!(events_of(&world, &id).await, 0, "{place:?}");
    }
    world.daily_run().await;
    let stored = world.everything_stored().await;
    assert!(stored.iter().all(|item| !(item.contains("C-erased") && item.contains("ledger"))));
}

/// As erasure goes: the tombstone first, then everything of the customer's.
async fn erase(world: &World, id: &str) {
    let platform = &world.product.platform;
    let (settings, s) = (&platform.settings, platform::item::s);
    let tombstone = platform.dynamodb.put_item().table_name(&settings.states_table);
    tombstone.item("pk", s(id)).item("erased", s("yes")).send().await.unwrap();
    let query = platform.dynamodb.query().table_name(&settings.events_table);
    let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(id));
    for item in query.send().await.unwrap().items() {
        let delete = platform.dynamodb.delete_item().table_name(&settings.events_table);
        delete.key("pk", item["pk"].clone()).key("sk", item["sk"].clone()).send().await.unwrap();
    }
}

async fn events_of(world: &World, id: &str) -> usize {
    let mine = format!("pk: {id},");
    let stored = world.everything_stored().await;
    stored.iter().filter(|item| item.starts_with("EventsTable") && item.contains(&mine)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_deliveries_of_one_event_at_once_count_once() {
    let world = World::new().await;
    let event = order(NORDFRAKT, "o-1", world.now());
    let answers = join_all((0..100).map(|_| world.deliver("erp", &event))).await;
    assert!(answers.iter().all(|answer| answer.status == 202));
    assert_eq!(answers.iter().map(|answer| answer.count("accepted")).sum::<u64>(), 1);
    assert_eq!(answers.iter().map(|answer| answer.count("duplicate")).sum::<u64>(), 99);
    world.daily_run().await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(1));
    assert!(world.state(NORDFRAKT).await.dirty_days().is_empty(), "nothing waits to be counted again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_two_bodies_with_one_id_stays_and_the_other_is_noted() {
    let world = World::new().await;
    let first = order(NORDFRAKT, "o-1", world.now());
    let mut other = first.clone();
    other["amount"] = json!(99_999.0);
    assert_eq!(world.deliver("erp", &first).await.in_words(), "202 accepted 1");
    let before = world.everything_stored().await;
    for _ in 0..3 {
        assert_eq!(world.deliver("erp", &other).await.in_words(), "202 duplicate 1");
    }
    let after = world.everything_stored().await;
    let new = differences(&before, &after);
    let audits = new.iter().filter(|item| item.contains("pk: audit")).count();
    assert_eq!(audits, 1, "one entry however often it comes: {new:#?}");
    assert!(after.iter().all(|item| !item.contains("9999900")), "nothing of the second is kept");

    // The same id from another source, or on another day, is another event.
    assert_eq!(world.deliver("crm", &other).await.in_words(), "202 accepted 1");
    other["at"] = json!(world.now() - SignedDuration::from_hours(24));
    assert_eq!(world.deliver("erp", &other).await.in_words(), "202 accepted 1");
    world.daily_run().await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_and_the_same_run_again_are_one_run() {
    let (alone, crowded) = (World::new().await, World::new().await);
    for world in [&alone, &crowded] {
        world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    }
    let run = alone.daily_run().await;
    crowded.go_to(run);
    for scored in join_all((0..4).map(|_| crowded.product.score(run))).await {
        scored.unwrap();
    }
    crowded.pump().await;
    let once = crowded.everything_stored().await;
    for _ in 0..2 {
        crowded.product.score(run).await.unwrap();
        crowded.pump().await;
    }
    let changed = differences(&once, &crowded.everything_stored().await);
    assert!(changed.is_empty(), "the same run again changes nothing: {changed:#?}");
    let (this, that) = (crowded.state(NORDFRAKT).await, alone.state(NORDFRAKT).await);
    assert_eq!(this.ledger, that.ledger, "the same bytes");
    assert_eq!(crowded.told(), ["anna"]);
    crowded.alert().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_older_than_the_state_is_ignored() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    let stale = world.state(NORDFRAKT).await;
    // As of a week ago there was no trouble yet.
    let earlier = world.now() - SignedDuration::from_hours(7 * 24);
    world.daily_run().await;
    let after = world.everything_stored().await;
    world.product.score(earlier).await.unwrap();
    assert_eq!(differences(&after, &world.everything_stored().await), [""; 0]);
    // It had read the state before the later run wrote: it finds out when it saves.
    let platform = &world.product.platform;
    let outcome =
        customer::score(platform, &Policy::default(), &Portfolio::default(), stale, earlier).await.unwrap();
    assert_eq!(outcome, customer::Outcome::Unchanged);
    assert_eq!(differences(&after, &world.everything_stored().await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_while_its_customer_is_scored_is_counted_by_the_next_run() {
    let world = Arc::new(World::new().await);
    let mut came = 0;
    for (number, place) in places().enumerate().take(8) {
        let id = format!("C-busy-{number}");
        world.register(&a_customer(&id)).await;
        world.happen(vec![order(&id, &format!("{id}-1"), world.now())]).await;
        let (sender, second) = (Arc::clone(&world), order(&id, &format!("{id}-2"), world.now()));
        let platform = interrupted(&world.product.platform, place, move || {
            meanwhile(sender.happen(vec![second.clone()]));
        });
        let state = world.state(&id).await;
        customer::score(&platform, &Policy::default(), &Portfolio::default(), state, world.now())
            .await
            .unwrap();
        score_one(&world, &id, world.now()).await;
        assert!(world.state(&id).await.dirty_days().is_empty(), "{place:?}");
        let stored = events_of(&world, &id).await;
        assert_eq!(world.counted(&id).await, i64::try_from(stored).ok(), "{place:?}");
        came += stored - 1;
    }
    assert!(came >= 4, "around the reading of events and around saving");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_later_than_the_run_waits_for_the_next() {
    let world = World::new().await;
    world.happen(vec![order(NORDFRAKT, "o-1", world.now() - SignedDuration::from_hours(3))]).await;
    // Senders' clocks may be a little ahead of ours.
    world.happen(vec![order(NORDFRAKT, "o-2", world.now() + SignedDuration::from_mins(4))]).await;
    score_one(&world, NORDFRAKT, world.now()).await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(1));
    assert_eq!(world.state(NORDFRAKT).await.dirty_days(), [Day::of(world.now())].into());
    world.wait_minutes(5);
    score_one(&world, NORDFRAKT, world.now()).await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(2));
    assert!(world.state(NORDFRAKT).await.dirty_days().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_event_changes_its_own_day_and_no_other() {
    let world = World::new().await;
    let days_ago = |days: i64| world.now() - SignedDuration::from_hours(24 * days);
    world.happen((1..40).map(|days| order(NORDFRAKT, &format!("o-{days}"), days_ago(days))).collect()).await;
    world.daily_run().await;
    let before = world.state(NORDFRAKT).await.ledger.unwrap();
    let late = order(NORDFRAKT, "late", days_ago(21));
    world.happen(vec![late]).await;
    score_one(&world, NORDFRAKT, world.now()).await;
    let after = world.state(NORDFRAKT).await.ledger.unwrap();

    let [before, after] = [before, after].map(|bytes| scoring::packed::unpack(&bytes).unwrap());
    let today = Day::of(world.now());
    let within = |ledger, days| View::new(ledger, today).recent(Counter::Orders, days);
    for days in 1..=40 {
        // The run was on the morning after.
        let more = i64::from(days >= 22);
        assert_eq!(within(&after, days), within(&before, days) + more, "within {days} days");
    }
}
