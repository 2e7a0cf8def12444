//! An explicit notice of termination is red at once (I6): so a false one is the worst thing a reading can say.

use tone::Category;

use crate::{message, text, why};

const GIVEN: [&str; 53] = [
    "Vi säger upp avtalet.",
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
    "Wir teilen Ihnen hiermit mit, dass wir den Vertrag kündigen. Hiermit kündigen wir den Vertrag.",
];

const NOT_GIVEN: [(&str, &str); 87] = [
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
    ("clause", "Kündigungsfrist laut Vertrag: drei Monate zum Jahresende."),
];

#[test]
fn a_plain_notice_is_one() {
    for given in GIVEN {
        let reading = text(given);
        assert!(reading.notice, "{given}\n{}", why(&message(given)));
        assert!(reading.signals.contains(&Category::Cancellation), "{given}");
    }
}

#[test]
fn every_doubt_speaks_against_a_notice() {
    for (doubt, not_given) in NOT_GIVEN {
        assert!(!text(not_given).notice, "{doubt}: {not_given}");
    }
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
