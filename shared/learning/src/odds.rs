//! Probabilities and log-odds.

/// The probability of log-odds, between 0 and 1.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds.clamp(-30.0, 30.0)).exp())
}

/// The log-odds of a probability, which is first brought between 0.0001 and 0.9999.
pub fn log_odds(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-4, 1.0 - 1e-4);
    (bounded / (1.0 - bounded)).ln()
}

/// The log-odds of the weighted share of positive labels; 0 of none.
pub fn base(labels: &[f64], importance: &[f64]) -> f64 {
    let all: f64 = importance.iter().sum();
    let positive: f64 = labels.iter().zip(importance).map(|(label, weight)| label * weight).sum();
    if all > 0.0 { log_odds(positive / all) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for share in [0.001, 0.2, 0.5, 0.97] {
            assert!((probability(log_odds(share)) - share).abs() < 1e-12);
        }
        assert!(log_odds(0.0).is_finite() && log_odds(1.0).is_finite());
        assert!(probability(1e300) <= 1.0 && probability(-1e300) >= 0.0);
    }

    #[test]
    fn a_row_counts_by_its_weight() {
        assert!((probability(base(&[1.0, 0.0], &[1.0, 3.0])) - 0.25).abs() < 1e-12);
        assert!(base(&[], &[]).abs() < 1e-12);
    }
}
