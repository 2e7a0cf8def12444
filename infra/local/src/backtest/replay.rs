//! Plays customers day by day as score does: the daily run, and one at once where a notice arrives. Each run knows what
//! had arrived by then and nothing else.

mod player;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use scoring::budget::Held;
use scoring::event::{Kind, OutcomeResult};
use scoring::policy::RiskPolicy;
use scoring::{Day, Event, Family, Level, Policy};
use serde::{Deserialize, Serialize};

pub(super) use self::player::Player;
use super::folder::{self, Folder};
use super::inputs::Inputs;
use super::portfolios::Portfolios;
use super::reading::{self, Arrived, Read};
use super::thresholds;
use crate::product::next_at_hour;
use crate::replay::{Change, ChangeKind, RUN_HOUR};

/// When to run and with what; the same for all customers.
#[derive(Serialize)]
pub struct Plan {
    /// The daily runs.
    pub runs: Vec<Timestamp>,
    /// Arrivals that count.
    pub span: RangeInclusive<Timestamp>,
    /// The policy in force.
    pub policy: Policy,
    /// The same risk policy with other bounds of yellow, to be decided with beside it.
    pub others: Vec<RiskPolicy>,
    /// By week: what the budget of alerts holds back in it, where it does.
    pub held: BTreeMap<i32, Held>,
}

impl Plan {
    /// From the first arrival to the last, or to the last day that is judged.
    pub fn new(read: &Read, inputs: &Inputs, policy: &Policy) -> anyhow::Result<Self> {
        let span = read.span().context("the history holds no events")?;
        let mut runs = vec![next_at_hour(*span.start(), RUN_HOUR, &inputs.zone)?];
        while let Some(last) = runs.last().filter(|last| *last < span.end()) {
            let next = next_at_hour(*last, RUN_HOUR, &inputs.zone)?;
            if inputs.to.is_some_and(|to| next.to_zoned(inputs.zone.clone()).date() > to) {
                break;
            }
            runs.push(next);
        }
        Ok(Self {
            runs,
            span,
            policy: policy.clone(),
            others: thresholds::grid(&policy.risk),
            held: BTreeMap::new(),
        })
    }

    /// What the budget holds back in a time's week.
    fn held(&self, at: Timestamp) -> Held {
        self.held.get(&Day::of(at).week().0).copied().unwrap_or_default()
    }
}

/// What came of one customer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Played {
    /// Its id.
    pub customer: String,
    /// Events counted, each once.
    pub events: u64,
    /// Events that came again.
    pub repeated: u64,
    /// The local date from which it is known.
    pub since: Option<Date>,
    /// Openings, raises and closings, in order.
    pub changes: Vec<Change>,
    /// Its risk at the last run of each week.
    pub weeks: Vec<Week>,
    /// The same changes under each other bound of yellow, as planned.
    pub others: Vec<Vec<Step>>,
    /// What became of the customer, by the history.
    pub outcomes: Vec<(Date, OutcomeResult)>,
    /// Structured notices of termination and cancellations that nothing took back.
    pub notices: Vec<Date>,
}

/// The risk of a week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Risk, 0..1.
    pub risk: f64,
    /// The highest risk of any run of the week.
    pub peak: f64,
    /// Its level.
    pub level: Option<Level>,
    /// What it rests on, where that is too little for an alert.
    pub signs: Vec<String>,
    /// The points of each family that has any.
    pub points: Vec<(Family, f64)>,
    /// What such points came to, where the policy knows.
    pub probability: Option<f64>,
}

/// A change of an alert, without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The local date.
    pub date: Date,
    /// What changed.
    pub kind: ChangeKind,
    /// The level after it.
    pub level: Level,
}

/// Whether everybody was played before.
pub fn is_played(inputs: &Inputs, folder: &Folder, plan: &Plan) -> anyhow::Result<bool> {
    let kept = folder.played(&plan.policy, plan)?;
    let mut customers = inputs.customers.iter().enumerate().filter(|(_, customer)| customer.may_be_scored());
    Ok(customers.all(|(place, _)| folder::get::<Played>(&file_of(&kept, place)).is_some()))
}

/// The file of a played customer.
fn file_of(kept: &Path, place: usize) -> PathBuf {
    kept.join(format!("{place}.json"))
}

/// Plays everybody who may be scored, on all cores.
pub fn play_all(inputs: &Inputs, folder: &Folder, plan: &Plan) -> anyhow::Result<Vec<Played>> {
    let (events, kept) = (folder.events(&plan.policy)?, folder.played(&plan.policy, plan)?);
    std::fs::create_dir_all(&kept).with_context(|| format!("creating {}", kept.display()))?;
    let style = ProgressStyle::with_template("Replaying {bar:40} {pos}/{len} customers  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(inputs.customers.len() as u64).with_style(style);
    let portfolios = Portfolios::gather(inputs, &events, plan)?;
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(inputs.customers.len())));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let players: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= inputs.customers.len() {
                            return anyhow::Ok(());
                        }
                        if let Some(played) = play_one(inputs, plan, &portfolios, &events, &kept, place)? {
                            done.lock().unwrap_or_else(PoisonError::into_inner).push((place, played));
                        }
                        bar.inc(1);
                    }
                })
            })
            .collect();
        for player in players {
            player.join().map_err(|_| anyhow::anyhow!("a thread ended early"))??;
        }
        anyhow::Ok(())
    })?;
    bar.finish_and_clear();
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, played)| played).collect())
}

/// One customer, from the folder where it was played before; none who may not be scored.
fn play_one(
    inputs: &Inputs,
    plan: &Plan,
    portfolios: &Portfolios,
    events: &Path,
    kept: &Path,
    place: usize,
) -> anyhow::Result<Option<Played>> {
    let customer = inputs.customers.get(place).filter(|customer| customer.may_be_scored());
    let Some(customer) = customer else { return Ok(None) };
    let file = file_of(kept, place);
    if let Some(played) = folder::get(&file) {
        return Ok(Some(played));
    }
    let beginning = Player::new(customer, plan, &inputs.zone).beside(portfolios);
    let played = beginning.play(arrivals(inputs, plan, events, place)?);
    folder::put(&file, &played)?;
    Ok(Some(played))
}

/// What arrived of a customer, with what is documented of its end, in order.
pub(super) fn arrivals(
    inputs: &Inputs,
    plan: &Plan,
    events: &Path,
    place: usize,
) -> anyhow::Result<Vec<Arrived>> {
    let mut arrivals = reading::events_of(events, place, &plan.span)?;
    let documented = inputs.outcomes.as_ref().and_then(|outcomes| outcomes.get(&place));
    arrivals.extend(documented.into_iter().flatten().filter_map(|outcome| told(*outcome, &inputs.zone)));
    arrivals.sort_by_key(|event| (event.arrived, event.line));
    Ok(arrivals)
}

/// That a customer has left is told at the end of its last day: nothing is left to warn of from then on.
fn told((date, result): (Date, OutcomeResult), zone: &TimeZone) -> Option<Arrived> {
    let at = date.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
    let kind = Kind::Outcome { result };
    let event = Event { at, contact: None, kind, reading: None };
    let told = Arrived { arrived: at, line: u64::MAX, id: "documented".to_owned(), event };
    (result == OutcomeResult::Churned).then_some(told)
}

/// The Monday of a date's week.
pub fn monday(date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().since(Weekday::Monday)).days())
}
