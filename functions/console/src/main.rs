//! The console function: wires clients and the Lambda runtime to [`console::handle`].

#![recursion_limit = "256"] // the types of nested SDK futures are that deep

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::{Platform, logs};

#[tokio::main]
async fn main() -> Result<(), Error> {
    logs::start();
    // No CONSOLE_URL: the function's URL is made from the function, so it cannot be told its own.
    let names = ["ALERTS_TABLE", "REGISTER_TABLE", "LINK_KEY_SECRET", "DISPATCH_QUEUE_URL", "TIME_ZONE"];
    let platform = &Platform::from_environment(&names).await?;
    run(service_fn(async |event: LambdaEvent<_>| {
        Ok::<_, Error>(console::handle(platform, event.payload, Timestamp::now()).await)
    }))
    .await
}
