//! What is different for a branch or a kind of relation: which families count, how much, and own thresholds (S60, S71).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Policy, PolicyFault};
use crate::evidence::Family;
use crate::relation::Relation;

/// How much each family's points count; 1 where it is not named.
pub type Weights = BTreeMap<Family, f64>;

/// The profiles, by the words of the register. A relation has the one of its branch and the one of its kind: their weights
/// multiply, and the kind's thresholds come after the branch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfilePolicy {
    /// By branch.
    pub branches: BTreeMap<String, Profile>,
    /// By kind of relation.
    pub relations: BTreeMap<String, Profile>,
}

/// One profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// From 0, where a family is not looked at, to 2.
    pub weights: Weights,
    /// Fields of the policy that have another value here, in the sections they stand in.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub thresholds: Map<String, Value>,
}

/// Sections of the policy that a profile may change. How events are counted, and what a level is, is the same for all.
const SECTIONS: [&str; 10] = [
    "tone",
    "frequency",
    "replies",
    "tickets",
    "orders",
    "payments",
    "usage",
    "contacts",
    "learning",
    "trends",
];

impl Default for ProfilePolicy {
    fn default() -> Self {
        use Family::{
            CustomerReplyTime, Meetings, Orders, OurReplyTime, Payments, Phrases, Tickets, Tone, Usage,
        };
        let weights = |weights: &[(Family, f64)]| Profile {
            weights: weights.iter().copied().collect(),
            ..Profile::default()
        };
        let named = |profiles: Vec<(&str, Profile)>| {
            profiles.into_iter().map(|(name, profile)| (name.to_owned(), profile)).collect()
        };
        Self {
            branches: named(vec![
                // Fewer logins and features, questions about getting data out (S71); tickets alone told nothing (S27).
                ("saas", weights(&[(Usage, 1.1), (Phrases, 1.1), (Tickets, 0.9)])),
                // Delayed approvals (S71), slower answers (S26). What S72 weighs is a machine builder's as it stands: 78.0 %.
                ("machinery", weights(&[(Meetings, 1.1), (CustomerReplyTime, 1.1)])),
                // How people talk, what they ask, how long they take to answer (S28).
                ("consulting", weights(&[(Tone, 1.1), (Phrases, 1.1), (CustomerReplyTime, 1.1)])),
            ]),
            relations: named(vec![
                // Whom we buy from: what counts is how they answer us. Orders and payments are our own doing (S60).
                (
                    "supplier",
                    weights(&[(CustomerReplyTime, 1.2), (OurReplyTime, 0.8), (Orders, 0.8), (Payments, 0.8)]),
                ),
                // Common work shows in meetings and answers rather than in orders (S60).
                ("partner", weights(&[(CustomerReplyTime, 1.1), (Meetings, 1.1), (Orders, 0.8)])),
            ]),
        }
    }
}

impl ProfilePolicy {
    /// A relation's profiles, its branch's first.
    fn of<'a>(&'a self, relation: &Relation) -> impl Iterator<Item = &'a Profile> {
        let named = |profiles: &'a BTreeMap<String, Profile>, name: Option<&str>| {
            name.and_then(|name| profiles.get(name))
        };
        let branch = named(&self.branches, relation.branch.as_deref());
        branch.into_iter().chain(named(&self.relations, relation.kind.as_deref()))
    }

    /// How much each family counts in a relation.
    pub fn weights(&self, relation: &Relation) -> Weights {
        let mut weights = Weights::new();
        for (family, weight) in self.of(relation).flat_map(|profile| &profile.weights) {
            *weights.entry(*family).or_insert(1.0) *= weight;
        }
        weights
    }

    fn each(&self) -> impl Iterator<Item = (&str, &str, &Profile)> {
        let branches = self.branches.iter().map(|(name, profile)| ("branches", name.as_str(), profile));
        branches.chain(self.relations.iter().map(|(name, profile)| ("relations", name.as_str(), profile)))
    }
}

impl Policy {
    /// The policy as it holds for a relation, with its own thresholds.
    pub fn of(&self, relation: &Relation) -> Cow<'_, Self> {
        let thresholds: Vec<_> = self
            .profiles
            .of(relation)
            .map(|profile| &profile.thresholds)
            .filter(|own| !own.is_empty())
            .collect();
        if thresholds.is_empty() {
            return Cow::Borrowed(self);
        }
        // A policy that was checked has no thresholds that fail here.
        self.with(&thresholds).map_or(Cow::Borrowed(self), Cow::Owned)
    }

    /// The same with other values in some fields.
    fn with(&self, thresholds: &[&Map<String, Value>]) -> Result<Self, serde_json::Error> {
        let mut policy = serde_json::to_value(self)?;
        for (section, own) in thresholds.iter().copied().flatten() {
            let known = policy.get_mut(section).filter(|_| SECTIONS.contains(&section.as_str()));
            let fields = known.and_then(Value::as_object_mut).zip(own.as_object());
            let Some((known, fields)) = fields else {
                return Err(serde::de::Error::custom(format!("no thresholds in `{section}`")));
            };
            known.extend(fields.clone());
        }
        serde_json::from_value(policy)
    }

    /// Checks every profile, and every branch together with every kind of relation.
    pub(super) fn check_profiles(&self) -> Result<(), PolicyFault> {
        let fault = |field: String, rule| PolicyFault { field: field.into(), rule };
        for (list, name, profile) in self.profiles.each() {
            for (family, weight) in &profile.weights {
                if !(0.0..=2.0).contains(weight) {
                    let family = serde_json::to_value(family).unwrap_or_default();
                    let family = family.as_str().unwrap_or_default();
                    return Err(fault(format!("profiles.{list}.{name}.weights.{family}"), "from 0 to 2"));
                }
            }
        }
        for (list, name, profile) in self.profiles.each() {
            let others = self.profiles.relations.values().filter(|_| list == "branches");
            for other in std::iter::once(&Profile::default()).chain(others) {
                let field = || format!("profiles.{list}.{name}.thresholds");
                let rule = "fields of tone, frequency, replies, tickets, orders, payments, usage, contacts, learning or trends";
                let policy =
                    self.with(&[&profile.thresholds, &other.thresholds]).map_err(|_| fault(field(), rule))?;
                policy
                    .check_values()
                    .map_err(|inner| fault(format!("{}.{}", field(), inner.field), inner.rule))?;
            }
        }
        Ok(())
    }
}
