//! The escalate function: wires clients and the Lambda runtime to [`escalate::handle`].

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::{Platform, logs};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    logs::start();
    let platform =
        Platform::from_environment(&["REGISTER_TABLE", "ALERTS_TABLE", "DISPATCH_QUEUE_URL"]).await?;
    let platform = &platform;
    run(service_fn(async |_: LambdaEvent<Value>| {
        Ok::<_, Error>(escalate::handle(platform, Timestamp::now()).await?)
    }))
    .await
}
