//! Will this customer order again within the horizon?
//!
//! The answer is P(no order in the horizon), not P(alive): what a sales manager can check is whether an order came. Two
//! models look at the same fourteen [`features`] and their log-odds are averaged: a ridge logistic regression of yes or
//! no, and a ridge Poisson regression of the number of order days to come, which learns more from each row where churn is
//! rare ([`model`]). Both are fitted on every customer of a portfolio with at least one order, at several
//! past cut-offs ([`training`]). With few known losses a prior does most of the work ([`few`]).

mod features;
pub mod few;
mod history;
mod model;
mod training;

pub use features::{FEATURES, NAMES, Situation};
pub use history::{Customer, Order, OrderKind};
pub use model::{Basis, Model, Parts, Settings};
pub use training::{Example, cut_offs, examples};

/// A customer is predicted for if it has ordered on at least so many days,
pub const LEAST_ORDER_DAYS: usize = 4;
/// and the last time at most so many days ago: who stayed away longer needs no model.
pub const ACTIVE_DAYS: i32 = 120;

impl Situation {
    /// Whether there is enough behind it, and recent enough, to be predicted for.
    pub fn is_eligible(&self) -> bool {
        self.order_days >= LEAST_ORDER_DAYS && self.since_last <= ACTIVE_DAYS
    }
}
