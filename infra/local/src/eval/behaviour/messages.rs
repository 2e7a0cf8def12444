//! Changes in how often customers write: thresholds from half of the customers, judged on the other half.
//!
//! An alarm is false when it comes before the change, or where there is none. Two ways of counting are in use, each with
//! its own thresholds at one false alarm per customer and year: *given* as the product does, with thirty days of pause
//! after an alarm, where one from before the change may hide it; and *above*, where an alarm counts anew only after
//! thirty days below the threshold, and a change is found once the score is above it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use indicatif::ProgressBar;
use learning::messages::{DROP_THRESHOLD, PAUSE, SURGE_THRESHOLD, Scores, Watch, Weekdays, alarms};
use serde::Deserialize;

use super::dice::Dice;
use super::figures::{Figure, Goal, count, interval, mean};
use super::read;

pub(super) const FILE: &str = "messages_synth_public.csv";
const TRUTH: &str = "messages_synth_public_truth.csv";

/// Days of the file.
const DAYS: usize = 720;
/// Days before anything counts.
const BURN_IN: usize = 240;
/// False alarms per customer and year that are paid for.
const BUDGET: f64 = 1.0;
/// Divisions into halves; each half is judged once.
const DIVISIONS: u64 = 8;
/// Resamples of an interval, per half.
const DRAWS: usize = 20;
/// What is looked for, in how many days, and the share to find.
const CHANGES: [(&str, usize, f64); 3] = [("drop60", 60, 0.82), ("silence", 30, 0.92), ("surge3", 60, 0.97)];

#[derive(Deserialize)]
struct Row {
    cust: String,
    day: usize,
    count: u32,
}

#[derive(Deserialize)]
struct Truth {
    cust: String,
    change: String,
    day: Option<usize>,
}

/// One customer over the days.
struct Customer {
    change: String,
    /// When it changes, or the end.
    changed: usize,
    counts: Vec<u32>,
    scores: Vec<Scores>,
}

/// Which of the two scores.
type Of = fn(&Scores) -> f64;

/// A way of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Given,
    Above,
}

/// What the halves gave for one way of counting and one score.
#[derive(Default)]
struct Halves {
    thresholds: Vec<f64>,
    false_alarms: Vec<f64>,
    /// By change, for each half: whether each customer's was found in time.
    found: BTreeMap<usize, Vec<Vec<bool>>>,
}

pub(super) fn measure(path: &Path, bar: &ProgressBar) -> anyhow::Result<Vec<Figure>> {
    bar.set_length(2 * DIVISIONS);
    let truth = read::find(path.parent().context("a file has a folder")?, TRUTH);
    let mut customers = customers(path, &truth.with_context(|| format!("{TRUTH} is missing"))?)?;
    fold(&mut customers);
    let mut halves = BTreeMap::<(Way, bool), Halves>::new();
    for division in 0..DIVISIONS {
        let order = Dice::new(division).permutation(customers.len());
        let drawn: Vec<&Customer> = order.iter().filter_map(|place| customers.get(*place)).collect();
        let (one, other) = drawn.split_at(drawn.len() / 2);
        for (set, judged) in [(one, other), (other, one)] {
            for (way, surge) in
                [Way::Given, Way::Above].into_iter().flat_map(|way| [(way, false), (way, true)])
            {
                judge(set, judged, way, surge, halves.entry((way, surge)).or_default());
            }
            bar.inc(1);
        }
    }
    let mut figures: Vec<Figure> =
        halves.iter().flat_map(|((way, surge), it)| told(*way, *surge, it, &customers)).collect();
    let all: Vec<&Customer> = customers.iter().collect();
    for (name, surge, threshold) in [("drops", false, DROP_THRESHOLD), ("surges", true, SURGE_THRESHOLD)] {
        let value = false_alarms_a_year(&all, Way::Given, score(surge), threshold);
        let name = format!("false {name} a year at {threshold}, as built in");
        figures.push(Figure { name, rows: all.len(), value, interval: None, goal: Goal::None });
    }
    Ok(figures)
}

fn score(surge: bool) -> Of {
    if surge { |scores| scores.surge } else { |scores| scores.drop }
}

fn judge(set: &[&Customer], judged: &[&Customer], way: Way, surge: bool, halves: &mut Halves) {
    let of = score(surge);
    let threshold = threshold(set, way, of);
    halves.thresholds.push(threshold);
    halves.false_alarms.push(false_alarms_a_year(judged, way, of, threshold));
    for (number, (change, within, _)) in CHANGES.into_iter().enumerate() {
        if (change == "surge3") == surge {
            let found = detected(judged, way, of, threshold, change, within);
            halves.found.entry(number).or_default().push(found);
        }
    }
}

fn told(way: Way, surge: bool, halves: &Halves, customers: &[Customer]) -> Vec<Figure> {
    let mut figures = Vec::new();
    let way = if way == Way::Given { "given" } else { "above" };
    for (change, found) in &halves.found {
        let Some((name, within, goal)) = CHANGES.get(*change) else { continue };
        let shares: Vec<f64> = found.iter().map(|hits| share(hits.iter())).collect();
        figures.push(Figure {
            name: format!("{way}: {name} in {within} days"),
            rows: customers.iter().filter(|it| it.change == *name).count(),
            value: mean(&shares),
            interval: interval(resampled(found)),
            goal: Goal::AtLeast(*goal),
        });
    }
    let what = if surge { "surge" } else { "drop" };
    for (name, values) in [
        (format!("  false {what}s a year, other half"), &halves.false_alarms),
        (format!("  threshold of a {what}"), &halves.thresholds),
    ] {
        let (value, interval) = (mean(values), interval(values.clone()));
        figures.push(Figure { name, rows: customers.len(), value, interval, goal: Goal::None });
    }
    figures
}

/// Shares found among customers drawn anew, of every half.
fn resampled(halves: &[Vec<bool>]) -> Vec<f64> {
    let mut dice = Dice::new(1);
    let draw = |hits: &Vec<bool>| share((0..hits.len()).filter_map(|_| hits.get(dice.below(hits.len()))));
    halves.iter().flat_map(|hits| std::iter::repeat_n(hits, DRAWS)).map(draw).collect()
}

fn share<'a>(hits: impl Iterator<Item = &'a bool>) -> f64 {
    mean(&hits.map(|hit| f64::from(u8::from(*hit))).collect::<Vec<_>>())
}

fn customers(path: &Path, truth: &Path) -> anyhow::Result<Vec<Customer>> {
    let mut customers = BTreeMap::new();
    for Truth { cust, change, day } in read::rows(truth)? {
        let changed = day.unwrap_or(DAYS);
        customers.insert(
            cust,
            Customer { change, changed, counts: vec![0; DAYS], scores: Vec::with_capacity(DAYS) },
        );
    }
    for Row { cust, day, count } in read::rows(path)? {
        let counts =
            customers.get_mut(&cust).with_context(|| format!("{TRUTH} says nothing of a customer"))?;
        if let Some(cell) = counts.counts.get_mut(day) {
            *cell += count;
        }
    }
    Ok(customers.into_values().collect())
}

/// Folds every day into every customer's watch, all customers a day at a time.
fn fold(customers: &mut [Customer]) {
    let mut everybody = Weekdays::default();
    let mut watches = vec![Watch::default(); customers.len()];
    for day in 0..DAYS {
        let mut all = 0.0;
        for (customer, watch) in customers.iter_mut().zip(&mut watches) {
            let number = customer.counts.get(day).copied().unwrap_or(0);
            all += f64::from(number);
            customer.scores.push(watch.fold(day % 7, number, &everybody));
        }
        everybody.observe(day % 7, all / count(customers.len().max(1)));
    }
}

/// Days after the burn-in on which an alarm counts.
fn alarm_days(customer: &Customer, way: Way, of: Of, threshold: f64) -> Vec<usize> {
    let scores = || customer.scores.iter().skip(BURN_IN).map(of);
    let days = match way {
        Way::Given => alarms(scores(), threshold),
        Way::Above => after_quiet(scores(), threshold),
    };
    days.into_iter().map(|day| day + BURN_IN).collect()
}

/// The days on which a score passes the threshold after thirty days below it.
fn after_quiet(scores: impl Iterator<Item = f64>, threshold: f64) -> Vec<usize> {
    let (mut days, mut last): (Vec<usize>, Option<usize>) = (Vec::new(), None);
    for (day, _) in scores.enumerate().filter(|(_, score)| *score >= threshold) {
        if last.is_none_or(|last| day > last + PAUSE) {
            days.push(day);
        }
        last = Some(day);
    }
    days
}

fn false_alarms_a_year(customers: &[&Customer], way: Way, of: Of, threshold: f64) -> f64 {
    let (mut alarms, mut years) = (0, 0.0);
    for customer in customers {
        let days = alarm_days(customer, way, of, threshold);
        alarms += days.iter().filter(|day| **day < customer.changed).count();
        years += count(customer.changed.saturating_sub(BURN_IN)) / 365.0;
    }
    count(alarms) / years
}

/// The lowest threshold within the budget.
fn threshold(customers: &[&Customer], way: Way, of: Of) -> f64 {
    let highest = customers.iter().flat_map(|it| it.scores.iter().map(of)).fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, highest + 1.0);
    for _ in 0..30 {
        let middle = f64::midpoint(low, high);
        if false_alarms_a_year(customers, way, of, middle) > BUDGET {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Of each customer with this change, whether it was found in time.
fn detected(
    customers: &[&Customer],
    way: Way,
    of: Of,
    threshold: f64,
    change: &str,
    within: usize,
) -> Vec<bool> {
    let found = |customer: &&Customer| {
        let in_time = |day: usize| (customer.changed..customer.changed + within).contains(&day);
        match way {
            Way::Given => alarm_days(customer, way, of, threshold).into_iter().any(in_time),
            Way::Above => {
                let mut days = customer.scores.iter().map(of).enumerate();
                days.any(|(day, score)| score >= threshold && in_time(day))
            }
        }
    };
    customers.iter().filter(|it| it.change == change).map(found).collect()
}
