//! From histories to probabilities: will this customer order again, will this invoice be paid late, has this customer
//! changed how often it writes? Pure: no clock, no I/O, no randomness, no hash-ordered iteration. The same rows in the
//! same order give the same bytes.
//!
//! [`orders`], [`invoices`] and [`messages`] each turn a history into figures and figures into an answer; they share
//! the general methods [`logistic`], [`poisson`], [`scale`] and [`dense`]. Days are whole numbers counted from any fixed
//! day. Nothing that became known after a day takes part in an answer of that day: every record says when it was known.

pub mod dense;
pub mod gamma;
pub mod invoices;
pub mod logistic;
pub mod messages;
pub mod odds;
pub mod orders;
pub mod outcomes;
pub mod poisson;
pub mod rows;
pub mod scale;

pub use rows::Rows;

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) fn count(value: usize) -> f64 {
    value as f64
}

/// What is left of a weight of 1 after `age` days, if it halves every `half_life` days.
pub(crate) fn decayed(age: f64, half_life: f64) -> f64 {
    (-age / half_life * std::f64::consts::LN_2).exp()
}
