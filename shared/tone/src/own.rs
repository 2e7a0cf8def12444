//! A company's own words: phrases it adds to the lexicons, and entries of ours that say nothing at its customers (S35).

use std::collections::BTreeSet;

use crate::{
    Category, Entry, EntryId, Language,
    passage::Passage,
    phrase::{Found, Matcher, Phrase},
    text::Text,
    weigh::{Subject, Weighed, is_denied},
};

/// The own words that hold for one customer, ready to read with; to be made once for many messages.
#[derive(Debug)]
pub struct OwnWords {
    phrases: Vec<Entry>,
    matcher: Matcher,
    muted: BTreeSet<EntryId>,
}

impl OwnWords {
    /// Phrases that [`crate::is_phrase`] refuses are left out.
    pub fn new(phrases: impl IntoIterator<Item = Entry>, muted: impl IntoIterator<Item = EntryId>) -> Self {
        let parsed = phrases.into_iter().filter_map(|entry| Some((Phrase::parse(&entry.phrase)?, entry)));
        let (parsed, phrases) = parsed.unzip();
        Self { phrases, matcher: Matcher::new(parsed), muted: muted.into_iter().collect() }
    }

    pub(crate) fn mutes(&self, entry: EntryId) -> bool {
        self.muted.contains(&entry)
    }

    /// Where own phrases stand, of any language.
    pub(crate) fn find(&self, text: &Text) -> Vec<Found> {
        self.matcher.find(text)
    }

    /// The own phrases that the writer says, and does not deny, each once.
    pub(crate) fn said(&self, language: Language, passage: &Passage, subject: Subject) -> Vec<&Entry> {
        let mut seen = BTreeSet::new();
        let found = self.find(&passage.text).into_iter().filter_map(|place| {
            let entry = self.phrases.get(place.phrase).filter(|entry| entry.language == language)?;
            let start = passage.text.words.get(place.first).map_or(0, |word| word.start);
            let theirs = subject.own || start >= subject.end;
            (theirs && !is_denied(passage, &place, entry) && seen.insert(entry.id)).then_some(entry)
        });
        found.collect()
    }
}

/// The darkest tone, in hundredths, that is still neutral.
const NEUTRAL: i8 = -12;

/// What own phrases make of the tone that lexicon and model came to, both in hundredths: the darkest bounds it from
/// above; the brightest bounds it from below, but only where nothing speaks against it.
pub(crate) fn tone(own: &[&Entry], tone: i8, weighed: &Weighed, signals: &BTreeSet<Category>) -> i8 {
    let weights = || own.iter().map(|entry| entry.weight);
    let (darkest, brightest) = (weights().fold(0.0, f32::min), weights().fold(0.0, f32::max));
    let dark = tone < NEUTRAL || !signals.is_empty() || weighed.hits.iter().any(|hit| hit.weight <= -0.1);
    if darkest < 0.0 {
        tone.min(hundredths(darkest))
    } else if brightest > 0.0 && !dark {
        tone.max(hundredths(brightest))
    } else {
        tone
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a weight lies within -1..=1")]
fn hundredths(weight: f32) -> i8 {
    (weight * 100.0).round() as i8
}
