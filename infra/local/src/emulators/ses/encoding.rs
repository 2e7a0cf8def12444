//! How a mail carries characters that are not ASCII.

use std::fmt::Write as _;

/// The longest line of an encoded body, without its end (RFC 2045).
const LONGEST_LINE: usize = 76;
/// The most of an encoded word's text in a line of 76, its frame `=?UTF-8?Q??=` taken off (RFC 2047).
const WORD_ROOM: usize = LONGEST_LINE - 12;

/// A body in quoted-printable: what is ASCII stays readable, every line is short, line ends are CRLF.
pub(super) fn quoted_printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<String> = text.split('\n').map(quoted_line).collect();
    lines.join("\r\n")
}

fn quoted_line(line: &str) -> String {
    let mut encoded = String::new();
    let mut width = 0;
    let last = line.len().saturating_sub(1);
    for (position, byte) in line.bytes().enumerate() {
        // A space at the end would be lost on the way, and a dot at the start ends the mail for some servers.
        let plain = match byte {
            b' ' | b'\t' => position != last,
            b'.' => width > 0,
            b'=' => false,
            other => other.is_ascii_graphic(),
        };
        let needed = if plain { 1 } else { 3 };
        if width + needed >= LONGEST_LINE {
            encoded.push_str("=\r\n");
            width = 0;
        }
        if plain {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "={byte:02X}");
        }
        width += needed;
    }
    encoded
}

/// A header's text: as it is when that is safe, else in encoded words, folded, never through a character.
/// `used` is the width the header's name has taken of the first line.
pub(super) fn encoded_words(text: &str, used: usize) -> String {
    let safe = text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) && !text.contains("=?");
    if safe && used + text.len() <= LONGEST_LINE {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for character in text.chars() {
        let encoded = in_word(character);
        let room = WORD_ROOM.saturating_sub(if words.len() == 1 { used } else { 1 });
        match words.last_mut() {
            Some(word) if word.len() + encoded.len() <= room => word.push_str(&encoded),
            _ => words.push(encoded),
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?UTF-8?Q?{word}?=")).collect();
    words.join("\r\n ")
}

fn in_word(character: char) -> String {
    match character {
        ' ' => "_".to_owned(),
        plain if plain.is_ascii_graphic() && !"=?_\"".contains(plain) => plain.to_string(),
        other => other.to_string().bytes().fold(String::new(), |mut encoded, byte| {
            let _ = write!(encoded, "={byte:02X}");
            encoded
        }),
    }
}
