//! A customer's whole weeks, and how far the last of them lie from the customer's own past.
//!
//! Every comparison gives a number of standard deviations towards trouble: 0 is normal, 2 is unusual, 4 is rare. The
//! yardstick is an old one - up to 52 weeks that end 13 weeks before the window begins - so that a slow decline does
//! not become its own normal; where there is a year of history the same weeks of last year must agree, and what all
//! customers of the company did in a week ([`Portfolio`]) is taken out, so that July is not silence.

use tone::{Category, EntryId};

use crate::ledger::{Counter, weeks_kept};
use crate::portfolio::Portfolio;
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

/// The sums of a counter by whole weeks ago: the first is last week's.
pub(crate) type Row = [f64; REACH];

/// Every counter's whole weeks, taken out of a ledger once.
#[derive(Debug)]
pub struct Weeks(Vec<Option<Box<Row>>>);

impl Weeks {
    /// As of the view's day.
    pub fn of(view: &View<'_>) -> Self {
        Self(Counter::ALL.into_iter().map(|counter| view.whole_weeks(counter).map(Box::new)).collect())
    }
}

/// A customer's whole weeks as of a day.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    view: &'a View<'a>,
    weeks: &'a Weeks,
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
    pub fn new(view: &'a View<'a>, weeks: &'a Weeks, portfolio: &'a Portfolio) -> Self {
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

    pub(crate) fn row(&self, counter: Counter) -> Row {
        let mut row = [0.0; REACH];
        let all = self.weeks.0.get(counter as usize).and_then(Option::as_ref);
        let seen = all.and_then(|all| all.get(self.skipped..)).unwrap_or_default();
        if let Some(cells) = row.get_mut(..seen.len()) {
            cells.copy_from_slice(seen);
        }
        row
    }

    /// How many in the last so many whole weeks.
    pub(crate) fn count(&self, counter: Counter, weeks: usize) -> i64 {
        let skipped = i32::try_from(self.skipped).unwrap_or(0);
        self.view.weeks(counter, skipped + 1, skipped + i32::try_from(weeks).unwrap_or(0))
    }

    /// How many in the last so many whole weeks and in the current one.
    pub(crate) fn lately(&self, counter: Counter, weeks: usize) -> f64 {
        let current = if self.skipped == 0 { self.view.week(counter, 0) } else { 0 };
        number(current + self.count(counter, weeks))
    }

    /// The lexicon entries of fitting categories in the days kept singly, most frequent first.
    pub(crate) fn entries(&self, fits: impl Fn(Category) -> bool, most: usize) -> Vec<EntryId> {
        let entries = self.view.entries(42).into_iter().map(|(entry, _)| entry);
        let category = |entry: &EntryId| tone::entry(*entry).and_then(|entry| entry.category);
        entries.filter(|entry| category(entry).is_some_and(&fits)).take(most).collect()
    }

    /// Several counters, each so often.
    pub(crate) fn weighted(&self, of: &[(Counter, f64)]) -> Row {
        let mut sum = [0.0; REACH];
        for (counter, weight) in of {
            let row = self.row(*counter);
            sum.iter_mut().zip(row).for_each(|(sum, cell)| *sum += weight * cell);
        }
        sum
    }

    fn factors(&self, counter: Counter) -> Row {
        self.portfolio.factors(counter, self.view.today.week(), self.skipped)
    }

    /// Whole weeks that are known and kept of all these counters.
    pub(crate) fn known_of(&self, counters: impl IntoIterator<Item = Counter>) -> usize {
        // Six whole weeks lie day by day before those that are kept as sums.
        let kept = |counter: Counter| weeks_kept(counter as usize) + 6;
        let least = counters.into_iter().map(kept).min().unwrap_or(REACH);
        self.known.min(least.saturating_sub(self.skipped))
    }

    /// The yardstick's weeks for a window of so many, of as many as are known.
    fn yardstick(weeks: usize, gap: usize, known: usize) -> std::ops::Range<usize> {
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
        let factors = raw.map(|factor| factor.clamp(0.2, 2.0));
        let rate = sum(&row, &yardstick) / sum(&factors, &yardstick).max(1e-9);
        let worked: Vec<usize> =
            (0..weeks).filter(|week| !rests || at(&raw, *week) >= Portfolio::REST).collect();
        let exposure: f64 = worked.iter().map(|week| at(&factors, *week)).sum();
        let recent: f64 = worked.iter().map(|week| at(&row, *week)).sum();
        let mut usual = rate * exposure;
        let spread: f64 = yardstick
            .clone()
            .map(|week| {
                let mean = rate * at(&factors, week);
                (at(&row, week) - mean).powi(2) / mean.max(0.05)
            })
            .sum();
        let n = length(&yardstick);
        let dispersion = ((spread + 8.0 * 1.3) / (n + 8.0)).clamp(1.0, 6.0);
        let last_year = 51..53 + weeks;
        if self.known >= last_year.end {
            let then = sum(&row, &last_year) / sum(&factors, &last_year).max(0.1) * exposure;
            usual = usual.min(then + 0.5 * (then + 1.0).sqrt());
        }
        if usual < least {
            return Change::default();
        }
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
        let (sums, of) = (self.row(mean.sum), self.row(mean.of));
        let known = self.known_of([mean.sum, mean.of]);
        let (yardstick, window) = (Self::yardstick(mean.weeks, GAP, known), 0..mean.weeks.min(known));
        let (before, recent) = (sum(&of, &yardstick), sum(&of, &window));
        if recent < mean.least.0 || before < mean.least.1 || !self.is_known() {
            return None;
        }
        let error = mean.spread * (1.0 / recent + 1.0 / before).sqrt();
        let usual = sum(&sums, &yardstick) / before / mean.unit;
        Some(Change { deviations: error, recent: sum(&sums, &window) / recent / mean.unit, usual })
    }

    /// How many more of something rare there are than expected; nothing when there is none.
    pub(crate) fn rare(&self, rare: &Rare) -> Change {
        if !self.is_known() {
            return Change::default();
        }
        let row = self.weighted(rare.of);
        let per = rare.per.map_or([1.0; REACH], |per| self.row(per));
        let known = self.known_of(rare.counters());
        let (yardstick, window) = (Self::yardstick(rare.weeks, 2, known), 0..rare.weeks.min(known));
        // The company's rate weighs as much as half a year of the customer's own, or as twenty texts.
        let lent = if rare.per.is_some() { 20.0 } else { 26.0 };
        let expected =
            (sum(&row, &yardstick) + self.portfolio.rate(rare) * lent) / (sum(&per, &yardstick) + lent);
        let (recent, usual) = (sum(&row, &window), expected * sum(&per, &window));
        if recent < 1.0 {
            return Change { deviations: 0.0, recent, usual };
        }
        Change { deviations: 2.0 * (root(recent) - root(usual)) / 1.2_f64.sqrt(), recent, usual }
    }

    /// How far the level of what usage reports tell has fallen, on a logarithmic scale; `narrowest` is the least spread
    /// of a week. Recent and usual are per report.
    pub(crate) fn level(&self, counter: Counter, weeks: usize, narrowest: f64) -> Change {
        let reports = self.row(Counter::UsageReports);
        let sums = self.row(counter);
        let common = self.portfolio.usage(counter, self.view.today.week(), self.skipped);
        let logins = self.portfolio.usage(Counter::Logins, self.view.today.week(), self.skipped);
        let log = |week: usize| {
            let n = at(&reports, week);
            (n > 0.0).then(|| (at(&sums, week) / n).ln_1p() - at(&common, week))
        };
        let known = self.known_of([counter, Counter::UsageReports]);
        let mut before: Vec<f64> = Self::yardstick(weeks, GAP, known).filter_map(log).collect();
        let worked = (0..known).filter(|week| at(&logins, *week) >= Portfolio::IDLE).take(weeks);
        let recent: Vec<f64> = worked.filter_map(log).collect();
        if before.len() < LEAST || recent.is_empty() || !self.is_known() {
            return Change::default();
        }
        let mut usual = middle(&mut before);
        let mut distances: Vec<f64> = before.iter().map(|value| (value - usual).abs()).collect();
        let spread = 1.48 * middle(&mut distances);
        let last_year = 51..53 + weeks;
        if known >= last_year.end {
            let then: Vec<f64> = last_year.filter_map(log).collect();
            if !then.is_empty() {
                usual = usual.min(average(&then) + 0.5 * spread);
            }
        }
        let recent = average(&recent);
        let error = spread.max(narrowest) * (1.0 / number_of(weeks) + 0.1).sqrt();
        Change { deviations: (usual - recent) / error, recent: recent.exp_m1(), usual: usual.exp_m1() }
    }

    /// Days since the last day in touch, days of rest left out, against the customer's own rhythm before: as improbable
    /// as a normal variable so many deviations out (Lomax tail).
    pub(crate) fn silence(&self) -> Change {
        let Some(gap) = self.view.days_since(Counter::InboundDays) else { return Change::default() };
        let gap = self.as_of_then(gap);
        let factors = self.factors(Counter::InboundDays);
        let weight = |week: usize| match at(&factors, week) {
            factor if factor < Portfolio::REST => 0.0,
            factor => factor.min(1.0),
        };
        // The days of the current week have no factor yet.
        let current = self.view.today.0 - self.view.today.week().monday().0 + 1;
        let current = if self.skipped == 0 { usize::try_from(current).unwrap_or(0) } else { 0 };
        let of_day = |day: usize| day.checked_sub(current).map_or(1.0, |before| weight(before / 7));
        let first = gap.saturating_sub(current).div_ceil(7);
        let silent: f64 = (0..gap).map(of_day).sum();
        let before = first..(first + YARDSTICK).min(self.known).max(first);
        let active = sum(&self.row(Counter::InboundDays), &before);
        let exposure: f64 = 7.0 * before.map(weight).sum::<f64>();
        if active < 8.0 || !self.is_known() {
            return Change::default();
        }
        let surprise = (active + 1.0) * (silent / (exposure.max(1.0) + 2.5)).ln_1p();
        Change { deviations: (2.0 * surprise).sqrt() - 1.0, recent: silent, usual: exposure / active }
    }

    /// The most there were in any whole week.
    pub(crate) fn most(&self, counter: Counter) -> i64 {
        let weeks = i32::try_from(self.known).unwrap_or(0);
        self.view.each_week(counter, 1, weeks).max().unwrap_or(0)
    }

    /// The most weeks running without any contact, the present silence left out.
    pub(crate) fn longest_silence(&self) -> i32 {
        let weeks = places(&self.row(Counter::InboundDays));
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
        let weeks: Vec<usize> = places(&self.row(Counter::InvoicesIssued));
        let longest = weeks.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).max();
        let Some((last, longest)) = weeks.first().zip(longest).filter(|_| weeks.len() >= 4) else {
            return false;
        };
        number_of(*last) > 1.25 * number_of(longest) + 1.0
    }
}

/// The weeks with something in them, the latest first, counted from last week's 0.
pub(crate) fn places(row: &Row) -> Vec<usize> {
    row.iter().enumerate().filter(|(_, cell)| **cell != 0.0).map(|(week, _)| week).collect()
}

pub(crate) fn at(row: &Row, week: usize) -> f64 {
    row.get(week).copied().unwrap_or_default()
}

pub(crate) fn sum(row: &Row, weeks: &std::ops::Range<usize>) -> f64 {
    row.get(weeks.start..weeks.end.min(REACH)).unwrap_or_default().iter().sum()
}

/// The middle of some values, 0 of none. Orders them.
pub(crate) fn middle(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    let lower =
        values.len().checked_sub(1).and_then(|last| values.get(last / 2)).copied().unwrap_or_default();
    f64::midpoint(lower, upper)
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / number_of(values.len().max(1))
}

/// The root that makes counts nearly normal (Anscombe).
fn root(count: f64) -> f64 {
    (count + 0.375).max(0.0).sqrt()
}

fn length(weeks: &std::ops::Range<usize>) -> f64 {
    number_of(weeks.len())
}

#[expect(clippy::cast_precision_loss, reason = "weeks and customers, far below 2^52")]
pub(crate) fn number_of(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts and sums far below 2^52")]
fn number(sum: i64) -> f64 {
    sum as f64
}
