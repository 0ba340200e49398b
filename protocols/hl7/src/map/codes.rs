//! OBX-3: which stream a row is about.
//!
//! The same name comes with different numbers (`150031^MDC_PRESS_CUFF_SYS` of Northern monitors, where
//! 150301 is meant), so a name that is known goes before the number. What is in no table keeps the
//! maker's code and text.

use vigie_model::nomenclature::{METRICS, Metric, Role, by_code};
use vigie_model::{MdcCode, Parameter};

use crate::wire::message::Field;
use crate::wire::value;

/// A code as its coding system gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coded<'m> {
    /// OBX-3.1.
    pub number: &'m str,
    /// OBX-3.2.
    pub text: &'m str,
    /// OBX-3.3.
    pub system: &'m str,
}

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A number, a text.
    Value,
    /// Samples.
    Wave,
}

/// MDIL codes (Philips, `pppp-tttt` in hexadecimal) that do not simply are the MDC code of the same
/// partition and term. Source: PIIC samples, Efficia *Data Export Guide*, page 3-27.
const MDIL_APART: &[(u32, u32)] = &[
    // `Resp` as a number: its own code is that of the wave.
    (0x0002_5000, 151_562),
    // T1 of Efficia, a private code.
    (0x0007_F0C7, 150_344),
];

/// Nihon Kohden: six digits. Source: published examples of its HL7 gateway. The texts beside them vary
/// (`VITAL SpO2`, `SpO2`), the digits do not. 0: no MDC code is certain.
const NIHON_KOHDEN: &[(&str, u32)] = &[
    ("001000", 147_842), // HR
    ("004001", 151_856), // apnoea, seconds
    ("004073", 151_594), // RR from CO2
    ("007000", 150_456), // SpO2
    ("007001", 149_530), // pulse from SpO2
    ("009000", 150_021), // NIBP: S, D, M
    ("009001", 150_022),
    ("009002", 150_023),
    ("011000", 150_388), // skin
    ("012000", 150_388),
    ("037000", 188_440), // difference
    ("044000", 150_033), // ART: S, D, M
    ("044001", 150_034),
    ("044002", 150_035),
    ("044006", 0),       // pulse from ART
    ("073000", 151_594), // RR from CO2
    ("073001", 151_708), // EtCO2
    ("073003", 151_856), // apnoea, seconds
    ("136000", 147_232), // QT
    ("136001", 0),       // QTc and its three formulas
    ("136002", 0),
    ("136003", 0),
    ("136004", 0),
    ("136005", 0), // QT-HR
    ("136006", 0), // QRSd
];

/// Other names of rows. Source: Mindray's eGateway sends the first in its cardiac output group.
const OTHER_NAMES: &[(&str, u32)] = &[("ECG_CARD_BEAT_RATE", 147_842)];

/// What no name and no number of the table says, but the pressure of the cuff: PRESS_CUFF and
/// PRESS_BLD_NONINV with their parts. They are measured now and then, whatever OBX-13 says.
const CUFF: [u32; 9] =
    [150_020, 150_021, 150_022, 150_023, 150_300, 150_301, 150_302, 150_303, 149_546];

impl<'m> Coded<'m> {
    /// From a CE or CWE field.
    pub fn of(field: Field<'m>) -> Coded<'m> {
        let field = field.first();
        let part = |number| value::name(field.component(number).text().trim());
        Coded { number: part(1), text: part(2), system: part(3) }
    }

    /// The name of an MDC term without `MDC_`; empty when it is none.
    pub fn refid(&self) -> &'m str {
        self.text.strip_prefix("MDC_").unwrap_or_default()
    }

    /// The number, where it is one of MDC: partition and term in decimal, or MDIL's hexadecimal.
    pub fn value(&self) -> Option<u32> {
        match self.number.split_once('-') {
            Some((partition, term)) if partition.len() == 4 && term.len() == 4 => {
                let hex = |digits| u32::from_str_radix(digits, 16).ok();
                Some(hex(partition)? << 16 | hex(term)?)
            }
            Some(_) => None,
            None => self.number.parse().ok(),
        }
    }

    /// Whether it is one of Nihon Kohden's.
    pub fn is_nihon_kohden(&self) -> bool {
        self.system.is_empty() && nihon_kohden(self.number).is_some()
    }

    /// Whether the number says that 0 stands for no value: QT and what is computed from it (Nihon
    /// Kohden).
    pub fn zero_is_none(&self) -> bool {
        self.is_nihon_kohden() && self.number.starts_with("136")
    }

    /// The MDC code, if there is one for that use.
    pub fn code(&self, what: Use) -> Option<MdcCode> {
        let row = self.row()?;
        let is_wave = row.role == Role::Wave;
        (is_wave == (what == Use::Wave)).then_some(row.code)
    }

    fn row(&self) -> Option<&'static Metric> {
        // Mindray's own numbers are small and mean something else in MDC.
        if self.system.starts_with("99") {
            return None;
        }
        let refid = self.refid();
        if !refid.is_empty() {
            let named = METRICS.iter().find(|row| row.refid == Some(refid));
            let other = || OTHER_NAMES.iter().find(|(name, _)| *name == refid);
            if let Some(row) = named.or_else(|| by_code(MdcCode(other()?.1))) {
                return Some(row);
            }
        }
        if self.system.is_empty()
            && let Some(code) = nihon_kohden(self.number)
        {
            return by_code(MdcCode(code));
        }
        let value = self.value()?;
        let apart = MDIL_APART.iter().find(|(mdil, _)| *mdil == value).map(|(_, mdc)| *mdc);
        by_code(MdcCode(apart.unwrap_or(value)))
    }

    /// What the maker's code is called in [`vigie_model::MetricKey`]: the name where there is one, since
    /// numbers differ for one name, and the number with its system where Mindray made it.
    pub fn vendor(&self) -> String {
        if !self.refid().is_empty() {
            self.text.to_owned()
        } else if self.system.starts_with("99") {
            format!("{}:{}", self.system, self.number)
        } else if self.number.is_empty() {
            self.text.to_owned()
        } else {
            self.number.to_owned()
        }
    }

    /// What it is called on the screen when nothing better is known: `TEMP`, `SpO2`, `T1`.
    pub fn label(&self) -> String {
        let text = self.text.trim();
        let text =
            text.strip_prefix("MDC_").or_else(|| text.strip_prefix("MNDRY_")).unwrap_or(text);
        if text.is_empty() { self.number.to_owned() } else { text.replace('_', " ") }
    }
}

fn nihon_kohden(number: &str) -> Option<u32> {
    let at = NIHON_KOHDEN.binary_search_by_key(&number, |(known, _)| known).ok()?;
    NIHON_KOHDEN.get(at).map(|(_, code)| *code)
}

/// Whether a value of this code is measured now and then.
pub fn is_episodic(code: Option<MdcCode>) -> bool {
    code.is_some_and(|code| CUFF.contains(&code.0))
}

/// Whether the row sets something.
pub fn is_setting(code: Option<MdcCode>) -> bool {
    code.and_then(by_code).is_some_and(|row| row.role == Role::Setting)
}

/// The family of a code, for the plausible scale of a wave.
pub fn parameter(code: Option<MdcCode>) -> Option<Parameter> {
    code.and_then(by_code).map(|row| row.parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded<'m>(number: &'m str, text: &'m str, system: &'m str) -> Coded<'m> {
        Coded { number, text, system }
    }

    fn code(number: &str, text: &str, system: &str) -> Option<u32> {
        coded(number, text, system).code(Use::Value).map(|code| code.0)
    }

    #[test]
    fn the_name_goes_before_the_number() {
        assert_eq!(code("150031", "MDC_PRESS_CUFF_SYS", "MDC"), Some(150_301));
        assert_eq!(code("147842", "MDC_ECG_CARD_BEAT_RATE", "MDC"), Some(147_842));
        assert_eq!(code("150456", "MDC_SOMETHING_ELSE", "MDC"), Some(150_456));
        assert_eq!(code("150456", "", "MDC"), Some(150_456));
    }

    #[test]
    fn mindrays_own_numbers_are_never_looked_up() {
        assert_eq!(code("364", "MNDRY_BLD_PULS_RATE_ART_ABP", "99MNDRY"), None);
        let coded = coded("364", "MNDRY_BLD_PULS_RATE_ART_ABP", "99MNDRY");
        assert_eq!(
            (coded.vendor(), coded.label()),
            ("99MNDRY:364".into(), "BLD PULS RATE ART ABP".into())
        );
    }

    #[test]
    fn mdil_is_mdc_in_hexadecimal() {
        for (mdil, mdc) in [
            ("0002-4bb8", Some(150_456)),
            ("0002-4182", Some(147_842)),
            ("0002-4a15", Some(150_037)),
            ("0002-4a47", Some(150_087)),
            ("0002-500a", Some(151_562)),
            ("0002-5000", Some(151_562)),
            ("0007-f0c7", Some(150_344)),
            ("0002-f125", None),
            ("4bb8", None),
        ] {
            assert_eq!(code(mdil, "x", "MDIL"), mdc, "{mdil}");
        }
    }

    #[test]
    fn nihon_kohdens_table_is_in_order_and_found() {
        assert!(NIHON_KOHDEN.is_sorted_by_key(|(number, _)| number));
        assert_eq!(code("044000", "ART-S", ""), Some(150_033));
        assert_eq!(code("136001", "QTc", ""), None);
        assert!(coded("136001", "QTc", "").zero_is_none());
        for (number, code) in NIHON_KOHDEN {
            assert!(*code == 0 || by_code(MdcCode(*code)).is_some(), "{number}");
        }
    }

    #[test]
    fn a_wave_is_no_number() {
        assert_eq!(code("150084", "MDC_PRESS_BLD_VEN_CENT", "MDC"), None);
        let coded = coded("150084", "MDC_PRESS_BLD_VEN_CENT", "MDC");
        assert_eq!(coded.code(Use::Wave), Some(MdcCode(150_084)));
    }
}
