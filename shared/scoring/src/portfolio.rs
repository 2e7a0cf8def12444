//! What all customers did together: the context a single customer is seen in.
//!
//! A week in which everybody is silent is a holiday, or a source that delivered nothing; a product everybody uses less
//! is no sign of one customer's trouble. Computed once a week from all ledgers and kept with the policy, so that an
//! assessment stays a function of what it is given (I4).

mod seen;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::seen::Rest;
use self::seen::weeks_of;
use crate::budget::Held;
use crate::calendar::Country;
use crate::gaps::{Days, Gap};
use crate::ledger::{Counter, Ledger};
use crate::past::{Mean, Past, REACH, Rare, WholeWeeks, middle, number, number_of};
use crate::signals::{MEANS, RARES};
use crate::time::{Day, Week};
use crate::view::View;

/// Fewer customers say nothing of a company, or of a country: its calendar is taken instead.
const CUSTOMERS: usize = 20;
/// Customers with usage reports that a common level needs.
const USERS: usize = 8;
/// Customers looked at, at most: the middle of so many is the middle of all.
pub const MOST_CUSTOMERS: usize = 20_000;
/// Counters that rise and fall with the calendar.
const RHYTHMS: [Counter; 2] = [Counter::InboundDays, Counter::Orders];
/// What usage reports tell.
const USAGE: [Counter; 3] = [Counter::Logins, Counter::ActiveUsers, Counter::Features];

/// The company's common movements, as of a week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Portfolio {
    /// The week it is as of; all "weeks ago" count from there. Nothing without one.
    week: Option<i32>,
    /// Whether customers told it, and not the calendar alone.
    #[serde(default = "yes")]
    told: bool,
    /// Per counter that has a rhythm and week ago: what came over what was to be expected, in thousandths.
    factors: Vec<Vec<i32>>,
    /// The same for each country that customers are in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    countries: BTreeMap<Country, Vec<Vec<i32>>>,
    /// When a kind of data came from nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<Gap>,
    /// Per kind of usage and week ago: how far the middle customer lay from its own middle, in thousandths of a logarithm.
    usage: Vec<Vec<i32>>,
    /// Per mean of [`MEANS`]: how far the middle customer's has moved.
    shifts: Vec<f64>,
    /// Per rare event of [`RARES`]: how many there are per text or week.
    rates: Vec<f64>,
    /// What the budget of alerts holds back this week.
    pub held: Held,
}

impl Portfolio {
    /// Below this share of what is expected a week is one of rest.
    pub(crate) const REST: f64 = 0.75;
    /// Below this a week's usage is one of rest.
    pub(crate) const IDLE: f64 = -0.12;
    /// The level of a week that is below that, in thousandths.
    const IDLE_LEVEL: i32 = -121;

    /// What the calendar tells, where too few customers do.
    pub fn by_calendar(today: Day) -> Self {
        let weeks = weeks_of(None, today.week());
        Self { week: Some(today.week().0), factors: vec![weeks; RHYTHMS.len()], ..Self::default() }
    }

    /// From all customers' ledgers, brought to the day.
    pub fn of<'a>(ledgers: impl Iterator<Item = &'a Ledger>, today: Day) -> Self {
        let mut gathered = Gathered::default();
        for ledger in ledgers.take(MOST_CUSTOMERS) {
            gathered.add(ledger, today, None);
        }
        gathered.into_portfolio(today)
    }

    /// What came of a counter's rhythm over what was to be expected, as seen from a week, the latest `skipped` left out.
    pub(crate) fn factors(&self, counter: Counter, today: Week, skipped: usize) -> Weekly<'_> {
        let place = RHYTHMS.iter().position(|rhythm| *rhythm == counter);
        self.weekly(place.and_then(|place| self.factors.get(place)), today, skipped, 1.0)
    }

    /// How far usage in common lay from normal, on a logarithmic scale; weeks as for the factors.
    pub(crate) fn usage(&self, counter: Counter, today: Week, skipped: usize) -> Weekly<'_> {
        let place = USAGE.iter().position(|usage| *usage == counter);
        self.weekly(place.and_then(|place| self.usage.get(place)), today, skipped, 0.0)
    }

    fn weekly<'a>(&self, told: Option<&'a Vec<i32>>, today: Week, skipped: usize, normal: f64) -> Weekly<'a> {
        let told = told.filter(|_| self.week.is_some()).map(Vec::as_slice).unwrap_or_default();
        // Told some weeks ago: those since then are missing in front.
        let late = isize::try_from(today.0 - self.week.unwrap_or_default()).unwrap_or(0);
        let first = skipped.cast_signed() - late;
        let (untold, first) = if first < 0 { (first.unsigned_abs(), 0) } else { (0, first.unsigned_abs()) };
        Weekly { untold, told: told.get(first..).unwrap_or_default(), normal }
    }

    pub(crate) fn shift(&self, mean: &Mean) -> f64 {
        let place = MEANS.iter().position(|known| std::ptr::eq(*known, mean));
        place.and_then(|place| self.shifts.get(place)).copied().unwrap_or_default()
    }

    pub(crate) fn rate(&self, rare: &Rare) -> f64 {
        let place = RARES.iter().position(|(known, _)| std::ptr::eq(*known, rare));
        let told = place.and_then(|place| self.rates.get(place)).copied();
        told.or_else(|| RARES.get(place?).map(|(_, usual)| *usual)).unwrap_or_default()
    }
}

/// Thousandths by weeks ago, as seen from a week.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weekly<'a> {
    /// The latest weeks that nothing is told of, and those that come before them.
    untold: usize,
    told: &'a [i32],
    /// Of weeks that nothing is told of.
    normal: f64,
}

impl Weekly<'_> {
    pub(crate) fn at(&self, ago: usize) -> f64 {
        let told = ago.checked_sub(self.untold).and_then(|ago| self.told.get(ago));
        told.map_or(self.normal, |told| f64::from(*told) * 0.001)
    }
}

/// Only customers made what was kept before this was told.
fn yes() -> bool {
    true
}

/// What came of the counters that have a rhythm.
#[derive(Debug, Default)]
struct Rhythm {
    customers: usize,
    /// Per counter and week: what came, what was expected.
    weeks: Vec<Vec<(f64, f64)>>,
}

impl Rhythm {
    fn add(&mut self, past: &Past<'_>) {
        self.customers += 1;
        self.weeks.resize(RHYTHMS.len(), vec![(0.0, 0.0); REACH]);
        for (weeks, counter) in self.weeks.iter_mut().zip(RHYTHMS) {
            let mean = past.sum(counter, 0..past.known) / number_of(past.known);
            for ((came, expected), cell) in weeks.iter_mut().zip(past.row(counter).each()).take(past.known) {
                *came += number(cell);
                *expected += mean;
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "small numbers, clamped")]
    fn factors(&self) -> Vec<Vec<i32>> {
        // Ten events lent to each side, so that a quiet company's weeks are no rhythm.
        let factor =
            |(came, expected): &(f64, f64)| (1_000.0 * (came + 10.0) / (expected + 10.0)).min(1e6) as i32;
        self.weeks.iter().map(|weeks| weeks.iter().map(factor).collect()).collect()
    }
}

/// What is gathered from each customer, in the same order each time.
#[derive(Debug, Default)]
pub struct Gathered {
    rhythm: Rhythm,
    countries: BTreeMap<Option<Country>, Rhythm>,
    days: Days,
    /// Per kind of usage and week: distances from the own middle.
    usage: Vec<Vec<Vec<f64>>>,
    moved: Vec<Vec<f64>>,
    rates: Vec<(f64, f64)>,
}

impl Gathered {
    /// Adds a customer's ledger, brought to the day, a Monday.
    pub fn add(&mut self, ledger: &Ledger, today: Day, country: Option<Country>) {
        let view = View::new(ledger, today);
        let neutral = Portfolio::default();
        let weeks = WholeWeeks::of(&view);
        let past = Past::new(&view, &weeks, &neutral);
        let has_left = view.days_since(Counter::Churned).is_some();
        if has_left || past.known == 0 || past.sum(Counter::Events, 0..26) == 0.0 {
            return;
        }
        self.rhythm.add(&past);
        self.countries.entry(country.filter(|country| country.is_known())).or_default().add(&past);
        self.days.add(&view);
        self.usage.resize(USAGE.len(), vec![Vec::new(); REACH]);
        if past.places(Counter::UsageReports).len() >= 10 {
            for (weeks, counter) in self.usage.iter_mut().zip(USAGE) {
                add_usage(&past, counter, weeks);
            }
        }
        self.moved.resize(MEANS.len(), Vec::new());
        for (moved, mean) in self.moved.iter_mut().zip(MEANS) {
            moved.extend(past.moved(mean).map(|change| change.recent - change.usual));
        }
        self.rates.resize(RARES.len(), (0.0, 0.0));
        for ((events, of), (rare, _)) in self.rates.iter_mut().zip(RARES) {
            let known = 0..past.known_of(rare.counters());
            *events += past.weighted(rare.of, &known);
            *of += rare.per.map_or(number_of(known.len()), |per| past.sum(per, known.clone()));
        }
    }

    /// Whether there is anything to tell that the calendar does not.
    pub fn tell(&self, today: Day) -> bool {
        self.rhythm.customers >= CUSTOMERS || !self.gaps(today).is_empty()
    }

    fn gaps(&self, today: Day) -> Vec<Gap> {
        let countries: Vec<Option<Country>> = self.countries.keys().copied().collect();
        self.days.gaps(today, &countries)
    }

    /// What they come to.
    pub fn into_portfolio(self, today: Day) -> Portfolio {
        let gaps = self.gaps(today);
        let countries: Vec<Country> = self.countries.keys().copied().flatten().collect();
        let mut portfolio = if self.rhythm.customers < CUSTOMERS {
            Portfolio { gaps, ..Portfolio::by_calendar(today) }
        } else {
            self.told(today, gaps)
        };
        for country in countries {
            if !portfolio.countries.contains_key(&country) {
                portfolio.countries.insert(country, portfolio.weeks_in(country, today.week()));
            }
        }
        portfolio.leave_out_gaps(today.week());
        portfolio
    }

    #[expect(clippy::cast_possible_truncation, reason = "small numbers, clamped")]
    fn told(self, today: Day, gaps: Vec<Gap>) -> Portfolio {
        let level = |mut told: Vec<f64>| {
            if told.len() < USERS { 0 } else { (1_000.0 * middle(&mut told)).round().clamp(-1e6, 1e6) as i32 }
        };
        let shift = |mut moved: Vec<f64>| if moved.len() > CUSTOMERS { middle(&mut moved) } else { 0.0 };
        let countries = self.countries.into_iter().filter(|(_, rhythm)| rhythm.customers >= CUSTOMERS);
        Portfolio {
            week: Some(today.week().0),
            told: true,
            factors: self.rhythm.factors(),
            countries: countries.filter_map(|(country, rhythm)| Some((country?, rhythm.factors()))).collect(),
            gaps,
            usage: self.usage.into_iter().map(|weeks| weeks.into_iter().map(level).collect()).collect(),
            shifts: self.moved.into_iter().map(shift).collect(),
            rates: self.rates.iter().map(|(events, of)| events / of.max(1.0)).collect(),
            held: Held::default(),
        }
    }
}

/// A customer's distances from its own middle, week by week.
fn add_usage(past: &Past<'_>, counter: Counter, weeks: &mut [Vec<f64>]) {
    let reports = past.row(Counter::UsageReports);
    let log = |(sum, reports): (i64, i64)| (reports > 0).then(|| (1.0 + number(sum) / number(reports)).ln());
    let logs: Vec<Option<f64>> = past.row(counter).each().zip(reports.each()).map(log).collect();
    let own = middle(&mut logs.iter().copied().flatten().collect::<Vec<_>>());
    for (told, level) in weeks.iter_mut().zip(logs) {
        told.extend(level.map(|level| level - own));
    }
}
