//! The events of a history that a task needs: each once, by customer, with the day they were known.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write};
use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use scoring::Day;
use scoring::event::{Currency, Key, Kind};
use scoring::incoming::{self, CustomerRef, Incoming};
use serde_json::Value;

use crate::history;

/// An event of the task's kind.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// The source's id.
    pub(super) id: String,
    /// When we knew of it: when it arrived, but not before it happened.
    pub(super) known: Timestamp,
    /// The day it happened, UTC.
    pub(super) day: i32,
    /// What happened.
    pub(super) kind: Kind,
    /// All that was sent.
    pub(super) fields: Value,
}

/// The records of each customer, by the customer's id. The same event sent twice is there once: as it first arrived.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) customers: BTreeMap<String, Vec<Record>>,
    /// The first and the last day anything happened.
    pub(super) span: (i32, i32),
}

/// What tells an event of a customer from others: its day, its source, the source's id.
type Name = (i32, String, String);

/// Reads the events of one kind (`order`, `invoice`) from a file, plain or gzip. Lines that are no events are counted and
/// left out. An error where there is nothing to go by.
pub(super) fn read(path: &Path, kind: &str, notes: &mut impl Write) -> anyhow::Result<Records> {
    let name = path.display();
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{msg}: {pos} lines read") {
        bar.set_style(style);
    }
    bar.set_message(name.to_string());
    let mut customers = BTreeMap::<String, BTreeMap<Name, Record>>::new();
    let (mut lines, mut faults, mut nameless) = (0_usize, 0_usize, 0_usize);
    let mut fault = None;
    let mut currencies = BTreeSet::new();
    for (index, line) in history::open(path)?.split(b'\n').enumerate() {
        let line = line.with_context(|| format!("reading {name}"))?;
        bar.set_position(index as u64 + 1);
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&line);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        lines += 1;
        match record(line, kind) {
            Ok(None) => {}
            Ok(Some(Sent { customer: None, .. })) => nameless += 1,
            Ok(Some(Sent { customer: Some(customer), source, record })) => {
                currencies.extend(currency(&record.kind));
                let of_customer = customers.entry(customer).or_default();
                keep_first(of_customer, (record.day, source, record.id.clone()), record);
            }
            Err(error) => {
                faults += 1;
                fault.get_or_insert_with(|| format!("line {}: {error:#}", index + 1));
            }
        }
    }
    bar.finish_and_clear();
    anyhow::ensure!(lines > 0, "{name} is empty");
    if let Some(fault) = fault {
        writeln!(notes, "{name}: {faults} lines are no events and are left out; {fault}")?;
    }
    if nameless > 0 {
        writeln!(notes, "{name}: {nameless} events without a customer's id are left out")?;
    }
    if currencies.len() > 1 {
        let all: Vec<String> = currencies.into_iter().map(String::from).collect();
        let all = all.join(", ");
        writeln!(
            notes,
            "{name}: amounts in {all} are not converted; of a customer, only those in its usual one count"
        )?;
    }
    let customers: BTreeMap<String, Vec<Record>> =
        customers.into_iter().map(|(id, records)| (id, records.into_values().collect())).collect();
    let days = || customers.values().flatten().map(|record| record.day);
    let span = days().min().zip(days().max()).with_context(|| format!("{name} holds no {kind} events"))?;
    Ok(Records { customers, span })
}

impl Records {
    /// Fails where nothing at all had happened by the last of the cut-offs; says where they lie after the end.
    pub(super) fn check_span(&self, path: &Path, last: i32, notes: &mut impl Write) -> anyhow::Result<()> {
        let (begin, end, name) = (Day(self.span.0).date(), Day(self.span.1).date(), path.display());
        anyhow::ensure!(self.span.0 <= last, "{name} begins on {begin}, after the last cut-off");
        if self.span.1 < last {
            writeln!(notes, "{name} ends on {end}: at later cut-offs its end looks like silence")?;
        }
        Ok(())
    }
}

/// An event with its sender.
struct Sent {
    customer: Option<String>,
    source: String,
    record: Record,
}

/// An event of the kind; none of another one.
fn record(line: &[u8], kind: &str) -> anyhow::Result<Option<Sent>> {
    let fields: Value = serde_json::from_slice(line).context("not JSON")?;
    if fields.is_object() && fields.get("kind").and_then(Value::as_str).is_some_and(|it| it != kind) {
        return Ok(None);
    }
    let Incoming { id, source, customer, received_at, event, .. } = incoming::parse(&fields, &|_, _| Key(0))?;
    let customer = match customer {
        CustomerRef::Id(id) => Some(id),
        _ => None,
    };
    let known = received_at.map_or(event.at, |received| received.max(event.at));
    let record = Record { id, known, day: Day::of(event.at).0, kind: event.kind, fields };
    Ok(Some(Sent { customer, source: source.unwrap_or_else(|| "history".to_owned()), record }))
}

/// Of two deliveries of one event the one known first stays, whatever order they stand in.
fn keep_first(records: &mut BTreeMap<Name, Record>, name: Name, record: Record) {
    let order = |it: &Record| (it.known, it.fields.to_string());
    match records.get_mut(&name) {
        Some(known) if order(known) <= order(&record) => {}
        Some(known) => *known = record,
        None => drop(records.insert(name, record)),
    }
}

fn currency(kind: &Kind) -> Option<Currency> {
    match kind {
        Kind::Order { amount, .. } => Some(amount.currency),
        Kind::Invoice { amount, .. } => amount.map(|amount| amount.currency),
        _ => None,
    }
}

impl Record {
    /// The day it was known, UTC.
    pub(super) fn known_day(&self) -> i32 {
        Day::of(self.known).0
    }
}
