//! Medians, their deviation, and slopes: of values that are finite.

use vigie_model::Decimal;

/// Makes the median absolute deviation of normal values their standard deviation: 1 / Φ⁻¹(3/4).
pub(super) const MAD_SCALE: f64 = 1.4826;

/// The median: of an even number the mean of the middle two. `None` of nothing. Reorders `values`.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(middle.checked_sub(1)?)?;
    // Halves first: the sum of two huge values would be infinite.
    Some(lower / 2.0 + upper / 2.0)
}

/// Median and scaled median absolute deviation. Overwrites `values`.
pub(super) fn location_and_spread(values: &mut [f64]) -> Option<(f64, f64)> {
    let location = median(values)?;
    for value in values.iter_mut() {
        *value = (*value - location).abs();
    }
    Some((location, MAD_SCALE * median(values)?))
}

/// The median of the slopes between any two points, a minute; `None` with fewer than two minutes.
/// Of an hour these are 1,770 slopes.
pub(super) fn slope(points: &[(u64, f64)]) -> Option<f64> {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (at, (minute, value)) in points.iter().enumerate() {
        for (later_minute, later_value) in points.iter().skip(at + 1) {
            if let Some(minutes @ 1..) = later_minute.checked_sub(*minute) {
                slopes.push((later_value - value) / minutes as f64);
            }
        }
    }
    median(&mut slopes)
}

/// `value` with so many digits behind the point, for showing. What no decimal can hold is told in
/// whole powers of ten.
pub(super) fn decimal(value: f64, decimals: u8) -> Decimal {
    let decimals = decimals.min(9) as i8;
    let mut exponent = -decimals;
    // Dividing by a power of ten that is exact rounds once.
    let mut scaled = value * 10f64.powi(i32::from(decimals));
    while scaled.abs() >= 1e18 && exponent < i8::MAX {
        scaled /= 10.0;
        exponent += 1;
    }
    Decimal::new(scaled.round() as i64, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0]), Some(3.0));
        assert_eq!(median(&mut [9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [9.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&mut [f64::MAX, f64::MAX]), Some(f64::MAX));
    }

    #[test]
    fn the_deviation_is_that_of_a_worked_example() {
        // Leys et al. 2013, the series of their section on the MAD: 1, 3, 3, 6, 8, 10, 10, 1000.
        let mut values = [1.0, 3.0, 3.0, 6.0, 8.0, 10.0, 10.0, 1000.0];
        // Median 7, deviations 6 4 4 1 1 3 3 993, whose median is 3.5.
        let (location, spread) = location_and_spread(&mut values).expect("there are values");
        assert_eq!(location, 7.0);
        assert!((spread - 5.1891).abs() < 1e-9, "{spread}");
    }

    #[test]
    fn the_slope_ignores_what_lies_apart() {
        let line = |minute: u64| (minute, 60.0 + minute as f64 / 2.0);
        let mut points: Vec<(u64, f64)> = (0..30).map(line).collect();
        assert_eq!(slope(&points), Some(0.5));
        for at in [3, 11, 20, 28] {
            points[at].1 = 300.0;
        }
        assert_eq!(slope(&points), Some(0.5));
        assert_eq!(slope(&points[..1]), None);
        assert_eq!(slope(&[(4, 1.0), (4, 2.0)]), None, "no time passed");
    }

    #[test]
    fn a_float_becomes_digits_again() {
        assert_eq!(decimal(97.25, 1).to_string(), "97.3");
        assert_eq!(decimal(-0.04, 1).to_string(), "0.0");
        assert_eq!(decimal(97.0, 0).to_string(), "97");
        let huge = decimal(1e30, 2).to_f64();
        assert!((huge / 1e30 - 1.0).abs() < 1e-12, "{huge}");
        assert_eq!(decimal(f64::MAX, 9).exponent(), i8::MAX, "the most that can be said");
    }
}
