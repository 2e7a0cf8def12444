//! Our own event format: one object, an array of them, or an array under `events`.

use serde_json::Value;

use crate::sources::{Found, OwnDomains, Rejection, json};

/// Everything in the body is an event, or says so itself when it is parsed.
pub fn read(body: &[u8], _: &OwnDomains) -> Result<Found, Rejection> {
    Ok(match json(body)? {
        Value::Array(events) => Found { events, ignored: 0 },
        mut event => match event.get_mut("events").map(Value::take) {
            Some(Value::Array(events)) => Found { events, ignored: 0 },
            _ => event.into(),
        },
    })
}
