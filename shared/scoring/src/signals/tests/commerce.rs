//! Orders and payments.

use super::story::{Story, order, overdue, paid_after};
use crate::evidence::Family::{Orders, Payments};

/// 10,000 every four weeks until 2025-03-10; the next order is due on 2025-04-07.
fn monthly() -> Story {
    Story::from("2024-04-08").every(28, 13, order(10_000))
}

#[test]
fn orders_a_fifth_smaller_are_weak() {
    assert_eq!(
        monthly().every(28, 3, order(8_000)).says(Orders, "2025-06-30"),
        "weak: orders 20% below normal for this customer over the last 8 weeks"
    );
    assert_eq!(monthly().every(28, 3, order(8_100)).says(Orders, "2025-06-30"), "quiet");
    assert_eq!(
        monthly().every(28, 3, order(5_000)).says(Orders, "2025-06-30"),
        "medium: orders 50% below normal for this customer over the last 8 weeks"
    );
    assert_eq!(
        monthly().every(28, 3, order(2_000)).says(Orders, "2025-06-30"),
        "strong: orders 80% below normal for this customer over the last 8 weeks"
    );
}

#[test]
fn a_customer_whose_orders_swing_is_not_in_trouble_at_a_fifth_less() {
    let swings = Story::from("2024-04-08")
        .every(28, 13, |day| order(if day.week().0 % 8 < 4 { 4_000 } else { 16_000 })(day));
    assert_eq!(swings.every(28, 3, order(8_000)).says(Orders, "2025-06-30"), "quiet");
}

#[test]
fn a_season_is_no_fall() {
    let ice_cream = |weeks: usize| {
        Story::from("2024-01-08").every(7, weeks, |day| {
            let month = day.date().month();
            order(if (4..=9).contains(&month) { 1_000 } else { 400 })(day)
        })
    };
    assert_eq!(ice_cream(106).says(Orders, "2026-01-12"), "quiet");
}

#[test]
fn a_gap_counts_by_how_unlike_it_is() {
    let fortnightly = Story::from("2024-10-07").every(14, 20, order(1_000));
    assert_eq!(fortnightly.says(Orders, "2025-07-21"), "quiet");
    assert_eq!(
        fortnightly.says(Orders, "2025-08-25"),
        "medium: orders 50% below normal for this customer over the last 8 weeks"
    );
}

#[test]
fn orders_need_a_past() {
    assert_eq!(Story::from("2025-04-07").every(14, 5, order(1_000)).says(Orders, "2025-06-30"), "learning");
    assert_eq!(Story::from("2025-04-07").says(Orders, "2025-06-30"), "no data");
}

/// Pays every other week, so many days after due, until 2025-09-22.
fn pays(days_late: i32) -> Story {
    Story::from("2025-03-10").every(14, 15, paid_after(days_late))
}

#[test]
fn five_to_ten_days_later_than_usual_are_a_signal() {
    assert_eq!(pays(2).every(14, 3, paid_after(6)).says(Payments, "2025-11-03"), "quiet");
    assert_eq!(
        pays(2).every(14, 3, paid_after(7)).says(Payments, "2025-11-03"),
        "weak: pays 5 days later than usual (normal: 2 days after due, last 3 invoices: 7 days after due)"
    );
    assert_eq!(
        pays(2).every(14, 3, paid_after(10)).says(Payments, "2025-11-03"),
        "medium: pays 8 days later than usual (normal: 2 days after due, last 3 invoices: 10 days after due)"
    );
    assert_eq!(
        pays(2).every(14, 3, paid_after(20)).says(Payments, "2025-11-03"),
        "strong: pays 18 days later than usual (normal: 2 days after due, last 3 invoices: 20 days after due)"
    );
}

#[test]
fn who_always_pays_three_weeks_late_is_no_risk() {
    assert_eq!(pays(21).every(14, 3, paid_after(21)).says(Payments, "2025-11-03"), "quiet");
}

#[test]
fn who_pays_early_and_now_on_the_day_is_no_risk() {
    assert_eq!(pays(-10).every(14, 3, paid_after(-2)).says(Payments, "2025-11-03"), "quiet");
}

#[test]
fn who_pays_as_it_comes_must_be_further_off() {
    let random = |story: Story, days: [i32; 4], times| {
        story.every(14, times, move |day| paid_after(days[(day.week().0 / 2).rem_euclid(4) as usize])(day))
    };
    let irregular = random(Story::from("2025-03-10"), [-10, 20, 0, 14], 15);
    assert_eq!(irregular.every(14, 3, paid_after(13)).says(Payments, "2025-11-03"), "quiet");
}

#[test]
fn reminders_where_there_were_none_are_weak() {
    assert_eq!(pays(2).every(14, 1, overdue).says(Payments, "2025-10-13"), "quiet");
    assert_eq!(
        pays(2).every(14, 2, overdue).says(Payments, "2025-11-03"),
        "weak: 2 invoices went overdue in the last 42 days"
    );
}

#[test]
fn payments_need_a_past() {
    assert_eq!(
        Story::from("2025-09-08").every(14, 4, paid_after(30)).says(Payments, "2025-11-03"),
        "learning"
    );
    assert_eq!(Story::from("2025-09-08").says(Payments, "2025-11-03"), "no data");
}
