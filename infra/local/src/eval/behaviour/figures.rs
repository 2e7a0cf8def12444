//! How good probabilities are, and how sure that is.

use super::dice::Dice;

/// How often customers are drawn anew for an interval.
const DRAWS: usize = 300;
/// From here on a customer would be red.
const HIGH: f64 = 0.7;
/// What an interval leaves out at each end.
const TAIL: f64 = 0.05;

/// A row of a table: a figure, its interval, its goal.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) rows: usize,
    pub(super) value: f64,
    pub(super) interval: Option<(f64, f64)>,
    pub(super) goal: Goal,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    /// For comparison.
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    /// Above the rows.
    pub(super) const HEADING: &str = "  set                        rows  figure                                        90 % interval    goal";

    pub(super) fn row(&self, set: &str) -> String {
        let Self { name, rows, value, interval, goal } = self;
        let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:.3}, {high:.3}]"));
        let (reached, goal) = match *goal {
            Goal::None => (true, String::new()),
            Goal::AtLeast(bound) => (*value >= bound, format!(">= {bound:.3}")),
            Goal::AtMost(bound) => (*value <= bound, format!("<= {bound:.3}")),
        };
        let mark = if reached { ' ' } else { '!' };
        let row = format!("{mark} {set:24} {rows:>6}  {name:37} {value:>6.3} {interval:16} {goal}");
        row.trim_end().to_owned()
    }
}

/// A probability and what happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scored {
    /// Whose it is.
    pub(super) customer: usize,
    /// Which part of the customers was left out for it.
    pub(super) fold: usize,
    /// What happened: 0 or 1.
    pub(super) label: f64,
    pub(super) p: f64,
}

/// A figure of rows.
pub(super) type Measure = fn(&[Scored]) -> f64;

/// How often a positive row has a higher probability than a negative one (area under the ROC curve).
pub(super) fn auc(rows: &[Scored]) -> f64 {
    let (mut area, mut found, mut below) = (0.0, 0.0, 0.0);
    for ties in by_probability(rows).chunk_by(|one, other| one.p.total_cmp(&other.p).is_eq()) {
        let positive: f64 = ties.iter().map(|row| row.label).sum();
        let negative: f64 = ties.iter().map(|row| 1.0 - row.label).sum();
        area += negative * (found + positive / 2.0);
        found += positive;
        below += negative;
    }
    area / (found * below)
}

/// The mean precision over the positive rows from the highest probability down (average precision).
pub(super) fn average_precision(rows: &[Scored]) -> f64 {
    let (mut sum, mut found, mut seen) = (0.0, 0.0, 0.0);
    for ties in by_probability(rows).chunk_by(|one, other| one.p.total_cmp(&other.p).is_eq()) {
        let positive: f64 = ties.iter().map(|row| row.label).sum();
        found += positive;
        seen += count(ties.len());
        sum += positive * found / seen;
    }
    sum / found
}

/// The share of positive rows among the tenth with the highest probability.
pub(super) fn precision_of_tenth(rows: &[Scored]) -> f64 {
    let sorted = by_probability(rows);
    let tenth = (rows.len() / 10).max(1);
    sorted.iter().take(tenth).map(|row| row.label).sum::<f64>() / count(tenth)
}

/// The mean squared distance of probability and label.
pub(super) fn brier(rows: &[Scored]) -> f64 {
    rows.iter().map(|row| (row.p - row.label).powi(2)).sum::<f64>() / count(rows.len())
}

/// Mean minus log-likelihood.
pub(super) fn log_loss(rows: &[Scored]) -> f64 {
    let of = |row: &Scored| {
        let p = row.p.clamp(1e-4, 1.0 - 1e-4);
        -row.label * p.ln() - (1.0 - row.label) * (1.0 - p).ln()
    };
    rows.iter().map(of).sum::<f64>() / count(rows.len())
}

/// How far probabilities of ten groups of rising probability are from what happened in them, on average.
pub(super) fn calibration_error(rows: &[Scored]) -> f64 {
    let sorted = by_probability(rows);
    let size = sorted.len().div_ceil(10).max(1);
    let of = |group: &[Scored]| group.iter().map(|row| row.p - row.label).sum::<f64>().abs();
    sorted.chunks(size).map(of).sum::<f64>() / count(rows.len())
}

/// How many are given a risk of 70 % or more.
pub(super) fn share_of_high(rows: &[Scored]) -> f64 {
    count(rows.iter().filter(|row| row.p >= HIGH).count()) / count(rows.len())
}

/// How many of those are lost; no number of none.
pub(super) fn precision_of_high(rows: &[Scored]) -> f64 {
    let high: Vec<Scored> = rows.iter().copied().filter(|row| row.p >= HIGH).collect();
    high.iter().map(|row| row.label).sum::<f64>() / count(high.len())
}

/// The mean AUC of the folds: each was scored by a model of its own.
pub(super) fn auc_within_folds(rows: &[Scored]) -> f64 {
    let folds = 1 + rows.iter().map(|row| row.fold).max().unwrap_or(0);
    let of = |fold| auc(&rows.iter().copied().filter(|row| row.fold == fold).collect::<Vec<_>>());
    mean(&(0..folds).map(of).collect::<Vec<_>>())
}

fn by_probability(rows: &[Scored]) -> Vec<Scored> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|one, other| other.p.total_cmp(&one.p));
    sorted
}

/// A figure over repetitions of the same rows: its mean, and the interval of resampled customers. No number where none
/// of them gives one.
pub(super) fn figure(name: &str, goal: Goal, repetitions: &[Vec<Scored>], measure: Measure) -> Figure {
    let values = repetitions.iter().map(|rows| measure(rows)).filter(|value| value.is_finite());
    let values: Vec<f64> = values.collect();
    let mut dice = Dice::new(1);
    let mut drawn: Vec<f64> = Vec::with_capacity(DRAWS);
    for rows in repetitions.iter().map(|rows| by_customer(rows)).cycle().take(if repetitions.is_empty() {
        0
    } else {
        DRAWS
    }) {
        let draw = (0..rows.len()).filter_map(|_| rows.get(dice.below(rows.len())));
        drawn.push(measure(&draw.flatten().copied().collect::<Vec<_>>()));
    }
    drawn.retain(|value| value.is_finite());
    let rows = repetitions.first().map_or(0, Vec::len);
    let value = if values.is_empty() { f64::NAN } else { mean(&values) };
    Figure { name: name.to_owned(), rows, value, interval: interval(drawn), goal }
}

fn by_customer(rows: &[Scored]) -> Vec<Vec<Scored>> {
    let mut customers = std::collections::BTreeMap::<usize, Vec<Scored>>::new();
    for row in rows {
        customers.entry(row.customer).or_default().push(*row);
    }
    customers.into_values().collect()
}

/// Between which values nine in ten lie.
pub(super) fn interval(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let cut = (count(values.len()) * TAIL) as usize;
    Some((*values.get(cut)?, *values.get(values.len().checked_sub(cut + 1)?)?))
}

/// The mean; 0 of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len().max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(super) fn count(value: usize) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(pairs: &[(f64, f64)]) -> Vec<Scored> {
        let row =
            |(customer, (p, label)): (usize, &(f64, f64))| Scored { customer, fold: 0, label: *label, p: *p };
        pairs.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_figures_are_those_of_the_textbook() {
        let rows = rows(&[(0.9, 1.0), (0.8, 0.0), (0.6, 1.0), (0.6, 0.0), (0.1, 0.0)]);
        // Of six pairs four are right, one is a tie.
        assert!((auc(&rows) - 4.5 / 6.0).abs() < 1e-12);
        assert!((average_precision(&rows) - 0.75).abs() < 1e-12);
        assert!((precision_of_tenth(&rows) - 1.0).abs() < 1e-12);
        assert!((brier(&rows) - (0.01 + 0.64 + 0.16 + 0.36 + 0.01) / 5.0).abs() < 1e-12);
        assert!((log_loss(&rows[..1]) + 0.9_f64.ln()).abs() < 1e-12);
        assert!(calibration_error(&rows[..2]) > 0.4);
    }

    #[test]
    fn an_interval_holds_the_value_and_widens_with_fewer_customers() {
        let many: Vec<(f64, f64)> =
            (0..400_u16).map(|it| (f64::from(it % 97), f64::from(u8::from(it % 5 > it % 97 % 4)))).collect();
        let wide = |pairs: &[(f64, f64)]| {
            let Figure { value, interval, .. } = figure("auc", Goal::None, &[rows(pairs)], auc);
            let (low, high) = interval.unwrap();
            assert!(low <= value && value <= high, "{low} {value} {high}");
            high - low
        };
        assert!(wide(&many[..40]) > wide(&many));
    }

    #[test]
    fn a_row_that_misses_its_goal_is_marked() {
        let figure = Figure {
            name: "AUC".into(),
            rows: 7,
            value: 0.6,
            interval: Some((0.5, 0.7)),
            goal: Goal::AtLeast(0.7),
        };
        assert_eq!(
            figure.row("orders"),
            "! orders                        7  AUC                                    0.600 [0.500, 0.700]   >= 0.700"
        );
        assert!(Figure { goal: Goal::AtMost(0.7), ..figure }.row("orders").starts_with(' '));
    }
}
