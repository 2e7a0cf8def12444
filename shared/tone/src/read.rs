//! From message to reading: unwrap, recognise the language, find, weigh.

use std::collections::BTreeSet;

use crate::{
    Category, ENGINE, EntryId, Message, OUTPUTS, Reading, Sample,
    language::{Recognised, recognise},
    lexicon::{Mark, Reader},
    mail::{Unwrapped, unwrap},
    model::{self, FILE_SIZE, Judged, Weights},
    notice, own,
    passage::Passage,
    phrase::Found,
    sketch::{Sketch, sketch},
    text::{Sentence, Text, normalise},
    weigh::{Hit, Subject, Weighed, weigh},
};

/// Reads a message. Takes any text without error; what it cannot read gives no tone, no signals and no confidence.
pub fn read(message: &Message<'_>) -> Reading {
    let whole = Whole::of(message);
    let mut seen: BTreeSet<EntryId> = BTreeSet::new();
    let hits = whole.weighed.hits.iter().map(|hit| hit.entry.id).chain(whole.own.iter().copied());
    Reading {
        engine: ENGINE,
        policy: message.policy,
        language: whole.recognised.map(|recognised| recognised.language),
        confidence: whole.confidence(),
        tone: whole.tone,
        entries: hits.filter(|id| seen.insert(*id)).collect(),
        signals: whole.signals,
        notice: whole.notice,
        automatic: whole.automatic,
        managed: None,
        sketch: whole.sketch,
    }
}

/// The hits a reading rests on, in the order of the text. Nothing of it is meant to be stored.
pub fn explain(message: &Message<'_>) -> Vec<Hit> {
    Whole::of(message).weighed.hits
}

/// What the sender wrote now, taken out of its wrapping.
pub fn newest(message: &Message<'_>) -> String {
    unwrap(message).body.into_owned()
}

/// The words of a message as normalised, each with what the model thinks it adds to the tone and to each category in the
/// order of [`Category::ALL`]. For a person to look at: nothing of it is meant to be stored.
pub fn words(message: &Message<'_>) -> Vec<(String, [f32; OUTPUTS])> {
    let text = Text::new(&unwrap(message).body);
    let Some(recognised) = recognise(&text, message.known_language) else { return Vec::new() };
    let passage = Passage::new(text, Reader::of(recognised.language), None);
    let weighed = weigh(&passage, Subject { end: 0, own: false });
    let outputs = model::by_word(recognised.language, &passage, &weighed).into_iter().enumerate();
    outputs.map(|(word, outputs)| (passage.text.word(word).to_owned(), outputs)).collect()
}

/// Where places in a text as normalised lie in the text as it was written.
#[derive(Debug)]
pub struct Offsets<'a> {
    /// The pieces between spaces and stops, which nothing is composed across: where each begins as normalised and as
    /// written, and the piece.
    pieces: Vec<(usize, usize, &'a str)>,
}

impl<'a> Offsets<'a> {
    /// Of a text, in one pass.
    pub fn of(text: &'a str) -> Self {
        let (mut normal, mut written) = (0, 0);
        let pieces = text.split_inclusive([' ', '\n', '\t', ',', '.', ';', ':', '!', '?']).map(|piece| {
            let starts = (normal, written, piece);
            normal += normalise(piece).len();
            written += piece.len();
            starts
        });
        Self { pieces: pieces.collect() }
    }

    /// The byte offset, on a character's boundary, that stands for an offset in the text as normalised.
    pub fn written(&self, normalised: usize) -> usize {
        let after = self.pieces.partition_point(|(normal, ..)| *normal <= normalised);
        let Some((normal, written, piece)) = after.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return 0;
        };
        let within =
            |at: &usize| normal + normalise(piece.get(..*at).unwrap_or_default()).len() <= normalised;
        let boundaries: Vec<usize> = piece.char_indices().map(|(at, _)| at).collect();
        let place = boundaries.partition_point(within).saturating_sub(1);
        written + boundaries.get(place).copied().unwrap_or(0)
    }
}

/// A message as the model sees it, to train one. `None` where no language is recognised, or no person wrote it.
pub fn sample(message: &Message<'_>) -> Option<Sample> {
    let Unwrapped { body, automatic, .. } = unwrap(message);
    let text = Text::new(&body);
    let language = recognise(&text, message.known_language).filter(|_| !automatic)?.language;
    let passage = Passage::new(text, Reader::of(language), None);
    let subject = Subject { end: 0, own: false };
    let weighed = weigh(&passage, subject);
    if reads_automatic(&passage, subject) {
        return None;
    }
    Some(Sample::of(language, &passage, &weighed))
}

/// The tone in hundredths and the signals that a message has under another model file than the one that is built in, to
/// measure one. Nothing where no language is recognised, or no person wrote it.
pub fn read_with(model: &[u8; FILE_SIZE], message: &Message<'_>) -> (i8, BTreeSet<Category>) {
    let (text, subject, automatic) = open(message);
    let Some(recognised) = recognise(&text, message.known_language).filter(|_| !automatic) else {
        return Default::default();
    };
    let passage = Passage::new(text, Reader::of(recognised.language), message.words);
    if reads_automatic(&passage, subject) {
        return Default::default();
    }
    let weighed = weigh(&passage, subject);
    combine(&passage, &weighed, &model::judge(&Weights::from(model), &passage, &weighed))
}

/// The sketch of a text known to be a request, whether or not it is worded as one: a ticket, a feature request. `None`
/// when its language is none of ours or it says too little to be compared.
pub fn sketch_request(message: &Message<'_>) -> Option<Sketch> {
    let (text, subject, _) = open(message);
    let recognised = recognise(&text, message.known_language)?;
    let passage = Passage::new(text, Reader::of(recognised.language), None);
    sketch(&passage, subject, recognised.language, true)
}

/// Everything a message gave.
#[derive(Default)]
struct Whole {
    recognised: Option<Recognised>,
    words: usize,
    weighed: Weighed,
    /// The company's own phrases that count.
    own: Vec<EntryId>,
    /// Hundredths.
    tone: i8,
    signals: BTreeSet<Category>,
    notice: bool,
    automatic: bool,
    sketch: Option<Sketch>,
}

impl Whole {
    fn of(message: &Message<'_>) -> Self {
        let (text, subject, automatic) = open(message);
        let Some(recognised) = recognise(&text, message.known_language) else {
            return Self { words: text.words.len(), automatic, ..Self::default() };
        };
        let passage = Passage::new(text, Reader::of(recognised.language), message.words);
        let words = passage.words();
        let automatic = automatic || reads_automatic(&passage, subject);
        if automatic {
            return Self { recognised: Some(recognised), words, automatic, ..Self::default() };
        }
        let own_from = if subject.own { 0 } else { subject.end };
        let notice = notice::given(&passage, Reader::of(recognised.language), own_from, message.our_name);
        let weighed = weigh(&passage, subject);
        let judged = model::judge(Weights::of(recognised.language), &passage, &weighed);
        let (mut tone, mut signals) = combine(&passage, &weighed, &judged);
        if notice {
            signals.insert(Category::Cancellation);
        }
        let own =
            message.words.map(|own| own.said(recognised.language, &passage, subject)).unwrap_or_default();
        if !own.is_empty() {
            tone = own::tone(&own, tone, &weighed, &signals);
            signals.extend(own.iter().filter_map(|entry| entry.category));
        }
        let own = own.into_iter().map(|entry| entry.id).collect();
        let sketch = sketch(&passage, subject, recognised.language, false);
        Self { recognised: Some(recognised), words, weighed, own, tone, signals, notice, automatic, sketch }
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

/// How much the lexicon's phrases count against the model.
struct Rules {
    /// A lexicon's tone so dark stands by itself, whatever the model has learned of its words.
    condemns: f32,
    /// One so dark stands where the model leans so far the same way.
    complains: f32,
    leans: f32,
    /// How far the tone goes towards a lexicon that sees the same side clearer, and how far if it sees the dark side milder.
    clearer: f32,
    milder: f32,
    /// How far against a signal the model must be to outvote the lexicon's phrase for it.
    outvotes: f32,
    /// A phrase of this weight is too plain to be outvoted.
    plain: f32,
    /// How far beyond its threshold the model must be to see a signal that no phrase shows, one of which the phrases are
    /// supposed or another's, and one of which all are denied.
    alone: f32,
    against: f32,
    denied: f32,
}

// Where these lines lie was chosen with hands left out: `kundvakt train tone` prints what the whole reader then reaches.

/// In a message of a few words a phrase is most of what is said.
const SHORT: Rules = Rules {
    condemns: -0.45,
    complains: -0.38,
    leans: 0.06,
    clearer: 1.0,
    milder: 0.4,
    outvotes: 3.0,
    plain: 0.45,
    alone: 0.2,
    against: 0.5,
    denied: 9.0,
};
const LONG: Rules = Rules {
    condemns: -0.7,
    complains: -0.7,
    leans: 0.1,
    clearer: 0.35,
    milder: 0.0,
    outvotes: 1.0,
    plain: 0.8,
    alone: 0.0,
    against: 0.2,
    denied: 0.2,
};
/// So many words are short.
const SHORT_WORDS: usize = 13;
/// A model's tone that far from nothing supports the lexicon's: about where the model draws its own lines.
const AGREES: f32 = 0.08;

/// What lexicon and model come to together.
fn combine(passage: &Passage, weighed: &Weighed, judged: &Judged) -> (i8, BTreeSet<Category>) {
    if passage.is_form || passage.words() == 0 {
        return Default::default();
    }
    let rules = if passage.words() <= SHORT_WORDS { SHORT } else { LONG };
    let of = |category: Category| weighed.hits.iter().filter(move |hit| hit.entry.category == Some(category));
    let plain = plain(&weighed.hits, rules.plain);
    let judged_signals = Category::ALL.into_iter().zip(judged.signals);
    let signals = judged_signals.filter(|(category, score)| {
        if weighed.signals.contains(category) {
            *score >= -rules.outvotes || plain.contains(category)
        } else {
            let sure = match of(*category).map(|hit| hit.denied).reduce(|all, denied| all && denied) {
                None => rules.alone,
                Some(false) => rules.against,
                Some(true) => rules.denied,
            };
            *score >= sure && !weighed.muted.contains(category)
        }
    });
    let mut signals: BTreeSet<Category> = signals.map(|(category, _)| category).collect();
    if renews(passage) && !plain.contains(&Category::Cancellation) {
        signals.remove(&Category::Cancellation);
    }
    let mut tone = tone(&rules, f32::from(weighed.tone) / 100.0, judged.tone);
    if tone > ASKED_DARKLY && only_asks(passage, &weighed.hits, &signals) {
        tone = tone.max(ASKED);
    }
    (tone, signals)
}

/// What a plain question comes to at least, in hundredths: still neutral.
const ASKED: i8 = -12;
/// So dark a question is no plain one, whatever its signals.
const ASKED_DARKLY: i8 = -30;
/// Greetings and thanks are as short.
const GREETING_WORDS: usize = 3;

/// Whether a message only asks about export or compatibility, as a content customer would too: every sentence a question,
/// and nothing dark in it.
fn only_asks(passage: &Passage, hits: &[Hit], signals: &BTreeSet<Category>) -> bool {
    let harmless = |category| matches!(category, Category::DataExport | Category::Compatibility);
    let dark = |hit: &Hit| hit.weight <= -0.1 && !hit.entry.category.is_some_and(harmless);
    let said = |sentence: &&Sentence| sentence.end - sentence.first > GREETING_WORDS;
    !signals.is_empty()
        && signals.iter().copied().all(harmless)
        && !hits.iter().any(dark)
        && passage.text.sentences.iter().filter(said).all(|sentence| sentence.question)
}

/// Whether a plain sentence says that they want to go on: then nothing ends, whatever else the talk of terms sounds like.
fn renews(passage: &Passage) -> bool {
    passage.text.sentences.iter().any(|sentence| {
        let marks = || passage.marks_in(sentence.first..sentence.end);
        let renewing = marks().filter(|(mark, _)| *mark == Mark::Renewing);
        { renewing }.any(|(_, going)| {
            let its_own = |found: &Found| found.first >= going.first && found.last <= going.last;
            !marks().any(|(mark, found)| match mark {
                Mark::Negation => true,
                Mark::Condition => !its_own(found),
                _ => false,
            })
        })
    })
}

/// The categories of phrases that weigh so much. A phrase inside a longer one weighs nothing of its own and as much as that.
fn plain(hits: &[Hit], least: f32) -> BTreeSet<Category> {
    let mut around = 0.0;
    let plain = hits.iter().filter(|hit| {
        let inside = hit.weight == 0.0 && hit.entry.weight < 0.0;
        around = if inside { around } else { hit.weight };
        hit.counts && around <= -least
    });
    plain.filter_map(|hit| hit.entry.category).collect()
}

/// The model, which knows more words and has heard the lexicon. Where both see the same side and the lexicon sees it clearer
/// the tone goes towards it; of a plain complaint the model need only be suspicious, and the plainest needs no support.
fn tone(rules: &Rules, lexicon: f32, model: f32) -> i8 {
    let complained = lexicon <= rules.complains && model < -rules.leans;
    let condemned = complained || lexicon <= rules.condemns;
    let tone = if (model <= -AGREES && lexicon < 0.0) || condemned {
        let share = if lexicon <= rules.complains { 1.0 } else { rules.clearer };
        let milder = rules.milder * (lexicon - model).max(0.0);
        model + share * (lexicon - model).min(0.0) + milder
    } else if model >= AGREES && lexicon > 0.0 {
        model + rules.clearer * (lexicon - model).max(0.0)
    } else {
        model
    };
    #[expect(clippy::cast_possible_truncation, reason = "both lie within -1..=1")]
    let hundredths = (tone * 100.0).round() as i8;
    hundredths
}

/// The text as it will be read, its subject first; whether the wrapping says that no person wrote it to us.
fn open(message: &Message<'_>) -> (Text, Subject, bool) {
    let Unwrapped { subject, body, automatic } = unwrap(message);
    let (text, subject) = match subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty()) {
        None => (Text::new(&body), Subject { end: 0, own: false }),
        Some(subject) => {
            let end = normalise(subject).len();
            let own = !is_reply(subject);
            let mut text = Text::new(&format!("{subject}\n\n{body}"));
            text.body = if own { 0 } else { end };
            (text, Subject { end, own })
        }
    };
    (text, subject, automatic)
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
