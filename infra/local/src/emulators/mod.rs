//! The AWS services that Kundvakt uses, inside this process and on loopback only.
//!
//! The product has one storage and mail path: the real AWS SDK clients. Here they find `dynoxide` for
//! `DynamoDB`, and small stand-ins of ours for SQS, SES v2 and Secrets Manager. What a stand-in does not
//! implement it answers with 501, so that a test never passes on a made-up success.

mod clock;
mod disk;
mod fault;
mod http;
mod secrets;
pub mod ses;
pub mod sqs;
pub mod template;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use clock::Clock;
pub use fault::Fault;
pub use ses::{Mailbox, SentMail};
pub use sqs::Queues;

/// The region the stand-ins say they are in.
pub const REGION: &str = "eu-north-1";
/// The account the stand-ins say they are.
pub const ACCOUNT: &str = "000000000000";

/// How long [`Emulators::stop`] waits for requests under way, long polls among them.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// The running emulators. They end when this is dropped, at once, or with [`Emulators::stop`], in order.
pub struct Emulators {
    /// Where `DynamoDB` listens.
    pub dynamodb: SocketAddr,
    /// Where SQS listens.
    pub sqs: SocketAddr,
    /// Where SES v2 listens.
    pub ses: SocketAddr,
    /// Where Secrets Manager listens.
    pub secrets: SocketAddr,
    /// The mails sent so far, and the faults to come.
    pub mailbox: Mailbox,
    /// The queues behind SQS, and the faults to come.
    pub queues: Queues,
    database: Database,
    stop: watch::Sender<bool>,
    servers: JoinSet<anyhow::Result<()>>,
}

impl Emulators {
    /// Starts all four on free ports of 127.0.0.1.
    ///
    /// With `data`, tables, messages and secrets live in that folder and survive a restart; sent mails and
    /// SES identities do not. Without it everything is in memory. The `DynamoDB` in a folder expires items
    /// by the machine's own clock, because the library offers no other.
    pub async fn start(clock: Clock, data: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(folder) = data {
            std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
            keep_to_ourselves(folder).with_context(|| format!("writing to {}", folder.display()))?;
        }
        let database = open_database(&clock, data)?;
        let queues = Queues::open(clock.clone(), data)?;
        let secrets_held = secrets::Secrets::open(clock.clone(), data)?;
        let mailbox = Mailbox::new(clock);

        let (stop, stopping) = watch::channel(false);
        let mut servers = JoinSet::new();
        let listener = listen().await?;
        let dynamodb = listener.local_addr()?;
        let served =
            dynoxide::server::serve_with_shutdown(listener, database.clone(), asked(stopping.clone()));
        servers.spawn(async move { served.await.map_err(|error| anyhow!("DynamoDB emulator: {error}")) });

        let listener = listen().await?;
        let sqs = listener.local_addr()?;
        servers.spawn(http::serve(listener, sqs::router(queues.clone(), sqs), asked(stopping.clone())));
        let listener = listen().await?;
        let ses = listener.local_addr()?;
        servers.spawn(http::serve(listener, ses::router(mailbox.clone()), asked(stopping.clone())));
        let listener = listen().await?;
        let secrets = listener.local_addr()?;
        servers.spawn(http::serve(listener, secrets::router(secrets_held), asked(stopping)));

        Ok(Self { dynamodb, sqs, ses, secrets, mailbox, queues, database, stop, servers })
    }

    /// Every mail accepted so far, oldest first.
    pub fn mails(&self) -> Vec<SentMail> {
        self.mailbox.mails()
    }

    /// Deletes the items whose time to live is over, as `DynamoDB` does within a few days, and says how many.
    pub fn sweep_expired(&self) -> anyhow::Result<usize> {
        Ok(self.database.sweep_ttl()?)
    }

    /// Stops taking requests, lets those under way finish for two seconds, and frees the files.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        let finish = async {
            while let Some(ended) = self.servers.join_next().await {
                ended??;
            }
            Ok(())
        };
        // An abandoned long poll ends with the runtime; it holds nothing that is not already on disk.
        tokio::time::timeout(STOP_WITHIN, finish).await.unwrap_or(Ok(()))
    }
}

/// What a client needs to talk to the emulator at `address`: endpoint, region and credentials of no account.
pub fn sdk_config(address: SocketAddr) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static(REGION))
        .endpoint_url(format!("http://{address}"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "local",
            "local",
            None,
            None,
            "emulators",
        )))
        .build()
}

/// Secrets and mails lie in the folder: nobody else on the machine is to read them. Also finds out early whether the
/// folder can be written.
fn keep_to_ourselves(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    let probe = folder.join(".writable");
    std::fs::write(&probe, [])?;
    std::fs::remove_file(probe)
}

fn open_database(clock: &Clock, data: Option<&Path>) -> anyhow::Result<Database> {
    let Some(folder) = data else {
        return Ok(Database::memory_with_clock(Arc::new(clock.clone()))?);
    };
    let file = folder.join("dynamodb.sqlite");
    let path = file.to_str().context("the data folder's name is not UTF-8")?;
    Database::new(path).with_context(|| format!("opening {path}"))
}

async fn listen() -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0)).await.context("binding a port of 127.0.0.1")
}

/// Resolves when the emulators are stopped or dropped.
async fn asked(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone: dropped is stopped.
    let _ = stopping.wait_for(|stop| *stop).await;
}
