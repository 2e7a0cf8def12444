//! Linear models by dual coordinate descent (Hsieh et al., ICML 2008): exact, deterministic, no learning rate.

use super::dice::Dice;

/// A row of features: columns, each with its value.
pub type Row = Vec<(u32, f32)>;

/// What is learned.
#[derive(Clone, Copy, Debug)]
pub enum Task {
    /// The target itself, squared loss.
    Number,
    /// Above or below zero, squared hinge loss.
    Sign {
        /// How many negative examples a positive one weighs.
        positive_weight: f32,
    },
}

/// One example on its way through the rounds.
struct Example<'a> {
    row: &'a Row,
    target: f32,
    /// The row's length, squared.
    square: f32,
    /// How much of the row is in the weights.
    alpha: f32,
}

impl Example<'_> {
    /// By how much the row's share in the weights should change, given its score under them.
    fn step(&self, score: f32, task: Task, cost: f32) -> f32 {
        let Self { target, square, alpha, .. } = self;
        match task {
            Task::Number => {
                let slack = 1.0 / (2.0 * cost);
                (target - score - alpha * slack) / (square + slack)
            }
            Task::Sign { positive_weight } => {
                let cost = if *target > 0.0 { cost * positive_weight } else { cost };
                let slack = 1.0 / (2.0 * cost);
                let before = alpha.abs();
                let after = (before - (target * score - 1.0 + before * slack) / (square + slack)).max(0.0);
                (after - before) * target
            }
        }
    }
}

/// Weights that fit the targets, one per column. `cost` is how much an error weighs against large weights.
pub fn fit(rows: &[&Row], targets: &[f32], columns: usize, task: Task, cost: f32, rounds: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; columns];
    let examples = rows.iter().zip(targets).map(|(row, target)| {
        let square = row.iter().map(|(_, value)| value * value).sum();
        Example { row, target: *target, square, alpha: 0.0 }
    });
    let mut examples: Vec<Example<'_>> = examples.collect();
    let mut dice = Dice::new();
    for _ in 0..rounds {
        dice.shuffle(&mut examples);
        for example in &mut examples {
            let step = example.step(score(&weights, example.row), task, cost);
            example.alpha += step;
            for (column, value) in example.row {
                if let Some(weight) = weights.get_mut(*column as usize) {
                    *weight += step * value;
                }
            }
        }
    }
    weights
}

/// The score of a row.
pub fn score(weights: &[f32], row: &Row) -> f32 {
    row.iter().map(|(column, value)| weights.get(*column as usize).copied().unwrap_or(0.0) * value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns: one that tells, one that is always there.
    fn rows() -> Vec<Row> {
        (0..40_u8).map(|number| vec![(0, f32::from(number % 2)), (1, 1.0)]).collect()
    }

    #[test]
    fn a_number_that_follows_a_column_is_found() {
        let rows = rows();
        let refs: Vec<&Row> = rows.iter().collect();
        let targets: Vec<f32> = (0..40_u8).map(|number| 0.2 + 0.5 * f32::from(number % 2)).collect();
        let weights = fit(&refs, &targets, 2, Task::Number, 100.0, 50);
        assert!((weights[0] - 0.5).abs() < 0.01 && (weights[1] - 0.2).abs() < 0.01, "{weights:?}");
    }

    #[test]
    fn a_sign_that_follows_a_column_is_found_the_same_every_time() {
        let rows = rows();
        let refs: Vec<&Row> = rows.iter().collect();
        let targets: Vec<f32> = (0..40_u8).map(|number| if number % 2 == 1 { 1.0 } else { -1.0 }).collect();
        let task = Task::Sign { positive_weight: 1.0 };
        let weights = fit(&refs, &targets, 2, task, 10.0, 50);
        assert!(score(&weights, &rows[1]) > 0.9 && score(&weights, &rows[0]) < -0.9, "{weights:?}");
        assert_eq!(weights, fit(&refs, &targets, 2, task, 10.0, 50));
    }
}
