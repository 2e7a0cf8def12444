//! The demo's stories, held to what was written down before the scoring code, and told alike by a backtest.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kundvakt::emulators::Clock;
use kundvakt::history::History;
use kundvakt::product::{Product, next_at_hour};
use kundvakt::replay::{Change, ChangeKind, Pace, RUN_HOUR, play};
use kundvakt::{backtest, judge, stories};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn every_story_goes_as_it_was_expected() -> anyhow::Result<()> {
    let (stories, history) = stories::load()?;
    let clock = Clock::simulated(history.lines[0].arrived);
    let url = "http://127.0.0.1:1".to_owned();
    let product = Product::start(clock, None, url, &history.vendor.time_zone, &history.sources()).await?;
    product.register(&history.vendor.company, &history.vendor.staff, &history.customers).await?;
    let unattended = stories.iter().filter(|(_, story)| story.unattended);
    let pace = Pace {
        one_by_one: true,
        unattended: unattended.map(|(_, story)| story.customer.id.clone()).collect(),
    };
    let played = play(&product, &history, &pace, &ProgressBar::hidden()).await?;

    let zone = product.platform.settings.zone()?;
    let mut report = String::new();
    for (name, story) in &stories {
        let changes: Vec<&Change> =
            played.changes.iter().filter(|change| change.customer == story.customer.id).collect();
        for fault in judge::faults(story, &changes, &zone) {
            writeln!(report, "{name}: {fault}")?;
        }
    }
    // The backtest takes the same decisions, day by day.
    assert_eq!(backtested(&history, &zone)?, told(&played.changes));
    assert_eq!(report, "");
    // Every event was taken in, none by accident twice, and nothing fell to the unmatched.
    let events = u64::try_from(history.lines.len())?;
    assert_eq!(played.answers["accepted"], events, "{:?}", played.answers);
    assert!(played.passed_on >= 2, "the unattended story goes to the next roles");
    product.emulators.stop().await
}

/// Openings, raises and closings as lines, in order.
fn told(changes: &[Change]) -> String {
    let mut lines: Vec<String> = changes
        .iter()
        .filter(|change| !matches!(change.event, ChangeKind::Lowered | ChangeKind::Changed))
        .map(|change| {
            line(change.at, &change.customer, &serde_json::json!(change.event), change.level.word())
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn line(at: Timestamp, customer: &str, event: &Value, level: &str) -> String {
    format!("{at} {customer} {event} {level}")
}

/// The same of a backtest. It scores a notice when it arrives; the product played day by day does at its next run.
fn backtested(history: &History, zone: &TimeZone) -> anyhow::Result<String> {
    let folder = std::env::temp_dir().join(format!("kundvakt-stories-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let write = |name: &str, lines: Vec<String>| {
        let path = folder.join(name);
        std::fs::write(&path, lines.join("\n")).map(|()| path)
    };
    let events = history.lines.iter().map(|line| line.event.to_string());
    let customers = history.customers.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let options = backtest::Options {
        history: write("history.jsonl", events.collect())?,
        customers: write("customers.jsonl", customers)?,
        company: Some("../events/stories/company.json".into()),
        outcomes: None,
        policy: None,
        compare: None,
        from: None,
        to: None,
        out: folder.join("out"),
    };
    backtest::run(&options, &mut Vec::new())?;
    let alerts = std::fs::read_to_string(folder.join("out/alerts.jsonl"))?;
    std::fs::remove_dir_all(&folder)?;
    let mut lines = Vec::new();
    for alert in alerts.lines() {
        let alert: Value = serde_json::from_str(alert)?;
        let text = |field: &str| alert[field].as_str().unwrap_or_default();
        let at: Timestamp = text("at").parse()?;
        let run = next_at_hour(at - jiff::SignedDuration::from_secs(1), RUN_HOUR, zone)?;
        lines.push(line(run, text("customer"), &alert["event"], text("level")));
    }
    lines.sort();
    Ok(lines.join("\n"))
}
