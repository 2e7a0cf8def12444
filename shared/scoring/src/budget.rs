//! The weekly budget of alerts (S36: two or three relevant warnings a week; S95: two to four hours of somebody's week).
//!
//! Each Monday the last weeks are played again with every bound from yellow up to orange: how many customers would have
//! come over it? The lowest bound that keeps the budget is the one from which alerts open this week. Risks and levels
//! stay what they are, an open alert stays open, and from orange on everything opens: a budget never silences what
//! cannot wait. Whom it keeps waiting is counted, so that its price can be seen.

use serde::{Deserialize, Serialize};

use crate::policy::Policy;
use crate::time::Week;

/// Weeks that can be played again.
pub const MOST_WEEKS: usize = 12;
/// The weeks played, one before them to see who was over the bound already, and the current one.
const KEPT: usize = MOST_WEEKS + 2;
/// Percent are told apart.
const PERCENT: usize = 101;

/// A customer's highest risk of each of the last weeks. Written as four bytes of the latest week and a byte a week.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Peaks {
    week: i32,
    /// Whole percent, the latest week first.
    percents: Vec<u8>,
}

impl Peaks {
    /// Notes a risk 0..1. In weeks of which nothing was noted the risk was still the one `before`.
    pub fn note(&mut self, week: Week, before: Option<f64>, risk: f64) {
        let weeks = usize::try_from(week.0 - self.week).unwrap_or(0);
        if self.percents.is_empty() {
            self.percents.push(0);
        } else if weeks > 0 {
            let still = percent(before.unwrap_or(0.0));
            self.percents.splice(..0, std::iter::repeat_n(still, weeks.min(KEPT)));
            self.percents.truncate(KEPT);
        }
        self.week = self.week.max(week.0);
        if let Some(latest) = self.percents.first_mut() {
            *latest = percent(risk).max(*latest);
        }
    }

    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.week.to_le_bytes().as_slice(), &self.percents].concat()
    }

    /// From bytes; none where they are not ours.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (week, percents) = bytes.split_first_chunk()?;
        let ours = (1..=KEPT).contains(&percents.len()) && percents.iter().all(|percent| *percent <= 100);
        ours.then(|| Self { week: i32::from_le_bytes(*week), percents: percents.to_vec() })
    }
}

/// A risk in whole percent; a bound of so many is reached by it and not by less.
fn percent(risk: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = (risk * 100.0 + 1e-6).clamp(0.0, 100.0) as u8;
    percent
}

/// What the budget holds back in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Held {
    /// Alerts open from this risk on, 0..1; none where yellow keeps the budget.
    pub opens_from: Option<f64>,
    /// Customers from yellow up to there without an alert, as the week began.
    pub customers: u32,
}

/// How many customers came over each bound, week by week.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The week to come.
    week: Week,
    weeks: usize,
    hysteresis: u8,
    /// By percent: who came over it in the weeks played.
    opened: [u32; PERCENT],
    /// By percent: who stands there without an alert.
    waiting: [u32; PERCENT],
    /// Weeks that anything is known of.
    known: usize,
}

impl Tally {
    /// As a week begins.
    pub fn new(week: Week, policy: &Policy) -> Self {
        let hysteresis = percent(policy.risk.hysteresis);
        let (opened, waiting) = ([0; PERCENT], [0; PERCENT]);
        Self { week, weeks: policy.budget.weeks, hysteresis, opened, waiting, known: 0 }
    }

    /// Adds a customer: its peaks, its risk as last written, and whether an alert of it is open.
    pub fn add(&mut self, peaks: &Peaks, risk: f64, has_alert: bool) {
        let mut peaks = peaks.clone();
        // The week to come begins where the last one ended.
        peaks.note(self.week, Some(risk), 0.0);
        let whole = peaks.percents.get(1..).unwrap_or_default();
        self.known = self.known.max(whole.len().min(self.weeks));
        for (week, before) in whole.iter().zip(whole.iter().skip(1).chain([&0])).take(self.weeks) {
            // Under a bound by less than the hysteresis an alert would have stayed open, and not opened anew.
            let bounds = usize::from(before.saturating_add(self.hysteresis)) + 1..=usize::from(*week);
            for opened in self.opened.get_mut(bounds).unwrap_or_default() {
                *opened += 1;
            }
        }
        if let Some(waiting) = self.waiting.get_mut(usize::from(percent(risk))).filter(|_| !has_alert) {
            *waiting += 1;
        }
    }

    /// The lowest bound from yellow to orange, in whole percent, that keeps the budget.
    pub fn held(&self, policy: &Policy) -> Held {
        let (yellow, orange) = (percent(policy.risk.yellow), percent(policy.risk.orange));
        #[expect(clippy::cast_precision_loss, reason = "a few weeks")]
        let budget = policy.budget.alerts_per_week * self.known as f64;
        let keeps = |bound: &u8| {
            self.opened.get(usize::from(*bound)).is_none_or(|opened| f64::from(*opened) <= budget)
        };
        let bound = (yellow..orange).find(keeps).unwrap_or(orange);
        if bound == yellow {
            return Held::default();
        }
        let held = self.waiting.get(usize::from(yellow)..usize::from(bound)).unwrap_or_default();
        Held { opens_from: Some(f64::from(bound) / 100.0), customers: held.iter().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weeks ago and risk in percent, the oldest first, as of the week before the hundredth.
    fn customer(risks: &[(i32, u8)]) -> (Peaks, f64) {
        let (mut peaks, mut before) = (Peaks::default(), None);
        for (ago, risk) in risks {
            let risk = f64::from(*risk) / 100.0;
            peaks.note(Week(100 - ago), before, risk);
            before = Some(risk);
        }
        (peaks, before.unwrap_or_default())
    }

    fn held(customers: &[(Peaks, f64)]) -> Held {
        let policy = Policy::default();
        let mut tally = Tally::new(Week(100), &policy);
        for (peaks, risk) in customers {
            tally.add(peaks, *risk, false);
        }
        tally.held(&policy)
    }

    #[test]
    fn three_a_week_pass_as_they_are() {
        let calm = vec![customer(&[(12, 5)]); 200];
        let three_a_week = (1..=8).flat_map(|ago| vec![customer(&[(12, 5), (ago, 33)]); 3]);
        let customers: Vec<_> = calm.into_iter().chain(three_a_week).collect();
        assert_eq!(held(&customers), Held::default());
    }

    #[test]
    fn a_noisy_company_opens_later_and_says_whom_it_keeps_waiting() {
        let faint = (1..=8).flat_map(|ago| vec![customer(&[(12, 5), (ago, 33)]); 10]);
        let clear = (1..=8).flat_map(|ago| vec![customer(&[(12, 5), (ago, 42)]); 2]);
        let customers: Vec<_> = faint.chain(clear).collect();
        assert_eq!(held(&customers), Held { opens_from: Some(0.34), customers: 80 });
    }

    #[test]
    fn orange_and_red_open_however_many_there_are() {
        let urgent: Vec<_> = (1..=8).flat_map(|ago| vec![customer(&[(12, 5), (ago, 80)]); 50]).collect();
        assert_eq!(held(&urgent), Held { opens_from: Some(0.5), customers: 0 });
    }

    #[test]
    fn who_stays_over_the_bound_or_hovers_at_it_opened_once() {
        let steady = customer(&[(12, 33)]);
        let hovers: Vec<(i32, u8)> =
            (1..=12).rev().map(|ago| (ago, if ago % 2 == 0 { 31 } else { 27 })).collect();
        assert_eq!(held(&vec![steady; 100]), Held::default());
        assert_eq!(held(&vec![customer(&hovers); 100]), Held::default());
    }

    #[test]
    fn in_the_first_weeks_the_budget_is_that_of_the_weeks_there_were() {
        let new = vec![customer(&[(1, 35)]); 4];
        assert_eq!(held(&new).opens_from, Some(0.36));
        assert_eq!(held(&new[..3]), Held::default());
    }

    #[test]
    fn bytes_are_read_as_they_were_written_and_nothing_else_is() {
        let (peaks, _) = customer(&[(30, 5), (9, 44), (2, 100), (1, 5)]);
        assert_eq!(Peaks::from_bytes(&peaks.to_bytes()), Some(peaks));
        for stranger in [&[][..], &[1, 2, 3], &[0, 0, 0, 0], &[0, 0, 0, 0, 101], &[0; 40]] {
            assert_eq!(Peaks::from_bytes(stranger), None, "{stranger:?}");
        }
    }
}
