//! What arrived and matched no customer, or could not be read: kept without its text.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::register::Unmatched;
use platform::{Platform, register};

use super::Frame;
use crate::visitor::{self, Visitor};
use crate::web::{Answer, Request};
use crate::words::{Words, words};

#[derive(Template)]
#[template(path = "unmatched.html")]
struct List<'a> {
    frame: Frame<'a>,
    words: &'static Words,
    entries: Vec<Entry>,
}

struct Entry {
    reason: String,
    instance: String,
    reference: String,
    at: String,
}

/// The list, newest first.
pub async fn list(platform: &Platform, request: &Request, now: Timestamp) -> anyhow::Result<Answer> {
    let Some(visitor) = visitor::signed_in(platform, request, false, now).await? else {
        return Ok(Answer::see("/signin"));
    };
    let entries = register::unmatched(platform, now).await?;
    page(&visitor, entries, &platform.settings.zone()?)
}

/// The page, pure.
pub fn page(visitor: &Visitor, mut entries: Vec<Unmatched>, zone: &TimeZone) -> anyhow::Result<Answer> {
    let (words, said) = (words(visitor.staff.language), dispatch::words::words(visitor.staff.language));
    entries.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
    let entry = |it: Unmatched| Entry {
        reason: (words.why)(&it.reason).map_or(it.reason, str::to_owned),
        instance: it.instance,
        reference: it.reference.unwrap_or_default(),
        at: (said.moment)(&it.at.to_zoned(zone.clone())),
    };
    let entries = entries.into_iter().map(entry).collect();
    Ok(Answer::page(&List {
        frame: Frame { words, visitor: Some(visitor), here: "/unmatched" },
        words,
        entries,
    })?)
}
