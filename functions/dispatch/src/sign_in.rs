//! Mails the link somebody asked for to sign in.

use jiff::Timestamp;
use platform::alerts::Fate;
use platform::{Platform, mail, sign_in};

use crate::{Done, link, sign_in_mail};

/// Mails the link of a request. An unknown address, an old request and a used one get nothing.
pub(crate) async fn send_link(platform: &Platform, request: &str, now: Timestamp) -> anyhow::Result<Done> {
    let Some(staff) = sign_in::requested_by(platform, request, now).await? else {
        tracing::info!("A sign-in request without a person, or too old");
        return Ok(Done::Yes);
    };
    let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
    let token = link::sign_in_token(request, &key, now);
    let link = format!("{}/signin/{token}", platform.settings.console_url);
    Ok(match mail::send(platform, &sign_in_mail(&staff, &link)?).await {
        // Without an answer it may have gone out all the same; who did not get it asks again.
        Fate::Sent(_) | Fate::Ambiguous => Done::Yes,
        Fate::Refused => Done::Later,
    })
}
