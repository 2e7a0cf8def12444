//! The pages people use. GET shows, POST acts, nothing else changes anything (I3); no page needs JavaScript.
//!
//! [`web`] reads requests and writes answers, [`visitor`] says who is asking, [`pages`] has one file per page.

pub mod pages;
pub mod visitor;
pub mod web;
pub mod words;

use aws_lambda_events::event::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use jiff::Timestamp;
use platform::Platform;

use pages::{alert, alerts, fault, sign_in, unmatched};
use web::{Answer, Method, Request};

/// Answers one request.
pub async fn handle(
    platform: &Platform,
    request: LambdaFunctionUrlRequest,
    now: Timestamp,
) -> LambdaFunctionUrlResponse {
    let head = web::is_head(&request);
    let request = Request::read(&request, &platform.settings.console_url);
    let answer = match &request {
        Ok(request) => route(platform, request, now).await.unwrap_or_else(|error| {
            tracing::error!(error = platform::chain(error.as_ref()), "A page failed");
            fault::failed(request.language)
        }),
        Err(refusal) => refusal.answer(),
    };
    answer.into_response(head)
}

async fn route(platform: &Platform, request: &Request, now: Timestamp) -> anyhow::Result<Answer> {
    let path: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    match (request.method, path.as_slice()) {
        (Method::Get, []) => alerts::list(platform, request, now).await,
        (Method::Get, ["unmatched"]) => unmatched::list(platform, request, now).await,
        (Method::Get, ["alert", id]) => alert::show(platform, request, id, now).await,
        (Method::Post, ["alert", id]) => alert::act(platform, request, id, now).await,
        (Method::Get, ["signin"]) => Ok(sign_in::form(request)?),
        (Method::Post, ["signin"]) => sign_in::ask(platform, request, now).await,
        (Method::Get, ["signin", token]) => sign_in::confirm(platform, request, token, now).await,
        (Method::Post, ["signin", token]) => sign_in::enter(platform, request, token, now).await,
        (Method::Post, ["signout"]) => sign_in::leave(platform, request, now).await,
        _ => Ok(fault::not_found(request.language)),
    }
}
