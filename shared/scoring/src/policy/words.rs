//! A company's own phrases and the mutings of ours: everywhere, in a branch, of a kind of
//! relation, or at one customer (S35, S60).

use serde::{Deserialize, Serialize};
use tone::{Category, Entry, EntryId, Language, OwnWords};

/// The company's changes to the lexicons. Readings made before a change stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WordPolicy {
    /// Phrases of its own.
    pub phrases: Vec<OwnPhrase>,
    /// Phrases of ours that say nothing.
    pub muted: Vec<Muted>,
}

/// One phrase of the company's own. Whatever it names of branch, relation and customer must fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnPhrase {
    /// From 10 000 to 19 999, never given to another phrase.
    pub id: EntryId,
    /// The language of the messages it is looked for in.
    pub language: Language,
    /// As in a lexicon: `*`, `/`, `#` and `..`.
    pub phrase: String,
    /// What it hints at; none for words that only carry tone.
    pub category: Option<Category>,
    /// What it makes of the tone, -1..+1: at most this where it is dark, at least this where it is bright.
    pub weight: f32,
    /// Only for customers of this branch, written as in the register.
    pub branch: Option<String>,
    /// Only for relations of this kind, written as in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Only for the customer with this id.
    pub customer: Option<String>,
}

/// A phrase of ours that says nothing. Whatever it names of branch, relation and customer must fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Muted {
    /// The entry's number in our lexicons.
    pub entry: EntryId,
    /// Only for customers of this branch, written as in the register.
    pub branch: Option<String>,
    /// Only for relations of this kind, written as in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Only for the customer with this id.
    pub customer: Option<String>,
}

/// Branch, kind of relation and customer, each only where given.
type Place<'a> = [Option<&'a str>; 3];

impl OwnPhrase {
    fn place(&self) -> Place<'_> {
        [&self.branch, &self.relation, &self.customer].map(|name| name.as_deref())
    }

    fn entry(&self) -> Entry {
        let Self { id, language, phrase, category, weight, .. } = self.clone();
        Entry { id, language, phrase, category, weight }
    }
}

impl Muted {
    fn place(&self) -> Place<'_> {
        [&self.branch, &self.relation, &self.customer].map(|name| name.as_deref())
    }
}

fn holds(place: Place<'_>, at: Place<'_>) -> bool {
    place.iter().zip(at).all(|(named, at)| named.is_none() || *named == at)
}

impl WordPolicy {
    /// Branch, kind of relation and customer as far as any words are told apart by them: the same answer, the same words.
    pub fn place<'a>(
        &self,
        branch: Option<&'a str>,
        relation: Option<&'a str>,
        customer: &'a str,
    ) -> Place<'a> {
        let mut at = [branch, relation, Some(customer)];
        for (which, name) in at.iter_mut().enumerate() {
            *name = name.filter(|name| self.places().any(|place| place.get(which) == Some(&Some(*name))));
        }
        at
    }

    /// The words to read with at a [place](Self::place); none where nothing differs from our lexicons.
    pub fn own_words(&self, at: Place<'_>) -> Option<OwnWords> {
        let phrases = self.phrases.iter().filter(|phrase| holds(phrase.place(), at));
        let muted = self.muted.iter().filter(|muted| holds(muted.place(), at));
        let changed = phrases.clone().next().is_some() || muted.clone().next().is_some();
        changed.then(|| OwnWords::new(phrases.map(OwnPhrase::entry), muted.map(|muted| muted.entry)))
    }

    /// The entry with this number, ours or the company's own, if it still exists.
    pub fn entry(&self, id: EntryId) -> Option<Entry> {
        let own = || self.phrases.iter().find(|phrase| phrase.id == id).map(OwnPhrase::entry);
        tone::entry(id).cloned().or_else(own)
    }

    pub(super) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.phrases.iter().map(OwnPhrase::place).chain(self.muted.iter().map(Muted::place))
    }
}
