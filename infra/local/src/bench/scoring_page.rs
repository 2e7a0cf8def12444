//! Scoring a page of packed states, on one core: reading the items as the SDK hands them over, unpacking, assessing and
//! deciding; and the same with the SDK's own reading of DynamoDB's reply before it. Beside it, from raw events.

use std::time::Instant;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use platform::Platform;
use platform::states::{self, State};
use scoring::alert::decide;
use scoring::risk::assess;
use scoring::{Event, Policy, packed};
use serde_json::json;

use super::{Figure, count, no_network, ordinary};

const PAGE: usize = 1000;
const ROUNDS: usize = 9;
const GOAL: f64 = 100_000.0;
/// Raw events of a customer, and how many such customers a second.
const RAW: (usize, f64) = (250, 6_000.0);

pub(super) fn measure() -> anyhow::Result<Vec<Figure>> {
    let as_of = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_730);
    let fingerprint = Policy::default().counting.fingerprint();
    let ledgers: Vec<String> =
        (0..20).map(|seed| STANDARD.encode(packed::pack(&ordinary::ledger(seed)))).collect();
    let items: Vec<_> = ledgers
        .iter()
        .cycle()
        .take(PAGE)
        .enumerate()
        .map(|(number, ledger)| {
            json!({
                "pk": {"S": format!("C-{number}")}, "version": {"N": "7"}, "ledger": {"B": ledger},
                "counting": {"N": fingerprint.to_string()}, "risk": {"N": "0.05"}, "scored": {"BOOL": true},
                "as_of": {"S": as_of.to_string()},
            })
        })
        .collect();
    let page = json!({ "Items": items, "Count": PAGE, "ScannedCount": PAGE }).to_string();
    let config = no_network::config([("Scan", page)]);
    let platform = Platform::new(no_network::settings(), &config, &config, &config, &config);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let scan = || platform.dynamodb.scan().table_name(&platform.settings.states_table).send();
    let items = runtime.block_on(scan())?.items.unwrap_or_default();
    let (mut from_items, mut from_reply) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        score(items.iter().filter_map(State::parse).collect(), as_of)?;
        from_items = from_items.min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let (states, _) = runtime.block_on(states::page(&platform, 0, 1, None))?;
        score(states, as_of)?;
        from_reply = from_reply.min(started.elapsed().as_secs_f64());
    }
    let rate = |seconds: f64| count(PAGE) / seconds;
    Ok(vec![
        Figure::at_least(
            "scoring from a page of packed states, one core",
            rate(from_items),
            "a second",
            GOAL,
        ),
        Figure::told("the same from DynamoDB's reply on, one core", rate(from_reply), "a second"),
        from_raw_events(),
    ])
}

fn from_raw_events() -> Figure {
    let customers: Vec<Vec<Event>> = (0..20)
        .map(ordinary::events)
        .map(|events| events.get(events.len().saturating_sub(RAW.0)..).unwrap_or_default().to_vec())
        .collect();
    let as_of = ordinary::end();
    let (policy, portfolio) = (Policy::default(), scoring::Portfolio::by_calendar(scoring::Day::of(as_of)));
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for events in &customers {
            let ledger = ordinary::count_up(events);
            let relation = scoring::Relation::default();
            std::hint::black_box(assess(&ledger, as_of, &policy, &portfolio, &relation));
        }
        best = best.min(started.elapsed().as_secs_f64());
    }
    let rate = count(customers.len()) / best;
    Figure::at_least("scoring from 250 raw events, one core", rate, "a second", RAW.1)
}

fn score(states: Vec<State>, as_of: Timestamp) -> anyhow::Result<()> {
    let (policy, portfolio) = (Policy::default(), scoring::Portfolio::by_calendar(scoring::Day::of(as_of)));
    let today = as_of.to_zoned(jiff::tz::TimeZone::UTC).date();
    anyhow::ensure!(states.len() == PAGE, "the page holds {} states", states.len());
    for state in states {
        let ledger = packed::unpack(state.ledger.as_deref().unwrap_or_default())?;
        let assessment = assess(&ledger, as_of, &policy, &portfolio, &scoring::Relation::default());
        std::hint::black_box(decide(
            state.alert.as_ref(),
            assessment.risk,
            today,
            &policy.risk,
            portfolio.held,
        ));
    }
    Ok(())
}
