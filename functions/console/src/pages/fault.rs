//! Pages that say no, and what to do next.

use askama::Template;
use tone::Language;

use super::Frame;
use crate::web::Answer;
use crate::words::words;

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    /// Where to go next: a path and its name.
    pub(super) next: Option<(&'a str, &'a str)>,
}

fn answer(status: u16, language: Language, title: &str, text: &str, next: (&str, &str)) -> Answer {
    let frame = Frame { words: words(language), visitor: None, here: "" };
    let html = Message { frame, title, text, next: Some(next) }.render();
    // The page about a failure has nothing that can fail; should it, the status says enough.
    Answer { status, html: html.unwrap_or_default(), ..Answer::default() }
}

/// 403: wrong, expired or foreign token, or an alert that does not exist; which of them is not said.
pub fn refused(language: Language) -> Answer {
    let words = words(language);
    answer(403, language, words.refused_title, words.refused_text, ("/signin", words.sign_in_title))
}

/// 403: a sign-in link that is used, too old or not ours.
pub fn link_over(language: Language) -> Answer {
    let words = words(language);
    answer(403, language, words.link_over_title, words.link_over_text, ("/signin", words.link_again))
}

/// 404.
pub fn not_found(language: Language) -> Answer {
    let words = words(language);
    answer(404, language, words.not_found_title, words.not_found_text, ("/", words.to_alerts))
}

/// 500.
pub fn failed(language: Language) -> Answer {
    let words = words(language);
    answer(500, language, words.failed_title, words.failed_text, ("/", words.to_alerts))
}
