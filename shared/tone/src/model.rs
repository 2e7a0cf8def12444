//! A small linear model beside the lexicon: what thousands of labelled messages taught about words the lexicon does
//! not know.
//!
//! For each language one row of whole numbers per bucket, one column per output, trained by `kundvakt train tone` on
//! the messages in `corpus/`. A message's output is a sum over its features, so that every output can be told apart
//! into the words that moved it. For the tone each sentence counts by itself, its features over the root of their
//! number; for the signals the message counts as a whole.

use crate::{
    Category, Language,
    features::{self, BUCKETS, FACTS},
    passage::Passage,
    weigh::Weighed,
};

/// Columns: the tone, then the categories in the order of [`Category::ALL`].
pub const OUTPUTS: usize = 1 + Category::ALL.len();

/// A message as the model sees it, to train one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The language it was read in.
    pub language: Language,
    /// Of each sentence its relevance, 0 to 1, and its buckets.
    pub sentences: Vec<(f32, Vec<usize>)>,
    /// What the lexicon found.
    pub facts: [f32; FACTS],
    /// The lexicon's own tone, hundredths.
    pub lexicon: i8,
}

impl Sample {
    pub(crate) fn of(language: Language, passage: &Passage, weighed: &Weighed) -> Self {
        let sentences = passage.text.sentences.iter().enumerate().map(|(index, sentence)| {
            let mut buckets = Vec::new();
            features::each(passage, sentence, |bucket, _| buckets.push(bucket));
            (features::relevance(passage, index), buckets)
        });
        Self {
            language,
            sentences: sentences.collect(),
            facts: features::facts(weighed),
            lexicon: weighed.tone,
        }
    }
}

/// What the model made of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Judged {
    /// The tone, -1 to +1.
    pub(crate) tone: f32,
    /// Per category how far beyond its threshold; a signal from 0 on.
    pub(crate) signals: [f32; Category::ALL.len()],
}

/// One language's weights, as the trainer writes them: little endian, without padding.
struct Weights {
    /// What one step of a column's whole numbers is worth.
    steps: [f32; OUTPUTS],
    /// What an empty message comes to.
    bias: [f32; OUTPUTS],
    /// What the lexicon's findings add.
    facts: [[f32; OUTPUTS]; FACTS],
    /// Below the first a tone is negative, above the second positive: there the scale is bent to -0.12 and +0.12.
    cuts: [f32; 2],
    rows: &'static [[u8; OUTPUTS]],
}

const HEADER: usize = 4 * (OUTPUTS + OUTPUTS + FACTS * OUTPUTS + 2);
/// Bytes of a language's file.
pub const FILE_SIZE: usize = HEADER + BUCKETS * OUTPUTS;

static SWEDISH: &[u8; FILE_SIZE] = include_bytes!("../model/sv.bin");
static ENGLISH: &[u8; FILE_SIZE] = include_bytes!("../model/en.bin");
static GERMAN: &[u8; FILE_SIZE] = include_bytes!("../model/de.bin");

impl Weights {
    fn of(language: Language) -> Self {
        let file: &'static [u8; FILE_SIZE] = match language {
            Language::Swedish => SWEDISH,
            Language::English => ENGLISH,
            Language::German => GERMAN,
        };
        let (header, rows) = file.split_at(HEADER);
        let mut numbers = header.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let mut row = || std::array::from_fn(|_| next());
        let (steps, bias) = (row(), row());
        let facts = std::array::from_fn(|_| row());
        Self { steps, bias, facts, cuts: [next(), next()], rows: rows.as_chunks().0 }
    }
}

/// What each word of a message adds to the outputs, by the word's number: with the words it stands in pairs with, and the
/// runs of letters in it.
pub(crate) fn by_word(language: Language, passage: &Passage) -> Vec<[f32; OUTPUTS]> {
    let weights = Weights::of(language);
    let mut words = vec![[0.0_f32; OUTPUTS]; passage.text.words.len()];
    let mut all = 0_u16;
    for (index, sentence) in passage.text.sentences.iter().enumerate() {
        let relevance = features::relevance(passage, index);
        let mut count = 0_u16;
        features::each(passage, sentence, |bucket, word| {
            let (Some(row), Some(outputs)) = (weights.rows.get(bucket), words.get_mut(word)) else { return };
            for ((output, weight), step) in outputs.iter_mut().zip(row).zip(weights.steps) {
                *output += relevance * step * f32::from(weight.cast_signed());
            }
            count = count.saturating_add(1);
        });
        let root = f32::from(count.max(1)).sqrt();
        let within = words.get_mut(sentence.first..sentence.end).unwrap_or_default();
        for [tone, ..] in within {
            *tone /= root;
        }
        all = all.saturating_add(count);
    }
    let root = f32::from(all.max(1)).sqrt();
    for signal in words.iter_mut().flat_map(|[_, signals @ ..]| signals) {
        *signal /= root;
    }
    words
}

/// What the model makes of a message.
pub(crate) fn judge(language: Language, passage: &Passage, weighed: &Weighed) -> Judged {
    let weights = Weights::of(language);
    let facts = features::facts(weighed);
    let mut outputs = weights.bias;
    for (fact, row) in facts.iter().zip(&weights.facts) {
        outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += fact * weight);
    }
    let (mut whole, mut all) = ([0.0_f32; OUTPUTS], 0_u16);
    for (index, sentence) in passage.text.sentences.iter().enumerate() {
        let (mut sums, mut count) = ([0_i32; OUTPUTS], 0_u16);
        features::each(passage, sentence, |bucket, _| {
            if let Some(row) = weights.rows.get(bucket) {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(weight.cast_signed()));
            }
            count = count.saturating_add(1);
        });
        let relevance = features::relevance(passage, index);
        #[expect(clippy::cast_precision_loss, reason = "sums of so few bytes are far below 2^24")]
        let sums = sums.map(|sum| relevance * sum as f32);
        let [tone, ..] = sums;
        let [step, ..] = weights.steps;
        let mut tone = tone * step / f32::from(count.max(1)).sqrt();
        if features::is_dark(passage, sentence, &weighed.hits) {
            // A sentence that says plainly what is wrong never brightens a message.
            tone = tone.min(0.0);
        }
        let [output, ..] = &mut outputs;
        *output += tone;
        whole.iter_mut().zip(sums).for_each(|(whole, sum)| *whole += sum);
        all = all.saturating_add(count);
    }
    let root = f32::from(all.max(1)).sqrt();
    let mut signals = [0.0; Category::ALL.len()];
    let columns = outputs.iter().zip(whole).zip(weights.steps).skip(1);
    for (signal, ((output, sum), step)) in signals.iter_mut().zip(columns) {
        *signal = output + sum * step / root;
    }
    let [tone, ..] = outputs;
    Judged { tone: bent(tone, weights.cuts), signals }
}

/// Tones between the cuts lie within 0.12 of nothing, whatever the raw scale.
fn bent(tone: f32, [low, high]: [f32; 2]) -> f32 {
    const NEUTRAL: f32 = 0.12;
    let tone = tone.clamp(-1.0, 1.0);
    if tone <= low {
        -NEUTRAL - (low - tone) * (1.0 - NEUTRAL) / (1.0 + low)
    } else if tone >= high {
        NEUTRAL + (tone - high) * (1.0 - NEUTRAL) / (1.0 - high)
    } else if tone < 0.0 {
        -tone / low * NEUTRAL
    } else {
        tone / high * NEUTRAL
    }
}
