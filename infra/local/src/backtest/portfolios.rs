//! What all customers did together, week by week: gathered before anybody is played, from everybody's ledger as it stood
//! at the week's beginning, as score does.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use scoring::portfolio::Gathered;
use scoring::time::Week;
use scoring::{Day, Portfolio, packed};

use super::inputs::Inputs;
use super::replay::{Plan, Player, arrivals};

/// Portfolios by their week.
#[derive(Debug, Default)]
pub struct Portfolios(BTreeMap<Week, Portfolio>);

/// Packed ledgers by the week that begins with them.
type Ledgers = Vec<(Week, Vec<u8>)>;

impl Portfolios {
    /// The portfolio of a time's week; what the calendar tells where none was gathered.
    pub fn at(&self, as_of: Timestamp) -> Portfolio {
        let today = Day::of(as_of);
        self.0.get(&today.week()).cloned().unwrap_or_else(|| Portfolio::by_calendar(today))
    }

    /// Counts everybody's events once, on all cores, and adds up each week in the order of the register.
    pub fn gather(inputs: &Inputs, events: &Path, plan: &Plan) -> anyhow::Result<Self> {
        let style = ProgressStyle::with_template("Counting  {bar:40} {pos}/{len} customers  {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(inputs.customers.len() as u64).with_style(style);
        let next = AtomicUsize::new(0);
        let counted: Mutex<BTreeMap<usize, Ledgers>> = Mutex::default();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let count = || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(customer) = inputs.customers.get(place) else { return anyhow::Ok(()) };
                    if customer.may_be_scored() {
                        let arrivals = arrivals(inputs, plan, events, place)?;
                        let ledgers = Player::new(customer, plan, &inputs.zone).count_weeks(arrivals);
                        counted.lock().unwrap_or_else(PoisonError::into_inner).insert(place, ledgers);
                    }
                    bar.inc(1);
                }
            };
            let counters: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
            for counter in counters {
                counter.join().map_err(|_| anyhow::anyhow!("a thread ended early"))??;
            }
            anyhow::Ok(())
        })?;
        bar.finish_and_clear();
        let counted = counted.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut weeks: BTreeMap<Week, Gathered> = BTreeMap::new();
        for (place, ledgers) in counted {
            let country = inputs.customers.get(place).and_then(|customer| customer.relation().country);
            for (week, bytes) in ledgers {
                let mut ledger = packed::unpack(&bytes)?;
                ledger.advance(week.monday());
                weeks.entry(week).or_default().add(&ledger, week.monday(), country);
            }
        }
        let portfolios =
            weeks.into_iter().map(|(week, gathered)| (week, gathered.into_portfolio(week.monday())));
        Ok(Self(portfolios.collect()))
    }
}
