//! What the stand-ins share: serving, reading a JSON request, answering.

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Room for the largest message (1 MiB) in its longest JSON spelling, six characters for one.
const LARGEST_REQUEST: usize = 8 * 1024 * 1024;

/// Serves `router` until `stop` resolves.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let router = router.layer(DefaultBodyLimit::max(LARGEST_REQUEST));
    axum::serve(listener, router).with_graceful_shutdown(stop).await.context("serving a stand-in")
}

/// A refusal in the words of the service.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The error's name on the wire.
    pub(super) code: String,
    pub(super) message: String,
}

impl Refusal {
    /// The request is at fault: 400.
    pub(super) fn bad(code: &str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: code.to_owned(), message: message.into() }
    }

    /// The stand-in cannot do that: 501.
    pub(super) fn not_implemented(what: &str) -> Self {
        let message = format!("the local stand-in does not implement {what}");
        Self { status: StatusCode::NOT_IMPLEMENTED, code: "NotImplemented".to_owned(), message }
    }

    /// The stand-in failed, for instance to write its file: 500.
    pub(super) fn failed(error: &anyhow::Error) -> Self {
        let message = format!("{error:#}");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalFailure".to_owned(), message }
    }
}

/// The operation named by `x-amz-target`, without its service prefix.
pub(super) fn operation<'a>(headers: &'a HeaderMap, service: &str) -> &'a str {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target.strip_prefix(service).and_then(|rest| rest.strip_prefix('.')).unwrap_or(target)
}

/// Reads a request. A field of the wrong type is refused; one that the stand-in does not know is not
/// implemented: leaving out an attachment would be a made-up success.
pub(super) fn read<Request: DeserializeOwned>(body: &Bytes) -> Result<Request, Refusal> {
    serde_json::from_slice(body).map_err(|error| match error.to_string() {
        unknown if unknown.starts_with("unknown field") => Refusal::not_implemented(&format!("an {unknown}")),
        other => Refusal::bad("SerializationException", other),
    })
}

/// Answers as every AWS JSON protocol does; the error's name goes into both places clients look at.
pub(super) fn answer(result: Result<Value, Refusal>, content_type: &'static str) -> Response {
    let request_id = ("x-amzn-requestid", uuid::Uuid::new_v4().to_string());
    let content_type = (header::CONTENT_TYPE, content_type);
    match result {
        Ok(value) => ([content_type], [request_id], value.to_string()).into_response(),
        Err(Refusal { status, code, message }) => {
            let body = json!({ "__type": code, "message": message }).to_string();
            (status, [content_type], [request_id, ("x-amzn-errortype", code)], body).into_response()
        }
    }
}
