//! Evidence in words a sales manager can check, one file per language.

mod de;
mod en;
mod sv;

use tone::{EntryId, Language};

use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The sentence of a fact: what was observed, what is normal.
    pub fact: fn(&Fact) -> String,
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

/// The phrases of lexicon entries, quoted and listed: our words, not the customer's (I7).
fn phrases(entries: &[EntryId]) -> String {
    let phrase = |id: &EntryId| tone::entry(*id).map(|entry| format!("”{}”", entry.shown()));
    entries.iter().filter_map(phrase).collect::<Vec<_>>().join(", ")
}

/// A number with at most one decimal, in the language's own way of writing it.
fn number(value: f64, decimal: char) -> String {
    let text = if value.abs() >= 10.0 { format!("{value:.0}") } else { format!("{value:.1}") };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let text = if text == "-0" { "0" } else { text };
    text.replace('.', &decimal.to_string()).replace('-', "−")
}

/// A share 0..1 as whole percent.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests;
