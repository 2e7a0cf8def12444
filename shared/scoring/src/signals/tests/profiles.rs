//! The same events in another branch, or in another kind of relation.

use serde_json::json;

use super::story::{Story, they_answer_after};
use super::turn::troubled;
use crate::evidence::Family::{self, Payments};
use crate::policy::Policy;
use crate::relation::Relation;

fn branch(name: &str) -> Relation {
    Relation { branch: Some(name.to_owned()), ..Relation::default() }
}

fn kind(name: &str) -> Relation {
    Relation { kind: Some(name.to_owned()), ..Relation::default() }
}

fn risk(story: &Story, relation: Relation, policy: &Policy) -> String {
    format!("{:.1} %", story.clone().of(relation).assessed_by(policy, "2025-06-30").risk * 100.0)
}

#[test]
fn the_articles_example_is_78_percent_and_a_branch_moves_it_a_little() {
    let risk = |relation| risk(&troubled(), relation, &Policy::default());
    assert_eq!(risk(Relation::default()), "78.0 %", "S72");
    assert_eq!(risk(branch("general")), "78.0 %");
    assert_eq!(risk(branch("shipping")), "78.0 %", "a branch without a profile is a general one");
    assert_eq!(risk(branch("saas")), "81.1 %");
    assert_eq!(risk(branch("machinery")), "78.0 %");
    assert_eq!(risk(branch("consulting")), "81.1 %");
    assert_eq!(risk(kind("customer")), "78.0 %");
    assert_eq!(risk(kind("supplier")), "69.1 %", "their orders and payments are ours");
    assert_eq!(risk(kind("partner")), "74.8 %");
}

#[test]
fn a_relation_has_the_weights_of_its_branch_and_of_its_kind() {
    let relation = Relation { kind: Some("supplier".into()), ..branch("machinery") };
    let weights = Policy::default().profiles.weights(&relation);
    assert_eq!(format!("{:.2}", weights[&Family::CustomerReplyTime]), "1.32", "1.1 * 1.2");
    assert_eq!(weights.get(&Family::Tone), None);
}

fn with(profiles: &serde_json::Value) -> Policy {
    let policy: Policy = serde_json::from_value(json!({ "profiles": profiles })).unwrap();
    policy.checked().unwrap()
}

#[test]
fn a_family_of_no_weight_is_not_looked_at() {
    let policy = with(&json!({ "relations": { "supplier": { "weights": { "payments": 0 } } } }));
    let assessed = troubled().of(kind("supplier")).assessed_by(&policy, "2025-06-30");
    assert!(assessed.evidence.iter().all(|evidence| evidence.family != Payments));
    assert!(!assessed.no_data.contains(&Payments));
}

#[test]
fn a_kind_of_relation_may_have_thresholds_of_its_own() {
    // Suppliers answer within two days, and nobody minds (S60).
    let policy = with(&json!({ "relations": { "supplier": { "thresholds": {
        "replies": { "normal_hours": 48.0, "critical_hours": 96.0 },
    } } } }));
    let new = Story::from("2025-06-09").every(7, 3, they_answer_after(30));
    let answers = |relation: Relation| {
        let assessed = new.clone().of(relation).assessed_by(&policy, "2025-06-30");
        assessed
            .evidence
            .iter()
            .map(|evidence| format!("{:?}", evidence.family))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(answers(kind("customer")), "CustomerReplyTime");
    assert_eq!(answers(kind("supplier")), "");
}

#[test]
fn a_profile_that_makes_no_sense_is_refused_by_name() {
    let refused = |profiles: &serde_json::Value| {
        let policy: Result<Policy, _> = serde_json::from_value(json!({ "profiles": profiles }));
        match policy {
            Err(error) => error.to_string().chars().take(24).collect(),
            Ok(policy) => {
                policy.checked().map_or_else(|fault| fault.field.into_owned(), |_| "let in".to_owned())
            }
        }
    };
    let branch = |profile: serde_json::Value| refused(&json!({ "branches": { "saas": profile } }));
    assert_eq!(branch(json!({ "weights": { "usage": 1.25 } })), "let in");
    assert_eq!(branch(json!({ "weights": { "usage": -0.1 } })), "profiles.branches.saas.weights.usage");
    assert_eq!(branch(json!({ "weights": { "usage": 2.1 } })), "profiles.branches.saas.weights.usage");
    assert_eq!(branch(json!({ "weights": { "usgae": 1.0 } })), "unknown variant `usgae`,");
    assert_eq!(
        branch(json!({ "thresholds": { "risk": { "yellow": 0.1 } } })),
        "profiles.branches.saas.thresholds"
    );
    assert_eq!(
        branch(json!({ "thresholds": { "usage": { "fal": 1 } } })),
        "profiles.branches.saas.thresholds"
    );
    assert_eq!(
        branch(json!({ "thresholds": { "usage": { "fall": [0.5, 0.4, 0.3] } } })),
        "profiles.branches.saas.thresholds.usage.fall"
    );
    let mut policy = Policy::default();
    let profile = policy.profiles.relations.get_mut("partner").unwrap();
    profile.weights.insert(Family::Tone, f64::NAN);
    assert_eq!(policy.checked().unwrap_err().field, "profiles.relations.partner.weights.tone");
}

#[test]
fn two_profiles_that_do_not_go_together_are_refused() {
    let policy: Policy = serde_json::from_value(json!({ "profiles": {
        "branches": { "saas": { "thresholds": { "replies": { "normal_hours": 20.0 } } } },
        "relations": { "partner": { "thresholds": { "replies": { "critical_hours": 12.0 } } } },
    } }))
    .unwrap();
    assert_eq!(
        policy.checked().unwrap_err().field,
        "profiles.branches.saas.thresholds.replies.critical_hours"
    );
}
