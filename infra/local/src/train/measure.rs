//! How well readings agree with labels.

use std::collections::BTreeSet;

use tone::Category;

/// Scores within this distance of zero are neutral.
pub const NEUTRAL: f32 = 0.12;

/// A score as one of three classes: -1, 0, +1.
pub fn class(score: f32) -> i8 {
    i8::from(score > NEUTRAL) - i8::from(score < -NEUTRAL)
}

/// A message's tone and signals, labelled or read.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// -1..+1.
    pub score: f32,
    /// The signals.
    pub signals: BTreeSet<Category>,
}

/// Agreement over some messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// How many messages.
    pub messages: usize,
    /// Spearman's rank correlation of the scores.
    pub spearman: f64,
    /// Share with the same of three classes.
    pub accuracy: f64,
    /// Share of the neutral ones that were called negative.
    pub neutral_called_negative: f64,
    /// Share of the negative ones that were called negative.
    pub negatives_found: f64,
    /// Of the signals read, the share that is labelled.
    pub precision: f64,
    /// Of the signals labelled, the share that is read.
    pub recall: f64,
}

impl Agreement {
    /// Compares readings with labels, pair by pair.
    pub fn of(pairs: &[(Said, Said)]) -> Self {
        let labels: Vec<f32> = pairs.iter().map(|(label, _)| label.score).collect();
        let scores: Vec<f32> = pairs.iter().map(|(_, read)| read.score).collect();
        let classes = || pairs.iter().map(|(label, read)| (class(label.score), class(read.score)));
        let called = |of: i8| {
            let all = classes().filter(|(label, _)| *label == of);
            share(all.clone().filter(|(_, read)| *read == -1).count(), all.count())
        };
        let common =
            pairs.iter().map(|(label, read)| label.signals.intersection(&read.signals).count()).sum();
        Self {
            messages: pairs.len(),
            spearman: spearman(&labels, &scores),
            accuracy: share(classes().filter(|(label, read)| label == read).count(), pairs.len()),
            neutral_called_negative: called(0),
            negatives_found: called(-1),
            precision: share(common, pairs.iter().map(|(_, read)| read.signals.len()).sum()),
            recall: share(common, pairs.iter().map(|(label, _)| label.signals.len()).sum()),
        }
    }

    /// Micro-averaged F1 of the signals.
    pub fn f1(&self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }

    /// The columns of [`Agreement::row`].
    pub const HEADING: &str = "       n  Spearman  accuracy  neutral->neg  neg found  signals F1  (P    R)";

    /// One line of a table.
    pub fn row(&self) -> String {
        format!(
            "{:8}  {:8.3}  {:8.3}  {:12.3}  {:9.3}  {:10.3}  ({:.2} {:.2})",
            self.messages,
            self.spearman,
            self.accuracy,
            self.neutral_called_negative,
            self.negatives_found,
            self.f1(),
            self.precision,
            self.recall
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Spearman's rank correlation, ties at their mean rank; 0 where one side never varies.
pub fn spearman(a: &[f32], b: &[f32]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = |ranks: &[f64]| ranks.iter().sum::<f64>() / share(ranks.len(), 1).max(1.0);
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let product = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum()
    };
    let variance = product(&a, mean_a, &a, mean_a) * product(&b, mean_b, &b, mean_b);
    if variance > 0.0 { product(&a, mean_a, &b, mean_b) / variance.sqrt() } else { 0.0 }
}

fn ranks(values: &[f32]) -> Vec<f64> {
    let mut order: Vec<(f32, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    #[expect(clippy::float_cmp, reason = "ties are equal to the bit")]
    for ties in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = share(2 * before + ties.len() - 1, 2);
        for (_, index) in ties {
            if let Some(place) = ranks.get_mut(*index) {
                *place = rank;
            }
        }
        before += ties.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_that_agree_disagree_and_tie() {
        assert!((spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]) - 1.0).abs() < 1e-12);
        assert!((spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        assert!((spearman(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]) - 0.866).abs() < 1e-3);
        assert!(spearman(&[1.0, 1.0], &[1.0, 2.0]).abs() < 1e-12);
    }

    #[test]
    fn agreement_counts_classes_and_signals() {
        let said = |score, signals: &[Category]| Said { score, signals: signals.iter().copied().collect() };
        let pairs = [
            (said(-0.5, &[Category::Delay]), said(-0.4, &[Category::Delay, Category::Complaint])),
            (said(0.0, &[]), said(-0.2, &[])),
            (said(0.0, &[]), said(0.1, &[])),
            (said(0.5, &[Category::Budget]), said(0.3, &[])),
        ];
        let agreement = Agreement::of(&pairs);
        assert!((agreement.accuracy - 0.75).abs() < 1e-12);
        assert!((agreement.neutral_called_negative - 0.5).abs() < 1e-12);
        assert!((agreement.f1() - 0.5).abs() < 1e-12);
    }
}
