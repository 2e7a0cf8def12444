//! The logarithm of the gamma function.

use std::f64::consts::PI;

/// From here on Stirling's series is exact to the last digits.
const LARGE: f64 = 10.0;
/// Up to so many factors are added one by one.
const FEW: f64 = 16.0;

/// ln Γ(x) for x > 0 (Stirling's series, Abramowitz and Stegun 6.1.41, after raising x by 6.1.15); +∞ at 0 and below.
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::INFINITY;
    }
    let (mut large, mut below) = (x, 1.0);
    while large < LARGE {
        below *= large;
        large += 1.0;
    }
    let inverse = 1.0 / large;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0
            - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square / 1188.0))));
    (large - 0.5) * large.ln() - large + 0.5 * (2.0 * PI).ln() + series - below.ln()
}

/// ln Γ(a + n) - ln Γ(a) for a > 0 and a whole n >= 0: without cancellation for the small counts of a day.
pub fn ln_rising(a: f64, n: f64) -> f64 {
    if n > FEW {
        return ln_gamma(a + n) - ln_gamma(a);
    }
    let (mut sum, mut step) = (0.0, 0.0);
    while step < n {
        sum += (a + step).ln();
        step += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_factorial_and_the_root_of_pi() {
        let known = [(1.0, 0.0), (5.0, 24_f64.ln()), (0.5, PI.sqrt().ln()), (0.01, 4.599_479_878_042_022)];
        for (x, expected) in known {
            assert!((ln_gamma(x) - expected).abs() < 1e-12, "{x}: {}", ln_gamma(x));
        }
        assert!((ln_gamma(171.0) - 706.573_062_245_787_5).abs() < 1e-9);
        assert!(ln_gamma(0.0).is_infinite() && ln_gamma(f64::NAN).is_infinite());
    }

    #[test]
    fn rising_by_steps_and_by_difference_agree() {
        for (a, n) in [(0.003, 1.0), (0.7, 16.0), (12.5, 9.0)] {
            assert!((ln_rising(a, n) - (ln_gamma(a + n) - ln_gamma(a))).abs() < 1e-10);
        }
        assert!(ln_rising(3.0, 0.0).abs() < 1e-15);
        assert!(ln_rising(3.0, 1e5).is_finite());
    }
}
