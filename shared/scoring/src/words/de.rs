//! German.

use tone::Category;

use super::{Words, number, percent, phrases};
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};

pub(super) const WORDS: Words = Words { fact, family, level, strength, role };

fn n(value: f64) -> String {
    number(value, ',')
}

fn days(days: i32) -> String {
    if days == 1 { "1 Tag".to_owned() } else { format!("{days} Tagen") }
}

fn last(window: i32) -> String {
    if window == 1 { "am letzten Tag".to_owned() } else { format!("in den letzten {window} Tagen") }
}

fn fact(fact: &Fact) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => {
            format!(
                "{messages} Nachrichten in negativem Ton innerhalb einer Woche (üblich: {} pro Woche)",
                n(*usual_per_week)
            )
        }
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual.map_or_else(
                || "das Übliche wird noch gelernt".to_owned(),
                |usual| format!("üblich: {}", n(usual)),
            );
            format!(
                "der Ton liegt {} im Schnitt bei {} ({messages} Nachrichten; {usual}; Skala −1 bis +1)",
                last(*window),
                n(*mean)
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories = categories.iter().map(|it| category(*it)).collect::<Vec<_>>().join(", ");
            let named = phrases(entries);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let times =
                if *messages == 1 { "einer Nachricht".to_owned() } else { format!("{messages} Nachrichten") };
            format!("Wörter zu {categories} in {times} {}, mehr als üblich{named}", last(*window))
        }
        Fact::Silence { days: silent, usual_days } => format!(
            "seit {} nichts vom Kunden gehört (meldet sich sonst alle {} Tage)",
            days(*silent),
            n(*usual_days)
        ),
        Fact::FewerContacts { messages, usual, days: window } => {
            format!("{messages} Kontakte {} (üblich: {})", last(*window), n(*usual))
        }
        Fact::FewerThanLastYear { share } => {
            format!("{} weniger Kontakte als in denselben Wochen des Vorjahres", percent(*share))
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "hat sich an {days_in_touch} der letzten {of_days} Tage gemeldet (üblich: {} Tage pro Woche)",
            n(*usual_per_week)
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("wir haben seit {} nicht geschrieben (üblich: {} Nachrichten)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => format!(
            "der Kunde antwortet erst nach {} Arbeitsstunden ({}, letzte {replies} Antworten)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::WeAnswerSlower { hours, usual, replies } => format!(
            "wir antworten erst nach {} Arbeitsstunden ({}, letzte {replies} Antworten)",
            n(*hours),
            usual_hours(*usual)
        ),
        Fact::MoreTickets { tickets, days: window, usual } => {
            format!("{tickets} Tickets in {} (üblich: {})", days(*window), n(*usual))
        }
        Fact::RepeatedRequests { requests, days: window } => {
            format!("{requests} Anfragen zum selben Thema in {}", days(*window))
        }
        Fact::TicketsReopened { tickets, days: window } => {
            format!("{tickets} gelöste Tickets in {} wieder geöffnet", days(*window))
        }
        Fact::OrdersDown { share, weeks } => {
            format!(
                "Bestellungen in den letzten {weeks} Wochen {} unter dem, was für diesen Kunden üblich ist",
                percent(*share)
            )
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("seit {} keine Bestellung (üblich: alle {} Tage)", days(*gap), n(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "zahlt {} Tage später als üblich (sonst {}, letzte {invoices} Rechnungen {})",
            n(*days_later),
            due(*usual),
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => {
            format!("{reminders} überfällige Rechnungen {}", last(*window))
        }
        Fact::UsageDown { share, days: window } => {
            format!(
                "Anmeldungen {} um {} niedriger als in den zwölf Wochen davor",
                last(*window),
                percent(*share)
            )
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("{} weniger Funktionen {} genutzt", percent(*share), last(*window))
        }
        Fact::VersionsBehind { versions } => format!("{} Versionen mit Updates im Rückstand", n(*versions)),
        Fact::NewContactNotIntroduced { contacts, days: window } => {
            let who = if *contacts == 1 {
                "ein neuer Ansprechpartner".to_owned()
            } else {
                format!("{contacts} neue Ansprechpartner")
            };
            format!("{who} ohne Übergabe {}", last(*window))
        }
        Fact::KeyContactLeft { days: window } => {
            format!("eine Schlüsselperson hat {} das Unternehmen verlassen", last(*window))
        }
        Fact::KeyContactReplaced { days: window } => {
            format!(
                "eine Schlüsselperson ist {} gegangen, die Nachfolge wurde nicht vorgestellt",
                last(*window)
            )
        }
        Fact::Notice { days_ago: 0 } => "Kündigung heute eingegangen".to_owned(),
        Fact::Notice { days_ago } => format!("Kündigung vor {} eingegangen", days(*days_ago)),
    }
}

fn usual_hours(usual: Option<f64>) -> String {
    usual.map_or_else(|| "das Übliche wird noch gelernt".to_owned(), |hours| format!("üblich: {}", n(hours)))
}

fn due(days: f64) -> String {
    match n(days.abs()).as_str() {
        "0" => "am Fälligkeitstag".to_owned(),
        number if days > 0.0 => format!("{number} Tage nach Fälligkeit"),
        number => format!("{number} Tage vor Fälligkeit"),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "Eskalation",
        Category::TimeCritical => "Dringlichkeit",
        Category::Uncertainty => "Unklarheit",
        Category::Alternatives => "Alternativen",
        Category::Budget => "Budget",
        Category::DataExport => "Datenexport",
        Category::Complaint => "Beschwerde",
        Category::Compatibility => "Kompatibilität mit anderen Systemen",
        Category::Cancellation => "Kündigung",
        Category::Delay => "Verzug",
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
