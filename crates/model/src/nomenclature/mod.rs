//! ISO/IEEE 11073-10101 terms that Vigie knows, with UCUM units and LOINC codes.
//!
//! The rows are data: [`METRICS`] holds one line a metric, each with the evidence for its code,
//! [`UNITS`] and [`ALERTS`] the terms that are not metrics. What is in no table is never guessed: it
//! keeps the maker's code and text.

use std::fmt;

use serde::{Deserialize, Serialize};

mod ranges;
mod table;
mod terms;

#[cfg(test)]
mod tests;

pub use table::{LOINC_UNCONFIRMED, METRICS};
pub use terms::{ALERTS, AlertTerm, UNITS, UnitTerm, alert_by_code, unit_by_code};

use crate::Parameter;

/// A context-free ISO/IEEE 11073-10101 code: partition × 65536 + term code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MdcCode(pub u32);

impl MdcCode {
    /// From a partition and a term code. Codes from 0xF000 are private to a maker: `None`.
    pub const fn of(partition: u16, term: u16) -> Option<MdcCode> {
        if term >= 0xF000 { None } else { Some(MdcCode((partition as u32) << 16 | term as u32)) }
    }

    /// The partition: 2 SCADA, 3 events, 4 dimensions.
    pub const fn partition(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The term code inside its partition.
    pub const fn term(self) -> u16 {
        self.0 as u16
    }
}

impl fmt::Display for MdcCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How well a code is attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// In at least two independent sources.
    TwoSources,
    /// In one source.
    OneSource,
    /// In none: the code may be shown to engineers, never sent out as MDC.
    Unattested,
}

/// One row of the nomenclature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Our own id, such as `abp.sys`; see [`Metric::group`].
    pub id: &'static str,
    /// 11073 reference identifier without the `MDC_` prefix; `None` when no source was seen to name it.
    pub refid: Option<&'static str>,
    /// 11073 code.
    pub code: MdcCode,
    /// UCUM unit that values are normalised to.
    pub ucum: &'static str,
    /// LOINC codes, the most specific first.
    pub loinc: &'static [&'static str],
    /// How well the code is attested.
    pub weight: Weight,
    /// Letters of the sources (see the head of the table).
    pub evidence: &'static str,
    /// Parameter family, for colour and order.
    pub parameter: Parameter,
    /// Number, wave or setting.
    pub role: Role,
    /// Range outside which a value is implausible, in `ucum`; spans of devices, memory, configurable later.
    pub plausible: (f64, f64),
}

/// What kind of stream a row describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A number.
    Numeric,
    /// A wave.
    Wave,
    /// A value that a person set.
    Setting,
}

/// Which number of a pressure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// Systolic.
    Systolic,
    /// Diastolic.
    Diastolic,
    /// Mean.
    Mean,
    /// No part of a pressure, or the pressure as a whole.
    Other,
}

/// Ids whose members (`GROUP.…`) are read together with them. Listed, since most dots only tell
/// variants apart that stand alone: `temp.core`, `vent.pip`, `w.ecg.II`.
const GROUPS: &[&str] = &[
    "ecg.st", "pi", "nibp", "bp", "abp", "art", "aorta", "uap", "pap", "cvp", "uvp", "lap", "rap",
    "icp", "etco2", "gcs",
];

impl Metric {
    /// The block it is shown in: `abp` for `abp.sys` and `abp`, `ecg.st` for `ecg.st.V1`, `nibp` for
    /// `nibp.cuff.sys`; its own id for what stands alone (`spo2`, `temp.core`, every `w.…`).
    pub fn group(&self) -> &'static str {
        let holds = |group: &str| {
            self.id.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        GROUPS.iter().copied().find(|group| holds(group)).unwrap_or(self.id)
    }

    /// Which number of a pressure it is.
    pub fn member(&self) -> Member {
        match self.id.rsplit('.').next() {
            Some("sys") => Member::Systolic,
            Some("dia") => Member::Diastolic,
            Some("mean") => Member::Mean,
            _ => Member::Other,
        }
    }

    /// Whether `value`, in the row's `ucum`, lies in the plausible span.
    pub fn is_plausible(&self, value: f64) -> bool {
        let (from, to) = self.plausible;
        (from..=to).contains(&value)
    }
}

/// Places of the rows, in the order of their codes; made by the compiler.
static BY_CODE: [u16; METRICS.len()] = order_by_code();

const fn order_by_code() -> [u16; METRICS.len()] {
    let mut order = [0; METRICS.len()];
    let mut filled = 0;
    while filled < METRICS.len() {
        // Insertion sort: each row moves down past those with a greater code.
        let mut place = filled;
        while place > 0 && METRICS[order[place - 1] as usize].code.0 > METRICS[filled].code.0 {
            order[place] = order[place - 1];
            place -= 1;
        }
        order[place] = filled as u16;
        filled += 1;
    }
    order
}

/// The row of a code.
pub fn by_code(code: MdcCode) -> Option<&'static Metric> {
    let row = |place: &u16| METRICS.get(usize::from(*place));
    let at =
        BY_CODE.binary_search_by_key(&Some(code), |place| row(place).map(|metric| metric.code));
    BY_CODE.get(at.ok()?).and_then(row)
}

/// The row of one of our ids.
pub fn by_id(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}
