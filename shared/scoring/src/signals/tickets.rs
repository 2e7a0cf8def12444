//! More tickets, the same question again, solved ones reopened (S15, S26, S27, S70).
//!
//! Leading. Held against the own normal; while there is none, against one to two a month (S15). Example: usually one
//! ticket a month, five this week: medium; three requests on one topic within 30 days: medium (S27).

use super::{Baseline, Data, Hint, Signal, count, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Past, Rare};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Tickets, timing: Timing::Leading, stands_alone: false, data, detect, trend };

pub(super) static REOPENED: Rare =
    Rare { of: &[(Counter::TicketsReopened, 2.0), (Counter::SevereTickets, 1.0)], per: None, weeks: 10 };
pub(super) static ALL: Rare = Rare {
    of: &[
        (Counter::TicketsOpened, 1.0),
        (Counter::TicketsReopened, 2.0),
        (Counter::SevereTickets, 1.0),
        (Counter::Repeated, 1.0),
        (Counter::AskedAgain, 1.0),
    ],
    per: None,
    weeks: 6,
};

const MONTH_DAYS: i32 = 30;
/// Repeated and reopened ones count when there are more than so many times the usual.
const TIMES_USUAL: f64 = 2.0;

/// Reopened and severe ones over ten weeks, all kinds together over six.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let hints =
        [(&REOPENED, policy.reopened), (&ALL, policy.tickets)].into_iter().filter_map(|(rare, points)| {
            let weeks = rare.weeks;
            let within = |counter| past.sum(counter, 0..weeks);
            Hint::trend(policy.points(past.rare(rare).deviations, points), weeks, || Fact::TroubledTickets {
                opened: within(Counter::TicketsOpened),
                reopened: within(Counter::TicketsReopened),
                severe: within(Counter::SevereTickets),
                weeks,
            })
        });
    hints.collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let own = Baseline::before(view, MONTH_DAYS, policy);
    let kinds = [Counter::TicketsOpened, Counter::Repeated, Counter::TicketsReopened, Counter::AskedAgain];
    if kinds.into_iter().all(|counter| view.recent(counter, MONTH_DAYS) == 0) {
        return if own.sum(Counter::TicketsOpened) == 0 { Data::None } else { Data::Enough };
    }
    Data::enough_if(own.is_known(policy))
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    let tickets = &policy.tickets;
    let own = Baseline::before(view, MONTH_DAYS, policy);
    let week = view.recent(Counter::TicketsOpened, 7);
    let month = view.recent(Counter::TicketsOpened, MONTH_DAYS);
    let repeated = view.recent(Counter::Repeated, MONTH_DAYS);
    let reopened = view.recent(Counter::TicketsReopened, MONTH_DAYS);
    let again = view.recent(Counter::AskedAgain, MONTH_DAYS);
    let per_month = |counter| own.per_week(counter) * f64::from(MONTH_DAYS) / 7.0;
    let usual =
        if own.is_known(policy) { per_month(Counter::TicketsOpened) } else { tickets.normal_per_month };
    let mut hints = Vec::new();
    if week >= tickets.critical_per_week && count(week) >= tickets.surge * usual * 7.0 / f64::from(MONTH_DAYS)
    {
        let strong = week >= 2 * tickets.critical_per_week;
        let strength = if strong { Strength::Strong } else { Strength::Medium };
        let usual = usual * 7.0 / f64::from(MONTH_DAYS);
        hints.push(Hint::new(strength, 7, Fact::MoreTickets { tickets: week, days: 7, usual }));
    } else if month >= tickets.critical_per_week && count(month) >= tickets.surge * usual.max(1.0) {
        let fact = Fact::MoreTickets { tickets: month, days: MONTH_DAYS, usual };
        hints.push(Hint::new(Strength::Weak, MONTH_DAYS, fact));
    }
    if repeated > 0 && count(repeated) > TIMES_USUAL * per_month(Counter::Repeated) {
        // The third asks for the third time; each further one is one more.
        let fact = Fact::RepeatedRequests { requests: repeated + 2, days: MONTH_DAYS };
        hints.push(Hint::new(Strength::Medium, MONTH_DAYS, fact));
    }
    if reopened >= 2 && count(reopened) > TIMES_USUAL * per_month(Counter::TicketsReopened) {
        let fact = Fact::TicketsReopened { tickets: reopened, days: MONTH_DAYS };
        hints.push(Hint::new(Strength::Weak, MONTH_DAYS, fact));
    }
    if again >= 2 && count(again) > TIMES_USUAL * per_month(Counter::AskedAgain) {
        let fact = Fact::AskedAgain { questions: again, days: MONTH_DAYS };
        hints.push(Hint::new(Strength::Weak, MONTH_DAYS, fact));
    }
    strongest_first(hints)
}
