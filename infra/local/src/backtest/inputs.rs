//! The files a backtest is made of.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use platform::register::{self, Company, Customer};
use scoring::Policy;
use scoring::event::OutcomeResult;
use scoring::incoming::CustomerRef;
use serde::Deserialize;

use super::Options;
use crate::history::{self, Vendor};

/// Everything that is read before the history is.
pub struct Inputs {
    /// The history's file.
    pub history: PathBuf,
    /// The register.
    pub customers: Vec<Customer>,
    /// From a name's key in the register to a customer's place in `customers`.
    names: BTreeMap<String, usize>,
    /// Who watches.
    pub company: Company,
    /// The company's time zone: when a day begins, and when the daily run comes.
    pub zone: TimeZone,
    /// Its name.
    pub zone_name: String,
    /// The policy to judge.
    pub policy: Policy,
    /// The policy to show beside it.
    pub compare: Option<Policy>,
    /// Documented outcomes by customer's place; none where the history is to say.
    pub outcomes: Option<BTreeMap<usize, Vec<(Date, OutcomeResult)>>>,
    /// First day to judge, where it was said.
    pub from: Option<Date>,
    /// Last day to judge, where it was said.
    pub to: Option<Date>,
}

impl Inputs {
    /// Reads and checks all but the history.
    pub fn read(options: &Options) -> anyhow::Result<Self> {
        if let (Some(from), Some(to)) = (options.from, options.to) {
            anyhow::ensure!(from < to, "--from {from} must come before --to {to}");
        }
        anyhow::ensure!(options.history.is_file(), "{} is no file", options.history.display());
        let customers = history::read_customers(&options.customers)?;
        anyhow::ensure!(!customers.is_empty(), "{} holds no customers", options.customers.display());
        let mut names = BTreeMap::new();
        for (place, customer) in customers.iter().enumerate() {
            let id = CustomerRef::Id(customer.id.clone());
            let twice = names.insert(register::reference_pk(&id), place);
            anyhow::ensure!(twice.is_none(), "{} names {} twice", options.customers.display(), customer.id);
        }
        for (place, customer) in customers.iter().enumerate() {
            for name in register::names(customer) {
                names.insert(register::reference_pk(&name), place);
            }
        }
        let vendor = match &options.company {
            Some(path) => read_company(path)?,
            None => history::made_vendor(&customers),
        };
        let addresses = vendor.staff.iter().map(|person| person.email.clone()).collect();
        let company = Company { addresses, ..vendor.company };
        let zone = TimeZone::get(&vendor.time_zone)
            .with_context(|| format!("no time zone is called {}", vendor.time_zone))?;
        let policy = options.policy.as_deref().map(read_policy).transpose()?.unwrap_or_default();
        let compare = options.compare.as_deref().map(read_policy).transpose()?;
        let mut inputs = Self {
            history: options.history.clone(),
            customers,
            names,
            company,
            zone,
            zone_name: vendor.time_zone,
            policy,
            compare,
            outcomes: None,
            from: options.from,
            to: options.to,
        };
        inputs.outcomes = options.outcomes.as_deref().map(|path| read_outcomes(path, &inputs)).transpose()?;
        Ok(inputs)
    }

    /// The customer that goes by a name.
    pub fn find(&self, name: &CustomerRef) -> Option<usize> {
        self.names.get(&register::reference_pk(name)).copied()
    }

    /// How many documented outcomes lie before or after these days.
    pub fn outcomes_outside(&self, from: Date, to: Date) -> usize {
        let dates = self.outcomes.iter().flat_map(BTreeMap::values).flatten().map(|(date, _)| *date);
        dates.filter(|date| !(from..=to).contains(date)).count()
    }
}

fn read_company(path: &Path) -> anyhow::Result<Vendor> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let policy = crate::policy::read(path)?;
    anyhow::ensure!(
        policy.managed_model.is_none(),
        "{}: `managed_model` cannot be tried here: a backtest sends no text anywhere",
        path.display()
    );
    Ok(policy)
}

/// A documented outcome.
#[derive(Deserialize)]
struct Outcome {
    customer: String,
    date: Date,
    result: OutcomeResult,
}

/// CSV with a header, or JSON lines: customer, date, result.
fn read_outcomes(
    path: &Path,
    inputs: &Inputs,
) -> anyhow::Result<BTreeMap<usize, Vec<(Date, OutcomeResult)>>> {
    let mut stream = history::open(path)?;
    let first = stream.fill_buf().with_context(|| format!("reading {}", path.display()))?;
    let is_json = first.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let mut outcomes: BTreeMap<usize, Vec<(Date, OutcomeResult)>> = BTreeMap::new();
    let mut take = |number: usize, outcome: anyhow::Result<Outcome>| {
        let at = || format!("{} line {number}", path.display());
        let outcome = outcome.with_context(at)?;
        let name = CustomerRef::Id(outcome.customer);
        let alias = ingest::read::as_alias(&name);
        let place = inputs.find(&name).or_else(|| alias.and_then(|alias| inputs.find(&alias)));
        let place = place.with_context(|| format!("{}: its customer is not in the register", at()))?;
        outcomes.entry(place).or_default().push((outcome.date, outcome.result));
        anyhow::Ok(())
    };
    if is_json {
        for (index, text) in stream.lines().enumerate() {
            let text = text.with_context(|| format!("reading {}", path.display()))?;
            if !text.trim().is_empty() {
                take(index + 1, serde_json::from_str(&text).map_err(Into::into))?;
            }
        }
    } else {
        let mut rows = history::table(stream).with_context(|| format!("reading {}", path.display()))?;
        for (index, row) in rows.deserialize().enumerate() {
            take(index + 2, row.map_err(Into::into))?;
        }
    }
    for of_one in outcomes.values_mut() {
        of_one.sort_by_key(|(date, _)| *date);
    }
    Ok(outcomes)
}
