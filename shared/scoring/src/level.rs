//! Yellow, orange, red (S38, S74): how urgent a risk is, who hears of it, in which order.

use serde::{Deserialize, Serialize};

use crate::policy::RiskPolicy;

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Attention: risk 30-50 %.
    Yellow,
    /// Action: risk 50-70 %.
    Orange,
    /// Escalation: risk 70-100 %.
    Red,
}

/// Who gets alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks after the customer day by day.
    AccountManager,
    /// Leads the account managers.
    TeamLeader,
    /// Managing director or sales head.
    Management,
}

impl Level {
    /// The level of a risk 0..1, lower bounds inclusive; none below yellow.
    pub fn of(risk: f64, policy: &RiskPolicy) -> Option<Self> {
        [Self::Red, Self::Orange, Self::Yellow].into_iter().find(|level| risk >= level.lower_bound(policy))
    }

    /// The lowest risk of this level, 0..1.
    pub fn lower_bound(self, policy: &RiskPolicy) -> f64 {
        match self {
            Self::Yellow => policy.yellow,
            Self::Orange => policy.orange,
            Self::Red => policy.red,
        }
    }

    /// Who hears of it, step by step while nobody acknowledges (S38). A red alert that management leaves
    /// unanswered goes back down to those who can act.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Yellow => &[Role::AccountManager, Role::TeamLeader, Role::Management],
            Self::Orange => &[Role::TeamLeader, Role::Management, Role::AccountManager],
            Self::Red => &[Role::Management, Role::TeamLeader, Role::AccountManager],
        }
    }

    /// The word used in file formats and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }
}
