//! Bits by their places, and numbers of a few bits each.

/// So many low bits, at most 64.
pub(super) fn lowest(bits: usize) -> u64 {
    u64::MAX.checked_shr(64_u32.saturating_sub(u32::try_from(bits).unwrap_or(64))).unwrap_or(0)
}

/// Which bits are set, lowest first.
pub(super) fn places(mut of: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = of.trailing_zeros() as usize;
        of = of.checked_sub(1)? & of;
        Some(place)
    })
}

/// The n-th mark moved to the place of the n-th bit of `places`.
pub(super) fn spread_over(marks: u64, mut places: u64) -> u64 {
    if (places & places.wrapping_add(1)) == 0 {
        return marks;
    }
    let mut marks = marks;
    let mut spread = 0;
    while places != 0 {
        let place = places & places.wrapping_neg();
        spread |= place & (marks & 1).wrapping_neg();
        marks >>= 1;
        places ^= place;
    }
    spread
}

/// Numbers of at most [`WIDEST`] bits each; what stands behind the last is never asked for.
pub(super) struct Bits<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) width: u32,
    pub(super) at: usize,
}

/// So wide a number always lies within eight bytes, at whichever bit it starts.
pub(super) const WIDEST: u32 = 56;
pub(super) const PADDING: usize = 8;

impl Bits<'_> {
    pub(super) fn next(&mut self) -> u64 {
        let word = self.bytes.get(self.at / 8..self.at / 8 + 8).and_then(|bytes| bytes.try_into().ok());
        let number = word.map_or(0, u64::from_le_bytes) >> (self.at % 8);
        self.at += self.width as usize;
        number & ((1 << self.width) - 1)
    }
}
