//! German.

use jiff::Zoned;
use jiff::civil::Date;
use scoring::evidence::Timing;
use scoring::gaps::Data;
use scoring::{Level, Role};

use super::{Words, grouped, named};

pub(super) const WORDS: Words = Words {
    code: "de",

    subject: |level, customer, risk, within| format!("{level}: {customer} – {risk} Risiko, {within}"),
    subject_notice: |level, customer, within| format!("{level}: {customer} hat gekündigt, {within}"),
    subject_passed_on: |subject| format!("Unbeantwortet – {subject}"),
    within: |hours| match hours {
        None => "bitte sofort antworten".to_owned(),
        Some(1) => "Antwort binnen 1 Stunde".to_owned(),
        Some(hours) => format!("Antwort binnen {hours} Stunden"),
    },

    meaning: |level| match level {
        Level::Yellow => "Aufmerksamkeit",
        Level::Orange => "Handeln",
        Level::Red => "Eskalation",
    },
    greeting: |name| format!("Guten Tag {name},"),
    headline: |level, customer| match level {
        Level::Yellow => {
            format!("In der Beziehung zu {customer} hat sich etwas verändert. Ein genauer Blick lohnt sich.")
        }
        Level::Orange => {
            format!(
                "Mehrere Anzeichen deuten darauf hin, dass {customer} auf Abstand geht. Bitte melden Sie sich dort."
            )
        }
        Level::Red => {
            format!(
                "Das Risiko, {customer} zu verlieren, ist hoch. Jetzt braucht es ein persönliches Gespräch."
            )
        }
    },
    notice: |customer, date| {
        format!(
            "{customer} hat den Vertrag gekündigt, eingegangen am {date}. Das ist kein Anzeichen, sondern eine Entscheidung."
        )
    },
    passed_on: "Der Fall kommt zu Ihnen, weil ihn niemand rechtzeitig beantwortet hat.",
    answer_by: |time| format!("Antwort bis {time}"),
    answer_now: |time| format!("Bitte sofort antworten: Die Frist endete {time}"),
    contact_by: |time| format!("Persönliches Gespräch mit dem Kunden bis {time}"),
    open: "Fall öffnen",
    open_note: "Dort sagen Sie mit einem Klick, dass Sie übernehmen, oder dass es ein Fehlalarm ist.",

    risk: "Risiko",
    probability: |of_100, days, customers, losses| {
        format!(
            "Von 100 Kunden mit ähnlichen Anzeichen gingen etwa {of_100} innerhalb von {days} Tagen verloren. Grundlage: \
             {customers} Kunden, von denen {losses} verloren gingen."
        )
    },
    value: "Wert des Kunden",
    money: |amount, currency| format!("{} {currency} pro Jahr", grouped(amount, '.')).replace("  ", " "),
    why: "Warum",
    before: "Anzeichen davor",
    timing: |timing| match timing {
        Timing::Leading => "frühes Anzeichen",
        Timing::Lagging => "spätes Anzeichen",
    },
    since: |date| format!("seit {date}"),
    unknown: "Was wir nicht wissen",
    managed: "Auf welchen Worten es beruht: Das Risiko ist höher, weil ein Sprachmodell Nachrichten dunkler gelesen hat als unsere Regeln, und es zeigt keine Stellen.",
    learning: |families| format!("Noch zu wenig Vorgeschichte: {families}."),
    more_needed: |family, more| format!("{family} (noch {more} nötig)"),
    missing: |weeks, touch_points| {
        let weeks =
            (weeks > 0).then(|| if weeks == 1 { "1 Woche".to_owned() } else { format!("{weeks} Wochen") });
        let points = (touch_points > 0).then(|| {
            if touch_points == 1 { "1 Kontakt".to_owned() } else { format!("{touch_points} Kontakte") }
        });
        let missing: Vec<String> = weeks.into_iter().chain(points).collect();
        format!("Kundvakt lernt den Kunden noch kennen: Es fehlen noch {}.", missing.join(" und "))
    },
    no_data: |families| format!("Keine Daten: {families}."),
    gap: |data, from, to| {
        let data = match data {
            Data::Contact => "Mails und Tickets",
            Data::Tickets => "Tickets",
            Data::Orders => "Bestellungen",
            Data::Invoices => "Rechnungen",
            Data::Usage => "Nutzung",
        };
        format!(
            "Von keinem Kunden kamen Daten über {data} ({from} bis {to}): eine Lücke bei uns, kein Schweigen des Kunden."
        )
    },

    to_do: "Was zu tun ist",
    checklist,
    notice_checklist,
    say: "So können Sie es sagen",
    phrases: [
        "Wir möchten sicher sein, dass wir Ihnen bei dem helfen, was Sie gerade beschäftigt …",
        "Beim Blick auf unsere Zusammenarbeit sind uns einige Punkte aufgefallen, über die wir gern sprechen würden …",
        "Für die Planung des nächsten Jahres wäre uns Ihre Einschätzung sehr wertvoll …",
    ],
    notice_phrase: "Danke für die offenen Worte. Wir würden gern verstehen, wie es dazu gekommen ist …",
    avoid: "Lieber nicht",
    avoided: ["Uns ist aufgefallen, dass Sie weniger bestellen", "Sind Sie noch zufrieden mit uns?"],
    quoted: |phrase| format!("„{phrase}“"),

    reason: |role| {
        let role = match role {
            Role::AccountManager => "Kunden betreuen",
            Role::TeamLeader => "ein Team leiten",
            Role::Management => "zur Geschäftsleitung gehören",
        };
        format!(
            "Sie erhalten diese Mail, weil Sie {role}. Kundvakt warnt früh und unterstützt: Betrachtet wird die \
             Kundenbeziehung, nicht die Belegschaft, und das Urteil bleibt bei Ihnen."
        )
    },
    times_in: |zone| format!("Zeiten in {zone}."),

    moment,
    date,

    sign_in_subject: "Anmelden bei Kundvakt",
    sign_in_text: "Hier ist der gewünschte Link. Er gilt 15 Minuten und funktioniert einmal.",
    sign_in_button: "Anmelden",
    sign_in_note: "Falls Sie keinen Link angefordert haben, ignorieren Sie diese Mail. Ohne ihn kommt niemand hinein.",
};

fn checklist(level: Level, contact_by: Option<&str>) -> Vec<String> {
    let steps: &[&str] = match level {
        Level::Yellow => &[
            "Die Anzeichen lesen und mit allen abgleichen, die mit dem Kunden Kontakt hatten.",
            "Im Zweifel anrufen und fragen, wie es läuft, ohne etwas zu verkaufen.",
            "Etwas schicken, das dem Kunden gerade nützt, zum Beispiel einen Produkttipp.",
            "Ist in zwei Wochen nichts besser: mit der Teamleitung besprechen.",
        ],
        Level::Orange => &[
            "Den Kunden anrufen, nicht schreiben.",
            "Fragen, wo es hakt, und bis zum Ende zuhören.",
            "Mit einem konkreten Vorschlag zurückkommen: wer, was, bis wann.",
            "Zu einer Veranstaltung einladen oder das Angebot anpassen, wenn es etwas löst.",
            "Ist in einer Woche nichts besser: an die Geschäftsleitung geben.",
        ],
        Level::Red => &[
            "Entspannt über die Aufgaben sprechen, die vor dem Kunden liegen.",
            "Konkret nach laufenden Projekten fragen und danach, welche Unterstützung gebraucht wird.",
            "Eine Person benennen, die die Maßnahmen verantwortet und die Ursache klärt.",
            "Reicht das Gespräch nicht: binnen einer Woche ein Treffen mit den Entscheidern, mit einer Lösung nach Maß.",
        ],
    };
    with_call(&[], contact_by, steps)
}

fn notice_checklist(contact_by: Option<&str>) -> Vec<String> {
    let before = [
        "Prüfen, ob die Kündigung stimmt, was sie umfasst und wann der Vertrag endet.",
        "Sie heute freundlich bestätigen. Nicht per Mail verhandeln.",
    ];
    let after = [
        "Fragen, was zu der Entscheidung geführt hat und was sich ändern müsste.",
        "Nur versprechen, was sich halten lässt, mit Datum.",
        "Bleibt es dabei: für einen guten Abschied sorgen. Kunden kommen zurück.",
    ];
    with_call(&before, contact_by, &after)
}

fn with_call(before: &[&str], contact_by: Option<&str>, after: &[&str]) -> Vec<String> {
    let call = contact_by.map(|time| {
        format!("Geschäftsführung oder Vertriebsleitung ruft den Kunden persönlich an, bis {time}.")
    });
    let plain = |steps: &[&str]| steps.iter().map(|&step| step.to_owned()).collect::<Vec<_>>();
    [plain(before), call.into_iter().collect(), plain(after)].concat()
}

const MONTHS: &[&str] = &[
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const WEEKDAYS: &[&str] = &["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

fn moment(at: &Zoned) -> String {
    let weekday = named(WEEKDAYS, at.weekday().to_monday_one_offset());
    format!("{weekday}, {}, {} Uhr", date(at.date(), at.year()), at.strftime("%H:%M"))
}

fn date(date: Date, this_year: i16) -> String {
    let day = format!("{}. {}", date.day(), named(MONTHS, date.month()));
    if date.year() == this_year { day } else { format!("{day} {}", date.year()) }
}
