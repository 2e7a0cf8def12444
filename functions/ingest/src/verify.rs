//! Is a delivery from whom it says it is? One verifier for every source; what differs is declared in [`Auth`].
//!
//! Pure: what was sent, the secrets and the time are arguments. Everything is checked over the bytes as they came.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// How a source proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// It signs what it sends.
    Signature(Signature),
    /// It shows the secret: `Authorization: Bearer <secret>`.
    Bearer,
    /// It shows the secret, `user:password`: `Authorization: Basic <base64>`.
    Basic,
}

/// What is signed, how, and where the signature stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// How the signature is written.
    pub encoding: Encoding,
    /// How the secret is written.
    pub key: KeyForm,
    /// What is signed, in this order, with nothing in between.
    pub template: &'static [Part],
    /// Where the signatures stand; any one of them that fits will do, as senders sign twice while a key changes.
    pub given: Place,
    /// Where the time stands that is signed along, for senders that sign one.
    pub time: Option<Stamp>,
}

/// How the bytes are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Algorithm {
    HmacSha256,
    HmacSha1,
    /// SHA-256 over a template that holds the secret.
    PlainSha256,
}

/// How a signature is written: hexadecimal digits of either case, or standard Base64 with padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Encoding {
    Hex,
    Base64,
}

/// How a secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// Its characters are the key, all of them, whatever they look like.
    Utf8,
    /// Base64 of the key.
    Base64,
    /// Base64 of the key after `whsec_` (Standard Webhooks).
    Whsec,
}

/// A part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// These characters.
    Text(&'static str),
    /// The time as it was written in the request.
    Time,
    /// The value of a header.
    Header(&'static str),
    /// The method in capitals.
    Method,
    /// The address as the sender knows it.
    Url,
    /// The secret itself.
    Secret,
    /// The body, byte for byte.
    Body,
}

/// A place in a header: what follows `prefix`, in the whole value or in each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The header, in small letters.
    pub header: &'static str,
    /// What stands between the items, where it is a list.
    pub separator: Option<char>,
    /// What an item of this place begins with.
    pub prefix: &'static str,
}

/// A signed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Where it stands.
    pub place: Place,
    /// How it is written.
    pub unit: Unit,
    /// How far it may be from our clock, before and after.
    pub tolerance: SignedDuration,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// As in RFC 3339.
    Rfc3339,
}

/// What was sent.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The address as the sender knows it; only looked at where it is signed.
    pub url: &'a str,
    /// The headers by name in small letters.
    pub header: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The body, as it came.
    pub body: &'a [u8],
}

/// A secret in the form it is used in. Shows nothing of itself.
pub struct Secret(Vec<u8>);

/// Why a delivery is not believed. For our log; the sender is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No header to check, or one that cannot be read.
    #[error("it is not signed, or not in the form of its kind")]
    Unsigned,
    /// The signed time is too far from our clock.
    #[error("its time is too far from ours")]
    OutOfTime,
    /// Nothing it shows fits a secret in force.
    #[error("it fits none of the secrets in force")]
    Wrong,
}

/// No sender lists more signatures than it has keys; more would only cost us time.
const MOST_SIGNATURES: usize = 16;

impl Auth {
    /// The secret as it is used; none where it is not in the form of this kind.
    pub fn secret(&self, written: &str) -> Option<Secret> {
        let bytes = match self {
            Self::Signature(Signature { key: KeyForm::Base64, .. }) => STANDARD.decode(written).ok()?,
            Self::Signature(Signature { key: KeyForm::Whsec, .. }) => {
                STANDARD.decode(written.strip_prefix("whsec_").unwrap_or(written)).ok()?
            }
            Self::Basic if !written.contains(':') => return None,
            Self::Signature(_) | Self::Bearer | Self::Basic => written.as_bytes().to_vec(),
        };
        (!bytes.is_empty()).then_some(Secret(bytes))
    }

    /// Whether the request proves that its sender has one of the secrets.
    pub fn verify(&self, secrets: &[Secret], request: Request<'_>, now: Timestamp) -> Result<(), Refusal> {
        match self {
            Self::Signature(signature) => signature.verify(secrets, request, now),
            Self::Bearer => {
                let shown = credentials(request, "bearer").ok_or(Refusal::Unsigned)?;
                any(secrets.iter().map(|secret| same(&secret.0, shown.as_bytes())))
            }
            Self::Basic => {
                let shown = credentials(request, "basic").and_then(|shown| STANDARD.decode(shown).ok());
                // Compared whole, user and password: a password may hold colons.
                let shown = shown.ok_or(Refusal::Unsigned)?;
                any(secrets.iter().map(|secret| same(&secret.0, &shown)))
            }
        }
    }
}

/// What follows the scheme in `Authorization`.
fn credentials<'a>(request: Request<'a>, scheme: &str) -> Option<&'a str> {
    let (given, shown) = (request.header)("authorization")?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| shown.trim())
}

/// Compares through digests, so that the time taken does not tell how long a secret is.
pub(crate) fn same(a: &[u8], b: &[u8]) -> Choice {
    Sha256::digest(a).as_slice().ct_eq(Sha256::digest(b).as_slice())
}

/// Looks at all of them, also after one fits.
fn any(fits: impl Iterator<Item = Choice>) -> Result<(), Refusal> {
    let fits = fits.fold(Choice::from(0), |any, fits| any | fits);
    if fits.into() { Ok(()) } else { Err(Refusal::Wrong) }
}

impl Place {
    /// The items of the header that begin with the prefix, without it.
    fn items<'a>(&self, request: Request<'a>) -> impl Iterator<Item = &'a str> {
        let Self { separator, prefix, .. } = *self;
        let items = (request.header)(self.header).into_iter();
        let items = items.flat_map(move |value| value.split(move |letter| separator == Some(letter)));
        items.filter_map(move |item| item.trim().strip_prefix(prefix))
    }
}

impl Stamp {
    /// The time as written, if it is near enough.
    fn check<'a>(&self, request: Request<'a>, now: Timestamp) -> Result<&'a str, Refusal> {
        let written = self.place.items(request).next().ok_or(Refusal::Unsigned)?;
        let number = || written.parse().ok();
        let time = match self.unit {
            Unit::Seconds => number().and_then(|number| Timestamp::from_second(number).ok()),
            Unit::Milliseconds => number().and_then(|number| Timestamp::from_millisecond(number).ok()),
            Unit::Rfc3339 => written.parse().ok(),
        };
        let time = time.ok_or(Refusal::Unsigned)?;
        let near = now.duration_since(time).abs() <= self.tolerance;
        if near { Ok(written) } else { Err(Refusal::OutOfTime) }
    }
}

impl Signature {
    fn verify(&self, secrets: &[Secret], request: Request<'_>, now: Timestamp) -> Result<(), Refusal> {
        let time = self.time.as_ref().map_or(Ok(""), |stamp| stamp.check(request, now))?;
        let given: Vec<Vec<u8>> = self
            .given
            .items(request)
            .take(MOST_SIGNATURES)
            .filter_map(|written| match self.encoding {
                Encoding::Hex => hex::decode(written).ok(),
                Encoding::Base64 => STANDARD.decode(written).ok(),
            })
            .collect();
        if given.is_empty() {
            return Err(Refusal::Unsigned);
        }
        let mut fits = Vec::new();
        for secret in secrets {
            let made = self.sign(secret, request, time).ok_or(Refusal::Unsigned)?;
            fits.extend(given.iter().map(|given| given.as_slice().ct_eq(&made)));
        }
        any(fits.into_iter())
    }

    fn sign(&self, secret: &Secret, request: Request<'_>, time: &str) -> Option<Vec<u8>> {
        let bytes = |part: &Part| -> Option<&[u8]> {
            Some(match part {
                Part::Text(text) => text.as_bytes(),
                Part::Time => time.as_bytes(),
                Part::Header(name) => (request.header)(name)?.as_bytes(),
                Part::Method => request.method.as_bytes(),
                Part::Url => request.url.as_bytes(),
                Part::Secret => &secret.0,
                Part::Body => request.body,
            })
        };
        let parts = self.template.iter().map(bytes).collect::<Option<Vec<_>>>()?;
        match self.algorithm {
            Algorithm::HmacSha256 => hmac::<Hmac<Sha256>>(&secret.0, &parts),
            Algorithm::HmacSha1 => hmac::<Hmac<Sha1>>(&secret.0, &parts),
            Algorithm::PlainSha256 => Some(Sha256::digest(parts.concat()).to_vec()),
        }
    }
}

fn hmac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests;
