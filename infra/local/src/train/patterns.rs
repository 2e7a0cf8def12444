//! Few patterns instead of many rows of weights: each row becomes the sum of a coarse and a fine pattern. Both kinds are
//! found by k-means (Lloyd 1982), the fine ones in what the coarse ones leave (Juang and Gray 1982).

use tone::{COLUMNS, PATTERNS, Pattern};

/// A feature's weights, or a pattern, before it is rounded.
pub(crate) type Row = [f32; COLUMNS];

/// With ten rounds over half of the rows the signals' F1 of hands left out was .005 less, with twenty the same.
const ROUNDS: usize = 14;

/// Rows as patterns.
pub(crate) struct Patterned {
    /// Of each row which coarse and which fine one.
    pub(crate) rows: Vec<[u32; 2]>,
    pub(crate) patterns: [Vec<Pattern>; 2],
    /// What one step of a column is worth.
    pub(crate) steps: Row,
}

/// The rows as sums of patterns. `common` says how much an error in each of them counts.
pub(crate) fn patterned(rows: Vec<Row>, common: &[f32]) -> Patterned {
    let mut left = rows;
    let found: [_; 2] = std::array::from_fn(|_| {
        let centres = centres(&left, common);
        let nearest = Blocks::of(&centres).all_nearest(&left);
        for (row, at) in left.iter_mut().zip(&nearest) {
            let centre = centres.get(*at).unwrap_or(&[0.0; COLUMNS]);
            row.iter_mut().zip(centre).for_each(|(weight, centre)| *weight -= centre);
        }
        (centres, nearest)
    });
    let [(coarse, of_coarse), (fine, of_fine)] = found;
    let mut largest = [f32::MIN_POSITIVE; COLUMNS];
    for row in coarse.iter().chain(&fine) {
        largest.iter_mut().zip(row).for_each(|(largest, weight)| *largest = largest.max(weight.abs()));
    }
    let steps = largest.map(|largest| largest / f32::from(i8::MAX));
    let rounded = |centres: Vec<Row>| centres.iter().map(|row| whole(row, &steps)).collect();
    let number = |at: usize| u32::try_from(at).unwrap_or(0);
    Patterned {
        rows: of_coarse.into_iter().zip(of_fine).map(|both| [number(both.0), number(both.1)]).collect(),
        patterns: [rounded(coarse), rounded(fine)],
        steps,
    }
}

fn whole(row: &Row, steps: &Row) -> Pattern {
    let mut each = row.iter().zip(steps).map(|(weight, step)| {
        #[expect(clippy::cast_possible_truncation, reason = "no weight is more than 127 steps")]
        let whole = (weight / step).round() as i8;
        whole
    });
    std::array::from_fn(|_| each.next().unwrap_or(0))
}

/// Rows that lie in the midst of others; the first adds nothing and stays where it is.
fn centres(rows: &[Row], common: &[f32]) -> Vec<Row> {
    let apart = (rows.len() / PATTERNS).max(1);
    let mut centres: Vec<Row> = rows.iter().step_by(apart).take(PATTERNS).copied().collect();
    centres.resize(PATTERNS, [0.0; COLUMNS]);
    for round in 0..ROUNDS {
        centres.iter_mut().take(1).for_each(|nothing| *nothing = [0.0; COLUMNS]);
        let mut sums = vec![([0.0; COLUMNS], 0.0_f32); PATTERNS];
        let nearest = Blocks::of(&centres).all_nearest(rows);
        for ((row, common), at) in rows.iter().zip(common).zip(nearest) {
            let Some((sum, weight)) = sums.get_mut(at) else { continue };
            sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += common * weight);
            *weight += common;
        }
        for (number, (centre, (sum, weight))) in centres.iter_mut().zip(sums).enumerate().skip(1) {
            // One that no row is near starts anew at another row.
            let elsewhere = || rows.get((number * 7 + round) * apart % rows.len().max(1)).copied();
            *centre =
                if weight > 0.0 { sum.map(|sum| sum / weight) } else { elsewhere().unwrap_or_default() };
        }
    }
    centres.iter_mut().take(1).for_each(|nothing| *nothing = [0.0; COLUMNS]);
    centres
}

/// Centres side by side, so that a row is compared with several at once.
struct Blocks(Vec<Block>);

const LANES: usize = 8;

struct Block {
    columns: [[f32; LANES]; COLUMNS],
    /// Half the square of each centre's length.
    halves: [f32; LANES],
}

impl Blocks {
    fn of(centres: &[Row]) -> Self {
        let block = |some: &[Row]| {
            let column = |lane: usize, column: usize| some.get(lane).and_then(|row| row.get(column)).copied();
            let columns: [[f32; LANES]; COLUMNS] =
                std::array::from_fn(|at| std::array::from_fn(|lane| column(lane, at).unwrap_or(0.0)));
            let half = |lane: usize| some.get(lane).map_or(f32::MAX, |row| square(row) / 2.0);
            Block { columns, halves: std::array::from_fn(half) }
        };
        Self(centres.chunks(LANES).map(block).collect())
    }

    /// The number of the centre nearest to each row.
    fn all_nearest(&self, rows: &[Row]) -> Vec<usize> {
        let (one, other) = rows.split_at(rows.len() / 2);
        std::thread::scope(|scope| {
            let one = scope.spawn(|| one.iter().map(|row| self.nearest(row)).collect::<Vec<_>>());
            let other: Vec<_> = other.iter().map(|row| self.nearest(row)).collect();
            let one = one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            one.into_iter().chain(other).collect()
        })
    }

    fn nearest(&self, row: &Row) -> usize {
        let (mut least, mut at) = ([f32::MAX; LANES], [0_usize; LANES]);
        for (number, block) in self.0.iter().enumerate() {
            // Half the square of the distance, but for what is the row's own.
            let mut far = block.halves;
            for (weight, column) in row.iter().zip(&block.columns) {
                far.iter_mut().zip(column).for_each(|(far, centre)| *far -= weight * centre);
            }
            for ((least, at), far) in least.iter_mut().zip(&mut at).zip(far) {
                *at = if far < *least { number } else { *at };
                *least = least.min(far);
            }
        }
        let lanes = least.into_iter().zip(at).enumerate();
        let nearest = lanes.min_by(|(_, one), (_, other)| one.0.total_cmp(&other.0));
        nearest.map_or(0, |(lane, (_, number))| number * LANES + lane)
    }
}

fn square(row: &Row) -> f32 {
    row.iter().map(|weight| weight * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    #[test]
    fn rows_come_back_nearly_as_they_were_and_the_same_every_time() {
        let mut dice = Dice::new();
        let rows: Vec<Row> = (0..6000)
            .map(|number| {
                let mut row = [0.0; COLUMNS];
                row[number % COLUMNS] = 2.0 * dice.share() - 1.0;
                row[(number / COLUMNS) % COLUMNS] += dice.share() / 4.0;
                row
            })
            .collect();
        let common = vec![1.0; rows.len()];
        let one = patterned(rows.clone(), &common);
        let mut left = 0.0;
        for (row, [coarse, fine]) in rows.iter().zip(&one.rows) {
            let both = one.patterns[0][*coarse as usize].iter().zip(one.patterns[1][*fine as usize]);
            let back = both
                .zip(one.steps)
                .map(|((coarse, fine), step)| f32::from(i16::from(*coarse) + i16::from(fine)) * step);
            left += row.iter().zip(back).map(|(was, is)| (was - is) * (was - is)).sum::<f32>();
        }
        let all: f32 = rows.iter().map(square).sum();
        assert!(left < 0.02 * all, "{}", left / all);
        assert_eq!(one.patterns.each_ref().map(|patterns| patterns[0]), [[0; COLUMNS]; 2]);
        let again = patterned(rows, &common);
        assert_eq!((again.rows, again.patterns), (one.rows, one.patterns));
    }
}
