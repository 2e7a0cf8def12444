//! The second stage: the tone from all columns of the first, each through a curve that only rises or only falls.
//!
//! Fitted on outputs of messages that the first stage has not seen, for it trusts what it has seen too much.

use tone::{COLUMNS, KNOTS, Side, column, knots};

use super::Example;
use super::fold::Outputs;

/// Columns of the equations: every piece of every curve, and one that is always 1.
const PIECES: usize = KNOTS - 1;
const BIAS: usize = COLUMNS * PIECES;
const UNKNOWN: usize = BIAS + 1;
/// How much a curve's steepness weighs against errors, in messages.
const STIFFNESS: f64 = 30.0;
/// Sweeps over all unknowns; more change nothing that is seen.
const SWEEPS: usize = 200;

/// The heights of every column's curve at its knots.
pub(crate) struct Curves(pub(crate) [[f32; KNOTS]; COLUMNS]);

impl Curves {
    /// The curves under which the outputs come closest to the labels: least squares, no piece against its column's side.
    pub(crate) fn to(outputs: &[&Outputs], examples: &[&Example]) -> Self {
        let mut squares = vec![0.0_f64; UNKNOWN];
        let mut matrix = vec![0.0_f64; UNKNOWN * UNKNOWN];
        let mut target = vec![0.0_f64; UNKNOWN];
        for (outputs, example) in outputs.iter().zip(examples) {
            let pieces = pieces(outputs);
            let rows = pieces.iter().zip(matrix.chunks_exact_mut(UNKNOWN));
            for (((piece, row), target), square) in rows.zip(&mut target).zip(&mut squares) {
                if *piece != 0.0 {
                    row.iter_mut().zip(&pieces).for_each(|(cell, other)| *cell += piece * other);
                    *target += piece * f64::from(example.labelled.score);
                    *square += piece * piece;
                }
            }
        }
        // A piece that few messages reach is held as firmly as the others: by its own size.
        let held: Vec<f64> = squares.iter().map(|square| square / share(outputs.len()) * STIFFNESS).collect();
        let mut heights = vec![0.0_f64; UNKNOWN];
        for _ in 0..SWEEPS {
            for (unknown, row) in matrix.chunks_exact(UNKNOWN).enumerate() {
                let (Some(target), Some(own), Some(held)) =
                    (target.get(unknown), row.get(unknown), held.get(unknown))
                else {
                    continue;
                };
                let said: f64 = row.iter().zip(&heights).map(|(cell, height)| cell * height).sum();
                if let Some(height) = heights.get_mut(unknown).filter(|_| *own > 0.0) {
                    let free = (target - said + own * *height) / (own + held);
                    *height = if unknown == BIAS { free } else { free.max(0.0) };
                }
            }
        }
        Self::of(&heights)
    }

    /// Heights at the knots from what each piece rises, the bias with the tone's own curve.
    fn of(rises: &[f64]) -> Self {
        let rise = |at: usize| rises.get(at).copied().unwrap_or(0.0);
        let mut curves = [[0.0; KNOTS]; COLUMNS];
        for (number, curve) in curves.iter_mut().enumerate() {
            let mut height = if number == 0 { rise(BIAS) } else { 0.0 };
            for (knot, at) in curve.iter_mut().enumerate() {
                if let Some(piece) = knot.checked_sub(1) {
                    height += sign(number) * rise(number * PIECES + piece);
                }
                #[expect(clippy::cast_possible_truncation, reason = "a tone needs no more digits")]
                let short = height as f32;
                *at = short;
            }
        }
        Self(curves)
    }

    /// The tone of a message with these outputs.
    pub(crate) fn tone(&self, outputs: &Outputs) -> f32 {
        let curves = self.0.iter().enumerate().zip(outputs);
        let tone: f64 = curves
            .map(|((number, heights), value)| {
                let pieces = heights.windows(2).zip(along(number, *value));
                let rises = pieces.map(|(ends, along)| match ends {
                    [low, high] => f64::from(high - low) * along,
                    _ => 0.0,
                });
                f64::from(heights.first().copied().unwrap_or(0.0)) + rises.sum::<f64>()
            })
            .sum();
        #[expect(clippy::cast_possible_truncation, reason = "a tone needs no more digits")]
        let short = tone as f32;
        short
    }
}

/// How far along each piece of its curve a column's value lies, 0 to 1.
fn along(number: usize, value: f32) -> impl Iterator<Item = f64> {
    knots(number).windows(2).map(move |ends| match ends {
        [left, right] => f64::from(((value - left) / (right - left)).clamp(0.0, 1.0)),
        _ => 0.0,
    })
}

/// Outputs as the equations see them: every piece rises to the bright side.
fn pieces(outputs: &Outputs) -> Vec<f64> {
    let columns = outputs.iter().enumerate();
    let pieces = columns.flat_map(|(number, value)| along(number, *value).map(move |it| sign(number) * it));
    pieces.chain([1.0]).collect()
}

fn sign(number: usize) -> f64 {
    match column(number).0 {
        Side::Bright => 1.0,
        Side::Dark => -1.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn share(messages: usize) -> f64 {
    messages.max(1) as f64
}
