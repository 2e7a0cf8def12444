//! The company's own words, made ready once for all customers who share them (S35).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use platform::register::Customer;
use scoring::policy::WordPolicy;
use tone::OwnWords;

/// A branch, a kind of relation and a customer, as far as the policy tells them apart.
type Place = [Option<String>; 3];

/// The own words of one policy. What it names is what is kept: however many customers there are, no more than that.
#[derive(Default)]
pub(crate) struct Words {
    policy: WordPolicy,
    ready: Mutex<BTreeMap<Place, Option<Arc<OwnWords>>>>,
}

impl Words {
    pub(crate) fn new(policy: WordPolicy) -> Self {
        Self { policy, ready: Mutex::default() }
    }

    /// The words to read this customer's messages with; none where nothing differs from our lexicons.
    pub(crate) fn of(&self, customer: &Customer) -> Option<Arc<OwnWords>> {
        let at = self.policy.place(customer.branch.as_deref(), customer.relation.as_deref(), &customer.id);
        let key = at.map(|name| name.map(str::to_owned));
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.entry(key).or_insert_with(|| self.policy.own_words(at).map(Arc::new)).clone()
    }
}
