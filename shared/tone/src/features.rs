//! What the model sees of a message: words, pairs of words and runs of letters, hashed into buckets, sentence by sentence;
//! and beside them what the lexicon found, as plain numbers.

use crate::{
    Category,
    lexicon::Mark,
    passage::Passage,
    text::Sentence,
    weigh::{Hit, Weighed},
};

/// Buckets that features are hashed into; a power of two.
pub const BUCKETS: usize = 1 << 14;
/// Numbers beside the hashed features: the categories, then how dark and how bright the lexicon found the message.
pub const FACTS: usize = Category::ALL.len() + 2;

/// The lengths of runs of letters.
const SHORTEST_RUN: usize = 3;
const LONGEST_RUN: usize = 5;
/// Stands at both ends of a word.
const EDGE: char = '_';
/// Words that a negation reaches.
const NEGATION_REACH: usize = 4;

/// What the lexicon found in a message, as numbers from 0 to 1.
pub(crate) fn facts(weighed: &Weighed) -> [f32; FACTS] {
    let mut facts = [0.0; FACTS];
    let categories = Category::ALL.iter().map(|category| f32::from(weighed.signals.contains(category)));
    let tone = f32::from(weighed.tone) / 100.0;
    let numbers = categories.chain([(-tone).max(0.0), tone.max(0.0)]);
    facts.iter_mut().zip(numbers).for_each(|(fact, number)| *fact = number);
    facts
}

/// How much a sentence counts: what is said of the market, of others or of the writer's own fault is hardly about us (S22).
pub(crate) fn relevance(passage: &Passage, index: usize) -> f32 {
    let has = |mark| passage.has(index, mark);
    let market = passage.has_anywhere(Mark::Market) && !passage.has_anywhere(Mark::Formal);
    let elsewhere = market && !has(Mark::You) && (has(Mark::Market) || !has(Mark::Matter));
    if elsewhere || has(Mark::Others) || has(Mark::OwnFault) { 0.3 } else { 1.0 }
}

/// Whether a phrase in the sentence says plainly that something is wrong.
pub(crate) fn is_dark(passage: &Passage, sentence: &Sentence, hits: &[Hit]) -> bool {
    let start = |word: usize| passage.text.words.get(word).map_or(usize::MAX, |word| word.start);
    let within = start(sentence.first)..start(sentence.end);
    hits.iter().any(|hit| hit.counts && hit.weight <= -0.1 && within.contains(&hit.offset))
}

/// Calls `take` with the bucket of every feature of a sentence and the word it stands at.
pub(crate) fn each(passage: &Passage, sentence: &Sentence, mut take: impl FnMut(usize, usize)) {
    let mut before = Hash::of(Kind::Pair);
    let mut negated = 0;
    for index in sentence.first..sentence.end {
        if passage.is_muted(index..=index) {
            continue;
        }
        let mut take = |hash: Hash| take((hash.0 ^ hash.0 >> 15) as usize % BUCKETS, index);
        let word = passage.text.word(index);
        let is_number = word.starts_with(|char: char| char.is_ascii_digit());
        let word = if is_number { "0" } else { word };
        take(Hash::of(Kind::Word).word(word));
        take(before.word(word));
        before = Hash::of(Kind::Pair).word(word).char(' ');
        if passage.text.words.get(index).is_some_and(|word| word.after_pause) {
            negated = 0;
        }
        let mut turns = false;
        for (mark, _) in passage.marks_in(index..index + 1) {
            turns |= *mark == Mark::Negation;
            if matches!(mark, Mark::But | Mark::And | Mark::Because) {
                negated = 0;
            }
        }
        if negated > 0 {
            negated -= 1;
            take(Hash::of(Kind::Negated).word(word));
        }
        if turns {
            negated = NEGATION_REACH;
        }
        if !is_number {
            runs(word, &mut take);
        }
        if sentence.question && index + 1 == sentence.end {
            take(Hash::of(Kind::Question));
        }
    }
}

/// Every run of letters of the word, with its edges marked.
fn runs(word: &str, take: &mut impl FnMut(Hash)) {
    let run = Hash::of(Kind::Run);
    runs_from(run.char(EDGE), 1, word, take);
    for (at, _) in word.char_indices() {
        runs_from(run, 0, word.get(at..).unwrap_or_default(), take);
    }
}

fn runs_from(mut hash: Hash, mut length: usize, rest: &str, take: &mut impl FnMut(Hash)) {
    for char in rest.chars().chain([EDGE]) {
        if length == LONGEST_RUN {
            return;
        }
        hash = hash.char(char);
        length += 1;
        if length >= SHORTEST_RUN {
            take(hash);
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Word,
    Pair,
    Negated,
    Run,
    Question,
}

/// FNV-1a over letters, 32 bits.
#[derive(Clone, Copy)]
struct Hash(u32);

impl Hash {
    fn of(kind: Kind) -> Self {
        Self(0x811c_9dc5 ^ kind as u32).char(EDGE)
    }

    fn char(self, char: char) -> Self {
        Self((self.0 ^ u32::from(char)).wrapping_mul(0x0100_0193))
    }

    fn word(self, word: &str) -> Self {
        word.chars().fold(self, Self::char)
    }
}
