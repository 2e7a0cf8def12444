//! The cells of a ledger: a row for each counter that ever counted. Most customers have half of them.

use super::{COUNTERS, SLOTS};

/// One row: weeks, oldest first, then days.
pub(crate) type Row = [i64; SLOTS];

const ZEROS: &Row = &[0; SLOTS];

/// Rows by the number of their counter; those that are not kept are zero.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    kept: Vec<Row>,
    /// Where a counter's row is kept, from 1.
    places: [u8; COUNTERS],
}

impl Rows {
    /// With room for so many.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self { kept: Vec::with_capacity(rows), places: [0; COUNTERS] }
    }

    pub(crate) fn row(&self, counter: usize) -> &Row {
        self.kept(counter).unwrap_or(ZEROS)
    }

    /// The row of a counter that has one.
    pub(crate) fn kept(&self, counter: usize) -> Option<&Row> {
        self.kept.get(self.place(counter)?)
    }

    /// Where the row of a counter is kept.
    pub(crate) fn place(&self, counter: usize) -> Option<usize> {
        usize::from(*self.places.get(counter)?).checked_sub(1)
    }

    /// A row to write to, made where there is none; none beyond the counters.
    pub(crate) fn row_mut(&mut self, counter: usize) -> Option<&mut Row> {
        let place = self.places.get_mut(counter)?;
        if *place == 0 {
            self.kept.push(*ZEROS);
            *place = u8::try_from(self.kept.len()).ok()?;
        }
        self.kept.get_mut(usize::from(*place) - 1)
    }

    /// The same to write to.
    pub(crate) fn kept_mut(&mut self, counter: usize) -> Option<&mut Row> {
        let place = usize::from(*self.places.get(counter)?).checked_sub(1)?;
        self.kept.get_mut(place)
    }

    /// How many rows are kept.
    pub(crate) fn held(&self) -> usize {
        self.kept.len()
    }

    /// Zeros in one slot of all.
    pub(crate) fn clear(&mut self, slot: usize) {
        self.kept.iter_mut().filter_map(|row| row.get_mut(slot)).for_each(|cell| *cell = 0);
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Row> {
        (0..COUNTERS).map(|counter| self.row(counter))
    }
}

/// By what they say: a row of zeros is as good as none.
impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Rows {}
