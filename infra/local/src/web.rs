//! The local address: the console, the webhooks and the outbox, over HTTP on 127.0.0.1.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use aws_lambda_events::event::lambda_function_urls::LambdaFunctionUrlResponse;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::product::{HttpRequest, Product};

/// What a function URL lets through.
const LARGEST_BODY: usize = 8 * 1024 * 1024;
/// Nobody sends a webhook so slowly on purpose.
const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// Serves until the process ends or `stop` resolves.
pub async fn serve(
    listener: TcpListener,
    product: Arc<Product>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let router = axum::Router::new().fallback(answer).with_state(product);
    axum::serve(listener, router).with_graceful_shutdown(stop).await.context("serving the local address")
}

async fn answer(State(product): State<Arc<Product>>, request: Request) -> Response<Body> {
    // A page from elsewhere could be given our address by its name server and read the outbox: only our own names count.
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    if !["127.0.0.1", "localhost"].contains(&name) {
        let port = if port.parse::<u16>().is_ok() { format!(":{port}") } else { String::new() };
        let instead = format!("Open http://127.0.0.1{port} instead.");
        return plain(StatusCode::MISDIRECTED_REQUEST, instead, "text/plain");
    }
    let path = request.uri().path().to_owned();
    let answered = if path == "/mails" || path.starts_with("/mails/") {
        Ok(outbox(&product, &path))
    } else {
        hand_over(&product, request).await
    };
    answered.unwrap_or_else(|error| {
        tracing::error!(error = platform::chain(error.as_ref()), "A local request failed");
        plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong. The log says what.".to_owned(),
            "text/plain",
        )
    })
}

async fn hand_over(product: &Product, request: Request) -> anyhow::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let refuse = |status, why: &str| Ok(plain(status, why.to_owned(), "text/plain"));
    let body = match timeout(SLOWEST_BODY, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) if is_too_large(&error) => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
        }
        Ok(Err(_)) => return refuse(StatusCode::BAD_REQUEST, "The body ended before its end."),
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, "The body took too long."),
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let request = HttpRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.to_vec(),
    };
    let now = product.clock.now();
    let answer = if request.path.starts_with("/in/") {
        product.deliver(request, now).await?
    } else {
        product.open(request, now).await?
    };
    into_response(answer)
}

fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

fn into_response(answer: LambdaFunctionUrlResponse) -> anyhow::Result<Response<Body>> {
    let text = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded { STANDARD.decode(text)? } else { text.into_bytes() };
    let status = u16::try_from(answer.status_code).context("a status that is none")?;
    let mut response = Response::builder().status(status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    for cookie in &answer.cookies {
        response = response.header(header::SET_COOKIE, cookie);
    }
    response.body(Body::from(body)).context("answering")
}

/// The mails sent so far: a list, and each as the person sees it.
fn outbox(product: &Product, path: &str) -> Response<Body> {
    let mails = product.emulators.mails();
    if let Some(id) = path.strip_prefix("/mails/") {
        return match mails.iter().find(|mail| mail.id == id) {
            Some(mail) => plain(StatusCode::OK, mail.html.clone().unwrap_or_default(), "text/html"),
            None => plain(StatusCode::NOT_FOUND, "There is no such mail.".to_owned(), "text/plain"),
        };
    }
    let mut page = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Outbox</title><style>body{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}\
         li{margin:.4rem 0}small{color:#555}</style><h1>Outbox</h1><p>Mails since the start, newest first; the folder \
         of .eml files holds the earlier ones. They went nowhere but here.</p><ol reversed>",
    );
    for mail in mails.iter().rev() {
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "<li><a href='/mails/{}'>{}</a><br><small>{} to {}</small>",
            escape(&mail.id),
            escape(&mail.subject),
            mail.at.strftime("%Y-%m-%d %H:%M UTC"),
            escape(&mail.to.join(", ")),
        );
    }
    page.push_str("</ol>");
    plain(StatusCode::OK, page, "text/html")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
        .replace('"', "&quot;")
}

fn plain(status: StatusCode, text: String, kind: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_str(&format!("{kind}; charset=utf-8"));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("text/plain")));
    response
}
