//! More warnings than people have time for: the clearer ones come first (S36).

use jiff::SignedDuration;
use platform::{portfolio, register};
use scoring::budget::Held;
use scoring::{Day, Level, Policy};

use crate::world::{NORDFRAKT, World, customer, orange_trouble, time, yellow_trouble};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_loud_week_faint_alerts_wait_and_clear_ones_do_not() {
    let world = World::new().await;
    let mut policy = Policy { version: 2, ..Policy::default() };
    policy.budget.alerts_per_week = 2.0;
    register::put_policy(&world.product.platform, policy).await.unwrap();
    for id in ["C-2", "C-3", "C-4", "C-5"] {
        world.register(&customer(id)).await;
        world.happen(yellow_trouble(id, world.now() - SignedDuration::from_hours(1))).await;
    }
    world.daily_run().await;
    assert_eq!(world.open_alerts().await.len(), 4, "nothing is known of the company yet");

    world.go_to(time("2026-03-08T08:00:00Z"));
    let monday = world.daily_run().await;
    let portfolio = portfolio::get(&world.product.platform, Day::of(monday)).await.unwrap().unwrap();
    assert_eq!(
        portfolio.held,
        Held { opens_from: Some(0.35), customers: 0 },
        "four at 34 % were two too many"
    );

    let told = world.told().len();
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    world.daily_run().await;
    assert_eq!(world.told().len(), told, "34 % waits this week");
    assert!(world.state(NORDFRAKT).await.risk.is_some_and(|risk| risk > 0.33), "and is known");

    world.happen(vec![orange_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))]).await;
    world.daily_run().await;
    let open = world.open_alerts().await;
    let alert = open.iter().find(|alert| alert.customer == NORDFRAKT).unwrap();
    assert_eq!(alert.level, Level::Orange, "what cannot wait does not");
    assert_eq!(world.told().last().map(String::as_str), Some("johan"));
}
