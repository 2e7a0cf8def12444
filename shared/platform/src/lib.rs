//! The only crate that knows AWS: tables, queues, mail, secrets, logs. Concrete clients and plain functions; locally
//! and in tests the same clients talk to emulators over loopback.

pub mod alerts;
pub mod events;
pub mod item;
pub mod keys;
pub mod logs;
pub mod mail;
pub mod managed_model;
pub mod messages;
pub mod policies;
pub mod portfolio;
pub mod register;
pub mod secrets;
pub mod sign_in;
pub mod states;

use anyhow::Context as _;
use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig};
use jiff::tz::TimeZone;

/// The settings of a function: the names of what it works on. Each is an environment variable, read once at start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `REGISTER_TABLE`: customers, staff, policy, audit.
    pub register_table: String,
    /// `EVENTS_TABLE`: event digests.
    pub events_table: String,
    /// `STATES_TABLE`: one packed ledger per customer.
    pub states_table: String,
    /// `ALERTS_TABLE`: alerts, sendings, feedback.
    pub alerts_table: String,
    /// `SCORE_QUEUE_URL`: segments and single customers to score.
    pub score_queue: String,
    /// `DISPATCH_QUEUE_URL`: alerts and sign-in links to mail.
    pub dispatch_queue: String,
    /// `SOURCES_SECRET`: source instances with their tokens and secrets, JSON.
    pub sources_secret: String,
    /// `CONTACT_KEY_SECRET`: the key that contacts and source ids are hashed with.
    pub contact_key_secret: String,
    /// `LINK_KEY_SECRET`: the key that mail links are signed with.
    pub link_key_secret: String,
    /// `CONSOLE_URL`: where mail links lead, without a slash at the end.
    pub console_url: String,
    /// `MAIL_FROM`: the sender of all mails.
    pub mail_from: String,
    /// `MAIL_CONFIGURATION_SET`: the SES configuration set of all mails.
    pub mail_configuration_set: String,
    /// `TIME_ZONE`: the company's time zone, an IANA name.
    pub time_zone: String,
}

impl Settings {
    /// Reads the named variables; fails naming the first that is missing or empty. The others stay empty.
    pub fn from_environment(names: &[&str]) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty());
            if names.contains(&name) {
                value.with_context(|| format!("the environment variable {name} is not set"))
            } else {
                Ok(String::new())
            }
        };
        let settings = Self {
            register_table: read("REGISTER_TABLE")?,
            events_table: read("EVENTS_TABLE")?,
            states_table: read("STATES_TABLE")?,
            alerts_table: read("ALERTS_TABLE")?,
            score_queue: read("SCORE_QUEUE_URL")?,
            dispatch_queue: read("DISPATCH_QUEUE_URL")?,
            sources_secret: read("SOURCES_SECRET")?,
            contact_key_secret: read("CONTACT_KEY_SECRET")?,
            link_key_secret: read("LINK_KEY_SECRET")?,
            console_url: read("CONSOLE_URL")?.trim_end_matches('/').to_owned(),
            mail_from: read("MAIL_FROM")?,
            mail_configuration_set: read("MAIL_CONFIGURATION_SET")?,
            time_zone: read("TIME_ZONE")?,
        };
        settings.zone().context("reading TIME_ZONE")?;
        Ok(settings)
    }

    /// The company's time zone; UTC where none is set.
    pub fn zone(&self) -> anyhow::Result<TimeZone> {
        if self.time_zone.is_empty() {
            return Ok(TimeZone::UTC);
        }
        TimeZone::get(&self.time_zone).with_context(|| format!("no time zone is called {}", self.time_zone))
    }
}

/// The AWS clients and what they work on.
#[derive(Clone, Debug)]
pub struct Platform {
    /// What they work on.
    pub settings: Settings,
    /// Tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Queues.
    pub sqs: aws_sdk_sqs::Client,
    /// Mail. Tries once: a time-out may hide a mail that was sent, so trying again is the caller's decision.
    pub ses: aws_sdk_sesv2::Client,
    /// Secrets, kept for five minutes.
    pub secrets: secrets::Secrets,
}

impl Platform {
    /// Connects with the function's own role and the settings named.
    pub async fn from_environment(names: &[&str]) -> anyhow::Result<Self> {
        let settings = Settings::from_environment(names)?;
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        Ok(Self::new(settings, &config, &config, &config, &config))
    }

    /// Connects each service with a configuration of its own: locally each has its own address.
    pub fn new(
        settings: Settings,
        dynamodb: &SdkConfig,
        sqs: &SdkConfig,
        ses: &SdkConfig,
        secrets: &SdkConfig,
    ) -> Self {
        let once = ses.to_builder().retry_config(RetryConfig::standard().with_max_attempts(1)).build();
        Self {
            settings,
            dynamodb: aws_sdk_dynamodb::Client::new(dynamodb),
            sqs: aws_sdk_sqs::Client::new(sqs),
            ses: aws_sdk_sesv2::Client::new(&once),
            secrets: secrets::Secrets::new(aws_sdk_secretsmanager::Client::new(secrets)),
        }
    }
}

/// What went wrong, with every cause, on one line: `SdkError` alone says no more than "service error".
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
