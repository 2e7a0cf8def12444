//! German.

use super::Words;

pub(super) const WORDS: Words = Words {
    code: "de",
    alerts: "Offene Fälle",
    unmatched: "Ohne Kunde",
    sign_out: "Abmelden",
    none_open: "Keine offenen Fälle. Im Moment braucht kein Kunde Ihre Aufmerksamkeit.",
    opened: "Eröffnet",
    nobody: "Noch von niemandem übernommen",
    held_by: "Bei",
    to_alerts: "Zu den offenen Fällen",
    acknowledge: "Ich übernehme",
    ask: "Stimmt die Warnung?",
    relevant: "Ja, relevant",
    false_alarm: "Nein, Fehlalarm",
    feedback: "Rückmeldung",
    done_acknowledge: "Der Fall liegt jetzt bei Ihnen. Niemand sonst wird erinnert.",
    done_relevant: "Danke! Ihre Antwort macht die nächste Warnung besser.",
    done_false_alarm: "Danke! Als Fehlalarm vermerkt.",
    changed: "Der Fall hat sich geändert, seit Sie die Seite geöffnet haben. Das ist der jetzige Stand.",
    how: "So entsteht das Risiko",
    how_text: "Jedes Anzeichen bringt Punkte nach seiner Stärke. Die Punkte ergeben zusammen das Risiko, und \
         nur das stärkste Anzeichen einer Gruppe zählt. Das Risiko fasst die Anzeichen zusammen; es ist \
         keine Prognose und ersetzt nicht Ihr Urteil.",
    covered: "zählt nicht doppelt",
    sign_in_for_all: "Anmelden, um alle offenen Fälle zu sehen",
    unmatched_text: "Das ist angekommen, gehört aber zu keinem bekannten Kunden oder war nicht lesbar. Der Text wird \
         nie gespeichert. Tragen Sie Domain oder Alias des Kunden ins Register ein, dann findet das \
         Nächste seinen Platz. Einträge verschwinden nach 30 Tagen.",
    unmatched_none: "Alles Eingegangene hat seinen Kunden gefunden.",
    source: "Quelle",
    reference: "Kunde laut Quelle",
    sign_in_title: "Anmelden",
    sign_in_text: "Geben Sie Ihre E-Mail-Adresse ein, dann schicken wir einen Link. Ein Passwort ist nicht nötig.",
    address: "E-Mail-Adresse",
    send_link: "Link senden",
    sent_title: "Schauen Sie in Ihr Postfach",
    sent_text: "Gehört die Adresse zu jemandem, der Warnungen erhält, ist ein Link unterwegs. Er gilt 15 \
         Minuten. Nichts gekommen? Warten Sie eine Minute und fordern Sie einen neuen an.",
    enter_title: "Willkommen",
    enter_text: "Noch ein Klick, und Sie sind drin. Der Link funktioniert nur einmal.",
    link_over_title: "Dieser Link gilt nicht mehr",
    link_over_text: "Er wurde schon benutzt, ist zu alt oder unvollständig. Fordern Sie einen neuen an.",
    link_again: "Neuen Link anfordern",
    refused_title: "Dieser Link öffnet den Fall nicht",
    refused_text: "Der Link in einer Mail gilt 30 Tage, für einen Fall und eine Person. Öffnen Sie die Mail noch \
         einmal und folgen Sie dem Link dort, oder melden Sie sich an.",
    not_found_title: "Diese Seite gibt es nicht",
    not_found_text: "Prüfen Sie die Adresse, oder beginnen Sie bei der Liste.",
    failed_title: "Bei uns ist etwas schiefgegangen",
    failed_text: "Nichts ist verloren. Versuchen Sie es gleich noch einmal; der Fehler ist vermerkt.",
    held: |who, at| format!("{who} hat übernommen, {at}"),
    closed: |at| format!("Der Fall wurde geschlossen: {at}."),
    points: |points| format!("{points:.1} Punkte").replace('.', ","),
    why: |code| match code {
        "unknown_customer" => Some("Kein Kunde im Register heißt so"),
        "unknown_kind" => Some("Die Art des Ereignisses ist unbekannt"),
        "too_late" => Some("Der Zeitpunkt liegt zu weit zurück"),
        "too_early" => Some("Der Zeitpunkt liegt in der Zukunft"),
        _ => None,
    },
    unmatched_count: |count| match count {
        0 => "Alles Eingegangene hat seinen Kunden gefunden.".to_owned(),
        1 => "1 Eintrag gehört zu keinem bekannten Kunden".to_owned(),
        100.. => "100 Einträge oder mehr gehören zu keinem bekannten Kunden".to_owned(),
        _ => format!("{count} Einträge gehören zu keinem bekannten Kunden"),
    },
    held_back: |customers, percent| {
        let kunden = if customers == 1 { "1 Kunden" } else { &format!("{customers} Kunden") };
        format!(
            "Bei {kunden} wartet eine gelbe Warnung: Es gibt mehr Warnungen, als Sie bearbeiten können. Gelb wird diese \
             Woche erst ab {percent:.0} % gemeldet, Orange und Rot immer."
        )
    },
};
