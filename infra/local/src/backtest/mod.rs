//! `kundvakt backtest`: replays a history day by day through the product's own decisions and shows what would have been
//! warned of, how early, and how often in vain.
//!
//! [`inputs`] reads the files, [`folder`] keeps the results, [`reading`] takes the events in as ingest does,
//! [`portfolios`] finds what all customers did together, [`replay`] plays one customer as score does. [`judge`] holds its alerts against its losses, [`figures`] adds up, [`thresholds`]
//! tries other bounds, [`summary`] is all of it for one policy; [`report`] and [`write`] show it.

pub mod budget;
pub mod figures;
pub mod folder;
pub mod inputs;
pub mod judge;
pub mod portfolios;
pub mod reading;
pub mod replay;
pub mod report;
pub mod summary;
pub mod thresholds;
pub mod write;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use scoring::Policy;

use self::figures::Interval;
use self::folder::Folder;
use self::inputs::Inputs;
use self::judge::Period;
use self::reading::Read;
use self::replay::{Plan, Played, Step};
use self::report::Report;
use self::summary::Run;

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
    let (read, period, run) = judged(&inputs, &folder)?;
    let compare = match &inputs.compare {
        None => None,
        Some(other) => {
            let (_, plan, played) = play(&inputs, &folder, other)?;
            Some(within_budget(&inputs, &folder, plan, played, period)?)
        }
    };

    write::alerts(&folder.file("alerts.jsonl"), &run.played)?;
    write::risk(&folder.file("risk.csv"), &run.played)?;
    if let Some(compare) = &compare {
        write::alerts(&folder.file("alerts-compared.jsonl"), &compare.played)?;
        write::risk(&folder.file("risk-compared.csv"), &compare.played)?;
    }
    write::figures(&folder.file("figures.json"), period, &run, compare.as_ref())?;
    write::policy(&folder.file("recommended-policy.json"), &run.recommendation.policy)?;
    let page = Report { inputs: &inputs, read: &read, period, run: &run, compare: compare.as_ref() }.page();
    write::text(&folder.file("report.html"), &page)?;
    folder
        .tidy(&[Some(&inputs.policy), inputs.compare.as_ref()].into_iter().flatten().collect::<Vec<_>>())?;

    tell(&inputs, &read, period, &run, out)?;
    let report = folder.file("report.html");
    writeln!(out, "Took      {:.1} s; the report is {}", started.elapsed().as_secs_f64(), report.display())?;
    Ok(())
}

/// Only what became of each customer's alerts; the folder holds nothing to read afterwards.
pub fn steps_of(options: &Options) -> anyhow::Result<BTreeMap<String, Vec<Step>>> {
    let inputs = Inputs::read(options)?;
    let folder = Folder::open(&options.out, &inputs)?;
    let (_, _, run) = judged(&inputs, &folder)?;
    Ok(run.played.into_iter().map(|played| played.customer).zip(run.steps).collect())
}

/// Everybody under the policy, judged.
fn judged(inputs: &Inputs, folder: &Folder) -> anyhow::Result<(Read, Period, Run)> {
    let (read, plan, played) = play(inputs, folder, &inputs.policy)?;
    let date = |at: &Timestamp| at.to_zoned(inputs.zone.clone()).date();
    let last = plan.runs.last().map_or(date(plan.span.end()), date);
    let period = judge::period(date(plan.span.start()), last, inputs.from, inputs.to)?;
    Ok((read, period, within_budget(inputs, folder, plan, played, period)?))
}

/// Plays everybody under a policy; what was played before with the same files is taken from the folder.
pub(crate) fn play(
    inputs: &Inputs,
    folder: &Folder,
    policy: &Policy,
) -> anyhow::Result<(Read, Plan, Vec<Played>)> {
    if let Some((read, there)) = reading::before(folder, policy)? {
        let plan = Plan::new(&read, inputs, policy)?;
        if there || replay::is_played(inputs, folder, &plan)? {
            let played = replay::play_all(inputs, folder, &plan)?;
            return Ok((read, plan, played));
        }
    }
    let read = reading::read(inputs, folder, policy)?;
    let plan = Plan::new(&read, inputs, policy)?;
    let played = replay::play_all(inputs, folder, &plan)?;
    Ok((read, plan, played))
}

/// Judges everybody; where the budget of alerts would have held any back, after playing again with what it held.
fn within_budget(
    inputs: &Inputs,
    folder: &Folder,
    mut plan: Plan,
    played: Vec<Played>,
    period: Period,
) -> anyhow::Result<Run> {
    plan.held = budget::held(&plan.policy, &played);
    let without = summary::judged(inputs, &plan, played, period);
    if plan.held.is_empty() {
        let budget = budget::compared(&plan.policy, &plan.held, &without, &without);
        return Ok(Run { budget, ..without });
    }
    let played = replay::play_all(inputs, folder, &plan)?;
    let with = summary::judged(inputs, &plan, played, period);
    let budget = budget::compared(&plan.policy, &plan.held, &without, &with);
    // What other bounds give is told without the budget: else they would all keep it.
    Ok(Run { budget, recommendation: without.recommendation, ..with })
}

/// The figures in a few lines.
fn tell(inputs: &Inputs, read: &Read, period: Period, run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let figures = &run.summary.figures;
    let told = |share: Option<Interval>| match share {
        Some(share) => {
            format!("{:.0} % ({:.0}-{:.0})", share.value * 100.0, share.low * 100.0, share.high * 100.0)
        }
        None => "unknown".to_owned(),
    };
    let rate = |rate: Option<Interval>| match rate {
        Some(rate) => format!("{:.2} ({:.2}-{:.2})", rate.value, rate.low, rate.high),
        None => "unknown".to_owned(),
    };
    writeln!(out, "Judged    {} to {}, {} customers", period.from, period.to, figures.customers)?;
    let left_out = read.unreadable + read.rejected.values().sum::<u64>();
    let aside = read.unmatched.values().sum::<u64>();
    writeln!(out, "Events    {} read, {aside} aside, {left_out} lines left out: no events", read.events)?;
    let outside = inputs.outcomes_outside(period.from, period.to);
    if outside > 0 {
        writeln!(out, "          {outside} outcomes lie outside these days and count for nothing")?;
    }
    writeln!(out, "Alerts    {} opened, {} a week", figures.alerts, rate(figures.alerts_per_week))?;
    if figures.precision.is_none() {
        writeln!(out, "          no losses are documented: what was right or missed cannot be told")?;
    } else {
        let [two_weeks, month, two_months] = figures.recall_14_30_60.map(told);
        writeln!(out, "Right     {} of them {}", figures.right, told(figures.precision))?;
        writeln!(out, "False     {} per healthy customer and year", rate(figures.false_per_healthy_year))?;
        writeln!(out, "Losses    {}, {} of them warned of", figures.losses, figures.losses_warned)?;
        writeln!(out, "          14, 30, 60 days ahead: {two_weeks}, {month}, {two_months}")?;
    }
    writeln!(out, "          {}", run.budget.told(figures.alerts))?;
    for reason in &run.recommendation.reasons {
        writeln!(out, "          {reason}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
