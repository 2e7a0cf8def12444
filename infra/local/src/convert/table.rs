//! The rows of a CSV file that may have been cut off anywhere.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Converted;
use crate::history;

/// The rows of a file, and where their events go.
pub(super) struct Table<'a> {
    bytes: Vec<u8>,
    /// Where the events go, one per line.
    pub(super) out: &'a mut dyn Write,
    converted: Converted,
    /// The file ended in the middle of a line.
    unended: bool,
    /// The first row that could not be read, and why.
    fault: Option<String>,
}

impl<'a> Table<'a> {
    /// Reads a file, plain or gzip. Of a compressed file that was cut off the whole lines are kept.
    pub(super) fn read(file: &Path, out: &'a mut dyn Write) -> anyhow::Result<Self> {
        let (mut bytes, mut converted) = (Vec::new(), Converted::default());
        match history::open(file)?.read_to_end(&mut bytes) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
                converted.notes.push("the file was cut off: what is missing at its end is left out".into());
            }
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        }
        let unended = bytes.last().is_some_and(|byte| *byte != b'\n');
        Ok(Self { bytes, out, converted, unended, fault: None })
    }

    /// Writes the events of each row. A row that is not of its shape, or of which `events` makes none, is left out.
    pub(super) fn each<R: DeserializeOwned>(
        &mut self,
        mut events: impl FnMut(R) -> anyhow::Result<Vec<Value>>,
    ) -> anyhow::Result<()> {
        let bytes = self.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.bytes);
        let rows = history::table(bytes).context("reading the heading")?;
        let mut left_out = 0_u64;
        let mut last_is_left_out = false;
        for (index, row) in rows.into_deserialize::<R>().enumerate() {
            let made = row.map_err(anyhow::Error::from).and_then(&mut events);
            last_is_left_out = made.is_err();
            match made {
                Ok(made) => {
                    for event in made {
                        writeln!(self.out, "{event}").context("writing an event")?;
                        self.converted.events += 1;
                    }
                    self.converted.rows += 1;
                }
                Err(fault) => {
                    left_out += 1;
                    self.fault.get_or_insert_with(|| format!("row {}: {}", index + 1, reason(&fault)));
                }
            }
        }
        if self.unended && last_is_left_out {
            left_out -= 1;
            self.note("the last line is cut off and was left out");
        } else if self.unended && self.converted.rows > 0 {
            self.note("the last line has no line end: it was taken as it stands and may be cut off");
        }
        if left_out > 0 {
            let rows = if left_out == 1 { "1 row".to_owned() } else { format!("{left_out} rows") };
            let first = self.fault.clone().unwrap_or_default();
            self.note(&format!("{rows} could not be read and were left out; the first is {first}"));
        }
        Ok(())
    }

    fn note(&mut self, note: &str) {
        self.converted.notes.push(note.to_owned());
    }

    /// What became of the file, and the first row that could not be read.
    pub(super) fn end(self) -> (Converted, Option<String>) {
        (self.converted, self.fault)
    }
}

/// Why a row could not be read, without the values in it.
fn reason(fault: &anyhow::Error) -> String {
    match fault.downcast_ref::<csv::Error>().map(csv::Error::kind) {
        Some(csv::ErrorKind::Deserialize { err, .. }) => err.to_string(),
        Some(csv::ErrorKind::UnequalLengths { expected_len, len, .. }) => {
            format!("it has {len} columns, the first line has {expected_len}")
        }
        Some(csv::ErrorKind::Utf8 { .. }) => "it is not UTF-8".to_owned(),
        _ => fault.to_string(),
    }
}

/// A day's noon, UTC: the same date nearly everywhere.
pub(super) fn noon(date: jiff::civil::Date) -> anyhow::Result<jiff::Timestamp> {
    let noon =
        date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).context("a day outside the calendar")?;
    Ok(noon.timestamp())
}

/// An amount of money as the event format takes it.
pub(super) fn amount(amount: f64) -> anyhow::Result<f64> {
    anyhow::ensure!(amount.abs() <= 1e11, "the amount is no amount of money");
    Ok(amount)
}
