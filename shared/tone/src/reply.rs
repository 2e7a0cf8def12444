//! Keeps the newest reply of a mail body: without quoted history, signature, disclaimer.
//!
//! A line scanner with bounded look-ahead. It knows the shapes that mail programs and ticket systems leave behind,
//! and when in doubt it keeps: a quotation read as the customer's words is a smaller harm than words of the
//! customer's never read.

mod attribution;
mod clean;
mod date;
mod footer;
mod headers;
mod phrases;
mod signature;
mod ticket;

use self::{
    attribution::attribution,
    clean::clean,
    footer::Footer,
    phrases::head,
    signature::{Closing, Known, closing, goes_on, is_contact, postscript},
};

/// The sender's own words, newest message only.
pub(crate) fn newest(body: &str) -> String {
    let body = clean(body);
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    let mut kept = String::with_capacity(body.len());
    let mut written = false;
    // Under a signature nothing is read any more, but answers may stand further down, between quotations.
    let mut signed = false;
    // So far the signature is a name, no card: whoever writes a postscript does not always call it so.
    let mut bare = false;
    let mut known = Known::default();
    // A line drawn in the middle of a letter is the writer's, any other a program's.
    let mut drawn = None;
    let mut before = "";
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        let mut taken = 1;
        match judge(rest, before, written || signed, &mut known) {
            Part::Own
                if signed
                    && !postscript(line)
                    && !(bare && before.is_empty() && goes_on(rest, &mut known)) =>
            {
                bare &= !is_contact(line);
            }
            Part::Own => {
                signed = false;
                if !line.is_empty() {
                    drawn.take().into_iter().for_each(|rule| keep(&mut kept, rule));
                    written = true;
                }
                keep(&mut kept, line);
            }
            Part::Quoted(lines) => {
                signed = false;
                taken = lines;
            }
            Part::Rule => drawn = (written && !signed).then_some(*line),
            Part::Noise(lines) => taken = lines,
            Part::Signature => (signed, bare) = (true, true),
            Part::Footer => (signed, bare) = (true, false),
            Part::LastWords if signed => {}
            Part::LastWords => {
                keep(&mut kept, line);
                (signed, bare) = (true, true);
            }
            Part::History => break,
        }
        before = if taken > 1 { rest.get(taken - 1).unwrap_or(line) } else { line };
        rest = after.get(taken - 1..).unwrap_or_default();
    }
    kept.truncate(kept.trim_end().len());
    kept
}

fn keep(kept: &mut String, line: &str) {
    // Mailbox files hide a leading "From " behind a quotation mark.
    kept.push_str(line.strip_prefix('>').unwrap_or(line));
    kept.push('\n');
}

/// What a line is.
enum Part {
    /// The writer's own.
    Own,
    /// Marked as quoted, or the line that announces such a quotation; so many lines.
    Quoted(usize),
    /// Drawn with signs.
    Rule,
    /// Somebody's, but nobody's words: warnings, pictures, announcements.
    Noise(usize),
    /// The first line of the signature.
    Signature,
    /// The first line of what programs put in its place.
    Footer,
    /// The writer's own, and a signature follows.
    LastWords,
    /// Everything from here on was written earlier.
    History,
}

fn judge(rest: &[&str], before: &str, started: bool, known: &mut Known) -> Part {
    let Some((line, after)) = rest.split_first() else { return Part::History };
    let next = after.first().copied().unwrap_or_default();
    if is_quoted(line) {
        let unmarked = line.starts_with(">From ") && !is_quoted(before) && !is_quoted(next);
        return if unmarked { Part::Own } else { Part::Quoted(1) };
    }
    if line.trim_start().is_empty() {
        return Part::Own;
    }
    if is_tail(before, line, next) {
        return Part::Quoted(1);
    }
    if let Some(found) = attribution(rest) {
        let below = rest.get(found.lines..).unwrap_or_default();
        let quoted = below.iter().take(4).find(|line| !line.trim_start().is_empty());
        if quoted.is_some_and(|line| is_quoted(line)) {
            return Part::Quoted(found.lines);
        }
        // With nothing above it, an unmarked quotation may have the answer somewhere below.
        if found.sure {
            return if started { Part::History } else { Part::Noise(found.lines) };
        }
    }
    let lower = head(line);
    if headers::is_divider(&lower, after) || headers::is_block(rest, &lower, is_rule(before), started) {
        return Part::History;
    }
    if ticket::is_ticket_line(&lower) || (before.is_empty() && ticket::is_ticket_news(&lower)) {
        return if started { Part::History } else { Part::Noise(1) };
    }
    if is_rule(line) {
        let card = started && signature::is_card_with_contact(after, known);
        return if card { Part::Footer } else { Part::Rule };
    }
    match footer::footer(rest, &lower, started) {
        Some(Footer::Warning(lines)) => return Part::Noise(lines),
        Some(Footer::Ending) => return if started { Part::Footer } else { Part::Noise(1) },
        None => {}
    }
    match started.then(|| closing(rest, &lower, known)).flatten() {
        Some(Closing::Formula) => Part::Signature,
        Some(Closing::LastWords) => Part::LastWords,
        None => Part::Own,
    }
}

/// Marked as quoted: ">" before it, or the single bar that some programs draw (a table has more than one).
fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['>', '＞'])
        || line.strip_prefix('|').is_some_and(|text| {
            let mark = text.is_empty() || text.starts_with([' ', '|', '>']);
            mark && !text.trim_start_matches([' ', '|']).contains('|')
        })
}

/// The end of a quoted line that a program broke without marking it: the quotation goes on below it, it goes on in
/// lower case itself, and its first word would have passed the margin above.
fn is_tail(before: &str, line: &str, next: &str) -> bool {
    const MARGIN: usize = 70;
    if !is_quoted(before) || !is_quoted(next) || before.ends_with(['?', '!', ':']) {
        return false;
    }
    let word = line.split_whitespace().next().unwrap_or_default();
    word.starts_with(char::is_lowercase) && before.chars().count() + 1 + word.chars().count() > MARGIN
}

/// A line drawn with signs.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|char| matches!(char, '_' | '-' | '=' | '*' | '~' | '#' | '─' | '—' | '–'))
        && line.chars().take(3).count() == 3
}

#[cfg(test)]
mod tests;
