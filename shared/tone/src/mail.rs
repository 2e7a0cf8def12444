//! Takes a message out of its wrapping: MIME, quoted history, signature.

use std::borrow::Cow;

use mail_parser::{MessageParser, MimeHeaders, decoders::base64::base64_decode};

use crate::{Format, Message, reply};

/// What the sender wrote, and what the mail's headers say about it.
#[derive(Debug, Default)]
pub(crate) struct Unwrapped<'a> {
    pub(crate) subject: Option<Cow<'a, str>>,
    pub(crate) body: Cow<'a, str>,
    /// A header or part says that no person wrote this to us: bulk, auto-submitted, a calendar entry.
    pub(crate) automatic: bool,
}

pub(crate) fn unwrap<'a>(message: &Message<'a>) -> Unwrapped<'a> {
    let subject = message.subject.map(Cow::Borrowed);
    match message.format {
        Format::Text => Unwrapped { subject, body: Cow::Borrowed(message.text), automatic: false },
        Format::Mail => {
            Unwrapped { subject, body: Cow::Owned(reply::newest(message.text)), automatic: false }
        }
        Format::Mime => mime(message.text)
            .map_or_else(Unwrapped::default, |mime| Unwrapped { subject: subject.or(mime.subject), ..mime }),
    }
}

/// `None` when the text is no base64 or what it holds is no mail.
fn mime(encoded: &str) -> Option<Unwrapped<'static>> {
    let raw = base64_decode(encoded.trim().as_bytes())?;
    let mail = MessageParser::default().parse(&raw)?;
    let header = |name: &str| mail.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let bulk =
        header("Precedence").is_some_and(|value| matches!(&*value, "bulk" | "list" | "junk" | "auto_reply"));
    let automatic = bulk
        || header("Auto-Submitted").is_some_and(|value| !value.starts_with("no"))
        || ["List-Unsubscribe", "X-Autoreply", "X-Autorespond"].iter().any(|name| header(name).is_some())
        || mail.parts.iter().any(|part| {
            part.content_type()
                .is_some_and(|kind| kind.ctype() == "text" && kind.subtype() == Some("calendar"))
        });
    let subject = mail.subject().map(|subject| Cow::Owned(subject.to_owned()));
    let body = mail.body_text(0).map(|body| reply::newest(&body)).unwrap_or_default();
    Some(Unwrapped { subject, body: Cow::Owned(body), automatic })
}
