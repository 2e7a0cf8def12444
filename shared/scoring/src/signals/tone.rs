//! The customer's messages turn sour (S5, S9-S11, S27, S35).
//!
//! Leading: people write sharper before they act. Three sour messages in a week stand by themselves (S11); else the
//! mean over two weeks must fall to the warning of -0.3 or the alarm of -0.5 and lie under the customer's own normal,
//! so that a gruff writer is not in trouble. Example: usually +0.10, last two weeks -0.42 over 5 messages: medium.

use super::{Baseline, Data, Hint, Signal, beyond_chance, count, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Mean, Past, Rare};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Tone, timing: Timing::Leading, stands_alone: true, data, detect, trend };

/// A message's tone strays by so much. Read off customers who are all right, as the reader reads them: a new reader needs it anew.
const SPREAD: f64 = 0.18;

const fn tone(weeks: usize) -> Mean {
    let (sum, of) = (Counter::ToneSum, Counter::Read);
    Mean { sum, unit: 100.0, of, weeks, spread: SPREAD, least: (3.0, 8.0), falling: true }
}

const fn trouble(weeks: usize) -> Rare {
    const TROUBLE: &[(Counter, f64)] = &[
        (Counter::Complaint, 1.0),
        (Counter::Delay, 1.0),
        (Counter::Escalation, 1.0),
        (Counter::Uncertainty, 1.0),
        (Counter::TimeCritical, 1.0),
    ];
    Rare { of: TROUBLE, per: Some(Counter::Read), weeks }
}

pub(super) static TONE: [Mean; 3] = [tone(6), tone(10), tone(14)];
pub(super) static TROUBLE: [Rare; 3] = [trouble(6), trouble(10), trouble(14)];
pub(super) static SOUR: Rare = Rare { of: &[(Counter::Sour, 1.0)], per: Some(Counter::Read), weeks: 6 };

/// Messages a mean needs before it is a tone and not a mood.
const MESSAGES: i64 = 3;

/// Tone and troubled messages together, over six, ten and fourteen weeks: each alone is mostly chance.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let windows = TONE.iter().zip(&TROUBLE).enumerate();
    let hints = windows.filter_map(|(place, (tone, trouble))| {
        let (tone, trouble, weeks) = (past.mean(tone), past.rare(trouble), tone.weeks);
        let both = tone.deviations + trouble.deviations;
        // Correlated, so that their sum is divided by more than the root of their number.
        let together = if place == 0 { (both + past.rare(&SOUR).deviations) / 2.2 } else { both / 1.6 };
        Hint::trend(policy.text_weight * policy.points(together, policy.text), weeks, || Fact::Souring {
            mean: tone.recent,
            usual: tone.usual,
            troubled: trouble.recent,
            usually_troubled: trouble.usual,
            weeks,
        })
    });
    hints.collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let own = Baseline::before(view, policy.tone.window_days, policy);
    match view.recent(Counter::Read, policy.tone.window_days) {
        0 if own.sum(Counter::Read) == 0 => Data::None,
        0 => Data::Enough,
        read => Data::enough_if(read >= MESSAGES || own.has(Counter::Read, policy.learning.observations)),
    }
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let tone = &policy.tone;
    let own = Baseline::before(view, tone.window_days, policy);
    let read = view.recent(Counter::Read, tone.window_days);
    let mut hints = Vec::new();

    let sour = view.recent(Counter::Sour, tone.sour_days);
    let usual_per_week = own.per_week(Counter::Sour);
    if sour >= tone.sour_messages && beyond_chance(sour, usual_per_week) {
        let fact = Fact::SourWeek { messages: sour, usual_per_week };
        hints.push(Hint {
            strength: Strength::Strong,
            points: None,
            persistent: true,
            days: tone.sour_days,
            fact,
        });
    }

    let mean = count(view.recent(Counter::ToneSum, tone.window_days)) / count(read) / 100.0;
    let observations = policy.learning.observations;
    if read >= MESSAGES && mean <= tone.warning {
        let usual = own.usual(Counter::ToneSum, Counter::Read, observations).map(|mean| mean / 100.0);
        if mean <= usual.unwrap_or(0.0) - tone.below_own {
            let strength = if mean <= tone.alarm { Strength::Strong } else { Strength::Medium };
            let fact = Fact::LowTone { mean, days: tone.window_days, messages: read, usual };
            hints.push(Hint::new(strength, tone.window_days, fact));
        }
    }
    strongest_first(hints)
}
