//! One definition of tables, queues and secrets for the account and for here.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;

use super::super::Emulators;
use super::super::template::{create, definitions};
use super::{Folder, dynamodb, later, monday, secrets, sqs};

const TEMPLATE: &str = r#"
Transform: AWS::Serverless-2016-10-31
Parameters:
  KeepDays: { Type: Number, Default: 1209600 }
Conditions:
  Owns: !Not [!Equals [!Ref KeepDays, ""]]
Resources:
  DispatchQueue:
    Type: AWS::SQS::Queue
    Properties:
      SqsManagedSseEnabled: true
      VisibilityTimeout: "360"
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt DispatchDeadLetters.Arn
        maxReceiveCount: 5
  DispatchDeadLetters:
    Type: AWS::SQS::Queue
    Properties: { MessageRetentionPeriod: !Ref KeepDays }
  AlertsTable:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: pk, AttributeType: S }
        - { AttributeName: sk, AttributeType: S }
        - { AttributeName: due, AttributeType: S }
        - { AttributeName: due_at, AttributeType: S }
      KeySchema:
        - { AttributeName: pk, KeyType: HASH }
        - { AttributeName: sk, KeyType: RANGE }
      GlobalSecondaryIndexes:
        - IndexName: due
          KeySchema:
            - { AttributeName: due, KeyType: HASH }
            - { AttributeName: due_at, KeyType: RANGE }
          Projection: { ProjectionType: ALL }
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: !GetAtt DataKey.Arn }
      DeletionProtectionEnabled: !If [Owns, true, false]
  SourcesSecret:
    Type: AWS::SecretsManager::Secret
    Properties: { SecretString: '{"instances":{}}', KmsKeyId: !Ref DataKey }
  LinkKeySecret:
    Type: AWS::SecretsManager::Secret
    Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }
  DataKey:
    Type: AWS::KMS::Key
    Properties: { Description: !Sub "${AWS::StackName}: tables" }
"#;

async fn create_all(emulators: &Emulators) -> anyhow::Result<()> {
    create_from(TEMPLATE, emulators).await
}

async fn create_from(template: &str, emulators: &Emulators) -> anyhow::Result<()> {
    let definitions = definitions(template)?;
    create(&definitions, &dynamodb(emulators), &sqs(emulators), &secrets(emulators)).await
}

#[tokio::test]
async fn the_template_is_created_once_and_found_again_after_a_restart() {
    let folder = Folder::new("template");
    let emulators = Emulators::start(monday(), Some(&folder.0)).await.unwrap();
    create_all(&emulators).await.unwrap();
    let read_key =
        |emulators: &Emulators| secrets(emulators).get_secret_value().secret_id("LinkKeySecret").send();
    let key = read_key(&emulators).await.unwrap().secret_string.unwrap();
    assert_eq!(key.len(), 64);
    let alert = dynamodb(&emulators).put_item().table_name("AlertsTable");
    let alert = alert.item("pk", text("C-1001")).item("sk", text("2026-03-02")).item("due", text("outbox"));
    alert.item("due_at", text("2026-03-02T06:00")).send().await.unwrap();
    emulators.stop().await.unwrap();

    let emulators = Emulators::start(monday(), Some(&folder.0)).await.unwrap();
    create_all(&emulators).await.unwrap();
    assert_eq!(read_key(&emulators).await.unwrap().secret_string.unwrap(), key);
    let due = dynamodb(&emulators).query().table_name("AlertsTable").index_name("due");
    let due = due.key_condition_expression("due = :due").expression_attribute_values(":due", text("outbox"));
    assert_eq!(due.send().await.unwrap().items()[0]["pk"], text("C-1001"));

    // A queue follows the template; a table with other keys would lose its items.
    create_from(&TEMPLATE.replace("\"360\"", "720"), &emulators).await.unwrap();
    let moved = TEMPLATE.replace("IndexName: due", "IndexName: owed");
    let error = create_from(&moved, &emulators).await.unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "the table AlertsTable: it exists with other keys or indexes: start with a fresh data folder"
    );

    let client = sqs(&emulators);
    let url = client.get_queue_url().queue_name("DispatchQueue").send().await.unwrap().queue_url.unwrap();
    let attributes = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let attributes = attributes.send().await.unwrap().attributes.unwrap();
    assert_eq!(attributes[&QueueAttributeName::VisibilityTimeout], "720");
    assert_eq!(
        attributes[&QueueAttributeName::RedrivePolicy],
        r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-north-1:000000000000:DispatchDeadLetters","maxReceiveCount":5}"#
    );
}

#[tokio::test]
async fn items_expire_by_the_simulated_clock() {
    let clock = monday();
    let emulators = Emulators::start(clock.clone(), None).await.unwrap();
    create_all(&emulators).await.unwrap();
    let expires = (clock.now().as_second() + 86_400).to_string();
    let item =
        dynamodb(&emulators).put_item().table_name("AlertsTable").item("expires", AttributeValue::N(expires));
    item.item("pk", text("C-1001")).item("sk", text("old")).send().await.unwrap();
    assert_eq!(emulators.sweep_expired().unwrap(), 0);
    later(&clock, 86_401);
    assert_eq!(emulators.sweep_expired().unwrap(), 1);
}

#[test]
fn a_template_that_cannot_be_followed_says_where() {
    let conditional = TEMPLATE.replace("\"360\"", "!If [Owns, 1, 2]");
    assert_eq!(definitions(&conditional).unwrap_err().to_string(), "the resource DispatchQueue");
    let elsewhere = TEMPLATE.replace("!GetAtt DispatchDeadLetters.Arn", "plain");
    let error = definitions(&elsewhere).unwrap_err();
    assert!(format!("{error:#}").contains("expected !GetAtt X.Arn"), "{error:#}");
    let long =
        TEMPLATE.replace("!GetAtt DispatchDeadLetters.Arn", "{ 'Fn::GetAtt': [DispatchDeadLetters, Arn] }");
    assert_eq!(definitions(&long).unwrap(), definitions(TEMPLATE).unwrap());
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
