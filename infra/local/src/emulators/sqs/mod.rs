//! SQS, as much of its JSON protocol as Kundvakt and its tests use.

mod operations;
mod queue;
mod rules;
mod store;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::post;

use super::http;
pub use queue::Message;
pub use store::Queues;

pub(super) fn router(queues: Queues, address: SocketAddr) -> Router {
    Router::new().route("/", post(handle)).with_state((queues, address))
}

async fn handle(
    State((queues, address)): State<(Queues, SocketAddr)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let operation = http::operation(&headers, "AmazonSQS");
    let result = operations::carry_out(&queues, address, operation, &body).await;
    // The SDK's typed errors know only the names of the older query protocol, and only from this header.
    let query_error = result.as_ref().err().map(|refusal| format!("{};Sender", refusal.code));
    let mut response = http::answer(result, "application/x-amz-json-1.0");
    if let Some(value) = query_error.and_then(|value| HeaderValue::from_str(&value).ok()) {
        response.headers_mut().insert("x-amzn-query-error", value);
    }
    response
}
