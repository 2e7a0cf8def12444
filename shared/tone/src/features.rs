//! What the model sees of a message: words, words near each other, runs of letters and signs, hashed, sentence by sentence.
//! What the lexicon found is not among it: with hands left out it made the model worse.

use crate::{
    lexicon::Mark,
    passage::Passage,
    text::Sentence,
    views::{Place, View},
};

/// Stands at both ends of a word.
const EDGE: char = '_';
/// Words that a negation reaches.
const NEGATION_REACH: usize = 4;
/// Words so close together are seen as a pair, by so many of their first letters: what stands between may vary.
const NEAR: usize = 4;
const STEM: usize = 5;
/// Signs in a row that are looked at: a line of dashes or a hundred exclamation marks say no more.
const MOST_SIGNS: usize = 12;

/// Calls `take` with every feature of a sentence, as a hash, and the word it stands at.
pub(crate) fn each(passage: &Passage, sentence: &Sentence, view: View, mut take: impl FnMut(u32, usize)) {
    let mut before = Hash::of(Kind::Pair);
    let mut near = [None; NEAR];
    let mut negated = 0;
    let marks = passage.marks_in(sentence.first..sentence.end);
    let mut marks = marks.filter(|(_, place)| !passage.is_muted(place.first..=place.first)).peekable();
    for index in sentence.first..sentence.end {
        if passage.is_muted(index..=index) {
            continue;
        }
        let mut take = |hash: Hash| take(hash.mixed(), index);
        let word = passage.text.word(index);
        let is_number = word.starts_with(|char: char| char.is_ascii_digit());
        let word = if is_number { "0" } else { word };
        let mut hashes = [Hash::of(Kind::Word), before, Hash::of(Kind::Pair)];
        let (mut stem, mut runs) = (Hash::of(Kind::Stem), Runs::new());
        for (place, char) in word.chars().enumerate() {
            hashes = hashes.map(|hash| hash.char(char));
            if place < STEM {
                stem = stem.char(char);
            }
            if !is_number {
                runs.read(char, place, &mut take);
            }
        }
        if !is_number {
            runs.read(EDGE, word.chars().count(), &mut take);
        }
        let ([whole, pair, first], stem) = (hashes, stem.mixed());
        let last = index + 1 == sentence.end;
        take(whole);
        take(pair);
        before = first.char(' ');
        negated =
            if passage.text.words.get(index).is_some_and(|word| word.after_pause) { 0 } else { negated };
        let mut turns = false;
        while let Some((mark, _)) = marks.next_if(|(_, place)| place.first == index) {
            turns |= *mark == Mark::Negation;
            if matches!(mark, Mark::But | Mark::And | Mark::Because) {
                negated = 0;
            }
        }
        let near_kind = if negated > 0 { Kind::NearNegated } else { Kind::Near };
        if negated > 0 {
            negated -= 1;
            take(Hash::of(Kind::Negated).word(word));
        }
        if turns {
            negated = NEGATION_REACH;
        }
        near.iter().flatten().for_each(|earlier| take(Hash::of(near_kind).with(*earlier).with(stem)));
        near.rotate_right(1);
        near.iter_mut().take(1).for_each(|newest| *newest = Some(stem));
        if let Some(place) = view.place {
            let place = match place {
                Place::Opens => Kind::Opens,
                Place::Closes => Kind::Closes,
                Place::Only => Kind::Only,
            };
            take(Hash::of(place).with(stem));
        }
        if view.addressed {
            take(Hash::of(Kind::Addressed).with(stem));
        }
        signs(passage.text.behind(index), &mut take);
        if index == sentence.first {
            take(Hash::of(Kind::First).with(stem));
        }
        if index == sentence.first + 1 {
            take(Hash::of(Kind::FirstPair).with(pair.mixed()));
        }
        if sentence.question {
            take(Hash::of(Kind::Asked).with(stem));
        }
        if last {
            take(Hash::of(Kind::Last).with(pair.mixed()));
            if sentence.question {
                take(Hash::of(Kind::Question));
            }
        }
    }
}

/// The signs between two words: "!", "...", ":)", an emoji. A lone full stop says nothing, and a row of the same sign no more
/// than two of it.
fn signs(gap: &str, take: &mut impl FnMut(Hash)) {
    if gap == " " {
        return;
    }
    let (mut before, mut twice) = (None, false);
    for sign in gap.chars().take(MOST_SIGNS) {
        if sign.is_whitespace() || sign == ',' {
            (before, twice) = (None, false);
            continue;
        }
        let again = before == Some(sign);
        if sign != '.' && !again {
            take(Hash::of(Kind::Sign).char(sign));
        }
        if let Some(before) = before
            && !(again && twice)
        {
            take(Hash::of(Kind::Signs).char(before).char(sign));
        }
        (before, twice) = (Some(sign), again);
    }
}

/// Every run of three to five letters of a word, with its edges marked.
struct Runs {
    start: Hash,
    /// Those that end at the letter read last, of one letter to four.
    ending: [Hash; 4],
}

impl Runs {
    fn new() -> Self {
        let start = Hash::of(Kind::Run);
        Self { start, ending: [start.char(EDGE), start, start, start] }
    }

    /// Reads the letter at a place, or the edge behind the last.
    fn read(&mut self, char: char, place: usize, take: &mut impl FnMut(Hash)) {
        let [one, two, three, four] = self.ending;
        let [two, three, four, five] = [one, two, three, four].map(|hash| hash.char(char));
        self.ending = [self.start.char(char), two, three, four];
        if place > 0 {
            take(three);
        }
        if place > 1 {
            take(four);
        }
        if place > 2 {
            take(five);
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
    Stem,
    Near,
    NearNegated,
    Opens,
    Closes,
    Only,
    First,
    FirstPair,
    Last,
    Asked,
    Addressed,
    Sign,
    Signs,
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

    fn with(self, mixed: u32) -> Self {
        Self((self.0.rotate_left(5) ^ mixed).wrapping_mul(0x0100_0193))
    }

    /// Every bit of the hash in every bit (how Appleby's third "murmur" hash ends, public domain).
    fn mixed(self) -> u32 {
        let mut hash = self.0;
        hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
        hash ^ hash >> 16
    }
}
