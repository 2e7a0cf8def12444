//! The level of what usage reports tell, week by week, and how far it has fallen.

use super::{Change, GAP, LEAST, Past, REACH, YARDSTICK, middle, number_of};
use crate::ledger::Counter;
use crate::portfolio::Portfolio;

/// No window is longer; the own past begins this and the gap before today for all of them.
const MOST_WEEKS: usize = 8;

/// Logarithms of a week's mean per report, what is common to all customers taken off; none where nothing was reported.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// By weeks ago, as far as known.
    weeks: Vec<Option<f64>>,
    /// The middle of the own past, and how far its weeks usually lie from it; none with too few.
    past: Option<(f64, f64)>,
    /// The latest weeks in which customers worked at all, the latest first.
    worked: Vec<usize>,
}

impl Past<'_> {
    /// The levels of things that usage reports tell.
    pub(crate) fn levels<const THINGS: usize>(&self, counters: [Counter; THINGS]) -> [Levels; THINGS] {
        let reports = self.row(Counter::UsageReports);
        counters.map(|counter| self.level(counter, &reports))
    }

    fn level(&self, counter: Counter, reports: &[f64; REACH]) -> Levels {
        let known = if self.is_known() { self.known_of([counter, Counter::UsageReports]) } else { 0 };
        let today = self.view.today.week();
        let common = self.portfolio.usage(counter, today, self.skipped);
        let logins = self.portfolio.usage(Counter::Logins, today, self.skipped);
        let worked = (0..known).filter(|week| logins.at(*week) >= Portfolio::IDLE).take(MOST_WEEKS);
        let worked: Vec<usize> = worked.collect();
        let sums = self.row(counter);
        let yardstick = Past::yardstick(MOST_WEEKS, GAP, known);
        let mut weeks = vec![None; known];
        let told = sums.iter().zip(reports).enumerate().filter(|(_, (_, reports))| **reports > 0.0);
        // What lies between the last weeks worked and the own past is never asked for.
        let latest = worked.last().map_or(0, |week| week + 1);
        for (week, (sum, reports)) in told.filter(|(week, _)| *week < latest || yardstick.contains(week)) {
            if let Some(level) = weeks.get_mut(week) {
                *level = Some((1.0 + sum / reports).ln() - common.at(week));
            }
        }
        let mut before = Vec::with_capacity(YARDSTICK);
        before.extend(weeks.get(yardstick).unwrap_or_default().iter().flatten());
        let past = (before.len() >= LEAST).then(|| {
            let usual = middle(&mut before);
            for level in &mut before {
                *level = (*level - usual).abs();
            }
            (usual, 1.48 * middle(&mut before))
        });
        Levels { weeks, past, worked }
    }
}

impl Levels {
    /// How far the last so many weeks lie below the own past; `narrowest` is the least spread of a week. Recent and usual
    /// are per report.
    pub(crate) fn fall(&self, weeks: usize, narrowest: f64) -> Change {
        let known = self.weeks.len();
        let level = |week: usize| self.weeks.get(week).copied().flatten();
        let recent = mean(self.worked.iter().take(weeks).filter_map(|week| level(*week)));
        let Some((recent, (mut usual, spread))) = recent.zip(self.past) else { return Change::default() };
        let last_year = 51..53 + weeks;
        if known >= last_year.end {
            let then = mean(last_year.filter_map(level));
            usual = then.map_or(usual, |then| usual.min(then + 0.5 * spread));
        }
        let error = spread.max(narrowest) * (1.0 / number_of(weeks) + 0.1).sqrt();
        Change { deviations: (usual - recent) / error, recent: recent.exp() - 1.0, usual: usual.exp() - 1.0 }
    }
}

/// None of nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0), |(sum, number), value| (sum + value, number + 1));
    (number > 0).then(|| sum / number_of(number))
}
