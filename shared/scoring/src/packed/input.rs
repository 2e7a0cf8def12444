//! Reads what was packed, part by part; bytes that are not ours are refused, never read beyond.

use super::bits::{Bits, PADDING, WIDEST, lowest, places, spread_over};
use super::{EMPTY, PackedFault, RELATIVE, SCALED, SPARSE, WIDTH, bits, unzigzag};
use crate::ledger::{LARGEST_CELL, LEADING_BITS};

/// Bytes still to read, and the padding.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn byte(&mut self) -> Result<u8, PackedFault> {
        self.take(1)?.first().copied().ok_or(PackedFault("cut short"))
    }

    pub(super) fn varint(&mut self) -> Result<u64, PackedFault> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(PackedFault("number too long"))
    }

    /// Reads a part into its cells, which are zero; `near` marks the cells of the row it may be relative to. Answers
    /// which cells are no longer zero.
    pub(super) fn part(&mut self, cells: &mut [i64], near: u64) -> Result<u64, PackedFault> {
        let header = self.byte()?;
        if header == EMPTY {
            return Ok(0);
        }
        let form = header & WIDTH;
        let scaled = form.checked_sub(SCALED).map(u32::from);
        let first = self.varint()?;
        let has_shift = scaled.is_none() && first & 1 == 1;
        let shift = if has_shift { u32::from(self.byte()?) } else { 0 };
        if shift > bits(LARGEST_CELL.cast_unsigned()) {
            return Err(PackedFault("unknown part"));
        }
        let first = if scaled.is_none() { first >> 1 } else { first };
        let (least, low) = (unzigzag(first), u32::try_from(first).unwrap_or(u32::MAX));
        if scaled.is_some_and(|range| range > 6 || low > bits(LARGEST_CELL.cast_unsigned())) {
            return Err(PackedFault("unknown part"));
        }
        let width = scaled.map_or(form.into(), |range| 1 + LEADING_BITS + range);
        let mut written = if header & RELATIVE == 0 { lowest(cells.len()) } else { near };
        if header & SPARSE != 0 {
            let marks = self.mask(written.count_ones() as usize)?;
            written = spread_over(marks, written);
        }
        let numbers = self.numbers(written.count_ones(), width)?;
        let (set, at_most) = match scaled {
            None => {
                let value = |number: u64| least.wrapping_add((number << shift).cast_signed());
                let range = i128::from(lowest(width as usize)) << shift;
                (fill(cells, written, numbers, value), i128::from(least).abs() + range)
            }
            Some(_) => (fill(cells, written, numbers, |number| scaled_value(number, low)), i128::MAX),
        };
        // Mostly no cell can be too large, and none is looked at again.
        let too_large = |cell: &i64| cell.unsigned_abs() > LARGEST_CELL.cast_unsigned();
        if at_most > i128::from(LARGEST_CELL) && cells.iter().any(too_large) {
            return Err(PackedFault("cell out of range"));
        }
        Ok(set)
    }

    /// So many bits, at most 64, the first one lowest.
    pub(super) fn mask(&mut self, bits: usize) -> Result<u64, PackedFault> {
        let bytes = self.take(bits.div_ceil(8))?;
        let mut word = [0; 8];
        word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Ok(u64::from_le_bytes(word) & lowest(bits))
    }

    /// The next so many numbers of `width` bits each.
    fn numbers(&mut self, numbers: u32, width: u32) -> Result<Bits<'a>, PackedFault> {
        if width > WIDEST {
            return Err(PackedFault("number too wide"));
        }
        let bytes = self.0;
        self.take((numbers * width).div_ceil(8) as usize)?;
        Ok(Bits { bytes, width, at: 0 })
    }

    fn take(&mut self, bytes: usize) -> Result<&'a [u8], PackedFault> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(PackedFault("cut short"))?;
        if rest.len() < PADDING {
            return Err(PackedFault("cut short"));
        }
        self.0 = rest;
        Ok(taken)
    }
}

/// Writes to the cells marked what the numbers stand for, one after another. Answers which are no longer zero.
fn fill(cells: &mut [i64], written: u64, mut numbers: Bits<'_>, value: impl Fn(u64) -> i64) -> u64 {
    let mut set = 0;
    let mut write = |cell: &mut i64, slot: usize| {
        *cell = value(numbers.next());
        set |= u64::from(*cell != 0) << slot;
    };
    if written == lowest(cells.len()) {
        cells.iter_mut().enumerate().for_each(|(slot, cell)| write(cell, slot));
    } else {
        for slot in places(written) {
            if let Some(cell) = cells.get_mut(slot) {
                write(cell, slot);
            }
        }
    }
    set
}

/// A number written as sign, leading bits and how much its exponent exceeds `low`; the largest there is for a larger one.
fn scaled_value(number: u64, low: u32) -> i64 {
    let leading = u128::from(number >> 1 & ((1 << LEADING_BITS) - 1));
    let size = leading << (u64::from(low) + (number >> (1 + LEADING_BITS)));
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if number & 1 == 1 { -size } else { size }
}
