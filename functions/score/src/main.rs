//! The score function: wires clients and the Lambda runtime to [`score::handle`].

#![recursion_limit = "256"] // the types of nested SDK futures are that deep

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::{Platform, logs};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    logs::start();
    let platform = Platform::from_environment(&[
        "REGISTER_TABLE",
        "EVENTS_TABLE",
        "STATES_TABLE",
        "ALERTS_TABLE",
        "SCORE_QUEUE_URL",
        "DISPATCH_QUEUE_URL",
        "TIME_ZONE",
    ])
    .await?;
    let platform = &platform;
    run(service_fn(async |event: LambdaEvent<Value>| {
        let deadline =
            Timestamp::from_millisecond(i64::try_from(event.context.deadline).unwrap_or(i64::MAX))?;
        Ok::<_, Error>(score::handle(platform, event.payload, Timestamp::now(), deadline).await?)
    }))
    .await
}
