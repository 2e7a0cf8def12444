//! What people wrote is read once, where it may be, and is nowhere afterwards (I7); who may not be scored is not (S51,
//! S56, S63).

use std::io;
use std::sync::Mutex;

use jiff::SignedDuration;
use platform::register::{Customer, LegalBasis, LegalBasisKind, Staff};
use scoring::Day;
use serde_json::{Value, json};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::world::{NORDFRAKT, World, customer, link, message, order, yellow_trouble};

/// Everything that is logged from the first call of [`listen`] on, by our own crates at every level. By the other
/// stories too: what must not be logged must not be logged in any of them.
static LOGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGS.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen() {
    let ours = ["ingest", "score", "scoring", "tone", "dispatch", "escalate", "console", "platform"];
    let filter = ours.map(|ours| format!("{ours}=trace")).join(",");
    let filter: Targets = format!("info,{filter}").parse().unwrap();
    let lines = tracing_subscriber::fmt::layer().json().with_writer(|| Log);
    let subscriber = tracing_subscriber::registry().with(filter).with(lines);
    tracing::subscriber::set_global_default(subscriber).unwrap();
}

fn logged() -> String {
    String::from_utf8_lossy(&LOGS.lock().unwrap()).into_owned()
}

/// No writing of a customer's may be found anywhere by this beginning.
const SEED: &str = "quokka";

/// An event with a word of its own in every field where somebody can write.
fn seeded(customer: &str, id: &str, now: jiff::Timestamp, fields: Value) -> Value {
    let mut event = json!({
        "id": format!("{id}-quokkaid"), "customer": customer, "at": now, "contact": format!("Quokkaname <quokkacontact-{id}@kund.example>"),
        "text": "Quokkatext: we are very disappointed with quokkatext, this is unacceptable.", "subject": "quokkasubject quokkasubject",
        "note": "quokkanote", "topic": "quokkatopic", "thread": "quokkathread", "ticket": "quokkaticket", "invoice": "quokkainvoice",
        "role": "quokkarole manager", "severity": "quokkaseverity", "lang": "quokkalang", "unknown": {"quokkafield": ["quokkavalue"]},
        "source": "quokkasource", "due": "2026-03-01", "paid": "2026-03-02", "amount": 10.0, "currency": "EUR"
    });
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    event.as_object_mut().unwrap().extend(fields);
    event
}

/// One of each kind.
fn every_kind() -> Vec<Value> {
    vec![
        json!({"kind": "message", "direction": "inbound", "channel": "email"}),
        json!({"kind": "message", "direction": "outbound", "channel": "email"}),
        json!({"kind": "message", "direction": "inbound", "channel": "email", "format": "mail",
               "text": "Quokkatext: we are disappointed.\n\n> quokkaquoted\n-- \nQuokkasignature"}),
        json!({"kind": "ticket", "state": "opened"}),
        json!({"kind": "request"}),
        json!({"kind": "order", "state": "placed", "category": "quokkacategory"}),
        json!({"kind": "invoice", "state": "paid"}),
        json!({"kind": "delivery"}),
        json!({"kind": "contract", "change": "notice"}),
        json!({"kind": "usage", "logins": 5}),
        json!({"kind": "contact", "change": "left"}),
        json!({"kind": "meeting", "change": "held"}),
        json!({"kind": "approval", "change": "given"}),
        json!({"kind": "external", "severity": "weak"}),
        json!({"kind": "satisfaction", "score": 1, "scale": 5}),
        json!({"kind": "outcome", "result": "retained"}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_nowhere_afterwards() {
    listen();
    let world = World::new().await;
    let now = world.now();
    let mut accepted = 0;
    for (number, kind) in every_kind().into_iter().enumerate() {
        let event = |customer: &str| seeded(customer, &number.to_string(), now, kind.clone());
        accepted += world.deliver("mail", &event(NORDFRAKT)).await.count("accepted");
        assert_eq!(world.deliver("mail", &event(NORDFRAKT)).await.status, 202);
        // The same id with another body, a stranger, and times that cannot be counted.
        let mut other = event(NORDFRAKT);
        other["text"] = json!("quokkaother words");
        world.deliver("mail", &other).await;
        let mut stranger = event("");
        stranger["customer"] = Value::Null;
        for reference in ["alias", "org_no", "crm_id", "domain"] {
            stranger["customer_ref"] = json!({reference: "quokkaperson@unknown.example"});
            world.deliver("mail", &stranger).await;
        }
        for at in ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
            let mut aside = event(NORDFRAKT);
            aside["at"] = json!(at);
            assert_eq!(world.deliver("mail", &aside).await.count("accepted"), 0);
        }
        // Of some kinds every field in turn of the wrong type, and with a text in the wrong place.
        for field in
            event(NORDFRAKT).as_object().filter(|_| number % 5 == 0).into_iter().flat_map(|it| it.keys())
        {
            let sentences = json!("quokkawrong ".repeat(100));
            let wrongs = [
                json!({"quokkakey": "quokkawrong"}),
                sentences,
                json!("Quokkawrong words."),
                json!(["quokkawrong"]),
            ];
            for (wrong_number, wrong) in wrongs.into_iter().enumerate() {
                let mut broken = event(NORDFRAKT);
                broken["id"] = json!(format!("{number}-{field}-{wrong_number}"));
                broken[field] = wrong;
                assert_ne!(world.deliver("mail", &broken).await.status / 100, 5, "{broken}");
            }
        }
        let whole = serde_json::to_vec(&event(NORDFRAKT)).unwrap();
        world.deliver_bytes("mail", whole[..whole.len() / 2].to_vec()).await;
    }
    assert!(accepted >= 14, "{accepted} kinds are taken");
    world
        .deliver("mail", &json!({"id": "x-1", "kind": "quokkakind", "at": now, "customer": NORDFRAKT}))
        .await;
    world.deliver("mail", &json!("quokkastring")).await;
    let mut ticket = seeded(NORDFRAKT, "t", now, json!({"kind": "ticket", "state": "reopened"}));
    ticket["actor"] = json!("quokkaactor@kund.example");
    ticket["comment_author"] = json!("Quokkaauthor <quokkaactor@kund.example>");
    assert_eq!(world.deliver("support", &ticket).await.in_words(), "202 accepted 1");
    let charge = json!({"id": "quokkaevt", "type": "invoice.paid", "created": now.as_second(), "data": {"object": {
        "id": "quokkainvoice", "customer": "cus_1", "customer_email": "quokkapayer@kund.example", "customer_name": "Quokkapayer"}}});
    world.deliver("billing", &charge).await;
    let mut unsigned = world.signed("mail", b"{}".to_vec());
    unsigned.path = "/in/quokkainstance/quokkatoken".to_owned();
    world.deliver_request(unsigned).await;

    world.pump().await;
    world.daily_run().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    world.product.score(world.now()).await.unwrap();
    let page = world.browse("GET", &link(&world.mails()[0]), "", "").await.body;
    world.press(&link(&world.mails()[0]), "relevant").await;
    world.browse("POST", "/signin", "", "email=quokkasomebody%40kund.example").await;
    world.hours_pass(3).await;

    let mut places = world.everything_stored().await;
    assert!(places.len() > 40 && !world.mails().is_empty());
    places.extend(world.everything_queued());
    let logged = logged();
    places.extend(logged.lines().map(|line| format!("log {line}")));
    places.extend(world.mails().iter().map(|mail| format!("mail {mail:?}")));
    places.push(page);
    assert!(
        logged.contains("Told of an alert") && logged.contains("Scored a segment"),
        "logs were listened to"
    );
    let found: Vec<&String> = places.iter().filter(|place| place.to_lowercase().contains(SEED)).collect();
    assert!(found.is_empty(), "{} places, the first: {:?}", found.len(), found.first());
    // The customer's name is in the register and in mails, and people's addresses too.
    let names = ["Nordfrakt", "@nordverk", "@kund", "@unknown"];
    let is_personal = |place: &&String| names.iter().any(|name| place.contains(name));
    let elsewhere =
        places.iter().filter(|place| !place.starts_with("RegisterTable") && !place.starts_with("mail "));
    let elsewhere: Vec<&String> =
        elsewhere.filter(|place| !place.starts_with("<!")).filter(is_personal).collect();
    assert!(elsewhere.is_empty(), "{} places, the first: {:?}", elsewhere.len(), elsewhere.first());
}

/// The customer's stored events.
async fn events(world: &World, id: &str) -> Vec<scoring::Event> {
    let (today, now) = (Day::of(world.now()), world.now());
    platform::events::between(&world.product.platform, id, today.plus(-60), today.plus(1), now).await.unwrap()
}

fn without_basis(id: &str) -> Customer {
    Customer { legal_basis: None, ..customer(id) }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_be_scored_is_stored_unread_and_never_scored() {
    let world = World::new().await;
    let nobody_knows = without_basis("C-none");
    let paused = Customer { paused: true, ..customer("C-paused") };
    for customer in [&nobody_knows, &paused] {
        world.register(customer).await;
        let id = &customer.id;
        world.happen(yellow_trouble(id, world.now() - SignedDuration::from_hours(1))).await;
        let notice = message(id, &format!("{id}-n"), world.now(), "We hereby terminate the contract.");
        world.happen(vec![notice]).await;
    }
    world.pump().await;
    world.daily_run().await;
    world.daily_run().await;
    for id in ["C-none", "C-paused"] {
        let events = events(&world, id).await;
        assert_eq!(events.len(), 8, "stored");
        assert!(events.iter().all(|event| event.reading.is_none()), "unread");
        let state = world.state(id).await;
        assert_eq!((state.ledger, state.risk, state.alert), (None, None, None), "not scored");
    }
    assert!(world.mails().is_empty() && world.open_alerts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_objects_is_not_read_and_what_we_write_ourselves_is_not_either() {
    let world = World::new().await;
    let platform = &world.product.platform;
    let key = platform.secrets.key(&platform.settings.contact_key_secret, world.now()).await.unwrap();
    let objecting = Customer { objections: vec![key.contact("per@nordfrakt.example")], ..customer("C-2") };
    world.register(&objecting).await;
    // One of us who writes from an address outside our own domains.
    let consultant = json!({"id": "lena", "name": "Lena", "email": "lena@consultant.example",
                            "role": "account_manager", "language": "sv"});
    let consultant: Staff = serde_json::from_value(consultant).unwrap();
    platform::register::put_house(platform, None, &[consultant]).await.unwrap();

    let from = |number: usize, contact: &str| {
        let text = "We are very disappointed. This is unacceptable.";
        let mut message = message("C-2", &format!("m-{number}"), world.now(), text);
        message["contact"] = json!(contact);
        message
    };
    let senders = [
        ("Per <PER@nordfrakt.example>", false),
        ("eva@nordfrakt.example", true),
        ("Anna Ek <anna@nordverk.example>", false),
        ("anna@sales.nordverk.example", false),
        ("Lena@Consultant.example", false),
        ("another@consultant.example", true),
    ];
    for (number, (contact, may_be_read)) in senders.into_iter().enumerate() {
        let before = events(&world, "C-2").await;
        world.happen(vec![from(number, contact)]).await;
        let after = events(&world, "C-2").await;
        let read = |events: &[scoring::Event]| events.iter().filter(|it| it.reading.is_some()).count();
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(read(&after) - read(&before), usize::from(may_be_read), "{contact}");
    }
    // Staff are not watched: what they write has no contact and counts as ours.
    let ours = events(&world, "C-2").await.into_iter().filter(|event| event.contact.is_none()).count();
    assert_eq!(ours, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_basis_withdrawn_ends_the_scoring_and_a_basis_given_begins_it_anew() {
    let world = World::new().await;
    world.happen(yellow_trouble(NORDFRAKT, world.now() - SignedDuration::from_hours(1))).await;
    world.daily_run().await;
    let alert = world.alert().await;
    let ledger = world.state(NORDFRAKT).await.ledger;
    assert!(ledger.is_some());

    world.register(&without_basis(NORDFRAKT)).await;
    let run = world.daily_run().await;
    let state = world.state(NORDFRAKT).await;
    assert_eq!((state.ledger, state.risk, state.alert), (None, None, None), "nothing derived is kept");
    assert_eq!(world.stored_alert(&alert.id).await.closed_at, Some(run));
    assert_eq!(world.open_alerts().await, []);
    world.hours_pass(30).await;
    assert_eq!(world.told(), ["anna"], "nobody is told any more");
    world.wait_minutes(2);
    let unread = message(NORDFRAKT, "later", world.now(), "Is it compatible with other systems?");
    world.happen(vec![unread]).await;

    let basis = LegalBasis {
        kind: LegalBasisKind::Contract,
        reference: "A-7".to_owned(),
        date: jiff::civil::date(2026, 1, 1),
    };
    world.register(&Customer { legal_basis: Some(basis), ..customer(NORDFRAKT) }).await;
    world.daily_run().await;
    assert_eq!(world.counted(NORDFRAKT).await, Some(8), "counted anew from its events");
    let readings = events(&world, NORDFRAKT).await.into_iter().filter_map(|event| event.reading).count();
    assert_eq!(readings, 2, "what came without a basis stays unread");
    assert_ne!(world.alert().await.id, alert.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_time_is_up_is_never_returned_though_it_is_still_there() {
    let world = World::new().await;
    world.happen(vec![order(NORDFRAKT, "o-1", world.now())]).await;
    let day = Day::of(world.now());
    let read = async || {
        let platform = &world.product.platform;
        platform::events::between(platform, NORDFRAKT, day, day, world.now()).await.unwrap().len()
    };
    let there = async || {
        let stored = world.everything_stored().await;
        stored.iter().filter(|item| item.starts_with("EventsTable")).count()
    };
    world.wait_days(467);
    assert_eq!((read().await, there().await), (1, 1), "the ledger's span, its look-back and lateness");
    world.wait_days(60);
    assert_eq!((read().await, there().await), (0, 1), "its time is up, and DynamoDB has not got to it");
    assert_eq!(world.product.emulators.sweep_expired().unwrap(), 1);
    assert_eq!(there().await, 0);
}
