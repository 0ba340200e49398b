//! Alarms: what the rows of a PCD-04 group are, and their words.
//!
//! The same attribute comes with different numbers (GE Mural 68164 to 68167, IHE and Mindray 68480 to
//! 68484) and at the same facet, so the name decides, then the number, then the facet.
//! Source: IHE PCD-04 samples of Mindray and GE Mural; IHE Patient Care Device Technical Framework,
//! volume 2, "Alert Communication".

use vigie_model::{AlarmKind, Inactivation, Priority};

use super::codes::Coded;

/// What a row of an alarm's group says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// What is in alarm (.1).
    Event,
    /// What it is about, with its value and limits (.2).
    Source,
    /// start, continue, update, end (.3).
    Phase,
    /// active, inactive, latched (.4).
    State,
    /// What was done about it (.5).
    Inactivation,
    /// PH, PM, PL (.6).
    Priority,
}

/// By name.
const NAMES: &[(&str, Facet)] = &[
    ("EVT_ALARM", Facet::Event),
    ("ATTR_ALERT_SOURCE", Facet::Source),
    ("ATTR_EVENT_PHASE", Facet::Phase),
    ("ATTR_ALARM_STATE", Facet::State),
    ("ATTR_ALERT_STATE", Facet::State),
    ("ATTR_ALARM_INACTIVATION_STATE", Facet::Inactivation),
    ("ATTR_ALARM_PRIORITY", Facet::Priority),
];

/// By number: the first five of IHE and Mindray, the others of GE Mural.
const NUMBERS: &[(u32, Facet)] = &[
    (68_480, Facet::Source),
    (68_481, Facet::Phase),
    (68_482, Facet::State),
    (68_483, Facet::Inactivation),
    (68_484, Facet::Priority),
    (196_616, Facet::Event),
    (68_164, Facet::Source),
    (68_165, Facet::Phase),
    (68_166, Facet::State),
    (68_167, Facet::Inactivation),
];

/// What a row says that it is, whatever its place: a row of an alarm's, and of nothing else.
pub fn named(coded: &Coded<'_>) -> Option<Facet> {
    let by_name = NAMES.iter().find(|(name, _)| *name == coded.refid()).map(|(_, facet)| *facet);
    let mut numbers = NUMBERS.iter();
    by_name.or_else(|| {
        let known = numbers.find(|(number, _)| Some(*number) == coded.value());
        known.map(|(_, facet)| *facet)
    })
}

/// Whether a code is that of an event: partition 3, or a name that says so. `MDC_EVT_INOP` beside a wave
/// is the sign of a missing sample.
pub fn is_event(coded: &Coded<'_>) -> bool {
    let is_named = coded.text.contains("_EVT_") && coded.refid() != "EVT_INOP";
    let number = coded.value().filter(|_| !coded.system.starts_with("99"));
    is_named || coded.text.is_empty() && number.is_some_and(|number| number >> 16 == 3)
}

/// What a row is; `None` for rows of the containment and for what has no facet.
pub fn facet(coded: &Coded<'_>, last_of_sub_id: u32) -> Option<Facet> {
    let by_place = || {
        let facets = [
            Facet::Event,
            Facet::Source,
            Facet::Phase,
            Facet::State,
            Facet::Inactivation,
            Facet::Priority,
        ];
        facets.get(usize::try_from(last_of_sub_id).ok()?.checked_sub(1)?).copied()
    };
    named(coded).or_else(by_place)
}

/// A priority as OBX-8 and facet .6 write it. `PU`, unknown, and what is not listed: `None`.
pub fn priority(text: &str) -> Option<Priority> {
    match text.trim() {
        "PH" => Some(Priority::High),
        "PM" => Some(Priority::Medium),
        "PL" => Some(Priority::Low),
        "PN" | "PI" => Some(Priority::Information),
        _ => None,
    }
}

/// A kind as OBX-8 writes it: SP physiological, ST technical. An advisory (SA) of GE Mural is about the
/// patient ("HYPERTENSION-Alert Recheck BP").
pub fn kind(text: &str) -> Option<AlarmKind> {
    match text.trim() {
        "SP" | "SA" => Some(AlarmKind::Physiological),
        "ST" => Some(AlarmKind::Technical),
        _ => None,
    }
}

/// What was done about an alarm.
pub fn inactivation(text: &str) -> Option<Inactivation> {
    match text.trim() {
        "audio-paused" | "alarm-paused" => Some(Inactivation::Paused),
        "audio-off" | "alarm-off" => Some(Inactivation::Off),
        "alert-acknowledged" => Some(Inactivation::Acknowledged),
        _ => None,
    }
}

/// The kind of an MDIL alarm row (`n^text^MDIL-ALERT`), by its text. Numbers: 2 Yellow and 5 HardInop
/// were seen, 1 Red and 6 Soft Inop are believed.
pub fn mdil(text: &str) -> (AlarmKind, Priority) {
    let plain = text.to_lowercase();
    if plain.contains("inop") {
        let is_hard = plain.contains("hard");
        (AlarmKind::Technical, if is_hard { Priority::Medium } else { Priority::Low })
    } else if plain.contains("red") {
        (AlarmKind::Physiological, Priority::High)
    } else {
        (AlarmKind::Physiological, Priority::Medium)
    }
}

/// An event's name as words: `MDC_EVT_HI_VAL_GT_LIM` becomes `HI VAL GT LIM`.
pub fn words(name: &str) -> String {
    let cut = ["MDC_EVT_", "MNDRY_EVT_", "MDCX_EVT_", "MDC_"];
    let rest = cut.iter().find_map(|cut| name.strip_prefix(cut)).unwrap_or(name);
    if rest.len() == name.len() { name.to_owned() } else { rest.replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: &str, text: &str, at: u32) -> Option<Facet> {
        facet(&Coded { number, text, system: "MDC" }, at)
    }

    #[test]
    fn name_then_number_then_place() {
        assert_eq!(of("68481", "MDC_ATTR_EVENT_PHASE", 3), Some(Facet::Phase));
        assert_eq!(of("68165", "MDC_ATTR_EVENT_PHASE", 3), Some(Facet::Phase));
        assert_eq!(of("68166", "", 0), Some(Facet::State));
        assert_eq!(of("68481", "MDC_ATTR_ALARM_PRIORITY", 4), Some(Facet::Priority));
        assert_eq!(of("147842", "MDC_ECG_HEART_RATE", 2), Some(Facet::Source));
        assert_eq!(of("0", "MDCX_EVT_ALERT_ADVISORY", 1), Some(Facet::Event));
        assert_eq!(of("69965", "MDC_DEV_MON", 0), None);
    }

    #[test]
    fn mdil_alarms_go_by_their_text() {
        assert_eq!(mdil("Yellow Alarm"), (AlarmKind::Physiological, Priority::Medium));
        assert_eq!(mdil("HardInop"), (AlarmKind::Technical, Priority::Medium));
        assert_eq!(mdil("Red Alarm"), (AlarmKind::Physiological, Priority::High));
    }
}
