//! Fitted weights as the bytes that `shared/tone` reads: see `Weights` in its `model.rs`.

use tone::network::Network;
use tone::{FILE_SIZE, SHELVES, SLOTS, place, row};

use super::fitted::Fitted;
use super::fold::Lines;

/// One language's file.
pub(super) fn to_bytes(fitted: &Fitted, network: &Network, lines: &Lines) -> anyhow::Result<Vec<u8>> {
    let mut numbers = fitted.steps.to_vec();
    numbers.extend(fitted.bias);
    numbers.extend(lines.thresholds);
    numbers.extend(lines.cuts);
    numbers.extend(lines.slopes);
    numbers.extend(network.numbers());
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
    bytes.extend(fitted.patterns.iter().flatten().flatten().map(|step| step.cast_unsigned()));
    let mut shelves = vec![Vec::new(); SHELVES];
    for (feature, patterns) in fitted.rows() {
        let (shelf, mark) = place(feature);
        if let Some(shelf) = shelves.get_mut(shelf) {
            shelf.push(row(mark, patterns));
        }
    }
    for mut shelf in shelves {
        shelf.resize(SLOTS, 0);
        bytes.extend(shelf.into_iter().flat_map(u32::to_le_bytes));
    }
    anyhow::ensure!(bytes.len() == FILE_SIZE, "a model has {} bytes, not {FILE_SIZE}", bytes.len());
    Ok(bytes)
}
