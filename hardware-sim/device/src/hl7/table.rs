//! Codes, units and texts: of MDC as Mindray's eGateway sends it, and of PDS.

use vigie_sim_patient::{Finding, Signal, Urgency, Vital};

/// A number in PCD-01: code, name, sub-id, unit.
pub(super) struct MdcNumber {
    pub(super) vital: Vital,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) sub_id: &'static str,
    pub(super) unit: &'static str,
    pub(super) is_cuff: bool,
}

const BPM: &str = "264864^MDC_DIM_BEAT_PER_MIN^MDC";
const RPM: &str = "264928^MDC_DIM_RESP_PER_MIN^MDC";
const PERCENT: &str = "262688^MDC_DIM_PERCENT^MDC";
const MMHG: &str = "266016^MDC_DIM_MMHG^MDC";
const DEGC: &str = "268192^MDC_DIM_DEGC^MDC";

const fn mdc(
    vital: Vital,
    (code, name): (&'static str, &'static str),
    sub_id: &'static str,
    unit: &'static str,
) -> MdcNumber {
    MdcNumber { vital, code, name, sub_id, unit, is_cuff: false }
}

const fn cuff(
    vital: Vital,
    code: &'static str,
    name: &'static str,
    sub_id: &'static str,
) -> MdcNumber {
    MdcNumber { vital, code, name, sub_id, unit: MMHG, is_cuff: true }
}

#[rustfmt::skip]
pub(super) const MDC_NUMBERS: &[MdcNumber] = &[
    mdc(Vital::HeartRate, ("147842", "MDC_ECG_HEART_RATE"), "1.7.4.147842", BPM),
    mdc(Vital::Pvc, ("148066", "MDC_ECG_V_P_C_RATE"), "1.7.2.148066", BPM),
    mdc(Vital::RespRate, ("151578", "MDC_TTHOR_RESP_RATE"), "1.7.1.151578", RPM),
    mdc(Vital::SpO2, ("150456", "MDC_PULS_OXIM_SAT_O2"), "1.3.1.150456", PERCENT),
    mdc(Vital::PulseRate, ("149530", "MDC_PULS_OXIM_PULS_RATE"), "1.3.1.149530", BPM),
    mdc(Vital::Perfusion, ("150488", "MDC_BLD_PERF_INDEX"), "1.3.1.150488", PERCENT),
    mdc(Vital::AbpSystolic, ("150037", "MDC_PRESS_BLD_ART_ABP_SYS"), "1.1.1.150037", MMHG),
    mdc(Vital::AbpMean, ("150039", "MDC_PRESS_BLD_ART_ABP_MEAN"), "1.1.1.150039", MMHG),
    mdc(Vital::AbpDiastolic, ("150038", "MDC_PRESS_BLD_ART_ABP_DIA"), "1.1.1.150038", MMHG),
    mdc(Vital::EtCo2, ("151708", "MDC_CONC_AWAY_CO2_ET"), "1.8.1.151708", MMHG),
    mdc(Vital::AwayRespRate, ("151594", "MDC_CO2_RESP_RATE"), "1.8.1.151594", RPM),
    mdc(Vital::Temp, ("150344", "MDC_TEMP"), "1.2.1.150344", DEGC),
    cuff(Vital::NbpSystolic, "150301", "MDC_PRESS_CUFF_SYS", "1.1.9.150301"),
    cuff(Vital::NbpMean, "150303", "MDC_PRESS_CUFF_MEAN", "1.1.9.150303"),
    cuff(Vital::NbpDiastolic, "150302", "MDC_PRESS_CUFF_DIA", "1.1.9.150302"),
];

/// A wave in PCD-01: code, name, sub-id, amount of a count, unit, rate.
pub(super) struct MdcWave {
    pub(super) signal: Signal,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) sub_id: &'static str,
    pub(super) step: &'static str,
    pub(super) per_count: f64,
    pub(super) unit: &'static str,
    pub(super) rate: u64,
}

const fn wave(
    signal: Signal,
    (code, name, sub_id): (&'static str, &'static str, &'static str),
    (step, per_count, unit): (&'static str, f64, &'static str),
    rate: u64,
) -> MdcWave {
    MdcWave { signal, code, name, sub_id, step, per_count, unit, rate }
}

const MILLIVOLT: (&str, f64, &str) = ("0.001221", 0.001_221, "266418^MDC_DIM_MILLI_VOLT^MDC");
const PLAIN: &str = "262656^MDC_DIM_DIMLESS^MDC";

#[rustfmt::skip]
pub(super) const MDC_WAVES: &[MdcWave] = &[
    wave(Signal::EcgI, ("131329", "MDC_ECG_ELEC_POTL_I", "1.7.6.131329"), MILLIVOLT, 500),
    wave(Signal::EcgII, ("131330", "MDC_ECG_ELEC_POTL_II", "1.7.6.131330"), MILLIVOLT, 500),
    wave(Signal::Abp, ("150032", "MDC_PRESS_BLD_ART", "1.1.1.150032"), ("0.100000", 0.1, MMHG), 125),
    wave(Signal::Pleth, ("150452", "MDC_PULS_OXIM_PLETH", "1.3.1.150452"), ("1.000000", 0.01, PLAIN), 125),
    wave(Signal::Resp, ("151780", "MDC_IMPED_TTHOR", "1.7.1.151780"), ("1.000000", 0.01, PLAIN), 125),
    wave(Signal::Co2, ("151700", "MDC_CONC_AWAY_CO2", "1.8.1.151700"), ("0.010000", 0.01, MMHG), 125),
];

/// An alarm: of PCD-04 the event, the sub-id without facet and the number it is about; of PDS the code
/// and the text.
pub(super) struct AlarmRow {
    pub(super) finding: Finding,
    pub(super) event: &'static str,
    pub(super) stem: &'static str,
    pub(super) about: Option<Vital>,
    pub(super) flag: &'static str,
    pub(super) pds: (&'static str, &'static str),
}

const HIGH: &str = "196652^MDC_EVT_HI_VAL_GT_LIM^MDC";
const LOW: &str = "196674^MDC_EVT_LO_VAL_LT_LIM^MDC";
const HEART: &str = "1.7.4.147842";
const OXIMETER: &str = "1.3.1.150456";
const BREATH: &str = "1.7.1.151578";
const PRESSURE: &str = "1.1.1.150037";

const fn alarm(
    finding: Finding,
    (event, stem, flag): (&'static str, &'static str, &'static str),
    about: Option<Vital>,
    pds: (&'static str, &'static str),
) -> AlarmRow {
    AlarmRow { finding, event, stem, about, flag, pds }
}

#[rustfmt::skip]
pub(super) const ALARMS: &[AlarmRow] = &[
    alarm(Finding::Asystole, ("199684^MDC_EVT_ECG_ASYSTOLE^MDC", HEART, "A"), None, ("10200", "***Asystole")),
    alarm(Finding::VentricularTachycardia, ("199832^MDC_EVT_ECG_V_TACHY^MDC", HEART, "A"), None, ("10201", "***V-Tach")),
    alarm(Finding::ExtremeBradycardia, ("199694^MDC_EVT_ECG_BRADY_EXTREME^MDC", HEART, "L"), Some(Vital::HeartRate), ("10203", "***Extreme Brady")),
    alarm(Finding::ExtremeTachycardia, ("199730^MDC_EVT_ECG_TACHY_EXTREME^MDC", HEART, "H"), Some(Vital::HeartRate), ("10204", "***Extreme Tachy")),
    alarm(Finding::HeartRateLow, (LOW, HEART, "L"), Some(Vital::HeartRate), ("10002", "**HR TOO LOW")),
    alarm(Finding::HeartRateHigh, (HIGH, HEART, "H"), Some(Vital::HeartRate), ("10001", "**HR TOO HIGH")),
    alarm(Finding::Desaturation, ("199854^MDC_EVT_DESAT^MDC", OXIMETER, "L"), Some(Vital::SpO2), ("10035", "***SpO2 Desat")),
    alarm(Finding::SpO2Low, (LOW, OXIMETER, "L"), Some(Vital::SpO2), ("10034", "**SpO2 TOO LOW")),
    alarm(Finding::Apnoea, ("199680^MDC_EVT_APNEA^MDC", BREATH, "A"), None, ("10045", "***Resp Apnea")),
    alarm(Finding::RespLow, (LOW, BREATH, "L"), Some(Vital::RespRate), ("10044", "**RR TOO LOW")),
    alarm(Finding::RespHigh, (HIGH, BREATH, "H"), Some(Vital::RespRate), ("10043", "**RR TOO HIGH")),
    alarm(Finding::AbpLow, (LOW, PRESSURE, "L"), Some(Vital::AbpSystolic), ("10171", "**Art-Sys TOO LOW")),
    alarm(Finding::AbpHigh, (HIGH, PRESSURE, "H"), Some(Vital::AbpSystolic), ("10170", "**Art-Sys TOO HIGH")),
    alarm(Finding::LeadsOff, ("196882^MDC_EVT_LEADS_OFF^MDC", "1.7.0.196882", "A"), None, ("5", "ECG Lead Off")),
    alarm(Finding::SpO2SensorOff, ("196916^MDC_EVT_SENSOR_DISCONN^MDC", "1.3.0.196916", "A"), None, ("205", "SpO2 Sensor Off")),
    alarm(Finding::AbpDisconnected, ("196916^MDC_EVT_SENSOR_DISCONN^MDC", "1.1.0.196916", "A"), None, ("301", "Art No Sensor")),
    alarm(Finding::Co2SensorOff, ("196916^MDC_EVT_SENSOR_DISCONN^MDC", "1.8.0.196916", "A"), None, ("401", "CO2 No Sensor")),
];

pub(super) fn alarm_of(finding: Finding) -> Option<&'static AlarmRow> {
    ALARMS.iter().find(|row| row.finding == finding)
}

/// Priority and kind as OBX-8 writes them.
pub(super) fn rank(finding: Finding) -> (&'static str, &'static str) {
    match finding.urgency() {
        Urgency::Red => ("PH", "SP"),
        Urgency::Yellow => ("PM", "SP"),
        Urgency::Technical => ("PL", "ST"),
    }
}

/// A number of PDS: id, name on the wire, module.
pub(super) struct PdsNumber {
    pub(super) vital: Vital,
    pub(super) id: u16,
    pub(super) name: &'static str,
    pub(super) module: u16,
}

const fn pds(vital: Vital, id: u16, name: &'static str, module: u16) -> PdsNumber {
    PdsNumber { vital, id, name, module }
}

/// In the order of the modules.
#[rustfmt::skip]
pub(super) const PDS_NUMBERS: &[PdsNumber] = &[
    pds(Vital::HeartRate, 101, "HR", 2101),
    pds(Vital::Pvc, 102, "PVCs", 2101),
    pds(Vital::RespRate, 151, "RR", 2102),
    pds(Vital::SpO2, 160, "SpO2", 2103),
    pds(Vital::PulseRate, 161, "PR", 2103),
    pds(Vital::Perfusion, 162, "PI", 2103),
    pds(Vital::Temp, 200, "T1", 2104),
    pds(Vital::EtCo2, 220, "EtCO2", 2106),
    pds(Vital::AwayRespRate, 222, "awRR", 2106),
    pds(Vital::AbpSystolic, 500, "Sys", 2116),
    pds(Vital::AbpMean, 501, "Mean", 2116),
    pds(Vital::AbpDiastolic, 502, "Dia", 2116),
];

/// The cuff, in the order in which monitors send it.
pub(super) const PDS_CUFF: &[PdsNumber] = &[
    pds(Vital::NbpDiastolic, 171, "Dia", 2105),
    pds(Vital::NbpMean, 172, "Mean", 2105),
    pds(Vital::NbpSystolic, 170, "Sys", 2105),
];

/// A wave of PDS: id, bytes a sample, samples a second, and an amount as a count.
pub(super) struct PdsWave {
    pub(super) signal: Signal,
    pub(super) id: u16,
    pub(super) width: u8,
    pub(super) count: usize,
    pub(super) offset: f32,
    pub(super) gain: f32,
}

/// Counts and baselines as read from an iPM monitor.
#[rustfmt::skip]
pub(super) const PDS_WAVES: &[PdsWave] = &[
    PdsWave { signal: Signal::EcgII, id: 1101, width: 1, count: 256, offset: 125.0, gain: 40.0 },
    PdsWave { signal: Signal::EcgI, id: 1102, width: 1, count: 256, offset: 125.0, gain: 40.0 },
    PdsWave { signal: Signal::Resp, id: 1151, width: 1, count: 128, offset: 125.0, gain: 60.0 },
    PdsWave { signal: Signal::Pleth, id: 1152, width: 1, count: 256, offset: 0.0, gain: 90.0 },
    PdsWave { signal: Signal::Abp, id: 1171, width: 2, count: 128, offset: 0.0, gain: 1.0 },
];
