//! An explicit notice of termination is red at once (I6): so a false one is the worst thing a reading can say.

use tone::{Category, Language, Message, read};

use crate::{known, message, text};

const GIVEN: [&str; 90] = [
    "Styrelsen har beslutat att inte utnyttja förlängningsoptionen.",
    "We will not be exercising our option to renew, the agreement ends in May.",
    "Es bleibt dabei, dass wir den Vertrag zum Jahresende kündigen.",
    "Vi förlänger inte avtalet som löper ut den 30/6. Om ni har frågor, ring mig.",
    "Vår hyresvärd flyttar oss i vecka 12. Vi säger upp avtalet med er.",
    "Unless you object we meet at gate 4. We are terminating our contract with you.",
    "Wenn möglich, treffen wir uns an Tor 4. Wir kündigen den Vertrag mit Ihnen.",
    "Vi säger upp avtalet.",
    "Tack för allt! Städavtalet med er sägs upp per sista maj.",
    "Med hänvisning till punkt 11.2 säger Halmstads Bygg & Plåt AB härmed upp avtalet.",
    "Nein danke, kein neues Angebot, wir kündigen.",
    "We have no alternative and hereby terminate the agreement under clause 19.",
    "The board voted not to renew with you when the term is up in March.",
    "Cancel our subscription please.",
    "We're moving our business to another supplier and will end our contract with you on 30 November.",
    "We're switching to a competitor and won't be renewing with you in May.",
    "Hiermit kündige ich im Namen der Firma Koch GmbH unseren Liefervertrag.",
    "Uppsägning av avtal 8831, till avtalstidens utgång.",
    "Härmed säger vi upp vårt avtal till utgången av perioden.",
    "Vi säger härmed upp serviceavtalet med er från och med 1 juni.",
    "Vi säger upp samarbetsavtalet med omedelbar verkan, eftersom ni inte har levererat på tre månader.",
    "Härmed sägs avtal 2031-22 upp till upphörande vid periodens slut.",
    "Hej! Efter lång tvekan har vi kommit fram till följande. Vi säger upp abonnemanget. Tack för åren.",
    "Vi meddelar härmed att vi säger upp ramavtalet med er.",
    "Härmed säger vi upp avtalet om löpande underhåll med tre månaders uppsägningstid.",
    "Wir kündigen den Wartungsvertrag mit drei Monaten Frist zum Jahresende.",
    "We hereby terminate the contract.",
    "Dear all, we are terminating our agreement with you with effect from 30 June.",
    "Please accept this letter as formal notice of termination of our contract.",
    "We are cancelling our subscription with immediate effect.",
    "We hereby inform you that we terminate the service agreement.",
    "This is our notice of termination.",
    "Wir kündigen den Vertrag.",
    "Hiermit kündigen wir den Wartungsvertrag fristgerecht zum 31.12.",
    "Hiermit kündigen wir unseren Vertrag mit Ihnen, weil Sie nicht liefern.",
    "Wir kündigen hiermit den Rahmenvertrag mit sofortiger Wirkung.",
    "Der Vertrag ist hiermit fristlos gekündigt.",
    "Sehr geehrte Damen und Herren, hiermit kündige ich das Abonnement zum Jahresende.",
    "Hiermit kündigen wir.",
    "Guten Tag, hiermit kündigen wir zum 31.12. und bitten um Bestätigung.",
    "Wir kündigen hiermit fristlos.",
    "Vi säger härmed upp.",
    "We hereby terminate.",
    "Dear Ms Ek, we hereby give notice. Kind regards",
    "Härmed säger vi upp per den 31 december.",
    "Vi säger upp avtalet med den uppsägningstid som gäller.",
    "We are terminating the contract with the agreed notice of three months.",
    "Wir beenden die Zusammenarbeit mit Ihnen zum 30. Juni.",
    "Bitte betrachten Sie diese E-Mail als unsere Kündigung zum Jahresende.",
    "We will no longer require your services.",
    "Please treat this email as our 30 days' notice.",
    "This is formal notice that our agreement ends on 30 June.",
    "We are giving you three months' notice.",
    "Unfortunately we will not be renewing our contract in March.",
    "After careful thought we have decided not to renew the agreement.",
    "We would like to cancel our subscription from next month, please.",
    "This is to confirm that we will not be renewing when the term ends in February.",
    "Please find attached our termination letter.",
    "Härmed meddelar vi att vi avslutar samarbetet.",
    "Hej! Vi vill säga upp vårt supportavtal. Vad behöver ni för underlag?",
    "Tyvärr kommer vi inte att förlänga avtalet efter årsskiftet.",
    "Vi har valt att inte förnya vårt abonnemang.",
    "Vi behöver inte längre era tjänster.",
    "Bifogat finner ni vår uppsägning.",
    "Anbei unsere Kündigung zum Jahresende.",
    "Wir werden den Wartungsvertrag nicht verlängern.",
    "Leider möchten wir unseren Vertrag zum 31.12. kündigen.",
    "Wir haben uns entschieden, den Rahmenvertrag nicht zu verlängern.",
    "Wir benötigen Ihre Dienste nicht mehr.",
    "Vi behöver inte er tjänst längre och vill avsluta abonnemanget per sista juni.",
    "Hej, vi har bestämt oss för att inte förnya avtalet när det löper ut i mars.",
    "Styrelsen har beslutat att vi avslutar samarbetet med er den 30 april.",
    "Vi kommer inte att fortsätta som kund hos er efter sommaren.",
    "Vi vill avsluta vårt abonnemang.",
    "Vi vill inte vara kund hos er längre.",
    "Hi Tom, just to let you know that we won't be renewing when the term is up in September.",
    "We no longer need your services and would like to close our account at the end of the month.",
    "Please take this as our three months' notice on the maintenance contract.",
    "We've decided to leave you at the end of January.",
    "We will not renew in September.",
    "Please cancel our account from 1 May.",
    "Guten Tag, wir werden den Vertrag zum Jahresende nicht verlängern.",
    "Wir verlängern den Vertrag nicht.",
    "Wir werden den Vertrag mit Ihnen zum Jahresende kündigen.",
    "Wir brauchen Ihre Dienstleistung nicht mehr und möchten zum 30. Juni kündigen.",
    "Wir haben uns entschieden, die Zusammenarbeit mit Ihnen zum 31. März zu beenden.",
    "Ab Januar sind wir nicht mehr Ihr Kunde, bitte schließen Sie unser Konto.",
    "Wir möchten kündigen.",
    "We will not renew our contract. For questions call Anna.",
    "Wir teilen Ihnen hiermit mit, dass wir den Vertrag kündigen. Hiermit kündigen wir den Vertrag.",
];

const NOT_GIVEN: [(&str, &str); 137] = [
    ("condition", "If prices rise we will not exercise the option to extend."),
    ("possible", "Vi överväger att inte utnyttja förlängningsoptionen."),
    ("negated", "Es bleibt dabei, dass wir den Vertrag nicht kündigen."),
    ("something else", "We decided not to exercise the option to extend the delivery slot."),
    ("negated", "Vi säger inte upp avtalet."),
    ("negated", "Vi säger absolut inte upp vårt avtal med er."),
    ("negated", "We are not terminating our contract."),
    ("negated", "We hereby confirm that we are not cancelling our subscription."),
    ("negated", "Wir kündigen den Vertrag nicht."),
    ("negated", "Wir kündigen den Vertrag vorerst noch nicht, keine Sorge."),
    ("past, another", "Vi har sagt upp avtalet med vår förra leverantör."),
    ("past, another", "We terminated our contract with our previous supplier."),
    ("past, another", "Wir haben den Vertrag mit unserem früheren Lieferanten gekündigt."),
    ("past", "Förra året sa vi upp avtalet men ångrade oss."),
    ("another", "Vi säger upp avtalet med Initech och går över till er."),
    ("another", "Vi säger upp hyresavtalet med vår hyresvärd, så adressen ändras."),
    ("another", "We are terminating our contract with Globex and would like a quote from you."),
    ("another", "We are cancelling our other subscription, yours stays."),
    ("another", "Wir kündigen den Vertrag mit der Firma Globex und kommen zu Ihnen."),
    ("another", "Wir kündigen den Vertrag bei Globex."),
    ("another", "We are terminating our contract with the cleaning company on 30 June."),
    ("another", "We are terminating our agreement with a haulier in Leeds."),
    ("another", "We are cancelling our subscription with the local newspaper."),
    ("another", "Vi säger upp avtalet med en av våra städfirmor."),
    ("another", "Vi säger upp avtalet med den sista åkaren i Malmö."),
    ("another", "Wir kündigen den Vertrag mit einer Spedition in Hamburg."),
    ("another", "Wir kündigen das Abo beim Stromanbieter."),
    ("another", "Vi säger upp avtalet med Janssons Åkeri."),
    ("another", "Vi säger upp avtalet med Marcus Bygg AB."),
    ("another", "We are terminating our contract with Novatech."),
    ("another", "Wir kündigen den Vertrag mit Augustin & Söhne."),
    ("another", "Härmed säger vi upp lokalen på Storgatan."),
    ("a person", "Härmed säger jag upp mig, min sista dag är 31 maj. Karin tar över."),
    ("a person", "I hereby give notice; my last day here is 31 May."),
    ("condition", "We will no longer require your services if the pilot fails."),
    ("question", "Was passiert, wenn wir die Zusammenarbeit beenden?"),
    ("condition", "Om leveransen inte kommer på fredag säger vi upp avtalet."),
    ("condition", "Vi säger upp avtalet om inte er chef ringer i dag."),
    ("condition", "Lös det före fredag, annars säger vi upp avtalet."),
    ("condition", "Innan vi säger upp avtalet vill vi höra er syn."),
    ("condition", "If this happens once more we terminate the contract."),
    ("condition", "Fix it by Friday, otherwise we are cancelling our subscription."),
    ("condition", "We are terminating the agreement unless we hear from you."),
    ("condition", "Before we terminate the contract we would like to talk."),
    ("condition", "Wenn bis Freitag nichts passiert, kündigen wir den Vertrag."),
    ("condition", "Falls das nicht klappt, kündigen wir den Vertrag."),
    ("condition", "Sollte sich das nicht ändern, kündigen wir den Vertrag."),
    ("condition", "Andernfalls kündigen wir den Vertrag."),
    ("negated", "This is not a notice of termination."),
    ("negated", "Wir machen nicht von unserem Kündigungsrecht Gebrauch."),
    ("negated", "Vi utnyttjar inte rätten att säga upp avtalet."),
    ("condition", "Nach fruchtlosem Ablauf der Frist (5. Juni) kündigen wir fristlos."),
    ("condition", "Kommt das noch einmal vor, werden wir den Vertrag kündigen."),
    ("possible", "Vielleicht kündigen wir, das entscheidet der neue Chef."),
    ("another", "Vi måste säga upp alla avtal med dem."),
    ("withdrawn", "Vi drar tillbaka vår uppsägning av avtalet."),
    ("withdrawn", "Vi återkallar härmed vår uppsägning av avtal 2291 och vill fortsätta."),
    ("withdrawn", "Ni kan bortse från vår uppsägning av avtalet, styrelsen har ändrat sig."),
    ("withdrawn", "We would like to withdraw our notice of termination of the contract dated 3 May."),
    ("withdrawn", "Please ignore our notice to terminate the agreement, it was sent in error."),
    ("withdrawn", "We rescind our termination of the contract."),
    ("withdrawn", "Hiermit widerrufen wir unsere Kündigung des Wartungsvertrages zum 31.12."),
    ("withdrawn", "Unsere Kündigung des Vertrags ist gegenstandslos."),
    ("ours", "We have received your notice of termination of our contract and do not accept it."),
    ("another", "We have decided to end our subscription to the Financial Times."),
    ("another", "We have decided to cancel our membership of the Chamber of Commerce."),
    ("another", "We are terminating John's contract at the end of the month. Please remove his login."),
    ("another", "Wir kündigen unsere Gebäudeversicherung zum Jahresende."),
    ("another", "Wir beenden unsere Mitgliedschaft im Verband zum Jahresende."),
    ("another", "Vi har beslutat att avsluta vårt medlemskap i Företagarna, så rabatten faller bort."),
    ("something else", "We are closing the account query, all paid. Thanks for the statement."),
    ("something else", "We are closing the account for March, please send any late invoices by Friday."),
    ("something else", "We are closing our London account team and your new contact is in Leeds."),
    ("part", "Vi behöver säga upp en av våra licenser."),
    ("question", "Säger vi upp avtalet nu, när upphör det då?"),
    ("question", "Hur säger vi upp avtalet?"),
    ("question", "How do we terminate the contract?"),
    ("question", "What happens to our data when we terminate the contract?"),
    ("question", "Wann kündigen wir den Vertrag spätestens?"),
    ("question", "Wie kündigen wir den Vertrag?"),
    ("possible", "Vi kan komma att säga upp avtalet."),
    ("possible", "Vi överväger att säga upp avtalet."),
    ("possible", "We may have to terminate the contract."),
    ("possible", "We are considering terminating the contract."),
    ("possible", "Wir überlegen, den Vertrag zu kündigen."),
    ("reported", "Ryktet säger att vi säger upp avtalet."),
    ("reported", "Somebody told you that we are terminating our contract."),
    ("quoted", "Kunden skrev \"vi säger upp avtalet\" och då ringde vi."),
    ("quoted", "Im Muster steht: „Hiermit kündigen wir den Vertrag.“"),
    ("something else", "Vi säger upp två av fem licenser."),
    ("something else", "Wir kündigen hiermit unseren Besuch für den 3. Juli an."),
    ("something else", "Hiermit kündigen wir unseren Besuch für Montag, den 3. Mai, an."),
    ("something else", "Hiermit kündigen wir an, dass unser Lager umzieht."),
    ("something else", "We hereby give notice of our change of address."),
    ("something else", "We hereby cancel order 4711."),
    ("something else", "Vi säger härmed upp parkeringsplats 14."),
    ("something else", "We are cancelling our meeting on Monday, the contract is signed."),
    ("something else", "Vi säger till när avtalet är påskrivet, upp till er sedan."),
    ("negated", "We have decided not to cancel our subscription."),
    ("negated", "Wir möchten den Vertrag nicht kündigen."),
    ("negated", "We would not like to end our agreement over this."),
    ("negated", "Vi vill inte säga upp avtalet."),
    ("condition", "If prices rise again we will not be renewing our contract."),
    ("condition", "We will not renew our contract unless the price comes down."),
    ("condition", "Om inget händer kommer vi inte att förlänga avtalet."),
    ("condition", "Wenn sich nichts ändert, werden wir den Vertrag nicht verlängern."),
    ("question", "What happens to our data if we decide not to renew our contract?"),
    ("question", "Hur gör vi om vi vill säga upp vårt avtal?"),
    ("possible", "Wir überlegen, ob wir den Vertrag verlängern."),
    ("another", "We will not be renewing our contract with Globex, so we are looking at you."),
    ("another", "Vi har valt att inte förlänga avtalet med Initech."),
    ("one job", "We no longer need your services for the fair on Saturday."),
    ("something else", "Treat this as formal notice that liquidated damages apply."),
    ("something else", "We will not be renewing the lease on the Leeds warehouse."),
    ("something else", "Wir werden die Frist nicht verlängern."),
    ("something else", "Anbei unsere Kündigungsstatistik."),
    ("another", "Wir möchten den Vertrag mit der Spedition kündigen."),
    ("another", "Wir haben beschlossen, den Vertrag mit DHL zu kündigen."),
    ("another", "Wir möchten den Vertrag mit Siemens kündigen."),
    ("something else", "Wir werden den Vertrag nicht verlängern, sondern gleich einen größeren abschließen."),
    ("something else", "Wir verlängern den Vertrag nicht automatisch."),
    ("another", "Vi säger upp hyresavtalet för lokalen i Nacka."),
    ("condition", "Im Wiederholungsfall werden wir den Vertrag kündigen."),
    ("condition", "När priset går upp säger vi upp avtalet."),
    ("condition", "När det går för långsamt säger vi upp avtalet."),
    ("one job", "Wir benötigen Ihre Dienste nicht mehr, der Server läuft wieder."),
    ("one job", "We no longer need your service today, the machine runs again."),
    ("one job", "We no longer need your service visit."),
    ("one job", "The alarm has been reset. We no longer need your service."),
    ("one job", "Vi behöver inte längre er tjänst i kväll, maskinen går igen."),
    ("one job", "Vi behöver inte längre era tjänster i morgon."),
    ("something else", "We want to cancel our subscription to the newsletter."),
    ("something else", "We want to cancel our subscription to the trade magazine."),
    ("something else", "Vi vill säga upp vårt abonnemang på nyhetsbrevet."),
    ("something else", "Wir möchten unser Abonnement des Newsletters kündigen."),
    ("condition", "We will not renew at this price."),
    ("clause", "Kündigungsfrist laut Vertrag: drei Monate zum Jahresende."),
];

#[test]
fn a_plain_notice_is_one() {
    let missed: Vec<&str> = GIVEN.into_iter().filter(|given| !text(given).notice).collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    for given in GIVEN {
        assert!(text(given).signals.contains(&Category::Cancellation), "{given}");
    }
}

#[test]
fn every_doubt_speaks_against_a_notice() {
    let taken: Vec<_> = NOT_GIVEN.into_iter().filter(|(_, text_of)| text(text_of).notice).collect();
    assert!(taken.is_empty(), "{taken:?}");
}

/// Mails of four writers who had not seen the code, two thirds of them near notices that are none. Each set was first
/// read before anything was learned of it: of the first 45 of 180 were found by whole phrases; then, by what ends and words
/// that end it, 88 of 150, 53 of 120 and 75 of 120, with 5 false ones of 660.
const MAILS: [(Language, &str, usize); 3] = [
    (Language::Swedish, include_str!("../notices/sv.txt"), 130),
    (Language::English, include_str!("../notices/en.txt"), 135),
    (Language::German, include_str!("../notices/de.txt"), 150),
];

#[test]
fn notices_are_found_in_mails_of_others_and_none_where_there_is_none() {
    for (language, mails, least) in MAILS {
        let (mut found, mut taken) = (0, Vec::new());
        for mail in mails.lines().filter(|line| !line.starts_with('#')) {
            let (kind, written) = mail.split_once(" | ").expect("a kind and a text");
            let given = known(language, &written.replace("\\n", "\n")).notice;
            if kind == "notice" {
                found += usize::from(given);
            } else if given {
                taken.push(written);
            }
        }
        assert!(taken.is_empty(), "{}", taken.join("\n"));
        assert!(found >= least, "{language:?}: {found} found");
    }
}

#[test]
fn a_contract_with_our_name_is_ours() {
    let mail = "Vi säger upp avtalet med Nordverk till årsskiftet.";
    let named = |our_name| read(&Message { our_name, ..message(mail) }).notice;
    assert!(named(Some("Nordverk Systems AB")));
    assert!(!named(Some("Granit Data AB")));
    assert!(!named(None));
}

#[test]
fn a_threat_is_still_a_cancellation_signal_and_a_denial_is_none() {
    let threat = text("Om leveransen inte kommer på fredag säger vi upp avtalet.");
    assert!(threat.signals.contains(&Category::Cancellation));
    for denial in [
        "Vi säger inte upp avtalet.",
        "We are not terminating our contract.",
        "Wir kündigen den Vertrag nicht.",
    ] {
        assert!(!text(denial).signals.contains(&Category::Cancellation), "{denial}");
    }
}
