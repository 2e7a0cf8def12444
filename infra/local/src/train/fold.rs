//! Fitting with hands left out, and what the outputs of those fits are worth.

use std::collections::{BTreeMap, BTreeSet};

use tone::{BUCKETS, Category, FACTS, OUTPUTS, Sample};

use super::Example;
use super::linear::{Row, Task, fit, score};
use super::measure::{Said, class};

/// Columns of a row: buckets, the lexicon's facts, and one that is always 1.
const FACT: usize = BUCKETS;
const BIAS: usize = BUCKETS + FACTS;
const COLUMNS: usize = BIAS + 1;
/// How far a fact weighs beside the words: as if it were said this many times.
const FACT_SCALE: f32 = 2.0;
/// Brings the words of a message to about length one.
const WORD_SCALE: f32 = 0.25;
/// Chosen with hands left out, by the learning curve's last point.
const TONE_COST: f32 = 0.3;
const SIGNAL_COST: f32 = 0.2;
/// Signals are rare: one counts as much as so many messages without.
const SIGNAL_WEIGHT: f32 = 4.0;
const ROUNDS: usize = 15;
/// In so many turns every hand is left out once.
const FOLDS: usize = 5;
/// Calling a neutral message negative is the worst fault: at most this share.
const NEUTRAL_CALLED_NEGATIVE: f64 = 0.10;

/// The outputs of a message: tone, then the categories.
pub(crate) type Outputs = [f32; OUTPUTS];

/// One language's fitted weights, of buckets, facts and bias, still as numbers.
pub(crate) struct Fitted {
    pub(crate) columns: Vec<Vec<f32>>,
    rarity: Vec<f32>,
    facts: bool,
}

impl Fitted {
    pub(crate) fn to(examples: &[&Example], facts: bool) -> Self {
        let rarity = rarity(examples);
        let rows = |by_sentence| -> Vec<Row> {
            examples.iter().map(|it| row(&it.sample, &rarity, facts, by_sentence)).collect()
        };
        let scores: Vec<f32> = examples.iter().map(|it| it.labelled.score).collect();
        let by_sentence = rows(true);
        let by_sentence: Vec<&Row> = by_sentence.iter().collect();
        let mut columns = vec![fit(&by_sentence, &scores, COLUMNS, Task::Number, TONE_COST, ROUNDS)];
        let whole = rows(false);
        let whole: Vec<&Row> = whole.iter().collect();
        let task = Task::Sign { positive_weight: SIGNAL_WEIGHT };
        for category in Category::ALL {
            let has = |it: &&Example| if it.labelled.signals.contains(&category) { 1.0 } else { -1.0 };
            let targets: Vec<f32> = examples.iter().map(has).collect();
            columns.push(fit(&whole, &targets, COLUMNS, task, SIGNAL_COST, ROUNDS));
        }
        Self { columns, rarity, facts }
    }

    fn outputs(&self, sample: &Sample) -> Outputs {
        let by_sentence = row(sample, &self.rarity, self.facts, true);
        let whole = row(sample, &self.rarity, self.facts, false);
        let mut columns = self.columns.iter();
        std::array::from_fn(|output| {
            let row = if output == 0 { &by_sentence } else { &whole };
            columns.next().map_or(0.0, |weights| score(weights, row))
        })
    }

    /// What a bucket adds to an output, for a sentence or message of a single feature.
    pub(crate) fn word(&self, output: usize, bucket: usize) -> f32 {
        let weight = self.columns.get(output).and_then(|weights| weights.get(bucket)).copied().unwrap_or(0.0);
        weight * WORD_SCALE * self.rarity.get(bucket).copied().unwrap_or(0.0)
    }

    /// What a fact of 1 adds to an output.
    pub(crate) fn fact(&self, output: usize, fact: usize) -> f32 {
        let weights = self.columns.get(output);
        FACT_SCALE * weights.and_then(|weights| weights.get(FACT + fact)).copied().unwrap_or(0.0)
    }

    /// What an empty message comes to.
    pub(crate) fn bias(&self, output: usize) -> f32 {
        self.columns.get(output).and_then(|weights| weights.get(BIAS)).copied().unwrap_or(0.0)
    }
}

/// How rare each bucket is among the messages: the logarithm of one in how many has it, and one.
fn rarity(examples: &[&Example]) -> Vec<f32> {
    let mut having = vec![0.0_f32; BUCKETS];
    for example in examples {
        let buckets: BTreeSet<usize> =
            example.sample.sentences.iter().flat_map(|(_, buckets)| buckets).copied().collect();
        for bucket in buckets {
            if let Some(having) = having.get_mut(bucket) {
                *having += 1.0;
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a corpus has far fewer than 2^24 messages")]
    let all = examples.len() as f32;
    having.into_iter().map(|having| ((1.0 + all) / (1.0 + having)).ln() + 1.0).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a message has far fewer than 2^24 features")]
fn row(sample: &Sample, rarity: &[f32], facts: bool, by_sentence: bool) -> Row {
    let mut values = BTreeMap::<usize, f32>::new();
    let all: usize = sample.sentences.iter().map(|(_, buckets)| buckets.len()).sum();
    for (relevance, buckets) in &sample.sentences {
        let count = if by_sentence { buckets.len() } else { all };
        let one = relevance * WORD_SCALE / (count.max(1) as f32).sqrt();
        for bucket in buckets {
            *values.entry(*bucket).or_default() += one * rarity.get(*bucket).copied().unwrap_or(0.0);
        }
    }
    if facts {
        let set = sample.facts.iter().enumerate().filter(|(_, fact)| **fact != 0.0);
        values.extend(set.map(|(fact, value)| (FACT + fact, value * FACT_SCALE)));
    }
    values.insert(BIAS, 1.0);
    values.into_iter().map(|(column, value)| (u32::try_from(column).unwrap_or(0), value)).collect()
}

/// The outputs of every message from a fit that has not seen its hand, on one in `share` of the others.
pub(crate) fn left_out(
    examples: &[&Example],
    hands: &BTreeSet<&str>,
    share: usize,
    facts: bool,
) -> Vec<Outputs> {
    let mut outputs = vec![[0.0; OUTPUTS]; examples.len()];
    for fold in 0..FOLDS.min(hands.len()) {
        let out: BTreeSet<&str> = hands.iter().copied().skip(fold).step_by(FOLDS.min(hands.len())).collect();
        let others = examples.iter().filter(|it| !out.contains(it.labelled.hand.as_str()));
        let others: Vec<&Example> = others.step_by(share).copied().collect();
        let fitted = Fitted::to(&others, facts);
        for (output, example) in outputs.iter_mut().zip(examples) {
            if out.contains(example.labelled.hand.as_str()) {
                *output = fitted.outputs(&example.sample);
            }
        }
    }
    outputs
}

/// From outputs to tone and signals: where the lines are drawn.
pub(crate) struct Reader {
    /// Below the first a tone is negative, above the second positive.
    pub(crate) cuts: [f32; 2],
    /// From here on a category is a signal.
    pub(crate) thresholds: [f32; Category::ALL.len()],
}

impl Reader {
    /// Draws the lines where they serve best on messages of hands left out.
    pub(crate) fn of(outputs: &[Outputs], examples: &[&Example]) -> Self {
        let mut thresholds = [0.0; Category::ALL.len()];
        for (number, (threshold, category)) in thresholds.iter_mut().zip(Category::ALL).enumerate() {
            let scored = outputs.iter().zip(examples);
            let score = |outputs: &Outputs| outputs.get(number + 1).copied().unwrap_or(0.0);
            *threshold =
                best_threshold(scored.map(|(out, it)| (score(out), it.labelled.signals.contains(&category))));
        }
        let tones = outputs.iter().zip(examples).map(|([tone, ..], it)| (*tone, class(it.labelled.score)));
        Self { cuts: best_cuts(&tones.collect::<Vec<_>>()), thresholds }
    }

    fn said(&self, [tone, signals @ ..]: &Outputs) -> Said {
        let [low, high] = self.cuts;
        // Only the order within a class matters here; the reader itself bends the scale evenly.
        let score = if *tone <= low {
            tone - low - 0.13
        } else if *tone >= high {
            tone - high + 0.13
        } else {
            tone * 0.12 / if *tone < 0.0 { -low } else { high }
        };
        let over = Category::ALL.iter().zip(signals.iter().zip(self.thresholds));
        let signals =
            over.filter(|(_, (score, threshold))| **score >= *threshold).map(|(category, _)| *category);
        Said { score, signals: signals.collect() }
    }

    pub(crate) fn pairs(&self, outputs: &[Outputs], examples: &[&Example]) -> Vec<(Said, Said)> {
        examples.iter().zip(outputs).map(|(it, outputs)| (it.label(), self.said(outputs))).collect()
    }
}

/// The threshold with the best F1.
fn best_threshold(scored: impl Iterator<Item = (f32, bool)>) -> f32 {
    let mut scored: Vec<(f32, bool)> = scored.collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let f1 = |right: usize, read: usize, labelled: usize| 2.0 * right as f64 / (read + labelled) as f64;
    let labelled = scored.iter().filter(|(_, has)| *has).count();
    let (mut right, mut best) = (0, (0.0, f32::MAX));
    for (read, (score, has)) in scored.iter().enumerate() {
        right += usize::from(*has);
        let f1 = f1(right, read + 1, labelled);
        if f1 > best.0 {
            best = (f1, *score);
        }
    }
    best.1
}

/// The cuts with the most messages in their class, among those that call few neutral ones negative.
fn best_cuts(tones: &[(f32, i8)]) -> [f32; 2] {
    let steps = || (1..60_u8).map(|step| f32::from(step) / 100.0);
    let neutral = tones.iter().filter(|(_, class)| *class == 0).count();
    let mut best = (0, [-0.12, 0.12]);
    for low in steps() {
        let wronged = tones.iter().filter(|(tone, class)| *class == 0 && *tone <= -low).count();
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        if wronged as f64 > NEUTRAL_CALLED_NEGATIVE * neutral as f64 {
            continue;
        }
        for high in steps() {
            let called = |tone: f32| i8::from(tone >= high) - i8::from(tone <= -low);
            let right = tones.iter().filter(|(tone, class)| called(*tone) == *class).count();
            if right > best.0 {
                best = (right, [-low, high]);
            }
        }
    }
    best.1
}

/// The categories among the lexicon's facts.
pub(crate) fn found(facts: &[f32; FACTS]) -> BTreeSet<Category> {
    Category::ALL
        .into_iter()
        .zip(facts)
        .filter(|(_, fact)| **fact > 0.0)
        .map(|(category, _)| category)
        .collect()
}
