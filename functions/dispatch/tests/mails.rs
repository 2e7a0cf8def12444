//! Every kind of mail as a readable file in `tests/mails`. `UPDATE_MAILS=1 cargo test -p dispatch` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use dispatch::{mail_for, sign_in_mail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::alerts::Alert;
use platform::mail::Mail;
use platform::register::{Customer, Staff};
use scoring::policy::{LearnedFrom, Probability};
use scoring::{Assessment, Level, Policy};
use serde_json::{Value, json};

const LINK: &str = "https://kundvakt.example/alert/a-20260618-5f2c?t=TOKEN";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(text: &str) -> i32 {
    scoring::Day::of(time(&format!("{text}T12:00:00Z"))).0
}

/// The three signs of S72, and one that the stronger sign of its family covers.
fn s72() -> Vec<Value> {
    vec![
        json!({ "family": "phrases", "strength": "strong", "persistent": false, "timing": "leading",
            "since": day("2026-06-17"), "points": 1.91,
            "fact": { "fact": "phrases", "messages": 1, "days": 30, "categories": ["compatibility"], "entries": [] } }),
        json!({ "family": "payments", "strength": "medium", "persistent": false, "timing": "lagging",
            "since": day("2026-05-07"), "points": 1.40,
            "fact": { "fact": "pays_later", "days_later": 8.0, "usual": 2.0, "recent": 10.0, "invoices": 4 } }),
        json!({ "family": "orders", "strength": "weak", "persistent": false, "timing": "lagging",
            "since": day("2026-03-26"), "points": 0.90,
            "fact": { "fact": "orders_down", "share": 0.22, "weeks": 12 } }),
        json!({ "family": "orders", "strength": "weak", "persistent": false, "timing": "lagging",
            "since": day("2025-12-30"), "points": 0.0,
            "fact": { "fact": "order_gap", "days": 21, "usual_days": 7.0 } }),
    ]
}

fn notice() -> Value {
    json!({ "family": "phrases", "strength": "strong", "persistent": true, "timing": "lagging",
        "since": day("2026-06-17"), "points": 0.0, "fact": { "fact": "notice", "days_ago": 1 } })
}

fn alert(level: Level, risk: f64, evidence: &[Value]) -> Alert {
    let assessment: Assessment = serde_json::from_value(json!({
        "as_of": "2026-06-18T04:00:00Z", "risk": risk, "level": level, "evidence": evidence,
        "learning": ["tone", "tickets"], "no_data": ["usage"], "policy": 1
    }))
    .unwrap();
    let clocks = &Policy::default().clocks;
    Alert::new("a-20260618-5f2c".into(), "C-1006".into(), level, &assessment, clocks).unwrap()
}

fn customer(name: &str) -> Customer {
    serde_json::from_value(
        json!({ "id": "C-1006", "name": name, "value_per_year": 218_000, "currency": "EUR" }),
    )
    .unwrap()
}

fn person(name: &str, role: &str, language: &str) -> Staff {
    let email = "someone@nordverk.example";
    serde_json::from_value(
        json!({ "id": "s-1", "name": name, "email": email, "role": role, "language": language }),
    )
    .unwrap()
}

fn write(alert: &Alert, customer: &Customer, staff: &Staff) -> Mail {
    write_at("2026-06-18T04:00:20Z", alert, customer, staff)
}

fn write_at(now: &str, alert: &Alert, customer: &Customer, staff: &Staff) -> Mail {
    let (zone, now) = (TimeZone::get("Europe/Stockholm").unwrap(), time(now));
    mail_for(alert, customer, staff, &Policy::default(), &zone, now, LINK).unwrap()
}

/// The mail as a file, compared with what the file says.
fn compare(file: &str, mail: &Mail) {
    let path = format!("{}/tests/mails/{file}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = format!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.text);
    if std::env::var_os("UPDATE_MAILS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{file}: run with UPDATE_MAILS=1 and read the difference");
}

const PEOPLE: [(&str, &str, &str); 3] = [
    ("sv", "Maria Ekdahl", "Nordfrakt AB"),
    ("en", "Emily Carter", "Harbour Tools Ltd"),
    ("de", "Klaus Bremer", "Weser Pumpen GmbH"),
];

#[test]
fn each_level_in_each_language() {
    for (language, name, customer_name) in PEOPLE {
        for (level, role, risk, signs) in [
            (Level::Yellow, "account_manager", 0.344, &s72()[1..3]),
            (Level::Orange, "team_leader", 0.589, &s72()[0..2]),
            (Level::Red, "management", 0.780, &s72()),
        ] {
            let mail =
                write(&alert(level, risk, signs), &customer(customer_name), &person(name, role, language));
            compare(&format!("{}.{language}", level.word()), &mail);
        }
    }
}

#[test]
fn what_such_signs_came_to_is_said_once_losses_have_told() {
    for (language, name, customer_name) in PEOPLE {
        let mut alert = alert(Level::Red, 0.780, &s72());
        let mut assessment = alert.assessment().unwrap();
        assert_eq!(assessment.probability, None);
        let learned_from = LearnedFrom { customers: 150, losses: 29 };
        assessment.probability = Some(Probability { share: 0.5357, horizon_days: 90, learned_from });
        alert.assessment = serde_json::to_string(&assessment).unwrap();
        let mail = write(&alert, &customer(customer_name), &person(name, "management", language));
        compare(&format!("learned.{language}"), &mail);
    }
}

#[test]
fn a_notice_of_termination_is_said_first() {
    for (language, name, customer_name) in PEOPLE {
        let evidence = [vec![notice()], s72()[1..2].to_vec()].concat();
        let staff = person(name, "management", language);
        let mail = write(&alert(Level::Red, 0.95, &evidence), &customer(customer_name), &staff);
        compare(&format!("notice.{language}"), &mail);
    }
}

#[test]
fn a_phrase_of_the_companys_own_is_named_while_it_stands_in_the_policy() {
    let mut signs = s72();
    signs[0]["fact"]["entries"] = json!([10_000, 10_001]);
    let (alert, staff) = (alert(Level::Red, 0.78, &signs), person("Emily Carter", "management", "en"));
    let phrase = json!({ "id": 10_000, "language": "en", "phrase": "crane hire*", "weight": -0.5,
        "category": "compatibility" });
    let policy = serde_json::from_value(json!({ "words": { "phrases": [phrase] } })).unwrap();
    let said = |policy: &Policy| {
        let (zone, now) = (TimeZone::UTC, time("2026-06-18T04:00:20Z"));
        mail_for(&alert, &customer("Harbour Tools Ltd"), &staff, policy, &zone, now, LINK).unwrap().text
    };
    assert!(said(&policy).contains("more than usual: “crane hire…”."), "{}", said(&policy));
    assert!(said(&Policy::default()).contains("more than usual."), "{}", said(&Policy::default()));
}

#[test]
fn a_risk_that_rests_on_a_managed_model_says_so() {
    for ((language, name, customer_name), said) in
        PEOPLE.into_iter().zip(["språkmodell", "language model", "Sprachmodell"])
    {
        let (alert, staff) = (alert(Level::Red, 0.78, &s72()), person(name, "management", language));
        let mut judged = alert.clone();
        judged.assessment = judged.assessment.replacen('{', "{\"managed\":true,", 1);
        let text = |alert: &Alert| write(alert, &customer(customer_name), &staff).text;
        assert!(!text(&alert).contains(said) && text(&judged).contains(said), "{}", text(&judged));
    }
}

#[test]
fn who_comes_after_somebody_silent_hears_so_and_a_time_that_is_over_is_not_promised() {
    for (language, name, customer_name) in PEOPLE {
        let raised = Alert { step: 1, ..alert(Level::Orange, 0.589, &s72()[0..2]) };
        let (staff, customer) = (person(name, "management", language), customer(customer_name));
        let mail = |now| write_at(now, &raised, &customer, &staff);
        compare(&format!("passed-on.{language}"), &mail("2026-06-18T08:03:00Z"));
        compare(&format!("late.{language}"), &mail("2026-06-18T13:00:00Z"));
    }
}

#[test]
fn a_sign_in_link_in_each_language() {
    for (language, name, _) in PEOPLE {
        let mail =
            sign_in_mail(&person(name, "management", language), "https://kundvakt.example/signin/TOKEN");
        compare(&format!("sign-in.{language}"), &mail.unwrap());
    }
}

#[test]
fn a_customers_name_is_neither_mark_up_nor_a_header_nor_a_line_of_its_own() {
    let name = "<script>alert(1)</script>\r\nBcc: all@nordverk.example\r\n\r\n<b>\"&'";
    let mail =
        write(&alert(Level::Red, 0.78, &s72()), &customer(name), &person("<i>M</i>\nX", "management", "sv"));
    assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    assert!(
        !mail.text.lines().any(|line| line.starts_with("Bcc:") || line.starts_with('X')),
        "{}",
        mail.text
    );
    for tag in ["<script", "<b>", "<i>"] {
        assert!(!mail.html.contains(tag), "{tag} in {}", mail.html);
    }
    assert_eq!(mail.alert.as_ref().map(|(alert, _)| alert.as_str()), Some("a-20260618-5f2c"));
}

#[test]
fn the_phrases_of_the_article_stand_in_every_alert() {
    for level in [Level::Yellow, Level::Orange, Level::Red] {
        let mail =
            write(&alert(level, 0.78, &s72()), &customer("Nordfrakt AB"), &person("M", "management", "sv"));
        for phrase in [
            "Vi vill säkerställa att vi möter era nuvarande utmaningar",
            "Vid en genomgång av vårt samarbete har vi lagt märke till några punkter vi gärna diskuterar",
            "Inför strategiplaneringen för nästa år vore era synpunkter mycket värdefulla",
            "Vi har märkt att ni beställer mindre",
            "Är ni fortfarande nöjda med oss?",
        ] {
            assert!(mail.text.contains(phrase) && mail.html.contains(phrase), "{phrase}");
        }
    }
}

/// A young customer, and a helpdesk that was out for a week.
#[test]
fn what_is_missing_and_what_no_source_told_is_said_in_numbers() {
    let assessment: Assessment = serde_json::from_value(json!({
        "as_of": "2026-06-18T04:00:00Z", "risk": 0.344, "level": "yellow", "evidence": s72()[1..3],
        "learning": [{ "family": "tone", "missing": 3 }, { "family": "contacts", "missing": 0 }],
        "no_data": ["usage"], "missing": { "weeks": 12, "touch_points": 1 },
        "gaps": [{ "of": "tickets", "from": day("2026-03-03"), "to": day("2026-03-09") }], "policy": 1
    }))
    .unwrap();
    let clocks = &Policy::default().clocks;
    let alert = Alert::new("a-1".into(), "C-1006".into(), Level::Yellow, &assessment, clocks).unwrap();
    let said = PEOPLE.map(|(language, name, customer_name)| {
        let mail = write(&alert, &customer(customer_name), &person(name, "account_manager", language));
        mail.text
            .lines()
            .filter(|line| line.contains("Kundvakt ") && line.contains("12 "))
            .collect::<String>()
    });
    assert_eq!(
        said.join("\n"),
        "Det här vet vi inte. Kundvakt lär fortfarande känna kunden: ännu fattas 12 veckor och 1 kontakt. \
         För lite historik än: Ton (3 till behövs), Personer. Ingen data: Användning. \
         Från ingen kund kom data om ärenden (3 mars till 9 mars): en lucka hos oss, inte kundens tystnad.\n\
         What we do not know. Kundvakt is still getting to know the customer: 12 weeks and 1 contact to go. \
         Too little history yet: Tone (3 more needed), People. No data: Usage. \
         No data on tickets came from any customer (3 March to 9 March): a gap of ours, not the customer's silence.\n\
         Was wir nicht wissen. Kundvakt lernt den Kunden noch kennen: Es fehlen noch 12 Wochen und 1 Kontakt. \
         Noch zu wenig Vorgeschichte: Ton (noch 3 nötig), Personen. Keine Daten: Nutzung. \
         Von keinem Kunden kamen Daten über Tickets (3. März bis 9. März): eine Lücke bei uns, kein Schweigen des Kunden."
    );
}
