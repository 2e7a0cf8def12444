//! Numbers that look random and are the same in every run.

/// `SplitMix64` (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// 0 up to but not including `sides`; 0 of no sides.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX);
        let side = (u128::from(self.roll()) * u128::from(sides)) >> 64;
        usize::try_from(side).unwrap_or(0)
    }

    /// The numbers below `count` in some order (Fisher and Yates).
    pub(super) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            numbers.swap(last, self.below(last + 1));
        }
        numbers
    }

    /// Which of `folds` each of `count` falls into; as many in each, give or take one.
    pub(super) fn folds(&mut self, count: usize, folds: usize) -> Vec<usize> {
        self.permutation(count).into_iter().map(|place| place % folds.max(1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_has_everybody_once_and_folds_are_even() {
        let mut permutation = Dice::new(1).permutation(50);
        assert_eq!(permutation, Dice::new(1).permutation(50));
        permutation.sort_unstable();
        assert_eq!(permutation, (0..50).collect::<Vec<_>>());
        let folds = Dice::new(2).folds(11, 5);
        let sizes: Vec<usize> = (0..5).map(|fold| folds.iter().filter(|it| **it == fold).count()).collect();
        assert_eq!(sizes, [3, 2, 2, 2, 2]);
        assert_eq!(Dice::new(3).below(0), 0);
    }
}
