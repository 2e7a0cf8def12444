//! Phrases, and the matcher that finds all of them in one pass.
//!
//! A phrase is words with spaces between. In a word, `*` leaves a side open (`försen*`, `*avbrott*`), `/` separates
//! alternatives (`svar/besked`), `#` is any number, in figures or letters. A lone `..` lets up to three words pass.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::Text;

/// How many words a `..` lets pass.
const GAP: usize = 3;

/// A phrase found: which, and its first and last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) phrase: usize,
    pub(crate) sentence: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

#[derive(Debug)]
pub(crate) struct Phrase {
    steps: Vec<Step>,
}

/// One word of a phrase.
#[derive(Debug)]
struct Step {
    after_gap: bool,
    choices: Vec<Choice>,
}

#[derive(Debug)]
enum Choice {
    Number,
    Stem { letters: String, open_start: bool, open_end: bool },
}

impl Choice {
    fn parse(written: &str) -> Option<Self> {
        if written == "#" {
            return Some(Self::Number);
        }
        let letters = written.trim_matches('*').to_owned();
        let sound = !letters.is_empty() && letters.chars().all(|char| char.is_alphanumeric() || char == '\'');
        let (open_start, open_end) = (written.starts_with('*'), written.ends_with('*'));
        sound.then_some(Self::Stem { letters, open_start, open_end })
    }

    fn accepts(&self, word: &str) -> bool {
        match self {
            Self::Number => is_number(word),
            Self::Stem { letters, open_start: false, open_end: false } => word == letters,
            Self::Stem { letters, open_start: false, open_end: true } => word.starts_with(letters.as_str()),
            Self::Stem { letters, open_start: true, open_end: false } => word.ends_with(letters.as_str()),
            Self::Stem { letters, open_start: true, open_end: true } => word.contains(letters.as_str()),
        }
    }
}

impl Step {
    fn accepts(&self, word: &str) -> bool {
        self.choices.iter().any(|choice| choice.accepts(word))
    }

    /// The letters to search for, and the length of the shortest; none when any number will do.
    fn anchors(&self) -> Option<(usize, Vec<&str>)> {
        let stem = |choice: &'_ Choice| matches!(choice, Choice::Stem { .. });
        let letters = self.choices.iter().filter_map(|choice| match choice {
            Choice::Number => None,
            Choice::Stem { letters, .. } => Some(letters.as_str()),
        });
        let letters: Vec<&str> = letters.collect();
        let shortest = letters.iter().map(|letters| letters.len()).min()?;
        self.choices.iter().all(stem).then_some((shortest, letters))
    }
}

impl Phrase {
    /// Reads a phrase; `None` when it is not one.
    pub(crate) fn parse(written: &str) -> Option<Self> {
        let mut steps: Vec<Step> = Vec::new();
        let mut after_gap = false;
        for word in written.split_whitespace() {
            if word == ".." {
                after_gap = true;
                continue;
            }
            let choices = word.split('/').map(Choice::parse).collect::<Option<Vec<_>>>()?;
            steps.push(Step { after_gap, choices });
            after_gap = false;
        }
        let searchable = steps.iter().any(|step| step.anchors().is_some());
        (searchable && !after_gap).then_some(Self { steps })
    }

    /// Whether the phrase lies in `within` with its step `anchor` at word `at`; its first and last word.
    fn spans(&self, text: &Text, within: (usize, usize), anchor: usize, at: usize) -> Option<(usize, usize)> {
        let (before, rest) = self.steps.split_at_checked(anchor)?;
        let (middle, after) = rest.split_first()?;
        if !middle.accepts(text.word(at)) {
            return None;
        }
        let mut first = at;
        let mut gap = middle.after_gap;
        for step in before.iter().rev() {
            let reach = if gap { GAP } else { 0 };
            let nearest = first.checked_sub(1)?;
            let furthest = nearest.saturating_sub(reach).max(within.0);
            first = (furthest..=nearest).rev().find(|index| step.accepts(text.word(*index)))?;
            gap = step.after_gap;
        }
        let mut last = at;
        for step in after {
            let reach = if step.after_gap { GAP } else { 0 };
            let mut range = last + 1..(last + 2 + reach).min(within.1);
            last = range.find(|index| step.accepts(text.word(*index)))?;
        }
        Some((first, last))
    }
}

/// Finds many phrases at once.
#[derive(Debug)]
pub(crate) struct Matcher {
    phrases: Vec<Phrase>,
    automaton: Option<AhoCorasick>,
    /// Per searched stem: the phrases it may stand for, and at which of their words.
    places: Vec<Vec<(usize, usize)>>,
}

impl Matcher {
    pub(crate) fn new(phrases: Vec<Phrase>) -> Self {
        let mut stems: std::collections::BTreeMap<&str, Vec<(usize, usize)>> =
            std::collections::BTreeMap::new();
        for (number, phrase) in phrases.iter().enumerate() {
            let anchors = phrase.steps.iter().enumerate();
            let anchors = anchors.filter_map(|(place, step)| step.anchors().map(|found| (found, place)));
            // The longest stem is the rarest.
            if let Some(((_, letters), place)) = anchors.max_by_key(|((shortest, _), _)| *shortest) {
                for stem in letters {
                    stems.entry(stem).or_default().push((number, place));
                }
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(stems.keys()).ok();
        let places = stems.into_values().collect();
        Self { phrases, automaton, places }
    }

    /// Every phrase in the text, by sentence and first word; the longer one first.
    pub(crate) fn find(&self, text: &Text) -> Vec<Found> {
        let mut found = Vec::new();
        let Some(automaton) = &self.automaton else { return found };
        for hit in automaton.find_overlapping_iter(&text.normal) {
            let Some(at) = text.word_at(hit.start()) else { continue };
            let Some(sentence) = text.sentence_of(at) else { continue };
            let Some(within) = text.sentences.get(sentence).map(|sentence| (sentence.first, sentence.end))
            else {
                continue;
            };
            for (number, place) in self.places.get(hit.pattern().as_usize()).into_iter().flatten() {
                let span =
                    self.phrases.get(*number).and_then(|phrase| phrase.spans(text, within, *place, at));
                if let Some((first, last)) = span {
                    found.push(Found { phrase: *number, sentence, first, last });
                }
            }
        }
        found.sort_unstable_by_key(|found| (found.first, std::cmp::Reverse(found.last), found.phrase));
        found.dedup();
        found
    }
}

/// Numbers in figures ("3", "3:e", "4th") or in letters, in the three languages.
fn is_number(word: &str) -> bool {
    word.starts_with(|char: char| char.is_ascii_digit()) || NUMBERS.binary_search(&word).is_ok()
}

#[rustfmt::skip]
const NUMBERS: [&str; 50] = [
    "acht", "couple", "drei", "dreizehn", "eight", "eleven", "elf", "elva", "fem", "femton", "five", "flera",
    "four", "fourteen", "fyra", "fünf", "fünfzehn", "half", "hundert", "hundra", "mehrere", "mehreren",
    "neun", "nine", "nio", "några", "par", "sechs", "seven", "several", "sex", "sieben", "six", "sju", "ten",
    "thirty", "three", "tio", "tjugo", "tolv", "tre", "två", "twelve", "twenty", "two", "vier", "zehn",
    "zwanzig", "zwei", "zwölf",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrase: &str, text: &str) -> bool {
        !Matcher::new(vec![Phrase::parse(phrase).unwrap()]).find(&Text::new(text)).is_empty()
    }

    #[test]
    fn numbers_are_sorted_for_the_search() {
        assert!(NUMBERS.is_sorted());
    }

    #[test]
    fn a_closed_word_matches_itself_only_and_a_star_opens_it() {
        assert!(found("sen", "Leveransen är SEN."));
        assert!(!found("sen", "Leveransen är försenad"));
        assert!(found("försen*", "Den är försenad"));
        assert!(!found("försen*", "leveransförsening"));
        assert!(found("*försening*", "Leveransförseningarna består"));
    }

    #[test]
    fn a_gap_lets_three_words_pass_but_not_a_full_stop() {
        assert!(found("inte fått .. svar", "Vi har inte fått något riktigt bra svar än"));
        assert!(!found("inte fått .. svar", "Vi har inte fått ett enda riktigt bra svar"));
        assert!(!found("inte fått .. svar", "Vi har inte fått. Svar behövs"));
    }

    #[test]
    fn alternatives_and_numbers() {
        assert!(found("# veckor/månader", "Efter tre månader"));
        assert!(found("# veckor/månader", "Efter 12 veckor"));
        assert!(!found("# veckor/månader", "Inga veckor"));
    }

    #[test]
    fn what_is_no_phrase_is_refused() {
        for written in ["", "..", "#", "a ..", "a|b", "*", "två-ord"] {
            assert!(Phrase::parse(written).is_none(), "{written}");
        }
    }
}
