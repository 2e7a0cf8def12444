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
    rows: &'static [[u8; ROW]],
}

const HEADER: usize = 4 * (OUTPUTS + OUTPUTS + FACTS * OUTPUTS + 2);
/// Bytes of a bucket: the outputs and some zeros, so that a row is added in one go.
pub const ROW: usize = 16;
/// Bytes of a language's file.
pub const FILE_SIZE: usize = HEADER + BUCKETS * ROW;

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
        let (mut sums, mut count) = (Sums::default(), 0_u16);
        features::each(passage, sentence, |bucket, _| {
            if let Some(row) = weights.rows.get(bucket) {
                sums.add(row);
            }
            count = count.saturating_add(1);
        });
        let sums = sums.take();
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

/// Rows added up, eight columns at a time: bytes above zero in lanes of sixteen bits, which are emptied before they run
/// over. Four times as fast as a column after the other.
#[derive(Default)]
struct Sums {
    even: u128,
    odd: u128,
    pending: i32,
    totals: [i32; ROW],
}

impl Sums {
    /// Every other byte.
    const LANES: u128 = u128::MAX / 0xffff * 0xff;
    /// Turns a signed byte into one above zero, by 128 too large.
    const SIGNS: u128 = u128::MAX / 0xff * 0x80;

    fn add(&mut self, row: &[u8; ROW]) {
        let row = u128::from_le_bytes(*row) ^ Self::SIGNS;
        self.even += row & Self::LANES;
        self.odd += row >> 8 & Self::LANES;
        self.pending += 1;
        if self.pending == 256 {
            self.empty();
        }
    }

    fn empty(&mut self) {
        let (even, odd) = (self.even.to_le_bytes(), self.odd.to_le_bytes());
        let lanes = even.as_chunks::<2>().0.iter().zip(odd.as_chunks::<2>().0);
        let lanes = lanes.flat_map(|(even, odd)| [u16::from_le_bytes(*even), u16::from_le_bytes(*odd)]);
        for (total, lane) in self.totals.iter_mut().zip(lanes) {
            *total += i32::from(lane) - 128 * self.pending;
        }
        (self.even, self.odd, self.pending) = (0, 0, 0);
    }

    fn take(mut self) -> [i32; ROW] {
        self.empty();
        self.totals
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up_as_they_would_one_column_at_a_time() {
        let row: [i8; ROW] = [0, 1, -1, 127, -127, 5, -60, 100, -100, 3, 2, 7, -8, 90, -90, 127];
        for times in [0, 1, 255, 256, 257, 5000] {
            let mut sums = Sums::default();
            (0..times).for_each(|_| sums.add(&row.map(i8::cast_unsigned)));
            assert_eq!(sums.take(), row.map(|weight| i32::from(weight) * times), "{times}");
        }
    }

    #[test]
    fn the_scale_is_bent_at_the_cuts_and_nowhere_torn() {
        let cuts = [-0.2, 0.1];
        let close = |tone: f32, to: f32| {
            assert!((bent(tone, cuts) - to).abs() < 1e-6, "{tone}: {}", bent(tone, cuts));
        };
        close(-2.0, -1.0);
        close(-0.2, -0.12);
        close(-0.1, -0.06);
        close(0.0, 0.0);
        close(0.1, 0.12);
        close(1.0, 1.0);
    }
}
