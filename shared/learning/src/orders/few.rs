//! The model for few known losses: what is known without labels, moved a little by those there are.
//!
//! The log-odds of [`Situation::without_labels`] enter with weight 1 give or take 0.2; five other figures on fixed scales
//! enter with weight 0 give or take [`Prior`] 0.05, the intercept with the share of losses. The probability is averaged
//! over what the weights may be. Wider priors ranked worse with 20 to 100 losses on two sets of customers
//! (docs/prediction.md).

use super::features::Situation;
use super::training::Example;
use crate::Rows;
use crate::logistic::{Labelled, Posterior, Prior, fit};

/// How many figures there are.
const FIGURES: usize = 6;
/// What the weights are taken for until shown otherwise, and how far they may easily be off.
const EXPERT: [(f64, f64); FIGURES] =
    [(1.0, 0.2), (0.0, 0.05), (0.0, 0.05), (0.0, 0.05), (0.0, 0.05), (0.0, 0.05)];

/// The figures on fixed scales, which no data may stretch.
fn figures(situation: &Situation) -> [f64; FIGURES] {
    let [_, lomax, _, _, _, drop, trend, variation, _, _, _, returned, _, _] = situation.features;
    [
        situation.label_free_log_odds(),
        ((-lomax - 0.7) / 0.6).clamp(-2.0, 4.0),
        (-drop / 0.5).clamp(-3.0, 3.0),
        (trend / 0.6).clamp(-3.0, 3.0),
        ((variation - 0.7) / 0.3).clamp(-2.0, 3.0),
        returned.clamp(0.0, 2.0),
    ]
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct FewLabels(Posterior);

impl FewLabels {
    /// Fits to examples, each with its weight: one customer at several cut-offs is one customer.
    pub fn fit<'a>(examples: impl IntoIterator<Item = (&'a Example, f64)>) -> Option<Self> {
        let (mut rows, mut labels, mut importance) = (Rows::new(FIGURES), Vec::new(), Vec::new());
        for (example, weight) in examples {
            rows.push(&figures(&example.situation));
            labels.push(example.label());
            importance.push(weight);
        }
        let labelled = Labelled { rows: &rows, labels: &labels, importance: &importance };
        let weights = EXPERT.map(|(mean, deviation)| Prior::around(mean, deviation));
        fit(labelled, Prior::around(0.0, 2.0), &weights).map(Self)
    }

    /// P(no order in the horizon).
    pub fn probability(&self, situation: &Situation) -> f64 {
        self.0.averaged(&figures(situation))
    }
}
