//! New faces without a handover, key people gone (S70).
//!
//! Leading. A new contact nobody introduced is medium, a key person who left is weak: such things happen; both
//! together are strong. Where new contacts without introduction are the customer's habit, they are no news.

use super::{Baseline, Data, Hint, Signal, count};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::Past;
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Contacts, timing: Timing::Leading, stands_alone: false, data, detect, trend };

/// Weeks for which a contact who left counts, and for which a key contact's change does.
const WEEKS: (usize, usize) = (8, 13);

/// Counts when there are more than so many times the usual.
const TIMES_USUAL: f64 = 2.0;

/// People who left and people nobody introduced, added up.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let [left, key_left, unintroduced, most] = policy.contacts;
    let happened = |counter, weeks| past.sum(counter, 0..weeks);
    let (gone, key, new) = (
        happened(Counter::ContactsLeft, WEEKS.0),
        happened(Counter::KeyContactsLeft, WEEKS.1),
        happened(Counter::Unintroduced, WEEKS.1),
    );
    let points = if gone > 0.0 { left } else { 0.0 }
        + if key > 0.0 { key_left } else { 0.0 }
        + unintroduced * (new / 2.0 + 0.5 * f64::from(u8::from(new > 0.0))).min(1.5);
    let days = i32::try_from(7 * WEEKS.1).unwrap_or(i32::MAX);
    let hint = Hint::trend(points.min(most), WEEKS.1, || {
        if key > 0.0 && new > 0.0 {
            Fact::KeyContactReplaced { days }
        } else if new > 0.0 {
            Fact::NewContactNotIntroduced {
                contacts: past.row(Counter::Unintroduced).sum(&(0..WEEKS.1)),
                days,
            }
        } else if key > 0.0 {
            Fact::KeyContactLeft { days }
        } else {
            Fact::ContactLeft { contacts: past.row(Counter::ContactsLeft).sum(&(0..WEEKS.0)), days: 56 }
        }
    });
    hint.into_iter().collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    if Data::told(view, &[Counter::ContactsJoined, Counter::KeyContactsLeft]) == Data::None {
        // Nobody tells us of contacts: that is not the same as nobody coming or going.
        return Data::None;
    }
    // Every contact of a new customer is new.
    Data::enough_if(view.known_weeks() >= policy.learning.weeks)
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    if data(view, policy) != Data::Enough {
        return Vec::new();
    }
    let days = policy.contacts.window_days;
    let own = Baseline::before(view, days, policy);
    let news = |counter| {
        let happened = view.recent(counter, days);
        let usual = own.per_week(counter) * f64::from(days) / 7.0;
        (count(happened) > TIMES_USUAL * usual).then_some(happened).filter(|happened| *happened > 0)
    };
    let hint = match (news(Counter::Unintroduced), news(Counter::KeyContactsLeft)) {
        (Some(_), Some(_)) => Hint::new(Strength::Strong, days, Fact::KeyContactReplaced { days }),
        (Some(contacts), None) => {
            Hint::new(Strength::Medium, days, Fact::NewContactNotIntroduced { contacts, days })
        }
        (None, Some(_)) => Hint::new(Strength::Weak, days, Fact::KeyContactLeft { days }),
        (None, None) => return Vec::new(),
    };
    vec![hint]
}
