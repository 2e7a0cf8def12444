//! The two models whose log-odds are averaged, and what stands in for them where there is little to learn from.

use std::collections::BTreeMap;

use super::features::{FEATURES, Situation};
use super::few::FewLabels;
use super::history::Customer;
use super::training::{Example, examples};
use crate::logistic::{Labelled, Posterior, Prior, fit, platt};
use crate::odds::{log_odds, probability};
use crate::poisson::{self, Counts};
use crate::rows::Rows;
use crate::scale::Scale;

/// The two models are fitted from so many losses among eligible rows on, and so many rows.
const LEAST_LOSSES: usize = 20;
const LEAST_ROWS: usize = 1_000;
/// Below so many rows the model for few losses has half a say: with between one and two and a half thousand rows of
/// either public portfolio their mean was better than, or as good as, each alone (docs/prediction.md).
const ENOUGH_ROWS: usize = 2_500;
/// A customer with so many order days counts fully, one with fewer less.
const FULL_ORDER_DAYS: f64 = 4.0;

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Precision of every weight of a standardised feature.
    pub ridge: f64,
    /// Whose answers are averaged.
    pub parts: Parts,
}

/// Whose answers are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Logistic and Poisson.
    Both,
    /// The logistic regression of no order alone.
    Logistic,
    /// The Poisson regression of order days alone.
    Poisson,
}

impl Default for Settings {
    /// As chosen by cross-validation on two sets of customers; the plateau is flat from 5 to 30.
    fn default() -> Self {
        Self { ridge: 10.0, parts: Parts::Both }
    }
}

/// What an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Both models, fitted on so many rows of which so many eligible ones are losses.
    Fitted {
        /// Rows.
        rows: usize,
        /// Eligible rows without an order in the horizon.
        losses: usize,
    },
    /// The mean of both models and of the one for few losses: enough to fit, not enough to rely on it.
    Averaged {
        /// Rows.
        rows: usize,
        /// Eligible rows without an order in the horizon.
        losses: usize,
    },
    /// Too little for that: a prior, moved by so many eligible rows.
    FewLabels {
        /// Eligible rows.
        rows: usize,
        /// Those without an order in the horizon.
        losses: usize,
    },
    /// No row to learn from: the purchase process alone.
    WithoutLabels,
}

/// P(no order in the horizon) of a situation.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    basis: Basis,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Fitted(Box<Fitted>),
    Averaged(Box<Fitted>, FewLabels),
    FewLabels(FewLabels),
    WithoutLabels,
}

#[derive(Clone, Debug, PartialEq)]
struct Fitted {
    parts: Parts,
    logistic: (Scale, Posterior),
    poisson: (Scale, Counts, Posterior),
}

impl Model {
    /// Fits to the customers of a portfolio, with what was known at the end of `until`, for a horizon in days.
    pub fn fit(customers: &[&Customer], until: i32, horizon: i32) -> Self {
        Self::of(&examples(customers, until, horizon).iter().collect::<Vec<_>>(), Settings::default())
    }

    /// Fits to examples.
    pub fn of(examples: &[&Example], settings: Settings) -> Self {
        let eligible = examples.iter().copied().filter(|it| it.situation.is_eligible());
        let eligible: Vec<&Example> = eligible.collect();
        let losses = eligible.iter().filter(|it| it.order_days == 0).count();
        let (rows, enough) = (examples.len(), losses >= LEAST_LOSSES && examples.len() >= LEAST_ROWS);
        let fitted = if enough { Fitted::of(examples, settings).map(Box::new) } else { None };
        let few = if eligible.is_empty() { None } else { FewLabels::fit(one_vote_each(&eligible)) };
        let (basis, kind) = match (fitted, few) {
            (Some(fitted), Some(few)) if rows < ENOUGH_ROWS => {
                (Basis::Averaged { rows, losses }, Kind::Averaged(fitted, few))
            }
            (Some(fitted), _) => (Basis::Fitted { rows, losses }, Kind::Fitted(fitted)),
            (None, Some(few)) => (Basis::FewLabels { rows: eligible.len(), losses }, Kind::FewLabels(few)),
            (None, None) => (Basis::WithoutLabels, Kind::WithoutLabels),
        };
        Self { basis, kind }
    }

    /// What its answers rest on.
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// The same fit, answering with these parts.
    #[must_use]
    pub fn with(mut self, parts: Parts) -> Self {
        if let Kind::Fitted(fitted) | Kind::Averaged(fitted, _) = &mut self.kind {
            fitted.parts = parts;
        }
        self
    }

    /// P(no order in the horizon), between 0 and 1.
    pub fn probability(&self, situation: &Situation) -> f64 {
        match &self.kind {
            Kind::Fitted(fitted) => fitted.probability(situation),
            Kind::Averaged(fitted, few) => {
                averaged(fitted.probability(situation), few.probability(situation))
            }
            Kind::FewLabels(few) => few.probability(situation),
            Kind::WithoutLabels => situation.without_labels(),
        }
    }
}

/// The probability of the mean log-odds.
fn averaged(one: f64, other: f64) -> f64 {
    probability(f64::midpoint(log_odds(one), log_odds(other)))
}

/// Each example with its customer's share: several cut-offs of one customer are one customer.
fn one_vote_each<'a>(examples: &[&'a Example]) -> Vec<(&'a Example, f64)> {
    let mut rows = BTreeMap::<usize, f64>::new();
    for example in examples {
        *rows.entry(example.customer).or_default() += 1.0;
    }
    examples.iter().map(|it| (*it, 1.0 / rows.get(&it.customer).copied().unwrap_or(1.0))).collect()
}

impl Fitted {
    fn of(examples: &[&Example], settings: Settings) -> Option<Self> {
        let mut rows = Rows::new(FEATURES);
        for example in examples {
            rows.push(&example.situation.features);
        }
        let labels: Vec<f64> = examples.iter().map(|it| it.label()).collect();
        let logistic = logistic(&rows, &labels, examples, settings.ridge)?;
        let poisson = counted(&rows, &labels, examples, settings.ridge)?;
        Some(Self { parts: settings.parts, logistic, poisson })
    }

    fn probability(&self, situation: &Situation) -> f64 {
        let (scale, posterior) = &self.logistic;
        let no_order = posterior.probability(&scale.apply(&situation.features));
        let (scale, counts, platt) = &self.poisson;
        let none_counted = platt.probability(&[counts.log_mean(&scale.apply(&situation.features))]);
        match self.parts {
            Parts::Both => averaged(no_order, none_counted),
            Parts::Logistic => no_order,
            Parts::Poisson => none_counted,
        }
    }
}

/// Yes or no: customers with few order days weigh less.
fn logistic(rows: &Rows, labels: &[f64], examples: &[&Example], ridge: f64) -> Option<(Scale, Posterior)> {
    let weight = |it: &&Example| (crate::count(it.situation.order_days) / FULL_ORDER_DAYS).min(1.0).sqrt();
    let importance: Vec<f64> = examples.iter().map(weight).collect();
    let scale = Scale::of(rows, &importance);
    let rows = scale.apply_all(rows);
    let labelled = Labelled { rows: &rows, labels, importance: &importance };
    let posterior = fit(labelled, Prior::base_rate(labels, &importance), &[Prior::ridge(ridge); FEATURES])?;
    Some((scale, posterior))
}

/// The number of order days to come, turned into the chance of none on customers with at least two.
fn counted(
    rows: &Rows,
    labels: &[f64],
    examples: &[&Example],
    ridge: f64,
) -> Option<(Scale, Counts, Posterior)> {
    let scale = Scale::of(rows, &vec![1.0; examples.len()]);
    let rows = scale.apply_all(rows);
    let seen: Vec<f64> = examples.iter().map(|it| f64::from(it.order_days)).collect();
    let counts = poisson::fit(&rows, &seen, ridge)?;
    let scores: Vec<f64> = rows.iter().map(|row| counts.log_mean(row)).collect();
    let again = examples.iter().map(|it| f64::from(u8::from(it.situation.order_days >= 2)));
    let platt = platt(&scores, labels, &again.collect::<Vec<f64>>())?;
    Some((scale, counts, platt))
}

#[cfg(test)]
mod tests {
    use super::super::history::{Order, OrderKind};
    use super::*;

    /// Customers who order every two to seven weeks; every third stops at some time within a year.
    fn portfolio(size: i32) -> Vec<Customer> {
        let of = |customer: i32| {
            let end = if customer % 3 == 0 { 100 + customer * 61 % 250 } else { 500 };
            let days = (customer % 10..end).step_by(usize::try_from(14 + customer % 6 * 7).unwrap());
            let kind = OrderKind::Placed;
            let order = |day| Order { day, known: day, kind, hundredths: 9_900, currency: *b"SEK", lines: 0 };
            Customer::of(days.map(order))
        };
        (0..size).map(of).collect()
    }

    #[test]
    fn the_more_there_is_to_learn_from_the_more_is_learned() {
        let fit = |size| {
            let customers = portfolio(size);
            let model = Model::fit(&customers.iter().collect::<Vec<_>>(), 400, 90);
            let situation = Situation::at(&customers[1], 420, 90).unwrap();
            assert!((0.0..=1.0).contains(&model.probability(&situation)));
            model
        };
        assert!(matches!(fit(30).basis(), Basis::FewLabels { rows, .. } if rows > 100));
        assert!(
            matches!(fit(250).basis(), Basis::Averaged { rows, .. } if rows < 2_500),
            "{:?}",
            fit(250).basis()
        );
        let large = fit(600);
        assert!(matches!(large.basis(), Basis::Fitted { losses, .. } if losses > 100));
        assert_eq!(Model::fit(&[], 400, 90).basis(), Basis::WithoutLabels);
        let customers = portfolio(600);
        let answer =
            |customer: usize, day| large.probability(&Situation::at(&customers[customer], day, 90).unwrap());
        let stopped = answer(3, 340);
        assert!(stopped > 3.0 * answer(1, 340), "283 days in it stopped: {stopped}");
        let parts = [Parts::Logistic, Parts::Poisson].map(|parts| large.clone().with(parts));
        assert!(parts.iter().all(|model| model.basis() == large.basis()) && parts[0] != parts[1]);
    }
}
