//! Evidence in words a sales manager can check, one file per language.

mod de;
mod en;
mod sv;

use tone::{EntryId, Language};

use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};
use crate::policy::WordPolicy;

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The sentence of a fact: what was observed, what is normal. Own phrases are named from the policy at hand.
    pub fact: fn(&Fact, &WordPolicy) -> String,
    /// The name of a family.
    pub family: fn(Family) -> &'static str,
    /// The name of a level.
    pub level: fn(Level) -> &'static str,
    /// The name of a strength.
    pub strength: fn(Strength) -> &'static str,
    /// The name of a role.
    pub role: fn(Role) -> &'static str,
}

/// The words of a language.
pub fn words(language: Language) -> Words {
    match language {
        Language::Swedish => sv::WORDS,
        Language::English => en::WORDS,
        Language::German => de::WORDS,
    }
}

/// The phrases of lexicon entries, in the language's quotation marks: our words, not the customer's (I7). An own phrase
/// that is no longer in the policy is left out.
fn phrases(entries: &[EntryId], own: &WordPolicy, quote: [char; 2]) -> String {
    let [open, close] = quote;
    let phrase = |id: &EntryId| own.entry(*id).map(|entry| format!("{open}{}{close}", entry.shown()));
    entries.iter().filter_map(phrase).collect::<Vec<_>>().join(", ")
}

/// "budget", "budget and delays", "budget, delays and complaints".
fn listed(items: &[&str], and: &str) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// What there is any of.
fn some(parts: &[(i64, String)], and: &str) -> String {
    let told: Vec<&str> = parts.iter().filter(|(number, _)| *number > 0).map(|(_, told)| &**told).collect();
    listed(&told, and)
}

/// "1 message", "3 messages".
fn counted(number: impl Into<i64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A count that came as a number to calculate with.
#[expect(clippy::cast_possible_truncation, reason = "a count of orders")]
fn whole(count: f64) -> i64 {
    count.round() as i64
}

/// A number with at most one decimal, in the language's own way of writing it.
fn number(value: f64, decimal: char) -> String {
    let text = if value.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let text = if text == "-0" { "0" } else { text };
    text.replace('.', &decimal.to_string()).replace('-', "−")
}

/// A tone -1..+1 with its sign and two decimals: the thresholds are hundredths (S35).
fn tone_value(value: f64, decimal: char) -> String {
    let text = format!("{value:+.2}");
    let text = if text == "-0.00" { "+0.00" } else { &text };
    text.replace('.', &decimal.to_string()).replace('-', "−")
}

/// A share 0..1 as whole percent, with the space that Swedish and German write and English does not.
fn percent(share: f64, space: &str) -> String {
    format!("{:.0}{space}%", share * 100.0)
}

/// A gap between events in whole days, at least one.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred days at most")]
fn whole_days(usual: f64) -> i64 {
    (usual.round() as i64).max(1)
}

#[cfg(test)]
mod tests;
