//! `kundvakt learn`: what a history's losses and people's answers teach, as a new version of the policy, with a list of
//! what moved and why. Plays the history as `backtest` does, under the experts' weights.
//!
//! [`rows`] makes observations of what was played; [`lesson`] makes a policy of what they teach; [`answers`] finds the
//! alerts that were answered. The rows are held in memory for the run only.

pub mod answers;
pub mod lesson;
pub mod rows;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use jiff::civil::Date;
use learning::outcomes;
use scoring::Policy;
use scoring::policy::{LearnedPolicy, changes};

use self::lesson::Learned;
use crate::backtest::folder::Folder;
use crate::backtest::inputs::Inputs;
use crate::backtest::{self, summary, write};

/// What to learn from.
#[derive(Clone, Debug)]
pub struct Options {
    /// Events of the event format, JSON lines, plain or gzip.
    pub history: PathBuf,
    /// The register, JSON lines.
    pub customers: PathBuf,
    /// Company and staff.
    pub company: Option<PathBuf>,
    /// What became of customers, CSV or JSON lines; without it what the history says of it.
    pub outcomes: Option<PathBuf>,
    /// What people answered to alerts, CSV: customer, date, answer.
    pub feedback: Option<PathBuf>,
    /// The policy in force; without it the defaults.
    pub policy: Option<PathBuf>,
    /// Learn only from what ended by this day; else the last of the history.
    pub to: Option<Date>,
    /// Where the new policy and the list go.
    pub out: PathBuf,
}

/// Learns and writes `policy.json`, where something moved, and `changes.md`.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let inputs = Inputs::read(&backtest::Options {
        history: options.history.clone(),
        customers: options.customers.clone(),
        company: options.company.clone(),
        outcomes: options.outcomes.clone(),
        policy: options.policy.clone(),
        compare: None,
        from: None,
        to: options.to,
        out: options.out.clone(),
    })?;
    let folder = Folder::open(&options.out, &inputs)?;
    // Points before any weight: what losses teach must not depend on what they taught before.
    let rules = Policy { learned: LearnedPolicy::default(), ..inputs.policy.clone() };
    let (_, plan, played) = backtest::play(&inputs, &folder, &rules)?;
    let losses: Vec<_> = played.iter().map(|played| summary::losses(&inputs, played)).collect();
    let last = plan.runs.last().unwrap_or(plan.span.end()).to_zoned(inputs.zone.clone()).date();

    let first = plan.span.start().to_zoned(inputs.zone.clone()).date();
    let outside = inputs.outcomes_outside(first, last);
    if outside > 0 {
        writeln!(
            out,
            "{outside} outcomes lie outside {first} to {last}, the days played, and teach nothing.\n"
        )?;
    }

    let mut learned = Learned::new(&inputs.policy);
    if let Some(path) = &options.feedback {
        let answers = answers::read(path, &played, &inputs.zone, &inputs.policy)?;
        learned.answers(&answers);
    }
    let history = rows::of(&played, &losses, last, &learned.policy);
    learned.lesson(&history, &outcomes::learn(&history, &rows::in_force(&learned.policy)));
    let Learned { policy, told, weeks, moved } = learned;
    let policy = policy.checked().context("what was learned is no policy")?;

    let mut page = format!("# What was learned\n\n{}\n", told.join("\n\n"));
    let file = folder.file("policy.json");
    if moved {
        write::policy(&file, &policy)?;
        page.push_str(&list("What moved", &changes(&inputs.policy, &policy)));
    } else {
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
        page.push_str("\nNothing moved: the policy stays.\n");
    }
    write!(out, "{page}")?;
    page.push_str(&list("Answers, week by week", &weeks));
    let all = folder.file("changes.md");
    write::text(&all, &page)?;
    folder.forget()?;
    if moved {
        let (file, all) = (file.display(), all.display());
        writeln!(
            out,
            "\nThe new policy is {file}, all reasons are in {all}. Nothing is in force before you put it there."
        )?;
    }
    Ok(())
}

/// A section of a page; none without lines.
fn list(title: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("- {line}\n")).collect();
    if lines.is_empty() { String::new() } else { format!("\n## {title}\n\n{}", lines.concat()) }
}

#[cfg(test)]
mod tests;
