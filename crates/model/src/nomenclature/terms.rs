//! Terms that are not metrics: units and alerts.
//!
//! Letters of evidence as in [`super::METRICS`]. Two codes that sources give are left out on purpose.
//! That of `dyn.s/cm5`: two sources contradict each other (270656, 266272). That of `EVT_INOP`: its
//! only source (262196) puts an event into the partition of units.

use super::{MdcCode, Weight, Weight::*};

/// A unit that has an 11073 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitTerm {
    /// Code, in partition 4.
    pub code: MdcCode,
    /// The UCUM unit it means. Several codes may mean one: beats, breaths and anything per minute.
    pub ucum: &'static str,
    /// How well the code is attested.
    pub weight: Weight,
    /// Letters of the sources.
    pub evidence: &'static str,
}

/// An alert that has an 11073 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertTerm {
    /// Reference identifier without the `MDC_EVT_` prefix.
    pub refid: &'static str,
    /// Code, in partition 3.
    pub code: MdcCode,
    /// How well the code is attested.
    pub weight: Weight,
    /// Letters of the sources.
    pub evidence: &'static str,
}

const fn unit(code: u32, ucum: &'static str, weight: Weight, evidence: &'static str) -> UnitTerm {
    UnitTerm { code: MdcCode(code), ucum, weight, evidence }
}

const fn alert(
    code: u32,
    refid: &'static str,
    weight: Weight,
    evidence: &'static str,
) -> AlertTerm {
    AlertTerm { refid, code: MdcCode(code), weight, evidence }
}

/// Units, by code.
#[rustfmt::skip]
pub static UNITS: &[UnitTerm] = &[
    unit(262_656, "1", TwoSources, "PM"),
    unit(262_688, "%", TwoSources, "PM"),
    unit(263_441, "cm", TwoSources, "PM"),
    unit(263_570, "mL/m2", TwoSources, "PM"),
    unit(263_762, "mL", TwoSources, "PM"),
    unit(263_875, "kg", TwoSources, "PM"),
    unit(264_256, "g/dL", OneSource, "P"),
    unit(264_274, "mg/dL", OneSource, "P"),
    unit(264_320, "s", OneSource, "P"),
    unit(264_338, "ms", OneSource, "P"),
    unit(264_352, "min", TwoSources, "PM"),
    unit(264_640, "Hz", TwoSources, "PM"),
    unit(264_672, "/min", TwoSources, "PM"),
    unit(264_864, "/min", TwoSources, "PM"), // beats
    unit(264_928, "/min", TwoSources, "PM"), // breaths
    unit(264_992, "L/(min.m2)", TwoSources, "PM"),
    unit(265_216, "L/min", TwoSources, "PM"),
    unit(265_234, "mL/min", OneSource, "P"),
    unit(265_266, "mL/h", TwoSources, "PM"),
    unit(265_330, "mL/kg", TwoSources, "PM"),
    unit(265_987, "kPa", OneSource, "P"),
    unit(266_016, "mm[Hg]", TwoSources, "PM"),
    unit(266_048, "cm[H2O]", TwoSources, "PM"),
    unit(266_098, "mbar", OneSource, "P"),
    unit(266_418, "mV", TwoSources, "PM"),
    unit(266_419, "uV", TwoSources, "PM"),
    unit(266_560, "[degF]", TwoSources, "PM"),
    unit(266_866, "mmol/L", OneSource, "P"),
    unit(268_050, "mL/cm[H2O]", TwoSources, "PM"),
    unit(268_064, "cm[H2O].s/L", TwoSources, "PM"),
    unit(268_192, "Cel", OneSource, "P"),
    unit(268_576, "dB", TwoSources, "PM"),
];

/// Alerts, by code.
#[rustfmt::skip]
pub static ALERTS: &[AlertTerm] = &[
    alert(196_616, "ALARM", OneSource, "M"),
    alert(196_648, "HI", OneSource, "P"),
    alert(196_652, "HI_VAL_GT_LIM", OneSource, "M"),
    alert(196_670, "LO", OneSource, "P"),
    alert(196_674, "LO_VAL_LT_LIM", OneSource, "M"),
    alert(196_682, "NOISY", TwoSources, "PM"),
    alert(196_736, "WEAK", TwoSources, "PM"),
    alert(196_748, "COMM_LOST", OneSource, "M"),
    alert(196_774, "RANGE_OVER", TwoSources, "PM"),
    alert(196_802, "BATT_LO", TwoSources, "PM"),
    alert(196_880, "LEAD_OFF", OneSource, "M"),
    alert(196_882, "LEADS_OFF", TwoSources, "PM"),
    alert(196_916, "SENSOR_DISCONN", TwoSources, "PM"),
    alert(199_680, "APNEA", TwoSources, "PM"),
    alert(199_684, "ECG_ASYSTOLE", TwoSources, "PM"),
    alert(199_694, "ECG_BRADY_EXTREME", TwoSources, "PM"),
    alert(199_730, "ECG_TACHY_EXTREME", TwoSources, "PM"),
    alert(199_806, "ECG_V_FIB", OneSource, "M"),
    alert(199_832, "ECG_V_TACHY", TwoSources, "PM"),
    alert(199_854, "DESAT", TwoSources, "PM"),
    alert(202_752, "STAT_AL_OFF", TwoSources, "PM"),
    alert(202_822, "STAT_AL_SILENCE", OneSource, "M"),
    alert(202_834, "STAT_OFF", TwoSources, "PM"),
];

/// The unit of a code.
pub fn unit_by_code(code: MdcCode) -> Option<&'static UnitTerm> {
    let at = UNITS.binary_search_by_key(&code, |term| term.code).ok()?;
    UNITS.get(at)
}

/// The alert of a code.
pub fn alert_by_code(code: MdcCode) -> Option<&'static AlertTerm> {
    let at = ALERTS.binary_search_by_key(&code, |term| term.code).ok()?;
    ALERTS.get(at)
}
