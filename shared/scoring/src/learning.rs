//! How much is still missing before a customer is known: half a year and fifty touch points, and of each family enough of
//! its own (S32, S55). Statistics need 18 months, more than a ledger keeps: `kundvakt audit` says that (S77).

use serde::{Deserialize, Serialize};

use crate::evidence::Family;
use crate::ledger::Counter;
use crate::policy::LearningPolicy;
use crate::view::View;

/// A family that has data, but too little of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Learning {
    /// Which.
    pub family: Family,
    /// How many of its own are missing: messages read, answers, orders... 0 where it is only time that is.
    pub missing: i64,
}

/// As it was kept before the number was.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Family(Family),
    Learning { family: Family, missing: i64 },
}

impl From<Kept> for Learning {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Family(family) => Self { family, missing: 0 },
            Kept::Learning { family, missing } => Self { family, missing },
        }
    }
}

/// What is missing before a customer counts as known; nothing where all is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Missing {
    /// Weeks, of [`LearningPolicy::baseline_weeks`].
    pub weeks: i32,
    /// Touch points, of [`LearningPolicy::touch_points`].
    pub touch_points: i64,
}

impl Missing {
    /// As seen from a day.
    pub(crate) fn of(view: &View<'_>, policy: &LearningPolicy) -> Self {
        let touch_points: i64 =
            [Counter::Inbound, Counter::Outbound, Counter::Orders, Counter::MeetingsMoved]
                .into_iter()
                .map(|counter| view.all(counter))
                .sum();
        Self {
            weeks: (policy.baseline_weeks - view.known_weeks()).max(0),
            touch_points: (policy.touch_points - touch_points).max(0),
        }
    }

    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Learning {
    /// A family that said it has too little.
    pub(crate) fn of(family: Family, view: &View<'_>, policy: &LearningPolicy) -> Self {
        let missing = observed(family).map_or(0, |counter| (policy.observations - view.all(counter)).max(0));
        Self { family, missing }
    }
}

/// What a family learns from; none for those that know no rhythm.
fn observed(family: Family) -> Option<Counter> {
    match family {
        Family::Tone | Family::Phrases => Some(Counter::Read),
        Family::Frequency => Some(Counter::InboundDays),
        Family::CustomerReplyTime => Some(Counter::CustomerReplies),
        Family::OurReplyTime => Some(Counter::OurReplies),
        Family::Tickets => Some(Counter::TicketsOpened),
        Family::Orders => Some(Counter::OrderDays),
        Family::Payments => Some(Counter::InvoicesPaid),
        Family::Usage => Some(Counter::UsageReports),
        Family::Contacts | Family::Meetings | Family::Satisfaction | Family::External => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_the_number_is_still_read() {
        let kept = r#"["tone",{"family":"orders","missing":3}]"#;
        let read: Vec<Learning> = serde_json::from_str(kept).unwrap();
        let learning = |family, missing| Learning { family, missing };
        assert_eq!(read, [learning(Family::Tone, 0), learning(Family::Orders, 3)]);
        assert_eq!(serde_json::to_string(&read[1]).unwrap(), r#"{"family":"orders","missing":3}"#);
    }
}
