//! The source instances: who may deliver, as the administrator wrote it into the sources secret.
//!
//! ```json
//! {"instances": {"shop": {"kind": "standard_webhooks", "token": "...", "secrets": ["whsec_..."], "url": "https://..."}}}
//! ```
//! `secrets` holds one or, while one replaces the other, two. `url` is for kinds that sign their address.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sources::{SOURCES, Source};
use crate::verify::{Secret, same};

/// Secrets in force at the same time.
const MOST_SECRETS: usize = 2;

/// A source instance: one sender with its own address and secrets.
pub struct Instance {
    /// What it sends; none where it is set up wrongly.
    pub setup: Option<Setup>,
    token: String,
}

/// What an instance sends and how it proves itself.
pub struct Setup {
    /// Its kind.
    pub source: &'static Source,
    /// The secrets in force, one or two.
    pub secrets: Vec<Secret>,
    /// The address as the sender knows it; empty where it is not signed.
    pub url: String,
}

/// All instances.
pub struct Instances {
    known: HashMap<String, Instance>,
    stranger: Instance,
}

#[derive(Deserialize)]
struct Written {
    instances: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct WrittenInstance {
    kind: String,
    secrets: Vec<String>,
    #[serde(default)]
    url: String,
}

/// What is wrong with an instance. Says nothing of its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("it needs `kind` and `secrets`")]
    Form,
    #[error("its kind is none that we know")]
    Kind,
    #[error("it has no secret, or more than two")]
    Secrets,
    #[error("a secret is not in the form of its kind")]
    Secret,
}

impl Instances {
    /// Reads the secret. An instance that is set up wrongly is named in the log and does not disturb the others; one
    /// without a token is not there at all.
    pub fn read(secret: &str) -> anyhow::Result<Self> {
        // The JSON error could repeat a piece of a secret.
        let written: Written =
            serde_json::from_str(secret).ok().context("the sources secret is not {\"instances\": {...}}")?;
        let mut known = HashMap::new();
        for (name, value) in written.instances {
            let Some(token) = value.get("token").and_then(Value::as_str).filter(|token| !token.is_empty())
            else {
                tracing::error!(instance = name, "A source instance has no token and is left out");
                continue;
            };
            let token = token.to_owned();
            let setup = setup(value);
            if let Err(fault) = &setup {
                tracing::error!(instance = name, fault = %fault, "A source instance is set up wrongly");
            }
            known.insert(name, Instance { setup: setup.ok(), token });
        }
        Ok(Self { known, stranger: stranger() })
    }

    /// The instance with this name, if the token is its own, and else a stand-in that is never believed: whoever
    /// guesses costs and learns the same, whether the name exists or not.
    pub fn find(&self, name: &str, token: &str) -> &Instance {
        let named = self.known.get(name);
        let instance = named.unwrap_or(&self.stranger);
        let fits = bool::from(same(instance.token.as_bytes(), token.as_bytes()));
        if fits && named.is_some() { instance } else { &self.stranger }
    }

    /// Whether this is the stand-in.
    pub fn is_stranger(&self, instance: &Instance) -> bool {
        std::ptr::eq(instance, &raw const self.stranger)
    }
}

fn setup(value: Value) -> Result<Setup, Fault> {
    let written = WrittenInstance::deserialize(value).map_err(|_| Fault::Form)?;
    let source = SOURCES.iter().find(|source| source.name == written.kind).ok_or(Fault::Kind)?;
    if !(1..=MOST_SECRETS).contains(&written.secrets.len()) {
        return Err(Fault::Secrets);
    }
    let secrets = written.secrets.iter().map(|secret| source.auth.secret(secret));
    let secrets = secrets.collect::<Option<Vec<_>>>().ok_or(Fault::Secret)?;
    Ok(Setup { source, secrets, url: written.url })
}

fn stranger() -> Instance {
    // As much to compute as for a real one.
    let written = json!({"kind": "standard_webhooks", "secrets": ["whsec_c3RhbmQtaW4sIG5ldmVyIGJlbGlldmVk"]});
    Instance { setup: setup(written).ok(), token: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instance_set_up_wrongly_does_not_disturb_the_others() {
        let instances = Instances::read(
            r#"{"instances":{
                "shop":{"kind":"standard_webhooks","token":"t-shop","secrets":["whsec_c2VjcmV0"]},
                "rotating":{"kind":"bearer","token":"t-rotating","secrets":["old","new"]},
                "unknown-kind":{"kind":"telepathy","token":"t-1","secrets":["s"]},
                "no-secret":{"kind":"stripe","token":"t-2","secrets":[]},
                "three-secrets":{"kind":"stripe","token":"t-3","secrets":["a","b","c"]},
                "empty-secret":{"kind":"stripe","token":"t-4","secrets":[""]},
                "not-base64":{"kind":"standard_webhooks","token":"t-5","secrets":["whsec_?"]},
                "no-colon":{"kind":"basic","token":"t-6","secrets":["user"]},
                "no-form":{"token":"t-7"},
                "no-token":{"kind":"bearer","token":"","secrets":["s"]}}}"#,
        )
        .unwrap();
        let is_set_up = |name: &str, token: &str| {
            let instance = instances.find(name, token);
            (!instances.is_stranger(instance)).then(|| instance.setup.is_some())
        };
        assert_eq!(is_set_up("shop", "t-shop"), Some(true));
        assert_eq!(is_set_up("rotating", "t-rotating"), Some(true));
        for (name, token) in [
            ("unknown-kind", "t-1"),
            ("no-secret", "t-2"),
            ("three-secrets", "t-3"),
            ("empty-secret", "t-4"),
            ("not-base64", "t-5"),
            ("no-colon", "t-6"),
            ("no-form", "t-7"),
        ] {
            assert_eq!(is_set_up(name, token), Some(false), "{name}");
        }
        assert_eq!(is_set_up("shop", "t-rotating"), None, "another's token");
        assert_eq!(is_set_up("shop", ""), None);
        assert_eq!(is_set_up("nobody", ""), None, "the stand-in has no token either");
        assert_eq!(is_set_up("no-token", ""), None);
    }

    #[test]
    fn a_secret_that_is_not_json_repeats_nothing_of_itself() {
        let error = Instances::read(r#"{"instances": "whsec_abc"}"#).err().unwrap();
        assert_eq!(format!("{error:#}"), "the sources secret is not {\"instances\": {...}}");
    }
}
