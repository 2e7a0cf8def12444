//! Requests that are alike, by their sketches: the same question asked again and again (S27, S70).

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use tone::Sketch;

use crate::event::Key;
use crate::policy::CountingPolicy;
use crate::time::Day;

/// Requests compared with a new one: the newest. Bounds the work for a customer who asks all day.
const NEWEST: usize = 60;
/// What is asked again in one thread or ticket within this time is still the same conversation.
const CONVERSATION: SignedDuration = SignedDuration::from_hours(48);
/// What is alike within this time came twice on two ways, as a mail and as the ticket made of it, or is an afterthought.
const COPY: SignedDuration = SignedDuration::from_hours(1);

/// A request that was made.
#[derive(Clone, Copy, Debug)]
struct Request {
    at: Timestamp,
    matter: Option<Key>,
    sketch: Sketch,
    answered: bool,
}

/// What a request is beside those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// With it so many are alike as the policy calls repeated (S27).
    pub(crate) repeated: bool,
    /// One like it had been answered: it was clear, and is no longer (S26, S70).
    pub(crate) again: bool,
}

impl Request {
    /// Whether this is a part of an earlier request rather than one of its own.
    fn continues(&self, earlier: &Self) -> bool {
        let passed = self.at.duration_since(earlier.at);
        let talking = self.matter.is_some() && self.matter == earlier.matter && passed < CONVERSATION;
        talking || passed < COPY && self.sketch.is_like(&earlier.sketch)
    }
}

/// The newest requests while walking through a customer's events. What it answers is a function of the last
/// `CountingPolicy::similar_days` alone, wherever the walk began.
#[derive(Debug, Default)]
pub(crate) struct Requests(VecDeque<Request>);

impl Requests {
    /// Notes a request; `matter` is its thread or ticket.
    pub(crate) fn ask(
        &mut self,
        at: Timestamp,
        matter: Option<Key>,
        sketch: &Sketch,
        policy: &CountingPolicy,
    ) -> Asked {
        let earliest = Day::of(at).plus(-policy.similar_days);
        while self.0.front().is_some_and(|oldest| Day::of(oldest.at) < earliest) || self.0.len() >= NEWEST {
            self.0.pop_front();
        }
        let request = Request { at, matter, sketch: *sketch, answered: false };
        self.0.push_back(request);
        let newest = self.0.len() - 1;
        if self.0.iter().take(newest).any(|earlier| request.continues(earlier)) {
            return Asked::default();
        }
        let again =
            self.0.iter().take(newest).any(|earlier| earlier.answered && earlier.sketch.is_like(sketch));
        let group = group_of(newest, self.0.len(), |one, other| {
            let (one, other) = (self.0.get(one), self.0.get(other));
            one.zip(other).is_some_and(|(one, other)| one.sketch.is_like(&other.sketch))
        });
        let own = |number: &usize| {
            let request = self.0.get(*number);
            request.is_some_and(|request| !self.0.iter().take(*number).any(|it| request.continues(it)))
        };
        Asked { repeated: group.into_iter().filter(own).count() >= policy.similar, again }
    }

    /// Notes that we wrote in a thread or ticket: what was asked there has its answer.
    pub(crate) fn answered(&mut self, matter: Option<Key>) {
        let asked = self.0.iter_mut().filter(|request| matter.is_some() && request.matter == matter);
        asked.for_each(|request| request.answered = true);
    }
}

/// Which of so many requests are like the first one, or like one that is: a question goes through many wordings.
pub fn group_of(first: usize, requests: usize, alike: impl Fn(usize, usize) -> bool) -> BTreeSet<usize> {
    let mut group = BTreeSet::from([first]);
    let mut reached = vec![first];
    while let Some(from) = reached.pop() {
        for other in 0..requests {
            if !group.contains(&other) && alike(from, other) {
                group.insert(other);
                reached.push(other);
            }
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use tone::{Format, Language, Message, sketch_request};

    use super::*;
    use crate::policy::Policy;

    const QUESTIONS: [&str; 5] = [
        "When will the Fortnox integration be ready?",
        "Is the integration with Fortnox available yet?",
        "Can we export the invoices to Excel?",
        "Could you send a copy of the contract?",
        "What does maintenance of the pump cost per year?",
    ];

    fn sketches() -> Vec<Sketch> {
        let sketch = |text| {
            let (format, known_language) = (Format::Text, Some(Language::English));
            sketch_request(&Message { text, format, known_language, policy: 1, ..Message::default() })
        };
        QUESTIONS.into_iter().filter_map(sketch).collect()
    }

    /// Whether each request is a repetition, when the walk begins at request `from`.
    fn walk(from: i64, hours: i64, threads: u64) -> Vec<bool> {
        let (sketches, counting) = (sketches(), Policy::default().counting);
        let mut requests = Requests::default();
        let repeats = (from..200).map(|number| {
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours * number);
            let [question, thread] = [number * number % 11 % 5, number % 7].map(i64::unsigned_abs);
            let sketch = sketches[usize::try_from(question).unwrap()];
            requests.ask(at, (thread < threads).then_some(Key(thread)), &sketch, &counting).repeated
        });
        let repeats = repeats.collect();
        assert!(requests.0.len() <= NEWEST);
        repeats
    }

    #[test]
    fn what_is_asked_depends_on_the_last_thirty_days_wherever_the_walk_begins() {
        for (hours, threads) in [(1, 0), (1, 7), (9, 3), (40, 0), (40, 7), (150, 3)] {
            let whole = walk(0, hours, threads);
            let reach = usize::try_from(31 * 24 / hours + 1).unwrap();
            for from in [1, 50, 120] {
                let part = walk(i64::try_from(from).unwrap(), hours, threads);
                let settled = whole.get(from + reach..).unwrap_or_default();
                assert!(part.ends_with(settled), "every {hours} hours, from {from}");
            }
        }
        assert!(walk(0, 150, 0).contains(&true));
        assert!(walk(0, 400, 0).iter().all(|repeats| !repeats), "fewer than three in thirty days");
    }
}
