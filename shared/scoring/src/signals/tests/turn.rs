//! Customers known for a while before something turns.

use super::story::{Story, mail, order, paid_after, wrote};

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

/// Orders every four weeks, pays every other week, writes every week: until June, all is well.
pub(super) fn steady() -> Story {
    Story::from("2024-04-08")
        .every(28, 13, order(10_000))
        .on("2024-09-02")
        .every(14, 19, paid_after(2))
        .on("2024-09-03")
        .every(7, 43, mail(10))
}

/// The same until the spring, and then what the article's example tells (S72), as of 2025-06-30.
pub(super) fn troubled() -> Story {
    steady()
        .on("2025-04-07")
        .every(28, 3, order(8_000))
        .on("2025-05-26")
        .every(14, 3, paid_after(10))
        .on("2025-06-26")
        .once(wrote("Är er lösning kompatibel med systemet från en annan leverantör?"))
}
