//! The explicit notice of termination (I6): red at once, so every doubt speaks against it.
//!
//! A notice found must stand in a plain statement: not negated, not asked, not supposed, not reported or quoted, and
//! about the contract with us, now. A text that fails any test is an ordinary cancellation signal at most.

use crate::{
    lexicon::{Mark, Meaning},
    passage::Passage,
    phrase::Found,
    text::Sentence,
};

pub(crate) fn given(passage: &Passage, own_from: usize) -> bool {
    let ends = |place: &Found| passage.sentence(place.sentence).is_some_and(|it| it.end == place.last + 1);
    let notices = passage.found.iter().filter_map(|(place, meaning)| match meaning {
        Meaning::Mark(Mark::Notice) => Some(Notice { place, roundabout: false }),
        Meaning::Mark(Mark::NoticeRoundabout) => Some(Notice { place, roundabout: true }),
        Meaning::Mark(Mark::NoticeAlone) => ends(place).then_some(Notice { place, roundabout: true }),
        _ => None,
    });
    let mut own = notices.filter(|notice| {
        passage.text.words.get(notice.place.first).is_some_and(|word| word.start >= own_from)
    });
    own.any(|notice| notice.is_plain(passage))
}

/// Words of notice, and where they stand.
struct Notice<'a> {
    place: &'a Found,
    roundabout: bool,
}

impl Notice<'_> {
    fn is_plain(&self, passage: &Passage) -> bool {
        let Some(sentence) = passage.sentence(self.place.sentence) else { return false };
        let has = |mark| passage.has(self.place.sentence, mark);
        if sentence.end - sentence.first > PLAIN {
            return false;
        }
        let unsure = sentence.question || sentence.quoting || self.supposed(passage, sentence);
        let elsewhere = has(Mark::Elsewhere) || has(Mark::Others) || has(Mark::Market);
        let hearsay = reported(passage, self.place) && !has(Mark::Declaring);
        let denied = self.negated(passage, sentence);
        let doubts = [
            unsure,
            elsewhere,
            hearsay,
            denied,
            self.in_part(passage, sentence),
            !with_us(passage, self.place),
        ];
        !doubts.contains(&true)
    }

    /// A "not" or "would" that belongs to roundabout words of notice, these or others of the sentence.
    fn says(&self, passage: &Passage, sentence: &Sentence, found: &Found) -> bool {
        let holds = |place: &Found| found.first >= place.first && found.last <= place.last;
        let mut others = passage.marks_in(sentence.first..sentence.end);
        let others = others.any(|(mark, place)| *mark == Mark::NoticeRoundabout && holds(place));
        others || (self.roundabout && holds(self.place))
    }

    /// A condition anywhere in the sentence.
    fn supposed(&self, passage: &Passage, sentence: &Sentence) -> bool {
        let mut marks = passage.marks_in(sentence.first..sentence.end);
        marks.any(|(mark, found)| {
            *mark == Mark::Condition
                && !is_no_condition(passage, found.first)
                && !self.says(passage, sentence, found)
        })
    }

    /// A negation anywhere in the main clause: German puts it last ("wir kündigen den Vertrag nicht").
    fn negated(&self, passage: &Passage, sentence: &Sentence) -> bool {
        let after = self.place.last + 1;
        let because = passage.marks_in(after..sentence.end).find(|(mark, _)| *mark == Mark::Because);
        let pause = (after..sentence.end).find(|word| passage.opens_clause(*word)).unwrap_or(sentence.end);
        let end = because.map_or(pause, |(_, found)| found.first.min(pause));
        let mut marks = passage.marks_in(sentence.first..end);
        let negated =
            marks.any(|(mark, found)| *mark == Mark::Negation && !self.says(passage, sentence, found));
        // "Wir kündigen ... an" announces.
        negated || end.checked_sub(1).is_some_and(|last| last >= after && passage.text.word(last) == "an")
    }

    /// "We will not renew the contract automatically", "not renew, but enlarge": one job, or a way, not the relation.
    fn in_part(&self, passage: &Passage, sentence: &Sentence) -> bool {
        const PARTS: [&str; 12] = [
            "for",
            "för",
            "till",
            "für",
            "on",
            "auf",
            "this",
            "today",
            "tomorrow",
            "automatically",
            "automatiskt",
            "automatisch",
        ];
        let mut rest = (self.place.last + 1..sentence.end).map(|word| passage.text.word(word));
        let next_is_part = rest.clone().next().is_some_and(|word| PARTS.contains(&word));
        self.roundabout && (next_is_part || rest.any(|word| word == "sondern"))
    }
}

/// "Om" right after the contract only says what the contract is about, and "när det löper ut" when it ends.
fn is_no_condition(passage: &Passage, at: usize) -> bool {
    let before = at.checked_sub(1).map(|word| passage.text.word(word)).unwrap_or_default();
    match passage.text.word(at) {
        "om" => ["avtal", "kontrakt", "abonnemang"].iter().any(|noun| before.starts_with(noun)),
        "när" => {
            matches!(
                passage.text.word(at + 1),
                "det" | "avtalet" | "perioden" | "avtalstiden" | "bindningstiden"
            ) && matches!(
                (passage.text.word(at + 2), passage.text.word(at + 3)),
                ("löper" | "går", "ut") | ("upphör", _)
            )
        }
        _ => false,
    }
}

/// A notice is said in few words; more than these in one sentence are not plain.
const PLAIN: usize = 60;

/// Right after "that": somebody says it, perhaps somebody else.
fn reported(passage: &Passage, place: &Found) -> bool {
    let before = place.first.checked_sub(1).map(|word| passage.text.word(word)).unwrap_or_default();
    matches!(before, "att" | "that" | "dass")
}

/// Where a partner is named after the contract, it must be us: what follows "with" is us, or says when and how.
fn with_us(passage: &Passage, place: &Found) -> bool {
    let Some(sentence) = passage.sentence(place.sentence) else { return false };
    let partner = |word: &str| matches!(word, "med" | "hos" | "with" | "mit" | "bei" | "beim");
    // German names the partner before the verb: "den Vertrag mit Ihnen kündigen".
    let near = place.first..sentence.end.min(place.last + 6);
    let mut named = near.filter(|word| partner(passage.text.word(*word)));
    named.all(|word| {
        let mut after = (word + 1..sentence.end).map(|word| passage.text.word(word));
        after.find(|word| !FILLERS.contains(word)).is_none_or(is_us_or_term)
    })
}

/// Words before the one that tells who or when.
const FILLERS: [&str; 42] = [
    "en",
    "ett",
    "den",
    "det",
    "två",
    "tre",
    "fyra",
    "sex",
    "tolv",
    "sista",
    "nästa",
    "avtalad",
    "avtalade",
    "the",
    "a",
    "an",
    "one",
    "two",
    "three",
    "six",
    "twelve",
    "agreed",
    "required",
    "contractual",
    "our",
    "der",
    "dem",
    "einer",
    "einem",
    "zwei",
    "drei",
    "sechs",
    "zwölf",
    "vereinbarten",
    "vertraglichen",
    "gesetzlichen",
    "full",
    "due",
    "end",
    "of",
    "utgången",
    "av",
];

fn is_us_or_term(word: &str) -> bool {
    #[rustfmt::skip]
    const WHOLE: [&str; 71] = [
        "er", "dig", "ert", "era", "you", "your", "yourselves", "ihnen", "euch", "ihrem", "ihrer", "eurem", "eurer",
        "verkan", "vecka", "veckor", "veckors", "dagar", "dagars", "period", "perioden", "periodens", "take",
        "week", "weeks", "week's", "day", "days", "day's", "year", "years", "frist", "bezug", "blick", "woche",
        "wochen", "tag", "tagen",
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
        "november", "december", "january", "february", "march", "may", "june", "july", "august", "october",
        "januar", "februar", "märz", "mai", "dezember", "årsskiftet", "årets", "year's", "jahr", "jahres", "årsslut",
        "immediate", "kündigungsfrist",
    ];
    /// Beginnings no name has.
    const BEGINNINGS: [&str; 17] = [
        "omedelbar",
        "hänvisning",
        "iakttagande",
        "avtalsenlig",
        "uppsägning",
        "upphörande",
        "månad",
        "kvartal",
        "effect",
        "regret",
        "reference",
        "notice",
        "month",
        "quarter",
        "sofortig",
        "wirkung",
        "monat",
    ];
    word.starts_with(|char: char| char.is_ascii_digit())
        || WHOLE.contains(&word)
        || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}
