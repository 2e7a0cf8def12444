//! No order within ninety days: customers left out in turn.

use std::collections::BTreeMap;
use std::path::Path;

use indicatif::ProgressBar;
use jiff::civil::{Date, date};
use learning::orders::{Customer, Example, Model, Order, OrderKind, Parts, Settings, Situation, examples};
use serde::Deserialize;

use super::dice::Dice;
use super::figures::{
    Figure, Goal, Scored, auc, average_precision, brier, calibration_error, figure, log_loss,
    precision_of_high, precision_of_tenth, share_of_high,
};
use super::read;

/// Days ahead.
pub(super) const HORIZON: i32 = 90;
/// In so many turns every customer is left out once.
pub(super) const FOLDS: usize = 5;
/// Divisions into folds of which the mean is taken: with the method as it is, and with one chosen inside.
const REPETITIONS: u64 = 5;
const NESTED_REPETITIONS: u64 = 2;
/// Folds inside.
const INNER_FOLDS: usize = 3;
/// What is chosen from inside.
const RIDGES: [f64; 3] = [3.0, 10.0, 30.0];
const PARTS: [Parts; 3] = [Parts::Both, Parts::Logistic, Parts::Poisson];

/// A public history of orders, and what should be reached on customers nobody has seen.
pub(super) struct Set {
    pub(super) file: &'static str,
    pub(super) name: &'static str,
    /// The cut-offs judged on; learned is only from what ended by the first.
    cut_offs: [Date; 2],
    /// AUC, average precision, Brier score.
    goals: [f64; 3],
    /// AUC with twenty known losses.
    pub(super) few: Option<f64>,
}

pub(super) const SETS: &[Set] = &[
    Set {
        file: "cdnow_public.csv",
        name: "CDNOW",
        cut_offs: [date(1998, 3, 1), date(1998, 4, 1)],
        goals: [0.703, 0.631, 0.216],
        few: Some(0.69),
    },
    Set {
        file: "online_retail_public.csv",
        name: "Online Retail",
        cut_offs: [date(2011, 8, 11), date(2011, 9, 10)],
        goals: [0.72, 0.33, 0.110],
        few: None,
    },
];

#[derive(Deserialize)]
struct Row {
    cust: String,
    ts: String,
    kind: String,
    amount: f64,
    #[serde(alias = "n", default)]
    lines: f64,
}

/// A set, ready to be learned from and judged on.
pub(super) struct Portfolio {
    pub(super) customers: usize,
    /// What may be learned from.
    pub(super) examples: Vec<Example>,
    /// What is judged: the customer, where it stood, and whether no order came.
    pub(super) judged: Vec<(usize, Situation, f64)>,
}

impl Portfolio {
    pub(super) fn read(path: &Path, set: &Set) -> anyhow::Result<Self> {
        let mut orders = BTreeMap::<String, Vec<Order>>::new();
        for Row { cust, ts, kind, amount, lines } in read::rows(path)? {
            let day = read::day(&ts)?;
            let kind = if kind == "order" { OrderKind::Placed } else { OrderKind::Returned };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "of a shop")]
            let (hundredths, lines) = ((amount * 100.0).round() as i64, lines as u32);
            let order = Order { day, known: day, kind, hundredths, currency: *b"XXX", lines };
            orders.entry(cust).or_default().push(order);
        }
        let customers: Vec<Customer> = orders.into_values().map(Customer::of).collect();
        let [first, second] = set.cut_offs.map(read::number);
        let (first, second) = (first?, second?);
        let examples = examples(&customers.iter().collect::<Vec<_>>(), first, HORIZON);
        let mut judged = Vec::new();
        for cut_off in [first, second] {
            for (number, customer) in customers.iter().enumerate() {
                let situation = Situation::at(customer, cut_off, HORIZON).filter(Situation::is_eligible);
                let Some(situation) = situation else { continue };
                let end = cut_off + HORIZON;
                let gone = customer.order_days_between(cut_off, end, end) == 0;
                judged.push((number, situation, f64::from(u8::from(gone))));
            }
        }
        Ok(Self { customers: customers.len(), examples, judged })
    }

    /// The examples of the customers that are not in a fold.
    pub(super) fn without<'a>(
        &'a self,
        folds: &'a [usize],
        fold: usize,
    ) -> impl Iterator<Item = &'a Example> {
        self.examples.iter().filter(move |it| folds.get(it.customer) != Some(&fold))
    }

    /// The judged rows of a fold, as a model answers them.
    pub(super) fn scored<'a>(
        &'a self,
        folds: &'a [usize],
        fold: usize,
        answer: impl Fn(&Situation) -> f64 + 'a,
    ) -> impl Iterator<Item = Scored> + 'a {
        let own = self.judged.iter().filter(move |(customer, ..)| folds.get(*customer) == Some(&fold));
        own.map(move |(customer, situation, label)| Scored {
            customer: *customer,
            fold,
            label: *label,
            p: answer(situation),
        })
    }
}

/// Figures of one set.
pub(super) fn measure(path: &Path, set: &Set, bar: &ProgressBar) -> anyhow::Result<Vec<Figure>> {
    bar.set_length((REPETITIONS + NESTED_REPETITIONS) * FOLDS as u64);
    let portfolio = Portfolio::read(path, set)?;
    let fixed: Vec<Vec<Scored>> = (0..REPETITIONS).map(|it| left_out(&portfolio, it, bar)).collect();
    let nested: Vec<Vec<Scored>> =
        (0..NESTED_REPETITIONS).map(|it| chosen_inside(&portfolio, it, bar)).collect();
    let plain = |answer: fn(&Situation) -> f64| {
        let folds = vec![0; portfolio.customers];
        [portfolio.scored(&folds, 0, answer).collect::<Vec<_>>()]
    };
    let recency = plain(|situation| f64::from(situation.since_last));
    let without_labels = plain(Situation::without_labels);
    let [rank, precision, distance] = set.goals;
    let mut figures = vec![
        figure("AUC", Goal::AtLeast(rank), &fixed, auc),
        figure("average precision", Goal::AtLeast(precision), &fixed, average_precision),
        figure("Brier score", Goal::AtMost(distance), &fixed, brier),
        figure("precision of the first tenth", Goal::None, &fixed, precision_of_tenth),
        Figure {
            interval: None,
            ..figure("calibration error, ten groups", Goal::None, &fixed, calibration_error)
        },
        figure("rows at 70 % risk or more", Goal::None, &fixed, share_of_high),
        figure("  of these lost", Goal::None, &fixed, precision_of_high),
        figure("chosen inside (nested): AUC", Goal::AtLeast(rank), &nested, auc),
        figure("  average precision", Goal::AtLeast(precision), &nested, average_precision),
        figure("  Brier score", Goal::AtMost(distance), &nested, brier),
        figure("without labels: AUC", Goal::None, &without_labels, auc),
        figure("days since the last order: AUC", Goal::None, &recency, auc),
        figure("  average precision", Goal::None, &recency, average_precision),
    ];
    figures.retain(|figure| figure.value.is_finite());
    Ok(figures)
}

/// Every judged row, answered by the method as it is, fitted to the other folds.
fn left_out(portfolio: &Portfolio, seed: u64, bar: &ProgressBar) -> Vec<Scored> {
    let folds = Dice::new(seed).folds(portfolio.customers, FOLDS);
    let of = |fold| {
        let others: Vec<&Example> = portfolio.without(&folds, fold).collect();
        let model = Model::of(&others, Settings::default());
        bar.inc(1);
        portfolio.scored(&folds, fold, |situation| model.probability(situation)).collect::<Vec<_>>()
    };
    (0..FOLDS).flat_map(of).collect()
}

/// The same with ridge and parts chosen anew for each fold, by the log-loss of customers left out of the others.
fn chosen_inside(portfolio: &Portfolio, seed: u64, bar: &ProgressBar) -> Vec<Scored> {
    let folds = Dice::new(seed).folds(portfolio.customers, FOLDS);
    let of = |fold| {
        let others: Vec<&Example> = portfolio.without(&folds, fold).collect();
        let model = Model::of(&others, choose(&others, portfolio.customers, seed + 100));
        bar.inc(1);
        portfolio.scored(&folds, fold, |situation| model.probability(situation)).collect::<Vec<_>>()
    };
    (0..FOLDS).flat_map(of).collect()
}

fn choose(examples: &[&Example], customers: usize, seed: u64) -> Settings {
    let folds = Dice::new(seed).folds(customers, INNER_FOLDS);
    let mut losses = Vec::new();
    for ridge in RIDGES {
        let mut scored: [Vec<Scored>; PARTS.len()] = Default::default();
        for fold in 0..INNER_FOLDS {
            let inside = |it: &&&Example| folds.get(it.customer) == Some(&fold);
            let others: Vec<&Example> = examples.iter().filter(|it| !inside(it)).copied().collect();
            let mut model = Model::of(&others, Settings { ridge, ..Settings::default() });
            for (scored, parts) in scored.iter_mut().zip(PARTS) {
                model = model.with(parts);
                let own = examples.iter().filter(inside).filter(|it| it.situation.is_eligible());
                scored.extend(own.map(|it| {
                    let p = model.probability(&it.situation);
                    Scored { customer: it.customer, fold, label: it.label(), p }
                }));
            }
        }
        losses.extend(
            scored.iter().zip(PARTS).map(|(scored, parts)| (log_loss(scored), Settings { ridge, parts })),
        );
    }
    let best = losses.into_iter().min_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map_or_else(Settings::default, |(_, settings)| settings)
}
