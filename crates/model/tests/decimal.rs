//! Any number that a device can send.

use proptest::prelude::*;
use vigie_model::{Decimal, Text};

proptest! {
    #[test]
    fn what_is_printed_is_what_was_sent(mantissa in any::<i64>(), exponent in -9i8..=0) {
        let printed = Decimal::new(mantissa, exponent).to_string();
        let digits: String = printed.chars().filter(|c| *c != '.').collect();
        prop_assert_eq!(digits.parse::<i64>().unwrap(), mantissa);
        let behind = printed.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        prop_assert_eq!(behind, usize::from(exponent.unsigned_abs()));
    }

    #[test]
    fn rounding_moves_a_number_by_at_most_half_a_digit(
        mantissa in -1_000_000_000_000i64..=1_000_000_000_000,
        exponent in -9i8..=3,
        decimals in 0u8..=3,
    ) {
        let rounded = Decimal::new(mantissa, exponent).rounded(decimals);
        prop_assert_eq!(rounded.decimals(), decimals);
        // Both in units of 10^-9, exactly.
        let units = |value: Decimal| {
            i128::from(value.mantissa()) * 10i128.pow(9u32.strict_add_signed(value.exponent().into()))
        };
        let moved = (units(rounded) - units(Decimal::new(mantissa, exponent))).abs();
        prop_assert!(2 * moved <= 10i128.pow(9 - u32::from(decimals)));
    }

    #[test]
    fn no_number_is_too_odd_to_round_print_or_compare(
        mantissa in any::<i64>(),
        exponent in any::<i8>(),
        decimals in any::<u8>(),
    ) {
        let rounded = Decimal::new(mantissa, exponent).rounded(decimals);
        // What has no such form stays what it was.
        let number = Decimal::new(mantissa, exponent);
        prop_assert!(rounded.decimals() == decimals.min(18) || rounded == number);
        prop_assert!((1..=30).contains(&rounded.to_string().len()));
        prop_assert!(Decimal::new(mantissa, exponent).to_f64().is_finite());
    }

    #[test]
    fn a_cut_text_is_the_head_of_the_whole(whole in "\\PC{0,40}", bytes_max in 0usize..60) {
        let cut = Text::from(whole.as_str()).truncated(bytes_max);
        prop_assert!(cut.as_str().len() <= bytes_max);
        prop_assert!(whole.starts_with(cut.as_str()));
        prop_assert!(whole.len() <= bytes_max || cut.as_str().len() + 4 > bytes_max);
    }
}
