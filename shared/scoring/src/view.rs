//! Reads a ledger as of a day: sums over recent days and over the weeks of the customer's own past.

use tone::EntryId;

use crate::ledger::{
    Counter, DAY_SLOTS, Ledger, Rows, SLOTS, SUM_WEEKS, WEEK_SLOTS, by_interest, marks_days,
};
use crate::portfolio::Rest;
use crate::time::Day;

/// A ledger seen from one day. "Weeks ago" count calendar weeks back from the current one, which is 0.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    ledger: &'a Ledger,
    rest: Option<Rest<'a>>,
    /// The day the score is as of.
    pub today: Day,
}

impl<'a> View<'a> {
    /// `today` must lie in the ledger's current week; [`Ledger::advance`] brings it there.
    pub fn new(ledger: &'a Ledger, today: Day) -> Self {
        Self { ledger, rest: None, today }
    }

    /// The same with the days on which nothing was to be expected.
    pub(crate) fn resting(self, rest: Rest<'a>) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// Whether nothing is to be expected so many days ago, of a counter that has a rhythm.
    pub(crate) fn rests(&self, counter: Counter, days_ago: i32) -> bool {
        let (Some(rest), day) = (self.rest, self.today.plus(-days_ago)) else { return false };
        let weeks = usize::try_from(self.today.week().0 - day.week().0);
        match weeks.ok().and_then(|weeks| weeks.checked_sub(1)) {
            Some(ago) => rest.rested(counter, ago),
            None => rest.rests(day),
        }
    }

    /// The last so many days without those of rest.
    pub(crate) fn awake(&self, counter: Counter, days: i32) -> i32 {
        // Of weeks that are over all days rest, or none.
        let current = (self.today.0 - self.today.week().monday().0 + 1).min(days);
        let now: i32 = (0..current).map(|ago| i32::from(self.rests(counter, ago))).sum();
        let before = (current..days).step_by(7).filter(|ago| self.rests(counter, *ago));
        days - now - before.map(|ago| 7.min(days - ago)).sum::<i32>()
    }

    /// Everything in the ledger up to today.
    pub(crate) fn all(&self, counter: Counter) -> i64 {
        self.weeks(counter, 0, self.known_weeks())
    }

    /// The days of the whole weeks that are kept singly, yesterday of a Monday first.
    pub(crate) fn days_before(&self, counter: Counter) -> impl Iterator<Item = i64> {
        let days = WEEK_SLOTS..WEEK_SLOTS + 7 * self.current_week();
        let days = self.row(counter).get(days).unwrap_or_default();
        days.iter().rev().copied()
    }

    pub(crate) fn rows(&self) -> &'a Rows {
        &self.ledger.rows
    }

    /// Whole weeks that are kept day by day.
    pub(crate) fn current_week(&self) -> usize {
        usize::try_from(self.today.week().0 - self.ledger.origin.0).unwrap_or(0)
    }

    fn row(&self, counter: Counter) -> &'a [i64; SLOTS] {
        self.ledger.rows.row(counter as usize)
    }

    /// The cells of weeks that are kept as sums, and of days.
    fn parts(&self, counter: Counter) -> (&'a [i64; WEEK_SLOTS], &'a [i64; DAY_SLOTS]) {
        let (weeks, days) = self.row(counter).split_at(WEEK_SLOTS);
        (weeks.first_chunk().unwrap_or(&[0; WEEK_SLOTS]), days.first_chunk().unwrap_or(&[0; DAY_SLOTS]))
    }

    /// The slot of today.
    fn today_slot(&self) -> usize {
        let days = usize::try_from(self.today.0 - self.ledger.first_single_day().0).unwrap_or(0);
        WEEK_SLOTS + days.min(DAY_SLOTS - 1)
    }

    /// The sum over the last `days` days, today included; at most 42.
    pub fn recent(&self, counter: Counter, days: i32) -> i64 {
        let end = self.today_slot() + 1;
        let start = end.saturating_sub(usize::try_from(days).unwrap_or(0)).max(WEEK_SLOTS);
        self.row(counter).get(start..end).unwrap_or_default().iter().sum()
    }

    /// The sum of a whole calendar week, so many weeks ago; of the current one up to today.
    pub fn week(&self, counter: Counter, weeks_ago: i32) -> i64 {
        let week = self.today.week().0 - self.ledger.origin.0 - weeks_ago;
        let row = self.row(counter);
        if let Ok(week) = usize::try_from(week) {
            let days = row.get(WEEK_SLOTS + week * 7..WEEK_SLOTS + week * 7 + 7);
            return days.unwrap_or_default().iter().sum();
        }
        let cell = usize::try_from(week + SUM_WEEKS).ok().and_then(|slot| row.get(slot));
        let cell = cell.copied().unwrap_or_default();
        if marks_days(counter as usize) { cell.count_ones().into() } else { cell }
    }

    /// The sums of the whole weeks `newest..=oldest` weeks ago, newest first, as far as the ledger goes back.
    pub fn each_week(&self, counter: Counter, newest: i32, oldest: i32) -> impl Iterator<Item = i64> {
        let current = self.today.week().0 - self.ledger.origin.0;
        let slot = |number: i32| usize::try_from(number).unwrap_or(0);
        let (first, end) = (current - oldest, current - newest + 1);
        let (weeks, days) = self.parts(counter);
        let days = days.get(slot(first) * 7..slot(end) * 7).unwrap_or_default();
        let weeks = weeks.get(slot(first + SUM_WEEKS)..slot(end.min(0) + SUM_WEEKS)).unwrap_or_default();
        let marks_days = marks_days(counter as usize);
        let of_week = move |cell: &i64| if marks_days { cell.count_ones().into() } else { *cell };
        let of_days = days.chunks_exact(7).rev().map(|days| days.iter().sum());
        of_days.chain(weeks.iter().rev().map(of_week))
    }

    /// The sum over whole weeks `newest..=oldest` weeks ago.
    pub fn weeks(&self, counter: Counter, newest: i32, oldest: i32) -> i64 {
        if self.ledger.rows.kept(counter as usize).is_none() {
            return 0;
        }
        let current = self.today.week().0 - self.ledger.origin.0;
        let (first, end) = (current - oldest, current - newest + 1);
        let slot = |number: i32| usize::try_from(number).unwrap_or(0);
        let (weeks, days) = self.parts(counter);
        let weeks = weeks.get(slot(first + SUM_WEEKS)..slot(end.min(0) + SUM_WEEKS)).unwrap_or_default();
        let days = days.get(slot(first) * 7..slot(end) * 7).unwrap_or_default().iter().sum::<i64>();
        if marks_days(counter as usize) {
            return days + weeks.iter().map(|cell| i64::from(cell.count_ones())).sum::<i64>();
        }
        days + weeks.iter().sum::<i64>()
    }

    /// Whole weeks since the first event in the ledger; 0 when there is none.
    pub fn known_weeks(&self) -> i32 {
        let row = self.row(Counter::Events);
        let Some(first) = row.iter().position(|cell| *cell != 0) else { return 0 };
        let first_week = if first < WEEK_SLOTS { first } else { WEEK_SLOTS + (first - WEEK_SLOTS) / 7 };
        let current = i32::try_from(WEEK_SLOTS).unwrap_or(0) + self.today.week().0 - self.ledger.origin.0;
        current - i32::try_from(first_week).unwrap_or(0)
    }

    /// The day of the first event in the ledger, its Monday where only the week is known; today when there is none.
    pub fn first_day(&self) -> Day {
        let row = self.row(Counter::Events);
        match row.iter().position(|cell| *cell != 0).and_then(|slot| i32::try_from(slot).ok()) {
            None => self.today,
            Some(slot) if slot < SUM_WEEKS => self.ledger.first_day().plus(slot * 7),
            Some(slot) => self.ledger.first_single_day().plus(slot - SUM_WEEKS),
        }
    }

    /// Days since the last day with something in this column, 0 when it was today. None when there is nothing in
    /// the days kept singly and nothing in the weeks before; there, only the days in touch and the days with an order
    /// are known to the day, else a week counts as its Sunday.
    pub fn days_since(&self, counter: Counter) -> Option<i32> {
        let end = self.today_slot() + 1;
        let row = self.ledger.rows.kept(counter as usize)?;
        let (slot, cell) = row.get(..end)?.iter().enumerate().rfind(|(_, cell)| **cell != 0)?;
        let weekday =
            if marks_days(counter as usize) { cell.cast_unsigned().ilog2().min(6).cast_signed() } else { 6 };
        let slot = i32::try_from(slot).unwrap_or(0);
        let weeks = i32::try_from(WEEK_SLOTS).unwrap_or(0);
        let last = if slot >= weeks {
            self.ledger.first_single_day().plus(slot - weeks)
        } else {
            self.ledger.first_day().plus(slot * 7 + weekday)
        };
        Some(self.today.0 - last.0)
    }

    /// Lexicon entries of the last `days` days with the number of messages, most frequent first, of equals the company's own.
    pub fn entries(&self, days: i32) -> Vec<(EntryId, u32)> {
        let first = self.today.plus(1 - days);
        let mut sums = std::collections::BTreeMap::<EntryId, u32>::new();
        for ((day, entry), count) in &self.ledger.entries {
            if *day >= first && *day <= self.today {
                let sum = sums.entry(*entry).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(entry, count)| by_interest(*entry, *count));
        sums
    }
}

#[cfg(test)]
mod tests;
