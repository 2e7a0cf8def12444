//! Fitted weights as the bytes that `shared/tone` reads: see `Weights` in its `model.rs`.

use tone::network::Network;
use tone::{COLUMNS, FILE_SIZE, LARGEST, SHELVES, SLOTS, place, row};

use super::fitted::{Fitted, large};
use super::fold::Lines;

/// One language's file. The whole numbers of a column are in steps of a seventh of its largest weight.
pub(super) fn to_bytes(fitted: &Fitted, network: &Network, lines: &Lines) -> anyhow::Result<Vec<u8>> {
    let sizes =
        |column: usize| fitted.features().filter_map(move |(_, row)| row.get(column).map(|it| it.abs()));
    let steps: [f32; COLUMNS] = std::array::from_fn(|column| large(sizes(column)) / f32::from(LARGEST));
    let mut numbers = steps.to_vec();
    numbers.extend((0..COLUMNS).map(|column| fitted.bias(column)));
    numbers.extend(lines.thresholds);
    numbers.extend(lines.cuts);
    numbers.extend(lines.slopes);
    numbers.extend(network.numbers());
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
    let mut shelves = vec![Vec::new(); SHELVES];
    for (feature, weights) in fitted.features() {
        let (shelf, mark) = place(feature);
        if let Some(shelf) = shelves.get_mut(shelf) {
            let mut whole = weights.iter().zip(steps).map(|(weight, step)| whole(weight / step));
            shelf.push((mark, row(&std::array::from_fn(|_| whole.next().unwrap_or(0)))));
        }
    }
    for mut shelf in shelves {
        shelf.resize(SLOTS, (0, row(&[0; COLUMNS])));
        bytes.extend(shelf.iter().flat_map(|(mark, _)| mark.to_le_bytes()));
        bytes.extend(shelf.iter().flat_map(|(_, row)| row.to_le_bytes()));
    }
    anyhow::ensure!(bytes.len() == FILE_SIZE, "a model has {} bytes, not {FILE_SIZE}", bytes.len());
    Ok(bytes)
}

fn whole(steps: f32) -> i8 {
    let largest = f32::from(LARGEST);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to four bits")]
    let whole = steps.round().clamp(-largest, largest) as i8;
    whole
}
