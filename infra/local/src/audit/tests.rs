use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

/// Files of one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kundvakt-audit-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn lines(values: &[Value]) -> String {
    values.iter().fold(String::new(), |mut text, value| {
        let _ = writeln!(text, "{value}");
        text
    })
}

/// What an audit of these lines finds, and the page it prints.
fn audited(history: impl AsRef<[u8]>, customers: Option<&[Value]>) -> anyhow::Result<(Report, String)> {
    let folder = Folder::new();
    let file = folder.file("history.jsonl", history);
    let customers = customers.map(|customers| folder.file("customers.jsonl", lines(customers)));
    let report = audit(&file, customers.as_deref(), &Policy::default())?;
    let (mut page, mut object) = (Vec::new(), Vec::new());
    write(&report, false, &mut page)?;
    write(&report, true, &mut object)?;
    let object: Value = serde_json::from_slice(&object)?;
    assert_eq!(object["events"], report.events, "one object says the same");
    Ok((report, String::from_utf8(page)?))
}

fn day(number: i32) -> String {
    let monday: Timestamp = "2024-01-01T09:00:00Z".parse().unwrap();
    (monday + jiff::SignedDuration::from_hours(24 * i64::from(number))).to_string()
}

fn message(customer: &str, number: i32, direction: &str) -> Value {
    json!({"id": format!("{customer}-{number}-{direction}"), "source": "mail", "customer": customer, "at": day(number),
        "kind": "message", "direction": direction, "channel": "email", "thread": "t", "contact": "a@b.example",
        "text": "Tack, det ser bra ut."})
}

/// Twenty working weeks after another for some customers, mails both ways every third working day.
fn mails(customers: &[&str], days: i32) -> Vec<Value> {
    let working_days = || (0..days).filter(|day| day % 7 < 5);
    let mut all = Vec::new();
    for (place, customer) in (0..).zip(customers) {
        for day in working_days().filter(|day| (*day + place) % 3 == 0) {
            all.push(message(customer, day, "inbound"));
            all.push(message(customer, day, "outbound"));
        }
    }
    all
}

fn customer(id: &str, value: f64) -> Value {
    json!({"id": id, "name": format!("{id} AB"), "value_per_year": value, "currency": "EUR",
        "domains": [format!("{id}.example")], "aliases": [format!("{id}-old")],
        "legal_basis": {"kind": "legitimate_interest", "ref": "LIA-1", "date": "2023-01-01"}})
}

fn answer(report: &Report, asks: &str) -> (Answer, String) {
    let verdict = report.verdicts.iter().find(|verdict| verdict.asks.contains(asks)).unwrap();
    (verdict.answer, verdict.found.clone())
}

#[test]
fn a_year_of_mail_is_enough_to_begin_and_says_with_whom() {
    let names: Vec<String> = (0..24).map(|number| format!("c{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let register: Vec<Value> =
        names.iter().zip(0..).map(|(name, place)| customer(name, 1000.0 * f64::from(place))).collect();
    let (report, page) = audited(lines(&mails(&names, 373)), Some(&register)).unwrap();
    assert_eq!(
        (report.period.first.to_string(), report.period.last.to_string()),
        ("2024-01-01".into(), "2025-01-07".into())
    );
    assert_eq!(answer(&report, "6 months of communication").0, Answer::Best);
    assert_eq!(answer(&report, "touch points per customer").0, Answer::Best);
    assert_eq!(answer(&report, "18 months"), (Answer::No, "12.3 months".to_owned()));
    assert_eq!(
        answer(&report, "statistical model"),
        (Answer::No, "24 active customers, 0 documented losses".to_owned())
    );
    let tone = report.signals.iter().find(|family| family.family == "tone").unwrap();
    assert_eq!((tone.can_run, tone.no_data), (24, 0));
    let orders = report.signals.iter().find(|family| family.family == "orders").unwrap();
    assert_eq!((orders.can_run, orders.no_data), (0, 24));
    let key: Vec<&str> = report.pilot.key.iter().map(|candidate| candidate.id.as_str()).collect();
    assert_eq!(&key[..3], ["c23", "c22", "c21"], "the most valuable first");
    assert!(
        report.pilot.key[0].reasons[0].starts_with("EUR 23,000 a year, number 1 of 23"),
        "{:?}",
        report.pilot.key
    );
    assert!(page.starts_with("IN SHORT\n  Ready to begin.\n"), "{page}");
    assert!(page.contains("Every line is an event, and none came twice."), "{page}");
    assert!(page.contains("No customer stands out as difficult"), "{page}");
}

#[test]
fn whose_an_event_is_is_found_by_id_domain_alias_and_the_contacts_domain() {
    let named = |id: &str, reference: Value| json!({"id": id, "at": day(1), "kind": "request", "customer_ref": reference});
    let events = [
        json!({"id": "1", "at": day(1), "kind": "request", "customer": "c1"}),
        json!({"id": "2", "at": day(1), "kind": "request", "customer": "C1-OLD"}),
        named("3", json!({"domain": "C1.example"})),
        named("4", json!({"alias": "c1-OLD"})),
        json!({"id": "5", "at": day(1), "kind": "request", "customer_ref": {"crm_id": "77"}, "contact": "Eva <eva@c1.example>"}),
        named("6", json!({"domain": "elsewhere.example"})),
        named("7", json!({"alias": "Eva Ek"})),
        json!({"id": "8", "at": day(1), "kind": "request", "customer": "c2"}),
    ];
    let (report, page) = audited(lines(&events), Some(&[customer("c1", 1.0)])).unwrap();
    assert_eq!((report.linking.linked, report.linking.unlinked), (5, 3));
    let unknown: Vec<&str> = report.linking.unknown.keys().map(String::as_str).collect();
    assert_eq!(unknown, ["an unknown alias", "c2", "elsewhere.example"]);
    assert!(!page.contains("Eva"), "people's names are not shown: {page}");
    assert_eq!(answer(&report, "linked to a customer"), (Answer::No, "62 % (5 of 8 events)".to_owned()));

    let (report, _) = audited(lines(&events), None).unwrap();
    assert_eq!((report.linking.linked, report.customers.len()), (3, 3), "without a register ids alone count");
}

#[test]
fn what_comes_twice_counts_once_and_another_content_under_the_same_id_is_told() {
    let first = message("c1", 1, "inbound");
    let mut again = first.clone();
    again["received_at"] = json!(day(3));
    let mut other = first.clone();
    other["text"] = json!("Något helt annat.");
    let mut elsewhere = first.clone();
    elsewhere["source"] = json!("chat");
    let (report, page) = audited(lines(&[first, again, other, elsewhere]), None).unwrap();
    assert_eq!((report.events, report.duplicates.repeated, report.duplicates.conflicting), (2, 1, 1));
    assert_eq!(report.duplicates.first_conflict, Some(3));
    assert!(page.contains("1 line repeats an earlier one"), "{page}");
}

#[test]
fn a_source_that_is_silent_for_everybody_is_told_and_weekends_are_not() {
    let mut events = mails(&["c1", "c2", "c3"], 364);
    let silent = |event: &Value| (200..205).any(|number| event["at"] == day(number));
    events.retain(|event| !silent(event));
    let (report, page) = audited(lines(&events), None).unwrap();
    let outages = &report.sources[0].outages;
    assert_eq!(outages.len(), 1, "{outages:?}");
    assert_eq!(
        (outages[0].from.to_string(), outages[0].to.to_string()),
        ("2024-07-19".into(), "2024-07-23".into())
    );
    assert!(page.contains("silent for everybody 2024-07-19 to 2024-07-23 (5 days)"), "{page}");
}

#[test]
fn what_arrives_late_is_told_by_how_late() {
    let late = |number: i32, days: i32| {
        let mut event = message("c1", number, "inbound");
        event["received_at"] = json!(day(number + days));
        event
    };
    let events = [late(500, 0), late(501, 3), late(502, 20), late(503, 90), late(4, 496), late(505, -2)];
    let (report, _) = audited(lines(&events), None).unwrap();
    let told = Lateness {
        told: 6,
        within_a_day: 1,
        within_a_week: 1,
        within_30_days: 1,
        later: 1,
        too_late: 1,
        ahead: 1,
        sources: BTreeMap::from([("mail".to_owned(), 4)]),
    };
    assert_eq!(report.lateness, told);
}

#[test]
fn texts_are_read_only_where_the_product_may() {
    let mut register = [customer("c1", 1.0), customer("c2", 1.0), customer("c3", 1.0)];
    register[1]["legal_basis"] = Value::Null;
    register[2]["paused"] = json!(true);
    let (report, page) = audited(lines(&mails(&["c1", "c2", "c3"], 200)), Some(&register)).unwrap();
    assert!(report.texts.languages["sv"] > 0);
    assert_eq!(
        report.texts.not_allowed + report.texts.languages.values().sum::<u64>(),
        report.texts.with_text
    );
    let named: Vec<&str> = report.pilot.key.iter().map(|candidate| candidate.id.as_str()).collect();
    assert_eq!(named, ["c1"], "whom we may not watch is in no pilot");
    assert!(page.contains("2 active customers are left out"), "{page}");
}

#[test]
fn losses_are_counted_and_who_has_left_is_no_active_customer() {
    let mut events = mails(&["c1", "c2", "c3"], 364);
    events
        .push(json!({"id": "o1", "customer": "c1", "at": day(350), "kind": "outcome", "result": "churned"}));
    events.push(
        json!({"id": "k1", "customer": "c2", "at": day(340), "kind": "contract", "change": "cancelled"}),
    );
    events
        .push(json!({"id": "k2", "customer": "c2", "at": day(341), "kind": "contract", "change": "renewed"}));
    let (report, _) = audited(lines(&events), None).unwrap();
    let left: Vec<&str> =
        report.customers.iter().filter(|it| it.left.is_some()).map(|it| it.id.as_str()).collect();
    assert_eq!(left, ["c1"], "a renewal takes a cancellation back");
    assert!(answer(&report, "statistical model").1.starts_with("2 active customers, 1 documented"));
}

#[test]
fn a_difficult_customer_is_proposed_with_the_reasons() {
    let mut events = mails(&["c1", "c2", "c3"], 364);
    events.retain(|event| event["customer"] != "c2" || event["at"].as_str().unwrap() < day(300).as_str());
    let (report, page) = audited(lines(&events), None).unwrap();
    assert_eq!(report.pilot.difficult[0].id, "c2");
    assert!(report.pilot.difficult[0].reasons[0].starts_with("nothing heard from the customer"), "{page}");
    assert!(report.pilot.key.iter().all(|candidate| candidate.id != "c2"));
}

#[test]
fn impossible_dates_make_nobody_silent() {
    let mut events = mails(&["c1"], 364);
    for (id, at) in
        [("x", "1970-01-01T00:00:00Z"), ("y", "2999-12-31T00:00:00Z"), ("z", "9999-01-01T00:00:00Z")]
    {
        events.push(json!({"id": id, "customer": "c1", "at": at, "kind": "request"}));
    }
    let (report, page) = audited(lines(&events), None).unwrap();
    assert_eq!(report.left_out["its date lies far from all the others"].lines, 3);
    assert!(report.customers[0].active, "{page}");
    assert_eq!(report.period.last.to_string(), "2024-12-26");

    // One date a year ahead, where there are thousands of others.
    let mut events = mails(&["c1", "c2", "c3", "c4", "c5", "c6"], 728);
    events.push(message("c1", 1200, "inbound"));
    let (report, _) = audited(lines(&events), None).unwrap();
    assert_eq!(report.left_out["its date lies far from all the others"].lines, 1);
    assert_eq!(report.period.last.to_string(), "2025-12-26");
}

#[test]
fn garbage_is_counted_by_reason_and_never_shown() {
    let mut bytes =
        lines(&[message("c1", 1, "inbound"), json!({"id": "secret", "at": "soon", "kind": "order"})])
            .into_bytes();
    bytes.extend(b"\xff\xfe rubbish\n[1,2]\n\n   \n");
    bytes.extend("[".repeat(100_000).into_bytes());
    let (report, page) = audited(&bytes, None).unwrap();
    assert_eq!((report.lines, report.events), (5, 1));
    assert_eq!(report.left_out["the line is not JSON"].lines, 2);
    assert_eq!(report.left_out["an event is a JSON object"].first_line, 4);
    assert!(!page.contains("secret") && !page.contains("rubbish"), "{page}");
}

#[test]
fn a_file_without_events_says_so() {
    let fault = |text: &str| {
        let fault = audited(text, None).unwrap_err().to_string();
        fault.split_once("history.jsonl").unwrap().1.to_owned()
    };
    assert_eq!(fault(""), " is empty");
    assert_eq!(fault("\n\n"), " is empty");
    assert!(
        fault("cust,ts\n1,2\n")
            .starts_with(" is an event: the line is not JSON (2 of them, the first is line 1)")
    );
    assert!(audit(Path::new("nowhere"), None, &Policy::default()).is_err());
}

#[test]
fn two_families_of_three_days_are_no_reason_to_begin() {
    let few = [
        r#"{"id":"1","customer":"c1","at":"2026-11-01T09:00:00Z","kind":"external","severity":"medium"}"#,
        r#"{"id":"2","customer":"c1","at":"2026-11-02T09:00:00Z","kind":"satisfaction","score":0.7}"#,
        r#"{"id":"3","customer":"c1","at":"2026-11-03T09:00:00Z","kind":"meeting","change":"moved"}"#,
    ];
    let (_, page) = audited(few.join("\n"), None).unwrap();
    assert!(page.contains("Too little to begin with"), "{page}");
    assert!(page.contains("2 of 13 families"), "{page}");
}

#[test]
fn one_event_is_little_and_a_hundred_thousand_a_day_are_not_too_much() {
    let (report, page) = audited(lines(&[message("c1", 1, "inbound")]), None).unwrap();
    assert_eq!((report.events, report.customers.len()), (1, 1));
    assert!(page.contains("Little to warn with yet") || page.contains("with reservations"), "{page}");

    let mut many = String::new();
    for number in 0..100_000 {
        let second = number % 86_400;
        let at = format!("2024-01-01T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
        let event = json!({"id": number, "customer": "c1", "at": at, "kind": "order", "state": "placed", "amount": -1e10, "currency": "EUR"});
        let _ = writeln!(many, "{event}");
    }
    let (report, _) = audited(many, None).unwrap();
    assert_eq!((report.events, report.customers[0].touch_points), (100_000, 100_000));
}

#[test]
fn an_empty_register_links_nobody() {
    let (report, page) = audited(lines(&mails(&["c1"], 60)), Some(&[])).unwrap();
    assert_eq!((report.linking.linked, report.customers.len()), (0, 0));
    assert!(page.contains("No customer is active and may be watched."), "{page}");
}
