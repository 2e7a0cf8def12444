//! The link in a mail: a token that says which alert, level and step it is about and whom it was sent to.

use jiff::{SignedDuration, Timestamp};
use platform::keys::SecretKey;
use platform::sign_in::LINK_HOLDS;
use scoring::Level;

/// The link of an alert mail is good for so long: an alert may stay open for weeks.
pub const ALERT_LINK_HOLDS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What the link of an alert mail proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertLink {
    /// The alert's id.
    pub alert: String,
    /// The level it stood at when the mail was written.
    pub level: Level,
    /// The step of the level's roles, from 0.
    pub step: usize,
    /// The id of the person it was sent to.
    pub staff: String,
}

impl AlertLink {
    /// The token of the link, good for 30 days.
    pub fn token(&self, key: &SecretKey, now: Timestamp) -> String {
        let claim = format!("alert|{}|{}|{}|{}", self.alert, self.level.word(), self.step, self.staff);
        key.token(&claim, now + ALERT_LINK_HOLDS)
    }

    /// What a token proves; nothing if it is forged, expired or of another kind.
    pub fn read(token: &str, key: &SecretKey, now: Timestamp) -> Option<Self> {
        let claim = key.claim(token, now)?;
        let mut parts = claim.strip_prefix("alert|")?.splitn(4, '|');
        let alert = parts.next()?.to_owned();
        let word = parts.next()?;
        let level =
            [Level::Yellow, Level::Orange, Level::Red].into_iter().find(|level| level.word() == word)?;
        let step = parts.next()?.parse().ok()?;
        Some(Self { alert, level, step, staff: parts.next()?.to_owned() })
    }
}

/// The token of a sign-in link.
pub fn sign_in_token(request: &str, key: &SecretKey, now: Timestamp) -> String {
    key.token(&format!("signin|{request}"), now + LINK_HOLDS)
}

/// The request of a sign-in token; nothing if it is forged, expired or of another kind.
pub fn sign_in_request(token: &str, key: &SecretKey, now: Timestamp) -> Option<String> {
    key.claim(token, now)?.strip_prefix("signin|").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_proves_what_it_was_made_for_and_for_thirty_days() {
        let key = SecretKey::new(*b"one key");
        let link = AlertLink { alert: "a-1".into(), level: Level::Red, step: 1, staff: "s|maria".into() };
        let token = link.token(&key, time("2026-03-02T09:00:00Z"));
        assert_eq!(AlertLink::read(&token, &key, time("2026-04-01T08:59:59Z")), Some(link.clone()));
        assert_eq!(AlertLink::read(&token, &key, time("2026-04-01T09:00:00Z")), None, "expired");
        assert_eq!(AlertLink::read(&token, &SecretKey::new(*b"another"), time("2026-03-02T09:00:00Z")), None);
        assert_eq!(AlertLink::read(&token[1..], &key, time("2026-03-02T09:00:00Z")), None, "cut");
    }

    #[test]
    fn a_sign_in_link_opens_no_alert_and_an_alert_link_signs_nobody_in() {
        let (key, now) = (SecretKey::new(*b"one key"), time("2026-03-02T09:00:00Z"));
        let sign_in = sign_in_token("alert|a-1|red|0|s-1", &key, now);
        let link = AlertLink { alert: "a-1".into(), level: Level::Red, step: 0, staff: "s-1".into() };
        assert_eq!(AlertLink::read(&sign_in, &key, now), None);
        assert_eq!(sign_in_request(&link.token(&key, now), &key, now), None);
        assert_eq!(sign_in_request(&sign_in, &key, now).as_deref(), Some("alert|a-1|red|0|s-1"));
        assert_eq!(sign_in_request(&sign_in, &key, now + LINK_HOLDS), None, "expired");
    }
}
