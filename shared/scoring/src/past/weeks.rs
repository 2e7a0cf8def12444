//! A ledger's whole weeks added up from the latest back, so that any stretch of them is one subtraction.

use std::cell::OnceCell;
use std::iter::repeat_with;
use std::ops::Range;

use super::REACH;
use crate::ledger::{Counter, Row, Rows, WEEK_SLOTS, marks_days};
use crate::view::View;

/// Sums over the latest 0, 1, 2 ... whole weeks.
type Sums = [i64; REACH + 1];

/// The whole weeks of each counter that ever counted, added up when they are first asked for.
#[derive(Clone, Debug)]
pub struct WholeWeeks<'a> {
    rows: &'a Rows,
    /// How many of the weeks are kept day by day.
    single: usize,
    /// One by one as the rows are kept.
    sums: Vec<OnceCell<Sums>>,
}

impl<'a> WholeWeeks<'a> {
    /// The weeks before the current one.
    pub fn of(view: &View<'a>) -> Self {
        let (rows, single) = (view.rows(), view.current_week());
        Self { rows, single, sums: repeat_with(OnceCell::new).take(rows.held()).collect() }
    }

    /// Those of one counter, without the latest `skipped`.
    pub(super) fn row(&self, counter: Counter, skipped: usize) -> Weeks<'_> {
        let counter = counter as usize;
        let kept = self.rows.kept(counter).zip(self.rows.place(counter));
        let sums = kept.and_then(|(row, place)| {
            let sums = self.sums.get(place)?;
            sums.get_or_init(|| added_up(row, self.single, marks_days(counter))).get(skipped..)
        });
        Weeks { sums: sums.unwrap_or_default() }
    }
}

/// One counter's whole weeks, the latest first; 0 beyond the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weeks<'a> {
    /// Sums up to each week's beginning, and up to the last one's end.
    sums: &'a [i64],
}

impl<'a> Weeks<'a> {
    /// One after another, as far as the ledger goes.
    pub(crate) fn each(self) -> impl Iterator<Item = i64> + 'a {
        self.sums.windows(2).map(|sums| if let [before, after] = sums { after - before } else { 0 })
    }

    pub(crate) fn at(self, week: usize) -> i64 {
        self.sum(&(week..week + 1))
    }

    pub(crate) fn sum(self, weeks: &Range<usize>) -> i64 {
        let last = self.sums.last().copied().unwrap_or_default();
        let up_to = |week: usize| self.sums.get(week).copied().unwrap_or(last);
        up_to(weeks.end) - up_to(weeks.start)
    }
}

fn added_up(row: &Row, current: usize, marks_days: bool) -> Sums {
    let (weeks, days) = row.split_at(WEEK_SLOTS);
    let days = days.get(..7 * current).unwrap_or_default().as_chunks::<7>().0;
    let mut sums = [0; REACH + 1];
    let after = sums.get_mut(1..).unwrap_or_default();
    let (single, after) = after.split_at_mut(days.len().min(after.len()));
    let (summed, before) = after.split_at_mut(weeks.len().min(after.len()));
    let mut total = 0;
    for (sum, days) in single.iter_mut().zip(days.iter().rev()) {
        total += days.iter().sum::<i64>();
        *sum = total;
    }
    for (sum, week) in summed.iter_mut().zip(weeks.iter().rev()) {
        total += if marks_days { week.count_ones().into() } else { *week };
        *sum = total;
    }
    before.fill(total);
    sums
}
