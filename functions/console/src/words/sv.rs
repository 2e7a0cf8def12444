//! Swedish.

use super::Words;

pub(super) const WORDS: Words = Words {
    code: "sv",
    alerts: "Öppna ärenden",
    unmatched: "Utan kund",
    sign_out: "Logga ut",
    none_open: "Inga öppna ärenden. Just nu kräver ingen kund din uppmärksamhet.",
    opened: "Öppnat",
    nobody: "Ingen har tagit det än",
    held_by: "Hos",
    to_alerts: "Till öppna ärenden",
    acknowledge: "Jag tar det",
    ask: "Stämmer varningen?",
    relevant: "Ja, relevant",
    false_alarm: "Nej, falskt alarm",
    feedback: "Svar",
    done_acknowledge: "Ärendet är ditt nu. Ingen annan blir påmind.",
    done_relevant: "Tack! Ditt svar gör nästa varning bättre.",
    done_false_alarm: "Tack! Det är noterat som falskt alarm.",
    changed: "Ärendet har ändrats sedan du öppnade sidan. Så här ser det ut nu.",
    how: "Så räknas risken",
    how_text: "Varje tecken ger poäng efter styrka. Poängen läggs ihop till en risk, och bara det starkaste \
         tecknet i varje grupp räknas. Risken är en samlad bedömning av tecknen, ingen prognos, och den \
         ersätter inte ditt omdöme.",
    covered: "räknas inte dubbelt",
    sign_in_for_all: "Logga in för att se alla öppna ärenden",
    unmatched_text: "Det här har kommit in men hör inte till någon kund vi känner, eller gick inte att läsa. Texten \
         sparas aldrig. Lägg till kundens domän eller alias i registret, så hamnar nästa rätt. Posterna \
         försvinner efter 30 dagar.",
    unmatched_none: "Allt som kommit in har hittat sin kund.",
    source: "Källa",
    reference: "Kunden enligt källan",
    sign_in_title: "Logga in",
    sign_in_text: "Skriv din e-postadress så skickar vi en länk. Inget lösenord behövs.",
    address: "E-postadress",
    send_link: "Skicka länk",
    sent_title: "Titta i inkorgen",
    sent_text: "Hör adressen till någon som får varningar är en länk på väg. Den gäller i 15 minuter. Kom inget? \
         Vänta en minut och be om en ny.",
    enter_title: "Välkommen",
    enter_text: "Ett klick till, så är du inne. Länken kan bara användas en gång.",
    link_over_title: "Länken gäller inte längre",
    link_over_text: "Den är redan använd, för gammal eller inte hel. Be om en ny.",
    link_again: "Be om en ny länk",
    refused_title: "Länken öppnar inte det här ärendet",
    refused_text: "Länken i ett mejl gäller i 30 dagar, för ett ärende och en person. Öppna mejlet igen och följ \
         länken därifrån, eller logga in.",
    not_found_title: "Sidan finns inte",
    not_found_text: "Kontrollera adressen, eller börja om från listan.",
    failed_title: "Något gick fel hos oss",
    failed_text: "Inget har gått förlorat. Försök igen om en stund; felet är noterat.",
    held: |who, at| format!("{who} har tagit ärendet, {at}"),
    closed: |at| format!("Ärendet stängdes {at}."),
    points: |points| format!("{points:.1} poäng").replace('.', ","),
    why: |code| match code {
        "unknown_customer" => Some("Ingen kund i registret heter så"),
        "unknown_kind" => Some("Händelsens slag är okänt"),
        "too_late" => Some("Tidpunkten ligger för långt tillbaka"),
        "too_early" => Some("Tidpunkten ligger i framtiden"),
        _ => None,
    },
    unmatched_count: |count| match count {
        0 => "Allt som kommit in har hittat sin kund.".to_owned(),
        1 => "1 post hör inte till någon känd kund".to_owned(),
        100.. => "100 poster eller fler hör inte till någon känd kund".to_owned(),
        _ => format!("{count} poster hör inte till någon känd kund"),
    },
    held_back: |customers, percent| {
        let kunder = if customers == 1 { "1 kund" } else { &format!("{customers} kunder") };
        format!(
            "För {kunder} väntar en gul varning: varningarna är fler än ni hinner med. Den här veckan skickas gula först \
             från {percent:.0} %, orange och röda alltid."
        )
    },
};
