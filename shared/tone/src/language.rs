//! Which of our languages a text is in.

use whichlang::{Lang, detect_language};

use crate::{
    Language,
    lexicon::{Meaning, Reader},
    text::Text,
};

/// Shorter texts say too little about their language: "OK, tack" could be anything.
const SHORT: usize = 25;
/// The detector needs no more than this to be sure.
const SAMPLE: usize = 300;

/// A language and whether the text itself showed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recognised {
    pub(crate) language: Language,
    pub(crate) certain: bool,
}

/// `None` when the text is in none of ours and we know nothing about the writer.
pub(crate) fn recognise(text: &Text, known: Option<Language>) -> Option<Recognised> {
    let assumed = |language| Recognised { language, certain: false };
    if !text.normal.contains(char::is_alphabetic) {
        return known.map(assumed);
    }
    if let (Some(known), true) = (known, text.normal.chars().nth(SHORT).is_none()) {
        return Some(assumed(known));
    }
    let sample = text.normal.get(..text.normal.floor_char_boundary(SAMPLE)).unwrap_or_default();
    // A line of dots or dashes has no language, but the detector finds one in it.
    let words = text.words.iter().take_while(|word| word.start < SAMPLE);
    let words = words.filter_map(|word| text.normal.get(word.start..word.end));
    let detected = match detect_language(&words.collect::<Vec<_>>().join(" ")) {
        Lang::Swe => Some(Language::Swedish),
        Lang::Eng => Some(Language::English),
        Lang::Deu => Some(Language::German),
        _ => None,
    };
    // "Fel!", "Urgent": of a few letters the lexicons know more than the detector.
    if known.is_none()
        && text.normal.chars().nth(SHORT).is_none()
        && let Some(language) = by_lexicon(text, detected)
    {
        return Some(assumed(language));
    }
    // Names and addresses look like any language; the writer's own shows in small words.
    let shown = by_small_words(text);
    if let (Some(other), Some(detected)) = (known.or(shown), detected)
        && detected != other
        && small_words(text, detected) < small_words(text, other)
    {
        return Some(assumed(other));
    }
    // Danish and Norwegian pass for Swedish; read so, but never with certainty.
    let certain = !(detected == Some(Language::Swedish) && sample.contains(['ø', 'æ']));
    detected
        .map(|language| Recognised { language, certain })
        .or_else(|| shown.map(assumed))
        .or_else(|| known.filter(|_| mostly_latin(sample)).map(assumed))
}

/// The first language whose lexicon knows a word of the text: the likely one, then the others.
fn by_lexicon(text: &Text, likely: Option<Language>) -> Option<Language> {
    let knows = |language: &Language| {
        let reader = Reader::of(*language);
        let mut found = reader.matcher.find(text).into_iter();
        let weighs = |meaning: &Meaning| matches!(meaning, Meaning::Entry(entry) if entry.weight != 0.0);
        found.any(|found| reader.meanings.get(found.phrase).is_some_and(weighs))
    };
    let all = [Language::Swedish, Language::English, Language::German];
    likely.into_iter().chain(all).find(knows)
}

/// The language most of whose small words stand in the text, if at least two do.
fn by_small_words(text: &Text) -> Option<Language> {
    [Language::Swedish, Language::English, Language::German]
        .map(|language| (small_words(text, language), language))
        .into_iter()
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count >= 2)
        .map(|(_, language)| language)
}

/// How many of a text's first words are small ones of a language.
fn small_words(text: &Text, language: Language) -> usize {
    let small = match language {
        Language::Swedish => {
            ["och", "att", "det", "är", "inte", "jag", "vi", "ni", "på", "för", "som", "hej", "mvh"]
        }
        Language::English => {
            ["the", "and", "is", "to", "we", "you", "not", "of", "it", "are", "have", "please", "regards"]
        }
        Language::German => {
            ["und", "die", "der", "das", "ist", "nicht", "wir", "sie", "ich", "bitte", "zu", "mit", "grüsse"]
        }
    };
    (0..text.words.len().min(200)).filter(|at| small.contains(&text.word(*at))).count()
}

fn mostly_latin(sample: &str) -> bool {
    let letters = sample.chars().filter(|char| char.is_alphabetic());
    let (latin, all) =
        letters.fold((0, 0), |(latin, all), char| (latin + usize::from(char < '\u{250}'), all + 1));
    latin * 2 > all
}
