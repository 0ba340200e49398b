//! FLOAT-Type: a decimal number with the digits as sent (guide, "Data types").

use std::fmt;

use vigie_model::Decimal;

use super::codec::{Out, Wire, Writer};

/// 32 bits: signed exponent of ten, then a 24-bit signed mantissa. Kept as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Float(pub u32);

/// What a [`Float`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatValue {
    /// A number; a negative exponent also says how many decimals to show.
    Number(Decimal),
    /// Not a number: the device has none.
    NaN,
    /// Not at this resolution.
    NRes,
    /// Too large to say.
    PositiveInfinity,
    /// Too small to say.
    NegativeInfinity,
    /// The mantissa that ISO/IEEE 11073-20601 reserves.
    Reserved,
}

impl Float {
    /// Not a number, as monitors send it.
    pub const NAN: Float = Float(0x007F_FFFF);

    /// `mantissa × 10^exponent`; `None` when the mantissa needs more than 24 bits or would say
    /// something special.
    pub fn from_decimal(value: Decimal) -> Option<Float> {
        let mantissa = i32::try_from(value.mantissa()).ok()?;
        if !(-0x7F_FFFD..=0x7F_FFFD).contains(&mantissa) {
            return None;
        }
        let [_, high, middle, low] = mantissa.to_be_bytes();
        Some(Float(u32::from_be_bytes([value.exponent().cast_unsigned(), high, middle, low])))
    }

    /// What it says. Special values are told by the mantissa alone, whatever the exponent.
    pub fn value(self) -> FloatValue {
        let [exponent, high, middle, low] = self.0.to_be_bytes();
        match self.0 & 0x00FF_FFFF {
            0x7F_FFFF => FloatValue::NaN,
            0x7F_FFFE => FloatValue::PositiveInfinity,
            0x80_0000 => FloatValue::NRes,
            0x80_0001 => FloatValue::Reserved,
            0x80_0002 => FloatValue::NegativeInfinity,
            _ => {
                // Shifting the 24 bits to the top and back extends the sign.
                let mantissa = i32::from_be_bytes([high, middle, low, 0]) >> 8;
                FloatValue::Number(Decimal::new(i64::from(mantissa), exponent.cast_signed()))
            }
        }
    }

    /// The number, if it is one.
    pub fn number(self) -> Option<Decimal> {
        match self.value() {
            FloatValue::Number(number) => Some(number),
            FloatValue::NaN
            | FloatValue::NRes
            | FloatValue::PositiveInfinity
            | FloatValue::NegativeInfinity
            | FloatValue::Reserved => None,
        }
    }
}

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            FloatValue::Number(number) => number.fmt(f),
            FloatValue::NaN => f.write_str("NaN"),
            FloatValue::NRes => f.write_str("NRes"),
            FloatValue::PositiveInfinity => f.write_str("+INF"),
            FloatValue::NegativeInfinity => f.write_str("-INF"),
            FloatValue::Reserved => f.write_str("reserved"),
        }
    }
}

impl<'a> Wire<'a> for Float {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, bits) = u32::parse(input)?;
        Ok((rest, Float(bits)))
    }

    fn emit(&self, out: &mut Writer) {
        out.u32(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_numbers_of_the_guide_and_of_the_captures() {
        for (bits, shown) in [
            (0xFD00_7D00, "32.000"),
            (0xFF00_0140, "32.0"),
            (0x0100_0140, "3200"),
            (0x0200_0020, "3200"),
            (0xFF00_03B6, "95.0"),
            (0xFF00_03E8, "100.0"),
            (0x0000_0050, "80"),
            (0xFFFF_FFFE, "-0.2"),
            (0xFEFF_F000, "-40.96"),
            (0xFD00_9FFB, "40.955"),
            (0xFEFE_7960, "-1000.00"),
            (0xFF00_0003, "0.3"),
            (0xFE00_000E, "0.14"),
        ] {
            let float = Float(bits);
            assert_eq!(float.to_string(), shown, "{bits:08X}");
            assert_eq!(float.number().and_then(Float::from_decimal), Some(float));
        }
    }

    #[test]
    fn tells_special_values_by_the_mantissa_alone() {
        for exponent in [0x00, 0xFF, 0x7F] {
            let value = |mantissa: u32| Float(exponent << 24 | mantissa).value();
            assert_eq!(value(0x7F_FFFF), FloatValue::NaN);
            assert_eq!(value(0x80_0000), FloatValue::NRes);
            assert_eq!(value(0x7F_FFFE), FloatValue::PositiveInfinity);
            assert_eq!(value(0x80_0002), FloatValue::NegativeInfinity);
            assert_eq!(value(0x80_0001), FloatValue::Reserved);
        }
        assert_eq!(Float::NAN.number(), None);
    }

    #[test]
    fn refuses_what_24_bits_cannot_say() {
        assert_eq!(Float::from_decimal(Decimal::whole(0x7F_FFFE)), None);
        assert_eq!(Float::from_decimal(Decimal::whole(-0x7F_FFFE)), None);
        assert!(Float::from_decimal(Decimal::whole(-0x7F_FFFD)).is_some());
    }
}
