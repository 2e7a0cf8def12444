//! Each source: since when, for whom, how completely, and when it was silent for everybody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use scoring::Day;
use serde::Serialize;

use super::customers::CustomerAudit;
use super::read::{Gathered, Item};

/// How unlikely a silence of a whole source must be to be told: -ln P; two working days of a source that delivers on
/// every one of a hundred weeks.
const SURPRISE: f64 = 9.0;
/// A weekday counts as usual when the source delivers on so many of them.
const USUAL: f64 = 0.8;
/// A customer is well covered with events in so many weeks (S32, S77).
const COVERED: f64 = 0.8;

/// Days on which a source said nothing about anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outage {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// How many days.
    pub days: i32,
    /// It goes on to the end of the history.
    pub to_the_end: bool,
    /// It includes a day between Christmas Eve and New Year.
    pub at_christmas: bool,
}

/// One source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceAudit {
    /// Its name.
    pub source: String,
    /// Events by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Events.
    pub events: u64,
    /// Customers it knows.
    pub customers: usize,
    /// Of these, with an event in at least 80 % of the weeks since their first.
    pub well_covered: usize,
    /// The middle customer's share of weeks with an event, 0..1.
    pub median_weeks: f64,
    /// Day of the first event.
    pub first: Date,
    /// Day of the last event.
    pub last: Date,
    /// Share of the weeks from the first event to the end of the history with an event, 0..1.
    pub weeks: f64,
    /// Days of the week on which it usually delivers, and how many of these days it did: 0..1. None where it has no
    /// usual days.
    pub usual_days: Option<f64>,
    /// When it was silent for everybody.
    pub outages: Vec<Outage>,
}

/// The sources by name. `today` is the last day of the history.
pub(super) fn measure(gathered: &Gathered, customers: &[CustomerAudit], today: Day) -> Vec<SourceAudit> {
    let mut of_source: Vec<Vec<&Item>> = gathered.sources.all().iter().map(|_| Vec::new()).collect();
    for item in &gathered.items {
        if let Some(items) = of_source.get_mut(item.source) {
            items.push(item);
        }
    }
    let named = gathered.sources.all().iter().zip(of_source);
    let mut sources: Vec<SourceAudit> =
        named.filter_map(|(name, items)| one(gathered, name, &items, customers, today)).collect();
    sources.sort_by(|a, b| a.source.cmp(&b.source));
    sources
}

fn one(
    gathered: &Gathered,
    name: &str,
    items: &[&Item],
    customers: &[CustomerAudit],
    today: Day,
) -> Option<SourceAudit> {
    let days: BTreeSet<Day> = items.iter().map(|item| Day::of(item.event.at)).collect();
    let (first, last) = (*days.first()?, *days.last()?);
    let weeks: BTreeSet<i32> = days.iter().map(|day| day.week().0).collect();
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for item in items {
        *kinds.entry(gathered.kinds.name(item.kind).to_owned()).or_default() += 1;
    }
    let mut shares: Vec<f64> =
        customers.iter().filter_map(|customer| Some(customer.sources.get(name)?.share())).collect();
    shares.sort_by(f64::total_cmp);
    let habit = Habit::of(&days, first, last);
    Some(SourceAudit {
        source: name.to_owned(),
        kinds,
        events: items.len() as u64,
        customers: shares.len(),
        well_covered: shares.iter().filter(|share| **share >= COVERED).count(),
        median_weeks: shares.get(shares.len() / 2).copied().unwrap_or(0.0),
        first: first.date(),
        last: last.date(),
        weeks: share(weeks.len(), today.week().0 - first.week().0 + 1),
        usual_days: habit.usual_days(&days, first, today),
        outages: habit.outages(&days, first, today),
    })
}

fn share(part: usize, whole: i32) -> f64 {
    f64::from(u32::try_from(part).unwrap_or(u32::MAX)) / f64::from(whole.max(1))
}

/// On which days of the week a source delivers.
struct Habit {
    /// Per weekday from Monday: days with events and days.
    weekdays: [(i32, i32); 7],
}

impl Habit {
    fn of(days: &BTreeSet<Day>, first: Day, last: Day) -> Self {
        let mut weekdays = [(0, 0); 7];
        for day in (first.0..=last.0).map(Day) {
            if let Some((with, all)) = weekdays.get_mut(weekday(day)) {
                *all += 1;
                *with += i32::from(days.contains(&day));
            }
        }
        Self { weekdays }
    }

    /// Share of days of this weekday with events, 0..1, never quite 1: the next may be the first without.
    fn chance(&self, day: Day) -> f64 {
        let (with, all) = self.weekdays.get(weekday(day)).copied().unwrap_or_default();
        f64::from(with) / f64::from(all + 1)
    }

    fn usual_days(&self, days: &BTreeSet<Day>, first: Day, today: Day) -> Option<f64> {
        let usual: Vec<Day> = (first.0..=today.0).map(Day).filter(|day| self.chance(*day) >= USUAL).collect();
        let with = usual.iter().filter(|day| days.contains(day)).count();
        (!usual.is_empty()).then(|| share(with, i32::try_from(usual.len()).unwrap_or(i32::MAX)))
    }

    /// Runs of days without any event that chance does not make, by the weekdays' own habit.
    fn outages(&self, days: &BTreeSet<Day>, first: Day, today: Day) -> Vec<Outage> {
        let mut ends: Vec<Day> = days.iter().copied().collect();
        ends.push(today.plus(1));
        let gaps =
            ends.iter().zip(ends.iter().skip(1)).filter(|(one, next)| next.0 - one.0 > 1 && **one >= first);
        let gaps = gaps.map(|(one, next)| (one.plus(1), next.plus(-1)));
        gaps.filter(|(from, to)| self.surprise(*from, *to) >= SURPRISE)
            .map(|(from, to)| Outage {
                from: from.date(),
                to: to.date(),
                days: to.0 - from.0 + 1,
                to_the_end: to == today,
                at_christmas: (from.0..=to.0).any(|day| is_christmas(Day(day).date())),
            })
            .collect()
    }

    fn surprise(&self, from: Day, to: Day) -> f64 {
        (from.0..=to.0).map(|day| -(1.0 - self.chance(Day(day))).ln()).sum()
    }
}

/// From Monday, 0, to Sunday, 6.
fn weekday(day: Day) -> usize {
    usize::try_from(day.0 - day.week().monday().0).unwrap_or(0)
}

fn is_christmas(date: Date) -> bool {
    (date.month() == 12 && date.day() >= 24) || (date.month() == 1 && date.day() == 1)
}
