//! Splits lose nothing, for any whole and any weights.

use money::{Amount, Scale, Unit, split};
use proptest::prelude::*;

proptest! {
    #[test]
    fn shares_sum_to_the_whole(whole in any::<i64>().prop_filter("has a counterpart", |n| *n != i64::MIN),
                               weights in proptest::collection::vec(any::<u32>(), 1..12)) {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let shares = split(whole, &weights);
        if total == 0 {
            prop_assert!(shares.is_empty());
            return Ok(());
        }
        prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(whole));
        for (share, weight) in shares.iter().zip(&weights) {
            let off = i128::from(*share) * total - i128::from(whole) * i128::from(*weight);
            prop_assert!(off.abs() < total, "within one part of its exact share");
            prop_assert!(*weight > 0 || *share == 0, "no weight, no share");
        }
    }

    #[test]
    fn a_split_of_less_is_the_same_with_the_other_sign(whole in 0..i64::MAX, weights in proptest::collection::vec(0..9_u32, 1..6)) {
        let negated: Vec<i64> = split(-whole, &weights).into_iter().map(|share| -share).collect();
        prop_assert_eq!(negated, split(whole, &weights));
    }

    #[test]
    fn checked_is_exact_or_refused(one in any::<i64>(), other in any::<i64>()) {
        let exact = i128::from(one) + i128::from(other);
        match Amount(one).checked_add(Amount(other)) {
            Ok(sum) => prop_assert_eq!(i128::from(sum.0), exact),
            Err(_) => prop_assert!(i64::try_from(exact).is_err()),
        }
        let exact = i128::from(one) * i128::from(other);
        match Amount(one).checked_mul(other) {
            Ok(product) => prop_assert_eq!(i128::from(product.0), exact),
            Err(_) => prop_assert!(i64::try_from(exact).is_err()),
        }
    }

    #[test]
    fn what_is_shown_is_the_amount(amount in any::<i64>(), decimals in 0..7_u8) {
        let unit = Unit { code: "credit".into(), name: "credits".into(), scale: Scale::new(decimals).unwrap() };
        let shown = unit.format(Amount(amount)).to_string();
        let digits: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
        prop_assert_eq!(digits.parse::<i64>(), Ok(amount), "{}", shown);
    }
}
