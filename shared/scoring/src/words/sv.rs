//! Swedish.

use tone::Category;

use super::{Words, number, percent, phrases};
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};

pub(super) const WORDS: Words = Words { fact, family, level, strength, role };

fn n(value: f64) -> String {
    number(value, ',')
}

fn days(days: i32) -> String {
    if days == 1 { "1 dag".to_owned() } else { format!("{days} dagar") }
}

fn last(window: i32) -> String {
    if window == 1 { "det senaste dygnet".to_owned() } else { format!("de senaste {window} dagarna") }
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => {
            format!(
                "{messages} meddelanden med negativ ton på en vecka (normalt {} i veckan)",
                n(*usual_per_week)
            )
        }
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual.map_or_else(
                || "lär mig fortfarande vad som är normalt".to_owned(),
                |usual| format!("normalt {}", n(usual)),
            );
            format!(
                "tonen ligger på {} i snitt {} ({messages} meddelanden; {usual}; skala −1 till +1)",
                n(*mean),
                last(*window)
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories = categories.iter().map(|it| category(*it)).collect::<Vec<_>>().join(", ");
            let named = phrases(entries);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let times =
                if *messages == 1 { "ett meddelande".to_owned() } else { format!("{messages} meddelanden") };
            format!("ord om {categories} i {times} {}, mer än vanligt{named}", last(*window))
        }
        Fact::Silence { days: silent, usual_days } => {
            format!(
                "inte ett ord från kunden på {} (hör annars av sig var {} dag)",
                days(*silent),
                ordinal(*usual_days)
            )
        }
        Fact::FewerContacts { messages, usual, days: window } => {
            format!("{messages} kontakter {} (normalt {})", last(*window), n(*usual))
        }
        Fact::FewerThanLastYear { share } => {
            format!("{} färre kontakter än samma veckor i fjol", percent(*share))
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "har hört av sig {days_in_touch} av {} (normalt {} dagar i veckan)",
            last(*of_days),
            n(*usual_per_week)
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("vi har inte skrivit på {} (normalt {} meddelanden)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => format!(
            "kunden svarar först efter {} arbetstimmar ({}, senaste {replies} svaren)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::WeAnswerSlower { hours, usual, replies } => format!(
            "vi svarar först efter {} arbetstimmar ({}, senaste {replies} svaren)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::MoreTickets { tickets, days: window, usual } => {
            format!("{tickets} ärenden på {} (normalt {})", days(*window), n(*usual))
        }
        Fact::RepeatedRequests { requests, days: window } => {
            format!("{requests} frågor om samma sak på {}", days(*window))
        }
        Fact::TicketsReopened { tickets, days: window } => {
            format!("{tickets} lösta ärenden har öppnats igen på {}", days(*window))
        }
        Fact::OrdersDown { share, weeks } => {
            format!(
                "beställningarna är {} lägre än normalt för kunden de senaste {weeks} veckorna",
                percent(*share)
            )
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("ingen beställning på {} (normalt var {} dag)", days(*gap), ordinal(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "betalar {} dagar senare än vanligt (normalt {}, senaste {invoices} fakturorna {})",
            n(*days_later),
            due(*usual),
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => {
            format!("{reminders} förfallna fakturor {}", last(*window))
        }
        Fact::UsageDown { share, days: window } => {
            format!(
                "inloggningarna har minskat med {} {} jämfört med de tolv veckorna före",
                percent(*share),
                last(*window)
            )
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("{} färre funktioner används {}", percent(*share), last(*window))
        }
        Fact::VersionsBehind { versions } => {
            format!("ligger {} versioner efter med uppdateringar", n(*versions))
        }
        Fact::NewContactNotIntroduced { contacts, days: window } => {
            let who = if *contacts == 1 {
                "en ny kontaktperson".to_owned()
            } else {
                format!("{contacts} nya kontaktpersoner")
            };
            format!("{who} utan överlämning {}", last(*window))
        }
        Fact::KeyContactLeft { days: window } => format!("en nyckelperson har slutat {}", last(*window)),
        Fact::KeyContactReplaced { days: window } => {
            format!("en nyckelperson har slutat och efterträdaren har inte presenterats, {}", last(*window))
        }
        Fact::Notice { days_ago: 0 } => "uppsägning mottagen i dag".to_owned(),
        Fact::Notice { days_ago } => format!("uppsägning mottagen för {} sedan", days(*days_ago)),
    }
}

/// "var 14:e dag"; every day when it rounds to one.
fn ordinal(usual_days: f64) -> String {
    match format!("{usual_days:.0}").as_str() {
        "0" | "1" => String::new(),
        "2" => "annan".to_owned(),
        days if matches!(days, "11" | "12") => format!("{days}:e"),
        days if days.ends_with('1') || days.ends_with('2') => format!("{days}:a"),
        days => format!("{days}:e"),
    }
}

fn usual_hours(usual: Option<f64>) -> String {
    usual.map_or_else(
        || "lär mig fortfarande vad som är normalt".to_owned(),
        |hours| format!("normalt {}", n(hours)),
    )
}

fn due(days: f64) -> String {
    match n(days.abs()).as_str() {
        "0" => "på förfallodagen".to_owned(),
        number if days > 0.0 => format!("{number} dagar efter förfallodagen"),
        number => format!("{number} dagar före förfallodagen"),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "eskalering",
        Category::TimeCritical => "brådska",
        Category::Uncertainty => "oklarheter",
        Category::Alternatives => "alternativ",
        Category::Budget => "budget",
        Category::DataExport => "att få ut sina data",
        Category::Complaint => "klagomål",
        Category::Compatibility => "kompatibilitet med andra system",
        Category::Cancellation => "uppsägning",
        Category::Delay => "förseningar",
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Tone => "Ton",
        Family::Phrases => "Ordval",
        Family::Frequency => "Kontakt",
        Family::CustomerReplyTime => "Kundens svarstid",
        Family::OurReplyTime => "Vår svarstid",
        Family::Tickets => "Ärenden och frågor",
        Family::Orders => "Beställningar",
        Family::Payments => "Betalningar",
        Family::Usage => "Användning",
        Family::Contacts => "Personer",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Yellow => "Gul",
        Level::Orange => "Orange",
        Level::Red => "Röd",
    }
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "svag",
        Strength::Medium => "medel",
        Strength::Strong => "stark",
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::AccountManager => "kundansvarig",
        Role::TeamLeader => "teamledare",
        Role::Management => "ledningen",
    }
}
