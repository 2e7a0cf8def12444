//! Reads a business message: language, tone towards us, red-flag phrases. Pure: no clock, no I/O, no randomness.
//!
//! The text is read once, when it arrives, and dropped; what stays is a [`Reading`]: numbers, categories and the ids
//! of the lexicon entries that matched. An id stands for words of ours, never for the customer's (I7).

mod capitals;
mod courtesy;
mod disguise;
mod features;
mod judgement;
mod language;
mod lexicon;
mod mail;
mod model;
pub mod network;
mod notice;
mod own;
mod passage;
mod phrase;
mod read;
mod redact;
mod reply;
mod sketch;
mod table;
mod text;
mod views;
mod weigh;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use crate::{
    judgement::Judgement,
    model::{COLUMNS, FILE_SIZE, OUTPUTS, Sample, Seeing, Seen, is_by_sentence},
    own::OwnWords,
    read::{Offsets, explain, newest, read, read_with, sample, sketch_request, words},
    redact::Redacted,
    sketch::Sketch,
    table::{PATTERNS, Pattern, SHELVES, SLOTS, place, row},
    weigh::Hit,
};

/// The version of this reader; stamped on every reading, raised whenever the same text may read differently.
pub const ENGINE: u16 = 11;

/// A language we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Swedish.
    #[serde(rename = "sv")]
    Swedish,
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// What a red-flag phrase hints at (S18-S20, S26, S28, S71).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The writer has said it before, is disappointed (S18).
    Escalation,
    /// Urgency and deadlines (S19).
    TimeCritical,
    /// Something is unclear or contradictory (S20).
    Uncertainty,
    /// Other suppliers, other solutions, reconsidering (S18, S28).
    Alternatives,
    /// Budget and price pressure (S28).
    Budget,
    /// Asks to get the data out (S71).
    DataExport,
    /// A complaint, formal or not.
    Complaint,
    /// Compatibility with another system (S71).
    Compatibility,
    /// Ending the relation or a part of it.
    Cancellation,
    /// Something is late (S26).
    Delay,
}

impl Category {
    /// All of them, in the order of the model's columns.
    pub const ALL: [Self; 10] = [
        Self::Escalation,
        Self::TimeCritical,
        Self::Uncertainty,
        Self::Alternatives,
        Self::Budget,
        Self::DataExport,
        Self::Complaint,
        Self::Compatibility,
        Self::Cancellation,
        Self::Delay,
    ];

    /// The name in files and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Escalation => "escalation",
            Self::TimeCritical => "time_critical",
            Self::Uncertainty => "uncertainty",
            Self::Alternatives => "alternatives",
            Self::Budget => "budget",
            Self::DataExport => "data_export",
            Self::Complaint => "complaint",
            Self::Compatibility => "compatibility",
            Self::Cancellation => "cancellation",
            Self::Delay => "delay",
        }
    }

    /// The category of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

/// The stable number of a lexicon entry; never reused for another phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u16);

impl EntryId {
    /// Whether a company gave it to a phrase of its own: 10 000 to 19 999.
    pub fn is_own(self) -> bool {
        (10_000..20_000).contains(&self.0)
    }
}

/// What one message gave. Holds no word of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// [`ENGINE`] at the time of reading.
    pub engine: u16,
    /// Version of the policy in force at the time of reading.
    pub policy: u32,
    /// The language read, where one was recognised.
    pub language: Option<Language>,
    /// How sure the reading is, 0-100.
    pub confidence: u8,
    /// Tone towards us in hundredths, -100 (very negative) to +100 (very positive) (S9).
    pub tone: i8,
    /// The categories of the phrases that matched and are about us.
    pub signals: BTreeSet<Category>,
    /// The lexicon entries that matched, in the order of the text, then the company's own phrases; each once.
    pub entries: Vec<EntryId>,
    /// An explicit notice of termination that passed every test (I6).
    pub notice: bool,
    /// An automatic reply, a newsletter or a calendar mail: carries no tone.
    pub automatic: bool,
    /// What a managed model said, where one was asked and answered; everything above is the rules' alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<Judgement>,
    /// What it asks, where it is a question or a request (S27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<Sketch>,
}

/// How the text is wrapped (event format, `format`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Only what the sender wrote.
    #[default]
    Text,
    /// A whole mail body with quoted history and signature.
    Mail,
    /// A whole MIME message, base64.
    Mime,
}

/// One message to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// The text, wrapped as `format` says.
    pub text: &'a str,
    /// The subject, where there is one.
    pub subject: Option<&'a str>,
    /// How the text is wrapped.
    pub format: Format,
    /// The language we know the customer by; decides short texts, and others in which it has more of the small words.
    pub known_language: Option<Language>,
    /// What we are called: a contract "with" that name is ours.
    pub our_name: Option<&'a str>,
    /// Version of the policy in force.
    pub policy: u32,
    /// The company's own words for this customer (S35).
    pub words: Option<&'a OwnWords>,
}

/// One phrase of a lexicon, ours or a company's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its stable number.
    pub id: EntryId,
    /// The language it belongs to.
    pub language: Language,
    /// The phrase as written in the lexicon, `*` where a stem may go on.
    pub phrase: String,
    /// What it hints at; none for a word that only carries tone.
    pub category: Option<Category>,
    /// What it adds to the tone, -1..+1.
    pub weight: f32,
}

impl Entry {
    /// The phrase for people to read: of alternatives the first, `…` where other words or endings may stand.
    pub fn shown(&self) -> String {
        let words = self.phrase.split(' ').map(|word| word.split('/').next().unwrap_or_default());
        let words: Vec<String> = words.map(|word| word.replace("..", "*").replace('*', "…")).collect();
        words.join(" ")
    }
}

/// Whether a phrase is written as a lexicon's is: one line of at most 100 letters as texts are normalised.
pub fn is_phrase(written: &str) -> bool {
    let normal =
        written.chars().count() <= 100 && text::normalise(written) == written && !written.contains('\n');
    normal && phrase::Phrase::parse(written).is_some()
}

/// Our lexicon entry with this number, if it still exists.
pub fn entry(id: EntryId) -> Option<&'static Entry> {
    lexicon::ENTRIES.get(&id)
}
