//! What of a message may leave for a managed model: the newest reply, without what points at a person or a firm.
//!
//! Shapes, not understanding: mail addresses, links, long numbers, names where names stand by habit, and the names the
//! caller knows. A word too many goes rather than one too few; the tone of a message does not hang on its names.
//! docs/reading.md says what is not found.

mod habits;

use unicode_normalization::UnicodeNormalization as _;

use self::habits::{CLOSINGS, GREETINGS, INTRODUCTIONS, JOINING, TITLES};
use crate::{Message, mail::unwrap, reply};

/// The most characters that leave: a long mail says in its first pages how it is meant.
const LONGEST: usize = 4_000;
/// Digits in a row of groups that make a telephone, account or personal number of them.
const MANY_DIGITS: usize = 6;
/// Digits beside letters that make an id of both, and digits in one piece that make one by themselves.
const ID_DIGITS: [usize; 2] = [4, 5];

const ADDRESS: &str = "[address]";
const LINK: &str = "[link]";
const NUMBER: &str = "[number]";
const NAME: &str = "[name]";

/// A text without what points at people: the only kind that may be sent to a managed model.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted(String);

impl std::fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Redacted(..)")
    }
}

impl Redacted {
    /// The newest reply of a message. `known` are names to leave out wherever they stand: the writer's, the firm's.
    /// `None` where a header says that no person wrote it, or where nothing is left.
    pub fn newest(message: &Message<'_>, known: &[&str]) -> Option<Self> {
        let unwrapped = unwrap(message);
        if unwrapped.automatic {
            return None;
        }
        // A source may call a whole mail a plain text: what leaves is cut in either case.
        let text = redact(&reply::newest(&visible(&unwrapped.body)), known);
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        let text = text.get(..end).unwrap_or_default().trim();
        let placeholders = [ADDRESS, LINK, NUMBER, NAME];
        let words =
            placeholders.iter().fold(text.to_owned(), |text, placeholder| text.replace(placeholder, ""));
        words.contains(char::is_alphabetic).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Composed, without invisible characters that would hide a number or a name, and with one kind of blank.
fn visible(text: &str) -> String {
    let shown = |char: char| match char {
        '\n' => Some('\n'),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        char if char.is_whitespace() => Some(' '),
        char => Some(char).filter(|char| !char.is_control()),
    };
    text.nfc().filter_map(shown).collect()
}

fn redact(text: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().flat_map(|name| words(name)).collect();
    let written = text.lines().filter(|line| !line.trim().is_empty()).count();
    let mut seen = 0;
    let mut redacted = String::with_capacity(text.len());
    for line in text.lines() {
        seen += usize::from(!line.trim().is_empty());
        let mut line = Line::new(line);
        line.addresses_and_links();
        line.account_numbers();
        line.numbers();
        line.known_names(&known);
        line.names_by_habit();
        if seen + 2 > written {
            line.signature();
        }
        line.write(&mut redacted);
        redacted.push('\n');
    }
    redacted
}

/// The words of a name, in lower case; shorter ones are everyday words too often.
fn words(name: &str) -> Vec<String> {
    let words = name.nfc().collect::<String>().to_lowercase();
    let words = words.split(|char: char| !char.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.map(str::to_owned).collect()
}

/// What stands between two blanks.
struct Chunk<'a> {
    text: &'a str,
    /// What is written instead.
    instead: Option<&'static str>,
}

impl<'a> Chunk<'a> {
    /// Without the marks around it.
    fn core(&self) -> &'a str {
        self.text.trim_matches(|char: char| !char.is_alphanumeric() && char != '+')
    }

    fn lower(&self) -> String {
        self.core().to_lowercase()
    }

    /// The marks after it, which the placeholder keeps.
    fn tail(&self) -> &'a str {
        let end = self.text.trim_end_matches([',', '.', ';', ':', '!', '?', ')']).len();
        self.text.get(end..).unwrap_or_default()
    }

    fn is_capitalised(&self) -> bool {
        self.core().starts_with(char::is_uppercase)
    }

    fn digits(&self) -> usize {
        self.text.chars().filter(|char| char.is_numeric()).count()
    }

    /// Only dashes, slashes and the like, as in "08 - 12 34 56".
    fn is_bridge(&self) -> bool {
        self.text.chars().all(|char| matches!(char, '-' | '–' | '/' | '.' | '+' | '(' | ')'))
    }
}

struct Line<'a>(Vec<Chunk<'a>>);

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        Self(
            line.split(' ')
                .filter(|text| !text.is_empty())
                .map(|text| Chunk { text, instead: None })
                .collect(),
        )
    }

    fn hide(&mut self, from: usize, to: usize, instead: &'static str) {
        for chunk in self.0.iter_mut().take(to).skip(from) {
            chunk.instead.get_or_insert(instead);
        }
    }

    fn addresses_and_links(&mut self) {
        for chunk in &mut self.0 {
            let core = chunk.lower();
            if core.contains('@') || core.starts_with("mailto:") {
                chunk.instead = Some(ADDRESS);
            } else if core.contains("://") || core.starts_with("www.") || names_a_host(&core) {
                chunk.instead = Some(LINK);
            }
        }
    }

    /// IBANs whose bank is written in letters: "NL91 ABNA 0417 1643 00".
    fn account_numbers(&mut self) {
        for from in 0..self.0.len() {
            let opens = self.0.get(from).is_some_and(|chunk| opens_account(chunk.core()));
            let group = |chunk: &&Chunk<'_>| {
                let core = chunk.core();
                (1..=4).contains(&core.len())
                    && core.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            };
            let groups = self.0.iter().skip(from + 1).take_while(group).count();
            let length: usize =
                self.0.iter().skip(from).take(groups + 1).map(|chunk| chunk.core().len()).sum();
            if opens && length >= 15 {
                self.hide(from, from + groups + 1, NUMBER);
            }
        }
    }

    /// Telephone, account, personal and order numbers, dates and large amounts too.
    fn numbers(&mut self) {
        let mut from = 0;
        while from < self.0.len() {
            let (mut to, mut end, mut digits) = (from, from, 0);
            while let Some(chunk) = self.0.get(to).filter(|chunk| chunk.digits() > 0 || chunk.is_bridge()) {
                digits += chunk.digits();
                to += 1;
                if chunk.digits() > 0 {
                    end = to;
                }
                if chunk.text.ends_with([',', ';', '!', '?']) {
                    break;
                }
            }
            if digits >= MANY_DIGITS {
                self.hide(from, end, NUMBER);
            }
            from = to.max(from + 1);
        }
        let [beside_letters, in_one_piece] = ID_DIGITS;
        for chunk in &mut self.0 {
            let pieces = chunk.text.split(|char: char| !char.is_numeric());
            let longest = pieces.map(|piece| piece.chars().count()).max().unwrap_or(0);
            let is_id = chunk.text.contains(char::is_alphabetic) && chunk.digits() >= beside_letters;
            if is_id || longest >= in_one_piece {
                chunk.instead.get_or_insert(NUMBER);
            }
        }
    }

    fn known_names(&mut self, known: &[String]) {
        for chunk in &mut self.0 {
            let is_known = |word: &str| {
                let lower = word.to_lowercase();
                let owner = lower.strip_suffix('s').unwrap_or(&lower);
                word.starts_with(char::is_uppercase)
                    && known.iter().any(|known| *known == lower || *known == owner)
            };
            if chunk.text.split(|char: char| !char.is_alphanumeric()).any(is_known) {
                chunk.instead.get_or_insert(NAME);
            }
        }
    }

    /// After "Hej", "Frau" or "my name is".
    fn names_by_habit(&mut self) {
        let lower: Vec<String> = self.0.iter().map(Chunk::lower).collect();
        for at in 0..lower.len() {
            let before = |words: &str| lower.get(..=at).unwrap_or_default().join(" ").ends_with(words);
            let word = lower.get(at).map_or("", String::as_str);
            let greets = at < 3
                && GREETINGS
                    .iter()
                    .any(|greeting| lower.get(..=at).unwrap_or_default().join(" ") == *greeting);
            if greets || TITLES.contains(&word) || INTRODUCTIONS.iter().any(|words| before(words)) {
                let ends = self.0.get(at).is_some_and(|chunk| chunk.text.ends_with(['!', '?']));
                let to = if ends { at + 1 } else { self.names_end(at + 1, greets) };
                self.hide(at + 1, to, NAME);
            }
        }
    }

    /// One past the names that begin at `from`: capitalised words and what joins them, up to a mark. A greeting that
    /// ends after a word or two names somebody however it is written.
    fn names_end(&self, from: usize, greets: bool) -> usize {
        let rest = || self.0.iter().skip(from);
        let marked =
            rest().position(|chunk| !chunk.tail().is_empty()).map_or(rest().count(), |last| last + 1);
        if greets && marked <= 2 {
            return from + marked;
        }
        let mut end = from;
        for (offset, chunk) in rest().enumerate().take(8) {
            let lower = chunk.lower();
            // An initial goes on after its mark; "I" is no name.
            let letters = lower.chars().count();
            let is_title = TITLES.contains(&lower.as_str()) || (letters == 1 && chunk.tail() == ".");
            if is_title || (chunk.is_capitalised() && letters > 1) {
                end = from + offset + 1;
            } else if !JOINING.contains(&lower.as_str()) && chunk.text != "&" {
                break;
            }
            if !chunk.tail().is_empty() && !is_title {
                break;
            }
        }
        end
    }

    /// A last line that holds nothing but a name, or a closing word and a name.
    fn signature(&mut self) {
        let opens = self.0.first().is_some_and(|chunk| {
            let lower = chunk.lower();
            CLOSINGS.contains(&lower.as_str())
        });
        let named = || self.0.iter().skip(usize::from(opens));
        let short = (1..=4).contains(&named().count());
        let slash = self.0.first().is_some_and(|chunk| chunk.text.starts_with(['/', '-', '–', '~']));
        let states = self.0.last().is_some_and(|chunk| chunk.text.ends_with(['.', '!', '?', ':']));
        if short && (slash || !states) && named().all(|chunk| chunk.is_capitalised() || slash) {
            let end = self.0.len();
            self.hide(usize::from(opens), end, NAME);
        }
    }

    fn write(&self, out: &mut String) {
        let mut before = None;
        for (index, chunk) in self.0.iter().enumerate() {
            let next = self.0.get(index + 1).and_then(|next| next.instead);
            // A name of several words is one name; what stands after its last word is kept.
            if chunk.instead.is_none() || chunk.instead != before {
                if index > 0 {
                    out.push(' ');
                }
                out.push_str(chunk.instead.unwrap_or(chunk.text));
            }
            if chunk.instead.is_some() && chunk.instead != next {
                out.push_str(chunk.tail());
            }
            before = chunk.instead;
        }
    }
}

/// "SE45", or a whole IBAN in one piece.
fn opens_account(core: &str) -> bool {
    let (country, check) = core.as_bytes().split_at_checked(2).unwrap_or_default();
    country.iter().all(u8::is_ascii_uppercase)
        && check.len() >= 2
        && check.iter().take(2).all(u8::is_ascii_digit)
        && core.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// "kund.example/order", but not "t.ex." and not "slut.Nästa".
fn names_a_host(core: &str) -> bool {
    const ENDINGS: [&str; 28] = [
        "se", "com", "de", "org", "net", "io", "eu", "nu", "ai", "app", "dev", "dk", "no", "fi", "at", "ch",
        "uk", "nl", "fr", "info", "biz", "cloud", "online", "tech", "shop", "local", "test", "example",
    ];
    let host = core.split(['/', ':', '?', '#']).next().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(name, ending)| {
        let labels = name.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_'));
        name.chars().count() > 1 && labels && ENDINGS.contains(&ending)
    })
}

#[cfg(test)]
mod tests;
