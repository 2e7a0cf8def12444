//! Each customer: how much there is of it, how regularly, and which signals can run.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use scoring::bucket::{LOOK_BACK_DAYS, Span, rebuild};
use scoring::event::{ContractChange, InvoiceState, Kind, OrderState, OutcomeResult, TicketState};
use scoring::learning::Missing;
use scoring::risk::{Assessment, assess};
use scoring::{Day, Family, Ledger, Policy, Portfolio};
use serde::Serialize;

use super::read::{Gathered, Item};

/// Days without an event after which a customer no longer counts as active.
const ACTIVE_DAYS: i32 = 90;
/// Days at the end for which value and trouble are counted.
const YEAR_DAYS: i32 = 365;
/// Weeks at the end in which a customer should be in touch regularly (S33).
pub(super) const RECENT_WEEKS: i32 = 26;

/// What a family of signals can do with what there is of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CanRun {
    /// There is enough to tell the unusual from the usual.
    Yes,
    /// There is something, but too little of it yet.
    Learning,
    /// Nothing of that kind ever came in.
    NoData,
}

/// A source as one customer is in it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InSource {
    /// Events.
    pub events: u64,
    /// Weeks with an event.
    pub weeks_with_events: u32,
    /// Weeks from the first event to the end, or to the day the customer left.
    pub weeks: u32,
}

impl InSource {
    /// The share of weeks with an event, 0..1.
    pub fn share(&self) -> f64 {
        f64::from(self.weeks_with_events) / f64::from(self.weeks.max(1))
    }
}

/// One customer.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerAudit {
    /// Its id.
    pub id: String,
    /// Day of the first event.
    pub first: Option<Date>,
    /// Day of the last event.
    pub last: Option<Date>,
    /// The day it left, where an outcome or a contract says so.
    pub left: Option<Date>,
    /// An event in the last 90 days, and it has not left.
    pub active: bool,
    /// Legal basis on record and not paused.
    pub may_be_scored: bool,
    /// Events of any kind.
    pub events: u64,
    /// Events in which somebody there and somebody here had to do with each other: no invoices, reports of usage or news.
    pub touch_points: u64,
    /// Weeks of the last 26 with a touch point.
    pub recent_weeks_in_touch: u32,
    /// Days from the first touch point to the end.
    pub days_in_touch: i32,
    /// Most days between two touch points.
    pub longest_gap_days: i32,
    /// When that gap began.
    pub longest_gap_from: Option<Date>,
    /// Days since the last touch point, at the end.
    pub silent_days: Option<i32>,
    /// Kinds of exchange: `email`, `chat`, `call`, `project`, `ticket`, `meeting`...
    pub exchanges: BTreeSet<String>,
    /// Messages went both ways.
    pub both_directions: bool,
    /// Source by source.
    pub sources: BTreeMap<String, InSource>,
    /// Family by family.
    pub signals: BTreeMap<String, CanRun>,
    /// What is missing of half a year and fifty touch points (S55).
    pub missing: Missing,
    /// Amount of the last year: of invoices issued, else of orders; by currency, whole units.
    pub amounts: BTreeMap<String, i64>,
    /// Sour messages, tickets, reminders and returns of the last year.
    pub troubles: u64,
    /// How it looks at the end.
    #[serde(skip)]
    pub assessment: Option<Assessment>,
}

impl CustomerAudit {
    /// Active, and we may watch it.
    pub fn is_watched(&self) -> bool {
        self.active && self.may_be_scored
    }
}

/// The customers in the order of the register. `end` is the last event of the history.
pub(super) fn measure(gathered: &Gathered, end: Timestamp, policy: &Policy) -> Vec<CustomerAudit> {
    let mut of_customer: Vec<Vec<&Item>> = gathered.register.customers().iter().map(|_| Vec::new()).collect();
    for item in &gathered.items {
        if let Some(items) = item.customer.and_then(|customer| of_customer.get_mut(customer)) {
            items.push(item);
        }
    }
    let customers = gathered.register.customers().iter().zip(of_customer);
    customers
        .map(|(customer, items)| {
            let mut audit = one(gathered, &items, Day::of(end), policy);
            audit.id.clone_from(&customer.id);
            audit.may_be_scored = customer.may_be_scored();
            let (ledger, portfolio) = (ledger_of(&items, end, policy), Portfolio::by_calendar(Day::of(end)));
            let assessment = assess(&ledger, end, policy, &portfolio, &customer.relation());
            if audit.left.is_none() {
                audit.signals = families().into_iter().map(|family| signal(family, &assessment)).collect();
                audit.missing = assessment.missing;
                audit.assessment = Some(assessment);
            }
            audit
        })
        .collect()
}

/// The families there are, in the order of their signals.
pub(super) fn families() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for signal in scoring::signals::SIGNALS {
        if !families.contains(&signal.family) {
            families.push(signal.family);
        }
    }
    families
}

/// What a family is called in files.
pub(super) fn name_of(family: Family) -> String {
    let name = serde_json::to_value(family).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn signal(family: Family, assessment: &Assessment) -> (String, CanRun) {
    let can = if assessment.no_data.contains(&family) {
        CanRun::NoData
    } else if assessment.learning.iter().any(|learning| learning.family == family) {
        CanRun::Learning
    } else {
        CanRun::Yes
    };
    (name_of(family), can)
}

/// The ledger as of the end, counted as the product counts it.
fn ledger_of(items: &[&Item], end: Timestamp, policy: &Policy) -> Ledger {
    let today = Day::of(end);
    let mut ledger = Ledger::new(today);
    let span = Span { from: ledger.first_day(), to: today };
    let from = span.from.plus(-LOOK_BACK_DAYS);
    let events = items.iter().map(|item| &item.event).filter(|event| Day::of(event.at) >= from);
    let events: Vec<scoring::Event> = events.cloned().collect();
    rebuild(&mut ledger, span, &events, end, &policy.counting);
    ledger
}

fn one(gathered: &Gathered, items: &[&Item], today: Day, policy: &Policy) -> CustomerAudit {
    let day = |item: &Item| Day::of(item.event.at);
    // A renewal after it takes a cancellation back.
    let last_word = items.iter().rev().find(|item| ends(&item.event.kind) || goes_on(&item.event.kind));
    let left = last_word.filter(|item| ends(&item.event.kind)).map(|item| day(item));
    let until = left.unwrap_or(today);
    let touched: Vec<&Item> =
        items.iter().copied().filter(|item| is_touch_point(&item.event.kind) && day(item) <= until).collect();
    let days: BTreeSet<Day> = touched.iter().map(|item| day(item)).collect();
    let last_day = days.last().copied();
    let gaps = days.iter().zip(days.iter().skip(1)).map(|(one, next)| (next.0 - one.0, *one));
    let gaps = gaps.chain(last_day.map(|last| (until.0 - last.0, last)));
    let longest = gaps.max_by_key(|(days, _)| *days);
    let recent: BTreeSet<i32> = days
        .iter()
        .filter(|day| day.week().0 > until.week().0 - RECENT_WEEKS)
        .map(|day| day.week().0)
        .collect();
    let last = items.last().map(|item| day(item));
    let is_recent = |day: Day| until.0 - day.0 < YEAR_DAYS;
    CustomerAudit {
        id: String::new(),
        first: items.first().map(|item| day(item).date()),
        last: last.map(Day::date),
        left: left.map(Day::date),
        active: left.is_none() && last.is_some_and(|last| today.0 - last.0 < ACTIVE_DAYS),
        may_be_scored: false,
        events: items.len() as u64,
        touch_points: touched.len() as u64,
        recent_weeks_in_touch: u32::try_from(recent.len()).unwrap_or(0),
        days_in_touch: days.first().map_or(0, |first| until.0 - first.0),
        longest_gap_days: longest.map_or(0, |(days, _)| days),
        longest_gap_from: longest.map(|(_, from)| from.date()),
        silent_days: last_day.map(|last| until.0 - last.0),
        exchanges: touched.iter().filter_map(|item| exchange(gathered, item)).collect(),
        both_directions: both_directions(&touched),
        sources: sources(gathered, items, until),
        signals: BTreeMap::new(),
        missing: Missing::default(),
        amounts: amounts(items.iter().filter(|item| is_recent(day(item)))),
        troubles: items.iter().filter(|item| is_recent(day(item)) && is_trouble(item, policy)).count() as u64,
        assessment: None,
    }
}

/// Whether somebody at the customer and somebody with us had to do with each other (S55). An invoice is sent and a
/// report of usage comes whether or not anybody talks.
pub(super) fn is_touch_point(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Invoice { .. }
            | Kind::Usage { .. }
            | Kind::Outcome { .. }
            | Kind::External { .. }
            | Kind::Contract { .. }
    )
}

/// Whether something is said, asked or agreed: what communication signals live on (S32).
pub(super) fn is_talk(kind: &Kind) -> bool {
    matches!(kind, Kind::Message { .. } | Kind::Ticket { .. } | Kind::Request { .. } | Kind::Meeting { .. })
}

/// Whether the relation ends with it: the documented losses (S88).
fn ends(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Outcome { result: OutcomeResult::Churned }
            | Kind::Contract { change: ContractChange::Cancelled }
    )
}

fn goes_on(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Outcome { .. } | Kind::Contract { change: ContractChange::Renewed | ContractChange::Extended }
    )
}

fn is_trouble(item: &Item, policy: &Policy) -> bool {
    let is_sour = |reading: &tone::Reading| !reading.automatic && reading.tone <= policy.counting.sour;
    item.event.reading.as_ref().is_some_and(is_sour)
        || matches!(
            item.event.kind,
            Kind::Ticket { state: TicketState::Opened | TicketState::Reopened, .. }
                | Kind::Invoice { state: InvoiceState::Overdue, .. }
                | Kind::Order { state: OrderState::Returned, .. }
        )
}

fn exchange(gathered: &Gathered, item: &Item) -> Option<String> {
    match &item.event.kind {
        Kind::Message { channel, .. } => Some(word(channel)),
        Kind::Ticket { .. } | Kind::Request { .. } | Kind::Meeting { .. } => {
            Some(gathered.kinds.name(item.kind).to_owned())
        }
        _ => None,
    }
}

/// The word of a value that is written as one.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn both_directions(touched: &[&Item]) -> bool {
    let directions: BTreeSet<String> = touched
        .iter()
        .filter_map(|item| match &item.event.kind {
            Kind::Message { direction, .. } => Some(word(direction)),
            _ => None,
        })
        .collect();
    directions.len() > 1
}

fn sources(gathered: &Gathered, items: &[&Item], until: Day) -> BTreeMap<String, InSource> {
    let mut weeks: BTreeMap<usize, (u64, BTreeSet<i32>)> = BTreeMap::new();
    for item in items.iter().filter(|item| Day::of(item.event.at) <= until) {
        let (events, weeks) = weeks.entry(item.source).or_default();
        *events += 1;
        weeks.insert(Day::of(item.event.at).week().0);
    }
    let of_source = |(source, (events, weeks)): (usize, (u64, BTreeSet<i32>))| {
        let first = weeks.first().copied().unwrap_or(until.week().0);
        let since = u32::try_from(until.week().0 - first + 1).unwrap_or(0);
        let with_events = u32::try_from(weeks.len()).unwrap_or(u32::MAX);
        (
            gathered.sources.name(source).to_owned(),
            InSource { events, weeks_with_events: with_events, weeks: since },
        )
    };
    weeks.into_iter().map(of_source).collect()
}

fn amounts<'a, 'b: 'a>(items: impl Iterator<Item = &'a &'b Item>) -> BTreeMap<String, i64> {
    let (mut invoiced, mut ordered) = (BTreeMap::<String, i64>::new(), BTreeMap::<String, i64>::new());
    for item in items {
        let (sums, money) = match &item.event.kind {
            Kind::Invoice { state: InvoiceState::Issued, amount: Some(money), .. } => (&mut invoiced, *money),
            Kind::Order { state: OrderState::Placed, amount, .. } => (&mut ordered, *amount),
            _ => continue,
        };
        let sum = sums.entry(String::from(money.currency)).or_default();
        *sum = sum.saturating_add(money.hundredths / 100);
    }
    if invoiced.is_empty() { ordered } else { invoiced }
}
