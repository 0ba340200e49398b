//! One reading: a number together with how far it may be believed.

use serde::{Deserialize, Serialize};

use crate::Decimal;

/// How far a reading may be believed; the nine values of ISO/IEEE 11073-10207 `MeasurementValidity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Validity {
    /// The device vouches for it.
    Valid,
    /// A person at the bedside confirmed it.
    Validated,
    /// The measurement is still running; the number may change.
    Ongoing,
    /// The device itself doubts it: shown with a question mark.
    Questionable,
    /// The sensor is being calibrated or zeroed.
    Calibrating,
    /// The device says that the number is wrong. Nothing is shown.
    Invalid,
    /// Above what the sensor can measure.
    Overflow,
    /// Below what the sensor can measure.
    Underflow,
    /// There is no number: sensor off, never measured.
    NotAvailable,
}

impl Validity {
    /// Whether a number may stand beside it at all.
    pub const fn carries_number(self) -> bool {
        match self {
            Validity::Valid
            | Validity::Validated
            | Validity::Ongoing
            | Validity::Questionable
            | Validity::Calibrating => true,
            Validity::Invalid
            | Validity::Overflow
            | Validity::Underflow
            | Validity::NotAvailable => false,
        }
    }
}

/// A number and its validity, which cannot contradict each other.
///
/// There is no way to build one without saying how valid it is, and no way to keep a number that
/// the device called invalid: it could be painted by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Carried")]
pub struct Reading {
    value: Option<Decimal>,
    validity: Validity,
}

impl Reading {
    /// A number; dropped when `validity` cannot carry one.
    pub fn of(value: Decimal, validity: Validity) -> Reading {
        Reading { value: validity.carries_number().then_some(value), validity }
    }

    /// No number. A `validity` that promises one becomes [`Validity::NotAvailable`].
    pub fn absent(validity: Validity) -> Reading {
        let validity = if validity.carries_number() { Validity::NotAvailable } else { validity };
        Reading { value: None, validity }
    }

    /// The number, if there is one to believe.
    pub fn value(&self) -> Option<Decimal> {
        self.value
    }

    /// How far to believe it.
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

/// A reading as it comes from a file or a socket: the rule holds there too.
#[derive(Deserialize)]
struct Carried {
    value: Option<Decimal>,
    validity: Validity,
}

impl From<Carried> for Reading {
    fn from(carried: Carried) -> Reading {
        match carried.value {
            Some(value) => Reading::of(value, carried.validity),
            None => Reading::absent(carried.validity),
        }
    }
}

/// Whether a value comes from a patient, or from the device's own demonstration or test.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Nature {
    /// Measured on whatever is connected.
    #[default]
    Real,
    /// The device's demonstration mode: must never look like a patient.
    Demo,
    /// The device's test or service signal.
    Test,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_number_is_not_kept() {
        let reading = Reading::of(Decimal::whole(97), Validity::Invalid);
        assert_eq!((reading.value(), reading.validity()), (None, Validity::Invalid));
    }

    #[test]
    fn an_invalid_number_is_not_kept_when_it_comes_from_a_file() {
        let text = r#"{"value":{"mantissa":97,"exponent":0},"validity":"Invalid"}"#;
        let reading: Reading = serde_json::from_str(text).expect("a reading");
        assert_eq!((reading.value(), reading.validity()), (None, Validity::Invalid));
    }

    #[test]
    fn an_absent_reading_never_claims_to_be_valid() {
        assert_eq!(Reading::absent(Validity::Valid).validity(), Validity::NotAvailable);
        assert_eq!(Reading::absent(Validity::Overflow).validity(), Validity::Overflow);
    }
}
