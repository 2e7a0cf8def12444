//! `kundvakt eval behaviour`: predictions and watches on public histories, against the goals they were built for.
//!
//! Every figure is of customers, or of a time, the model has not seen; its interval holds 90 % of what resampled customers
//! give. The same file gives the same table.

mod company;
mod dice;
mod few;
mod figures;
mod invoices;
mod messages;
mod orders;
mod read;

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use figures::Figure;

/// Measures every set that is in the folder's `behaviour`, and prints a table. A set that is not there is said to be
/// missing.
pub fn behaviour(folder: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
    let inner = folder.join("behaviour");
    anyhow::ensure!(inner.is_dir(), "{} has no folder `behaviour`", folder.display());
    writeln!(out, "{}", Figure::HEADING)?;
    for set in orders::SETS {
        tell(&inner, set.file, set.name, |path, bar| orders::measure(path, set, bar), out)?;
    }
    for set in orders::SETS {
        tell(&inner, set.file, set.name, |path, bar| few::measure(path, set, bar), out)?;
    }
    tell(&inner, invoices::FILE, "invoices", invoices::measure, out)?;
    tell(&inner, messages::FILE, "messages", messages::measure, out)?;
    // It shows bars of its own.
    let company = |path: &Path, _: &ProgressBar| company::measure(path);
    tell(&folder.join("company"), company::HISTORY, "simulated, in-sample", company, out)
}

/// Measures one set, if it is there, and prints its figures.
fn tell(
    folder: &Path,
    file: &str,
    set: &str,
    measure: impl FnOnce(&Path, &ProgressBar) -> anyhow::Result<Vec<Figure>>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let Some(path) = read::find(folder, file) else {
        writeln!(out, "- {set:24} {file} is missing")?;
        return Ok(());
    };
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(set.to_owned());
    let figures = measure(&path, &bar)?;
    bar.finish_and_clear();
    for figure in figures {
        writeln!(out, "{}", figure.row(set))?;
    }
    Ok(())
}
