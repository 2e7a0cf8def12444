//! The demo's stories: customers over half a year, and what a good observer would have seen in each.

use jiff::civil::Date;
use platform::register::Customer;
use scoring::{Family, Level};
use serde::Deserialize;

use crate::history::{History, Line, Vendor};

/// One story.
#[derive(Clone, Debug, Deserialize)]
pub struct Story {
    /// In one line.
    pub title: String,
    /// Who it is about.
    pub customer: Customer,
    /// When the customer was known to be lost.
    pub loss: Option<Date>,
    /// Nobody answers its alerts.
    #[serde(default)]
    pub unattended: bool,
    /// What should be seen.
    pub expect: Expectation,
}

/// What should be seen, written before the scoring code.
#[derive(Clone, Debug, Deserialize)]
pub struct Expectation {
    /// The highest level, exactly; null for no alert at all.
    #[serde(default)]
    pub level: Option<Level>,
    /// The highest level, at least.
    #[serde(default)]
    pub level_at_least: Option<Level>,
    /// The highest level, at most.
    #[serde(default)]
    pub level_at_most: Option<Level>,
    /// When the first alert opens, local dates.
    pub first_alert: Option<Window>,
    /// Families among the evidence while the alert is open.
    pub families: Vec<Family>,
    /// Risk in percent, one decimal, where it first reaches red.
    #[serde(default)]
    pub risk_percent: Option<f64>,
    /// When the alert closes.
    #[serde(default)]
    pub closes: Option<Window>,
}

/// Local dates, both included.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Window {
    /// First.
    pub from: Date,
    /// Last.
    pub to: Date,
}

impl Window {
    /// Whether a date lies in it.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}

const COMPANY: &str = include_str!("../../../events/stories/company.json");

/// Name, expectation and events of every story. Compiled in, so that the demo runs from anywhere.
const FILES: &[(&str, &str, &str)] = &[
    (
        "always-late-payer",
        include_str!("../../../events/stories/always-late-payer.json"),
        include_str!("../../../events/stories/always-late-payer.jsonl"),
    ),
    (
        "english-handover",
        include_str!("../../../events/stories/english-handover.json"),
        include_str!("../../../events/stories/english-handover.jsonl"),
    ),
    (
        "german-recovery",
        include_str!("../../../events/stories/german-recovery.json"),
        include_str!("../../../events/stories/german-recovery.jsonl"),
    ),
    (
        "healthy-busy",
        include_str!("../../../events/stories/healthy-busy.json"),
        include_str!("../../../events/stories/healthy-busy.jsonl"),
    ),
    (
        "no-legal-basis",
        include_str!("../../../events/stories/no-legal-basis.json"),
        include_str!("../../../events/stories/no-legal-basis.jsonl"),
    ),
    (
        "s01-late-deliveries",
        include_str!("../../../events/stories/s01-late-deliveries.json"),
        include_str!("../../../events/stories/s01-late-deliveries.jsonl"),
    ),
    (
        "s12-fortnightly-daily",
        include_str!("../../../events/stories/s12-fortnightly-daily.json"),
        include_str!("../../../events/stories/s12-fortnightly-daily.jsonl"),
    ),
    (
        "s22-market-talker",
        include_str!("../../../events/stories/s22-market-talker.json"),
        include_str!("../../../events/stories/s22-market-talker.jsonl"),
    ),
    (
        "s26-machine-project",
        include_str!("../../../events/stories/s26-machine-project.json"),
        include_str!("../../../events/stories/s26-machine-project.jsonl"),
    ),
    (
        "s27-saas",
        include_str!("../../../events/stories/s27-saas.json"),
        include_str!("../../../events/stories/s27-saas.jsonl"),
    ),
    (
        "s28-consultancy",
        include_str!("../../../events/stories/s28-consultancy.json"),
        include_str!("../../../events/stories/s28-consultancy.jsonl"),
    ),
    (
        "s64-silent",
        include_str!("../../../events/stories/s64-silent.json"),
        include_str!("../../../events/stories/s64-silent.jsonl"),
    ),
    (
        "s72-seventy-eight",
        include_str!("../../../events/stories/s72-seventy-eight.json"),
        include_str!("../../../events/stories/s72-seventy-eight.jsonl"),
    ),
    (
        "termination-notice",
        include_str!("../../../events/stories/termination-notice.json"),
        include_str!("../../../events/stories/termination-notice.jsonl"),
    ),
];

/// Every story by name, and all of them as one history.
pub fn load() -> anyhow::Result<(Vec<(&'static str, Story)>, History)> {
    let vendor: Vendor = serde_json::from_str(COMPANY)?;
    let (mut stories, mut lines) = (Vec::new(), Vec::new());
    for (name, story, events) in FILES {
        stories.push((*name, serde_json::from_str::<Story>(story)?));
        for event in events.lines() {
            let event: serde_json::Value = serde_json::from_str(event)?;
            let text = |field: &str| event.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
            lines.push(Line { arrived: text("at").parse()?, source: text("source").to_owned(), event });
        }
    }
    lines.sort_by_key(|line| line.arrived);
    let customers = stories.iter().map(|(_, story)| story.customer.clone()).collect();
    Ok((stories, History { vendor, customers, lines, unreadable: 0 }))
}
