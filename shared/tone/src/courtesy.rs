//! What is only form: the greeting that opens a message and the formula, name and card that close it.
//!
//! They say nothing of the matter, but a model that averages over words is diluted by them: with a greeting and a
//! signature around it a complaint was missed twice as often. So they are no part of what is weighed. When in doubt
//! everything is: words diluted are a smaller harm than words never read.

use crate::{
    lexicon::{Mark, Meaning},
    phrase::Found,
    text::Text,
};

/// Words of a name in a greeting: "Dear Ms van der Berg,".
const NAMED: usize = 5;
/// What ends a greeting.
const ENDS: &[char] = &[',', '!', '.', ':', '\n', '-', '\u{2013}'];
/// Words of a signature.
const CARD: usize = 25;
/// Small words of names and cards.
const SMALL: [&str; 38] = [
    "von", "van", "der", "de", "den", "af", "av", "of", "och", "and", "und", "i", "a", "p", "på", "tel",
    "telefon", "phone", "mobil", "mob", "mobile", "fax", "direct", "e", "mail", "epost", "www", "com", "se",
    "vd", "ab", "ltd", "gmbh", "team", "all", "alla", "alle", "together",
];

/// Takes greeting and closing out of the text's sentences, and what was found in them. The words stay where they are. A
/// message that is nothing else stays as it is, and that is what is returned.
pub(crate) fn leave_out(text: &mut Text, found: &mut Vec<(Found, Meaning)>) -> bool {
    let opening = greetings(text, found);
    let end = closing(text, found);
    let left =
        |index: usize| index < end && !opening.iter().any(|(first, after)| (*first..*after).contains(&index));
    if opening.is_empty() && end >= text.words.len() {
        return false;
    }
    if !(0..text.words.len()).any(left) {
        return !text.sentences.iter().any(|sentence| sentence.question);
    }
    let mut numbers = Vec::with_capacity(text.sentences.len());
    let mut kept = 0;
    text.sentences.retain_mut(|sentence| {
        for (first, after) in &opening {
            let inside = (*first..*after).contains(&sentence.first);
            sentence.first = if inside { *after } else { sentence.first };
        }
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
    false
}

/// Where greetings stand: at the head, or below a subject. First word, and the one after the last.
fn greetings(text: &Text, found: &[(Found, Meaning)]) -> Vec<(usize, usize)> {
    let opens = |place: &Found| {
        let sentence = text.sentences.get(place.sentence).filter(|sentence| sentence.first == place.first)?;
        let after = place.last + 1 + name(text, place.last + 1);
        let head = found.iter().take_while(|(other, _)| other.first < after);
        let mut entries = head.filter(|(_, meaning)| matches!(meaning, Meaning::Entry(_)));
        let said = entries.any(|(other, _)| other.first >= sentence.first && other.last > place.last);
        (!said).then_some((sentence.first, after))
    };
    let head = found.iter().take_while(|(place, _)| place.sentence < 2);
    let marks = head.filter(|(_, meaning)| matches!(meaning, Meaning::Mark(Mark::Greeting)));
    marks.filter_map(|(place, _)| opens(place)).collect()
}

/// How many words from here on are the name of who is greeted. Written small it is one word before a comma or line end.
fn name(text: &Text, first: usize) -> usize {
    let ends = |count: usize, signs: &[char]| {
        text.between((first + count).saturating_sub(1)).is_none_or(|gap| gap.contains(signs))
    };
    let named = |index: usize| text.is_capital(index) || SMALL.contains(&text.word(index));
    let mut count = 0;
    while count < NAMED && !ends(count, ENDS) && named(first + count) {
        count += 1;
    }
    if ends(count, ENDS) { count } else { usize::from(count == 0 && ends(1, &[',', '\n'])) }
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
        let opens = place.first == sentence.first;
        let starts = opens || text.words.get(place.first).is_some_and(|word| word.after_pause);
        // "Got it, thanks": without a name below it is the sentence's own.
        let signed = !alone || opens || place.last + 1 < words;
        (starts && signed && is_card(text, place.last + 1) && place.first >= said(place))
            .then_some(place.first)
    };
    let tail = found.iter().rev().take_while(|(place, _)| words - place.last <= CARD);
    let marks = tail.filter_map(|(place, meaning)| match meaning {
        Meaning::Mark(Mark::Closing) => closes(place, false),
        Meaning::Mark(Mark::ClosingAlone) => closes(place, true),
        _ => None,
    });
    marks.min().unwrap_or(words)
}

/// Whether all words from here on are names, titles, firms, numbers, addresses, and no sentence among them.
fn is_card(text: &Text, first: usize) -> bool {
    let words = text.words.len();
    let rest = text.words.last().and_then(|last| text.normal.get(last.end..)).unwrap_or_default();
    if first >= words {
        return true;
    }
    let glued = |index: usize| text.between(index).is_some_and(|gap| !gap.contains(char::is_whitespace));
    let belongs = |index: usize| {
        let before = text.between(index - 1).unwrap_or_default();
        // A full stop within a line ends a sentence, unless it ends an abbreviation.
        let short = index > first && text.word(index - 1).chars().count() <= 4;
        let stops = before.contains(". ") && !short || before.contains(['!', '?', ';']);
        let goes_on = !stops || before.contains('\n');
        let card = text.is_capital(index) || SMALL.contains(&text.word(index));
        let address = (index > first && glued(index - 1)) || glued(index);
        goes_on && (card || address || first + 1 == words)
    };
    !rest.contains(['!', '?']) && (first..words).all(belongs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, lexicon::Reader, passage::Passage};

    fn weighed(language: Language, text: &str) -> String {
        let passage = Passage::new(Text::new(text), Reader::of(language), None);
        let words = passage.text.sentences.iter().flat_map(|sentence| sentence.first..sentence.end);
        words.map(|word| passage.text.word(word)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn form_is_left_out() {
        for (language, text, left) in [
            (Language::Swedish, "Hej Anna, pumpen läcker. Mvh Lars", "pumpen läcker"),
            (Language::Swedish, "hej anna, pumpen läcker\nmvh lars", "pumpen läcker"),
            (Language::Swedish, "Pumpen läcker.\n\nTack\nBosse", "pumpen läcker"),
            (
                Language::Swedish,
                "Pumpen läcker. Mvh Lars Berg\nInköpschef\nKronplast AB\nTel 070-123 45 67\nlars@kronplast.se\nwww.kronplast.se",
                "pumpen läcker",
            ),
            (
                Language::English,
                "Dear Ms van der Berg,\nthe pump leaks.\nThanks in advance, Sarah",
                "the pump leaks",
            ),
            (
                Language::English,
                "The pump leaks. Best regards, Sarah Jones, Head of Purchasing, Acme Ltd, +44 20 7946 0958",
                "the pump leaks",
            ),
            (
                Language::German,
                "Liebe Kolleginnen und Kollegen,\n\ndie Pumpe leckt.\n\nMit freundlichen Grüßen i. A. Hans Müller, Einkauf",
                "die pumpe leckt",
            ),
        ] {
            assert_eq!(weighed(language, text), left, "{text:?}");
        }
    }

    #[test]
    fn what_says_something_stays() {
        for (language, text) in [
            (Language::English, "See you tomorrow. Thanks. The pump leaks."),
            (Language::English, "Got the parts, thanks. Three were cracked on arrival"),
            (Language::English, "Got it. Thank you. Call me now."),
            (Language::English, "Got it. Cheers\nsee you in court"),
            (Language::English, "Hello nothing works"),
            (Language::Swedish, "Delarna kom. Tack! Två lådor var krossade."),
            (Language::Swedish, "Vi ses på mötet. Mvh Lars. Det här duger inte."),
            (Language::Swedish, "Vi ses på mötet.\nMvh Lars\nRäkna inte med oss nästa år."),
            (Language::Swedish, "Hej det strular igen"),
            (Language::German, "Angebot erhalten. Danke. Geld zurück."),
            (Language::German, "Danke. Katastrophe!"),
        ] {
            let last = text.split([' ', '\n']).next_back().unwrap_or_default();
            let last = last.trim_matches(['.', '!']).to_lowercase();
            assert!(weighed(language, text).ends_with(&last), "{text:?}: {}", weighed(language, text));
        }
    }
}
