//! Stripe's own events about invoices and subscriptions. Only fields that have kept their place over API versions.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sources::{Found, OwnDomains, Rejection, json as parse};

/// Currencies that Stripe counts in whole units.
const WITHOUT_CENTS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
];

/// One event; what says nothing about the relation is ignored.
pub fn read(body: &[u8], _: &OwnDomains) -> Result<Found, Rejection> {
    let payload = Payload(parse(body)?);
    let word = payload.at("/type").as_str().ok_or(Rejection::Foreign { whose: "Stripe", field: "type" })?;
    let about = match word {
        "invoice.finalized" => invoice(&payload, "issued"),
        "invoice.paid" => invoice(&payload, "paid"),
        "invoice.overdue" | "invoice.payment_failed" => invoice(&payload, "overdue"),
        "customer.subscription.deleted" => json!({"kind": "contract", "change": "cancelled"}),
        "customer.subscription.updated" => match change(&payload) {
            Some(change) => json!({"kind": "contract", "change": change}),
            None => return Ok(Found { events: Vec::new(), ignored: 1 }),
        },
        _ => return Ok(Found { events: Vec::new(), ignored: 1 }),
    };
    let mut event = json!({
        "id": payload.at("/id"),
        "at": time(payload.at("/created")).map(|time| time.to_string()),
        "customer_ref": {"crm_id": payload.at("/data/object/customer")},
        "contact": payload.at("/data/object/customer_email"),
    });
    if let (Value::Object(event), Value::Object(about)) = (&mut event, about) {
        event.extend(about);
    }
    Ok(event.into())
}

struct Payload(Value);

impl Payload {
    /// The field at a path; null where there is none.
    fn at(&self, path: &str) -> &Value {
        self.0.pointer(path).unwrap_or(&Value::Null)
    }
}

fn invoice(payload: &Payload, state: &str) -> Value {
    let happened = time(payload.at("/created"));
    let paid = time(payload.at("/data/object/status_transitions/paid_at")).or(happened);
    // A card is charged at once: the invoice is due when the charge is tried.
    let at_once = if state == "paid" { paid } else { happened };
    let currency = payload.at("/data/object/currency").as_str().map(str::to_uppercase);
    let cents = currency.as_deref().is_none_or(|currency| !WITHOUT_CENTS.contains(&currency));
    let amount = payload.at("/data/object/amount_due").as_f64();
    json!({
        "kind": "invoice",
        "state": state,
        "invoice": payload.at("/data/object/id"),
        "due": date(time(payload.at("/data/object/due_date")).or(at_once)),
        "paid": (state == "paid").then(|| date(paid)),
        "amount": amount.map(|amount| if cents { amount / 100.0 } else { amount }),
        "currency": currency,
    })
}

/// Every change of a subscription arrives as `updated`; only the one that ends it, or takes that back, is told on.
fn change(payload: &Payload) -> Option<&'static str> {
    let ends = payload.at("/data/object/cancel_at_period_end").as_bool()?;
    let before = payload.at("/data/previous_attributes").get("cancel_at_period_end").and_then(Value::as_bool);
    match (before, ends) {
        (Some(false), true) => Some("notice"),
        (Some(true), false) => Some("renewed"),
        _ => None,
    }
}

fn time(seconds: &Value) -> Option<Timestamp> {
    Timestamp::from_second(seconds.as_i64()?).ok()
}

fn date(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.strftime("%Y-%m-%d").to_string())
}
