//! Cross-validation by customer: no customer is judged by weights that saw it.

use std::collections::BTreeMap;

use super::{Comparison, History, WEIGHTS, log_loss};
use crate::logistic::{Prior, fit};
use crate::odds::base;

/// Parts the customers are cut into.
const FOLDS: usize = 5;
/// Standard deviations of the prior around the experts' weights that are tried.
const TAUS: [f64; 4] = [0.15, 0.4, 0.8, 1.6];
/// The experts' points mean at least so much and at most so much each while the weights are fitted.
const SLOPES: [f64; 2] = [0.1, 3.0];

/// Weights with the slope and intercept that make probabilities of the weighted points.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) weights: Vec<f64>,
    pub(super) calibration: Option<(f64, f64)>,
}

/// Deals customers into folds: those that left and those that stayed each in turn, so that every fold has both.
fn fold_of(customers: &BTreeMap<usize, bool>) -> BTreeMap<usize, usize> {
    let dealt = |left: bool| {
        let these = customers.iter().filter(move |(_, it)| **it == left).map(|(customer, _)| *customer);
        these.enumerate().map(|(turn, customer)| (customer, turn % FOLDS))
    };
    dealt(true).chain(dealt(false)).collect()
}

/// Given weights, calibrated.
fn given(history: &History, weights: &[f64]) -> Fitted {
    Fitted { weights: weights.to_vec(), calibration: history.calibrated(&history.scores(weights)) }
}

/// Weights around the experts'. A point means the same for all kinds at first; a kind's weight is how much more or less
/// its points turned out to mean, within bounds.
fn around(history: &History, tau: f64) -> Option<Fitted> {
    let experts = vec![1.0; history.points.width()];
    let (slope, _) = given(history, &experts).calibration?;
    let slope = slope.clamp(SLOPES[0], SLOPES[1]);
    let priors = vec![Prior::around(slope, tau * slope); history.points.width()];
    let base_rate = Prior::base_rate(&history.left, &history.importance);
    let posterior = fit(history.labelled(&history.points), base_rate, &priors)?;
    let bounded = |weight: &f64| (weight / slope).clamp(*WEIGHTS.start(), *WEIGHTS.end());
    let weights: Vec<f64> = posterior.weights().iter().skip(1).map(bounded).collect();
    Some(given(history, &weights))
}

/// The log-loss of each row by what was fitted on others, and the row's score.
type Judged = Vec<(f64, f64)>;

fn judge(fitted: &Fitted, held: &History) -> Option<Judged> {
    let (slope, intercept) = fitted.calibration?;
    let scores = held.scores(&fitted.weights);
    let judged = scores.iter().zip(&held.left);
    Some(judged.map(|(score, label)| (log_loss(intercept + slope * score, *label), *score)).collect())
}

/// Mean log-loss out of fold under a prior.
fn loss_under(history: &History, folds: &BTreeMap<usize, usize>, tau: f64) -> Option<f64> {
    let (mut sum, mut all) = (0.0, 0.0);
    for fold in 0..FOLDS {
        let is_held = |customer: usize| folds.get(&customer) == Some(&fold);
        let (seen, held) = (history.part(|it, _| !is_held(it)), history.part(|it, _| is_held(it)));
        for ((loss, _), importance) in judge(&around(&seen, tau)?, &held)?.iter().zip(&held.importance) {
            sum += loss * importance;
            all += importance;
        }
    }
    (all > 0.0).then(|| sum / all)
}

/// The prior with the smallest log-loss out of fold; of equals the tighter one.
fn best_tau(history: &History) -> Option<f64> {
    let folds = fold_of(&history.customers());
    let tried = TAUS.iter().filter_map(|tau| Some((*tau, loss_under(history, &folds, *tau)?)));
    tried.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(tau, _)| tau)
}

/// Holds learned weights against those in force, fold by fold, the prior chosen anew within each; then fits the final ones
/// on everybody. Their slope and intercept are those of the scores out of fold, which did not see what they are judged on.
pub(super) fn compare(history: &History, in_force: &[f64]) -> Option<(Comparison, Fitted)> {
    let folds = fold_of(&history.customers());
    let mut by_customer: BTreeMap<usize, f64> = BTreeMap::new();
    let (mut nothing, mut kept_loss, mut learned_loss, mut all) = (0.0, 0.0, 0.0, 0.0);
    let (mut unseen, mut scores) = (History::new(history.points.width()), Vec::new());
    for fold in 0..FOLDS {
        let is_held = |customer: usize| folds.get(&customer) == Some(&fold);
        let (seen, held) = (history.part(|it, _| !is_held(it)), history.part(|it, _| is_held(it)));
        let by_given = judge(&given(&seen, in_force), &held)?;
        let by_learned = judge(&around(&seen, best_tau(&seen)?)?, &held)?;
        let base_rate = base(&seen.left, &seen.importance);
        nothing +=
            held.left.iter().zip(&held.importance).map(|(it, by)| by * log_loss(base_rate, *it)).sum::<f64>();
        let rows = held.customers.iter().zip(&held.importance);
        for ((kept, learned), (customer, importance)) in by_given.iter().zip(&by_learned).zip(rows) {
            *by_customer.entry(*customer).or_default() += importance * (kept.0 - learned.0);
            kept_loss += importance * kept.0;
            learned_loss += importance * learned.0;
            all += importance;
            scores.push(learned.1);
        }
        unseen.extend(&held);
    }
    let tau = best_tau(history)?;
    let fitted = Fitted { calibration: unseen.calibrated(&scores), ..around(history, tau)? };
    let gains: Vec<f64> = by_customer.into_values().collect();
    let comparison = Comparison {
        nothing: nothing / all,
        in_force: kept_loss / all,
        learned: learned_loss / all,
        standard_error: error_of_sum(&gains) / all,
        tau,
    };
    comparison.standard_error.is_finite().then_some((comparison, fitted))
}

/// The standard error of a sum of independent draws.
fn error_of_sum(values: &[f64]) -> f64 {
    let number = crate::count(values.len());
    let mean = values.iter().sum::<f64>() / number;
    let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (spread / (number - 1.0) * number).sqrt()
}

impl History {
    fn extend(&mut self, other: &Self) {
        let rows = other.points.iter().zip(&other.customers).zip(&other.days);
        for (((row, customer), day), (label, importance)) in
            rows.zip(other.left.iter().zip(&other.importance))
        {
            self.push(*customer, *day, row, *label > 0.5, *importance);
        }
    }
}
