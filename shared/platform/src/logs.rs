//! Logs: one JSON object per line, with a time, to standard output; the level from `RUST_LOG`, else `info`.
//!
//! No personal data at any level: ids of ours, counts and durations only.

use tracing_subscriber::EnvFilter;

/// Starts logging. A second call does nothing.
///
/// A panic is logged by its place alone: its message may quote what was being read, such as the text of a mail.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).finish();
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("Logging was started before");
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "A panic");
    }));
}
