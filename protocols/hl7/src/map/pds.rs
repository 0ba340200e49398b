//! Ids of Mindray's PDS: numbers, waves and alarms.
//!
//! Texts are in the monitor's language, units are not sent: go by the number. Source of ids: the
//! recorded read of a BeneView T8, a uMEC12 client, an iPM driver, a Java simulator (Ao, FAP).
//! Gases have units that a person chooses on the monitor: they stand without one until the
//! configuration tells it.

use vigie_model::Priority;

/// What a number's unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdsUnit {
    /// This one.
    Is(&'static str),
    /// As chosen on the monitor for carbon dioxide.
    Co2,
    /// As chosen on the monitor for other gases.
    Gas,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdsRow {
    /// Id of OBX-3.
    pub id: u16,
    /// MDC code; 0 when none is certain.
    pub code: u32,
    /// Unit.
    pub unit: PdsUnit,
    /// Its name in English, for a message without one.
    pub name: &'static str,
}

const fn row(id: u16, code: u32, unit: &'static str, name: &'static str) -> PdsRow {
    PdsRow { id, code, unit: PdsUnit::Is(unit), name }
}

/// Numbers, by id. Mind the orders: NIBP and FAP systolic first, IBP1 and IBP2 mean first, ART, PA and Ao
/// systolic, mean, diastolic.
#[rustfmt::skip]
pub static NUMBERS: &[PdsRow] = &[
    row(101, 147_842, "/min", "HR"),
    row(102, 148_066, "/min", "PVCs"),
    row(105, 0, "", "ST-I"), // mm or mV: see monitor
    row(106, 0, "", "ST-II"),
    row(107, 0, "", "ST-III"),
    row(108, 0, "", "ST-aVR"),
    row(109, 0, "", "ST-aVL"),
    row(110, 0, "", "ST-aVF"),
    row(111, 0, "", "ST-V1"),
    row(112, 0, "", "ST-V2"),
    row(113, 0, "", "ST-V3"),
    row(114, 0, "", "ST-V4"),
    row(115, 0, "", "ST-V5"),
    row(116, 0, "", "ST-V6"),
    row(117, 0, "", "ST-V"),
    row(151, 151_578, "/min", "RR"),
    row(160, 150_456, "%", "SpO2"),
    row(161, 149_530, "/min", "PR"),
    row(162, 150_488, "%", "PI"),
    row(170, 150_021, "mm[Hg]", "NIBP Sys"),
    row(171, 150_022, "mm[Hg]", "NIBP Dia"),
    row(172, 150_023, "mm[Hg]", "NIBP Mean"),
    row(173, 149_546, "/min", "NIBP PR"),
    row(174, 150_019, "mm[Hg]", "IBP1 Mean"),
    row(175, 150_017, "mm[Hg]", "IBP1 Sys"),
    row(176, 150_018, "mm[Hg]", "IBP1 Dia"),
    row(178, 150_019, "mm[Hg]", "IBP2 Mean"),
    row(179, 150_017, "mm[Hg]", "IBP2 Sys"),
    row(180, 150_018, "mm[Hg]", "IBP2 Dia"),
    row(200, 150_344, "Cel", "T1"),
    row(201, 150_344, "Cel", "T2"),
    row(202, 188_440, "Cel", "TD"),
    row(210, 150_276, "L/min", "C.O."),
    row(212, 149_772, "L/(min.m2)", "C.I."),
    row(213, 188_436, "Cel", "TB"),
    PdsRow { id: 220, code: 151_708, unit: PdsUnit::Co2, name: "EtCO2" },
    row(222, 151_594, "/min", "awRR"),
    PdsRow { id: 250, code: 151_708, unit: PdsUnit::Co2, name: "EtCO2 (AG)" },
    PdsRow { id: 251, code: 151_716, unit: PdsUnit::Co2, name: "FiCO2 (AG)" },
    PdsRow { id: 253, code: 152_440, unit: PdsUnit::Gas, name: "EtO2" },
    PdsRow { id: 254, code: 152_196, unit: PdsUnit::Gas, name: "FiO2" },
    PdsRow { id: 256, code: 152_108, unit: PdsUnit::Gas, name: "EtN2O" },
    PdsRow { id: 257, code: 152_192, unit: PdsUnit::Gas, name: "FiN2O" },
    PdsRow { id: 268, code: 0, unit: PdsUnit::Gas, name: "EtIso" },
    PdsRow { id: 269, code: 0, unit: PdsUnit::Gas, name: "FiIso" },
    row(280, 151_570, "/min", "awRR (AG)"),
    row(281, 152_872, "1", "MAC"),
    row(500, 150_033, "mm[Hg]", "ART Sys"),
    row(501, 150_035, "mm[Hg]", "ART Mean"),
    row(502, 150_034, "mm[Hg]", "ART Dia"),
    row(503, 150_045, "mm[Hg]", "PA Sys"),
    row(504, 150_047, "mm[Hg]", "PA Mean"),
    row(505, 150_046, "mm[Hg]", "PA Dia"),
    row(506, 150_029, "mm[Hg]", "Ao Sys"),
    row(507, 150_031, "mm[Hg]", "Ao Mean"),
    row(508, 150_030, "mm[Hg]", "Ao Dia"),
    row(515, 0, "mm[Hg]", "FAP Sys"),
    row(516, 0, "mm[Hg]", "FAP Mean"),
    row(566, 150_087, "mm[Hg]", "CVP Mean"),
    row(587, 0, "%", "PPV"),
    row(600, 149_514, "/min", "PR"),
];

/// Second, third channel of one code: IBP2 beside IBP1, T2 beside T1, the gas module beside CO2.
pub const SECOND: &[u16] = &[178, 179, 180, 201, 250];

/// The row of an id.
pub fn number(id: u16) -> Option<&'static PdsRow> {
    let at = NUMBERS.binary_search_by_key(&id, |row| row.id).ok()?;
    NUMBERS.get(at)
}

/// A wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdsWave {
    /// Id.
    pub id: u16,
    /// MDC code; 0 when none is certain (ECG channels whose lead a person chooses).
    pub code: u32,
    /// Unit of two-byte samples, whose counts are amounts; one-byte samples have no known scale.
    pub unit: &'static str,
    /// Its name.
    pub name: &'static str,
}

const fn wave(id: u16, code: u32, unit: &'static str, name: &'static str) -> PdsWave {
    PdsWave { id, code, unit, name }
}

/// Waves, by id. Source: the iPM driver's list; 1101, 1102, 1151, 1152 and 1171 were seen.
#[rustfmt::skip]
pub static WAVES: &[PdsWave] = &[
    wave(1101, 131_328, "", "ECG1"), // the channel's lead is chosen on the monitor
    wave(1102, 131_328, "", "ECG2"),
    wave(1103, 131_328, "", "ECG3"),
    wave(1113, 131_329, "", "I"),
    wave(1114, 131_330, "", "II"),
    wave(1115, 131_389, "", "III"),
    wave(1116, 131_390, "", "aVR"),
    wave(1117, 131_391, "", "aVL"),
    wave(1118, 131_392, "", "aVF"),
    wave(1119, 131_331, "", "V1"),
    wave(1120, 131_332, "", "V2"),
    wave(1121, 131_333, "", "V3"),
    wave(1122, 131_334, "", "V4"),
    wave(1123, 131_335, "", "V5"),
    wave(1124, 131_336, "", "V6"),
    wave(1126, 131_395, "", "V"),
    wave(1151, 151_780, "", "Resp"),
    wave(1152, 150_452, "", "Pleth"),
    wave(1161, 150_016, "mm[Hg]", "IBP1"),
    wave(1162, 150_016, "mm[Hg]", "IBP2"),
    wave(1163, 150_016, "mm[Hg]", "IBP3"),
    wave(1164, 150_016, "mm[Hg]", "IBP4"),
    wave(1171, 150_032, "mm[Hg]", "ART"),
    wave(1172, 150_044, "mm[Hg]", "PA"),
    wave(1173, 150_084, "mm[Hg]", "CVP"),
    wave(1174, 150_068, "mm[Hg]", "RAP"),
    wave(1175, 150_064, "mm[Hg]", "LAP"),
    wave(1176, 153_608, "mm[Hg]", "ICP"),
    wave(1185, 150_028, "mm[Hg]", "Ao"),
    wave(1186, 150_056, "mm[Hg]", "UAP"),
    wave(1189, 150_088, "mm[Hg]", "UVP"),
    wave(1200, 151_700, "", "CO2"),
    wave(1230, 151_792, "", "Paw"),
    wave(1231, 151_764, "", "Flow"),
    wave(1232, 152_708, "", "Volume"),
    wave(1270, 150_452, "", "Pleth 2"),
];

/// The row of a wave.
pub fn wave_of(id: u16) -> Option<&'static PdsWave> {
    let at = WAVES.binary_search_by_key(&id, |row| row.id).ok()?;
    WAVES.get(at)
}

/// Which channel of one code a wave is.
pub fn wave_instance(id: u16) -> u16 {
    match id {
        1102..=1112 => id - 1101,
        1162..=1164 => id - 1161,
        1270 => 1,
        _ => 0,
    }
}

/// What is asked for when the configuration names nothing else. Source: queries that clients of a
/// uMEC12 and of an iPM send.
pub const PARAMETERS_ASKED: &[u16] = &[
    101, 102, 151, 160, 161, 162, 200, 201, 170, 171, 172, 173, 500, 501, 502, 503, 504, 505, 566,
    220, 222, 250, 251, 254,
];
/// Waves asked for.
pub const WAVES_ASKED: &[u16] = &[1151, 1152, 1101, 1102, 1171];

/// The priority that the stars before a text state: *** high, ** medium, * low. Without stars `None`.
pub fn priority(text: &str) -> Option<Priority> {
    match text.bytes().take_while(|byte| *byte == b'*').count() {
        0 => None,
        1 => Some(Priority::Low),
        2 => Some(Priority::Medium),
        _ => Some(Priority::High),
    }
}

/// Which number a physiological alarm is about, by its code (seen on recorded monitors).
pub fn subject(code: &str) -> Option<u16> {
    match code {
        "10002" => Some(101),
        "10033" => Some(160),
        "10044" => Some(151),
        "10076" => Some(200),
        "10170" => Some(500),
        "10172" => Some(501),
        "10174" => Some(502),
        "10302" => Some(566),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::MdcCode;
    use vigie_model::nomenclature::by_code;

    use super::*;

    #[test]
    fn tables_are_in_order_and_their_codes_are_known() {
        assert!(NUMBERS.is_sorted_by_key(|row| row.id) && WAVES.is_sorted_by_key(|row| row.id));
        for row in NUMBERS {
            assert!(row.code == 0 || by_code(MdcCode(row.code)).is_some(), "{}", row.id);
        }
        for row in WAVES {
            assert!(row.code == 0 || by_code(MdcCode(row.code)).is_some(), "{}", row.id);
        }
        for id in PARAMETERS_ASKED {
            assert!(number(*id).is_some(), "{id}");
        }
        for id in WAVES_ASKED {
            assert!(wave_of(*id).is_some(), "{id}");
        }
    }

    #[test]
    fn three_pressures_three_orders() {
        let code = |id| number(id).map(|row| row.code);
        let (sys, dia, mean) = (Some(150_021), Some(150_022), Some(150_023));
        assert_eq!((code(170), code(171), code(172)), (sys, dia, mean));
        assert_eq!(
            (code(500), code(501), code(502)),
            (Some(150_033), Some(150_035), Some(150_034))
        );
        assert_eq!(
            (code(174), code(175), code(176)),
            (Some(150_019), Some(150_017), Some(150_018))
        );
    }
}
