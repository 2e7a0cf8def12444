//! `kundvakt demo`: half a year of customers in under a minute, or any history of one's own.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use tokio::net::TcpListener;

use crate::emulators::Clock;
use crate::history::History;
use crate::product::Product;
use crate::replay::{Change, ChangeKind, Pace, Played, play};
use crate::stories::{self, Story};
use crate::{judge, ranking, web};

/// What to play and what to do with it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A history of one's own; else the stories.
    pub history: Option<PathBuf>,
    /// Its register; else one is made.
    pub customers: Option<PathBuf>,
    /// Where the mails go.
    pub mail_dir: PathBuf,
    /// Writes every change of an alert there, a JSON object per line.
    pub alerts: Option<PathBuf>,
    /// Ends after the report instead of serving the console.
    pub once: bool,
    /// Where the console listens.
    pub port: u16,
    /// How many alerts and customers are explained.
    pub explain: usize,
}

/// Plays and reports to `out`, then serves the console until the process is interrupted.
pub async fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let started = Instant::now();
    let (stories, history) = match &options.history {
        None => stories::load()?,
        Some(path) => (Vec::new(), History::read(path, options.customers.as_deref())?),
    };
    let listener = listen(options.port).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let first = history.lines.first().context("the history is empty")?.arrived;
    let (clock, sources) = (Clock::simulated(first), history.sources());
    let product = Product::start(clock, None, url.clone(), &history.vendor.time_zone, &sources).await?;
    // Mails of an earlier demo would be taken for this one's.
    clear(&options.mail_dir)?;
    product.emulators.mailbox.write_to(&options.mail_dir)?;
    writeln!(out, "{} customers, {} events\n", history.customers.len(), history.lines.len())?;
    if options.history.is_some() && options.customers.is_none() {
        writeln!(
            out,
            "No register was given: one was made for this run, with every customer id in the history.\n"
        )?;
    }
    if history.unreadable > 0 {
        writeln!(
            out,
            "{} lines are no events, or lie years from all others, and were left out.\n",
            history.unreadable
        )?;
    }
    product.register(&history.vendor.company, &history.vendor.staff, &history.customers).await?;

    let bar = progress(history.lines.len() as u64);
    let pace = Pace {
        one_by_one: options.history.is_none(),
        unattended: stories
            .iter()
            .filter(|(_, story)| story.unattended)
            .map(|(_, story)| story.customer.id.clone())
            .collect(),
    };
    let played = play(&product, &history, &pace, &bar).await?;
    bar.finish_and_clear();
    if let Some(path) = &options.alerts {
        write_changes(path, &played.changes)?;
    }
    let zone = product.platform.settings.zone()?;
    if stories.is_empty() {
        report_history(out, &product, &history, &played, &zone, options.explain).await?;
    } else {
        report_stories(out, &stories, &played, &zone)?;
    }
    report_figures(out, &product, &played, started, options)?;
    if options.once {
        return product.emulators.stop().await;
    }
    writeln!(out, "Console   {url}/   (sign in with a staff address; the link arrives in the outbox)")?;
    writeln!(out, "Outbox    {url}/mails")?;
    writeln!(out, "Ctrl-C ends it.")?;
    let stop = async {
        // Without a handler for Ctrl-C the process simply ends at once.
        let _ = tokio::signal::ctrl_c().await;
    };
    let product = Arc::new(product);
    let queue = Arc::clone(&product);
    tokio::spawn(async move {
        // Sign-in links asked for on the page go through the queue like any mail.
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            if let Err(error) = queue.pump(queue.clock.now()).await {
                tracing::error!(error = platform::chain(error.as_ref()), "The queues could not be emptied");
            }
        }
    });
    web::serve(listener, product, stop).await
}

/// The port asked for, or any free one where it is taken.
pub async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.context("binding a port of 127.0.0.1"),
    }
}

fn clear(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if is_ours(&path) {
            std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

/// Whether a file is a mail of an earlier demo, by its name: `2026-03-02T0300-red-7.eml`.
fn is_ours(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let mut parts = name.rsplitn(3, '-');
    let number = parts.next().is_some_and(|number| number.parse::<u32>().is_ok());
    let level = parts.next().is_some_and(|level| ["red", "orange", "yellow", "mail"].contains(&level));
    let time = parts.next().is_some_and(|time| time.len() == 15 && time.get(10..11) == Some("T"));
    number && level && time && path.extension().is_some_and(|extension| extension == "eml")
}

fn progress(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {pos}/{len} events  {msg}  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

fn write_changes(path: &Path, changes: &[Change]) -> anyhow::Result<()> {
    let file = std::fs::File::create(path).with_context(|| format!("creating {}", path.display()))?;
    let mut file = std::io::BufWriter::new(file);
    for change in
        changes.iter().filter(|change| !matches!(change.event, ChangeKind::Lowered | ChangeKind::Changed))
    {
        writeln!(file, "{}", serde_json::to_string(change)?)?;
    }
    file.flush().with_context(|| format!("writing {}", path.display()))
}

fn line_of(change: &Change, zone: &TimeZone) -> String {
    let what = match change.event {
        ChangeKind::Opened => "opened",
        ChangeKind::Raised => "raised to",
        ChangeKind::Lowered => "lowered to",
        ChangeKind::Changed => "still",
        ChangeKind::Closed => return format!("{} closed", change.at.to_zoned(zone.clone()).date()),
    };
    let date = change.at.to_zoned(zone.clone()).date();
    format!("{date} {what} {} at {:.1} %", change.level.word(), change.risk * 100.0)
}

fn report_stories(
    out: &mut impl Write,
    stories: &[(&str, Story)],
    played: &Played,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    writeln!(out, "Who would have been alerted, when and why\n")?;
    let mut wrong = 0;
    for (name, story) in stories {
        let changes: Vec<&Change> =
            played.changes.iter().filter(|change| change.customer == story.customer.id).collect();
        let faults = judge::faults(story, &changes, zone);
        wrong += usize::from(!faults.is_empty());
        let verdict = if faults.is_empty() { "as expected" } else { "NOT AS EXPECTED" };
        writeln!(out, "{} ({name})  {verdict}", story.customer.name)?;
        writeln!(out, "  {}", story.title)?;
        if changes.is_empty() {
            writeln!(out, "  no alert")?;
        }
        for change in changes.iter().filter(|change| change.event != ChangeKind::Changed) {
            writeln!(out, "  {}", line_of(change, zone))?;
            if matches!(change.event, ChangeKind::Opened | ChangeKind::Raised) {
                for sentence in &change.evidence {
                    writeln!(out, "      {sentence}")?;
                }
            }
        }
        if let Some(loss) = story.loss {
            writeln!(out, "  {loss} the customer was lost")?;
        }
        for fault in faults {
            writeln!(out, "  ! {fault}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{} of {} stories as expected\n", stories.len() - wrong, stories.len())?;
    Ok(())
}

async fn report_history(
    out: &mut impl Write,
    product: &Product,
    history: &History,
    played: &Played,
    zone: &TimeZone,
    explain: usize,
) -> anyhow::Result<()> {
    let names: BTreeMap<&str, &str> =
        history.customers.iter().map(|customer| (customer.id.as_str(), customer.name.as_str())).collect();
    let opened: Vec<&Change> =
        played.changes.iter().filter(|change| change.event == ChangeKind::Opened).collect();
    let weeks = f64::from(played.days) / 7.0;
    #[expect(clippy::cast_precision_loss, reason = "a count of alerts")]
    let per_week = opened.len() as f64 / weeks.max(1.0);
    writeln!(out, "{} alerts opened in {weeks:.0} weeks: {per_week:.1} a week\n", opened.len())?;
    for change in opened.iter().rev().take(explain) {
        let name = names.get(change.customer.as_str()).copied().unwrap_or_default();
        writeln!(out, "{} ({name}): {}", change.customer, line_of(change, zone))?;
        for sentence in &change.evidence {
            writeln!(out, "      {sentence}")?;
        }
    }
    let Some(end) = played.end else { return Ok(()) };
    writeln!(out, "\nHighest risk on {}\n", end.to_zoned(zone.clone()).date())?;
    let words = scoring::words::words(tone::Language::English);
    let own = platform::register::policy(&product.platform).await?.words;
    for (customer, assessment) in ranking::ranking(&product.platform, end).await?.iter().take(explain.max(5))
    {
        writeln!(out, "{:5.1} %  {customer}", assessment.risk * 100.0)?;
        for evidence in &assessment.evidence {
            writeln!(out, "         {}", (words.fact)(&evidence.fact, &own))?;
        }
    }
    Ok(())
}

fn report_figures(
    out: &mut impl Write,
    product: &Product,
    played: &Played,
    started: Instant,
    options: &Options,
) -> anyhow::Result<()> {
    let answers: Vec<String> =
        played.answers.iter().map(|(answer, events)| format!("{events} {answer}")).collect();
    writeln!(out, "\nEvents    {}", answers.join(", "))?;
    writeln!(
        out,
        "Mails     {} sent, {} answered by a click, {} alerts passed on, in {}",
        product.emulators.mails().len(),
        played.answered,
        played.passed_on,
        options.mail_dir.display()
    )?;
    let memory = peak_memory_mb().map_or_else(|| "unknown".to_owned(), |mb| format!("{mb} MB"));
    writeln!(
        out,
        "Took      {:.1} s for {} days, peak memory {memory}",
        started.elapsed().as_secs_f64(),
        played.days
    )?;
    Ok(())
}

/// Peak resident memory of this process, where the system tells.
fn peak_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kb| kb / 1024)
}
