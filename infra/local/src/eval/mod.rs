//! `kundvakt eval`: how well the product's methods do on labelled data, as one table. Nothing is fitted here.

mod behaviour;
mod replies;
pub mod similar;
mod tone;

pub use behaviour::behaviour;
pub use tone::tone;
