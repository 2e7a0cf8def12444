//! What people answer to alerts moves the policy, a little and once a week (S36, S48).
//!
//! Answers tell only of customers that were alerted, so they are believed less than documented losses: no family's weight
//! moves by more than a twentieth a week, nor further than a quarter in all. What would be red by the experts' points
//! alone, of families with at least 0.28 points each, stays yellow at least, whatever is answered: the bounds below see to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::Policy;
use super::learned::in_file;
use crate::evidence::Family;
use crate::level::Level;
use crate::time::Week;

/// The most a family's weight moves in a week, as a share of itself.
const WEIGHT_STEP: f64 = 0.05;
/// How far answers move a family's weight in all.
pub const WEIGHTS: RangeInclusive<f64> = 0.75..=1.25;
/// The most the bound of yellow moves in a week.
const YELLOW_STEP: f64 = 0.01;
/// How far answers move the bound of yellow in all; a bound that people set outside stays.
pub const YELLOWS: RangeInclusive<f64> = 0.20..=0.40;
/// The most the shift of all points moves in a week.
const SHIFT_STEP: f64 = 0.02;
/// How far it moves in all.
pub const SHIFTS: RangeInclusive<f64> = -0.25..=0.25;
/// Alerts that should be relevant (S48: after three months four of five).
const TARGET: f64 = 0.8;
/// A family is worth its points when half of the alerts it stands in are relevant.
const WORTH: f64 = 0.5;
/// The prior is worth so many answers: one voice moves little.
const PRIOR: f64 = 4.0;
/// The bounds of two levels stay apart by this.
const APART: f64 = 0.05;

/// An answer to an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The week it was given in.
    pub week: Week,
    /// The level the alert stood at.
    pub level: Level,
    /// Relevant, or a false alarm.
    pub relevant: bool,
    /// The families that gave points.
    pub families: BTreeSet<Family>,
}

/// A new version of a policy, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The version after.
    pub policy: Policy,
    /// What moved and why, a sentence each.
    pub reasons: Vec<String>,
}

/// Answers counted: relevant ones, and all.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    relevant: u32,
    all: u32,
}

impl Count {
    fn add(&mut self, answer: &Answer) {
        self.relevant += u32::from(answer.relevant);
        self.all += 1;
    }

    /// How far the share of relevant ones lies from what it should be, -1..1: a Beta prior around `should` first.
    fn lean(self, should: f64) -> f64 {
        let share = (f64::from(self.relevant) + PRIOR * should) / (f64::from(self.all) + PRIOR);
        if share < should { (share - should) / should } else { (share - should) / (1.0 - should) }
    }

    fn in_words(self) -> String {
        format!("{} of {} answers say relevant", self.relevant, self.all)
    }
}

impl Policy {
    /// The policy after a week's answers. None where the week was heard before, nobody answered, or nothing moves.
    pub fn hear(&self, answers: &[Answer], week: Week) -> Option<Heard> {
        if self.learned.heard.is_some_and(|heard| heard >= week) {
            return None;
        }
        let mut families: BTreeMap<Family, Count> = BTreeMap::new();
        let (mut yellow, mut higher) = (Count::default(), Count::default());
        for answer in answers.iter().filter(|answer| answer.week == week) {
            if answer.level == Level::Yellow {
                yellow.add(answer);
            } else {
                higher.add(answer);
            }
            for family in &answer.families {
                families.entry(*family).or_default().add(answer);
            }
        }
        let (mut policy, mut reasons) = (self.clone(), Vec::new());
        let mut say = |what: &str, before: f64, after: f64, count: Count| {
            reasons.push(format!("{what}: {before} becomes {after}, for {}.", count.in_words()));
        };
        for (family, count) in families {
            let before = self.learned.answered.get(&family).copied().unwrap_or(1.0);
            let after = moved(before, before * WEIGHT_STEP * count.lean(WORTH), &WEIGHTS);
            if differ(before, after) {
                policy.learned.answered.insert(family, after);
                say(&format!("The weight of {} by answers", in_file(family)), before, after, count);
            }
        }
        // The more of the yellow alerts are relevant, the earlier a yellow alert may come.
        let before = self.risk.yellow;
        let lowest = YELLOWS.start().max(self.risk.base + APART);
        let highest = YELLOWS.end().min(self.risk.orange - APART);
        let after = moved(before, -YELLOW_STEP * yellow.lean(TARGET), &(lowest..=highest));
        if yellow.all > 0 && differ(before, after) {
            policy.risk.yellow = after;
            say("The bound of yellow", before, after, yellow);
        }
        let before = self.learned.shift;
        let after = moved(before, SHIFT_STEP * higher.lean(TARGET), &SHIFTS);
        if higher.all > 0 && differ(before, after) {
            policy.learned.shift = after;
            say("The points added to those of all signs", before, after, higher);
        }
        if reasons.is_empty() {
            return None;
        }
        policy.version = self.version.saturating_add(1);
        policy.learned.heard = Some(week);
        Some(Heard { policy, reasons })
    }
}

/// A step, to a ten-thousandth, within a range; from outside the range none.
fn moved(value: f64, step: f64, range: &RangeInclusive<f64>) -> f64 {
    if !range.contains(&value) {
        return value;
    }
    // Towards where it came from, so that rounding never makes a step longer than it may be.
    let step = (step * 1e4).trunc() / 1e4;
    (((value + step) * 1e4).round() / 1e4).clamp(*range.start(), *range.end())
}

fn differ(before: f64, after: f64) -> bool {
    (before - after).abs() > 1e-9
}
