//! Versions of the policy: each is kept, says what moved and why, and can be put in force again.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use scoring::Policy;
use scoring::policy::changes;

use crate::Platform;
use crate::item::{Item, from_item, s};
use crate::register::policy as current;

const POLICY: &str = "policy";

/// A version as kept.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Version {
    /// The policy, JSON.
    pub policy: String,
    /// When it came into force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Who put it there: a staff id, a command, or `answers`.
    #[serde(default)]
    pub who: String,
    /// Why, a line each.
    #[serde(default)]
    pub why: Vec<String>,
    /// What moved, a line per field.
    #[serde(default)]
    pub moved: Vec<String>,
}

impl Version {
    /// Its policy.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        serde_json::from_str(&self.policy).context("reading a version of the policy")
    }
}

fn sk(version: u32) -> String {
    format!("v{version:08}")
}

/// All versions, oldest first. The defaults, in force until the first change, are none of them.
pub async fn versions(platform: &Platform) -> anyhow::Result<Vec<Version>> {
    let query = platform
        .dynamodb
        .query()
        .table_name(&platform.settings.register_table)
        .key_condition_expression("pk = :pk AND begins_with(sk, :v)")
        .expression_attribute_values(":pk", s(POLICY))
        .expression_attribute_values(":v", s("v"));
    let mut items = query.into_paginator().items().send();
    let mut versions = Vec::new();
    while let Some(item) = items.next().await {
        versions.push(from_item(item.context("reading the versions of the policy")?)?);
    }
    Ok(versions)
}

/// Puts a policy in force as the next version, with what moved, why, and an entry in the audit, in one step. `before` is the
/// policy it was made from. None where nothing differs but the version; an error where somebody else was first.
pub async fn change(
    platform: &Platform,
    before: &Policy,
    after: &Policy,
    why: &[String],
    who: &str,
    at: Timestamp,
) -> anyhow::Result<Option<u32>> {
    let version = before.version.saturating_add(1);
    let after = Policy { version, ..after.clone() }.checked().context("checking a policy")?;
    let moved: Vec<String> =
        changes(before, &after).into_iter().filter(|line| !line.starts_with("version:")).collect();
    if moved.is_empty() {
        return Ok(None);
    }
    let summary = format!("policy version {version}: {}", moved.join("; "));
    let kept = Version {
        policy: serde_json::to_string(&after).context("writing a policy")?,
        at: Some(at),
        who: who.to_owned(),
        why: why.to_vec(),
        moved,
    };
    let table = &platform.settings.register_table;
    let put = |item: Item| Put::builder().table_name(table).set_item(Some(item));
    let new = crate::item::to_item(POLICY, &sk(version), &kept)?;
    let in_force = crate::item::to_item(POLICY, "current", &kept)?;
    let audit = Item::from([
        ("pk".to_owned(), s("audit")),
        ("sk".to_owned(), s(format!("policy#{}", sk(version)))),
        ("at".to_owned(), s(at.to_string())),
        ("what".to_owned(), s(summary)),
        ("who".to_owned(), s(who)),
    ]);
    // Two who start from the same version make the same number: one of them is refused.
    let first = put(new).condition_expression("attribute_not_exists(pk)").build()?;
    let writes = [first, put(in_force).build()?, put(audit).build()?];
    let writes = writes.into_iter().map(|put| TransactWriteItem::builder().put(put).build()).collect();
    match platform.dynamodb.transact_write_items().set_transact_items(Some(writes)).send().await {
        Ok(_) => Ok(Some(version)),
        Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
            anyhow::bail!("version {version} of the policy exists: somebody else changed it meanwhile")
        }
        Err(error) => Err(error).context("putting a policy in force"),
    }
}

/// Puts the content of an older version in force again, as the next version. Weeks of answers that were heard since stay
/// heard.
pub async fn roll_back(
    platform: &Platform,
    to: u32,
    who: &str,
    at: Timestamp,
) -> anyhow::Result<Option<u32>> {
    let versions = versions(platform).await?;
    let policies: Vec<Policy> = versions.iter().map(Version::policy).collect::<anyhow::Result<_>>()?;
    let older = policies.into_iter().find(|policy| policy.version == to);
    // Nobody stores the defaults; they were in force as version 1.
    let mut older = match older {
        None if to == Policy::default().version => Policy::default(),
        older => older.with_context(|| format!("there is no version {to} of the policy"))?,
    };
    let before = current(platform).await?;
    older.learned.heard = before.learned.heard;
    change(platform, &before, &older, &[format!("Rolled back to version {to}.")], who, at).await
}
