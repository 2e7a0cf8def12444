//! What people answer moves the policy, once a week and a little; every version can be seen and taken back.

use jiff::{SignedDuration, Timestamp};
use kundvakt::policy::{self, Action};
use platform::{policies, register};
use scoring::{Family, Policy};

use crate::world::{NORDFRAKT, World, contract, customer, link, yellow_trouble};

async fn in_force(world: &World) -> Policy {
    register::policy(&world.product.platform).await.unwrap()
}

/// Runs every morning until the first of the next week.
async fn next_monday(world: &World) -> Timestamp {
    loop {
        let run = world.daily_run().await;
        if run.strftime("%A").to_string() == "Monday" {
            return run;
        }
    }
}

async fn said(world: &World, action: &Action) -> String {
    let mut out = Vec::new();
    policy::run(&world.product.platform, action, "anna", world.now(), &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// Two customers in trouble; what was seen at them was worth nothing.
async fn two_false_alarms(world: &World) {
    for id in [NORDFRAKT, "C-2"] {
        world.register(&customer(id)).await;
        world.happen(yellow_trouble(id, world.now() - SignedDuration::from_hours(1))).await;
    }
    world.daily_run().await;
    assert_eq!(world.mails().len(), 2);
    for mail in world.mails() {
        world.press(&link(&mail), "false_alarm").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn false_alarms_make_their_signs_count_less_from_the_next_week_on() {
    let world = World::new().await;
    two_false_alarms(&world).await;
    world.daily_run().await;
    assert_eq!(in_force(&world).await, Policy::default(), "the week is not over");

    next_monday(&world).await;
    let heard = in_force(&world).await;
    assert_eq!(heard.version, 2);
    let moved: Vec<Family> = heard.learned.answered.keys().copied().collect();
    assert_eq!(moved, [Family::Phrases, Family::Tickets]);
    assert!(heard.learned.answered.values().all(|weight| (0.95..1.0).contains(weight)));
    assert!(heard.risk.yellow > 0.30 && heard.risk.yellow <= 0.31, "{}", heard.risk.yellow);
    assert_eq!((heard.risk.orange, heard.risk.red), (0.50, 0.70));

    // The same run again, and the whole week.
    world.product.score(world.now()).await.unwrap();
    next_monday(&world).await;
    assert_eq!(in_force(&world).await, heard, "no week is heard twice");

    let list = said(&world, &Action::List).await;
    for words in [
        "Version 2, 2026-03-09 04:00 UTC, answers",
        "learned.answered.tickets: nothing becomes",
        "0 of 2 answers",
    ] {
        assert!(list.contains(words), "no {words:?} in {list}");
    }
    let audit = world.everything_stored().await.into_iter().filter(|item| item.contains("pk: audit"));
    assert_eq!(audit.filter(|item| item.contains("policy version 2: ")).count(), 1);
    assert!(!list.contains("anna") && !list.contains(NORDFRAKT), "{list}");

    assert_eq!(said(&world, &Action::Rollback { version: 1 }).await, "Version 3 is in force.\n");
    let back = in_force(&world).await;
    assert_eq!((back.risk.yellow, back.learned.answered.len(), back.version), (0.30, 0, 3));
    next_monday(&world).await;
    assert_eq!(in_force(&world).await, back, "what was taken back is not heard again");
    assert_eq!(said(&world, &Action::Rollback { version: 2 }).await, "Version 4 is in force.\n");
    assert_eq!(in_force(&world).await.learned.answered, heard.learned.answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_notice_of_termination_teaches_nothing() {
    let world = World::new().await;
    world.happen(vec![contract(NORDFRAKT, "k-1", world.now(), "notice")]).await;
    world.pump().await;
    world.press(&link(&world.mails()[0]), "false_alarm").await;
    next_monday(&world).await;
    assert_eq!(in_force(&world).await, Policy::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_the_same_version_one_is_refused() {
    let world = World::new().await;
    let platform = &world.product.platform;
    let before = in_force(&world).await;
    let with_yellow = |yellow| {
        let mut policy = before.clone();
        policy.risk.yellow = yellow;
        policy
    };
    let now = world.now();
    let change =
        |after| async move { policies::change(platform, &Policy::default(), &after, &[], "anna", now).await };
    assert_eq!(change(with_yellow(0.32)).await.unwrap(), Some(2));
    let refused = change(with_yellow(0.28)).await.unwrap_err();
    assert!(refused.to_string().contains("somebody else changed it meanwhile"), "{refused:#}");
    let second = in_force(&world).await;
    assert_eq!((second.version, second.risk.yellow), (2, 0.32));
    let same = policies::change(platform, &second, &second, &[], "anna", now).await.unwrap();
    assert_eq!(same, None, "what differs in nothing is no version");
}
