//! Days and weeks as numbers. Buckets are UTC days; weeks begin on Monday.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Days since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// Weeks since the Monday 1969-12-29.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub i32);

const SECONDS_PER_DAY: i64 = 86_400;

impl Day {
    /// The UTC day of a time.
    pub fn of(at: Timestamp) -> Self {
        let days = at.as_second().div_euclid(SECONDS_PER_DAY);
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Its calendar date.
    pub fn date(self) -> Date {
        self.start().to_zoned(TimeZone::UTC).date()
    }

    /// Its first instant; clamped to the calendar's range.
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(i64::from(self.0) * SECONDS_PER_DAY).unwrap_or(Timestamp::MIN)
    }

    /// The week it lies in. 1970-01-01 was a Thursday.
    pub fn week(self) -> Week {
        Week((self.0 + 3).div_euclid(7))
    }

    /// The day this many days later; earlier when negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Week {
    /// Its Monday.
    pub fn monday(self) -> Day {
        Day(self.0 * 7 - 3)
    }
}

/// Hours between two times that fall on Monday to Friday, UTC: a reply over the weekend is not late.
/// Zero when `to` is not after `from`.
pub fn working_hours(from: Timestamp, to: Timestamp) -> f64 {
    let mut seconds = 0;
    let mut day = Day::of(from);
    while day <= Day::of(to) {
        if (day.0 + 3).rem_euclid(7) < 5 {
            let start = day.start().max(from).as_second();
            let end = day.plus(1).start().min(to).as_second();
            seconds += (end - start).max(0);
        }
        day = day.plus(1);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of at most some weeks")]
    let hours = seconds as f64 / 3600.0;
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_runs_from_monday_to_sunday() {
        let monday = Day::of(time("2026-03-02T00:00:00Z"));
        let sunday = Day::of(time("2026-03-08T23:59:59Z"));
        assert_eq!(monday.week(), sunday.week());
        assert_eq!(monday.week().monday(), monday);
        assert_ne!(sunday.plus(1).week(), monday.week());
        assert_eq!(monday.date().to_string(), "2026-03-02");
    }

    #[test]
    fn a_reply_on_monday_to_a_mail_on_friday_took_hours_not_days() {
        let hours = working_hours(time("2026-03-06T16:00:00Z"), time("2026-03-09T09:00:00Z"));
        assert!((hours - 17.0).abs() < 1e-9, "{hours}");
        assert!(working_hours(time("2026-03-07T10:00:00Z"), time("2026-03-08T10:00:00Z")).abs() < 1e-9);
        assert!(working_hours(time("2026-03-09T10:00:00Z"), time("2026-03-09T09:00:00Z")).abs() < 1e-9);
    }
}
