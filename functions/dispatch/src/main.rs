//! The dispatch function: wires clients and the Lambda runtime to [`dispatch::handle`].

#![recursion_limit = "256"] // the types of nested SDK futures are that deep

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::{Platform, logs};

#[tokio::main]
async fn main() -> Result<(), Error> {
    logs::start();
    let names = ["ALERTS_TABLE", "REGISTER_TABLE", "LINK_KEY_SECRET", "CONSOLE_URL", "MAIL_FROM"];
    let more = ["MAIL_CONFIGURATION_SET", "TIME_ZONE"];
    let platform = &Platform::from_environment(&[names.as_slice(), &more].concat()).await?;
    run(service_fn(async |event: LambdaEvent<_>| {
        Ok::<_, Error>(dispatch::handle(platform, event.payload, Timestamp::now()).await)
    }))
    .await
}
