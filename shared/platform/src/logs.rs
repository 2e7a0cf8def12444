//! Logs: one JSON object per line, with a time, to standard output; the level from `RUST_LOG`, else `info`.
//!
//! No personal data at any level: ids of ours, counts and durations only.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;

/// What `RUST_LOG` asks for (`warn`, `info,score=debug`), else this.
fn filter(default: Targets) -> Targets {
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    asked.unwrap_or(default)
}

/// Starts logging as people read it, to standard error: errors, and the warnings of the tool itself, unless `RUST_LOG`
/// says otherwise.
pub fn start_for_people() {
    let quiet = Targets::new().with_default(LevelFilter::ERROR).with_target("kundvakt", LevelFilter::WARN);
    let lines = fmt::layer().with_writer(std::io::stderr).without_time().with_target(false);
    let subscriber = tracing_subscriber::registry().with(filter(quiet)).with(lines);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("Logging was started before");
    }
}

/// Starts logging. A second call does nothing.
///
/// A panic is logged by its place alone: its message may quote what was being read, such as the text of a mail.
pub fn start() {
    let lines = fmt::layer().json().flatten_event(true);
    let subscriber = tracing_subscriber::registry()
        .with(filter(Targets::new().with_default(LevelFilter::INFO)))
        .with(lines);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("Logging was started before");
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "A panic");
    }));
}
