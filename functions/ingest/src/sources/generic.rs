//! Our own event format: one object, or an array of them.

use serde_json::Value;

use crate::sources::{Found, OwnDomains, Rejection, json};

/// Everything in the body is an event, or says so itself when it is parsed.
pub fn read(body: &[u8], _: &OwnDomains) -> Result<Found, Rejection> {
    Ok(match json(body)? {
        Value::Array(events) => Found { events, ignored: 0 },
        event => event.into(),
    })
}
