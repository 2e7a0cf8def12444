//! Days on which a kind of data came from no customer at all: our source's outage, not everybody's silence.
//!
//! Told by days for the six weeks before, and only where so much nothing is no chance: over the working days without a
//! single one, at least 24 were to be expected of all customers together (e^-12 by chance, days being twice as bursty as it).

use serde::{Deserialize, Serialize};

use crate::calendar::{self, Country};
use crate::ledger::{Counter, DAY_WEEKS};
use crate::time::Day;
use crate::view::View;

/// Whole weeks that a ledger keeps day by day.
const DAYS: usize = 7 * (DAY_WEEKS as usize - 1);
/// Fewer that are missing may be chance.
const LEAST_EXPECTED: i64 = 24;
/// Fewer customers may all be silent for reasons of their own.
const LEAST_CUSTOMERS: usize = 5;
/// A single day without may be a holiday nobody told us of.
const LEAST_DAYS: usize = 2;
/// Other working days that tell what is usual.
const LEAST_OTHERS: usize = 5;
/// Days for which a gap is told: as long as the windows it lies in.
const TOLD_DAYS: i32 = 91;

/// What comes from one kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Mails, calls, chats and tickets, in both directions.
    Contact,
    /// Tickets, of the helpdesk.
    Tickets,
    /// Orders.
    Orders,
    /// Invoices and payments.
    Invoices,
    /// Reports of usage.
    Usage,
}

/// What is looked at, and by what it is counted.
const KINDS: [(Data, &[Counter]); 5] = [
    (Data::Contact, &[Counter::Inbound, Counter::Outbound]),
    (Data::Tickets, &[Counter::TicketsOpened, Counter::TicketsReopened, Counter::TicketReplies]),
    (Data::Orders, &[Counter::Orders]),
    (Data::Invoices, &[Counter::InvoicesIssued, Counter::InvoicesPaid]),
    (Data::Usage, &[Counter::UsageReports]),
];

impl Data {
    /// Whether a customer ever had any.
    pub(crate) fn is_known_of(self, view: &View<'_>) -> bool {
        let mut counters = KINDS.iter().filter(|(of, _)| *of == self).flat_map(|(_, counters)| *counters);
        counters.any(|counter| view.days_since(*counter).is_some())
    }
}

/// A time for which there is no data, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Of what.
    pub of: Data,
    /// First day without.
    pub from: Day,
    /// Last day without, as far as is known.
    pub to: Day,
}

impl Gap {
    /// Whether a day lies in it.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether it is still to be told.
    pub(crate) fn is_recent(&self, today: Day) -> bool {
        self.to >= today.plus(-TOLD_DAYS)
    }
}

/// What came from all customers, day by day.
#[derive(Debug, Default)]
pub(crate) struct Days {
    /// Per kind, the latest day first.
    sums: [Vec<i64>; KINDS.len()],
    /// Per kind, of how many customers anything came.
    customers: [usize; KINDS.len()],
}

impl Days {
    /// Adds a customer as seen on a Monday.
    pub(crate) fn add(&mut self, view: &View<'_>) {
        for ((sums, customers), (_, counters)) in self.sums.iter_mut().zip(&mut self.customers).zip(KINDS) {
            sums.resize(DAYS, 0);
            let mut came = false;
            for counter in counters {
                for (sum, of_day) in sums.iter_mut().zip(view.days_before(*counter)) {
                    *sum += of_day;
                    came |= of_day > 0;
                }
            }
            *customers += usize::from(came);
        }
    }

    /// The gaps before a Monday, in a company whose customers are in these countries.
    pub(crate) fn gaps(&self, monday: Day, countries: &[Option<Country>]) -> Vec<Gap> {
        let rests = |day: Day| {
            let is_weekend = (day.0 + 3).rem_euclid(7) >= 5;
            is_weekend || countries.iter().any(|country| calendar::rests(*country, day))
        };
        let kinds = self.sums.iter().zip(KINDS).zip(self.customers);
        let told = kinds.filter(|(_, customers)| *customers >= LEAST_CUSTOMERS).map(|(kind, _)| kind);
        told.flat_map(|(sums, (of, _))| gaps_of(of, sums, monday, &rests)).collect()
    }
}

fn gaps_of(of: Data, sums: &[i64], monday: Day, rests: &impl Fn(Day) -> bool) -> Vec<Gap> {
    let day_of = |ago: usize| monday.plus(-1 - i32::try_from(ago).unwrap_or(0));
    let worked: Vec<usize> = (0..sums.len()).filter(|ago| !rests(day_of(*ago))).collect();
    let mut gaps = Vec::new();
    let mut ago = 0;
    while ago < sums.len() {
        let silent = ago..ago + sums.iter().skip(ago).take_while(|sum| **sum == 0).count();
        let days = worked.iter().filter(|ago| silent.contains(ago)).count();
        // The middle of the other days: who sends all invoices on one day of the month has no gap between.
        let others = worked.iter().filter(|ago| !silent.contains(ago));
        let mut others: Vec<i64> = others.filter_map(|ago| sums.get(*ago).copied()).collect();
        others.sort_unstable();
        let usual = others.get(others.len() / 2).copied().filter(|_| others.len() >= LEAST_OTHERS);
        let expected = usual.unwrap_or(0).saturating_mul(i64::try_from(days).unwrap_or(0));
        if days >= LEAST_DAYS && expected >= LEAST_EXPECTED {
            gaps.push(Gap { of, from: day_of(silent.end - 1), to: day_of(silent.start) });
        }
        ago = silent.end + 1;
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A company's tickets: so many each working day, none on these; told on Monday 2026-03-16.
    fn told(each: i64, none: std::ops::RangeInclusive<&str>) -> String {
        let monday = day("2026-03-16");
        let (from, to) = (day(none.start()), day(none.end()));
        let of_day = |ago: usize| {
            let day = monday.plus(-1 - i32::try_from(ago).unwrap());
            let works = (day.0 + 3).rem_euclid(7) < 5 && !(from..=to).contains(&day);
            if works { each } else { 0 }
        };
        let mut days = Days::default();
        days.customers[1] = LEAST_CUSTOMERS;
        days.sums[1] = (0..DAYS).map(of_day).collect();
        let gaps = days.gaps(monday, &[None]);
        gaps.iter()
            .map(|gap| format!("{:?} {} to {}", gap.of, gap.from.date(), gap.to.date()))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn day(text: &str) -> Day {
        let date: jiff::civil::Date = text.parse().unwrap();
        Day::of(date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp())
    }

    #[test]
    fn a_week_without_a_ticket_from_anybody_is_a_gap_and_its_weekends_belong_to_it() {
        assert_eq!(told(6, "2026-03-03"..="2026-03-09"), "Tickets 2026-03-03 to 2026-03-09");
        assert_eq!(told(6, "2026-03-09"..="2026-03-13"), "Tickets 2026-03-07 to 2026-03-15", "up to now");
    }

    #[test]
    fn a_day_without_and_few_that_are_missing_are_chance() {
        assert_eq!(told(60, "2026-03-04"..="2026-03-04"), "");
        assert_eq!(told(2, "2026-03-02"..="2026-03-06"), "");
        assert_eq!(told(6, "2026-03-04"..="2026-03-05"), "");
        assert_eq!(told(12, "2026-03-04"..="2026-03-05"), "Tickets 2026-03-04 to 2026-03-05");
    }
}
