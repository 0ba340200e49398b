//! From the maker's codes to the words of the model: one table for each kind, one line a row.
//!
//! Source of all tables: Philips "IntelliVue Data Export Interface Programming Guide",
//! 4535 642 59271 ("guide" below). Physiological identifiers are codes of partition 2 of
//! ISO/IEEE 11073-10101 (SCADA); from 0xF000 on they are private and never become an MDC code.
//!
//! | Table | Rows |
//! | --- | --- |
//! | `numerics`, `waves` | physiological identifier and label: name, member of a compound, category, units |
//! | `units` | unit code: UCUM |
//! | `alerts` | alert code: name |

mod alerts;
mod numerics;
mod units;
mod waves;

pub use alerts::{alert_code, alert_name};
pub use units::{is_known_unit, unit};

use vigie_model::{Category, MdcCode, Text, nomenclature};

/// Partition of physiological identifiers.
const SCADA: u16 = 0x0002;
/// The maker's partition of settings labels.
pub const SETTINGS: u16 = 0x0402;
/// Partition of the same settings in ISO/IEEE 11073-10101.
const MDC_SETTINGS: u16 = 0x0102;
/// Letter of the maker's constants among the evidence of a nomenclature row.
const EVIDENCE_OF_MAKER: char = 'P';

/// What a physiological identifier means under a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Identifier that comes with the value.
    pub physio_id: u16,
    /// Label of the object: partition × 65536 + code.
    pub label_id: u32,
    /// The label in English, for monitors that have not sent their own.
    pub label: &'static str,
    /// How a member of the object is named; `*` stands for the label of the object.
    pub member: &'static str,
    /// Measured, computed or set.
    pub category: Category,
    /// Unit codes that the guide lists; the unit of a value is the one that comes with it.
    pub units: &'static [u16],
}

/// One row a line: `physio label-id "label" "member" category [units];`.
macro_rules! rows {
    ($($physio:literal $label_id:literal $label:literal $member:literal $category:ident
       [$($unit:literal),*];)*) => {
        &[$($crate::map::Row {
            physio_id: $physio,
            label_id: $label_id,
            label: $label,
            member: $member,
            category: $category,
            units: &[$($unit),*],
        },)*]
    };
}
use rows;

/// What a number is. With a label that no row has, the first row of the identifier.
pub fn numeric(physio_id: u16, label_id: Option<u32>) -> Option<&'static Row> {
    find(numerics::NUMERICS, physio_id, label_id)
}

/// What a wave is. With a label that no row has, the first row of the identifier.
pub fn wave(physio_id: u16, label_id: Option<u32>) -> Option<&'static Row> {
    find(waves::WAVES, physio_id, label_id)
}

fn find(rows: &'static [Row], physio_id: u16, label_id: Option<u32>) -> Option<&'static Row> {
    let mut first = None;
    for row in rows.iter().filter(|row| row.physio_id == physio_id) {
        if Some(row.label_id) == label_id {
            return Some(row);
        }
        first = first.or(Some(row));
    }
    // A setting is one only by its label: the same identifier without it is the measured value.
    first.filter(|row| partition(row.label_id) != SETTINGS || label_id.is_none())
}

/// The English name of a label, for objects without a value to tell more.
pub fn label(label_id: u32) -> Option<Text> {
    let rows = numerics::NUMERICS.iter().chain(waves::WAVES).chain(TEXTS);
    rows.into_iter()
        .find(|row| row.label_id == label_id)
        .map(|row| Text::from(row.label))
        .or_else(|| external(label_id))
}

/// The name of a free channel of an external device, by its place.
///
/// Source: guide, external device interface: numbers 1 to 24 from 0x80AA_F064 and waves 1 to 8 from
/// 0x80AA_F001, every second code.
fn external(label_id: u32) -> Option<Text> {
    let place = |first: u32, count: u32| {
        let steps = label_id.checked_sub(first)?;
        (steps.is_multiple_of(2) && steps / 2 < count).then_some(steps / 2 + 1)
    };
    let number = place(0x80AA_F064, 24).map(|place| format!("Ext {place}"));
    number.or_else(|| place(0x80AA_F001, 8).map(|place| format!("ExtW {place}"))).map(Text::from)
}

/// Values in words. Source: guide, labels of enumerations.
static TEXTS: &[Row] = rows![
    0xD006  0x0002_D006  "Ectopic"  "*"  Measured  []; // ectopic status
    0xD007  0x0002_D007  "Rhythm"   "*"  Measured  []; // rhythm status
];
use Category::Measured;

/// The guide's name of a value in words, without `NOM_`. Source: guide, "Enumerations"; only those
/// whose code was seen in a second place.
pub fn state_name(code: u16) -> Option<&'static str> {
    match code {
        0x4012 => Some("ECG_SINUS_RHY"),
        0x4280 => Some("ECG_V_P_C_PAIR"),
        _ => None,
    }
}

/// The 11073 code of an identifier: of those that the tables list, or the nomenclature confirms for
/// this maker. Never a private one.
pub fn mdc_code(physio_id: u16) -> Option<MdcCode> {
    let code = MdcCode::of(SCADA, physio_id)?;
    let listed = |rows: &[Row]| {
        rows.iter().any(|row| row.physio_id == physio_id && partition(row.label_id) != SETTINGS)
    };
    let attested =
        || nomenclature::by_code(code).is_some_and(|row| row.evidence.contains(EVIDENCE_OF_MAKER));
    (listed(numerics::NUMERICS) || listed(waves::WAVES) || attested()).then_some(code)
}

/// The 11073 code of a setting, when the nomenclature lists the maker's code among its settings.
pub fn mdc_setting(label_id: u32) -> Option<MdcCode> {
    if partition(label_id) != SETTINGS {
        return None;
    }
    let code = MdcCode::of(MDC_SETTINGS, label_id as u16)?;
    nomenclature::by_code(code).map(|row| row.code)
}

/// The label that a physiological identifier is by itself.
pub const fn of_scada(physio_id: u16) -> u32 {
    (SCADA as u32) << 16 | physio_id as u32
}

/// The partition of a label.
pub const fn partition(label_id: u32) -> u16 {
    (label_id >> 16) as u16
}

impl Row {
    /// The name of this member of an object that calls itself `label`.
    pub fn name(&self, label: &str) -> Text {
        Text::from(self.member.replacen('*', label, 1))
    }
}

#[cfg(test)]
mod tests;
