//! Twenty known losses: what a firm has after a year or two.

use std::collections::BTreeSet;
use std::path::Path;

use indicatif::ProgressBar;
use learning::orders::Example;
use learning::orders::few::FewLabels;

use super::dice::Dice;
use super::figures::{Figure, Goal, Scored, auc_within_folds, brier, figure};
use super::orders::{FOLDS, Portfolio, Set};

/// Losses known.
const LOSSES: usize = 20;
/// Draws of which customers those are.
const DRAWS: u64 = 12;

/// Customers of the other folds are drawn one row each until twenty are losses; the fold is judged.
pub(super) fn measure(path: &Path, set: &Set, bar: &ProgressBar) -> anyhow::Result<Vec<Figure>> {
    bar.set_length(DRAWS);
    let portfolio = Portfolio::read(path, set)?;
    let folds = Dice::new(0).folds(portfolio.customers, FOLDS);
    let mut draws = Vec::new();
    for draw in 0..DRAWS {
        let mut dice = Dice::new(draw);
        let mut scored: Vec<Scored> = Vec::new();
        for fold in 0..FOLDS {
            let others: Vec<&Example> =
                portfolio.without(&folds, fold).filter(|it| it.situation.is_eligible()).collect();
            let known = drawn(&others, &mut dice);
            let Some(model) = FewLabels::fit(known.into_iter().map(|it| (it, 1.0))) else { continue };
            scored.extend(portfolio.scored(&folds, fold, |situation| model.probability(situation)));
        }
        draws.push(scored);
        bar.inc(1);
    }
    let goal = set.few.map_or(Goal::None, Goal::AtLeast);
    Ok(vec![
        figure(&format!("with {LOSSES} known losses: AUC"), goal, &draws, auc_within_folds),
        figure("  Brier score", Goal::None, &draws, brier),
    ])
}

fn drawn<'a>(examples: &[&'a Example], dice: &mut Dice) -> Vec<&'a Example> {
    let (mut customers, mut losses) = (BTreeSet::new(), 0);
    let mut drawn = Vec::new();
    for place in dice.permutation(examples.len()) {
        let Some(example) = examples.get(place) else { continue };
        if losses < LOSSES && customers.insert(example.customer) {
            losses += usize::from(example.order_days == 0);
            drawn.push(*example);
        }
    }
    drawn
}
