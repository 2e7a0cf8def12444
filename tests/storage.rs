//! What lies in the tables, and that the order of arrival leaves no trace in it (I1, I4).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::{Just, ProptestConfig, Strategy};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use scoring::Day;
use serde_json::{Value, json};

use crate::world::{NORDFRAKT, World, customer, message, order, tickets};

/// The number attribute of the items that have it, by table and first key.
async fn expiries(world: &World, table: &str) -> BTreeMap<String, i64> {
    let scan = world.product.platform.dynamodb.scan().table_name(table).send().await.unwrap();
    let found = scan.items().iter().map(|item| {
        let key = |name: &str| item[name].as_s().unwrap().clone();
        let expires = item.get("expires").map_or(0, |it| it.as_n().unwrap().parse().unwrap());
        (format!("{}/{}", key("pk"), key("sk").split('#').next().unwrap_or_default()), expires)
    });
    found.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_what_matched_nobody_are_given_an_end() {
    let world = World::new().await;
    let now = world.now();
    world.happen(vec![order(NORDFRAKT, "o-1", now)]).await;
    world.deliver("mail", &order("C-9", "o-2", now)).await;
    world.deliver("mail", &json!({"id": "x", "kind": "horoscope", "at": now})).await;
    world.deliver_bytes("mail", b"{".to_vec()).await;
    world.browse("POST", "/signin", "", "email=anna%40nordverk.example").await;

    let settings = &world.product.platform.settings;
    let events = expiries(&world, &settings.events_table).await;
    // Monday's week ends on the 8th; from there the ledger's 66 weeks, a week, and 37 days of looking back.
    let end: Timestamp = "2027-07-28T00:00:00Z".parse().unwrap();
    assert_eq!(events.into_values().collect::<Vec<_>>(), [end.as_second()]);
    let kept = expiries(&world, &settings.register_table).await;
    let in_thirty_days = (now + SignedDuration::from_hours(24 * 30)).as_second();
    assert_eq!(kept["unmatched/mail"], in_thirty_days);
    let in_a_quarter = (now + SignedDuration::from_mins(15)).as_second();
    let sign_ins: Vec<i64> =
        kept.iter().filter(|(key, _)| key.starts_with("signin/")).map(|(_, end)| *end).collect();
    assert_eq!(sign_ins, [in_a_quarter]);
    for (key, expires) in &kept {
        let stays = ["customer", "company", "staff"].iter().any(|kind| key.starts_with(kind));
        assert_eq!(*expires == 0, stays, "{key}");
    }
    world.wait_days(31);
    world.product.emulators.sweep_expired().unwrap();
    let left = expiries(&world, &settings.register_table).await;
    assert!(left.values().all(|expires| *expires == 0), "{left:?}");
}

/// Two months of ordinary life with some trouble in it.
fn history(id: &str, now: Timestamp) -> Vec<Value> {
    let at = |days: i64, hour: i64| now - SignedDuration::from_hours(24 * days - hour);
    let mut events = tickets(id, &format!("{id}-t"), 6, at(2, 1));
    for week in 0..9 {
        let days = 7 * week + 1;
        events.push(order(id, &format!("{id}-o{week}"), at(days, 0)));
        let thread = format!("T-{}", week / 2);
        let mut asked = message(id, &format!("{id}-m{week}"), at(days, 1), "When will the parts arrive?");
        let mut answered = message(id, &format!("{id}-a{week}"), at(days, 4), "");
        answered["direction"] = json!("outbound");
        asked["thread"] = json!(thread);
        answered["thread"] = json!(thread);
        events.extend([asked, answered]);
    }
    events.push(message(id, &format!("{id}-c"), at(1, 2), "We are very disappointed. This is unacceptable."));
    events
}

/// Which events arrive in which order, some of them several times, and after which of them a run comes by.
fn arrivals(events: usize) -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    let repeated = proptest::collection::vec(0..events, 0..events);
    let order =
        repeated.prop_flat_map(move |repeated| Just((0..events).chain(repeated).collect()).prop_shuffle());
    (order, proptest::collection::vec(0..events, 0..4))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_arrival_gives_the_same_bytes() {
    let world = World::new().await;
    let now = world.now();
    let mut runner = TestRunner::new(ProptestConfig::default());
    let mut ledgers: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for round in 0..12 {
        let id = format!("C-{round}");
        world.register(&customer(&id)).await;
        let events = history(&id, now);
        let (order, runs) = arrivals(events.len()).new_tree(&mut runner).unwrap().current();
        // The first round is the plain one.
        let order = if round == 0 { (0..events.len()).collect() } else { order };
        for (place, event) in order.iter().enumerate() {
            let answer = world.deliver("mail", &events[*event]).await;
            assert_eq!(answer.count("accepted") + answer.count("duplicate"), 1, "{}", answer.body);
            if round > 0 && runs.contains(&place) {
                world.product.score(now).await.unwrap();
            }
        }
        world.product.score(now).await.unwrap();
        let state = world.state(&id).await;
        assert!(state.dirty_days().is_empty());
        assert_eq!(world.counted(&id).await, Some(6 + 1 + 3 * 6), "the days held singly");
        ledgers.entry(state.ledger.unwrap()).or_insert(order);
    }
    assert_eq!(ledgers.len(), 1, "the first order of each: {:#?}", ledgers.values());
    let size = ledgers.keys().next().map_or(0, Vec::len);
    assert!(size <= 1024, "{size} bytes");
    assert_eq!(world.open_alerts().await.len(), 12, "and the same alert");
    // The level may stand higher: half the story, scored in between, can look worse, and an alert sinks slowly.
    let alerts = world.open_alerts().await;
    let risks: Vec<f64> = alerts.iter().map(|alert| alert.assessment().unwrap().risk).collect();
    assert!(risks.windows(2).all(|two| (two[0] - two[1]).abs() < 1e-9), "{risks:?}");
    assert_eq!(Day::of(now), Day::of(world.now()));
}
