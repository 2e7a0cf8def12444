//! Zendesk, by the trigger body we recommend: the event format, with who acted and who wrote the last comment.
//!
//! A placeholder without a value arrives as an empty string: that is no value.

use platform::keys::bare_address;
use serde_json::{Map, Value, json};

use crate::sources::{Found, OwnDomains, Rejection, domain, json as parse};

/// One ticket event, or an array of them.
pub fn read(body: &[u8], own: &OwnDomains) -> Result<Found, Rejection> {
    let mut events = match parse(body)? {
        Value::Array(events) => events,
        event => vec![event],
    };
    for event in &mut events {
        if let Value::Object(fields) = event {
            complete(fields, own);
        }
    }
    Ok(Found { events, ignored: 0 })
}

fn complete(fields: &mut Map<String, Value>, own: &OwnDomains) {
    let tells_who = fields.contains_key("actor") || fields.contains_key("comment_author");
    fields.retain(|_, value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
    if tells_who {
        tell_who(fields, own);
    }
    if !fields.contains_key("customer")
        && !fields.contains_key("customer_ref")
        && let Some(domain) = fields.get("contact").and_then(Value::as_str).and_then(domain)
    {
        fields.insert("customer_ref".to_owned(), json!({ "domain": domain }));
    }
}

/// Direction and contact follow from who acted. A body that tells neither says `direction` itself.
fn tell_who(fields: &mut Map<String, Value>, own: &OwnDomains) {
    let actor = fields.remove("actor").as_ref().and_then(Value::as_str).map(bare_address);
    let author = fields.remove("comment_author").as_ref().and_then(Value::as_str).map(bare_address);
    let customer_acted = actor.as_deref().is_some_and(|actor| !own.include(actor));
    // A change of status repeats the last comment: it is somebody else's text, or was read when it was written.
    if !customer_acted || author != actor {
        fields.remove("text");
    }
    if let Some(actor) = actor {
        let direction = if customer_acted { "inbound" } else { "outbound" };
        fields.insert("direction".to_owned(), direction.into());
        if customer_acted {
            // Whoever wrote may be a colleague of the requester's; an objection is the writer's own.
            fields.insert("contact".to_owned(), actor.into());
        }
    }
}
