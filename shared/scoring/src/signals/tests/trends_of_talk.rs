//! What is said and how often, against the customer's own past: each trend with a history that fires it, a near-twin that
//! does not, and one that is too short.

use super::story::{
    Story, both, happened, mail, reopened, they_answer_after, ticket, we_answer_after, wrote,
};
use super::turn::{TURN, known_for, years};
use crate::event::{Direction, Kind, TicketState};
use crate::evidence::Family::{CustomerReplyTime, Frequency, OurReplyTime, Phrases, Tickets, Tone};
use crate::time::Day;

#[test]
fn tone() {
    let turned = |story: Story, weeks, tone| {
        story.every(7, weeks, both(mail(10), mail(10))).every(7, 10, both(mail(tone), mail(tone)))
    };
    assert_eq!(
        turned(years(), 60, -25).trend(Tone, "2025-10-13"),
        "2.08: the tone averaged −0.25 over 6 weeks (normal: +0.10), 0 messages with complaints, delays or doubts (normal: 0.3)"
    );
    assert_eq!(turned(years(), 60, 5).trend(Tone, "2025-10-13"), "quiet");
    let gruff = years().every(7, 60, both(mail(-25), mail(-25))).every(7, 10, both(mail(-28), mail(-28)));
    assert_eq!(gruff.trend(Tone, "2025-10-13"), "quiet", "who was never friendly");
    assert_eq!(
        turned(known_for(9), 9, -25).trend(Tone, "2025-10-13"),
        "known for 19 weeks: the tables decide"
    );
}

#[test]
fn phrases() {
    let asks = wrote("Är er lösning kompatibel med systemet från en annan leverantör?");
    let chats = |story: Story, weeks| story.every(7, weeks, mail(10));
    assert_eq!(
        chats(years(), 60).once(&asks).trend(Phrases, "2025-08-18"),
        "1.91: 1 mention in 5 weeks of other solutions, other systems, getting data out or missing functions (normal: 0): “kompatib…”"
    );
    let twice = chats(years(), 60).on("2024-08-06").every(90, 2, &asks);
    assert_eq!(twice.clone().on(TURN).once(&asks).trend(Phrases, "2025-08-18"), "quiet");
    assert_eq!(
        twice.on(TURN).every(7, 3, &asks).trend(Phrases, "2025-09-08"),
        "0.73: 3 mentions in 6 weeks of other solutions, other systems, getting data out or missing functions (normal: 0.1): “kompatib…”"
    );
    assert_eq!(
        chats(known_for(12), 12).once(&asks).trend(Phrases, "2025-08-18"),
        "known for 14 weeks: the tables decide"
    );
}

#[test]
fn fewer_days_in_touch() {
    let twice_a_week = |story: Story, weeks| {
        story.every(7, weeks, mail(5)).pause(-7 * i32::try_from(weeks).unwrap() + 2).every(7, weeks, mail(5))
    };
    let once = |story: Story, weeks: usize| story.on(TURN).every(14, weeks, mail(5));
    assert_eq!(
        once(twice_a_week(years(), 60), 4).trend(Frequency, "2025-09-29"),
        "0.90: in touch on 4 days in 8 weeks (normal: 16)"
    );
    assert_eq!(
        twice_a_week(years(), 60).on(TURN).every(7, 8, mail(5)).trend(Frequency, "2025-09-29"),
        "quiet"
    );
    assert_eq!(
        once(twice_a_week(known_for(10), 10), 4).trend(Frequency, "2025-09-29"),
        "known for 18 weeks: the tables decide"
    );
}

#[test]
fn silence() {
    let every_other_day = || years().every(2, 210, mail(5));
    assert_eq!(
        every_other_day().trend(Frequency, "2025-09-01"),
        "1.57: nothing heard from the customer for 30 days (normally in touch every other day)"
    );
    assert_eq!(every_other_day().trend(Frequency, "2025-08-11"), "quiet");
    let weekly = years().every(7, 60, mail(5));
    assert_eq!(weekly.trend(Frequency, "2025-09-01"), "quiet");
    assert_eq!(
        known_for(14).every(2, 49, mail(5)).trend(Frequency, "2025-09-01"),
        "known for 18 weeks: the tables decide"
    );
}

#[test]
fn quiet_in_the_same_weeks_of_every_year() {
    let twice = || both(mail(5), |day: Day| mail(5)(day.plus(2)));
    let quiet = |story: Story, date| story.on(date).every(14, 4, mail(5));
    let busy = |weeks| Story::from("2024-06-10").every(7, weeks, twice());
    let every_autumn = quiet(busy(16), "2024-09-30").on("2024-11-25").every(7, 44, twice());
    assert_eq!(quiet(every_autumn, "2025-09-29").trend(Frequency, "2025-11-24"), "quiet");
    assert_eq!(
        quiet(busy(68), "2025-09-29").trend(Frequency, "2025-11-24"),
        "0.90: in touch on 4 days in 8 weeks (normal: 16)"
    );
}

#[test]
fn their_answers() {
    let answers = |story: Story, weeks, then| {
        story.every(7, weeks, they_answer_after(6)).every(7, 8, they_answer_after(then))
    };
    assert_eq!(
        answers(years(), 60, 15).trend(CustomerReplyTime, "2025-09-29"),
        "0.84: the customer takes 15 hours to answer, weekends not counted (last 8 answers; normal: 6.3)"
    );
    assert_eq!(answers(years(), 60, 8).trend(CustomerReplyTime, "2025-09-29"), "quiet");
    assert_eq!(
        answers(known_for(11), 11, 15).trend(CustomerReplyTime, "2025-09-29"),
        "known for 19 weeks: the tables decide"
    );
    let two = years().every(7, 60, they_answer_after(6)).every(7, 2, they_answer_after(15));
    assert_eq!(two.trend(CustomerReplyTime, "2025-09-29"), "quiet", "two answers are no mean");
}

#[test]
fn our_answers() {
    let answers = |story: Story, weeks, then| {
        story.every(7, weeks, we_answer_after(5)).every(7, 13, we_answer_after(then))
    };
    assert_eq!(
        answers(years(), 60, 14).trend(OurReplyTime, "2025-11-03"),
        "1.60: we take 15 hours to answer, weekends not counted (last 13 answers; normal: 5.2)"
    );
    assert_eq!(answers(years(), 60, 7).trend(OurReplyTime, "2025-11-03"), "quiet");
    assert_eq!(
        answers(known_for(6), 6, 14).trend(OurReplyTime, "2025-11-03"),
        "known for 19 weeks: the tables decide"
    );
}

#[test]
fn tickets() {
    let severe = happened(Kind::Ticket {
        state: TicketState::Opened,
        ticket: None,
        topic: None,
        direction: Some(Direction::Inbound),
        severe: true,
    });
    let monthly = |story: Story, times| story.every(28, times, ticket("printer"));
    let troubled = |story: Story| story.on(TURN).every(14, 2, reopened).every(7, 1, &severe);
    assert_eq!(
        troubled(monthly(years(), 15)).trend(Tickets, "2025-09-15"),
        "1.07: 2 new tickets in 10 weeks, 1 severe, 2 opened again: more than usual"
    );
    assert_eq!(monthly(years(), 15).on(TURN).once(reopened).trend(Tickets, "2025-09-15"), "quiet");
    assert_eq!(
        troubled(monthly(known_for(12), 3)).trend(Tickets, "2025-09-15"),
        "known for 18 weeks: the tables decide"
    );
    let busy = years().every(7, 60, ticket("printer")).every(3, 14, ticket("printer"));
    assert_eq!(
        busy.trend(Tickets, "2025-09-15"),
        "0.90: 14 new tickets in 6 weeks, 0 severe, 0 opened again: more than usual"
    );
}
