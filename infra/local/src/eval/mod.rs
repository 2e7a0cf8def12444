//! `kundvakt eval`: how well the product's methods do on labelled data, as one table. Nothing is fitted here.

mod replies;
mod tone;

pub use tone::tone;
