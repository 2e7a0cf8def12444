//! What somebody wrote, and what of it would leave.

use proptest::prelude::*;

use super::*;
use crate::Format;

fn message(text: &str) -> Message<'_> {
    Message { text, format: Format::Text, known_language: None, policy: 1, ..Message::default() }
}

fn leaves(text: &str, known: &[&str]) -> String {
    Redacted::newest(&message(text), known).map_or_else(String::new, |redacted| redacted.0)
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(leaves(text, &[]), expected, "{text}");
}

#[test]
fn addresses_and_links_go() {
    reads(
        "Skriv till per.ek@kund.example, tack för hjälpen med det.",
        "Skriv till [address], tack för hjälpen med det.",
    );
    reads(
        "Mail <Eva@Kund.example> or mailto:eva please, not me.",
        "Mail [address] or [address] please, not me.",
    );
    reads("See https://portal.kund.example/x?id=7 or www.kund.example.", "See [link] or [link].");
    reads("Siehe kund.de/bestellung, dort steht es.", "Siehe [link], dort steht es.");
    reads("Det tar t.ex. en vecka.Sedan ringer vi er.", "Det tar t.ex. en vecka.Sedan ringer vi er.");
}

#[test]
fn telephone_account_personal_and_order_numbers_go() {
    reads("Ring 070-123 45 67 eller +46 (0)8 - 12 34 56.", "Ring [number] eller [number].");
    reads("Call +44 20 7946 0018, or 0800 1111!", "Call [number], or [number]!");
    reads(
        "Mitt nummer är 19700101-1234 och orgnr 556677-8899.",
        "Mitt nummer är [number] och orgnr [number].",
    );
    reads("Zahlen Sie auf DE89 3704 0044 0532 0130 00, bitte.", "Zahlen Sie auf [number], bitte.");
    reads(
        "Pay to NL91 ABNA 0417 1643 00 or SE4550000000058398257466 today.",
        "Pay to [number] or [number] today.",
    );
    reads(
        "Order ORD-2024-00017, ärende T-1001 och faktura 10234 är sena.",
        "Order [number], ärende [number] och faktura [number] är sena.",
    );
    reads("0\u{200b}70\u{ad}1234567 är mitt nummer.", "[number] är mitt nummer.");
}

#[test]
fn small_figures_stay() {
    for text in [
        "Vi väntar på 3 av 12 enheter sedan 2024.",
        "Punkt 1, 2, 3, 4, 5 och 6 saknas.",
        "Kl. 10:30 var 95 % nere.",
    ] {
        reads(text, text);
    }
}

#[test]
fn names_go_where_names_stand_by_habit() {
    reads("Hej Anna!\nVi väntar på ett svar.", "Hej [name]!\nVi väntar på ett svar.");
    reads("hej anna,\nvi väntar på ett svar.", "hej [name],\nvi väntar på ett svar.");
    reads("Dear Ms. Smith and Mr. O'Neill,\nwe are still waiting.", "Dear [name],\nwe are still waiting.");
    reads(
        "Sehr geehrte Frau Dr. von der Müller-Lüdenscheidt,\nwir warten.",
        "Sehr geehrte [name],\nwir warten.",
    );
    reads("Jag har bett Herr Ek svara på detta.", "Jag har bett Herr [name] svara på detta.");
    reads("Ich heiße P. Ek und warte noch.", "Ich heiße [name] und warte noch.");
    reads("My name is Per Ek and I am disappointed.", "My name is [name] and I am disappointed.");
    reads("Hej! Vi väntar på ett svar.", "Hej! Vi väntar på ett svar.");
}

#[test]
fn signatures_go_however_short() {
    reads("Det är oacceptabelt.\n\nMed vänliga hälsningar\nPer Ek\n070-123 45 67", "Det är oacceptabelt.");
    reads("Det är oacceptabelt.\n\nPer Ek", "Det är oacceptabelt.\n\n[name]");
    reads("Det är oacceptabelt.\n/per", "Det är oacceptabelt.\n[name]");
    reads("That is unacceptable.\nThanks, Per", "That is unacceptable.\nThanks, [name]");
    reads("Das geht so nicht.\nDanke!", "Das geht so nicht.\nDanke!");
}

#[test]
fn names_that_are_known_go_wherever_they_stand() {
    let known = ["Per Ek <per.ek@nordfrakt.example>", "Nordfrakt AB"];
    assert_eq!(
        leaves("Som Per sade är Nordfrakts order sen, 10 st per vecka. Fråga Ek-Nordfrakt.", &known),
        "Som [name] sade är [name] order sen, 10 st per vecka. Fråga [name]."
    );
}

#[test]
fn only_the_newest_reply_of_a_person_leaves() {
    let mail = "Nej tack.\n\n> Hej Anna, ring 070-1234567\n-- \nPer Ek, Nordfrakt";
    let redacted = Redacted::newest(&Message { format: Format::Mail, ..message(mail) }, &[]);
    assert_eq!(redacted.unwrap().as_str(), "Nej tack.");
    let raw = "UHJlY2VkZW5jZTogYnVsawpTdWJqZWN0OiBuZXdzCgpIZWxsbyB0aGVyZSwgd2UgaGF2ZSBuZXdzLgo=";
    assert!(Redacted::newest(&Message { format: Format::Mime, ..message(raw) }, &[]).is_none(), "bulk mail");
    assert!(Redacted::newest(&message("> bara citat\n12345678"), &[]).is_none(), "nothing is left");
    assert_eq!(leaves(&"ja ".repeat(10_000), &[]).chars().count(), LONGEST);
    let redacted = Redacted::newest(&message("hemligt"), &[]);
    assert_eq!(format!("{redacted:?}"), "Some(Redacted(..))");
}

proptest! {
    /// Whatever stands around it.
    #[test]
    fn no_address_and_no_long_number_leaves(
        before in "\\PC{0,40}", after in "\\PC{0,40}", number in "0[1-9][0-9]{6,12}",
    ) {
        let text = format!("{before} quokka@kund.example {number} {after}");
        let leaves = leaves(&text, &[]);
        prop_assert!(!leaves.contains("quokka") && !leaves.contains(&number), "{}", leaves);
    }
}
