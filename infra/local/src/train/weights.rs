//! Fitted weights as the bytes that `shared/tone` reads: see `Weights` in its `model.rs`.

use tone::{BUCKETS, COLUMNS, FACTS, FILE_SIZE, ROW};

use super::fold::{Fitted, Lines};
use super::second::Curves;

/// One language's file. The whole numbers of a column are in steps of a 127th of its largest weight.
pub(super) fn to_bytes(fitted: &Fitted, curves: &Curves, lines: &Lines) -> anyhow::Result<Vec<u8>> {
    let steps: Vec<f32> = (0..COLUMNS).map(|column| largest(fitted, column) / 127.0).collect();
    let mut numbers = steps.clone();
    numbers.extend((0..COLUMNS).map(|column| fitted.bias(column)));
    for fact in 0..FACTS {
        numbers.extend((0..COLUMNS).map(|column| fitted.fact(column, fact)));
    }
    numbers.extend(lines.thresholds);
    numbers.extend(curves.0.as_flattened());
    numbers.extend(lines.cuts);
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
    for bucket in 0..BUCKETS {
        for (column, step) in steps.iter().enumerate() {
            let whole =
                (fitted.word(column, bucket) / step.max(f32::MIN_POSITIVE)).round().clamp(-127.0, 127.0);
            #[expect(clippy::cast_possible_truncation, reason = "clamped to a byte")]
            bytes.push((whole as i8).cast_unsigned());
        }
        bytes.resize(bytes.len() + ROW - COLUMNS, 0);
    }
    anyhow::ensure!(bytes.len() == FILE_SIZE, "a model has {} bytes, not {FILE_SIZE}", bytes.len());
    Ok(bytes)
}

/// All but the thousandth largest weights fit the scale: a few extremes would coarsen all others.
fn largest(fitted: &Fitted, column: usize) -> f32 {
    let mut sizes: Vec<f32> = (0..BUCKETS).map(|bucket| fitted.word(column, bucket).abs()).collect();
    let place = sizes.len() - sizes.len() / 1000 - 1;
    let (_, largest, _) = sizes.select_nth_unstable_by(place, f32::total_cmp);
    largest.max(f32::MIN_POSITIVE)
}
