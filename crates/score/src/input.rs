//! What goes into a score: measured values, checked and rounded, or the reason why there is none.

use serde::{Deserialize, Serialize};
use vigie_model::{Decimal, nomenclature};

/// Why a part of a score has no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Missing {
    /// Nobody measured or entered it.
    NotGiven,
    /// The value lies outside what a device can measure: kept where it came from, scored nowhere.
    Implausible,
    /// SpO2 is there, and nobody entered on which scale it is read.
    ScaleNotEntered,
    /// SpO2 is there, and its points depend on air or oxygen, which nobody entered.
    OxygenNotEntered,
    /// The points depend on the patient's age, which is not known or in no row of the table.
    AgeNotKnown,
}

/// `value` with `decimals` digits behind the point, half up, if the row `id` of the nomenclature
/// holds it for plausible as it was sent.
///
/// Half up and half away from zero, as [`Decimal::rounded`] does it, are the same but for negative
/// values; the only negative one that is plausible and scored is a pressure, far below any boundary.
pub(crate) fn measured(id: &str, value: Option<Decimal>, decimals: u8) -> Result<Decimal, Missing> {
    let value = value.ok_or(Missing::NotGiven)?;
    if nomenclature::by_id(id).is_some_and(|metric| metric.is_plausible(value.to_f64())) {
        Ok(value.rounded(decimals))
    } else {
        Err(Missing::Implausible)
    }
}

/// The points of `mantissa` in `steps`: each step holds up to and including its first number, `top`
/// is for what lies above all of them.
pub(crate) fn points(mantissa: i64, steps: &[(i64, u8)], top: u8) -> u8 {
    steps.iter().find(|(to, _)| mantissa <= *to).map_or(top, |(_, points)| *points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_rounded_half_up() {
        let rounded = |mantissa, exponent, decimals| {
            measured("temp", Some(Decimal::new(mantissa, exponent)), decimals)
                .map(|value| value.to_string())
        };
        assert_eq!(rounded(205, -1, 0), Ok("21".to_owned()));
        assert_eq!(rounded(204_999, -4, 0), Ok("20".to_owned()));
        assert_eq!(rounded(3505, -2, 1), Ok("35.1".to_owned()));
        assert_eq!(rounded(35_049, -3, 1), Ok("35.0".to_owned()));
        assert_eq!(rounded(37, 0, 1), Ok("37.0".to_owned()));
    }

    #[test]
    fn what_is_not_plausible_is_missing() {
        let of = |id, mantissa, exponent| measured(id, Some(Decimal::new(mantissa, exponent)), 0);
        assert_eq!(of("spo2", 100, 0), Ok(Decimal::whole(100)));
        assert_eq!(of("spo2", 1001, -1), Err(Missing::Implausible), "as sent, not as rounded");
        assert_eq!(of("rr", -1, 0), Err(Missing::Implausible));
        assert_eq!(of("abp.sys", i64::MAX, 127), Err(Missing::Implausible));
        assert_eq!(of("no.such.id", 1, 0), Err(Missing::Implausible));
        assert_eq!(measured("rr", None, 0), Err(Missing::NotGiven));
    }

    #[test]
    fn a_step_holds_its_own_number() {
        let steps = [(8, 3), (11, 1)];
        assert_eq!([8, 9, 11, 12].map(|value| points(value, &steps, 0)), [3, 1, 1, 0]);
    }
}
