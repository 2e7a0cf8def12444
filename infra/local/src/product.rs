//! The whole product in this process: the functions' own handlers over emulated services, on a clock we hold.
//!
//! What EventBridge, SQS and the function URLs do on AWS is done here by plain calls: [`Product::score`] is the
//! schedule, [`Product::pump`] the queues' event sources, [`Product::deliver`] ingest's address.

use std::path::Path;

use anyhow::Context as _;
use aws_lambda_events::event::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ingest::Ingest;
use jiff::{SignedDuration, Timestamp};
use platform::register::{self, Company, Customer, Staff};
use platform::{Platform, Settings};
use serde_json::{Value, json};

use crate::emulators::{Clock, Emulators, sdk_config, template};
use crate::senders::Senders;

/// What the deployed stack is made from: locally the tables, queues and secrets are made from it too.
const TEMPLATE: &str = include_str!("../../template.yaml");
const MAIL_FROM: &str = "kundvakt@alerts.example";
const CONFIGURATION_SET: &str = "kundvakt";

/// The running product.
pub struct Product {
    /// The emulated services.
    pub emulators: Emulators,
    /// The clients the handlers use.
    pub platform: Platform,
    /// The time everything goes by.
    pub clock: Clock,
    /// Signs deliveries as the sources would.
    pub senders: Senders,
    ingest: Ingest,
}

/// Messages on their way to a function.
struct Batch {
    event: SqsEvent,
    /// Message id and receipt of each.
    receipts: Vec<(String, String)>,
}

/// A plain HTTP request.
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    /// GET, POST...
    pub method: String,
    /// Without the query.
    pub path: String,
    /// After the `?`.
    pub query: String,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The event a function URL makes of it (payload format 2.0): a body whose type is text stands there as it is, any
    /// other in Base64.
    pub fn into_event(self, now: Timestamp) -> anyhow::Result<LambdaFunctionUrlRequest> {
        let text = if self.is_text() { std::str::from_utf8(&self.body).ok() } else { None };
        let (body, is_base64_encoded) = match text {
            Some(text) => (text.to_owned(), false),
            None => (STANDARD.encode(&self.body), true),
        };
        let headers: serde_json::Map<String, Value> =
            self.headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        let cookies = headers
            .get("cookie")
            .and_then(Value::as_str)
            .map(|cookies| cookies.split("; ").collect::<Vec<_>>());
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": self.path, "rawQueryString": self.query,
            "cookies": cookies, "headers": headers,
            "requestContext": {
                "accountId": "anonymous", "apiId": "local", "domainName": "localhost", "domainPrefix": "local",
                "http": {
                    "method": self.method, "path": self.path, "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1", "userAgent": "local",
                },
                "requestId": "local", "routeKey": "$default", "stage": "$default",
                "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(), "timeEpoch": now.as_millisecond(),
            },
            "body": body, "isBase64Encoded": is_base64_encoded,
        });
        serde_json::from_value(event).context("making a function URL event")
    }

    fn is_text(&self) -> bool {
        let types = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let text = ["text/", "application/json", "application/javascript", "application/xml"];
        types.map(|(_, value)| value).any(|value| text.iter().any(|text| value.starts_with(text)))
    }
}

impl Product {
    /// Starts everything. With `data` it is kept in that folder. `console_url` is where mail links lead.
    pub async fn start(
        clock: Clock,
        data: Option<&Path>,
        console_url: String,
        time_zone: &str,
        instances: &[&str],
    ) -> anyhow::Result<Self> {
        let emulators = Emulators::start(clock.clone(), data).await.context("starting the emulators")?;
        let configs = [emulators.dynamodb, emulators.sqs, emulators.ses, emulators.secrets].map(sdk_config);
        let [dynamodb, sqs, ses, secrets] = &configs;
        let queue_url = |name: &str| format!("http://{}/{}/{name}", emulators.sqs, crate::emulators::ACCOUNT);
        let settings = Settings {
            register_table: "RegisterTable".to_owned(),
            events_table: "EventsTable".to_owned(),
            states_table: "StatesTable".to_owned(),
            alerts_table: "AlertsTable".to_owned(),
            score_queue: queue_url("ScoreQueue"),
            dispatch_queue: queue_url("DispatchQueue"),
            sources_secret: "SourcesSecret".to_owned(),
            contact_key_secret: "ContactKeySecret".to_owned(),
            link_key_secret: "LinkKeySecret".to_owned(),
            console_url,
            mail_from: MAIL_FROM.to_owned(),
            mail_configuration_set: CONFIGURATION_SET.to_owned(),
            time_zone: time_zone.to_owned(),
        };
        settings.zone()?;
        let platform = Platform::new(settings, dynamodb, sqs, ses, secrets);
        let vault = aws_sdk_secretsmanager::Client::new(secrets);
        let definitions = template::definitions(TEMPLATE).context("reading the template")?;
        template::create(&definitions, &platform.dynamodb, &platform.sqs, &vault).await?;
        platform.ses.create_email_identity().email_identity(MAIL_FROM).send().await?;
        platform.ses.create_configuration_set().configuration_set_name(CONFIGURATION_SET).send().await?;
        let senders = open_sources(&vault, instances).await?;
        let ingest = Ingest::new(platform.clone());
        Ok(Self { emulators, platform, clock, senders, ingest })
    }

    /// Fills the register.
    pub async fn register(
        &self,
        company: &Company,
        staff: &[Staff],
        customers: &[Customer],
    ) -> anyhow::Result<()> {
        register::put_house(&self.platform, Some(company), staff).await?;
        for customer in customers {
            register::put_customer(&self.platform, customer).await?;
        }
        Ok(())
    }

    /// Delivers a webhook to ingest's address.
    pub async fn deliver(
        &self,
        request: HttpRequest,
        now: Timestamp,
    ) -> anyhow::Result<LambdaFunctionUrlResponse> {
        Ok(ingest::handle(&self.ingest, request.into_event(now)?, now).await)
    }

    /// Opens a page of the console.
    pub async fn open(
        &self,
        request: HttpRequest,
        now: Timestamp,
    ) -> anyhow::Result<LambdaFunctionUrlResponse> {
        Ok(console::handle(&self.platform, request.into_event(now)?, now).await)
    }

    /// The daily schedule fires.
    pub async fn score(&self, run: Timestamp) -> anyhow::Result<Value> {
        let event = json!({ "run": "daily", "scheduled": run });
        score::handle(&self.platform, event, run, Timestamp::MAX).await
    }

    /// The five-minute schedule fires.
    pub async fn sweep(&self, now: Timestamp) -> anyhow::Result<escalate::Swept> {
        escalate::handle(&self.platform, now).await
    }

    /// Hands the queues' messages to their functions, batch by batch, until none is visible. A message that a function
    /// reports as failed stays and comes back after its visibility time-out.
    pub async fn pump(&self, now: Timestamp) -> anyhow::Result<()> {
        let settings = &self.platform.settings;
        loop {
            let to_score = self.receive(&settings.score_queue).await?;
            if let Some(batch) = &to_score {
                let event = serde_json::to_value(&batch.event)?;
                let answer = score::handle(&self.platform, event, now, Timestamp::MAX).await?;
                let answer =
                    serde_json::from_value(answer).context("reading what score says of its batch")?;
                self.settle(&settings.score_queue, batch, &answer).await?;
            }
            let to_dispatch = self.receive(&settings.dispatch_queue).await?;
            if let Some(batch) = &to_dispatch {
                let answer = dispatch::handle(&self.platform, batch.event.clone(), now).await;
                self.settle(&settings.dispatch_queue, batch, &answer).await?;
            }
            if to_score.is_none() && to_dispatch.is_none() {
                return Ok(());
            }
        }
    }

    /// The next messages of a queue as the event its function gets; none when no message is visible.
    async fn receive(&self, queue: &str) -> anyhow::Result<Option<Batch>> {
        let received =
            self.platform.sqs.receive_message().queue_url(queue).max_number_of_messages(10).send().await?;
        let mut receipts = Vec::new();
        let mut records = Vec::new();
        for message in received.messages() {
            let (id, receipt) =
                (message.message_id().unwrap_or_default(), message.receipt_handle().unwrap_or_default());
            receipts.push((id.to_owned(), receipt.to_owned()));
            records.push(json!({
                "messageId": id, "receiptHandle": receipt, "body": message.body(), "eventSource": "aws:sqs",
                "awsRegion": crate::emulators::REGION, "attributes": {}, "messageAttributes": {},
            }));
        }
        if records.is_empty() {
            return Ok(None);
        }
        let event = serde_json::from_value(json!({ "Records": records })).context("making an SQS event")?;
        Ok(Some(Batch { event, receipts }))
    }

    /// Deletes the messages of a batch that the function did not report as failed.
    async fn settle(&self, queue: &str, batch: &Batch, answer: &SqsBatchResponse) -> anyhow::Result<()> {
        for (id, receipt) in &batch.receipts {
            if !answer.batch_item_failures.iter().any(|failure| failure.item_identifier == *id) {
                self.platform.sqs.delete_message().queue_url(queue).receipt_handle(receipt).send().await?;
            }
        }
        Ok(())
    }

    /// Moves the clock.
    pub fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
    }
}

/// The next time of day `hour` in a zone, strictly after `after`.
pub fn next_at_hour(after: Timestamp, hour: i8, zone: &jiff::tz::TimeZone) -> anyhow::Result<Timestamp> {
    let local = after.to_zoned(zone.clone());
    let mut date = local.date();
    loop {
        let at = date.at(hour, 0, 0, 0).to_zoned(zone.clone())?.timestamp();
        if at > after {
            return Ok(at);
        }
        date = date.tomorrow()?;
    }
}

/// A moment after.
pub fn shortly_after(at: Timestamp) -> Timestamp {
    at + SignedDuration::from_secs(5)
}

/// Source instances with fresh tokens and secrets, or those of the last time where they are kept on disk.
async fn open_sources(vault: &aws_sdk_secretsmanager::Client, instances: &[&str]) -> anyhow::Result<Senders> {
    let held = vault.get_secret_value().secret_id("SourcesSecret").send().await?;
    let held: Value = serde_json::from_str(held.secret_string().unwrap_or("{}"))?;
    let senders = Senders::open(&held, instances)?;
    vault
        .put_secret_value()
        .secret_id("SourcesSecret")
        .secret_string(senders.secret().to_string())
        .send()
        .await?;
    Ok(senders)
}
