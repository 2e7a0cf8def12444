//! What a managed model said of a message, and the one way in which it counts: darker, never lighter.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Category, Reading};

/// A managed model's opinion of one message. It carries no entries, for no phrase of ours was found, and it cannot give
/// notice: that takes a plain statement and the rules that test for one (I6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// Tone towards us in hundredths, -100 (very negative) to +100 (very positive).
    pub tone: i8,
    /// What the message hints at.
    pub signals: BTreeSet<Category>,
}

impl Reading {
    /// The reading with the model's judgement counted in: the darker tone of the two, the signals of both, all else as
    /// the rules have it. The reading itself where there is no judgement, or where no person wrote.
    pub fn darkened(&self) -> Cow<'_, Self> {
        let Some(judgement) = self.managed.as_ref().filter(|_| !self.automatic) else {
            return Cow::Borrowed(self);
        };
        let mut darkened = self.clone();
        darkened.tone = self.tone.min(judgement.tone);
        darkened.signals.extend(&judgement.signals);
        Cow::Owned(darkened)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::EntryId;

    fn signals() -> impl Strategy<Value = BTreeSet<Category>> {
        let all = vec![Category::Escalation, Category::Alternatives, Category::Cancellation, Category::Delay];
        proptest::sample::subsequence(all, 0..=4).prop_map(BTreeSet::from_iter)
    }

    fn reading() -> impl Strategy<Value = Reading> {
        let judgement = (-100..=100_i8, signals()).prop_map(|(tone, signals)| Judgement { tone, signals });
        let managed = proptest::option::of(judgement);
        (-100..=100_i8, signals(), managed, any::<bool>(), any::<bool>()).prop_map(
            |(tone, signals, managed, notice, automatic)| Reading {
                engine: 1,
                policy: 1,
                language: None,
                confidence: 50,
                tone,
                signals,
                entries: vec![EntryId(1001)],
                notice,
                automatic,
                managed,
                sketch: None,
            },
        )
    }

    proptest! {
        #[test]
        fn a_judgement_makes_a_reading_darker_or_adds_signals_and_does_nothing_else(reading in reading()) {
            let darkened = reading.darkened();
            prop_assert!(darkened.tone <= reading.tone);
            prop_assert!(darkened.signals.is_superset(&reading.signals));
            let judged = reading.managed.clone().map(|judgement| judgement.signals).unwrap_or_default();
            prop_assert!(darkened.signals.is_subset(&(&reading.signals | &judged)));
            let rest = Reading { tone: reading.tone, signals: reading.signals.clone(), ..darkened.into_owned() };
            prop_assert_eq!(rest, reading, "entries, notice and all the rest are the rules'");
        }

        #[test]
        fn what_no_person_wrote_and_what_was_not_judged_stays_as_it_is(mut reading in reading()) {
            let judged = reading.clone();
            reading.managed = None;
            prop_assert_eq!(&*reading.darkened(), &reading);
            let automatic = Reading { automatic: true, ..judged };
            prop_assert_eq!(&*automatic.darkened(), &automatic);
        }
    }
}
