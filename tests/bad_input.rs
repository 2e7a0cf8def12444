//! Whatever arrives: a clear answer that leaks nothing, no panic, no lost neighbour, and no write without a signature
//! (I3).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ingest::Ingest;
use kundvakt::emulators::sdk_config;
use kundvakt::product::HttpRequest;
use kundvakt::senders::Senders;
use kundvakt::stories;
use platform::register;
use serde_json::{Value, json};

use crate::world::{NORDFRAKT, World, customer, differences, message, order, time};

/// The samples' customers, on a day when all of the samples are in the past.
async fn sample_world() -> World {
    let world = World::new().await;
    world.go_to(time("2026-06-30T12:00:00Z"));
    for mut customer in stories::load().unwrap().1.customers {
        if customer.id == "C-1003" {
            customer.aliases.push("cus_RkLArs1kt0204".to_owned());
        }
        world.register(&customer).await;
    }
    world
}

fn samples(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/webhooks").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Delivers every sample of a folder and tells the answers, one a line.
async fn answers(world: &World, folder: &str, source: &str) -> String {
    let mut told = String::new();
    for file in samples(folder) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let source = if name.starts_with("zendesk") { "support" } else { source };
        let answer = world.deliver_bytes(source, std::fs::read(&file).unwrap()).await;
        writeln!(told, "{name}: {}", answer.in_words()).unwrap();
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_gets_the_answer_it_should() {
    let world = sample_world().await;
    let told = answers(&world, "generic", "mail").await;
    assert_eq!(
        told,
        "batch.json: 202 accepted 4 duplicate 1 unmatched 1\n\
         message.json: 202 accepted 1\n\
         order.json: 202 accepted 1\n"
    );
    assert_eq!(
        answers(&world, "zendesk", "support").await,
        "trigger-agent.json: 202 accepted 1\n\
         trigger-template.txt: 400, `at` is not a time as in RFC 3339, with an offset\n\
         trigger.json: 202 accepted 1\n"
    );
    assert_eq!(
        answers(&world, "stripe", "billing").await,
        "customer.subscription.deleted.json: 202 accepted 1\n\
         invoice.finalized.json: 202 accepted 1\n\
         invoice.overdue.json: 202 accepted 1\n\
         invoice.paid.json: 202 accepted 1\n"
    );
    let other = world.deliver("billing", &json!({"id": "evt_1", "type": "charge.succeeded"})).await;
    assert_eq!(other.in_words(), "202 ignored 1");
    // The end of the subscription rings at once.
    world.pump().await;
    assert_eq!(world.alert().await.customer, "C-1003");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_malformed_sample_gets_its_answer_and_is_counted_nowhere() {
    let world = sample_world().await;
    let told = answers(&world, "malformed", "mail").await;
    assert_eq!(
        told,
        "amount-1e400.json: 400, the body is not JSON that we read: line 7, column 17\n\
         amount-nan.json: 400, the body is not JSON that we read: line 7, column 13\n\
         cut-in-half.json: 400, the body ends in the middle of its JSON: line 13, column 31\n\
         date-1970.json: 202 unmatched 1\n\
         date-2999.json: 202 unmatched 1\n\
         empty.json: 400, the body is empty\n\
         invalid-utf8.json: 400, the body is not UTF-8: byte 360\n\
         lone-surrogate.json: 400, the body is not JSON that we read: line 13, column 117\n\
         missing-at.json: 400, `at` is missing\n\
         nested-10000-deep.json: 400, the body is not JSON that we read: line 1, column 209\n\
         not-an-object.json: 400, an event is a JSON object\n\
         unknown-kind.json: 202 unmatched 1\n\
         wrong-types.json: 400, `at` is not a string\n\
         zendesk-unescaped-comment.json: 400, the body is not JSON that we read: line 13, column 0\n"
    );
    let stored = world.everything_stored().await;
    assert!(stored.iter().all(|item| !item.starts_with("EventsTable")));
    let kept = register::unmatched(&world.product.platform, world.now()).await.unwrap();
    let mut reasons: Vec<&str> = kept.iter().map(|entry| entry.reason.as_str()).collect();
    reasons.sort_unstable();
    // An object without an id has nothing to be kept under, and the bodies that are no JSON are kept by their hash.
    assert_eq!(kept.len(), 13, "{reasons:#?}");
    for reason in ["too_early", "too_late", "unknown_kind", "`at` is missing", "the body is empty"] {
        assert!(reasons.contains(&reason), "{reasons:#?}");
    }
    world.daily_run().await;
    assert_eq!(world.open_alerts().await, []);
    let again = answers(&world, "malformed", "mail").await;
    assert_eq!(again, told, "the same again is the same again");
    let entries = register::unmatched(&world.product.platform, world.now()).await.unwrap().len();
    assert_eq!(entries, kept.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_without_the_right_name_token_signature_and_time() {
    let world = World::new().await;
    let body = serde_json::to_vec(&order(NORDFRAKT, "o-1", world.now())).unwrap();
    let before = world.everything_stored().await;
    let good = |source: &str| world.signed(source, body.clone());
    let changed = |source: &str, change: &dyn Fn(&mut HttpRequest)| {
        let mut request = good(source);
        change(&mut request);
        request
    };
    let mut requests: Vec<(&str, HttpRequest)> = Vec::new();
    for source in ["mail", "support", "crm", "erp", "billing"] {
        requests.push(("another token", changed(source, &|it| it.path.push('x'))));
        let nobody = changed(source, &|it| it.path = it.path.replacen(source, "nobody", 1));
        requests.push(("another instance", nobody));
        requests.push(("no headers", changed(source, &|it| it.headers.clear())));
        let garbled = |it: &mut HttpRequest| {
            for (_, value) in &mut it.headers {
                *value = value.chars().rev().collect();
            }
        };
        requests.push(("garbled headers", changed(source, &garbled)));
        let strange = |it: &mut HttpRequest| {
            for (_, value) in &mut it.headers {
                *value = "å".repeat(5000);
            }
        };
        requests.push(("strange headers", changed(source, &strange)));
    }
    for source in ["mail", "support", "billing"] {
        requests.push(("another body", changed(source, &|it| it.body.push(b' '))));
        requests.push(("another's signature", {
            let mut other = good(if source == "mail" { "support" } else { "mail" });
            other.path = good(source).path;
            other
        }));
        for seconds in [-301, 301] {
            let then = world.now() + jiff::SignedDuration::from_secs(seconds);
            let stale = world.product.senders.sign_bytes(source, "delivery-1", body.clone(), then).unwrap();
            requests.push(("another time", stale));
        }
    }
    let mut told: Vec<_> = Vec::new();
    for (what, request) in requests {
        let answer = world.deliver_request(request).await;
        assert_eq!(answer.status, 401, "{what}");
        told.push(answer);
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "all the same: {told:#?}");
    assert_eq!(differences(&before, &world.everything_stored().await), [""; 0]);
    // Within the window it is taken.
    for seconds in [-299, 299] {
        let then = world.now() + jiff::SignedDuration::from_secs(seconds);
        let request = world.product.senders.sign_bytes("mail", "delivery-1", body.clone(), then).unwrap();
        assert_eq!(world.deliver_request(request).await.status, 202);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_have_six_megabytes_and_no_wrapping_of_its_own() {
    let world = World::new().await;
    let before = world.everything_stored().await;
    let full = |bytes: usize| {
        let mut event = order(NORDFRAKT, "o-1", world.now());
        event["note"] = json!("");
        let room = bytes - serde_json::to_vec(&event).unwrap().len();
        event["note"] = json!("x".repeat(room));
        serde_json::to_vec(&event).unwrap()
    };
    let six = 6 * 1024 * 1024;
    assert_eq!(
        world.deliver_bytes("mail", full(six + 1)).await.in_words(),
        "413, the body is larger than 6 MB"
    );
    let mut zipped = world.signed("mail", full(1000));
    zipped.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    assert_eq!(
        world.deliver_request(zipped).await.in_words(),
        "415, the body is compressed; send it as it is"
    );
    let ingest = Ingest::new(world.product.platform.clone());
    let wrongly_flagged = |base64: bool| {
        let mut request = world.signed("mail", full(1000));
        if !base64 {
            // Of no kind that is text: it comes in Base64.
            request.headers.retain(|(name, _)| name != "content-type");
        }
        let mut event = request.into_event(world.now()).unwrap();
        assert_eq!(event.is_base64_encoded, !base64);
        event.is_base64_encoded = base64;
        ingest::handle(&ingest, event, world.now())
    };
    assert_eq!(wrongly_flagged(true).await.status_code, 400, "JSON that says it is Base64");
    assert_eq!(wrongly_flagged(false).await.status_code, 401, "Base64 that says it is JSON");
    let mut got = world.signed("mail", full(1000));
    got.method = "GET".to_owned();
    assert_eq!(world.deliver_request(got).await.status, 405);
    assert_eq!(differences(&before, &world.everything_stored().await), [""; 0]);

    assert_eq!(world.deliver_bytes("mail", full(six)).await.in_words(), "202 accepted 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_event_leaves_its_neighbours_alone() {
    let world = World::new().await;
    let now = world.now();
    let mut infinite = order(NORDFRAKT, "o-bad", now);
    infinite["amount"] = json!(1e300);
    let batch = json!([
        order(NORDFRAKT, "o-1", now),
        "order",
        null,
        infinite,
        order("C-unknown", "o-2", now),
        {"id": "x-1", "customer": NORDFRAKT, "at": now, "kind": "horoscope"},
        [],
        order(NORDFRAKT, "o-3", now),
    ]);
    let answer = world.deliver("mail", &batch).await;
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        said,
        json!({"accepted": 2, "duplicate": 0, "unmatched": 2, "rejected": [
            {"index": 1, "reason": "an event is a JSON object"},
            {"index": 2, "reason": "an event is a JSON object"},
            {"index": 3, "reason": "`amount` is not an amount of money"},
            {"index": 6, "reason": "an event is a JSON object"},
        ]})
    );
    world.daily_run().await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(2));
    let many = json!(vec![order(NORDFRAKT, "o-1", now); 501]);
    assert_eq!(
        world.deliver("mail", &many).await.in_words(),
        "413, a delivery holds at most 500 events; send it in parts"
    );
    assert_eq!(world.deliver("mail", &json!([])).await.in_words(), "202");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_nobody_knows_is_kept_for_a_person_to_look_at_without_the_text() {
    let world = World::new().await;
    let stranger = message("C-9", "m-1", world.now(), "The secret words of a stranger.");
    assert_eq!(world.deliver("mail", &stranger).await.in_words(), "202 unmatched 1");
    assert_eq!(world.deliver("mail", &stranger).await.in_words(), "202 unmatched 1");
    let kept = register::unmatched(&world.product.platform, world.now()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].reason.as_str(), kept[0].reference.as_deref()), ("unknown_customer", Some("C-9")));
    assert!(kept[0].event.as_deref().is_some_and(|event| event.contains("message")));
    let stored = world.everything_stored().await.join("\n");
    assert!(!stored.contains("secret words") && !stored.contains("per@"), "{stored}");
    // A name as long as a book is none, and too long to be kept: it must not come back for ever.
    let long = message(&"x".repeat(500_000), "m-2", world.now(), "");
    assert_eq!(
        world.deliver("mail", &long).await.in_words(),
        "400, `customer` is not 1 to 512 bytes of plain text"
    );
    // Once registered, it is taken when it comes again.
    world.register(&customer("C-9")).await;
    assert_eq!(world.deliver("mail", &stranger).await.in_words(), "202 accepted 1");
    world.wait_days(30);
    assert_eq!(register::unmatched(&world.product.platform, world.now()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_replaced_without_losing_a_delivery() {
    let world = World::new().await;
    let config = sdk_config(world.product.emulators.secrets);
    let vault = aws_sdk_secretsmanager::Client::new(&config);
    for (source, secret) in [
        ("mail", "whsec_bmV3IHNlY3JldCwgbmV3IHNlY3JldA=="),
        ("support", "another zendesk secret"),
        ("crm", "another bearer token"),
        ("erp", "kundvakt:another password"),
        ("billing", "whsec_another stripe secret"),
    ] {
        let old = world.product.senders.secret();
        let with = |secrets: Value| {
            let mut held = old.clone();
            held["instances"][source]["secrets"] = secrets;
            held
        };
        let replace = async |held: &Value| {
            let put = vault.put_secret_value().secret_id("SourcesSecret").secret_string(held.to_string());
            put.send().await.unwrap();
            // A function knows a secret for five minutes.
            world.wait_minutes(6);
        };
        let body = match source {
            "billing" => json!({"type": "charge.succeeded"}),
            _ => order(NORDFRAKT, "o-1", world.now()),
        };
        let new = Senders::open(&with(json!([secret])), &[]).unwrap();
        let deliver = async |senders: &Senders| {
            let request = senders.sign(source, "delivery-1", &body, world.now()).unwrap();
            world.deliver_request(request).await.status
        };
        let first = old["instances"][source]["secrets"][0].clone();
        replace(&with(json!([first]))).await;
        assert_eq!((deliver(&world.product.senders).await, deliver(&new).await), (202, 401), "{source}");
        replace(&with(json!([secret, first]))).await;
        assert_eq!((deliver(&world.product.senders).await, deliver(&new).await), (202, 202), "{source}");
        replace(&with(json!([secret]))).await;
        assert_eq!((deliver(&world.product.senders).await, deliver(&new).await), (401, 202), "{source}");
    }
}
