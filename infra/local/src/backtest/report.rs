//! The report as one page that needs nothing from outside and can be read on a phone.

mod cases;
mod charts;
mod parts;

use std::fmt::Write as _;

use self::charts::escape;
use super::figures::{Figures, Interval};
use super::inputs::Inputs;
use super::judge::{LEADS, LEARNING_DAYS, NEUTRAL_DAYS, Period, WARNING_DAYS};
use super::reading::Read;
use super::summary::{Band, Run};

const STYLE: &str = include_str!("report/style.css");

/// What a report is made of.
pub struct Report<'a> {
    /// The files.
    pub inputs: &'a Inputs,
    /// What became of the history's lines.
    pub read: &'a Read,
    /// The days judged.
    pub period: Period,
    /// The policy judged.
    pub run: &'a Run,
    /// The policy beside it.
    pub compare: Option<&'a Run>,
}

impl Report<'_> {
    /// The page.
    pub fn page(&self) -> String {
        let sections = [
            self.head(),
            self.tiles(),
            self.leads(),
            parts::worth(self),
            self.load(),
            parts::signals(self.run, self.has_losses()),
            self.calibration(),
            parts::thresholds(self),
            self.compare.map(|other| parts::compared(self, other)).unwrap_or_default(),
            cases::all(self),
            self.foot(),
        ];
        format!(
            "<!doctype html><html lang=en><meta charset=utf-8>\
             <meta name=viewport content='width=device-width, initial-scale=1'>\
             <title>Backtest: {}</title><style>{STYLE}</style><body>{}</body></html>\n",
            escape(&self.inputs.company.name),
            sections.concat()
        )
    }

    /// Whether any loss is known that could have been warned of.
    fn has_losses(&self) -> bool {
        self.run.losses.iter().any(|losses| !losses.is_empty())
    }

    fn figures(&self) -> &Figures {
        &self.run.summary.figures
    }

    fn head(&self) -> String {
        let (figures, period) = (self.figures(), self.period);
        let mut head = format!(
            "<h1>What Kundvakt would have told you</h1><p class=soft>{} to {} · {} customers · policy version {}</p>",
            period.from, period.to, figures.customers, self.run.summary.policy_version
        );
        let _ = write!(
            head,
            "<p>Your history was played again day by day. Every morning at five the program knew what had arrived by then \
             and nothing else, and decided as it decides in daily use. The days before {} only taught it what is normal \
             for each customer.</p>",
            period.from
        );
        if !self.has_losses() {
            let source = if self.inputs.outcomes.is_some() { "The file of outcomes" } else { "The history" };
            let _ = write!(
                head,
                "<p class=note><b>No losses are documented.</b> {source} names no customer that left, so nobody can say \
                 which of these alerts were right, and how many losses were missed. What can be shown is how many alerts \
                 there would have been, and why. A file of outcomes (customer, date, result) makes the rest of this page.</p>"
            );
        } else if figures.losses == 0 {
            head.push_str("<p class=note><b>No documented loss lies in this period.</b> What was missed cannot be shown.</p>");
        }
        head
    }

    fn tiles(&self) -> String {
        let figures = self.figures();
        let mut tiles = String::from("<div class=tiles>");
        let mut tile = |value: &str, what: &str, range: &str| {
            let _ = write!(tiles, "<div class=tile><b>{value}</b>{what}<small>{range}</small></div>");
        };
        let [_, month, _] = figures.recall_14_30_60;
        if figures.losses > 0 {
            tile(
                &shown(month),
                &format!("of {} losses warned of a month or more ahead", figures.losses),
                &range(month),
            );
        }
        if let Some(precision) = figures.precision {
            tile(
                &format!("{} of {}", figures.right, figures.right + figures.wrong),
                &format!("alerts were right ({:.0} %)", precision.value * 100.0),
                &range(Some(precision)),
            );
        }
        let load = figures.alerts_per_week.map_or(0.0, |load| load.value);
        tile(&format!("{load:.1}"), "alerts a week", "two or three are what people can look after");
        if let Some(wrong) = figures.false_per_healthy_year {
            let what = if self.has_losses() {
                "false alarms a year for each customer that stayed"
            } else {
                "alerts a year for each customer"
            };
            tile(
                &format!("{:.1}", wrong.value),
                what,
                &format!("between {:.1} and {:.1}", wrong.low, wrong.high),
            );
        }
        tiles.push_str("</div>");
        if self.has_losses() {
            let _ = write!(
                tiles,
                "<p class=soft>An alert counts as right when it was opened or raised at most {WARNING_DAYS} days before a \
                 documented loss. From the day of a loss on, alerts count neither way for {NEUTRAL_DAYS} days. All others \
                 count as false, also where trouble was real and passed. “Between” says where the figure would lie with \
                 other customers like yours, nine times in ten.</p>"
            );
        }
        tiles
    }

    fn leads(&self) -> String {
        let (figures, leads) = (self.figures(), &self.run.summary.leads);
        if figures.losses == 0 {
            return String::new();
        }
        let missed = figures.losses - figures.losses_warned;
        let mut section = String::from("<h2>How early</h2>");
        if let Some(median) = leads.get(leads.len() / 2) {
            let _ = write!(
                section,
                "<p>Of {} losses, {} were warned of before they came; half of these {median} days ahead or more. {missed} came \
                 without a warning.</p>",
                figures.losses, figures.losses_warned
            );
        } else {
            section.push_str("<p>No loss was warned of.</p>");
        }
        let bounds = [1, 14, 30, 60, 90, 120, WARNING_DAYS + 1];
        let between = bounds.iter().zip(bounds.iter().skip(1));
        let mut bars = vec![("missed".to_owned(), missed)];
        bars.extend(between.map(|(from, to)| {
            let here = leads.iter().filter(|lead| (from..to).contains(lead)).count();
            (format!("{from}–{}", to - 1), super::figures::counted(here))
        }));
        section.push_str(&charts::bars("Days from the first warning to the loss", &bars, "mark"));
        section.push_str("<p class=soft>Losses by the days between the first warning and the loss.</p><table><tr><th>warned of<th>losses<th>between<th>by chance</tr>");
        let chances = self.run.summary.by_chance;
        for ((lead, recall), chance) in LEADS.iter().zip(figures.recall_14_30_60).zip(chances) {
            let chance = chance.map_or_else(|| "–".to_owned(), |chance| format!("{:.0} %", chance * 100.0));
            let _ = write!(
                section,
                "<tr><td>{lead} days ahead or more<td>{}<td>{}<td>{chance}</tr>",
                shown(recall),
                bare_range(recall)
            );
        }
        let _ = write!(
            section,
            "<tr><td>at all<td>{}<td>{}<td></tr></table><p class=soft>By chance: how often a customer that stayed had such a \
             warning before a day like any other. Only what lies above it is foresight.</p>",
            shown(figures.recall),
            bare_range(figures.recall)
        );
        section
    }

    fn load(&self) -> String {
        let load = self.figures().alerts_per_week.map_or(0.0, |load| load.value);
        let weeks = &self.run.summary.weeks;
        let budget = [super::thresholds::RELEVANT, self.run.budget.alerts_per_week];
        let busy = weeks.iter().filter(|week| f64::from(week.1) > budget[1]).count();
        format!(
            "<h2>How much work</h2><p>{load:.1} alerts a week on average; in {busy} of {} weeks more than {}. The green band \
             is the relevant warnings a week that people can look after. {}{}</p>{}",
            weeks.len(),
            budget[1],
            self.run.budget.told(self.figures().alerts),
            match self.figures().stood {
                0 => String::new(),
                stood => format!(" {stood} more stood open when the period began; they are judged too."),
            },
            charts::weeks("Alerts opened each week", weeks, budget)
        )
    }

    fn calibration(&self) -> String {
        let bands = &self.run.summary.calibration;
        if self.figures().losses == 0 || bands.iter().all(|band| band.weeks == 0) {
            return String::new();
        }
        let mut section = String::from(
            "<h2>What a risk meant</h2><p>Each customer in each week, by the risk it had: how many were lost within 90 days. \
             The risk is a scale of urgency; this is what it meant at your company.</p>",
        );
        section.push_str(&charts::calibration("Share lost within 90 days, by risk", bands));
        section.push_str(&table_of(bands, "risk"));
        let chances = &self.run.summary.probability;
        if !chances.is_empty() {
            section.push_str(
                "<p>The policy also tells a probability to be lost within 90 days, and keeps it apart from the risk. What was \
                 told, and what came:</p>",
            );
            section.push_str(&table_of(chances, "probability told"));
            section.push_str(
                "<p class=soft>A probability that was learned from this very history flatters itself here.</p>",
            );
        }
        section
    }

    fn foot(&self) -> String {
        let read = self.read;
        let repeated: u64 = self.run.played.iter().map(|played| played.repeated).sum();
        let mut lines = vec![format!(
            "{} events were counted; {repeated} more had come again and counted once.",
            read.events - repeated
        )];
        let mut note = |count: u64, what: &str| {
            if count > 0 {
                lines.push(format!("{count} {what}"));
            }
        };
        let aside = |reason: &str| read.unmatched.get(reason).copied().unwrap_or(0);
        note(aside("unknown_customer"), "events name no customer of the register and were left out.");
        note(aside("unknown_kind"), "events are of no kind we know and were left out.");
        note(aside("too_early"), "events are dated after their arrival and were left out.");
        note(aside("too_late"), "events arrived more than 66 weeks after they happened and were left out.");
        note(read.unreadable, "lines are no events.");
        note(
            read.not_scored as u64,
            "customers have no legal basis on record, or are paused: nothing of theirs was read.",
        );
        note(
            read.unread as u64,
            "customers have contacts who object to being read; who they are is not in the file, so no text of these \
             customers was read.",
        );
        lines.extend(read.rejected.iter().map(|(fault, events)| format!("{events} events: {fault}.")));
        let mut foot = String::from("<h2>What was read</h2><ul>");
        for line in lines {
            let _ = write!(foot, "<li>{}</li>", escape(&line));
        }
        let _ = write!(
            foot,
            "</ul><h2>What this cannot show</h2><ul>\
             <li>What people would have done about an alert. A customer that a call would have kept is a loss here; one that \
             your people kept at the time is a false alarm.</li>\
             <li>Alerts of the last months whose customer leaves after the history ends: they count as false.</li>\
             <li>Losses that nobody wrote down.</li>\
             <li>How the same policy does next year: a threshold chosen on this page flatters itself a little. Customers \
             change, and {LEARNING_DAYS} days of learning are short.</li></ul>"
        );
        foot
    }
}

fn table_of(bands: &[Band], of: &str) -> String {
    let mut table = format!(
        "<div class=wide><table class=short><tr><th>{of}<th>customer-weeks<th>lost within 90 days<th>between</tr>"
    );
    for band in bands {
        let _ = write!(
            table,
            "<tr><td>{:.0}–{:.0} %<td>{}<td>{}<td>{}</tr>",
            band.from * 100.0,
            band.to * 100.0,
            band.weeks,
            exact(band.lost),
            bare_range(band.lost)
        );
    }
    table + "</table></div>"
}

/// "52 %".
fn shown(share: Option<Interval>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share.value * 100.0))
}

/// "3.4 %".
fn exact(share: Option<Interval>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share.value * 100.0))
}

/// "35–67 %".
fn bare_range(share: Option<Interval>) -> String {
    let range = |share: Interval| format!("{:.0}–{:.0} %", share.low * 100.0, share.high * 100.0);
    share.map_or_else(|| "–".to_owned(), range)
}

/// "between 35 and 67 %".
fn range(share: Option<Interval>) -> String {
    let range = |share: Interval| format!("between {:.0} and {:.0} %", share.low * 100.0, share.high * 100.0);
    share.map_or_else(String::new, range)
}
