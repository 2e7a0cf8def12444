//! A small company with its customers, and what sources and people do to it. The clock stands still until it is moved.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use ingest::Ingest;
use jiff::{SignedDuration, Timestamp};
use kundvakt::emulators::{Clock, SentMail};
use kundvakt::product::{HttpRequest, Product, next_at_hour};
use platform::alerts::{self, Alert};
use platform::register::{self, Company, Customer, Staff};
use platform::states::{self, State};
use scoring::Day;
use scoring::ledger::Counter;
use scoring::view::View;
use serde_json::{Value, json};

/// Where mail links lead.
pub(crate) const CONSOLE: &str = "https://console.example";
/// What a browser sends with a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// A customer who may be scored.
pub(crate) const NORDFRAKT: &str = "C-1";

/// Nordverk Systems on a Monday morning in March, with one customer.
pub(crate) struct World {
    pub(crate) product: Product,
}

/// What somebody was answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: i64,
    pub(crate) body: String,
    pub(crate) location: String,
    pub(crate) cookie: String,
}

impl Answer {
    /// A number in ingest's answer.
    pub(crate) fn count(&self, field: &str) -> u64 {
        let said: Value = serde_json::from_str(&self.body).unwrap_or_default();
        said[field].as_u64().unwrap_or(0)
    }

    /// Status, counts and reasons of ingest's answer, such as `202 accepted 1`.
    pub(crate) fn in_words(&self) -> String {
        let said: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let mut words = self.status.to_string();
        for field in ["accepted", "duplicate", "unmatched", "ignored"] {
            match self.count(field) {
                0 => {}
                count => write!(words, " {field} {count}").unwrap(),
            }
        }
        let rejected = said["rejected"].as_array().into_iter().flatten().map(|it| &it["reason"]);
        for reason in rejected.chain([&said["error"]]).filter_map(Value::as_str) {
            write!(words, ", {reason}").unwrap();
        }
        words
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = Clock::simulated(time("2026-03-02T08:00:00Z"));
        let sources = ["mail", "support", "crm", "erp", "billing"];
        let product =
            Product::start(clock, None, CONSOLE.to_owned(), "Europe/Stockholm", &sources).await.unwrap();
        let company = Company {
            name: "Nordverk Systems".to_owned(),
            domains: vec!["nordverk.example".to_owned()],
            ..Company::default()
        };
        let staff = [("anna", "account_manager"), ("johan", "team_leader"), ("maria", "management")];
        let staff = staff.map(|(id, role)| {
            let email = format!("{id}@nordverk.example");
            let person = json!({"id": id, "name": id, "email": email, "role": role, "language": "en"});
            serde_json::from_value::<Staff>(person).unwrap()
        });
        product.register(&company, &staff, &[customer(NORDFRAKT)]).await.unwrap();
        Self { product }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.product.clock.now()
    }

    pub(crate) fn go_to(&self, time: Timestamp) {
        self.product.set_clock(time);
    }

    pub(crate) fn wait_minutes(&self, minutes: i64) {
        self.go_to(self.now() + SignedDuration::from_mins(minutes));
    }

    pub(crate) fn wait_days(&self, days: i64) {
        self.wait_minutes(days * 24 * 60);
    }

    pub(crate) async fn register(&self, customer: &Customer) {
        register::put_customer(&self.product.platform, customer).await.unwrap();
    }

    /// A source delivers one event, or an array of them, signed as it should be.
    pub(crate) async fn deliver(&self, source: &str, body: &Value) -> Answer {
        self.deliver_bytes(source, serde_json::to_vec(body).unwrap()).await
    }

    pub(crate) async fn deliver_bytes(&self, source: &str, body: Vec<u8>) -> Answer {
        let request = self.signed(source, body);
        self.deliver_request(request).await
    }

    pub(crate) fn signed(&self, source: &str, body: Vec<u8>) -> HttpRequest {
        self.product.senders.sign_bytes(source, "delivery-1", body, self.now()).unwrap()
    }

    pub(crate) async fn deliver_request(&self, request: HttpRequest) -> Answer {
        answer(self.product.deliver(request, self.now()).await.unwrap())
    }

    /// A source delivers to another instance of the function, whose platform may be interrupted.
    pub(crate) async fn deliver_to(&self, ingest: &Ingest, source: &str, body: &Value) -> Answer {
        let request = self.signed(source, serde_json::to_vec(body).unwrap());
        answer(ingest::handle(ingest, request.into_event(self.now()).unwrap(), self.now()).await)
    }

    /// Each event is delivered by itself and must be taken.
    pub(crate) async fn happen(&self, events: Vec<Value>) {
        for event in events {
            let answer = self.deliver("mail", &event).await;
            assert_eq!(answer.in_words(), "202 accepted 1", "{event}");
        }
    }

    /// The next morning's run, and what comes of it. Returns its time.
    pub(crate) async fn daily_run(&self) -> Timestamp {
        let zone = self.product.platform.settings.zone().unwrap();
        let run = next_at_hour(self.now(), 5, &zone).unwrap();
        self.go_to(run);
        self.product.score(run).await.unwrap();
        self.pump().await;
        run
    }

    pub(crate) async fn pump(&self) {
        self.product.pump(self.now()).await.unwrap();
    }

    /// The five-minute sweep, and what comes of it.
    pub(crate) async fn sweep(&self) -> escalate::Swept {
        let swept = self.product.sweep(self.now()).await.unwrap();
        self.pump().await;
        swept
    }

    /// Time passes with all its sweeps.
    pub(crate) async fn hours_pass(&self, hours: i64) {
        for _ in 0..hours * 12 {
            self.wait_minutes(5);
            self.sweep().await;
        }
    }

    pub(crate) fn mails(&self) -> Vec<SentMail> {
        self.product.emulators.mails()
    }

    /// Whom the mails went to, in order.
    pub(crate) fn told(&self) -> Vec<String> {
        let name = |mail: &SentMail| mail.to[0].split('@').next().unwrap_or_default().to_owned();
        self.mails().iter().map(name).collect()
    }

    pub(crate) async fn open_alerts(&self) -> Vec<Alert> {
        alerts::open(&self.product.platform).await.unwrap()
    }

    /// The one open alert.
    pub(crate) async fn alert(&self) -> Alert {
        let mut open = self.open_alerts().await;
        assert_eq!(open.len(), 1, "{open:?}");
        open.remove(0)
    }

    pub(crate) async fn stored_alert(&self, id: &str) -> Alert {
        alerts::get(&self.product.platform, id).await.unwrap().unwrap()
    }

    pub(crate) async fn state(&self, customer: &str) -> State {
        states::get(&self.product.platform, customer).await.unwrap().unwrap()
    }

    /// How many events the ledger counts in the weeks it holds day by day, six and this one; none without a ledger.
    pub(crate) async fn counted(&self, customer: &str) -> Option<i64> {
        let state = self.state(customer).await;
        let ledger = scoring::packed::unpack(&state.ledger?).unwrap();
        Some(View::new(&ledger, Day::of(self.now())).recent(Counter::Events, 49))
    }

    pub(crate) async fn browse(&self, method: &str, link: &str, cookie: &str, form: &str) -> Answer {
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let mut request = HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: vec![("content-type".to_owned(), FORM.to_owned())],
            body: form.as_bytes().to_vec(),
        };
        if !cookie.is_empty() {
            request.headers.push(("cookie".to_owned(), cookie.to_owned()));
        }
        answer(self.product.open(request, self.now()).await.unwrap())
    }

    /// Presses a button of the page behind a link, with what the page's form holds.
    pub(crate) async fn press(&self, link: &str, button: &str) -> Answer {
        let page = self.browse("GET", link, "", "").await;
        assert_eq!(page.status, 200, "{}", page.body);
        let form = format!(
            "t={}&seen={}&do={button}",
            hidden(&page.body, "t"),
            hidden(&page.body, "seen").replace('+', "%2B")
        );
        let path = link.split('?').next().unwrap_or_default().to_owned();
        self.browse("POST", &path, "", &form).await
    }

    /// Every item of the four tables, one line each, in a stable order.
    pub(crate) async fn everything_stored(&self) -> Vec<String> {
        let settings = &self.product.platform.settings;
        let tables = [
            &settings.register_table,
            &settings.events_table,
            &settings.states_table,
            &settings.alerts_table,
        ];
        let mut lines = Vec::new();
        for table in tables {
            let scan = self.product.platform.dynamodb.scan().table_name(table);
            let mut items = scan.into_paginator().items().send();
            while let Some(item) = items.next().await {
                lines.push(format!("{table} {}", shown(&AttributeValue::M(item.unwrap()))));
            }
        }
        lines.sort();
        lines
    }

    /// Every message of every queue, hidden or not.
    pub(crate) fn everything_queued(&self) -> Vec<String> {
        let queues = ["ScoreQueue", "ScoreDeadLetters", "DispatchQueue", "DispatchDeadLetters"];
        let messages = queues.into_iter().flat_map(|queue| self.product.emulators.queues.messages(queue));
        messages.map(|message| message.body).collect()
    }
}

fn answer(response: aws_lambda_events::event::lambda_function_urls::LambdaFunctionUrlResponse) -> Answer {
    let location = response.headers.get("location").and_then(|location| location.to_str().ok());
    Answer {
        status: response.status_code,
        location: location.unwrap_or_default().to_owned(),
        cookie: response.cookies.first().cloned().unwrap_or_default(),
        body: response.body.unwrap_or_default(),
    }
}

/// An attribute as readable text, the same for the same value.
fn shown(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        AttributeValue::B(bytes) => String::from_utf8_lossy(bytes.as_ref()).into_owned(),
        AttributeValue::L(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        AttributeValue::M(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            let fields = fields.into_iter().map(|(name, value)| format!("{name}: {}", shown(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// What of the first is not in the second, and the other way round.
pub(crate) fn differences(before: &[String], after: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|item| !after.contains(item)).map(|item| format!("- {item}"));
    let new = after.iter().filter(|item| !before.contains(item)).map(|item| format!("+ {item}"));
    gone.chain(new).collect()
}

/// The link of a mail, from its path on.
pub(crate) fn link(mail: &SentMail) -> String {
    let text = mail.text.as_deref().unwrap_or_default();
    let start = text.find(CONSOLE).unwrap_or_else(|| panic!("no link in {text}"));
    text[start + CONSOLE.len()..].split_whitespace().next().unwrap_or_default().to_owned()
}

/// What a hidden field of a page holds.
pub(crate) fn hidden(page: &str, field: &str) -> String {
    let from = page.split_once(&format!("name=\"{field}\" value=\"")).map(|(_, rest)| rest);
    from.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// A customer with a legal basis.
pub(crate) fn customer(id: &str) -> Customer {
    serde_json::from_value(json!({
        "id": id, "name": "Nordfrakt AB", "owner": "anna", "language": "en",
        "legal_basis": {"kind": "legitimate_interest", "ref": "LIA-1", "date": "2026-01-01"}
    }))
    .unwrap()
}

/// An order: an event without text.
pub(crate) fn order(customer: &str, id: &str, at: Timestamp) -> Value {
    json!({"id": id, "customer": customer, "at": at, "kind": "order", "state": "placed", "amount": 100.0,
           "currency": "EUR"})
}

/// A mail from the customer.
pub(crate) fn message(customer: &str, id: &str, at: Timestamp, text: &str) -> Value {
    json!({"id": id, "customer": customer, "at": at, "kind": "message", "direction": "inbound",
           "channel": "email", "contact": "per@nordfrakt.example", "text": text})
}

/// Tickets, one a minute.
pub(crate) fn tickets(customer: &str, name: &str, count: i64, at: Timestamp) -> Vec<Value> {
    let ticket = |number: i64| {
        let id = format!("{name}-{number}");
        let at = at + SignedDuration::from_mins(number);
        json!({"id": id, "customer": customer, "at": at, "kind": "ticket", "state": "opened", "ticket": id})
    };
    (0..count).map(ticket).collect()
}

/// The contract ends, or goes on after all.
pub(crate) fn contract(customer: &str, id: &str, at: Timestamp, change: &str) -> Value {
    json!({"id": id, "customer": customer, "at": at, "kind": "contract", "change": change})
}

/// Two families of some weight: a yellow alert.
pub(crate) fn yellow_trouble(customer: &str, at: Timestamp) -> Vec<Value> {
    let mut events = tickets(customer, &format!("{customer}-t"), 5, at);
    // Friendly, so that the words alone weigh and not the tone.
    let text =
        "Thank you for the excellent and friendly help, we are happy with it. We have one complaint, though.";
    for (number, at) in [(1, at), (2, at + SignedDuration::from_mins(30))] {
        events.push(message(customer, &format!("{customer}-complaint-{number}"), at, text));
    }
    events
}

/// What raises a yellow alert to orange.
pub(crate) fn orange_trouble(customer: &str, at: Timestamp) -> Value {
    let text = "Is your line compatible with other systems?";
    message(customer, &format!("{customer}-compatible"), at, text)
}
