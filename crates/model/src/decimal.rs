//! A number with the digits that the device sent.
//!
//! 0.30 and 0.3 are the same amount and not the same statement: the second digit says how far the
//! device trusts itself. A binary float would also print 97.1 as 97.09999. So the digits stay.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Powers of ten that are written out; beyond, an amount nobody measures, as `5e127`.
const WRITTEN_OUT_MAX: u8 = 9;

/// `mantissa × 10^exponent`, digits kept as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decimal {
    mantissa: i64,
    exponent: i8,
}

impl Decimal {
    /// `mantissa × 10^exponent`.
    pub const fn new(mantissa: i64, exponent: i8) -> Decimal {
        Decimal { mantissa, exponent }
    }

    /// A whole number.
    pub const fn whole(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    /// The digits without the point.
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The power of ten.
    pub const fn exponent(self) -> i8 {
        self.exponent
    }

    /// How many digits stand behind the point.
    pub const fn decimals(self) -> u8 {
        if self.exponent < 0 { self.exponent.unsigned_abs() } else { 0 }
    }

    /// The nearest binary float, for comparing and drawing; never for showing.
    pub fn to_f64(self) -> f64 {
        if self.exponent < 0 {
            // Dividing by an exact power of ten rounds once; multiplying by 0.1 would round twice.
            self.mantissa as f64 / 10f64.powi(-i32::from(self.exponent))
        } else {
            self.mantissa as f64 * 10f64.powi(i32::from(self.exponent))
        }
    }

    /// The number with exactly `decimals` digits behind the point, half away from zero; as it is when
    /// that many digits are more than a number can hold.
    pub fn rounded(self, decimals: u8) -> Decimal {
        let decimals = decimals.min(18) as i32;
        let shift = i32::from(self.exponent) + decimals;
        let mantissa = if shift >= 0 {
            let factor = 10i128.checked_pow(shift as u32).unwrap_or(i128::MAX);
            i128::from(self.mantissa).saturating_mul(factor)
        } else {
            match 10i128.checked_pow(shift.unsigned_abs()) {
                Some(divisor) => {
                    let value = i128::from(self.mantissa);
                    let half = if value < 0 { -(divisor / 2) } else { divisor / 2 };
                    (value + half) / divisor
                }
                None => 0,
            }
        };
        match i64::try_from(mantissa) {
            Ok(mantissa) => Decimal::new(mantissa, -(decimals as i8)),
            Err(_) => self,
        }
    }
}

/// Prints the digits as they are, with a point; the screen's decimal comma is `vigie-words`' work.
/// Whatever the exponent, it is no longer than 30 characters.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exponent.unsigned_abs() > WRITTEN_OUT_MAX {
            return write!(f, "{}e{}", self.mantissa, self.exponent);
        }
        if self.exponent >= 0 {
            write!(f, "{}", self.mantissa)?;
            if self.mantissa != 0 {
                for _ in 0..self.exponent {
                    f.write_str("0")?;
                }
            }
            return Ok(());
        }
        let decimals = usize::from(self.decimals());
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_digits_as_sent() {
        for (mantissa, exponent, shown) in [
            (32_000, -3, "32.000"),
            (320, -1, "32.0"),
            (320, 1, "3200"),
            (-2, -1, "-0.2"),
            (-100_000, -2, "-1000.00"),
            (0, 3, "0"),
            (0, -2, "0.00"),
            (-40, 0, "-40"),
        ] {
            assert_eq!(Decimal::new(mantissa, exponent).to_string(), shown);
        }
    }

    #[test]
    fn an_absurd_exponent_is_not_written_out() {
        for (mantissa, exponent, shown) in [
            (5, 9, "5000000000"),
            (5, 10, "5e10"),
            (-5, 127, "-5e127"),
            (5, -9, "0.000000005"),
            (5, -10, "5e-10"),
            (95, -128, "95e-128"),
        ] {
            assert_eq!(Decimal::new(mantissa, exponent).to_string(), shown);
        }
        for exponent in i8::MIN..=i8::MAX {
            let shown = Decimal::new(i64::MIN, exponent).to_string();
            assert!(shown.len() <= 30, "{shown}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero_and_pads() {
        assert_eq!(Decimal::new(950, -1).rounded(0).to_string(), "95");
        assert_eq!(Decimal::new(955, -1).rounded(0).to_string(), "96");
        assert_eq!(Decimal::new(-955, -1).rounded(0).to_string(), "-96");
        assert_eq!(Decimal::new(14, -2).rounded(1).to_string(), "0.1");
        assert_eq!(Decimal::new(3, -1).rounded(2).to_string(), "0.30");
        assert_eq!(Decimal::new(1, 127).rounded(0), Decimal::new(1, 127), "not another number");
        assert_eq!(Decimal::new(0, 127).rounded(1).to_string(), "0.0");
        assert_eq!(Decimal::new(7, -128).rounded(0).mantissa(), 0);
        assert_eq!(Decimal::new(-4, -1).rounded(0).to_string(), "0");
    }

    #[test]
    fn becomes_the_nearest_float() {
        assert_eq!(Decimal::new(971, -1).to_f64(), 97.1);
        assert_eq!(Decimal::new(32, 2).to_f64(), 3200.0);
    }
}
