//! `SendEmail`: what SES checks before it takes a mail.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::fault::{Fault, drop_connection};
use super::super::http::{Refusal, read};
use super::mail::{SentMail, from_raw};
use super::mailbox::Mailbox;
use super::{address, bad_request, not_found};

/// Recipients of one mail, all three lists together.
const MOST_RECIPIENTS: usize = 50;
/// Own headers of one mail.
const MOST_HEADERS: usize = 15;
/// Headers that SES writes itself.
const RESERVED: [&str; 12] = [
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "return-path",
    "sender",
    "subject",
    "to",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Request {
    from_email_address: String,
    destination: Destination,
    reply_to_addresses: Vec<String>,
    content: Content,
    email_tags: Vec<Pair>,
    configuration_set_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Content {
    simple: Option<Simple>,
    raw: Option<Data>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Simple {
    subject: Data,
    body: Body,
    headers: Vec<Pair>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Body {
    text: Option<Data>,
    html: Option<Data>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Data {
    data: String,
    charset: Option<String>,
}

impl Data {
    /// Without a character set SES takes the text for ASCII, and spoils every other letter.
    fn text(self) -> Result<String, Refusal> {
        match self.charset {
            None if !self.data.is_ascii() => Err(bad_request("a text that is not ASCII needs its Charset")),
            Some(other) if !other.eq_ignore_ascii_case("utf-8") => {
                Err(Refusal::not_implemented(&format!("the character set {other}")))
            }
            _ => Ok(self.data),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    name: String,
    value: String,
}

pub(super) fn send(mailbox: &Mailbox, body: &Bytes) -> Result<Value, Refusal> {
    let mail = compose(read(body)?)?;
    check(mailbox, &mail)?;
    let fault = mailbox.faults.next();
    match fault {
        Some(Fault::Throttle) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let code = "TooManyRequestsException".to_owned();
            return Err(Refusal {
                status,
                code,
                message: "Maximum sending rate exceeded, on order.".to_owned(),
            });
        }
        Some(Fault::RejectBefore) => return Err(Refusal::bad("MessageRejected", "Refused, on order.")),
        Some(Fault::AcceptThenDropConnection) | None => {}
    }
    let id = mailbox.take(mail).map_err(|error| Refusal::failed(&error))?;
    if fault.is_some() {
        drop_connection();
    }
    Ok(json!({ "MessageId": id }))
}

fn compose(request: Request) -> Result<SentMail, Refusal> {
    let Request { from_email_address, destination, content, .. } = request;
    let pairs = |pairs: Vec<Pair>| pairs.into_iter().map(|pair| (pair.name, pair.value)).collect();
    let mut mail = match content {
        Content { simple: Some(simple), raw: None } => SentMail {
            subject: simple.subject.text()?,
            text: simple.body.text.map(Data::text).transpose()?,
            html: simple.body.html.map(Data::text).transpose()?,
            headers: pairs(simple.headers),
            ..SentMail::default()
        },
        Content { simple: None, raw: Some(raw) } => from_raw(&raw.data).map_err(bad_request)?,
        _ => {
            return Err(Refusal::not_implemented(
                "a SendEmail without exactly one of Simple and Raw content",
            ));
        }
    };
    // A composed mail names its people itself, unless the request does.
    if !from_email_address.is_empty() {
        mail.from = from_email_address;
    }
    let named = [&destination.to, &destination.cc, &destination.bcc];
    if named.into_iter().any(|list| !list.is_empty()) {
        mail.to = destination.to;
        mail.cc = destination.cc;
        mail.bcc = destination.bcc;
    }
    mail.reply_to.extend(request.reply_to_addresses);
    mail.tags = pairs(request.email_tags);
    mail.configuration_set = request.configuration_set_name;
    Ok(mail)
}

fn check(mailbox: &Mailbox, mail: &SentMail) -> Result<(), Refusal> {
    let recipients: Vec<&String> = mail.to.iter().chain(&mail.cc).chain(&mail.bcc).collect();
    if !(1..=MOST_RECIPIENTS).contains(&recipients.len()) {
        return Err(bad_request(format!("a mail has 1 to {MOST_RECIPIENTS} recipients")));
    }
    if recipients.into_iter().chain(&mail.reply_to).any(|written| address::parse(written).is_none()) {
        return Err(bad_request("a recipient's address is malformed"));
    }
    let from = address::parse(&mail.from).ok_or_else(|| bad_request("the sender's address is malformed"))?;
    if mail.raw.is_none() {
        check_content(mail)?;
    }
    if mail.tags.len() > 50
        || !mail.tags.iter().all(|(name, value)| is_plain(name, 256) && is_plain(value, 256))
    {
        return Err(bad_request("a tag's name and value are 1 to 256 letters, digits, - and _"));
    }
    let domain = from.rsplit('@').next().unwrap_or_default();
    let state = mailbox.lock();
    if let Some(name) =
        mail.configuration_set.as_ref().filter(|name| !state.configuration_sets.contains(*name))
    {
        return Err(not_found("configuration set", name));
    }
    if !state.identities.contains(from) && !state.identities.contains(domain) {
        return Err(Refusal::bad("MessageRejected", "Email address is not verified."));
    }
    Ok(())
}

fn check_content(mail: &SentMail) -> Result<(), Refusal> {
    if mail.text.is_none() && mail.html.is_none() {
        return Err(bad_request("the mail has no body"));
    }
    if mail.subject.contains(['\r', '\n', '\0']) {
        return Err(bad_request("the subject holds a line break"));
    }
    let fits = |(name, value): &(String, String)| {
        // Printable ASCII without the colon; name and value together a line that every server takes.
        !name.is_empty()
            && name.len() <= 126
            && name.bytes().all(|b| b.is_ascii_graphic() && b != b':')
            && !RESERVED.contains(&name.to_ascii_lowercase().as_str())
            && !value.is_empty()
            && name.len() + value.len() <= 870
            && value.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
    };
    if mail.headers.len() > MOST_HEADERS || !mail.headers.iter().all(fits) {
        return Err(bad_request("a header's name or value is not allowed"));
    }
    Ok(())
}

/// One to `longest` ASCII letters, digits, hyphens and underscores.
pub(super) fn is_plain(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
