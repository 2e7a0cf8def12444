//! Stories of secrets.

use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;

use super::super::Emulators;
use super::{Folder, monday, secrets};

#[tokio::test]
async fn a_secret_has_one_current_value_and_survives_a_restart() {
    let folder = Folder::new("secrets");
    let emulators = Emulators::start(monday(), Some(&folder.0)).await.unwrap();
    let client = secrets(&emulators);
    let missing =
        client.get_secret_value().secret_id("LinkKey").send().await.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found_exception(), "{missing:?}");

    let created = client.create_secret().name("LinkKey").secret_string("first").send().await.unwrap();
    let again = client.create_secret().name("LinkKey").secret_string("other").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_exists_exception());
    client.put_secret_value().secret_id("LinkKey").secret_string("second").send().await.unwrap();
    let old = client.get_secret_value().secret_id("LinkKey").version_stage("AWSPREVIOUS").send().await;
    assert_eq!(old.unwrap_err().code(), Some("NotImplemented"));
    emulators.stop().await.unwrap();

    let emulators = Emulators::start(monday(), Some(&folder.0)).await.unwrap();
    let client = secrets(&emulators);
    let read = client.get_secret_value().secret_id(created.arn().unwrap()).send().await.unwrap();
    assert_eq!(read.secret_string(), Some("second"));
    let unknown = client.delete_secret().secret_id("LinkKey").send().await.unwrap_err();
    assert_eq!(unknown.raw_response().unwrap().status().as_u16(), 501);
}
