//! What other bounds of yellow would have given, and which one to recommend (S36: the yellow threshold moves first).

use scoring::Policy;
use scoring::policy::RiskPolicy;
use serde::Serialize;

use super::figures::{Sums, drawn, ends};

/// Bounds of yellow that are tried, 0..1.
const BOUNDS: [f64; 9] = [0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60];
/// How far orange moves up to make room; red never moves, so that no bound silences it.
const APART: f64 = 0.05;
/// Relevant warnings a week that are worth the trouble (S36: two or three; the upper one is the policy's budget).
pub const RELEVANT: f64 = 2.0;
/// Under so many losses a choice between thresholds rests on chance, and nothing can be learned from them (S88).
pub const LOSSES_TO_LEARN: u32 = 20;
/// Parts the customers are cut into to choose without seeing whom the choice is judged on.
const FOLDS: usize = 5;

/// The policy's own bound and the others between its base and red, rising; orange moves up where it must.
pub fn grid(own: &RiskPolicy) -> Vec<RiskPolicy> {
    let mut bounds: Vec<f64> = BOUNDS
        .into_iter()
        .filter(|bound| *bound > own.base && *bound > own.hysteresis && bound + 2.0 * APART < own.red + 1e-9)
        .filter(|bound| (bound - own.yellow).abs() > 0.001)
        .chain([own.yellow])
        .collect();
    bounds.sort_by(f64::total_cmp);
    bounds.into_iter().map(|bound| with_yellow(own, bound)).collect()
}

fn with_yellow(own: &RiskPolicy, yellow: f64) -> RiskPolicy {
    let above = ((yellow + APART) * 100.0).round() / 100.0;
    RiskPolicy { yellow, orange: if own.orange > yellow { own.orange } else { above }, ..own.clone() }
}

/// What one bound gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The bound of yellow, 0..1.
    pub yellow: f64,
    /// Alerts opened a week.
    pub alerts_per_week: f64,
    /// Right among right and false alerts.
    pub precision: Option<f64>,
    /// Losses warned of a month ahead.
    pub recall_30: Option<f64>,
    /// False alarms of a healthy customer in a year.
    pub false_per_healthy_year: Option<f64>,
    /// The policy's own bound.
    pub own: bool,
    /// The one recommended.
    pub recommended: bool,
}

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// Every bound tried.
    pub rows: Vec<Row>,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// Customers whose loss is warned of a month ahead as things are and would not be any more, by their place.
    #[serde(skip)]
    pub given_up: Vec<usize>,
    /// Precision and losses warned of a month ahead, each customer judged by a bound chosen without it.
    pub unseen: Option<(f64, f64)>,
    /// The policy to use.
    #[serde(skip)]
    pub policy: Policy,
}

/// Chooses among the bounds of a grid. `each` holds per customer the sums under each bound, in the grid's order.
pub fn recommend(policy: &Policy, grid: &[RiskPolicy], each: &[Vec<Sums>], weeks: f64) -> Recommendation {
    let is_own = |risk: &RiskPolicy| (risk.yellow - policy.risk.yellow).abs() < 1e-9;
    let own = grid.iter().position(is_own).unwrap_or(0);
    let budget = policy.budget.alerts_per_week;
    let all: Vec<usize> = (0..each.len()).collect();
    let chosen = choose(each, &all, grid.len(), own, weeks, budget);
    let row = |(place, risk): (usize, &RiskPolicy)| {
        let sums = total(each, &all, place);
        Row {
            yellow: risk.yellow,
            alerts_per_week: sums.load(weeks),
            precision: sums.precision(),
            recall_30: sums.month_ahead(),
            false_per_healthy_year: sums.false_per_year(),
            own: place == own,
            recommended: place == chosen,
        }
    };
    let rows: Vec<Row> = grid.iter().enumerate().map(row).collect();
    let mut recommended = policy.clone();
    if chosen != own {
        recommended.version += 1;
        recommended.risk = grid.get(chosen).cloned().unwrap_or_default();
    }
    let losses = total(each, &all, own).losses();
    let early = |place: &usize, bound: usize| {
        each.get(*place).and_then(|bounds| bounds.get(bound)).is_some_and(Sums::is_month_ahead)
    };
    let given_up = all.iter().copied().filter(|place| early(place, own) && !early(place, chosen)).collect();
    Recommendation {
        reasons: reasons(&rows, own, chosen, losses, budget),
        rows,
        given_up,
        unseen: (losses > 0).then(|| unseen(each, grid.len(), own, weeks, budget)).flatten(),
        policy: recommended,
    }
}

fn total(each: &[Vec<Sums>], places: &[usize], bound: usize) -> Sums {
    Sums::total(places.iter().filter_map(|place| each.get(*place)?.get(bound)))
}

/// Within the budget, the bound that warns of most losses a month ahead; of equals the one with fewer false alarms. The
/// own bound stays where it keeps the budget and none is better beyond chance. Where none keeps it, the quietest.
fn choose(each: &[Vec<Sums>], places: &[usize], bounds: usize, own: usize, weeks: f64, budget: f64) -> usize {
    let sums: Vec<Sums> = (0..bounds).map(|bound| total(each, places, bound)).collect();
    let load = |bound: &usize| sums.get(*bound).map_or(f64::MAX, |sums| sums.load(weeks));
    let fitting: Vec<usize> = (0..bounds).filter(|bound| load(bound) <= budget).collect();
    let worth = |bound: &usize| {
        let sums = sums.get(*bound).copied().unwrap_or_default();
        (sums.month_ahead().unwrap_or(0.0), sums.precision().unwrap_or(0.0))
    };
    let better = |a: &usize, b: &usize| {
        let (a, b) = (worth(a), worth(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    let Some(best) = fitting.iter().copied().rev().max_by(better) else {
        return (0..bounds).min_by(|a, b| load(a).total_cmp(&load(b))).unwrap_or(own);
    };
    let keeps = fitting.contains(&own);
    if keeps && !is_better(each, places, best, own) { own } else { best }
}

/// Whether a bound warns of more losses a month ahead than another in nearly all draws of the customers.
fn is_better(each: &[Vec<Sums>], places: &[usize], bound: usize, other: usize) -> bool {
    let gains = drawn(places.len()).filter_map(|drawn| {
        let places: Vec<usize> = drawn.into_iter().filter_map(|place| places.get(place).copied()).collect();
        let one = total(each, &places, bound).month_ahead()?;
        Some(one - total(each, &places, other).month_ahead()?)
    });
    ends(gains.collect()).is_some_and(|(low, _)| low > 0.0)
}

/// Each part of the customers under the bound that the others would have chosen.
fn unseen(each: &[Vec<Sums>], bounds: usize, own: usize, weeks: f64, budget: f64) -> Option<(f64, f64)> {
    let mut judged = Vec::new();
    for fold in 0..FOLDS {
        let (seen, held): (Vec<usize>, Vec<usize>) = (0..each.len()).partition(|place| place % FOLDS != fold);
        #[expect(clippy::cast_precision_loss, reason = "a number of customers")]
        let budget = budget * seen.len() as f64 / each.len().max(1) as f64;
        let chosen = choose(each, &seen, bounds, own, weeks, budget);
        judged.push(total(each, &held, chosen));
    }
    let sums = Sums::total(&judged);
    sums.precision().zip(sums.month_ahead())
}

fn reasons(rows: &[Row], own: usize, chosen: usize, losses: u32, most: f64) -> Vec<String> {
    let (Some(own_row), Some(row)) = (rows.get(own), rows.get(chosen)) else { return Vec::new() };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut reasons = Vec::new();
    let load = own_row.alerts_per_week;
    let yellow = percent(own_row.yellow);
    reasons.push(if load <= most {
        format!("With yellow from {yellow} there are {load:.1} alerts a week: within the {most} that people can look after.")
    } else {
        format!("With yellow from {yellow} there are {load:.1} alerts a week: more than the {most} that people can look after.")
    });
    if chosen == own {
        reasons.push(
            "No other bound within the budget warns of more losses beyond chance: it stays.".to_owned(),
        );
    } else if row.alerts_per_week > most {
        reasons.push(format!(
            "No bound keeps the budget; {} is the quietest, with {:.1} alerts a week. More is to be gained from what \
             the false alarms below have in common than from the threshold.",
            percent(row.yellow),
            row.alerts_per_week
        ));
    } else {
        let gives =
            format!("Yellow from {} gives {:.1} alerts a week", percent(row.yellow), row.alerts_per_week);
        reasons.push(match (own_row.recall_30, row.recall_30) {
            (Some(before), Some(after)) => format!(
                "{gives} and warns of {} of the losses a month ahead, where {yellow} warns of {}.",
                percent(after),
                percent(before)
            ),
            _ => format!("{gives}."),
        });
    }
    if losses == 0 {
        reasons.push("No losses are documented: only the number of alerts could be weighed.".to_owned());
    } else if losses < LOSSES_TO_LEARN {
        reasons.push(format!(
            "{losses} documented losses are few: under {LOSSES_TO_LEARN} the rules stay as they are, and a choice between \
             neighbouring bounds is chance (S88)."
        ));
    }
    reasons
}
