//! What machines add below a letter and above it: telephones, lawyers, virus scanners, calendars.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::phrases::{Phrases, any_byte, head, parts, words};

/// Words of no writer.
pub(super) enum Footer {
    /// Ends the letter: nothing but more of the kind follows, or earlier mails.
    Ending,
    /// Stands anywhere, so many lines.
    Warning(usize),
}

/// What the first of the lines is. `lower` is that line in lower case; a letter that has `started` has no banner above it.
pub(super) fn footer(rest: &[&str], lower: &str, started: bool) -> Option<Footer> {
    if is_picture(lower) {
        return Some(Footer::Warning(1));
    }
    if is_warning(lower) || (!started && is_banner(lower)) {
        // A long banner is wrapped, and the letter may begin right below it.
        let wrapped = |line: &&&str| line.len() >= 50 && !line.ends_with(['.', '!', ']']);
        return Some(Footer::Warning(1 + rest.iter().take(3).take_while(wrapped).count()));
    }
    (is_telephone(rest.first().copied().unwrap_or_default(), lower)
        || ADDED.after(lower).is_some()
        || lower.contains(" mailing list -- ")
        || is_disclaimer(rest, lower))
    .then_some(Footer::Ending)
}

/// "Sent from my iPhone", "Get Outlook for Android".
fn is_telephone(line: &str, lower: &str) -> bool {
    const LONGEST: usize = 160;
    if lower.len() > LONGEST || lower.contains('?') {
        return false;
    }
    // A link stands in brackets behind the words.
    let linked = any_byte(lower, *b"<(");
    let lower = if linked { lower.split(['<', '(']).next().unwrap_or_default().trim_end() } else { lower };
    let made = |word: &str| {
        MAKERS.has(word) || ["iphon", "ipad", "android", "outlook"].iter().any(|name| word.starts_with(name))
    };
    if let Some(by) = SENT.after(lower) {
        let count = words(by).count();
        let mine = words(by).next().is_some_and(|word| MINE.has(word));
        let machine = words(by).any(made);
        // A sentence goes on after its comma or full stop.
        let sentence =
            by.trim_end_matches('.').contains(['!', ',']) && !(mine && machine) || by.contains(". ");
        // A make nobody has heard of has a capital or a number: "my Wonder 4G", not "my colleague".
        let model = words(line).skip_while(|word| !MINE.has(&word.to_lowercase())).nth(1);
        let named = mine && model.is_some_and(|model| !model.starts_with(char::is_lowercase));
        return !sentence && ((named && count <= 7) || (machine && count <= 12));
    }
    if let Some(program) = GET.after(lower) {
        let mut program = words(program);
        return program.clone().count() <= 7
            && program.clone().any(|word| word == "outlook")
            && program.any(|word| matches!(word, "ios" | "android" | "mobile" | "iphone"));
    }
    let told = [
        "gesendet",
        "beziehen",
        "herunterladen",
        "downloaden",
        "lähetetty",
        "gönderildi",
        "küldve",
        "から送信",
        "에서 보냄",
    ];
    let end = lower.trim_end_matches('.');
    let from = told.iter().any(|told| end.ends_with(told))
        && words(lower).take(6).count() <= 5
        && words(lower).any(made);
    from || lower.starts_with("发自我的") || lower.starts_with("從我的")
}

/// A placeholder for a picture that only the HTML held.
fn is_picture(lower: &str) -> bool {
    let named =
        ["[cid:", "[image", "[bild", "[inline", "[logo", "<image", "[imagem", "[imagen", "[afbeelding"];
    lower.len() < 200
        && lower.ends_with([']', '>'])
        && named.iter().any(|name| lower.starts_with(name))
        && lower.matches([']', '>']).count() == 1
}

/// A banner that the receiving side puts above mails from elsewhere.
fn is_warning(lower: &str) -> bool {
    let bare = lower.trim_matches(|char: char| !char.is_alphanumeric());
    let banner =
        ["external", "extern", "external email", "external sender", "extern avsändare", "externe e-mail"];
    let marked = lower.starts_with(['[', '*', '(', '<']);
    (marked && banner.contains(&bare)) || WARNINGS.after(bare).is_some()
}

/// The same in words of the receiving firm's own: speaks of the mail, of outside, and of what not to do with it.
fn is_banner(lower: &str) -> bool {
    [&MAILS, &OUTSIDE, &CARE].iter().all(|parts| parts.as_ref().is_some_and(|parts| parts.is_match(lower)))
}

/// What only lawyers write below a letter.
pub(super) fn speaks_of_secrets(line: &str) -> bool {
    SECRETS.as_ref().is_some_and(|parts| parts.is_match(&head(line)))
}

/// A paragraph that opens by speaking of the mail itself and goes on about secrets or mistakes and who may read it.
fn is_disclaimer(rest: &[&str], lower: &str) -> bool {
    const LINES: usize = 10;
    if DISCLAIMERS.after(lower.trim_start_matches(|char: char| !char.is_alphanumeric())).is_none() {
        return false;
    }
    let lines = rest.iter().take(LINES).take_while(|line| !line.trim_start().is_empty());
    let paragraph = lines.map(|line| head(line)).collect::<Vec<_>>().join(" ");
    [&SECRETS, &READERS, &MAILS]
        .iter()
        .all(|parts| parts.as_ref().is_some_and(|parts| parts.is_match(&paragraph)))
}

static SENT: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "sent from, sent via, sent with, sent using, sent through, this email was sent from, \
         this message was sent from, composed on, written on, typed on, \
         skickat från, skickat via, skickad från, skickades från, sänt från, skrivet på, \
         gesendet von, gesendet mit, gesendet via, gesendet über, gesendet aus, von meinem, von meiner, von mein, \
         diese nachricht wurde von, diese e-mail wurde von, diese nachricht wurde mit, verschickt von, versendet mit, \
         sendt fra, sendt via, sendt med, lähetetty, verzonden vanaf, verzonden via, verzonden met, verzonden van, \
         verstuurd vanaf, verstuurd via, verstuurd met, verstuurd van, envoyé de, envoyé depuis, envoyé à partir de, \
         envoyé à partir d, envoyé avec, envoyé via, provenance, enviado desde, enviado con, enviado do, \
         enviado de, enviado a partir do, enviado através do, enviado pelo, enviado via, enviado com, enviada do, \
         inviato da, inviato dal, inviato con, inviato tramite, wysłane z, wysłano z, wysłane przez, odesláno z, \
         odesláno přes, odoslané z, отправлено с, отправлено из, отправлено через, надіслано з, надіслано через, \
         trimis de pe, trimis din, στάλθηκε από, poslano s, poslano iz, dikirim dari, được gửi từ",
    )
});

/// "My".
static MINE: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "my, min, mitt, mina, mein, meinem, meiner, mine, mon, ma, mi, meu, minha, mio, mia, mijn, m'n, mín, mojego, moje, \
         mého, mojho, моего, моей, мого, meg, unterwegs",
    )
});

/// Devices and programs.
static MAKERS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "ipod, samsung, galaxy, huawei, nokia, blackberry, sony, xperia, htc, oneplus, pixel, xiaomi, redmi, motorola, \
         honor, oppo, realme, fairphone, doro, mobile, mobil, mobilen, mobiltelefon, mobiltelefonen, telefon, handy, \
         phone, smartphone, surfplatta, tablet, mailapp, gmail, telekom, yahoo, proton, protonmail, windows, aol, \
         spark, thunderbird, workspace, fastmail, tutanota, tuta, gmx, telia, telenor, comcast, bluemail, \
         aquamail, nine, hotmail, airmail, superhuman, zoho, mac, macbook, device, gerät, enhet, dispositivo, móvil, celular, telemóvel, téléphone, \
         teléfono, telefono, cellulare, appareil, puhelimesta, telefoon, mobiel, telefonu, komórki, яндекс, почты",
    )
});

static GET: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "get, hämta, skaffa, holen sie sich, laden sie, hol dir, obtenir, obtenez, téléchargez, télécharger, obtener, \
         obtén, descargar, obter, obtenha, scarica, ottieni, download, hent, få, last ned, hanki, lataa, pobierz, \
         stáhnout, získat, získejte, скачать, получить, загрузить, 获取, 下载, 取得",
    )
});

/// Scanners, lists, calendars and printers' conscience.
static ADDED: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "sent from mail for, sent from the mail app, sent from mobile, sent from webmail, envoyé de l'application mail, \
         envoyé depuis l'application, envoyé à partir de courrier, gesendet aus der mail-app, \
         virus-free, virusfri, virusfritt, virenfrei, sans virus, libre de virus, this email has been checked for viruses, \
         this e-mail has been checked for viruses, this email has been scanned, this message has been scanned, \
         detta e-postmeddelande har kontrollerats, det här e-postmeddelandet har kontrollerats, \
         detta e-postmeddelande har sökts igenom, diese e-mail wurde von avast, diese e-mail wurde auf viren, \
         you received this message because you are subscribed, you are receiving this because, \
         you are receiving this email because, to unsubscribe from this, to unsubscribe send, to view this discussion, \
         du får detta mail eftersom, du får det här mejlet eftersom, sie erhalten diese e-mail weil, \
         please consider the environment, please think of the environment, think before you print, \
         think of the environment, save a tree, tänk på miljön, bitte denken sie an die umwelt, \
         bitte prüfen sie der umwelt zuliebe, denken sie an die umwelt, pensez à l'environnement, \
         merci de penser à l'environnement, antes de imprimir, \
         så här behandlar vi, så behandlar vi personuppgifter, läs om hur vi behandlar, läs mer om hur vi behandlar, \
         information om hur vi behandlar, informationen zum datenschutz, hinweise zum datenschutz, \
         microsoft teams meeting, microsoft teams-möte, microsoft teams-besprechung, microsoft teams need help, \
         microsoft teams behöver du hjälp, microsoft teams benötigen sie hilfe, join microsoft teams meeting, \
         anslut till microsoft teams-möte, join zoom meeting, join the meeting now, anslut till mötet nu, \
         jetzt an der besprechung teilnehmen, an microsoft teams-besprechung teilnehmen, click here to join the meeting, \
         klicka här för att ansluta till mötet, invitation from google calendar, inbjudan från google kalender, \
         einladung von google kalender, join with google meet, anslut med google meet, google meet joining info",
    )
});

static WARNINGS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "caution: this email originated, caution: external, caution this email originated, warning: this email originated, \
         this email originated from outside, this message originated from outside, you don't often get email from, some people who received this message don't often get, \
         du får inte ofta e-post från, vissa personer som fick det här meddelandet får inte ofta, \
         detta e-postmeddelande kommer från en extern, detta mejl kommer från en extern, varning: extern, \
         varning: detta e-postmeddelande kommer utifrån, sie erhalten nicht oft e-mails von, \
         sie erhalten nicht häufig e-mails von, diese e-mail kommt von außerhalb, diese e-mail stammt von außerhalb, \
         achtung: externe e-mail, vorsicht: diese e-mail, achtung: diese e-mail",
    )
});

static DISCLAIMERS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "this e-mail, this email, this mail, this message, this communication, this transmission, the information, \
         the information contained, the contents of this, the content of this, any views, if you are not the intended, \
         if you have received this, confidentiality notice, confidentiality, confidential, disclaimer, notice, \
         important notice, legal notice, privileged, \
         denna e-post, detta e-post, detta e-postmeddelande, detta meddelande, detta mail, detta mejl, det här meddelandet, \
         det här mejlet, den här e-posten, informationen i, innehållet i, om du inte är, om du har fått detta, \
         sekretess, ansvarsfriskrivning, konfidentiellt, \
         diese e-mail, diese mail, diese nachricht, dieses e-mail, dieses schreiben, der inhalt dieser, die information, \
         die informationen in, die in dieser, wenn sie nicht der, sollten sie nicht, vertraulich, vertraulichkeitshinweis, \
         haftungsausschluss, hinweis, wichtiger hinweis, \
         denne e-mail, denne e-post, denne mail, denne meddelelse, denne meldingen, denne besked, tämä viesti, \
         tämä sähköposti, deze e-mail, dit bericht, de informatie, ce message, ce courriel, cet e-mail, ce mail, \
         le présent, le contenu de ce, les informations contenues, este mensaje, este correo, esta mensagem, este e-mail, \
         este email, la información contenida, a informação, as informações, il presente, questo messaggio, questa e-mail, \
         le informazioni, niniejsza, treść tej, ta wiadomość, tato zpráva, tento e-mail, данное сообщение, это сообщение, \
         настоящее, данное электронное",
    )
});

static SECRETS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "confiden, konfiden, vertraul, förtrolig, fortrolig, sekretess, mistag, misstag, feilsend, \
        by mistake, in error, irrtüm, par erreur, por error, por engano, per errore, ved en fejl, unauthori, obehörig, \
        unbefug, privileg, geheim, riservat, vertrouwelijk, luottamuk, poufn, důvěrn, конфиденц",
    )
});

static READERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "intended, avsed, avsett, addressee, recipient, mottag, modtager, adressat, empfänger, \
        destinat, geadresseerde, vastaanottaj, адресат, delete, destroy, radera, förstör, lösch, vernicht, supprim, \
        détrui, elimin, cancella, slette, slett, verwijder, disclos, informationen, solely, notify",
    )
});

static OUTSIDE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| parts("extern, outside, utifrån, utanför, außerhalb, ausserhalb"));

static CARE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "klicka inte, öppna inte, öppna aldrig, var försiktig, var uppmärksam, do not click, don't click, do not open, \
         don't open, be careful, exercise caution, use caution, klicken sie nicht, klicken sie keine, klicken sie auf keine, \
         öffnen sie keine, öffnen sie nicht, seien sie vorsichtig",
    )
});

static MAILS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    parts(
        "mail, messag, meddelan, mejl, e-post, nachricht, meddelelse, melding, mensaje, mensagem, \
        correo, courriel, bericht, viesti, wiadomo, zpráv, сообщен, communication, transmission, schreiben",
    )
});
