//! The order of a tile, the same for every device and every day.
//!
//! Heart rate, pulse, SpO2, arterial pressure, cuff pressure, respiration, temperature, CO2, central
//! venous, pulmonary and intracranial pressure, the rest of the ECG (extrasystoles, ST, QT), output,
//! ventilator, gases, brain, other; then what is not mapped, by its label. Within a family the order
//! of the nomenclature table holds: a core temperature comes before one whose site nobody named. Waves go by the same families with the ECG first, lead II before
//! the other leads (the customary rhythm lead; memory, to be confirmed by each unit).

use vigie_model::{
    MetricKey, Parameter, Text,
    nomenclature::{METRICS, Member, Metric},
};

use crate::view::BlockShape;

/// Where a stream stands. Places compare; equal ones do not exist, since the key is part of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    rank: u8,
    /// Row of the first metric of the group.
    group_row: usize,
    instance: u16,
    member: Member,
    row: usize,
    label: Text,
    key: MetricKey,
}

/// What the nomenclature says of a stream, ready for the view.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    pub(crate) id: Option<Text>,
    pub(crate) group: Option<Text>,
    pub(crate) parameter: Parameter,
    pub(crate) shape: BlockShape,
}

/// After all that is mapped.
const UNMAPPED: u8 = u8::MAX;

impl Place {
    /// The place of a number or of words.
    pub(crate) fn of_value(key: &MetricKey, label: Option<&Text>) -> Place {
        Place::of(key, label, rank_of_value)
    }

    /// The place of a wave.
    pub(crate) fn of_wave(key: &MetricKey, label: Option<&Text>) -> Place {
        Place::of(key, label, rank_of_wave)
    }

    /// What all streams of one block share: they stand together.
    pub(crate) fn block(&self) -> (u8, usize, u16) {
        (self.rank, self.group_row, self.instance)
    }

    fn of(key: &MetricKey, label: Option<&Text>, rank: impl Fn(&Metric) -> u8) -> Place {
        let label = label.unwrap_or(&key.vendor).clone();
        let row_of =
            |is: &dyn Fn(&Metric) -> bool| METRICS.iter().position(is).unwrap_or(METRICS.len());
        let (rank, group_row, member, row) = match key.metric() {
            Some(metric) => (
                rank(metric),
                row_of(&|other| other.group() == metric.group()),
                metric.member(),
                row_of(&|other| other.id == metric.id),
            ),
            None => (UNMAPPED, 0, Member::Other, 0),
        };
        // What is not mapped goes by label first, mapped streams of one group by instance.
        let instance = if rank == UNMAPPED { 0 } else { key.instance };
        Place { rank, group_row, instance, member, row, label, key: key.clone() }
    }
}

impl Mapped {
    pub(crate) fn of(key: &MetricKey) -> Mapped {
        match key.metric() {
            Some(metric) => Mapped {
                id: Some(Text::from(metric.id)),
                group: Some(Text::from(metric.group())),
                parameter: metric.parameter,
                shape: shape(metric.group()),
            },
            None => Mapped {
                id: None,
                group: None,
                parameter: Parameter::Other,
                shape: BlockShape::Single,
            },
        }
    }
}

/// By the group and not by what is present, so that a block never changes its shape.
fn shape(group: &str) -> BlockShape {
    let is_pressure =
        METRICS.iter().any(|metric| metric.member() != Member::Other && metric.group() == group);
    match group {
        "ecg.st" | "gcs" => BlockShape::List,
        _ if is_pressure => BlockShape::Pressure,
        _ => BlockShape::Single,
    }
}

fn rank_of_value(metric: &Metric) -> u8 {
    match (metric.parameter, metric.id) {
        (_, "hr.ecg") => 0,
        (Parameter::Ecg | Parameter::Spo2 | Parameter::Abp, id) if is_pulse(id) => 1,
        (Parameter::Nibp, id) if is_pulse(id) => 5,
        (Parameter::Spo2, _) => 2,
        (Parameter::Abp, _) => 3,
        (Parameter::Nibp, _) => 4,
        (Parameter::Resp, _) => 6,
        (Parameter::Temp, _) => 7,
        (Parameter::Co2, _) => 8,
        (Parameter::Cvp, _) => 9,
        (Parameter::Pap, _) => 10,
        (Parameter::Icp, _) => 11,
        (Parameter::Ecg, _) => 12,
        (Parameter::Output, _) => 13,
        (Parameter::Vent, _) => 14,
        (Parameter::Gas, _) => 15,
        (Parameter::Neuro, _) => 16,
        (Parameter::Other, _) => 17,
    }
}

fn rank_of_wave(metric: &Metric) -> u8 {
    match (metric.parameter, metric.id) {
        (Parameter::Ecg, "w.ecg.II") => 0,
        (Parameter::Ecg, _) => 1,
        (
            Parameter::Spo2
            | Parameter::Abp
            | Parameter::Nibp
            | Parameter::Resp
            | Parameter::Co2
            | Parameter::Temp
            | Parameter::Cvp
            | Parameter::Pap
            | Parameter::Icp
            | Parameter::Output
            | Parameter::Vent
            | Parameter::Gas
            | Parameter::Neuro
            | Parameter::Other,
            _,
        ) => rank_of_value(metric).saturating_add(2),
    }
}

/// The group of the number that a wave is the picture of, where it has another name.
pub(crate) fn number_of_wave(id: &str) -> Option<&'static str> {
    match id {
        "w.pleth" => Some("spo2"),
        "w.resp" | "w.resp.any" => Some("rr.imp"),
        "w.co2" => Some("etco2"),
        "w.co2.pp" => Some("etco2.pp"),
        _ if id == "w.ecg" || id.starts_with("w.ecg.") => Some("hr.ecg"),
        _ => None,
    }
}

fn is_pulse(id: &str) -> bool {
    id == "pr" || id.starts_with("pr.")
}
