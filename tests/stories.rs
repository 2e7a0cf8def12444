//! The demo's stories, held to what was written down before the scoring code.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use kundvakt::emulators::Clock;
use kundvakt::product::Product;
use kundvakt::replay::{Change, Pace, play};
use kundvakt::{judge, stories};

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
    assert_eq!(report, "");
    // Every event was taken in, none by accident twice, and nothing fell to the unmatched.
    let events = u64::try_from(history.lines.len())?;
    assert_eq!(played.answers["accepted"], events, "{:?}", played.answers);
    assert!(played.passed_on >= 2, "the unattended story goes to the next roles");
    product.emulators.stop().await
}
