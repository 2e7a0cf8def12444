//! Companies made for one lesson each. Kind 0 of their signs is followed by losses, kind 1 means what its company says.

use proptest::prelude::*;

use super::*;

/// Draws between 0 and 1, always the same.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(1_u32 << 31)
    }
}

/// Customers with six rows each; a customer's chance to leave after a row has these log-odds per point of each kind.
fn company(customers: usize, means: [f64; 2], base: f64) -> History {
    let mut draws = Draws(7);
    let mut history = History::new(2);
    for customer in 0..customers {
        for quarter in 0..6 {
            let points = [0, 1].map(|_| if draws.next() < 0.4 { 0.5 + 1.5 * draws.next() } else { 0.0 });
            let log_odds = base + means[0] * points[0] + means[1] * points[1];
            let left = draws.next() < crate::odds::probability(log_odds);
            history.push(customer, quarter * 91, &points, left, 1.0);
            if left {
                break;
            }
        }
    }
    history
}

/// One row each; the first so many leave, and they alone had signs of kind 0.
fn plain(customers: usize, losses: usize) -> History {
    let mut history = History::new(2);
    for customer in 0..customers {
        let left = customer < losses;
        let points = [if left || customer % 10 == 0 { 1.4 } else { 0.0 }, 0.9];
        history.push(customer, 0, &points, left, 1.0);
    }
    history
}

fn learned(history: &History) -> Lesson {
    learn(history, &[1.0, 1.0])
}

#[test]
fn a_sign_that_means_nothing_loses_weight() {
    let lesson = learned(&company(400, [1.5, 0.0], -4.0));
    let Verdict::Learned(comparison) = lesson.verdict else { panic!("{lesson:?}") };
    assert!(comparison.gain() > comparison.standard_error, "{comparison:?}");
    let [telling, noise] = lesson.weights[..] else { panic!("two kinds") };
    assert!(telling > 1.0 && noise < 0.5, "{telling} {noise}");
    let calibration = lesson.calibration.unwrap();
    assert!(
        (0.8..1.6).contains(&(calibration.slope * telling)),
        "{calibration:?}: about the 1.5 it was made with"
    );
}

#[test]
fn where_the_experts_are_right_their_weights_stay() {
    let lesson = learned(&company(400, [1.0, 1.0], -4.0));
    assert!(matches!(lesson.verdict, Verdict::KeptNotBetter(_)), "{lesson:?}");
    assert_eq!(lesson.weights, [1.0, 1.0]);
    assert!((0.8..1.25).contains(&lesson.calibration.unwrap().slope), "{lesson:?}");
}

#[test]
fn what_was_learned_stays_when_the_same_is_seen_again() {
    let history = company(400, [1.5, 0.0], -4.0);
    let first = learned(&history);
    let second = learn(&history, &first.weights);
    assert!(matches!(second.verdict, Verdict::KeptNotBetter(_)), "{second:?}");
    assert_eq!(second.weights, first.weights);
}

#[test]
fn few_losses_teach_little_and_it_is_said_which() {
    let lesson = |customers, losses| learned(&plain(customers, losses));
    let none = lesson(200, 0);
    assert_eq!((none.verdict, none.calibration), (Verdict::NoLosses, None));

    let eight = lesson(200, 8);
    assert_eq!((eight.customers, eight.losses, eight.verdict), (200, 8, Verdict::InterceptOnly));
    let calibration = eight.calibration.unwrap();
    assert!((calibration.slope - EXPERT_SLOPE).abs() < 1e-9);
    let scores = plain(200, 8).scores(&[1.0, 1.0]);
    let expected: f64 = scores
        .iter()
        .map(|it| crate::odds::probability(calibration.intercept + calibration.slope * it))
        .sum();
    assert!((expected - 8.0).abs() < 0.5, "as many losses are expected as there were: {expected}");

    let fifteen = lesson(200, 15);
    assert_eq!((fifteen.verdict, &fifteen.weights[..]), (Verdict::KeptTooFew, &[1.0, 1.0][..]));
    assert!(fifteen.calibration.unwrap().slope > 2.0, "the slope is learned");
    assert_eq!(lesson(99, 30).verdict, Verdict::KeptTooFew, "S88: a hundred customers");
    assert!(matches!(lesson(100, 20).verdict, Verdict::Learned(_) | Verdict::KeptNotBetter(_)));
}

#[test]
fn the_intercept_follows_the_last_four_quarters() {
    let mut history = History::new(2);
    for customer in 0..1200 {
        let day = i32::try_from(customer % 12).unwrap() * 91;
        // One in fifty for two years, then one in ten.
        let left = if day > 7 * 91 { customer % 10 == 0 } else { customer % 50 == 0 };
        let sign = customer % 7 == 0 || (left && customer % 3 == 0);
        history.push(customer, day, &[if sign { 1.4 } else { 0.0 }, 0.0], left, 1.0);
    }
    let calibration = learned(&history).calibration.unwrap();
    assert!(calibration.intercept > calibration.intercept_of_all + 0.3, "{calibration:?}");
}

#[test]
fn a_sign_that_speaks_for_a_customer_gives_no_probability() {
    let mut history = History::new(2);
    for customer in 0..200 {
        history.push(customer, 0, &[if customer < 30 { 0.0 } else { 1.4 }, 0.0], customer < 30, 1.0);
    }
    let lesson = learned(&history);
    assert_eq!(lesson.calibration, None);
    assert!(lesson.weights.iter().all(|weight| WEIGHTS.contains(weight)));
}

#[test]
fn customers_with_a_sign_are_counted_once() {
    let mut history = History::new(2);
    history.push(1, 0, &[1.0, 0.0], false, 1.0);
    history.push(1, 28, &[1.0, 0.0], true, 1.0);
    history.push(2, 0, &[1.0, 0.5], false, 1.0);
    assert_eq!([history.seen(0), history.seen(1), history.seen(2)], [(2, 1), (1, 0), (0, 0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happened_weights_stay_near_the_experts_and_points_never_speak_for_a_customer(
        rows in proptest::collection::vec((0_usize..160, 0..700_i32, [0.0..3.0_f64, 0.0..3.0], any::<bool>()), 1..500),
        in_force in [0.25..2.0_f64, 0.25..2.0],
    ) {
        let mut history = History::new(2);
        for (customer, day, points, left) in &rows {
            history.push(*customer, *day, points, *left, 0.3);
        }
        let lesson = learn(&history, &in_force);
        prop_assert!(lesson.weights.iter().all(|weight| WEIGHTS.contains(weight)));
        let moved = matches!(lesson.verdict, Verdict::Learned(_));
        prop_assert!(moved || lesson.weights == in_force);
        prop_assert!(!moved || (lesson.losses >= 20 && lesson.customers >= 100));
        if let Some(calibration) = lesson.calibration {
            prop_assert!(calibration.slope > 0.0 && calibration.intercept.is_finite());
        }
        prop_assert_eq!(learn(&history, &in_force), lesson, "the same rows give the same lesson");
    }
}
