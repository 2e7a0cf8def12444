//! The ledger as bytes: a format version, the origin, which counters there are, then each one's weeks and days.
//!
//! A part is written *dense* (every cell, as its distance from the smallest, in as few bits as the largest needs) or
//! *sparse* (a bit per cell that is not zero, then those), whichever is shorter. Most counters can only be where
//! another is: there is no tone where nothing was read. Such a part leaves out the cells where the other is zero.
//! Sums that go into the millions are written as leading bits and exponent. The same ledger always gives the same bytes.

mod bits;
mod input;

use std::collections::BTreeMap;

use tone::EntryId;

use self::bits::PADDING;
use self::input::Input;
use crate::ledger::{COUNTERS, Counter, LEADING_BITS, Ledger, Row, Rows, WEEK_SLOTS, leading_bits};
use crate::time::Week;

/// The form written here. A reader of a later form keeps this one readable, or rebuilds from the events.
const FORMAT: u8 = 4;
/// Stands before two ledgers: by the rules alone, and with what a managed model said.
const DARKER: u8 = 3;
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
    match &ledger.darker {
        None => pack_one(ledger),
        Some(darker) => [vec![DARKER], pack_one(ledger), pack_one(darker)].concat(),
    }
}

fn pack_one(ledger: &Ledger) -> Vec<u8> {
    let mut out = vec![FORMAT];
    put(&mut out, zigzag(ledger.origin.0.into()));
    let rows: Vec<&Row> = ledger.rows.iter().collect();
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
    // With room behind, so that a number can be read as part of eight bytes wherever it stands.
    let padded = [bytes, &[0; PADDING]].concat();
    let mut input = Input(&padded);
    let with_darker = bytes.first() == Some(&DARKER);
    if with_darker {
        input.byte()?;
    }
    let mut ledger = unpack_one(&mut input)?;
    if with_darker {
        let darker = unpack_one(&mut input)?;
        if darker.origin != ledger.origin {
            return Err(PackedFault("two ledgers of different times"));
        }
        ledger.darker = Some(Box::new(darker));
    }
    if input.0.len() == PADDING { Ok(ledger) } else { Err(PackedFault("bytes left over")) }
}

fn unpack_one(input: &mut Input<'_>) -> Result<Ledger, PackedFault> {
    if input.byte()? != FORMAT {
        return Err(PackedFault("unknown format"));
    }
    let origin = i32::try_from(unzigzag(input.varint()?)).map_err(|_| PackedFault("origin out of range"))?;
    if !(-100_000..=1_000_000).contains(&origin) {
        return Err(PackedFault("origin out of range"));
    }
    let rows = usize::try_from(input.varint()?).ok().filter(|rows| *rows <= COUNTERS);
    let rows = rows.ok_or(PackedFault("too many counters"))?;
    let used = input.mask(rows)?;
    let kept = Rows::with_capacity(used.count_ones() as usize);
    let mut ledger = Ledger { origin: Week(origin), rows: kept, entries: BTreeMap::new(), darker: None };
    // Where each row read so far is not zero: weeks, days.
    let mut set = [(0, 0); COUNTERS];
    for counter in (0..rows).filter(|counter| used >> counter & 1 == 1) {
        let Some(row) = ledger.rows.row_mut(counter) else { continue };
        let (near_weeks, near_days) = set.get(where_it_can_be(counter)).copied().unwrap_or_default();
        let (weeks, days) = row.split_at_mut(WEEK_SLOTS);
        let read = (input.part(weeks, near_weeks)?, input.part(days, near_days)?);
        if let Some(set) = set.get_mut(counter) {
            *set = read;
        }
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
    Ok(ledger)
}

/// The counter, before it in the table, without which a counter is zero as a rule.
fn where_it_can_be(counter: usize) -> usize {
    const ESCALATION: usize = Counter::Escalation as usize;
    const DELAY: usize = Counter::Delay as usize;
    const NEAR: [(Counter, Counter); 20] = [
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
        (Counter::CustomerReplyLog, Counter::CustomerReplies),
        (Counter::OurReplyLog, Counter::MessageReplies),
        (Counter::TicketReplyLog, Counter::TicketReplies),
        (Counter::ActiveUsers, Counter::UsageReports),
        (Counter::ApprovalDays, Counter::ApprovalsGiven),
        (Counter::SatisfactionSum, Counter::SatisfactionScores),
        (Counter::SpareParts, Counter::Orders),
        (Counter::Services, Counter::Orders),
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
    if numbers.header < SCALED {
        // The lowest bit says that zeros were left out; how many, the byte behind.
        put(out, numbers.first << 1 | u64::from(numbers.shift > 0));
        if numbers.shift > 0 {
            out.push(numbers.shift.to_le_bytes()[0]);
        }
    } else {
        put(out, numbers.first);
    }
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
    /// Zeros that every number ends with, and that are left out.
    shift: u32,
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
            shift: 0,
            total: cells.len() * width as usize,
        };
        let shift = cells.iter().map(|cell| cell.abs_diff(least).trailing_zeros()).min().unwrap_or_default();
        let short = width.saturating_sub(shift);
        if (1..width).contains(&shift) {
            let total = 8 + cells.len() * short as usize;
            if total < plain.total {
                return Self { header: short.to_le_bytes()[0], width: short, shift, total, ..plain };
            }
        }
        if width <= 1 + LEADING_BITS || cells.iter().any(|cell| leading_bits(*cell, LEADING_BITS) != *cell) {
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
        Self { header, first: low.into(), width: scaled, shift: 0, total: cells.len() * scaled as usize }
    }

    fn of_cell(&self, cell: i64) -> u64 {
        if self.header < SCALED {
            return cell.abs_diff(unzigzag(self.first)) >> self.shift;
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
