//! Faults ordered by a test, so that the real client's handling of them can be seen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What goes wrong with one request that would otherwise have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Refused for its rate; nothing was taken. Worth a retry.
    Throttle,
    /// Refused for good; nothing was taken. Not worth a retry.
    RejectBefore,
    /// Taken, but the connection breaks before the answer: the caller cannot know.
    AcceptThenDropConnection,
}

/// The faults still to come, first in, first out.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<VecDeque<Fault>>>);

impl Faults {
    pub(super) fn push(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    pub(super) fn next(&self) -> Option<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Breaks the connection of the request being handled, without an answer.
///
/// The HTTP server offers no way to do that. But it runs every connection as a task of its own, and a task
/// that unwinds takes its socket with it. Nothing is printed, because this does not pass the panic hook.
pub(super) fn drop_connection() -> ! {
    std::panic::resume_unwind(Box::new("connection dropped on order"))
}
