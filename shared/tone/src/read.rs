//! From message to reading: unwrap, recognise the language, find, weigh.

use std::collections::BTreeSet;

use crate::{
    ENGINE, EntryId, Message, Reading,
    language::{Recognised, recognise},
    lexicon::{Mark, Reader},
    mail::{Unwrapped, unwrap},
    notice,
    passage::Passage,
    text::{Text, normalise},
    weigh::{Hit, Subject, Weighed, weigh},
};

/// Reads a message. Takes any text without error; what it cannot read gives no tone, no signals and no confidence.
pub fn read(message: &Message<'_>) -> Reading {
    let whole = Whole::of(message);
    let mut seen: BTreeSet<EntryId> = BTreeSet::new();
    let hits = whole.weighed.hits.iter().map(|hit| hit.entry.id);
    Reading {
        engine: ENGINE,
        policy: message.policy,
        language: whole.recognised.map(|recognised| recognised.language),
        confidence: whole.confidence(),
        tone: whole.weighed.tone,
        entries: hits.filter(|id| seen.insert(*id)).collect(),
        signals: whole.weighed.signals,
        notice: whole.notice,
        automatic: whole.automatic,
    }
}

/// The hits a reading rests on, in the order of the text. Nothing of it is meant to be stored.
pub fn explain(message: &Message<'_>) -> Vec<Hit> {
    Whole::of(message).weighed.hits
}

/// Everything a message gave.
#[derive(Default)]
struct Whole {
    recognised: Option<Recognised>,
    words: usize,
    weighed: Weighed,
    notice: bool,
    automatic: bool,
}

impl Whole {
    fn of(message: &Message<'_>) -> Self {
        let Unwrapped { subject, body, automatic } = unwrap(message);
        let (text, subject) = match subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty()) {
            None => (Text::new(&body), Subject { end: 0, own: false }),
            Some(subject) => {
                let end = normalise(subject).len();
                (Text::new(&format!("{subject}\n\n{body}")), Subject { end, own: !is_reply(subject) })
            }
        };
        let words = text.words.len();
        let Some(recognised) = recognise(&text, message.known_language) else {
            return Self { words, automatic, ..Self::default() };
        };
        let passage = Passage::new(text, Reader::of(recognised.language));
        let automatic = automatic || reads_automatic(&passage, subject);
        if automatic {
            return Self { recognised: Some(recognised), words, automatic, ..Self::default() };
        }
        let own_from = if subject.own { 0 } else { subject.end };
        let notice = notice::given(&passage, own_from);
        let weighed = weigh(&passage, subject);
        Self { recognised: Some(recognised), words, weighed, notice, automatic }
    }

    /// More words and more agreeing hits make a reading surer; an assumed language and mixed hits less so.
    fn confidence(&self) -> u8 {
        let Some(recognised) = self.recognised else { return 0 };
        let count = |fits: fn(f32) -> bool| self.weighed.hits.iter().filter(|hit| fits(hit.weight)).count();
        let (dark, bright) = (count(|weight| weight < -0.1), count(|weight| weight > 0.1));
        let agreeing = dark.abs_diff(bright).min(3) * 10;
        let sure = 35 + self.words.min(30) + agreeing - if recognised.certain { 0 } else { 15 };
        u8::try_from(sure.min(95)).unwrap_or(95)
    }
}

/// A subject that answers or forwards repeats words that may be ours.
fn is_reply(subject: &str) -> bool {
    let prefix = subject.split(':').next().unwrap_or_default().trim().to_lowercase();
    subject.contains(':')
        && matches!(&*prefix, "sv" | "re" | "aw" | "vs" | "fw" | "fwd" | "vb" | "wg" | "antw" | "svar")
}

/// An out-of-office note, a newsletter, a calendar mail, by its own words.
fn reads_automatic(passage: &Passage, subject: Subject) -> bool {
    let body = passage.text.words.partition_point(|word| word.start < subject.end);
    [0, body].into_iter().any(|head| {
        // A heading is short: "Nyhetsbrev maj: ...", but not "Declined my payment".
        let heading = |last: usize| (last + 1..last + 3).any(|word| passage.opens_clause(word));
        let mut first = passage.marks_in(head..head + 1);
        first.any(|(mark, place)| *mark == Mark::AutomaticHead && heading(place.last))
            || passage.marks_in(head..head + 40).any(|(mark, _)| *mark == Mark::Automatic)
    })
}
