//! The verifier against the vectors of thirteen senders, and against what should not pass.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::sources::SOURCES;

const VECTORS: &str = include_str!("../../tests/vectors.json");
const BODY: &str = r#"{"id":"k-1"}"#;
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A delivery with its headers.
#[derive(Clone)]
struct Sent {
    headers: BTreeMap<String, String>,
    method: String,
    url: String,
    body: Vec<u8>,
}

impl Sent {
    fn new(headers: &[(&str, &str)], body: &str) -> Self {
        let headers =
            headers.iter().map(|(name, value)| (name.to_lowercase(), (*value).to_owned())).collect();
        Self { headers, method: "POST".to_owned(), url: String::new(), body: body.into() }
    }

    fn check(&self, auth: &Auth, secrets: &[&str], now: Timestamp) -> Result<(), Refusal> {
        let secrets: Vec<Secret> = secrets.iter().map(|secret| auth.secret(secret).unwrap()).collect();
        let header = |name: &str| self.headers.get(name).map(String::as_str);
        let (method, url, body) = (&*self.method, &*self.url, &*self.body);
        auth.verify(&secrets, Request { method, url, header: &header, body }, now)
    }
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// What a vector says about its sender, as a declaration.
fn declared(vector: &Value) -> Signature {
    let word = |name: &str| vector[name].as_str().unwrap_or_default();
    let header = leak(&word("header").to_lowercase());
    let (separator, prefix) = match word("name") {
        "stripe" => (Some(','), "v1="),
        "standard-webhooks-1" | "standard-webhooks-2" => (Some(' '), "v1,"),
        _ => (None, leak(word("prefix"))),
    };
    let stamped = word("template").contains("{timestamp}");
    let place = match vector.get("ts_header") {
        Some(header) => {
            Place { header: leak(&header.as_str().unwrap().to_lowercase()), separator: None, prefix: "" }
        }
        None => Place { header, separator, prefix: "t=" },
    };
    let unit = match word("ts_unit") {
        "ms" => Unit::Milliseconds,
        "rfc3339" => Unit::Rfc3339,
        _ => Unit::Seconds,
    };
    Signature {
        algorithm: match word("alg") {
            "sha256" => Algorithm::HmacSha256,
            "sha1" => Algorithm::HmacSha1,
            "plain-sha256" => Algorithm::PlainSha256,
            other => panic!("{other}"),
        },
        encoding: if word("enc") == "hex" { Encoding::Hex } else { Encoding::Base64 },
        key: match word("key_enc") {
            "utf8" => KeyForm::Utf8,
            "base64" => KeyForm::Base64,
            "whsec" => KeyForm::Whsec,
            other => panic!("{other}"),
        },
        template: template(word("template")).leak(),
        given: Place { header, separator, prefix },
        time: stamped.then_some(Stamp { place, unit, tolerance: SignedDuration::from_secs(300) }),
    }
}

fn template(text: &str) -> Vec<Part> {
    let Some((before, rest)) = text.split_once('{') else {
        return if text.is_empty() { Vec::new() } else { vec![Part::Text(leak(text))] };
    };
    let (name, after) = rest.split_once('}').unwrap();
    let part = match name {
        "timestamp" => Part::Time,
        "body" => Part::Body,
        "id" => Part::Header("webhook-id"),
        "secret" => Part::Secret,
        "method" => Part::Method,
        "url" => Part::Url,
        other => panic!("{other}"),
    };
    let before = if before.is_empty() { None } else { Some(Part::Text(leak(before))) };
    before.into_iter().chain([part]).chain(template(after)).collect()
}

/// The delivery of a vector, and the time it was signed at.
fn sent(vector: &Value) -> (Sent, Timestamp) {
    let word = |name: &str| vector[name].as_str().unwrap_or_default();
    let mut sent = Sent::new(&[("webhook-id", word("id"))], word("body"));
    word("method").clone_into(&mut sent.method);
    word("url").clone_into(&mut sent.url);
    let signature = match word("name") {
        "stripe" => format!("t={},v1={},v0=ignored", word("timestamp"), word("signature")),
        _ => word("signature").to_owned(),
    };
    sent.headers.insert(word("header").to_lowercase(), signature);
    if let Some(header) = vector.get("ts_header") {
        sent.headers.insert(header.as_str().unwrap().to_lowercase(), word("timestamp").to_owned());
    }
    let time = word("timestamp");
    let now = match word("ts_unit") {
        "ms" => Timestamp::from_millisecond(time.parse().unwrap()).unwrap(),
        "rfc3339" => time.parse().unwrap(),
        _ => Timestamp::from_second(time.parse().unwrap_or(0)).unwrap(),
    };
    (sent, now)
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(VECTORS).unwrap()
}

#[test]
fn one_verifier_takes_the_signatures_of_thirteen_senders() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 13);
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let (sent, now) = sent(&vector);
        let auth = Auth::Signature(declared(&vector));
        let secret = vector["secret"].as_str().unwrap();
        assert_eq!(sent.check(&auth, &[secret], now), Ok(()), "{name}");

        let mut changed = sent.clone();
        changed.body[0] ^= 1;
        assert_eq!(changed.check(&auth, &[secret], now), Err(Refusal::Wrong), "{name}: another body");
        let other = "c29tZSBvdGhlciBrZXkgZW50aXJlbHk=";
        assert_eq!(sent.check(&auth, &[other], now), Err(Refusal::Wrong), "{name}: another key");
        assert_eq!(sent.check(&auth, &[other, secret], now), Ok(()), "{name}: the second key");
    }
}

#[test]
fn our_table_declares_its_senders_as_the_vectors_do() {
    for (source, vector) in
        [("standard_webhooks", "standard-webhooks-1"), ("zendesk", "zendesk"), ("stripe", "stripe")]
    {
        let ours = &SOURCES.iter().find(|row| row.name == source).unwrap().auth;
        let vector = vectors().into_iter().find(|row| row["name"] == vector).unwrap();
        assert_eq!(*ours, Auth::Signature(declared(&vector)), "{source}");
    }
}

fn standard() -> &'static Auth {
    &SOURCES.iter().find(|row| row.name == "standard_webhooks").unwrap().auth
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn sign(secret: &str, stamp: &str, body: &str) -> String {
    let Auth::Signature(signature) = standard() else { panic!() };
    let secret = standard().secret(secret).unwrap();
    let header = |name: &str| (name == "webhook-id").then_some("msg_1");
    let request = Request { method: "POST", url: "", header: &header, body: body.as_bytes() };
    format!("v1,{}", STANDARD.encode(signature.sign(&secret, request, stamp).unwrap()))
}

/// A delivery in Standard Webhooks form, at second 1,000,000, with this list of signatures.
fn standard_delivery(signatures: &str) -> Sent {
    let headers =
        [("webhook-id", "msg_1"), ("webhook-timestamp", "1000000"), ("webhook-signature", signatures)];
    Sent::new(&headers, BODY)
}

#[test]
fn a_signed_time_holds_for_five_minutes_both_ways() {
    let sent = standard_delivery(&sign(SECRET, "1000000", BODY));
    for second in [1_000_000 - 300, 1_000_000, 1_000_000 + 300] {
        assert_eq!(sent.check(standard(), &[SECRET], time(second)), Ok(()), "{second}");
    }
    for second in [0, 1_000_000 - 301, 1_000_000 + 301, 9_000_000] {
        assert_eq!(sent.check(standard(), &[SECRET], time(second)), Err(Refusal::OutOfTime), "{second}");
    }
}

#[test]
fn a_time_that_is_none_is_refused_without_a_crash() {
    for stamp in ["", "now", "1e6", "-9223372036854775808", "9223372036854775807", "99999999999999999999"] {
        let mut sent = standard_delivery(&sign(SECRET, stamp, BODY));
        sent.headers.insert("webhook-timestamp".to_owned(), stamp.to_owned());
        assert_eq!(sent.check(standard(), &[SECRET], time(1_000_000)), Err(Refusal::Unsigned), "{stamp}");
    }
    let mut sent = standard_delivery(&sign(SECRET, "1000000", BODY));
    sent.headers.remove("webhook-timestamp");
    assert_eq!(sent.check(standard(), &[SECRET], time(1_000_000)), Err(Refusal::Unsigned));
}

#[test]
fn among_several_signatures_one_good_one_is_enough() {
    let (good, bad) = (sign(SECRET, "1000000", BODY), sign(OTHER, "1000000", BODY));
    let check =
        |signatures: &str| standard_delivery(signatures).check(standard(), &[SECRET], time(1_000_000));
    assert_eq!(check(&format!("{bad} {good}")), Ok(()));
    assert_eq!(check(&format!("v1a,c29tZXRoaW5n v1,? {good} {bad}")), Ok(()));
    assert_eq!(check(&bad), Err(Refusal::Wrong));
    assert_eq!(check(&format!("{bad} {bad}")), Err(Refusal::Wrong));
    let far_down = format!("{}{good}", format!("{bad} ").repeat(MOST_SIGNATURES));
    assert_eq!(check(&far_down), Err(Refusal::Wrong), "nobody lists that many");
}

#[test]
fn while_a_secret_is_replaced_both_are_good_and_then_one_is_not() {
    let (old, new) = (sign(OTHER, "1000000", BODY), sign(SECRET, "1000000", BODY));
    for signature in [&old, &new] {
        assert_eq!(standard_delivery(signature).check(standard(), &[OTHER, SECRET], time(1_000_000)), Ok(()));
    }
    assert_eq!(standard_delivery(&old).check(standard(), &[SECRET], time(1_000_000)), Err(Refusal::Wrong));
}

#[test]
fn a_header_that_is_no_signature_is_refused() {
    let good = sign(SECRET, "1000000", BODY);
    let huge = "v1,".to_owned() + &"A".repeat(400_000);
    for (header, refusal) in [
        ("", Refusal::Unsigned),
        ("v1,", Refusal::Wrong),
        ("v1", Refusal::Unsigned),
        ("v1,not base64!", Refusal::Unsigned),
        ("v1,c2hvcnQ=", Refusal::Wrong),
        (good.trim_start_matches("v1,"), Refusal::Unsigned),
        (good.trim_end_matches('='), Refusal::Unsigned),
        (&good.to_uppercase(), Refusal::Unsigned),
        (&huge, Refusal::Wrong),
    ] {
        let checked = standard_delivery(header).check(standard(), &[SECRET], time(1_000_000));
        assert_eq!(checked, Err(refusal), "{}", header.get(..header.len().min(60)).unwrap());
    }
    let mut unsigned = standard_delivery(&good);
    unsigned.headers.remove("webhook-signature");
    assert_eq!(unsigned.check(standard(), &[SECRET], time(1_000_000)), Err(Refusal::Unsigned));
    let mut without_id = standard_delivery(&good);
    without_id.headers.remove("webhook-id");
    assert_eq!(without_id.check(standard(), &[SECRET], time(1_000_000)), Err(Refusal::Unsigned));
}

#[test]
fn hexadecimal_digits_may_be_capitals_but_must_be_digits() {
    let vector = vectors().into_iter().find(|vector| vector["name"] == "slack").unwrap();
    let (sent, now) = sent(&vector);
    let auth = Auth::Signature(declared(&vector));
    let secret = vector["secret"].as_str().unwrap();
    let with = |signature: String| {
        let mut sent = sent.clone();
        sent.headers.insert("x-slack-signature".to_owned(), signature);
        sent.check(&auth, &[secret], now)
    };
    let digits = vector["signature"].as_str().unwrap().trim_start_matches("v0=");
    assert_eq!(with(format!("v0={}", digits.to_uppercase())), Ok(()), "the same bytes");
    assert_eq!(with(format!("V0={digits}")), Err(Refusal::Unsigned));
    assert_eq!(with(format!("v0={}", digits.replace('a', "x"))), Err(Refusal::Unsigned));
    assert_eq!(with(format!("v0={}", &digits[1..])), Err(Refusal::Unsigned), "half a byte is missing");
    assert_eq!(with(format!("v0={}", &digits[2..])), Err(Refusal::Wrong));
    assert_eq!(with(format!("v0={digits}00")), Err(Refusal::Wrong));
}

#[test]
fn stripe_lists_its_time_and_signatures_in_one_header() {
    let vector = vectors().into_iter().find(|vector| vector["name"] == "stripe").unwrap();
    let stripe = Auth::Signature(declared(&vector));
    let good = vector["signature"].as_str().unwrap();
    let bad = good.replace('3', "4");
    let check = |header: String| {
        let sent = Sent::new(&[("stripe-signature", &header)], vector["body"].as_str().unwrap());
        sent.check(&stripe, &["whsec_test_secret"], time(1_700_000_000))
    };
    assert_eq!(check(format!("t=1700000000,v1={bad},v1={good},v0={bad}")), Ok(()));
    assert_eq!(check(format!("t=1700000000, v1={good}")), Ok(()));
    assert_eq!(check(format!("t=1700000000,v1={bad}")), Err(Refusal::Wrong));
    assert_eq!(check(format!("t=1700000000,v0={good}")), Err(Refusal::Unsigned), "an older scheme");
    assert_eq!(check(format!("v1={good}")), Err(Refusal::Unsigned));
    assert_eq!(check(format!("t=1699990000,v1={good}")), Err(Refusal::OutOfTime));
    assert_eq!(check(format!("t=1700000001,v1={good}")), Err(Refusal::Wrong), "the time is signed along");
}

#[test]
fn a_bearer_shows_one_of_the_secrets() {
    let check = |header: &str| {
        Sent::new(&[("authorization", header)], BODY).check(&Auth::Bearer, &["old", "new"], time(0))
    };
    assert_eq!(check("Bearer old"), Ok(()));
    assert_eq!(check("bearer new"), Ok(()));
    assert_eq!(check("Bearer older"), Err(Refusal::Wrong));
    assert_eq!(check("Bearer "), Err(Refusal::Wrong));
    assert_eq!(check("Basic old"), Err(Refusal::Unsigned));
    assert_eq!(check("old"), Err(Refusal::Unsigned));
    assert_eq!(Sent::new(&[], BODY).check(&Auth::Bearer, &["old"], time(0)), Err(Refusal::Unsigned));
}

#[test]
fn a_basic_password_may_hold_colons() {
    let check = |credentials: &str, secret: &str| {
        let header = format!("Basic {}", STANDARD.encode(credentials));
        Sent::new(&[("authorization", &header)], BODY).check(&Auth::Basic, &[secret], time(0))
    };
    assert_eq!(check("erp:a:b:c", "erp:a:b:c"), Ok(()));
    assert_eq!(check("erp:a:b", "erp:a:b:c"), Err(Refusal::Wrong));
    assert_eq!(check("erp", "erp:"), Err(Refusal::Wrong));
    assert!(Auth::Basic.secret("no colon").is_none());
    let unreadable = Sent::new(&[("authorization", "Basic ???")], BODY);
    assert_eq!(unreadable.check(&Auth::Basic, &["a:b"], time(0)), Err(Refusal::Unsigned));
}

#[test]
fn a_secret_is_used_as_its_sender_uses_it() {
    let bytes = |auth: &Auth, written: &str| auth.secret(written).map(|secret| secret.0);
    let stripe = &SOURCES.iter().find(|row| row.name == "stripe").unwrap().auth;
    assert_eq!(bytes(standard(), "whsec_AAEC"), Some(vec![0, 1, 2]));
    assert_eq!(bytes(standard(), "AAEC"), Some(vec![0, 1, 2]));
    assert_eq!(bytes(stripe, "whsec_AAEC"), Some(b"whsec_AAEC".to_vec()));
    assert_eq!(bytes(standard(), "whsec_not base64"), None);
    assert_eq!(bytes(standard(), "whsec_"), None);
    assert_eq!(bytes(&Auth::Bearer, ""), None);
}
