//! Weighs what was found: scopes, context, and the sum.

use std::collections::BTreeSet;

use crate::{
    Category, Entry, EntryId,
    lexicon::{Mark, Meaning},
    passage::Passage,
    phrase::Found,
};

/// A lexicon entry found in a message, with what it came to add there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The entry.
    pub entry: &'static Entry,
    /// Byte offset in the text as read: normalised, subject first, without wrapping and history.
    pub offset: usize,
    /// The sentence it stands in, from 0.
    pub sentence: usize,
    /// Its weight after negation, intensifiers and context.
    pub weight: f32,
    /// Whether its category counts as a signal: not negated, not about others, not the writer's own fault.
    pub counts: bool,
    /// Whether the text says that it does not hold.
    pub denied: bool,
}

/// What the hits of one message came to.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    pub(crate) hits: Vec<Hit>,
    pub(crate) signals: BTreeSet<Category>,
    /// What muted phrases would have hinted at.
    pub(crate) muted: BTreeSet<Category>,
    /// Hundredths.
    pub(crate) tone: i8,
}

/// Where the words come from: up to this byte offset the subject, and whether it is the writer's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) end: usize,
    pub(crate) own: bool,
}

pub(crate) fn weigh(passage: &Passage, subject: Subject) -> Weighed {
    let context = Context {
        market: passage.has_anywhere(Mark::Market) && !passage.has_anywhere(Mark::Formal),
        own_fault: passage.has_anywhere(Mark::OwnFault),
    };
    let mut hits: Vec<Hit> = Vec::new();
    let mut muted = BTreeSet::new();
    let mut furthest: Option<(Found, Hit)> = None;
    for (place, meaning) in &passage.found {
        let Meaning::Entry(entry) = *meaning else { continue };
        let offset = passage.text.words.get(place.first).map_or(0, |word| word.start);
        if offset < subject.end && !subject.own {
            continue;
        }
        if passage.is_muted(place.first..=place.last) {
            muted.extend(entry.category);
            continue;
        }
        let mut hit = judge(passage, context, place, entry, offset);
        match furthest {
            // The longer phrase around it has said it already.
            Some((longer, said)) if longer.last >= place.last => {
                hit.weight = 0.0;
                hit.counts &= said.entry.category.is_some();
            }
            // Two phrases for one thing share words: only what the second adds.
            Some((before, said)) if before.last >= place.first && said.entry.category == entry.category => {
                let whole = hit.weight;
                hit.weight = (whole - said.weight).min(0.0);
                furthest = Some((*place, Hit { weight: whole.min(said.weight), ..hit }));
            }
            _ => furthest = Some((*place, hit)),
        }
        if offset < subject.end {
            hit.weight *= 0.5;
        }
        hits.push(hit);
    }
    for same_sentence in hits.chunk_by_mut(|one, other| one.sentence == other.sentence) {
        soften_praise(passage, same_sentence);
    }
    drop_lone_faint(&mut hits);
    let signals = hits.iter().filter(|hit| hit.counts).filter_map(|hit| hit.entry.category).collect();
    Weighed { tone: tone(&hits), signals, muted, hits }
}

/// A faint word of complaint ("tyvärr") is a signal only beside another (S21).
fn drop_lone_faint(hits: &mut [Hit]) {
    let grave = |hit: &Hit| {
        use Category::{Complaint, Delay, Escalation, Uncertainty};
        hit.weight <= -0.1 && matches!(hit.entry.category, Some(Complaint | Delay | Escalation | Uncertainty))
    };
    if hits.iter().filter(|hit| hit.counts && grave(hit)).count() < 2 {
        let complaint =
            |hit: &Hit| matches!(hit.entry.category, Some(Category::Complaint | Category::Escalation));
        hits.iter_mut()
            .filter(|hit| complaint(hit) && hit.entry.weight > -0.21)
            .for_each(|hit| hit.counts = false);
    }
}

/// What holds for the whole message.
#[derive(Clone, Copy, Debug)]
struct Context {
    /// It talks about the market or about others, and is no formal complaint (S22).
    market: bool,
    /// The writer takes the blame somewhere.
    own_fault: bool,
}

fn judge(passage: &Passage, context: Context, place: &Found, entry: &'static Entry, offset: usize) -> Hit {
    let has = |mark| passage.has(place.sentence, mark);
    let mut hit = Hit {
        entry,
        offset,
        sentence: place.sentence,
        weight: entry.weight,
        counts: entry.category.is_some(),
        denied: is_denied(passage, place, entry),
    };
    let judgement = matches!(entry.category, None | Some(Category::Complaint | Category::Escalation));
    let fault = matches!(entry.category, None | Some(Category::Complaint | Category::Delay));
    if hit.denied {
        hit.weight *= if entry.weight < 0.0 { -0.25 } else { -0.9 };
        hit.counts = false;
    }
    if passage.preceded_by(Mark::Intensifier, place) {
        hit.weight *= 1.5;
    } else if passage.preceded_by(Mark::Diminisher, place) {
        hit.weight *= 0.6;
    }
    let unaddressed = !has(Mark::You) && (has(Mark::Market) || (judgement && !has(Mark::Matter)));
    if (context.market && unaddressed) || (has(Mark::Others) && (judgement || fault)) {
        hit.weight *= 0.15;
        hit.counts &= !judgement && !fault;
    }
    if hit.weight < 0.0 && fault {
        if has(Mark::OwnFault) {
            hit.weight *= 0.1;
            hit.counts = false;
        } else if context.own_fault {
            hit.weight *= 0.4;
            hit.counts = false;
        }
        if conditional(passage, place) {
            hit.weight *= 0.3;
            hit.counts = false;
        }
        if has(Mark::Again) && entry.weight <= -0.25 {
            hit.weight *= 1.3;
        }
    }
    hit
}

/// Whether the text says that the phrase does not hold.
pub(crate) fn is_denied(passage: &Passage, place: &Found, entry: &Entry) -> bool {
    let ended_by_not = entry.category == Some(Category::Cancellation) && passage.negated_after(place);
    passage.negated(place) || passage.negated_within(place, &entry.phrase) || ended_by_not
}

/// Whether the phrase stands in a clause that only supposes it: "if there is a delay, call me".
fn conditional(passage: &Passage, place: &Found) -> bool {
    let Some(sentence) = passage.sentence(place.sentence) else { return false };
    let from = sentence.first.max(place.first.saturating_sub(8));
    let mut supposed = false;
    for at in from..place.first {
        let opens = passage.opens_clause(at);
        let condition = passage.marks_in(at..at + 1).any(|(mark, _)| *mark == Mark::Condition);
        supposed = if opens { condition } else { supposed };
    }
    supposed
}

/// Praise counts half before a "but", and not at all beside a fault that came "again" ("great, down again").
fn soften_praise(passage: &Passage, hits: &mut [Hit]) {
    let Some(sentence) = hits.first().map(|hit| hit.sentence) else { return };
    let range = passage.sentence(sentence).map_or(0..0, |sentence| sentence.first..sentence.end);
    let last_but = passage.marks_in(range).filter(|(mark, _)| *mark == Mark::But).last();
    let but =
        last_but.and_then(|(_, place)| passage.text.words.get(place.first)).map_or(0, |word| word.start);
    let fault = hits.iter().any(|hit| hit.weight <= -0.25);
    let again = passage.has(sentence, Mark::Again);
    for hit in hits.iter_mut().filter(|hit| hit.weight > 0.0) {
        if hit.offset < but {
            hit.weight *= 0.5;
        } else if again && fault {
            hit.weight = 0.0;
        }
    }
}

/// The heaviest hit counts whole and the others half, so that a long mail is not dark for its length alone; praise
/// beside a real complaint is mostly courtesy.
fn tone(hits: &[Hit]) -> i8 {
    let mut seen: BTreeSet<EntryId> = BTreeSet::new();
    let (mut worst, mut dark, mut best, mut bright) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    for hit in hits.iter().filter(|hit| hit.weight != 0.0 && seen.insert(hit.entry.id)) {
        dark += hit.weight.min(0.0);
        worst = worst.min(hit.weight);
        bright += hit.weight.max(0.0);
        best = best.max(hit.weight);
    }
    let dark = f32::midpoint(worst, dark);
    let bright = f32::midpoint(best, bright);
    let courtesy = if dark < -0.2 { 0.35 } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a tanh in hundredths lies within -100..=100")]
    let hundredths = ((dark + bright * courtesy).tanh() * 100.0).round() as i8;
    hundredths
}
