use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::ledger::{Bucket, SPAN_DAYS, in_week};

/// 2025-10-01, a Wednesday.
const TODAY: Day = Day(20_362);

/// What happened on each day, and a ledger that was told so: weeks as sums, recent days singly.
fn told(days: &BTreeMap<Day, (i64, bool)>) -> Ledger {
    let mut ledger = Ledger::new(TODAY);
    let mut weeks = BTreeMap::<Day, Bucket>::new();
    for (day, (messages, touched)) in days {
        let single = *day >= ledger.first_single_day();
        let weekday = usize::try_from((day.0 + 3).rem_euclid(7)).unwrap();
        let bucket = weeks.entry(if single { *day } else { day.week().monday() }).or_default();
        bucket.add(Counter::Inbound, *messages);
        let touched = i64::from(*touched);
        let days = if single { touched } else { in_week(Counter::InboundDays as usize, touched, weekday) };
        bucket.add(Counter::InboundDays, days);
    }
    for (day, bucket) in weeks {
        ledger.set(day, &bucket);
    }
    ledger
}

fn days() -> impl Strategy<Value = BTreeMap<Day, (i64, bool)>> {
    let day = prop_oneof![(0..60), (0..SPAN_DAYS)].prop_map(|ago: i32| TODAY.plus(-ago));
    // So few that a week's sum is kept whole.
    proptest::collection::btree_map(day, (1_i64..5, any::<bool>()), 0..40)
}

proptest! {
    #[test]
    fn sums_are_the_sums_of_the_days(days in days(), window in 1..=42_i32, newest in 0..66_i32, length in 0..20_i32) {
        let ledger = told(&days);
        let view = View::new(&ledger, TODAY);
        let sum = |from: Day, to: Day| days.range(from..=to).map(|(_, (messages, _))| messages).sum::<i64>();
        let touched = |from: Day, to: Day| {
            i64::try_from(days.range(from..=to).filter(|(_, (_, touched))| *touched).count()).unwrap()
        };
        let from = TODAY.plus(1 - window);
        prop_assert_eq!(view.recent(Counter::Inbound, window), sum(from, TODAY));
        prop_assert_eq!(view.recent(Counter::InboundDays, window), touched(from, TODAY));
        let oldest = (newest + length).min(66);
        let monday = |ago: i32| TODAY.week().monday().plus(-7 * ago);
        let (from, to) = (monday(oldest), monday(newest).plus(6));
        prop_assert_eq!(view.weeks(Counter::Inbound, newest, oldest), sum(from, to));
        prop_assert_eq!(view.weeks(Counter::InboundDays, newest, oldest), touched(from, to));
    }

    #[test]
    fn a_silence_is_known_to_the_day(days in days()) {
        let ledger = told(&days);
        let last = days.iter().rfind(|(_, (_, touched))| *touched).map(|(day, _)| TODAY.0 - day.0);
        prop_assert_eq!(View::new(&ledger, TODAY).days_since(Counter::InboundDays), last);
    }

    #[test]
    fn a_ledger_that_moves_on_says_what_one_told_later_says(days in days(), weeks in 0..80_i32) {
        let mut moved = told(&days);
        let later = TODAY.plus(7 * weeks);
        moved.advance(later);
        let view = View::new(&moved, later);
        let before = told(&days);
        let before = View::new(&before, TODAY);
        for ago in 0..=(66 - weeks) {
            for counter in [Counter::Inbound, Counter::InboundDays] {
                prop_assert_eq!(view.week(counter, ago + weeks), before.week(counter, ago));
            }
        }
    }
}
