//! The public files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::history;

/// The file of this name, or its gzip.
pub(super) fn find(folder: &Path, file: &str) -> Option<PathBuf> {
    let plain = folder.join(file);
    let packed = folder.join(format!("{file}.gz"));
    [plain, packed].into_iter().find(|path| path.exists())
}

/// All rows of a CSV file, plain or gzip.
pub(super) fn rows<R: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<R>> {
    let mut reader = csv::Reader::from_reader(history::open(path)?);
    let rows: Result<Vec<R>, _> = reader.deserialize().collect();
    let rows = rows.with_context(|| format!("reading {}", path.display()))?;
    anyhow::ensure!(!rows.is_empty(), "{} holds no rows", path.display());
    Ok(rows)
}

/// The number of a date or of a time's date.
pub(super) fn day(text: &str) -> anyhow::Result<i32> {
    let date: Date = text.get(..10).unwrap_or(text).parse().context("reading a date")?;
    number(date)
}

/// Days since 1970.
pub(super) fn number(date: Date) -> anyhow::Result<i32> {
    Ok(date.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).context("counting days")?.get_days())
}
