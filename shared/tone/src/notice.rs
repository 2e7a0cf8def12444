//! The explicit notice of termination (I6): red at once, so every doubt speaks against it.
//!
//! It is made of words that end ("we are terminating", "we have decided to ... close") and of what ends ("the contract"),
//! near each other in one sentence; words for contracts need none where the clause only goes on to say when ("zum 30. Juni").
//! And it must stand in a plain statement: not negated, not asked, not supposed, not reported or quoted, and about the
//! contract with us, now. A text that fails any test is an ordinary cancellation signal at most.

mod doubts;

use crate::{
    lexicon::{Mark, Meaning, Reader},
    passage::Passage,
    phrase::Found,
    text::{Sentence, normalise},
};

pub(crate) fn given(passage: &Passage, reader: &Reader, own_from: usize, our_name: Option<&str>) -> bool {
    let first = our_name.and_then(|name| name.split_whitespace().next());
    let us = first.filter(|word| word.chars().count() >= NAME).map(normalise).unwrap_or_default();
    passage.found.iter().any(|(place, meaning)| {
        let own = passage.text.words.get(place.first).is_some_and(|word| word.start >= own_from);
        match (meaning, passage.sentence(place.sentence)) {
            (Meaning::Mark(mark), Some(sentence)) if own => {
                let setting = Setting { passage, reader, sentence, us: &us };
                setting.notice(*mark, *place).is_some_and(|notice| notice.is_plain())
            }
            _ => false,
        }
    })
}

/// A name so short may be a word.
const NAME: usize = 4;
/// A notice is said in few words; more than these in one sentence are not plain.
const PLAIN: usize = 60;
/// So many words may stand between words for contracts and the contract behind them, and where they are words for anything.
const BEHIND: usize = 8;
const CLOSE_BEHIND: usize = 4;
/// So many where the contract comes first.
const BEFORE: usize = 8;
/// So many between "we have decided" and what is decided.
const MEANT: usize = 12;

/// A sentence with what was found in it.
#[derive(Clone, Copy)]
struct Setting<'a> {
    passage: &'a Passage,
    reader: &'a Reader,
    sentence: &'a Sentence,
    /// The first word of our name; none, if it is not known.
    us: &'a str,
}

/// Words of notice, from the first to the last of all that belongs to them.
#[derive(Clone, Copy)]
struct Notice<'a> {
    setting: Setting<'a>,
    mark: Mark,
    first: usize,
    last: usize,
    /// The phrase in which a "not" is its own.
    refusing: Option<Found>,
}

impl<'a> Setting<'a> {
    /// What a phrase makes together with the words around it.
    fn notice(self, mark: Mark, place: Found) -> Option<Notice<'a>> {
        if self.sentence.end - self.sentence.first > PLAIN {
            return None;
        }
        let refusing = matches!(mark, Mark::Refusing | Mark::RefusingOf | Mark::Notice | Mark::NoticeAlone)
            .then_some(place);
        let (first, last) = (place.first, place.last);
        let whole = Notice { setting: self, mark, first, last, refusing };
        let ending = |notice: Notice<'a>| notice.with_contract(BEHIND).or_else(|| notice.without());
        match mark {
            Mark::Notice => Some(whole),
            Mark::NoticeAlone => self.only_terms(place.last + 1).then_some(whole),
            Mark::NoticeHead => self.is_head(&place).then_some(whole),
            Mark::Ending | Mark::Refusing => ending(whole),
            Mark::EndingOf | Mark::RefusingOf => whole.with_contract(CLOSE_BEHIND),
            Mark::ToEnd => ending(whole.meant()?),
            Mark::ToEndOf => whole.meant()?.with_contract(CLOSE_BEHIND),
            _ => None,
        }
    }

    fn marks(self, range: std::ops::Range<usize>) -> impl Iterator<Item = &'a (Mark, Found)> {
        self.passage.marks_in(range.start.max(self.sentence.first)..range.end.min(self.sentence.end))
    }

    /// Whether a word only says when or how.
    fn is_term(self, word: usize) -> bool {
        let word = self.passage.text.word(word);
        self.reader.terms.contains(word) || word.starts_with(|char: char| char.is_ascii_digit())
    }

    /// Whether the sentence says no more than when and how.
    fn only_terms(self, from: usize) -> bool {
        (from..self.sentence.end).all(|word| self.is_term(word))
    }

    /// Whether a word goes on to something else, or to the reason.
    fn goes_on(self, word: usize) -> bool {
        self.marks(word..word + 1).any(|(mark, _)| matches!(mark, Mark::And | Mark::But | Mark::Because))
    }

    /// Whether a clause opens among the words.
    fn pauses(self, mut words: std::ops::RangeInclusive<usize>) -> bool {
        words.any(|word| self.passage.opens_clause(word))
    }

    /// Where the clause around some words begins and ends: at a comma, at "and" or "but"; it ends at "because", too.
    fn around(self, first: usize, last: usize) -> std::ops::Range<usize> {
        let opens = |word: &usize| self.passage.opens_clause(*word);
        let joins = |(mark, _): &&(Mark, Found)| matches!(mark, Mark::And | Mark::But);
        let joined = self.marks(self.sentence.first..first + 1).filter(joins).map(|(_, found)| found.first);
        let begin = (self.sentence.first..=first).rev().find(opens).unwrap_or(self.sentence.first);
        let so = (begin..first).rev().find(|word| matches!(self.passage.text.word(*word), "så" | "so"));
        let begin = begin.max(joined.last().unwrap_or(begin)).max(so.unwrap_or(begin));
        let after = self.marks(last + 1..self.sentence.end);
        let reason = { after }.find(|(mark, _)| matches!(mark, Mark::And | Mark::But | Mark::Because));
        let end = (last + 1..self.sentence.end).find(opens).unwrap_or(self.sentence.end);
        begin..reason.map_or(end, |(_, found)| found.first.min(end))
    }

    /// A letter's first words: "Notice of termination, agreement no. 7", with nothing but what ends, and when.
    fn is_head(self, place: &Found) -> bool {
        let from = place.last + 1;
        let end = (from..self.sentence.end).find(|word| self.passage.opens_clause(*word) && *word > from);
        let rest = from..end.unwrap_or(self.sentence.end);
        let contracts: Vec<&Found> = self
            .marks(rest.clone())
            .filter(|(mark, _)| *mark == Mark::Contract)
            .map(|(_, found)| found)
            .collect();
        let named = |word: &usize| contracts.iter().any(|found| (found.first..=found.last).contains(word));
        let mut rest = rest.peekable();
        let first = place.first <= self.sentence.first + 1 && rest.peek().is_some();
        first && rest.all(|word| named(&word) || self.is_term(word))
    }
}

impl Notice<'_> {
    /// With the contract that ends.
    fn with_contract(self, within: usize) -> Option<Self> {
        let setting = self.setting;
        let contracts = setting.marks(setting.sentence.first..setting.sentence.end);
        let mut contracts = contracts.filter(|(mark, found)| *mark == Mark::Contract && !self.is_part(found));
        contracts.find_map(|(_, found)| {
            if found.first > self.last {
                let near =
                    found.first - self.last - 1 <= within && !setting.pauses(self.last + 1..=found.first);
                return near.then_some(Self { last: self.last.max(found.last), ..self });
            }
            if found.last >= self.first {
                return Some(Self { last: self.last.max(found.last), ..self });
            }
            let mut other = setting.marks(found.last + 1..self.first);
            let near = self.first - found.last - 1 <= BEFORE
                && !setting.pauses(found.last + 1..=self.first)
                && !other.any(|(mark, _)| matches!(mark, Mark::And | Mark::But));
            near.then_some(Self { first: found.first, ..self })
        })
    }

    /// "One of our licences", "John's contract", "the contract review": not what ends.
    fn is_part(&self, contract: &Found) -> bool {
        #[rustfmt::skip]
        const OTHERS: [&str; 15] = [
            "meeting", "call", "review", "talks", "negotiation", "negotiations", "draft", "discussion",
            "discussions", "visit", "möte", "mötet", "query", "team", "manager",
        ];
        let Setting { passage, .. } = self.setting;
        let before =
            contract.first.checked_sub(1).filter(|before| !(self.first..=self.last).contains(before));
        let of = before
            .map(|before| passage.text.word(before))
            .is_some_and(|before| matches!(before, "av" | "of" | "von") || before.ends_with("'s"));
        of || OTHERS.contains(&passage.text.word(contract.last + 1))
    }

    /// Without a word of what ends, where the clause says nothing but when and how.
    fn without(self) -> Option<Self> {
        let setting = self.setting;
        let next = self.last + 1;
        let named =
            IT.contains(&setting.passage.text.word(next)) && setting.passage.has_anywhere(Mark::Contract);
        let ends = |word: &usize| setting.passage.opens_clause(*word) || setting.goes_on(*word);
        let mut rest = (next + usize::from(named)..setting.sentence.end).take_while(|word| !ends(word));
        rest.all(|word| setting.is_term(word)).then_some(self)
    }

    /// What is meant, with the words that we mean it: before it, or none where a clause opens with it ("Cancel our contract").
    fn meant(self) -> Option<Self> {
        let setting = self.setting;
        if setting.passage.opens_clause(self.first) {
            return Some(self);
        }
        let before = setting.marks(self.first.saturating_sub(MEANT + 4)..self.first);
        let (_, intent) =
            before.filter(|(mark, found)| *mark == Mark::Intending && found.last < self.first).last()?;
        let between = intent.last + 1..self.first;
        let word = |word: usize| setting.passage.text.word(word);
        let possible = between.clone().any(|at| POSSIBLE.contains(&word(at)));
        // German has the verb last, and the contract between: "wir möchten den Vertrag zum Jahresende kündigen".
        let next = self.last + 1;
        let last =
            next >= setting.sentence.end || setting.passage.opens_clause(next) || setting.goes_on(next);
        let most = if last && setting.marks(between.clone()).any(|(mark, _)| *mark == Mark::Contract) {
            MEANT
        } else if matches!(word(self.first - 1), "to" | "att" | "zu") {
            MEANT / 2
        } else {
            MEANT / 6
        };
        let near = between.len() <= most && !possible;
        near.then_some(Self { first: intent.first, ..self })
    }
}

/// The contract, once it is named.
const IT: [&str; 6] = ["det", "den", "it", "ihn", "es", "diesen"];

/// Between "we want to" and "end the contract" these make a possibility of it.
#[rustfmt::skip]
const POSSIBLE: [&str; 25] = [
    "hur", "kan", "kunna", "överväga", "överväger", "consider", "considering", "erwägen", "überlegen", "rätt", "möjlighet", "möjligheten", "diskutera", "how", "can", "could", "able",
    "option", "discuss", "wie", "können", "kann", "recht", "möglichkeit", "besprechen",
];
