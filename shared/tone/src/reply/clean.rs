//! A body as the line scanner wants it: one kind of line end, one kind of space, nothing hidden.

use std::{borrow::Cow, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::phrases::any_byte;

/// The body with plain line ends and spaces, without marks nobody sees, and with what HTML left behind put back.
pub(super) fn clean(body: &str) -> Cow<'_, str> {
    let body = unescape(body);
    if !any_byte(&body, UNPLAIN) {
        return body;
    }
    let mut cleaned = String::with_capacity(body.len());
    let mut rest = &*body;
    while let Some((before, after)) =
        rest.bytes().position(|byte| UNPLAIN.contains(&byte)).and_then(|at| rest.split_at_checked(at))
    {
        cleaned.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('\r') if after.starts_with("\r\n") => {}
            char => cleaned.extend(char.and_then(plain)),
        }
        rest = chars.as_str();
    }
    cleaned.push_str(rest);
    Cow::Owned(cleaned)
}

/// The first bytes of all that [`plain`] changes.
const UNPLAIN: [u8; 7] = *b"\r\x0b\x0c\xc2\xe2\xe3\xef";

/// `None` for a mark nobody sees: byte order, direction, zero width.
fn plain(char: char) -> Option<char> {
    match char {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => None,
        _ => Some(char),
    }
}

/// Signs and breaks that a poor conversion from HTML leaves as they stood.
fn unescape(body: &str) -> Cow<'_, str> {
    const LEFT: [&str; 11] =
        ["<br>", "<br/>", "<br />", "<BR>", "&nbsp;", "&#160;", "&lt;", "&gt;", "&quot;", "&#39;", "&amp;"];
    const MEANT: [&str; 11] = ["\n", "\n", "\n", "\n", " ", " ", "<", ">", "\"", "'", "&"];
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(LEFT).ok());
    if !any_byte(body, *b"<&") {
        return Cow::Borrowed(body);
    }
    match &*FINDER {
        Some(finder) if finder.is_match(body) => Cow::Owned(finder.replace_all(body, &MEANT)),
        _ => Cow::Borrowed(body),
    }
}
