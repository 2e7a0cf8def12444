//! The phrases and grammar words of each language, read from the text files beside the source.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use crate::{
    Category, Entry, EntryId, Language,
    phrase::{Matcher, Phrase},
    sketch::{self, Request},
};

/// What a word does to the words around it, or to the whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// "not": turns what follows.
    Negation,
    /// "very".
    Intensifier,
    /// "a little".
    Diminisher,
    /// "but": what follows weighs more than the praise before.
    But,
    /// "and": a negation reaches no further.
    And,
    /// "because": the reason for a notice, no longer the notice.
    Because,
    /// "again": a fault repeated; praise beside it is bitter.
    Again,
    /// Talk about the market or about others.
    Market,
    /// The reader addressed: then it is about us.
    You,
    /// Our deliveries, invoices, staff: then it is about us even with the market in the text.
    Matter,
    /// The writer's own fault.
    OwnFault,
    /// A formal complaint: never damped.
    Formal,
    /// "if", "unless", "before".
    Condition,
    /// Somebody else's doings: a former supplier, a landlord.
    Others,
    /// Another party or another time than this contract of ours.
    Elsewhere,
    /// Words that give notice of termination, whole: "consider this our notice".
    Notice,
    /// The same where the sentence ends, or says no more than when and how.
    NoticeAlone,
    /// We end something, in words for contracts: "we are terminating".
    Ending,
    /// We do not go on with something, in words for contracts: "we will not be renewing". The "not" is its own.
    Refusing,
    /// The same in words for anything, or behind what ends.
    RefusingOf,
    /// We end something, in words for anything: "we are closing".
    EndingOf,
    /// We mean to do something: "we have decided to", "please".
    Intending,
    /// What is meant, in words for contracts: "terminate".
    ToEnd,
    /// What is meant, in words for anything: "close".
    ToEndOf,
    /// The head of a letter of notice: "notice of termination".
    NoticeHead,
    /// What ends: "the contract", "our account".
    Contract,
    /// We go on: "happy to renew".
    Renewing,
    /// Makes reported speech the writer's own: "we hereby inform you that".
    Declaring,
    /// Stands in automatic replies anywhere.
    Automatic,
    /// Stands at the head of automatic replies, newsletters and calendar mails.
    AutomaticHead,
    /// Opens a letter.
    Greeting,
    /// Closes it; a name follows.
    Closing,
    /// The same in words that mean more elsewhere: only where nothing but a name follows.
    ClosingAlone,
}

impl Mark {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "negation" => Self::Negation,
            "intensifier" => Self::Intensifier,
            "diminisher" => Self::Diminisher,
            "but" => Self::But,
            "and" => Self::And,
            "because" => Self::Because,
            "again" => Self::Again,
            "market" => Self::Market,
            "you" => Self::You,
            "matter" => Self::Matter,
            "own_fault" => Self::OwnFault,
            "formal" => Self::Formal,
            "condition" => Self::Condition,
            "others" => Self::Others,
            "elsewhere" => Self::Elsewhere,
            "notice" => Self::Notice,
            "notice_alone" => Self::NoticeAlone,
            "ending" => Self::Ending,
            "refusing_of" => Self::RefusingOf,
            "refusing" => Self::Refusing,
            "ending_of" => Self::EndingOf,
            "intending" => Self::Intending,
            "to_end" => Self::ToEnd,
            "to_end_of" => Self::ToEndOf,
            "notice_head" => Self::NoticeHead,
            "contract" => Self::Contract,
            "renewing" => Self::Renewing,
            "declaring" => Self::Declaring,
            "automatic" => Self::Automatic,
            "automatic_head" => Self::AutomaticHead,
            "greeting" => Self::Greeting,
            "closing" => Self::Closing,
            "closing_alone" => Self::ClosingAlone,
            _ => return None,
        })
    }

    /// Whether a notice of termination begins with it, or is all of it.
    pub(crate) fn gives_notice(self) -> bool {
        use Mark::{Ending, EndingOf, Notice, NoticeAlone, NoticeHead, Refusing, RefusingOf};
        matches!(self, Notice | NoticeAlone | NoticeHead | Ending | EndingOf | Refusing | RefusingOf)
    }

    /// One bit each, to remember what stands in a sentence.
    pub(crate) fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// What a phrase found stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    Entry(&'static Entry),
    Mark(Mark),
    Request(Request),
}

/// One language, ready to read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) matcher: Matcher,
    /// What the matcher's phrases stand for, by number.
    pub(crate) meanings: Vec<Meaning>,
    /// Words that only say when or how a contract ends, and on whose part: "hereby", "at the end of the month".
    pub(crate) terms: BTreeSet<&'static str>,
}

impl Reader {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Swedish => &SWEDISH,
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    fn build(language: Language, grammar: &'static str, requests: &'static str) -> Self {
        let entries = ENTRIES.values().filter(|entry| entry.language == language);
        let entries =
            entries.filter_map(|entry| Some((Phrase::parse(&entry.phrase)?, Meaning::Entry(entry))));
        let marks = lines(grammar).filter_map(parse_mark);
        let marks = marks.map(|(phrase, mark)| (phrase, Meaning::Mark(mark)));
        let requests =
            sketch::requests(requests).map(|(phrase, request)| (phrase, Meaning::Request(request)));
        let (phrases, meanings) = entries.chain(marks).chain(requests).unzip();
        Self {
            matcher: Matcher::new(phrases),
            meanings,
            terms: lines(grammar).flat_map(parse_terms).collect(),
        }
    }
}

/// Every entry of every language, by number.
pub(crate) static ENTRIES: LazyLock<BTreeMap<EntryId, Entry>> = LazyLock::new(|| {
    let files = LEXICONS.iter().flat_map(|(language, file)| lines(file).map(|line| (*language, line)));
    files.filter_map(|(language, line)| parse_entry(language, line)).map(|entry| (entry.id, entry)).collect()
});

static SWEDISH: LazyLock<Reader> = LazyLock::new(|| {
    let grammar = include_str!("../grammar/sv.txt");
    Reader::build(Language::Swedish, grammar, include_str!("../requests/sv.txt"))
});
static ENGLISH: LazyLock<Reader> = LazyLock::new(|| {
    let grammar = include_str!("../grammar/en.txt");
    Reader::build(Language::English, grammar, include_str!("../requests/en.txt"))
});
static GERMAN: LazyLock<Reader> = LazyLock::new(|| {
    let grammar = include_str!("../grammar/de.txt");
    Reader::build(Language::German, grammar, include_str!("../requests/de.txt"))
});

const LEXICONS: [(Language, &str); 3] = [
    (Language::Swedish, include_str!("../lexicons/sv.txt")),
    (Language::English, include_str!("../lexicons/en.txt")),
    (Language::German, include_str!("../lexicons/de.txt")),
];

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `id | phrase | category or -- | weight`
fn parse_entry(language: Language, line: &str) -> Option<Entry> {
    let mut fields = line.split('|').map(str::trim);
    let id = EntryId(fields.next()?.parse().ok()?);
    let phrase = fields.next()?.to_owned();
    let category = match fields.next()? {
        "--" => None,
        name => Some(Category::named(name)?),
    };
    let weight = fields.next()?.parse().ok().filter(|weight: &f32| (-1.0..=1.0).contains(weight))?;
    Phrase::parse(&phrase)?;
    fields.next().is_none().then_some(Entry { id, language, phrase, category, weight })
}

/// `term | word/word`
fn parse_terms(line: &'static str) -> impl Iterator<Item = &'static str> {
    let words = line.split_once('|').filter(|(name, _)| name.trim() == "term").map(|(_, words)| words.trim());
    words.into_iter().flat_map(|words| words.split('/'))
}

fn parse_mark(line: &str) -> Option<(Phrase, Mark)> {
    let (name, phrase) = line.split_once('|')?;
    Some((Phrase::parse(phrase)?, Mark::named(name.trim())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise;

    #[test]
    fn every_lexicon_line_is_a_phrase_with_a_number_of_its_own() {
        let mut count = 0;
        for (language, file) in LEXICONS {
            for line in lines(file) {
                let entry = parse_entry(language, line).unwrap_or_else(|| panic!("no entry: {line}"));
                assert_eq!(normalise(&entry.phrase), entry.phrase, "not as texts are normalised");
                count += 1;
            }
        }
        assert_eq!(ENTRIES.len(), count, "two entries share a number");
    }

    #[test]
    fn every_phrase_stands_once_in_its_language() {
        let mut seen = BTreeSet::new();
        for entry in ENTRIES.values() {
            assert!(seen.insert((entry.language, &entry.phrase)), "twice: {}", entry.phrase);
        }
    }

    #[test]
    fn every_grammar_line_is_a_mark_and_a_phrase() {
        let grammars = [
            include_str!("../grammar/sv.txt"),
            include_str!("../grammar/en.txt"),
            include_str!("../grammar/de.txt"),
        ];
        for line in grammars.into_iter().flat_map(lines) {
            let terms: Vec<&str> = parse_terms(line).collect();
            assert!(
                terms.iter().all(|term| term.chars().all(char::is_alphanumeric) || term.contains('\'')),
                "{line}"
            );
            assert!(parse_mark(line).is_some() || !terms.is_empty(), "{line}");
        }
    }
}
