//! Signing in by a mailed one-time link, and the sessions that follow. Only hashes of tokens are stored.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::Platform;
use crate::item::{is_expired, n, s, text};
use crate::register::{self, Staff};

/// A link is good for so long.
pub const LINK_HOLDS: SignedDuration = SignedDuration::from_mins(15);
/// A further link may be asked for after so long.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// A session lasts so long.
pub const SESSION_HOLDS: SignedDuration = SignedDuration::from_hours(12);

fn hashed(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Whether a link may be asked for this address now: once in so long, so that nobody's mailbox can be flooded. Known and
/// unknown addresses are counted alike, as hashes.
pub async fn may_ask(platform: &Platform, address: &str, now: Timestamp) -> anyhow::Result<bool> {
    let put = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.register_table)
        .item("pk", s("signin-asked"))
        .item("sk", s(hashed(&address.to_lowercase())))
        .item("expires", n((now + ASK_AGAIN).as_second()))
        .condition_expression("attribute_not_exists(pk) OR expires <= :now")
        .expression_attribute_values(":now", n(now.as_second()));
    match put.send().await {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
            Ok(false)
        }
        Err(error) => Err(error).context("counting requests for sign-in links"),
    }
}

/// Notes a request for a sign-in link. `staff` is empty for an unknown address: the same write and, later, the same
/// message, so that nobody learns who is on the staff.
pub async fn request(platform: &Platform, request: &str, staff: &str, now: Timestamp) -> anyhow::Result<()> {
    put(platform, "signin", request, staff, now + LINK_HOLDS).await
}

/// Who asked for a link, while it is good and was not used.
pub async fn requested_by(
    platform: &Platform,
    request: &str,
    now: Timestamp,
) -> anyhow::Result<Option<Staff>> {
    person(platform, "signin", request, now).await
}

/// Uses up a link. Only one of two who try at once gets the person.
pub async fn consume(platform: &Platform, request: &str, now: Timestamp) -> anyhow::Result<Option<Staff>> {
    let Some(staff) = person(platform, "signin", request, now).await? else { return Ok(None) };
    let delete = platform
        .dynamodb
        .delete_item()
        .table_name(&platform.settings.register_table)
        .key("pk", s("signin"))
        .key("sk", s(hashed(request)))
        .condition_expression("attribute_exists(pk)");
    match delete.send().await {
        Ok(_) => Ok(Some(staff)),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(None),
        Err(error) => Err(error).context("using a sign-in link"),
    }
}

/// Starts a session under a token.
pub async fn start_session(
    platform: &Platform,
    token: &str,
    staff: &str,
    now: Timestamp,
) -> anyhow::Result<()> {
    put(platform, "session", token, staff, now + SESSION_HOLDS).await
}

/// Whose session a token is, while it lasts and the person is on the staff.
pub async fn session(platform: &Platform, token: &str, now: Timestamp) -> anyhow::Result<Option<Staff>> {
    person(platform, "session", token, now).await
}

/// Ends a session.
pub async fn end_session(platform: &Platform, token: &str) -> anyhow::Result<()> {
    let delete = platform.dynamodb.delete_item().table_name(&platform.settings.register_table);
    delete.key("pk", s("session")).key("sk", s(hashed(token))).send().await.context("ending a session")?;
    Ok(())
}

async fn put(
    platform: &Platform,
    pk: &str,
    token: &str,
    staff: &str,
    expires: Timestamp,
) -> anyhow::Result<()> {
    platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.register_table)
        .item("pk", s(pk))
        .item("sk", s(hashed(token)))
        .item("staff", s(staff))
        .item("expires", n(expires.as_second()))
        .send()
        .await
        .context("noting a sign-in")?;
    Ok(())
}

async fn person(platform: &Platform, pk: &str, token: &str, now: Timestamp) -> anyhow::Result<Option<Staff>> {
    let get = platform.dynamodb.get_item().table_name(&platform.settings.register_table);
    let item = get.key("pk", s(pk)).key("sk", s(hashed(token))).consistent_read(true).send().await;
    let item = item.context("reading a sign-in")?.item.filter(|item| !is_expired(item, now));
    let Some(id) = item.as_ref().and_then(|item| text(item, "staff")).filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    Ok(register::staff(platform).await?.into_iter().find(|staff| staff.id == id))
}
