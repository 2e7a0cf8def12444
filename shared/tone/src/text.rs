//! A text made ready to match: normalised, cut into words and sentences.

use crate::{capitals::Capitals, disguise};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Byte offsets in the normalised text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A comma, dash, colon, bracket or line end stands before it: scopes such as negation end here.
    pub(crate) after_pause: bool,
}

/// A range of words up to a full stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    pub(crate) first: usize,
    /// One past the last word.
    pub(crate) end: usize,
    pub(crate) question: bool,
    /// A quotation mark stands in it: somebody else's words.
    pub(crate) quoting: bool,
}

/// A normalised text with its words and sentences.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) normal: String,
    pub(crate) words: Vec<Word>,
    pub(crate) sentences: Vec<Sentence>,
    capitals: Capitals,
    /// Where the writer's own words begin, behind the subject of a mail that is answered.
    pub(crate) body: usize,
}

impl Text {
    pub(crate) fn new(raw: &str) -> Self {
        let mut text = Self { normal: normalise(raw), ..Self::default() };
        text.cut();
        text.capitals = Capitals::of(raw);
        text
    }

    /// Whether a word near the beginning or the end was written as names and numbers are.
    pub(crate) fn is_capital(&self, index: usize) -> bool {
        self.capitals.is_capital(index, self.words.len())
    }

    /// What stands between a word and the next; none behind the last.
    pub(crate) fn between(&self, index: usize) -> Option<&str> {
        let (word, next) = (self.words.get(index)?, self.words.get(index + 1)?);
        self.normal.get(word.end..next.start)
    }

    /// What stands behind a word, up to the next one or the end.
    pub(crate) fn behind(&self, index: usize) -> &str {
        let end = |word: &Word| self.normal.get(word.end..);
        self.between(index).or_else(|| self.words.get(index).and_then(end)).unwrap_or_default()
    }

    /// The letters of word `index`; empty when there is no such word.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.normal.get(word.start..word.end)).unwrap_or_default()
    }

    /// The sentence that word `index` belongs to.
    pub(crate) fn sentence_of(&self, index: usize) -> Option<usize> {
        let sentence = self.sentences.partition_point(|sentence| sentence.end <= index);
        self.sentences.get(sentence).filter(|found| found.first <= index).map(|_| sentence)
    }

    fn cut(&mut self) {
        let mut open: Option<usize> = None;
        let mut sentence = Sentence { first: 0, end: 0, question: false, quoting: false };
        let mut pause = false;
        let mut line_start = 0;
        let normal = std::mem::take(&mut self.normal);
        let mut chars = normal.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if matches!(char, 'a'..='z' | 'à'..='ö')
                || char.is_alphanumeric()
                || (char == '\'' && open.is_some() && next.is_some_and(char::is_alphabetic))
            {
                open.get_or_insert(at);
                continue;
            }
            // "Städ- och": a hyphen that stands on a word is no dash.
            let on_word = open.is_some();
            if let Some(start) = open.take() {
                self.words.push(Word { start, end: at, after_pause: pause });
                pause = false;
            }
            let ends = match char {
                '!' | '?' | ';' | '\u{2026}' => true,
                '.' => {
                    next.is_none_or(char::is_whitespace)
                        && !self.last_is_abbreviation(&normal, at, sentence.first)
                }
                // A short line is a line of its own; a long one was wrapped by the mail program.
                '\n' => next.is_none_or(|next| next == '\n') || at - line_start < 50,
                _ => false,
            };
            sentence.question |= char == '?';
            sentence.quoting |=
                matches!(char, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}');
            pause |= matches!(char, ',' | ':' | '(' | ')' | '\u{2013}' | '\u{2014}' | '\n')
                || (char == '-' && next == Some(' ') && !on_word);
            if char == '\n' {
                line_start = at + 1;
            }
            if ends {
                self.close(&mut sentence);
                pause = false;
            }
        }
        if let Some(start) = open {
            self.words.push(Word { start, end: normal.len(), after_pause: pause });
        }
        self.close(&mut sentence);
        self.normal = normal;
    }

    fn close(&mut self, sentence: &mut Sentence) {
        sentence.end = self.words.len();
        if sentence.end > sentence.first {
            self.sentences.push(*sentence);
        } else if let (true, Some(last)) = (sentence.question, self.sentences.last_mut()) {
            last.question = true; // "?!" and "??": the mark came after the sentence was closed
        }
        *sentence = Sentence { first: sentence.end, end: sentence.end, question: false, quoting: false };
    }

    /// Whether the stop at `stop` belongs to the last word, in a sentence from its `first` word on.
    fn last_is_abbreviation(&self, normal: &str, stop: usize, first: usize) -> bool {
        let last = self.words.last().and_then(|word| normal.get(word.start..word.end)).unwrap_or_default();
        // One letter ("t.ex.", "z. B.") or a date ("den 4. mars", "am 4. März").
        let number = last.len() < 3 && last.bytes().all(|byte| byte.is_ascii_digit());
        // "30/6.": with its month a day is whole.
        let before = self.words.last().and_then(|word| normal.get(..word.start)).unwrap_or_default();
        let whole = before.ends_with('/');
        // "1. The pump": a number that stands first counts what follows.
        let counts = self.words.len() < first + 2;
        let opened = || !counts && normal.get(stop + 1..).is_some_and(|after| opens(after.trim_start()));
        if number { !whole && !opened() } else { last.chars().count() < 2 || ABBREVIATIONS.contains(&last) }
    }
}

/// Whether a text opens with a word that no date and no count goes on with: "in week 12. We", but "am 12. Mai".
fn opens(text: &str) -> bool {
    let end = text.find(|char: char| !char.is_alphabetic()).unwrap_or(text.len());
    text.get(..end).is_some_and(|word| OPENERS.contains(&word))
}

#[rustfmt::skip]
const OPENERS: [&str; 40] = [
    "vi", "jag", "ni", "du", "det", "den", "de", "nu", "här", "därför", "men", "vår", "tyvärr", "härmed",
    "we", "i", "you", "it", "this", "the", "that", "our", "please", "but", "unfortunately", "wir", "ich",
    "sie", "es", "das", "die", "der", "bitte", "hiermit", "unser", "unsere", "aber", "leider", "daher",
    "deshalb",
];

/// Words that carry a full stop without ending a sentence.
const ABBREVIATIONS: [&str; 24] = [
    "kl", "ex", "bl", "ca", "dvs", "resp", "nr", "st", "tel", "inkl", "exkl", "forts", "bzw", "usw", "evtl",
    "zzgl", "ggf", "mr", "mrs", "dr", "no", "vs", "approx", "etc",
];

/// Composed (NFC), lower case, without invisible characters and disguised letters; one kind of apostrophe; German sharp s written out,
/// as the Swiss do, so that both spellings meet.
pub(crate) fn normalise(raw: &str) -> String {
    let mut normal = String::with_capacity(raw.len());
    // All below U+0300, as in most mails: nothing to compose, and no letter that poses as another.
    if raw.bytes().all(|byte| byte < 0xcc) {
        let mut rest = raw;
        while !rest.is_empty() {
            // Runs of plain letters at once, what stands between them one by one.
            let (run, others) = rest.split_at(rest.bytes().take_while(|byte| is_plain(*byte)).count());
            let start = normal.len();
            normal.push_str(run);
            normal.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
            let mut others = others.chars();
            others.by_ref().take(1).for_each(|char| push(&mut normal, char));
            rest = others.as_str();
        }
        return normal;
    }
    if is_nfc_quick(raw.chars()) == IsNormalized::Yes {
        raw.chars().for_each(|char| push(&mut normal, char));
    } else {
        raw.nfc().for_each(|char| push(&mut normal, char));
    }
    disguise::unmask(normal)
}

/// What stays but for its case. Asked all at once: which of them a letter is, is no processor's guess.
#[expect(clippy::needless_bitwise_bool, reason = "a branch per question costs more than both questions")]
fn is_plain(byte: u8) -> bool {
    (byte.wrapping_sub(b' ') <= b'~' - b' ') & (byte != b'`') | (byte == b'\n')
}

fn push(normal: &mut String, char: char) {
    match char {
        'à'..='ÿ' | ' '..='_' | 'a'..='~' | '\n' => normal.push(char.to_ascii_lowercase()),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\r' => {}
        '\u{2019}' | '\u{2018}' | '\u{b4}' | '`' => normal.push('\''),
        'ß' | 'ẞ' => normal.push_str("ss"),
        '\t' | '\u{a0}' | '\u{202f}' => normal.push(' '),
        _ => normal.extend(disguise::plain(char).unwrap_or(char).to_lowercase()),
    }
}
