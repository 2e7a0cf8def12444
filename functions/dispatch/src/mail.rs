//! Writes mails. Pure: the same alert, person and time give the same mail.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::alerts::Alert;
use platform::mail::Mail;
use platform::register::{Customer, Staff};
use scoring::{Level, Policy};

use crate::brief::{Brief, one_line};
use crate::words::{Words, words};

#[derive(Template)]
#[template(path = "alert.txt")]
struct AlertText<'a> {
    brief: &'a Brief,
    words: &'a Words,
    greeting: &'a str,
    by: &'a str,
    reason: &'a str,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertHtml<'a> {
    brief: &'a Brief,
    words: &'a Words,
    greeting: &'a str,
    by: &'a str,
    reason: &'a str,
    link: &'a str,
    subject: &'a str,
    band: Band,
}

/// The colours of a level: the band, and the text upon it.
struct Band {
    back: &'static str,
    text: &'static str,
}

fn band(level: Level) -> Band {
    match level {
        Level::Yellow => Band { back: "#f6c945", text: "#2b2200" },
        Level::Orange => Band { back: "#b94a00", text: "#ffffff" },
        Level::Red => Band { back: "#a61b1b", text: "#ffffff" },
    }
}

/// The mail that tells a person of an alert at its present step; `link` opens its page.
pub fn mail_for(
    alert: &Alert,
    customer: &Customer,
    staff: &Staff,
    policy: &Policy,
    zone: &TimeZone,
    now: Timestamp,
    link: &str,
) -> anyhow::Result<Mail> {
    let brief = &Brief::of(alert, customer, staff.language, policy, zone, now)?;
    let words = brief.words;
    let subject = &subject(brief);
    let greeting = &(words.greeting)(&one_line(&staff.name));
    let by = &if brief.hours.is_some() { words.answer_by } else { words.answer_now }(&brief.answer_by);
    let reason = &(words.reason)(staff.role);
    let text = AlertText { brief, words, greeting, by, reason, link }.render()?;
    let band = band(alert.level);
    let html = AlertHtml { brief, words, greeting, by, reason, link, subject, band }.render()?;
    let subject = subject.clone();
    Ok(Mail { to: staff.email.clone(), subject, text, html, alert: Some((alert.id.clone(), brief.level)) })
}

fn subject(brief: &Brief) -> String {
    let words = brief.words;
    let within = (words.within)(brief.hours);
    let subject = if brief.notice {
        (words.subject_notice)(brief.level_name, &brief.customer, &within)
    } else {
        (words.subject)(brief.level_name, &brief.customer, &brief.risk, &within)
    };
    if brief.passed_on { (words.subject_passed_on)(&subject) } else { subject }
}

#[derive(Template)]
#[template(path = "sign_in.txt")]
struct SignInText<'a> {
    words: &'a Words,
    greeting: &'a str,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInHtml<'a> {
    words: &'a Words,
    greeting: &'a str,
    link: &'a str,
}

/// The mail with the link that signs a person in.
pub fn sign_in_mail(staff: &Staff, link: &str) -> anyhow::Result<Mail> {
    let words = words(staff.language);
    let greeting = &(words.greeting)(&one_line(&staff.name));
    Ok(Mail {
        to: staff.email.clone(),
        subject: words.sign_in_subject.to_owned(),
        text: SignInText { words, greeting, link }.render()?,
        html: SignInHtml { words, greeting, link }.render()?,
        alert: None,
    })
}
