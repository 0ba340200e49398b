//! What each field means: number, words, limit or alarm; its unit; its 11073 code where one is certain.
//!
//! Source of every row: number, name and unit of the field from the open-source OpenICE (mdpnp) table
//! `pb840.fields`, called OI; codes from [`vigie_model::nomenclature`], by the meaning of the name.
//! Names are shortened, not reworded: they are what staff find in the maker's list.
//!
//! The port sends volumes in litres and limits of volumes in millilitres (OI). Volumes of a breath are
//! told in millilitres here: the point moves, no digit changes.
//!
//! **Urgency is not sent.** An alarm field says `NORMAL`, `ALARM` or `RESET`; the ventilator's own
//! screen ranks many alarms by how long and by how much. So the tables fix one priority an alarm, from
//! memory of how the operator's manual ranks them: HIGH where gas, power, circuit or breathing may
//! fail altogether, MEDIUM for a limit that is passed, LOW for what only has to be known.

mod misca;
mod miscf;

use vigie_model::{AlarmKind, Category, MdcCode, MetricKey, Priority, Text};

use crate::wire::Kind;

pub use misca::MISCA;
pub use miscf::MISCF;

/// One field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Its number; the first data field is 5.
    pub field: u16,
    /// Its name.
    pub label: &'static str,
    /// What it holds.
    pub what: What,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// Time of day, `HH:MM`.
    Time,
    /// Date, `MMM DD YYYY`.
    Date,
    /// The ventilator's own id.
    Id,
    /// A number.
    Number(NumberOf),
    /// Words that a person chose.
    Words,
    /// An alarm limit.
    Limit(LimitOf),
    /// An alarm state.
    Alarm(AlarmOf),
    /// Whether alarms are silenced at the bedside.
    Silence,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberOf {
    /// Our id of it in the nomenclature, where its meaning is certain.
    pub id: Option<&'static str>,
    /// UCUM unit of what is told; empty: the table names none.
    pub unit: &'static str,
    /// Powers of ten by which the point moves: 3 from litres to millilitres.
    pub shift: i8,
    /// Measured, derived or set.
    pub category: Category,
    /// Measured when somebody asks for it (a pause, a manoeuvre), and kept until the next time.
    pub is_episodic: bool,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitOf {
    /// The field of the number that it watches.
    pub of: u16,
    /// Which side.
    pub side: Side,
}

/// Which side of a value a limit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Lower limit.
    Low,
    /// Upper limit.
    High,
}

/// An alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmOf {
    /// Patient or equipment, as the table says.
    pub kind: AlarmKind,
    /// How urgent we take it to be; see [the module](self).
    pub priority: Priority,
    /// The field of the number that it is about, when there is one.
    pub of: Option<u16>,
    /// 11073 event code without its partition's offset, when one is certain.
    pub code: Option<u32>,
}

/// The rows of an answer, by field.
pub const fn rows(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::A => MISCA,
        Kind::F => MISCF,
    }
}

/// The row of a field.
pub fn row(kind: Kind, field: u16) -> Option<&'static Row> {
    let rows = rows(kind);
    rows.binary_search_by_key(&field, |row| row.field).ok().and_then(|at| rows.get(at))
}

/// Names a field among the vendor's own codes: `F70`, `A34`.
pub fn vendor_code(kind: Kind, field: u16) -> Text {
    let letter = match kind {
        Kind::A => 'A',
        Kind::F => 'F',
    };
    Text::from(format!("{letter}{field}"))
}

impl Row {
    /// The stream of a number or of words.
    pub fn key(&self, kind: Kind) -> MetricKey {
        let id = match self.what {
            What::Number(number) => number.id,
            What::Time
            | What::Date
            | What::Id
            | What::Words
            | What::Limit(_)
            | What::Alarm(_)
            | What::Silence => None,
        };
        let code: Option<MdcCode> =
            id.and_then(vigie_model::nomenclature::by_id).map(|metric| metric.code);
        MetricKey { code, vendor: vendor_code(kind, self.field), instance: 0 }
    }
}

/// Rows of the two tables, written shortly.
mod short {
    use vigie_model::{AlarmKind, Category, Priority};

    use super::{AlarmOf, LimitOf, NumberOf, Row, Side, What};

    const fn number(
        field: u16,
        label: &'static str,
        id: Option<&'static str>,
        unit: &'static str,
        shift: i8,
        category: Category,
        is_episodic: bool,
    ) -> Row {
        Row {
            field,
            label,
            what: What::Number(NumberOf { id, unit, shift, category, is_episodic }),
        }
    }

    /// A setting that is a number.
    pub(super) const fn set(field: u16, label: &'static str, unit: &'static str) -> Row {
        number(field, label, None, unit, 0, Category::Setting, false)
    }

    /// A setting that the nomenclature has.
    pub(super) const fn set_as(
        field: u16,
        label: &'static str,
        id: &'static str,
        unit: &'static str,
    ) -> Row {
        number(field, label, Some(id), unit, 0, Category::Setting, false)
    }

    /// A volume that is set in litres, told in millilitres.
    pub(super) const fn set_volume(
        field: u16,
        label: &'static str,
        id: Option<&'static str>,
    ) -> Row {
        number(field, label, id, "mL", 3, Category::Setting, false)
    }

    /// A measurement without a code.
    pub(super) const fn own(field: u16, label: &'static str, unit: &'static str) -> Row {
        number(field, label, None, unit, 0, Category::Measured, false)
    }

    /// A measurement that the nomenclature has.
    pub(super) const fn is(
        field: u16,
        label: &'static str,
        id: &'static str,
        unit: &'static str,
    ) -> Row {
        number(field, label, Some(id), unit, 0, Category::Measured, false)
    }

    /// A measured volume, told in millilitres.
    pub(super) const fn volume(field: u16, label: &'static str, id: Option<&'static str>) -> Row {
        number(field, label, id, "mL", 3, Category::Measured, false)
    }

    /// Computed from measurements.
    pub(super) const fn derived(
        field: u16,
        label: &'static str,
        id: Option<&'static str>,
        unit: &'static str,
    ) -> Row {
        number(field, label, id, unit, 0, Category::Derived, false)
    }

    /// Measured by a pause or a manoeuvre.
    pub(super) const fn manoeuvre(
        field: u16,
        label: &'static str,
        id: Option<&'static str>,
        unit: &'static str,
    ) -> Row {
        number(field, label, id, unit, 0, Category::Measured, true)
    }

    /// A volume measured by a manoeuvre, told in millilitres.
    pub(super) const fn manoeuvre_volume(field: u16, label: &'static str) -> Row {
        number(field, label, None, "mL", 3, Category::Measured, true)
    }

    /// Words that a person chose.
    pub(super) const fn words(field: u16, label: &'static str) -> Row {
        Row { field, label, what: What::Words }
    }

    /// An upper limit.
    pub(super) const fn high(field: u16, label: &'static str, of: u16) -> Row {
        Row { field, label, what: What::Limit(LimitOf { of, side: Side::High }) }
    }

    /// A lower limit.
    pub(super) const fn low(field: u16, label: &'static str, of: u16) -> Row {
        Row { field, label, what: What::Limit(LimitOf { of, side: Side::Low }) }
    }

    /// An alarm about the patient.
    pub(super) const fn patient(
        field: u16,
        label: &'static str,
        priority: Priority,
        of: Option<u16>,
    ) -> Row {
        alarm(field, label, AlarmKind::Physiological, priority, of, None)
    }

    /// Apnoea, the one alarm with a code of its own (`MDC_EVT_APNEA`).
    pub(super) const fn apnoea(field: u16, label: &'static str) -> Row {
        alarm(field, label, AlarmKind::Physiological, Priority::High, None, Some(199_680))
    }

    /// An alarm about the equipment.
    pub(super) const fn technical(field: u16, label: &'static str, priority: Priority) -> Row {
        alarm(field, label, AlarmKind::Technical, priority, None, None)
    }

    /// An alarm about the equipment that is about a number too.
    pub(super) const fn technical_of(
        field: u16,
        label: &'static str,
        priority: Priority,
        of: u16,
    ) -> Row {
        alarm(field, label, AlarmKind::Technical, priority, Some(of), None)
    }

    const fn alarm(
        field: u16,
        label: &'static str,
        kind: AlarmKind,
        priority: Priority,
        of: Option<u16>,
        code: Option<u32>,
    ) -> Row {
        Row { field, label, what: What::Alarm(AlarmOf { kind, priority, of, code }) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vigie_model::nomenclature::by_id;

    use super::*;

    #[test]
    fn rows_are_in_order_and_name_what_exists() {
        for kind in [Kind::A, Kind::F] {
            assert!(rows(kind).is_sorted_by(|a, b| a.field < b.field), "{kind:?}");
            let mut ids = BTreeSet::new();
            for row in rows(kind) {
                assert!(!row.label.is_empty() && row.label.len() <= 40, "{}", row.label);
                match row.what {
                    What::Number(number) => {
                        if let Some(id) = number.id {
                            let metric = by_id(id).unwrap_or_else(|| panic!("no metric {id}"));
                            assert_eq!(metric.ucum, number.unit, "{}", row.label);
                            assert!(ids.insert(id), "{id} twice in {kind:?}");
                        }
                    }
                    What::Limit(LimitOf { of, .. }) | What::Alarm(AlarmOf { of: Some(of), .. }) => {
                        let of = super::row(kind, of).map(|row| row.what);
                        assert!(matches!(of, Some(What::Number(_))), "{}", row.label);
                    }
                    What::Alarm(_)
                    | What::Time
                    | What::Date
                    | What::Id
                    | What::Words
                    | What::Silence => {}
                }
            }
        }
    }

    #[test]
    fn every_field_of_the_long_list_is_there_but_those_without_a_meaning() {
        let known: BTreeSet<u16> = MISCF.iter().map(|row| row.field).collect();
        let missing: Vec<u16> = (5..=159).filter(|field| !known.contains(field)).collect();
        assert_eq!(missing, [76, 101]);
        assert_eq!(MISCF.last().map(|row| row.field), Some(159));
    }

    #[test]
    fn both_lists_agree_on_what_they_share() {
        for (f, a, id) in [
            (70, 34, "vent.rr_total"),
            (71, 35, "vent.vte"),
            (72, 36, "vent.mve"),
            (73, 38, "vent.pip"),
            (74, 39, "vent.pmean"),
            (92, 63, "vent.compl.stat"),
            (96, 65, "vent.compl.dyn"),
            (14, 11, "vent.set.vt"),
            (18, 15, "vent.set.peep"),
        ] {
            let f = super::row(Kind::F, f).expect("a row").key(Kind::F);
            let a = super::row(Kind::A, a).expect("a row").key(Kind::A);
            assert_eq!((f.code, f.metric().map(|metric| metric.id)), (a.code, Some(id)));
            assert_ne!(f.vendor, a.vendor);
        }
    }
}
