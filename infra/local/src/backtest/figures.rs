//! Sums and shares over customers, with intervals by drawing the customers again.

use serde::Serialize;

use scoring::Level;

use super::judge::{Judged, LEADS, Verdict};

/// Draws behind an interval.
const DRAWS: usize = 400;
/// An interval holds so much of the draws: 90 %.
const OUTSIDE: f64 = 0.05;

/// What is added up over customers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    right: u32,
    neutral: u32,
    wrong: u32,
    opened: u32,
    red_right: u32,
    red_wrong: u32,
    losses: u32,
    warned: u32,
    ahead: [u32; LEADS.len()],
    customers: u32,
    healthy: u32,
    healthy_wrong: u32,
    healthy_years: f64,
}

impl Sums {
    /// Of one customer.
    pub fn of(judged: &Judged) -> Self {
        let count = |fits: &dyn Fn(&super::judge::Episode) -> bool| {
            counted(judged.episodes.iter().filter(|episode| fits(episode)).count())
        };
        let is = |verdict| move |episode: &super::judge::Episode| episode.verdict == verdict;
        let red = |verdict| {
            move |episode: &super::judge::Episode| episode.verdict == verdict && episode.level == Level::Red
        };
        let ahead = |least: i32| {
            let early = judged.losses.iter().filter(|loss| loss.lead.is_some_and(|lead| lead >= least));
            counted(early.count())
        };
        let watched = judged.years > 0.0;
        let healthy = judged.healthy && watched;
        Self {
            right: count(&is(Verdict::Right)),
            neutral: count(&is(Verdict::Neutral)),
            wrong: count(&is(Verdict::False)),
            opened: count(&|episode| !episode.stood),
            red_right: count(&red(Verdict::Right)),
            red_wrong: count(&red(Verdict::False)),
            losses: counted(judged.losses.len()),
            warned: ahead(1),
            ahead: LEADS.map(ahead),
            customers: u32::from(watched),
            healthy: u32::from(healthy),
            healthy_wrong: if healthy { count(&is(Verdict::False)) } else { 0 },
            healthy_years: if healthy { judged.years } else { 0.0 },
        }
    }

    fn add(&mut self, other: &Self) {
        self.right += other.right;
        self.neutral += other.neutral;
        self.wrong += other.wrong;
        self.opened += other.opened;
        self.red_right += other.red_right;
        self.red_wrong += other.red_wrong;
        self.losses += other.losses;
        self.warned += other.warned;
        self.customers += other.customers;
        self.healthy += other.healthy;
        self.healthy_wrong += other.healthy_wrong;
        self.healthy_years += other.healthy_years;
        for (sum, more) in self.ahead.iter_mut().zip(other.ahead) {
            *sum += more;
        }
    }

    /// Of all together.
    pub fn total<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut total = Self::default();
        all.into_iter().for_each(|one| total.add(one));
        total
    }

    /// Alerts that were opened in the period or stood open when it began.
    pub fn alerts(&self) -> u32 {
        self.right + self.neutral + self.wrong
    }

    /// Alerts opened in so many weeks, a week.
    pub fn load(&self, weeks: f64) -> f64 {
        f64::from(self.opened) / weeks
    }

    /// Whether a loss was warned of a month ahead.
    pub fn is_month_ahead(&self) -> bool {
        let [_, month, _] = self.ahead;
        month > 0
    }

    /// Losses in the period.
    pub fn losses(&self) -> u32 {
        self.losses
    }

    /// Right among right and false alerts; unknown where no customer is known to have left.
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.right + self.wrong).filter(|_| self.healthy < self.customers)
    }

    /// Losses warned of at least a month ahead.
    pub fn month_ahead(&self) -> Option<f64> {
        let [_, month, _] = self.ahead;
        share(month, self.losses)
    }

    /// False alarms a healthy customer gives in a year.
    pub fn false_per_year(&self) -> Option<f64> {
        (self.healthy_years > 0.0).then(|| f64::from(self.healthy_wrong) / self.healthy_years)
    }
}

/// A value and where it would lie with other customers like these: 90 % of the draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// As measured.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The figures of a backtest. Shares are 0..1; absent where there is nothing to divide by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Customers watched in the period.
    pub customers: u32,
    /// Of them, those of whom no loss is known.
    pub healthy: u32,
    /// Losses in the period.
    pub losses: u32,
    /// Losses with a warning of a day or more.
    pub losses_warned: u32,
    /// Alerts opened, or open when the period began.
    pub alerts: u32,
    /// Of them, those that stood open when it began.
    pub stood: u32,
    /// Alerts that a loss followed.
    pub right: u32,
    /// Alerts that came with a loss or shortly after it.
    pub neutral: u32,
    /// Alerts that no loss followed.
    #[serde(rename = "false")]
    pub wrong: u32,
    /// Right among right and false alerts.
    pub precision: Option<Interval>,
    /// The same of alerts that reached red.
    pub precision_red: Option<Interval>,
    /// Losses warned of at all.
    pub recall: Option<Interval>,
    /// Losses warned of 14, 30 and 60 days ahead.
    pub recall_14_30_60: [Option<Interval>; LEADS.len()],
    /// False alarms of a healthy customer in a year.
    pub false_per_healthy_year: Option<Interval>,
    /// Alerts opened a week.
    pub alerts_per_week: Option<Interval>,
}

/// All figures of these customers over so many weeks.
pub fn figures(each: &[Sums], weeks: f64) -> Figures {
    let sums = Sums::total(each);
    let draws = draws(each);
    let interval = |of: &dyn Fn(&Sums) -> Option<f64>| interval(&sums, &draws, of);
    Figures {
        customers: sums.customers,
        healthy: sums.healthy,
        losses: sums.losses,
        losses_warned: sums.warned,
        alerts: sums.alerts(),
        stood: sums.alerts() - sums.opened,
        right: sums.right,
        neutral: sums.neutral,
        wrong: sums.wrong,
        precision: interval(&Sums::precision),
        precision_red: interval(&|sums| share(sums.red_right, sums.red_right + sums.red_wrong)),
        recall: interval(&|sums| share(sums.warned, sums.losses)),
        recall_14_30_60: std::array::from_fn(|lead| {
            interval(&|sums| share(sums.ahead.get(lead).copied().unwrap_or(0), sums.losses))
        }),
        false_per_healthy_year: interval(&Sums::false_per_year),
        alerts_per_week: interval(&|sums| Some(sums.load(weeks))),
    }
}

fn interval(sums: &Sums, draws: &[Sums], of: &dyn Fn(&Sums) -> Option<f64>) -> Option<Interval> {
    let (low, high) = ends(draws.iter().filter_map(of).collect())?;
    of(sums).map(|value| Interval { value, low, high })
}

/// The ends of what holds 90 % of some values.
pub fn ends(values: Vec<f64>) -> Option<(f64, f64)> {
    let mut values = values;
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a number of draws"
    )]
    let cut = (last as f64 * OUTSIDE).round() as usize;
    Some((*values.get(cut)?, *values.get(last - cut)?))
}

/// The customers drawn again with replacement, always the same way.
pub fn draws(each: &[Sums]) -> Vec<Sums> {
    drawn(each.len())
        .map(|places| Sums::total(places.into_iter().filter_map(|place| each.get(place))))
        .collect()
}

/// Places of so many customers, drawn with replacement ([`DRAWS`] times); the same for the same number.
pub fn drawn(customers: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut state = 1_u64;
    (0..DRAWS).map(move |_| {
        (0..customers)
            .map(|_| usize::try_from(next(&mut state) % customers.max(1) as u64).unwrap_or(0))
            .collect()
    })
}

/// `SplitMix64`: enough to draw customers by.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A share; none of nothing.
pub fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// A count of things that fit into memory.
pub fn counted(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
