//! One customer on its way through time, run by run: what had arrived is counted, assessed and decided on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use platform::register::Customer;
use scoring::alert::{Decision, OpenAlert, after, decide};
use scoring::bucket::needed_until;
use scoring::budget::Held;
use scoring::event::{ContractChange, Kind};
use scoring::recount::{Recount, first_needed};
use scoring::risk::{Assessment, assess, risk_of_all};
use scoring::time::Week as CalendarWeek;
use scoring::{Day, Event, Ledger, Level, Policy, Portfolio, Relation, packed};

use super::{Plan, Played, Portfolios, Step, Week, monday};
use crate::backtest::reading::Arrived;
use crate::replay::{Change, ChangeKind};
/// One customer on its way through time.
pub(in crate::backtest) struct Player<'a> {
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
    pub(in crate::backtest) fn new(customer: &Customer, plan: &'a Plan, zone: &'a TimeZone) -> Self {
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

    /// With what all customers did; without, nobody did anything.
    pub(super) fn beside(self, portfolios: &'a Portfolios) -> Self {
        Self { portfolios: Some(portfolios), ..self }
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    pub(super) fn play(mut self, arrivals: Vec<Arrived>) -> Played {
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
    pub(in crate::backtest) fn count_weeks(mut self, arrivals: Vec<Arrived>) -> Vec<(CalendarWeek, Vec<u8>)> {
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
