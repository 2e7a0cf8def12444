//! The customer is in touch much less, much more, or not at all; or we are silent (S12-S14, S35, S64, S70).
//!
//! Leading. Held against the customer's own rhythm: a silence counts by how improbable it is for someone who used to
//! be in touch on so many days, a drop or a surge by how far it lies outside the usual spread of weeks. Example: a
//! customer in touch three days a week is silent for 17 days: medium; a fortnightly one for 60 days: stands by itself
//! (S12). While there is no baseline, more than 10 days' pause after a lively start is weak (S14).

use super::{Baseline, Data, Hint, Signal, count, gap_surprise, strength_at, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::Past;
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Frequency, timing: Timing::Leading, stands_alone: true, data, detect, trend };

/// Weeks over which days in touch are compared.
const WINDOWS: [usize; 2] = [8, 13];
/// Weeks that an old normal lies apart.
const GAP: usize = 13;

/// Days over which a drop shows.
const RECENT_DAYS: i32 = 28;
/// Days of the Gamma prior on the gap between contacts.
const PRIOR_DAYS: f64 = 2.5;
/// A long silence must be this many times the usual gap.
const TIMES_USUAL_GAP: f64 = 3.0;
/// A drop must lie this many standard deviations under the usual.
const DEVIATIONS: f64 = 2.5;
/// Weeks in which last year is compared.
const YEAR_WEEKS: i32 = 8;

/// Fewer days in touch over eight or thirteen weeks, or a silence that is long for this customer.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    if past.rests() {
        return Vec::new();
    }
    let fewer = WINDOWS.into_iter().filter_map(|weeks| {
        let days = past.drop(Counter::InboundDays, weeks, 3.0, GAP, true);
        Hint::trend(policy.points(days.deviations, policy.contact), weeks, || Fact::FewerDaysInTouch {
            days: days.recent,
            usual: days.usual,
            weeks,
        })
    });
    let silence = past.silence();
    let silent = Hint::trend(policy.points(silence.deviations, policy.silence), 0, || {
        #[expect(clippy::cast_possible_truncation, reason = "days of a ledger")]
        Fact::Silence { days: silence.recent as i32, usual_days: silence.usual }
    });
    let days = |hint: Hint| match hint.fact {
        Fact::Silence { days, .. } => Hint { days, ..hint },
        _ => hint,
    };
    fewer.chain(silent).map(days).collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let own = Baseline::before(view, RECENT_DAYS, policy);
    if view.days_since(Counter::InboundDays).is_none() {
        return Data::None;
    }
    let observed = own.sum(Counter::InboundDays) >= policy.learning.observations;
    Data::enough_if(own.is_known(policy) && observed)
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let Some(gap) = view.days_since(Counter::InboundDays) else { return Vec::new() };
    let mut hints: Vec<Hint> = silence(view, gap, policy).into_iter().collect();
    if data(view, policy) == Data::Enough {
        let own = Baseline::before(view, RECENT_DAYS, policy);
        hints.extend(drop_in_contacts(view, &own, policy));
        hints.extend(fewer_than_last_year(view, policy));
        hints.extend(daily(view, &own, policy));
        hints.extend(we_are_silent(view, &own));
    }
    strongest_first(hints)
}

/// Nothing from the customer since `gap` days. The rhythm is that of the weeks before the silence began: else the
/// silence would lower its own baseline. Days of rest are no silence.
fn silence(view: &View<'_>, gap: i32, policy: &Policy) -> Option<Hint> {
    let frequency = &policy.frequency;
    let own = Baseline::before(view, gap, policy);
    let gap = view.awake(Counter::InboundDays, gap);
    let active = own.sum(Counter::InboundDays);
    let exposure = own.weeks() * 7.0;
    if active == 0 || gap <= frequency.silence_days {
        return None;
    }
    let usual_days = exposure / count(active);
    let fact = Fact::Silence { days: gap, usual_days };
    if !own.is_known(policy) || active < policy.learning.observations {
        // Too little history: the table's normal of two to three contacts a week must have been reached (S14).
        let lively = own.weeks() >= 2.0 && own.per_week(Counter::InboundDays) >= 2.0;
        return lively.then(|| Hint::new(Strength::Weak, gap, fact));
    }
    if gap >= frequency.long_silence_days && f64::from(gap) >= TIMES_USUAL_GAP * usual_days {
        return Some(Hint { strength: Strength::Strong, points: None, persistent: true, days: gap, fact });
    }
    let surprise = gap_surprise(gap, active, exposure, PRIOR_DAYS);
    strength_at(surprise, frequency.silence_surprise).map(|strength| Hint::new(strength, gap, fact))
}

/// Whether a week of the last four was one of rest: they are then not like others.
fn has_rested(view: &View<'_>) -> bool {
    view.awake(Counter::InboundDays, RECENT_DAYS) <= RECENT_DAYS - 7
}

fn drop_in_contacts(view: &View<'_>, own: &Baseline<'_>, policy: &Policy) -> Option<Hint> {
    let recent = count(view.recent(Counter::Inbound, RECENT_DAYS));
    let weeks = f64::from(RECENT_DAYS / 7);
    let mean = own.per_week(Counter::Inbound);
    let usual = mean * weeks;
    if recent > (1.0 - policy.frequency.deviation) * usual || has_rested(view) {
        return None;
    }
    let squares: f64 =
        (own.newest..=own.oldest).map(|week| (count(view.week(Counter::Inbound, week)) - mean).powi(2)).sum();
    // At least Poisson: a customer cannot be steadier than chance.
    let variance = (squares / (own.weeks() - 1.0).max(1.0)).max(mean) * weeks * (1.0 + weeks / own.weeks());
    let deviations = (usual - recent) / variance.sqrt().max(f64::MIN_POSITIVE);
    if deviations < DEVIATIONS {
        return None;
    }
    let gone = recent <= (1.0 - policy.frequency.deviation).powi(2) * usual && deviations >= DEVIATIONS + 1.0;
    let strength = if gone { Strength::Medium } else { Strength::Weak };
    let messages = view.recent(Counter::Inbound, RECENT_DAYS);
    Some(Hint::new(strength, RECENT_DAYS, Fact::FewerContacts { messages, usual, days: RECENT_DAYS }))
}

fn fewer_than_last_year(view: &View<'_>, policy: &Policy) -> Option<Hint> {
    if view.known_weeks() < 52 + YEAR_WEEKS {
        return None;
    }
    let now = count(view.weeks(Counter::Inbound, 1, YEAR_WEEKS));
    let then = count(view.weeks(Counter::Inbound, 53, 52 + YEAR_WEEKS));
    let share = if then > 0.0 { (then - now) / then } else { 0.0 };
    let beyond_chance = then - now >= DEVIATIONS * (then + now).sqrt();
    (share >= policy.frequency.fewer_than_last_year && beyond_chance)
        .then(|| Hint::new(Strength::Weak, YEAR_WEEKS * 7, Fact::FewerThanLastYear { share }))
}

/// In touch nearly every working day, week after week, where that is not the habit (S12).
fn daily(view: &View<'_>, own: &Baseline<'_>, policy: &Policy) -> Option<Hint> {
    let frequency = &policy.frequency;
    let usual_per_week = own.per_week(Counter::InboundDays);
    let unusual = count(frequency.daily) >= 2.0 * usual_per_week.max(1.0);
    // A rolling sum: one day off does not break a run of daily mails.
    let daily =
        |weeks: &i32| view.recent(Counter::InboundDays, 7 * weeks) >= frequency.daily * i64::from(*weeks);
    // A single busy week is chance, or a busy week.
    let weeks = (2..=6).rev().find(daily)?;
    if !unusual {
        return None;
    }
    let of_days = weeks * 7;
    let days_in_touch = view.recent(Counter::InboundDays, of_days);
    let fact = Fact::DailyContact { days_in_touch, of_days, usual_per_week };
    let persistent = weeks >= frequency.daily_weeks;
    let strength = if persistent { Strength::Strong } else { Strength::Medium };
    Some(Hint { strength, points: None, persistent, days: of_days, fact })
}

fn we_are_silent(view: &View<'_>, own: &Baseline<'_>) -> Option<Hint> {
    let usual = own.per_week(Counter::Outbound) * f64::from(RECENT_DAYS / 7);
    // e^-usual is the chance of no message at all; 0.7 % at five.
    (view.recent(Counter::Outbound, RECENT_DAYS) == 0 && usual >= 5.0 && !has_rested(view))
        .then(|| Hint::new(Strength::Weak, RECENT_DAYS, Fact::WeAreSilent { days: RECENT_DAYS, usual }))
}
