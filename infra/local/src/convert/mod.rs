//! `kundvakt convert`: public data sets as histories in the event format, one file and one line of the table each.

mod cdnow;
mod invoices;
mod message_counts;
mod online_retail;
mod table;

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;

use table::Table;

/// A data set and how its rows become events.
#[derive(Clone, Copy, Debug)]
pub struct DataSet {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Writes the events of its rows.
    convert: fn(&mut Table<'_>) -> anyhow::Result<()>,
}

/// All of them.
pub const DATA_SETS: &[DataSet] =
    &[online_retail::DATA_SET, cdnow::DATA_SET, invoices::DATA_SET, message_counts::DATA_SET];

/// The data set of a name.
pub fn data_set(name: &str) -> anyhow::Result<DataSet> {
    let names = || DATA_SETS.iter().map(|set| set.name).collect::<Vec<_>>().join(", ");
    let found = DATA_SETS.iter().find(|set| set.name == name).copied();
    found.with_context(|| format!("there is no data set of this name; there are {}", names()))
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Rows read.
    pub rows: u64,
    /// Events written.
    pub events: u64,
    /// What was left out or is in doubt, each as a sentence for the person at the terminal.
    pub notes: Vec<String>,
}

/// Writes the rows of a file (CSV, plain or gzip) as events, one per line. The file may be cut off anywhere: what cannot
/// be read is left out and noted. An error when there is not a single row that can be.
pub fn run(set: DataSet, file: &Path, out: &mut dyn Write) -> anyhow::Result<Converted> {
    let name = file.display();
    let mut table = Table::read(file, out)?;
    (set.convert)(&mut table)?;
    table.out.flush().context("writing the history")?;
    let (converted, fault) = table.end();
    let fault = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
    anyhow::ensure!(converted.rows > 0, "{name} holds no rows of {}{fault}", set.name);
    Ok(converted)
}

#[cfg(test)]
mod tests;
