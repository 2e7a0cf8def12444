//! Fits the second stage, a `tone::network::Network`, by gradients: Adam (Kingma and Ba 2015), a step that rises and falls
//! (Smith 2018), dropout (Srivastava et al. 2014). The dice are fixed: the same messages give the same network.

use tone::network::{HIDDEN, Layer, NUMBERS, Network, OF_MESSAGE, OF_SENTENCE, POOLED, Pool, rectified};
use tone::{COLUMNS, OUTPUTS, Seen};

use super::dice::Dice;

/// Half or twice as much of any of these reaches the same within .002, with hands left out.
const ROUNDS: usize = 20;
const BATCH: usize = 256;
const LARGEST_STEP: f32 = 0.008;
const DROPPED: f32 = 0.1;
/// How much an error of the tone counts beside one signal's.
const TONE_SHARE: f32 = 4.0;
/// Adam's memory of slopes and of their squares.
const MEMORY: [f32; 2] = [0.9, 0.999];

/// A sentence by the first stage: the sums of its features' weights, how many features, how many words, whether it asks.
pub(crate) type Summed = ([f32; COLUMNS], u16, usize, bool);

/// What the network is told of a message.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    bias: [f32; COLUMNS],
    summed: Vec<Summed>,
    sentences: Vec<[f32; OF_SENTENCE]>,
    seen: Seen,
}

impl Told {
    pub(crate) fn new(bias: [f32; COLUMNS], summed: Vec<Summed>) -> Self {
        let mut seen = Seen::new(bias);
        let add = |(sums, features, words, question): &Summed| seen.add(sums, *features, *words, *question);
        let sentences = summed.iter().map(add).collect();
        Self { bias, summed, sentences, seen }
    }

    /// This message and the others as one.
    pub(crate) fn among(&self, others: &[&Self]) -> Self {
        let all = std::iter::once(self).chain(others.iter().copied());
        Self::new(self.bias, all.flat_map(|told| told.summed.iter().copied()).collect())
    }

    /// What a network says of it.
    pub(crate) fn said(&self, network: &Network) -> [f32; OUTPUTS] {
        let mut pool = Pool::default();
        for sentence in &self.sentences {
            pool.add(&rectified(network.sentence.sums(sentence)));
        }
        network.said(&self.seen.message(&pool))
    }
}

/// What should be said of a message: the tone, and 1 for each category that is a signal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) said: [f32; OUTPUTS],
    /// How much it counts.
    pub(crate) weight: f32,
}

/// The network that comes closest to the targets.
pub(crate) fn fit(told: &[&Told], targets: &[Target]) -> Network {
    let of_sentences = Scale::of(told.iter().flat_map(|told| &told.sentences).copied());
    let of_messages = Scale::of(told.iter().map(|told| told.seen.message(&Pool::default())));
    let scaled = |told: &&Told| Scaled {
        sentences: told.sentences.iter().map(|sentence| of_sentences.scaled(sentence)).collect(),
        message: of_messages.scaled(&told.seen.message(&Pool::default())),
    };
    let examples: Vec<(Scaled, &Target)> = told.iter().map(scaled).zip(targets).collect();
    let mut dice = Dice::new();
    let mut network = Network {
        sentence: Layer::of(|| start(&mut dice, OF_SENTENCE)),
        message: Layer::of(|| start(&mut dice, OF_MESSAGE)),
        said: Layer::of(|| start(&mut dice, HIDDEN)),
    };
    let mut walk = Walk { slopes: vec![0.0; NUMBERS], squares: vec![0.0; NUMBERS], steps: 0 };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let steps = ROUNDS * examples.len().div_ceil(BATCH);
    for _ in 0..ROUNDS {
        dice.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            let mut slopes = Network::of(|| 0.0);
            for (scaled, target) in batch.iter().filter_map(|at| examples.get(*at)) {
                scaled.learn(target, &network, &mut dice, &mut slopes);
            }
            network = walk.step(&network, &slopes, batch.len(), steps);
        }
    }
    Network {
        sentence: of_sentences.folded(network.sentence),
        message: of_messages.folded(network.message),
        ..network
    }
}

/// A weight to start from: within one over the root of so many inputs.
fn start(dice: &mut Dice, inputs: usize) -> f32 {
    (2.0 * dice.share() - 1.0) / float(inputs).sqrt()
}

/// Where inputs lie, and how far apart: a network learns faster from inputs of one size.
struct Scale<const COUNT: usize> {
    middle: [f32; COUNT],
    spread: [f32; COUNT],
}

impl<const COUNT: usize> Scale<COUNT> {
    fn of(inputs: impl Iterator<Item = [f32; COUNT]> + Clone) -> Self {
        let (mut sums, mut squares, mut count) = ([0.0_f64; COUNT], [0.0_f64; COUNT], 0.0);
        for row in inputs {
            for ((sum, square), input) in sums.iter_mut().zip(&mut squares).zip(row) {
                *sum += f64::from(input);
                *square += f64::from(input) * f64::from(input);
            }
            count += 1.0;
        }
        let middle = sums.map(|sum| sum / f64::max(count, 1.0));
        let mut each = middle.iter().zip(squares);
        let spread = std::array::from_fn(|_| {
            let (middle, square) = each.next().unwrap_or((&0.0, 0.0));
            let spread = (square / f64::max(count, 1.0) - middle * middle).max(0.0).sqrt();
            // What is always the same, as all that is not known yet of sentences, stays as it is.
            if spread > 1e-6 { short(spread) } else { 1.0 }
        });
        Self { middle: middle.map(short), spread }
    }

    fn scaled(&self, inputs: &[f32; COUNT]) -> [f32; COUNT] {
        let mut each = inputs.iter().zip(self.middle).zip(self.spread);
        std::array::from_fn(|_| {
            each.next().map_or(0.0, |((input, middle), spread)| (input - middle) / spread)
        })
    }

    /// The layer that says of inputs as they are what this one says of scaled ones.
    fn folded<const TO: usize>(&self, mut layer: Layer<COUNT, TO>) -> Layer<COUNT, TO> {
        for ((weights, middle), spread) in layer.weights.iter_mut().zip(self.middle).zip(self.spread) {
            for (weight, bias) in weights.iter_mut().zip(&mut layer.bias) {
                *weight /= spread;
                *bias -= middle * *weight;
            }
        }
        layer
    }
}

/// A message on its way through the rounds.
struct Scaled {
    sentences: Vec<[f32; OF_SENTENCE]>,
    /// Nothing known of the sentences yet.
    message: [f32; OF_MESSAGE],
}

impl Scaled {
    /// Adds to `slopes` by how much the network's error on this message rises with each of its numbers.
    fn learn(&self, target: &Target, network: &Network, dice: &mut Dice, slopes: &mut Network) {
        let known: Vec<[f32; POOLED]> =
            self.sentences.iter().map(|sentence| rectified(network.sentence.sums(sentence))).collect();
        let mut pool = Pool::default();
        for known in &known {
            pool.add(known);
        }
        let mut message = self.message;
        let (_, of_sentences) = message.split_at_mut(OF_MESSAGE - 2 * POOLED);
        of_sentences.iter_mut().zip(pool.taken()).for_each(|(input, taken)| *input = taken);
        let hidden = rectified(network.message.sums(&message));
        let kept: [f32; HIDDEN] =
            std::array::from_fn(|_| if dice.share() < DROPPED { 0.0 } else { 1.0 / (1.0 - DROPPED) });
        let left = product(hidden, kept);
        let said = network.said.sums(&left);

        let mut wrong = said.map(odds);
        wrong.iter_mut().zip(target.said).for_each(|(wrong, wanted)| *wrong -= wanted);
        wrong[0] = 2.0 * TONE_SHARE * (said[0] - target.said[0]);
        let wrong = wrong.map(|wrong| target.weight * wrong);
        let back = learned(&network.said, &mut slopes.said, &left, &wrong);
        let back = learned(
            &network.message,
            &mut slopes.message,
            &message,
            &product(above(hidden), product(back, kept)),
        );

        let (_, of_pool) = back.split_at(OF_MESSAGE - 2 * POOLED);
        let (of_clearest, of_sums) = of_pool.split_at(POOLED);
        let mut clearest = [0; POOLED];
        for (unit, clearest) in clearest.iter_mut().enumerate() {
            let of = |at: &usize| known.get(*at).and_then(|known| known.get(unit)).copied().unwrap_or(0.0);
            *clearest = (0..known.len()).max_by(|one, next| of(one).total_cmp(&of(next))).unwrap_or(0);
        }
        for (at, (sentence, known)) in self.sentences.iter().zip(&known).enumerate() {
            let mut each = clearest.iter().zip(of_clearest).zip(of_sums);
            let back = std::array::from_fn(|_| {
                let ((clearest, of_clearest), of_sum) = each.next().unwrap_or(((&0, &0.0), &0.0));
                of_sum * pool.of_sentence() + if *clearest == at { *of_clearest } else { 0.0 }
            });
            learned(&network.sentence, &mut slopes.sentence, sentence, &product(above(*known), back));
        }
    }
}

/// Adds a layer's slopes, and gives back those of its inputs.
fn learned<const FROM: usize, const TO: usize>(
    layer: &Layer<FROM, TO>,
    slopes: &mut Layer<FROM, TO>,
    inputs: &[f32; FROM],
    wrong: &[f32; TO],
) -> [f32; FROM] {
    slopes.bias.iter_mut().zip(wrong).for_each(|(slope, wrong)| *slope += wrong);
    let mut back = [0.0; FROM];
    let rows = layer.weights.iter().zip(&mut slopes.weights);
    for ((back, input), (weights, slopes)) in back.iter_mut().zip(inputs).zip(rows) {
        slopes.iter_mut().zip(wrong).for_each(|(slope, wrong)| *slope += input * wrong);
        *back = weights.iter().zip(wrong).map(|(weight, wrong)| weight * wrong).sum();
    }
    back
}

fn product<const COUNT: usize>(one: [f32; COUNT], other: [f32; COUNT]) -> [f32; COUNT] {
    let mut each = one.into_iter().zip(other);
    std::array::from_fn(|_| each.next().map_or(0.0, |(one, other)| one * other))
}

/// 1 for what lies above nothing.
fn above<const COUNT: usize>(values: [f32; COUNT]) -> [f32; COUNT] {
    values.map(|value| f32::from(u8::from(value > 0.0)))
}

fn odds(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Where Adam is.
struct Walk {
    slopes: Vec<f32>,
    squares: Vec<f32>,
    steps: usize,
}

impl Walk {
    fn step(&mut self, network: &Network, slopes: &Network, messages: usize, steps: usize) -> Network {
        self.steps += 1;
        let step = self.length(steps);
        let [of_slopes, of_squares] = MEMORY.map(|memory| 1.0 - memory.powf(float(self.steps)));
        let remembered = self.slopes.iter_mut().zip(&mut self.squares);
        let mut numbers = network.numbers().zip(slopes.numbers()).zip(remembered).map(
            |((number, slope), (mean, square))| {
                let slope = slope / float(messages);
                *mean = MEMORY[0] * *mean + (1.0 - MEMORY[0]) * slope;
                *square = MEMORY[1] * *square + (1.0 - MEMORY[1]) * slope * slope;
                number - step * (*mean / of_slopes) / ((*square / of_squares).sqrt() + 1e-8)
            },
        );
        Network::of(|| numbers.next().unwrap_or(0.0))
    }

    /// Rises for a tenth of the way, then falls to nothing, both along a cosine.
    fn length(&self, steps: usize) -> f32 {
        let done = float(self.steps) / float(steps.max(1));
        let wave = if done < 0.1 {
            1.0 - (done / 0.1 * std::f32::consts::PI).cos()
        } else {
            1.0 + ((done - 0.1) / 0.9 * std::f32::consts::PI).cos()
        };
        LARGEST_STEP * wave / 2.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^24")]
fn float(count: usize) -> f32 {
    count as f32
}

#[expect(clippy::cast_possible_truncation, reason = "a scale needs no more digits")]
fn short(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of as many sentences, each with its first two columns.
    fn told(sentences: &[[f32; 2]]) -> Told {
        let summed = |columns: &[f32; 2]| {
            let mut sums = [0.0; COLUMNS];
            sums.iter_mut().zip(columns).for_each(|(sum, column)| *sum = *column);
            (sums, 1, 5, false)
        };
        Told::new([0.0; _], sentences.iter().map(summed).collect())
    }

    fn wanted(sentences: &[[f32; 2]]) -> bool {
        sentences.iter().any(|[one, other]| *one > 0.5 && *other > 0.5)
    }

    #[test]
    fn what_one_sentence_says_among_others_is_found_the_same_every_time() {
        let mut dice = Dice::new();
        let messages: Vec<Vec<[f32; 2]>> = (0..1800)
            .map(|number| (0..=number % 4).map(|_| [dice.share().round(), dice.share().round()]).collect())
            .collect();
        let all: Vec<Told> = messages.iter().map(|message| told(message)).collect();
        let targets: Vec<Target> = messages
            .iter()
            .map(|message| {
                let mut said = [0.0; OUTPUTS];
                (said[0], said[1]) = if wanted(message) { (-1.0, 1.0) } else { (0.2, 0.0) };
                Target { said, weight: 1.0 }
            })
            .collect();
        let (learned_on, asked) = (&all[..1500], &all[1500..]);
        let learned_on: Vec<&Told> = learned_on.iter().collect();
        let network = fit(&learned_on, &targets[..1500]);
        let right = asked.iter().zip(&messages[1500..]).filter(|(told, message)| {
            let [tone, signal, ..] = told.said(&network);
            (tone < -0.4) == wanted(message) && (signal > 0.0) == wanted(message)
        });
        assert_eq!(right.count(), 300);
        let again = || fit(&learned_on[..100], &targets[..100]);
        assert_eq!(again(), again());
    }
}
