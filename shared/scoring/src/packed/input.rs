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
        let mut numbers = self.numbers(written.count_ones(), width)?;
        let (mut set, mut largest) = (0, 0);
        let mut value = |number: u64, slot: usize| {
            let value = match scaled {
                None => least.wrapping_add((number << shift).cast_signed()),
                Some(_) => scaled_value(number, low)?,
            };
            set |= u64::from(value != 0) << slot;
            largest = value.unsigned_abs().max(largest);
            Ok(value)
        };
        if written == lowest(cells.len()) {
            for (slot, cell) in cells.iter_mut().enumerate() {
                *cell = value(numbers.next(), slot)?;
            }
        } else {
            for slot in places(written) {
                if let Some(cell) = cells.get_mut(slot) {
                    *cell = value(numbers.next(), slot)?;
                }
            }
        }
        if largest > LARGEST_CELL.cast_unsigned() {
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

/// A number written as sign, leading bits and how much its exponent exceeds `low`.
fn scaled_value(number: u64, low: u32) -> Result<i64, PackedFault> {
    let leading = u128::from(number >> 1 & ((1 << LEADING_BITS) - 1));
    let size = leading << (u64::from(low) + (number >> (1 + LEADING_BITS)));
    let size = i64::try_from(size).map_err(|_| PackedFault("cell out of range"))?;
    Ok(if number & 1 == 1 { -size } else { size })
}
