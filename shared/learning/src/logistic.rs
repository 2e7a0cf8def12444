//! Bayesian logistic regression: the most probable weights under normal priors, and how sure they are.
//!
//! The posterior is maximised by Newton's method (iteratively reweighted least squares; Bishop, *Pattern Recognition and
//! Machine Learning*, 4.3.3 and 4.5.1). Its curvature there is the Laplace approximation of the weights' uncertainty;
//! probabilities averaged over it are less extreme where little is known (`MacKay` 1992, *The evidence framework applied
//! to classification networks*, eq. 10).

use crate::Rows;
use crate::dense::{Factor, Symmetric, dot};
use crate::odds::{base, probability};

/// Rounds of Newton's method; it takes about six.
const ROUNDS: usize = 30;
/// No weight moves further than this: found.
const FOUND: f64 = 1e-6;
/// A step that makes things worse is halved at most this often.
const HALVINGS: usize = 20;

/// What is believed of a weight before any row is seen: normal with this mean and one over this variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// The mean.
    pub mean: f64,
    /// One over the variance; 0 believes nothing.
    pub precision: f64,
}

impl Prior {
    /// A ridge: pulled to 0.
    pub const fn ridge(precision: f64) -> Self {
        Self { mean: 0.0, precision }
    }

    /// A mean with a standard deviation around it.
    pub fn around(mean: f64, deviation: f64) -> Self {
        Self { mean, precision: deviation.powi(-2) }
    }

    /// For an intercept: the log-odds of the labels as they are, give or take 2.
    pub fn base_rate(labels: &[f64], importance: &[f64]) -> Self {
        Self::around(base(labels, importance), 2.0)
    }
}

/// Rows with what became of them.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    /// What was seen.
    pub rows: &'a Rows,
    /// What happened: 0 or 1, one per row.
    pub labels: &'a [f64],
    /// How much each row counts; 1 is one observation.
    pub importance: &'a [f64],
}

/// The fitted weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// The intercept, then a weight per column.
    weights: Vec<f64>,
    /// Of the precision at the maximum.
    factor: Factor,
}

/// Fits weights to labelled rows. `weights` has a prior per column; a column without one is held at 0.
///
/// None where neither rows nor priors settle the weights: a precision of 0 on a column that never changes, labels that
/// are no numbers.
pub fn fit(labelled: Labelled<'_>, intercept: Prior, weights: &[Prior]) -> Option<Posterior> {
    let priors: Vec<Prior> = std::iter::once(intercept).chain(weights.iter().copied()).collect();
    let precisions: Vec<f64> = priors.iter().map(|prior| prior.precision).collect();
    let mut found: Vec<f64> = priors.iter().map(|prior| prior.mean).collect();
    let mut height = log_posterior(labelled, &priors, &found);
    for round in 0.. {
        let mut slope: Vec<f64> = priors
            .iter()
            .zip(&found)
            .map(|(prior, weight)| prior.precision * (prior.mean - weight))
            .collect();
        let mut curvature = Symmetric::diagonal(&precisions);
        let mut inputs = vec![1.0];
        for ((row, label), importance) in labelled.rows.iter().zip(labelled.labels).zip(labelled.importance) {
            inputs.truncate(1);
            inputs.extend(row.iter().take(weights.len()));
            let chance = probability(dot(&inputs, &found));
            let miss = importance * (label - chance);
            slope.iter_mut().zip(&inputs).for_each(|(slope, input)| *slope += miss * input);
            curvature.add(importance * chance * (1.0 - chance), &inputs);
        }
        let factor = curvature.factor()?;
        let mut step = factor.solve(&slope);
        let mut next = moved(&found, &step);
        let mut higher = log_posterior(labelled, &priors, &next);
        for _ in 0..HALVINGS {
            if higher >= height - 1e-9 * (1.0 + height.abs()) {
                break;
            }
            for step in &mut step {
                *step /= 2.0;
            }
            next = moved(&found, &step);
            higher = log_posterior(labelled, &priors, &next);
        }
        (found, height) = (next, higher);
        if !height.is_finite() {
            return None;
        }
        if round + 1 >= ROUNDS || step.iter().all(|step| step.abs() < FOUND) {
            return Some(Posterior { weights: found, factor });
        }
    }
    None
}

fn moved(weights: &[f64], step: &[f64]) -> Vec<f64> {
    weights.iter().zip(step).map(|(weight, step)| weight + step).collect()
}

/// Up to a constant: the log-likelihood of the labels, less half the priors' squared distance.
fn log_posterior(labelled: Labelled<'_>, priors: &[Prior], weights: &[f64]) -> f64 {
    let rows = labelled.rows.iter().zip(labelled.labels).zip(labelled.importance);
    let likelihood = rows.map(|((row, label), importance)| {
        let log_odds = evaluate(weights, row);
        // ln(1 + exp(x)) without overflow.
        importance * (label * log_odds - log_odds.max(0.0) - (-log_odds.abs()).exp().ln_1p())
    });
    let distance =
        priors.iter().zip(weights).map(|(prior, weight)| prior.precision * (weight - prior.mean).powi(2));
    likelihood.sum::<f64>() - distance.sum::<f64>() / 2.0
}

fn evaluate(weights: &[f64], row: &[f64]) -> f64 {
    weights.split_first().map_or(0.0, |(intercept, weights)| intercept + dot(weights, row))
}

impl Posterior {
    /// The intercept, then a weight per column.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The most probable log-odds of a row.
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        evaluate(&self.weights, row)
    }

    /// The probability at the most probable weights.
    pub fn probability(&self, row: &[f64]) -> f64 {
        probability(self.log_odds(row))
    }

    /// The probability averaged over what the weights may be.
    pub fn averaged(&self, row: &[f64]) -> f64 {
        let inputs: Vec<f64> = std::iter::once(1.0).chain(row.iter().copied()).collect();
        let variance = self.factor.spread(&inputs);
        probability(self.log_odds(row) / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt())
    }
}

/// Platt's calibration (1999): a logistic regression on one score. A falling score gets a negative slope.
pub fn platt(scores: &[f64], labels: &[f64], importance: &[f64]) -> Option<Posterior> {
    let mut rows = Rows::new(1);
    for score in scores {
        rows.push(&[*score]);
    }
    let labelled = Labelled { rows: &rows, labels, importance };
    fit(labelled, Prior::base_rate(labels, importance), &[Prior::ridge(0.01)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odds::log_odds;

    fn table(values: &[f64]) -> Rows {
        let mut rows = Rows::new(1);
        for value in values {
            rows.push(&[*value]);
        }
        rows
    }

    #[test]
    fn without_rows_the_prior_stands() {
        let rows = table(&[]);
        let labelled = Labelled { rows: &rows, labels: &[], importance: &[] };
        let fitted = fit(labelled, Prior::around(-1.0, 2.0), &[Prior::around(0.7, 0.1)]).unwrap();
        assert!(fitted.weights().iter().zip([-1.0, 0.7]).all(|(got, it)| (got - it).abs() < 1e-12));
    }

    #[test]
    fn with_many_rows_the_shares_are_found() {
        // Of rows at 0 one in five is positive, of rows at 1 three in five.
        let values: Vec<f64> = (0..1000_u16).map(|number| f64::from(number % 2)).collect();
        let positive = |number: u16| match number % 10 {
            last if last % 2 == 1 => last < 6,
            last => last == 0,
        };
        let labels: Vec<f64> = (0..1000).map(|number| f64::from(u8::from(positive(number)))).collect();
        let rows = table(&values);
        let importance = vec![1.0; 1000];
        let labelled = Labelled { rows: &rows, labels: &labels, importance: &importance };
        let fitted = fit(labelled, Prior::ridge(1e-6), &[Prior::ridge(1e-6)]).unwrap();
        assert!(
            (fitted.probability(&[0.0]) - 0.2).abs() < 1e-3
                && (fitted.probability(&[1.0]) - 0.6).abs() < 1e-3
        );
        let weighted: Vec<f64> = labels.iter().map(|label| 1.0 + label).collect();
        let twice =
            fit(Labelled { importance: &weighted, ..labelled }, Prior::ridge(1e-6), &[Prior::ridge(1e-6)]);
        assert!((twice.unwrap().probability(&[0.0]) - 2.0 / 6.0).abs() < 1e-3, "positive rows count twice");
    }

    #[test]
    fn a_strong_prior_gives_way_only_to_many_rows() {
        let prior = [Prior::around(1.0, 0.2)];
        let weight = |count: usize| {
            let values: Vec<f64> = [-1.0, 1.0].into_iter().cycle().take(count).collect();
            let rows = table(&values);
            let labels: Vec<f64> = [1.0, 0.0, 0.0, 1.0].into_iter().cycle().take(count).collect();
            let importance = vec![1.0; count];
            fit(
                Labelled { rows: &rows, labels: &labels, importance: &importance },
                Prior::ridge(0.25),
                &prior,
            )
            .unwrap()
            .weights()[1]
        };
        assert!(weight(4) > 0.9 && weight(4000) < 0.05, "{} {}", weight(4), weight(4000));
    }

    #[test]
    fn separable_rows_stay_finite_and_little_data_stays_modest() {
        let rows = table(&[-1.0, -1.0, 1.0, 1.0]);
        let labelled = Labelled { rows: &rows, labels: &[0.0, 0.0, 1.0, 1.0], importance: &[1.0; 4] };
        let fitted = fit(labelled, Prior::ridge(0.25), &[Prior::ridge(0.04)]).unwrap();
        let (sure, averaged) = (fitted.probability(&[3.0]), fitted.averaged(&[3.0]));
        assert!(sure > averaged && averaged > 0.5, "{sure} {averaged}");
    }

    #[test]
    fn what_nothing_settles_is_not_fitted() {
        let rows = table(&[1.0, 1.0]);
        let labelled = Labelled { rows: &rows, labels: &[0.0, 1.0], importance: &[0.0; 2] };
        assert_eq!(fit(labelled, Prior::ridge(0.0), &[Prior::ridge(0.0)]), None);
        let labelled = Labelled { labels: &[f64::NAN, 1.0], importance: &[1.0; 2], ..labelled };
        assert_eq!(fit(labelled, Prior::ridge(1.0), &[Prior::ridge(1.0)]), None);
    }

    #[test]
    fn platt_finds_the_slope_and_its_sign() {
        let scores: Vec<f64> = (0..500_u16).map(|number| f64::from(number % 5)).collect();
        let labels: Vec<f64> =
            (0..500_u16).map(|number| f64::from(u8::from(number / 5 % 5 >= number % 5))).collect();
        let fitted = platt(&scores, &labels, &vec![1.0; 500]).unwrap();
        assert!(fitted.weights()[1] < -0.5, "a high score means less");
        assert!((fitted.log_odds(&[2.0]) - log_odds(0.6)).abs() < 0.3);
    }
}
