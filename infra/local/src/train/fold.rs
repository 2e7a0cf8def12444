//! Fitting with hands left out, and what the outputs of those fits are worth.

use std::collections::{BTreeMap, BTreeSet};

use tone::{BUCKETS, Category, FACTS, FILE_SIZE, OUTPUTS, Sample, Side, column};

use super::Example;
use super::linear::{Row, Task, fit, score};
use super::measure::{Said, class};
use super::second::Curves;
use super::weights;

/// Places of a row: buckets, the lexicon's facts, and one that is always 1.
const FACT: usize = BUCKETS;
const BIAS: usize = BUCKETS + FACTS;
const WIDTH: usize = BIAS + 1;
/// How far a fact weighs beside the words: as if it were said this many times.
const FACT_SCALE: f32 = 2.0;
/// Brings the words of a message to about length one.
const WORD_SCALE: f32 = 0.25;
/// Chosen with hands left out, by the learning curve's last point.
const TONE_COST: f32 = 0.3;
const SIGNAL_COST: f32 = 0.2;
/// Signals are rare: one counts as much as so many messages without.
const SIGNAL_WEIGHT: f32 = 4.0;
/// What the columns behind the categories learn of the score: whether it lies so far on the column's side, and how much
/// one message counts of which that is so. Negative, dark, positive, and negative once more, by sentence.
const CLASSES: [(f32, f32); tone::COLUMNS - OUTPUTS] = [(0.13, 1.0), (0.35, 1.5), (0.13, 2.0), (0.13, 1.0)];
const ROUNDS: usize = 15;
/// In so many turns every hand is left out once.
const FOLDS: usize = 5;
/// Calling a neutral message negative is the worst fault: at most this share, so that with what the lexicon adds the
/// whole reader stays below a tenth.
const NEUTRAL_CALLED_NEGATIVE: f64 = 0.08;

/// The columns of a message.
pub(crate) type Outputs = [f32; tone::COLUMNS];

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
        let (by_sentence, whole) = (rows(true), rows(false));
        let learn = |number: usize, targets: &[f32], task: Task, cost: f32| {
            let rows = if column(number).1 { &by_sentence } else { &whole };
            let mut weights = fit(&rows.iter().collect::<Vec<_>>(), targets, WIDTH, task, cost, ROUNDS);
            keep_to_its_side(number, &mut weights);
            weights
        };
        let signs = |is: &dyn Fn(&Example) -> bool| -> Vec<f32> {
            examples.iter().map(|it| if is(it) { 1.0 } else { -1.0 }).collect()
        };
        let scores: Vec<f32> = examples.iter().map(|it| it.labelled.score).collect();
        let mut columns = vec![learn(0, &scores, Task::Number, TONE_COST)];
        let task = Task::Sign { positive_weight: SIGNAL_WEIGHT };
        for (number, category) in (1..).zip(Category::ALL) {
            let targets = signs(&|it| it.labelled.signals.contains(&category));
            columns.push(learn(number, &targets, task, SIGNAL_COST));
        }
        for (number, (from, positive_weight)) in (OUTPUTS..).zip(CLASSES) {
            let targets = signs(&|it| match column(number).0 {
                Side::Bright => it.labelled.score >= from,
                Side::Dark => it.labelled.score <= -from,
            });
            columns.push(learn(number, &targets, Task::Sign { positive_weight }, SIGNAL_COST));
        }
        Self { columns, rarity, facts }
    }

    fn outputs(&self, sample: &Sample) -> Outputs {
        let by_sentence = row(sample, &self.rarity, self.facts, true);
        let whole = row(sample, &self.rarity, self.facts, false);
        let mut columns = self.columns.iter();
        std::array::from_fn(|output| {
            let row = if column(output).1 { &by_sentence } else { &whole };
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

/// Of the columns that speak of the tone itself: what the lexicon finds bright never darkens it, and nothing else it finds
/// brightens it.
fn keep_to_its_side(number: usize, weights: &mut [f32]) {
    if (1..OUTPUTS).contains(&number) {
        return;
    }
    for (fact, weight) in weights.iter_mut().skip(FACT).take(FACTS).enumerate() {
        let rises = (fact + 1 == FACTS) == (column(number).0 == Side::Bright);
        *weight = if rises { weight.max(0.0) } else { weight.min(0.0) };
    }
}

/// The hands in so many turns that each is left out once.
pub(crate) fn turns<'a>(hands: &BTreeSet<&'a str>) -> Vec<BTreeSet<&'a str>> {
    let turns = FOLDS.min(hands.len());
    (0..turns).map(|turn| hands.iter().copied().skip(turn).step_by(turns).collect()).collect()
}

/// What fits say of messages whose hands they have not seen.
pub(crate) struct LeftOut {
    outputs: Vec<Outputs>,
    tones: Vec<f32>,
    /// Of each turn the fit of the first stage.
    fits: Vec<Fitted>,
}

impl LeftOut {
    /// Fits on one in `share` of the other hands' messages, with or without the lexicon's facts.
    pub(crate) fn of(examples: &[&Example], turns: &[BTreeSet<&str>], share: usize, facts: bool) -> Self {
        let mut all = Self {
            outputs: vec![[0.0; _]; examples.len()],
            tones: vec![0.0; examples.len()],
            fits: Vec::new(),
        };
        for out in turns {
            let others = examples.iter().filter(|it| !out.contains(it.labelled.hand.as_str()));
            let others: Vec<&Example> = others.step_by(share).copied().collect();
            let fitted = Fitted::to(&others, facts);
            for (outputs, example) in all.outputs.iter_mut().zip(examples) {
                if out.contains(example.labelled.hand.as_str()) {
                    *outputs = fitted.outputs(&example.sample);
                }
            }
            all.fits.push(fitted);
        }
        for out in turns {
            let curves = all.curves(examples, out, share);
            for ((tone, outputs), example) in all.tones.iter_mut().zip(&all.outputs).zip(examples) {
                if out.contains(example.labelled.hand.as_str()) {
                    *tone = curves.tone(outputs);
                }
            }
        }
        all
    }

    /// The second stage, fitted to one in `share` of the messages of all hands but these.
    pub(crate) fn curves(&self, examples: &[&Example], out: &BTreeSet<&str>, share: usize) -> Curves {
        let others = self.outputs.iter().zip(examples);
        let others = others.filter(|(_, it)| !out.contains(it.labelled.hand.as_str())).step_by(share);
        let (outputs, examples): (Vec<&Outputs>, Vec<&Example>) = others.unzip();
        Curves::to(&outputs, &examples)
    }

    /// Where the lines serve best on messages of all hands but these.
    pub(crate) fn lines(&self, examples: &[&Example], out: &BTreeSet<&str>) -> Lines {
        let others = || {
            let all = self.tones.iter().zip(&self.outputs).zip(examples);
            all.filter(|(_, it)| !out.contains(it.labelled.hand.as_str()))
        };
        let mut thresholds = [0.0; Category::ALL.len()];
        for (number, (threshold, category)) in thresholds.iter_mut().zip(Category::ALL).enumerate() {
            let scored = others().map(|((_, outputs), it)| {
                let score = outputs.get(number + 1).copied().unwrap_or(0.0);
                (score, it.labelled.signals.contains(&category))
            });
            *threshold = best_threshold(scored);
        }
        let tones: Vec<(f32, i8)> =
            others().map(|((tone, _), it)| (*tone, class(it.labelled.score))).collect();
        Lines { cuts: best_cuts(&tones), thresholds }
    }

    /// Labels, and what the model says without the rules that join it with the lexicon.
    pub(crate) fn pairs(&self, examples: &[&Example]) -> Vec<(Said, Said)> {
        let lines = self.lines(examples, &BTreeSet::new());
        let all = self.tones.iter().zip(&self.outputs).zip(examples);
        all.map(|((tone, outputs), it)| (it.label(), lines.said(*tone, outputs))).collect()
    }

    /// Labels, and what the whole reader says with a model and lines that have not seen the message's hand.
    pub(crate) fn read(
        &self,
        examples: &[&Example],
        turns: &[BTreeSet<&str>],
    ) -> anyhow::Result<Vec<(Said, Said)>> {
        let mut pairs = Vec::new();
        for (out, fitted) in turns.iter().zip(&self.fits) {
            let (curves, lines) = (self.curves(examples, out, 1), self.lines(examples, out));
            let bytes = weights::to_bytes(fitted, &curves, &lines)?;
            let file: Box<[u8; FILE_SIZE]> = bytes
                .into_boxed_slice()
                .try_into()
                .map_err(|_| anyhow::anyhow!("a model of another size"))?;
            for example in examples.iter().filter(|it| out.contains(it.labelled.hand.as_str())) {
                let (tone, signals) = tone::read_with(&file, &example.labelled.message());
                pairs.push((example.label(), Said { score: f32::from(tone) / 100.0, signals }));
            }
        }
        Ok(pairs)
    }
}

/// From outputs to tone and signals: where the lines are drawn.
pub(crate) struct Lines {
    /// Below the first a tone is negative, above the second positive.
    pub(crate) cuts: [f32; 2],
    /// From here on a category is a signal.
    pub(crate) thresholds: [f32; Category::ALL.len()],
}

impl Lines {
    fn said(&self, tone: f32, outputs: &Outputs) -> Said {
        let [low, high] = self.cuts;
        // Only the order within a class matters here; the reader itself bends the scale evenly.
        let score = if tone <= low {
            tone - low - 0.13
        } else if tone >= high {
            tone - high + 0.13
        } else {
            tone * 0.12 / if tone < 0.0 { -low } else { high }
        };
        let over = Category::ALL.iter().zip(outputs.iter().skip(1).zip(self.thresholds));
        let signals =
            over.filter(|(_, (score, threshold))| **score >= *threshold).map(|(category, _)| *category);
        Said { score, signals: signals.collect() }
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

/// The cuts with the most messages in their class, among those that call few neutral ones negative. How many are right
/// beyond one cut does not depend on where the other lies.
fn best_cuts(tones: &[(f32, i8)]) -> [f32; 2] {
    let steps = || (1..=240_u8).map(|step| f32::from(step) / 400.0);
    let beyond = |cut: f32, of: i8| {
        let side = |tone: f32| if cut < 0.0 { tone <= cut } else { tone >= cut };
        tones.iter().filter(|(tone, class)| *class == of && side(*tone)).count()
    };
    let neutral = tones.iter().filter(|(_, class)| *class == 0).count();
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let few = |wronged: usize| wronged as f64 <= NEUTRAL_CALLED_NEGATIVE * neutral as f64;
    let gain = |cut: f32, of: i8| neutral + beyond(cut, of) - beyond(cut, 0);
    let low = steps().filter(|cut| few(beyond(-cut, 0))).max_by_key(|cut| gain(-cut, -1));
    let high = steps().max_by_key(|cut| gain(*cut, 1));
    [-low.unwrap_or(0.6), high.unwrap_or(0.6)]
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
