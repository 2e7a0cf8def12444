//! The one clock of the emulated account.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// What time it is in the emulated account. Clones share the time.
///
/// A simulated clock stands still until it is set, so that weeks pass in a test or a demo in no time and
/// a visibility time-out ends exactly when the story says so.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// A clock that shows `now` until somebody sets it. Milliseconds are its resolution.
    pub fn simulated(now: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(now.as_millisecond()))))
    }

    /// The machine's own clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Whether time stands still between two calls of [`Clock::set`].
    pub fn is_simulated(&self) -> bool {
        self.0.is_some()
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(shared) => Timestamp::from_millisecond(shared.load(Ordering::SeqCst)).unwrap_or_default(),
            None => Timestamp::now(),
        }
    }

    /// Moves a simulated clock, forwards or back. The machine's own clock is not moved.
    pub fn set(&self, now: Timestamp) {
        if let Some(shared) = &self.0 {
            shared.store(now.as_millisecond(), Ordering::SeqCst);
        }
    }
}

// The database asks in its own words; its time-to-live sweep then follows the story.
impl dynoxide::storage_backend::Clock for Clock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.now().as_second()).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        self.now().as_duration().as_secs_f64()
    }
}
