//! The protocol between ingest and score, explored exhaustively: every order of the steps below, with crashes after
//! any of them, redelivery, two scorers at once, erasure and expiry.
//!
//! Ingest: put the event if absent; mark its bucket unless the customer is erased, else delete the event again.
//! Score: read ledger version and marks; read the events of the marked buckets; write the ledger, on condition of the
//! version and that nobody is erased, taking off each mark what had been read.
//! Promise (I1): once everything has come to rest and one more run is made, the ledger counts each accepted live event
//! exactly once, and after erasure nothing is left (I5).

use std::collections::HashSet;

/// Buckets: event 0 and 1 fall into bucket 0, event 2 into bucket 1.
const BUCKET_OF: [usize; 3] = [0, 0, 1];
const EVENTS: usize = 3;
const BUCKETS: usize = 2;

/// Where a delivery of an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Delivery {
    Waiting,
    Put,
    Marked,
    /// The customer was erased: delete what was put.
    Deleting,
    /// Answered 2xx.
    Answered,
}

/// Where a scorer stands, with what it has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Scorer {
    Idle,
    ReadState { version: u8, marks: [u8; BUCKETS] },
    ReadEvents { version: u8, marks: [u8; BUCKETS], counts: [u8; BUCKETS] },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct World {
    stored: [bool; EVENTS],
    deliveries: [Delivery; EVENTS],
    /// How often each delivery may still crash and come again.
    crashes_left: u8,
    marks: [u8; BUCKETS],
    version: u8,
    ledger: [u8; BUCKETS],
    scorers: [Scorer; 2],
    runs_left: u8,
    erased: bool,
    may_erase: bool,
    /// Buckets older than the ledger's span: their events are gone and they are not rebuilt.
    expired: [bool; BUCKETS],
    may_expire: bool,
}

/// The order of ingest's two writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    PutThenMark,
    MarkThenPut,
}

/// How a scorer clears what it counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clear {
    Subtract,
    SetToZero,
}

fn start(crashes: u8, erasure: bool, expiry: bool) -> World {
    World {
        stored: [false; EVENTS],
        deliveries: [Delivery::Waiting; EVENTS],
        crashes_left: crashes,
        marks: [0; BUCKETS],
        version: 0,
        ledger: [0; BUCKETS],
        scorers: [Scorer::Idle; 2],
        runs_left: 3,
        erased: false,
        may_erase: erasure,
        expired: [false; BUCKETS],
        may_expire: expiry,
    }
}

fn successors(world: World, order: Order, clear: Clear) -> Vec<World> {
    let mut next = Vec::new();
    for event in 0..EVENTS {
        next.extend(deliver(world, event, order));
        let under_way = !matches!(world.deliveries[event], Delivery::Waiting | Delivery::Answered);
        if under_way && world.crashes_left > 0 {
            // No answer reached the sender: it delivers again, from the start.
            let mut crashed = world;
            crashed.crashes_left -= 1;
            crashed.deliveries[event] = Delivery::Waiting;
            next.push(crashed);
        }
        if world.deliveries[event] == Delivery::Answered && world.crashes_left > 0 {
            // The answer got lost.
            let mut again = world;
            again.crashes_left -= 1;
            again.deliveries[event] = Delivery::Waiting;
            next.push(again);
        }
    }
    for scorer in 0..2 {
        next.extend(score(world, scorer, clear));
        if world.scorers[scorer] != Scorer::Idle && world.crashes_left > 0 {
            let mut crashed = world;
            crashed.crashes_left -= 1;
            crashed.scorers[scorer] = Scorer::Idle;
            next.push(crashed);
        }
    }
    if world.may_erase && !world.erased {
        // The tombstone first, then everything of the customer.
        let mut erased = world;
        erased.erased = true;
        erased.stored = [false; EVENTS];
        erased.marks = [0; BUCKETS];
        erased.ledger = [0; BUCKETS];
        next.push(erased);
    }
    if world.may_expire && !world.expired[0] {
        // Bucket 0 leaves the span: its events expire, the ledger drops it, and nothing more is accepted for it.
        let mut expired = world;
        expired.expired[0] = true;
        for event in 0..EVENTS {
            if BUCKET_OF[event] == 0 {
                expired.stored[event] = false;
                expired.deliveries[event] = Delivery::Answered;
            }
        }
        expired.ledger[0] = 0;
        next.push(expired);
    }
    next
}

fn deliver(world: World, event: usize, order: Order) -> Option<World> {
    let mut next = world;
    let bucket = BUCKET_OF[event];
    let mark = |next: &mut World| {
        if next.erased {
            return false;
        }
        next.marks[bucket] += 1;
        true
    };
    next.deliveries[event] = match (world.deliveries[event], order) {
        // Too late: kept aside, touches no bucket.
        (Delivery::Waiting, _) if world.expired[bucket] => Delivery::Answered,
        (Delivery::Waiting, Order::PutThenMark) => {
            next.stored[event] = true;
            Delivery::Put
        }
        (Delivery::Put, Order::PutThenMark) => {
            if mark(&mut next) {
                Delivery::Marked
            } else {
                Delivery::Deleting
            }
        }
        (Delivery::Waiting, Order::MarkThenPut) => {
            if mark(&mut next) {
                Delivery::Put
            } else {
                Delivery::Answered
            }
        }
        (Delivery::Put, Order::MarkThenPut) => {
            next.stored[event] = true;
            Delivery::Marked
        }
        (Delivery::Deleting, _) => {
            next.stored[event] = false;
            Delivery::Answered
        }
        (Delivery::Marked, _) => Delivery::Answered,
        (Delivery::Answered, _) => return None,
    };
    Some(next)
}

fn score(world: World, scorer: usize, clear: Clear) -> Option<World> {
    let mut next = world;
    next.scorers[scorer] = match world.scorers[scorer] {
        Scorer::Idle => {
            if world.runs_left == 0 || world.erased || world.marks == [0; BUCKETS] {
                return None;
            }
            next.runs_left -= 1;
            Scorer::ReadState { version: world.version, marks: world.marks }
        }
        Scorer::ReadState { version, marks } => Scorer::ReadEvents { version, marks, counts: counts(&world) },
        Scorer::ReadEvents { version, marks, counts } => {
            if world.version == version && !world.erased {
                next.version += 1;
                for bucket in 0..BUCKETS {
                    if marks[bucket] > 0 {
                        next.ledger[bucket] = if world.expired[bucket] { 0 } else { counts[bucket] };
                        next.marks[bucket] = match clear {
                            Clear::Subtract => world.marks[bucket] - marks[bucket],
                            Clear::SetToZero => 0,
                        };
                    }
                }
            }
            Scorer::Idle
        }
    };
    Some(next)
}

fn counts(world: &World) -> [u8; BUCKETS] {
    let mut counts = [0; BUCKETS];
    for event in (0..EVENTS).filter(|event| world.stored[*event]) {
        counts[BUCKET_OF[event]] += 1;
    }
    counts
}

/// What one more undisturbed run would leave.
fn after_one_more_run(world: &World) -> [u8; BUCKETS] {
    let mut ledger = world.ledger;
    for bucket in 0..BUCKETS {
        if world.marks[bucket] > 0 && !world.erased {
            ledger[bucket] = counts(world)[bucket];
        }
    }
    ledger
}

/// The one world of those that differ only in names: the scorers are alike, and so are the events of one bucket.
fn nameless(mut world: World) -> World {
    world.scorers.sort_unstable();
    let [first, second, _] = world.deliveries;
    if (first, world.stored[0]) > (second, world.stored[1]) {
        world.deliveries.swap(0, 1);
        world.stored.swap(0, 1);
    }
    world
}

/// Explores everything, up to the first world that breaks the promise, and returns it and the number of worlds seen.
fn explore(first: World, order: Order, clear: Clear) -> (usize, Option<World>) {
    let mut seen = HashSet::from([first]);
    let mut left = vec![first];
    while let Some(world) = left.pop() {
        let at_rest = world.deliveries.iter().all(|delivery| *delivery == Delivery::Answered)
            && world.scorers == [Scorer::Idle; 2];
        if at_rest {
            let holds = if world.erased {
                world.stored == [false; EVENTS] && world.ledger == [0; BUCKETS] && world.marks == [0; BUCKETS]
            } else {
                after_one_more_run(&world) == counts(&world)
            };
            if !holds {
                return (seen.len(), Some(world));
            }
        }
        for next in successors(world, order, clear).into_iter().map(nameless) {
            if seen.insert(next) {
                left.push(next);
            }
        }
    }
    (seen.len(), None)
}

#[test]
fn every_event_counts_exactly_once_whatever_crashes() {
    for (crashes, erasure, expiry) in [(2, false, false), (1, true, false), (1, false, true)] {
        let (worlds, broken) = explore(start(crashes, erasure, expiry), Order::PutThenMark, Clear::Subtract);
        assert!(broken.is_none(), "{broken:?}");
        assert!(worlds > 10_000, "only {worlds} worlds were explored");
    }
}

#[test]
fn the_exploration_finds_what_is_wrong_with_the_obvious_alternatives() {
    let (_, swapped) = explore(start(1, false, false), Order::MarkThenPut, Clear::Subtract);
    assert!(swapped.is_some(), "marking before putting loses events");
    let (_, zeroed) = explore(start(1, false, false), Order::PutThenMark, Clear::SetToZero);
    assert!(zeroed.is_some(), "clearing marks without looking loses events");
}
