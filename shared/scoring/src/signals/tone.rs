//! The customer's messages turn sour (S5, S9-S11, S27, S35).
//!
//! Leading: people write sharper before they act. Three sour messages in a week stand by themselves (S11); else the
//! mean over two weeks must fall to the warning of -0.3 or the alarm of -0.5 and lie under the customer's own normal,
//! so that a gruff writer is not in trouble. Example: usually +0.10, last two weeks -0.42 over 5 messages: medium.

use super::{Baseline, Finding, Hint, Signal, beyond_chance, count, fired};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::policy::Policy;
use crate::view::View;

pub(super) const SIGNAL: Signal = Signal { family: Family::Tone, timing: Timing::Leading, detect };

/// Messages a mean needs before it is a tone and not a mood.
const MESSAGES: i64 = 3;

fn detect(view: &View<'_>, policy: &Policy) -> Finding {
    let tone = &policy.tone;
    let own = Baseline::before(view, tone.window_days, policy);
    let read = view.recent(Counter::Read, tone.window_days);
    if read == 0 {
        return if own.sum(Counter::Read) == 0 { Finding::NoData } else { Finding::Quiet };
    }
    let mut hints = Vec::new();

    let sour = view.recent(Counter::Sour, tone.sour_days);
    let usual_per_week = own.per_week(Counter::Sour);
    if sour >= tone.sour_messages && beyond_chance(sour, usual_per_week) {
        let fact = Fact::SourWeek { messages: sour, usual_per_week };
        hints.push(Hint { strength: Strength::Strong, persistent: true, days: tone.sour_days, fact });
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
    match fired(hints) {
        Finding::Quiet if read < MESSAGES && !own.has(Counter::Read, observations) => Finding::Learning,
        finding => finding,
    }
}
