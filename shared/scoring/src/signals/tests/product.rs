//! Tickets and requests, use of the product, people.

use super::story::{Story, joined, left, mail, reopened, request, ticket, used};
use crate::evidence::Family::{Contacts, Tickets, Usage};

/// A ticket every four weeks until 2025-09-22, each about something else.
fn monthly() -> Story {
    Story::from("2025-04-07").every(28, 7, |day| ticket(&day.date().to_string())(day)).on("2025-10-06")
}

/// So many tickets today, each about something else.
fn tickets(story: Story, times: usize) -> Story {
    (0..times).fold(story, |story, n| story.today(1, ticket(&format!("topic {n}"))))
}

#[test]
fn five_tickets_a_week_are_a_surge() {
    assert_eq!(
        tickets(monthly(), 5).says(Tickets, "2025-10-10"),
        "medium: 5 new tickets in the last 7 days (normal: 0.3)"
    );
    assert_eq!(
        tickets(monthly(), 10).says(Tickets, "2025-10-10"),
        "strong: 10 new tickets in the last 7 days (normal: 0.3)"
    );
    assert_eq!(tickets(monthly(), 2).says(Tickets, "2025-10-10"), "quiet");
    let busy = Story::from("2025-04-07").workdays(27, |day| ticket(&day.date().to_string())(day));
    assert_eq!(busy.says(Tickets, "2025-10-10"), "quiet");
}

#[test]
fn before_there_is_a_normal_five_a_week_are_a_surge_by_the_table() {
    assert_eq!(
        tickets(Story::from("2025-10-06"), 5).says(Tickets, "2025-10-10"),
        "medium: 5 new tickets in the last 7 days (normal: 0.5)"
    );
    assert_eq!(tickets(Story::from("2025-10-06"), 4).says(Tickets, "2025-10-10"), "learning");
    assert_eq!(Story::from("2025-10-06").says(Tickets, "2025-10-10"), "no data");
}

#[test]
fn the_third_request_on_a_topic_within_thirty_days_is_a_signal() {
    assert_eq!(
        monthly().every(10, 3, request("export")).says(Tickets, "2025-10-27"),
        "medium: 3 requests on the same topic within 30 days"
    );
    assert_eq!(monthly().every(10, 2, request("export")).says(Tickets, "2025-10-27"), "quiet");
    assert_eq!(monthly().every(20, 3, request("export")).says(Tickets, "2025-11-16"), "quiet");
    let varied =
        monthly().once(request("export")).pause(5).once(request("sso")).pause(5).once(request("api"));
    assert_eq!(varied.says(Tickets, "2025-10-27"), "quiet");
}

#[test]
fn solved_tickets_reopened_twice_are_weak() {
    assert_eq!(
        monthly().every(7, 2, reopened).says(Tickets, "2025-10-17"),
        "weak: 2 solved tickets reopened in the last 30 days"
    );
    assert_eq!(monthly().once(reopened).says(Tickets, "2025-10-17"), "quiet");
}

/// 80 logins and 20 features a day until 2025-10-05.
fn uses() -> Story {
    Story::from("2025-06-02").every(1, 126, used(80, 20, 0))
}

#[test]
fn half_the_logins_in_two_weeks_are_critical() {
    assert_eq!(
        uses().every(1, 14, used(40, 20, 0)).says(Usage, "2025-10-19"),
        "medium: 50% fewer logins in the last 14 days than in the twelve weeks before"
    );
    assert_eq!(
        uses().every(1, 14, used(50, 20, 0)).says(Usage, "2025-10-19"),
        "weak: 38% fewer logins in the last 14 days than in the twelve weeks before"
    );
    assert_eq!(uses().every(1, 14, used(60, 20, 0)).says(Usage, "2025-10-19"), "quiet");
    assert_eq!(
        uses().every(1, 14, used(10, 20, 0)).says(Usage, "2025-10-19"),
        "strong: 88% fewer logins in the last 14 days than in the twelve weeks before"
    );
}

#[test]
fn fewer_features_and_updates_left_undone_are_weak() {
    assert_eq!(
        uses().every(1, 14, used(80, 13, 0)).says(Usage, "2025-10-19"),
        "weak: 35% fewer features used than normal in the last 14 days"
    );
    assert_eq!(
        uses().every(1, 14, used(80, 20, 2)).says(Usage, "2025-10-19"),
        "weak: 2 versions behind on updates"
    );
    assert_eq!(uses().every(1, 14, used(80, 20, 1)).says(Usage, "2025-10-19"), "quiet");
    let always_behind = Story::from("2025-06-02").every(1, 140, used(80, 20, 3));
    assert_eq!(always_behind.says(Usage, "2025-10-19"), "quiet");
}

#[test]
fn reports_that_stop_are_no_data_not_no_use() {
    assert_eq!(uses().says(Usage, "2025-10-25"), "no data");
    assert_eq!(Story::from("2025-10-01").every(1, 18, used(80, 20, 0)).says(Usage, "2025-10-18"), "learning");
}

/// Known since spring, in touch every week; somebody new was introduced in May.
fn known() -> Story {
    Story::from("2025-04-07").every(7, 30, mail(5)).on("2025-05-05").once(joined(true)).on("2025-10-06")
}

#[test]
fn a_new_face_without_a_handover_is_medium() {
    assert_eq!(
        known().once(joined(false)).says(Contacts, "2025-10-20"),
        "medium: a new contact without a handover in the last 42 days"
    );
    assert_eq!(known().once(joined(true)).says(Contacts, "2025-10-20"), "quiet");
    let revolving = known().on("2025-04-07").every(14, 14, joined(false));
    assert_eq!(revolving.says(Contacts, "2025-10-20"), "quiet");
}

#[test]
fn a_key_person_who_leaves_is_weak_and_strong_with_a_stranger_in_the_chair() {
    assert_eq!(
        known().once(left(true)).says(Contacts, "2025-10-20"),
        "weak: a key contact left in the last 42 days"
    );
    assert_eq!(known().once(left(false)).says(Contacts, "2025-10-20"), "quiet");
    assert_eq!(
        known().once(left(true)).once(joined(false)).says(Contacts, "2025-10-20"),
        "strong: a key contact left and the successor was not introduced (in the last 42 days)"
    );
}

#[test]
fn every_contact_of_a_new_customer_is_new() {
    let new = Story::from("2025-09-22").every(7, 4, mail(5)).on("2025-10-06").once(joined(false));
    assert_eq!(new.says(Contacts, "2025-10-20"), "learning");
    let without_crm = Story::from("2025-04-07").every(7, 30, mail(5));
    assert_eq!(without_crm.says(Contacts, "2025-10-20"), "no data");
}
