//! How often and how fast: contact frequency, their answers, ours.

use super::story::{Story, happened, mail, our_mail, they_answer_after, we_answer_after};
use crate::event::{Kind, MeetingChange};
use crate::evidence::Family::{CustomerReplyTime, Frequency, OurReplyTime};
use crate::time::Day;

/// Writes every other Monday until 2025-10-06.
fn fortnightly() -> Story {
    Story::from("2025-04-07").every(14, 14, mail(5))
}

#[test]
fn a_fortnightly_writer_who_is_silent_for_two_months_stands_out_alone() {
    assert_eq!(
        fortnightly().says(Frequency, "2025-12-05"),
        "strong, stands by itself: nothing heard from the customer for 60 days (normally in touch every 14 days)"
    );
    assert_eq!(
        fortnightly().risk("2025-12-05"),
        "35.8 %, Yellow\n\
         Contact (strong): nothing heard from the customer for 60 days (normally in touch every 14 days)"
    );
}

#[test]
fn who_met_us_has_not_been_silent() {
    let met = fortnightly().on("2025-11-10").once(happened(Kind::Meeting { change: MeetingChange::Held }));
    assert_eq!(met.says(Frequency, "2025-12-05"), "quiet");
    let moved = fortnightly().on("2025-11-10").once(happened(Kind::Meeting { change: MeetingChange::Moved }));
    assert!(moved.says(Frequency, "2025-12-05").starts_with("strong"), "a meeting that was moved is none");
}

#[test]
fn three_weeks_of_silence_are_nothing_for_a_fortnightly_writer() {
    assert_eq!(fortnightly().says(Frequency, "2025-10-27"), "quiet");
}

#[test]
fn seven_weeks_are_nothing_for_who_writes_every_third_week() {
    let rare = Story::from("2024-10-07").every(20, 18, mail(5));
    assert_eq!(rare.says(Frequency, "2025-10-30"), "quiet");
}

#[test]
fn a_fortnightly_writer_who_turns_daily_for_weeks_stands_out_alone() {
    let daily = fortnightly().on("2025-10-13").workdays(3, mail(5));
    assert_eq!(
        daily.says(Frequency, "2025-10-31"),
        "strong, stands by itself: the customer was in touch on 16 of the last 28 days (normal: 0.5 days a week)"
    );
    assert_eq!(daily.says(Frequency, "2025-10-17"), "quiet", "one week is a busy week");
    assert_eq!(
        daily.says(Frequency, "2025-10-24"),
        "medium: the customer was in touch on 10 of the last 14 days (normal: 0.5 days a week)"
    );
    let always_daily = Story::from("2025-04-07").workdays(30, mail(5));
    assert_eq!(always_daily.says(Frequency, "2025-10-31"), "quiet");
}

#[test]
fn a_lively_customer_who_falls_silent_counts_by_how_unlike_it_is() {
    let lively = Story::from("2025-04-07").every(2, 91, mail(5));
    assert_eq!(lively.says(Frequency, "2025-10-10"), "quiet");
    assert_eq!(
        lively.says(Frequency, "2025-10-20"),
        "medium: nothing heard from the customer for 16 days (normally in touch every other day)"
    );
}

#[test]
fn half_as_many_mails_as_usual_are_a_drop() {
    let lively = || Story::from("2025-04-07").workdays(26, mail(5));
    let fewer = |times, every| lively().every(every, times, mail(5));
    assert_eq!(
        fewer(4, 7).says(Frequency, "2025-11-02"),
        "weak: the customer was in touch 4 times in the last 28 days (normal: 20)"
    );
    assert_eq!(fewer(14, 2).says(Frequency, "2025-11-02"), "quiet");
}

#[test]
fn forty_percent_fewer_than_in_the_same_weeks_last_year_are_weak() {
    // Last summer so many mails every weekday but Friday, and ever since a few less: no month stands out.
    let story = |then, now| {
        let mails = |times: usize| {
            move |monday: Day| (0..times).flat_map(|n| mail(5)(monday.plus([0, 1, 2, 3][n % 4]))).collect()
        };
        Story::from("2024-06-03").every(7, 16, mails(then)).every(7, 49, mails(now))
    };
    assert_eq!(
        story(10, 6).says(Frequency, "2025-08-31"),
        "weak: 40% fewer messages and tickets than in the same weeks last year"
    );
    assert_eq!(story(10, 7).says(Frequency, "2025-08-31"), "quiet");
    // Five to three is forty percent too, but may be chance.
    assert_eq!(story(5, 3).says(Frequency, "2025-08-31"), "quiet");
}

#[test]
fn we_fall_silent() {
    let ours = Story::from("2025-04-07").every(7, 26, mail(5)).on("2025-04-08").every(3, 60, our_mail);
    assert_eq!(ours.says(Frequency, "2025-10-06"), "quiet");
    let silent = ours.on("2025-10-06").every(7, 5, mail(5));
    assert_eq!(
        silent.says(Frequency, "2025-11-03"),
        "weak: we have not written for 28 days (normal: 9.2 messages)"
    );
}

#[test]
fn before_there_is_a_rhythm_more_than_ten_days_after_a_lively_start_are_weak() {
    let new = Story::from("2025-09-01").every(2, 14, mail(5));
    assert_eq!(new.says(Frequency, "2025-10-07"), "learning");
    assert_eq!(
        new.says(Frequency, "2025-10-08"),
        "weak: nothing heard from the customer for 11 days (normally in touch every other day)"
    );
    assert_eq!(Story::from("2025-09-01").says(Frequency, "2025-10-08"), "no data");
}

#[test]
fn a_customer_who_used_to_answer_at_once_and_now_takes_days() {
    let quick = || Story::from("2025-04-07").every(7, 26, they_answer_after(3));
    assert_eq!(quick().says(CustomerReplyTime, "2025-10-03"), "quiet");
    assert_eq!(
        quick().every(7, 4, they_answer_after(12)).says(CustomerReplyTime, "2025-10-30"),
        "weak: the customer takes 12 hours to answer, weekends not counted (last 4 answers; normal: 3)"
    );
    assert_eq!(
        quick().every(7, 4, they_answer_after(30)).says(CustomerReplyTime, "2025-10-30"),
        "medium: the customer takes 30 hours to answer, weekends not counted (last 4 answers; normal: 3)"
    );
    let slow = Story::from("2025-04-07").every(7, 30, they_answer_after(30));
    assert_eq!(slow.says(CustomerReplyTime, "2025-10-30"), "quiet");
}

#[test]
fn before_there_is_a_normal_more_than_a_day_is_weak() {
    let new = |hours| Story::from("2025-10-06").every(7, 3, they_answer_after(hours));
    assert_eq!(
        new(30).says(CustomerReplyTime, "2025-10-24"),
        "weak: the customer takes 30 hours to answer, weekends not counted (last 3 answers; normal not known yet)"
    );
    assert_eq!(new(20).says(CustomerReplyTime, "2025-10-24"), "learning");
    assert_eq!(
        Story::from("2025-10-06").every(7, 3, mail(5)).says(CustomerReplyTime, "2025-10-24"),
        "no data"
    );
}

#[test]
fn our_own_answers_that_grow_slow_are_a_signal_too() {
    let prompt = || Story::from("2025-04-07").every(7, 26, we_answer_after(3));
    assert_eq!(prompt().every(7, 4, we_answer_after(6)).says(OurReplyTime, "2025-10-30"), "quiet");
    assert_eq!(
        prompt().every(7, 4, we_answer_after(50)).says(OurReplyTime, "2025-10-30"),
        "strong: we take 50 hours to answer, weekends not counted (last 4 answers; normal: 3)"
    );
    assert_eq!(
        Story::from("2025-10-06").every(7, 3, we_answer_after(5)).says(OurReplyTime, "2025-10-24"),
        "learning"
    );
    assert_eq!(
        Story::from("2025-10-06").every(7, 1, we_answer_after(5)).says(OurReplyTime, "2025-10-24"),
        "learning"
    );
    assert_eq!(Story::from("2025-10-06").says(OurReplyTime, "2025-10-24"), "no data");
}
