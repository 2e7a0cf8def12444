//! What a request was about, as a sketch of fixed size: two of them tell how alike two requests are, one alone tells
//! no word (S27).
//!
//! A request becomes a set of weighted grams: three letters in a row, the first four letters of a word, and the
//! matter a word stands for ("avgift" and "pris" are one). Small words weigh little. Each gram throws darts at 256 slots,
//! a heavier one more often, and a slot keeps six bits of the hash of the gram that hit it first (weighted minwise
//! hashing; the way of Ertl, `ProbMinHash`, 2019): two texts agree in a slot as often as they share weight,
//! and each slot's bits fit one gram in 64.

use std::collections::BTreeSet;
use std::sync::LazyLock;

mod grams;

use serde::{Deserialize, Serialize};

use self::grams::Grams;
use crate::{
    Language,
    passage::Passage,
    phrase::Phrase,
    text::{Sentence, Text},
    weigh::Subject,
};

/// Slots of a sketch.
const SLOTS: usize = 256;
/// What a slot can hold: six bits, written as one character.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Grams wait as long as needed for this many darts to fly on the average: then hardly ever a slot stays empty.
const DARTS: u64 = 7 * SLOTS as u64;
/// Requests from this similarity on are about the same thing; chosen as `docs/reading.md` says.
const ALIKE: f32 = 0.5;
/// A request of fewer telling words says too little to be compared: "Can you call me?"
const FEWEST_WORDS: usize = 2;
/// Words looked at: what a request is about is said by then, and the work is bounded.
const MOST_WORDS: usize = 60;
/// Letters of a word looked at; hardly any has more, and made-up ones bound the work too.
const MOST_LETTERS: usize = 64;
/// A sentence beside the asking one is taken along if it is no mere greeting.
const GREETING_WORDS: usize = 3;

/// How heavy a gram is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Small = 1,
    SmallStem = 3,
    Letters = 5,
    Stem = 15,
    Matter = 30,
}

impl Weight {
    /// 60, which all weights divide, by the weight: the lighter, the longer a gram waits between its darts.
    fn delay(self) -> u64 {
        60 / self as u64
    }
}

/// A sketch of a request, written as 259 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sketch {
    slots: [u8; SLOTS],
    /// Of all grams together, so that a short request can be like a part of a longer one.
    weight: u16,
}

impl Sketch {
    /// How alike two requests are, 0 (nothing in common) to 1 (the same): the cosine of their weighted grams, to
    /// about ±0.05.
    pub fn similarity(&self, other: &Self) -> f32 {
        let pairs = self.slots.iter().zip(&other.slots);
        let agreeing: u16 = pairs.map(|(own, other)| u16::from(own == other)).sum();
        let agreeing = f32::from(agreeing) / 256.0;
        // One slot in 64 agrees by chance.
        let shared = ((agreeing * 64.0 - 1.0) / 63.0).max(0.0);
        let (own, other) = (f32::from(self.weight), f32::from(other.weight));
        (shared / (1.0 + shared) * (own + other) / (own * other).sqrt()).min(1.0)
    }

    /// Whether two requests are about the same thing.
    pub fn is_like(&self, other: &Self) -> bool {
        self.similarity(other) >= ALIKE
    }

    /// Of at least one gram. Which dart comes first does not hang on who throws first.
    fn of(grams: &Grams) -> Self {
        let weight = grams.each().map(|(_, weight)| weight as u64).sum::<u64>().max(1);
        let mut patience = DARTS * Weight::Small.delay() * MEAN_WAIT / weight;
        let mut throwers: Vec<Thrower> =
            grams.each().map(|(gram, weight)| Thrower::new(gram, weight)).collect();
        let mut first = [u64::MAX; SLOTS];
        while first.contains(&u64::MAX) {
            for thrower in &mut throwers {
                thrower.throw(patience, &mut first);
            }
            patience = patience.saturating_mul(2);
        }
        let slots = first.map(|dart| dart.to_le_bytes()[0] & 63);
        Self { slots, weight: u16::try_from(weight).unwrap_or(u16::MAX) }
    }
}

/// A gram that throws darts at the slots, the heavier the quicker; whose dart comes first, has the slot.
struct Thrower {
    /// What a slot keeps of the gram: six bits of its hash.
    mark: u64,
    random: u64,
    delay: u64,
    time: u64,
}

impl Thrower {
    fn new(gram: u64, weight: Weight) -> Self {
        Self { mark: gram >> 58, random: gram, delay: weight.delay(), time: 0 }
    }

    /// Throws until patience ends. A slot holds its first dart's time above its mark, so that the least is the first.
    fn throw(&mut self, patience: u64, first: &mut [u64; SLOTS]) {
        while self.time < patience {
            self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let drawn = mix(self.random);
            // Two darts of a draw: each a waiting time of 24 bits and a slot of eight.
            for dart in [drawn >> 32, drawn & 0xffff_ffff] {
                self.time += waiting_time(dart >> 8) * self.delay;
                if let Some(held) = first.get_mut((dart & 0xff) as usize) {
                    *held = (*held).min(self.time << 6 | self.mark);
                }
            }
        }
    }
}

impl From<Sketch> for String {
    fn from(sketch: Sketch) -> Self {
        let weight = [sketch.weight >> 12, sketch.weight >> 6 & 63, sketch.weight & 63].map(usize::from);
        let digits = sketch.slots.map(usize::from).into_iter().chain(weight);
        digits.filter_map(|digit| DIGITS.get(digit)).map(|digit| char::from(*digit)).collect()
    }
}

impl TryFrom<String> for Sketch {
    type Error = &'static str;
    fn try_from(written: String) -> Result<Self, Self::Error> {
        const FAULT: &str = "a sketch is 256 + 3 base64 digits";
        let digit =
            |char| DIGITS.iter().zip(0_u8..).find(|(digit, _)| **digit == char).map(|(_, value)| value);
        let digits = written.bytes().map(digit).collect::<Option<Vec<u8>>>().ok_or(FAULT)?;
        let Some((slots, &[high @ 0..16, middle, low])) = digits.split_first_chunk() else {
            return Err(FAULT);
        };
        let weight = u16::from(high) << 12 | u16::from(middle) << 6 | u16::from(low);
        Ok(Self { slots: *slots, weight: weight.max(1) })
    }
}

/// The sketch of what a text asks; of all of it when it is `known` to be a request. `None` when it asks nothing or says
/// too little.
pub(crate) fn sketch(passage: &Passage, subject: Subject, language: Language, known: bool) -> Option<Sketch> {
    let text = &passage.text;
    let small = small_words(language);
    let words = words_of_request(text, subject, &asking(passage), known);
    let telling = |word: &str| !small.contains(word) && has_letters(word);
    let mut says = 0;
    let letters = |word: &usize| text.word(*word).len().min(MOST_LETTERS) + 2;
    let mut grams = Grams::with_room(words.iter().map(letters).sum::<usize>() + passage.requests().count());
    for word in words.iter().map(|word| text.word(*word)) {
        let telling = telling(word);
        says += usize::from(telling);
        add_word(word, telling, &mut grams);
    }
    for (matter, found) in passage.requests() {
        if let Request::Matter(matter) = matter
            && words.binary_search(&found.first).is_ok()
        {
            says += 1;
            add(['='].into_iter().chain(matter.chars()), Weight::Matter, &mut grams);
        }
    }
    (says >= FEWEST_WORDS).then(|| Sketch::of(&grams))
}

/// The sentences that ask: by a question mark, a question word in front or a polite phrase.
fn asking(passage: &Passage) -> BTreeSet<usize> {
    let sentences = &passage.text.sentences;
    let marked =
        sentences.iter().enumerate().filter(|(_, sentence)| sentence.question).map(|(number, _)| number);
    let worded = passage.requests().filter(|(request, found)| match request {
        Request::Asks => true,
        Request::Opens => sentences.get(found.sentence).is_some_and(|asks| asks.first == found.first),
        Request::Matter(_) => false,
    });
    marked.chain(worded.map(|(_, found)| found.sentence)).collect()
}

/// The words of the sentences that ask and of those beside them, which say what about; of the subject, where the
/// writer chose it. In order.
fn words_of_request(text: &Text, subject: Subject, asking: &BTreeSet<usize>, known: bool) -> Vec<usize> {
    let body = text.words.partition_point(|word| word.start < subject.end);
    let asks = |number: usize| asking.contains(&number);
    let beside = |number: usize| asks(number + 1) || number.checked_sub(1).is_some_and(asks);
    let in_subject = |sentence: &Sentence| sentence.first < body;
    let mut own = text.sentences.iter().enumerate().filter(|(_, it)| subject.own || !in_subject(it));
    if !known && !own.any(|(number, _)| asks(number)) {
        return Vec::new();
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

fn add_word(word: &str, telling: bool, grams: &mut Grams) {
    // Which order or invoice it is about makes no other question of it.
    if !has_letters(word) {
        return;
    }
    let (letters, stem) =
        if telling { (Weight::Letters, Weight::Stem) } else { (Weight::Small, Weight::SmallStem) };
    // The word's ends are letters too: a stem is four of its first letters behind a mark, an end has a space.
    let spelt = [' '].into_iter().chain(word.chars().take(MOST_LETTERS)).chain([' ']);
    for ((one, two), three) in spelt.clone().zip(spelt.clone().skip(1)).zip(spelt.skip(2)) {
        add([one, two, three].into_iter(), letters, grams);
    }
    add(['#'].into_iter().chain(word.chars().take(4)), stem, grams);
}

fn add(gram: impl Iterator<Item = char>, weight: Weight, grams: &mut Grams) {
    // FNV-1a over letters. Where it starts is chance; any number draws other samples of the same likeness.
    let hash = gram.fold(17_u64, |hash, letter| (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3));
    grams.add(mix(hash), weight);
}

/// Scatters the bits of a number over all of it (the finishing step of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// What [`waiting_time`] comes to on the average.
const MEAN_WAIT: u64 = 3 << 23;

/// -log2 of a 24-bit random number as a share of 2^24, in 2^-24, between the powers of two a straight line: whole
/// numbers, so that every machine draws the same. Waiting times so distributed, divided by weights, make each gram
/// come first in proportion to its weight.
fn waiting_time(random: u64) -> u64 {
    let random = random.max(1);
    let zeros = u64::from(random.leading_zeros()) - 40;
    (zeros << 24) + 2 * ((1 << 24) - (random << zeros))
}

/// What a phrase says about a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request {
    /// Asks wherever in a sentence.
    Asks,
    /// Asks at the head of a sentence.
    Opens,
    /// One matter in many words.
    Matter(&'static str),
}

/// The phrases of a language's list, with what they say.
pub(crate) fn requests(file: &'static str) -> impl Iterator<Item = (Phrase, Request)> {
    lines(file).filter_map(|(kind, listed)| Some((Phrase::parse(listed)?, request(kind)?)))
}

fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('|')).map(|(kind, listed)| (kind.trim(), listed.trim()))
}

/// `None` for the list of small words.
fn request(kind: &'static str) -> Option<Request> {
    match kind {
        "asks" => Some(Request::Asks),
        "opens" => Some(Request::Opens),
        _ => kind.strip_prefix("same ").map(Request::Matter),
    }
}

/// Words that say little of what a request is about.
fn small_words(language: Language) -> &'static BTreeSet<&'static str> {
    static SWEDISH: LazyLock<BTreeSet<&str>> = LazyLock::new(|| small(include_str!("../requests/sv.txt")));
    static ENGLISH: LazyLock<BTreeSet<&str>> = LazyLock::new(|| small(include_str!("../requests/en.txt")));
    static GERMAN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| small(include_str!("../requests/de.txt")));
    match language {
        Language::Swedish => &SWEDISH,
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

fn small(file: &'static str) -> BTreeSet<&'static str> {
    lines(file).filter(|(kind, _)| *kind == "small").flat_map(|(_, listed)| listed.split(' ')).collect()
}

#[cfg(test)]
mod tests;
