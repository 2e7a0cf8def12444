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
/// So many closings are looked at, the last ones.
const CLOSINGS: usize = 8;
/// Words of a signature.
const CARD: usize = 25;
/// Small words of names and cards.
const SMALL: [&str; 38] = [
    "von", "van", "der", "de", "den", "af", "av", "of", "och", "and", "und", "i", "a", "p", "på", "tel",
    "telefon", "phone", "mobil", "mob", "mobile", "fax", "direct", "e", "mail", "epost", "www", "com", "se",
    "vd", "ab", "ltd", "gmbh", "team", "all", "alla", "alle", "together",
];

/// Capitals behind "Thanks." that are nobody's name.
const ANSWERS: [&str; 12] =
    ["nej", "ja", "jo", "aldrig", "fel", "no", "yes", "never", "wrong", "nein", "nie", "falsch"];

/// Takes greetings and closings out of the text's sentences, and what was found in them, unless the company's own phrases
/// stand there. The words stay where they are. A message that is nothing else stays as it is, and that is what is returned.
pub(crate) fn leave_out(text: &mut Text, found: &mut Vec<(Found, Meaning)>, own_phrases: &[Found]) -> bool {
    let mut form = greetings(text, found);
    form.extend(closings(text, found));
    form.retain(|(first, end)| !own_phrases.iter().any(|own| (*first..*end).contains(&own.last)));
    if form.is_empty() {
        return false;
    }
    let left = |index: usize| !form.iter().any(|(first, end)| (*first..*end).contains(&index));
    let own = text.words.partition_point(|word| word.start < text.body);
    if !(own..text.words.len()).any(left) {
        return !text.sentences.iter().any(|sentence| sentence.question);
    }
    let mut numbers = Vec::with_capacity(text.sentences.len());
    let mut kept = 0;
    text.sentences.retain_mut(|sentence| {
        for (first, end) in &form {
            if *first <= sentence.first && sentence.first < *end {
                sentence.first = *end;
            } else if sentence.first < *first && *first < sentence.end && sentence.end <= *end {
                sentence.end = *first;
            }
        }
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
        let after = place.last + 1 + name(text, place.last + 1)?;
        let head = found.iter().take_while(|(other, _)| other.first < after);
        let mut said = head.filter(|(_, meaning)| says(meaning));
        let said = said.any(|(other, _)| other.first >= sentence.first && other.last > place.last);
        (!said).then_some((sentence.first, after))
    };
    let head = found.iter().take_while(|(place, _)| place.sentence < 2);
    let marks = head.filter(|(_, meaning)| matches!(meaning, Meaning::Mark(Mark::Greeting)));
    marks.filter_map(|(place, _)| opens(place)).collect()
}

/// How many words from here on are the name of who is greeted, if what ends a greeting follows. Written small it is one
/// word before a comma or a line's end.
fn name(text: &Text, first: usize) -> Option<usize> {
    let gap = |count: usize| text.between((first + count).saturating_sub(1));
    let ends = |count: usize| gap(count).is_none_or(|gap| gap.contains(ENDS));
    let named = |index: usize| text.is_capital(index) || SMALL.contains(&text.word(index));
    let count = (0..=NAMED).find(|count| ends(*count) || !named(first + count))?;
    let small = || count == 0 && gap(1).is_some_and(|gap| gap.contains([',', '\n']));
    if ends(count) { Some(count) } else { small().then_some(1) }
}

/// Whether what was found says something, whoever's name stands beside it.
fn says(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Entry(_) => true,
        Meaning::Request(_) => false,
        Meaning::Mark(mark) => {
            matches!(mark, Mark::Automatic | Mark::AutomaticHead | Mark::Declaring | Mark::Negation)
                || mark.gives_notice()
        }
    }
}

/// Where the last closings stand: formula, name and card. First word, and the one after the last.
fn closings(text: &Text, found: &[(Found, Meaning)]) -> Vec<(usize, usize)> {
    let closes = |place: &Found, alone: bool| {
        let sentence = text.sentences.get(place.sentence)?;
        let opens = place.first == sentence.first;
        let starts = opens || text.words.get(place.first).is_some_and(|word| word.after_pause);
        // "Got it, thanks": without a name below it is the sentence's own.
        let signed = !alone || opens || place.last + 1 < text.words.len();
        let behind = place.last + 1..sentence.end;
        let named = behind.clone().all(|word| is_card(text, word)) || (!alone && behind.len() == 1);
        if !starts || !signed || !named || is_exclaimed(text, behind.clone()) {
            return None;
        }
        let below = text.sentences.get(place.sentence + 1..).unwrap_or_default();
        let lines = below.iter().take_while(|line| is_line(text, line.first..line.end));
        let end = lines.last().map_or(sentence.end, |line| line.end);
        let mut beside = found.iter().rev().take_while(|(other, _)| other.first >= place.first);
        let said =
            beside.any(|(other, meaning)| other.last > place.last && other.first < end && says(meaning));
        (!said && end - place.first <= CARD).then_some((place.first, end))
    };
    let marks = found.iter().rev().filter_map(|(place, meaning)| match meaning {
        Meaning::Mark(Mark::Closing) => Some((place, false)),
        Meaning::Mark(Mark::ClosingAlone) => Some((place, true)),
        _ => None,
    });
    marks.take(CLOSINGS).filter_map(|(place, alone)| closes(place, alone)).collect()
}

/// Whether a word is of a name, a title, a firm, a number or an address.
fn is_card(text: &Text, word: usize) -> bool {
    let glued = |word: usize| {
        text.between(word).is_some_and(|gap| matches!(gap, "@" | "." | "/" | "-" | "+" | "_" | "://"))
    };
    text.is_capital(word) && !ANSWERS.contains(&text.word(word))
        || SMALL.contains(&text.word(word))
        || glued(word)
        || word.checked_sub(1).is_some_and(glued)
}

/// Whether a line below a formula belongs to it: a card, or at the very end a single word on a line of its own.
fn is_line(text: &Text, words: std::ops::Range<usize>) -> bool {
    let above = words.start.checked_sub(1);
    let before = above.and_then(|above| text.between(above)).unwrap_or_default();
    // A full stop within a line ends a sentence, unless it ends an abbreviation.
    let short = above.is_some_and(|above| text.word(above).chars().count() <= 4);
    let own_line = before.contains('\n');
    let lone = own_line && words.len() == 1 && words.end == text.words.len();
    let card = words.clone().all(|word| is_card(text, word));
    (card || lone) && (own_line || short && !before.contains(['!', '?'])) && !is_exclaimed(text, words)
}

/// Whether an exclamation or a question mark stands behind these words.
fn is_exclaimed(text: &Text, words: std::ops::Range<usize>) -> bool {
    words.last().is_some_and(|last| text.behind(last).contains(['!', '?']))
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
            (Language::English, "Thanks...still...waiting"),
            (Language::Swedish, "Fakturan är fel. Vänligen kreditera."),
            (Language::Swedish, "Vänligen åtgärda."),
            (Language::Swedish, "Ni löste det snabbt. Bästa supporten!"),
            (Language::Swedish, "Tack, ring"),
            (Language::Swedish, "Delarna kom. Tack! Två lådor var krossade."),
            (Language::Swedish, "Vi ses på mötet. Mvh Lars. Det här duger inte."),
            (Language::Swedish, "Vi ses på mötet.\nMvh Lars\nRäkna inte med oss nästa år."),
            (Language::Swedish, "Hej det strular igen"),
            (Language::German, "Angebot erhalten. Danke. Geld zurück."),
            (Language::German, "Danke. Katastrophe!"),
            (Language::Swedish, "Vi har sett förslaget. Tack. Nej."),
        ] {
            let mut words = text.split([' ', '\n', '.', '!']);
            let last = words.rfind(|word| !word.is_empty()).unwrap_or_default();
            let last = last.to_lowercase();
            assert!(weighed(language, text).ends_with(&last), "{text:?}: {}", weighed(language, text));
        }
    }
}
