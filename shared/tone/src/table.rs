//! The weights of the features that tell most, found by their hash: a table without collisions worth telling, for a
//! feature that is not in it adds nothing.
//!
//! A row of sixteen weights is two patterns added up, of a thousand coarse and a thousand fine ones (residual vector
//! quantization, Juang and Gray 1982). So it takes four bytes with its mark, and a table holds more than twice the
//! features it could with four bits a weight: that is worth more than exact weights.

use std::hint::select_unpredictable;

/// Columns of a row.
pub(crate) const WIDTH: usize = 16;
/// Shelves of a table, picked by a feature's hash from its first bits on; as many as fit a megabyte for three languages.
pub const SHELVES: usize = 8850;
/// Rows on a shelf.
pub const SLOTS: usize = 8;
/// Patterns of a kind; the first of each adds nothing.
pub const PATTERNS: usize = 1 << PATTERN_BITS;
const PATTERN_BITS: u32 = 10;
/// The last bits of its feature's hash stand before a row.
const MARK_BITS: u32 = u32::BITS - 2 * PATTERN_BITS;
const MARK: u32 = (1 << MARK_BITS) - 1;
/// Bytes of a row: its mark, and which two patterns.
const ROW: usize = 4;

/// What a pattern adds to each column, in whole steps of that column.
pub type Pattern = [i8; WIDTH];

/// Which shelf a feature stands on, and under which mark.
pub fn place(feature: u32) -> (usize, u32) {
    let shelf = (u64::from(feature) * SHELVES as u64) >> u32::BITS;
    (usize::try_from(shelf).unwrap_or(0), feature & MARK)
}

/// A row with its mark, as it stands on a shelf.
pub fn row(mark: u32, [coarse, fine]: [u32; 2]) -> u32 {
    mark | (coarse | fine << PATTERN_BITS) << MARK_BITS
}

/// One language's table.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    coarse: &'a [[u8; WIDTH]],
    fine: &'a [[u8; WIDTH]],
    shelves: &'a [[u8; SHELF]],
}

const SHELF: usize = SLOTS * ROW;
/// Bytes of a table.
pub(crate) const SIZE: usize = 2 * PATTERNS * WIDTH + SHELVES * SHELF;

impl<'a> Table<'a> {
    /// A table of these bytes: coarse patterns, fine ones, shelves.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let (patterns, shelves) = bytes.split_at_checked(2 * PATTERNS * WIDTH).unwrap_or_default();
        let (coarse, fine) = patterns.as_chunks().0.split_at_checked(PATTERNS).unwrap_or_default();
        Self { coarse, fine, shelves: shelves.as_chunks().0 }
    }

    /// The patterns of a feature; nothing's where the table has none. Whether it has one is anybody's guess, a
    /// processor's too, so that the way is the same for both, and all marks are compared at once.
    pub(crate) fn find(&self, feature: u32) -> [&'a [u8; WIDTH]; 2] {
        const NOTHING: &[u8; WIDTH] = &[0; WIDTH];
        let (at, mark) = place(feature);
        let Some(rows) = self.shelves.get(at) else { return [NOTHING; 2] };
        let mut found = 0;
        for bytes in rows.as_chunks().0 {
            let row = u32::from_le_bytes(*bytes);
            found |= select_unpredictable(row & MARK == mark, row, 0);
        }
        let of = |patterns: &'a [[u8; WIDTH]], shift: u32| {
            patterns.get((found >> shift) as usize % PATTERNS).unwrap_or(NOTHING)
        };
        [of(self.coarse, MARK_BITS), of(self.fine, MARK_BITS + PATTERN_BITS)]
    }
}

/// Rows added up, in short lanes that are emptied before they run over.
#[derive(Default)]
pub(crate) struct Sums {
    lanes: [i16; WIDTH],
    pending: u8,
    totals: [i32; WIDTH],
}

impl Sums {
    /// So many rows fit a lane: 2 * 128 * 127 is below 2^15.
    const FULL: u8 = 127;

    pub(crate) fn add(&mut self, [coarse, fine]: [&[u8; WIDTH]; 2]) {
        for ((lane, coarse), fine) in self.lanes.iter_mut().zip(coarse).zip(fine) {
            *lane += i16::from(coarse.cast_signed()) + i16::from(fine.cast_signed());
        }
        self.pending += 1;
        if self.pending == Self::FULL {
            self.empty();
        }
    }

    fn empty(&mut self) {
        self.totals.iter_mut().zip(self.lanes).for_each(|(total, lane)| *total += i32::from(lane));
        (self.lanes, self.pending) = ([0; _], 0);
    }

    pub(crate) fn take(mut self) -> [i32; WIDTH] {
        self.empty();
        self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table whose patterns are told by their number, with these rows.
    fn table(rows: &[(u32, [u32; 2])]) -> Vec<u8> {
        let pattern = |number: usize| {
            let number = i8::try_from(number % 127).unwrap();
            std::array::from_fn::<_, WIDTH, _>(|lane| {
                if lane % 2 > 0 { -number } else { number }.cast_unsigned()
            })
        };
        let mut bytes: Vec<u8> = (0..2).flat_map(|_| (0..PATTERNS).flat_map(pattern)).collect();
        let mut shelves = vec![Vec::new(); SHELVES];
        for (feature, patterns) in rows {
            let (shelf, mark) = place(*feature);
            shelves[shelf].push(row(mark, *patterns));
        }
        for mut shelf in shelves {
            shelf.resize(SLOTS, 0);
            bytes.extend(shelf.into_iter().flat_map(u32::to_le_bytes));
        }
        assert_eq!(bytes.len(), SIZE);
        bytes
    }

    fn sum(table: &Table<'_>, features: &[u32]) -> [i32; WIDTH] {
        let mut sums = Sums::default();
        for feature in features {
            sums.add(table.find(*feature));
        }
        sums.take()
    }

    #[test]
    fn a_feature_is_found_under_its_mark_only() {
        let rows: Vec<(u32, [u32; 2])> =
            (0..8).map(|slot| (0xabc0_0001 + 7 * slot, [slot, 3 * slot])).collect();
        let bytes = table(&rows);
        let table = Table::of(&bytes);
        for (feature, [coarse, fine]) in rows {
            let both = i32::try_from(coarse + fine).unwrap();
            assert_eq!(sum(&table, &[feature])[..2], [both, -both]);
        }
        assert_eq!(sum(&table, &[0xabc0_0003, 0xabd0_0001]), [0; WIDTH]);
    }

    #[test]
    fn rows_add_up_as_they_would_one_column_at_a_time() {
        let bytes = table(&[(7, [126, 126]), (11, [126, 0])]);
        let table = Table::of(&bytes);
        for times in [0, 1, 126, 127, 128, 5000] {
            let both = 252 * i32::try_from(times).unwrap();
            assert_eq!(sum(&table, &vec![7; times])[14..], [both, -both], "{times}");
        }
        assert_eq!(sum(&table, &[7, 11, 11])[0], 252 + 2 * 126);
    }
}
