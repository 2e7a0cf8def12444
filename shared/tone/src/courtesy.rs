//! What is only form: the greeting that opens a message and the formula, name and card that close it.
//!
//! They say nothing of the matter, but a model that averages over words is diluted by them: with a greeting and a
//! signature around it a complaint was missed twice as often. So they are no part of what is weighed.

use std::cmp::Reverse;

use crate::{
    lexicon::{Mark, Meaning},
    phrase::Found,
    text::Text,
};

/// Words between a greeting and its comma that may be a name; before a full stop only one: "Hej det strular" is no greeting.
const NAMED: usize = 2;
/// A line of a signature is a name, a title, a firm, a number; no sentence.
const CARD_LINE: usize = 6;
/// The end of a word and a name: "Thanks Anna".
const NAME: usize = 3;
/// All of a signature.
const CARD: usize = 25;

/// Takes greeting and closing out of the text's sentences, and what was found in them. The words stay where they are. A
/// message that is nothing else stays as it is.
pub(crate) fn leave_out(text: &mut Text, found: &mut Vec<(Found, Meaning)>) {
    let opening = greetings(text, found);
    let end = closing(text, found);
    let left =
        |index: usize| index < end && !opening.iter().any(|(first, after)| (*first..*after).contains(&index));
    if (opening.is_empty() && end >= text.words.len()) || !(0..text.words.len()).any(left) {
        return;
    }
    let mut numbers = Vec::with_capacity(text.sentences.len());
    let mut kept = 0;
    text.sentences.retain_mut(|sentence| {
        let greeted = opening.iter().find(|(first, _)| *first == sentence.first);
        sentence.first = greeted.map_or(sentence.first, |(_, after)| *after);
        sentence.end = sentence.end.min(end);
        let stays = sentence.first < sentence.end;
        numbers.push(stays.then_some(kept));
        kept += usize::from(stays);
        stays
    });
    found.retain_mut(|(place, _)| {
        let number = numbers.get(place.sentence).copied().flatten().filter(|_| left(place.first));
        place.sentence = number.unwrap_or_default();
        number.is_some()
    });
}

/// Where greetings stand: at the head, or below a subject. First word, and the one after the last.
fn greetings(text: &Text, found: &[(Found, Meaning)]) -> Vec<(usize, usize)> {
    let opens = |place: &Found| {
        let sentence = text.sentences.get(place.sentence).filter(|sentence| sentence.first == place.first)?;
        let pause = |index: usize| text.words.get(index).is_some_and(|word| word.after_pause);
        let name = (place.last + 1..sentence.end).take_while(|index| !pause(*index)).take(NAMED + 1).count();
        let longest = if place.last + 1 + name < sentence.end { NAMED } else { 1 };
        let after = place.last + 1 + if name <= longest { name } else { 0 };
        let head = found.iter().take_while(|(other, _)| other.first < after);
        let mut entries = head.filter(|(_, meaning)| matches!(meaning, Meaning::Entry(_)));
        let said = entries.any(|(other, _)| other.first >= sentence.first && other.last > place.last);
        (!said).then_some((sentence.first, after))
    };
    let head = found.iter().take_while(|(place, _)| place.sentence < 2);
    let marks = head.filter(|(_, meaning)| matches!(meaning, Meaning::Mark(Mark::Greeting)));
    let mut all: Vec<(usize, usize)> = marks.filter_map(|(place, _)| opens(place)).collect();
    // Of two phrases for one greeting the longer.
    all.sort_by_key(|(first, after)| (*first, Reverse(*after)));
    all.dedup_by_key(|(first, _)| *first);
    all
}

/// Where the closing begins; the number of words if there is none.
fn closing(text: &Text, found: &[(Found, Meaning)]) -> usize {
    let words = text.words.len();
    // Where the last phrase of the lexicon ends that is no part of the formula itself ("best", "thanks").
    let said = |formula: &Found| {
        let beside = |place: &Found| place.first < formula.first || place.last > formula.last;
        let entries = found.iter().rev().filter(|(_, meaning)| matches!(meaning, Meaning::Entry(_)));
        entries.map(|(place, _)| place).find(|place| beside(place)).map_or(0, |place| place.last + 1)
    };
    let closes = |place: &Found, alone: bool| {
        let sentence = text.sentences.get(place.sentence)?;
        let below = text.sentences.get(place.sentence + 1..).unwrap_or_default();
        let opens = place.first == sentence.first;
        let starts = opens || text.words.get(place.first).is_some_and(|word| word.after_pause);
        let line = sentence.end - place.last;
        let fits = if alone { line <= NAME && (opens || !below.is_empty()) } else { line <= CARD_LINE };
        let card = below.iter().all(|line| line.end - line.first <= CARD_LINE && !line.question);
        (starts && fits && card && place.first >= said(place)).then_some(place.first)
    };
    let tail = found.iter().rev().take_while(|(place, _)| words - place.last <= CARD);
    let marks = tail.filter_map(|(place, meaning)| match meaning {
        Meaning::Mark(Mark::Closing) => closes(place, false),
        Meaning::Mark(Mark::ClosingAlone) => closes(place, true),
        _ => None,
    });
    marks.min().unwrap_or(words)
}
