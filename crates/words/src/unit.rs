//! Units as people write them.

use vigie_model::Unit;

use crate::Words;

/// UCUM to what stands on a monitor. What is not listed is written as its UCUM code.
const WRITTEN: &[(&str, &str)] = &[
    ("1", ""),
    ("{score}", ""),
    ("Cel", "°C"),
    ("[degF]", "°F"),
    ("mm[Hg]", "mmHg"),
    ("cm[H2O]", "cmH2O"),
    ("uV", "µV"),
    ("uV2", "µV²"),
    ("umol/L", "µmol/L"),
    ("Ohm", "Ω"),
    ("kOhm", "kΩ"),
    ("m2", "m²"),
    ("mL/m2", "mL/m²"),
    ("L/(min.m2)", "L/min/m²"),
    ("mL/cm[H2O]", "mL/cmH2O"),
    ("cm[H2O].s/L", "cmH2O·s/L"),
    ("dyn.s/cm5", "dyn·s/cm5"),
    ("dyn.s.m2/cm5", "dyn·s·m²/cm5"),
    ("[ppm]", "ppm"),
    ("[in_i]", "in"),
    ("[lb_av]", "lb"),
    ("[oz_av]", "oz"),
];

/// UCUM to the text that is spoken. What is not listed is spoken as it is written.
const SPOKEN: &[(&str, &str)] = &[
    ("%", "spoken-percent"),
    ("/min", "spoken-per-minute"),
    ("mm[Hg]", "spoken-mmhg"),
    ("cm[H2O]", "spoken-cmh2o"),
    ("kPa", "spoken-kpa"),
    ("mbar", "spoken-mbar"),
    ("Cel", "spoken-celsius"),
    ("[degF]", "spoken-fahrenheit"),
];

impl Words {
    /// The unit as it is written beside a number; empty for a plain ratio or score.
    pub fn unit(&self, unit: &Unit) -> String {
        let written = match unit {
            Unit::Ucum(code) => find(WRITTEN, code.as_str()).unwrap_or(code.as_str()),
            Unit::AsSent(text) => text.as_str(),
        };
        written.to_owned()
    }

    /// The unit as a screen reader should say it.
    pub fn unit_spoken(&self, unit: &Unit) -> String {
        match unit {
            Unit::Ucum(code) => match find(SPOKEN, code.as_str()) {
                Some(key) => self.message(key, &[]),
                None => self.unit(unit),
            },
            Unit::AsSent(_) => self.unit(unit),
        }
    }
}

fn find(table: &[(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(ucum, _)| *ucum == code).map(|(_, text)| *text)
}
