//! Seasons, holidays, pauses and our own outages are not trouble.

use jiff::civil::Date;

use super::story::{Story, mail, order, ticket};
use crate::calendar::Country;
use crate::event::Event;
use crate::evidence::Family::{Frequency, Orders};
use crate::relation::{Pause, Relation};
use crate::time::Day;

fn in_country(code: &str) -> Relation {
    Relation { country: Some(Country::try_from(code.to_owned()).unwrap()), ..Relation::default() }
}

fn pausing(from: &str, to: &str) -> Relation {
    let pauses = vec![Pause { from: from.parse().unwrap(), to: to.parse().unwrap() }];
    Relation { pauses, ..Relation::default() }
}

/// What is said of contact, the risk first; in a company too small to have a rhythm of its own.
fn contact(story: &Story, relation: Relation, date: &str) -> String {
    let assessment = story.clone().by_calendar().of(relation).assessed(date);
    let silent =
        assessment.evidence.iter().any(|evidence| evidence.family == Frequency && evidence.points > 0.0);
    format!("{:.1} %, {}", assessment.risk * 100.0, if silent { "silent" } else { "all is well" })
}

/// In touch every other day from so many weeks before a Friday on which it ends.
fn lively(until: &str, weeks: i32) -> Story {
    Story::from(until).pause(-7 * weeks).every(2, usize::try_from(7 * weeks / 2).unwrap(), mail(5))
}

#[test]
fn nobody_is_silent_in_july_in_sweden_nor_in_august_in_italy() {
    for weeks in [60, 14] {
        let july = lively("2025-07-04", weeks);
        assert_ne!(contact(&july, in_country("IT"), "2025-08-01"), "5.0 %, all is well", "{weeks} weeks");
        assert_eq!(contact(&july, in_country("SE"), "2025-08-01"), "5.0 %, all is well", "{weeks} weeks");
        assert_eq!(contact(&july, Relation::default(), "2025-08-01"), "5.0 %, all is well", "{weeks} weeks");
        let august = lively("2025-08-01", weeks);
        assert_eq!(contact(&august, in_country("IT"), "2025-08-29"), "5.0 %, all is well", "{weeks} weeks");
        assert_ne!(contact(&august, in_country("SE"), "2025-08-29"), "5.0 %, all is well", "{weeks} weeks");
    }
}

#[test]
fn christmas_is_rest_while_it_lasts_and_silence_when_it_goes_on() {
    let story = lively("2025-12-19", 60);
    assert_eq!(contact(&story, in_country("DE"), "2026-01-06"), "5.0 %, all is well");
    assert_eq!(contact(&story, in_country("DE"), "2026-02-06"), "15.5 %, silent");
}

#[test]
fn a_planned_pause_is_no_silence_while_it_lasts_nor_after() {
    let standstill = || pausing("2025-10-06", "2025-11-30");
    for weeks in [60, 14] {
        let story = lively("2025-10-03", weeks);
        assert_ne!(contact(&story, Relation::default(), "2025-11-14"), "5.0 %, all is well", "{weeks} weeks");
        assert_eq!(contact(&story, standstill(), "2025-11-14"), "5.0 %, all is well", "{weeks} weeks");
        let back = story.on("2025-12-01").every(2, 12, mail(5));
        assert_eq!(contact(&back, standstill(), "2025-12-22"), "5.0 %, all is well", "{weeks} weeks");
    }
    let gone = lively("2025-10-03", 60).on("2025-12-01");
    assert_ne!(contact(&gone, standstill(), "2025-12-31"), "5.0 %, all is well", "but it ends");
}

#[test]
fn orders_wait_for_the_end_of_a_pause() {
    let story = Story::from("2024-06-03").every(7, 70, order(1_000));
    let says = |relation: Relation| {
        let assessment = story.clone().by_calendar().of(relation).assessed("2025-11-28");
        let of_orders = assessment.evidence.iter().filter(|evidence| evidence.family == Orders);
        format!("{:.2}", of_orders.map(|evidence| evidence.points).fold(0.0, f64::max))
    };
    assert_eq!(says(Relation::default()), "0.96");
    assert_eq!(says(pausing("2025-10-06", "2025-11-30")), "0.00");
}

/// So many customers who write every other day and open a ticket a week, but for some days.
fn company(customers: usize, mails: [&str; 2], tickets: [&str; 2]) -> Vec<Story> {
    let strand = |story: Story, scene: &dyn Fn(Day) -> Vec<Event>, days, none: [&str; 2]| {
        let none: Vec<Date> = none.into_iter().map(|date| date.parse().unwrap()).collect();
        let all_year = 400 / usize::try_from(days).unwrap();
        story.every(days, all_year, |day| {
            if (none[0]..=none[1]).contains(&day.date()) { Vec::new() } else { scene(day) }
        })
    };
    let begins = |place: usize| Story::from("2025-03-03").pause(i32::try_from(place % 7).unwrap());
    let customer = |place| {
        let story = strand(begins(place), &mail(5), 2, mails);
        let first = story.on("2025-03-03").pause(i32::try_from(place % 7).unwrap());
        strand(first, &ticket("printer"), 7, tickets)
    };
    (0..customers).map(customer).collect()
}

/// The gaps that are told of the first of some customers, and whether it is silent.
fn told(mut company: Vec<Story>, date: &str) -> String {
    let assessment = company.remove(0).among(company).assessed(date);
    let gaps = assessment.gaps.iter();
    let gaps: Vec<String> =
        gaps.map(|gap| format!("no {:?} {} to {}", gap.of, gap.from.date(), gap.to.date())).collect();
    let signs = assessment.evidence.iter().filter(|evidence| evidence.points > 0.0).count();
    format!("{}; {signs} signs", gaps.join(", "))
}

#[test]
fn our_outage_is_shown_as_a_gap_and_is_nobodys_silence() {
    let never = ["2020-01-01"; 2];
    let helpdesk = ["2026-02-10", "2026-02-19"];
    assert_eq!(
        told(company(25, never, helpdesk), "2026-02-27"),
        "no Tickets 2026-02-10 to 2026-02-19; 0 signs"
    );
    let everything = ["2026-01-19", "2026-02-22"];
    assert_eq!(
        told(company(25, everything, everything), "2026-02-23"),
        "no Contact 2026-01-19 to 2026-02-22, no Tickets 2026-01-19 to 2026-02-22; 0 signs"
    );
    assert_eq!(told(company(25, never, never), "2026-02-27"), "; 0 signs");
}

#[test]
fn one_customer_who_falls_silent_among_others_is_silent() {
    let mut others = company(25, ["2020-01-01"; 2], ["2020-01-01"; 2]);
    others[0] = company(1, ["2026-01-19", "2026-02-22"], ["2026-01-19", "2026-02-22"]).remove(0);
    assert_eq!(told(others, "2026-02-23"), "; 1 signs");
}

#[test]
fn a_company_of_twelve_sees_its_outage_too() {
    let everything = ["2026-01-19", "2026-02-22"];
    assert_eq!(
        told(company(12, everything, everything), "2026-02-23"),
        "no Contact 2026-01-19 to 2026-02-22, no Tickets 2026-01-19 to 2026-02-22; 0 signs"
    );
}

#[test]
fn where_twenty_customers_of_a_country_tell_they_do_and_else_its_calendar() {
    let away = ["2025-07-07", "2025-08-10"];
    let all = |code: &str, number, away| -> Vec<Story> {
        company(number, away, away).into_iter().map(|story| story.of(in_country(code))).collect()
    };
    let at_work = ["2020-01-01"; 2];
    // Swedes who are away in July beside Britons who are not.
    let mixed = [all("SE", 25, away), all("GB", 25, at_work)].concat();
    assert_eq!(told(mixed, "2025-08-08"), "; 0 signs");
    // The same single Swede beside Britons only: the calendar says so. A Briton would stand out.
    let one = |code: &str| [all(code, 1, away), all("GB", 25, at_work)].concat();
    assert_eq!(told(one("SE"), "2025-08-08"), "; 0 signs");
    assert_eq!(told(one("GB"), "2025-08-08"), "; 1 signs");
}
