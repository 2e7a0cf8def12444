//! The life of an alert, decided: opened, raised, lowered, closed (design section 7).
//!
//! One open alert per customer. It opens on entering a level and rises at once; it falls only when the risk stays
//! under the level by the policy's hysteresis on successive local dates, so that a risk that hovers at a bound does
//! not ring every morning.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::budget::Held;
use crate::level::Level;
use crate::policy::RiskPolicy;

/// What a customer's state remembers of its open alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlert {
    /// The alert's id.
    pub id: String,
    /// The level it stands at.
    pub level: Level,
    /// Local dates on which the risk was clearly under the level, successive.
    pub under: Vec<Date>,
}

/// What to do about a customer's alert after an assessment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// No alert, and none to open.
    Nothing,
    /// The open alert stands; remember these dates.
    Keep {
        /// See [`OpenAlert::under`].
        under: Vec<Date>,
    },
    /// Open an alert and tell the first role.
    Open(Level),
    /// Raise the open alert and tell the higher level's first role.
    Raise(Level),
    /// Lower the open alert; nobody is told.
    Lower(Level),
    /// Close the open alert.
    Close,
}

/// Decides. `risk` is 0..1, `today` the company's local date; `held` is what the budget keeps from opening.
pub fn decide(open: Option<&OpenAlert>, risk: f64, today: Date, policy: &RiskPolicy, held: Held) -> Decision {
    let now = Level::of(risk, policy);
    let Some(open) = open else {
        let opens = |level: &Level| *level > Level::Yellow || held.opens_from.is_none_or(|from| risk >= from);
        return now.filter(opens).map_or(Decision::Nothing, Decision::Open);
    };
    if let Some(level) = now.filter(|level| *level > open.level) {
        return Decision::Raise(level);
    }
    if risk > open.level.lower_bound(policy) - policy.hysteresis {
        return Decision::Keep { under: Vec::new() };
    }
    let mut under = open.under.clone();
    if under.last() != Some(&today) {
        let follows = under.last().is_none_or(|last| last.tomorrow().is_ok_and(|next| next == today));
        if !follows {
            under.clear();
        }
        under.push(today);
    }
    if under.len() < policy.hysteresis_dates as usize {
        return Decision::Keep { under };
    }
    now.map_or(Decision::Close, Decision::Lower)
}

/// The open alert after a decision. `id` makes the id of one that opens.
pub fn after(
    open: Option<&OpenAlert>,
    decision: &Decision,
    id: impl FnOnce() -> String,
) -> Option<OpenAlert> {
    match decision {
        Decision::Nothing | Decision::Close => None,
        Decision::Keep { under } => open.map(|open| OpenAlert { under: under.clone(), ..open.clone() }),
        Decision::Open(level) | Decision::Raise(level) | Decision::Lower(level) => {
            let id = open.map_or_else(id, |open| open.id.clone());
            Some(OpenAlert { id, level: *level, under: Vec::new() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(risks: &[f64]) -> Vec<Decision> {
        let policy = RiskPolicy::default();
        let mut open: Option<OpenAlert> = None;
        let mut today: Date = "2026-03-02".parse().unwrap();
        let mut decisions = Vec::new();
        for risk in risks {
            let decision = decide(open.as_ref(), *risk, today, &policy, Held::default());
            open = after(open.as_ref(), &decision, String::new);
            decisions.push(decision);
            today = today.tomorrow().unwrap();
        }
        decisions
    }

    #[test]
    fn bounds_belong_to_the_higher_level() {
        use Level::{Orange, Red, Yellow};
        for (risk, level) in [
            (0.2999, None),
            (0.30, Some(Yellow)),
            (0.4999, Some(Yellow)),
            (0.50, Some(Orange)),
            (0.6999, Some(Orange)),
            (0.70, Some(Red)),
            (1.0, Some(Red)),
        ] {
            assert_eq!(Level::of(risk, &RiskPolicy::default()), level, "{risk}");
        }
    }

    #[test]
    fn an_alert_opens_once_rises_at_once_and_closes_after_two_quiet_days() {
        use Decision::{Close, Keep, Nothing, Open, Raise};
        let decisions = play(&[0.1, 0.35, 0.36, 0.72, 0.71, 0.1, 0.1, 0.1]);
        let kept = || Keep { under: vec![] };
        assert_eq!(decisions[..5], [Nothing, Open(Level::Yellow), kept(), Raise(Level::Red), kept()]);
        assert!(matches!(&decisions[5], Keep { under } if under.len() == 1));
        assert_eq!(decisions[6..], [Close, Nothing]);
    }

    #[test]
    fn a_risk_that_hovers_at_the_bound_stays_silent() {
        let decisions = play(&[0.31, 0.29, 0.31, 0.28, 0.29, 0.31]);
        assert_eq!(decisions[0], Decision::Open(Level::Yellow));
        assert!(
            decisions[1..].iter().all(|decision| *decision == Decision::Keep { under: vec![] }),
            "{decisions:?}"
        );
    }

    #[test]
    fn one_quiet_day_between_loud_ones_does_not_close() {
        let decisions = play(&[0.35, 0.1, 0.35, 0.1, 0.35]);
        assert!(!decisions.contains(&Decision::Close), "{decisions:?}");
    }

    #[test]
    fn a_red_alert_falls_to_the_level_of_the_risk() {
        assert_eq!(play(&[0.8, 0.4, 0.4])[2], Decision::Lower(Level::Yellow));
    }
}
