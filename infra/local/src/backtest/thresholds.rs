//! What other bounds of yellow would have given.

use scoring::policy::RiskPolicy;

/// Bounds of yellow that are tried, 0..1.
const BOUNDS: [f64; 11] = [0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70];
/// How far the bounds above move up to make room.
const APART: f64 = 0.05;

/// The policy's own bound and the others above its base, rising; orange and red move up where they must.
pub fn grid(own: &RiskPolicy) -> Vec<RiskPolicy> {
    let mut bounds: Vec<f64> = BOUNDS
        .into_iter()
        .filter(|bound| *bound > own.base && *bound > own.hysteresis && bound + 2.0 * APART < own.notice)
        .filter(|bound| (bound - own.yellow).abs() > 0.001)
        .chain([own.yellow])
        .collect();
    bounds.sort_by(f64::total_cmp);
    bounds.into_iter().map(|bound| with_yellow(own, bound)).collect()
}

fn with_yellow(own: &RiskPolicy, yellow: f64) -> RiskPolicy {
    let above = |bound: f64, below: f64| if bound > below { bound } else { below + APART };
    let orange = above(own.orange, yellow);
    RiskPolicy { yellow, orange, red: above(own.red, orange), ..own.clone() }
}
