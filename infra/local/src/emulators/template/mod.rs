//! The tables, queues and secrets of the deployed template, so that there is one definition of them.
//!
//! [`definitions`] reads them, [`create`] makes them through the AWS SDK. Locally a resource's name is its
//! logical id in the template.

mod create;
mod yaml;

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_yaml_ng::{Mapping, Value};

pub use create::create;

/// What of a template the local product needs, in the template's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// Every `AWS::DynamoDB::Table`, by logical id.
    pub tables: Vec<(String, Table)>,
    /// Every `AWS::SQS::Queue`, by logical id.
    pub queues: Vec<(String, Queue)>,
    /// Every `AWS::SecretsManager::Secret`, by logical id.
    pub secrets: Vec<(String, Secret)>,
}

/// A table's keys and indexes. What concerns encryption, backup and billing has no local counterpart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// The table's own key.
    pub key_schema: Vec<Key>,
    /// The types of all attributes that are in a key.
    pub attribute_definitions: Vec<Attribute>,
    /// Indexes with keys of their own.
    #[serde(default)]
    pub global_secondary_indexes: Vec<Index>,
    /// The attribute that says when an item expires.
    pub time_to_live_specification: Option<TimeToLive>,
}

/// One attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    /// The attribute's name.
    pub attribute_name: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
}

/// The type of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// The attribute's name.
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Index {
    /// Its name.
    pub index_name: String,
    /// Its key.
    pub key_schema: Vec<Key>,
    /// Which attributes it holds.
    pub projection: Projection,
}

/// Which attributes an index holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection_type: String,
    /// The attributes of `INCLUDE`.
    #[serde(default)]
    pub non_key_attributes: Vec<String>,
}

/// When items expire.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLive {
    /// The attribute with the epoch second.
    pub attribute_name: String,
    /// Whether it is in force.
    #[serde(deserialize_with = "boolean")]
    pub enabled: bool,
}

/// A queue's settings; what is missing is left to SQS.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    /// Seconds a received message is hidden.
    #[serde(default, deserialize_with = "number")]
    pub visibility_timeout: Option<u32>,
    /// Seconds a message is kept.
    #[serde(default, deserialize_with = "number")]
    pub message_retention_period: Option<u32>,
    /// Seconds a new message is hidden.
    #[serde(default, deserialize_with = "number")]
    pub delay_seconds: Option<u32>,
    /// Where messages go that are received too often.
    pub redrive_policy: Option<Redrive>,
}

/// Where messages go that are received too often.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Redrive {
    /// The logical id of the queue of dead letters.
    #[serde(rename = "deadLetterTargetArn", deserialize_with = "without_attribute")]
    pub dead_letter_queue: String,
    /// How often a message is received before it goes there.
    #[serde(deserialize_with = "number")]
    pub max_receive_count: Option<u32>,
}

/// A secret: written out, or made up once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Secret {
    /// Its first value.
    pub secret_string: Option<String>,
    /// How to make up a first value.
    pub generate_secret_string: Option<Generate>,
}

/// How to make up a secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Generate {
    /// Characters; 32 when missing.
    #[serde(default, deserialize_with = "number")]
    pub password_length: Option<u32>,
}

/// Reads the tables, queues and secrets of a `CloudFormation` or SAM template in YAML.
///
/// References become names: `!Ref` of a parameter its default, every other `!Ref` and `!GetAtt` the logical
/// id. Conditions are not evaluated: a needed property under `!If` is an error.
pub fn definitions(template: &str) -> anyhow::Result<Definitions> {
    let template: Value = serde_yaml_ng::from_str(template).context("the template is not YAML")?;
    let defaults = yaml::parameter_defaults(&template);
    let resources = template.get("Resources").and_then(Value::as_mapping).context("no Resources")?;
    let mut found = Definitions::default();
    for (id, resource) in resources {
        let id = id.as_str().context("a resource's id is not text")?.to_owned();
        let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let properties =
            resource.get("Properties").cloned().unwrap_or_else(|| Value::Mapping(Mapping::default()));
        let properties = yaml::resolve(properties, &defaults);
        match kind {
            "AWS::DynamoDB::Table" => found.tables.push(typed(id, properties)?),
            "AWS::SQS::Queue" => found.queues.push(typed(id, properties)?),
            "AWS::SecretsManager::Secret" => found.secrets.push(typed(id, properties)?),
            _ => {}
        }
    }
    Ok(found)
}

fn typed<Properties: for<'de> Deserialize<'de>>(
    id: String,
    properties: Value,
) -> anyhow::Result<(String, Properties)> {
    let read = serde_yaml_ng::from_value(properties).with_context(|| format!("the resource {id}"))?;
    Ok((id, read))
}

/// `ScoreDeadLetters.Arn` stands for the queue `ScoreDeadLetters`.
fn without_attribute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let reference = String::deserialize(deserializer)?;
    reference
        .strip_suffix(".Arn")
        .map(str::to_owned)
        .ok_or_else(|| D::Error::custom("expected !GetAtt X.Arn"))
}

/// A number, or a number as text, which `CloudFormation` takes as well.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let read = match &value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| u32::try_from(number).ok()),
    };
    read.map(Some).ok_or_else(|| D::Error::custom("expected a number"))
}

/// A truth value, or one as text, which `CloudFormation` takes as well.
fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let read = value.as_bool().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    read.ok_or_else(|| D::Error::custom("expected true or false"))
}

/// The names and defaults of a template's parameters.
type Defaults = BTreeMap<String, Value>;
