//! A customer's whole weeks, and how far the last of them lie from the customer's own past.
//!
//! Every comparison gives a number of standard deviations towards trouble: 0 is normal, 2 is unusual, 4 is rare. The
//! yardstick is an old one - up to 52 weeks that end 13 weeks before the window begins - so that a slow decline does
//! not become its own normal; where there is a year of history the same weeks of last year must agree, and what all
//! customers of the company did in a week ([`Portfolio`]) is taken out, so that July is not silence.

mod levels;
mod weeks;

use std::ops::Range;

use tone::{Category, EntryId};

pub(crate) use self::levels::Levels;
use self::weeks::Weeks;
pub use self::weeks::WholeWeeks;
use crate::ledger::{Counter, weeks_kept};
use crate::portfolio::{Portfolio, Weekly};
use crate::view::View;

/// Whole weeks looked back on.
pub const REACH: usize = 66;
/// Weeks between window and yardstick.
const GAP: usize = 13;
/// Weeks of the yardstick.
const YARDSTICK: usize = 52;
/// A yardstick of fewer weeks is taken right before the window instead.
const SHORTEST: usize = 13;
/// ... and of fewer is none.
const LEAST: usize = 8;

/// A customer's whole weeks as of a day, counted back: week 0 is last week.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    view: &'a View<'a>,
    weeks: &'a WholeWeeks<'a>,
    portfolio: &'a Portfolio,
    /// The latest weeks left out, to look as of then.
    skipped: usize,
    /// Whole weeks since the first event, at most [`REACH`].
    pub(crate) known: usize,
}

/// Sums whose mean is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mean {
    /// What is summed, in units of `unit`.
    pub(crate) sum: Counter,
    pub(crate) unit: f64,
    /// What it is a mean over.
    pub(crate) of: Counter,
    /// Weeks of the window.
    pub(crate) weeks: usize,
    /// The standard deviation of a single one, as it is with customers in general.
    pub(crate) spread: f64,
    /// How many the window and the yardstick need.
    pub(crate) least: (f64, f64),
    /// Whether less is worse.
    pub(crate) falling: bool,
}

/// Events too rare for a rhythm of their own: the customer's rate leans on the company's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rare {
    /// What is counted, and how often each counts.
    pub(crate) of: &'static [(Counter, f64)],
    /// Per so many of these; per week without.
    pub(crate) per: Option<Counter>,
    /// Weeks of the window.
    pub(crate) weeks: usize,
}

impl Rare {
    pub(crate) fn counters(&self) -> impl Iterator<Item = Counter> {
        self.of.iter().map(|(counter, _)| *counter).chain(self.per)
    }
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Change {
    /// Standard deviations towards trouble; 0 where nothing can be compared.
    pub(crate) deviations: f64,
    /// What was seen.
    pub(crate) recent: f64,
    /// What would be normal.
    pub(crate) usual: f64,
}

impl<'a> Past<'a> {
    /// The weeks before the current one.
    pub fn new(view: &'a View<'a>, weeks: &'a WholeWeeks<'a>, portfolio: &'a Portfolio) -> Self {
        let known = usize::try_from(view.known_weeks()).unwrap_or(0).min(REACH);
        Self { view, weeks, portfolio, skipped: 0, known }
    }

    /// The same as it was so many weeks ago.
    pub(crate) fn weeks_earlier(&self, weeks: usize) -> Self {
        Self { skipped: self.skipped + weeks, known: self.known.saturating_sub(weeks), ..*self }
    }

    /// Whether there is enough of the customer's own past to compare with.
    pub(crate) fn is_known(&self) -> bool {
        self.known >= SHORTEST
    }

    /// What a counter came to week by week.
    pub(crate) fn row(&self, counter: Counter) -> Weeks<'_> {
        self.weeks.row(counter, self.skipped)
    }

    /// What a counter came to in one week.
    pub(crate) fn week(&self, counter: Counter, week: usize) -> f64 {
        number(self.row(counter).at(week))
    }

    /// What a counter came to in some weeks.
    pub(crate) fn sum(&self, counter: Counter, weeks: Range<usize>) -> f64 {
        number(self.row(counter).sum(&weeks))
    }

    /// The weeks with something in them, the latest first.
    pub(crate) fn places(&self, counter: Counter) -> Vec<usize> {
        let mut places = Vec::with_capacity(REACH);
        let weeks = self.row(counter).each().zip(0..);
        places.extend(weeks.filter(|(cell, _)| *cell != 0).map(|(_, week)| week));
        places
    }

    /// How many in the last so many whole weeks and in the current one.
    pub(crate) fn lately(&self, counter: Counter, weeks: usize) -> f64 {
        let current = if self.skipped == 0 { self.view.week(counter, 0) } else { 0 };
        number(current + self.row(counter).sum(&(0..weeks)))
    }

    /// The lexicon entries of fitting categories in the days kept singly, most frequent first.
    pub(crate) fn entries(&self, fits: impl Fn(Category) -> bool, most: usize) -> Vec<EntryId> {
        let entries = self.view.entries(42).into_iter().map(|(entry, _)| entry);
        let category = |entry: &EntryId| tone::entry(*entry).and_then(|entry| entry.category);
        entries.filter(|entry| category(entry).is_some_and(&fits)).take(most).collect()
    }

    /// Several counters in some weeks, each so often.
    pub(crate) fn weighted(&self, of: &[(Counter, f64)], weeks: &Range<usize>) -> f64 {
        of.iter().map(|(counter, weight)| weight * self.sum(*counter, weeks.clone())).sum()
    }

    fn factors(&self, counter: Counter) -> Weekly<'_> {
        self.portfolio.factors(counter, self.view.today.week(), self.skipped)
    }

    /// How many of the last so many whole weeks no customer could do anything in, or this one was to do nothing.
    pub(crate) fn left_out(&self, counter: Counter, weeks: usize) -> usize {
        let factors = self.factors(counter);
        (0..weeks).filter(|week| factors.at(*week) <= 0.0).count()
    }

    /// Whole weeks that are known and kept of all these counters.
    pub(crate) fn known_of(&self, counters: impl IntoIterator<Item = Counter>) -> usize {
        // Six whole weeks lie day by day before those that are kept as sums.
        let kept = |counter: Counter| weeks_kept(counter as usize) + 6;
        let least = counters.into_iter().map(kept).min().unwrap_or(REACH);
        self.known.min(least.saturating_sub(self.skipped))
    }

    /// The yardstick's weeks for a window of so many, of as many as are known.
    fn yardstick(weeks: usize, gap: usize, known: usize) -> Range<usize> {
        let apart = (weeks + gap)..(weeks + gap + YARDSTICK).min(known);
        if apart.len() >= SHORTEST { apart } else { weeks..(weeks + YARDSTICK).min(known).max(weeks) }
    }

    /// How far a count has fallen. `least` is the number that must have been expected, `gap` the weeks between window
    /// and yardstick; with `rests`, weeks in which hardly any customer wrote do not count.
    pub(crate) fn drop(&self, counter: Counter, weeks: usize, least: f64, gap: usize, rests: bool) -> Change {
        let yardstick = Self::yardstick(weeks, gap, self.known_of([counter]));
        if yardstick.len() < LEAST || !self.is_known() {
            return Change::default();
        }
        let (row, raw) = (self.row(counter), self.factors(counter));
        let factor = |week: usize| raw.at(week).clamp(0.2, 2.0);
        let factors = |weeks: Range<usize>| weeks.map(factor).sum::<f64>();
        let rate = number(row.sum(&yardstick)) / factors(yardstick.clone()).max(1e-9);
        let worked = || (0..weeks).filter(|week| !rests || raw.at(*week) >= Portfolio::REST);
        let exposure: f64 = worked().map(factor).sum();
        let recent: f64 = worked().map(|week| number(row.at(week))).sum();
        let mut usual = rate * exposure;
        let last_year = 51..53 + weeks;
        if usual > recent && self.known >= last_year.end {
            let then = number(row.sum(&last_year)) / factors(last_year).max(0.1) * exposure;
            usual = usual.min(then + 0.5 * (then + 1.0).sqrt());
        }
        if usual <= recent {
            return Change { deviations: 0.0, recent, usual };
        }
        if usual < least {
            return Change::default();
        }
        let stray = |week: usize| {
            let mean = rate * factor(week);
            (number(row.at(week)) - mean).powi(2) / mean.max(0.05)
        };
        let spread: f64 = yardstick.clone().map(stray).sum();
        let n = length(&yardstick);
        let dispersion = ((spread + 8.0 * 1.3) / (n + 8.0)).clamp(1.0, 6.0);
        let deviations =
            2.0 * (root(usual) - root(recent)) / (dispersion * (1.0 + number_of(weeks) / n)).sqrt();
        Change { deviations, recent, usual }
    }

    /// How far a mean has moved.
    pub(crate) fn mean(&self, mean: &Mean) -> Change {
        let Some(change) = self.moved(mean) else { return Change::default() };
        let shift = self.portfolio.shift(mean);
        let moved = change.recent - change.usual - shift;
        let deviations = if mean.falling { -moved } else { moved } / change.deviations;
        Change { deviations, ..change }
    }

    /// The two means, and in place of the deviations the standard error of their difference.
    pub(crate) fn moved(&self, mean: &Mean) -> Option<Change> {
        let known = self.known_of([mean.sum, mean.of]);
        let (yardstick, window) = (Self::yardstick(mean.weeks, GAP, known), 0..mean.weeks.min(known));
        let (before, recent) = (self.sum(mean.of, yardstick.clone()), self.sum(mean.of, window.clone()));
        if recent < mean.least.0 || before < mean.least.1 || !self.is_known() {
            return None;
        }
        let error = mean.spread * (1.0 / recent + 1.0 / before).sqrt();
        let usual = self.sum(mean.sum, yardstick) / before / mean.unit;
        Some(Change { deviations: error, recent: self.sum(mean.sum, window) / recent / mean.unit, usual })
    }

    /// How many more of something rare there are than expected; nothing when there is none.
    pub(crate) fn rare(&self, rare: &Rare) -> Change {
        if !self.is_known() {
            return Change::default();
        }
        let per = |weeks: &Range<usize>| match rare.per {
            Some(per) => self.sum(per, weeks.clone()),
            None => length(weeks),
        };
        let known = self.known_of(rare.counters());
        let (yardstick, window) = (Self::yardstick(rare.weeks, 2, known), 0..rare.weeks.min(known));
        // The company's rate weighs as much as half a year of the customer's own, or as twenty texts.
        let lent = if rare.per.is_some() { 20.0 } else { 26.0 };
        let expected = (self.weighted(rare.of, &yardstick) + self.portfolio.rate(rare) * lent)
            / (per(&yardstick) + lent);
        let (recent, usual) = (self.weighted(rare.of, &window), expected * per(&window));
        if recent < 1.0 {
            return Change { deviations: 0.0, recent, usual };
        }
        Change { deviations: 2.0 * (root(recent) - root(usual)) / 1.2_f64.sqrt(), recent, usual }
    }

    /// Days since the last day in touch, days of rest left out, against the customer's own rhythm before: as improbable
    /// as a normal variable so many deviations out (Lomax tail).
    pub(crate) fn silence(&self) -> Change {
        let Some(gap) = self.view.days_since(Counter::InboundDays) else { return Change::default() };
        let gap = self.as_of_then(gap);
        let factors = self.factors(Counter::InboundDays);
        let weight = |week: usize| match factors.at(week) {
            factor if factor < Portfolio::REST => 0.0,
            factor => factor.min(1.0),
        };
        // The days of the current week have no factor yet: the calendar says which of them rest.
        let current = self.view.today.0 - self.view.today.week().monday().0 + 1;
        let current = if self.skipped == 0 { usize::try_from(current).unwrap_or(0) } else { 0 };
        let now = |day: usize| {
            let rests = i32::try_from(day).is_ok_and(|day| self.view.rests(Counter::InboundDays, day));
            if rests { 0.0 } else { 1.0 }
        };
        let of_day =
            |day: usize| day.checked_sub(current).map_or_else(|| now(day), |before| weight(before / 7));
        let first = gap.saturating_sub(current).div_ceil(7);
        let silent: f64 = (0..gap).map(of_day).sum();
        let before = first..(first + YARDSTICK).min(self.known).max(first);
        let active = self.sum(Counter::InboundDays, before.clone());
        let exposure: f64 = 7.0 * before.map(weight).sum::<f64>();
        if active < 8.0 || !self.is_known() {
            return Change::default();
        }
        let surprise = (active + 1.0) * (silent / (exposure.max(1.0) + 2.5)).ln_1p();
        Change { deviations: (2.0 * surprise).sqrt() - 1.0, recent: silent, usual: exposure / active }
    }

    /// The most there were in any whole week.
    pub(crate) fn most(&self, counter: Counter) -> i64 {
        self.weeks.row(counter, 0).each().take(self.known).max().unwrap_or(0)
    }

    /// The most weeks running without any contact, the present silence left out.
    pub(crate) fn longest_silence(&self) -> i32 {
        let weeks = self.places(Counter::InboundDays);
        let gaps = weeks.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()? - 1));
        gaps.max().and_then(|weeks| i32::try_from(weeks).ok()).unwrap_or(0)
    }

    /// A gap of days up to today as it was at the end of the last week looked at.
    fn as_of_then(&self, gap: i32) -> usize {
        let since = if self.skipped == 0 {
            0
        } else {
            let current = self.view.today.0 - self.view.today.week().monday().0 + 1;
            current + 7 * (i32::try_from(self.skipped).unwrap_or(0) - 1) + 6
        };
        usize::try_from(gap - since).unwrap_or(0)
    }

    /// Whether invoices have stopped coming where they came regularly: the relation has ended or rests, and that nothing
    /// else comes either is no sign (a customer about to leave is invoiced until the end).
    pub(crate) fn rests(&self) -> bool {
        let weeks = self.places(Counter::InvoicesIssued);
        let longest = weeks.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).max();
        let Some((last, longest)) = weeks.first().zip(longest).filter(|_| weeks.len() >= 4) else {
            return false;
        };
        number_of(*last) > 1.25 * number_of(longest) + 1.0
    }
}

/// The middle of some values, 0 of none. Orders them.
pub(crate) fn middle(values: &mut [f64]) -> f64 {
    let (half, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return 0.0;
    }
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let below = below.iter().copied().max_by(f64::total_cmp).filter(|_| !is_odd);
    below.map_or(*middle, |below| f64::midpoint(below, *middle))
}

/// The root that makes counts nearly normal (Anscombe).
fn root(count: f64) -> f64 {
    (count + 0.375).max(0.0).sqrt()
}

fn length(weeks: &Range<usize>) -> f64 {
    number_of(weeks.len())
}

#[expect(clippy::cast_precision_loss, reason = "weeks and customers, far below 2^52")]
pub(crate) fn number_of(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts and sums far below 2^52")]
pub(crate) fn number(sum: i64) -> f64 {
    sum as f64
}
