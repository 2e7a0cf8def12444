//! Whose an event is: by the names of the register, as ingest looks them up.

use std::collections::{BTreeMap, HashMap};

use crate::history::made_customer;
use platform::keys::bare_address;
use platform::register::Customer;
use scoring::incoming::{CustomerRef, Incoming};
use serde::Serialize;

/// The longest reference shown, in bytes.
const LONGEST_SHOWN: usize = 128;
/// Different unknown references remembered.
const MOST_UNKNOWN: usize = 10_000;

/// How events name their customers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Linking {
    /// Events whose customer is known.
    pub linked: u64,
    /// Events of nobody known.
    pub unlinked: u64,
    /// The known ones, by how they name the customer: `id`, `domain`, `crm_id`, `org_no`, `alias`.
    pub named_by: BTreeMap<&'static str, u64>,
    /// References nobody in the register goes by, with their events; names of people and firms are not shown.
    pub unknown: BTreeMap<String, u64>,
}

impl Linking {
    pub(super) fn count(&mut self, incoming: &Incoming, is_known: bool) {
        let (by, name) = match &incoming.customer {
            CustomerRef::Id(id) => ("id", Some(id)),
            CustomerRef::Domain(domain) => ("domain", Some(domain)),
            CustomerRef::CrmId(id) => ("crm_id", Some(id)),
            CustomerRef::OrgNo(_) => ("org_no", None),
            CustomerRef::Alias(_) => ("alias", None),
        };
        if is_known {
            self.linked += 1;
            *self.named_by.entry(by).or_default() += 1;
            return;
        }
        self.unlinked += 1;
        let shown = name.filter(|name| name.len() <= LONGEST_SHOWN && !name.contains(char::is_whitespace));
        let shown = shown.and_then(|name| name.rsplit('@').next());
        let shown = shown.map_or_else(|| format!("an unknown {by}"), str::to_owned);
        if self.unknown.len() < MOST_UNKNOWN || self.unknown.contains_key(&shown) {
            *self.unknown.entry(shown).or_default() += 1;
        }
    }
}

/// The customers and the names they go by.
pub(super) struct Register {
    customers: Vec<Customer>,
    /// Every name in its own space: ids, domains, aliases.
    names: HashMap<CustomerRef, usize>,
    /// There was no register: whoever is named by id is a customer.
    pub(super) is_made: bool,
}

impl Register {
    pub(super) fn new(customers: Option<Vec<Customer>>) -> Self {
        let is_made = customers.is_none();
        let mut register = Self { customers: Vec::new(), names: HashMap::new(), is_made };
        for customer in customers.unwrap_or_default() {
            register.add(customer);
        }
        register
    }

    fn add(&mut self, customer: Customer) -> usize {
        let number = self.customers.len();
        let domains = customer.domains.iter().map(|domain| CustomerRef::Domain(domain.to_lowercase()));
        let aliases = customer.aliases.iter().map(|alias| CustomerRef::Alias(alias.to_lowercase()));
        self.names.extend(domains.chain(aliases).map(|name| (name, number)));
        self.names.insert(CustomerRef::Id(customer.id.clone()), number);
        self.customers.push(customer);
        number
    }

    /// All customers, in the order of their numbers.
    pub(super) fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The customer of a number.
    pub(super) fn customer(&self, number: usize) -> Option<&Customer> {
        self.customers.get(number)
    }

    /// Whom an event means: by the name given, ids of other systems also among the aliases; where that is another
    /// system's name, also by the contact's mail domain.
    pub(super) fn find(&mut self, incoming: &Incoming) -> Option<usize> {
        let reference = &incoming.customer;
        if let Some(number) = self.names.get(reference) {
            return Some(*number);
        }
        if let CustomerRef::Id(id) = reference
            && self.is_made
        {
            return Some(self.add(made_customer(id.clone(), id.clone(), "made for this audit")));
        }
        if let CustomerRef::Id(name) | CustomerRef::CrmId(name) | CustomerRef::OrgNo(name) = reference
            && let Some(number) = self.names.get(&CustomerRef::Alias(name.to_lowercase()))
        {
            return Some(*number);
        }
        if matches!(reference, CustomerRef::Id(_) | CustomerRef::Domain(_)) {
            return None;
        }
        let address = bare_address(incoming.contact.as_deref()?);
        let (_, domain) = address.rsplit_once('@')?;
        self.names.get(&CustomerRef::Domain(domain.to_owned())).copied()
    }
}
