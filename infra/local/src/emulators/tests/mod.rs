//! The emulators, seen through the real SDK clients over loopback.

mod mails;
mod queues;
mod secrets;
mod template;

use std::path::PathBuf;

use aws_sdk_sqs::config::retry::RetryConfig;
use jiff::Timestamp;

use super::{Clock, Emulators, sdk_config};

/// A simulated clock at the start of the stories: a Monday morning.
fn monday() -> Clock {
    Clock::simulated("2026-03-02T06:00:00Z".parse().unwrap())
}

fn later(clock: &Clock, seconds: i64) {
    clock.set(clock.now() + jiff::SignedDuration::from_secs(seconds));
}

fn sqs(emulators: &Emulators) -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::config::Builder::from(&sdk_config(emulators.sqs));
    aws_sdk_sqs::Client::from_conf(config.retry_config(RetryConfig::disabled()).build())
}

fn ses(emulators: &Emulators) -> aws_sdk_sesv2::Client {
    let config = aws_sdk_sesv2::config::Builder::from(&sdk_config(emulators.ses));
    aws_sdk_sesv2::Client::from_conf(config.retry_config(RetryConfig::disabled()).build())
}

fn dynamodb(emulators: &Emulators) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::new(&sdk_config(emulators.dynamodb))
}

fn secrets(emulators: &Emulators) -> aws_sdk_secretsmanager::Client {
    aws_sdk_secretsmanager::Client::new(&sdk_config(emulators.secrets))
}

/// A folder of its own for a test, removed when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kundvakt-{test}-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder left behind is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_simulated_clock_stands_still_and_clones_share_it() {
    let clock = monday();
    let shared = clock.clone();
    assert_eq!(clock.now().to_string(), "2026-03-02T06:00:00Z");
    later(&shared, 3600);
    assert_eq!(clock.now().to_string(), "2026-03-02T07:00:00Z");

    let system = Clock::system();
    system.set(Timestamp::UNIX_EPOCH);
    assert!(system.now() > "2025-01-01T00:00:00Z".parse().unwrap());
}
