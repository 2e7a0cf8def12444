//! The ledger as bytes: a format version, the origin, then each counter's weeks and days in the shorter of two forms.
//!
//! *Bits*: every cell in as many bits as the largest needs; good for steady traffic. *Runs*: varints, with runs of
//! zeros counted; good for rare events. Signed cells are zigzag-coded. The same ledger always gives the same bytes.

use std::collections::BTreeMap;

use tone::EntryId;

use crate::ledger::{COUNTERS, DAY_SLOTS, LARGEST_CELL, Ledger, SLOTS, WEEK_SLOTS};
use crate::time::Week;

/// The form written here. A reader of a later form keeps this one readable, or rebuilds from the events.
const FORMAT: u8 = 1;
/// Header of a part that holds nothing but zeros.
const EMPTY: u8 = 0;
/// Header of a part in runs; 1..=64 are widths in bits.
const RUNS: u8 = 65;

/// Bytes that are no ledger of ours: the state is rebuilt from its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a packed ledger: {0}")]
pub struct PackedFault(&'static str);

/// Packs a ledger. At most a few hundred bytes for an ordinary customer.
pub fn pack(ledger: &Ledger) -> Vec<u8> {
    let mut out = vec![FORMAT];
    put(&mut out, zigzag(ledger.origin.0.into()));
    let rows = ledger.cells.chunks_exact(SLOTS).enumerate();
    let rows: Vec<_> = rows.filter(|(_, row)| row.iter().any(|cell| *cell != 0)).collect();
    // Their number comes first, so that a later counter cannot be taken for an end mark.
    put(&mut out, rows.len() as u64);
    for (counter, row) in rows {
        put(&mut out, counter as u64);
        let (weeks, days) = row.split_at(WEEK_SLOTS);
        put_part(&mut out, weeks);
        put_part(&mut out, days);
    }
    put(&mut out, ledger.entries.len() as u64);
    let monday = ledger.first_single_day().0;
    for ((day, entry), count) in &ledger.entries {
        put(&mut out, zigzag((day.0 - monday).into()));
        put(&mut out, entry.0.into());
        put(&mut out, (*count).into());
    }
    out
}

/// Unpacks a ledger. Fails on bytes that [`pack`] did not write; never panics, never allocates more than a ledger.
pub fn unpack(bytes: &[u8]) -> Result<Ledger, PackedFault> {
    let mut input = Input(bytes);
    if input.byte()? != FORMAT {
        return Err(PackedFault("unknown format"));
    }
    let origin = i32::try_from(unzigzag(input.varint()?)).map_err(|_| PackedFault("origin out of range"))?;
    if !(-100_000..=1_000_000).contains(&origin) {
        return Err(PackedFault("origin out of range"));
    }
    let mut ledger =
        Ledger { origin: Week(origin), cells: vec![0; COUNTERS * SLOTS], entries: BTreeMap::new() };
    for _ in 0..input.varint()? {
        let counter = usize::try_from(input.varint()?).map_err(|_| PackedFault("counter out of range"))?;
        let row = ledger.cells.chunks_exact_mut(SLOTS).nth(counter);
        let (weeks, days) = row.ok_or(PackedFault("counter out of range"))?.split_at_mut(WEEK_SLOTS);
        input.part(weeks)?;
        input.part(days)?;
        if weeks.iter().chain(&*days).any(|cell| !(-LARGEST_CELL..=LARGEST_CELL).contains(cell)) {
            return Err(PackedFault("cell out of range"));
        }
    }
    let monday = ledger.first_single_day();
    for _ in 0..input.varint()? {
        let offset = i32::try_from(unzigzag(input.varint()?)).map_err(|_| PackedFault("day out of range"))?;
        if usize::try_from(offset).map_or(true, |offset| offset >= DAY_SLOTS) {
            return Err(PackedFault("day out of range"));
        }
        let entry = u16::try_from(input.varint()?).map_err(|_| PackedFault("entry out of range"))?;
        let count = u32::try_from(input.varint()?).map_err(|_| PackedFault("count out of range"))?;
        ledger.entries.insert((monday.plus(offset), EntryId(entry)), count);
    }
    if input.0.is_empty() { Ok(ledger) } else { Err(PackedFault("bytes left over")) }
}

fn put_part(out: &mut Vec<u8>, cells: &[i64]) {
    let used = cells.iter().rposition(|cell| *cell != 0).map_or(0, |last| last + 1);
    let cells = cells.get(..used).unwrap_or_default();
    let width = cells.iter().map(|cell| 64 - zigzag(*cell).leading_zeros()).max().unwrap_or(0);
    if width == 0 {
        out.push(EMPTY);
        return;
    }
    let runs = runs(cells);
    let bit_bytes = (used * width as usize).div_ceil(8);
    let as_runs = runs.len() < bit_bytes;
    out.push(if as_runs { RUNS } else { width.to_le_bytes()[0] });
    put(out, used as u64);
    if as_runs {
        out.extend(runs);
    } else {
        put_bits(out, cells, width);
    }
}

/// Varints; a zero is followed by the number of further zeros.
fn runs(cells: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(cells.len());
    let mut rest = cells;
    while let Some((cell, after)) = rest.split_first() {
        rest = after;
        put(&mut out, zigzag(*cell));
        if *cell == 0 {
            let zeros = rest.iter().take_while(|cell| **cell == 0).count();
            put(&mut out, zeros as u64);
            rest = rest.get(zeros..).unwrap_or_default();
        }
    }
    out
}

fn put_bits(out: &mut Vec<u8>, cells: &[i64], width: u32) {
    let (mut held, mut bits) = (0_u128, 0);
    for cell in cells {
        held |= u128::from(zigzag(*cell)) << bits;
        bits += width;
        while bits >= 8 {
            out.push(held.to_le_bytes()[0]);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.push(held.to_le_bytes()[0]);
    }
}

/// Bytes still to read.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> Result<u8, PackedFault> {
        let (byte, rest) = self.0.split_first().ok_or(PackedFault("cut short"))?;
        self.0 = rest;
        Ok(*byte)
    }

    fn varint(&mut self) -> Result<u64, PackedFault> {
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

    fn part(&mut self, cells: &mut [i64]) -> Result<(), PackedFault> {
        let header = self.byte()?;
        if header == EMPTY {
            return Ok(());
        }
        let used = usize::try_from(self.varint()?).map_err(|_| PackedFault("part too long"))?;
        let cells = cells.get_mut(..used).ok_or(PackedFault("part too long"))?;
        match header {
            1..=64 => self.bits(cells, header.into()),
            RUNS => self.runs(cells),
            _ => Err(PackedFault("unknown part")),
        }
    }

    fn bits(&mut self, cells: &mut [i64], width: u32) -> Result<(), PackedFault> {
        let mask = u128::from(u64::MAX >> (64 - width));
        let (mut held, mut bits) = (0_u128, 0);
        for cell in cells {
            while bits < width {
                held |= u128::from(self.byte()?) << bits;
                bits += 8;
            }
            *cell = unzigzag(u64::try_from(held & mask).unwrap_or(u64::MAX));
            held >>= width;
            bits -= width;
        }
        Ok(())
    }

    fn runs(&mut self, mut cells: &mut [i64]) -> Result<(), PackedFault> {
        while let Some((cell, rest)) = cells.split_first_mut() {
            *cell = unzigzag(self.varint()?);
            let zeros = if *cell == 0 { self.varint()? } else { 0 };
            let zeros = usize::try_from(zeros).map_err(|_| PackedFault("run too long"))?;
            cells = rest.get_mut(zeros..).ok_or(PackedFault("run too long"))?;
        }
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn zigzag(value: i64) -> u64 {
    (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests;
