//! One policy's replay, judged as a whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use scoring::incoming::CustomerRef;
use scoring::{Family, Policy};
use serde::Serialize;

use super::budget::Budgeted;
use super::figures::{Figures, Interval, Sums, drawn, ends, figures, share};
use super::inputs::Inputs;
use super::judge::{self, Judged, LEADS, Period, Verdict, WARNING_DAYS, days};
use super::replay::{Plan, Played, Step, Week, monday};
use super::thresholds::{Recommendation, recommend};
use crate::replay::ChangeKind;

/// Days within which a loss counts for the calibration curve.
pub const HORIZON_DAYS: i32 = 90;
/// Bounds of its bands of risk, 0..1: tenths up to yellow, then the levels.
const BANDS: [f64; 7] = [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0];
/// Bounds of the bands of probability, 0..1: most customers stay.
const CHANCES: [f64; 7] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0];

/// What a policy would have given.
pub struct Run {
    /// Who was played.
    pub played: Vec<Played>,
    /// Their changes as steps, one each.
    pub steps: Vec<Vec<Step>>,
    /// Their losses, whenever they were.
    pub losses: Vec<Vec<Date>>,
    /// What their alerts turned out to be.
    pub judged: Vec<Judged>,
    /// The figures.
    pub summary: Summary,
    /// The other bounds of yellow.
    pub recommendation: Recommendation,
    /// What the budget of alerts did.
    pub budget: Budgeted,
}

/// The figures of a run, as in `figures.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Version of the policy.
    pub policy_version: u32,
    /// Shares and rates.
    pub figures: Figures,
    /// How often a customer of whom no loss is known had such a warning 14, 30 and 60 days or more before a day like any
    /// other: what chance would give.
    pub by_chance: [Option<f64>; LEADS.len()],
    /// Days from the first warning to each loss that was warned of, rising.
    pub leads: Vec<i32>,
    /// Alerts opened in each week of the period, by its Monday; without those that stood open before.
    pub weeks: Vec<(Date, u32)>,
    /// What followed a risk.
    pub calibration: Vec<Band>,
    /// What followed a probability; empty where the policy tells none.
    pub probability: Vec<Band>,
    /// In how many alerts each family stood.
    pub signals: Vec<Signal>,
}

/// Customer-weeks with a risk in a band, and in how many a loss followed within [`HORIZON_DAYS`].
#[derive(Clone, Debug, Serialize)]
pub struct Band {
    /// Lower end, 0..1.
    pub from: f64,
    /// Upper end, 0..1.
    pub to: f64,
    /// Customer-weeks.
    pub weeks: u32,
    /// Share followed by a loss.
    pub lost: Option<Interval>,
}

/// How a family did.
#[derive(Clone, Debug, Serialize)]
pub struct Signal {
    /// Which.
    pub family: Family,
    /// Right alerts it stood in.
    pub right: u32,
    /// False alerts it stood in.
    #[serde(rename = "false")]
    pub wrong: u32,
}

/// Judges everybody.
pub fn judged(inputs: &Inputs, plan: &Plan, played: Vec<Played>, period: Period) -> Run {
    let losses: Vec<Vec<Date>> = played.iter().map(|played| losses(inputs, played)).collect();
    let steps: Vec<Vec<Step>> = played.iter().map(|played| judge::steps(played, &inputs.zone)).collect();
    let each = || played.iter().zip(&losses);
    let judged: Vec<Judged> = each()
        .zip(&steps)
        .map(|((played, losses), steps)| judge::judge(steps, losses, played.since, period))
        .collect();
    let others: Vec<Vec<Sums>> = each()
        .map(|(played, losses)| {
            let judged = |steps: &Vec<Step>| judge::judge(steps, losses, played.since, period);
            played.others.iter().map(|steps| Sums::of(&judged(steps))).collect()
        })
        .collect();
    let sums: Vec<Sums> = judged.iter().map(Sums::of).collect();
    let summary = Summary {
        policy_version: plan.policy.version,
        figures: figures(&sums, period.weeks()),
        by_chance: by_chance(&steps, &judged, period),
        leads: leads(&judged),
        weeks: weeks(&judged, period),
        calibration: calibration(&played, &losses, period, BANDS, |week| Some(week.risk)),
        probability: plan.policy.learned.probability.map_or_else(Vec::new, |_| {
            calibration(&played, &losses, period, CHANCES, |week| week.probability)
        }),
        signals: signals(&played, &judged),
    };
    let recommendation = recommend(&plan.policy, &plan.others, &others, period.weeks());
    Run { played, steps, losses, judged, summary, recommendation, budget: Budgeted::default() }
}

/// A customer's losses, by the file of outcomes where there is one.
pub fn losses(inputs: &Inputs, played: &Played) -> Vec<Date> {
    let place = inputs.find(&CustomerRef::Id(played.customer.clone()));
    let of_one = place.and_then(|place| inputs.outcomes.as_ref()?.get(&place));
    let documented = inputs.outcomes.as_ref().map(|_| of_one.map_or(&[][..], Vec::as_slice));
    judge::losses(played, documented)
}

/// Each Monday with half a year of the period before it stands for a loss that did not come.
fn by_chance(steps: &[Vec<Step>], judged: &[Judged], period: Period) -> [Option<f64>; LEADS.len()] {
    let mut mondays = Vec::new();
    let mut day = monday(period.from.saturating_add(WARNING_DAYS.days())).saturating_add(7.days());
    while day <= period.to {
        mondays.push(day);
        day = day.saturating_add(7.days());
    }
    let (mut picked, mut warned) = (0, [0; LEADS.len()]);
    let healthy = steps.iter().zip(judged).filter(|(_, judged)| judged.healthy && judged.years > 0.0);
    for (steps, _) in healthy {
        for day in &mondays {
            let leads = steps.iter().filter(|step| is_warning(step)).map(|step| days(step.date, *day));
            let lead = leads.filter(|lead| (1..=WARNING_DAYS).contains(lead)).max();
            picked += 1;
            for (count, least) in warned.iter_mut().zip(LEADS) {
                *count += u32::from(lead.is_some_and(|lead| lead >= least));
            }
        }
    }
    warned.map(|warned| share(warned, picked))
}

fn leads(judged: &[Judged]) -> Vec<i32> {
    let mut leads: Vec<i32> =
        judged.iter().flat_map(|judged| &judged.losses).filter_map(|loss| loss.lead).collect();
    leads.sort_unstable();
    leads
}

fn weeks(judged: &[Judged], period: Period) -> Vec<(Date, u32)> {
    let mut weeks = BTreeMap::new();
    let mut week = monday(period.from);
    while week <= period.to {
        weeks.insert(week, 0);
        week = week.saturating_add(7.days());
    }
    let episodes = judged.iter().flat_map(|judged| &judged.episodes);
    for episode in episodes.filter(|episode| !episode.stood) {
        *weeks.entry(monday(episode.opened)).or_default() += 1;
    }
    weeks.into_iter().collect()
}

/// Customer-weeks by band of a value, and how many were followed by a loss. Weeks after a loss say nothing, and weeks whose
/// horizon lies beyond the period are not over yet.
fn calibration(
    played: &[Played],
    losses: &[Vec<Date>],
    period: Period,
    bounds: [f64; 7],
    value: impl Fn(&Week) -> Option<f64>,
) -> Vec<Band> {
    let each: Vec<[(u32, u32); 6]> = played
        .iter()
        .zip(losses)
        .map(|(played, losses)| bands_of(played, losses, period, &bounds, &value))
        .collect();
    let total = |places: &mut dyn Iterator<Item = usize>, band: usize| {
        places
            .filter_map(|place| each.get(place)?.get(band))
            .fold((0, 0), |sum: (u32, u32), one| (sum.0 + one.0, sum.1 + one.1))
    };
    let band = |(band, (from, to)): (usize, (&f64, &f64))| {
        let (weeks, lost) = total(&mut (0..each.len()), band);
        let shares = drawn(each.len()).filter_map(|places| {
            let (weeks, lost) = total(&mut places.into_iter(), band);
            share(lost, weeks)
        });
        let lost = share(lost, weeks).zip(ends(shares.collect()));
        let lost = lost.map(|(value, (low, high))| Interval { value, low, high });
        Band { from: *from, to: *to, weeks, lost }
    };
    bounds.iter().zip(bounds.iter().skip(1)).enumerate().map(band).collect()
}

fn bands_of(
    played: &Played,
    losses: &[Date],
    period: Period,
    bounds: &[f64],
    value: impl Fn(&Week) -> Option<f64>,
) -> [(u32, u32); 6] {
    let mut bands = [(0, 0); 6];
    for week in &played.weeks {
        let as_of = week.monday.saturating_add(6.days());
        let is_over = days(as_of, period.to) >= HORIZON_DAYS;
        let gone = losses.first().is_some_and(|loss| *loss <= as_of);
        let Some(value) = value(week).filter(|_| as_of >= period.from && is_over && !gone) else { continue };
        let band = bounds.iter().skip(1).position(|bound| value < *bound).unwrap_or(bands.len() - 1);
        if let Some((weeks, lost)) = bands.get_mut(band) {
            *weeks += 1;
            *lost += u32::from(losses.iter().any(|loss| days(as_of, *loss) <= HORIZON_DAYS));
        }
    }
    bands
}

fn signals(played: &[Played], judged: &[Judged]) -> Vec<Signal> {
    let mut signals: BTreeMap<Family, (u32, u32)> = BTreeMap::new();
    for (played, judged) in played.iter().zip(judged) {
        for episode in &judged.episodes {
            let changes = played.changes.get(episode.steps.clone()).unwrap_or_default();
            let families: BTreeSet<Family> =
                changes.iter().flat_map(|change| change.families.iter().copied()).collect();
            for family in families {
                let (right, wrong) = signals.entry(family).or_default();
                *right += u32::from(episode.verdict == Verdict::Right);
                *wrong += u32::from(episode.verdict == Verdict::False);
            }
        }
    }
    let mut signals: Vec<Signal> =
        signals.into_iter().map(|(family, (right, wrong))| Signal { family, right, wrong }).collect();
    let worth = |signal: &Signal| share(signal.right, signal.right + signal.wrong).unwrap_or(0.0);
    signals.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(b.right.cmp(&a.right)));
    signals
}

/// Whether a step is something people hear of.
pub fn is_warning(step: &Step) -> bool {
    matches!(step.kind, ChangeKind::Opened | ChangeKind::Raised)
}

/// A policy's bounds of its levels, rising, 0..1.
pub fn bounds(policy: &Policy) -> [f64; 3] {
    [policy.risk.yellow, policy.risk.orange, policy.risk.red]
}
