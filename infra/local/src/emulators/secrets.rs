//! Secrets Manager, as much of it as keeping one current value per name needs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::http::{self, Refusal};
use super::{ACCOUNT, Clock, REGION, disk};

/// The secrets, by name.
#[derive(Clone, Debug)]
pub(super) struct Secrets {
    clock: Clock,
    file: Option<PathBuf>,
    by_name: Arc<Mutex<BTreeMap<String, Secret>>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Secret {
    value: String,
    version: String,
    created: Timestamp,
}

// Secrets stay out of every log.
impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Secret").field("version", &self.version).finish_non_exhaustive()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Request {
    name: String,
    secret_id: String,
    secret_string: Option<String>,
    secret_binary: Option<Value>,
    client_request_token: Option<String>,
    version_id: Option<String>,
    version_stage: Option<String>,
    version_stages: Option<Value>,
}

impl Secrets {
    /// Opens the secrets kept in `data`, or none. The file is as private as its folder: local keys of a demo
    /// or a trial, never those of a deployed stack.
    pub(super) fn open(clock: Clock, data: Option<&Path>) -> anyhow::Result<Self> {
        let file = data.map(|folder| folder.join("secrets.json"));
        let secrets = file.as_deref().map(disk::load).transpose()?.flatten().unwrap_or_default();
        Ok(Self { clock, file, by_name: Arc::new(Mutex::new(secrets)) })
    }

    fn carry_out(&self, operation: &str, request: Request) -> Result<Value, Refusal> {
        let other_stage = request.version_stage.as_deref().is_some_and(|stage| stage != "AWSCURRENT");
        if other_stage || request.version_stages.is_some() || request.secret_binary.is_some() {
            return Err(Refusal::not_implemented("binary secrets and stages other than AWSCURRENT"));
        }
        let mut secrets = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        match operation {
            "CreateSecret" => {
                let name = request.name;
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b);
                if name.is_empty() || name.len() > 512 || !name.bytes().all(plain) {
                    return Err(Refusal::bad("InvalidParameterException", "The secret's name is malformed."));
                }
                if secrets.contains_key(&name) {
                    let message = format!("The secret {name} already exists.");
                    return Err(Refusal::bad("ResourceExistsException", message));
                }
                self.put(&mut secrets, name, request.secret_string, request.client_request_token)
            }
            "PutSecretValue" => {
                let name = find(&secrets, &request.secret_id)?;
                self.put(&mut secrets, name, request.secret_string, request.client_request_token)
            }
            "GetSecretValue" => {
                let name = find(&secrets, &request.secret_id)?;
                let wanted =
                    |secret: &&Secret| request.version_id.as_ref().is_none_or(|id| *id == secret.version);
                let secret = secrets.get(&name).filter(wanted).ok_or_else(not_found)?;
                Ok(json!({
                    "ARN": arn_of(&name),
                    "Name": name,
                    "VersionId": secret.version,
                    "SecretString": secret.value,
                    "VersionStages": ["AWSCURRENT"],
                    "CreatedDate": secret.created.as_second(),
                }))
            }
            other => Err(Refusal::not_implemented(&format!("Secrets Manager {other}"))),
        }
    }

    fn put(
        &self,
        secrets: &mut BTreeMap<String, Secret>,
        name: String,
        value: Option<String>,
        token: Option<String>,
    ) -> Result<Value, Refusal> {
        let value = value.filter(|value| value.len() <= 65_536).ok_or_else(|| {
            Refusal::bad("InvalidParameterException", "SecretString is missing or longer than 65536 bytes.")
        })?;
        let version = token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let answer = json!({
            "ARN": arn_of(&name), "Name": &name, "VersionId": &version, "VersionStages": ["AWSCURRENT"],
        });
        secrets.insert(name, Secret { value, version, created: self.clock.now() });
        if let Some(file) = &self.file {
            disk::store(file, &*secrets).map_err(|error| Refusal::failed(&error))?;
        }
        Ok(answer)
    }
}

pub(super) fn router(secrets: Secrets) -> Router {
    Router::new().route("/", post(handle)).with_state(secrets)
}

async fn handle(State(secrets): State<Secrets>, headers: HeaderMap, body: Bytes) -> Response {
    let operation = http::operation(&headers, "secretsmanager");
    let result = http::read(&body).and_then(|request| secrets.carry_out(operation, request));
    http::answer(result, "application/x-amz-json-1.1")
}

/// The name of the secret that a name or an ARN stands for.
fn find(secrets: &BTreeMap<String, Secret>, id: &str) -> Result<String, Refusal> {
    secrets.keys().find(|name| *name == id || arn_of(name) == id).cloned().ok_or_else(not_found)
}

fn arn_of(name: &str) -> String {
    // Real ones end in six random characters; nothing may rely on them.
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-Local0")
}

fn not_found() -> Refusal {
    Refusal::bad("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}
