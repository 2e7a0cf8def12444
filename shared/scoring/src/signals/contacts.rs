//! New faces without a handover, key people gone (S70).
//!
//! Leading. A new contact nobody introduced is medium, a key person who left is weak: such things happen; both
//! together are strong. Where new contacts without introduction are the customer's habit, they are no news.

use super::{Baseline, Finding, Hint, Signal, count, fired};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::policy::Policy;
use crate::view::View;

pub(super) const SIGNAL: Signal = Signal { family: Family::Contacts, timing: Timing::Leading, detect };

/// Counts when there are more than so many times the usual.
const TIMES_USUAL: f64 = 2.0;

fn detect(view: &View<'_>, policy: &Policy) -> Finding {
    let days = policy.contacts.window_days;
    let own = Baseline::before(view, days, policy);
    let news = |counter| {
        let happened = view.recent(counter, days);
        let usual = own.per_week(counter) * f64::from(days) / 7.0;
        (count(happened) > TIMES_USUAL * usual).then_some(happened).filter(|happened| *happened > 0)
    };
    let told = [Counter::ContactsJoined, Counter::KeyContactsLeft].map(|counter| view.days_since(counter));
    if told.iter().all(Option::is_none) {
        // Nobody tells us of contacts: that is not the same as nobody coming or going.
        return Finding::NoData;
    }
    if view.known_weeks() < policy.learning.weeks {
        // Every contact of a new customer is new.
        return Finding::Learning;
    }
    let hint = match (news(Counter::Unintroduced), news(Counter::KeyContactsLeft)) {
        (Some(_), Some(_)) => Hint::new(Strength::Strong, days, Fact::KeyContactReplaced { days }),
        (Some(contacts), None) => {
            Hint::new(Strength::Medium, days, Fact::NewContactNotIntroduced { contacts, days })
        }
        (None, Some(_)) => Hint::new(Strength::Weak, days, Fact::KeyContactLeft { days }),
        (None, None) => return Finding::Quiet,
    };
    fired(vec![hint])
}
