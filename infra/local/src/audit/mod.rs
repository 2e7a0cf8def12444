//! `kundvakt audit`: what a history is good for, before anybody relies on it (S32, S33, S55, S77, S88).

mod content;
mod customers;
mod link;
mod pilot;
mod read;
mod sources;
mod tell;
mod verdict;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use scoring::{Day, Policy};
use serde::Serialize;

use crate::history;

pub use content::{Detail, Lateness};
pub use customers::{CanRun, CustomerAudit, InSource};
pub use link::Linking;
pub use pilot::{Candidate, Pilot};
pub use read::{Duplicates, LeftOut, Texts};
pub use sources::{Outage, SourceAudit};
pub use verdict::{Answer, Verdict};

/// What to audit and how to tell it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The history: JSON lines, plain or gzip.
    pub file: PathBuf,
    /// Its customers: JSON lines.
    pub customers: Option<PathBuf>,
    /// One JSON object instead of a text for a person.
    pub json: bool,
}

/// From when to when a history goes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Period {
    /// Day of the first event.
    pub first: Date,
    /// Day of the last event.
    pub last: Date,
    /// Months, of 30.4 days.
    pub months: f64,
}

/// For how many of the active customers a family of signals can run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FamilyAudit {
    /// The family's name in files.
    pub family: String,
    /// Its name for people.
    #[serde(skip)]
    pub name: &'static str,
    /// There is enough of their history.
    pub can_run: usize,
    /// There is something, but too little yet.
    pub learning: usize,
    /// There is nothing.
    pub no_data: usize,
}

/// Everything an audit found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Lines that are not empty.
    pub lines: u64,
    /// Events that count, each once.
    pub events: u64,
    /// The file ends in the middle.
    pub cut_off: bool,
    /// Lines that are no events, by reason.
    pub left_out: BTreeMap<String, LeftOut>,
    /// Period of all events.
    pub period: Period,
    /// Period of messages, tickets, requests and meetings.
    pub talk: Option<Period>,
    /// Source by source.
    pub sources: Vec<SourceAudit>,
    /// Whose the events are.
    pub linking: Linking,
    /// No register was given.
    pub made_register: bool,
    /// What came twice.
    pub duplicates: Duplicates,
    /// How late events arrived.
    pub lateness: Lateness,
    /// Texts and languages.
    pub texts: Texts,
    /// How often optional fields are filled in.
    pub details: Vec<Detail>,
    /// The signals, for the active customers.
    pub signals: Vec<FamilyAudit>,
    /// What that means, requirement by requirement.
    pub verdicts: Vec<Verdict>,
    /// With whom to begin.
    pub pilot: Pilot,
    /// The customers, in the order of the register.
    pub customers: Vec<CustomerAudit>,
}

/// Audits a history and tells what was found. An error where there is no event in the file.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let report = audit(&options.file, options.customers.as_deref(), &Policy::default())?;
    write(&report, options.json, out)
}

fn write(report: &Report, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if json {
        let report = serde_json::to_string(report).context("writing the audit")?;
        writeln!(out, "{report}").context("writing the audit")?;
    } else {
        tell::tell(report, out).context("writing the audit")?;
    }
    out.flush().context("writing the audit")
}

/// Days as months of 30.4 days: a year of 365 has twelve.
fn months(days: i32) -> f64 {
    f64::from(days) / 30.4
}

/// Audits a history with its register.
pub fn audit(file: &Path, customers: Option<&Path>, policy: &Policy) -> anyhow::Result<Report> {
    let register = customers.map(history::read_customers).transpose()?;
    let gathered = read::read(file, register)?;
    let Some(end) = gathered.items.last().map(|item| item.event.at) else {
        anyhow::bail!("{}", nothing(file, &gathered));
    };
    let today = Day::of(end);
    let customers = customers::measure(&gathered, end, policy);
    let sources = sources::measure(&gathered, &customers, today);
    let times = |talk: bool| {
        let of_those = |item: &&read::Item| !talk || customers::is_talk(&item.event.kind);
        let mut times = gathered.items.iter().filter(of_those).map(|item| Day::of(item.event.at));
        let first = times.next()?;
        Some(period(first, times.next_back().unwrap_or(first)))
    };
    let first = gathered.items.first().map_or(today, |item| Day::of(item.event.at));
    let mut report = Report {
        lines: gathered.lines,
        events: gathered.items.len() as u64,
        cut_off: gathered.cut_off,
        period: period(first, today),
        talk: times(true),
        signals: signals(&customers),
        sources,
        made_register: gathered.register.is_made,
        lateness: content::lateness(&gathered),
        details: content::details(&gathered),
        verdicts: Vec::new(),
        pilot: pilot::propose(gathered.register.customers(), &customers, policy),
        customers,
        left_out: gathered.left_out,
        linking: gathered.linking,
        duplicates: gathered.duplicates,
        texts: gathered.texts,
    };
    report.verdicts = verdict::verdicts(&report, policy);
    Ok(report)
}

/// Why there is nothing to audit.
fn nothing(file: &Path, gathered: &read::Gathered) -> String {
    let name = file.display();
    let most = gathered.left_out.iter().max_by_key(|(_, left_out)| left_out.lines);
    match most {
        None => format!("{name} is empty"),
        Some((reason, left_out)) => format!(
            "none of the {} lines of {name} is an event: {reason} ({} of them, the first is line {}); docs/events.md shows \
             what an event looks like",
            gathered.lines, left_out.lines, left_out.first_line
        ),
    }
}

fn period(first: Day, last: Day) -> Period {
    Period { first: first.date(), last: last.date(), months: months(last.0 - first.0 + 1) }
}

fn signals(customers: &[CustomerAudit]) -> Vec<FamilyAudit> {
    let words = scoring::words::words(tone::Language::English);
    let watched = || customers.iter().filter(|customer| customer.is_watched());
    let of_family = |family| {
        let name = customers::name_of(family);
        let with =
            |can: CanRun| watched().filter(|customer| customer.signals.get(&name) == Some(&can)).count();
        FamilyAudit {
            name: (words.family)(family),
            can_run: with(CanRun::Yes),
            learning: with(CanRun::Learning),
            no_data: with(CanRun::NoData),
            family: name.clone(),
        }
    };
    customers::families().into_iter().map(of_family).collect()
}

#[cfg(test)]
mod tests;
