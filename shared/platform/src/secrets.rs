//! Secrets Manager, asked once every five minutes per secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};

use crate::keys::SecretKey;

const KEPT: SignedDuration = SignedDuration::from_mins(5);

/// The secrets of a function.
#[derive(Clone)]
pub struct Secrets {
    client: aws_sdk_secretsmanager::Client,
    kept: Arc<Mutex<HashMap<String, (Timestamp, String)>>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secrets(..)")
    }
}

impl Secrets {
    pub(crate) fn new(client: aws_sdk_secretsmanager::Client) -> Self {
        Self { client, kept: Arc::default() }
    }

    /// The secret's value; at most five minutes old.
    pub async fn value(&self, id: &str, now: Timestamp) -> anyhow::Result<String> {
        if let Some((asked, value)) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(id)
            && now.duration_since(*asked).abs() < KEPT
        {
            return Ok(value.clone());
        }
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        let answer = answer.with_context(|| format!("reading the secret {id}"))?;
        let value = answer.secret_string.with_context(|| format!("the secret {id} holds no text"))?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(id.to_owned(), (now, value.clone()));
        Ok(value)
    }

    /// The secret as a key.
    pub async fn key(&self, id: &str, now: Timestamp) -> anyhow::Result<SecretKey> {
        Ok(SecretKey::new(self.value(id, now).await?))
    }
}
