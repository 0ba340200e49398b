//! Unit codes and their UCUM codes.
//!
//! Source of code and written form: guide, "Unit codes" (partition 4, dimensions); litre per kilogram
//! and hour, once misprinted elsewhere, is 0xF160. The UCUM codes are ours, from the written form.

use vigie_model::{Text, Unit};

/// The unit of a code. Unspecified is an empty [`Unit::AsSent`]; an unlisted code is shown as hex,
/// with what its structure says.
pub fn unit(code: u16) -> Unit {
    if code == UNSPECIFIED {
        return Unit::AsSent(Text::from(""));
    }
    match UNITS.iter().find(|(listed, _, _)| *listed == code) {
        Some((_, ucum, _)) => Unit::ucum(ucum),
        None => Unit::AsSent(Text::from(format!("{code:04X}{}", hint(code)))),
    }
}

/// Whether a code is one that we can name.
pub fn is_known_unit(code: u16) -> bool {
    code == UNSPECIFIED || UNITS.iter().any(|(listed, _, _)| *listed == code)
}

/// What the structure of an unlisted code says: the low five bits are a decimal prefix, the rest is
/// the base. Inferred from the listed codes; good for a label, not for a scale.
fn hint(code: u16) -> String {
    let Some((_, prefix)) = PREFIXES.iter().find(|(bits, _)| *bits == code & PREFIX_BITS) else {
        return String::new();
    };
    let base = code & !PREFIX_BITS;
    match UNITS.iter().find(|(listed, _, _)| *listed == base) {
        Some((_, _, written)) => format!(" ({prefix}{written}?)"),
        None if prefix.is_empty() => String::new(),
        None => format!(" ({prefix}·{base:04X}?)"),
    }
}

/// The unit code that says nothing.
const UNSPECIFIED: u16 = 0x0000;
/// The bits of a unit code that hold the decimal prefix.
const PREFIX_BITS: u16 = 0x001F;

/// Decimal prefixes.
static PREFIXES: &[(u16, &str)] = &[
    (0x00, ""),
    (0x02, "h"),
    (0x03, "k"),
    (0x04, "M"),
    (0x10, "d"),
    (0x11, "c"),
    (0x12, "m"),
    (0x13, "µ"),
    (0x14, "n"),
    (0x15, "p"),
];

/// Code, UCUM code, as the guide writes it.
#[rustfmt::skip]
static UNITS: &[(u16, &str, &str)] = &[
    (0x0200, "1",             "(none)"),
    (0x0220, "%",             "%"),
    (0x0240, "[ppth]",        "‰"),
    (0x0260, "[ppm]",         "ppm"),
    (0x0500, "m",             "m"),
    (0x0511, "cm",            "cm"),
    (0x0512, "mm",            "mm"),
    (0x0560, "[in_i]",        "inch"),
    (0x05C0, "m2",            "m²"),
    (0x0640, "L",             "L"),
    (0x0652, "mL",            "mL"),
    (0x0592, "mL/m2",         "mL/m²"),
    (0x0C72, "mL/kg",         "mL/kg"),
    (0x06C0, "g",             "g"),
    (0x06C3, "kg",            "kg"),
    (0x06D2, "mg",            "mg"),
    (0x06E0, "[lb_av]",       "lb"),
    (0x0700, "[oz_av]",       "oz"),
    (0x0840, "g/dL",          "g/dL"),
    (0x0852, "mg/dL",         "mg/dL"),
    (0x0880, "s",             "s"),
    (0x0892, "ms",            "ms"),
    (0x08A0, "min",           "min"),
    (0x08C0, "h",             "h"),
    (0x08E0, "d",             "day"),
    (0x0900, "wk",            "weeks"),
    (0x0920, "mo",            "months"),
    (0x0940, "a",             "years"),
    (0x09C0, "Hz",            "Hz"),
    (0x09E0, "/min",          "1/min"),
    (0x0AA0, "/min",          "bpm"),
    (0x0AC0, "/min",          "pulses/min"),
    (0x0AE0, "/min",          "rpm"),
    (0x0B20, "L/(min.m2)",    "L/min/m²"),
    (0x0BE0, "L/s",           "L/s"),
    (0x0C00, "L/min",         "L/min"),
    (0x0C12, "mL/min",        "mL/min"),
    (0x0C20, "L/h",           "L/h"),
    (0x0C32, "mL/h",          "mL/h"),
    (0x0F00, "Pa",            "Pa"),
    (0x0F02, "hPa",           "hPa"),
    (0x0F03, "kPa",           "kPa"),
    (0x0F20, "mm[Hg]",        "mmHg"),
    (0x0F40, "cm[H2O]",       "cmH₂O"),
    (0x0F72, "mbar",          "mbar"),
    (0x0F80, "J",             "J"),
    (0x0FC0, "W",             "W"),
    (0x0FD2, "mW",            "mW"),
    (0x0FD4, "nW",            "nW"),
    (0x1020, "dyn.s/cm5",     "dyn·s/cm⁵"),
    (0x1052, "mA",            "mA"),
    (0x10A0, "V",             "V"),
    (0x10B2, "mV",            "mV"),
    (0x10B3, "uV",            "µV"),
    (0x10C0, "Ohm",           "Ω"),
    (0x10C3, "kOhm",          "kΩ"),
    (0x1120, "K",             "K"),
    (0x1140, "[degF]",        "°F"),
    (0x17A0, "Cel",           "°C"),
    (0x1272, "mmol/L",        "mmol/L"),
    (0x1273, "umol/L",        "µmol/L"),
    (0x12F2, "meq/L",         "mEq/L"),
    (0x1712, "mL/cm[H2O]",    "mL/cmH₂O"),
    (0x1720, "cm[H2O].s/L",   "cmH₂O/L/s"),
    (0x1780, "dyn.s.m2/cm5",  "dyn·s·m²/cm⁵"),
    (0x1920, "dB",            "dB"),
    (0x1912, "mL/dL",         "mL/dL"),
    (0xF001, "{count}",       "count"),
    (0xF005, "uV2",           "µV²"),
    (0xF152, "mL/mbar",       "mL/mbar"),
    (0xF192, "mbar.s/L",      "mbar/L/s"),
    (0xF283, "kPa.s/L",       "kPa/L/s"),
    (0xF160, "L/(kg.h)",      "L/kg/h"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn units_of_the_captures_are_ucum() {
        for (code, ucum) in [
            (0x0220, "%"),
            (0x0AA0, "/min"),
            (0x0AE0, "/min"),
            (0x0F20, "mm[Hg]"),
            (0x0512, "mm"),
            (0x0200, "1"),
            (0x10B2, "mV"),
            (0x10C0, "Ohm"),
            (0x17A0, "Cel"),
        ] {
            assert_eq!(unit(code), Unit::ucum(ucum));
        }
    }

    #[test]
    fn an_unlisted_unit_keeps_its_code() {
        assert_eq!(unit(0x0F33).as_str(), "0F33 (µmmHg?)");
        assert_eq!(unit(0x1053).as_str(), "1053 (µ·1040?)");
        assert_eq!(unit(0x1041).as_str(), "1041");
        assert_eq!(unit(0x1040).as_str(), "1040");
        assert_eq!(unit(0x0000), Unit::AsSent(Text::from("")));
        assert!(!is_known_unit(0x1053) && is_known_unit(0x0000) && is_known_unit(0x0F20));
    }

    #[test]
    fn every_code_stands_once() {
        let codes: BTreeSet<u16> = UNITS.iter().map(|(code, _, _)| *code).collect();
        assert_eq!(codes.len(), UNITS.len());
    }
}
