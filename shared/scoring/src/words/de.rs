//! German.

use tone::Category;

use super::{Words, counted, listed, number, phrases, some, tone_value, whole, whole_days};
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};
use crate::policy::WordPolicy;

pub(super) const WORDS: Words = Words { fact, family, level, strength, role };

fn n(value: f64) -> String {
    number(value, ',')
}

fn percent(share: f64) -> String {
    super::percent(share, " ")
}

/// In the dative, after "seit", "vor", "in".
fn days(days: i32) -> String {
    if days == 1 { "einem Tag".to_owned() } else { format!("{days} Tagen") }
}

fn last(window: i32) -> String {
    if window == 1 { "am letzten Tag".to_owned() } else { format!("in den letzten {window} Tagen") }
}

#[expect(clippy::too_many_lines, reason = "one arm per fact, read like a table")]
fn fact(fact: &Fact, own: &WordPolicy) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => format!(
            "{} in negativem Ton innerhalb einer Woche (üblich: {} pro Woche)",
            counted(*messages, "Nachricht", "Nachrichten"),
            n(*usual_per_week)
        ),
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual
                .map_or_else(|| UNKNOWN.to_owned(), |usual| format!("üblich: {}", tone_value(usual, ',')));
            format!(
                "der Ton liegt {} im Schnitt bei {} ({}, {usual}; Skala −1 bis +1)",
                last(*window),
                tone_value(*mean, ','),
                counted(*messages, "Nachricht", "Nachrichten")
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories: Vec<&str> = categories.iter().map(|it| category(*it)).collect();
            let named = phrases(entries, own, ['„', '“']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let topic = if categories.len() == 1 { "zum Thema" } else { "zu den Themen" };
            format!(
                "{} {} mit Formulierungen {topic} {}, mehr als üblich{named}",
                last(*window),
                counted(*messages, "Nachricht", "Nachrichten"),
                listed(&categories, "und")
            )
        }
        Fact::Silence { days: silent, usual_days } => format!(
            "seit {} nichts vom Kunden gehört (meldet sich sonst {})",
            days(*silent),
            every(*usual_days)
        ),
        Fact::FewerContacts { messages, usual, days: window } => format!(
            "der Kunde hat sich {} {messages}-mal gemeldet (üblich: {}-mal)",
            last(*window),
            n(*usual)
        ),
        Fact::FewerThanLastYear { share } => {
            format!(
                "{} weniger Nachrichten und Tickets als in denselben Wochen des Vorjahres",
                percent(*share)
            )
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "der Kunde hat sich an {days_in_touch} der letzten {of_days} Tage gemeldet (üblich: {} pro Woche)",
            some_days(*usual_per_week)
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("wir haben seit {} nicht geschrieben (üblich: {} Nachrichten)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => {
            format!("der Kunde antwortet erst nach {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::WeAnswerSlower { hours, usual, replies } => {
            format!("wir antworten erst nach {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::MoreTickets { tickets, days: window, usual } => format!(
            "{} {} (üblich: {})",
            counted(*tickets, "neues Ticket", "neue Tickets"),
            last(*window),
            n(*usual)
        ),
        Fact::RepeatedRequests { requests, days: window } => format!(
            "{} zum selben Thema innerhalb von {}",
            counted(*requests, "Anfrage", "Anfragen"),
            days(*window)
        ),
        Fact::TicketsReopened { tickets, days: window } => format!(
            "{} {} wieder geöffnet",
            counted(*tickets, "gelöstes Ticket wurde", "gelöste Tickets wurden"),
            last(*window)
        ),
        Fact::OrdersDown { share, weeks } => {
            let weeks = if *weeks == 1 {
                "in der letzten Woche".to_owned()
            } else {
                format!("in den letzten {weeks} Wochen")
            };
            format!("der Kunde hat {weeks} {} weniger bestellt als üblich", percent(*share))
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("seit {} keine Bestellung (üblich: {})", days(*gap), every(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "zahlt {} später als üblich (sonst {}, {} {})",
            some_days(*days_later),
            due(*usual),
            if *invoices == 1 {
                "die letzte Rechnung".to_owned()
            } else {
                format!("die letzten {invoices} Rechnungen")
            },
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => format!(
            "{} {} überfällig geworden",
            counted(*reminders, "Rechnung ist", "Rechnungen sind"),
            last(*window)
        ),
        Fact::UsageDown { share, days: window } => {
            format!("{} {} weniger Anmeldungen als in den zwölf Wochen davor", last(*window), percent(*share))
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("{} {} weniger Funktionen genutzt als üblich", last(*window), percent(*share))
        }
        Fact::VersionsBehind { versions } => {
            let versions = n(*versions);
            let word = if versions == "1" { "Version" } else { "Versionen" };
            format!("liegt bei Updates {versions} {word} zurück")
        }
        Fact::NewContactNotIntroduced { contacts, days: window } => {
            let who = if *contacts == 1 {
                "ein neuer Ansprechpartner".to_owned()
            } else {
                format!("{contacts} neue Ansprechpartner")
            };
            format!("{who} ohne Übergabe {}", last(*window))
        }
        Fact::KeyContactLeft { days: window } => {
            format!("eine Schlüsselperson hat das Unternehmen {} verlassen", last(*window))
        }
        Fact::KeyContactReplaced { days: window } => format!(
            "eine Schlüsselperson hat das Unternehmen verlassen und die Nachfolge wurde nicht vorgestellt ({})",
            last(*window)
        ),
        Fact::Souring { mean, usual, troubled, usually_troubled, weeks } => format!(
            "der Ton lag über {weeks} Wochen im Mittel bei {} (üblich: {}), {} Nachrichten mit Beschwerden, \
             Verzögerungen oder Zweifeln (üblich: {})",
            tone_value(*mean, ','),
            tone_value(*usual, ','),
            n(*troubled),
            n(*usually_troubled)
        ),
        Fact::AsksAround { questions, usual, weeks, entries } => {
            let named = phrases(entries, own, ['„', '“']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let questions = n(*questions);
            format!(
                "in {weeks} Wochen {questions}-mal die Rede von anderen Lösungen oder Systemen, von der Herausgabe von \
                 Daten oder von fehlenden Funktionen (üblich: {}){named}",
                n(*usual)
            )
        }
        Fact::AskedAgain { questions, days: window } => {
            format!("{} {} zu bereits Beantwortetem", last(*window), counted(*questions, "Frage", "Fragen"))
        }
        Fact::TroubledTickets { opened, reopened, severe, weeks } => format!(
            "{} neue Tickets in {weeks} Wochen, davon {} schwerwiegend, dazu {} wieder geöffnet: mehr als üblich",
            n(*opened),
            n(*severe),
            n(*reopened)
        ),
        Fact::FewerDaysInTouch { days, usual, weeks } => {
            let days = n(*days);
            let word = if days == "1" { "Tag" } else { "Tagen" };
            format!("meldete sich in {weeks} Wochen an {days} {word} (üblich: {})", n(*usual))
        }
        Fact::UsedLess { share, days: window } => {
            format!("{} {} weniger Nutzung als bei diesem Kunden üblich", last(*window), percent(*share))
        }
        Fact::FewerOrders { orders, usual, weeks } => {
            let orders = counted(whole(*orders), "Bestellung", "Bestellungen");
            format!("{orders} in {weeks} Wochen (üblich: {})", n(*usual))
        }
        Fact::LongestOrderGap { weeks, longest } => {
            format!("seit {weeks} Wochen keine Bestellung; die bisher längste Pause waren {longest}")
        }
        Fact::FewerSpareParts { orders, usual, weeks } => {
            let orders = counted(whole(*orders), "Ersatzteilbestellung", "Ersatzteilbestellungen");
            format!("{orders} in {weeks} Wochen (üblich: {})", n(*usual))
        }
        Fact::LongestServiceGap { weeks, longest } => {
            format!("seit {weeks} Wochen kein Service bestellt; die bisher längste Pause waren {longest}")
        }
        Fact::SmallerOrders { share, weeks } => {
            format!("Bestellungen über {weeks} Wochen {} kleiner als üblich", percent(*share))
        }
        Fact::ContactLeft { contacts, days: window } => {
            format!(
                "{} {} ausgeschieden",
                last(*window),
                counted(*contacts, "Ansprechpartner", "Ansprechpartner")
            )
        }
        Fact::Slipping { meetings, approvals, weeks } => {
            let moved = counted(
                *meetings,
                "verschobener oder abgesagter Termin",
                "verschobene oder abgesagte Termine",
            );
            let delayed = counted(*approvals, "verzögerte Freigabe", "verzögerte Freigaben");
            format!("{} in {weeks} Wochen", some(&[(*meetings, moved), (*approvals, delayed)], "und"))
        }
        Fact::ApprovesSlower { days, usual } => {
            format!("Freigaben dauern {} (üblich: {})", some_days(*days), n(*usual))
        }
        Fact::LessSatisfied { score, usual } => {
            format!("Zufriedenheit mit {} von 100 bewertet (üblich: {})", n(*score), n(*usual))
        }
        Fact::OutsideNews { severity } => {
            format!("Nachricht über den Kunden von außen, gemeldet als {}", strength(*severity))
        }
        Fact::Notice { days_ago: 0 } => "Kündigung heute eingegangen".to_owned(),
        Fact::Notice { days_ago } => format!("Kündigung vor {} eingegangen", days(*days_ago)),
    }
}

const UNKNOWN: &str = "das Übliche ist noch nicht bekannt";

fn every(usual: f64) -> String {
    match whole_days(usual) {
        1 => "täglich".to_owned(),
        2 => "jeden zweiten Tag".to_owned(),
        days => format!("alle {days} Tage"),
    }
}

fn hours_taken(hours: f64, usual: Option<f64>, replies: i64) -> String {
    let usual = usual.map_or_else(|| UNKNOWN.to_owned(), |usual| format!("üblich: {}", n(usual)));
    let replies =
        if replies == 1 { "letzte Antwort".to_owned() } else { format!("letzte {replies} Antworten") };
    format!("{} Stunden, Wochenenden nicht gezählt ({replies}; {usual})", n(hours))
}

/// In the nominative and accusative.
fn some_days(days: f64) -> String {
    let days = n(days);
    if days == "1" { "1 Tag".to_owned() } else { format!("{days} Tage") }
}

fn due(days: f64) -> String {
    if n(days) == "0" {
        "am Fälligkeitstag".to_owned()
    } else if days > 0.0 {
        format!("{} nach Fälligkeit", some_days(days))
    } else {
        format!("{} vor Fälligkeit", some_days(-days))
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "Unzufriedenheit",
        Category::TimeCritical => "Dringlichkeit",
        Category::Uncertainty => "Unklarheiten",
        Category::Alternatives => "andere Anbieter oder Lösungen",
        Category::Budget => "Budget",
        Category::DataExport => "Datenexport",
        Category::Complaint => "Beschwerden",
        Category::Compatibility => "Kompatibilität mit anderen Systemen",
        Category::Cancellation => "Kündigung",
        Category::Delay => "Verzögerungen",
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Tone => "Ton",
        Family::Phrases => "Wortwahl",
        Family::Frequency => "Kontakt",
        Family::CustomerReplyTime => "Antwortzeit des Kunden",
        Family::OurReplyTime => "Unsere Antwortzeit",
        Family::Tickets => "Tickets und Fragen",
        Family::Orders => "Bestellungen",
        Family::Payments => "Zahlungen",
        Family::Usage => "Nutzung",
        Family::Contacts => "Personen",
        Family::Meetings => "Termine und Freigaben",
        Family::Satisfaction => "Zufriedenheit",
        Family::External => "Umfeld",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Yellow => "Gelb",
        Level::Orange => "Orange",
        Level::Red => "Rot",
    }
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "schwach",
        Strength::Medium => "mittel",
        Strength::Strong => "stark",
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::AccountManager => "Kundenbetreuung",
        Role::TeamLeader => "Teamleitung",
        Role::Management => "Geschäftsleitung",
    }
}
