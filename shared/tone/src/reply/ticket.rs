//! The lines by which ticket systems tell answers from history.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::phrases::{Phrases, parts, words};

/// "Please type your reply above this line".
pub(super) fn is_ticket_line(lower: &str) -> bool {
    const LONGEST: usize = 200;
    if lower.len() > LONGEST || lower.contains('?') {
        return false;
    }
    // In the middle of a sentence it is one of the writer's own.
    let alone = lower.starts_with(['#', '-', '=', '*', '—', '~', '<', '>', '[', '+'])
        || ASKING.after(lower).is_some();
    alone && [&ABOVE, &ANSWER].iter().all(|parts| parts.as_ref().is_some_and(|parts| parts.is_match(lower)))
}

/// "Ticket #4711 has been updated": the first line of what a ticket system says.
pub(super) fn is_ticket_news(lower: &str) -> bool {
    const MOST: usize = 14;
    const NEWS: &str = "has been updated, has been solved, has been closed, has been received, \
        has been resolved, has been created, was updated, har uppdaterats, har besvarats, \
        har stängts, har lösts, har skapats, är uppdaterat, är besvarat, wurde aktualisiert, \
        wurde beantwortet, wurde geschlossen, wurde gelöst, wurde erstellt, er blevet opdateret, \
        er oppdatert, on päivitetty, is bijgewerkt, a été mis à jour, a été mise à jour, \
        ha sido actualizada, ha sido actualizado, foi atualizado, è stato aggiornato";
    let numbered = lower.bytes().any(|byte| byte.is_ascii_digit()) && lower.contains(['#', '[', '(']);
    numbered
        && words(lower).take(4).any(|word| TICKETS.has(word))
        && words(lower).count() <= MOST
        && !lower.contains([',', '?', '!'])
        && NEWS.split(", ").any(|news| lower.trim_end_matches(['.', ':', ' ']).ends_with(news))
}

static TICKETS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "ticket, tickets, request, case, incident, issue, ärende, ärendet, ärendenummer, anfrage, vorgang, supportärende, \
         biljett, sag, sagen, sak, saken, demande, solicitud, pedido, richiesta, aanvraag, zaak, tukipyyntö",
    )
});

static ASKING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "please, reply, type, write, respond, to reply, your reply, svara, skriv, vänligen, ditt svar, bitte, antworten, \
         ihre antwort, schreiben, svar, veuillez, répondre, répondez, por favor, responda, escriba, rispondi, scrivi, \
         reageer, antwoord, kirjoita, vastaa, proszę, odpowiedz, пожалуйста, 请, 回复, 返信",
    )
});

static ABOVE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "above this line, above this dotted line, above the line, over this line, ovanför denna, \
        ovanför den här, ovanför linjen, ovanför raden, ovanför strecket, över denna linje, \
        över den här linjen, oberhalb dieser, über dieser linie, über dieser zeile, oberhalb der linie, over denne linje, over denne linjen, \
        ovenfor denne, au-dessus de cette ligne, encima de esta línea, sobre esta línea, \
        acima desta linha, sopra questa riga, al di sopra di questa, boven deze regel, \
        boven deze lijn, tämän rivin yläpuolelle, powyżej tej linii, nad tímto řádkem, \
        nad tuto čáru, выше этой, над этой, 在此行上方, この行より上, 이 줄 위에",
    )
});

static ANSWER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "reply, respond, response, answer, type, write, svar, skriv, antwort, schreib, répon, \
        respuesta, respond, resposta, rispo, antwoord, reageer, vasta, odpow, odpov, ответ, 回复, \
        返信, 답장, 回覆",
    )
});
