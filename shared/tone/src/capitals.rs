//! Which words at both ends of a text were written as names and numbers are. Reading is in lower case, so it is noted first.

/// So many words at each end, of so many bytes at most: a subject and a greeting, a signature.
const WORDS: usize = 25;
const HEAD: usize = 160;
const TAIL: usize = 320;

/// Of the first and of the last words of a text, whether each begins with a capital or a figure.
#[derive(Debug, Default)]
pub(crate) struct Capitals {
    heads: Vec<bool>,
    /// The last word first.
    tails: Vec<bool>,
}

impl Capitals {
    /// Of a text as it was written.
    pub(crate) fn of(raw: &str) -> Self {
        let head = raw.get(..raw.floor_char_boundary(HEAD)).unwrap_or(raw);
        let from = raw.ceil_char_boundary(raw.len().saturating_sub(TAIL));
        // Where the cut falls into a word its rest is the furthest of all, and as a rule beyond those asked for.
        let tail = raw.get(from..).unwrap_or(raw);
        Self {
            heads: words(head).take(WORDS).map(is_capital).collect(),
            tails: words(tail).rev().take(WORDS).map(is_capital).collect(),
        }
    }

    /// Whether word `index` of `all` is; of those in the middle nothing is known.
    pub(crate) fn is_capital(&self, index: usize, all: usize) -> bool {
        let from_end = all.checked_sub(index + 1);
        let tail = from_end.and_then(|back| self.tails.get(back));
        tail.or_else(|| self.heads.get(index)).copied().unwrap_or(false)
    }
}

/// Runs of letters and digits, as the text is cut into words once it is normalised: what is composed or dropped then is
/// part of the word.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let part = |char: char| {
        char.is_alphanumeric()
            || matches!(char, '\'' | '\u{2018}' | '\u{2019}' | '\u{b4}' | '`' | '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.split(move |char| !part(char)).filter(|word| word.contains(char::is_alphanumeric))
}

/// A word all in capitals is shouted, unless it is as short as "AB".
fn is_capital(word: &str) -> bool {
    let mut letters = word.chars().filter(|char| char.is_alphanumeric());
    let (first, second) = (letters.next(), letters.next());
    let short = word.chars().count() <= 3;
    first.is_some_and(|char| {
        char.is_numeric() || (char.is_uppercase() && (short || second.is_some_and(char::is_lowercase)))
    })
}
