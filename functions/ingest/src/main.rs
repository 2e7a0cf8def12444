//! The ingest function: wires clients and the Lambda runtime to [`ingest::handle`].

use aws_lambda_events::event::lambda_function_urls::LambdaFunctionUrlRequest;
use ingest::{Ingest, handle};
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use platform::managed_model::ManagedModel;
use platform::{Platform, logs};

/// Reading a message and asking AWS make many short-lived pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Error> {
    logs::start();
    let settings = [
        "REGISTER_TABLE",
        "EVENTS_TABLE",
        "STATES_TABLE",
        "SCORE_QUEUE_URL",
        "SOURCES_SECRET",
        "CONTACT_KEY_SECRET",
    ];
    let platform = Platform::from_environment(&settings).await?;
    let ingest =
        &Ingest::new(platform).with_managed_model(ManagedModel::from_environment("MANAGED_MODEL_ID").await);
    run(service_fn(async |event: LambdaEvent<LambdaFunctionUrlRequest>| {
        Ok::<_, Error>(handle(ingest, event.payload, Timestamp::now()).await)
    }))
    .await
}
