//! Invoices are paid later than this customer usually does (S4, S70, S72).
//!
//! Lagging. Who always pays three weeks late is no risk; who paid on the day and now takes eight days more is. The
//! difference must be systematic: beyond the customer's own spread. Example: normally 2 days after due, the last four
//! invoices 10: eight days later, medium (S72).

use super::{Baseline, Finding, Hint, Signal, count, fired, median, spread, strength_at};
use crate::evidence::{Fact, Family, Strength, Timing};
use crate::ledger::Counter;
use crate::policy::Policy;
use crate::view::View;

pub(super) const SIGNAL: Signal = Signal { family: Family::Payments, timing: Timing::Lagging, detect };

/// The difference must be this many standard errors.
const DEVIATIONS: f64 = 2.0;
/// Nobody pays more regularly than within so many days.
const LEAST_SPREAD_DAYS: f64 = 1.0;
/// Reminders count at so many times the usual.
const TIMES_USUAL: f64 = 3.0;

fn detect(view: &View<'_>, policy: &Policy) -> Finding {
    let payments = &policy.payments;
    let days = payments.window_days;
    let own = Baseline::before(view, days, policy);
    let paid_before = own.sum(Counter::InvoicesPaid);
    let reminders = view.recent(Counter::Overdue, days);
    let invoices = view.recent(Counter::InvoicesPaid, days);
    if paid_before + invoices + reminders == 0 {
        return Finding::NoData;
    }
    if paid_before < 2 * payments.invoices || !own.is_known(policy) {
        return Finding::Learning;
    }
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
    fired(hints)
}
