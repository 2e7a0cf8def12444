//! A table of numbers, row by row.

/// Rows of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    width: usize,
    values: Vec<f64>,
}

impl Rows {
    /// An empty table of so many columns, at least one.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(1), values: Vec::new() }
    }

    /// Adds a row. What is missing or not finite counts as 0, what is too many is dropped.
    pub fn push(&mut self, row: &[f64]) {
        let values = row.iter().copied().chain(std::iter::repeat(0.0)).take(self.width);
        self.values.extend(values.map(|value| if value.is_finite() { value } else { 0.0 }));
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width)
    }

    /// How many columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_wide_as_its_table_and_holds_numbers() {
        let mut rows = Rows::new(2);
        rows.push(&[1.0, f64::NAN, 3.0]);
        rows.push(&[4.0]);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [[1.0, 0.0], [4.0, 0.0]]);
        assert_eq!((rows.len(), rows.width(), rows.is_empty()), (2, 2, false));
        assert!(Rows::new(0).is_empty());
    }
}
