//! `kundvakt backtest`: replays a history day by day through the product's own decisions and shows what would have been
//! warned of, how early, and how often in vain.
//!
//! [`inputs`] reads the files, [`folder`] keeps the results, [`reading`] takes the events in as ingest does, [`replay`]
//! plays one customer as score does.

pub mod folder;
pub mod inputs;
pub mod reading;
pub mod replay;
pub mod thresholds;
pub mod write;

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use jiff::civil::Date;

use self::folder::Folder;
use self::inputs::Inputs;
use self::replay::{Plan, Played};

/// What to replay.
#[derive(Clone, Debug)]
pub struct Options {
    /// Events of the event format, JSON lines, plain or gzip.
    pub history: PathBuf,
    /// The register, JSON lines.
    pub customers: PathBuf,
    /// Company and staff; without it a company in Stockholm is made for the run.
    pub company: Option<PathBuf>,
    /// What became of customers, CSV or JSON lines; without it what the history says of it.
    pub outcomes: Option<PathBuf>,
    /// The policy; without it the defaults.
    pub policy: Option<PathBuf>,
    /// A second policy to show beside it.
    pub compare: Option<PathBuf>,
    /// First day judged; without it half a year after the history begins.
    pub from: Option<Date>,
    /// Last day judged; without it the last of the history.
    pub to: Option<Date>,
    /// Where the results go.
    pub out: PathBuf,
}

/// Replays and writes everything.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let started = Instant::now();
    let inputs = Inputs::read(options)?;
    let folder = Folder::open(&options.out, &inputs)?;
    let (read, played) = play(&inputs, &folder, &inputs.policy)?;
    write::alerts(&folder.file("alerts.jsonl"), &played)?;
    write::risk(&folder.file("risk.csv"), &played)?;
    let seconds = started.elapsed().as_secs_f64();
    writeln!(out, "{} events of {} customers, {seconds:.1} s", read.events, played.len())
        .context("writing to the terminal")
}

/// Plays everybody under a policy; what was played before with the same files is taken from the folder.
fn play(
    inputs: &Inputs,
    folder: &Folder,
    policy: &scoring::Policy,
) -> anyhow::Result<(reading::Read, Vec<Played>)> {
    let read = reading::read(inputs, folder, policy)?;
    let plan = Plan::new(&read, inputs, policy)?;
    let played = replay::play_all(inputs, folder, &plan)?;
    Ok((read, played))
}
