//! Customers one by one: missed losses, losses warned of, false alarms.

use std::fmt::Write as _;

use jiff::civil::Date;
use platform::register::Customer;
use scoring::incoming::CustomerRef;

use super::Report;
use super::charts::{escape, sparkline};
use crate::backtest::judge::{Episode, Loss, Verdict, WARNING_DAYS, days};
use crate::backtest::summary::bounds;

impl Report<'_> {
    pub(super) fn customer(&self, id: &str) -> Option<&Customer> {
        self.inputs.customers.get(self.inputs.find(&CustomerRef::Id(id.to_owned()))?)
    }

    /// A customer's name, its id where there is none.
    pub(super) fn name(&self, id: &str) -> String {
        self.customer(id).map_or_else(|| id.to_owned(), |customer| customer.name.clone())
    }
}

/// The sections of all cases.
pub(super) fn all(report: &Report<'_>) -> String {
    let places = || 0..report.run.played.len();
    let mut missed: Vec<(usize, Loss)> = Vec::new();
    let mut warned: Vec<(usize, Loss)> = Vec::new();
    for (place, judged) in report.run.judged.iter().enumerate() {
        for loss in &judged.losses {
            if loss.lead.is_some() { &mut warned } else { &mut missed }.push((place, *loss));
        }
    }
    missed.sort_by_key(|(_, loss)| loss.date);
    warned.sort_by_key(|(_, loss)| std::cmp::Reverse(loss.lead));
    let mut section = String::new();
    if !missed.is_empty() {
        let _ = write!(
            section,
            "<h2>Missed losses: {}</h2><p>The line is the risk week by week, the dotted lines are yellow, orange and red, a dot is \
             an alert, the cross is the loss.</p>",
            missed.len()
        );
        section.extend(missed.iter().map(|(place, loss)| missed_loss(report, *place, *loss)));
    }
    if !warned.is_empty() {
        let _ = write!(section, "<h2>Losses that were warned of: {}</h2>", warned.len());
        section.extend(warned.iter().map(|(place, loss)| warned_loss(report, *place, *loss)));
    }
    let mut noisy: Vec<(usize, Vec<&Episode>)> =
        places().map(|place| (place, wrong(report, place))).collect();
    noisy.retain(|(_, episodes)| !episodes.is_empty());
    noisy.sort_by_key(|(_, episodes)| std::cmp::Reverse(episodes.len()));
    if !noisy.is_empty() {
        let alarms: usize = noisy.iter().map(|(_, episodes)| episodes.len()).sum();
        let what = if report.has_losses() { "False alarms" } else { "Alerts" };
        let _ = write!(
            section,
            "<h2>{what}: {alarms} at {} customers</h2><p>Customers with the most first. Ask the one who looks after them: was it \
             nothing, or trouble that passed?</p>",
            noisy.len()
        );
        section.extend(noisy.iter().map(|(place, episodes)| noise(report, *place, episodes)));
    }
    section
}

fn wrong<'a>(report: &Report<'a>, place: usize) -> Vec<&'a Episode> {
    let judged = report.run.judged.get(place);
    let episodes = judged.map(|judged| judged.episodes.as_slice()).unwrap_or_default();
    episodes.iter().filter(|episode| episode.verdict == Verdict::False).collect()
}

fn title(report: &Report<'_>, place: usize) -> String {
    let Some(played) = report.run.played.get(place) else { return String::new() };
    let customer = report.customer(&played.customer);
    let value = customer.and_then(|customer| {
        let currency = customer.currency.as_deref().unwrap_or_default();
        customer.value_per_year.map(|value| format!(", {value:.0} {currency} a year"))
    });
    let name = report.name(&played.customer);
    format!(
        "<b>{}</b> <small>{}{}</small>",
        escape(&name),
        escape(&played.customer),
        escape(&value.unwrap_or_default())
    )
}

fn line(report: &Report<'_>, place: usize) -> String {
    let run = report.run;
    let (Some(played), Some(steps), Some(losses)) =
        (run.played.get(place), run.steps.get(place), run.losses.get(place))
    else {
        return String::new();
    };
    sparkline(&played.weeks, steps, losses, bounds(&report.inputs.policy))
}

/// An alert's opening and raises with their reasons.
fn told(report: &Report<'_>, place: usize, episode: &Episode) -> String {
    let Some(played) = report.run.played.get(place) else { return String::new() };
    let changes = played.changes.get(episode.steps.clone()).unwrap_or_default();
    let mut told = String::new();
    for change in changes {
        let date = change.at.to_zoned(report.inputs.zone.clone()).date();
        let _ = write!(
            told,
            "<p>{date} <span class='tag {0}'>{0}</span> {1:.0} %</p><ul>",
            change.level.word(),
            change.risk * 100.0
        );
        for sentence in &change.evidence {
            let _ = write!(told, "<li>{}</li>", escape(sentence));
        }
        told.push_str("</ul>");
    }
    if let Some(closed) = episode.closed {
        let _ = write!(told, "<p class=soft>{closed} closed</p>");
    }
    told
}

fn missed_loss(report: &Report<'_>, place: usize, loss: Loss) -> String {
    let weeks = report.run.played.get(place).map(|played| played.weeks.as_slice()).unwrap_or_default();
    let before = weeks.iter().filter(|week| (1..=WARNING_DAYS).contains(&days(week.monday, loss.date)));
    let highest = before.max_by(|a, b| a.risk.total_cmp(&b.risk).then(b.monday.cmp(&a.monday)));
    let mut body = String::new();
    match highest {
        Some(week) if !week.signs.is_empty() => {
            let _ = write!(
                body,
                "<p>Highest risk in the half year before: {:.0} %, in the week of {}:</p><ul>",
                week.risk * 100.0,
                week.monday
            );
            for sign in &week.signs {
                let _ = write!(body, "<li>{}</li>", escape(sign));
            }
            body.push_str("</ul>");
        }
        Some(_) => body.push_str("<p>No sign in the half year before.</p>"),
        None => body.push_str("<p>The customer was not yet watched in the half year before.</p>"),
    }
    format!(
        "<details open><summary>{} lost on {}</summary>{}{body}</details>",
        title(report, place),
        loss.date,
        line(report, place)
    )
}

fn warned_loss(report: &Report<'_>, place: usize, loss: Loss) -> String {
    let judged = report.run.judged.get(place);
    let episodes = judged.map(|judged| judged.episodes.as_slice()).unwrap_or_default();
    let right = episodes.iter().filter(|episode| episode.verdict == Verdict::Right);
    let told: String = right.map(|episode| told(report, place, episode)).collect();
    format!(
        "<details><summary>{} lost on {}, warned of {} days ahead</summary>{}{told}</details>",
        title(report, place),
        loss.date,
        loss.lead.unwrap_or(0),
        line(report, place)
    )
}

fn noise(report: &Report<'_>, place: usize, episodes: &[&Episode]) -> String {
    let mut tags = String::new();
    for episode in episodes {
        let _ = write!(tags, " <span class='tag {}'>{}</span>", episode.level.word(), month(episode.opened));
    }
    let told: String = episodes.iter().map(|episode| told(report, place, episode)).collect();
    format!(
        "<details><summary>{}{tags}</summary>{}{told}</details>",
        title(report, place),
        line(report, place)
    )
}

/// "2025-03".
fn month(date: Date) -> String {
    date.strftime("%Y-%m").to_string()
}
