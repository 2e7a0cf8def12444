//! A small model beside the lexicon: what thousands of labelled messages taught about words the lexicon does not know.
//!
//! For each language one row of whole numbers per bucket, one column per output, trained by `kundvakt train tone` on
//! the messages in `corpus/`. A message's output is a sum over its features, so that every output can be told apart
//! into the words that moved it. Some columns count each sentence by itself, its features over the root of their
//! number; the others count the message as a whole.
//!
//! The tone is drawn from all outputs together, each through a curve of its own: a message that complains, threatens or
//! leaves is dark although no word of it is. The curves only rise or only fall, so that nothing dark makes it brighter.

use crate::{
    Category, Language,
    features::{self, BUCKETS, FACTS},
    passage::Passage,
    text::Sentence,
    weigh::Weighed,
};

/// What can be told word by word: the tone, then the categories in the order of [`Category::ALL`].
pub const OUTPUTS: usize = 1 + Category::ALL.len();
/// Columns: those outputs, then whether the message is negative, whether it is dark, whether it is positive, and whether
/// it is negative sentence by sentence.
pub const COLUMNS: usize = OUTPUTS + 4;

/// What a column says of the tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The more, the brighter.
    Bright,
    /// The more, the darker.
    Dark,
}

/// What a column says of the tone, and whether it counts each sentence by itself.
pub fn column(column: usize) -> (Side, bool) {
    match column {
        0 | 13 => (Side::Bright, true),
        14 => (Side::Dark, true),
        _ => (Side::Dark, false),
    }
}

/// Points of a curve.
pub const KNOTS: usize = 9;
/// Where the curve of the tone has its points.
const TONE_KNOTS: [f32; KNOTS] = [-0.8, -0.5, -0.35, -0.25, -0.15, -0.05, 0.1, 0.3, 0.6];
/// Where the curves of all other columns have theirs.
const SIGN_KNOTS: [f32; KNOTS] = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0];

/// Where the curve of a column has its points.
pub fn knots(column: usize) -> &'static [f32; KNOTS] {
    if column == 0 { &TONE_KNOTS } else { &SIGN_KNOTS }
}

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
pub(crate) struct Weights<'a> {
    /// What one step of a column's whole numbers is worth.
    steps: [f32; COLUMNS],
    /// What an empty message comes to.
    bias: [f32; COLUMNS],
    /// What the lexicon's findings add.
    facts: [[f32; COLUMNS]; FACTS],
    /// From here on a category is a signal.
    thresholds: [f32; Category::ALL.len()],
    /// What a column comes to in the tone at its knots.
    curves: [[f32; KNOTS]; COLUMNS],
    /// Below the first a tone is negative, above the second positive: there the scale is bent to -0.12 and +0.12.
    cuts: [f32; 2],
    rows: &'a [[u8; ROW]],
}

const HEADER: usize = 4 * (COLUMNS * (2 + FACTS + KNOTS) + Category::ALL.len() + 2);
/// Bytes of a bucket: the columns and a zero, so that a row is added in one go.
pub const ROW: usize = 16;
/// Bytes of a language's file.
pub const FILE_SIZE: usize = HEADER + BUCKETS * ROW;

static SWEDISH: &[u8; FILE_SIZE] = include_bytes!("../model/sv.bin");
static ENGLISH: &[u8; FILE_SIZE] = include_bytes!("../model/en.bin");
static GERMAN: &[u8; FILE_SIZE] = include_bytes!("../model/de.bin");

impl Weights<'static> {
    pub(crate) fn of(language: Language) -> Self {
        Self::from(match language {
            Language::Swedish => SWEDISH,
            Language::English => ENGLISH,
            Language::German => GERMAN,
        })
    }
}

impl<'a> From<&'a [u8; FILE_SIZE]> for Weights<'a> {
    fn from(file: &'a [u8; FILE_SIZE]) -> Self {
        let (header, rows) = file.split_at(HEADER);
        let mut numbers = header.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let mut row = || std::array::from_fn(|_| next());
        let (steps, bias) = (row(), row());
        let facts = std::array::from_fn(|_| row());
        let thresholds = std::array::from_fn(|_| next());
        let curves = std::array::from_fn(|_| std::array::from_fn(|_| next()));
        Self { steps, bias, facts, thresholds, curves, cuts: [next(), next()], rows: rows.as_chunks().0 }
    }
}

impl Weights<'_> {
    /// The tone of a message with these columns.
    fn tone(&self, columns: &[f32; COLUMNS]) -> f32 {
        let curves = self.curves.iter().enumerate();
        curves.zip(columns).map(|((column, curve), value)| on_curve(knots(column), curve, *value)).sum()
    }
}

/// The height of a curve at a place, level beyond its ends.
fn on_curve(knots: &[f32; KNOTS], heights: &[f32; KNOTS], at: f32) -> f32 {
    let [mut height, ..] = *heights;
    for (from, to) in knots.windows(2).zip(heights.windows(2)) {
        if let ([left, right], [low, high]) = (from, to) {
            height += (high - low) * ((at - left) / (right - left)).clamp(0.0, 1.0);
        }
    }
    height
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
pub(crate) fn judge(weights: &Weights<'_>, passage: &Passage, weighed: &Weighed) -> Judged {
    let mut sum = Sum::new(weights, features::facts(weighed));
    let sentences = || passage.text.sentences.iter().enumerate();
    let is_dark = |sentence| features::is_dark(passage, sentence, &weighed.hits);
    let (mut any, mut tone) = (false, 1.0_f32);
    for (index, sentence) in sentences().filter(|(_, sentence)| !is_dark(sentence)) {
        sum.add(passage, index, sentence, false);
        any = true;
    }
    if any {
        tone = weights.tone(&sum.columns());
    }
    // Sentences that say plainly what is wrong come last: the message is never brighter than without them.
    for (count, (index, sentence)) in sentences().filter(|(_, sentence)| is_dark(sentence)).enumerate() {
        sum.add(passage, index, sentence, true);
        if count < DARK_SENTENCES {
            tone = tone.min(weights.tone(&sum.columns()));
        }
    }
    let columns = sum.columns();
    let tone = tone.min(weights.tone(&columns));
    let [_, signals @ ..] = columns;
    let mut beyond = weights.thresholds;
    beyond.iter_mut().zip(signals).for_each(|(threshold, signal)| *threshold = signal - *threshold);
    Judged { tone: bent(tone, weights.cuts), signals: beyond }
}

/// After so many dark sentences only the whole counts: a long text is read in linear time anyway, and no mail has more.
const DARK_SENTENCES: usize = 20;

/// A message's columns, sentence by sentence.
struct Sum<'a> {
    weights: &'a Weights<'a>,
    /// Bias, facts and what counts by sentence.
    base: [f32; COLUMNS],
    whole: [f32; ROW],
    features: u16,
}

impl<'a> Sum<'a> {
    fn new(weights: &'a Weights<'a>, facts: [f32; FACTS]) -> Self {
        let mut base = weights.bias;
        for (fact, row) in facts.iter().zip(&weights.facts) {
            base.iter_mut().zip(row).for_each(|(column, weight)| *column += fact * weight);
        }
        Self { weights, base, whole: [0.0; ROW], features: 0 }
    }

    fn add(&mut self, passage: &Passage, index: usize, sentence: &Sentence, dark: bool) {
        let (mut sums, mut count) = (Sums::default(), 0_u16);
        features::each(passage, sentence, |bucket, _| {
            if let Some(row) = self.weights.rows.get(bucket) {
                sums.add(row);
            }
            count = count.saturating_add(1);
        });
        let relevance = features::relevance(passage, index);
        #[expect(clippy::cast_precision_loss, reason = "sums of so few bytes are far below 2^24")]
        let sums = sums.take().map(|sum| relevance * sum as f32);
        let root = f32::from(count.max(1)).sqrt();
        let columns = self.base.iter_mut().zip(sums).zip(self.weights.steps);
        for (number, ((base, sum), step)) in columns.enumerate() {
            let said = sum * step / root;
            *base += match column(number) {
                (_, false) => 0.0,
                (Side::Bright, _) if dark => said.min(0.0),
                (Side::Dark, _) if dark => said.max(0.0),
                _ => said,
            };
        }
        self.whole.iter_mut().zip(sums).for_each(|(whole, sum)| *whole += sum);
        self.features = self.features.saturating_add(count);
    }

    fn columns(&self) -> [f32; COLUMNS] {
        let root = f32::from(self.features.max(1)).sqrt();
        let mut columns = self.base;
        let sums = columns.iter_mut().zip(self.whole).zip(self.weights.steps).enumerate();
        for (_, ((base, sum), step)) in sums.filter(|(number, _)| !column(*number).1) {
            *base += sum * step / root;
        }
        columns
    }
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
