//! Sending a mail by SES v2, once, and knowing what became of it.

use aws_sdk_sesv2::error::SdkError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};

use scoring::Level;

use crate::Platform;
use crate::alerts::Fate;

/// A mail to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// The alert it is about and its level: the id goes out as `X-Kundvakt-Alert`, both as SES tags, by which SES's own
    /// events find back.
    pub alert: Option<(String, Level)>,
}

/// Sends a mail with one attempt. An answer of SES settles its fate; no answer leaves it ambiguous.
pub async fn send(platform: &Platform, mail: &Mail) -> Fate {
    let (message, tags) = match message(mail) {
        Ok(parts) => parts,
        Err(error) => {
            tracing::error!(error = crate::chain(&error), "A mail could not be built");
            return Fate::Refused;
        }
    };
    let answer = platform
        .ses
        .send_email()
        .from_email_address(&platform.settings.mail_from)
        .destination(Destination::builder().to_addresses(&mail.to).build())
        .content(EmailContent::builder().simple(message).build())
        .configuration_set_name(&platform.settings.mail_configuration_set)
        .set_email_tags(Some(tags))
        .send()
        .await;
    match answer {
        Ok(answer) => Fate::Sent(answer.message_id.unwrap_or_default()),
        Err(error) => {
            // An answer with an error code is a no. Everything else, a time-out above all, may hide a yes.
            let refused = matches!(&error, SdkError::ServiceError(answer) if answer.raw().status().as_u16() < 500)
                || matches!(&error, SdkError::ConstructionFailure(_));
            tracing::error!(error = crate::chain(&error), refused, "A mail was not sent for certain");
            if refused { Fate::Refused } else { Fate::Ambiguous }
        }
    }
}

type Built = (Message, Vec<MessageTag>);

fn message(mail: &Mail) -> Result<Built, aws_sdk_sesv2::error::BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(utf8(&mail.text)?).html(utf8(&mail.html)?).build();
    // A line break in a subject would start a header of its own.
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut message = Message::builder().subject(utf8(&subject)?).body(body);
    let mut tags = Vec::new();
    if let Some((alert, level)) = &mail.alert {
        message = message.headers(MessageHeader::builder().name("X-Kundvakt-Alert").value(alert).build()?);
        for (name, value) in [("alert", alert.as_str()), ("level", level.word())] {
            tags.push(MessageTag::builder().name(name).value(value).build()?);
        }
    }
    Ok((message.build(), tags))
}
