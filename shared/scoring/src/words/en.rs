//! English.

use tone::Category;

use super::{Words, number, percent, phrases};
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};

pub(super) const WORDS: Words = Words { fact, family, level, strength, role };

fn n(value: f64) -> String {
    number(value, '.')
}

fn days(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => format!(
            "{messages} messages with a negative tone within a week (normally {} a week)",
            n(*usual_per_week)
        ),
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual.map_or_else(
                || "still learning what is normal".to_owned(),
                |usual| format!("normal: {}", n(usual)),
            );
            format!(
                "the tone averages {} over the last {} ({messages} messages; {usual}; scale −1 to +1)",
                n(*mean),
                days(*window)
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories = categories.iter().map(|it| category(*it)).collect::<Vec<_>>().join(", ");
            let named = phrases(entries);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let times =
                if *messages == 1 { "one message".to_owned() } else { format!("{messages} messages") };
            format!(
                "words about {categories} in {times} over the last {}, more than usual{named}",
                days(*window)
            )
        }
        Fact::Silence { days: silent, usual_days } => format!(
            "nothing heard from the customer for {} (normally in touch every {})",
            days(*silent),
            every(*usual_days)
        ),
        Fact::FewerContacts { messages, usual, days: window } => {
            format!("{messages} contacts in the last {} (normal: {})", days(*window), n(*usual))
        }
        Fact::FewerThanLastYear { share } => {
            format!("{} fewer contacts than in the same weeks last year", percent(*share))
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "in touch on {days_in_touch} of the last {} (normal: {} days a week)",
            days(*of_days),
            n(*usual_per_week)
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("we have not written for {} (normal: {} messages)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => format!(
            "takes {} working hours to answer us ({}, last {replies} answers)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::WeAnswerSlower { hours, usual, replies } => format!(
            "we take {} working hours to answer ({}, last {replies} answers)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::MoreTickets { tickets, days: window, usual } => {
            format!("{tickets} tickets in {} (normal: {})", days(*window), n(*usual))
        }
        Fact::RepeatedRequests { requests, days: window } => {
            format!("{requests} requests on the same topic within {}", days(*window))
        }
        Fact::TicketsReopened { tickets, days: window } => {
            format!("{tickets} solved tickets reopened within {}", days(*window))
        }
        Fact::OrdersDown { share, weeks } => {
            format!(
                "orders down {} over the last {weeks} weeks against this customer’s normal",
                percent(*share)
            )
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("no order for {} (normally one every {})", days(*gap), every(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "pays {} days later than usual (normal: {}, last {invoices} invoices: {})",
            n(*days_later),
            due(*usual),
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => {
            format!("{reminders} invoices overdue in the last {}", days(*window))
        }
        Fact::UsageDown { share, days: window } => {
            format!(
                "logins down {} over the last {} against the twelve weeks before",
                percent(*share),
                days(*window)
            )
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("{} fewer features used over the last {}", percent(*share), days(*window))
        }
        Fact::VersionsBehind { versions } => format!("{} versions behind on updates", n(*versions)),
        Fact::NewContactNotIntroduced { contacts, days: window } => {
            let who =
                if *contacts == 1 { "a new contact".to_owned() } else { format!("{contacts} new contacts") };
            format!("{who} without a handover in the last {}", days(*window))
        }
        Fact::KeyContactLeft { days: window } => format!("a key contact left in the last {}", days(*window)),
        Fact::KeyContactReplaced { days: window } => {
            format!("a key contact left and the successor was not introduced, in the last {}", days(*window))
        }
        Fact::Notice { days_ago: 0 } => "notice of termination received today".to_owned(),
        Fact::Notice { days_ago } => format!("notice of termination received {} ago", days(*days_ago)),
    }
}

fn every(usual: f64) -> String {
    let rounded = n(usual);
    if rounded == "1" { "day".to_owned() } else { format!("{rounded} days") }
}

fn usual_hours(usual: Option<f64>) -> String {
    usual.map_or_else(|| "still learning what is normal".to_owned(), |hours| format!("normal: {}", n(hours)))
}

fn due(days: f64) -> String {
    match n(days.abs()).as_str() {
        "0" => "on the due date".to_owned(),
        number if days > 0.0 => format!("{number} days after due"),
        number => format!("{number} days before due"),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "escalation",
        Category::TimeCritical => "urgency",
        Category::Uncertainty => "uncertainty",
        Category::Alternatives => "alternatives",
        Category::Budget => "budget",
        Category::DataExport => "getting their data out",
        Category::Complaint => "complaint",
        Category::Compatibility => "compatibility with another system",
        Category::Cancellation => "cancellation",
        Category::Delay => "delay",
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Tone => "Tone",
        Family::Phrases => "Choice of words",
        Family::Frequency => "Contact",
        Family::CustomerReplyTime => "Their answers",
        Family::OurReplyTime => "Our answers",
        Family::Tickets => "Tickets and questions",
        Family::Orders => "Orders",
        Family::Payments => "Payments",
        Family::Usage => "Usage",
        Family::Contacts => "People",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Yellow => "Yellow",
        Level::Orange => "Orange",
        Level::Red => "Red",
    }
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weak",
        Strength::Medium => "medium",
        Strength::Strong => "strong",
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::AccountManager => "account manager",
        Role::TeamLeader => "team leader",
        Role::Management => "management",
    }
}
