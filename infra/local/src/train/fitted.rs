//! The first stage: a weight per feature and column, of the features that tell most.

use std::collections::{BTreeMap, BTreeSet};

use tone::{COLUMNS, Category, OUTPUTS, Pattern, SHELVES, SLOTS, Sample, is_by_sentence, place};

use super::Example;
use super::linear::{Row, Task, fit};
use super::network::Told;
use super::patterns::{Patterned, Row as Weights, patterned};

/// Brings the words of a message to about length one.
const WORD_SCALE: f32 = 0.25;
/// Chosen with hands left out, by the learning curve's last point.
const TONE_COST: f32 = 0.5;
const SIGNAL_COST: f32 = 0.35;
/// Signals are rare: one counts as much as so many messages without.
const SIGNAL_WEIGHT: f32 = 4.0;
/// What the columns behind the categories learn of the score: whether it lies as far from nothing as this, and how much
/// one message counts of which that is so. Negative, dark, positive, and negative once more, by sentence.
const CLASSES: [(f32, f32); 4] = [(-0.13, 1.0), (-0.35, 1.5), (0.13, 2.0), (-0.13, 1.0)];
/// Rounds over the messages: to choose features, and to weigh those chosen.
const CHOOSING: usize = 6;
const WEIGHING: usize = 12;
/// A feature of fewer messages does not carry over.
const FEWEST: u32 = 2;

/// The features a fit knows, in the order of their hashes, with how rare each is.
struct Known {
    features: Vec<u32>,
    /// The logarithm of one in how many messages has it, and one.
    rarity: Vec<f32>,
}

impl Known {
    fn of(examples: &[&Example]) -> Self {
        let mut having = BTreeMap::<u32, u32>::new();
        for example in examples {
            let features: BTreeSet<u32> =
                example.sample.sentences.iter().flat_map(|sentence| &sentence.features).copied().collect();
            for feature in features {
                *having.entry(feature).or_default() += 1;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a corpus has far fewer than 2^24 messages")]
        let rarity = |having: u32| ((1.0 + examples.len() as f32) / (1.0 + having as f32)).ln() + 1.0;
        let known = having.into_iter().filter(|(_, having)| *having >= FEWEST);
        let (features, rarity) = known.map(|(feature, having)| (feature, rarity(having))).unzip();
        Self { features, rarity }
    }

    /// Where a feature's weights stand, and how rare it is.
    fn find(&self, feature: u32) -> Option<(usize, f32)> {
        let at = self.features.binary_search(&feature).ok()?;
        Some((at, *self.rarity.get(at)?))
    }

    /// The features that tell most, as many as a table's shelves hold.
    fn best(&self, tells: &[f32]) -> Self {
        let mut ranked: Vec<(f32, u32, f32)> =
            tells.iter().zip(&self.features).zip(&self.rarity).map(|((m, f), r)| (*m, *f, *r)).collect();
        ranked.sort_by(|(one, ..), (next, ..)| next.total_cmp(one));
        let mut shelves = vec![Vec::<u32>::new(); SHELVES];
        let mut kept = Vec::new();
        for (_, feature, rarity) in ranked {
            let (on, mark) = place(feature);
            let Some(marks) = shelves.get_mut(on) else { continue };
            if marks.len() < SLOTS && !marks.contains(&mark) {
                marks.push(mark);
                kept.push((feature, rarity));
            }
        }
        kept.sort_by_key(|(feature, _)| *feature);
        let (features, rarity) = kept.into_iter().unzip();
        Self { features, rarity }
    }

    /// A message as the linear models see it: features, and one that is always 1.
    fn row(&self, sample: &Sample, by_sentence: bool) -> Row {
        let mut values = BTreeMap::<usize, f32>::new();
        let all: usize = sample.sentences.iter().map(|sentence| sentence.features.len()).sum();
        for sentence in &sample.sentences {
            let count = if by_sentence { sentence.features.len() } else { all };
            #[expect(clippy::cast_precision_loss, reason = "a message has far fewer than 2^24 features")]
            let one = sentence.relevance * WORD_SCALE / (count.max(1) as f32).sqrt();
            for (at, rarity) in sentence.features.iter().filter_map(|feature| self.find(*feature)) {
                *values.entry(at).or_default() += one * rarity;
            }
        }
        values.insert(self.features.len(), 1.0);
        values.into_iter().map(|(column, value)| (u32::try_from(column).unwrap_or(0), value)).collect()
    }
}

/// One language's fitted weights, in the whole numbers that a reader has: the second stage learns from nothing finer.
pub(crate) struct Fitted {
    known: Known,
    /// Per feature which patterns its weights are the sum of.
    rows: Vec<[u32; 2]>,
    /// The coarse patterns, then the fine ones, in steps.
    pub(crate) patterns: [Vec<Pattern>; 2],
    /// What one step of a column is worth.
    pub(crate) steps: [f32; COLUMNS],
    /// What an empty message comes to.
    pub(crate) bias: [f32; COLUMNS],
}

impl Fitted {
    /// Fits all features, keeps those that tell most, and fits these again.
    pub(crate) fn to(examples: &[&Example]) -> Self {
        let all = Known::of(examples);
        let columns = fit_columns(examples, &all, CHOOSING);
        let mut marks = vec![0.0_f32; all.features.len()];
        for weights in &columns {
            let sizes = || weights.iter().zip(&all.rarity).map(|(weight, rarity)| (weight * rarity).abs());
            let scale = large(sizes().filter(|size| *size > 0.0));
            for (mark, size) in marks.iter_mut().zip(sizes()) {
                *mark += (size / scale) * (size / scale);
            }
        }
        let known = all.best(&marks);
        let columns = fit_columns(examples, &known, WEIGHING);
        Self::rounded(known, &columns)
    }

    /// Of the weights of features, then the bias, per column.
    fn rounded(known: Known, columns: &[Vec<f32>]) -> Self {
        let mut rows: Vec<Weights> = vec![[0.0; _]; known.features.len()];
        let (mut scales, mut bias) = ([0.0; COLUMNS], [0.0; COLUMNS]);
        let of_columns = columns.iter().zip(scales.iter_mut().zip(&mut bias));
        for (number, (weights, (scale, bias))) in of_columns.enumerate() {
            let of_message =
                || weights.iter().zip(&known.rarity).map(|(one, rarity)| one * WORD_SCALE * rarity);
            *scale = large(of_message().map(f32::abs));
            *bias = weights.last().copied().unwrap_or_default();
            let column = rows.iter_mut().filter_map(|row| row.get_mut(number));
            column.zip(of_message()).for_each(|(row, weight)| *row = weight / *scale);
        }
        // An error in a feature's weights is made in every message that has it.
        let common: Vec<f32> = known.rarity.iter().map(|rarity| (1.0 - rarity).exp()).collect();
        let Patterned { rows, patterns, mut steps } = patterned(rows, &common);
        steps.iter_mut().zip(scales).for_each(|(step, scale)| *step *= scale);
        Self { known, rows, patterns, steps, bias }
    }

    /// What the second stage is told of a message.
    pub(crate) fn told(&self, sample: &Sample) -> Told {
        let summed = sample.sentences.iter().map(|sentence| {
            let mut sums = [0.0; COLUMNS];
            let places = sentence.features.iter().filter_map(|feature| self.known.find(*feature));
            for row in places.filter_map(|(at, _)| self.rows.get(at)) {
                let of_row = self.patterns.iter().zip(row).filter_map(|(all, at)| all.get(*at as usize));
                for pattern in of_row {
                    sums.iter_mut().zip(pattern).for_each(|(sum, step)| *sum += f32::from(*step));
                }
            }
            sums.iter_mut().zip(self.steps).for_each(|(sum, step)| *sum *= sentence.relevance * step);
            let count = u16::try_from(sentence.features.len()).unwrap_or(u16::MAX);
            (sums, count, sentence.words, sentence.question)
        });
        Told::new(self.bias, summed.collect())
    }

    /// The features that have weights, each with its patterns.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, [u32; 2])> {
        self.known.features.iter().copied().zip(self.rows.iter().copied())
    }
}

/// Every column's weights: each column is a task of its own, so they are fitted side by side.
fn fit_columns(examples: &[&Example], known: &Known, rounds: usize) -> Vec<Vec<f32>> {
    let rows =
        |by_sentence| -> Vec<Row> { examples.iter().map(|it| known.row(&it.sample, by_sentence)).collect() };
    let (by_sentence, whole) = (rows(true), rows(false));
    let width = known.features.len() + 1;
    let learn = |number: usize| {
        let (targets, task, cost) = task(examples, number);
        let rows: Vec<&Row> = if is_by_sentence(number) { &by_sentence } else { &whole }.iter().collect();
        fit(&rows, &targets, width, task, cost, rounds)
    };
    std::thread::scope(|scope| {
        let columns: Vec<_> = (0..COLUMNS).map(|number| scope.spawn(move || learn(number))).collect();
        columns.into_iter().map(|column| column.join().unwrap_or_default()).collect()
    })
}

/// What a column learns.
fn task(examples: &[&Example], number: usize) -> (Vec<f32>, Task, f32) {
    let signs = |is: &dyn Fn(&Example) -> bool| -> Vec<f32> {
        examples.iter().map(|it| if is(it) { 1.0 } else { -1.0 }).collect()
    };
    let category = number.checked_sub(1).and_then(|number| Category::ALL.get(number));
    let class = number.checked_sub(OUTPUTS).and_then(|number| CLASSES.get(number));
    if let Some(category) = category {
        let targets = signs(&|it| it.labelled.signals.contains(category));
        (targets, Task::Sign { positive_weight: SIGNAL_WEIGHT }, SIGNAL_COST)
    } else if let Some((from, positive_weight)) = class {
        let targets = signs(&|it| it.labelled.score * from.signum() >= from.abs());
        (targets, Task::Sign { positive_weight: *positive_weight }, SIGNAL_COST)
    } else {
        (examples.iter().map(|it| it.labelled.score).collect(), Task::Number, TONE_COST)
    }
}

/// All but the thousandth largest lie below: a few extremes shall not set the scale.
fn large(sizes: impl Iterator<Item = f32>) -> f32 {
    let mut sizes: Vec<f32> = sizes.collect();
    let Some(place) = sizes.len().checked_sub(sizes.len() / 1000 + 1) else { return f32::MIN_POSITIVE };
    let (_, large, _) = sizes.select_nth_unstable_by(place, f32::total_cmp);
    large.max(f32::MIN_POSITIVE)
}
