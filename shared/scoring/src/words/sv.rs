//! Swedish.

use tone::Category;

use super::{Words, counted, listed, number, phrases, some, tone_value, whole_days};
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

fn days(days: i32) -> String {
    counted(days, "dag", "dagar")
}

fn last(window: i32) -> String {
    if window == 1 { "det senaste dygnet".to_owned() } else { format!("de senaste {window} dagarna") }
}

#[expect(clippy::too_many_lines, reason = "one arm per fact, read like a table")]
fn fact(fact: &Fact, own: &WordPolicy) -> String {
    match fact {
        Fact::SourWeek { messages, usual_per_week } => format!(
            "{} i negativ ton på en vecka (normalt {} i veckan)",
            counted(*messages, "meddelande", "meddelanden"),
            n(*usual_per_week)
        ),
        Fact::LowTone { mean, days: window, messages, usual } => {
            let usual = usual
                .map_or_else(|| UNKNOWN.to_owned(), |usual| format!("normalt {}", tone_value(usual, ',')));
            format!(
                "tonen är i snitt {} {} ({}, {usual}; skala −1 till +1)",
                tone_value(*mean, ','),
                last(*window),
                counted(*messages, "meddelande", "meddelanden")
            )
        }
        Fact::Phrases { messages, days: window, categories, entries } => {
            let categories: Vec<&str> = categories.iter().map(|it| category(*it)).collect();
            let named = phrases(entries, own, ['”', '”']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            format!(
                "{} {} med ord om {}, mer än vanligt{named}",
                counted(*messages, "meddelande", "meddelanden"),
                last(*window),
                listed(&categories, "och")
            )
        }
        Fact::Silence { days: silent, usual_days } => {
            format!(
                "inte ett ord från kunden på {} (hör annars av sig {})",
                days(*silent),
                every(*usual_days)
            )
        }
        Fact::FewerContacts { messages, usual, days: window } => format!(
            "kunden har hört av sig {} {} (normalt {})",
            counted(*messages, "gång", "gånger"),
            last(*window),
            n(*usual)
        ),
        Fact::FewerThanLastYear { share } => {
            format!("{} färre meddelanden och ärenden än samma veckor i fjol", percent(*share))
        }
        Fact::DailyContact { days_in_touch, of_days, usual_per_week } => format!(
            "kunden har hört av sig {days_in_touch} av {} (normalt {} i veckan)",
            last(*of_days),
            if n(*usual_per_week) == "1" {
                "1 dag".to_owned()
            } else {
                format!("{} dagar", n(*usual_per_week))
            }
        ),
        Fact::WeAreSilent { days: silent, usual } => {
            format!("vi har inte skrivit på {} (normalt {} meddelanden)", days(*silent), n(*usual))
        }
        Fact::CustomerAnswersSlower { hours, usual, replies } => {
            format!("kunden svarar först efter {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::WeAnswerSlower { hours, usual, replies } => {
            format!("vi svarar först efter {}", hours_taken(*hours, *usual, *replies))
        }
        Fact::MoreTickets { tickets, days: window, usual } => format!(
            "{} på {} (normalt {})",
            counted(*tickets, "nytt ärende", "nya ärenden"),
            days(*window),
            n(*usual)
        ),
        Fact::RepeatedRequests { requests, days: window } => {
            format!("{} om samma sak på {}", counted(*requests, "fråga", "frågor"), days(*window))
        }
        Fact::TicketsReopened { tickets, days: window } => format!(
            "{} öppnats igen {}",
            counted(*tickets, "löst ärende har", "lösta ärenden har"),
            last(*window)
        ),
        Fact::OrdersDown { share, weeks } => {
            let weeks = if *weeks == 1 {
                "den senaste veckan".to_owned()
            } else {
                format!("de senaste {weeks} veckorna")
            };
            format!("kunden har beställt för {} mindre än normalt {weeks}", percent(*share))
        }
        Fact::OrderGap { days: gap, usual_days } => {
            format!("ingen beställning på {} (normalt {})", days(*gap), every(*usual_days))
        }
        Fact::PaysLater { days_later, usual, recent, invoices } => format!(
            "betalar {} senare än vanligt (normalt {}, {} {})",
            some_days(*days_later),
            due(*usual),
            if *invoices == 1 {
                "den senaste fakturan".to_owned()
            } else {
                format!("de senaste {invoices} fakturorna")
            },
            due(*recent)
        ),
        Fact::MoreReminders { reminders, days: window } => {
            let overdue =
                counted(*reminders, "faktura har förfallit obetald", "fakturor har förfallit obetalda");
            format!("{overdue} {}", last(*window))
        }
        Fact::UsageDown { share, days: window } => {
            format!(
                "{} färre inloggningar {} än under de tolv veckorna innan",
                percent(*share),
                last(*window)
            )
        }
        Fact::FewerFeatures { share, days: window } => {
            format!("kunden har använt {} färre funktioner än normalt {}", percent(*share), last(*window))
        }
        Fact::VersionsBehind { versions } => {
            let versions = n(*versions);
            let word = if versions == "1" { "version" } else { "versioner" };
            format!("ligger {versions} {word} efter med uppdateringar")
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
            format!("en nyckelperson har slutat och efterträdaren har inte presenterats ({})", last(*window))
        }
        Fact::Souring { mean, usual, troubled, usually_troubled, weeks } => format!(
            "tonen låg i snitt på {} under {weeks} veckor (normalt {}), {} meddelanden med klagomål, förseningar eller \
             tvekan (normalt {})",
            tone_value(*mean, ','),
            tone_value(*usual, ','),
            n(*troubled),
            n(*usually_troubled)
        ),
        Fact::AsksAround { questions, usual, weeks, entries } => {
            let named = phrases(entries, own, ['”', '”']);
            let named = if named.is_empty() { named } else { format!(": {named}") };
            let questions = n(*questions);
            let word = if questions == "1" { "gång" } else { "gånger" };
            format!(
                "på {weeks} veckor har andra lösningar, andra system, att få ut data eller saknade funktioner nämnts \
                 {questions} {word} (normalt {}){named}",
                n(*usual)
            )
        }
        Fact::AskedAgain { questions, days: window } => format!(
            "{} {} om sådant som redan besvarats",
            counted(*questions, "fråga", "frågor"),
            last(*window)
        ),
        Fact::TroubledTickets { opened, reopened, severe, weeks } => format!(
            "{} nya ärenden på {weeks} veckor, fler än vanligt (allvarliga: {}, återöppnade: {})",
            n(*opened),
            n(*severe),
            n(*reopened)
        ),
        Fact::FewerDaysInTouch { days, usual, weeks } => {
            format!("hörde av sig {} på {weeks} veckor (normalt {})", some_days(*days), n(*usual))
        }
        Fact::UsedLess { share, days: window } => {
            format!("{} lägre användning {} än normalt för kunden", percent(*share), last(*window))
        }
        Fact::FewerOrders { orders, usual, weeks } => {
            format!("{} order på {weeks} veckor (normalt {})", n(*orders), n(*usual))
        }
        Fact::LongestOrderGap { weeks, longest } => {
            format!("ingen order på {weeks} veckor; det längsta uppehållet hittills var {longest}")
        }
        Fact::FewerSpareParts { orders, usual, weeks } => {
            format!("{} reservdelsorder på {weeks} veckor (normalt {})", n(*orders), n(*usual))
        }
        Fact::LongestServiceGap { weeks, longest } => {
            format!("ingen service beställd på {weeks} veckor; det längsta uppehållet hittills var {longest}")
        }
        Fact::SmallerOrders { share, weeks } => {
            format!("order {} mindre än normalt under {weeks} veckor", percent(*share))
        }
        Fact::ContactLeft { contacts, days: window } => {
            format!("{} har slutat {}", counted(*contacts, "kontaktperson", "kontaktpersoner"), last(*window))
        }
        Fact::Slipping { meetings, approvals, weeks } => {
            let moved = counted(*meetings, "flyttat eller inställt möte", "flyttade eller inställda möten");
            let delayed = counted(*approvals, "försenat godkännande", "försenade godkännanden");
            format!("{} på {weeks} veckor", some(&[(*meetings, moved), (*approvals, delayed)], "och"))
        }
        Fact::ApprovesSlower { days, usual } => {
            format!("godkännanden tar {} (normalt {})", some_days(*days), n(*usual))
        }
        Fact::LessSatisfied { score, usual } => {
            format!("svarade {} av 100 på frågan om hur nöjd man är (normalt {})", n(*score), n(*usual))
        }
        Fact::OutsideNews { severity } => {
            format!("nyhet om kunden utifrån, rapporterad som {}", strength(*severity))
        }
        Fact::Notice { days_ago: 0 } => "uppsägning mottagen i dag".to_owned(),
        Fact::Notice { days_ago } => format!("uppsägning mottagen för {} sedan", days(*days_ago)),
    }
}

const UNKNOWN: &str = "det normala är inte känt än";

/// "varje dag", "varannan dag", "var 14:e dag", "var 21:a dag".
fn every(usual: f64) -> String {
    match whole_days(usual) {
        1 => "varje dag".to_owned(),
        2 => "varannan dag".to_owned(),
        days if matches!(days % 10, 1 | 2) && !matches!(days % 100, 11 | 12) => format!("var {days}:a dag"),
        days => format!("var {days}:e dag"),
    }
}

fn hours_taken(hours: f64, usual: Option<f64>, replies: i64) -> String {
    let usual = usual.map_or_else(|| UNKNOWN.to_owned(), |usual| format!("normalt {}", n(usual)));
    let replies =
        if replies == 1 { "det senaste svaret".to_owned() } else { format!("de senaste {replies} svaren") };
    format!("{} timmar, helger oräknade ({replies}; {usual})", n(hours))
}

fn some_days(days: f64) -> String {
    let days = n(days);
    if days == "1" { "1 dag".to_owned() } else { format!("{days} dagar") }
}

fn due(days: f64) -> String {
    if n(days) == "0" {
        "på förfallodagen".to_owned()
    } else if days > 0.0 {
        format!("{} efter förfallodagen", some_days(days))
    } else {
        format!("{} före förfallodagen", some_days(-days))
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Escalation => "missnöje",
        Category::TimeCritical => "brådska",
        Category::Uncertainty => "oklarheter",
        Category::Alternatives => "andra leverantörer eller lösningar",
        Category::Budget => "budgeten",
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
        Family::Meetings => "Möten och godkännanden",
        Family::Satisfaction => "Nöjdhet",
        Family::External => "Omvärld",
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
