//! The grams of a request, each once: found again by their hashes, in the order in which they came.

use super::Weight;

/// Grams by hashes whose bits are scattered already; of one that stands twice the heaviest counts.
pub(super) struct Grams {
    kept: Vec<(u64, Weight)>,
    /// By the lowest bits of the hash, or at the next free place: where a gram is kept, from 1. Never more than half full.
    places: Vec<u16>,
}

impl Grams {
    /// With room for so many; what comes after that is left out.
    pub(super) fn with_room(most: usize) -> Self {
        let most = most.min(usize::from(u16::MAX) / 2);
        Self { kept: Vec::with_capacity(most), places: vec![0; 2 * most.next_power_of_two()] }
    }

    pub(super) fn add(&mut self, gram: u64, weight: Weight) {
        let last = self.places.len() - 1;
        let Ok(mut at) = usize::try_from(gram & last as u64) else { return };
        let is_full = self.kept.len() > last / 2;
        while let Some(place) = self.places.get_mut(at) {
            match usize::from(*place).checked_sub(1).and_then(|place| self.kept.get_mut(place)) {
                Some((kept, heaviest)) if *kept == gram => {
                    *heaviest = weight.max(*heaviest);
                    return;
                }
                Some(_) => at = (at + 1) & last,
                None if is_full => return,
                None => {
                    self.kept.push((gram, weight));
                    *place = u16::try_from(self.kept.len()).unwrap_or(u16::MAX);
                    return;
                }
            }
        }
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (u64, Weight)> {
        self.kept.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_is_kept_once_with_its_heaviest_weight_also_where_places_clash() {
        let mut grams = Grams::with_room(3);
        let (one, other) = (7, 7 + (1 << 40));
        for (gram, weight) in
            [(one, Weight::Small), (other, Weight::Letters), (one, Weight::Stem), (other, Weight::Small)]
        {
            grams.add(gram, weight);
        }
        assert_eq!(grams.each().collect::<Vec<_>>(), [(one, Weight::Stem), (other, Weight::Letters)]);
    }

    #[test]
    fn beyond_its_room_nothing_is_kept_and_nothing_hangs() {
        let mut grams = Grams::with_room(4);
        (0..100).for_each(|gram| grams.add(gram, Weight::Small));
        assert!((4..100).contains(&grams.each().count()));
    }
}
