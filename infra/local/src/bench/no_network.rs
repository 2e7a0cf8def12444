//! The real SDK with the network cut: each operation gets a prepared answer, in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use platform::Settings;

/// Answers by the last part of the `x-amz-target` header.
#[derive(Clone, Debug)]
struct Prepared(Arc<BTreeMap<&'static str, String>>);

impl HttpConnector for Prepared {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body = self.0.get(operation).cloned().unwrap_or_else(|| "{}".to_owned());
        let status = aws_smithy_runtime_api::http::StatusCode::try_from(200);
        HttpConnectorFuture::ready(match status {
            Ok(status) => Ok(HttpResponse::new(status, SdkBody::from(body))),
            Err(error) => {
                Err(aws_smithy_runtime_api::client::result::ConnectorError::other(error.into(), None))
            }
        })
    }
}

impl HttpClient for Prepared {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// A configuration whose every call gets the answer prepared for its operation, else an empty object.
pub(super) fn config(answers: impl IntoIterator<Item = (&'static str, String)>) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(crate::emulators::REGION))
        .endpoint_url("http://127.0.0.1:9")
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "bench", "bench", None, None, "bench",
        )))
        .http_client(Prepared(Arc::new(answers.into_iter().collect())))
        .build()
}

/// Settings that name everything.
pub(super) fn settings() -> Settings {
    let name = || "bench".to_owned();
    Settings {
        register_table: name(),
        events_table: name(),
        states_table: name(),
        alerts_table: name(),
        score_queue: "http://127.0.0.1:9/queue".to_owned(),
        dispatch_queue: "http://127.0.0.1:9/queue".to_owned(),
        sources_secret: name(),
        contact_key_secret: name(),
        link_key_secret: name(),
        ..Settings::default()
    }
}
