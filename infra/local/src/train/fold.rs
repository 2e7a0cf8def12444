//! What fits with hands left out say, and what it is worth.

use std::collections::BTreeSet;

use tone::network::Network;
use tone::{Category, FILE_SIZE, OUTPUTS};

use super::Example;
use super::fitted::Fitted;
use super::measure::{NEUTRAL, Said, class};
use super::network::{Target, Told, fit};
use super::weights;

/// In so many turns every hand is left out once.
const FOLDS: usize = 5;
/// Calling a neutral message negative is the worst fault: at most this share, so that with what the lexicon adds the
/// whole reader stays below a tenth.
const NEUTRAL_CALLED_NEGATIVE: f64 = 0.085;

/// What a network says of a message.
pub(crate) type Outputs = [f32; OUTPUTS];

/// The hands in so many turns that each is left out once.
pub(crate) fn turns<'a>(hands: &BTreeSet<&'a str>) -> Vec<BTreeSet<&'a str>> {
    let turns = FOLDS.min(hands.len());
    (0..turns).map(|turn| hands.iter().copied().skip(turn).step_by(turns).collect()).collect()
}

/// What fits say of messages whose hands they have not seen.
pub(crate) struct LeftOut {
    told: Vec<Told>,
    outputs: Vec<Outputs>,
    /// Of each turn the fit of both stages.
    fits: Vec<(Fitted, Network)>,
}

impl LeftOut {
    /// Fits on one in `share` of the other hands' messages.
    pub(crate) fn of(examples: &[&Example], turns: &[BTreeSet<&str>], share: usize) -> Self {
        let is_out = |out: &BTreeSet<&str>, it: &Example| out.contains(it.labelled.hand.as_str());
        let mut told: Vec<Option<Told>> = vec![None; examples.len()];
        let mut first = Vec::new();
        for out in turns {
            let others = examples.iter().filter(|it| !is_out(out, it));
            let others: Vec<&Example> = others.step_by(share).copied().collect();
            let fitted = Fitted::to(&others);
            for (told, example) in told.iter_mut().zip(examples).filter(|(_, it)| is_out(out, it)) {
                *told = Some(fitted.told(&example.sample));
            }
            first.push(fitted);
        }
        let told = told.into_iter().flatten().collect();
        let mut all = Self { told, outputs: vec![[0.0; _]; examples.len()], fits: Vec::new() };
        let second: Vec<Network> = std::thread::scope(|scope| {
            let second = turns.iter().map(|out| scope.spawn(|| all.network(examples, out, share)));
            let second: Vec<_> = second.collect();
            let joined = second.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined.map(|network| network.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        for (out, network) in turns.iter().zip(&second) {
            for ((outputs, told), example) in all.outputs.iter_mut().zip(&all.told).zip(examples) {
                if is_out(out, example) {
                    *outputs = told.said(network);
                }
            }
        }
        all.fits = first.into_iter().zip(second).collect();
        all
    }

    /// The second stage, fitted to one in `share` of the messages of all hands but these.
    pub(crate) fn network(&self, examples: &[&Example], out: &BTreeSet<&str>, share: usize) -> Network {
        let others = self.told.iter().zip(examples);
        let others = others.filter(|(_, it)| !out.contains(it.labelled.hand.as_str())).step_by(share);
        let (told, others): (Vec<&Told>, Vec<&Example>) = others.map(|(told, it)| (told, *it)).unzip();
        let targets: Vec<Target> =
            others.iter().zip(balance(&others)).map(|(it, weight)| target(it, weight)).collect();
        let (longer, of_longer): (Vec<Told>, Vec<Target>) =
            longer(&told, &targets, &others).into_iter().unzip();
        let all: Vec<&Told> = told.into_iter().chain(&longer).collect();
        fit(&all, &[targets, of_longer].concat())
    }

    /// Where the lines serve best on messages of all hands but these.
    pub(crate) fn lines(&self, examples: &[&Example], out: &BTreeSet<&str>) -> Lines {
        let others = || {
            let all = self.outputs.iter().zip(examples);
            all.filter(|(_, it)| !out.contains(it.labelled.hand.as_str()))
        };
        let mut thresholds = [0.0; Category::ALL.len()];
        for (number, (threshold, category)) in thresholds.iter_mut().zip(Category::ALL).enumerate() {
            let scored = others().map(|(outputs, it)| {
                let score = outputs.get(number + 1).copied().unwrap_or(0.0);
                (score, it.labelled.signals.contains(&category))
            });
            *threshold = best_threshold(scored);
        }
        let weights = balance(&others().map(|(_, it)| *it).collect::<Vec<_>>());
        let tones = others().zip(weights);
        let tones: Vec<Classed> = tones
            .map(|(([tone, ..], it), weight)| Classed {
                tone: *tone,
                class: class(it.labelled.score),
                weight,
            })
            .collect();
        let cuts = best_cuts(&tones);
        let scored = others().map(|([tone, ..], it)| (*tone, it.labelled.score));
        Lines { cuts, slopes: best_slopes(cuts, &scored), thresholds }
    }

    /// Labels, and what the model says without the rules that join it with the lexicon.
    pub(crate) fn pairs(&self, examples: &[&Example]) -> Vec<(Said, Said)> {
        let lines = self.lines(examples, &BTreeSet::new());
        self.outputs.iter().zip(examples).map(|(outputs, it)| (it.label(), lines.said(outputs))).collect()
    }

    /// Labels, and what the whole reader says with a model and lines that have not seen the message's hand.
    pub(crate) fn read(
        &self,
        examples: &[&Example],
        turns: &[BTreeSet<&str>],
    ) -> anyhow::Result<Vec<(Said, Said)>> {
        let mut pairs = Vec::new();
        for (out, (fitted, network)) in turns.iter().zip(&self.fits) {
            let bytes = weights::to_bytes(fitted, network, &self.lines(examples, out))?;
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
    /// How fast the tone leaves the neutral beyond each cut.
    pub(crate) slopes: [f32; 2],
    /// From here on a category is a signal.
    pub(crate) thresholds: [f32; Category::ALL.len()],
}

impl Lines {
    fn said(&self, [tone, signals @ ..]: &Outputs) -> Said {
        let ([low, high], tone) = (self.cuts, *tone);
        // Only the order within a class matters here; the reader itself bends the scale evenly.
        let score = if tone <= low {
            tone - low - 0.13
        } else if tone >= high {
            tone - high + 0.13
        } else {
            tone * 0.12 / if tone < 0.0 { -low } else { high }
        };
        let over = Category::ALL.iter().zip(signals.iter().zip(self.thresholds));
        let signals =
            over.filter(|(_, (score, threshold))| **score >= *threshold).map(|(category, _)| *category);
        Said { score, signals: signals.collect() }
    }
}

/// What the second stage learns: the score, and a step between neutral and the rest, for that is what matters most.
fn target(example: &Example, weight: f64) -> Target {
    let score = example.labelled.score;
    let is = |category: &Category| f32::from(u8::from(example.labelled.signals.contains(category)));
    let mut said = std::iter::once(score + f32::from(class(score)) / 2.0).chain(Category::ALL.iter().map(is));
    #[expect(clippy::cast_possible_truncation, reason = "a weight needs no more digits")]
    let weight = weight as f32;
    Target { said: std::array::from_fn(|_| said.next().unwrap_or(0.0)), weight }
}

/// Words up to which a message is of a length; the rest is of one more.
const LENGTHS: [usize; 5] = [6, 12, 20, 32, 64];

/// How much each message counts. Who makes up messages writes little that is long, and nearly nothing that is long and says
/// nothing; real mail is full of it. So of every length as many are neutral, for no tone shall come of the length, and a
/// length of which there are four times fewer counts twice as much.
fn balance(examples: &[&Example]) -> Vec<f64> {
    let length = |it: &Example| {
        let words = it.sample.sentences.iter().map(|sentence| sentence.words).sum();
        LENGTHS.partition_point(|length| *length < words)
    };
    let neutral = |it: &Example| class(it.labelled.score) == 0;
    let mut counts = [[1.0_f64; 2]; LENGTHS.len() + 1];
    for it in examples {
        if let Some(count) = counts.get_mut(length(it)).and_then(|of| of.get_mut(usize::from(neutral(it)))) {
            *count += 1.0;
        }
    }
    let all = |side: usize| counts.iter().filter_map(|of| of.get(side)).sum::<f64>();
    let (sides, total) = ([all(0), all(1)], all(0) + all(1));
    let even = total / counts.iter().map(|_| 1.0).sum::<f64>();
    let weight = |it: &&Example| {
        let side = usize::from(neutral(it));
        let (of_length, of_all) = (counts.get(length(it))?, sides.get(side)?);
        let long: f64 = of_length.iter().sum();
        Some((even / long).sqrt() * of_all / total * long / of_length.get(side)?)
    };
    examples.iter().map(|it| weight(it).unwrap_or(1.0)).collect()
}

/// One in so many messages is also read among others.
const AMONG_OTHERS: usize = 4;
/// How much it counts then.
const LONGER_COUNTS: f32 = 0.25;

/// Messages among up to five that say nothing: real mail tells the one thing that matters among other business, which hands
/// seldom write. The first stage learns nothing from them, for there the words beside would be blamed.
fn longer(told: &[&Told], targets: &[Target], examples: &[&Example]) -> Vec<(Told, Target)> {
    let plain = |it: &Example| class(it.labelled.score) == 0 && it.labelled.signals.is_empty();
    let mut silent = told.iter().zip(examples).filter(|(_, it)| plain(it)).map(|(told, _)| *told).cycle();
    let some = told.iter().zip(targets).step_by(AMONG_OTHERS).enumerate();
    let longer = some.map(|(number, (told, target))| {
        let others: Vec<&Told> = silent.by_ref().skip(number % 3).take(1 + number % 5).collect();
        (told.among(&others), Target { weight: LONGER_COUNTS * target.weight, ..*target })
    });
    longer.collect()
}

/// The slopes beyond the cuts that bring tones closest to the scores.
fn best_slopes(cuts: [f32; 2], scored: &(impl Iterator<Item = (f32, f32)> + Clone)) -> [f32; 2] {
    let [low, high] = cuts;
    let slope = |beyond: &dyn Fn(f32, f32) -> (f32, f32)| {
        let (mut product, mut square) = (0.0, f32::MIN_POSITIVE);
        for (far, score) in scored.clone().map(|(tone, score)| beyond(tone, score)).filter(|it| it.0 > 0.0) {
            product += far * (score - NEUTRAL);
            square += far * far;
        }
        (product / square).max(0.1)
    };
    [slope(&|tone, score| (low - tone, -score)), slope(&|tone, score| (tone - high, score))]
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

/// A message's tone by the network, its class by the label, and how much it counts.
struct Classed {
    tone: f32,
    class: i8,
    weight: f64,
}

/// The cuts with the most messages in their class, among those that call few neutral ones negative. How many are right
/// beyond one cut does not depend on where the other lies.
fn best_cuts(tones: &[Classed]) -> [f32; 2] {
    let steps = || (1..=240_u8).map(|step| f32::from(step) / 300.0);
    let beyond = |cut: f32, of: i8| -> f64 {
        let side = |tone: f32| if cut < 0.0 { tone <= cut } else { tone >= cut };
        tones.iter().filter(|it| it.class == of && side(it.tone)).map(|it| it.weight).sum()
    };
    let neutral: f64 = tones.iter().filter(|it| it.class == 0).map(|it| it.weight).sum();
    let few = |wronged: f64| wronged <= NEUTRAL_CALLED_NEGATIVE * neutral;
    let gain = |cut: f32, of: i8| beyond(cut, of) - beyond(cut, 0);
    let best = |one: &(f32, f64), next: &(f32, f64)| one.1.total_cmp(&next.1);
    let low = steps().filter(|cut| few(beyond(-cut, 0))).map(|cut| (cut, gain(-cut, -1))).max_by(best);
    let high = steps().map(|cut| (cut, gain(cut, 1))).max_by(best);
    [-low.map_or(0.8, |(cut, _)| cut), high.map_or(0.8, |(cut, _)| cut)]
}
