//! `kundvakt serve`: the product kept on disk, with the real clock and the schedules running. For an evaluation; mails
//! stay in the local outbox.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use crate::emulators::Clock;
use crate::history::{Vendor, read_customers};
use crate::product::{Product, next_at_hour};
use crate::register::tell_unknown_owners;
use crate::web;

/// What to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything is kept.
    pub data: PathBuf,
    /// Company and staff (`{"name","domains","time_zone","staff":[...]}`); read at every start where given.
    pub company: Option<PathBuf>,
    /// Customers, a JSON object per line; read at every start where given.
    pub customers: Option<PathBuf>,
    /// Source instances to have.
    pub sources: Vec<String>,
    /// Where it listens.
    pub port: u16,
}

const RUN_HOUR: i8 = 5;
const SWEEP_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// Serves until the process is interrupted.
pub async fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let vendor: Option<Vendor> = match &options.company {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            Some(serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?)
        }
        None => None,
    };
    let customers = options.customers.as_deref().map(read_customers).transpose()?.unwrap_or_default();
    for name in &options.sources {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        anyhow::ensure!(
            !name.is_empty() && name.chars().all(plain),
            "`{name}` is no name for a source: use a-z, 0-9, - and _"
        );
    }
    // Sources post to this address: another one than asked for would be no help.
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await;
    let listener =
        listener.with_context(|| format!("port {} is not free; choose another with --port", options.port))?;
    let url = format!("http://{}", listener.local_addr()?);
    let _lock = lock(&options.data)?;
    let time_zone = vendor.as_ref().map_or("Europe/Stockholm", |vendor| vendor.time_zone.as_str()).to_owned();
    let sources: Vec<&str> = options.sources.iter().map(String::as_str).collect();
    let product =
        Product::start(Clock::system(), Some(&options.data), url.clone(), &time_zone, &sources).await?;
    product.emulators.mailbox.write_to(&options.data.join("mails"))?;
    if let Some(vendor) = &vendor {
        product.register(&vendor.company, &vendor.staff, &[]).await?;
    }
    for customer in &customers {
        platform::register::put_customer(&product.platform, customer).await?;
    }
    let staff = platform::register::staff(&product.platform).await?;
    let without_basis = customers.iter().filter(|customer| customer.legal_basis.is_none()).count();
    let read = match options.customers {
        Some(_) => {
            format!("{} customers read, {without_basis} of them without a legal basis", customers.len())
        }
        None => "customers as they were kept".to_owned(),
    };
    writeln!(out, "Register  {} staff; {read}", staff.len())?;
    tell_unknown_owners(&customers, &staff, out)?;
    if staff.is_empty() {
        writeln!(out, "          Nobody would be told: name your people with --company.")?;
    }
    writeln!(out, "Console   {url}/\nOutbox    {url}/mails\nKept in   {}", options.data.display())?;
    let secret = product.senders.secret();
    for (name, instance) in
        secret.get("instances").and_then(serde_json::Value::as_object).into_iter().flatten()
    {
        let field = |field: &str| instance.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        writeln!(out, "Webhook   {url}/in/{name}/{}  ({})", field("token"), field("kind"))?;
    }
    writeln!(out, "          their secrets are in {}", options.data.join("secrets.json").display())?;
    writeln!(out, "Ctrl-C ends it; what was taken in is kept.")?;
    let product = Arc::new(product);
    let schedules = tokio::spawn(run_schedules(Arc::clone(&product)));
    let stop = async {
        // Without a handler for Ctrl-C the process simply ends at once.
        let _ = tokio::signal::ctrl_c().await;
    };
    web::serve(listener, Arc::clone(&product), stop).await?;
    schedules.abort();
    Ok(())
}

/// One process at a time: two would each send the mails of the same alert.
fn lock(data: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("opening {}", path.display()))?;
    file.try_lock().with_context(|| format!("another kundvakt works in {}; end it first", data.display()))?;
    Ok(file)
}

/// What EventBridge does on AWS: the daily run, the sweep, and the queues in between.
async fn run_schedules(product: Arc<Product>) {
    let mut next_sweep = Timestamp::MIN;
    let mut next_run = next_daily_run(&product, Timestamp::now());
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = product.clock.now();
        report(product.pump(now).await);
        if now >= next_sweep {
            report(product.sweep(now).await.map(drop));
            next_sweep = now + SWEEP_EVERY;
        }
        if let Ok(run) = next_run
            && now >= run
        {
            report(product.score(run).await.map(drop));
            report(product.emulators.sweep_expired().map(drop));
            next_run = next_daily_run(&product, now);
        }
    }
}

/// A schedule that failed comes again.
fn report(done: anyhow::Result<()>) {
    if let Err(error) = done {
        tracing::error!(error = platform::chain(error.as_ref()), "A schedule failed; it comes again");
    }
}

fn next_daily_run(product: &Product, after: Timestamp) -> anyhow::Result<Timestamp> {
    next_at_hour(after, RUN_HOUR, &product.platform.settings.zone()?)
}
