//! Messages in, readings out: the crate as the rest of the product sees it.

mod courtesy;
mod notices;
mod own;
mod robustness;
mod stories;
mod wrapping;

use tone::{Language, Message, Reading, explain, read};

/// What a customer known by no language wrote, nothing around it.
fn text(text: &str) -> Reading {
    read(&message(text))
}

fn message(text: &str) -> Message<'_> {
    Message { text, policy: 1, ..Message::default() }
}

/// A short text of a customer whose language is known.
fn known(language: Language, text: &str) -> Reading {
    read(&Message { known_language: Some(language), ..message(text) })
}

/// What a failed story prints: the hits the reading rests on.
fn why(message: &Message<'_>) -> String {
    let hits = explain(message);
    let hits = hits.iter().map(|hit| format!("{} {:.2}", hit.entry.phrase, hit.weight));
    hits.collect::<Vec<_>>().join(" · ")
}
