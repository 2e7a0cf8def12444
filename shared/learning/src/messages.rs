//! Has this customer changed how often it writes? A watch that is folded forward day by day and never looks back.
//!
//! The numbers of messages of a day are taken as negative binomial around the customer's own rate, weekday by weekday.
//! Each day the likelihood of today's number after a change is held against that without one, and the ratios are summed
//! by the rule of Shiryaev and Roberts, R ← (1 + R) · ratio, which is all but optimal for a change at an unknown time
//! (Pollak 1985; Moustakides, Polunchenko and Tartakovsky 2011). R has a meaning: without a change it passes a threshold
//! on average after at least that many days. So ln 365 is one false alarm in a year; the thresholds here are fitted and
//! come close.
//!
//! The rate lags two weeks, so that a change does not make itself look usual.

use crate::gamma::ln_rising;

/// Score of a drop or a silence that is worth an alarm: about one false alarm per customer and year.
pub const DROP_THRESHOLD: f64 = 6.1;
/// Score of a surge that is worth one.
pub const SURGE_THRESHOLD: f64 = 5.9;
/// Days of pause after an alarm; then it is given again while the score stays high.
pub const PAUSE: usize = 30;

/// What a rate changes to, as a share of the old one.
const DROP: f64 = 0.4;
const SILENCE: f64 = 0.01;
const SURGE: f64 = 3.0;
/// What the evidence of a drop and of silence weigh in the score of both.
const DROP_SHARE: f64 = 0.25;
const SILENCE_SHARE: f64 = 0.75;
/// Evidence does not grow further.
const MOST_EVIDENCE: f64 = 1e12;
/// Half-life of the rate, in days.
const HALF_LIFE: f64 = 240.0;
/// Days the rate lags.
const LAG: usize = 14;
/// Gamma prior of the rate: one message in so many days.
const PRIOR_DAYS: f64 = 2.5;
/// Weekdays count from this day on,
const WEEKDAYS_FROM: u32 = 28;
/// shrunk towards everybody's as if those were so many messages.
const WEEKDAY_PRIOR: f64 = 60.0;
/// How much the variance exceeds the mean is learned from this day on, and forgets by this factor a day,
const SPREAD_FROM: u32 = 30;
const SPREAD_MEMORY: f64 = 0.995;
/// from this sum over this weight; never below the last.
const SPREAD_PRIOR: (f64, f64) = (60.0, 40.0);
const LEAST_SPREAD: f64 = 1.05;
/// A watch is still learning below so many days, or days with a message.
const LEARNING: (u32, u32) = (60, 8);

/// How messages of everybody spread over the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weekdays([f64; 7]);

impl Default for Weekdays {
    fn default() -> Self {
        Self([1.0; 7])
    }
}

impl Weekdays {
    /// Adds a day: its weekday (0 to 6, from any fixed one) and the mean number of messages of a customer.
    pub fn observe(&mut self, weekday: usize, mean: f64) {
        if let Some(sum) = self.0.get_mut(weekday % 7) {
            *sum += mean;
        }
    }

    /// A weekday's share, 1 on average.
    fn share(&self, weekday: usize) -> f64 {
        self.0.get(weekday % 7).copied().unwrap_or(1.0) * 7.0 / self.0.iter().sum::<f64>()
    }
}

/// What a day's fold says, in natural logarithms: ln(1 + R).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Of a drop or a silence.
    pub drop: f64,
    /// Of a surge.
    pub surge: f64,
}

/// One customer's watch: some thirty numbers, whatever the history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watch {
    days: u32,
    active_days: u32,
    /// Decayed messages and days of the rate.
    messages: f64,
    exposure: f64,
    /// Sum and weight of squared deviations over the mean.
    spread: (f64, f64),
    weekdays: [f64; 7],
    /// Evidence of a drop, a silence, a surge.
    evidence: [f64; 3],
    /// The numbers of the last days, by day modulo their count.
    recent: [f64; LAG],
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            days: 0,
            active_days: 0,
            messages: 0.0,
            exposure: 0.0,
            spread: SPREAD_PRIOR,
            weekdays: [1.0; 7],
            evidence: [0.0; 3],
            recent: [0.0; LAG],
        }
    }
}

impl Watch {
    /// Folds in a day, also one without messages: its weekday (0 to 6), the number, and everybody's week as of the day
    /// before.
    #[must_use]
    pub fn fold(&mut self, weekday: usize, number: u32, everybody: &Weekdays) -> Scores {
        let number = f64::from(number);
        let factor = self.weekday_factor(weekday, everybody);
        let rate = (self.messages + 1.0) / (self.exposure + PRIOR_DAYS);
        let mean = (rate * factor).max(0.001);
        let (sum, weight) = self.spread;
        let spread = (sum / weight).max(LEAST_SPREAD);
        for (evidence, change) in self.evidence.iter_mut().zip([DROP, SILENCE, SURGE]) {
            let ratio = ln_ratio(number, mean, spread, change).exp();
            *evidence = ((1.0 + *evidence) * ratio).min(MOST_EVIDENCE);
        }
        self.learn(weekday, number, factor, mean);
        let [drop, silence, surge] = self.evidence;
        Scores { drop: (DROP_SHARE * drop + SILENCE_SHARE * silence).ln_1p(), surge: surge.ln_1p() }
    }

    /// Whether there is too little to go by: under sixty days, or under eight with a message.
    pub fn is_learning(&self) -> bool {
        self.days < LEARNING.0 || self.active_days < LEARNING.1
    }

    fn weekday_factor(&self, weekday: usize, everybody: &Weekdays) -> f64 {
        if self.days < WEEKDAYS_FROM {
            return 1.0;
        }
        let own = self.weekdays.get(weekday % 7).copied().unwrap_or(0.0);
        let all = self.weekdays.iter().sum::<f64>();
        let usual =
            (own + WEEKDAY_PRIOR * everybody.share(weekday) / 7.0) / (all / 7.0 + WEEKDAY_PRIOR / 7.0);
        usual.clamp(0.02, 3.0)
    }

    fn learn(&mut self, weekday: usize, number: f64, factor: f64, mean: f64) {
        let slot = usize::try_from(self.days).unwrap_or(0) % LAG;
        if let Some(slot) = self.recent.get_mut(slot) {
            let lagged = std::mem::replace(slot, number);
            if self.days >= 14 {
                let kept = 0.5_f64.powf(1.0 / HALF_LIFE);
                self.messages = self.messages * kept + lagged;
                self.exposure = self.exposure * kept + factor;
            }
        }
        if let Some(sum) = self.weekdays.get_mut(weekday % 7) {
            *sum += number;
        }
        if self.days >= SPREAD_FROM {
            let (sum, weight) = self.spread;
            self.spread =
                (sum * SPREAD_MEMORY + (number - mean).powi(2) / mean, weight * SPREAD_MEMORY + 1.0);
        }
        self.days = self.days.saturating_add(1);
        self.active_days = self.active_days.saturating_add(u32::from(number > 0.0));
    }
}

/// ln of the likelihood of a number at `change` times the mean over that at the mean, negative binomial with variance
/// `spread` times the mean.
fn ln_ratio(number: f64, mean: f64, spread: f64, change: f64) -> f64 {
    let size = mean / (spread - 1.0);
    let rising = ln_rising(change * size, number) - ln_rising(size, number);
    rising - (change - 1.0) * size * spread.ln()
}

/// The days, counted from the first, on which an alarm is given: the score reaches the threshold and the last alarm is
/// more than [`PAUSE`] days ago. A score that stays high alarms again after each pause.
pub fn alarms(scores: impl IntoIterator<Item = f64>, threshold: f64) -> Vec<usize> {
    let mut days: Vec<usize> = Vec::new();
    for (day, score) in scores.into_iter().enumerate() {
        if score >= threshold && days.last().is_none_or(|last| day > last + PAUSE) {
            days.push(day);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scores of a customer who writes so many messages on each day; every weekend is quiet for everybody.
    fn scores(numbers: impl IntoIterator<Item = u32>) -> Vec<Scores> {
        let (mut watch, mut everybody) = (Watch::default(), Weekdays::default());
        let fold = |(day, number): (usize, u32)| {
            let scores = watch.fold(day % 7, number, &everybody);
            everybody.observe(day % 7, f64::from(u8::from(day % 7 < 5)));
            scores
        };
        numbers.into_iter().enumerate().map(fold).collect()
    }

    /// Two messages on Mondays, one on other working days.
    fn usual(day: u32) -> u32 {
        [2, 1, 1, 1, 1, 0, 0].get(day as usize % 7).copied().unwrap_or(0)
    }

    fn first_alarm(
        scores: &[Scores],
        from: usize,
        score: impl Fn(&Scores) -> f64,
        threshold: f64,
    ) -> Option<usize> {
        alarms(scores.iter().skip(from).map(score), threshold).first().copied()
    }

    #[test]
    fn a_steady_customer_is_left_alone_on_weekends_too() {
        let scores = scores((0..700).map(usual));
        assert!(scores.iter().skip(60).all(|it| it.drop < DROP_THRESHOLD && it.surge < SURGE_THRESHOLD));
    }

    #[test]
    fn silence_a_drop_and_a_surge_are_found_within_weeks() {
        let until = |changed: fn(u32) -> u32| scores((0..400).map(usual).chain((400..460).map(changed)));
        let silence = first_alarm(&until(|_| 0), 400, |it| it.drop, DROP_THRESHOLD).unwrap();
        let drop =
            first_alarm(&until(|day| u32::from(day % 7 == 0)), 400, |it| it.drop, DROP_THRESHOLD).unwrap();
        let surge = first_alarm(&until(|day| 3 * usual(day)), 400, |it| it.surge, SURGE_THRESHOLD).unwrap();
        assert!(silence <= drop && drop < 40 && surge < 15, "{silence} {drop} {surge}");
    }

    #[test]
    fn it_says_when_it_is_still_learning() {
        let mut watch = Watch::default();
        assert!(watch.is_learning());
        for day in 0..70 {
            let _ = watch.fold(day % 7, u32::from(day % 10 == 0), &Weekdays::default());
        }
        assert!(watch.is_learning(), "seven active days");
        let _ = watch.fold(0, 1, &Weekdays::default());
        assert!(!watch.is_learning());
    }

    #[test]
    fn a_flood_after_years_of_nothing_is_a_number() {
        let scores =
            scores(std::iter::repeat_n(0, 3000).chain(std::iter::repeat_n(u32::MAX, 50)).chain([0; 400]));
        assert!(scores.iter().all(|it| it.drop.is_finite() && it.surge.is_finite()));
    }

    #[test]
    fn after_a_pause_an_alarm_is_given_again() {
        let scores = [0.0, 7.0, 7.0].into_iter().chain(std::iter::repeat_n(7.0, 60));
        assert_eq!(alarms(scores, 6.0), [1, 32]);
        assert_eq!(alarms([1.0; 90], 6.0), Vec::<usize>::new());
    }
}
