//! Mail headers copied into the body above earlier mails, and the lines that say "original message".

use std::sync::LazyLock;

use super::{
    date::dated,
    phrases::{Phrases, head, words},
};

/// What a header line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    From,
    Sent,
    Date,
    To,
    Subject,
    Other,
}

/// Whether the lines open with a block of mail headers. Two at least, and something only a mail program writes: an
/// address or the time of day. "Från: Göteborg / Till: Malmö" is a transport, "Från, Till, Datum, Ämne" a letterhead.
///
/// `lower` is the first line in lower case; `ruled` when a rule stands above; `started` when the writer's own words do.
pub(super) fn is_block(rest: &[&str], lower: &str, ruled: bool, started: bool) -> bool {
    const LINES: usize = 14;
    if !NAMES.may(lower) {
        return false;
    }
    let mut kinds = 0;
    let (mut lines, mut gap, mut folded) = (0, 0, 0);
    for line in rest.iter().take(LINES) {
        let found = kinds_of(line);
        if found == 0 {
            if line.trim_start().is_empty() {
                gap += 1;
            } else {
                folded += 1;
            }
            // A conversion from HTML may put an empty line between two headers; a long address takes a line of its own.
            let goes_on = lines > 0 && gap <= 1 && folded <= 2 && (gap == 0 || folded == 0);
            if !goes_on || (folded > 0 && !is_folded(line)) {
                break;
            }
        } else {
            kinds |= found;
            (gap, folded) = (0, 0);
        }
        lines += 1;
    }
    let has = |kind| kinds & bit(kind) != 0;
    let moment = has(Kind::Sent) || has(Kind::Date);
    let headed = has(Kind::From) || has(Kind::Sent);
    if kinds.count_ones() < 2 || !headed {
        return false;
    }
    let (mut address, mut time, mut year) = (false, false, false);
    for line in rest.iter().take(lines) {
        let dated = dated(line.get(..200).unwrap_or(line));
        address |= line.contains('@');
        time |= dated.time;
        year |= dated.year;
    }
    let titled = address || has(Kind::Sent) || has(Kind::Subject);
    let surely = (address || time) && moment && titled && has(Kind::From);
    if !started {
        // Nothing of the writer's own above: a mail passed on without a word, or a letter with a head.
        return surely && (has(Kind::Sent) || (address && time));
    }
    surely
        || (address && (moment || has(Kind::Subject)))
        || (address && has(Kind::To) && kinds.count_ones() >= 3)
        || (ruled && has(Kind::From) && (address || (moment && year)))
        // In one firm programs write names only; no letterhead says "sent".
        || (has(Kind::From) && has(Kind::Sent) && kinds.count_ones() >= 3)
}

/// The kinds are kept as bits.
fn bit(kind: Kind) -> u8 {
    1 << kind as u8
}

/// What the headers on a line are about; several when the line ends got lost.
fn kinds_of(line: &str) -> u8 {
    const NAME: usize = 40;
    let line = line.trim_start_matches([' ', '\t', '*', '_', '|']);
    let mut names = line.char_indices().take_while(|(at, _)| *at <= NAME);
    let colon = names.find(|(_, char)| matches!(char, ':' | '：'));
    let Some((name, after)) = colon.and_then(|(at, _)| line.split_at_checked(at)) else { return 0 };
    let first = kind(name).map_or(0, bit);
    if first == 0 || line.len() >= 600 {
        return first;
    }
    // The text before the next colon ends in the next name.
    let parts = after.split([':', '：']).skip(1);
    parts.filter_map(kind_of_last_word).fold(first, |kinds, kind| kinds | bit(kind))
}

fn kind(name: &str) -> Option<Kind> {
    NAMES.get(head(name).trim_end()).copied()
}

fn kind_of_last_word(part: &str) -> Option<Kind> {
    let word = part.trim_end().rsplit([' ', '\t']).next()?;
    let name = word.starts_with(char::is_uppercase) && word.len() < part.len();
    if name { kind(word) } else { None }
}

/// The rest of a long header line: an address on a line of its own, or an indented line.
fn is_folded(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with('<')
        || (text.contains('@') && text.len() < 300)
        || line.starts_with("   ")
        || line.starts_with('\t')
}

/// "-----Original Message-----" and its kin. `lower` is the line in lower case.
pub(super) fn is_divider(lower: &str, after: &[&str]) -> bool {
    let signs = ['-', '_', '=', '*', '#', '~', '—', '–', '>', '<', ' ', '[', ']'];
    let name = lower.trim_matches(|char| signs.contains(&char) || matches!(char, ':' | '：'));
    let framed = lower.starts_with("--") || lower.starts_with("==") || lower.starts_with(['—', '–', '#']);
    if name.is_empty() || lower.len() > 160 {
        return false;
    }
    if let Some(more) = DIVIDERS.after(name) {
        return (framed && more.len() < 80) || more.is_empty();
    }
    // "-----Anna wrote: -----", and any other name in a frame with mail headers right below.
    let closed = lower.starts_with("---") && lower.ends_with("---");
    closed
        && name.len() < 80
        && (WROTE.has(words(name).last().unwrap_or_default())
            || after.first().is_some_and(|first| is_block(after, &head(first), true, true)))
}

static NAMES: LazyLock<Phrases<Kind>> = LazyLock::new(|| {
    let table = [
        (
            Kind::From,
            "from, från, fra, von, de, da, van, od, avsändare, avsender, afsender, absender, afzender, lähettäjä, \
             expéditeur, mittente, remitente, remetente, nadawca, odesílatel, odosielateľ, message du, message de, \
             mensaje de, от, от кого, від, отправитель, від кого, de la, kimden, gönderen, feladó, από, saatja, no, \
             nuo, šalje, frá, dari, từ, 发件人, 发件人邮箱, 寄件者, 寄件人, 發件人, 差出人, 送信者, 送信元, 보낸 사람, \
             보낸사람, 발신자, 보낸이, من, מאת, จาก",
        ),
        (
            Kind::Sent,
            "sent, sent on, sent at, date sent, skickat, skickat den, sendt, gesendet, gesendet am, envoyé, \
             envoyé le, envoyée, date d'envoi, enviado, enviado el, enviado em, enviada, enviada em, enviado a las, \
             inviato, inviato il, data invio, verzonden, verzonden op, wysłano, wysłane, data wysłania, odesláno, \
             odoslané, lähetetty, отправлено, надіслано, trimis, gönderildi, gönderilme tarihi, elküldve, στάλθηκε, \
             poslano, poslato, saadetud, dikirim, đã gửi, 发送时间, 发送日期, 发件时间, 寄件日期, 傳送時間, 發送時間, \
             送信日時, 보낸 날짜, 보낸 시간, 보낸날짜, 발신일, تم الإرسال, נשלח",
        ),
        (
            Kind::Date,
            "date, datum, dato, fecha, data, le, päivämäärä, päiväys, pvm, дата, tarih, dátum, ημερομηνία, kuupäev, \
             datums, ngày, tanggal, 日期, 时间, 時間, 日付, 日時, 날짜, 일시, التاريخ, תאריך",
        ),
        (
            Kind::To,
            "to, till, til, an, à, a, para, naar, aan, do, komu, pro, vastaanottaja, kenelle, кому, mottagare, \
             mottaker, modtager, empfänger, destinataire, destinatario, destinatário, destinatari, ontvanger, adresat, \
             odbiorca, příjemce, către, kime, alıcı, címzett, προς, za, kam, kepada, đến, 收件人, 收件者, 收信人, 宛先, \
             받는 사람, 받는사람, 수신자, 받는이, إلى, אל",
        ),
        (
            Kind::Subject,
            "subject, ämne, emne, betreff, betrifft, objet, sujet, asunto, assunto, oggetto, onderwerp, temat, předmět, \
             predmet, vec, aihe, тема, subiect, konu, tárgy, θέμα, efni, teema, zadeva, naslov, tēma, perihal, chủ đề, \
             主题, 主旨, 主題, 标题, 件名, 제목, الموضوع, נושא",
        ),
        (
            Kind::Other,
            "cc, bcc, kopia, kopie, kopi, kopio, copie, copie à, copia, con copia, com cópia, cópia, in copia, dw, \
             do wiadomości, hemlig kopia, blindkopie, копия, копія, másolatot kap, bilgi, κοιν, cc an, 抄送, 副本, 密送, \
             참조, reply-to, reply to, svar till, svara till, antwort an, répondre à, responder a, rispondi a, \
             importance, vikt, prioritet, priorität, priority, wichtigkeit, importancia, attachments, attachment, \
             bifogade filer, bilagor, anlagen, anhänge, pièces jointes, adjuntos, allegati, bijlagen, organization, \
             message-id, in-reply-to, references, 附件, 添付ファイル",
        ),
    ];
    let names =
        table.into_iter().flat_map(|(kind, names)| names.split(',').map(move |name| (name.trim(), kind)));
    Phrases::of(names)
});

static WROTE: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "wrote, skrev, schrieb, schreef, écrit, escribió, escreveu, scritto, kirjoitti, napisał, napsal, написал",
    )
});

static DIVIDERS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "original message, original e-mail, original email, original mail, original appointment, forwarded message, \
         forwarded by, forwarded mail, forward message, begin forwarded message, end of forwarded message, \
         reply message, reply original, the original message, quoted message, previous message, earlier message, message history, \
         äldre meddelande, tidigare meddelande, föregående meddelande, ältere nachricht, frühere nachricht, \
         vorherige nachricht, \
         ursprungligt meddelande, originalmeddelande, ursprungligt mail, ursprunglig avtalad tid, \
         vidarebefordrat meddelande, vidarebefordrat brev, vidarebefordrat mail, vidarebefordrat av, \
         vidarebefordrade meddelandet, början på vidarebefordrat meddelande, vidarebefordrad e-post, \
         ursprüngliche nachricht, ursprünglicher termin, originalnachricht, original-nachricht, ursprüngliche mail, \
         ursprüngliche e-mail, weitergeleitete nachricht, weitergeleitete mail, weitergeleitet von, \
         anfang der weitergeleiteten nachricht, anfang der weitergeleiteten e-mail, beginn der weitergeleiteten nachricht, \
         oprindelig meddelelse, oprindelig besked, original meddelelse, oprindelig mail, videresendt meddelelse, \
         videresendt besked, start på videresendt besked, start på videresendt meddelelse, opprinnelig melding, \
         opprinnelig e-post, original melding, videresendt melding, videresendt e-post, start på videresendt melding, \
         alkuperäinen viesti, välitetty viesti, edelleenlähetetty viesti, välitetty viesti alkaa, \
         oorspronkelijk bericht, oorspronkelijke bericht, origineel bericht, doorgestuurd bericht, \
         begin doorgestuurd bericht, message d'origine, message original, message originel, message initial, \
         courriel original, e-mail d'origine, mail original, message transféré, message transmis, \
         début du message transféré, début du message réexpédié, mensaje original, mensaje reenviado, \
         correo original, inicio del mensaje reenviado, mensagem original, mensagem encaminhada, \
         mensagem reencaminhada, início da mensagem encaminhada, início da mensagem reencaminhada, \
         messaggio originale, messaggio inoltrato, messaggio originario, inizio messaggio inoltrato, \
         wiadomość oryginalna, oryginalna wiadomość, wiadomość przekazana, przekazana wiadomość, \
         treść oryginalnej wiadomości, początek przekazywanej wiadomości, původní zpráva, původní e-mail, \
         přeposlaná zpráva, začátek přeposlané zprávy, pôvodná správa, preposlaná správa, исходное сообщение, \
         оригинальное сообщение, пересылаемое сообщение, пересланное сообщение, перенаправленное сообщение, \
         переадресованное сообщение, начало переадресованного сообщения, начало пересылаемого сообщения, \
         вихідне повідомлення, оригінальне повідомлення, переслане повідомлення, eredeti üzenet, továbbított üzenet, \
         mesajul original, mesaj original, mesaj redirecționat, orijinal mesaj, özgün ileti, iletilen mesaj, \
         izvorna poruka, originalna poruka, izvirno sporočilo, αρχικό μήνυμα, προωθημένο μήνυμα, thư gốc, \
         tin nhắn gốc, pesan asli, 原始邮件, 邮件原件, 原邮件, 原始信件, 原始郵件, 回复的原邮件, 转发邮件, 转发的邮件, \
         轉寄郵件, 轉寄的郵件, 元のメッセージ, 転送メッセージ, 転送されたメッセージ, 元のメール, 원본 메시지, 원본 메일, \
         원본메시지, 전달된 메시지, 전달된 메일, الرسالة الأصلية, הודעה מקורית",
    )
});
