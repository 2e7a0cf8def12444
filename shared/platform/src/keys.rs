//! Keyed hashes: names become keys that nobody can turn back, links become tokens that nobody can forge.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use scoring::event::Key;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// A secret key. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SecretKey(Vec<u8>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// A key of any length.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// HMAC-SHA-256 of the parts. Each part's length goes in first, so that no two lists of parts are alike.
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length; the error type is there for ciphers that do not.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A name as a 64-bit key. `purpose` keeps a contact and a thread of the same name apart.
    pub fn name(&self, purpose: &str, name: &str) -> Key {
        let mac = self.mac(&[purpose.as_bytes(), name.as_bytes()]);
        let mut first = [0; 8];
        first.copy_from_slice(mac.first_chunk::<8>().unwrap_or(&[0; 8]));
        Key(u64::from_le_bytes(first))
    }

    /// A person at a customer, by address or name; the same in every spelling of capitals and with a name before the
    /// address. Objections are recorded under this key.
    pub fn contact(&self, contact: &str) -> Key {
        self.name("contact", &bare_address(contact))
    }

    /// 128 bits over the parts, as 32 hexadecimal digits.
    pub fn digest(&self, parts: &[&[u8]]) -> String {
        hex::encode(self.mac(parts).first_chunk::<16>().unwrap_or(&[0; 16]))
    }

    /// A token that says `claim` until `expires`, and that only this key can make: `claim.expires.mac`, URL-safe.
    pub fn token(&self, claim: &str, expires: Timestamp) -> String {
        let expires = expires.as_second().to_string();
        let mac = self.mac(&[b"token", claim.as_bytes(), expires.as_bytes()]);
        format!("{}.{expires}.{}", URL_SAFE_NO_PAD.encode(claim), URL_SAFE_NO_PAD.encode(mac))
    }

    /// The claim of a token of ours that has not expired.
    pub fn claim(&self, token: &str, now: Timestamp) -> Option<String> {
        let mut parts = token.split('.');
        let claim = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        let (expires, given, end) = (parts.next()?, parts.next()?, parts.next());
        let given = URL_SAFE_NO_PAD.decode(given).ok()?;
        let made = self.mac(&[b"token", claim.as_bytes(), expires.as_bytes()]);
        let genuine = bool::from(made.ct_eq(given.as_slice())) && end.is_none();
        let in_time = expires.parse::<i64>().is_ok_and(|expires| expires > now.as_second());
        (genuine && in_time).then_some(claim)
    }
}

/// The bare address of `Anna Ek <Anna@kund.example>`, in small letters; a name stays a name.
pub fn bare_address(contact: &str) -> String {
    let address = contact.rsplit_once('<').map_or(contact, |(_, address)| address);
    address.trim_end_matches('>').trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_holds_until_it_expires_and_only_under_its_key() {
        let key = SecretKey::new(*b"one key");
        let token = key.token("alert a-1 step 0", time("2026-03-02T09:00:00Z"));
        let before = time("2026-03-02T08:59:59Z");
        assert_eq!(key.claim(&token, before).as_deref(), Some("alert a-1 step 0"));
        assert_eq!(key.claim(&token, time("2026-03-02T09:00:00Z")), None);
        assert_eq!(SecretKey::new(*b"another").claim(&token, before), None);
        assert_eq!(key.claim(&format!("{token}.x"), before), None);
        assert_eq!(key.claim("", before), None);
        let forged = key.token("alert a-2 step 0", time("2026-03-02T09:00:00Z"));
        let mixed = format!("{}.{}", forged.split('.').next().unwrap(), token.split_once('.').unwrap().1);
        assert_eq!(key.claim(&mixed, before), None);
    }

    #[test]
    fn names_of_different_purposes_do_not_meet() {
        let key = SecretKey::new(*b"k");
        assert_ne!(key.name("contact", "anna"), key.name("thread", "anna"));
        assert_eq!(key.name("contact", "anna"), key.name("contact", "anna"));
        assert_eq!(key.contact("Anna Ek <Anna@Kund.example>"), key.contact("anna@kund.example "));
        assert_ne!(key.digest(&[b"ab", b"c"]), key.digest(&[b"a", b"bc"]));
    }
}
