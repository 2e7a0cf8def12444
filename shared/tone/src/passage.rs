//! A text with everything the language's phrases found in it.

use std::collections::BTreeSet;

use crate::{
    OwnWords,
    courtesy::leave_out,
    lexicon::{Mark, Meaning, Reader},
    phrase::Found,
    sketch::Request,
    text::{Sentence, Text},
};

/// How far before a word a negation still reaches it.
const NEGATION_REACH: usize = 4;

#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) text: Text,
    /// Lexicon entries, grammar words and what makes requests, in the order of the text.
    pub(crate) found: Vec<(Found, Meaning)>,
    /// Only the grammar words.
    marks: Vec<(Mark, Found)>,
    /// Per sentence, the bits of the marks in it.
    flags: Vec<u64>,
    /// The words of muted phrases.
    muted: BTreeSet<usize>,
    /// Nothing but a greeting, a thank-you, a name.
    pub(crate) is_form: bool,
}

impl Passage {
    pub(crate) fn new(mut text: Text, reader: &Reader, own: Option<&OwnWords>) -> Self {
        let found = reader.matcher.find(&text).into_iter();
        let found = found.filter_map(|found| Some((found, *reader.meanings.get(found.phrase)?)));
        let mut found: Vec<(Found, Meaning)> = found.collect();
        let own_phrases = own.map(|own| own.find(&text)).unwrap_or_default();
        let is_form = leave_out(&mut text, &mut found, &own_phrases);
        let mut flags = vec![0; text.sentences.len()];
        let mut marks = Vec::new();
        let mut muted = BTreeSet::new();
        for (place, meaning) in &found {
            if let Meaning::Mark(mark) = meaning {
                marks.push((*mark, *place));
                if let Some(flags) = flags.get_mut(place.sentence) {
                    *flags |= mark.bit();
                }
            }
            if let Meaning::Entry(entry) = meaning
                && own.is_some_and(|own| own.mutes(entry.id))
            {
                muted.extend(place.first..=place.last);
            }
        }
        Self { text, found, marks, flags, muted, is_form }
    }

    /// What asks, and what about.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (Request, Found)> {
        self.found.iter().filter_map(|(place, meaning)| match meaning {
            Meaning::Request(request) => Some((*request, *place)),
            _ => None,
        })
    }

    /// Whether the words belong to muted phrases, all of them.
    pub(crate) fn is_muted(&self, mut words: std::ops::RangeInclusive<usize>) -> bool {
        !self.muted.is_empty() && words.all(|word| self.muted.contains(&word))
    }

    /// How many words of a sentence are heard.
    pub(crate) fn heard(&self, sentence: &Sentence) -> usize {
        (sentence.first..sentence.end).filter(|word| !self.is_muted(*word..=*word)).count()
    }

    /// How many words are weighed: greeting and signature left out.
    pub(crate) fn words(&self) -> usize {
        self.text.sentences.iter().map(|sentence| sentence.end - sentence.first).sum()
    }

    pub(crate) fn sentence(&self, index: usize) -> Option<&Sentence> {
        self.text.sentences.get(index)
    }

    pub(crate) fn has(&self, sentence: usize, mark: Mark) -> bool {
        self.flags.get(sentence).is_some_and(|flags| flags & mark.bit() != 0)
    }

    pub(crate) fn has_anywhere(&self, mark: Mark) -> bool {
        self.flags.iter().any(|flags| flags & mark.bit() != 0)
    }

    /// The marks whose first word lies in `range`.
    pub(crate) fn marks_in(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &(Mark, Found)> {
        let from = self.marks.partition_point(|(_, place)| place.first < range.start);
        let marks = self.marks.get(from..).unwrap_or_default().iter();
        marks.take_while(move |(_, place)| place.first < range.end)
    }

    /// Whether a mark of this kind ends right before the word, or one word earlier.
    pub(crate) fn preceded_by(&self, mark: Mark, place: &Found) -> bool {
        let from = self.start_of(place.sentence).max(place.first.saturating_sub(2));
        self.marks_in(from..place.first)
            .any(|(kind, found)| *kind == mark && !self.pause_between(found.last, place.first))
    }

    /// Whether a negation reaches the phrase from before it. One that is part of the phrase does not count.
    pub(crate) fn negated(&self, place: &Found) -> bool {
        let from = self.start_of(place.sentence).max(place.first.saturating_sub(2 * NEGATION_REACH));
        let mut reach = NEGATION_REACH;
        let mut negated = false;
        for (mark, found) in self.marks_in(from..place.first) {
            match mark {
                Mark::Negation if found.last < place.first => {
                    negated =
                        place.first - found.first <= reach && !self.pause_between(found.last, place.first);
                }
                // "If it does not come we are ...": the negation belongs to what is supposed.
                Mark::Condition => reach = 1,
                Mark::But | Mark::And | Mark::Because => negated = false,
                _ => {}
            }
        }
        negated
    }

    /// Whether a negation stands in a gap of the phrase ("säger inte upp"). One the phrase itself names is part of it.
    pub(crate) fn negated_within(&self, place: &Found, phrase: &str) -> bool {
        let foreign = |word: &str| phrase.split([' ', '/', '*']).all(|own| own != word);
        let mut marks = self.marks_in(place.first..place.last + 1);
        marks.any(|(mark, found)| *mark == Mark::Negation && foreign(self.text.word(found.first)))
    }

    /// Whether a negation ends the clause the phrase stands in, as in German ("wir kündigen den Vertrag noch nicht").
    pub(crate) fn negated_after(&self, place: &Found) -> bool {
        let end = self.sentence(place.sentence).map_or(0, |sentence| sentence.end);
        let marks = self.marks_in(place.last + 1..end.min(place.last + NEGATION_REACH));
        let mut marks =
            marks.filter(|(mark, _)| matches!(mark, Mark::Negation | Mark::And | Mark::But | Mark::Because));
        marks.next().is_some_and(|(mark, found)| {
            *mark == Mark::Negation && !self.pause_between(place.last, found.first)
        })
    }

    /// Whether a comma or the like stands between the two words.
    fn pause_between(&self, first: usize, last: usize) -> bool {
        self.text.words.get(first + 1..=last).unwrap_or_default().iter().any(|word| word.after_pause)
    }

    /// Whether the word opens a clause.
    pub(crate) fn opens_clause(&self, word: usize) -> bool {
        self.text.words.get(word).is_some_and(|word| word.after_pause)
            || self.text.sentences.binary_search_by_key(&word, |sentence| sentence.first).is_ok()
    }

    fn start_of(&self, sentence: usize) -> usize {
        self.sentence(sentence).map_or(0, |sentence| sentence.first)
    }
}
