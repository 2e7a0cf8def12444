//! Messages a customer may send, and how they must be taken.

use Category::{
    Alternatives, Budget, Cancellation, Compatibility, Complaint, DataExport, Delay, Escalation,
    TimeCritical, Uncertainty,
};
use tone::{Category, Format, Language, Message, entry, read};

use crate::{known, message, text, why};

/// Bands of tone, in hundredths.
const VERY_DARK: (i8, i8) = (-100, -50);
const DARK: (i8, i8) = (-75, -20);
const NEUTRAL: (i8, i8) = (-12, 12);
const BRIGHT: (i8, i8) = (20, 100);
const ANY: (i8, i8) = (-100, 100);

/// The text, the band its tone must lie in, signals that must be among those found.
const STORIES: [(&str, (i8, i8), &[Category]); 76] = [
    // Swedish, neutral: half of all mail.
    ("Hej! Kan ni skicka offert på 40 ventiler av samma typ som i våras?", NEUTRAL, &[]),
    ("Bifogar underskrivet protokoll från mötet i tisdags.", NEUTRAL, &[]),
    ("Passar det att vi ses torsdag kl. 10 i stället för onsdag?", NEUTRAL, &[]),
    ("Vi behöver beställa tolv nya filter, leverans till lagret i Borås.", NEUTRAL, &[]),
    ("Ingen brådska, men vilken moms gäller för reservdelar?", NEUTRAL, &[]),
    ("Tack, då vet vi.", NEUTRAL, &[]),
    ("Inga problem, vi tar det nästa vecka.", NEUTRAL, &[]),
    ("Hur reklamerar man en vara om det skulle behövas?", NEUTRAL, &[]),
    ("Om det blir några förseningar på vägen räcker det att ni ringer chauffören.", NEUTRAL, &[]),
    ("Det var vårt eget fel, vi hade skrivit fel adress i beställningen.", NEUTRAL, &[]),
    // Swedish, dark.
    ("Vi har fortfarande inte fått de saknade delarna, trots flera påminnelser.", DARK, &[Delay]),
    ("Nu är leveransen försenad igen och ingen hos er svarar.", DARK, &[Delay]),
    ("Vi är mycket besvikna på hur ni har hanterat detta.", VERY_DARK, &[Escalation]),
    ("Återigen kom fel artiklar, och det har vi påtalat redan flera gånger.", DARK, &[Escalation, Complaint]),
    ("Tyvärr är fakturan fel igen.", DARK, &[Complaint]),
    ("Vi tittar på alternativa leverantörer inför hösten.", DARK, &[Escalation]),
    ("Systemet ligger nere och produktionen står. Vi behöver hjälp omedelbart.", DARK, &[TimeCritical]),
    ("Förseningar är oacceptabla.", VERY_DARK, &[TimeCritical, Delay]),
    ("Instruktionen är oklar och delvis motsägelsefull.", DARK, &[Uncertainty]),
    ("Anvisningen är förvirrande och inte begriplig.", DARK, &[Uncertainty]),
    (
        "Vi måste ompröva samarbetet och ser på alternativa lösningar, budgeten räcker inte.",
        DARK,
        &[Alternatives, Budget],
    ),
    ("Det har blivit ett missförstånd om de punkter som redan var klara.", ANY, &[Uncertainty]),
    ("Är er styrning kompatibel med Globex system?", NEUTRAL, &[Compatibility]),
    ("Hur exporterar vi all data ur systemet?", NEUTRAL, &[DataExport]),
    ("Går det att exportera alla våra ärenden med bilagor?", NEUTRAL, &[DataExport]),
    ("Jättekul att systemet ligger nere igen.", DARK, &[Complaint]),
    ("Supporten var trevlig men felet är fortfarande inte åtgärdat.", DARK, &[Complaint]),
    ("Vi är väldigt missnöjda.", DARK, &[Complaint]),
    ("Vi är missnöjda med leveransen.", DARK, &[Complaint]),
    ("Inte okej.", DARK, &[]),
    // Swedish, bright.
    ("Stort tack för snabb hjälp, allt fungerar perfekt nu!", BRIGHT, &[]),
    ("Vi är mycket nöjda med leveransen.", BRIGHT, &[]),
    ("Inte alls dåligt, riktigt bra jobbat!", BRIGHT, &[]),
    // English.
    ("We are very unhappy with your service.", DARK, &[Complaint]),
    ("We're really unhappy with the last delivery.", DARK, &[Complaint]),
    ("We are very unhappy with this.", DARK, &[Complaint]),
    ("We expected better.", DARK, &[]),
    ("Das ist eine Zumutung.", DARK, &[]),
    ("So geht das nicht weiter.", DARK, &[]),
    ("Wir sind nicht zufrieden.", DARK, &[]),
    ("Please send us a quote for 40 valves, same type as in spring.", NEUTRAL, &[]),
    ("Could we move the call to Thursday at ten?", NEUTRAL, &[]),
    ("No problem at all, next week is fine.", NEUTRAL, &[]),
    ("Not urgent: which VAT rate applies to spare parts?", NEUTRAL, &[]),
    ("It was our mistake, we entered the wrong delivery address.", NEUTRAL, &[]),
    ("If there is a delay, please call the driver directly.", NEUTRAL, &[]),
    ("We still have not received the parts despite several reminders.", DARK, &[Delay]),
    ("I am very disappointed, this is the third time I write.", VERY_DARK, &[Escalation]),
    ("The delivery is late again and nobody answers the phone.", DARK, &[Delay]),
    ("This is unacceptable. We will take legal action.", VERY_DARK, &[Complaint, Escalation]),
    ("The manual contradicts the data sheet, so the wiring is unclear to us.", DARK, &[Uncertainty]),
    ("We are looking at alternative suppliers because of the price increase.", DARK, &[Budget]),
    ("Can we get a full export of our data as CSV?", NEUTRAL, &[DataExport]),
    ("Is your controller compatible with the Globex system?", NEUTRAL, &[Compatibility]),
    ("We will not renew the contract next year.", DARK, &[Cancellation]),
    ("Great, the portal is down again.", DARK, &[Complaint]),
    ("Thank you for the quick help, everything works perfectly now.", BRIGHT, &[]),
    ("We are very happy with the new machine.", BRIGHT, &[]),
    // German.
    ("Bitte senden Sie uns ein Angebot über 40 Ventile wie im Frühjahr.", NEUTRAL, &[]),
    ("Können wir den Termin auf Donnerstag um zehn verschieben?", NEUTRAL, &[]),
    ("Kein Problem, nächste Woche passt uns auch.", NEUTRAL, &[]),
    ("Das war unser Fehler, wir hatten die falsche Adresse angegeben.", NEUTRAL, &[]),
    ("Falls es zu einer Verzögerung kommt, rufen Sie bitte den Fahrer an.", NEUTRAL, &[]),
    ("Vielen Dank im Voraus und freundliche Grüße", NEUTRAL, &[]),
    ("Wir haben die Teile immer noch nicht erhalten, trotz mehrfacher Mahnung.", DARK, &[Delay]),
    ("Wir sind sehr enttäuscht, das ist bereits die dritte Nachfrage.", VERY_DARK, &[Escalation]),
    ("Die Lieferung ist schon wieder verspätet und niemand meldet sich.", DARK, &[Delay]),
    ("Das ist inakzeptabel, wir schalten unseren Anwalt ein.", VERY_DARK, &[Complaint, Escalation]),
    ("Die Anleitung ist unklar und widersprüchlich.", DARK, &[Uncertainty]),
    ("Wir sehen uns nach alternativen Anbietern um, der Preis ist zu hoch.", DARK, &[Alternatives, Budget]),
    ("Ist Ihre Steuerung mit dem System von Globex kompatibel?", NEUTRAL, &[Compatibility]),
    ("Wie können wir alle unsere Daten exportieren?", NEUTRAL, &[DataExport]),
    ("Wir werden den Vertrag nicht verlängern.", DARK, &[Cancellation]),
    ("Wir müssen dringend eine Lösung haben, die Linie steht.", DARK, &[TimeCritical]),
    ("Herzlichen Dank für die schnelle Hilfe, alles läuft wieder einwandfrei.", BRIGHT, &[]),
    ("Wir sind mit der Anlage sehr zufrieden.", BRIGHT, &[]),
];

#[test]
fn messages_are_taken_as_a_person_would() {
    let mut wrong: Vec<String> = Vec::new();
    for (story, (low, high), expected) in STORIES {
        let reading = text(story);
        let silent = (low, high) != NEUTRAL || expected.len() == reading.signals.len();
        let found = expected.iter().all(|signal| reading.signals.contains(signal));
        if !(low..=high).contains(&reading.tone) || !found || !silent {
            let (tone, signals) = (reading.tone, &reading.signals);
            wrong.push(format!("{story}\n  {tone} in {low}..{high}? {signals:?} {}", why(&message(story))));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_sentence_of_the_article_reads_minus_a_third_in_three_languages() {
    for sentence in [
        "Vi väntar fortfarande på ett svar gällande leveransen",
        "We are still waiting for an answer regarding the delivery",
        "Wir warten immer noch auf eine Antwort bezüglich der Lieferung",
    ] {
        let reading = text(sentence);
        assert!((-40..=-20).contains(&reading.tone), "{sentence}: {}", reading.tone);
        assert_eq!(reading.signals.into_iter().collect::<Vec<_>>(), [Delay], "{sentence}");
    }
}

#[test]
fn the_same_words_weigh_in_a_complaint_and_hardly_in_talk_about_the_market() {
    let complaint =
        text("Vi vill framföra ett klagomål på er senaste leverans. Det här är verkligen dåligt.");
    assert!(complaint.tone <= -60, "{}", complaint.tone);
    assert!(complaint.signals.contains(&Complaint));
    let market = text("Hela marknaden har vänt nedåt och konjunkturen viker. Det här är verkligen dåligt.");
    assert!((-15..=0).contains(&market.tone), "{}", market.tone);
    assert!(market.signals.is_empty());
    let subject = Message { subject: Some("Marknadsläget"), ..message("Det här är verkligen dåligt.") };
    assert!(read(&subject).tone >= -15);
    assert!(text("Det här är verkligen dåligt.").tone <= -50);
}

#[test]
fn every_word_of_the_articles_is_known() {
    let quoted: [(&str, Category); 20] = [
        ("återigen", Escalation),
        ("redan flera gånger", Escalation),
        ("tyvärr", Escalation),
        ("besviken", Escalation),
        ("alternativa leverantörer", Escalation),
        ("brådskande", TimeCritical),
        ("omedelbart", TimeCritical),
        ("snarast", TimeCritical),
        ("deadline", TimeCritical),
        ("förseningar är oacceptabla", TimeCritical),
        ("oklart", Uncertainty),
        ("förvirrande", Uncertainty),
        ("inte begripligt", Uncertainty),
        ("motsägelsefullt", Uncertainty),
        ("leveransförseningen", Delay),
        ("oklarhet", Uncertainty),
        ("missförstått", Uncertainty),
        ("ompröva", Alternatives),
        ("alternativa lösningar", Alternatives),
        ("budget", Budget),
    ];
    for (words, category) in quoted {
        let reading = known(Language::Swedish, words);
        let categories = reading.entries.iter().filter_map(|id| entry(*id)?.category);
        assert!(categories.into_iter().any(|found| found == category), "{words}: {:?}", reading.entries);
    }
}

#[test]
fn automatic_mails_carry_no_tone() {
    for automatic in [
        "Autosvar: Jag är på semester till den 4 augusti. Vid brådskande ärenden, ring växeln.",
        "Automatic reply: I am currently out of the office. For urgent matters please call.",
        "Abwesenheitsnotiz: Ich bin bis 17.10. nicht im Haus. In dringenden Fällen wenden Sie sich an Frau Lind.",
        "Nyhetsbrev maj: problem och lösningar i branschen. Avregistrera dig här.",
    ] {
        let reading = text(automatic);
        assert!(reading.automatic, "{automatic}");
        assert_eq!((reading.tone, reading.signals.len(), reading.notice), (0, 0, false), "{automatic}");
    }
    for written in [
        "Ni svarar bara med autosvar, det är dåligt.",
        "Declined transfers again, and nobody answers.",
        "It is impossible to unsubscribe from your newsletter, we are very annoyed.",
    ] {
        assert!(!text(written).automatic, "{written}");
    }
}

#[test]
fn a_short_text_is_read_in_the_language_of_its_customer() {
    assert_eq!(known(Language::German, "OK").language, Some(Language::German));
    assert_eq!(text("12 34").language, None);
    let english = known(Language::Swedish, "I hereby terminate our agreement effective 31 December.");
    assert_eq!((english.language, english.notice), (Some(Language::English), true));
    let swedish = known(Language::Swedish, "Hej Anna, pumpen läcker. Mvh Lars");
    assert_eq!(swedish.language, Some(Language::Swedish), "whatever the names look like");
    for (language, word) in [
        (Language::Swedish, "Besviken!"),
        (Language::Swedish, "Uselt!"),
        (Language::English, "Unacceptable!"),
        (Language::German, "Inakzeptabel."),
    ] {
        let one = text(word);
        assert!(one.language == Some(language) && one.tone <= -30, "{word}: {one:?}");
    }
    let foreign = "Bonjour, nous attendons toujours une réponse concernant notre commande du mois dernier.";
    assert_eq!(text(foreign).language, None);
    assert_eq!(text(foreign).confidence, 0);
}

#[test]
fn a_reply_s_subject_is_not_the_writer_s_own_words() {
    let ours =
        Message { subject: Some("SV: Försenad leverans"), ..message("Tack, det passar bra på tisdag.") };
    assert!(read(&ours).signals.is_empty());
    let thanks = Message { subject: Some("SV: Försenad leverans igen"), ..message("Tack!\nMvh Anna") };
    assert_eq!((read(&thanks).tone, read(&thanks).signals.len()), (0, 0));
    let theirs =
        Message { subject: Some("Försenad leverans"), ..message("Se ordernumret ovan, hör av er.") };
    assert!(read(&theirs).signals.contains(&Delay));
}

#[test]
fn entries_are_shown_in_words() {
    let reading = known(Language::Swedish, "Vi är besvikna");
    let shown: Vec<String> = reading.entries.iter().filter_map(|id| Some(entry(*id)?.shown())).collect();
    assert_eq!(shown, ["besvik…"]);
    assert_eq!(read(&Message { format: Format::Mail, ..message("Vi är besvikna") }).entries, reading.entries);
}

#[test]
fn who_wants_to_go_on_ends_nothing() {
    for wish in [
        "Vi vill gärna förlänga avtalet på samma villkor.",
        "Avtalet löper ut i mars, skicka gärna ett nytt förslag så vi kan förlänga.",
        "We would be happy to renew the contract on the same terms.",
        "The contract runs out in March, we want to renew.",
        "Wir möchten den Vertrag gerne zu den gleichen Konditionen verlängern.",
        "Der Vertrag läuft im März aus, wir verlängern gern um zwei Jahre.",
    ] {
        assert!(!text(wish).signals.contains(&Cancellation), "{wish}");
    }
    for ending in [
        "Vi vill inte förlänga avtalet.",
        "We would be happy to renew if the price came down, otherwise we end the contract.",
        "Wir wollten den Vertrag verlängern, aber jetzt kündigen wir ihn.",
    ] {
        assert!(text(ending).signals.contains(&Cancellation), "{ending}");
    }
}
