//! What the customer writes: tone and red-flag phrases.

use super::story::{Story, judged, mail, wrote};
use crate::evidence::Family::{Phrases, Tone};

/// A friendly mail every Monday until 2025-10-13.
fn friendly() -> Story {
    Story::from("2025-06-02").every(7, 20, mail(10)).on("2025-10-20")
}

#[test]
fn three_sour_mails_in_a_week_stand_by_themselves() {
    let three = friendly().every(2, 3, mail(-30));
    assert_eq!(
        three.says(Tone, "2025-10-24"),
        "strong, stands by itself: 3 messages with a negative tone within a week (normal: 0 a week)"
    );
    assert_eq!(
        three.risk("2025-10-24"),
        "35.8 %, Yellow\n\
         Tone (strong): 3 messages with a negative tone within a week (normal: 0 a week)"
    );
}

#[test]
fn a_bad_week_of_who_has_bad_weeks_stands_by_itself_only_when_the_months_sour_too() {
    let bad_weeks =
        || Story::from("2025-03-03").every(1, 170, mail(5)).on("2025-04-07").every(2, 2, mail(-30));
    let one_more = bad_weeks().on("2025-08-18").every(2, 3, mail(-30));
    assert_eq!(one_more.risk("2025-08-22"), "5.0 %, no alert");
    let souring = bad_weeks().on("2025-07-21").every(3, 9, mail(-30)).on("2025-08-18").every(1, 4, mail(-30));
    assert!(souring.risk("2025-08-22").contains("Yellow"), "{}", souring.risk("2025-08-22"));
}

#[test]
fn a_managed_model_may_hear_what_the_rules_do_not() {
    let three = friendly().every(2, 3, judged(mail(0), -30));
    assert_eq!(
        three.risk("2025-10-24"),
        "35.8 %, Yellow\n\
         Tone (strong): 3 messages with a negative tone within a week (normal: 0 a week)"
    );
    assert!(three.assessed("2025-10-24").managed, "and says so");
    let lighter = friendly().every(2, 3, judged(mail(-30), 100));
    assert!(!lighter.assessed("2025-10-24").managed);
    assert_eq!(lighter.risk("2025-10-24"), three.risk("2025-10-24"), "and cannot talk away what they do");
}

#[test]
fn a_managed_model_that_always_hears_trouble_does_not_make_trouble_usual() {
    let heard = Story::from("2025-06-02").every(7, 20, judged(mail(10), -60)).on("2025-10-20");
    assert_eq!(heard.risk("2025-10-19"), "5.0 %, no alert", "held against its own hearing");
    let three = heard.every(2, 3, judged(mail(-30), -60));
    assert_eq!(three.assessed("2025-10-24"), friendly().every(2, 3, mail(-30)).assessed("2025-10-24"));
}

#[test]
fn two_sour_mails_do_not() {
    let two = friendly().every(2, 2, mail(-30));
    assert_eq!(two.says(Tone, "2025-10-24"), "quiet");
    assert_eq!(two.risk("2025-10-24"), "5.0 %, no alert");
}

#[test]
fn three_sour_mails_in_three_weeks_are_no_sour_week() {
    assert_eq!(friendly().every(7, 3, mail(-30)).says(Tone, "2025-11-03"), "quiet");
}

#[test]
fn the_sentence_of_the_article_counts_as_sour_and_raises_nothing_alone() {
    let waiting = wrote("Vi väntar fortfarande på ett svar gällande leveransen");
    assert_eq!(friendly().once(&waiting).risk("2025-10-24"), "5.0 %, no alert");
    assert_eq!(
        friendly().every(2, 3, &waiting).says(Tone, "2025-10-24"),
        "strong, stands by itself: 3 messages with a negative tone within a week (normal: 0 a week)"
    );
}

#[test]
fn a_mean_under_the_warning_over_two_weeks_is_medium_and_under_the_alarm_strong() {
    // Four mails on Tuesdays and Thursdays: never three in a week.
    let turned = |tone| friendly().on("2025-10-21").every(2, 2, mail(tone)).pause(3).every(2, 2, mail(tone));
    assert_eq!(
        turned(-42).says(Tone, "2025-10-31"),
        "medium: the tone averaged −0.42 in the last 14 days (4 messages, normal: +0.10; scale −1 to +1)"
    );
    assert_eq!(
        turned(-55).says(Tone, "2025-10-31"),
        "strong: the tone averaged −0.55 in the last 14 days (4 messages, normal: +0.10; scale −1 to +1)"
    );
    assert_eq!(turned(-29).says(Tone, "2025-10-31"), "quiet");
}

#[test]
fn a_gruff_writer_is_not_in_trouble() {
    let gruff = Story::from("2025-06-03").every(7, 22, mail(-40)).on("2025-06-05").every(7, 22, mail(-40));
    assert_eq!(gruff.says(Tone, "2025-10-31"), "quiet");
}

#[test]
fn a_tone_needs_some_mails() {
    assert_eq!(Story::from("2025-10-20").every(2, 2, mail(-60)).says(Tone, "2025-10-24"), "learning");
    assert_eq!(Story::from("2025-10-20").says(Tone, "2025-10-24"), "no data");
    // A friend who has fallen silent is no news of the tone.
    assert_eq!(friendly().says(Tone, "2025-11-20"), "quiet");
}

#[test]
fn a_question_about_compatibility_is_strong_and_alone_raises_nothing() {
    let asked = friendly().once(wrote("Är er lösning kompatibel med systemet från en annan leverantör?"));
    assert_eq!(
        asked.says(Phrases, "2025-10-24"),
        "strong: 1 message in the last 30 days with words about compatibility with other systems, more than usual: “kompatib…”"
    );
    assert_eq!(
        asked.risk("2025-10-24"),
        "20.0 %, no alert\n\
         Choice of words (strong): 1 mention in 5 weeks of other solutions, other systems, getting data out or missing functions (normal: 0): “kompatib…”"
    );
}

#[test]
fn asking_how_to_get_the_data_out_is_strong() {
    let asked = friendly().once(wrote("How can we export all our data from your system?"));
    assert_eq!(
        asked.says(Phrases, "2025-10-24"),
        "strong: 1 message in the last 30 days with words about getting their data out, more than usual: “export … all”, “all our data”"
    );
}

#[test]
fn the_consultancys_terms_add_up() {
    let rethinks = friendly()
        .once(wrote("Vi behöver ompröva upplägget."))
        .pause(6)
        .once(wrote("Vi tittar också på alternativa lösningar."))
        .pause(6)
        .once(wrote("Vår budget för nästa år är mindre än väntat."));
    assert_eq!(
        rethinks.says(Phrases, "2025-11-07"),
        "strong: 2 messages in the last 30 days with words about other suppliers or solutions and the budget, more than usual: “alternativa lösningar”, “ompröva…”, “budget…”"
    );
    let budget = || friendly().once(wrote("Vår budget för nästa år är mindre än väntat."));
    assert_eq!(budget().says(Phrases, "2025-11-07"), "quiet");
    assert_eq!(
        budget()
            .pause(3)
            .once(wrote("Vår budget för nästa år är fortfarande mindre."))
            .says(Phrases, "2025-11-14"),
        "medium: 2 messages in the last 30 days with words about the budget, more than usual: “budget…”"
    );
}

#[test]
fn everyday_words_count_only_when_they_add_up() {
    let unclear = wrote("Det är fortfarande oklart vilken version som gäller.");
    assert_eq!(friendly().once(&unclear).says(Phrases, "2025-11-03"), "quiet");
    assert_eq!(
        friendly().every(5, 3, &unclear).says(Phrases, "2025-11-03"),
        "medium: 3 messages in the last 30 days with words about unclear points, more than usual: “oklar…”, “vad … som gäller”"
    );
}

#[test]
fn who_always_writes_of_budgets_is_no_news() {
    let controller = Story::from("2025-06-02").every(7, 22, wrote("Vår budget är mindre än väntat."));
    assert_eq!(controller.says(Phrases, "2025-11-03"), "quiet");
}

#[test]
fn phrases_need_something_to_compare_with() {
    let new = Story::from("2025-10-20").once(wrote("Det är oklart vilken version som gäller."));
    assert_eq!(new.says(Phrases, "2025-10-24"), "learning");
    assert_eq!(Story::from("2025-10-20").says(Phrases, "2025-10-24"), "no data");
}
