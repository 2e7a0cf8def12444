//! Signing in by a mailed one-time link: nobody learns from it who is on the staff.

use anyhow::Context as _;
use askama::Template;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use dispatch::link::sign_in_request;
use jiff::Timestamp;
use platform::messages::{self, DispatchMessage};
use platform::{Platform, register, sign_in};

use super::fault::{self, Message};
use super::{Frame, alerts};
use crate::visitor;
use crate::web::{Answer, Request, session_cookie};
use crate::words::words;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Form<'a> {
    frame: Frame<'a>,
}

/// The form that asks for an address.
pub fn form(request: &Request) -> Result<Answer, askama::Error> {
    Answer::page(&Form { frame: Frame { words: words(request.language), visitor: None, here: "" } })
}

/// Asks for a link. Known and unknown addresses cause the same writes, the same message and the same answer.
pub async fn ask(platform: &Platform, request: &Request, now: Timestamp) -> anyhow::Result<Answer> {
    let address = request.form.get("email").map(|address| address.trim()).unwrap_or_default();
    let staff = register::staff(platform).await?;
    let person = staff.iter().find(|person| person.email.eq_ignore_ascii_case(address));
    if sign_in::may_ask(platform, address, now).await? {
        let id = random::<16>()?;
        sign_in::request(platform, &id, person.map_or("", |person| person.id.as_str()), now).await?;
        let message = DispatchMessage::SignIn { request: id };
        messages::send(platform, &platform.settings.dispatch_queue, &message).await?;
    }
    let words = words(request.language);
    let frame = Frame { words, visitor: None, here: "" };
    let (title, text) = (words.sent_title, words.sent_text);
    Ok(Answer::page(&Message { frame, title, text, next: Some(("/signin", words.link_again)) })?)
}

#[derive(Template)]
#[template(path = "enter.html")]
struct Enter<'a> {
    frame: Frame<'a>,
    token: &'a str,
}

/// The page a mailed link opens. It changes nothing: mail scanners open links.
pub async fn confirm(
    platform: &Platform,
    request: &Request,
    token: &str,
    now: Timestamp,
) -> anyhow::Result<Answer> {
    let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
    if sign_in_request(token, &key, now).is_none() {
        return Ok(fault::link_over(request.language));
    }
    let frame = Frame { words: words(request.language), visitor: None, here: "" };
    Ok(Answer::page(&Enter { frame, token })?)
}

/// Uses up the link and starts a session.
pub async fn enter(
    platform: &Platform,
    request: &Request,
    token: &str,
    now: Timestamp,
) -> anyhow::Result<Answer> {
    let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
    let person = match sign_in_request(token, &key, now) {
        Some(id) => sign_in::consume(platform, &id, now).await?,
        None => None,
    };
    let Some(person) = person else { return Ok(fault::link_over(request.language)) };
    let session = random::<32>()?;
    sign_in::start_session(platform, &session, &person.id, now).await?;
    register::audit(platform, now, &format!("signin#{}#{now}", person.id), "signed in", &person.id).await?;
    let cookie = session_cookie(&session, sign_in::SESSION_HOLDS.as_secs(), request.secure);
    Ok(Answer { cookie: Some(cookie), ..Answer::see(alerts::PATH) })
}

/// Ends the session.
pub async fn leave(platform: &Platform, request: &Request, now: Timestamp) -> anyhow::Result<Answer> {
    let visitor = visitor::signed_in(platform, request, true, now).await?;
    if let (Some(_), Some(session)) = (visitor, &request.session) {
        sign_in::end_session(platform, session).await?;
        let cookie = session_cookie("", 0, request.secure);
        return Ok(Answer { cookie: Some(cookie), ..Answer::see("/signin") });
    }
    Ok(Answer::see("/signin"))
}

/// So many random bytes of the operating system, as text that fits into a URL.
fn random<const BYTES: usize>() -> anyhow::Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).context("asking for random bytes")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
