//! Plays customers day by day as score does: the daily run, and one at once where a notice arrives. Each run knows what
//! had arrived by then and nothing else.

use std::collections::{BTreeMap, BTreeSet};
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
use platform::register::Customer;
use scoring::alert::{Decision, OpenAlert, after, decide};
use scoring::bucket::needed_until;
use scoring::budget::Held;
use scoring::event::{ContractChange, Kind, OutcomeResult};
use scoring::policy::RiskPolicy;
use scoring::recount::{Recount, first_needed};
use scoring::risk::{Assessment, assess, risk_of_all};
use scoring::time::Week as CalendarWeek;
use scoring::{Day, Event, Family, Ledger, Level, Policy, Portfolio, Relation, packed};
use serde::{Deserialize, Serialize};

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
    let beginning = Player { portfolios: Some(portfolios), ..Player::new(customer, plan, &inputs.zone) };
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

/// One customer on its way through time.
pub(super) struct Player<'a> {
    plan: &'a Plan,
    relation: Relation,
    portfolios: Option<&'a Portfolios>,
    /// The portfolio in use, and its week.
    portfolio: Option<(CalendarWeek, Portfolio)>,
    zone: &'a TimeZone,
    played: Played,
    ledger: Option<Ledger>,
    dirty: BTreeSet<Day>,
    /// What has arrived and may still be needed, as the events table sorts it.
    events: Vec<Event>,
    ids: Vec<String>,
    open: Option<OpenAlert>,
    others: Vec<Option<OpenAlert>>,
}

impl<'a> Player<'a> {
    pub(super) fn new(customer: &Customer, plan: &'a Plan, zone: &'a TimeZone) -> Self {
        let others = vec![Vec::new(); plan.others.len()];
        let played = Played { customer: customer.id.clone(), others, ..Played::default() };
        Self {
            plan,
            relation: customer.relation(),
            portfolios: None,
            portfolio: None,
            zone,
            played,
            ledger: None,
            dirty: BTreeSet::new(),
            events: Vec::new(),
            ids: Vec::new(),
            open: None,
            others: vec![None; plan.others.len()],
        }
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    fn play(mut self, arrivals: Vec<Arrived>) -> Played {
        let arrivals = self.each_once(arrivals);
        self.played.since = arrivals.first().map(|first| self.date(first.arrived));
        let mut arrivals = arrivals.into_iter().peekable();
        for run in &self.plan.runs {
            while let Some(next) = arrivals.next_if(|next| next.arrived <= *run) {
                let (arrived, urgent) = (next.arrived, ingest::read::is_notice(&next.event));
                self.take(next);
                if urgent {
                    self.score(arrived);
                }
            }
            if !self.ids.is_empty() || self.ledger.is_some() {
                let assessment = self.score(*run);
                self.note_week(self.date(*run), &assessment);
            }
        }
        self.played
    }

    /// Leaves out what came before under the same key, and notes what it says of the customer's end.
    fn each_once(&mut self, arrivals: Vec<Arrived>) -> Vec<Arrived> {
        let mut seen = BTreeSet::new();
        let before = arrivals.len();
        let mut once = arrivals;
        once.retain(|event| seen.insert((Day::of(event.event.at), event.id.clone())));
        self.played.events = once.len() as u64;
        self.played.repeated = (before - once.len()) as u64;
        let mut stated: Vec<&Event> = once.iter().map(|arrived| &arrived.event).collect();
        stated.sort_by_key(|event| event.at);
        for event in stated {
            let date = self.date(event.at);
            match event.kind {
                Kind::Outcome { result } => self.played.outcomes.push((date, result)),
                Kind::Contract { change: ContractChange::Notice | ContractChange::Cancelled } => {
                    self.played.notices.push(date);
                }
                Kind::Contract { change: ContractChange::Renewed | ContractChange::Extended } => {
                    self.played.notices.clear();
                }
                _ => {}
            }
        }
        once
    }

    fn take(&mut self, arrived: Arrived) {
        let Arrived { id, event, .. } = arrived;
        self.dirty.insert(Day::of(event.at));
        let from = self.events.partition_point(|held| held.at < event.at);
        let to = self.events.partition_point(|held| held.at <= event.at);
        let same = self.ids.get(from..to).unwrap_or_default();
        let place = from + same.partition_point(|held| *held < id);
        self.events.insert(place, event);
        self.ids.insert(place, id);
    }

    /// Only counts: the packed ledger of the last run of each week, under the week that begins after it.
    pub(super) fn count_weeks(mut self, arrivals: Vec<Arrived>) -> Vec<(CalendarWeek, Vec<u8>)> {
        let mut arrivals = self.each_once(arrivals).into_iter().peekable();
        let mut weeks = Vec::new();
        let runs = self.plan.runs.windows(2).filter_map(|pair| {
            let (run, next) = (pair.first()?, pair.last()?);
            let (week, next) = (Day::of(*run).week(), Day::of(*next).week());
            (week != next).then_some((*run, next))
        });
        for (run, week) in runs {
            while let Some(next) = arrivals.next_if(|next| next.arrived <= run) {
                self.take(next);
            }
            if !self.ids.is_empty() || self.ledger.is_some() {
                let recount = self.count(run);
                weeks.push((week, packed::pack(&recount.ledger)));
                self.ledger = Some(recount.ledger);
                self.dirty = recount.later;
                self.forget(Day::of(run));
            }
        }
        weeks
    }

    fn count(&mut self, as_of: Timestamp) -> Recount {
        let policy = &self.plan.policy;
        let mut recount = Recount::new(self.ledger.take(), std::mem::take(&mut self.dirty), as_of);
        for span in recount.spans() {
            let first = first_needed(span);
            let from = self.events.partition_point(|event| Day::of(event.at) < first);
            let to = self.events.partition_point(|event| Day::of(event.at) <= span.to);
            recount.count(span, self.events.get(from..to).unwrap_or_default(), &policy.counting);
        }
        recount
    }

    fn portfolio(&mut self, as_of: Timestamp) -> Portfolio {
        let week = Day::of(as_of).week();
        if self.portfolio.as_ref().is_none_or(|(held, _)| *held != week) {
            let told = self.portfolios.map_or_else(Portfolio::default, |portfolios| portfolios.at(as_of));
            self.portfolio = Some((week, told));
        }
        self.portfolio.as_ref().map(|(_, portfolio)| portfolio.clone()).unwrap_or_default()
    }

    /// Counts, assesses and decides as of a time.
    fn score(&mut self, as_of: Timestamp) -> Assessment {
        let recount = self.count(as_of);
        let portfolio = self.portfolio(as_of);
        let assessment = assess(&recount.ledger, as_of, &self.plan.policy, &portfolio, &self.relation);
        self.ledger = Some(recount.ledger);
        self.dirty = recount.later;
        self.decide(as_of, &assessment);
        assessment
    }

    fn decide(&mut self, as_of: Timestamp, assessment: &Assessment) {
        let (policy, today) = (&self.plan.policy, self.date(as_of));
        let held = self.plan.held(as_of);
        let decision = decide(self.open.as_ref(), assessment.risk, today, &policy.risk, held);
        let next = after(self.open.as_ref(), &decision, String::new);
        if let Some((kind, level)) = change_of(&decision, self.open.as_ref()) {
            self.played.changes.push(change(&self.played.customer, kind, level, assessment, policy));
        }
        self.open = next;
        if assessment.evidence.is_empty() && self.others.iter().all(Option::is_none) {
            return;
        }
        for ((risk, open), steps) in
            self.plan.others.iter().zip(&mut self.others).zip(&mut self.played.others)
        {
            let bounded = Policy { risk: risk.clone(), ..policy.clone() };
            let risk_then = risk_of_all(&assessment.evidence, &bounded, assessment.doubt);
            let decision = decide(open.as_ref(), risk_then, today, risk, Held::default());
            let changed = change_of(&decision, open.as_ref());
            steps.extend(changed.map(|(kind, level)| Step { date: today, kind, level }));
            *open = after(open.as_ref(), &decision, String::new);
        }
    }

    fn note_week(&mut self, today: Date, assessment: &Assessment) {
        let monday = monday(today);
        let signs = match assessment.level {
            None => sentences(assessment, &self.plan.policy),
            Some(_) => Vec::new(),
        };
        let risk = kept(assessment.risk);
        let counted = assessment.evidence.iter().filter(|evidence| evidence.points > 0.0);
        let week = Week {
            monday,
            risk,
            peak: risk,
            level: assessment.level,
            signs,
            points: counted.map(|evidence| (evidence.family, kept(evidence.points))).collect(),
            probability: assessment.probability.map(|probability| kept(probability.share)),
        };
        match self.played.weeks.last_mut().filter(|last| last.monday == monday) {
            Some(last) => *last = Week { peak: last.peak.max(risk), ..week },
            None => {
                self.played.weeks.push(week);
                self.forget(Day::of(assessment.as_of));
            }
        }
    }

    /// Drops events as the events table does.
    fn forget(&mut self, today: Day) {
        let gone = self.events.partition_point(|event| needed_until(Day::of(event.at)) <= today);
        self.events.drain(..gone);
        self.ids.drain(..gone);
    }
}

/// What people hear of a decision, if anything; a lowered level is no news.
fn change_of(decision: &Decision, open: Option<&OpenAlert>) -> Option<(ChangeKind, Level)> {
    match decision {
        Decision::Open(level) => Some((ChangeKind::Opened, *level)),
        Decision::Raise(level) => Some((ChangeKind::Raised, *level)),
        Decision::Close => open.map(|open| (ChangeKind::Closed, open.level)),
        Decision::Nothing | Decision::Keep { .. } | Decision::Lower(_) => None,
    }
}

fn change(
    customer: &str,
    event: ChangeKind,
    level: Level,
    assessment: &Assessment,
    policy: &Policy,
) -> Change {
    // What closes an alert is that its reasons are gone.
    let closes = event == ChangeKind::Closed;
    let families = assessment.evidence.iter().filter(|_| !closes).map(|evidence| evidence.family);
    Change {
        customer: customer.to_owned(),
        at: assessment.as_of,
        event,
        level,
        risk: kept(assessment.risk),
        families: families.collect(),
        evidence: if closes { Vec::new() } else { sentences(assessment, policy) },
    }
}

/// A risk to a millionth: read again from a file it is the same number.
fn kept(risk: f64) -> f64 {
    (risk * 1e6).round() / 1e6
}

fn sentences(assessment: &Assessment, policy: &Policy) -> Vec<String> {
    let words = scoring::words::words(tone::Language::English);
    assessment.evidence.iter().map(|evidence| (words.fact)(&evidence.fact, &policy.words)).collect()
}

/// The Monday of a date's week.
pub fn monday(date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().since(Weekday::Monday)).days())
}
