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

/// The two models are fitted from so many losses among eligible rows on.
const LEAST_LOSSES: usize = 20;
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
    /// Too few losses for that: a prior, moved by so many eligible rows.
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
        Self::of(&examples(customers, until, horizon), Settings::default())
    }

    /// Fits to examples.
    pub fn of(examples: &[Example], settings: Settings) -> Self {
        let eligible: Vec<&Example> = examples.iter().filter(|it| it.situation.is_eligible()).collect();
        let losses = eligible.iter().filter(|it| it.order_days == 0).count();
        if losses >= LEAST_LOSSES
            && let Some(fitted) = Fitted::of(examples, settings)
        {
            let basis = Basis::Fitted { rows: examples.len(), losses };
            return Self { basis, kind: Kind::Fitted(Box::new(fitted)) };
        }
        if !eligible.is_empty()
            && let Some(few) = FewLabels::fit(one_vote_each(&eligible))
        {
            let basis = Basis::FewLabels { rows: eligible.len(), losses };
            return Self { basis, kind: Kind::FewLabels(few) };
        }
        Self { basis: Basis::WithoutLabels, kind: Kind::WithoutLabels }
    }

    /// What its answers rest on.
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// P(no order in the horizon), between 0 and 1.
    pub fn probability(&self, situation: &Situation) -> f64 {
        match &self.kind {
            Kind::Fitted(fitted) => fitted.probability(situation),
            Kind::FewLabels(few) => few.probability(situation),
            Kind::WithoutLabels => situation.without_labels(),
        }
    }
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
    fn of(examples: &[Example], settings: Settings) -> Option<Self> {
        let mut rows = Rows::new(FEATURES);
        for example in examples {
            rows.push(&example.situation.features);
        }
        let labels: Vec<f64> = examples.iter().map(Example::label).collect();
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
            Parts::Both => probability(f64::midpoint(log_odds(no_order), log_odds(none_counted))),
            Parts::Logistic => no_order,
            Parts::Poisson => none_counted,
        }
    }
}

/// Yes or no: customers with few order days weigh less.
fn logistic(rows: &Rows, labels: &[f64], examples: &[Example], ridge: f64) -> Option<(Scale, Posterior)> {
    let weight = |it: &Example| (crate::count(it.situation.order_days) / FULL_ORDER_DAYS).min(1.0).sqrt();
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
    examples: &[Example],
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
