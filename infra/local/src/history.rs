//! Histories and registers from files: what is replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use platform::register::{Company, Customer, LegalBasis, LegalBasisKind, Staff};
use scoring::Role;
use serde::Deserialize;
use serde_json::Value;
use tone::Language;

/// One line of a history: an event of the event format and when it arrived.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it arrived: `received_at`, else `at`.
    pub arrived: Timestamp,
    /// The source instance.
    pub source: String,
    /// The event as it was sent.
    pub event: Value,
}

/// The company and its people.
#[derive(Clone, Debug, Deserialize)]
pub struct Vendor {
    /// Name and own domains.
    #[serde(flatten)]
    pub company: Company,
    /// Its time zone.
    pub time_zone: String,
    /// Who gets alerts.
    pub staff: Vec<Staff>,
}

/// A history with everybody in it.
#[derive(Clone, Debug)]
pub struct History {
    /// The company that watches.
    pub vendor: Vendor,
    /// The customers watched.
    pub customers: Vec<Customer>,
    /// What happened, in order of arrival.
    pub lines: Vec<Line>,
    /// Lines that were no event at all.
    pub unreadable: usize,
}

impl History {
    /// The source instances that deliver it.
    pub fn sources(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = self.lines.iter().map(|line| line.source.as_str()).collect();
        names.into_iter().collect()
    }

    /// Reads a history file and its register. Without a register one is made, see [`made_register`].
    pub fn read(history: &Path, customers: Option<&Path>) -> anyhow::Result<Self> {
        let (mut lines, mut unreadable) = read_lines(history)?;
        lines.sort_by_key(|line| line.arrived);
        unreadable += leave_out_strays(&mut lines);
        let customers = match customers {
            Some(path) => read_customers(path)?,
            None => made_register(&lines),
        };
        Ok(Self { vendor: made_vendor(&customers), customers, lines, unreadable })
    }
}

/// Opens a file, plain or gzip.
pub fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    unpacked(file).with_context(|| format!("reading {}", path.display()))
}

/// A plain or gzip stream as it reads, whichever it is.
pub fn unpacked(stream: impl Read + 'static) -> std::io::Result<Box<dyn BufRead>> {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    if stream.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(stream))));
    }
    Ok(Box::new(stream))
}

/// A table of columns with a heading: separated by commas, or by what the heading has more of, since a spreadsheet in
/// Stockholm or Berlin writes semicolons.
pub fn table(mut stream: impl BufRead) -> std::io::Result<csv::Reader<impl BufRead>> {
    let heading = stream.fill_buf()?.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let having = |mark: u8| heading.split(|byte| *byte == mark).count();
    let delimiter = if having(b';') > having(b',') { b';' } else { b',' };
    Ok(csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(stream))
}

/// The lines of a stream. One that is not UTF-8 comes as a replacement character, which is no event, so that it is left out
/// and counted as any other line that cannot be read.
pub fn lines_of(stream: impl BufRead) -> impl Iterator<Item = std::io::Result<String>> {
    let text = |line| String::from_utf8(line).unwrap_or_else(|_| char::REPLACEMENT_CHARACTER.to_string());
    stream.split(b'\n').map(move |line| line.map(text))
}

/// The lines of a history that have a time, in the order of the file, and how many had none.
pub fn read_lines(path: &Path) -> anyhow::Result<(Vec<Line>, usize)> {
    let (mut lines, mut unreadable) = (Vec::new(), 0);
    for text in lines_of(open(path)?) {
        let text = text.with_context(|| format!("reading {}", path.display()))?;
        match line(&text) {
            Some(line) => lines.push(line),
            None => unreadable += usize::from(!text.trim().is_empty()),
        }
    }
    anyhow::ensure!(!lines.is_empty(), "{} holds no events", path.display());
    Ok((lines, unreadable))
}

/// A line of a history, if it is JSON and says when.
pub fn line(text: &str) -> Option<Line> {
    let event: Value = serde_json::from_str(text).ok()?;
    let time = |field: &str| event.get(field).and_then(Value::as_str).and_then(|time| time.parse().ok());
    let arrived = time("received_at").or_else(|| time("at"))?;
    let source = event.get("source").and_then(Value::as_str).unwrap_or("history").to_owned();
    Some(Line { arrived, source, event })
}

/// Leaves out lines that lie more than five years from the middle one, as a wrong clock or a date typed by hand makes
/// them: a single one would have every day in between played. Says how many.
fn leave_out_strays(lines: &mut Vec<Line>) -> usize {
    const FIVE_YEARS: SignedDuration = SignedDuration::from_hours(24 * 365 * 5);
    let Some(middle) = lines.get(lines.len() / 2).map(|line| line.arrived) else { return 0 };
    let before = lines.len();
    lines.retain(|line| line.arrived.duration_since(middle).abs() <= FIVE_YEARS);
    before - lines.len()
}

fn read_json_lines<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    let mut values = Vec::new();
    for (index, text) in open(path)?.lines().enumerate() {
        let text = text.with_context(|| format!("reading {}", path.display()))?;
        // Editors on Windows begin a file with a byte order mark.
        let text = text.trim_start_matches('\u{feff}');
        if !text.trim().is_empty() {
            let value = serde_json::from_str(text);
            values.push(value.with_context(|| format!("{} line {}", path.display(), index + 1))?);
        }
    }
    Ok(values)
}

/// The customers of a register file.
pub fn read_customers(path: &Path) -> anyhow::Result<Vec<Customer>> {
    let lines: Vec<Value> = read_json_lines(path)?;
    let mut customers = Vec::with_capacity(lines.len());
    let mut unknown = BTreeSet::new();
    let (mut taken, mut ids) = (BTreeMap::new(), BTreeSet::new());
    for line in lines {
        let given: Vec<String> = line.as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
        let customer: Customer = serde_json::from_value(line)
            .with_context(|| format!("{}: customer {}", path.display(), customers.len() + 1))?;
        check(&customer).with_context(|| format!("{}: customer {}", path.display(), customer.id))?;
        anyhow::ensure!(ids.insert(customer.id.clone()), "{}: {} stands twice", path.display(), customer.id);
        let known = serde_json::to_value(&customer)?;
        unknown.extend(given.into_iter().filter(|key| known.get(key).is_none()));
        for name in customer.domains.iter().chain(&customer.aliases).map(|name| name.to_lowercase()) {
            let other = taken.insert(name.clone(), customer.id.clone());
            anyhow::ensure!(
                other.as_ref().is_none_or(|other| *other == customer.id),
                "{}: {} and {} both go by {name}; events could not be told apart",
                path.display(),
                other.unwrap_or_default(),
                customer.id
            );
        }
        customers.push(customer);
    }
    for key in unknown {
        tracing::warn!("{}: `{key}` is no field of the register and is not used", path.display());
    }
    Ok(customers)
}

/// What would silently count as something else later: another zone's nights, a loss worth less than nothing.
fn check(customer: &Customer) -> anyhow::Result<()> {
    let zone = customer.time_zone.as_deref();
    anyhow::ensure!(!customer.id.trim().is_empty(), "`id` is empty");
    anyhow::ensure!(
        zone.is_none_or(|zone| TimeZone::get(zone).is_ok()),
        "`time_zone` is none that IANA knows, as Europe/Stockholm"
    );
    anyhow::ensure!(
        customer.value_per_year.is_none_or(|value| value >= 0.0),
        "`value_per_year` is no amount of 0 or more"
    );
    let capitals = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    anyhow::ensure!(
        customer.currency.as_ref().is_none_or(capitals),
        "`currency` is not three capital letters"
    );
    Ok(())
}

/// The staff of a register file.
pub fn read_staff(path: &Path) -> anyhow::Result<Vec<Staff>> {
    read_json_lines(path)
}

/// A register with every customer that the history names by id. The legal basis says that it is made up for the run.
fn made_register(lines: &[Line]) -> Vec<Customer> {
    let ids: BTreeSet<String> = lines
        .iter()
        .filter_map(|line| match line.event.get("customer") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        })
        .collect();
    let made = |id: String| made_customer(format!("Customer {id}"), id, "made for this run");
    ids.into_iter().map(made).collect()
}

/// A customer known by nothing but its id. The legal basis says what it was made up for.
pub(crate) fn made_customer(name: String, id: String, reference: &str) -> Customer {
    Customer {
        name,
        id,
        relation: None,
        branch: None,
        value_per_year: None,
        currency: None,
        domains: Vec::new(),
        aliases: Vec::new(),
        owner: None,
        language: None,
        time_zone: None,
        country: None,
        pilot: false,
        legal_basis: Some(LegalBasis {
            kind: LegalBasisKind::LegitimateInterest,
            reference: reference.to_owned(),
            date: Zoned::now().date(),
        }),
        natural_person: false,
        paused: false,
        pauses: Vec::new(),
        objections: Vec::new(),
    }
}

/// People to send alerts to: one account manager per owner in the register, a team leader, a managing director.
pub fn made_vendor(customers: &[Customer]) -> Vendor {
    let mut staff: BTreeMap<String, Staff> = BTreeMap::new();
    for owner in customers.iter().filter_map(|customer| customer.owner.clone()) {
        let person = person(&owner, &owner, Role::AccountManager);
        staff.entry(owner).or_insert(person);
    }
    if staff.is_empty() {
        staff.insert(
            "account-manager".to_owned(),
            person("account-manager", "am@vendor.example", Role::AccountManager),
        );
    }
    let mut staff: Vec<Staff> = staff.into_values().collect();
    staff.push(person("team-leader", "team@vendor.example", Role::TeamLeader));
    staff.push(person("management", "management@vendor.example", Role::Management));
    let company = Company {
        name: "Vendor".to_owned(),
        domains: vec!["vendor.example".to_owned()],
        addresses: Vec::new(),
    };
    Vendor { company, time_zone: "Europe/Stockholm".to_owned(), staff }
}

fn person(id: &str, email: &str, role: Role) -> Staff {
    let email = if email.contains('@') { email.to_owned() } else { format!("{email}@vendor.example") };
    Staff { id: id.to_owned(), name: id.to_owned(), email, role, language: Language::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_that_means_nothing_is_refused_with_the_field_s_name() {
        let path = std::env::temp_dir().join(format!("kundvakt-register-{}.jsonl", std::process::id()));
        let read = |fields: &str| {
            let line = format!("{{\"id\":\"c1\",\"name\":\"One\"{fields}}}\n");
            std::fs::write(&path, line.repeat(if fields.is_empty() { 2 } else { 1 })).unwrap();
            let told = read_customers(&path).map(|customers| customers.len().to_string());
            told.unwrap_or_else(|fault| format!("{fault:#}").split_once(".jsonl: ").unwrap().1.to_owned())
        };
        assert_eq!(read(r#","time_zone":"Europe/Berlin","value_per_year":0,"currency":"EUR""#), "1");
        assert_eq!(
            read(r#","time_zone":"Mars/Base""#),
            "customer c1: `time_zone` is none that IANA knows, as Europe/Stockholm"
        );
        assert_eq!(
            read(r#","value_per_year":-5"#),
            "customer c1: `value_per_year` is no amount of 0 or more"
        );
        assert_eq!(read(r#","currency":"EURO""#), "customer c1: `currency` is not three capital letters");
        assert_eq!(read(""), "c1 stands twice");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_line_in_another_encoding_is_one_line_less() {
        let path = std::env::temp_dir().join(format!("kundvakt-latin1-{}.jsonl", std::process::id()));
        let event = r#"{"id":"m1","at":"2026-03-02T09:00:00Z","text":"hej"}"#.as_bytes();
        let latin1 = [&event[..45], b"\xe5\"}"].concat();
        std::fs::write(&path, [event, b"\n", &latin1, b"\r\n", event, b"\n\n"].concat()).unwrap();
        let (lines, unreadable) = read_lines(&path).unwrap();
        assert_eq!((lines.len(), unreadable), (2, 1));
        std::fs::remove_file(&path).unwrap();
    }
}
