//! Brings columns to a common scale, so that one ridge serves them all.

use crate::Rows;

/// Values further than this many standard deviations from the mean are taken as that far.
const BOUND: f64 = 3.0;

/// Mean and standard deviation of every column of the rows a model was fitted on.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    columns: Vec<(f64, f64)>,
}

impl Scale {
    /// The scale of some rows, each with its weight. A column that never changes weighs nothing.
    pub fn of(rows: &Rows, importance: &[f64]) -> Self {
        let all = importance.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut means = vec![0.0; rows.width()];
        for (row, weight) in rows.iter().zip(importance) {
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += weight * value / all);
        }
        let mut squares = vec![0.0; rows.width()];
        for (row, weight) in rows.iter().zip(importance) {
            let deviations = row.iter().zip(&means).map(|(value, mean)| value - mean);
            squares.iter_mut().zip(deviations).for_each(|(sum, it)| *sum += weight * it * it / all);
        }
        let columns = means.into_iter().zip(squares).map(|(mean, square)| (mean, square.sqrt() + 1e-9));
        Self { columns: columns.collect() }
    }

    /// A row in standard deviations from the mean, within three either way.
    pub fn apply(&self, row: &[f64]) -> Vec<f64> {
        let scaled =
            row.iter().zip(&self.columns).map(|(value, (mean, deviation))| (value - mean) / deviation);
        scaled.map(|value| value.clamp(-BOUND, BOUND)).collect()
    }

    /// All rows of a table, scaled.
    pub fn apply_all(&self, rows: &Rows) -> Rows {
        let mut scaled = Rows::new(rows.width());
        rows.iter().for_each(|row| scaled.push(&self.apply(row)));
        scaled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_in_deviations_and_bounded() {
        let mut rows = Rows::new(2);
        for value in [1.0, 3.0] {
            rows.push(&[value, 7.0]);
        }
        let scale = Scale::of(&rows, &[1.0, 1.0]);
        let [first, second] = scale.apply(&[4.0, 7.0])[..] else { panic!("two columns") };
        assert!((first - 2.0).abs() < 1e-6 && second.abs() < 1e-6);
        assert!((scale.apply(&[1e9, 8.0])[0] - 3.0).abs() < 1e-12, "far out is bounded");
        let weighted = Scale::of(&rows, &[3.0, 1.0]);
        assert!((weighted.apply(&[1.5, 7.0])[0]).abs() < 1e-6, "the heavier row pulls the mean");
    }
}
