//! Reading requests and writing answers. Everything that comes in is somebody's claim; nothing of it can panic.

use std::collections::HashMap;
use std::sync::LazyLock;

use aws_lambda_events::event::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use tone::Language;

use crate::pages::fault;

/// The largest body a form of ours sends, in bytes, with room to spare.
const LARGEST_BODY: usize = 16 * 1024;
/// The one style sheet; it goes into every page, and its hash into the policy, so that no other style applies.
pub const STYLE: &str = include_str!("../templates/style.css");

static CONTENT_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To see; HEAD too.
    Get,
    /// To act.
    Post,
}

/// A request, read.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it wants.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// What follows the `?`.
    pub query: HashMap<String, String>,
    /// The form it carries; empty where there is none.
    pub form: HashMap<String, String>,
    /// The session's token, from its cookie.
    pub session: Option<String>,
    /// The language its browser asks for.
    pub language: Language,
    /// The browser came over TLS: cookies are sent over TLS only.
    pub secure: bool,
}

/// Why a request was not read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither GET, HEAD nor POST.
    Method,
    /// A body larger than any form of ours.
    TooLarge,
    /// A form that another site made the browser send.
    OtherSite,
}

impl Refusal {
    /// The answer that says so.
    pub fn answer(self) -> Answer {
        let status = match self {
            Self::Method => 405,
            Self::TooLarge => 413,
            Self::OtherSite => 403,
        };
        Answer { status, ..fault::not_found(Language::Swedish) }
    }
}

/// Whether only the headers are wanted.
pub fn is_head(request: &LambdaFunctionUrlRequest) -> bool {
    request.request_context.http.method.as_deref() == Some("HEAD")
}

impl Request {
    /// Reads a request. `console_url` says whether the browser comes over TLS: always, except on one's own machine.
    pub fn read(request: &LambdaFunctionUrlRequest, console_url: &str) -> Result<Self, Refusal> {
        let method = match request.request_context.http.method.as_deref() {
            Some("GET" | "HEAD") => Method::Get,
            Some("POST") => Method::Post,
            _ => return Err(Refusal::Method),
        };
        let header =
            |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        if method == Method::Post && header("sec-fetch-site") == "cross-site" {
            return Err(Refusal::OtherSite);
        }
        let body = request.body.as_deref().unwrap_or_default();
        if body.len() > LARGEST_BODY {
            return Err(Refusal::TooLarge);
        }
        let is_form = header("content-type").starts_with("application/x-www-form-urlencoded");
        let body =
            if request.is_base64_encoded { STANDARD.decode(body).unwrap_or_default() } else { body.into() };
        let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<HashMap<_, _>>();
        let secure = !console_url.starts_with("http://");
        let cookies = request.cookies.iter().flatten().map(String::as_str).chain(header("cookie").split(';'));
        Ok(Self {
            method,
            path: request.raw_path.clone().unwrap_or_default(),
            query: pairs(request.raw_query_string.as_deref().unwrap_or_default().as_bytes()),
            form: if method == Method::Post && is_form { pairs(&body) } else { HashMap::new() },
            session: cookies
                .filter_map(|cookie| cookie.trim().split_once('='))
                .find(|(name, value)| *name == cookie_name(secure) && !value.is_empty())
                .map(|(_, value)| value.to_owned()),
            language: language(header("accept-language")),
            secure,
        })
    }
}

/// The first language of the list that we write; Swedish where there is none.
fn language(accepted: &str) -> Language {
    let known = |entry: &str| match entry.trim().get(..2)?.to_ascii_lowercase().as_str() {
        "sv" => Some(Language::Swedish),
        "en" => Some(Language::English),
        "de" => Some(Language::German),
        _ => None,
    };
    accepted.split(',').find_map(known).unwrap_or(Language::Swedish)
}

/// The prefix makes browsers insist on TLS, this host and this path; without TLS they would refuse it.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-kundvakt" } else { "kundvakt" }
}

/// The cookie that keeps a session for so many seconds; 0 ends it.
pub fn session_cookie(token: &str, seconds: i64, secure: bool) -> String {
    let name = cookie_name(secure);
    let flag = if secure { "; Secure" } else { "" };
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}")
}

/// An answer, before its headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where a 303 leads.
    pub location: Option<String>,
    /// A cookie to set.
    pub cookie: Option<String>,
    /// The page.
    pub html: String,
}

impl Answer {
    /// A page.
    pub fn page(template: &impl askama::Template) -> Result<Self, askama::Error> {
        Ok(Self { status: 200, html: template.render()?, ..Self::default() })
    }

    /// Leads on to another page of ours, with GET.
    pub fn see(location: impl Into<String>) -> Self {
        Self { status: 303, location: Some(location.into()), ..Self::default() }
    }

    /// With the headers that every answer of ours has.
    pub fn into_response(self, head: bool) -> LambdaFunctionUrlResponse {
        let mut response = LambdaFunctionUrlResponse::default();
        response.status_code = self.status.into();
        let location = self.location.as_deref().unwrap_or_default();
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", CONTENT_POLICY.as_str()),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
            ("cache-control", "no-store"),
            ("location", location),
        ] {
            // A value that no header can hold, a line break in a path, is left out.
            if !value.is_empty()
                && let Ok(value) = value.parse()
            {
                response.headers.insert(name, value);
            }
        }
        response.cookies = self.cookie.into_iter().collect();
        response.body = Some(if head { String::new() } else { self.html });
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn request(method: &str, headers: &Value, body: &str, base64: bool) -> LambdaFunctionUrlRequest {
        serde_json::from_value(json!({
            "rawPath": "/alert/a-1", "rawQueryString": "t=a.b.c&said=relevant", "headers": headers, "body": body,
            "isBase64Encoded": base64, "cookies": ["other=1", "__Host-kundvakt=SESSION"],
            "requestContext": { "timeEpoch": 0, "http": { "method": method } }
        }))
        .unwrap()
    }

    const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

    #[test]
    fn a_form_is_read_plain_or_in_base64_and_anything_else_is_no_form() {
        let read = |content: &str, body: &str, base64| {
            Request::read(&request("POST", &json!({ "content-type": content }), body, base64), "")
                .unwrap()
                .form
        };
        assert_eq!(read(FORM, "do=relevant&seen=x%20y", false)["seen"], "x y");
        assert_eq!(read(FORM, &STANDARD.encode("do=relevant"), true)["do"], "relevant");
        assert!(read("application/json", r#"{"do":"relevant"}"#, false).is_empty());
        assert!(read(FORM, "no base64!", true).is_empty());
        assert_eq!(read(FORM, &STANDARD.encode(b"do=\xff\xfe&=&&%"), true)["do"], "\u{fffd}\u{fffd}");
    }

    #[test]
    fn what_no_page_of_ours_sends_is_refused() {
        let read =
            |method, headers, body: &str| Request::read(&request(method, &headers, body, false), "").err();
        assert_eq!(read("PUT", json!({}), ""), Some(Refusal::Method));
        assert_eq!(read("POST", json!({}), &"x".repeat(LARGEST_BODY + 1)), Some(Refusal::TooLarge));
        assert_eq!(read("POST", json!({ "sec-fetch-site": "cross-site" }), ""), Some(Refusal::OtherSite));
        assert_eq!(read("POST", json!({ "sec-fetch-site": "same-origin" }), ""), None);
        assert_eq!(read("GET", json!({ "sec-fetch-site": "cross-site" }), ""), None, "a link in a mail");
    }

    #[test]
    fn a_get_carries_no_form_and_the_cookie_of_tls_counts_only_under_tls() {
        let get =
            |url| Request::read(&request("GET", &json!({ "content-type": FORM }), "do=relevant", false), url);
        let read = get("https://x.example").unwrap();
        assert!(read.form.is_empty());
        assert_eq!((read.query["t"].as_str(), read.session.as_deref()), ("a.b.c", Some("SESSION")));
        assert_eq!(get("http://127.0.0.1:8000").unwrap().session, None);
        assert!(session_cookie("T", 1, true).ends_with("; HttpOnly; SameSite=Lax; Secure"));
    }

    #[test]
    fn the_browsers_first_language_that_we_write() {
        assert_eq!(language("fr-FR, de-AT;q=0.9, en;q=0.8"), Language::German);
        assert_eq!(language("en-GB,en;q=0.9"), Language::English);
        for none in ["", "å", "fr", ",,;"] {
            assert_eq!(language(none), Language::Swedish, "{none}");
        }
    }

    #[test]
    fn every_answer_is_fenced_in_and_head_has_no_body() {
        let answer = Answer { html: "<p>".into(), ..Answer::see("/alert/a-1\r\nset-cookie: x=y") };
        let response = answer.clone().into_response(false);
        assert!(!response.headers.contains_key("location"), "a line break never becomes a header");
        let policy = response.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(response.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.into_response(true).body.as_deref(), Some(""));
    }
}
