//! OBX-6: units, by name before number, as codes.
//!
//! Source of names: samples of Mindray's eGateway and GE's B40; of plain texts: Nihon Kohden and Philips
//! samples. Numbers stand in the nomenclature; MDIL's are the same in hexadecimal.

use vigie_model::nomenclature::unit_by_code;
use vigie_model::{MdcCode, Text, Unit};

use super::codes::Coded;
use crate::wire::message::Field;

/// Names without `MDC_DIM_`.
const NAMES: &[(&str, &str)] = &[
    ("BEAT_PER_MIN", "/min"),
    ("CENTI_M", "cm"),
    ("CM_H2O", "cm[H2O]"),
    ("CM_H2O_PER_L_PER_SEC", "cm[H2O].s/L"),
    ("DECIBEL", "dB"),
    ("DEGC", "Cel"),
    ("DIMLESS", "1"),
    ("DYNE_SEC_M_SQ_PER_CM_5", "dyn.s.m2/cm5"),
    ("DYNE_SEC_PER_CM_5", "dyn.s/cm5"),
    ("FAHR", "[degF]"),
    ("HZ", "Hz"),
    ("KILO_G", "kg"),
    ("KILO_PASCAL", "kPa"),
    ("L_PER_MIN", "L/min"),
    ("L_PER_MIN_PER_M_SQ", "L/(min.m2)"),
    ("MICRO_VOLT", "uV"),
    ("MILLI_L", "mL"),
    ("MILLI_L_PER_CM_H2O", "mL/cm[H2O]"),
    ("MILLI_L_PER_HR", "mL/h"),
    ("MILLI_L_PER_KG", "mL/kg"),
    ("MILLI_L_PER_M_SQ", "mL/m2"),
    ("MILLI_VOLT", "mV"),
    ("MIN", "min"),
    ("MMHG", "mm[Hg]"),
    ("PERCENT", "%"),
    ("PER_MIN", "/min"),
    ("RESP_PER_MIN", "/min"),
];

/// Plain texts, lower case.
const TEXTS: &[(&str, &str)] = &[
    ("%", "%"),
    ("/min", "/min"),
    ("bpm", "/min"),
    ("rpm", "/min"),
    ("c", "Cel"),
    ("°c", "Cel"),
    ("cel", "Cel"),
    ("f", "[degF]"),
    ("°f", "[degF]"),
    ("mmhg", "mm[Hg]"),
    ("kpa", "kPa"),
    ("cmh2o", "cm[H2O]"),
    ("sec", "s"),
    ("ms", "ms"),
    ("mv", "mV"),
];

/// The unit of a row.
pub fn unit(field: Field<'_>) -> Unit {
    let coded = Coded::of(field);
    let name = coded.text.strip_prefix("MDC_DIM_").unwrap_or_default();
    if let Some((_, ucum)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Unit::ucum(ucum);
    }
    let by_number = || {
        let value = coded.value().filter(|_| !coded.system.starts_with("99"))?;
        unit_by_code(MdcCode(value)).map(|term| term.ucum)
    };
    let by_text = |text: &str| {
        let text = text.to_lowercase();
        TEXTS.iter().find(|(known, _)| *known == text).map(|(_, ucum)| *ucum)
    };
    let found = by_number().or_else(|| by_text(coded.number)).or_else(|| by_text(coded.text));
    match found {
        Some(ucum) => Unit::ucum(ucum),
        None if coded.text.is_empty() => Unit::AsSent(Text::from(coded.number)),
        None => {
            let plain = coded.text.strip_prefix("MNDRY_DIM_").unwrap_or(coded.text);
            Unit::AsSent(Text::from(plain))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message;
    use crate::wire::charset::Charset;

    fn of(text: &str) -> Unit {
        let text = format!("MSH|^~\\&|\rOBX|{text}\r");
        let message = Message::parse(text.as_bytes(), Charset::Utf8).expect("a message");
        unit(message.first("OBX").field(1))
    }

    #[test]
    fn units_of_every_sender() {
        for (sent, ucum) in [
            ("264864^MDC_DIM_BEAT_PER_MIN^MDC", "/min"),
            ("0^MDC_DIM_MMHG^MDC", "mm[Hg]"),
            ("266016^^MDC", "mm[Hg]"),
            ("0004-1140^F^MDIL", "[degF]"),
            ("0004-0ae0^rpm^MDIL", "/min"),
            ("mmHg", "mm[Hg]"),
            ("C", "Cel"),
        ] {
            assert_eq!(of(sent), Unit::ucum(ucum), "{sent}");
        }
        assert_eq!(
            of("10009^MNDRY_DIM_JOULES_PER_L^99MNDRY"),
            Unit::AsSent(Text::from("JOULES_PER_L"))
        );
        assert_eq!(of(""), Unit::AsSent(Text::from("")));
    }
}
