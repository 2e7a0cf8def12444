//! A small model beside the lexicon: what thousands of labelled messages taught about words the lexicon does not know.
//!
//! For each language a table of the features that tell most, one column per output, trained by `kundvakt train tone` on
//! the messages in `corpus/`. A message's output is a sum over its features, so that every output can be told apart
//! into the words that moved it. Some columns count each sentence by itself, its features over the root of their
//! number; the others count the message as a whole.
//!
//! Tone and signals are drawn from all columns together by a small network, see `network.rs`. Sentences that say plainly
//! what is wrong are looked at last, one after another, and the darkest tone on the way stands: one more of them never
//! makes a message brighter.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::{
    Category, Language, features,
    network::{
        COUNTS, LONGEST, MOST_FEATURES, MOST_SENTENCES, NUMBERS, Network, OF_MESSAGE, OF_SENTENCE, Pool,
        rectified, share,
    },
    passage::Passage,
    table::{self, Sums, Table, WIDTH},
    text::Sentence,
    views::{View, views},
    weigh::Weighed,
};

/// What can be told word by word: the tone, then the categories in the order of [`Category::ALL`].
pub const OUTPUTS: usize = 1 + Category::ALL.len();
/// Columns: those outputs, then whether the message is negative, whether it is dark, whether it is positive, whether it is
/// negative sentence by sentence, and the tone of the message as a whole.
pub const COLUMNS: usize = WIDTH;

/// Whether a column counts each sentence by itself.
pub fn is_by_sentence(column: usize) -> bool {
    matches!(column, 0 | 13 | 14)
}

/// What a model's columns say of a message, sentence after sentence.
#[derive(Clone, Debug)]
pub struct Seen {
    bias: [f32; COLUMNS],
    /// What counts by sentence.
    by_sentence: [f32; COLUMNS],
    /// What counts as a whole, not yet over the root of the number of features.
    whole: [f32; COLUMNS],
    features: f32,
    /// Words, sentences, questions.
    counts: [f32; COUNTS],
}

impl Seen {
    /// A message without sentences.
    pub fn new(bias: [f32; COLUMNS]) -> Self {
        Self { bias, by_sentence: [0.0; _], whole: [0.0; _], features: 0.0, counts: [0.0; _] }
    }

    /// A sentence more, with the sums of its features' weights, made small by its relevance. Gives back what the network
    /// is told of it.
    pub fn add(
        &mut self,
        sums: &[f32; COLUMNS],
        features: u16,
        words: usize,
        question: bool,
    ) -> [f32; OF_SENTENCE] {
        let root = f32::from(features.max(1)).sqrt();
        let said = sums.map(|sum| sum / root);
        self.by_sentence.iter_mut().zip(said).for_each(|(sum, said)| *sum += said);
        self.whole.iter_mut().zip(sums).for_each(|(whole, sum)| *whole += sum);
        self.features += f32::from(features);
        let words = f32::from(u16::try_from(words).unwrap_or(u16::MAX));
        let asks = f32::from(question);
        for (count, more) in self.counts.iter_mut().zip([words, 1.0, asks]) {
            *count += more;
        }
        let mut told = said.into_iter().chain([words.sqrt(), asks]);
        std::array::from_fn(|_| told.next().unwrap_or_default())
    }

    /// The columns of what was added so far.
    pub fn columns(&self) -> [f32; COLUMNS] {
        let [_, sentences, _] = self.counts;
        let of_sentence = share(sentences, MOST_SENTENCES);
        let features = self.features.max(1.0);
        // Over the root of what there are, and of the surplus once more.
        let of_whole = share(features, MOST_FEATURES).sqrt() / features.sqrt();
        let mut sums = self.by_sentence.iter().zip(self.whole).enumerate();
        self.bias.map(|bias| match sums.next() {
            Some((number, (sum, _))) if is_by_sentence(number) => bias + sum * of_sentence,
            Some((_, (_, whole))) => bias + whole * of_whole,
            None => bias,
        })
    }

    /// What the network is told of the message, with what it knows of the sentences.
    pub fn message(&self, pool: &Pool) -> [f32; OF_MESSAGE] {
        let mut most = LONGEST.into_iter();
        let counts = self.counts.map(|count| count.min(most.next().unwrap_or(count)).sqrt());
        let mut told = self.columns().into_iter().chain(counts).chain(pool.taken());
        std::array::from_fn(|_| told.next().unwrap_or_default())
    }
}

/// A sentence as the model sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seeing {
    /// How much it counts, 0 to 1.
    pub relevance: f32,
    /// Its features, as hashes.
    pub features: Vec<u32>,
    /// How many words it has.
    pub words: usize,
    /// Whether it asks.
    pub question: bool,
}

/// A message as the model sees it, to train one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The language it was read in.
    pub language: Language,
    /// Its sentences.
    pub sentences: Vec<Seeing>,
    /// The lexicon's own signals.
    pub found: BTreeSet<Category>,
    /// The lexicon's own tone, hundredths.
    pub lexicon: i8,
}

impl Sample {
    pub(crate) fn of(language: Language, passage: &Passage, weighed: &Weighed) -> Self {
        let views = views(passage, &weighed.hits);
        let sentences = passage.text.sentences.iter().zip(views).filter(|(_, view)| !view.is_row());
        let sentences = sentences.map(|(sentence, view)| {
            let mut found = Vec::new();
            features::each(passage, sentence, view, |feature, _| found.push(feature));
            let words = passage.heard(sentence);
            Seeing { relevance: view.relevance, features: found, words, question: sentence.question }
        });
        Self {
            language,
            sentences: sentences.collect(),
            found: weighed.signals.clone(),
            lexicon: weighed.tone,
        }
    }
}

/// What the model made of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Judged {
    /// The tone, -1 to +1.
    pub(crate) tone: f32,
    /// Per category the log-odds beyond its threshold; a signal from 0 on.
    pub(crate) signals: [f32; Category::ALL.len()],
}

/// One language's weights, as the trainer writes them: little endian, without padding.
#[derive(Debug)]
pub(crate) struct Weights<'a> {
    /// What one step of a column's whole numbers is worth.
    steps: [f32; COLUMNS],
    /// What an empty message comes to.
    bias: [f32; COLUMNS],
    /// From here on a category is a signal.
    thresholds: [f32; Category::ALL.len()],
    /// Below the first a tone is negative, above the second positive: there the scale is bent to -0.12 and +0.12.
    cuts: [f32; 2],
    /// How fast it goes on from there.
    slopes: [f32; 2],
    network: Network,
    table: Table<'a>,
}

const HEADER: usize = 4 * (COLUMNS * 2 + Category::ALL.len() + 4 + NUMBERS);
/// Bytes of a language's file.
pub const FILE_SIZE: usize = HEADER + table::SIZE;

static SWEDISH: LazyLock<Weights<'static>> =
    LazyLock::new(|| Weights::from(include_bytes!("../model/sv.bin")));
static ENGLISH: LazyLock<Weights<'static>> =
    LazyLock::new(|| Weights::from(include_bytes!("../model/en.bin")));
static GERMAN: LazyLock<Weights<'static>> =
    LazyLock::new(|| Weights::from(include_bytes!("../model/de.bin")));

impl Weights<'static> {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Swedish => &SWEDISH,
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }
}

impl<'a> From<&'a [u8; FILE_SIZE]> for Weights<'a> {
    fn from(file: &'a [u8; FILE_SIZE]) -> Self {
        let (header, table) = file.split_at(HEADER);
        let mut numbers = header.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let mut row = || std::array::from_fn(|_| next());
        let (steps, bias) = (row(), row());
        let thresholds = std::array::from_fn(|_| next());
        let (cuts, slopes) = ([next(), next()], [next(), next()]);
        let network = Network::of(next);
        Self { steps, bias, thresholds, cuts, slopes, network, table: Table::of(table) }
    }
}

impl Weights<'_> {
    /// What the network says of what was seen.
    fn said(&self, seen: &Seen, pool: &Pool) -> [f32; OUTPUTS] {
        self.network.said(&seen.message(pool))
    }

    fn add(&self, seen: &mut Seen, pool: &mut Pool, passage: &Passage, sentence: &Sentence, view: View) {
        let (mut sums, mut count) = (Sums::default(), 0_u16);
        features::each(passage, sentence, view, |feature, _| {
            sums.add(self.table.find(feature));
            count = count.saturating_add(1);
        });
        let mut sums = sums.take().into_iter().zip(self.steps);
        #[expect(clippy::cast_precision_loss, reason = "sums of so few bytes are far below 2^24")]
        let sums = std::array::from_fn(|_| {
            sums.next().map_or(0.0, |(sum, step)| view.relevance * step * sum as f32)
        });
        let told = seen.add(&sums, count, passage.heard(sentence), sentence.question);
        pool.add(&rectified(self.network.sentence.sums(&told)));
    }
}

/// What each word of a message adds to the outputs, by the word's number: with the words it stands near, and the runs of
/// letters in it.
pub(crate) fn by_word(language: Language, passage: &Passage, weighed: &Weighed) -> Vec<[f32; OUTPUTS]> {
    let weights = Weights::of(language);
    let mut words = vec![[0.0_f32; OUTPUTS]; passage.text.words.len()];
    let mut all = 0_u16;
    let views = views(passage, &weighed.hits);
    for (sentence, view) in passage.text.sentences.iter().zip(views).filter(|(_, view)| !view.is_row()) {
        let mut count = 0_u16;
        features::each(passage, sentence, view, |feature, word| {
            count = count.saturating_add(1);
            let [coarse, fine] = weights.table.find(feature);
            let Some(outputs) = words.get_mut(word) else { return };
            let weights = coarse.iter().zip(fine).zip(weights.steps);
            for (output, ((coarse, fine), step)) in outputs.iter_mut().zip(weights) {
                let weight = i16::from(coarse.cast_signed()) + i16::from(fine.cast_signed());
                *output += view.relevance * step * f32::from(weight);
            }
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
    let (mut seen, mut pool) = (Seen::new(weights.bias), Pool::default());
    let views = views(passage, &weighed.hits);
    let sentences = |dark: bool| {
        let all = passage.text.sentences.iter().zip(&views);
        all.filter(move |(_, view)| view.dark == dark && !view.is_row())
    };
    let dark = sentences(true).count();
    for (sentence, &view) in sentences(false) {
        weights.add(&mut seen, &mut pool, passage, sentence, view);
    }
    let mut said = weights.said(&seen, &pool);
    let mut tone = if dark == 0 || sentences(false).next().is_some() { said[0] } else { 1.0 };
    for (number, (sentence, &view)) in sentences(true).enumerate() {
        weights.add(&mut seen, &mut pool, passage, sentence, view);
        if number < DARK_SENTENCES || number + 1 == dark {
            said = weights.said(&seen, &pool);
            tone = tone.min(said[0]);
        }
    }
    let [_, signals @ ..] = said;
    let mut beyond = weights.thresholds;
    beyond.iter_mut().zip(signals).for_each(|(threshold, signal)| *threshold = signal - *threshold);
    Judged { tone: bent(tone, weights.cuts, weights.slopes), signals: beyond }
}

/// After so many dark sentences only the whole counts: a long text is read in linear time anyway, and no mail has more.
const DARK_SENTENCES: usize = 20;

/// Tones between the cuts lie within 0.12 of nothing, whatever the raw scale.
fn bent(tone: f32, [low, high]: [f32; 2], [down, up]: [f32; 2]) -> f32 {
    const NEUTRAL: f32 = 0.12;
    let bent = if tone <= low {
        -NEUTRAL - (low - tone) * down
    } else if tone >= high {
        NEUTRAL + (tone - high) * up
    } else if tone < 0.0 {
        -tone / low * NEUTRAL
    } else {
        tone / high * NEUTRAL
    };
    bent.clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_bent_at_the_cuts_and_nowhere_torn() {
        let close = |tone: f32, to: f32| {
            let bent = bent(tone, [-0.2, 0.1], [0.5, 2.0]);
            assert!((bent - to).abs() < 1e-6, "{tone}: {bent}");
        };
        close(-2.0, -1.0);
        close(-0.6, -0.32);
        close(-0.2, -0.12);
        close(-0.1, -0.06);
        close(0.0, 0.0);
        close(0.1, 0.12);
        close(0.2, 0.32);
        close(1.0, 1.0);
    }
}
