//! What is bought, paid, used and agreed, against the customer's own past: each trend with a history that fires it, a
//! near-twin that does not, and one that is too short.

use super::story::{Story, happened, joined, left, mail, order, order_of, overdue, paid_after};
use super::turn::{TURN, known_for, years};
use crate::event::{ApprovalChange, Kind, MeetingChange, OrderCategory, Severity};
use crate::evidence::Family::{Contacts, External, Meetings, Orders, Payments, Satisfaction, Usage};

#[test]
fn fewer_orders() {
    let buys = |story: Story, times, then: i32| {
        story.every(14, times, order(1_000)).every(then, usize::try_from(140 / then).unwrap(), order(1_000))
    };
    assert_eq!(
        buys(known_for(46), 23, 35).trend(Orders, "2025-12-22"),
        "0.58: 4 orders in 20 weeks (normal: 10)"
    );
    assert_eq!(buys(known_for(46), 23, 20).trend(Orders, "2025-12-22"), "quiet");
    assert_eq!(buys(known_for(46), 23, 14).trend(Orders, "2025-12-22"), "quiet");
    assert_eq!(Story::from(TURN).every(14, 3, order(1_000)).trend(Orders, "2025-12-22"), "quiet");
}

#[test]
fn a_gap_longer_than_any_before() {
    let fortnightly = || years().every(14, 30, order(1_000));
    assert_eq!(
        fortnightly().trend(Orders, "2025-10-06"),
        "0.88: no order for 10 weeks; the longest gap so far was 2"
    );
    assert_eq!(fortnightly().trend(Orders, "2025-08-18"), "quiet");
    assert_eq!(
        years().every(14, 10, order(1_000)).pause(70).every(14, 15, order(1_000)).trend(Orders, "2025-10-06"),
        "quiet"
    );
}

#[test]
fn fewer_spare_parts_though_consumables_go_on() {
    let parts = || order_of(OrderCategory::SparePart, 500);
    let both = |story: Story, times| story.every(14, times, |day| [parts()(day), order(500)(day)].concat());
    assert_eq!(
        both(known_for(46), 23).every(14, 10, order(1_000)).trend(Orders, "2025-12-22"),
        "0.96: 0 orders for spare parts in 20 weeks (normal: 10)"
    );
    assert_eq!(both(both(known_for(46), 23), 10).trend(Orders, "2025-12-22"), "quiet");
    assert_eq!(both(known_for(4), 2).trend(Orders, "2025-11-10"), "known for 18 weeks: the tables decide");
}

#[test]
fn a_service_interval_longer_than_any_before() {
    let oil = || years().every(14, 39, order(500)).on(TURN).pause(-7 * 60);
    let serviced = |times| oil().every(56, times, order_of(OrderCategory::Service, 50));
    assert_eq!(
        serviced(6).trend(Orders, "2025-10-06"),
        "0.20: no service ordered for 28 weeks; the longest gap so far was 8"
    );
    assert_eq!(serviced(9).trend(Orders, "2025-10-06"), "quiet");
    assert_eq!(serviced(2).trend(Orders, "2025-10-06"), "quiet");
}

#[test]
fn smaller_orders() {
    let buys = |story: Story, times, then| story.every(14, times, order(1_000)).every(14, 7, order(then));
    assert_eq!(
        buys(years(), 30, 300).trend(Orders, "2025-11-10"),
        "0.96: orders 69% smaller than normal over 13 weeks"
    );
    assert_eq!(buys(years(), 30, 800).trend(Orders, "2025-11-10"), "quiet");
    assert_eq!(
        buys(known_for(4), 2, 300).trend(Orders, "2025-11-10"),
        "known for 18 weeks: the tables decide"
    );
}

#[test]
fn payments() {
    let pays = |story: Story, times, then| {
        story.every(28, times, paid_after(2)).every(28, 2, paid_after(then)).on("2025-09-29").once(mail(5))
    };
    assert_eq!(
        pays(years(), 15, 10).once(overdue).trend(Payments, "2025-10-06"),
        "1.66: pays 8 days later than usual (normal: 2 days after due, last 4 invoices: 10 days after due)"
    );
    assert_eq!(
        pays(years(), 15, 10).trend(Payments, "2025-10-06"),
        "1.34: pays 8 days later than usual (normal: 2 days after due, last 4 invoices: 10 days after due)"
    );
    assert_eq!(pays(years(), 15, 3).trend(Payments, "2025-10-06"), "quiet");
    let late = years().every(28, 15, paid_after(20)).every(28, 2, paid_after(21));
    assert_eq!(late.trend(Payments, "2025-10-06"), "quiet");
    assert_eq!(
        pays(known_for(8), 2, 10).trend(Payments, "2025-10-06"),
        "known for 17 weeks: the tables decide"
    );
}

#[test]
fn usage() {
    let uses = |story: Story, weeks, then: u32| story.every(7, weeks, used(100)).every(7, 4, used(then));
    assert_eq!(
        uses(years(), 60, 60).trend(Usage, "2025-09-01"),
        "2.24: 42% fewer features used than normal in the last 28 days"
    );
    assert_eq!(uses(years(), 60, 96).trend(Usage, "2025-09-01"), "quiet");
    assert_eq!(
        uses(known_for(12), 12, 60).trend(Usage, "2025-09-01"),
        "known for 16 weeks: the tables decide"
    );
    assert_eq!(
        years().every(7, 60, used(100)).trend(Usage, "2025-09-01"),
        "quiet",
        "reports that stop are no data"
    );
    // 100 people sign in once for everything: a third of the logins, and as much in use as before.
    let signed_in = happened(Kind::Usage {
        logins: Some(33),
        active_users: Some(25),
        features: Some(12),
        version_behind: None,
    });
    let moved = years().every(7, 60, used(100)).every(7, 8, signed_in);
    assert_eq!(moved.trend(Usage, "2025-09-01"), "quiet", "logins alone");
}

/// A report: so many logins, a quarter as many people, an eighth as many features.
fn used(logins: u32) -> impl Fn(crate::time::Day) -> Vec<crate::Event> {
    happened(Kind::Usage {
        logins: Some(logins),
        active_users: Some(logins / 4),
        features: Some(logins / 8),
        version_behind: None,
    })
}

#[test]
fn contacts() {
    let writes = |weeks| known_for(weeks).every(7, usize::try_from(weeks).unwrap() + 3, mail(5)).on(TURN);
    assert_eq!(
        writes(60).once(left(true)).once(joined(false)).trend(Contacts, "2025-09-01"),
        "0.98: a key contact left and the successor was not introduced (in the last 91 days)"
    );
    assert_eq!(
        writes(60).once(left(false)).trend(Contacts, "2025-09-01"),
        "0.21: 1 contact left in the last 56 days"
    );
    assert_eq!(writes(60).once(joined(true)).trend(Contacts, "2025-09-01"), "quiet");
    assert_eq!(writes(60).once(left(false)).trend(Contacts, "2025-10-13"), "quiet", "ten weeks later");
    assert_eq!(
        writes(15).once(left(true)).once(joined(false)).trend(Contacts, "2025-09-01"),
        "known for 19 weeks: the tables decide"
    );
}

#[test]
fn meetings() {
    let moved = || happened(Kind::Meeting { change: MeetingChange::Moved });
    let delayed = || happened(Kind::Approval { change: ApprovalChange::Delayed });
    let writes = |weeks| known_for(weeks).every(7, usize::try_from(weeks).unwrap() + 6, mail(5)).on(TURN);
    assert_eq!(
        writes(60).every(14, 2, moved()).once(delayed()).trend(Meetings, "2025-09-15"),
        "1.35: 2 meetings moved or cancelled and 1 approval delayed in 13 weeks"
    );
    assert_eq!(writes(60).once(moved()).trend(Meetings, "2025-09-15"), "quiet");
    let always = known_for(60).every(35, 12, moved()).on(TURN).every(14, 2, moved());
    assert_eq!(always.trend(Meetings, "2025-09-15"), "quiet", "who always moves meetings");
    assert_eq!(
        writes(12).every(14, 2, moved()).once(delayed()).trend(Meetings, "2025-09-15"),
        "known for 18 weeks: the tables decide"
    );
}

#[test]
fn approvals_that_take_longer() {
    let approves = |story: Story, times: usize, days: i32| {
        (0..times).fold(story, |story, _| {
            let asked =
                story.once(happened(Kind::Approval { change: ApprovalChange::Requested })).pause(days - 1);
            asked.once(happened(Kind::Approval { change: ApprovalChange::Given })).pause(27 - days)
        })
    };
    assert_eq!(
        approves(approves(years(), 15, 5), 2, 25).trend(Meetings, "2025-10-06"),
        "0.23: approvals take 18 days (normal: 5)"
    );
    assert_eq!(approves(approves(years(), 15, 5), 2, 12).trend(Meetings, "2025-10-06"), "quiet");
    assert_eq!(
        approves(approves(known_for(8), 2, 5), 2, 25).trend(Meetings, "2025-10-06"),
        "known for 17 weeks: the tables decide"
    );
}

#[test]
fn satisfaction() {
    let answers = |story: Story, times, then: u8| {
        story.every(84, times, score(84)).on(TURN).once(score(then)).pause(6).once(mail(5))
    };
    assert_eq!(
        answers(years(), 4, 55).trend(Satisfaction, "2025-09-01"),
        "1.25: satisfaction answers of 55 of 100 (normal: 80)"
    );
    assert_eq!(answers(years(), 4, 76).trend(Satisfaction, "2025-09-01"), "quiet");
    assert_eq!(
        answers(known_for(12), 1, 55).trend(Satisfaction, "2025-09-01"),
        "known for 16 weeks: the tables decide"
    );
}

fn score(hundredths: u8) -> impl Fn(crate::time::Day) -> Vec<crate::Event> {
    happened(Kind::Satisfaction { hundredths })
}

#[test]
fn outside_news() {
    let news = |weeks, severity| {
        known_for(weeks)
            .every(7, usize::try_from(weeks).unwrap(), mail(5))
            .on(TURN)
            .once(happened(Kind::External { severity }))
    };
    assert_eq!(
        news(60, Severity::Strong).trend(External, "2025-09-01"),
        "0.84: news about the customer from outside, reported as strong"
    );
    assert_eq!(
        news(60, Severity::Medium).trend(External, "2025-09-01"),
        "0.49: news about the customer from outside, reported as medium"
    );
    assert_eq!(news(60, Severity::Weak).trend(External, "2025-09-01"), "quiet");
    assert_eq!(news(60, Severity::Strong).trend(External, "2025-10-20"), "quiet", "eleven weeks later");
    assert_eq!(
        news(12, Severity::Strong).trend(External, "2025-09-01"),
        "known for 16 weeks: the tables decide"
    );
}
