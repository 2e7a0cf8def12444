//! From a signed webhook to somebody who answers: the main job, as people live it.

use jiff::SignedDuration;
use platform::alerts::Feedback;
use platform::register;
use scoring::{Level, Policy};
use serde_json::json;

use crate::world::{
    NORDFRAKT, World, contract, customer, differences, hidden, link, message, orange_trouble, order, tickets,
    yellow_trouble,
};

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_becomes_a_mail_that_says_why_and_one_click_takes_it_on() {
    let world = World::new().await;
    for event in yellow_trouble(NORDFRAKT, world.now() - hours(1)) {
        assert_eq!(world.deliver("mail", &event).await.in_words(), "202 accepted 1");
    }
    assert!(world.mails().is_empty(), "nothing here cannot wait for tomorrow");
    let run = world.daily_run().await;

    let alert = world.alert().await;
    assert_eq!((alert.level, alert.raised_at, alert.contact_by), (Level::Yellow, run, None));
    let mails = world.mails();
    assert_eq!(world.told(), ["anna"]);
    let text = mails[0].text.as_deref().unwrap();
    for words in ["Nordfrakt AB", "34 %", "5 new tickets", "unclear points", "unclear", "Answer by"] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    assert!(!text.contains("per@"), "nobody is named");
    assert_eq!(mails[0].header("X-Kundvakt-Alert"), Some(alert.id.as_str()));
    assert_eq!(mails[0].tag("alert"), Some(alert.id.as_str()));
    assert_eq!(mails[0].configuration_set.as_deref(), Some("kundvakt"));
    assert!(mails[0].html.as_deref().is_some_and(|html| html.contains("Nordfrakt AB")));

    // Mail scanners open links, again and again.
    let link = link(&mails[0]);
    let before = world.everything_stored().await;
    for _ in 0..5 {
        let page = world.browse("GET", &link, "", "").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Nordfrakt AB") && page.body.contains("5 new tickets"), "{}", page.body);
        assert_eq!(world.browse("HEAD", &link, "", "").await.body, "");
        assert_eq!(world.browse("GET", &format!("{link}&do=acknowledge"), "", "").await.status, 200);
    }
    assert_eq!(differences(&before, &world.everything_stored().await), [""; 0]);

    let pressed = world.press(&link, "acknowledge").await;
    assert_eq!(pressed.status, 303);
    assert!(pressed.location.ends_with("said=acknowledge"), "{}", pressed.location);
    let taken = world.alert().await;
    assert_eq!(taken.acknowledged_by.as_deref(), Some("anna"));
    assert_eq!((taken.due, taken.due_at), (None, None), "nothing more happens by itself");
    world.hours_pass(50).await;
    assert_eq!(world.told(), ["anna"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phrase_of_the_companys_own_is_found_and_named_while_it_stands_in_the_policy() {
    let world = World::new().await;
    let policy = json!({ "version": 2, "words": { "phrases": [{
        "id": 10_000, "language": "en", "phrase": "crane hire*", "category": "alternatives", "weight": -0.5,
        "customer": NORDFRAKT,
    }] } });
    let policy: Policy = serde_json::from_value(policy).unwrap();
    register::put_policy(&world.product.platform, policy).await.unwrap();
    let at = world.now() - hours(1);
    world.happen(tickets(NORDFRAKT, "t", 5, at)).await;
    let text = "The crane hire is booked for the last Friday of the month, see you then.";
    world.happen(vec![message(NORDFRAKT, "m-1", at, text)]).await;
    world.daily_run().await;

    let mail = world.mails().remove(0);
    let said = mail.text.as_deref().unwrap();
    for words in ["other suppliers or solutions", "more than usual: “crane hire…”."] {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    register::put_policy(&world.product.platform, Policy { version: 3, ..Policy::default() }).await.unwrap();
    let page = world.browse("GET", &link(&mail), "", "").await.body;
    assert!(page.contains("other suppliers or solutions") && !page.contains("crane"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_links_token_nobody_sees_or_answers() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - hours(1))).await;
    world.daily_run().await;
    let (link, alert) = (link(&world.mails()[0]), world.alert().await);
    let path = link.split('?').next().unwrap();
    let before = world.everything_stored().await;
    let token = link.split_once("t=").unwrap().1;
    for forged in ["", "a.b.c", &token[1..], &format!("{token}x")] {
        let seen = alert.raised_at;
        assert_eq!(world.browse("GET", &format!("{path}?t={forged}"), "", "").await.status, 403);
        let form = format!("t={forged}&seen={seen}&do=acknowledge");
        assert_eq!(world.browse("POST", path, "", &form).await.status, 403, "{forged}");
    }
    let elsewhere = world.browse("GET", &format!("/alert/a-other?t={token}"), "", "").await;
    let nowhere = world.browse("GET", "/alert/a-other?t=x", "", "").await;
    assert_eq!(elsewhere, nowhere, "whether an alert exists is not said");
    world.wait_days(31);
    assert_eq!(world.browse("GET", &link, "", "").await.status, 403, "after thirty days");
    assert_eq!(differences(&before, &world.everything_stored().await), [""; 0]);
}

/// Plays an alert that nobody answers, hour by hour, and says who was told after how many hours.
async fn unanswered(world: &World) -> Vec<(String, i64)> {
    let raised = world.alert().await.raised_at;
    let mut told: Vec<(String, i64)> = Vec::new();
    for _ in 0..100 * 4 {
        for name in world.told().into_iter().skip(told.len()) {
            told.push((name, world.now().duration_since(raised).as_hours()));
        }
        world.wait_minutes(15);
        world.sweep().await;
    }
    assert_eq!(world.alert().await.due_at, None, "it has come to its end");
    told
}

fn in_words(told: &[(String, i64)]) -> String {
    told.iter().map(|(name, hours)| format!("{name} {hours}")).collect::<Vec<_>>().join(", ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yellow_alert_that_nobody_answers_goes_on_after_24_hours() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - hours(1))).await;
    world.daily_run().await;
    assert_eq!(in_words(&unanswered(&world).await), "anna 0, johan 24, maria 48");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orange_alert_that_nobody_answers_goes_on_after_4_hours() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - hours(1))).await;
    world.happen(vec![orange_trouble(NORDFRAKT, world.now())]).await;
    world.daily_run().await;
    assert_eq!(world.alert().await.level, Level::Orange);
    assert_eq!(in_words(&unanswered(&world).await), "johan 0, maria 4, anna 8");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_of_termination_rings_at_once_and_goes_on_after_an_hour() {
    let world = World::new().await;
    let answer = world.deliver("crm", &contract(NORDFRAKT, "k-1", world.now(), "notice")).await;
    assert_eq!(answer.in_words(), "202 accepted 1");
    world.wait_minutes(1);
    world.pump().await;
    let alert = world.alert().await;
    assert_eq!((alert.level, alert.raised_at), (Level::Red, world.now()), "not only tomorrow morning");
    assert_eq!(alert.contact_by, Some(alert.raised_at + hours(48)));
    let text = world.mails()[0].text.clone().unwrap();
    assert!(text.contains("Talk to the customer in person by"), "{text}");
    assert_eq!(in_words(&unanswered(&world).await), "maria 0, johan 1, anna 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_whose_message_is_lost_rings_with_the_next_run() {
    let world = World::new().await;
    world.product.emulators.queues.fail_next(kundvakt::emulators::Fault::RejectBefore);
    let notice = contract(NORDFRAKT, "k-1", world.now(), "notice");
    assert_eq!(world.deliver("crm", &notice).await.in_words(), "202 accepted 1");
    world.pump().await;
    assert!(world.mails().is_empty());
    world.daily_run().await;
    assert_eq!(world.told(), ["maria"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_rises_rings_anew_even_for_who_had_answered() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - hours(1))).await;
    world.daily_run().await;
    let yellow = link(&world.mails()[0]);
    world.press(&yellow, "acknowledge").await;
    world.happen(vec![orange_trouble(NORDFRAKT, world.now())]).await;
    let run = world.daily_run().await;
    let alert = world.alert().await;
    assert_eq!((alert.level, alert.raised_at, alert.acknowledged_at), (Level::Orange, run, None));
    assert_eq!(world.told(), ["anna", "johan"]);

    world.happen(tickets(NORDFRAKT, "more", 10, world.now() - hours(1))).await;
    // Johan opens the orange alert's page; before he clicks it has turned red.
    let page = world.browse("GET", &link(&world.mails()[1]), "", "").await.body;
    let form = format!("t={}&seen={}&do=acknowledge", hidden(&page, "t"), hidden(&page, "seen"));
    world.daily_run().await;
    let path = link(&world.mails()[1]).split('?').next().unwrap().to_owned();
    let answer = world.browse("POST", &path, "", &form).await;
    assert!(answer.location.ends_with("said=changed"), "{}", answer.location);
    let red = world.alert().await;
    assert_eq!((red.level, red.acknowledged_at), (Level::Red, None));
    assert_eq!(red.contact_by, Some(red.raised_at + hours(48)));
    assert_eq!(world.told(), ["anna", "johan", "maria"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_closes_when_the_risk_has_fallen_and_a_new_one_can_open() {
    let world = World::new().await;
    world.happen(vec![contract(NORDFRAKT, "k-1", world.now(), "notice")]).await;
    world.pump().await;
    let first = world.alert().await;
    world.happen(vec![contract(NORDFRAKT, "k-2", world.now() + hours(0), "renewed")]).await;
    world.daily_run().await;
    assert_eq!(world.open_alerts().await.len(), 1, "one quiet morning is not enough");
    let run = world.daily_run().await;
    assert_eq!(world.open_alerts().await, []);
    let closed = world.stored_alert(&first.id).await;
    assert_eq!((closed.closed_at, closed.due_at, closed.outbox), (Some(run), None, None));
    world.hours_pass(10).await;
    assert_eq!(world.told(), ["maria"], "what is closed does not go on to anybody");

    world.happen(vec![contract(NORDFRAKT, "k-3", world.now(), "cancelled")]).await;
    world.pump().await;
    assert_ne!(world.alert().await.id, first.id);
    assert_eq!(world.told(), ["maria", "maria"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_was_worth_it_is_recorded_and_counts_as_an_answer() {
    let world = World::new().await;
    for (id, button, feedback) in
        [("C-2", "relevant", Feedback::Relevant), ("C-3", "false_alarm", Feedback::FalseAlarm)]
    {
        world.register(&customer(id)).await;
        world.happen(vec![contract(id, id, world.now(), "notice")]).await;
        world.pump().await;
        let mail = world.mails().pop().unwrap();
        let answer = world.press(&link(&mail), button).await;
        assert!(answer.location.ends_with(&format!("said={button}")), "{}", answer.location);
        let alert = world.stored_alert(mail.tag("alert").unwrap()).await;
        assert_eq!(alert.feedback, Some(feedback));
        assert_eq!(alert.feedback_by.as_deref(), Some("maria"));
        assert_eq!(alert.acknowledged_by.as_deref(), Some("maria"));
        let audited = world.everything_stored().await;
        let entry = format!("what: {button} {}", alert.id);
        assert_eq!(audited.iter().filter(|item| item.contains(&entry)).count(), 1);
    }
    // A change of mind replaces it.
    let mail = world.mails().pop().unwrap();
    world.wait_minutes(2);
    world.press(&link(&mail), "relevant").await;
    let alert = world.stored_alert(mail.tag("alert").unwrap()).await;
    assert_eq!(alert.feedback, Some(Feedback::Relevant));
    world.hours_pass(5).await;
    assert_eq!(world.told(), ["maria", "maria"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_signs_in_by_a_mailed_link_that_works_once() {
    let world = World::new().await;
    world.happen(vec![contract(NORDFRAKT, "k-1", world.now(), "notice")]).await;
    world.pump().await;
    world.happen(vec![order(NORDFRAKT, "o-1", world.now())]).await;
    assert_eq!(world.browse("GET", "/", "", "").await.location, "/signin");

    let known = world.browse("POST", "/signin", "", "email=%20Johan%40nordverk.example").await;
    let unknown = world.browse("POST", "/signin", "", "email=nobody%40nordverk.example").await;
    assert_eq!(known, unknown, "nobody learns who is on the staff");
    assert_eq!(world.everything_queued().len(), 2, "nor from what is written and queued");
    world.pump().await;
    assert_eq!(world.told(), ["maria", "johan"]);

    let link = link(&world.mails()[1]);
    for _ in 0..5 {
        let page = world.browse("GET", &link, "", "").await;
        assert_eq!((page.status, page.cookie.as_str()), (200, ""), "a mail scanner signs nobody in");
    }
    let entered = world.browse("POST", &link, "", "").await;
    assert_eq!((entered.status, entered.location.as_str()), (303, "/"));
    assert!(entered.cookie.contains("HttpOnly; SameSite=Lax; Secure"), "{}", entered.cookie);
    assert_eq!(world.browse("POST", &link, "", "").await.status, 403, "once");

    let cookie = entered.cookie.split(';').next().unwrap().to_owned();
    let list = world.browse("GET", "/", &cookie, "").await;
    assert_eq!(list.status, 200);
    assert!(list.body.contains("Nordfrakt AB"), "{}", list.body);
    let alert = world.alert().await;
    let path = format!("/alert/{}", alert.id);
    assert_eq!(world.browse("GET", &path, &cookie, "").await.status, 200);
    let form = format!("seen={}&do=acknowledge", alert.raised_at);
    assert_eq!(world.browse("POST", &path, &cookie, &form).await.status, 403, "a form of another site's");
    let page = world.browse("GET", &path, &cookie, "").await.body;
    let form = format!("csrf={}&{form}", hidden(&page, "csrf"));
    assert_eq!(world.browse("POST", &path, &cookie, &form).await.status, 303);
    assert_eq!(world.alert().await.acknowledged_by.as_deref(), Some("johan"));

    let form = format!("csrf={}", hidden(&list.body, "csrf"));
    assert_eq!(world.browse("POST", "/signout", &cookie, &form).await.location, "/signin");
    assert_eq!(world.browse("GET", "/", &cookie, "").await.location, "/signin", "signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_sessions_run_out() {
    let world = World::new().await;
    let ask = || world.browse("POST", "/signin", "", "email=anna%40nordverk.example");
    ask().await;
    world.pump().await;
    let late = link(&world.mails()[0]);
    world.wait_minutes(15);
    assert_eq!(world.browse("POST", &late, "", "").await.status, 403, "after a quarter of an hour");
    ask().await;
    world.pump().await;
    let entered = world.browse("POST", &link(&world.mails()[1]), "", "").await;
    let cookie = entered.cookie.split(';').next().unwrap().to_owned();
    world.wait_minutes(12 * 60 - 1);
    assert_eq!(world.browse("GET", "/", &cookie, "").await.status, 200);
    world.wait_minutes(1);
    assert_eq!(world.browse("GET", "/", &cookie, "").await.location, "/signin", "after twelve hours");
    // A request that waited too long in the queue mails nothing.
    ask().await;
    world.wait_minutes(16);
    world.pump().await;
    assert_eq!(world.mails().len(), 2);
}
