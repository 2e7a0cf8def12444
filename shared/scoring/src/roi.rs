//! What warnings are worth, by the articles' sums (S42, S83).

/// What keeping customers saves: the value of one, how many, and the share 0..1 of them that would have been lost without
/// (S42: 25,000 × 8 × 70 % = 140,000). In the value's unit.
pub fn saved(value_of_one: f64, customers: f64, share_lost_without: f64) -> f64 {
    value_of_one * customers * share_lost_without
}

/// What comes back beyond what was spent, as a share of it: 3.67 is 367 % (S42). None where nothing was spent.
pub fn return_on(saved: f64, spent: f64) -> Option<f64> {
    (spent > 0.0).then(|| (saved - spent) / spent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_customers_of_25_000_of_whom_seven_in_ten_would_have_gone() {
        let saved = saved(25_000.0, 8.0, 0.70);
        assert_eq!(format!("{saved:.0}"), "140000");
        assert_eq!(format!("{:.0} %", 100.0 * return_on(saved, 30_000.0).unwrap()), "367 %", "S42");
    }

    #[test]
    fn twelve_losses_fewer_of_85_000_for_65_000() {
        // 380 customers: 8 % are 30.4, 4.8 % are 18.24; the article counts 30 and 18 whole ones.
        let kept = (380.0_f64 * 0.08).floor() - (380.0_f64 * 0.048).floor();
        let saved = saved(85_000.0, kept, 1.0);
        assert_eq!(format!("{saved:.0}"), "1020000");
        assert_eq!(
            format!("{:.0} %", 100.0 * return_on(saved, 65_000.0).unwrap()),
            "1469 %",
            "S83; about 1,470"
        );
    }

    #[test]
    fn nothing_spent_has_no_return() {
        assert_eq!(return_on(1.0, 0.0), None);
    }
}
