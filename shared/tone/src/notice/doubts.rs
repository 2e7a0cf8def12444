//! What speaks against a notice of termination: every test it must pass.

use super::{Notice, Setting};
use crate::{lexicon::Mark, phrase::Found, text::Sentence};

impl Notice<'_> {
    /// Whether nothing speaks against it.
    pub(super) fn is_plain(&self) -> bool {
        let Self { setting, first, last, .. } = *self;
        let around = setting.around(first, last);
        let mut others = setting.marks(around.clone());
        let addressed = setting.marks(first..around.end).any(|(mark, _)| *mark == Mark::You);
        let about_others = others.any(|(mark, found)| {
            matches!(mark, Mark::Elsewhere | Mark::Others | Mark::Market)
                && !(addressed && found.last < first)
        });
        let doubts = [
            setting.sentence.question || setting.sentence.quoting || self.supposed(),
            about_others,
            self.reported(),
            self.is_open(),
            self.negated(around),
            self.in_part(),
            !self.with_us(),
        ];
        !doubts.contains(&true)
    }

    /// A condition anywhere in the sentence.
    fn supposed(&self) -> bool {
        let Sentence { first, end, .. } = *self.setting.sentence;
        let opened = first < self.first && OPENS_CONDITION.contains(&self.setting.passage.text.word(first));
        opened
            || self.setting.marks(first..end).any(|(mark, found)| {
                *mark == Mark::Condition
                    && !self.is_time(found.first)
                    && !self.means(found)
                    && !self.refusing.is_some_and(|refusing| self.owns(&refusing, found))
            })
    }

    /// Not yet decided, or only once a deadline has passed: "nach Ablauf der Frist".
    fn is_open(&self) -> bool {
        let word = |word: usize| self.setting.passage.text.word(word);
        let Sentence { first, end, .. } = *self.setting.sentence;
        let deadline = |at: usize| AFTER.contains(&word(at)) && matches!(word(at + 1), "ablauf" | "expiry");
        (first..end).any(|at| PERHAPS.contains(&word(at)) || deadline(at))
    }

    /// Words of condition that only say when, or what the contract is about: "when the term is up", "avtalet om städning".
    fn is_time(&self, at: usize) -> bool {
        let word = |word: usize| self.setting.passage.text.word(word);
        match word(at) {
            "om" => {
                ["avtal", "kontrakt", "abonnemang"].iter().any(|noun| word(at - at.min(1)).contains(noun))
            }
            "när" | "when" | "once" => (at + 1..at + 6).any(|at| ENDS.contains(&word(at))),
            "bis" | "until" | "tills" => self.setting.is_term(at + 1),
            _ => false,
        }
    }

    /// Whether a phrase names what was found in it: "no longer" in "we no longer need", but not in "this is no notice".
    fn owns(&self, phrase: &Found, found: &Found) -> bool {
        let Setting { passage, reader, .. } = self.setting;
        found.first >= phrase.first
            && found.last <= phrase.last
            && reader.matcher.names(phrase.phrase, passage.text.word(found.first))
    }

    /// Whether a word is part of saying what we mean to do: "we would like to".
    fn means(&self, found: &Found) -> bool {
        let Sentence { first, end, .. } = *self.setting.sentence;
        self.setting
            .marks(first..end)
            .any(|(mark, intent)| *mark == Mark::Intending && self.owns(intent, found))
    }

    /// A negation anywhere in the clause: German puts it last ("wir kündigen den Vertrag nicht").
    fn negated(&self, around: std::ops::Range<usize>) -> bool {
        let end = around.end;
        let mut marks = self.setting.marks(around);
        let negated = marks.any(|(mark, found)| {
            *mark == Mark::Negation && !self.refusing.is_some_and(|own| self.owns(&own, found))
        });
        // "Wir kündigen ... an" announces.
        negated
            || self.refusing.is_none()
                && end
                    .checked_sub(1)
                    .is_some_and(|last| last > self.last && self.setting.passage.text.word(last) == "an")
    }

    /// Right after "that", or where others say something: it may be somebody else's.
    fn reported(&self) -> bool {
        let Setting { passage, sentence, .. } = self.setting;
        let before = self.first.checked_sub(1).map(|word| passage.text.word(word)).unwrap_or_default();
        let said = || (sentence.first..self.first).any(|word| SAYING.contains(&passage.text.word(word)));
        (matches!(before, "att" | "that" | "dass") || said())
            && !self.setting.marks(sentence.first..sentence.end).any(|(mark, _)| *mark == Mark::Declaring)
    }

    /// "We will not renew the contract automatically", "not renew, but enlarge", "no longer need your services for the fair":
    /// a way or one job, not the relation.
    fn in_part(&self) -> bool {
        const WAYS: [&str; 6] = ["this", "today", "tomorrow", "automatically", "automatiskt", "automatisch"];
        const JOBS: [&str; 6] = ["for", "för", "till", "für", "on", "auf"];
        let Some(refusing) = self.refusing else { return false };
        let Setting { passage, sentence, .. } = self.setting;
        let denies =
            self.setting.marks(refusing.first..refusing.last + 1).any(|(mark, _)| *mark == Mark::Negation);
        let mut rest = (self.last + 1..sentence.end).map(|word| passage.text.word(word));
        let next = rest.clone().next().unwrap_or_default();
        let one_job = matches!(self.mark, Mark::Notice | Mark::NoticeAlone) && JOBS.contains(&next);
        let year = next == "this" && rest.clone().nth(1) == Some("year");
        denies && (one_job || (WAYS.contains(&next) && !year) || rest.any(|word| word == "sondern"))
    }

    /// Where a partner is named beside the contract, it must be us: what follows "with" is us, or says when and how.
    fn with_us(&self) -> bool {
        let Setting { passage, sentence, .. } = self.setting;
        let partner = |word: &str| matches!(word, "med" | "hos" | "with" | "mit" | "bei" | "beim");
        // German names the partner before the verb: "den Vertrag mit Ihnen kündigen".
        let near = self.first..sentence.end.min(self.last + 6);
        let mut named = near.filter(|word| partner(passage.text.word(*word)));
        named.all(|word| {
            let mut after = (word + 1..sentence.end).map(|word| passage.text.word(word)).peekable();
            let nobody = after.peek().is_none();
            let named = after.find(|word| !FILLERS.contains(word));
            named.map_or(nobody, |word| is_us_or_term(word) || word == self.setting.us)
        })
    }
}

/// "Kommt das noch einmal vor, ...": a condition by the order of words.
#[rustfmt::skip]
const OPENS_CONDITION: [&str; 15] = [
    "kommt", "passiert", "geschieht", "bleibt", "ändert", "klappt", "bekommen", "händer", "kommer", "sker", "blir", "får",
    "should", "had", "were",
];

/// What others say.
#[rustfmt::skip]
const SAYING: [&str; 17] = [
    "ryktet", "ryktas", "hört", "hörde", "påstår", "påstås", "told", "heard", "hear", "rumour", "rumor", "says",
    "gather", "gehört", "angeblich", "behauptet", "gerücht",
];

/// A deadline that passes.
const AFTER: [&str; 4] = ["nach", "fruchtlosem", "after", "unsuccessful"];

/// Not yet decided.
#[rustfmt::skip]
const PERHAPS: [&str; 16] = [
    "kanske", "eventuellt", "möjligen", "troligen", "maybe", "perhaps", "possibly", "probably", "vielleicht",
    "eventuell", "womöglich", "möglicherweise", "lutar", "funderar", "leaning", "tendieren",
];

/// A contract's end.
#[rustfmt::skip]
const ENDS: [&str; 12] = [
    "löper", "ut", "upphör", "slut", "is", "up", "ends", "expires", "over", "runs", "comes", "lapses",
];

/// Words before the one that tells who or when.
#[rustfmt::skip]
const FILLERS: [&str; 42] = [
    "en", "ett", "den", "det", "två", "tre", "fyra", "sex", "tolv", "sista", "nästa", "avtalad", "avtalade",
    "the", "a", "an", "one", "two", "three", "six", "twelve", "agreed", "required", "contractual", "our", "der",
    "dem", "einer", "einem", "zwei", "drei", "sechs", "zwölf", "vereinbarten", "vertraglichen", "gesetzlichen",
    "full", "due", "end", "of", "utgången", "av",
];

fn is_us_or_term(word: &str) -> bool {
    #[rustfmt::skip]
    const WHOLE: [&str; 85] = [
        "er", "dig", "ert", "era", "you", "your", "yourselves", "ihnen", "euch", "ihrem", "ihrer", "eurem",
        "eurer", "verkan", "vecka", "veckor", "veckors", "dagar", "dagars", "period", "perioden", "periodens",
        "take", "week", "weeks", "week's", "day", "days", "day's", "year", "years", "frist", "bezug", "blick",
        "woche", "wochen", "tag", "tagen", "januari", "februari", "mars", "april", "maj", "juni", "juli",
        "augusti", "september", "oktober", "november", "december", "january", "february", "march", "may",
        "june", "july", "august", "october", "januar", "februar", "märz", "mai", "dezember", "årsskiftet",
        "årets", "year's", "jahr", "jahres", "årsslut", "immediate", "kündigungsfrist", "idag", "dags", "att",
        "detta", "today", "oss", "us", "uns", "heute", "heutigem", "this", "abschluss", "ende", "ablauf",
    ];
    /// Beginnings no name has.
    #[rustfmt::skip]
    const BEGINNINGS: [&str; 17] = [
        "omedelbar", "hänvisning", "iakttagande", "avtalsenlig", "uppsägning", "upphörande", "månad", "kvartal",
        "effect", "regret", "reference", "notice", "month", "quarter", "sofortig", "wirkung", "monat",
    ];
    word.starts_with(|char: char| char.is_ascii_digit())
        || WHOLE.contains(&word)
        || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}
