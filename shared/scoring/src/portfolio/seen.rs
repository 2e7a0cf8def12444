//! A company's weeks as one relation lived them: its country's holidays, its planned pauses, our outages.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Portfolio, REACH, USAGE};
use crate::calendar::{self, Country};
use crate::gaps::{Data, Gap};
use crate::ledger::Counter;
use crate::relation::Relation;
use crate::time::{Day, Week};

/// Days in a pause or a gap that make it the whole week's.
const DAYS_OF_A_WEEK: usize = 4;

impl Portfolio {
    /// As it is for one relation: with its country's rhythm, where enough customers are there to tell one, else with what
    /// its country's calendar leaves of the weeks; and without the weeks of a planned pause.
    pub fn seen_from(&self, relation: &Relation) -> Cow<'_, Self> {
        let country = relation.country.filter(|country| country.is_known());
        let Some(week) = self.week.map(Week).filter(|_| country.is_some() || !relation.pauses.is_empty())
        else {
            return Cow::Borrowed(self);
        };
        let told = country.map(|country| {
            self.countries.get(&country).cloned().unwrap_or_else(|| self.weeks_in(country, week))
        });
        // Field by field: the other countries are not copied for each customer.
        let mut seen = Self {
            week: self.week,
            told: self.told,
            factors: told.unwrap_or_else(|| self.factors.clone()),
            countries: BTreeMap::new(),
            gaps: self.gaps.clone(),
            usage: self.usage.clone(),
            shifts: self.shifts.clone(),
            rates: self.rates.clone(),
            held: self.held,
        };
        if !relation.pauses.is_empty() {
            let weeks = mostly(week, |day| relation.pauses.iter().any(|pause| pause.holds(day.date())));
            weeks.for_each(|ago| seen.leave_out(ago));
        }
        Cow::Owned(seen)
    }

    /// The company's weeks in a country of too few customers: they count no more than its calendar leaves of them.
    pub(super) fn weeks_in(&self, country: Country, week: Week) -> Vec<Vec<i32>> {
        let calendar = weeks_of(Some(country), week);
        let count = |(factor, left): (&i32, &i32)| match *factor {
            0 => 0,
            factor if self.told => factor.min(*left),
            // Where only the calendar speaks, it is the country's own.
            _ => *left,
        };
        self.factors.iter().map(|factors| factors.iter().zip(&calendar).map(count).collect()).collect()
    }

    /// Weeks in which contact or orders could not come are nobody's silence.
    pub(super) fn leave_out_gaps(&mut self, week: Week) {
        for (place, of) in [Data::Contact, Data::Orders].into_iter().enumerate() {
            let gaps = &self.gaps;
            let weeks: Vec<usize> =
                mostly(week, |day| gaps.iter().any(|gap| gap.of == of && gap.holds(day))).collect();
            for factors in self.countries.values_mut().chain(std::iter::once(&mut self.factors)) {
                let Some(factors) = factors.get_mut(place) else { continue };
                for week in &weeks {
                    if let Some(factor) = factors.get_mut(*week) {
                        *factor = 0;
                    }
                }
            }
        }
    }

    /// Nothing was to be expected in a week.
    fn leave_out(&mut self, ago: usize) {
        for factor in self.factors.iter_mut().filter_map(|factors| factors.get_mut(ago)) {
            *factor = 0;
        }
        self.usage.resize(USAGE.len(), Vec::new());
        if let Some(levels) = self.usage.first_mut() {
            levels.resize(levels.len().max(ago + 1), 0);
            if let Some(level) = levels.get_mut(ago) {
                *level = (*level).min(Self::IDLE_LEVEL);
            }
        }
    }

    /// When a kind of data came from nobody, as far as it still matters.
    pub fn gaps(&self, today: Day) -> impl Iterator<Item = Gap> {
        self.gaps.iter().copied().filter(move |gap| gap.is_recent(today))
    }

    /// The days on which nothing is to be expected of a relation.
    pub(crate) fn rest<'a>(&'a self, relation: &'a Relation, today: Day) -> Rest<'a> {
        Rest { portfolio: self, relation, today }
    }
}

/// On which days nothing is to be expected of a customer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest<'a> {
    portfolio: &'a Portfolio,
    relation: &'a Relation,
    today: Day,
}

impl Rest<'_> {
    /// Whether a day of the current week rests.
    pub(crate) fn rests(&self, day: Day) -> bool {
        let outage = || self.portfolio.gaps.iter().any(|gap| gap.of == Data::Contact && gap.holds(day));
        let pause = || self.relation.pauses.iter().any(|pause| pause.holds(day.date()));
        self.portfolio.week.is_some() && (outage() || pause() || calendar::rests(self.relation.country, day))
    }

    /// Whether a week that is over rested, the latest being 0.
    pub(crate) fn rested(&self, counter: Counter, ago: usize) -> bool {
        self.portfolio.factors(counter, self.today.week(), 0).at(ago) < Portfolio::REST
    }
}

/// What the calendar leaves of the weeks before one, the latest first.
pub(super) fn weeks_of(country: Option<Country>, week: Week) -> Vec<i32> {
    (0..REACH).map(|ago| calendar::week_of(country, weeks_before(week, ago))).collect()
}

/// The whole week so many before the last.
fn weeks_before(week: Week, ago: usize) -> Week {
    Week(week.0 - 1 - i32::try_from(ago).unwrap_or(0))
}

/// The weeks before one of which most days are such.
fn mostly(week: Week, is_such: impl Fn(Day) -> bool) -> impl Iterator<Item = usize> {
    (0..REACH).filter(move |ago| {
        let monday = weeks_before(week, *ago).monday();
        (0..7).filter(|day| is_such(monday.plus(*day))).count() >= DAYS_OF_A_WEEK
    })
}
