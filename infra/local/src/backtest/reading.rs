//! Takes a history in as ingest does: each event parsed, matched to its customer and its text read once. What is left of
//! it, without text and names, goes to one file per customer, so that memory does not grow with the history.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, Write as _};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use ingest::read::{self as ingest_read, House};
use jiff::{SignedDuration, Timestamp};
use platform::keys::SecretKey;
use platform::register::Customer;
use scoring::incoming::{self, Fault, Incoming};
use scoring::{Day, Event, Policy};
use serde::{Deserialize, Serialize};

use super::folder::{self, Folder};
use super::inputs::Inputs;
use crate::history;

/// Lines handed to a thread at once.
const BATCH: usize = 256;
/// Bytes held back before they are written to the customers' files.
const HELD: usize = 1 << 25;
/// An arrival further from the middle one is a wrong clock: it would have every day in between played.
const STRAY: SignedDuration = SignedDuration::from_hours(24 * 365 * 5);

/// An event as it arrived, without text and names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrived {
    /// When.
    pub arrived: Timestamp,
    /// Its place in the file: of two that arrive together the first one stays.
    pub line: u64,
    /// Hash of its source and the source's id.
    pub id: String,
    /// What happened.
    pub event: Event,
}

/// What became of the history's lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Events that found their customer; repeated ones included.
    pub events: u64,
    /// Lines that are no JSON or say no time.
    pub unreadable: u64,
    /// Lines that are no event, by what is wrong with them.
    pub rejected: BTreeMap<String, u64>,
    /// Events that were kept aside, by reason.
    pub unmatched: BTreeMap<String, u64>,
    /// Customers without a legal basis, or paused: not read and not scored.
    pub not_scored: usize,
    /// Customers none of whose texts was read because contacts object and the register does not say who.
    pub unread: usize,
    /// Arrivals by day: how many, the first, the last.
    days: BTreeMap<i32, (u64, Timestamp, Timestamp)>,
}

impl Read {
    /// First and last arrival, strays left out.
    pub fn span(&self) -> Option<RangeInclusive<Timestamp>> {
        let half = self.days.values().map(|day| day.0).sum::<u64>() / 2;
        let mut seen = 0;
        let middle = self.days.values().find(|day| {
            seen += day.0;
            seen > half
        });
        let middle = middle?.1;
        let near = |at: &Timestamp| at.duration_since(middle).abs() <= STRAY;
        let first = self.days.values().map(|day| day.1).find(near)?;
        Some(first..=self.days.values().rev().map(|day| day.2).find(near)?)
    }

    fn note(&mut self, arrived: Timestamp) {
        let day = self.days.entry(Day::of(arrived).0).or_insert((0, arrived, arrived));
        *day = (day.0 + 1, day.1.min(arrived), day.2.max(arrived));
    }

    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.unreadable += other.unreadable;
        for (reason, lines) in other.rejected {
            *self.rejected.entry(reason).or_default() += lines;
        }
        for (reason, lines) in other.unmatched {
            *self.unmatched.entry(reason).or_default() += lines;
        }
        for (day, (events, first, last)) in other.days {
            let held = self.days.entry(day).or_insert((0, first, last));
            *held = (held.0 + events, held.1.min(first), held.2.max(last));
        }
    }
}

/// The file of a customer's events.
pub fn file_of(events: &Path, place: usize) -> PathBuf {
    events.join(format!("{place}.jsonl"))
}

/// A customer's events that arrived in a span of time, in order of arrival.
pub fn events_of(
    events: &Path,
    place: usize,
    span: &RangeInclusive<Timestamp>,
) -> anyhow::Result<Vec<Arrived>> {
    let path = file_of(events, place);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut arrived = Vec::new();
    for line in history::open(&path)?.lines() {
        let line = line.with_context(|| format!("reading {}", path.display()))?;
        let event: Arrived =
            serde_json::from_str(&line).with_context(|| format!("reading {}", path.display()))?;
        if span.contains(&event.arrived) {
            arrived.push(event);
        }
    }
    arrived.sort_by_key(|event| (event.arrived, event.line));
    Ok(arrived)
}

/// What became of the lines when the history was read before, and whether the events are still there.
pub fn before(folder: &Folder, policy: &Policy) -> anyhow::Result<Option<(Read, bool)>> {
    let events = folder.events(policy)?;
    Ok(folder::get(&tally_of(&events)).map(|read| (read, events.exists())))
}

/// The tally stands beside the events.
fn tally_of(events: &Path) -> PathBuf {
    events.with_extension("json")
}

/// Reads the whole history with the words of a policy.
pub fn read(inputs: &Inputs, folder: &Folder, policy: &Policy) -> anyhow::Result<Read> {
    let events = folder.events(policy)?;
    let tally = tally_of(&events);
    if events.exists() {
        fs::remove_dir_all(&events).with_context(|| format!("removing {}", events.display()))?;
    }
    fs::create_dir_all(&events).with_context(|| format!("creating {}", events.display()))?;
    let desk = Desk {
        inputs,
        house: House::new(inputs.company.clone(), policy.clone()),
        key: SecretKey::new(*b"backtest"),
        spool: Mutex::new(Spool { folder: events, held: BTreeMap::new(), bytes: 0 }),
    };
    let mut read = take_all(&desk)?;
    desk.spool.into_inner().unwrap_or_else(PoisonError::into_inner).flush()?;
    read.not_scored = inputs.customers.iter().filter(|customer| !customer.may_be_scored()).count();
    read.unread = inputs.customers.iter().filter(|customer| is_unread(customer)).count();
    anyhow::ensure!(read.span().is_some(), "{} holds no events", inputs.history.display());
    folder::put(&tally, &read)?;
    Ok(read)
}

/// Objections are kept as hashes under a deployment's own key, which is not here: who objects cannot be told, so nobody's
/// text is read, as where a text has no writer.
fn is_unread(customer: &Customer) -> bool {
    customer.may_be_scored() && !customer.objections.is_empty()
}

/// Lines with the number of the first.
type Batch = (u64, Vec<String>);

fn take_all(desk: &Desk<'_>) -> anyhow::Result<Read> {
    let path = &desk.inputs.history;
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let style = ProgressStyle::with_template("Reading   {bar:40} {percent:>3} %  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(file.metadata().map_or(0, |data| data.len())).with_style(style);
    let stream =
        history::unpacked(bar.wrap_read(file)).with_context(|| format!("reading {}", path.display()))?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = sync_channel::<Batch>(2 * threads);
    let receiver = Arc::new(Mutex::new(receiver));
    let read = thread::scope(|scope| {
        let takers: Vec<_> = std::iter::repeat_n(receiver, threads)
            .map(|receiver| scope.spawn(move || take_batches(desk, &receiver)))
            .collect();
        let mut batch = Vec::with_capacity(BATCH);
        let mut number = 0;
        let mut fault = None;
        for line in history::lines_of(stream) {
            match line {
                Ok(line) => batch.push(line),
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
            if batch.len() == BATCH {
                // Nobody receives any more: a taker failed and says why below.
                if sender.send((number, std::mem::take(&mut batch))).is_err() {
                    break;
                }
                number += BATCH as u64;
            }
        }
        let _ = sender.send((number, batch));
        drop(sender);
        let mut read = Read::default();
        for taker in takers {
            // A panic's message may quote the text that was being read.
            read.add(taker.join().map_err(|_| anyhow::anyhow!("a thread ended early"))??);
        }
        match fault {
            Some(error) => Err(error).with_context(|| format!("reading {}", path.display())),
            None => Ok(read),
        }
    })?;
    bar.finish_and_clear();
    Ok(read)
}

fn take_batches(desk: &Desk<'_>, batches: &Mutex<Receiver<Batch>>) -> anyhow::Result<Read> {
    let mut read = Read::default();
    loop {
        let batch = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((first, lines)) = batch else { return Ok(read) };
        let mut taken = Vec::with_capacity(lines.len());
        for (number, line) in (first..).zip(&lines) {
            if let Some((place, event)) = desk.take(number, line, &mut read) {
                let mut json = serde_json::to_vec(&event).context("writing an event")?;
                json.push(b'\n');
                taken.push((place, json));
            }
        }
        desk.spool.lock().unwrap_or_else(PoisonError::into_inner).put(taken)?;
    }
}

/// Where events are taken in.
struct Desk<'a> {
    inputs: &'a Inputs,
    house: House,
    key: SecretKey,
    spool: Mutex<Spool>,
}

impl Desk<'_> {
    /// One line: whose event it is and what is left of it, or a place in the tally.
    fn take(&self, number: u64, line: &str, read: &mut Read) -> Option<(usize, Arrived)> {
        let Some(line) = history::line(line) else {
            read.unreadable += u64::from(!line.trim().is_empty());
            return None;
        };
        read.note(line.arrived);
        let incoming = match incoming::parse(&line.event, &|field, name| self.key.name(field, name)) {
            Ok(incoming) => incoming,
            Err(Fault::UnknownKind) => {
                *read.unmatched.entry("unknown_kind".to_owned()).or_default() += 1;
                return None;
            }
            Err(fault) => {
                *read.rejected.entry(fault.to_string()).or_default() += 1;
                return None;
            }
        };
        let aside = ingest_read::out_of_time(incoming.event.at, line.arrived);
        let place = self.customer(&incoming);
        let (None, Some(place)) = (aside, place) else {
            *read.unmatched.entry(aside.unwrap_or("unknown_customer").to_owned()).or_default() += 1;
            return None;
        };
        let customer = self.inputs.customers.get(place)?;
        let id = ingest_read::event_id(&self.key, &line.source, &incoming.id);
        let text = incoming.text.filter(|_| !is_unread(customer));
        let event = ingest_read::read(Incoming { text, ..incoming }, customer, &self.house, &self.key);
        read.events += 1;
        Some((place, Arrived { arrived: line.arrived, line: number, id, event }))
    }

    fn customer(&self, incoming: &Incoming) -> Option<usize> {
        let named = self.inputs.find(&incoming.customer);
        let alias = || self.inputs.find(&ingest_read::as_alias(&incoming.customer)?);
        let contact = || self.inputs.find(&ingest_read::by_contact(incoming)?);
        named.or_else(alias).or_else(contact)
    }
}

/// What is not yet in the customers' files.
struct Spool {
    folder: PathBuf,
    held: BTreeMap<usize, Vec<u8>>,
    bytes: usize,
}

impl Spool {
    fn put(&mut self, events: Vec<(usize, Vec<u8>)>) -> anyhow::Result<()> {
        for (place, json) in events {
            self.bytes += json.len();
            self.held.entry(place).or_default().extend(json);
        }
        if self.bytes > HELD { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        for (place, bytes) in std::mem::take(&mut self.held) {
            let path = file_of(&self.folder, place);
            let file = OpenOptions::new().create(true).append(true).open(&path);
            file.and_then(|mut file| file.write_all(&bytes))
                .with_context(|| format!("writing {}", path.display()))?;
        }
        self.bytes = 0;
        Ok(())
    }
}
