//! Makes what a template defines, through the same SDK the product uses.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context as _, bail};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, TableDescription,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use aws_sdk_sqs::types::QueueAttributeName;

use super::{Definitions, Index, Key, Queue, Secret, Table};

/// Creates every table, queue and secret that does not exist yet. A queue that exists is brought up to date;
/// a table that exists with other keys is an error, since its items would be lost.
pub async fn create(
    definitions: &Definitions,
    dynamodb: &aws_sdk_dynamodb::Client,
    sqs: &aws_sdk_sqs::Client,
    secrets: &aws_sdk_secretsmanager::Client,
) -> anyhow::Result<()> {
    for (name, table) in &definitions.tables {
        create_table(dynamodb, name, table).await.with_context(|| format!("the table {name}"))?;
    }
    // Dead letters first: a queue may only point at one that exists.
    let (redriven, plain): (Vec<_>, Vec<_>) =
        definitions.queues.iter().partition(|(_, queue)| queue.redrive_policy.is_some());
    for (name, queue) in plain.into_iter().chain(redriven) {
        create_queue(sqs, name, queue).await.with_context(|| format!("the queue {name}"))?;
    }
    for (name, secret) in &definitions.secrets {
        create_secret(secrets, name, secret).await.with_context(|| format!("the secret {name}"))?;
    }
    Ok(())
}

async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str, table: &Table) -> anyhow::Result<()> {
    let attributes = table.attribute_definitions.iter().map(|attribute| {
        AttributeDefinition::builder()
            .attribute_name(&attribute.attribute_name)
            .attribute_type(attribute.attribute_type.as_str().into())
            .build()
    });
    let indexes: Vec<GlobalSecondaryIndex> =
        table.global_secondary_indexes.iter().map(index).collect::<Result<_, _>>()?;
    let created = client
        .create_table()
        .table_name(name)
        .set_key_schema(Some(keys(&table.key_schema)?))
        .set_attribute_definitions(Some(attributes.collect::<Result<_, _>>()?))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await;
    if let Err(error) = created {
        let error = error.into_service_error();
        if !error.is_resource_in_use_exception() {
            return Err(error.into());
        }
        let there = client.describe_table().table_name(name).send().await?;
        if !there.table().is_some_and(|there| has_keys_of(there, table)) {
            bail!("it exists with other keys or indexes: start with a fresh data folder");
        }
    }
    let Some(wanted) = table.time_to_live_specification.as_ref().filter(|wanted| wanted.enabled) else {
        return Ok(());
    };
    // Enabling it twice is an error in AWS.
    let there = client.describe_time_to_live().table_name(name).send().await?;
    let status = there.time_to_live_description().and_then(|there| there.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let specification =
        TimeToLiveSpecification::builder().attribute_name(&wanted.attribute_name).enabled(true).build()?;
    client.update_time_to_live().table_name(name).time_to_live_specification(specification).send().await?;
    Ok(())
}

fn keys(keys: &[Key]) -> anyhow::Result<Vec<KeySchemaElement>> {
    let element = |key: &Key| {
        let element = KeySchemaElement::builder().attribute_name(&key.attribute_name);
        element.key_type(key.key_type.as_str().into()).build()
    };
    Ok(keys.iter().map(element).collect::<Result<_, _>>()?)
}

fn index(index: &Index) -> anyhow::Result<GlobalSecondaryIndex> {
    let attributes = &index.projection.non_key_attributes;
    let projection = aws_sdk_dynamodb::types::Projection::builder()
        .projection_type(index.projection.projection_type.as_str().into())
        .set_non_key_attributes((!attributes.is_empty()).then(|| attributes.clone()))
        .build();
    let built = GlobalSecondaryIndex::builder()
        .index_name(&index.index_name)
        .set_key_schema(Some(keys(&index.key_schema)?))
        .projection(projection)
        .build()?;
    Ok(built)
}

fn has_keys_of(there: &TableDescription, table: &Table) -> bool {
    let same = |there: &[KeySchemaElement], wanted: &[Key]| {
        there.len() == wanted.len()
            && there.iter().zip(wanted).all(|(there, wanted)| {
                there.attribute_name() == wanted.attribute_name
                    && there.key_type().as_str() == wanted.key_type
            })
    };
    let indexes = there.global_secondary_indexes();
    let names: BTreeSet<_> = indexes.iter().filter_map(|index| index.index_name()).collect();
    same(there.key_schema(), &table.key_schema)
        && names == table.global_secondary_indexes.iter().map(|index| index.index_name.as_str()).collect()
        && table.global_secondary_indexes.iter().all(|wanted| {
            let found = indexes.iter().find(|index| index.index_name() == Some(&wanted.index_name));
            found.is_some_and(|found| same(found.key_schema(), &wanted.key_schema))
        })
}

async fn create_queue(client: &aws_sdk_sqs::Client, name: &str, queue: &Queue) -> anyhow::Result<()> {
    let mut attributes = HashMap::new();
    let numbers = [
        (QueueAttributeName::VisibilityTimeout, queue.visibility_timeout),
        (QueueAttributeName::MessageRetentionPeriod, queue.message_retention_period),
        (QueueAttributeName::DelaySeconds, queue.delay_seconds),
    ];
    for (attribute, number) in numbers {
        if let Some(number) = number {
            attributes.insert(attribute, number.to_string());
        }
    }
    if let Some(redrive) = &queue.redrive_policy {
        let target = arn(client, &redrive.dead_letter_queue).await?;
        let policy = serde_json::json!({
            "deadLetterTargetArn": target,
            "maxReceiveCount": redrive.max_receive_count,
        });
        attributes.insert(QueueAttributeName::RedrivePolicy, policy.to_string());
    }
    match client.create_queue().queue_name(name).set_attributes(Some(attributes.clone())).send().await {
        Ok(_) => Ok(()),
        Err(error) => {
            let error = error.into_service_error();
            if !error.is_queue_name_exists() {
                return Err(error.into());
            }
            let url = client.get_queue_url().queue_name(name).send().await?;
            let set = client.set_queue_attributes().set_queue_url(url.queue_url);
            set.set_attributes(Some(attributes)).send().await?;
            Ok(())
        }
    }
}

async fn arn(client: &aws_sdk_sqs::Client, queue: &str) -> anyhow::Result<String> {
    let url = client.get_queue_url().queue_name(queue).send().await?;
    let asked = client.get_queue_attributes().set_queue_url(url.queue_url);
    let attributes = asked.attribute_names(QueueAttributeName::QueueArn).send().await?.attributes;
    let arn = attributes.and_then(|mut attributes| attributes.remove(&QueueAttributeName::QueueArn));
    arn.context("the dead letter queue has no ARN")
}

async fn create_secret(
    client: &aws_sdk_secretsmanager::Client,
    name: &str,
    secret: &Secret,
) -> anyhow::Result<()> {
    let value = match (&secret.secret_string, &secret.generate_secret_string) {
        (Some(value), _) => value.clone(),
        (None, generate) => {
            let length = generate.as_ref().and_then(|generate| generate.password_length).unwrap_or(32);
            random_text(usize::try_from(length)?)
        }
    };
    match client.create_secret().name(name).secret_string(value).send().await {
        Ok(_) => Ok(()),
        Err(error) => match error.into_service_error() {
            error if error.is_resource_exists_exception() => Ok(()),
            error => Err(error.into()),
        },
    }
}

/// Hexadecimal characters from the system's source of randomness.
fn random_text(length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        text.push_str(&uuid::Uuid::new_v4().simple().to_string());
    }
    text.truncate(length);
    text
}
