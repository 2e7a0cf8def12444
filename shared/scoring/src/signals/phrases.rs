//! Red-flag phrases add up (S17-S21, S26, S28, S71).
//!
//! Leading. Some categories say where the customer is heading: a question about compatibility with another system is
//! strong (S72), so are other suppliers, ending and getting the data out. Budget and complaints are medium. Escalation,
//! urgency, uncertainty and delay are everyday words: only several messages count, and only more than this customer
//! usually writes. Example: "kompatibel med" in one mail, never before: strong.

use tone::Category;

use super::{Baseline, Data, Hint, Signal, beyond_chance};
use crate::bucket::counter_of;
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Past, Rare};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Phrases, timing: Timing::Leading, stands_alone: false, data, detect, trend };

const STRONG: &[Category] =
    &[Category::Compatibility, Category::Alternatives, Category::Cancellation, Category::DataExport];
const MEDIUM: &[Category] = &[Category::Budget, Category::Complaint];
const EVERYDAY: &[Category] =
    &[Category::Escalation, Category::TimeCritical, Category::Uncertainty, Category::Delay];
const fn asks(weeks: usize) -> Rare {
    const LEADING_AWAY: &[(Counter, f64)] = &[
        (Counter::Alternatives, 1.0),
        (Counter::DataExport, 1.0),
        (Counter::Compatibility, 1.0),
        (Counter::Requests, 1.0),
    ];
    Rare { of: LEADING_AWAY, per: None, weeks }
}

pub(super) static ASKS: [Rare; 2] = [asks(6), asks(10)];

/// An alert names at most so many phrases.
const NAMED: usize = 6;

/// Weeks in which a first question is news.
const NEWS: usize = 5;

/// Questions that lead away from us add up: about other suppliers, other systems, their data, or what they miss. One is
/// enough where none ever came.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let away = || STRONG.iter().map(|category| counter_of(*category));
    let now: f64 = away().map(|counter| past.lately(counter, NEWS)).sum();
    let before: f64 = away().map(|counter| past.sum(counter, NEWS..past.known.max(NEWS))).sum();
    let first = Hint::trend(if now > 0.0 && before == 0.0 { policy.first_ask } else { 0.0 }, NEWS, || {
        let named = past.entries(|category| STRONG.contains(&category), NAMED);
        Fact::AsksAround { questions: now, usual: 0.0, weeks: NEWS, entries: named }
    });
    let hints = ASKS.iter().zip(policy.asks).filter_map(|(asks, points)| {
        let (asked, weeks) = (past.rare(asks), asks.weeks);
        Hint::trend(policy.points(asked.deviations, points), weeks, || Fact::AsksAround {
            questions: asked.recent,
            usual: asked.usual,
            weeks,
            entries: past.entries(|category| STRONG.contains(&category), NAMED),
        })
    });
    first.into_iter().chain(hints).collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let days = policy.tone.phrase_days;
    let own = Baseline::before(view, days, policy);
    if view.recent(Counter::Read, days) == 0 {
        return if own.sum(Counter::Read) == 0 { Data::None } else { Data::Enough };
    }
    Data::enough_if(own.is_known(policy))
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let days = policy.tone.phrase_days;
    let own = Baseline::before(view, days, policy);
    let unusual = |categories: &[Category]| -> Vec<(Category, i64)> {
        let more_than_usual = |category: &Category| {
            let messages = view.recent(counter_of(*category), days);
            if messages == 0 {
                return None;
            }
            let usual = own.per_week(counter_of(*category)) * f64::from(days) / 7.0;
            beyond_chance(messages, usual).then_some((*category, messages))
        };
        categories.iter().filter_map(more_than_usual).collect()
    };
    let (strong, medium, everyday) = (unusual(STRONG), unusual(MEDIUM), unusual(EVERYDAY));
    // One message may carry words of several categories, so the largest number is the number of messages.
    let messages = |found: &[(Category, i64)]| found.iter().map(|(_, messages)| *messages).max().unwrap_or(0);
    let (complaints, any) = (messages(&medium), messages(&medium).max(messages(&everyday)));
    let strength = if !strong.is_empty() {
        Strength::Strong
    } else if own.is_known(policy) && (any >= policy.tone.phrase_messages || complaints >= 2) {
        Strength::Medium
    } else if any >= 2 {
        // While the customer's own way of writing is not known, everyday words and complaints stay weak.
        Strength::Weak
    } else {
        return Vec::new();
    };
    let found: Vec<(Category, i64)> = [strong, medium, everyday].concat();
    let categories: Vec<Category> = found.iter().map(|(category, _)| *category).collect();
    let names = |entry: &tone::EntryId| {
        policy
            .words
            .entry(*entry)
            .and_then(|entry| entry.category)
            .is_some_and(|category| categories.contains(&category))
    };
    let entries = view.entries(days).into_iter().map(|(entry, _)| entry).filter(names).take(NAMED).collect();
    let messages = messages(&found);
    vec![Hint::new(strength, days, Fact::Phrases { messages, days, categories, entries })]
}
