//! The same question in other words.

use super::story::{Story, asked_about, told_in_ticket, wrote, wrote_in};
use crate::evidence::Family::Tickets;

const FORTNOX: [&str; 4] = [
    "Hej! När kommer integrationen mot Fortnox?",
    "Kan ni säga när Fortnox-integrationen blir klar?",
    "Vi undrar fortfarande när ni har en integration mot Fortnox.",
    "Är integrationen mot Fortnox på gång?",
];
const FIRED: &str = "medium: 3 requests on the same topic within 30 days";

/// Three mails, so many days apart.
fn asks(days: i32, questions: [&str; 3]) -> Story {
    let story = Story::from("2025-10-06");
    questions.into_iter().fold(story, |story, question| story.once(wrote(question)).pause(days - 1))
}

fn first_three() -> [&'static str; 3] {
    [FORTNOX[0], FORTNOX[1], FORTNOX[2]]
}

#[test]
fn three_questions_about_one_thing_within_thirty_days_are_a_signal() {
    assert_eq!(asks(10, first_three()).says(Tickets, "2025-10-27"), FIRED);
    assert_eq!(
        asks(10, first_three()).once(wrote(FORTNOX[3])).says(Tickets, "2025-11-06"),
        FIRED.replace("3 r", "4 r")
    );
    let english = [
        "When will you have an export of invoices to Excel?",
        "Is the export of our invoices to Excel ready?",
        "We still cannot export invoices to Excel. Can you tell us when?",
    ];
    assert_eq!(asks(8, english).says(Tickets, "2025-10-24"), FIRED);
    let german = [
        "Wann kommt die Schnittstelle zu DATEV?",
        "Ist die DATEV-Schnittstelle schon verfügbar?",
        "Bitte teilen Sie uns mit, wann die Schnittstelle zu DATEV kommt.",
    ];
    assert_eq!(asks(8, german).says(Tickets, "2025-10-24"), FIRED);
}

#[test]
fn three_other_questions_two_alike_or_three_over_two_months_are_not() {
    let others = [FORTNOX[0], "Kan ni skicka en kopia av avtalet?", "Vad kostar service av pumpen per år?"];
    assert_eq!(asks(10, others).says(Tickets, "2025-10-27"), "no data");
    let two = [FORTNOX[0], "Kan ni skicka en kopia av avtalet?", FORTNOX[1]];
    assert_eq!(asks(10, two).says(Tickets, "2025-10-27"), "no data");
    assert_eq!(asks(25, first_three()).says(Tickets, "2025-11-26"), "no data");
    let told = ["Integrationen mot Fortnox fungerar fint."; 3];
    assert_eq!(asks(10, told).says(Tickets, "2025-10-27"), "no data", "nothing is asked");
}

#[test]
fn mails_tickets_and_topics_count_together_and_once() {
    let mixed = Story::from("2025-10-06")
        .once(wrote(FORTNOX[0]))
        .pause(5)
        .once(told_in_ticket("t-1", FORTNOX[1]))
        .pause(5)
        .once(told_in_ticket("t-2", "Integrationen mot Fortnox saknas fortfarande."));
    assert_eq!(mixed.says(Tickets, "2025-10-20"), FIRED);
    let by_both = Story::from("2025-10-06").every(5, 3, asked_about("fortnox", FORTNOX[0]));
    assert_eq!(by_both.says(Tickets, "2025-10-20"), FIRED);
}

#[test]
fn one_conversation_is_one_request_until_it_comes_up_again() {
    let [first, second, third] = first_three();
    let daily = Story::from("2025-10-06")
        .once(wrote_in("T-1", first))
        .once(wrote_in("T-1", second))
        .once(wrote_in("T-1", third));
    assert_eq!(daily.says(Tickets, "2025-10-20"), "no data");
    let again = Story::from("2025-10-06")
        .once(wrote_in("T-1", first))
        .pause(6)
        .once(wrote_in("T-1", second))
        .pause(6)
        .once(wrote_in("T-1", third));
    assert_eq!(again.says(Tickets, "2025-10-24"), FIRED, "clarified, and asked again (S26)");
}

#[test]
fn a_mail_and_the_ticket_made_of_it_are_one_request() {
    let twice = |story: Story, question: &'static str| {
        story.today(1, wrote(question)).once(told_in_ticket("t-1", question)).pause(9)
    };
    let story = twice(twice(Story::from("2025-10-06"), FORTNOX[0]), FORTNOX[1]);
    assert_eq!(story.clone().says(Tickets, "2025-10-20"), "learning");
    assert_eq!(twice(story, FORTNOX[2]).says(Tickets, "2025-10-27"), FIRED);
}
