//! The ledger as bytes: a format version, the origin, which counters there are, then each one's weeks and days.
//!
//! A part is written *dense* (every cell, as its distance from the smallest, in as few bits as the largest needs) or
//! *sparse* (a bit per cell that is not zero, then those), whichever is shorter. Most counters can only be where
//! another is: there is no tone where nothing was read. Such a part leaves out the cells where the other is zero.
//! Sums that go into the millions are written as leading bits and exponent. The same ledger always gives the same bytes.

use std::collections::BTreeMap;

use tone::EntryId;

use crate::ledger::{
    COUNTERS, Counter, DAY_SLOTS, LARGEST_CELL, LEADING_BITS, Ledger, SLOTS, WEEK_SLOTS, leading_bits,
};
use crate::time::Week;

/// The form written here. A reader of a later form keeps this one readable, or rebuilds from the events.
const FORMAT: u8 = 2;
/// Header of a part: the width in bits, and how it is written.
const WIDTH: u8 = 63;
/// From this width on: sign, leading bits and exponents of so many bits more.
const SCALED: u8 = 55;
const SPARSE: u8 = 64;
const RELATIVE: u8 = 128;
/// Header of a part that holds nothing but zeros.
const EMPTY: u8 = 255;

/// Bytes that are no ledger of ours: the state is rebuilt from its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading a packed ledger: {0}")]
pub struct PackedFault(&'static str);

/// Packs a ledger. About a kilobyte for an ordinary customer.
pub fn pack(ledger: &Ledger) -> Vec<u8> {
    let mut out = vec![FORMAT];
    put(&mut out, zigzag(ledger.origin.0.into()));
    let rows: Vec<&[i64]> = ledger.cells.chunks_exact(SLOTS).collect();
    // Their number comes first, so that a ledger from before a counter was added stays readable.
    put(&mut out, rows.len() as u64);
    put_bits(&mut out, rows.iter().map(|row| u64::from(row.iter().any(|cell| *cell != 0))), 1);
    for (counter, row) in rows.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| *cell != 0)) {
        let (weeks, days) = row.split_at(WEEK_SLOTS);
        let near = rows.get(where_it_can_be(counter)).filter(|_| where_it_can_be(counter) < counter);
        let (near_weeks, near_days) = near.map(|row| row.split_at(WEEK_SLOTS)).unwrap_or_default();
        put_part(&mut out, weeks, near_weeks);
        put_part(&mut out, days, near_days);
    }
    put(&mut out, ledger.entries.len() as u64);
    let mut last = ledger.first_single_day().plus(-1);
    for ((day, entry), count) in &ledger.entries {
        let days_on = day.0.abs_diff(last.0);
        put(&mut out, u64::from(entry.0) << 1 | u64::from(days_on > 0));
        if days_on > 0 {
            put(&mut out, days_on.into());
            last = *day;
        }
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
    let rows = usize::try_from(input.varint()?).ok().filter(|rows| *rows <= COUNTERS);
    let rows = rows.ok_or(PackedFault("too many counters"))?;
    let mut used = input.bits(rows, 1)?;
    let mut ledger =
        Ledger { origin: Week(origin), cells: vec![0; COUNTERS * SLOTS], entries: BTreeMap::new() };
    for counter in (0..rows).filter(|_| used.next() == 1) {
        let (before, row) = ledger.cells.split_at_mut(counter * SLOTS);
        let near = before.chunks_exact(SLOTS).nth(where_it_can_be(counter)).unwrap_or_default();
        let (near_weeks, near_days) = near.split_at(near.len().min(WEEK_SLOTS));
        let (weeks, rest) = row.split_at_mut(WEEK_SLOTS);
        input.part(weeks, near_weeks)?;
        input.part(rest.get_mut(..DAY_SLOTS).unwrap_or_default(), near_days)?;
    }
    let mut day = ledger.first_single_day().plus(-1);
    for _ in 0..input.varint()? {
        let entry = input.varint()?;
        if entry & 1 == 1 {
            let days_on = i32::try_from(input.varint()?).map_err(|_| PackedFault("day out of range"))?;
            day = day.plus(days_on);
        }
        if day < ledger.first_single_day() || day >= ledger.end_day() {
            return Err(PackedFault("day out of range"));
        }
        let entry = u16::try_from(entry >> 1).map_err(|_| PackedFault("entry out of range"))?;
        let count = u32::try_from(input.varint()?).map_err(|_| PackedFault("count out of range"))?;
        ledger.entries.insert((day, EntryId(entry)), count);
    }
    if input.0.is_empty() { Ok(ledger) } else { Err(PackedFault("bytes left over")) }
}

/// The counter, before it in the table, without which a counter is zero as a rule.
fn where_it_can_be(counter: usize) -> usize {
    const ESCALATION: usize = Counter::Escalation as usize;
    const DELAY: usize = Counter::Delay as usize;
    const NEAR: [(Counter, Counter); 12] = [
        (Counter::InboundDays, Counter::Inbound),
        (Counter::ToneSum, Counter::Read),
        (Counter::Sour, Counter::Read),
        (Counter::CustomerReplyHours, Counter::CustomerReplies),
        (Counter::OurReplyHours, Counter::OurReplies),
        (Counter::OrderDays, Counter::Orders),
        (Counter::OrderAmount, Counter::Orders),
        (Counter::DaysLate, Counter::InvoicesPaid),
        (Counter::Logins, Counter::UsageReports),
        (Counter::Features, Counter::UsageReports),
        (Counter::VersionsBehind, Counter::UsageReports),
        (Counter::Unintroduced, Counter::ContactsJoined),
    ];
    if (ESCALATION..=DELAY).contains(&counter) {
        return Counter::Read as usize;
    }
    let near = NEAR.iter().find(|(of, _)| *of as usize == counter);
    near.map_or(Counter::Events as usize, |(_, near)| *near as usize)
}

fn put_part(out: &mut Vec<u8>, cells: &[i64], near: &[i64]) {
    if cells.iter().all(|cell| *cell == 0) {
        out.push(EMPTY);
        return;
    }
    let relative =
        cells.iter().zip(near).all(|(cell, near)| *cell == 0 || *near != 0) && near.len() == cells.len();
    let cells: Vec<i64> = if relative {
        cells.iter().zip(near).filter(|(_, near)| **near != 0).map(|(cell, _)| *cell).collect()
    } else {
        cells.to_vec()
    };
    let some: Vec<i64> = cells.iter().copied().filter(|cell| *cell != 0).collect();
    let (dense, sparse) = (Numbers::of(&cells), Numbers::of(&some));
    let is_sparse = cells.len().div_ceil(8) + sparse.bytes() < dense.bytes();
    let numbers = if is_sparse { sparse } else { dense };
    let how = if is_sparse { SPARSE } else { 0 } | if relative { RELATIVE } else { 0 };
    out.push(numbers.header | how);
    put(out, numbers.first);
    if is_sparse {
        put_bits(out, cells.iter().map(|cell| u64::from(*cell != 0)), 1);
        put_bits(out, some.iter().map(|cell| numbers.of_cell(*cell)), numbers.width);
    } else {
        put_bits(out, cells.iter().map(|cell| numbers.of_cell(*cell)), numbers.width);
    }
}

/// How cells become small numbers.
struct Numbers {
    /// As in the low bits of a part's header.
    header: u8,
    /// The least cell, or the least exponent.
    first: u64,
    /// Bits of a number.
    width: u32,
    /// Bits of all numbers.
    total: usize,
}

impl Numbers {
    /// The distance of each cell from the least; or, where that takes more bits and nothing is lost, its sign, leading
    /// bits and exponent.
    fn of(cells: &[i64]) -> Self {
        let least = cells.iter().copied().min().unwrap_or_default();
        let most = cells.iter().copied().max().unwrap_or_default();
        let width = bits(most.abs_diff(least));
        let plain = Self {
            header: width.to_le_bytes()[0],
            first: zigzag(least),
            width,
            total: cells.len() * width as usize,
        };
        if width <= 1 + LEADING_BITS || cells.iter().any(|cell| leading_bits(*cell) != *cell) {
            return plain;
        }
        let exponents = cells.iter().map(|cell| exponent(*cell));
        let low = exponents.clone().min().unwrap_or_default();
        let range = bits(u64::from(exponents.max().unwrap_or_default() - low));
        let scaled = 1 + LEADING_BITS + range;
        if width <= scaled {
            return plain;
        }
        let header = SCALED + range.to_le_bytes()[0];
        Self { header, first: low.into(), width: scaled, total: cells.len() * scaled as usize }
    }

    fn of_cell(&self, cell: i64) -> u64 {
        if self.header < SCALED {
            return cell.abs_diff(unzigzag(self.first));
        }
        let exponent = exponent(cell);
        let leading = cell.unsigned_abs() >> exponent;
        u64::from(cell < 0) | leading << 1 | (u64::from(exponent) - self.first) << (1 + LEADING_BITS)
    }

    fn bytes(&self) -> usize {
        self.total.div_ceil(8)
    }
}

/// Bits a number takes.
fn bits(number: u64) -> u32 {
    64 - number.leading_zeros()
}

/// By how much a cell's leading bits are shifted.
fn exponent(cell: i64) -> u32 {
    bits(cell.unsigned_abs()).saturating_sub(LEADING_BITS)
}

/// Numbers of `width` bits each, filled up to whole bytes.
fn put_bits(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>, width: u32) {
    let (mut held, mut bits) = (0_u128, 0);
    for number in numbers {
        held |= u128::from(number) << bits;
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

impl<'a> Input<'a> {
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

    fn part(&mut self, cells: &mut [i64], near: &[i64]) -> Result<(), PackedFault> {
        let header = self.byte()?;
        if header == EMPTY {
            return Ok(());
        }
        let form = header & WIDTH;
        let scaled = form.checked_sub(SCALED).map(u32::from);
        let first = self.varint()?;
        let low = u32::try_from(first).unwrap_or(u32::MAX);
        if scaled.is_some_and(|range| range > 6 || low > bits(LARGEST_CELL.cast_unsigned())) {
            return Err(PackedFault("unknown part"));
        }
        let width = scaled.map_or(form.into(), |range| 1 + LEADING_BITS + range);
        let relative = header & RELATIVE != 0;
        let is_written = |slot: usize| !relative || near.get(slot).is_some_and(|near| *near != 0);
        let written = if relative { near.iter().filter(|near| **near != 0).count() } else { cells.len() };
        let marked = header & SPARSE != 0;
        let mut marks = self.bits(if marked { written } else { 0 }, 1)?;
        let some = if marked { marks.ones() } else { written };
        let mut numbers = self.bits(some, width)?;
        for (slot, cell) in cells.iter_mut().enumerate() {
            if !is_written(slot) || marked && marks.next() == 0 {
                continue;
            }
            let number = numbers.next();
            *cell = if scaled.is_some() {
                let leading = u128::from(number >> 1 & ((1 << LEADING_BITS) - 1));
                let size = leading << (u64::from(low) + (number >> (1 + LEADING_BITS)));
                let size = i64::try_from(size).map_err(|_| PackedFault("cell out of range"))?;
                if number & 1 == 1 { -size } else { size }
            } else {
                unzigzag(first).wrapping_add(number.cast_signed())
            };
            if !(-LARGEST_CELL..=LARGEST_CELL).contains(cell) {
                return Err(PackedFault("cell out of range"));
            }
        }
        Ok(())
    }

    /// The next so many numbers of `width` bits each.
    fn bits(&mut self, numbers: usize, width: u32) -> Result<Bits<'a>, PackedFault> {
        if width > WIDEST {
            return Err(PackedFault("number too wide"));
        }
        let bytes = (numbers * width as usize).div_ceil(8);
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(PackedFault("cut short"))?;
        self.0 = rest;
        Ok(Bits { bytes: taken, numbers, width, held: 0, loaded: 0 })
    }
}

/// Numbers of at most [`WIDEST`] bits each.
struct Bits<'a> {
    bytes: &'a [u8],
    numbers: usize,
    width: u32,
    held: u64,
    loaded: u32,
}

/// So wide a number always fits in beside the bits of a byte begun.
const WIDEST: u32 = 56;

impl Bits<'_> {
    /// The next number; 0 after the last.
    fn next(&mut self) -> u64 {
        if self.loaded < self.width {
            self.load();
        }
        let number = self.held & ((1 << self.width) - 1);
        self.held >>= self.width;
        self.loaded = self.loaded.saturating_sub(self.width);
        number
    }

    /// Loads whole bytes, as many as fit: eight at a time while there are eight.
    fn load(&mut self) {
        if let Some((word, _)) = self.bytes.split_first_chunk::<8>() {
            self.held |= u64::from_le_bytes(*word) << self.loaded;
            let taken = (63 - self.loaded) / 8;
            self.bytes = self.bytes.get(taken as usize..).unwrap_or_default();
            self.loaded += taken * 8;
            // What was shifted in of the next byte comes again with that byte.
            self.held &= (1 << self.loaded) - 1;
            return;
        }
        while self.loaded <= WIDEST
            && let Some((byte, rest)) = self.bytes.split_first()
        {
            self.bytes = rest;
            self.held |= u64::from(*byte) << self.loaded;
            self.loaded += 8;
        }
    }

    /// Of bits not yet read: how many are 1.
    fn ones(&self) -> usize {
        let all: u32 = self.bytes.iter().map(|byte| byte.count_ones()).sum();
        let spare = u32::try_from(self.bytes.len() * 8 - self.numbers).unwrap_or(0);
        let in_spare =
            self.bytes.last().map_or(0, |last| u32::from(*last).wrapping_shr(8 - spare).count_ones());
        (all - in_spare) as usize
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
