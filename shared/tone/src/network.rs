//! The second stage of a model: a small network (rectified linear units) over what the columns say of every sentence and
//! of the message. A sum cannot say that one sentence matters and ten do not, or that a message which complains, threatens
//! or leaves is dark although no word of it is.
//!
//! Sums run in a fixed order and roots are exact, so that a message reads the same on every machine.

use crate::model::{COLUMNS, OUTPUTS};

/// What a sentence is asked for: its columns, how many words it has, whether it asks.
pub const OF_SENTENCE: usize = COLUMNS + 2;
/// What is known of a sentence afterwards.
pub const POOLED: usize = 24;
/// What a message is asked for: its columns; how many words, sentences and questions it has; of what is known of its
/// sentences the clearest, and the sum over the root of their number.
pub const OF_MESSAGE: usize = COLUMNS + COUNTS + 2 * POOLED;
/// What is counted: words, sentences, questions.
pub const COUNTS: usize = 3;
/// Words, sentences and questions of a long message. Few that a model is fitted to are longer; of one that is, everything
/// counts as much less as it is longer, for nothing grows with length that no model has seen.
pub(crate) const LONGEST: [f32; COUNTS] = [160.0, MOST_SENTENCES, 6.0];
pub(crate) const MOST_SENTENCES: f32 = 12.0;
pub(crate) const MOST_FEATURES: f32 = 4000.0;
/// Units between the message and what is said of it.
pub const HIDDEN: usize = 48;
/// Numbers of a network.
pub const NUMBERS: usize = (OF_SENTENCE + 1) * POOLED + (OF_MESSAGE + 1) * HIDDEN + (HIDDEN + 1) * OUTPUTS;

/// How much each of so many counts, so that all come to no more than `most`.
pub(crate) fn share(count: f32, most: f32) -> f32 {
    most / count.max(most)
}

/// What each of some inputs adds to each output.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<const FROM: usize, const TO: usize> {
    /// By input.
    pub weights: [[f32; TO]; FROM],
    /// What no input comes to.
    pub bias: [f32; TO],
}

impl<const FROM: usize, const TO: usize> Layer<FROM, TO> {
    /// A layer of these numbers: weights, then bias.
    pub fn of(mut next: impl FnMut() -> f32) -> Self {
        let weights = std::array::from_fn(|_| std::array::from_fn(|_| next()));
        Self { weights, bias: std::array::from_fn(|_| next()) }
    }

    /// Its numbers, as [`Layer::of`] takes them.
    pub fn numbers(&self) -> impl Iterator<Item = f32> {
        self.weights.iter().flatten().chain(&self.bias).copied()
    }

    /// What the inputs come to.
    pub fn sums(&self, inputs: &[f32; FROM]) -> [f32; TO] {
        let mut sums = self.bias;
        for (input, weights) in inputs.iter().zip(&self.weights) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += input * weight);
        }
        sums
    }
}

/// What lies above nothing.
pub fn rectified<const COUNT: usize>(sums: [f32; COUNT]) -> [f32; COUNT] {
    sums.map(|sum| sum.max(0.0))
}

/// The network of a language.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// From a sentence to what is known of it.
    pub sentence: Layer<OF_SENTENCE, POOLED>,
    /// From the message on.
    pub message: Layer<OF_MESSAGE, HIDDEN>,
    /// To the tone, and to the log-odds of each category in the order of [`crate::Category::ALL`].
    pub said: Layer<HIDDEN, OUTPUTS>,
}

impl Network {
    /// A network of these numbers.
    pub fn of(mut next: impl FnMut() -> f32) -> Self {
        Self { sentence: Layer::of(&mut next), message: Layer::of(&mut next), said: Layer::of(&mut next) }
    }

    /// Its numbers, as [`Network::of`] takes them.
    pub fn numbers(&self) -> impl Iterator<Item = f32> {
        self.sentence.numbers().chain(self.message.numbers()).chain(self.said.numbers())
    }

    /// What is said of a message.
    pub fn said(&self, message: &[f32; OF_MESSAGE]) -> [f32; OUTPUTS] {
        self.said.sums(&rectified(self.message.sums(message)))
    }
}

/// What is known of the sentences so far.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    clearest: [f32; POOLED],
    sums: [f32; POOLED],
    sentences: f32,
}

impl Pool {
    /// With one more.
    pub fn add(&mut self, known: &[f32; POOLED]) {
        for ((clearest, sum), known) in self.clearest.iter_mut().zip(&mut self.sums).zip(known) {
            *clearest = clearest.max(*known);
            *sum += known;
        }
        self.sentences += 1.0;
    }

    /// How much of what a sentence is known for goes into the sums: one over the root of their number, less in a long message.
    pub fn of_sentence(&self) -> f32 {
        let sentences = self.sentences.max(1.0);
        share(sentences, MOST_SENTENCES).sqrt() / sentences.sqrt()
    }

    /// The clearest of each, and the sums.
    pub fn taken(&self) -> impl Iterator<Item = f32> {
        let of_sentence = self.of_sentence();
        self.clearest.iter().copied().chain(self.sums.iter().map(move |sum| sum * of_sentence))
    }
}
