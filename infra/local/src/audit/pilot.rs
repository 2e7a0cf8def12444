//! With whom to begin: 20 to 30 key customers and two difficult ones (S33).
//!
//! Key customers are worth much, are in touch regularly, and leave enough behind to be watched. Difficult ones are those
//! whose risk is highest at the end of the history: with them a pilot shows what it can do.

use std::collections::BTreeMap;

use platform::register::Customer;
use scoring::Policy;
use serde::Serialize;

use super::customers::{CustomerAudit, RECENT_WEEKS};
use super::tell::number;

/// Customers of a pilot group: the middle of 20 to 30.
const GROUP: usize = 25;
/// The least there should be; filled up with customers who lack something.
const LEAST: usize = 20;
/// Difficult customers.
const DIFFICULT: usize = 2;
/// Weeks of the last 26 with a touch point: every other one.
const REGULAR_WEEKS: u32 = 13;
/// Days of history (S55: 6 months).
const KNOWN_DAYS: i32 = 183;
/// Sentences that say why a customer is difficult.
const MOST_REASONS: usize = 3;

/// A customer proposed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its name in the register.
    pub name: String,
    /// The risk at the end of the history, 0..1.
    pub risk: f64,
    /// Why this one.
    pub reasons: Vec<String>,
    /// What it lacks; empty for most.
    pub lacks: Vec<String>,
}

/// The group proposed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pilot {
    /// Key customers, the most valuable first.
    pub key: Vec<Candidate>,
    /// Difficult ones.
    pub difficult: Vec<Candidate>,
    /// What to know about the proposal.
    pub notes: Vec<String>,
}

/// A customer with what is known of it.
struct Known<'a> {
    customer: &'a Customer,
    audit: &'a CustomerAudit,
    value: Value,
    lacks: Vec<String>,
}

/// What a customer is worth.
#[derive(Clone, Debug, Default)]
struct Value {
    /// Place among all customers of the same currency: 0 the lowest, towards 1 the highest; 0 where it is not known.
    rank: f64,
    /// In words.
    told: Option<String>,
}

/// Proposes a group.
pub(super) fn propose(customers: &[Customer], audits: &[CustomerAudit], policy: &Policy) -> Pilot {
    let values = values(customers, audits);
    let watched = || audits.iter().filter(|audit| audit.is_watched());
    let lacks = |need: &Need| watched().all(|audit| need.lacking(audit, policy).is_some());
    // What nobody has is said once, and not beside everybody.
    let (of_nobody, asked): (Vec<Need>, Vec<Need>) = Need::ALL.into_iter().partition(lacks);
    let lacking = |audit| asked.iter().filter_map(|need| need.lacking(audit, policy)).collect();
    let all = customers.iter().zip(audits).zip(values).filter(|((_, audit), _)| audit.is_watched());
    let mut known: Vec<Known<'_>> = all
        .map(|((customer, audit), value)| Known { customer, audit, value, lacks: lacking(audit) })
        .collect();
    if known.is_empty() {
        let notes = vec!["No customer is active and may be watched.".to_owned()];
        return Pilot { notes, ..Pilot::default() };
    }
    let mut notes: Vec<String> = of_nobody.into_iter().map(|need| need.of_all().to_owned()).collect();
    known.sort_by(|a, b| difficulty(b).total_cmp(&difficulty(a)).then_with(|| a.audit.id.cmp(&b.audit.id)));
    let is_difficult = |known: &Known<'_>| known.audit.days_in_touch >= KNOWN_DAYS && difficulty(known) > 0.0;
    let (difficult, mut rest): (Vec<_>, Vec<_>) = split(known, DIFFICULT, is_difficult);
    if difficult.len() < DIFFICULT {
        notes.push("No customer stands out as difficult: choose two whom your people call so.".to_owned());
    }
    rest.sort_by(|a, b| {
        let key = |known: &Known<'_>| (known.lacks.len(), !known.customer.pilot);
        let by_value = b.value.rank.total_cmp(&a.value.rank);
        let by_touch = b.audit.touch_points.cmp(&a.audit.touch_points);
        key(a).cmp(&key(b)).then(by_value).then(by_touch).then_with(|| a.audit.id.cmp(&b.audit.id))
    });
    let fit = rest.iter().filter(|known| known.lacks.is_empty()).count();
    let size = if fit >= LEAST { fit.min(GROUP) } else { LEAST.min(rest.len()) };
    if rest.len() < LEAST {
        notes.push(format!(
            "Only {} customers are active and may be watched: take them all.",
            rest.len() + difficult.len()
        ));
    } else if fit < LEAST {
        notes.push(format!(
            "Only {fit} customers have all that a pilot needs; the others lack what is said beside them."
        ));
    }
    if rest.iter().all(|known| known.value.told.is_none()) && !rest.is_empty() {
        notes.push("Nothing says what customers are worth: those with most contact come first. Fill in `value_per_year`.".to_owned());
    }
    let excluded = audits.iter().filter(|audit| audit.active && !audit.may_be_scored).count();
    if excluded > 0 {
        notes.push(format!("{excluded} active customers are left out: no legal basis on record, or paused."));
    }
    Pilot {
        key: rest.iter().take(size).map(key_candidate).collect(),
        difficult: difficult.iter().map(difficult_candidate).collect(),
        notes,
    }
}

/// The first few of which something holds, and the others.
fn split<'a>(
    known: Vec<Known<'a>>,
    most: usize,
    holds: impl Fn(&Known<'a>) -> bool,
) -> (Vec<Known<'a>>, Vec<Known<'a>>) {
    let mut left = most;
    known.into_iter().partition(|known| {
        let is_first = left > 0 && holds(known);
        left -= usize::from(is_first);
        is_first
    })
}

/// What a good pilot customer has (S33, S55).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    TouchPoints,
    History,
    Rhythm,
    Communication,
}

impl Need {
    const ALL: [Self; 4] = [Self::TouchPoints, Self::History, Self::Rhythm, Self::Communication];

    /// What is to be said where nobody has it.
    fn of_all(self) -> &'static str {
        match self {
            Self::TouchPoints => "Nobody has enough touch points for a pilot yet.",
            Self::History => "Nobody is known for half a year yet.",
            Self::Rhythm => "Nobody was in touch in every other week of the last half year.",
            Self::Communication => {
                "Nobody's communication is recorded: connect mail or support before a pilot."
            }
        }
    }

    /// What is to be said of a customer who has not got it.
    fn lacking(self, audit: &CustomerAudit, policy: &Policy) -> Option<String> {
        let needed = u64::try_from(policy.learning.touch_points).unwrap_or(0);
        let CustomerAudit { touch_points, days_in_touch, recent_weeks_in_touch: weeks, .. } = audit;
        match self {
            Self::TouchPoints => {
                (*touch_points < needed).then(|| format!("only {touch_points} touch points"))
            }
            Self::History => {
                (*days_in_touch < KNOWN_DAYS).then(|| format!("in touch for {days_in_touch} days only"))
            }
            Self::Rhythm => (*weeks < REGULAR_WEEKS)
                .then(|| format!("in touch in only {weeks} of the last {RECENT_WEEKS} weeks")),
            Self::Communication => audit.exchanges.is_empty().then(|| "no communication recorded".to_owned()),
        }
    }
}

/// How difficult a customer is: its risk over that of a quiet one; where no signal speaks, a little for its troubles.
fn difficulty(known: &Known<'_>) -> f64 {
    let over = known.audit.assessment.as_ref().filter(|it| !it.evidence.is_empty()).map_or(0.0, |it| it.risk);
    #[expect(clippy::cast_precision_loss, reason = "a number of events")]
    let troubles = known.audit.troubles as f64 / known.audit.touch_points.max(1) as f64;
    over + troubles.min(1.0) / 1000.0
}

fn values(customers: &[Customer], audits: &[CustomerAudit]) -> Vec<Value> {
    let money: Vec<Option<(String, f64, &str)>> =
        customers.iter().zip(audits).map(|(c, a)| money(c, a)).collect();
    let mut of_currency: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (currency, amount, _) in money.iter().flatten() {
        of_currency.entry(currency).or_default().push(*amount);
    }
    let value = |money: &Option<(String, f64, &str)>| {
        let Some((currency, amount, what)) = money else { return Value::default() };
        let all = of_currency.get(currency.as_str()).map_or(&[][..], Vec::as_slice);
        let count = |amounts: usize| f64::from(u32::try_from(amounts).unwrap_or(u32::MAX));
        let lower = all.iter().filter(|other| *other < amount).count();
        let higher = all.iter().filter(|other| *other > amount).count();
        Value {
            rank: (count(lower) + 1.0) / (count(all.len()) + 1.0),
            told: Some(format!(
                "{currency} {} {what}, number {} of {}",
                whole(*amount),
                higher + 1,
                all.len()
            )),
        }
    };
    money.iter().map(value).collect()
}

/// What a customer brings in a year: as registered, else as its invoices or orders say. Of several currencies the one
/// with the largest amount.
fn money<'a>(customer: &Customer, audit: &CustomerAudit) -> Option<(String, f64, &'a str)> {
    let registered = customer.value_per_year.filter(|value| value.is_finite() && *value > 0.0);
    if let Some(value) = registered {
        return Some((customer.currency.clone().unwrap_or_default(), value, "a year"));
    }
    let (currency, amount) = audit.amounts.iter().max_by_key(|(_, amount)| **amount)?;
    #[expect(clippy::cast_precision_loss, reason = "an amount of money")]
    let value = *amount as f64;
    (value > 0.0).then(|| (currency.clone(), value, "in the last year"))
}

/// An amount in whole units: `47,000`.
fn whole(amount: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive; beyond that it saturates"
    )]
    number(amount.round() as u64)
}

fn key_candidate(known: &Known<'_>) -> Candidate {
    let audit = known.audit;
    let mut reasons: Vec<String> = known.value.told.iter().cloned().collect();
    if audit.touch_points > 0 {
        reasons.push(format!("{} touch points", number(audit.touch_points)));
        reasons.push(format!("in touch in {} of the last {RECENT_WEEKS} weeks", audit.recent_weeks_in_touch));
    }
    if !audit.exchanges.is_empty() {
        let exchanges: Vec<&str> = audit.exchanges.iter().map(String::as_str).collect();
        reasons.push(exchanges.join(", "));
    }
    if known.customer.pilot {
        reasons.push("marked for the pilot in the register".to_owned());
    }
    Candidate { reasons, ..candidate(known) }
}

fn difficult_candidate(known: &Known<'_>) -> Candidate {
    let words = scoring::words::words(tone::Language::English);
    let evidence = known.audit.assessment.iter().flat_map(|it| &it.evidence).filter(|it| it.points > 0.0);
    let own = scoring::policy::WordPolicy::default();
    let mut reasons: Vec<String> =
        evidence.take(MOST_REASONS).map(|it| (words.fact)(&it.fact, &own)).collect();
    if reasons.is_empty() {
        reasons.push(format!(
            "{} sour messages, tickets, reminders and returns in the last year",
            known.audit.troubles
        ));
    }
    Candidate { reasons, ..candidate(known) }
}

fn candidate(known: &Known<'_>) -> Candidate {
    Candidate {
        id: known.customer.id.clone(),
        name: known.customer.name.clone(),
        risk: known.audit.assessment.as_ref().map_or(0.0, |assessment| assessment.risk),
        reasons: Vec::new(),
        lacks: known.lacks.clone(),
    }
}
