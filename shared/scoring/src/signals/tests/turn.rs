//! Customers known for a while before something turns.

use super::story::Story;

/// The Monday from which something is different, a year and eight weeks in.
pub(super) const TURN: &str = "2025-08-04";

/// So many weeks before the turn.
pub(super) fn known_for(weeks: i32) -> Story {
    Story::from(TURN).pause(-7 * weeks)
}

/// Known long enough for last year to be asked, too.
pub(super) fn years() -> Story {
    known_for(60)
}
