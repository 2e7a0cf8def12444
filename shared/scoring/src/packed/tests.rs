use proptest::prelude::*;

use super::*;
use crate::ledger::{DAY_SLOTS, LARGEST_CELL, SLOTS};
use crate::risk::assess;
use crate::time::Day;

fn cell() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => Just(0),
        3 => -3_i64..100,
        1 => -LARGEST_CELL..=LARGEST_CELL,
        1 => prop_oneof![Just(LARGEST_CELL), Just(-LARGEST_CELL)],
    ]
}

/// A history, in one of three with a darker one beside it.
fn ledger() -> impl Strategy<Value = Ledger> {
    (one(), proptest::option::weighted(0.3, one())).prop_map(|(ledger, darker)| {
        let darker = darker
            .map(|darker| Box::new(Ledger { origin: ledger.origin, entries: BTreeMap::new(), ..darker }));
        Ledger { darker, ..ledger }
    })
}

fn one() -> impl Strategy<Value = Ledger> {
    let rows = proptest::collection::vec((0..COUNTERS, proptest::collection::vec(cell(), SLOTS)), 0..6);
    let entries = proptest::collection::btree_map((0..DAY_SLOTS, any::<u16>()), any::<u32>(), 0..20);
    (-5_000_i32..5_000, rows, entries).prop_map(|(week, rows, entries)| {
        let mut ledger = Ledger::new(Week(week).monday());
        for (counter, row) in rows {
            ledger.rows.row_mut(counter).unwrap().copy_from_slice(&row);
        }
        let day = |offset: usize| ledger.first_single_day().plus(i32::try_from(offset).unwrap());
        ledger.entries = entries
            .into_iter()
            .map(|((offset, entry), count)| ((day(offset), EntryId(entry)), count))
            .collect();
        ledger
    })
}

proptest! {
    #[test]
    fn a_ledger_comes_back_as_it_was(ledger in ledger()) {
        let bytes = pack(&ledger);
        prop_assert_eq!(&unpack(&bytes).unwrap(), &ledger);
        prop_assert_eq!(pack(&ledger.clone()), bytes);
    }

    #[test]
    fn half_a_ledger_is_refused(ledger in ledger(), part in 0.0..1.0_f64) {
        let bytes = pack(&ledger);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part of a few kilobytes")]
        let kept = (bytes.len() as f64 * part) as usize;
        prop_assert!(unpack(&bytes[..kept]).is_err());
    }

    #[test]
    fn any_bytes_are_refused_or_can_be_scored(mut bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Some(first) = bytes.first_mut() {
            *first = FORMAT;
        }
        score_if_read(&bytes);
    }

    #[test]
    fn a_ledger_with_a_few_wrong_bytes_is_refused_or_can_be_scored(
        ledger in ledger(),
        wrong in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = pack(&ledger);
        for (index, byte) in wrong {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        score_if_read(&bytes);
    }
}

/// What was read, however wrong, can be moved on and assessed without a panic, and is no larger than a ledger.
fn score_if_read(bytes: &[u8]) {
    let Ok(mut ledger) = unpack(bytes) else { return };
    assert!(ledger.rows.held() <= COUNTERS);
    assert!(ledger.entries.len() <= bytes.len());
    let today = ledger.end_day().plus(10);
    ledger.advance(today);
    let at = today.start().max("0001-01-01T00:00:00Z".parse().unwrap());
    let assessment = assess(
        &ledger,
        at,
        &crate::Policy::default(),
        &crate::Portfolio::default(),
        &crate::Relation::default(),
    );
    assert!((0.0..=1.0).contains(&assessment.risk), "{}", assessment.risk);
}

#[test]
fn a_number_of_entries_beyond_belief_allocates_nothing() {
    let mut bytes = vec![FORMAT];
    put(&mut bytes, zigzag(2_900));
    put(&mut bytes, 0);
    put(&mut bytes, u64::MAX);
    assert_eq!(unpack(&bytes), Err(PackedFault("cut short")));
}

#[test]
fn an_empty_ledger_takes_a_few_bytes() {
    let ledger = Ledger::new(Day(20_000));
    assert!(pack(&ledger).len() <= 16, "{:?}", pack(&ledger));
}
