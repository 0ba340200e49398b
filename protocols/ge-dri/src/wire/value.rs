//! 16-bit values and the codes among them.

/// The smallest number; below it are codes (DRI, "Data types").
pub const VALUE_MIN: i16 = -32_000;

/// What 16 bits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, not yet scaled.
    Number(i16),
    /// No data: -32767.
    NoData,
    /// Not updated: -32766.
    NotUpdated,
    /// Discontinuity: -32765, in a third party's table only.
    Discontinuity,
    /// Under the range: -32764.
    UnderRange,
    /// Over the range: -32763.
    OverRange,
    /// Not calibrated: -32762.
    NotCalibrated,
    /// A code that nobody lists.
    Unknown(i16),
}

impl From<i16> for Value {
    fn from(raw: i16) -> Value {
        match raw {
            VALUE_MIN.. => Value::Number(raw),
            -32_767 => Value::NoData,
            -32_766 => Value::NotUpdated,
            -32_765 => Value::Discontinuity,
            -32_764 => Value::UnderRange,
            -32_763 => Value::OverRange,
            -32_762 => Value::NotCalibrated,
            code => Value::Unknown(code),
        }
    }
}
