//! Every sample webhook, and what is read from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use scoring::event::{
    ContactChange, ContractChange, Direction, InvoiceState, Key, Kind, OrderCategory, OrderState, TicketState,
};
use scoring::incoming::{CustomerRef, Fault, Incoming, parse};
use serde_json::Value;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/webhooks")
}

fn own() -> OwnDomains {
    OwnDomains(vec!["nordverk.example".to_owned()])
}

/// Names stay apart by the field they stand in.
fn key(field: &str, name: &str) -> Key {
    let bytes = field.bytes().chain([0]).chain(name.bytes());
    Key(bytes.fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())))
}

fn found(source: &str, body: &[u8]) -> Result<Found, Rejection> {
    let source = SOURCES.iter().find(|row| row.name == source).unwrap();
    (source.read)(body, &own())
}

fn incoming(source: &str, body: &[u8]) -> Vec<Result<Incoming, Fault>> {
    let found = found(source, body).unwrap();
    found.events.iter().map(|event| parse(event, &key)).collect()
}

/// The only event of a sample.
fn sample(source: &str, file: &str) -> Incoming {
    let body = std::fs::read(folder().join(file)).unwrap();
    let mut events = incoming(source, &body);
    assert_eq!(events.len(), 1, "{file}");
    events.remove(0).unwrap_or_else(|fault| panic!("{file}: {fault}"))
}

#[test]
fn a_generic_body_is_one_event() {
    let message = sample("standard_webhooks", "generic/message.json");
    assert_eq!(message.customer, CustomerRef::Domain("vastana-mobler.example".to_owned()));
    assert_eq!(message.contact.as_deref(), Some("per.hagglund@vastana-mobler.example"));
    assert!(message.text.is_some_and(|text| text.subject.as_deref() == Some("Veckans leverans")));

    let order = sample("bearer", "generic/order.json");
    let Kind::Order { amount, category, state } = order.event.kind else { panic!() };
    assert_eq!((amount.hundredths, category, state), (328_000, OrderCategory::SparePart, OrderState::Placed));
}

#[test]
fn or_an_array_of_them_with_strangers_and_repeats() {
    let body = std::fs::read(folder().join("generic/batch.json")).unwrap();
    let events: Vec<Incoming> = incoming("basic", &body)
        .into_iter()
        .map(|event| event.unwrap_or_else(|fault| panic!("{fault}")))
        .collect();
    let ids: Vec<&str> = events.iter().map(|event| &*event.id).collect();
    assert_eq!(ids, ["b-1", "b-2", "b-3", "b-4", "b-5", "b-1"]);
    let under_a_name = [br#"{"events":"#.as_slice(), &body, b"}"].concat();
    assert_eq!(incoming("bearer", &under_a_name).len(), events.len());
    assert_eq!(events[1].customer, CustomerRef::Alias("tornbergs".to_owned()));
    assert!(matches!(events[1].event.kind, Kind::Invoice { days_late: Some(10), .. }));
    let joined = Kind::Contact { change: ContactChange::Joined, key_role: false, introduced: Some(false) };
    assert_eq!(events[3].event.kind, joined);
    assert_eq!(events[4].customer, CustomerRef::Domain("unknown-customer.example".to_owned()));
}

#[test]
fn a_bad_object_leaves_its_neighbours_alone() {
    let body = br#"[{"id":"a","customer":"C-1","at":"2026-03-02T09:00:00Z","kind":"request"},
                    "order", {"id":"b"}, null,
                    {"id":"c","customer":"C-1","at":"2026-03-02T09:00:00Z","kind":"request"}]"#;
    let told: Vec<String> = incoming("bearer", body)
        .into_iter()
        .map(|event| event.map_or_else(|fault| fault.to_string(), |event| event.id))
        .collect();
    let no_object = "an event is a JSON object";
    assert_eq!(told, ["a", no_object, "`at` is missing", no_object, "c"]);
}

#[test]
fn zendesk_tells_who_acted() {
    let customer = sample("zendesk", "zendesk/trigger.json");
    let Kind::Ticket { state, ticket, direction, .. } = customer.event.kind else { panic!() };
    assert_eq!((state, direction), (TicketState::Replied, Some(Direction::Inbound)));
    assert_eq!(ticket, Some(key("ticket", "48213")));
    assert_eq!(customer.event.at, "2026-05-19T06:31:00Z".parse().unwrap());
    assert_eq!(customer.customer, CustomerRef::Id("C-1003".to_owned()));
    assert!(customer.text.is_some());

    let agent = sample("zendesk", "zendesk/trigger-agent.json");
    assert!(matches!(agent.event.kind, Kind::Ticket { direction: Some(Direction::Outbound), .. }));
    assert!(agent.text.is_none(), "dropped unread");
    assert_eq!(agent.contact.as_deref(), Some("oskar.dahl@klarsikt.example"));
}

/// The trigger body of the recommended template, filled in with these fields.
fn trigger(changes: &[(&str, &str)]) -> Incoming {
    let template = std::fs::read_to_string(folder().join("zendesk/trigger-template.txt")).unwrap();
    let mut body: Value = serde_json::from_str(&template).unwrap();
    let ordinary = [
        ("id", "1-2-replied"),
        ("ticket", "1"),
        ("at", "2026-05-19T06:31Z"),
        ("customer", ""),
        ("contact", "oskar@kund.example"),
        ("actor", "oskar@kund.example"),
        ("comment_author", "oskar@kund.example"),
        ("severity", ""),
        ("text", "Felet är kvar."),
    ];
    for (field, value) in ordinary.iter().chain(changes) {
        body[*field] = (*value).into();
    }
    incoming("zendesk", body.to_string().as_bytes()).remove(0).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_ticket_without_an_organisation_belongs_to_the_domain_of_its_contact() {
    assert_eq!(trigger(&[]).customer, CustomerRef::Domain("kund.example".to_owned()));
    assert_eq!(trigger(&[("customer", "C-7")]).customer, CustomerRef::Id("C-7".to_owned()));
}

#[test]
fn a_comment_counts_only_when_who_acts_wrote_it() {
    let with_text = |changes: &[(&str, &str)]| trigger(changes).text.is_some();
    assert!(with_text(&[]));
    assert!(with_text(&[("comment_author", "OSKAR@kund.example")]));
    assert!(!with_text(&[("comment_author", "support@nordverk.example")]), "a repeated comment of ours");
    assert!(!with_text(&[("comment_author", "")]));
    assert!(!with_text(&[("actor", "")]));
    let ours = ("actor", "support@nordverk.example");
    assert!(!with_text(&[ours]));
    assert!(!with_text(&[ours, ("comment_author", "support@nordverk.example")]));
}

#[test]
fn a_trigger_may_say_the_direction_itself() {
    let body = br#"[{"id":"1","customer":"C-1","at":"2026-05-19T06:31Z","kind":"ticket","state":"opened",
                     "ticket":"1","direction":"inbound","contact":"oskar@kund.example","text":"Hej"},
                    {"id":"2","customer":"C-1","at":"2026-05-19T06:31Z","kind":"ticket","state":"resolved",
                     "ticket":"1","text":""}]"#;
    let events = incoming("zendesk", body);
    let texts: Vec<bool> =
        events.into_iter().map(|event| event.is_ok_and(|event| event.text.is_some())).collect();
    assert_eq!(texts, [true, false]);
}

#[test]
fn a_colleague_of_the_requester_is_the_one_who_wrote() {
    let eva = "eva@kund.example";
    let event = trigger(&[("actor", eva), ("comment_author", eva)]);
    assert_eq!(event.contact.as_deref(), Some(eva));
    assert!(event.text.is_some());
}

#[test]
fn stripe_tells_of_one_invoice_and_the_end_of_the_subscription() {
    let klarsikt = CustomerRef::CrmId("cus_RkLArs1kt0204".to_owned());
    let number = Some(key("invoice", "in_1RkLArSIKTfact0526Qz"));
    for (file, expected, late) in [
        ("stripe/invoice.finalized.json", InvoiceState::Issued, None),
        ("stripe/invoice.overdue.json", InvoiceState::Overdue, Some(5)),
        ("stripe/invoice.paid.json", InvoiceState::Paid, Some(9)),
    ] {
        let event = sample("stripe", file);
        let Kind::Invoice { invoice, state, days_late, amount } = event.event.kind else { panic!("{file}") };
        assert_eq!((invoice, state, days_late), (number, expected, late), "{file}");
        assert_eq!(
            amount.map(|amount| (amount.hundredths, String::from(amount.currency))),
            Some((185_000, "EUR".to_owned()))
        );
        assert_eq!(event.customer, klarsikt);
        assert_eq!(event.contact.as_deref(), Some("ekonomi@klarsikt.example"));
    }
    let end = sample("stripe", "stripe/customer.subscription.deleted.json");
    assert_eq!(end.event.kind, Kind::Contract { change: ContractChange::Cancelled });
    assert_eq!((end.id.as_str(), end.customer), ("evt_1RkSubDel0622gH", klarsikt));
    assert_eq!(end.event.at, Timestamp::from_second(1_782_130_801).unwrap());
}

/// A sample of Stripe's with some fields changed, by path.
fn stripe(file: &str, changes: &[(&str, Value)]) -> Found {
    let body = std::fs::read(folder().join("stripe").join(file)).unwrap();
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    body["data"]["previous_attributes"] = serde_json::json!({});
    for (path, value) in changes {
        let (parent, field) = path.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    found("stripe", body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_card_that_is_charged_is_due_at_once() {
    let card = ("/data/object/due_date", Value::Null);
    let late = |file: &str| {
        let found = stripe(file, std::slice::from_ref(&card));
        let event = parse(&found.events[0], &key).unwrap_or_else(|fault| panic!("{fault}"));
        let Kind::Invoice { days_late, .. } = event.event.kind else { panic!() };
        days_late
    };
    assert_eq!(late("invoice.finalized.json"), None);
    assert_eq!(late("invoice.paid.json"), Some(0));
    let failed = ("/type", Value::from("invoice.payment_failed"));
    let found = stripe("invoice.finalized.json", &[card, failed]);
    let event = parse(&found.events[0], &key).unwrap_or_else(|fault| panic!("{fault}"));
    assert!(matches!(
        event.event.kind,
        Kind::Invoice { state: InvoiceState::Overdue, days_late: Some(0), .. }
    ));
}

#[test]
fn an_amount_is_counted_in_the_units_of_its_currency() {
    let found = stripe("invoice.paid.json", &[("/data/object/currency", "jpy".into())]);
    assert_eq!(found.events[0]["amount"], 185_000.0);
    assert_eq!(found.events[0]["currency"], "JPY");
}

#[test]
fn a_subscription_that_will_end_is_a_notice_once() {
    let update = |before: Value, ends: bool| {
        let found = stripe(
            "customer.subscription.deleted.json",
            &[
                ("/type", "customer.subscription.updated".into()),
                ("/data/previous_attributes", before),
                ("/data/object/cancel_at_period_end", ends.into()),
            ],
        );
        assert_eq!(found.events.len() + found.ignored, 1);
        found.events.first().map(|event| event["change"].as_str().unwrap().to_owned())
    };
    let before = |ends: bool| serde_json::json!({ "cancel_at_period_end": ends });
    assert_eq!(update(before(false), true).as_deref(), Some("notice"));
    assert_eq!(update(before(true), false).as_deref(), Some("renewed"));
    assert_eq!(update(serde_json::json!({"quantity": 40}), true), None, "some other change, later");
}

#[test]
fn what_stripe_tells_beside_is_ignored_and_what_is_not_stripes_is_refused() {
    let other = stripe("invoice.paid.json", &[("/type", "charge.succeeded".into())]);
    assert_eq!(other, Found { events: Vec::new(), ignored: 1 });
    let refused = found("stripe", br#"{"id":"a","kind":"order"}"#).unwrap_err();
    assert_eq!(refused.to_string(), "the body is no event of Stripe's: `type` is missing");
    let without_customer = stripe("invoice.paid.json", &[("/data/object/customer", Value::Null)]);
    let fault = parse(&without_customer.events[0], &key).err().unwrap();
    assert_eq!(
        fault.to_string(),
        "`customer_ref` is not an object with one of domain, crm_id, org_no, alias"
    );
}

#[test]
fn every_malformed_sample_gets_a_clear_answer_that_repeats_nothing() {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder().join("malformed")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let body = std::fs::read(&path).unwrap();
        let source = if file.starts_with("zendesk") { "zendesk" } else { "standard_webhooks" };
        let told = match found(source, &body) {
            Err(rejection) => rejection.to_string(),
            Ok(found) => match parse(&found.events[0], &key) {
                Err(fault) => fault.to_string(),
                Ok(event) => event.event.at.to_string(),
            },
        };
        let expected = match &*file {
            "empty" => "the body is empty",
            "cut-in-half" => "the body ends in the middle of its JSON: line 13,",
            "invalid-utf8" => "the body is not UTF-8: byte 360",
            "amount-nan" | "amount-1e400" => "the body is not JSON that we read: line 7,",
            "nested-10000-deep" => "the body is not JSON that we read: line 1,",
            "lone-surrogate" | "zendesk-unescaped-comment" => "the body is not JSON that we read: line 13,",
            "wrong-types" => "`at` is not a string",
            "missing-at" => "`at` is missing",
            "not-an-object" => "an event is a JSON object",
            "unknown-kind" => "`kind` is not one we know",
            "date-1970" => "1970-01-01T00:00:00Z",
            "date-2999" => "2999-12-31T23:59:59Z",
            other => panic!("say what becomes of {other}"),
        };
        assert!(told.starts_with(expected), "{file}: {told}");
        files.insert(file);
    }
    assert_eq!(files.len(), 14, "{files:?}");
}

#[test]
fn our_own_are_known_by_their_domain() {
    let own = ["Nordverk.example", "", "Kim@freelance.example"].map(str::to_owned);
    let own = OwnDomains(own.to_vec());
    for ours in [
        "kim@freelance.example",
        "anna@nordverk.example",
        "Anna Ek <Anna@NORDVERK.example>",
        "bot@mail.nordverk.example",
    ] {
        assert!(own.include(ours), "{ours}");
    }
    for other in [
        "per@freelance.example",
        "anna@notnordverk.example",
        "nordverk.example",
        "Anna Nordverk",
        "",
        "@",
        "a@b@kund.example",
    ] {
        assert!(!own.include(other), "{other}");
    }
}
