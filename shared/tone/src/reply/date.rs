//! Whether a text names a time of day and a year, in whatever language.

use super::phrases::any_byte;

/// What a text says about a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dated {
    /// Any number at all.
    pub(super) number: bool,
    /// A time of day: 10:12, 10.12, 10h12.
    pub(super) time: bool,
    /// A year, in full or as the last part of a date: 2025, 23/06/24.
    pub(super) year: bool,
}

/// A run of digits.
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    digits: u8,
    /// The sign before it, when only that stands between it and the number before.
    joined: Option<char>,
}

pub(super) fn dated(text: &str) -> Dated {
    if !has_digits(text) {
        return Dated::default();
    }
    let numbers = numbers(text);
    let after = |index: usize| numbers.get(index + 1).and_then(|next| next.joined);
    let mut found = Dated { number: !numbers.is_empty(), ..Dated::default() };
    for (index, number) in numbers.iter().enumerate() {
        found.year |= number.digits == 4 && (1980..2100).contains(&number.value);
        let Some((sign, hour)) = number.joined.zip(index.checked_sub(1).and_then(|at| numbers.get(at)))
        else {
            continue;
        };
        let clock = hour.value <= 24 && hour.digits <= 2 && number.value < 60 && number.digits == 2;
        // 04.03.2025 holds no time of day.
        let alone = hour.joined.is_none() && after(index) != Some('.');
        found.time |= clock && (matches!(sign, ':' | '：') || (matches!(sign, '.' | 'h') && alone));
        found.year |= matches!(sign, '/' | '.' | '-') && hour.joined == Some(sign) && number.digits == 2;
    }
    found
}

/// Whether there may be digits: any of the bytes that they begin with.
pub(super) fn has_digits(text: &str) -> bool {
    any_byte(text, *b"0123456789\xd9\xdb\xef")
}

fn numbers(text: &str) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let (mut last, mut sign) = (' ', None);
    for char in text.chars() {
        match digit(char) {
            Some(value) => match numbers.last_mut().filter(|_| digit(last).is_some()) {
                Some(number) => {
                    number.value = number.value.saturating_mul(10).saturating_add(value);
                    number.digits = number.digits.saturating_add(1);
                }
                None => numbers.push(Number { value, digits: 1, joined: sign }),
            },
            None => sign = digit(last).map(|_| char),
        }
        last = char;
    }
    numbers
}

/// Arabic and full-width digits count as well.
fn digit(char: char) -> Option<u32> {
    let zero = match char {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '０'..='９' => '０',
        _ => return None,
    };
    u32::from(char).checked_sub(u32::from(zero))
}
