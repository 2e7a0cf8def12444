//! A body as the line scanner wants it: one kind of line end, one kind of space, nothing hidden.

use std::borrow::Cow;

/// The body with plain line ends and spaces, without marks nobody sees, and with what HTML left behind put back.
pub(super) fn clean(body: &str) -> Cow<'_, str> {
    let body = unescape(body);
    if !body.chars().any(|char| plain(char) != Some(char)) {
        return body;
    }
    let lines = body.replace("\r\n", "\n");
    Cow::Owned(lines.chars().filter_map(plain).collect())
}

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
    const LEFT: [(&str, &str); 11] = [
        ("<br>", "\n"),
        ("<br/>", "\n"),
        ("<br />", "\n"),
        ("<BR>", "\n"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let mut whole = String::new();
    let mut rest = body;
    let mut from = 0;
    while let Some(sign) = rest.get(from..).and_then(|text| text.find(['<', '&'])) {
        let (before, after) = rest.split_at_checked(from + sign).unwrap_or((rest, ""));
        let found = LEFT.iter().find_map(|(left, meant)| Some((after.strip_prefix(left)?, meant)));
        from = match found {
            Some((below, meant)) => {
                whole.push_str(before);
                whole.push_str(meant);
                rest = below;
                0
            }
            None => before.len() + 1,
        };
    }
    if rest.len() == body.len() {
        return Cow::Borrowed(body);
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}
