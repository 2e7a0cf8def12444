//! What comes in at the door: any JSON is an event or a fault, never a panic; what is kept comes back unchanged.

use proptest::prelude::*;
use scoring::Event;
use scoring::event::Key;
use scoring::incoming::parse;
use serde_json::{Map, Value, json};

use crate::events::event;

const FIELDS: &[&str] = &[
    "id",
    "source",
    "customer",
    "customer_ref",
    "at",
    "received_at",
    "kind",
    "direction",
    "channel",
    "contact",
    "thread",
    "text",
    "format",
    "subject",
    "lang",
    "state",
    "ticket",
    "topic",
    "severity",
    "amount",
    "currency",
    "category",
    "invoice",
    "due",
    "paid",
    "delivered",
    "days_late",
    "change",
    "logins",
    "active_users",
    "features",
    "version_behind",
    "role",
    "introduced",
    "score",
    "scale",
    "result",
];

const WORDS: &[&str] = &[
    "",
    "message",
    "ticket",
    "request",
    "order",
    "invoice",
    "delivery",
    "contract",
    "usage",
    "contact",
    "meeting",
    "approval",
    "external",
    "satisfaction",
    "outcome",
    "inbound",
    "outbound",
    "email",
    "opened",
    "placed",
    "paid",
    "overdue",
    "notice",
    "joined",
    "left",
    "held",
    "delayed",
    "strong",
    "churned",
    "EUR",
    "eur",
    "€€€",
    "mime",
    "sv",
    "2026-03-02T09:12:00Z",
    "2026-03-02",
    "1970-01-01T00:00:00Z",
    "9999-12-31",
    "-009999-01-01",
    "2026-13-99",
    "ÅÄÖåäöÅÄÖåäö",
    "\u{0}",
    "\u{202e}",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner.clone(), 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            inner.prop_map(|inner| json!({ "domain": inner })),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::btree_map(proptest::sample::select(FIELDS), value(), 0..20);
    fields.prop_map(|fields| {
        let mut object = Map::new();
        object.insert("id".to_owned(), json!("e-1"));
        object.insert("customer".to_owned(), json!("C-1"));
        object.insert("at".to_owned(), json!("2026-03-02T09:12:00Z"));
        object.insert("due".to_owned(), json!("2026-03-02"));
        object.extend(fields.into_iter().map(|(field, value)| (field.to_owned(), value)));
        Value::Object(object)
    })
}

fn hash(_: &str, name: &str) -> Key {
    Key(name.len() as u64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_json_is_an_event_or_a_fault(value in prop_oneof![1 => value(), 5 => object()]) {
        match parse(&value, &hash) {
            Ok(incoming) => {
                let stored = serde_json::to_string(&incoming.event).unwrap();
                prop_assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), incoming.event);
            }
            // An answer names our field and our rule, nothing of theirs.
            Err(fault) => prop_assert!(fault.to_string().is_ascii() && fault.to_string().len() < 120, "{}", fault),
        }
    }
}

proptest! {
    #[test]
    fn what_is_kept_comes_back_unchanged(event in event(400)) {
        let stored = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event);
    }
}
