//! Fitted weights as the bytes that `shared/tone` reads: see `Weights` in its `model.rs`.

use tone::{BUCKETS, FACTS, FILE_SIZE, OUTPUTS, ROW};

use super::fold::{Fitted, Reader};

/// One language's file. The whole numbers of a column are in steps of a 127th of its largest weight.
pub(super) fn to_bytes(fitted: &Fitted, reader: &Reader) -> anyhow::Result<Vec<u8>> {
    let steps: Vec<f32> = (0..OUTPUTS).map(|output| largest(fitted, output) / 127.0).collect();
    let threshold = |output: usize| output.checked_sub(1).and_then(|at| reader.thresholds.get(at)).copied();
    let mut numbers = steps.clone();
    numbers.extend((0..OUTPUTS).map(|output| fitted.bias(output) - threshold(output).unwrap_or(0.0)));
    for fact in 0..FACTS {
        numbers.extend((0..OUTPUTS).map(|output| {
            let weight = fitted.fact(output, fact);
            match (output, fact) {
                // What the lexicon finds bright never darkens the tone, and nothing else it finds brightens it.
                (0, fact) if fact + 1 == FACTS => weight.max(0.0),
                (0, _) => weight.min(0.0),
                _ => weight,
            }
        }));
    }
    numbers.extend(reader.cuts);
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
    for bucket in 0..BUCKETS {
        for (output, step) in steps.iter().enumerate() {
            let whole =
                (fitted.word(output, bucket) / step.max(f32::MIN_POSITIVE)).round().clamp(-127.0, 127.0);
            #[expect(clippy::cast_possible_truncation, reason = "clamped to a byte")]
            bytes.push((whole as i8).cast_unsigned());
        }
        bytes.resize(bytes.len() + ROW - OUTPUTS, 0);
    }
    anyhow::ensure!(bytes.len() == FILE_SIZE, "a model has {} bytes, not {FILE_SIZE}", bytes.len());
    Ok(bytes)
}

/// All but the thousandth largest weights fit the scale: a few extremes would coarsen all others.
fn largest(fitted: &Fitted, output: usize) -> f32 {
    let mut sizes: Vec<f32> = (0..BUCKETS).map(|bucket| fitted.word(output, bucket).abs()).collect();
    let place = sizes.len() - sizes.len() / 1000 - 1;
    let (_, largest, _) = sizes.select_nth_unstable_by(place, f32::total_cmp);
    largest.max(f32::MIN_POSITIVE)
}
