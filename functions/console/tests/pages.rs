//! Pages from sample data: what is on them, and what must never be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use console::pages::alerts::{self, Listed};
use console::pages::{alert, unmatched};
use console::visitor::{Proof, Visitor};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::alerts::{Alert, Feedback};
use platform::register::{Customer, Staff, Unmatched};
use scoring::budget::Held;
use scoring::policy::{LearnedFrom, Probability};
use scoring::{Assessment, Level, Policy};
use serde_json::json;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Stockholm").unwrap()
}

fn staff(language: &str) -> Vec<Staff> {
    let person = |id, name, role| {
        let email = format!("{id}@nordverk.example");
        let json = json!({ "id": id, "name": name, "email": email, "role": role, "language": language });
        serde_json::from_value(json).unwrap()
    };
    vec![person("s-maria", "Maria Ekdahl", "management"), person("s-johan", "Johan Sjöberg", "team_leader")]
}

fn by_link(language: &str) -> Visitor {
    Visitor { staff: staff(language).remove(0), proof: Proof::Link("LINK-TOKEN".into()) }
}

fn by_session(language: &str) -> Visitor {
    Visitor { staff: staff(language).remove(0), proof: Proof::Session("PAGE-TOKEN".into()) }
}

fn open_alert() -> Alert {
    let since = scoring::Day::of(time("2026-05-07T12:00:00Z")).0;
    let assessment: Assessment = serde_json::from_value(json!({
        "as_of": "2026-06-18T04:00:00Z", "risk": 0.78, "level": "red", "learning": ["tone"], "no_data": ["usage"],
        "policy": 1, "evidence": [{
            "family": "payments", "strength": "medium", "persistent": false, "timing": "lagging", "since": since,
            "points": 1.40,
            "fact": { "fact": "pays_later", "days_later": 8.0, "usual": 2.0, "recent": 10.0, "invoices": 4 }
        }]
    }))
    .unwrap();
    Alert::new("a-1".into(), "C-1".into(), Level::Red, &assessment, &Policy::default().clocks).unwrap()
}

fn customer(name: &str) -> Customer {
    serde_json::from_value(json!({ "id": "C-1", "name": name })).unwrap()
}

fn page(visitor: &Visitor, alert: Alert, name: &str, said: &str) -> String {
    let shown = alert::Shown { alert, customer: customer(name), staff: staff("sv"), said: said.into() };
    alert::page(visitor, &shown, &Policy::default(), &zone(), time("2026-06-18T04:10:00Z")).unwrap().html
}

#[test]
fn an_alert_says_why_what_to_do_and_by_when_in_each_language() {
    for (language, says) in [
        (
            "sv",
            ["Svara senast torsdag 18 juni kl. 07.00", "Betalar 8 dagar senare", "1,4 poäng", "Jag tar det"],
        ),
        ("en", ["Answer by Thursday 18 June at 07:00", "Pays 8 days later", "1.4 points", "I am on it"]),
        (
            "de",
            [
                "Antwort bis Donnerstag, 18. Juni, 07:00 Uhr",
                "Zahlt 8 Tage später",
                "1,4 Punkte",
                "Ich übernehme",
            ],
        ),
    ] {
        let html = page(&by_link(language), open_alert(), "Nordfrakt AB", "");
        for text in says {
            assert!(html.contains(text), "{text} is not in {html}");
        }
        assert!(html.contains(&format!("<html lang=\"{language}\">")));
    }
}

#[test]
fn a_probability_stands_beside_the_risk_once_losses_have_told() {
    for (language, said) in [
        ("sv", "Av 100 kunder med liknande tecken avslutade ungefär 28 samarbetet inom 90 dagar."),
        ("en", "Of 100 customers with signs like these, about 28 left within 90 days."),
        ("de", "Von 100 Kunden mit ähnlichen Anzeichen gingen etwa 28 innerhalb von 90 Tagen verloren."),
    ] {
        let mut alert = open_alert();
        assert!(!page(&by_link(language), alert.clone(), "Nordfrakt AB", "").contains("29"));
        let mut assessment = alert.assessment().unwrap();
        let learned_from = LearnedFrom { customers: 150, losses: 29 };
        assessment.probability = Some(Probability { share: 0.2789, horizon_days: 90, learned_from });
        alert.assessment = serde_json::to_string(&assessment).unwrap();
        let html = page(&by_link(language), alert, "Nordfrakt AB", "");
        assert!(html.contains(said) && html.contains("78 %"), "{html}");
    }
}

#[test]
fn a_button_carries_the_proof_it_was_opened_with() {
    let link = page(&by_link("sv"), open_alert(), "Nordfrakt AB", "");
    assert!(link.contains("value=\"LINK-TOKEN\"") && !link.contains("/signout"), "{link}");
    let session = page(&by_session("sv"), open_alert(), "Nordfrakt AB", "");
    assert!(session.contains("value=\"PAGE-TOKEN\"") && session.contains("/signout"), "{session}");
    assert!(session.contains("name=\"seen\" value=\"2026-06-18T04:00:00Z\""), "{session}");
}

#[test]
fn an_address_alone_confirms_nothing() {
    let done = "Ärendet är ditt nu";
    assert!(!page(&by_link("sv"), open_alert(), "Nordfrakt AB", "acknowledge").contains(done));
    let at = Some(time("2026-06-18T04:09:00Z"));
    let taken = |who: &str| Alert { acknowledged_at: at, acknowledged_by: Some(who.into()), ..open_alert() };
    let mine = page(&by_link("sv"), taken("s-maria"), "Nordfrakt AB", "acknowledge");
    assert!(mine.contains(done) && !mine.contains("Jag tar det"), "{mine}");
    let other = page(&by_link("sv"), taken("s-johan"), "Nordfrakt AB", "acknowledge");
    assert!(!other.contains(done) && other.contains("Johan Sjöberg har tagit ärendet"), "{other}");
}

#[test]
fn a_name_is_never_mark_up() {
    let name = "<script>alert(1)</script>\"'&\r\n";
    let html = page(&by_link("sv"), open_alert(), name, "<script>");
    assert!(!html.contains("<script"), "{html}");
    let entry = Unmatched {
        instance: "<script>".into(),
        id: "1".into(),
        reason: "<script>".into(),
        reference: Some("<script>".into()),
        event: None,
        at: time("2026-06-18T04:00:00Z"),
    };
    let html = unmatched::page(&by_session("de"), vec![entry], &zone()).unwrap().html;
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn the_list_begins_with_the_most_urgent_and_says_who_has_what() {
    let named = |id: &str, level, name| (Alert { id: id.into(), level, ..open_alert() }, customer(name));
    let mut taken = named("a-3", Level::Orange, "Tornbergs");
    taken.0.acknowledged_by = Some("s-johan".into());
    taken.0.feedback = Some(Feedback::Relevant);
    let alerts = vec![named("a-2", Level::Yellow, "Weser"), taken, named("a-1", Level::Red, "Nordfrakt")];
    let listed = Listed {
        alerts,
        staff: staff("en"),
        unmatched: 3,
        held: Held { opens_from: Some(0.36), customers: 2 },
    };
    let now = time("2026-06-18T04:10:00Z");
    let html = alerts::page(&by_session("en"), &listed, &Policy::default(), &zone(), now).unwrap().html;
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is not in {html}"));
    assert!(at("Nordfrakt") < at("Tornbergs") && at("Tornbergs") < at("Weser"));
    assert!(at("With Johan Sjöberg · Feedback: Yes, relevant") > at("Tornbergs"));
    at("3 entries belong to no customer we know");
    at(
        "A yellow alert is waiting for 2 customers: there are more warnings than you have time for. This week yellow ones \
        are sent from 36 % on, orange and red ones always.",
    );
}
