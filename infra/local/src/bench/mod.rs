//! `kundvakt bench`: speed and size, printed as a table. Never a timed test: a busy machine is no fault of the code.

mod cold_start;
mod no_network;
mod ordinary;
mod reading;
mod scoring_page;
mod webhook;

use std::io::Write;

use serde::Serialize;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it should be, as text.
    pub goal: String,
    /// Whether it is.
    pub reached: bool,
}

impl Figure {
    fn at_least(name: impl Into<String>, value: f64, unit: &'static str, goal: f64) -> Self {
        Self { name: name.into(), value, unit, goal: format!(">= {goal}"), reached: value >= goal }
    }

    fn at_most(name: impl Into<String>, value: f64, unit: &'static str, goal: f64) -> Self {
        Self { name: name.into(), value, unit, goal: format!("<= {goal}"), reached: value <= goal }
    }

    /// For comparison, without a goal.
    fn told(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, goal: String::new(), reached: true }
    }
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Webhooks through ingest
    Webhook,
    /// Pages of states
    Scoring,
    /// The size of a state item
    State,
    /// Messages
    Reading,
    /// Functions from spawn to ready, and their zips
    ColdStart,
}

/// Measures one part or all of them, and prints a table or one line of JSON.
pub fn run(only: Option<Part>, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut figures = Vec::new();
    if wanted(Part::Webhook) {
        figures.extend(webhook::measure()?);
    }
    if wanted(Part::Scoring) {
        figures.extend(scoring_page::measure()?);
    }
    if wanted(Part::State) {
        figures.extend(ordinary::measure());
    }
    if wanted(Part::Reading) {
        figures.extend(reading::measure()?);
    }
    if wanted(Part::ColdStart) {
        figures.extend(cold_start::measure()?);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    if json {
        let line = serde_json::json!({ "cores": cores, "profile": profile, "figures": figures });
        writeln!(out, "{line}")?;
        return Ok(());
    }
    writeln!(out, "{cores} cores, {profile} profile\n")?;
    for figure in &figures {
        let mark = if figure.reached { " " } else { "!" };
        writeln!(
            out,
            "{mark} {:58} {:>12.1} {:<12} {}",
            figure.name, figure.value, figure.unit, figure.goal
        )?;
    }
    if profile == "dev" {
        writeln!(out, "\nThe goals are for `cargo run --release`.")?;
    }
    Ok(())
}

/// The middle value; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn count(value: usize) -> f64 {
    value as f64
}
