//! `kundvakt predict`: probabilities for outside evaluation, as CSV. Only what had arrived by the end of a cut-off's day
//! influences its rows.

mod invoices;
mod orders;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use scoring::Day;

/// The longest horizon, in days.
const LONGEST_HORIZON: i32 = 3_650;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The history, event JSON lines, plain or gzip.
    pub history: PathBuf,
    /// The cut-offs: the end of each of these days, UTC.
    pub as_of: Vec<Date>,
    /// How many days ahead, for orders.
    pub horizon_days: i32,
    /// What is predicted.
    pub task: Task,
    /// The history of other customers, to fit on.
    pub train: Option<PathBuf>,
    /// Nothing later is learned from; without it, the earliest cut-off.
    pub train_until: Option<Date>,
}

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Task {
    /// No order within the horizon: a row per customer with at least 4 order days, one of them within 120 days
    Orders,
    /// Paid after the due date: a row per invoice issued on a cut-off day
    Invoices,
}

/// Writes the rows to `out` and what a person should know about them to `notes`.
pub fn run(options: &Options, out: &mut impl Write, notes: &mut impl Write) -> anyhow::Result<()> {
    let days = 1..=LONGEST_HORIZON;
    anyhow::ensure!(days.contains(&options.horizon_days), "the horizon must be 1 to {LONGEST_HORIZON} days");
    let cut_offs: BTreeSet<i32> = options.as_of.iter().map(|date| day_of(*date)).collect::<Result<_, _>>()?;
    let first = *cut_offs.first().context("there is no cut-off")?;
    let until = options.train_until.map(day_of).transpose()?;
    let rows = match options.task {
        Task::Orders => orders::predict(options, &cut_offs, Until { first, asked: until }, out, notes)?,
        Task::Invoices => invoices::predict(options, &cut_offs, Until { first, asked: until }, out, notes)?,
    };
    if rows == 0 {
        writeln!(notes, "No row: nobody is eligible at these cut-offs.").context("writing notes")?;
    }
    Ok(())
}

/// Up to when may be learned from.
#[derive(Clone, Copy, Debug)]
struct Until {
    /// The earliest cut-off.
    first: i32,
    /// What was asked for.
    asked: Option<i32>,
}

impl Until {
    /// Of other customers, for all cut-offs at once: as asked, but never after the earliest.
    fn of_others(self, notes: &mut impl Write) -> anyhow::Result<i32> {
        if self.asked.is_some_and(|asked| asked > self.first) {
            let first = Day(self.first).date();
            writeln!(notes, "Nothing after the first cut-off is learned from: until {first} instead.")?;
        }
        Ok(self.asked.map_or(self.first, |asked| asked.min(self.first)))
    }

    /// Of the history itself, for one cut-off.
    fn of_own(self, cut_off: i32) -> i32 {
        self.asked.map_or(cut_off, |asked| asked.min(cut_off))
    }
}

/// A date as its UTC day.
fn day_of(date: Date) -> anyhow::Result<i32> {
    let midnight = date.to_zoned(TimeZone::UTC).with_context(|| format!("{date} is outside the calendar"))?;
    Ok(Day::of(midnight.timestamp()).0)
}

/// A bar on standard error, with the number of steps done.
fn progress(steps: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.tick();
    bar
}
