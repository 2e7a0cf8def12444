//! Who is asking: a person with a session, or one who opened the link of an alert mail.

use dispatch::link::AlertLink;
use jiff::{SignedDuration, Timestamp};
use platform::keys::SecretKey;
use platform::register::{self, Staff};
use platform::{Platform, sign_in};

use crate::web::Request;

/// A person of the staff, and how we know.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who.
    pub staff: Staff,
    /// How we know; goes into every form.
    pub proof: Proof,
}

/// What a form must carry to act for a visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The token of the mail's link.
    Link(String),
    /// A token that only pages of this session hold: another site cannot make the browser send it.
    Session(String),
}

impl Visitor {
    /// The token of the mail's link; empty for a session.
    pub fn link(&self) -> &str {
        if let Proof::Link(token) = &self.proof { token } else { "" }
    }

    /// The token of the session's pages; empty for a link.
    pub fn session(&self) -> &str {
        if let Proof::Session(token) = &self.proof { token } else { "" }
    }
}

/// The person whose session this is. For a POST also the form must show that it comes from one of our pages.
pub async fn signed_in(
    platform: &Platform,
    request: &Request,
    acting: bool,
    now: Timestamp,
) -> anyhow::Result<Option<Visitor>> {
    let Some(session) = &request.session else { return Ok(None) };
    let Some(staff) = sign_in::session(platform, session, now).await? else { return Ok(None) };
    let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
    let form = request.form.get("csrf").map(String::as_str).unwrap_or_default();
    let proven = !acting || comes_from(session, form, &key, now);
    Ok(proven.then(|| Visitor { staff, proof: Proof::Session(page_token(session, &key, now)) }))
}

/// The person who may see and answer an alert: by its mail's link, else by session.
pub async fn of_alert(
    platform: &Platform,
    request: &Request,
    alert: &str,
    acting: bool,
    now: Timestamp,
) -> anyhow::Result<Option<Visitor>> {
    let given = if acting { request.form.get("t") } else { request.query.get("t") };
    if let Some(token) = given {
        let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
        if let Some(link) = opens(token, alert, &key, now) {
            let staff = register::staff(platform).await?.into_iter().find(|staff| staff.id == link.staff);
            return Ok(staff.map(|staff| Visitor { staff, proof: Proof::Link(token.clone()) }));
        }
    }
    signed_in(platform, request, acting, now).await
}

/// What a token proves, if it is of this alert.
fn opens(token: &str, alert: &str, key: &SecretKey, now: Timestamp) -> Option<AlertLink> {
    AlertLink::read(token, key, now).filter(|link| link.alert == alert)
}

fn page_claim(session: &str, key: &SecretKey) -> String {
    format!("page|{}", key.digest(&[b"session", session.as_bytes()]))
}

/// The token in the forms of a session's pages, good as long as a session can last.
fn page_token(session: &str, key: &SecretKey, now: Timestamp) -> String {
    let holds: SignedDuration = sign_in::SESSION_HOLDS;
    key.token(&page_claim(session, key), now + holds)
}

/// Whether a form comes from a page of this session.
fn comes_from(session: &str, form: &str, key: &SecretKey, now: Timestamp) -> bool {
    key.claim(form, now).is_some_and(|claim| claim == page_claim(session, key))
}

#[cfg(test)]
mod tests {
    use scoring::Level;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_opens_its_own_alert_and_no_other() {
        let (key, now) = (SecretKey::new(*b"one key"), time("2026-03-02T09:00:00Z"));
        let link = AlertLink { alert: "a-1".into(), level: Level::Yellow, step: 0, staff: "s-anna".into() };
        let token = link.token(&key, now);
        assert_eq!(opens(&token, "a-1", &key, now), Some(link));
        assert_eq!(opens(&token, "a-2", &key, now), None);
        assert_eq!(opens(&token, "a-1", &key, time("2026-04-02T09:00:00Z")), None);
        assert_eq!(opens(&token, "a-1", &SecretKey::new(*b"another"), now), None);
        for junk in ["", ".", "..", "a.b.c", "🦀"] {
            assert_eq!(opens(junk, "a-1", &key, now), None, "{junk}");
        }
    }

    #[test]
    fn a_form_acts_only_for_the_session_whose_page_it_was_on() {
        let (key, now) = (SecretKey::new(*b"one key"), time("2026-03-02T09:00:00Z"));
        let token = page_token("session 1", &key, now);
        assert!(comes_from("session 1", &token, &key, now));
        assert!(!comes_from("session 2", &token, &key, now));
        assert!(!comes_from("session 1", "", &key, now));
        assert!(!comes_from("session 1", &token, &key, time("2026-03-02T21:00:00Z")));
        let link = AlertLink { alert: "a-1".into(), level: Level::Yellow, step: 0, staff: "s-anna".into() };
        assert!(!comes_from("session 1", &link.token(&key, now), &key, now));
    }
}
