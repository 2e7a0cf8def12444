//! A customer's history as counts and sums: per day for the last seven weeks, per week for the sixty before them.
//! No text, no names.
//!
//! Every cell is an integer and a week is the sum of its days, so that the ledger as of a day is a function of the
//! events alone, whatever order they came in (I4); what is rounded is rounded per day, then per week. Of days in touch and days with an order a week keeps which they
//! were, one bit per weekday, so that a silence is told to the day. [`crate::bucket`] fills the cells, [`crate::packed`] stores them,
//! [`crate::view`] reads them.

mod cell;
mod rows;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tone::EntryId;

use self::cell::kept_of_week;
pub use self::cell::{COUNTERS, Counter};
pub(crate) use self::cell::{
    LARGEST_CELL, LEADING_BITS, in_week, kept, leading_bits, marks_days, weeks_kept,
};
pub(crate) use self::rows::{Row, Rows};
use crate::time::{Day, Week};

/// Weeks kept day by day: the current one and six full ones.
pub const DAY_WEEKS: i32 = 7;
/// Weeks kept as sums, before those.
pub const SUM_WEEKS: i32 = 60;
/// Weeks kept as sums of the counters that are held against half a year only.
pub const SHORT_WEEKS: i32 = 32;
/// Days of history a ledger can hold; older events are `too_late`.
pub const SPAN_DAYS: i32 = (SUM_WEEKS + DAY_WEEKS - 1) * 7;

/// Lexicon entries kept of a day: they only name what the counters have found, and an alert names six.
const ENTRIES_PER_DAY: usize = 2;

/// Orders entries for naming: the most frequent first, of equals the company's own.
pub(crate) fn by_interest(entry: EntryId, messages: u32) -> impl Ord {
    (Reverse(messages), !entry.is_own(), entry)
}

pub(crate) const WEEK_SLOTS: usize = SUM_WEEKS as usize;
pub(crate) const DAY_SLOTS: usize = DAY_WEEKS as usize * 7;
pub(crate) const SLOTS: usize = WEEK_SLOTS + DAY_SLOTS;

fn bounded_sum(a: i64, b: i64) -> i64 {
    a.saturating_add(b).clamp(-LARGEST_CELL, LARGEST_CELL)
}

/// What happened on one day, or in one week.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bucket {
    /// Counts and sums, each counter once; few, so that looking through them is the fastest way to find one.
    cells: Vec<(Counter, i64)>,
    /// Lexicon entries that matched, with the number of messages.
    pub entries: BTreeMap<EntryId, u32>,
}

impl Bucket {
    /// Adds to a cell.
    pub fn add(&mut self, counter: Counter, value: i64) {
        match self.cells.iter_mut().find(|(known, _)| *known == counter) {
            Some((_, cell)) => *cell = bounded_sum(*cell, value),
            None => self.cells.push((counter, bounded_sum(0, value))),
        }
    }

    /// As if nothing had happened.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.entries.clear();
    }

    /// What a counter came to.
    pub(crate) fn cell(&self, counter: Counter) -> i64 {
        self.cells().find(|(known, _)| *known == counter).map_or(0, |(_, value)| value)
    }

    /// All of them.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (Counter, i64)> {
        self.cells.iter().copied()
    }
}

/// The history of one customer, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The first week kept day by day.
    pub(crate) origin: Week,
    /// A row of `SLOTS` cells for each counter: weeks, oldest first, then days.
    pub(crate) rows: Rows,
    /// Entries of the weeks kept day by day, of each day the most frequent.
    pub(crate) entries: BTreeMap<(Day, EntryId), u32>,
    /// The same history with a managed model's judgements counted in; none where that changes nothing. Apart, because a
    /// darker past makes a dark present look usual: counted together, a judgement could lower a later risk.
    pub(crate) darker: Option<Box<Ledger>>,
}

impl Ledger {
    /// An empty ledger as of a day.
    pub fn new(as_of: Day) -> Self {
        Self {
            origin: origin_of(as_of),
            rows: Rows::with_capacity(0),
            entries: BTreeMap::new(),
            darker: None,
        }
    }

    /// The first day it can hold.
    pub fn first_day(&self) -> Day {
        self.origin.monday().plus(-SUM_WEEKS * 7)
    }

    /// The day after the last one it can hold.
    pub fn end_day(&self) -> Day {
        self.origin.monday().plus(DAY_WEEKS * 7)
    }

    /// The first day that has a cell of its own.
    pub fn first_single_day(&self) -> Day {
        self.origin.monday()
    }

    /// Moves on to a later day: days that are no longer recent become weeks, the oldest weeks fall out.
    /// Never moves back: a late run scores as of the ledger's own day.
    pub fn advance(&mut self, as_of: Day) {
        let weeks = usize::try_from(origin_of(as_of).0.saturating_sub(self.origin.0)).unwrap_or(0);
        if weeks == 0 {
            return;
        }
        for counter in 0..COUNTERS {
            let Some(row) = self.rows.kept_mut(counter) else { continue };
            let mut moved = [0_i64; SLOTS];
            for (slot, value) in row.iter().enumerate() {
                let Some(after) = slot_after(slot, weeks) else { continue };
                let value = match slot.checked_sub(WEEK_SLOTS) {
                    Some(day) if after < WEEK_SLOTS => in_week(counter, *value, day % 7),
                    _ => *value,
                };
                if let Some(cell) = moved.get_mut(after) {
                    *cell = bounded_sum(*cell, value);
                }
            }
            let dropped = WEEK_SLOTS - weeks_kept(counter);
            for (slot, cell) in moved.iter_mut().take(WEEK_SLOTS).enumerate() {
                *cell = if slot < dropped { 0 } else { kept_of_week(counter, *cell) };
            }
            *row = moved;
        }
        self.origin = origin_of(as_of);
        let first = self.first_single_day();
        self.entries.retain(|(day, _), _| *day >= first);
        if let Some(mut darker) = self.darker.take() {
            darker.advance(as_of);
            self.set_darker(Some(darker));
        }
    }

    /// Keeps the darker history where it differs, so that the ledger stays a function of the events (I4).
    pub(crate) fn set_darker(&mut self, darker: Option<Box<Self>>) {
        self.darker = darker.filter(|darker| darker.rows != self.rows);
    }

    /// Replaces the cells of one day, or of the whole week where days have no cell of their own.
    /// Days outside the ledger are ignored.
    pub(crate) fn set(&mut self, day: Day, bucket: &Bucket) {
        let Some(slot) = self.slot(day) else { return };
        self.rows.clear(slot);
        for (counter, value) in bucket.cells() {
            let counter = counter as usize;
            let keep = if slot < WEEK_SLOTS { kept_of_week } else { kept };
            let value = if slot < WEEK_SLOTS - weeks_kept(counter) { 0 } else { keep(counter, value) };
            let row = if value == 0 { None } else { self.rows.row_mut(counter) };
            if let Some(cell) = row.and_then(|row| row.get_mut(slot)) {
                *cell = value;
            }
        }
        if day >= self.first_single_day() {
            self.entries.retain(|(held, _), _| *held != day);
            let mut entries: Vec<(EntryId, u32)> =
                bucket.entries.iter().map(|(entry, count)| (*entry, *count)).collect();
            entries.sort_by_key(|(entry, count)| by_interest(*entry, *count));
            let named = entries.into_iter().take(ENTRIES_PER_DAY);
            self.entries.extend(named.map(|(entry, count)| ((day, entry), count)));
        }
    }

    fn slot(&self, day: Day) -> Option<usize> {
        let from_origin = day.0 - self.first_single_day().0;
        if from_origin >= 0 {
            usize::try_from(from_origin).ok().filter(|days| *days < DAY_SLOTS).map(|days| WEEK_SLOTS + days)
        } else {
            usize::try_from(SUM_WEEKS + (day.week().0 - self.origin.0)).ok()
        }
    }
}

/// Where a cell stands after the ledger moved on by some weeks.
fn slot_after(slot: usize, weeks: usize) -> Option<usize> {
    if slot < WEEK_SLOTS {
        return slot.checked_sub(weeks);
    }
    let day = slot - WEEK_SLOTS;
    match day.checked_sub(weeks * 7) {
        Some(day) => Some(WEEK_SLOTS + day),
        None => (WEEK_SLOTS + day / 7).checked_sub(weeks),
    }
}

fn origin_of(as_of: Day) -> Week {
    Week(as_of.week().0 - (DAY_WEEKS - 1))
}
