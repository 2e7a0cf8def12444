//! What a message's reading adds to its bucket.

use tone::{Category, Judgement, Reading};

use crate::ledger::{Bucket, Counter};
use crate::policy::CountingPolicy;

/// Counts a reading; a managed model's judgement says which categories can be shown besides.
pub(super) fn read(
    reading: &Reading,
    managed: Option<&Judgement>,
    policy: &CountingPolicy,
    bucket: &mut Bucket,
) {
    if reading.automatic {
        return;
    }
    bucket.add(Counter::Read, 1);
    bucket.add(Counter::ToneSum, reading.tone.into());
    if reading.tone <= policy.sour {
        bucket.add(Counter::Sour, 1);
    }
    if reading.notice {
        bucket.add(Counter::Notices, 1);
    }
    for category in reading
        .signals
        .iter()
        .filter(|category| !leads_away(**category) || is_shown(reading, managed, **category))
    {
        bucket.add(counter_of(*category), 1);
    }
    for entry in &reading.entries {
        // What an own phrase hints at is the policy's to say, when the customer is scored.
        let flagged = entry.is_own() || tone::entry(*entry).is_some_and(|entry| entry.category.is_some());
        if flagged {
            bucket.entries.insert(*entry, 1);
        }
    }
}

/// Categories of which a single message is a strong signal.
fn leads_away(category: Category) -> bool {
    matches!(
        category,
        Category::Compatibility | Category::Alternatives | Category::Cancellation | Category::DataExport
    )
}

/// Whether a person can be shown what the category rests on: a phrase of ours, of the company's, or a managed model's
/// word. "Vi väljer alternativ ett" is not to be read as a look at other suppliers by a model's guess alone.
fn is_shown(reading: &Reading, managed: Option<&Judgement>, category: Category) -> bool {
    let shows = |entry: &tone::EntryId| {
        entry.is_own() || tone::entry(*entry).is_some_and(|entry| entry.category == Some(category))
    };
    reading.entries.iter().any(shows) || managed.is_some_and(|managed| managed.signals.contains(&category))
}

/// The counter of a category's messages.
pub fn counter_of(category: Category) -> Counter {
    match category {
        Category::Escalation => Counter::Escalation,
        Category::TimeCritical => Counter::TimeCritical,
        Category::Uncertainty => Counter::Uncertainty,
        Category::Alternatives => Counter::Alternatives,
        Category::Budget => Counter::Budget,
        Category::DataExport => Counter::DataExport,
        Category::Complaint => Counter::Complaint,
        Category::Compatibility => Counter::Compatibility,
        Category::Cancellation => Counter::Cancellation,
        Category::Delay => Counter::Delay,
    }
}
