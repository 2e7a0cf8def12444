//! A mail as it was sent, and the file a mail program opens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::super::REGION;
use super::encoding::{encoded_words, quoted_printable};

/// A mail that SES took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentMail {
    /// The id the sender was given.
    pub id: String,
    /// Its number among the mails of this run, from 1.
    pub number: usize,
    /// When it was taken, by the clock of the emulated account.
    pub at: Timestamp,
    /// The sender as written, `Name <address>` or the address alone.
    pub from: String,
    /// The main recipients as written.
    pub to: Vec<String>,
    /// The copied recipients as written.
    pub cc: Vec<String>,
    /// The hidden recipients as written; they are in no header.
    pub bcc: Vec<String>,
    /// Where answers go, when not to the sender.
    pub reply_to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The text part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// The sender's own headers, in the order given.
    pub headers: Vec<(String, String)>,
    /// The tags that come back in SES's events.
    pub tags: Vec<(String, String)>,
    /// The configuration set it was sent with.
    pub configuration_set: Option<String>,
    /// The whole mail, when the sender composed it.
    pub raw: Option<String>,
}

impl SentMail {
    /// The mail as a file: RFC 5322 headers and both parts, readable in an editor and in any mail program.
    /// A mail the sender composed comes out as it was.
    pub fn eml(&self) -> String {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut lines = vec![
            format!("Date: {}", self.at.strftime("%a, %-d %b %Y %H:%M:%S +0000")),
            format!("From: {}", self.from),
        ];
        let lists = [("To", &self.to), ("Cc", &self.cc), ("Reply-To", &self.reply_to)];
        for (name, addresses) in lists.into_iter().filter(|(_, addresses)| !addresses.is_empty()) {
            lines.push(format!("{name}: {}", addresses.join(",\r\n ")));
        }
        lines.push(format!("Subject: {}", encoded_words(&self.subject, "Subject: ".len())));
        lines.push(format!("Message-ID: <{}@{REGION}.amazonses.com>", self.id));
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push("MIME-Version: 1.0".to_owned());
        let parts: Vec<Vec<String>> = [("plain", &self.text), ("html", &self.html)]
            .into_iter()
            .filter_map(|(kind, content)| Some(part(kind, content.as_ref()?)))
            .collect();
        match parts.as_slice() {
            [single] => lines.extend_from_slice(single),
            parts => {
                let boundary = format!("=_{}", self.id);
                lines.push(format!("Content-Type: multipart/alternative; boundary=\"{boundary}\""));
                lines.push(String::new());
                for part in parts {
                    // The line end before a boundary belongs to the boundary, not to the part.
                    lines.push(format!("--{boundary}"));
                    lines.extend_from_slice(part);
                }
                lines.push(format!("--{boundary}--"));
            }
        }
        lines.join("\r\n") + "\r\n"
    }

    /// A name for the file: `2026-03-02T0600-red-1`, UTC, with the tag `level` when there is one.
    pub fn file_name(&self) -> String {
        let level = self.tags.iter().find(|(name, _)| name == "level").map_or("mail", |(_, level)| level);
        // SES has checked the characters of a tag; a file name is worth a second look.
        let level: String = level.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        format!("{}-{level}-{}", self.at.strftime("%Y-%m-%dT%H%M"), self.number)
    }

    /// The value of a tag.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(tag, _)| tag == name).map(|(_, value)| value.as_str())
    }

    /// The value of one of the sender's own headers, whatever its capitals.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

fn part(kind: &str, content: &str) -> Vec<String> {
    vec![
        format!("Content-Type: text/{kind}; charset=utf-8"),
        "Content-Transfer-Encoding: quoted-printable".to_owned(),
        String::new(),
        quoted_printable(content),
    ]
}

/// The mail a sender composed, read back for the fields a test asks for.
///
/// # Errors
/// What makes it no mail: not base64, not UTF-8, no header.
pub(super) fn from_raw(data: &str) -> Result<SentMail, &'static str> {
    let bytes = STANDARD.decode(data).map_err(|_| "the raw message is not base64")?;
    let raw = String::from_utf8(bytes).map_err(|_| "the raw message is not 7-bit or UTF-8")?;
    let parsed = mail_parser::MessageParser::default().parse(&raw).ok_or("the raw message has no header")?;
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in parsed.headers_raw() {
        headers.push((name.to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let list = |name: &str| -> Vec<String> {
        let found = headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| super::address::split_list(value)).unwrap_or_default()
    };
    let mail = SentMail {
        from: list("From").into_iter().next().unwrap_or_default(),
        to: list("To"),
        cc: list("Cc"),
        bcc: list("Bcc"),
        reply_to: list("Reply-To"),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        text: parsed.body_text(0).map(Into::into),
        html: parsed.body_html(0).map(Into::into),
        ..SentMail::default()
    };
    Ok(SentMail { headers, raw: Some(raw), ..mail })
}
