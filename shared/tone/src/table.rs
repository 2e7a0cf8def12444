//! The weights of the features that tell most, found by their hash: a table without collisions worth telling, for a
//! feature that is not in it adds nothing.

use std::hint::select_unpredictable;

/// Columns of a row; each weight has four bits.
pub(crate) const WIDTH: usize = 16;
/// Shelves of a table, picked by a feature's hash from its first bits on; as many as fit a megabyte for three languages.
pub const SHELVES: usize = 3900;
/// Rows on a shelf, each beside the last bits of its feature's hash.
pub const SLOTS: usize = 8;
/// Bytes of a shelf: the marks, then the rows.
pub(crate) const SHELF: usize = SLOTS * (2 + 8);
/// The largest weight of a row.
pub const LARGEST: i8 = 7;

/// Which shelf a feature stands on, and under which mark.
pub fn place(feature: u32) -> (usize, u16) {
    let [low, high, ..] = feature.to_le_bytes();
    let shelf = (u64::from(feature) * SHELVES as u64) >> u32::BITS;
    (usize::try_from(shelf).unwrap_or(0), u16::from_le_bytes([low, high]))
}

/// Whole numbers of four bits, the first column in the lowest.
pub fn row(weights: &[i8; WIDTH]) -> u64 {
    let nibbles = weights.iter().rev().map(|weight| u64::from((weight + 8).cast_unsigned() & 15));
    nibbles.fold(0, |row, nibble| row << 4 | nibble)
}

/// The row that adds nothing.
const NOTHING: u64 = u64::MAX / 0xf * 8;

/// The row of a feature; [`NOTHING`] where the table has none. Whether it has one is anybody's guess, a processor's
/// too, so that the way is the same for both, and all marks are compared at once.
pub(crate) fn find(shelves: &[[u8; SHELF]], feature: u32) -> u64 {
    let (shelf, mark) = place(feature);
    let Some((marks, rows)) = shelves.get(shelf).and_then(|shelf| shelf.split_first_chunk::<{ 2 * SLOTS }>())
    else {
        return NOTHING;
    };
    let mut same = [0_u8; SLOTS];
    for (same, of_row) in same.iter_mut().zip(marks.as_chunks().0) {
        *same = if u16::from_le_bytes(*of_row) == mark { u8::MAX } else { 0 };
    }
    let same = u64::from_le_bytes(same);
    let slot = (same.trailing_zeros() / 8) as usize % SLOTS;
    let row = rows.as_chunks().0.get(slot).map_or(NOTHING, |row| u64::from_le_bytes(*row));
    select_unpredictable(same == 0, NOTHING, row)
}

/// Rows added up, eight columns at a time, in lanes of a byte that are emptied before they run over.
#[derive(Default)]
pub(crate) struct Sums {
    even: u64,
    odd: u64,
    pending: i32,
    totals: [i32; WIDTH],
}

impl Sums {
    const NIBBLES: u64 = u64::MAX / 0xff * 0x0f;
    /// So many nibbles fit a byte.
    const FULL: i32 = 17;

    pub(crate) fn add(&mut self, row: u64) {
        self.even += row & Self::NIBBLES;
        self.odd += row >> 4 & Self::NIBBLES;
        self.pending += 1;
        if self.pending == Self::FULL {
            self.empty();
        }
    }

    fn empty(&mut self) {
        let lanes = self.even.to_le_bytes().into_iter().zip(self.odd.to_le_bytes());
        let lanes = lanes.flat_map(|(even, odd)| [even, odd]);
        for (total, lane) in self.totals.iter_mut().zip(lanes) {
            *total += i32::from(lane) - 8 * self.pending;
        }
        (self.even, self.odd, self.pending) = (0, 0, 0);
    }

    pub(crate) fn take(mut self) -> [i32; WIDTH] {
        self.empty();
        self.totals
    }
}

/// The whole numbers of a row.
pub(crate) fn numbers(row: u64) -> [i32; WIDTH] {
    let mut sums = Sums::default();
    sums.add(row);
    sums.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: [i8; WIDTH] = [0, 1, -1, 7, -7, 5, -6, 2, -2, 3, 2, 7, -3, 4, -5, 7];

    #[test]
    fn rows_add_up_as_they_would_one_column_at_a_time() {
        for times in [0, 1, 16, 17, 18, 5000] {
            let mut sums = Sums::default();
            (0..times).for_each(|_| sums.add(row(&ROW)));
            assert_eq!(sums.take(), ROW.map(|weight| i32::from(weight) * times), "{times}");
        }
    }

    #[test]
    fn a_feature_is_found_under_its_mark_only() {
        let mut shelves = vec![[0_u8; SHELF]; SHELVES];
        for slot in 0..SLOTS {
            let feature = 0xabc0_0000 + 7 * u32::try_from(slot).unwrap() + 1;
            let (shelf, mark) = place(feature);
            shelves[shelf][2 * slot..2 * slot + 2].copy_from_slice(&mark.to_le_bytes());
            let weights = [i8::try_from(slot).unwrap(); WIDTH].map(|weight| weight - 3);
            shelves[shelf][16 + 8 * slot..24 + 8 * slot].copy_from_slice(&row(&weights).to_le_bytes());
            assert_eq!(numbers(find(&shelves, feature)), weights.map(i32::from));
        }
        assert_eq!(find(&shelves, 0xabc0_0003), NOTHING);
        assert_eq!(find(&shelves, 0xabd0_0001), NOTHING);
    }
}
