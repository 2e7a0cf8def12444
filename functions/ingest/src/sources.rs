//! What may be connected: one row per kind of source. To add one, add a file and a row.
//!
//! A source turns a body into objects of the event format. It checks nothing that [`scoring::incoming`] checks anyway:
//! a field the sender left out is left out, and the answer then names it.

pub mod generic;
pub mod stripe;
pub mod zendesk;

use jiff::SignedDuration;
use platform::keys::bare_address;
use serde_json::Value;

use crate::verify::{Algorithm, Auth, Encoding, KeyForm, Part, Place, Signature, Stamp, Unit};

/// A kind of source.
pub struct Source {
    /// Its name in the sources secret.
    pub name: &'static str,
    /// How it proves itself.
    pub auth: Auth,
    /// From a body to events.
    pub read: fn(body: &[u8], own: &OwnDomains) -> Result<Found, Rejection>,
}

/// All kinds of sources.
pub const SOURCES: &[Source] = &[
    Source { name: "standard_webhooks", auth: Auth::Signature(STANDARD_WEBHOOKS), read: generic::read },
    Source { name: "bearer", auth: Auth::Bearer, read: generic::read },
    Source { name: "basic", auth: Auth::Basic, read: generic::read },
    Source { name: "zendesk", auth: Auth::Signature(ZENDESK), read: zendesk::read },
    Source { name: "stripe", auth: Auth::Signature(STRIPE), read: stripe::read },
];

/// As far as a signed time may be from our clock.
const WINDOW: SignedDuration = SignedDuration::from_secs(300);

const STANDARD_WEBHOOKS: Signature = Signature {
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Base64,
    key: KeyForm::Whsec,
    template: &[Part::Header("webhook-id"), Part::Text("."), Part::Time, Part::Text("."), Part::Body],
    given: Place { header: "webhook-signature", separator: Some(' '), prefix: "v1," },
    time: Some(Stamp {
        place: Place { header: "webhook-timestamp", separator: None, prefix: "" },
        unit: Unit::Seconds,
        tolerance: WINDOW,
    }),
};

const ZENDESK: Signature = Signature {
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Base64,
    key: KeyForm::Utf8,
    template: &[Part::Time, Part::Body],
    given: Place { header: "x-zendesk-webhook-signature", separator: None, prefix: "" },
    time: Some(Stamp {
        place: Place { header: "x-zendesk-webhook-signature-timestamp", separator: None, prefix: "" },
        unit: Unit::Rfc3339,
        tolerance: WINDOW,
    }),
};

const STRIPE: Signature = Signature {
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Hex,
    // All of it, with its `whsec_`, and not decoded.
    key: KeyForm::Utf8,
    template: &[Part::Time, Part::Text("."), Part::Body],
    given: Place { header: "stripe-signature", separator: Some(','), prefix: "v1=" },
    time: Some(Stamp {
        place: Place { header: "stripe-signature", separator: Some(','), prefix: "t=" },
        unit: Unit::Seconds,
        tolerance: WINDOW,
    }),
};

/// What a delivery held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Objects of the event format.
    pub events: Vec<Value>,
    /// How many things were none of our business.
    pub ignored: usize,
}

impl From<Value> for Found {
    fn from(event: Value) -> Self {
        Self { events: vec![event], ignored: 0 }
    }
}

/// Why nothing of a body can be read. Says where, never what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No characters at all.
    #[error("the body is empty")]
    Empty,
    /// Bytes that are no UTF-8.
    #[error("the body is not UTF-8: byte {0}")]
    NotUtf8(usize),
    /// It stops in the middle.
    #[error("the body ends in the middle of its JSON: line {line}, column {column}")]
    CutOff {
        /// From 1.
        line: usize,
        /// In bytes.
        column: usize,
    },
    /// Not JSON, a number that no computer holds, or nested too deep.
    #[error("the body is not JSON that we read: line {line}, column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// In bytes.
        column: usize,
    },
    /// JSON, but not what this source sends.
    #[error("the body is no event of {whose}'s: `{field}` is missing")]
    Foreign {
        /// Whose it should be.
        whose: &'static str,
        /// What is missing.
        field: &'static str,
    },
}

/// The body as JSON.
pub(crate) fn json(body: &[u8]) -> Result<Value, Rejection> {
    let text = std::str::from_utf8(body).map_err(|error| Rejection::NotUtf8(error.valid_up_to()))?;
    if text.trim().is_empty() {
        return Err(Rejection::Empty);
    }
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() { Rejection::CutOff { line, column } } else { Rejection::NotJson { line, column } }
    })
}

/// The company's own mail domains, and the addresses of staff who write from elsewhere: who writes from there is one of
/// us.
#[derive(Clone, Debug, Default)]
pub struct OwnDomains(pub Vec<String>);

impl OwnDomains {
    /// Whether an address is one of ours, or of a part of our domains.
    pub fn include(&self, address: &str) -> bool {
        let Some(domain) = domain(address) else { return false };
        self.0.iter().any(|own| {
            let own = own.trim().to_lowercase();
            if own.contains('@') {
                return bare_address(address) == own;
            }
            !own.is_empty()
                && domain.strip_suffix(&own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

/// The mail domain of an address.
pub(crate) fn domain(contact: &str) -> Option<String> {
    let address = bare_address(contact);
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.to_owned())
}

#[cfg(test)]
mod tests;
