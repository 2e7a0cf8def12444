//! Ridge regression of counts, Poisson with a log link (`McCullagh` and Nelder, *Generalized Linear Models*, 6.2).
//!
//! Customers who order much also vary much, so a row's weight falls with its expected count as the variance of a
//! negative binomial grows: 1 / (1 + 0.3 µ).

use crate::dense::{Symmetric, dot};
use crate::{Rows, count};

/// How much faster than Poisson's the variance grows.
const OVERDISPERSION: f64 = 0.3;
/// Precision of the intercept.
const INTERCEPT: f64 = 0.01;
/// Newton rounds.
const ROUNDS: usize = 20;
/// A log mean is kept between these.
const LOG_MEAN: (f64, f64) = (-8.0, 4.0);

/// The fitted weights: the intercept, then one per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    weights: Vec<f64>,
}

/// Fits counts to rows, weights pulled to 0 with precision `ridge`. None where nothing settles the weights.
pub fn fit(rows: &Rows, counts: &[f64], ridge: f64) -> Option<Counts> {
    let mut precisions = vec![ridge; rows.width()];
    precisions.insert(0, INTERCEPT);
    let mean = counts.iter().sum::<f64>() / count(counts.len().max(1));
    let mut weights = vec![0.0; precisions.len()];
    if let Some(intercept) = weights.first_mut() {
        *intercept = mean.max(1e-4).ln();
    }
    for _ in 0..ROUNDS {
        let mut slope: Vec<f64> =
            precisions.iter().zip(&weights).map(|(precision, it)| -precision * it).collect();
        let mut curvature = Symmetric::diagonal(&precisions);
        let mut inputs = vec![1.0];
        for (row, seen) in rows.iter().zip(counts) {
            inputs.truncate(1);
            inputs.extend(row);
            let expected = dot(&inputs, &weights).clamp(LOG_MEAN.0, LOG_MEAN.1).exp();
            let importance = 1.0 / (1.0 + OVERDISPERSION * expected);
            let miss = importance * (seen - expected);
            slope.iter_mut().zip(&inputs).for_each(|(slope, input)| *slope += miss * input);
            curvature.add(importance * expected, &inputs);
        }
        let step = curvature.factor()?.solve(&slope);
        weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight += step.clamp(-1.0, 1.0));
    }
    weights.iter().all(|weight| weight.is_finite()).then_some(Counts { weights })
}

impl Counts {
    /// The logarithm of the count to expect.
    pub fn log_mean(&self, row: &[f64]) -> f64 {
        self.weights.split_first().map_or(0.0, |(intercept, weights)| intercept + dot(weights, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_each_group_is_found() {
        let mut rows = Rows::new(1);
        let mut counts = Vec::new();
        for number in 0..600_u16 {
            let group = number % 2;
            rows.push(&[f64::from(group)]);
            // 0, 1, 2 in one group; 4, 5, 6 in the other.
            counts.push(f64::from(number / 2 % 3 + 4 * group));
        }
        let fitted = fit(&rows, &counts, 1e-6).unwrap();
        assert!((fitted.log_mean(&[0.0]).exp() - 1.0).abs() < 0.01, "{}", fitted.log_mean(&[0.0]).exp());
        assert!((fitted.log_mean(&[1.0]).exp() - 5.0).abs() < 0.01);
    }

    #[test]
    fn nothing_ordered_is_no_infinity() {
        let mut rows = Rows::new(1);
        rows.push(&[1.0]);
        assert!(fit(&rows, &[0.0], 10.0).unwrap().log_mean(&[1.0]).is_finite());
        assert!(fit(&Rows::new(1), &[], 10.0).unwrap().log_mean(&[1.0]).is_finite());
    }
}
