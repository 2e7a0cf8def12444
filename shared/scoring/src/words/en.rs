//! English.

use tone::Category;

use super::{Words, counted, listed, number, phrases, some, tone_value, whole, whole_days};
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};
use crate::policy::WordPolicy;

pub(super) const WORDS: Words = Words { fact, family, level, strength, role };

fn n(value: f64) -> String {
    number(value, '.')
}

fn percent(share: f64) -> String {
    super::percent(share, "")
}

fn days(days: i32) -> String {
    counted(days, "day", "days")
}

fn last(window: i32) -> String {
    if window == 1 { "in the last day".to_owned() } else { format!("in the last {window} days") }
}

#[expect(clippy::too_many_lines, reason = "one arm per fact, read like a table")]
fn fact(fact: &Fact, own: &WordPolicy) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => format!(
            "{} with a negative tone within a week (normal: {} a week)",
            counted(*messages, "message", "messages"),
            n(*usual_per_week)
        ),
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual
                .map_or_else(|| UNKNOWN.to_owned(), |usual| format!("normal: {}", tone_value(usual, '.')));
            format!(
                "the tone averaged {} {} ({}, {usual}; scale −1 to +1)",
                tone_value(*mean, '.'),
                last(*window),
                counted(*messages, "message", "messages")
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories: Vec<&str> = categories.iter().map(|it| category(*it)).collect();
            let named = phrases(entries, own, ['“', '”']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            format!(
                "{} {} with words about {}, more than usual{named}",
                counted(*messages, "message", "messages"),
                last(*window),
                listed(&categories, "and")
            )
        }
        Fact::Silence { days: silent, usual_days } => format!(
            "nothing heard from the customer for {} (normally in touch {})",
            days(*silent),
            every(*usual_days)
        ),
        Fact::FewerContacts { messages, usual, days: window } => format!(
            "the customer was in touch {} {} (normal: {})",
            if *messages == 1 { "once".to_owned() } else { format!("{messages} times") },
            last(*window),
            n(*usual)
        ),
        Fact::FewerThanLastYear { share } => {
            format!("{} fewer messages and tickets than in the same weeks last year", percent(*share))
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "the customer was in touch on {days_in_touch} of the last {} (normal: {} a week)",
            days(*of_days),
            some_days(*usual_per_week)
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("we have not written for {} (normal: {} messages)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => {
            format!("the customer takes {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::WeAnswerSlower { hours, usual, replies } => {
            format!("we take {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::MoreTickets { tickets, days: window, usual } => format!(
            "{} {} (normal: {})",
            counted(*tickets, "new ticket", "new tickets"),
            last(*window),
            n(*usual)
        ),
        Fact::RepeatedRequests { requests, days: window } => {
            format!(
                "{} on the same topic within {}",
                counted(*requests, "request", "requests"),
                days(*window)
            )
        }
        Fact::TicketsReopened { tickets, days: window } => {
            format!("{} reopened {}", counted(*tickets, "solved ticket", "solved tickets"), last(*window))
        }
        Fact::OrdersDown { share, weeks } => {
            let weeks = if *weeks == 1 {
                "in the last week".to_owned()
            } else {
                format!("over the last {weeks} weeks")
            };
            format!("orders {} below normal for this customer {weeks}", percent(*share))
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("no order for {} (normally {})", days(*gap), every(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "pays {} later than usual (normal: {}, last {}: {})",
            some_days(*days_later),
            due(*usual),
            if *invoices == 1 { "invoice".to_owned() } else { format!("{invoices} invoices") },
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => {
            format!("{} went overdue {}", counted(*reminders, "invoice", "invoices"), last(*window))
        }
        Fact::UsageDown { share, days: window } => {
            format!("{} fewer logins {} than in the twelve weeks before", percent(*share), last(*window))
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("{} fewer features used than normal {}", percent(*share), last(*window))
        }
        Fact::VersionsBehind { versions } => {
            let versions = n(*versions);
            let word = if versions == "1" { "version" } else { "versions" };
            format!("{versions} {word} behind on updates")
        }
        Fact::NewContactNotIntroduced { contacts, days: window } => {
            let who =
                if *contacts == 1 { "a new contact".to_owned() } else { format!("{contacts} new contacts") };
            format!("{who} without a handover {}", last(*window))
        }
        Fact::KeyContactLeft { days: window } => format!("a key contact left {}", last(*window)),
        Fact::KeyContactReplaced { days: window } => {
            format!("a key contact left and the successor was not introduced ({})", last(*window))
        }
        Fact::Souring { mean, usual, troubled, usually_troubled, weeks } => format!(
            "the tone averaged {} over {weeks} weeks (normal: {}), {} messages with complaints, delays or doubts \
             (normal: {})",
            tone_value(*mean, '.'),
            tone_value(*usual, '.'),
            n(*troubled),
            n(*usually_troubled)
        ),
        Fact::AsksAround { questions, usual, weeks, entries } => {
            let named = phrases(entries, own, ['“', '”']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let questions = n(*questions);
            let word = if questions == "1" { "mention" } else { "mentions" };
            format!(
                "{questions} {word} in {weeks} weeks of other solutions, other systems, getting data out or missing \
                 functions (normal: {}){named}",
                n(*usual)
            )
        }
        Fact::AskedAgain { questions, days: window } => format!(
            "{} {} about what had been answered before",
            counted(*questions, "question", "questions"),
            last(*window)
        ),
        Fact::TroubledTickets { opened, reopened, severe, weeks } => format!(
            "{} new tickets in {weeks} weeks, {} severe, {} opened again: more than usual",
            n(*opened),
            n(*severe),
            n(*reopened)
        ),
        Fact::FewerDaysInTouch { days, usual, weeks } => {
            format!("in touch on {} in {weeks} weeks (normal: {})", some_days(*days), n(*usual))
        }
        Fact::UsedLess { share, days: window } => {
            format!("{} less usage {} than normal for this customer", percent(*share), last(*window))
        }
        Fact::FewerOrders { orders, usual, weeks } => {
            let orders = counted(whole(*orders), "order", "orders");
            format!("{orders} in {weeks} weeks (normal: {})", n(*usual))
        }
        Fact::LongestOrderGap { weeks, longest } => {
            format!("no order for {weeks} weeks; the longest gap so far was {longest}")
        }
        Fact::FewerSpareParts { orders, usual, weeks } => {
            let orders = counted(whole(*orders), "order", "orders");
            format!("{orders} for spare parts in {weeks} weeks (normal: {})", n(*usual))
        }
        Fact::LongestServiceGap { weeks, longest } => {
            format!("no service ordered for {weeks} weeks; the longest gap so far was {longest}")
        }
        Fact::SmallerOrders { share, weeks } => {
            format!("orders {} smaller than normal over {weeks} weeks", percent(*share))
        }
        Fact::ContactLeft { contacts, days: window } => {
            format!("{} left {}", counted(*contacts, "contact", "contacts"), last(*window))
        }
        Fact::Slipping { meetings, approvals, weeks } => {
            let moved = counted(*meetings, "meeting moved or cancelled", "meetings moved or cancelled");
            let delayed = counted(*approvals, "approval delayed", "approvals delayed");
            format!("{} in {weeks} weeks", some(&[(*meetings, moved), (*approvals, delayed)], "and"))
        }
        Fact::ApprovesSlower { days, usual } => {
            format!("approvals take {} (normal: {})", some_days(*days), n(*usual))
        }
        Fact::LessSatisfied { score, usual } => {
            format!("satisfaction answers of {} of 100 (normal: {})", n(*score), n(*usual))
        }
        Fact::OutsideNews { severity } => {
            format!("news about the customer from outside, reported as {}", strength(*severity))
        }
        Fact::Notice { days_ago: 0 } => "notice of termination received today".to_owned(),
        Fact::Notice { days_ago } => format!("notice of termination received {} ago", days(*days_ago)),
    }
}

const UNKNOWN: &str = "normal not known yet";

fn every(usual: f64) -> String {
    match whole_days(usual) {
        1 => "every day".to_owned(),
        2 => "every other day".to_owned(),
        days => format!("every {days} days"),
    }
}

fn hours_taken(hours: f64, usual: Option<f64>, replies: i64) -> String {
    let usual = usual.map_or_else(|| UNKNOWN.to_owned(), |usual| format!("normal: {}", n(usual)));
    let replies = if replies == 1 { "last answer".to_owned() } else { format!("last {replies} answers") };
    format!("{} hours to answer, weekends not counted ({replies}; {usual})", n(hours))
}

fn some_days(days: f64) -> String {
    let days = n(days);
    if days == "1" { "1 day".to_owned() } else { format!("{days} days") }
}

fn due(days: f64) -> String {
    if n(days) == "0" {
        "on the due date".to_owned()
    } else if days > 0.0 {
        format!("{} after due", some_days(days))
    } else {
        format!("{} before due", some_days(-days))
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "discontent",
        Category::TimeCritical => "urgency",
        Category::Uncertainty => "unclear points",
        Category::Alternatives => "other suppliers or solutions",
        Category::Budget => "the budget",
        Category::DataExport => "getting their data out",
        Category::Complaint => "complaints",
        Category::Compatibility => "compatibility with other systems",
        Category::Cancellation => "termination",
        Category::Delay => "delays",
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
        Family::Meetings => "Meetings and approvals",
        Family::Satisfaction => "Satisfaction",
        Family::External => "Outside news",
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
