//! The line that announces a quotation: "On Tue, 4 Mar 2025 at 10:12, Anna wrote:", in any of some thirty languages.

use std::sync::LazyLock;

use super::{
    date::{dated, has_digits},
    phrases::{Phrases, any_byte, words},
};

/// A line, or a few, that announce a quotation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribution {
    /// How many lines it takes, 1-4.
    pub(super) lines: usize,
    /// Only a program writes so. Else it counts only where marked lines follow.
    pub(super) sure: bool,
}

/// Lines longer than this many bytes announce nothing.
const LONGEST: usize = 300;

pub(super) fn attribution(rest: &[&str]) -> Option<Attribution> {
    let found = sentence(rest)?;
    // The last lines of the writer's own text are not the first lines of the announcement.
    let mut later = (1..found.lines).filter_map(|from| rest.get(from..));
    let begins = |below: &[&str]| sentence(below).is_some() && (opens(below) || !opens(rest));
    (!later.any(begins)).then_some(found)
}

/// The shortest run of lines that reads as an announcement.
fn sentence(rest: &[&str]) -> Option<Attribution> {
    const LINES: usize = 4;
    /// The full-width colon's first byte.
    const COLON: u8 = 0xef;
    let (first, below) = rest.split_first()?;
    // An announcement begins with a date or an address, and ends in a colon or names the address.
    let ends = |line: &&str| any_byte(line, [b':', b'@', COLON]);
    if !any_byte(first, *b"@<0123456789") || !(ends(first) || below.iter().take(LINES - 1).any(ends)) {
        return None;
    }
    let mut text = String::new();
    let mut found = None;
    for (index, line) in rest.iter().take(LINES).enumerate() {
        let signs: &[char] = if index == 0 { &[' ', '\t', '*', '_', '-'] } else { &[' ', '\t', '>'] };
        let line = line.trim_start_matches(signs);
        // Once complete, only the rest of the name or a lost verb and colon may follow.
        let more = found.is_none() || words(line).count() <= 3;
        if line.is_empty() || line.len() > LONGEST || !more {
            break;
        }
        text.push_str(line);
        if let Some(sure) = announces(&text) {
            found = Some(Attribution { lines: index + 1, sure });
            if text.ends_with([':', '：']) {
                break;
            }
        }
        text.push(' ');
    }
    found
}

/// Whether the line opens as announcements do: a word for "on" and then a date.
fn opens(rest: &[&str]) -> bool {
    let line = rest.first().copied().unwrap_or_default();
    let lower = line.chars().take(40).collect::<String>().to_lowercase();
    OPENINGS.after(&lower).is_some_and(|after| after.bytes().any(|byte| byte.is_ascii_digit()))
        && !line.ends_with(['.', '!', '?', ':'])
}

/// Whether the text announces a quotation, and surely so.
fn announces(text: &str) -> Option<bool> {
    let ended = text.trim_end_matches(['*', '_', ' ', '-', '"']);
    let stem = ended.trim_end_matches([':', '：', ' ']);
    let colon = stem.len() < ended.len();
    let bracketed = stem.ends_with(['>', ')', ']']);
    // Nothing shorter holds a name, a verb and a moment; without a colon there must be an address.
    if stem.len() < 18 || (!colon && !stem.contains('@')) {
        return None;
    }
    // Where most lines end.
    if !(has_digits(stem) || (colon && stem.contains('@'))) || !(colon || bracketed || ends_in_verb(stem)) {
        return None;
    }
    let lower = stem.to_lowercase();
    // What stands in the address is neither a date nor a word.
    let (mut plain, mut address) = (String::with_capacity(lower.len()), false);
    for token in tokens(&lower) {
        if token.contains('@') {
            address = true;
            plain.push('\u{1}');
        } else {
            plain.push_str(token);
        }
        plain.push(' ');
    }
    if QUOTING.after(&plain).is_some() {
        return (colon && address).then_some(true);
    }
    let dated = dated(&plain);
    if !dated.number || (!colon && !dated.year) {
        return None;
    }
    let words: Vec<&str> = words(&plain).collect();
    if words.len() > 40 {
        return None;
    }
    let ideographic = IDEOGRAPHIC.iter().any(|verb| plain.trim_end().ends_with(verb));
    let Some(verb) = words.iter().position(|word| VERBS.has(word)) else {
        // "2025-03-04 10:12 GMT+01:00 Anna <anna@...>:", "11:00 AM, March 4, 2025, "Anna" <anna@...>:"
        let early = words.iter().take(4).any(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        let closed = address && bracketed && early && words.len() <= 18;
        let known = (closed || ideographic) && dated.year && (dated.time || ideographic);
        return known.then_some(colon);
    };
    let beside = |word: Option<&&str>| word.is_some_and(|word| PRONOUNS.has(word));
    let own = beside(words.get(verb + 1)) || beside(verb.checked_sub(1).and_then(|at| words.get(at)));
    let told = words.iter().any(|word| TELLING.has(word) || (!address && OWNING.has(word)));
    let last = verb + 1 == words.len();
    let whole = colon || (address && dated.year && dated.time && (last || bracketed));
    let sure = (address && (dated.year || dated.time)) || (dated.year && dated.time);
    (!own && !told && whole).then_some(sure)
}

/// Apart by spaces and by the brackets around addresses.
fn tokens(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '[' | ']'))
}

/// Whether the last word that is no address says that somebody wrote.
fn ends_in_verb(stem: &str) -> bool {
    let last = tokens(stem).rev().find(|token| !token.contains('@') && token.contains(char::is_alphanumeric));
    last.is_some_and(|last| {
        IDEOGRAPHIC.iter().any(|verb| last.ends_with(verb))
            || words(last).last().is_some_and(|word| VERBS.has(&word.to_lowercase()))
    })
}

/// "... wrote", at the end of the line and of no word.
const IDEOGRAPHIC: [&str; 5] = ["写道", "寫道", "작성", "のメール", "書きました"];

/// What an announcement opens with, where it opens with the date.
static OPENINGS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "on, den, på, am, le, el, em, il, il giorno, op, w dniu, dnia, dne, v, ve, pe, la, στις, vào, tarihinde, \
         в, on mon, on tue, on wed, on thu, on fri, on sat, on sun",
    )
});

/// "... wrote", in the form that announcements use.
static VERBS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "wrote, writes, skrev, skriver, schrieb, schreibt, geschrieben, schreef, schrijft, geschreven, kirjoitti, écrit, ecrit, escribió, \
         escribio, escreveu, scritto, scrisse, napisał, napisała, napisal, napisala, napísal, napísala, napisana, pisze, \
         napsal, napsala, píše, написал, написала, пишет, писал, писала, пише, написав, написала, написа, \
         írta, yazdı, scris, έγραψε, viết, napisao, kirjutas, rakstīja, rašė, skrifaði, escriure, menulis, כתב, \
         כתבה, كتب, เขียนว่า",
    )
});

/// A date is not needed after these: "Quoting Anna <anna@...>:".
static QUOTING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new("quoting, zitat von, citerar, citat från, citerer, citat av, quoth, selon")
});

/// Beside the verb they make it a sentence of the writer's own: "On Tuesday I wrote:".
static PRONOUNS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "i, we, you, he, she, they, who, jag, vi, ni, du, han, hon, dom, ich, wir, sie, ihr, er, man, nous, vous, \
         yo, ik, wij, u, jeg, minä, io, eu, ja, я, мы, вы, also, även, auch",
    )
});

/// They tell what somebody wrote, or to whom.
static TELLING: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new("att, that, dass, daß, because, eftersom, weil, till, about"));

/// Somebody's: only people write so, unless it is part of a name with an address.
static OWNING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "your, my, our, his, her, their, the, din, ditt, dina, er, ert, era, mitt, mina, vår, vårt, våra, ihr, ihre, \
         unser, unsere, mein, meine, och, and, und, but, men, aber, har, have, haben, habe, habt, \
         hebben, kollega, colleague, kollege, kollegin",
    )
});
