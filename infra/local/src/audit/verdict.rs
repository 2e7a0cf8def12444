//! What the figures mean, requirement by requirement (S32, S55, S77, S88).

use std::collections::BTreeSet;

use scoring::Policy;
use serde::Serialize;

use super::customers::CustomerAudit;
use super::tell::number;
use super::{Report, SourceAudit};

/// Months of communication that are needed, and best (S32, S55).
const MONTHS: [f64; 2] = [6.0, 12.0];
/// Shares that are needed, and best (S32).
const SHARES: [f64; 2] = [0.80, 0.95];
/// Touch points that are best (S55); how many are needed is the policy's.
const BEST_TOUCH_POINTS: u64 = 100;
/// Days without a touch point after which communication is not continuous.
const CONTINUOUS_GAP_DAYS: i32 = 60;
/// Months of history for trends of orders and payments, and for anything statistical (S77).
const TREND_MONTHS: f64 = 18.0;
/// Active customers and documented losses for a statistical model (S88).
const MODEL: (usize, usize) = (100, 20);
/// Years over which losses are counted (S88).
const LOSS_DAYS: i32 = 3 * 365;
/// Customers of a pilot group (S33).
const PILOT: usize = 20;

/// How a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Not met.
    No,
    /// Met for some customers, or not to be seen in a file.
    Partly,
    /// The minimum is met.
    Yes,
    /// The optimum is met.
    Best,
}

/// One requirement and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Its number.
    pub requirement: &'static str,
    /// What it asks for.
    pub asks: String,
    /// How it is met.
    pub answer: Answer,
    /// What was found.
    pub found: String,
    /// What it means, or what to do about it.
    pub so: String,
}

/// All verdicts.
pub(super) fn verdicts(report: &Report, policy: &Policy) -> Vec<Verdict> {
    vec![
        period(report),
        completeness(report),
        linkable(report),
        touch_points(report, policy),
        history(report),
        quality(report),
        kinds_of_sources(report),
        model(report),
    ]
}

fn reached(value: f64, [needed, best]: [f64; 2]) -> Answer {
    if value >= best {
        Answer::Best
    } else if value >= needed {
        Answer::Yes
    } else {
        Answer::No
    }
}

fn percent(share: f64) -> String {
    // Never 100 % of what is not complete.
    let percent = (share * 100.0).floor();
    format!("{percent} %")
}

fn share(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "numbers of lines")]
    let share = part as f64 / whole.max(1) as f64;
    share
}

fn period(report: &Report) -> Verdict {
    let (answer, found, so) = match &report.talk {
        None => (
            Answer::No,
            "no message, ticket, request or meeting at all".to_owned(),
            "Tone, words, contact and reply times stay dark. Connect mail and support first (S31).",
        ),
        Some(talk) => {
            let answer = reached(talk.months, MONTHS);
            let so = match answer {
                Answer::Best => "Enough to know what is normal for a customer, summer and winter.",
                Answer::Yes => "Enough to begin; a first summer or Christmas may still look like silence.",
                _ => "The product works, but learns for longer: expect more false alarms at first.",
            };
            (answer, format!("{:.1} months, {} to {}", talk.months, talk.first, talk.last), so)
        }
    };
    let asks = "6 months of communication, better 12".to_owned();
    Verdict { requirement: "S32", asks, answer, found, so: so.to_owned() }
}

fn completeness(report: &Report) -> Verdict {
    const TALK: [&str; 3] = ["message", "ticket", "request"];
    let talks = |source: &&SourceAudit| TALK.iter().any(|kind| source.kinds.contains_key(*kind));
    let worst =
        report.sources.iter().filter(talks).map(|source| (source.usual_days.unwrap_or(source.weeks), source));
    let worst = worst.min_by(|a, b| a.0.total_cmp(&b.0));
    let messages = |customer: &&CustomerAudit| {
        customer.is_watched()
            && ["email", "chat", "call", "project"].iter().any(|it| customer.exchanges.contains(*it))
    };
    let writing = report.customers.iter().filter(messages).count();
    let both = report.customers.iter().filter(messages).filter(|customer| customer.both_directions).count();
    let asks = "80 % of all communication with customers recorded, better 95 %".to_owned();
    let Some((days, source)) = worst else {
        let so = "Nothing to judge.".to_owned();
        return Verdict {
            requirement: "S32",
            asks,
            answer: Answer::No,
            found: "no communication".to_owned(),
            so,
        };
    };
    let one_way = writing > 0 && 5 * both < 4 * writing;
    let answer = match reached(days, SHARES) {
        Answer::No => Answer::No,
        _ if one_way => Answer::No,
        answer => answer,
    };
    let both = if writing == 0 {
        "no messages, so no telling whether both sides are recorded".to_owned()
    } else {
        format!("messages in both directions for {both} of {writing} active customers who write")
    };
    let so = if one_way {
        "One side of the conversation is missing: reply times cannot be measured. Connect sent mail too."
    } else {
        "A file cannot show what was never recorded: hold it against the mailboxes of three customers."
    };
    let found = format!(
        "source “{}”, the least steady, delivered on {} of its usual days; {both}",
        source.source,
        percent(days)
    );
    Verdict { requirement: "S32", asks, answer, found, so: so.to_owned() }
}

fn linkable(report: &Report) -> Verdict {
    let linking = &report.linking;
    let linked = share(linking.linked, linking.linked + linking.unlinked);
    let so = if linking.unlinked == 0 && report.made_register {
        "There was no register: everybody named by an id counts as a customer. Give one with --customers."
    } else if linking.unlinked == 0 {
        "Every event belongs to somebody."
    } else if report.made_register {
        "Without a register only ids say whose an event is. Give one with --customers: it knows domains and aliases."
    } else {
        "Add the missing names to `aliases` or `domains` in the register; the list above says which."
    };
    Verdict {
        requirement: "S32",
        asks: "Every event can be linked to a customer: 80 %, better 95 %".to_owned(),
        answer: reached(linked, SHARES),
        found: format!(
            "{} ({} of {} events)",
            percent(linked),
            number(linking.linked),
            number(linking.linked + linking.unlinked)
        ),
        so: so.to_owned(),
    }
}

fn touch_points(report: &Report, policy: &Policy) -> Verdict {
    let needed = u64::try_from(policy.learning.touch_points).unwrap_or(0);
    let active: Vec<&CustomerAudit> = report.customers.iter().filter(|customer| customer.active).collect();
    let with = |months: f64, points: u64| {
        let has = |customer: &&&CustomerAudit| {
            super::months(customer.days_in_touch) >= months
                && customer.touch_points >= points
                && customer.longest_gap_days <= CONTINUOUS_GAP_DAYS
        };
        active.iter().filter(has).count()
    };
    let [months, best_months] = MONTHS;
    let (enough, best) = (with(months, needed), with(best_months, BEST_TOUCH_POINTS));
    let answer = match (enough, best) {
        _ if !active.is_empty() && 5 * best >= 4 * active.len() => Answer::Best,
        _ if !active.is_empty() && 5 * enough >= 4 * active.len() => Answer::Yes,
        (PILOT.., _) => Answer::Partly,
        _ => Answer::No,
    };
    let so = match answer {
        Answer::Best | Answer::Yes => "Most customers can be watched from the first day.",
        Answer::Partly => "Enough for a pilot group; the others are watched too, but learn for longer.",
        Answer::No => "Fewer than a pilot group of 20: begin with those there are, and let the others learn.",
    };
    Verdict {
        requirement: "S55",
        asks: format!(
            "6 months without a break of {CONTINUOUS_GAP_DAYS} days and {needed} touch points per customer, better 12 and 100"
        ),
        answer,
        found: format!(
            "{enough} of {} active customers; {best} of them reach 12 months and 100",
            active.len()
        ),
        so: so.to_owned(),
    }
}

fn history(report: &Report) -> Verdict {
    let months = report.period.months;
    let short: Vec<String> = report
        .sources
        .iter()
        .filter_map(|source| {
            let months = super::months((source.last - source.first).get_days() + 1);
            (months < TREND_MONTHS).then(|| format!("“{}” {months:.0}", source.source))
        })
        .collect();
    let answer = match (months >= TREND_MONTHS, short.is_empty()) {
        (true, true) => Answer::Yes,
        (true, false) => Answer::Partly,
        (false, _) => Answer::No,
    };
    let shorter = match answer {
        Answer::Partly => format!("; shorter: {} months", short.join(", ")),
        _ => String::new(),
    };
    let found = format!("{months:.1} months{shorter}");
    let so = match answer {
        Answer::No => {
            "Orders and payments are held against the last months only, summer against spring, until there is more."
        }
        Answer::Partly => "Good for the long sources; trends of the short ones come later.",
        _ => "Trends can be held against the same weeks of last year.",
    };
    let asks = "18 months of history".to_owned();
    Verdict { requirement: "S77", asks, answer, found, so: so.to_owned() }
}

fn quality(report: &Report) -> Verdict {
    let left_out: u64 = report.left_out.values().map(|left_out| left_out.lines).sum();
    let wrong = left_out + report.linking.unlinked + report.duplicates.conflicting;
    let records = report.lines - report.duplicates.repeated.min(report.lines);
    let good = share(records.saturating_sub(wrong), records);
    let answer = if good > SHARES[0] { reached(good, SHARES) } else { Answer::No };
    let sparse = report.details.iter().any(|detail| 10 * detail.with < 9 * detail.of);
    let so = if good < 1.0 {
        "What is wrong is listed above with its first line; repeated deliveries are not counted as wrong."
    } else if sparse {
        "The records are right; fields that are seldom filled in are listed above."
    } else {
        "Nothing to repair."
    };
    Verdict {
        requirement: "S77",
        asks: "More than 80 % of the records complete and right".to_owned(),
        answer,
        found: format!(
            "{} ({left_out} lines are no events, {} of nobody known, {} with another content under the same id)",
            percent(good),
            report.linking.unlinked,
            report.duplicates.conflicting
        ),
        so: so.to_owned(),
    }
}

/// The five sources to be audited (S77), and the kinds of events that come from each.
const SOURCES: [(&str, &[&str]); 5] = [
    ("mail and chat", &["message"]),
    ("support", &["ticket"]),
    ("ERP (orders, payments, deliveries)", &["order", "invoice", "delivery"]),
    ("CRM", &["request", "contact", "meeting", "approval", "contract", "outcome", "satisfaction"]),
    ("web or product statistics", &["usage"]),
];

fn kinds_of_sources(report: &Report) -> Verdict {
    let kinds: BTreeSet<&str> =
        report.sources.iter().flat_map(|source| source.kinds.keys().map(String::as_str)).collect();
    let is_there = |kinds_of: &[&str]| kinds_of.iter().any(|kind| kinds.contains(kind));
    let (there, missing): (Vec<_>, Vec<_>) = SOURCES.into_iter().partition(|(_, of)| is_there(of));
    let names = |of: &[(&str, &[&str])]| of.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let can_run = report.signals.iter().filter(|family| family.can_run > 0).count();
    let answer = match (there.len(), can_run) {
        (5, _) => Answer::Best,
        (_, 2..) if there.len() >= 3 => Answer::Yes,
        (_, 2..) => Answer::Partly,
        _ => Answer::No,
    };
    let so = if can_run < 2 {
        "One family of signals alone warns only of what lasts, such as two months of silence, and never above yellow. \
         It takes a second source."
    } else if missing.is_empty() {
        "All five are there."
    } else {
        "It works with these; each further source finds trouble that the others do not show."
    };
    let found = match (there.is_empty(), missing.is_empty()) {
        (true, _) => "none of them".to_owned(),
        (_, true) => names(&there),
        _ => format!("{}; missing: {}", names(&there), names(&missing)),
    };
    let asks = "Sources: CRM, ERP, mail, support, web statistics".to_owned();
    Verdict { requirement: "S77", asks, answer, found, so: so.to_owned() }
}

fn model(report: &Report) -> Verdict {
    let active = report.customers.iter().filter(|customer| customer.active).count();
    let last = report.period.last;
    let recent = |left: &jiff::civil::Date| (last - *left).get_days() <= LOSS_DAYS;
    let losses = report.customers.iter().filter_map(|customer| customer.left).filter(recent).count();
    let is_enough = active >= MODEL.0 && losses >= MODEL.1;
    let so = if is_enough {
        "Weights can be learned from your own losses, and are used where they prove better than the rules."
    } else if losses == 0 {
        "The rules stay in force. No loss is documented: add `outcome` events for the customers who left, with their dates."
    } else {
        "The rules stay in force, which is better with so few cases. Every further documented loss counts."
    };
    Verdict {
        requirement: "S88",
        asks: format!(
            "{} active customers and {} documented losses in three years for a statistical model",
            MODEL.0, MODEL.1
        ),
        answer: if is_enough { Answer::Yes } else { Answer::No },
        found: format!("{active} active customers, {losses} documented losses"),
        so: so.to_owned(),
    }
}
