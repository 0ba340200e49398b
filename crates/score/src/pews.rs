//! Bedside Paediatric Early Warning System score, and charts like it.
//!
//! Parshuram CS, Hutchison J, Middaugh K. *Critical Care* 2009;13:R135. Seven items, 0 to 26. Charts
//! for children differ between sites, so the numbers are no code but a [`Table`] that is read from a
//! file and refused, with the line, when it has a gap or an overlap. [`Table::bedside`] is the published
//! one; two of its cells are printed unlike all the others, are kept as printed, and say so in the file.
//!
//! **Off by default**: nothing here decides to show it. Measured values are rounded half up to whole
//! numbers; refill, effort and oxygen are entered by a person; without the patient's age the parts that
//! depend on it have no points. With a part missing there is no total.

mod cell;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use vigie_model::Decimal;

pub use vigie_model::{Effort, OxygenFlow, Refill};

pub use table::{AGES_MAX, POINTS_MAX, TABLE_BYTES_MAX, Table, TableError};

use crate::{Missing, input::measured};
use table::Scale;

/// What the score is worked out from, in the units of the nomenclature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Age in completed months, on the day of the score.
    pub age_months: Option<u16>,
    /// Heart rate a minute.
    pub heart_rate: Option<Decimal>,
    /// Systolic pressure in mmHg.
    pub systolic: Option<Decimal>,
    /// Capillary refill, as a person tested it.
    pub refill: Option<Refill>,
    /// Breaths a minute.
    pub rr: Option<Decimal>,
    /// Respiratory effort, as a person judged it.
    pub effort: Option<Effort>,
    /// Oxygen saturation in percent.
    pub spo2: Option<Decimal>,
    /// Added oxygen, as a person entered it.
    pub oxygen: Option<OxygenFlow>,
}

/// The seven items, in the order of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Which {
    /// Heart rate.
    HeartRate,
    /// Systolic pressure.
    Systolic,
    /// Capillary refill.
    Refill,
    /// Respiration rate.
    Respiration,
    /// Respiratory effort.
    Effort,
    /// Oxygen saturation.
    Saturation,
    /// Added oxygen.
    Oxygen,
}

impl Which {
    /// Its name in views: the id of the nomenclature, or `refill`, `effort`, `oxygen`.
    pub const fn id(self) -> &'static str {
        match self {
            Which::HeartRate => "hr.ecg",
            Which::Systolic => "abp.sys",
            Which::Refill => "refill",
            Which::Respiration => "rr",
            Which::Effort => "effort",
            Which::Saturation => "spo2",
            Which::Oxygen => "oxygen",
        }
    }
}

/// One item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub which: Which,
    /// The rounded value of what is measured.
    pub value: Option<Decimal>,
    /// Its points, or why there are none.
    pub points: Result<u8, Missing>,
}

/// The score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pews {
    /// The seven items, in the order of [`Which`].
    pub parts: [Part; 7],
    /// The sum; `None` as long as a part is missing.
    pub total: Option<u8>,
    /// The points of the parts that are there.
    pub at_least: u8,
    /// The table's row that was used, by its name; `None`: the age is not known.
    pub age_row: Option<String>,
}

/// Works out the score by `table`.
pub fn pews(table: &Table, inputs: &Inputs) -> Pews {
    let age = inputs.age_months.and_then(|months| table.age(months));
    let number = |which, id, value, scale: Option<&Scale>| {
        let value = measured(id, value, 0);
        let points = value.and_then(|value| {
            let points = scale.ok_or(Missing::AgeNotKnown)?.points(value.mantissa());
            // A checked table has points for every plausible value but for a pressure below zero,
            // where the lowest cell may have an end.
            points.ok_or(Missing::Implausible)
        });
        Part { which, value: value.ok(), points }
    };
    let choice = |which, points: Option<u8>| Part {
        which,
        value: None,
        points: points.ok_or(Missing::NotGiven),
    };
    let parts = [
        number(Which::HeartRate, "hr.ecg", inputs.heart_rate, age.map(|age| &age.heart_rate)),
        number(Which::Systolic, "abp.sys", inputs.systolic, age.map(|age| &age.systolic)),
        choice(Which::Refill, inputs.refill.map(|refill| table.of_refill(refill))),
        number(Which::Respiration, "rr", inputs.rr, age.map(|age| &age.respiration)),
        choice(Which::Effort, inputs.effort.map(|effort| table.of_effort(effort))),
        number(Which::Saturation, "spo2", inputs.spo2, Some(&table.saturation)),
        choice(Which::Oxygen, inputs.oxygen.map(|oxygen| table.of_oxygen(oxygen))),
    ];
    // Seven parts of at most `POINTS_MAX` points: no sum can overflow.
    let total = parts.iter().try_fold(0, |sum, part| part.points.ok().map(|points| sum + points));
    let at_least = parts.iter().filter_map(|part| part.points.ok()).sum();
    Pews { parts, total, at_least, age_row: age.map(|age| age.name.clone()) }
}
