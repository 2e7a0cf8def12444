//! Small dense symmetric systems: as many rows as a model has weights.

/// A symmetric matrix, added up from outer products. Only its lower half is kept: the first row has one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Symmetric {
    rows: Vec<Vec<f64>>,
}

impl Symmetric {
    /// The matrix with these numbers on its diagonal and 0 elsewhere.
    pub fn diagonal(values: &[f64]) -> Self {
        let row = |(index, value): (usize, &f64)| {
            let mut row = vec![0.0; index];
            row.push(*value);
            row
        };
        Self { rows: values.iter().enumerate().map(row).collect() }
    }

    /// Adds `weight` times the outer product of a vector with itself.
    pub fn add(&mut self, weight: f64, vector: &[f64]) {
        for (row, own) in self.rows.iter_mut().zip(vector) {
            let own = own * weight;
            row.iter_mut().zip(vector).for_each(|(cell, other)| *cell += own * other);
        }
    }

    /// Its Cholesky factor; none unless it is positive definite.
    pub fn factor(&self) -> Option<Factor> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let mut new: Vec<f64> = Vec::with_capacity(row.len());
            for (column, value) in row.iter().enumerate() {
                let rest = match lower.get(column) {
                    Some(above) => (value - dot(&new, above)) / above.last()?,
                    None => {
                        let square = value - dot(&new, &new);
                        if square.is_nan() || square <= 0.0 {
                            return None;
                        }
                        square.sqrt()
                    }
                };
                new.push(rest);
            }
            lower.push(new);
        }
        lower.iter().flatten().all(|value| value.is_finite()).then_some(Factor { lower })
    }
}

/// The lower triangle whose product with its own transpose is a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    lower: Vec<Vec<f64>>,
}

impl Factor {
    /// What the matrix must be multiplied with to give `right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut rest = self.forward(right);
        let mut solution = Vec::with_capacity(rest.len());
        for row in self.lower.iter().rev() {
            let (Some(value), Some(diagonal)) = (rest.pop(), row.last()) else { break };
            let value = value / diagonal;
            rest.iter_mut().zip(row).for_each(|(rest, cell)| *rest -= cell * value);
            solution.push(value);
        }
        solution.reverse();
        solution
    }

    /// The vector, times the inverse of the matrix, times the vector: a variance where the matrix is a precision.
    pub fn spread(&self, vector: &[f64]) -> f64 {
        let half = self.forward(vector);
        dot(&half, &half)
    }

    fn forward(&self, right: &[f64]) -> Vec<f64> {
        let mut found: Vec<f64> = Vec::with_capacity(self.lower.len());
        for (row, value) in self.lower.iter().zip(right) {
            let rest = value - dot(row, &found);
            found.push(rest / row.last().copied().unwrap_or(1.0));
        }
        found
    }
}

/// The sum of products, as far as the shorter one reaches.
pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [[4, 2, 0], [2, 5, 2], [0, 2, 6]], of which the answers can be found by hand.
    fn matrix() -> Symmetric {
        let mut matrix = Symmetric::diagonal(&[2.0, 2.0, 4.0]);
        matrix.add(2.0, &[1.0, 1.0, 0.0]);
        matrix.add(1.0, &[0.0, 1.0, 2.0]);
        matrix.add(-2.0, &[0.0, 0.0, 1.0]);
        matrix
    }

    #[test]
    fn a_system_of_three_is_solved() {
        let solution = matrix().factor().unwrap().solve(&[8.0, 18.0, 22.0]);
        let expected = [1.0, 2.0, 3.0];
        assert!(solution.iter().zip(expected).all(|(got, it)| (got - it).abs() < 1e-12), "{solution:?}");
    }

    #[test]
    fn the_spread_is_the_inverse_seen_from_both_sides() {
        let factor = matrix().factor().unwrap();
        let vector = [1.0, -1.0, 0.5];
        let expected = dot(&vector, &factor.solve(&vector));
        assert!((factor.spread(&vector) - expected).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_factor_has_none() {
        assert_eq!(Symmetric::diagonal(&[1.0, 0.0]).factor(), None);
        assert_eq!(Symmetric::diagonal(&[-1.0]).factor(), None);
        assert_eq!(Symmetric::diagonal(&[f64::NAN]).factor(), None);
        assert_eq!(Symmetric::diagonal(&[]).factor().unwrap().solve(&[]), Vec::<f64>::new());
    }
}
