//! Units that a person prefers to read: converted for the eye alone. What is stored, compared and sent
//! keeps the unit in which it came.
//!
//! Conversion is decimal arithmetic on whole numbers, from the definitions of the units, so that the same
//! value is always written with the same digits; rounding happens once, half away from zero.

use vigie_model::{Decimal, Unit, nomenclature::by_id};

use crate::Words;

/// In which unit pressures of blood and gases are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PressureUnit {
    /// As the device sends them.
    #[default]
    AsSent,
    /// Millimetres of mercury.
    MmHg,
    /// Kilopascals.
    KPa,
}

/// In which unit temperatures are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TemperatureUnit {
    /// As the device sends them.
    #[default]
    AsSent,
    /// Degrees Celsius.
    Celsius,
    /// Degrees Fahrenheit.
    Fahrenheit,
}

/// In which unit pressures of the airway are read, and what is derived from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AirwayUnit {
    /// As the device sends them.
    #[default]
    AsSent,
    /// Centimetres of water.
    CmH2O,
    /// Millibars, the same as hectopascals.
    Mbar,
}

/// The units that a window writes. Which of them a value belongs to is told by the unit it came in:
/// mmHg and kPa, degrees, cmH2O and mbar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Units {
    /// Of pressures of blood and gases.
    pub pressure: PressureUnit,
    /// Of temperatures.
    pub temperature: TemperatureUnit,
    /// Of pressures of the airway.
    pub airway: AirwayUnit,
}

impl PressureUnit {
    /// All of them.
    pub const ALL: [PressureUnit; 3] =
        [PressureUnit::AsSent, PressureUnit::MmHg, PressureUnit::KPa];

    /// As the configuration and the command line write it; empty: as sent.
    pub const fn name(self) -> &'static str {
        match self {
            PressureUnit::AsSent => "",
            PressureUnit::MmHg => "mmHg",
            PressureUnit::KPa => "kPa",
        }
    }
}

impl TemperatureUnit {
    /// All of them.
    pub const ALL: [TemperatureUnit; 3] =
        [TemperatureUnit::AsSent, TemperatureUnit::Celsius, TemperatureUnit::Fahrenheit];

    /// As the configuration and the command line write it; empty: as sent.
    pub const fn name(self) -> &'static str {
        match self {
            TemperatureUnit::AsSent => "",
            TemperatureUnit::Celsius => "C",
            TemperatureUnit::Fahrenheit => "F",
        }
    }
}

impl AirwayUnit {
    /// All of them.
    pub const ALL: [AirwayUnit; 3] = [AirwayUnit::AsSent, AirwayUnit::CmH2O, AirwayUnit::Mbar];

    /// As the configuration and the command line write it; empty: as sent.
    pub const fn name(self) -> &'static str {
        match self {
            AirwayUnit::AsSent => "",
            AirwayUnit::CmH2O => "cmH2O",
            AirwayUnit::Mbar => "mbar",
        }
    }
}

/// `value × times / over + plus / plus_over`, written with so many digits behind the point.
struct Rule {
    from: &'static str,
    to: &'static str,
    times: i128,
    over: i128,
    plus: i128,
    plus_over: i128,
    /// `None`: as many as came.
    digits: Option<u8>,
}

const fn factor(
    from: &'static str,
    to: &'static str,
    (times, over): (i128, i128),
    digits: Option<u8>,
) -> Rule {
    Rule { from, to, times, over, plus: 0, plus_over: 1, digits }
}

/// 1 mmHg = 13.5951 × 9.80665 Pa, in billionths of a pascal; and 1 kPa in the same.
const MMHG: i128 = 133_322_387_415;
const KPA: i128 = 1_000_000_000_000;
/// 1 cmH2O = 98.0665 Pa, in ten-thousandths of a pascal; and 1 mbar in the same.
const CMH2O: i128 = 980_665;
const MBAR: i128 = 1_000_000;

const TO_KPA: &[Rule] = &[factor("mm[Hg]", "kPa", (MMHG, KPA), Some(1))];
const TO_MMHG: &[Rule] = &[factor("kPa", "mm[Hg]", (KPA, MMHG), Some(0))];
const TO_FAHRENHEIT: &[Rule] = &[Rule {
    from: "Cel",
    to: "[degF]",
    times: 9,
    over: 5,
    plus: 32,
    plus_over: 1,
    digits: Some(1),
}];
const TO_CELSIUS: &[Rule] = &[Rule {
    from: "[degF]",
    to: "Cel",
    times: 5,
    over: 9,
    plus: -160,
    plus_over: 9,
    digits: Some(1),
}];
const TO_MBAR: &[Rule] = &[
    factor("cm[H2O]", "mbar", (CMH2O, MBAR), None),
    factor("hPa", "mbar", (1, 1), None),
    factor("mL/cm[H2O]", "mL/mbar", (MBAR, CMH2O), None),
    factor("cm[H2O]/L", "mbar/L", (CMH2O, MBAR), None),
    factor("cm[H2O].s/L", "mbar.s/L", (CMH2O, MBAR), None),
];
const TO_CMH2O: &[Rule] = &[
    factor("mbar", "cm[H2O]", (MBAR, CMH2O), None),
    factor("hPa", "cm[H2O]", (MBAR, CMH2O), None),
    factor("mL/mbar", "mL/cm[H2O]", (CMH2O, MBAR), None),
    factor("mbar/L", "cm[H2O]/L", (MBAR, CMH2O), None),
    factor("mbar.s/L", "cm[H2O].s/L", (MBAR, CMH2O), None),
];

/// Its conversion would add the 32 degrees that lie between two zeros.
const TEMPERATURE_DIFFERENCE: &str = "temp.diff";
/// What a typed number gains in digits on its way back, so that it is shown again as it was typed.
const DIGITS_BACK: u8 = 2;

impl Units {
    /// The unit that a value of this one is shown in.
    pub fn unit(self, unit: &Unit) -> Unit {
        self.rule(unit).map_or_else(|| unit.clone(), |rule| Unit::ucum(rule.to))
    }

    /// A value as it is shown, in [`Units::unit`].
    pub fn value(self, value: Decimal, unit: &Unit) -> Decimal {
        self.rule(unit).map_or(value, |rule| {
            let digits = rule.digits.unwrap_or(value.decimals());
            rule.apply(value, digits)
        })
    }

    /// A number that somebody typed in [`Units::unit`], in the unit in which it is kept. Digits that would
    /// not be shown again are rounded away.
    pub fn kept(self, typed: Decimal, unit: &Unit) -> Decimal {
        self.rule(unit).map_or(typed, |rule| {
            let digits = rule.digits.unwrap_or(typed.decimals());
            let typed = if typed.decimals() > digits { typed.rounded(digits) } else { typed };
            trimmed(rule.undo(typed, digits.saturating_add(DIGITS_BACK)))
        })
    }

    /// The same for one measurement. A difference of temperatures is no temperature, and of a value that
    /// has no name with us it is not known which of the two it is: both stay as they were sent.
    pub fn of(self, id: Option<&str>) -> Units {
        let is_temperature = id.is_some_and(|id| id != TEMPERATURE_DIFFERENCE);
        if is_temperature { self } else { Units { temperature: TemperatureUnit::AsSent, ..self } }
    }

    fn rule(self, unit: &Unit) -> Option<&'static Rule> {
        // What is not mapped is never converted.
        let Unit::Ucum(code) = unit else { return None };
        let pressure = match self.pressure {
            PressureUnit::AsSent => &[],
            PressureUnit::MmHg => TO_MMHG,
            PressureUnit::KPa => TO_KPA,
        };
        let temperature = match self.temperature {
            TemperatureUnit::AsSent => &[],
            TemperatureUnit::Celsius => TO_CELSIUS,
            TemperatureUnit::Fahrenheit => TO_FAHRENHEIT,
        };
        let airway = match self.airway {
            AirwayUnit::AsSent => &[],
            AirwayUnit::CmH2O => TO_CMH2O,
            AirwayUnit::Mbar => TO_MBAR,
        };
        let rules = pressure.iter().chain(temperature).chain(airway);
        rules.into_iter().find(|rule| rule.from == code.as_str())
    }
}

impl Rule {
    fn apply(&self, value: Decimal, digits: u8) -> Decimal {
        let scaled = linear(value, (self.times, self.over), (self.plus, self.plus_over), digits);
        scaled.unwrap_or_else(|| coarse(value, self.times, self.over))
    }

    fn undo(&self, value: Decimal, digits: u8) -> Decimal {
        // (v - p/q) × over / times.
        let plus = (-self.plus * self.over, self.plus_over * self.times);
        let scaled = linear(value, (self.over, self.times), plus, digits);
        scaled.unwrap_or_else(|| coarse(value, self.over, self.times))
    }
}

/// `value × times / over + plus / plus_over` with so many digits; `None` beyond 128 bits.
fn linear(
    value: Decimal,
    (times, over): (i128, i128),
    (plus, plus_over): (i128, i128),
    digits: u8,
) -> Option<Decimal> {
    let shift = i32::from(value.exponent()) + i32::from(digits);
    let power = 10i128.checked_pow(shift.unsigned_abs())?;
    let (up, down) = if shift >= 0 { (power, 1) } else { (1, power) };
    let numerator = i128::from(value.mantissa()).checked_mul(times)?.checked_mul(up)?;
    let denominator = over.checked_mul(down)?;
    let plus = plus.checked_mul(10i128.checked_pow(u32::from(digits))?)?;
    let sum = numerator.checked_mul(plus_over)?.checked_add(plus.checked_mul(denominator)?)?;
    let mantissa = i64::try_from(divided(sum, denominator.checked_mul(plus_over)?)).ok()?;
    Some(Decimal::new(mantissa, -i8::try_from(digits).ok()?))
}

/// The same for what no body and no ward has: the magnitude is right, digits are lost.
fn coarse(value: Decimal, times: i128, over: i128) -> Decimal {
    let mut mantissa = divided(i128::from(value.mantissa()) * times, over);
    let mut exponent = value.exponent();
    loop {
        match i64::try_from(mantissa) {
            Ok(mantissa) => return Decimal::new(mantissa, exponent),
            Err(_) => {
                mantissa /= 10;
                exponent = exponent.saturating_add(1);
            }
        }
    }
}

/// Half away from zero. `over` is greater than zero.
fn divided(value: i128, over: i128) -> i128 {
    let (whole, rest) = (value / over, value % over);
    if rest.abs() >= over - rest.abs() { whole + rest.signum() } else { whole }
}

/// Without zeros at the end of its fraction.
fn trimmed(value: Decimal) -> Decimal {
    let (mut mantissa, mut exponent) = (value.mantissa(), value.exponent());
    while exponent < 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    Decimal::new(mantissa, exponent)
}

impl Words {
    /// The same words, writing in these units.
    pub fn in_units(mut self, units: Units) -> Words {
        self.1 = units;
        self
    }

    /// The units that are written.
    pub fn units(&self) -> Units {
        self.1
    }

    /// A value of a measurement as our own limits, scores and changes hold it, which is in the unit of the
    /// nomenclature, as it is shown.
    pub fn measured(&self, id: &str, value: &Decimal) -> String {
        self.decimal(&with_unit(id, |unit| self.1.of(Some(id)).value(*value, unit), *value))
    }

    /// What somebody typed beside [`Words::limit_unit`], as a limit holds it.
    pub fn limit_typed(&self, id: &str, typed: Decimal) -> Decimal {
        with_unit(id, |unit| self.1.of(Some(id)).kept(typed, unit), typed)
    }

    /// The unit that limits of a measurement are shown in, by its id; empty where it has none.
    pub fn limit_unit(&self, id: &str) -> String {
        let unit = |unit: &Unit| self.unit(&self.1.of(Some(id)).unit(unit));
        with_unit(id, unit, String::new())
    }
}

/// What is made of the nomenclature's unit of a measurement.
fn with_unit<T>(id: &str, make: impl FnOnce(&Unit) -> T, without: T) -> T {
    by_id(id).map_or(without, |metric| make(&Unit::ucum(metric.ucum)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn a_difference_of_temperatures_gets_no_32_degrees() {
        let unit = Unit::ucum("Cel");
        let difference = Decimal::new(4, -1);
        for id in [Some("temp.diff"), None] {
            let units = ALL.of(id);
            assert_eq!(
                (units.value(difference, &unit), units.unit(&unit)),
                (difference, unit.clone())
            );
        }
        assert_eq!(ALL.of(Some("temp")), ALL);
    }

    #[test]
    fn limits_are_shown_and_typed_in_the_units_of_the_window() {
        let words = Words::new(Language::French).in_units(ALL);
        assert_eq!(words.measured("abp.sys", &Decimal::whole(160)), "21,3");
        assert_eq!(words.limit_unit("abp.sys"), "kPa");
        assert_eq!(words.limit_typed("temp", Decimal::new(1_013, -1)), Decimal::new(385, -1));
        assert_eq!(words.measured("hr.ecg", &Decimal::whole(160)), "160");
        assert_eq!(words.measured("oxygen", &Decimal::whole(1)), "1");
    }

    const ALL: Units = Units {
        pressure: PressureUnit::KPa,
        temperature: TemperatureUnit::Fahrenheit,
        airway: AirwayUnit::Mbar,
    };
    const BACK: Units = Units {
        pressure: PressureUnit::MmHg,
        temperature: TemperatureUnit::Celsius,
        airway: AirwayUnit::CmH2O,
    };

    fn shown(units: Units, value: Decimal, unit: &str) -> String {
        let unit = Unit::ucum(unit);
        format!("{} {}", units.value(value, &unit), units.unit(&unit).as_str())
    }

    #[test]
    fn values_are_written_as_tables_of_conversion_write_them() {
        for (value, unit, written) in [
            (Decimal::whole(120), "mm[Hg]", "16.0 kPa"),
            (Decimal::whole(80), "mm[Hg]", "10.7 kPa"),
            (Decimal::whole(-5), "mm[Hg]", "-0.7 kPa"),
            (Decimal::whole(0), "mm[Hg]", "0.0 kPa"),
            (Decimal::new(385, -1), "mm[Hg]", "5.1 kPa"),
            (Decimal::new(370, -1), "Cel", "98.6 [degF]"),
            (Decimal::new(3_725, -2), "Cel", "99.1 [degF]"),
            (Decimal::whole(-40), "Cel", "-40.0 [degF]"),
            (Decimal::whole(20), "cm[H2O]", "20 mbar"),
            (Decimal::new(255, -1), "cm[H2O]", "25.0 mbar"),
            (Decimal::whole(50), "mL/cm[H2O]", "51 mL/mbar"),
            (Decimal::whole(5), "hPa", "5 mbar"),
            (Decimal::whole(72), "/min", "72 /min"),
        ] {
            assert_eq!(shown(ALL, value, unit), written);
        }
        for (value, unit, written) in [
            (Decimal::new(160, -1), "kPa", "120 mm[Hg]"),
            (Decimal::new(986, -1), "[degF]", "37.0 Cel"),
            (Decimal::whole(101), "[degF]", "38.3 Cel"),
            (Decimal::whole(5), "hPa", "5 cm[H2O]"),
            (Decimal::whole(50), "mbar", "51 cm[H2O]"),
        ] {
            assert_eq!(shown(BACK, value, unit), written);
        }
    }

    #[test]
    fn as_sent_nothing_is_touched_and_unmapped_units_never_are() {
        let value = Decimal::new(3_720, -2);
        assert_eq!(shown(Units::default(), value, "Cel"), "37.20 Cel");
        let odd = Unit::AsSent("mm[Hg]".into());
        assert_eq!((ALL.value(value, &odd), ALL.unit(&odd)), (value, odd.clone()));
        // What is in the wanted unit already keeps its digits.
        assert_eq!(shown(BACK, value, "Cel"), "37.20 Cel");
    }

    #[test]
    fn a_typed_limit_is_shown_again_as_it_was_typed() {
        for (unit, tenths) in [("mm[Hg]", -100..600), ("Cel", 700..1_150)] {
            let unit = Unit::ucum(unit);
            for tenth in tenths {
                let typed = Decimal::new(tenth, -1);
                assert_eq!(ALL.value(ALL.kept(typed, &unit), &unit), typed, "{unit:?}");
            }
        }
        for whole in 0..300 {
            let typed = Decimal::whole(whole);
            for unit in ["kPa", "cm[H2O]"].map(Unit::ucum) {
                for units in [ALL, BACK] {
                    let again = units.value(units.kept(typed, &unit), &unit);
                    assert_eq!(again.to_f64(), typed.to_f64(), "{unit:?}");
                }
            }
        }
        assert_eq!(ALL.kept(Decimal::new(1013, -1), &Unit::ucum("Cel")), Decimal::new(385, -1));
        assert_eq!(Units::default().kept(Decimal::whole(7), &Unit::ucum("Cel")), Decimal::whole(7));
    }

    #[test]
    fn no_number_that_a_wire_can_carry_is_too_large() {
        for mantissa in [i64::MIN, i64::MAX, 1, -1, 0] {
            for exponent in [i8::MIN, -30, -1, 0, 1, 30, i8::MAX] {
                let value = Decimal::new(mantissa, exponent);
                for unit in ["mm[Hg]", "kPa", "Cel", "[degF]", "cm[H2O]", "mbar"].map(Unit::ucum) {
                    for units in [ALL, BACK] {
                        let shown = units.value(value, &unit);
                        assert!(shown.to_f64().is_finite(), "{value:?}, {unit:?}");
                        let _ = units.kept(value, &unit);
                    }
                }
            }
        }
    }
}
