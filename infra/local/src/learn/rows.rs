//! Observations: a customer on a day every four weeks, the points of each family, and whether it left within the horizon.

use jiff::ToSpan as _;
use jiff::civil::Date;
use learning::outcomes::History;
use scoring::signals::SIGNALS;
use scoring::{Family, Policy};

use crate::backtest::judge::days;
use crate::backtest::replay::Played;
use crate::backtest::summary::HORIZON_DAYS;

/// Weeks from one row of a customer to the next.
const EVERY: usize = 4;
/// Weeks until a customer's own past decides; before that points mean something else.
const KNOWN_DAYS: i32 = 7 * 20;

/// The families, a column each.
pub fn families() -> impl Iterator<Item = Family> {
    SIGNALS.iter().map(|signal| signal.family)
}

/// The weights of a policy, a column each.
pub fn in_force(policy: &Policy) -> Vec<f64> {
    families().map(|family| policy.learned.weights.get(&family).copied().unwrap_or(1.0)).collect()
}

/// The rows of everybody, with points as answers weigh them: losses tell what is to be added to that. A row whose horizon ends after the last day is left out, whatever is known of it: else the
/// losses of the last months would be there and those who stayed would not.
pub fn of(played: &[Played], losses: &[Vec<Date>], last: Date, policy: &Policy) -> History {
    let mut history = History::new(families().count());
    let importance = f64::from(u8::try_from(EVERY * 7).unwrap_or(u8::MAX)) / f64::from(HORIZON_DAYS);
    for (place, (played, losses)) in played.iter().zip(losses).enumerate() {
        let Some(since) = played.since else { continue };
        let gone = losses.first();
        // Each customer begins in another week, so that all weeks of the year are seen.
        for week in played.weeks.iter().skip(place % EVERY).step_by(EVERY) {
            let as_of = week.monday.saturating_add(6.days());
            let is_over = days(as_of, last) >= HORIZON_DAYS;
            if days(since, as_of) < KNOWN_DAYS || !is_over || gone.is_some_and(|gone| *gone <= as_of) {
                continue;
            }
            let points_of = |family: Family| -> f64 {
                let answered = policy.learned.answered.get(&family).copied().unwrap_or(1.0);
                week.points.iter().filter(|(of, _)| *of == family).map(|(_, points)| points * answered).sum()
            };
            let points: Vec<f64> = families().map(points_of).collect();
            let left = gone.is_some_and(|gone| days(as_of, *gone) <= HORIZON_DAYS);
            history.push(place, days(Date::ZERO, as_of), &points, left, importance);
        }
    }
    history
}
