//! What a request was about, as a sketch of fixed size: two of them tell how alike two requests are, one alone tells
//! no word (S27).
//!
//! A request becomes a set of weighted grams: three letters in a row, the first four letters of a word, and the
//! matter a word stands for ("avgift" and "pris" are one). Small words weigh little. Of this set 256 slots each draw
//! one gram, a heavier one more often (weighted minwise hashing), and keep four bits of its hash: two texts agree in a
//! slot as often as they share weight, and each slot's bits fit one gram in sixteen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{
    Language,
    phrase::{Found, Matcher, Phrase},
    text::{Sentence, Text},
    weigh::Subject,
};

/// Sixteen slots to a word of the sketch, two drawn from one hash.
const WORDS: usize = 16;
/// The lowest bit of each slot.
const LOWEST_BITS: u64 = 0x1111_1111_1111_1111;
/// Requests from this similarity on are about the same thing; chosen as `docs/reading.md` says.
const ALIKE: f32 = 0.5;
/// A request of fewer telling words says too little to be compared: "Can you call me?"
const FEWEST_WORDS: usize = 2;
/// Words looked at: what a request is about is said by then, and the work is bounded.
const MOST_WORDS: usize = 60;
/// A sentence beside the asking one is taken along if it is no mere greeting.
const GREETING_WORDS: usize = 3;

/// How heavy a gram is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Small = 1,
    SmallStem = 3,
    Letters = 5,
    Stem = 15,
    Matter = 30,
}

impl Weight {
    /// 60, which all weights divide, by the weight: the lighter, the later a gram comes first.
    fn delay(self) -> u64 {
        60 / self as u64
    }
}

/// A sketch of a request, 130 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sketch {
    slots: [u64; WORDS],
    /// Of all grams together, so that a short request can be like a part of a longer one.
    weight: u16,
}

impl Sketch {
    /// How alike two requests are, 0 (nothing in common) to 1 (the same): the cosine of their weighted grams, to
    /// about ±0.05.
    pub fn similarity(&self, other: &Self) -> f32 {
        let agreeing = self.slots.iter().zip(&other.slots).map(|(own, other)| {
            let differing = own ^ other;
            let differing = differing | differing >> 1;
            (!(differing | differing >> 2) & LOWEST_BITS).count_ones()
        });
        #[expect(clippy::cast_precision_loss, reason = "at most 256")]
        let agreeing = agreeing.sum::<u32>() as f32 / (WORDS * 16) as f32;
        // One slot in sixteen agrees by chance.
        let shared = ((agreeing - 0.0625) / 0.9375).max(0.0);
        let (own, other) = (f32::from(self.weight), f32::from(other.weight));
        (shared / (1.0 + shared) * (own + other) / (own * other).sqrt()).min(1.0)
    }

    /// Whether two requests are about the same thing.
    pub fn is_like(&self, other: &Self) -> bool {
        self.similarity(other) >= ALIKE
    }

    fn of(grams: &BTreeMap<u64, Weight>) -> Self {
        let mut by_weight: BTreeMap<Weight, Vec<u64>> = BTreeMap::new();
        for (gram, weight) in grams {
            by_weight.entry(*weight).or_default().push(*gram);
        }
        let mut slots = [0; WORDS];
        for (index, word) in slots.iter_mut().enumerate() {
            for pair in 0..8 {
                let drawn = draw_two(&by_weight, mix((index as u64) << 8 | pair));
                for (half, gram) in (0..).zip(drawn) {
                    let shift = 8 * pair + 4 * half;
                    *word |= (gram >> shift & 15) << shift;
                }
            }
        }
        let weight = grams.values().map(|weight| *weight as u64).sum::<u64>();
        Self { slots, weight: u16::try_from(weight).unwrap_or(u16::MAX).max(1) }
    }
}

/// For two slots the gram that comes first.
fn draw_two(by_weight: &BTreeMap<Weight, Vec<u64>>, seed: u64) -> [u64; 2] {
    let mut first = [(u64::MAX, 0); 2];
    for (weight, grams) in by_weight {
        // Of equally heavy ones the largest number waits shortest.
        let mut largest = [(0, 0); 2];
        for gram in grams {
            let drawn = fold(gram ^ seed);
            for (largest, half) in largest.iter_mut().zip([drawn >> 32, drawn & 0xffff_ffff]) {
                if half >= largest.0 {
                    *largest = (half, *gram);
                }
            }
        }
        for (first, (half, gram)) in first.iter_mut().zip(largest) {
            *first = (*first).min((waiting_time(half) * weight.delay(), gram));
        }
    }
    first.map(|(_, gram)| gram)
}

impl From<Sketch> for String {
    fn from(sketch: Sketch) -> Self {
        let slots = sketch.slots.iter().flat_map(|word| word.to_be_bytes());
        let bytes = slots.chain(sketch.weight.to_be_bytes());
        let digit = |digit: u8| char::from_digit(digit.into(), 16).unwrap_or_default();
        bytes.flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

impl TryFrom<String> for Sketch {
    type Error = &'static str;
    fn try_from(hex: String) -> Result<Self, Self::Error> {
        const FAULT: &str = "a sketch is 260 hexadecimal digits";
        if hex.len() != WORDS * 16 + 4 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FAULT);
        }
        let digits = |from: usize, to: usize| hex.get(from..to).ok_or(FAULT);
        let mut slots = [0; WORDS];
        for (index, word) in slots.iter_mut().enumerate() {
            *word = u64::from_str_radix(digits(index * 16, index * 16 + 16)?, 16).map_err(|_| FAULT)?;
        }
        let weight = u16::from_str_radix(digits(WORDS * 16, WORDS * 16 + 4)?, 16).map_err(|_| FAULT)?;
        Ok(Self { slots, weight: weight.max(1) })
    }
}

/// The sketch of what a text asks; of all of it when it is `known` to be a request. `None` when it asks nothing or says
/// too little.
pub(crate) fn sketch(text: &Text, subject: Subject, language: Language, known: bool) -> Option<Sketch> {
    let talk = Talk::of(language);
    let found = talk.matcher.find(text);
    let words = words_of_request(text, subject, &asking(text, talk, &found), known);
    let telling = |word: &str| !talk.small.contains(word) && has_letters(word);
    let mut says = 0;
    let mut grams = BTreeMap::new();
    for word in words.iter().map(|word| text.word(*word)) {
        says += usize::from(telling(word));
        add_word(word, telling(word), &mut grams);
    }
    for found in found.iter().filter(|found| words.contains(&found.first)) {
        if let Some(Meaning::Matter(matter)) = talk.meanings.get(found.phrase) {
            says += 1;
            add(['='].into_iter().chain(matter.chars()), Weight::Matter, &mut grams);
        }
    }
    (says >= FEWEST_WORDS).then(|| Sketch::of(&grams))
}

/// The sentences that ask: by a question mark, a question word in front or a polite phrase.
fn asking(text: &Text, talk: &Talk, found: &[Found]) -> BTreeSet<usize> {
    let numbered = text.sentences.iter().enumerate();
    let marked = numbered.filter(|(_, sentence)| sentence.question).map(|(number, _)| number);
    let worded = found.iter().filter(|found| match talk.meanings.get(found.phrase) {
        Some(Meaning::Asks) => true,
        Some(Meaning::Opens) => {
            text.sentences.get(found.sentence).is_some_and(|asks| asks.first == found.first)
        }
        _ => false,
    });
    marked.chain(worded.map(|found| found.sentence)).collect()
}

/// The words of the sentences that ask and of those beside them, which say what about; of the subject, where the
/// writer chose it.
fn words_of_request(text: &Text, subject: Subject, asking: &BTreeSet<usize>, known: bool) -> BTreeSet<usize> {
    let body = text.words.partition_point(|word| word.start < subject.end);
    let asks = |number: usize| asking.contains(&number);
    let beside = |number: usize| asks(number + 1) || number.checked_sub(1).is_some_and(asks);
    let in_subject = |sentence: &Sentence| sentence.first < body;
    let mut own = text.sentences.iter().enumerate().filter(|(_, it)| subject.own || !in_subject(it));
    if !known && !own.any(|(number, _)| asks(number)) {
        return BTreeSet::new();
    }
    let taken = text.sentences.iter().enumerate().filter(|(number, sentence)| {
        let long = sentence.end - sentence.first >= GREETING_WORDS;
        if in_subject(sentence) { subject.own } else { known || asks(*number) || long && beside(*number) }
    });
    taken.flat_map(|(_, sentence)| sentence.first..sentence.end).take(MOST_WORDS).collect()
}

fn has_letters(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
}

fn add_word(word: &str, telling: bool, grams: &mut BTreeMap<u64, Weight>) {
    // Which order or invoice it is about makes no other question of it.
    if !has_letters(word) {
        return;
    }
    let (letters, stem) =
        if telling { (Weight::Letters, Weight::Stem) } else { (Weight::Small, Weight::SmallStem) };
    // The word's ends are letters too: a stem is four of its first letters behind a mark, an end has a space.
    let spelt: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    for three in spelt.windows(3) {
        add(three.iter().copied(), letters, grams);
    }
    add(['#'].into_iter().chain(word.chars().take(4)), stem, grams);
}

fn add(gram: impl Iterator<Item = char>, weight: Weight, grams: &mut BTreeMap<u64, Weight>) {
    let hash = gram.fold(0, |hash, letter| mix(hash ^ u64::from(letter)).wrapping_add(1));
    let held = grams.entry(hash).or_insert(weight);
    *held = (*held).max(weight);
}

/// A cheaper scattering of what is scattered already: both halves of a product.
fn fold(number: u64) -> u64 {
    let product = u128::from(number) * 0x9e37_79b9_7f4a_7c15;
    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    let lower = product as u64;
    lower ^ (product >> 64) as u64
}

/// Scatters the bits of a number over all of it (the finishing step of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// -log2 of a 32-bit random number as a share of 2^32, in 2^-32, between the powers of two a straight line: whole
/// numbers, so that every machine draws the same. Waiting times so distributed, divided by weights, make each gram
/// come first in proportion to its weight.
fn waiting_time(random: u64) -> u64 {
    let random = random.max(1);
    let zeros = u64::from(random.leading_zeros()) - 32;
    (zeros << 32) + 2 * ((1 << 32) - (random << zeros))
}

/// What a phrase says about a request.
#[derive(Clone, Copy, Debug)]
enum Meaning {
    Asks,
    Opens,
    Matter(&'static str),
}

/// How people ask in one language.
struct Talk {
    matcher: Matcher,
    meanings: Vec<Meaning>,
    small: BTreeSet<&'static str>,
}

static SWEDISH: LazyLock<Talk> = LazyLock::new(|| Talk::build(include_str!("../requests/sv.txt")));
static ENGLISH: LazyLock<Talk> = LazyLock::new(|| Talk::build(include_str!("../requests/en.txt")));
static GERMAN: LazyLock<Talk> = LazyLock::new(|| Talk::build(include_str!("../requests/de.txt")));

impl Talk {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Swedish => &SWEDISH,
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    fn build(file: &'static str) -> Self {
        let mut small = BTreeSet::new();
        let mut phrases = Vec::new();
        for (kind, listed) in lines(file) {
            match meaning(kind) {
                Some(meaning) => phrases.extend(Phrase::parse(listed).map(|phrase| (phrase, meaning))),
                None => small.extend(listed.split(' ')),
            }
        }
        let (phrases, meanings) = phrases.into_iter().unzip();
        Self { matcher: Matcher::new(phrases), meanings, small }
    }
}

fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('|')).map(|(kind, listed)| (kind.trim(), listed.trim()))
}

/// `None` for the list of small words.
fn meaning(kind: &'static str) -> Option<Meaning> {
    match kind {
        "asks" => Some(Meaning::Asks),
        "opens" => Some(Meaning::Opens),
        _ => kind.strip_prefix("same ").map(Meaning::Matter),
    }
}

#[cfg(test)]
mod tests;
