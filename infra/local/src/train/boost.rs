//! Boosted trees (Friedman 2001), small ones, each fitted to what the earlier ones leave over; deterministic.

use tone::{DEPTH, LEAVES, SIGNS, SPLITS, TREES, Tree};

/// What the trees ask about, of one message.
pub(crate) type Signs = [f32; SIGNS];

/// How much of its step a tree takes. With this depth and number chosen with hands left out; half or twice as much
/// reaches the same.
const PACE: f64 = 0.06;
/// Messages a leaf holds at least.
const FEWEST: usize = 40;
/// How much a leaf's size is held back, in messages.
const RESERVE: f64 = 10.0;
/// Bounds that a question may choose from, at even shares of the messages.
const BOUNDS: usize = 48;

/// Trees that sum up to a tone.
#[derive(Clone, Debug)]
pub(crate) struct Forest(pub(crate) Vec<Tree>);

/// The messages of one side of a question.
#[derive(Clone, Copy, Default)]
struct Heap {
    count: usize,
    weight: f64,
    left_over: f64,
}

impl Heap {
    fn take(&mut self, (left_over, weight): (f64, f64)) {
        self.count += 1;
        self.weight += weight;
        self.left_over += weight * left_over;
    }

    fn with(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            weight: self.weight + other.weight,
            left_over: self.left_over + other.left_over,
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            count: self.count - other.count,
            weight: self.weight - other.weight,
            left_over: self.left_over - other.left_over,
        }
    }

    /// What a leaf for these messages adds.
    fn value(self) -> f64 {
        self.left_over / (self.weight + RESERVE)
    }

    /// By how much such a leaf lessens the squared errors.
    fn gain(self) -> f64 {
        self.value() * self.left_over
    }
}

/// A question and what it gains.
struct Split {
    gain: f64,
    sign: usize,
    /// The number of the bound: those at or above it are on the yes side.
    bound: usize,
}

impl Forest {
    /// The trees under which these messages come closest to their targets, each as important as it weighs.
    pub(crate) fn to(signs: &[Signs], targets: &[f32], weights: &[f64]) -> Self {
        let bounds = bounds(signs);
        let bins: Vec<[u8; SIGNS]> = signs.iter().map(|signs| binned(signs, &bounds)).collect();
        let targets = targets.iter().copied().map(f64::from).zip(weights.iter().copied());
        let mut all = Heap::default();
        targets.clone().for_each(|target| all.take(target));
        let base = all.left_over / all.weight.max(f64::MIN_POSITIVE);
        let mut left_over: Vec<(f64, f64)> =
            targets.map(|(target, weight)| (target - base, weight)).collect();
        let mut trees = Vec::with_capacity(TREES);
        for number in 0..TREES {
            let mut tree = grow(&bins, &left_over, &bounds);
            for ((left_over, _), signs) in left_over.iter_mut().zip(signs) {
                *left_over -= f64::from(tree.value(signs));
            }
            if number == 0 {
                tree.leaves.iter_mut().for_each(|leaf| *leaf += short(base));
            }
            trees.push(tree);
        }
        Self(trees)
    }

    pub(crate) fn tone(&self, signs: &Signs) -> f32 {
        self.0.iter().map(|tree| tree.value(signs)).sum()
    }
}

/// One tree, level by level.
fn grow(bins: &[[u8; SIGNS]], left_over: &[(f64, f64)], bounds: &[Vec<f32>]) -> Tree {
    let mut tree = Tree { splits: [(0, f32::MAX); SPLITS], leaves: [0.0; LEAVES] };
    let mut nodes: Vec<Vec<usize>> = vec![(0..bins.len()).collect()];
    let mut at = 0;
    for _ in 0..DEPTH {
        let mut next = Vec::with_capacity(2 * nodes.len());
        for members in nodes {
            if let Some(split) = best(bins, left_over, &members) {
                let bound = bounds.get(split.sign).and_then(|bounds| bounds.get(split.bound));
                if let (Some(asked), Some(bound), Ok(sign)) =
                    (tree.splits.get_mut(at), bound, u8::try_from(split.sign))
                {
                    *asked = (sign, *bound);
                }
                let yes = |member: &usize| {
                    let bin = bins.get(*member).and_then(|bins| bins.get(split.sign));
                    bin.is_some_and(|bin| usize::from(*bin) > split.bound)
                };
                let (above, below): (Vec<usize>, Vec<usize>) = members.into_iter().partition(yes);
                next.extend([below, above]);
            } else {
                // Every answer is no.
                next.extend([members, Vec::new()]);
            }
            at += 1;
        }
        nodes = next;
    }
    for (leaf, members) in tree.leaves.iter_mut().zip(nodes) {
        let mut heap = Heap::default();
        members.iter().filter_map(|member| left_over.get(*member)).for_each(|it| heap.take(*it));
        *leaf = short(PACE * heap.value());
    }
    tree
}

/// The question that gains most among these messages.
fn best(bins: &[[u8; SIGNS]], left_over: &[(f64, f64)], members: &[usize]) -> Option<Split> {
    let mut heaps = vec![[Heap::default(); BOUNDS + 1]; SIGNS];
    let mut all = Heap::default();
    for member in members {
        let (Some(bins), Some(left_over)) = (bins.get(*member), left_over.get(*member)) else { continue };
        all.take(*left_over);
        for (heaps, bin) in heaps.iter_mut().zip(bins) {
            if let Some(heap) = heaps.get_mut(usize::from(*bin)) {
                heap.take(*left_over);
            }
        }
    }
    let mut best: Option<Split> = None;
    for (sign, heaps) in heaps.iter().enumerate() {
        let mut below = Heap::default();
        for (bound, heap) in heaps.iter().enumerate().take(BOUNDS) {
            below = below.with(*heap);
            let above = all.without(below);
            if below.count < FEWEST || above.count < FEWEST {
                continue;
            }
            let gain = below.gain() + above.gain() - all.gain();
            if gain > best.as_ref().map_or(1e-9, |best| best.gain) {
                best = Some(Split { gain, sign, bound });
            }
        }
    }
    best
}

/// Per sign the bounds between even shares of the messages, rising.
fn bounds(signs: &[Signs]) -> Vec<Vec<f32>> {
    let bounds_of = |sign: usize| {
        let mut values: Vec<f32> = signs.iter().filter_map(|signs| signs.get(sign).copied()).collect();
        values.sort_by(f32::total_cmp);
        let mut bounds: Vec<f32> = (1..=BOUNDS)
            .filter_map(|share| values.get(share * values.len() / (BOUNDS + 1)).copied())
            .collect();
        bounds.dedup();
        bounds
    };
    (0..SIGNS).map(bounds_of).collect()
}

/// Of each sign how many bounds lie at or below it.
fn binned(signs: &Signs, bounds: &[Vec<f32>]) -> [u8; SIGNS] {
    let mut bins = [0; SIGNS];
    for ((bin, value), bounds) in bins.iter_mut().zip(signs).zip(bounds) {
        *bin = u8::try_from(bounds.partition_point(|bound| bound <= value)).unwrap_or(u8::MAX);
    }
    bins
}

#[expect(clippy::cast_possible_truncation, reason = "a tone needs no more digits")]
fn short(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(one: u8, other: u8) -> Signs {
        let mut signs = [0.0; SIGNS];
        (signs[0], signs[1]) = (f32::from(one), f32::from(other));
        signs
    }

    #[test]
    fn what_two_signs_say_only_together_is_found_the_same_every_time() {
        let all: Vec<Signs> = (0..40).flat_map(|one| (0..40).map(move |other| signs(one, other))).collect();
        let together = |signs: &Signs| if signs[0] < 20.0 && signs[1] >= 20.0 { -1.0 } else { 0.3 };
        let targets: Vec<f32> = all.iter().map(together).collect();
        let weights = vec![1.0; all.len()];
        let forest = Forest::to(&all, &targets, &weights);
        for (one, other) in [(5, 35), (35, 35), (35, 5), (5, 5)] {
            let (said, wanted) = (forest.tone(&signs(one, other)), together(&signs(one, other)));
            assert!((said - wanted).abs() < 0.02, "{one} {other}: {said}, not {wanted}");
        }
        assert_eq!(forest.0, Forest::to(&all, &targets, &weights).0);
    }
}
