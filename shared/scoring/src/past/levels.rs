//! The level of what usage reports tell, week by week, and how far it has fallen.

use super::{Change, GAP, LEAST, Past, YARDSTICK, middle, number, number_of};
use crate::ledger::Counter;
use crate::portfolio::Portfolio;

/// No window is longer; the own past begins this and the gap before today for all of them.
const MOST_WEEKS: usize = 8;

/// Logarithms of a week's mean per report, what is common to all customers taken off.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// By weeks ago, as far as known; none where nothing was reported.
    weeks: Vec<Option<f64>>,
    /// The own past's, out of order, and their middle; none with too few.
    past: Vec<f64>,
    usual: Option<f64>,
    /// The latest weeks in which customers worked at all, the latest first.
    worked: Vec<usize>,
}

impl Past<'_> {
    /// The levels of something that usage reports tell.
    pub(crate) fn levels(&self, counter: Counter) -> Levels {
        let known = if self.is_known() { self.known_of([counter, Counter::UsageReports]) } else { 0 };
        let today = self.view.today.week();
        let common = self.portfolio.usage(counter, today, self.skipped);
        let logins = self.portfolio.usage(Counter::Logins, today, self.skipped);
        let mut worked = Vec::with_capacity(MOST_WEEKS);
        worked.extend((0..known).filter(|week| logins.at(*week) >= Portfolio::IDLE).take(MOST_WEEKS));
        let yardstick = Past::yardstick(MOST_WEEKS, GAP, known);
        // What lies between the last weeks worked and the own past is never asked for.
        let latest = worked.last().map_or(0, |week| week + 1);
        let mut weeks = vec![None; known];
        let told = self.row(counter).each().zip(self.row(Counter::UsageReports).each());
        for ((week, level), (sum, reports)) in weeks.iter_mut().enumerate().zip(told) {
            if reports > 0 && (week < latest || yardstick.contains(&week)) {
                *level = Some((1.0 + number(sum) / number(reports)).ln() - common.at(week));
            }
        }
        let mut past = Vec::with_capacity(YARDSTICK);
        past.extend(weeks.get(yardstick).unwrap_or_default().iter().flatten());
        let usual = (past.len() >= LEAST).then(|| middle(&mut past));
        Levels { weeks, past, usual, worked }
    }
}

impl Levels {
    /// How far the last so many weeks lie below the own past; `narrowest` is the least spread of a week. Recent and usual
    /// are per report.
    pub(crate) fn fall(&self, weeks: usize, narrowest: f64) -> Change {
        let Some((recent, mut usual)) = self.recent(weeks).zip(self.usual) else { return Change::default() };
        let spread = self.spread(usual);
        let last_year = 51..53 + weeks;
        if self.weeks.len() >= last_year.end {
            let then = mean(last_year.filter_map(|week| self.at(week)));
            usual = then.map_or(usual, |then| usual.min(then + 0.5 * spread));
        }
        let deviations = (usual - recent) / error(weeks, spread.max(narrowest));
        Change { deviations, recent: recent.exp() - 1.0, usual: usual.exp() - 1.0 }
    }

    /// The deviations there are at most: last year may make them fewer, and so may a wider spread. Found at a glance.
    pub(crate) fn fall_at_most(&self, weeks: usize, narrowest: f64) -> f64 {
        let fallen = self.recent(weeks).zip(self.usual).map_or(0.0, |(recent, usual)| usual - recent);
        fallen.max(0.0) / error(weeks, narrowest)
    }

    fn recent(&self, weeks: usize) -> Option<f64> {
        mean(self.worked.iter().take(weeks).filter_map(|week| self.at(*week)))
    }

    /// How far a week of the own past usually lies from its middle.
    fn spread(&self, usual: f64) -> f64 {
        let mut apart: Vec<f64> = self.past.iter().map(|level| (level - usual).abs()).collect();
        1.48 * middle(&mut apart)
    }

    fn at(&self, week: usize) -> Option<f64> {
        self.weeks.get(week).copied().flatten()
    }
}

/// The standard error of so many weeks' mean.
fn error(weeks: usize, spread: f64) -> f64 {
    spread * (1.0 / number_of(weeks) + 0.1).sqrt()
}

/// None of nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0), |(sum, number), value| (sum + value, number + 1));
    (number > 0).then(|| sum / number_of(number))
}
