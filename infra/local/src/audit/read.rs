//! Reads a history line by line: what is an event, whose it is, and what came twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead as _;
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use platform::register::Customer;
use scoring::event::Key;
use scoring::incoming::{Incoming, is_inbound, parse};
use scoring::{Day, Event};
use serde::Serialize;
use serde_json::Value;
use tone::{Language, Message};

use super::link::{Linking, Register};
use crate::history;

/// Days from the middle event beyond which a date is a mistake: five years.
const FAR_DAYS: i32 = 5 * 366;
/// Days without any event that cut the last few off from all others.
const APART_DAYS: i32 = 180;
/// Of a thousand events, so many may be cut off by such a gap and count as mistakes.
const APART_SHARE: usize = 1000;

/// One event that counts once.
pub(super) struct Item {
    /// Number of its line, from 1.
    pub line: u64,
    /// Index of its source in [`Gathered::sources`].
    pub source: usize,
    /// Index of its kind in [`Gathered::kinds`].
    pub kind: usize,
    /// Index of its customer in the register; none where nobody knows whose it is.
    pub customer: Option<usize>,
    /// When it arrived, where the file says so.
    pub received_at: Option<Timestamp>,
    /// A contact was named.
    pub has_contact: bool,
    /// A text came with it.
    pub has_text: bool,
    /// What is kept of it.
    pub event: Event,
}

/// Lines left out for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// How many.
    pub lines: u64,
    /// The number of the first of them, from 1.
    pub first_line: u64,
}

/// Repeated ids.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Duplicates {
    /// The same source, id and content: counted once.
    pub repeated: u64,
    /// The same source and id with another content.
    pub conflicting: u64,
    /// The line of the first conflict.
    pub first_conflict: Option<u64>,
}

/// Texts and who could read them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Texts {
    /// Customers' messages, tickets and requests.
    pub inbound: u64,
    /// Those with a text.
    pub with_text: u64,
    /// Those read, by language; `other` is none of ours.
    pub languages: BTreeMap<&'static str, u64>,
    /// Not read: no legal basis, paused, objections, or nobody knows whose it is.
    pub not_allowed: u64,
}

/// Everything a history holds.
pub(super) struct Gathered {
    /// Lines that are not empty.
    pub lines: u64,
    /// The file ended in the middle, as a compressed file does that was cut off.
    pub cut_off: bool,
    /// Lines that are no events, by reason.
    pub left_out: BTreeMap<String, LeftOut>,
    /// Names of the sources.
    pub sources: Names,
    /// Names of the kinds.
    pub kinds: Names,
    /// The events, each once, in order of time.
    pub items: Vec<Item>,
    /// What came twice.
    pub duplicates: Duplicates,
    /// How events name their customer.
    pub linking: Linking,
    /// Who could be read.
    pub texts: Texts,
    /// The customers.
    pub register: Register,
    seen: HashMap<(usize, u64), Seen>,
}

/// The first event of an id.
struct Seen {
    content: u64,
    customer: Option<usize>,
    day: Day,
}

/// Names with a number each.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }

    /// The name of a number.
    pub(super) fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }

    /// All names, in the order of their numbers.
    pub(super) fn all(&self) -> &[String] {
        &self.names
    }
}

/// Reads a history, plain or gzip. Without customers everybody whom an event names by id is one.
pub(super) fn read(file: &Path, customers: Option<Vec<Customer>>) -> anyhow::Result<Gathered> {
    let mut gathered = Gathered {
        lines: 0,
        cut_off: false,
        left_out: BTreeMap::new(),
        sources: Names::default(),
        kinds: Names::default(),
        items: Vec::new(),
        duplicates: Duplicates::default(),
        linking: Linking::default(),
        texts: Texts::default(),
        register: Register::new(customers),
        seen: HashMap::new(),
    };
    let opened = history::open(file).context("opening the history")?;
    for (index, text) in opened.split(b'\n').enumerate() {
        let text = match text {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                gathered.cut_off = true;
                break;
            }
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
        if !text.iter().all(u8::is_ascii_whitespace) {
            gathered.lines += 1;
            gathered.line(index as u64 + 1, text);
        }
    }
    gathered.items.sort_by_key(|item| (item.event.at, item.line));
    gathered.leave_out_strays();
    gathered.seen = HashMap::new();
    Ok(gathered)
}

impl Gathered {
    fn leave_out(&mut self, line: u64, reason: &str) {
        let left_out =
            self.left_out.entry(reason.to_owned()).or_insert(LeftOut { lines: 0, first_line: line });
        left_out.lines += 1;
        left_out.first_line = left_out.first_line.min(line);
    }

    fn line(&mut self, line: u64, text: &[u8]) {
        let Ok(value) = serde_json::from_slice::<Value>(text) else {
            return self.leave_out(line, "the line is not JSON");
        };
        match parse(&value, &key) {
            Ok(incoming) => self.event(line, &value, &incoming),
            Err(fault) => self.leave_out(line, &fault.to_string()),
        }
    }

    fn event(&mut self, line: u64, value: &Value, incoming: &Incoming) {
        let source = self.sources.number(incoming.source.as_deref().unwrap_or("history"));
        let kind = self.kinds.number(value.get("kind").and_then(Value::as_str).unwrap_or_default());
        let customer = self.register.find(incoming);
        let seen = Seen { content: content_of(incoming), customer, day: Day::of(incoming.event.at) };
        match self.seen.get(&(source, hash_of(&incoming.id))) {
            Some(first) if first.content == seen.content && first.customer == seen.customer => {
                self.duplicates.repeated += 1;
                return;
            }
            Some(first) => {
                self.duplicates.conflicting += 1;
                self.duplicates.first_conflict.get_or_insert(line);
                // What has the same id on another day, or at another customer, is stored apart and counts.
                if first.day == seen.day && first.customer == seen.customer {
                    return;
                }
            }
            None => drop(self.seen.insert((source, hash_of(&incoming.id)), seen)),
        }
        self.linking.count(incoming, customer.is_some());
        let has_text = incoming.text.is_some();
        let event = self.read(incoming, customer);
        let (received_at, has_contact) = (incoming.received_at, incoming.contact.is_some());
        self.items.push(Item { line, source, kind, customer, received_at, has_contact, has_text, event });
    }

    /// Reads a customer's text where the product may: with a legal basis, and where nobody objects.
    fn read(&mut self, incoming: &Incoming, customer: Option<usize>) -> Event {
        let mut event = incoming.event.clone();
        if !is_inbound(&event.kind) {
            return event;
        }
        self.texts.inbound += 1;
        let Some(text) = &incoming.text else { return event };
        self.texts.with_text += 1;
        let customer = customer.and_then(|customer| self.register.customer(customer));
        let may_read = |customer: &&Customer| customer.may_be_scored() && customer.objections.is_empty();
        let Some(customer) = customer.filter(may_read) else {
            self.texts.not_allowed += 1;
            return event;
        };
        let reading = tone::read(&Message {
            text: &text.text,
            subject: text.subject.as_deref(),
            format: text.format,
            known_language: text.language.or(customer.language),
            ..Message::default()
        });
        let language = match reading.language {
            Some(Language::Swedish) => "sv",
            Some(Language::English) => "en",
            Some(Language::German) => "de",
            None => "other",
        };
        *self.texts.languages.entry(language).or_default() += 1;
        event.reading = Some(reading);
        event
    }

    /// Leaves out events with dates that cannot be right: years from the middle one, or the few that a long gap cuts
    /// off from all others. One of them would make every customer look silent for years.
    fn leave_out_strays(&mut self) {
        let day = |item: &Item| Day::of(item.event.at).0;
        let Some(middle) = self.items.get(self.items.len() / 2).map(day) else { return };
        let near = |item: &&Item| day(item).abs_diff(middle) <= FAR_DAYS.unsigned_abs();
        let days: Vec<i32> = self.items.iter().filter(near).map(day).collect();
        let few = days.len() / APART_SHARE;
        let ends = |days: &mut dyn Iterator<Item = (i32, i32)>| {
            days.take(few).filter(|(one, next)| one.abs_diff(*next) > APART_DAYS.unsigned_abs()).last()
        };
        let pairs = || days.iter().copied().zip(days.iter().copied().skip(1));
        let first = ends(&mut pairs()).map_or(i32::MIN, |(_, next)| next);
        let last =
            ends(&mut pairs().rev().map(|(one, next)| (next, one))).map_or(i32::MAX, |(_, before)| before);
        let is_stray = |item: &Item| !near(&item) || !(first..=last).contains(&day(item));
        let strays: BTreeSet<u64> =
            self.items.iter().filter(|item| is_stray(item)).map(|item| item.line).collect();
        self.items.retain(|item| !strays.contains(&item.line));
        for line in strays {
            self.leave_out(line, "its date lies far from all the others");
        }
    }
}

/// A name as a key. Nothing of the audit is kept, so the key needs no secret.
fn key(purpose: &str, name: &str) -> Key {
    Key(hash_of(&(purpose, name)))
}

fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What tells an event from another with the same id, as ingest has it: all that is understood of it, and not when it
/// arrived.
fn content_of(incoming: &Incoming) -> u64 {
    let event = serde_json::to_string(&incoming.event).unwrap_or_default();
    let text = incoming.text.as_ref().map(|text| (&text.text, &text.subject));
    hash_of(&(event, &incoming.contact, text))
}
