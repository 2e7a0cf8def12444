//! Phrases known by the words a line opens with.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// What may stand before the first word of a line: spaces, a table's bar, the signs of bold and italic text.
const MARKS: [char; 6] = [' ', '\t', '*', '_', '|', '"'];

/// The first characters of a line in lower case, without the signs that mark up bold or italic text.
pub(super) fn head(line: &str) -> String {
    const LONGEST: usize = 240;
    let line = line.trim_start_matches(MARKS);
    let end = if line.len() > LONGEST { line.char_indices().nth(LONGEST) } else { None };
    let mut rest = end.and_then(|(end, _)| line.get(..end)).unwrap_or(line);
    let mut lower = String::with_capacity(rest.len());
    while let Some((ascii, after)) =
        rest.bytes().position(|byte| !byte.is_ascii()).and_then(|at| rest.split_at_checked(at))
    {
        lower.push_str(ascii);
        let mut chars = after.chars();
        match chars.next() {
            Some('’' | 'ʼ') => lower.push('\''),
            char => lower.extend(char.into_iter().flat_map(char::to_lowercase)),
        }
        rest = chars.as_str();
    }
    lower.push_str(rest);
    lower.make_ascii_lowercase();
    if lower.as_bytes().windows(2).any(|pair| matches!(pair, b"  " | b" \t")) {
        let mut last = '\0';
        lower.retain(|char| {
            let extra = last == ' ' && matches!(char, ' ' | '\t');
            last = if extra { last } else { char };
            !extra
        });
    }
    lower.truncate(lower.trim_end_matches([' ', '*', '_']).len());
    lower
}

/// A table of phrases, each with what it stands for. Kept by how they begin, so that nearly every line is turned away
/// for the price of one look, however many there are.
pub(super) struct Phrases<T = ()> {
    /// Where the phrases of each beginning start; the next one's start is their end.
    starts: Vec<u16>,
    /// By beginning, the longest first.
    phrases: Vec<(&'static str, T)>,
}

impl Phrases {
    /// Of phrases in lower case with commas between.
    pub(super) fn new(table: &'static str) -> Self {
        Self::of(table.split(',').map(|phrase| (phrase.trim(), ())))
    }
}

impl<T> Phrases<T> {
    /// Of phrases in lower case; of two that are the same the last counts.
    pub(super) fn of(phrases: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut phrases: Vec<_> = phrases.collect();
        phrases.sort_by_cached_key(|(phrase, _)| (beginning(phrase), Reverse(phrase.len())));
        let mut starts = vec![0; BEGINNINGS + 1];
        for (phrase, _) in &phrases {
            for start in starts.iter_mut().skip(beginning(phrase) + 1) {
                *start += 1;
            }
        }
        Self { starts, phrases }
    }

    /// The phrases that begin as `text` does, and perhaps others.
    fn like(&self, text: &str) -> &[(&'static str, T)] {
        let at = beginning(text);
        let Some([start, end]) = self.starts.get(at..at + 2) else { return &[] };
        self.phrases.get(usize::from(*start)..usize::from(*end)).unwrap_or_default()
    }

    /// Whether a phrase may begin as `text`, in lower case, does.
    pub(super) fn may(&self, text: &str) -> bool {
        !self.like(text).is_empty()
    }

    /// What `text` stands for if it is one of the phrases.
    pub(super) fn get(&self, text: &str) -> Option<&T> {
        self.like(text).iter().rev().find(|(phrase, _)| *phrase == text).map(|(_, meant)| meant)
    }

    /// Whether `text` is one of the phrases.
    pub(super) fn has(&self, text: &str) -> bool {
        self.get(text).is_some()
    }

    /// What stands after the longest phrase that `text`, in lower case, opens with.
    pub(super) fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.like(text).iter().find_map(|(phrase, _)| {
            let after = text.strip_prefix(phrase)?;
            let last = phrase.chars().next_back()?;
            let ends = |next: char| !next.is_alphanumeric() || is_ideograph(last) || is_ideograph(next);
            (last.is_alphanumeric() && after.chars().next().is_none_or(ends)).then_some(after)
        })
    }
}

const BEGINNINGS: usize = 512;

/// A number for how a text begins: its first four letters, or fewer where a sign or a letter beyond ASCII follows, for
/// there a phrase may end.
fn beginning(text: &str) -> usize {
    let mut hash = 0;
    for (index, byte) in text.as_bytes().iter().take(4).enumerate() {
        if index > 0 && !byte.is_ascii_alphanumeric() {
            break;
        }
        hash = hash * 37 + usize::from(*byte);
    }
    hash % BEGINNINGS
}

/// Chinese, Japanese and Korean are written without spaces between words.
fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// What finds any part of the table, apart by ", ", anywhere in a text. `None` finds nothing and cannot be: only
/// gigabytes of parts are too many.
pub(super) fn parts(table: &str) -> Option<AhoCorasick> {
    AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(table.split(", ")).ok()
}

/// Whether any byte of the text is one of the wanted. In blocks, for processors compare a whole block at a time.
pub(super) fn any_byte<const COUNT: usize>(text: &str, wanted: [u8; COUNT]) -> bool {
    let hits = |byte: &u8| wanted.iter().fold(0, |hits, wanted| hits | u8::from(wanted == byte));
    let (blocks, rest) = text.as_bytes().as_chunks::<16>();
    let within = |bytes: &[u8]| bytes.iter().fold(0, |found, byte| found | hits(byte)) != 0;
    blocks.iter().any(|block| within(block)) || within(rest)
}

/// The words of a text: runs of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}
