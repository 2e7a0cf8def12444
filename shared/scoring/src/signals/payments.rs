//! Invoices are paid later than this customer usually does (S4, S70, S72).
//!
//! Lagging. Who always pays three weeks late is no risk; who paid on the day and now takes eight days more is. The
//! difference must be systematic: beyond the customer's own spread. Example: normally 2 days after due, the last four
//! invoices 10: eight days later, medium (S72).

use super::{Baseline, Data, Hint, Signal, count, median, spread, strength_at, strongest_first};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::past::{Past, Rare, middle, number_of};
use crate::policy::{Policy, TrendPolicy};
use crate::view::View;

pub(super) const SIGNAL: Signal =
    Signal { family: Family::Payments, timing: Timing::Lagging, stands_alone: false, data, detect, trend };

pub(super) static REMINDERS: Rare = Rare { of: &[(Counter::Overdue, 1.0)], per: None, weeks: 13 };
/// Weeks ago that the last, the last but one and the third last payment may lie, for them to be recent.
const RECENT: [usize; 3] = [9, 18, 27];
/// A habit needs so many weeks with payments before those.
const HABIT: usize = 3;
/// Each of the three views counts so much at most, and takes away so much.
const BOUNDS: (f64, f64) = (-1.0, 3.0);

/// The difference must be this many standard errors.
const DEVIATIONS: f64 = 2.0;
/// Nobody pays more regularly than within so many days.
const LEAST_SPREAD_DAYS: f64 = 1.0;
/// Reminders count at so many times the usual.
const TIMES_USUAL: f64 = 3.0;

/// The last two payments, the last three, and the reminders, each against the habit before, added up.
fn trend(past: &Past<'_>, policy: &TrendPolicy) -> Vec<Hint> {
    let bounded = |deviations: f64| deviations.clamp(BOUNDS.0, BOUNDS.1);
    let reminders = bounded(past.rare(&REMINDERS).deviations);
    let weeks = past.places(Counter::InvoicesPaid);
    let mean = |week: &usize| past.week(Counter::DaysLate, *week) / past.week(Counter::InvoicesPaid, *week);
    let recent: Vec<f64> = weeks
        .iter()
        .zip(RECENT)
        .take_while(|(week, within)| *week < within)
        .map(|(week, _)| mean(week))
        .collect();
    let mut habit: Vec<f64> = weeks.iter().skip(2).map(mean).collect();
    let [last, before, ..] = recent.as_slice() else { return Vec::new() };
    if habit.len() < HABIT || !past.is_known() {
        return Vec::new();
    }
    let usual = middle(&mut habit);
    // As if three payments more had strayed by three days each.
    let squares = habit.iter().map(|late| (late - usual).powi(2)).sum::<f64>() + 27.0;
    let spread = (squares / (number_of(habit.len()) + 3.0)).sqrt().max(1.0);
    let deviations = |late: f64| bounded((late - usual) / spread);
    let less_late = last.min(*before);
    let three = if weeks.len() >= 6 { recent.clone() } else { vec![*last, *before] };
    let together = deviations(less_late) + deviations(middle(&mut three.clone())) + reminders;
    let points = policy.payments_weight * policy.points(together, policy.payments);
    let days_later = f64::midpoint(*last, *before) - usual;
    let invoices = past.sum(Counter::InvoicesPaid, 0..RECENT[1]);
    let hint = Hint::trend(points, RECENT[1], || {
        #[expect(clippy::cast_possible_truncation, reason = "a count of invoices")]
        let invoices = invoices as i64;
        if days_later >= 1.0 {
            Fact::PaysLater { days_later, usual, recent: usual + days_later, invoices }
        } else {
            Fact::MoreReminders { reminders: past.row(Counter::Overdue).sum(&(0..REMINDERS.weeks)), days: 91 }
        }
    });
    hint.into_iter().collect()
}

fn data(view: &View<'_>, policy: &Policy) -> Data {
    let days = policy.payments.window_days;
    let own = Baseline::before(view, days, policy);
    let paid_before = own.sum(Counter::InvoicesPaid);
    if paid_before + view.recent(Counter::InvoicesPaid, days) + view.recent(Counter::Overdue, days) == 0 {
        return Data::None;
    }
    Data::enough_if(paid_before >= 2 * policy.payments.invoices && own.is_known(policy))
}

fn detect(view: &View<'_>, policy: &Policy) -> Vec<Hint> {
    if data(view, policy) != Data::Enough {
        return Vec::new();
    }
    let payments = &policy.payments;
    let days = payments.window_days;
    let own = Baseline::before(view, days, policy);
    let paid_before = own.sum(Counter::InvoicesPaid);
    let reminders = view.recent(Counter::Overdue, days);
    let invoices = view.recent(Counter::InvoicesPaid, days);
    let mut hints = Vec::new();
    let recent = count(view.recent(Counter::DaysLate, days)) / count(invoices.max(1));
    if invoices >= payments.invoices && recent > 0.0 {
        let weeks = own.weekly_means(Counter::DaysLate, Counter::InvoicesPaid);
        let usual = median(weeks.clone());
        let days_later = recent - usual;
        let spread = spread(&weeks, usual).max(LEAST_SPREAD_DAYS);
        let error = spread * (1.0 / count(invoices) + 1.0 / count(paid_before)).sqrt();
        if let Some(strength) = strength_at(days_later, payments.later_days)
            && days_later >= DEVIATIONS * error
        {
            hints.push(Hint::new(strength, days, Fact::PaysLater { days_later, usual, recent, invoices }));
        }
    }
    let usual_reminders = own.per_week(Counter::Overdue) * f64::from(days) / 7.0;
    if reminders >= payments.overdue && count(reminders) >= TIMES_USUAL * usual_reminders {
        hints.push(Hint::new(Strength::Weak, days, Fact::MoreReminders { reminders, days }));
    }
    strongest_first(hints)
}
