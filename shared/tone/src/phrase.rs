//! Phrases, and the matcher that finds all of them in one pass.
//!
//! A phrase is words with spaces between. In a word, `*` leaves a side open (`försen*`, `*avbrott*`), `/` separates
//! alternatives (`svar/besked`), `#` is any number, in figures or letters. A lone `..` lets up to three words pass.

use std::collections::BTreeMap;

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

    /// The length of the shortest of the stems to search for; none when any number will do.
    fn shortest(&self) -> Option<usize> {
        let lengths = self.choices.iter().map(|choice| match choice {
            Choice::Number => None,
            Choice::Stem { letters, .. } => Some(letters.len()),
        });
        lengths.collect::<Option<Vec<_>>>()?.into_iter().min()
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
        let searchable = steps.iter().any(|step| step.shortest().is_some());
        (searchable && !after_gap).then_some(Self { steps })
    }

    /// Whether the phrase lies in `within` when word `at` is its step `anchor`; its first and last word.
    fn spans(&self, text: &Text, within: (usize, usize), anchor: usize, at: usize) -> Option<(usize, usize)> {
        let (before, rest) = self.steps.split_at_checked(anchor)?;
        let (middle, after) = rest.split_first()?;
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

/// What a stem may stand for where it is found.
#[derive(Debug)]
struct Place {
    phrase: usize,
    step: usize,
    /// Whether the word may go on before the stem, and behind it.
    open: (bool, bool),
}

/// Finds many phrases at once.
#[derive(Debug)]
pub(crate) struct Matcher {
    phrases: Vec<Phrase>,
    automaton: Option<AhoCorasick>,
    /// By searched stem.
    places: Vec<Vec<Place>>,
}

impl Matcher {
    pub(crate) fn new(phrases: Vec<Phrase>) -> Self {
        let mut stems: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        for (number, phrase) in phrases.iter().enumerate() {
            // The longest stem is the rarest.
            let numbered = phrase.steps.iter().enumerate();
            let searchable = numbered.filter_map(|(step, word)| Some((word.shortest()?, step, word)));
            let Some((_, step, word)) = searchable.max_by_key(|(shortest, ..)| *shortest) else { continue };
            for choice in &word.choices {
                if let Choice::Stem { letters, open_start, open_end } = choice {
                    let open = (*open_start, *open_end);
                    stems.entry(letters).or_default().push(Place { phrase: number, step, open });
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
        // Stems are found in the order of their ends, and none goes beyond a word.
        let mut words = text.words.iter().enumerate().peekable();
        for hit in automaton.find_overlapping_iter(&text.normal) {
            while words.next_if(|(_, word)| word.end < hit.end()).is_some() {}
            let Some((at, word)) = words.peek() else { break };
            for place in self.places.get(hit.pattern().as_usize()).into_iter().flatten() {
                let (open_start, open_end) = place.open;
                let starts = hit.start() == word.start || open_start && hit.start() > word.start;
                if starts && (open_end || hit.end() == word.end) {
                    found.extend(self.span(text, place, *at));
                }
            }
        }
        found.sort_unstable_by_key(|found| (found.first, std::cmp::Reverse(found.last), found.phrase));
        found.dedup();
        found
    }

    /// Whether a phrase itself names a word: one that only stands in its gap is none of it.
    pub(crate) fn names(&self, phrase: usize, word: &str) -> bool {
        self.phrases.get(phrase).is_some_and(|phrase| phrase.steps.iter().any(|step| step.accepts(word)))
    }

    fn span(&self, text: &Text, place: &Place, at: usize) -> Option<Found> {
        let sentence = text.sentence_of(at)?;
        let within = text.sentences.get(sentence).map(|sentence| (sentence.first, sentence.end))?;
        let (first, last) = self.phrases.get(place.phrase)?.spans(text, within, place.step, at)?;
        Some(Found { phrase: place.phrase, sentence, first, last })
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
