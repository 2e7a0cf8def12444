//! SES v2, as much of it as sending and setting up a sender needs.

mod address;
mod encoding;
mod mail;
mod mailbox;
mod send;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::http::{self, Refusal};
pub use mail::SentMail;
pub use mailbox::Mailbox;

pub(super) fn router(mailbox: Mailbox) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send))
        .route("/v2/email/identities", post(create_identity))
        .route("/v2/email/identities/{identity}", get(get_identity))
        .route("/v2/email/configuration-sets", post(create_configuration_set))
        .route("/v2/email/configuration-sets/{name}", get(get_configuration_set))
        .fallback(not_implemented)
        .method_not_allowed_fallback(not_implemented)
        .with_state(mailbox)
}

fn answer(result: Result<Value, Refusal>) -> Response {
    http::answer(result, "application/json")
}

async fn not_implemented(method: Method, uri: Uri) -> Response {
    answer(Err(Refusal::not_implemented(&format!("SES {method} {}", uri.path()))))
}

async fn send(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    answer(send::send(&mailbox, &body))
}

/// An identity counts as verified once it is created: nobody is asked in an emulated account.
async fn create_identity(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    let create = || {
        let identity = named(&body, "EmailIdentity")?;
        if address::parse(&identity).is_none() && !address::is_domain(&identity) {
            return Err(bad_request(format!("{identity} is neither an address nor a domain")));
        }
        if !mailbox.lock().identities.insert(identity.clone()) {
            return Err(Refusal::bad("AlreadyExistsException", format!("{identity} exists already")));
        }
        Ok(describe(&identity))
    };
    answer(create())
}

async fn get_identity(State(mailbox): State<Mailbox>, Path(identity): Path<String>) -> Response {
    let known = mailbox.lock().identities.contains(&identity);
    answer(if known { Ok(describe(&identity)) } else { Err(not_found("identity", &identity)) })
}

async fn create_configuration_set(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    let create = || {
        let name = named(&body, "ConfigurationSetName")?;
        if !send::is_plain(&name, 64) {
            return Err(bad_request("a configuration set's name is 1 to 64 letters, digits, - and _"));
        }
        if !mailbox.lock().configuration_sets.insert(name.clone()) {
            return Err(Refusal::bad("AlreadyExistsException", format!("{name} exists already")));
        }
        Ok(json!({}))
    };
    answer(create())
}

async fn get_configuration_set(State(mailbox): State<Mailbox>, Path(name): Path<String>) -> Response {
    let known = mailbox.lock().configuration_sets.contains(&name);
    answer(if known { Ok(json!({ "ConfigurationSetName": name })) } else { Err(not_found("set", &name)) })
}

fn describe(identity: &str) -> Value {
    let kind = if identity.contains('@') { "EMAIL_ADDRESS" } else { "DOMAIN" };
    json!({ "IdentityType": kind, "VerifiedForSendingStatus": true, "VerificationStatus": "SUCCESS" })
}

fn named(body: &Bytes, field: &str) -> Result<String, Refusal> {
    let request: Value = http::read(body)?;
    let name = request.get(field).and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() { Err(bad_request(format!("{field} is missing"))) } else { Ok(name.to_owned()) }
}

fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::bad("BadRequestException", message)
}

fn not_found(kind: &str, name: &str) -> Refusal {
    let message = format!("the {kind} {name} does not exist");
    Refusal { status: StatusCode::NOT_FOUND, code: "NotFoundException".to_owned(), message }
}
