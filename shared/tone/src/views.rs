//! Which sentences of a message the model hears, and how much each counts.

use std::collections::BTreeSet;

use crate::{lexicon::Mark, passage::Passage, text::Sentence, weigh::Hit};

/// So many lines of so few words each, one after another, are a list: goods without numbers, an agenda.
const LIST: usize = 5;
const ITEM: usize = 4;

/// How the model looks at a sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// How much it counts: what is said of the market, of others or of the writer's own fault is hardly about us (S22). A row
    /// of a table counts nothing: an order of three hundred articles says no more than one of three.
    pub(crate) relevance: f32,
    /// A phrase in it says plainly that something is wrong.
    pub(crate) dark: bool,
    /// It speaks to somebody: "you", "your".
    pub(crate) addressed: bool,
    /// Whether it stands first, last or alone among the sentences that are not dark. Those have no place, so that one more
    /// of them changes nothing in what the others say.
    pub(crate) place: Option<Place>,
}

impl View {
    pub(crate) fn is_row(self) -> bool {
        self.relevance <= 0.0
    }
}

/// Where a sentence stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Opens,
    Closes,
    Only,
}

/// How the model looks at each sentence of a message.
pub(crate) fn views(passage: &Passage, hits: &[Hit]) -> Vec<View> {
    let sentences = 0..passage.text.sentences.len();
    let market = passage.has_anywhere(Mark::Market) && !passage.has_anywhere(Mark::Formal);
    let rows = rows(passage);
    let view = |index| View {
        relevance: if rows.contains(&index) { 0.0 } else { relevance(passage, index, market) },
        dark: false,
        addressed: passage.has(index, Mark::You),
        place: None,
    };
    let mut views: Vec<View> = sentences.map(view).collect();
    for hit in hits {
        if let Some(view) = views.get_mut(hit.sentence) {
            if view.is_row() {
                view.relevance = relevance(passage, hit.sentence, market);
            }
            view.dark |= hit.counts && hit.weight <= -0.1;
        }
    }
    if let Some(first) = views.iter_mut().find(|view| !view.dark && !view.is_row()) {
        first.place = Some(Place::Opens);
    }
    if let Some(last) = views.iter_mut().rfind(|view| !view.dark && !view.is_row()) {
        last.place = Some(if last.place.is_none() { Place::Closes } else { Place::Only });
    }
    views
}

/// The sentences that are rows of a table or of a list. Where there is nothing else, a list is what the message says.
fn rows(passage: &Passage) -> BTreeSet<usize> {
    let all = || passage.text.sentences.iter().enumerate();
    let mut rows: BTreeSet<usize> =
        all().filter(|(_, sentence)| is_row(passage, sentence)).map(|(index, _)| index).collect();
    let sentences: Vec<(usize, &Sentence)> = all().collect();
    let lists = sentences.chunk_by(|one, next| is_item(passage, one.1) && is_item(passage, next.1));
    let items: Vec<usize> =
        lists.filter(|list| list.len() >= LIST).flatten().map(|(index, _)| *index).collect();
    if items.len() + rows.len() < passage.text.sentences.len() {
        rows.extend(items);
    }
    rows
}

/// Whether a sentence is a line of a few words without a stop, a colon, a question or a "not".
fn is_item(passage: &Passage, sentence: &Sentence) -> bool {
    let ends_line = |last: usize| {
        let behind = passage.text.behind(last);
        let stopped = matches!(behind.trim(), "." | ":") || behind.contains(['!', '?']);
        !stopped && (behind.contains('\n') || last + 1 == passage.text.words.len())
    };
    let above = sentence.first.checked_sub(1).map(|above| passage.text.behind(above));
    let mut marks = passage.marks_in(sentence.first..sentence.end);
    (1..=ITEM).contains(&(sentence.end - sentence.first))
        && !sentence.question
        && above.is_none_or(|above| above.contains('\n'))
        && ends_line(sentence.end - 1)
        && !marks.any(|(mark, _)| *mark == Mark::Negation)
}

/// Whether half of a sentence's words, and at least three, hold a figure.
fn is_row(passage: &Passage, sentence: &Sentence) -> bool {
    const FEWEST: usize = 3;
    let holds = |word: &usize| passage.text.word(*word).contains(|char: char| char.is_ascii_digit());
    let figures = (sentence.first..sentence.end).filter(holds).count();
    figures >= FEWEST && 2 * figures >= sentence.end - sentence.first
}

fn relevance(passage: &Passage, index: usize, market: bool) -> f32 {
    let has = |mark| passage.has(index, mark);
    let elsewhere = market && !has(Mark::You) && (has(Mark::Market) || !has(Mark::Matter));
    if elsewhere || has(Mark::Others) || has(Mark::OwnFault) { 0.3 } else { 1.0 }
}
