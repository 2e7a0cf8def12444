//! The other end of a webhook: signs deliveries as each kind of source does.

use std::collections::BTreeMap;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::product::HttpRequest;

/// One source instance: how it proves who it is.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sender {
    /// The kind of source, as in the sources secret.
    pub kind: String,
    /// The token in its address.
    pub token: String,
    /// Its secrets; the first signs.
    pub secrets: Vec<String>,
}

/// All source instances by name.
#[derive(Clone, Default)]
pub struct Senders(BTreeMap<String, Sender>);

impl Senders {
    /// The instances held in a sources secret, and new ones for the names that are missing.
    pub fn open(held: &Value, names: &[&str]) -> anyhow::Result<Self> {
        let instances = held.get("instances").cloned().unwrap_or_else(|| json!({}));
        let mut senders: BTreeMap<String, Sender> =
            serde_json::from_value(instances).context("reading the sources secret")?;
        for name in names {
            senders.entry((*name).to_owned()).or_insert_with(|| Sender::new(kind_of(name)));
        }
        Ok(Self(senders))
    }

    /// The sources secret.
    pub fn secret(&self) -> Value {
        json!({ "instances": self.0 })
    }

    /// A delivery of `body` by an instance, signed at `now`. `id` is the sender's own number of the delivery.
    pub fn sign(
        &self,
        instance: &str,
        id: &str,
        body: &Value,
        now: Timestamp,
    ) -> anyhow::Result<HttpRequest> {
        self.sign_bytes(instance, id, serde_json::to_vec(body)?, now)
    }

    /// The same for a body that may be anything.
    pub fn sign_bytes(
        &self,
        instance: &str,
        id: &str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> anyhow::Result<HttpRequest> {
        let sender =
            self.0.get(instance).with_context(|| format!("no source instance is called {instance}"))?;
        let mut headers = sender.headers(id, &body, now)?;
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        let path = format!("/in/{instance}/{}", sender.token);
        Ok(HttpRequest { method: "POST".to_owned(), path, query: String::new(), headers, body })
    }
}

/// The demo's instances use every way of signing; any other name is generic.
fn kind_of(name: &str) -> &'static str {
    match name {
        "support" => "zendesk",
        "crm" => "bearer",
        "erp" => "basic",
        "billing" => "stripe",
        _ => "standard_webhooks",
    }
}

fn random() -> String {
    Uuid::new_v4().simple().to_string()
}

impl Sender {
    /// An instance with a fresh token and secret.
    pub fn new(kind: &str) -> Self {
        let secret = match kind {
            "standard_webhooks" => format!("whsec_{}", STANDARD.encode(random())),
            "basic" => format!("kundvakt:{}", random()),
            _ => random(),
        };
        Self { kind: kind.to_owned(), token: random(), secrets: vec![secret] }
    }

    fn headers(&self, id: &str, body: &[u8], now: Timestamp) -> anyhow::Result<Vec<(String, String)>> {
        let secret = self.secrets.first().context("an instance without secrets")?;
        let pair = |name: &str, value: String| (name.to_owned(), value);
        Ok(match self.kind.as_str() {
            "standard_webhooks" => {
                let time = now.as_second().to_string();
                let key = STANDARD.decode(secret.trim_start_matches("whsec_"))?;
                let mac = mac(&key, &[id.as_bytes(), b".", time.as_bytes(), b".", body])?;
                vec![
                    pair("webhook-id", id.to_owned()),
                    pair("webhook-timestamp", time),
                    pair("webhook-signature", format!("v1,{}", STANDARD.encode(mac))),
                ]
            }
            "zendesk" => {
                let time = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                let mac = mac(secret.as_bytes(), &[time.as_bytes(), body])?;
                vec![
                    pair("x-zendesk-webhook-signature", STANDARD.encode(mac)),
                    pair("x-zendesk-webhook-signature-timestamp", time),
                ]
            }
            "stripe" => {
                let time = now.as_second().to_string();
                let mac = mac(secret.as_bytes(), &[time.as_bytes(), b".", body])?;
                vec![pair("stripe-signature", format!("t={time},v1={}", hex::encode(mac)))]
            }
            "bearer" => vec![pair("authorization", format!("Bearer {secret}"))],
            "basic" => vec![pair("authorization", format!("Basic {}", STANDARD.encode(secret)))],
            kind => anyhow::bail!("no sender signs like {kind}"),
        })
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().to_vec())
}
