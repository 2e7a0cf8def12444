//! One alert: what is known, what to do, and three buttons.

use askama::Template;
use dispatch::brief::Brief;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::Platform;
use platform::alerts::{self, Alert, Feedback};
use platform::register::{self, Customer, Staff};
use scoring::incoming::CustomerRef;
use scoring::{Level, Policy};

use super::{Frame, alerts::word, fault};
use crate::visitor::{self, Visitor};
use crate::web::{Answer, Request};
use crate::words::{Words, words};

#[derive(Template)]
#[template(path = "alert.html")]
struct Page<'a> {
    frame: Frame<'a>,
    words: &'static Words,
    said: &'static dispatch::words::Words,
    brief: &'a Brief,
    alert: &'a Alert,
    visitor: &'a Visitor,
    /// What the last button did.
    done: Option<&'static str>,
    /// By when to answer, as long as that is open.
    answer_by: Option<String>,
    /// Who has it and since when.
    held: Option<String>,
    feedback: Option<&'static str>,
    closed: Option<String>,
    /// The lower bounds of yellow, orange and red, in percent.
    bounds: [f64; 3],
}

/// What the page shows.
pub struct Shown {
    /// The alert.
    pub alert: Alert,
    /// Its customer.
    pub customer: Customer,
    /// Everybody, for their names.
    pub staff: Vec<Staff>,
    /// What the last button did, as the address says.
    pub said: String,
}

/// Shows an alert. Changes nothing.
pub async fn show(
    platform: &Platform,
    request: &Request,
    id: &str,
    now: Timestamp,
) -> anyhow::Result<Answer> {
    let Some(visitor) = visitor::of_alert(platform, request, id, false, now).await? else {
        return Ok(fault::refused(request.language));
    };
    let Some(alert) = alerts::get(platform, id).await? else { return Ok(fault::refused(request.language)) };
    let customer = register::customer(platform, &CustomerRef::Id(alert.customer.clone())).await?;
    let Some(customer) = customer else { return Ok(fault::refused(request.language)) };
    let said = request.query.get("said").cloned().unwrap_or_default();
    let shown = Shown { alert, customer, staff: register::staff(platform).await?, said };
    page(&visitor, &shown, &register::policy(platform).await?, &platform.settings.zone()?, now)
}

/// What a form of ours can ask for.
const BUTTONS: [&str; 3] = ["acknowledge", "relevant", "false_alarm"];

/// Acts on a button, writes down who did, and leads back to the page. Twice is as good as once.
pub async fn act(platform: &Platform, request: &Request, id: &str, now: Timestamp) -> anyhow::Result<Answer> {
    let Some(visitor) = visitor::of_alert(platform, request, id, true, now).await? else {
        return Ok(fault::refused(request.language));
    };
    let Some(alert) = alerts::get(platform, id).await? else { return Ok(fault::refused(request.language)) };
    let field = |name: &str| request.form.get(name).map(String::as_str).unwrap_or_default();
    let button = field("do");
    if !BUTTONS.contains(&button) || field("seen").is_empty() {
        return Ok(Answer { status: 400, ..fault::not_found(request.language) });
    }
    let done = if field("seen") == alert.raised_at.to_string() {
        press(platform, &alert, button, &visitor.staff.id, now).await?
    } else {
        // Raised since the page was opened: who saw yellow has not answered red.
        false
    };
    if done {
        // Per minute, so that a double click leaves one entry and a change of mind another.
        let minute = now.strftime("%Y-%m-%dT%H:%M");
        let entry = format!("alert#{id}#{minute}#{button}#{}", visitor.staff.id);
        register::audit(platform, now, &entry, &format!("{button} {id}"), &visitor.staff.id).await?;
    }
    let said = if done { button } else { "changed" };
    let link = match visitor.link() {
        "" => String::new(),
        token => format!("t={token}&"),
    };
    Ok(Answer::see(format!("/alert/{}?{link}said={said}", alert.id)))
}

/// Whether the alert now is as the button says, by this person.
async fn press(
    platform: &Platform,
    alert: &Alert,
    button: &str,
    who: &str,
    now: Timestamp,
) -> anyhow::Result<bool> {
    match button {
        "acknowledge" => {
            let had_it = alert.acknowledged_by.as_deref() == Some(who);
            Ok(alerts::acknowledge(platform, alert, who, now).await? || had_it)
        }
        "relevant" => alerts::feedback(platform, alert, Feedback::Relevant, who, now).await,
        "false_alarm" => alerts::feedback(platform, alert, Feedback::FalseAlarm, who, now).await,
        _ => Ok(false),
    }
}

/// The page, pure.
pub fn page(
    visitor: &Visitor,
    shown: &Shown,
    policy: &Policy,
    zone: &TimeZone,
    now: Timestamp,
) -> anyhow::Result<Answer> {
    let language = visitor.staff.language;
    let (words, said) = (words(language), dispatch::words::words(language));
    let alert = &shown.alert;
    let brief = &Brief::of(alert, &shown.customer, language, policy, zone, now)?;
    let moment = |at: Timestamp| (said.moment)(&at.to_zoned(zone.clone()));
    let name = |id: &str| {
        let person = shown.staff.iter().find(|person| person.id == id);
        person.map_or_else(|| id.to_owned(), |person| person.name.clone())
    };
    let held = alert.acknowledged_by.as_deref().zip(alert.acknowledged_at);
    let mine = |who: &Option<String>| who.as_deref() == Some(visitor.staff.id.as_str());
    let waits = alert.acknowledged_at.is_none() && alert.closed_at.is_none();
    let say = if brief.hours.is_some() { said.answer_by } else { said.answer_now };
    let percent = |level: Level| level.lower_bound(&policy.risk) * 100.0;
    // The address alone confirms nothing: the alert itself must agree.
    let done = match (shown.said.as_str(), alert.feedback) {
        ("acknowledge", _) if mine(&alert.acknowledged_by) => Some(words.done_acknowledge),
        ("relevant", Some(Feedback::Relevant)) if mine(&alert.feedback_by) => Some(words.done_relevant),
        ("false_alarm", Some(Feedback::FalseAlarm)) if mine(&alert.feedback_by) => {
            Some(words.done_false_alarm)
        }
        ("changed", _) => Some(words.changed),
        _ => None,
    };
    Ok(Answer::page(&Page {
        frame: Frame { words, visitor: Some(visitor), here: "" },
        words,
        said,
        brief,
        alert,
        visitor,
        done,
        answer_by: waits.then(|| say(&brief.answer_by)),
        held: held.map(|(who, at)| (words.held)(&name(who), &moment(at))),
        feedback: alert.feedback.map(|feedback| word(words, feedback)),
        closed: alert.closed_at.map(|at| (words.closed)(&moment(at))),
        bounds: [Level::Yellow, Level::Orange, Level::Red].map(percent),
    })?)
}
