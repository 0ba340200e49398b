//! Numeric objects.
//!
//! Source of identifiers, labels and units: guide, tables of numerics; of order, states and digits: the
//! recordings. What the measurement server has stands in context 1, the rest in context 0.

use vigie_intellivue::wire::float::Float;
use vigie_intellivue::wire::types::{AbsoluteTime, AttributeGroup};
use vigie_sim_patient::{Finding, Vital};

use super::body::Body;
use super::bytes;
use super::clock::MonitorClock;
use super::results::{Attr, Object, Says};

/// Class of numerics.
pub(super) const CLASS: u16 = 0x0006;
/// No value; unavailable, invalid, made up, in alarm.
const UNAVAILABLE: u16 = 0x2000;
const INVALID: u16 = 0x8000;
const DEMO: u16 = 0x0400;
const IN_ALARM: u16 = 0x0002;
/// Results from one average of the ST segment to the next: 8.192 s; in the recordings up to 16.4 s.
const ST_CYCLES: u64 = 8;

const MMHG: u16 = 0x0F20;
const BPM: u16 = 0x0AA0;
const RPM: u16 = 0x0AE0;

/// A numeric object.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) context: u16,
    /// Handle at the first start.
    pub(super) handle: u16,
    /// Label as a number, partition 2.
    pub(super) label: u16,
    name: &'static str,
    /// Digits before and behind the point on the monitor's screen, where it says so.
    digits: Option<[u8; 2]>,
    colour: u16,
    access: u16,
    /// Whether a compound, and of how many.
    compound: Option<u16>,
    members: &'static [Member],
    stamp: Stamp,
    /// Importance, 0 first: what is sent when a poll wants only some.
    rank: u8,
}

#[derive(Debug)]
struct Member {
    physio_id: u16,
    unit: u16,
    decimals: Decimals,
    vital: Vital,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decimals {
    Fixed(u8),
    /// Two below 1, else one, as the perfusion index changes them.
    Small,
}

/// When a value was measured, if that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stamp {
    /// Now.
    None,
    /// 0990 and the undocumented F237.
    Absolute,
    /// 0991.
    Relative,
}

const fn member(physio_id: u16, unit: u16, decimals: u8, vital: Vital) -> Member {
    Member { physio_id, unit, decimals: Decimals::Fixed(decimals), vital }
}

const SIMPLE: Row = Row {
    context: 1,
    handle: 0,
    label: 0,
    name: "",
    digits: None,
    colour: 2,
    access: 0x4228,
    compound: None,
    members: &[],
    stamp: Stamp::None,
    rank: 0,
};

/// All numeric objects, in the order in which they are sent.
pub(super) static ROWS: &[Row] = &[
    Row {
        context: 0,
        handle: 0x891A,
        label: 0x4A14,
        name: "ABP",
        colour: 1,
        compound: Some(3),
        // Mean first, as recorded.
        members: &[
            member(0x4A17, MMHG, 0, Vital::AbpMean),
            member(0x4A15, MMHG, 0, Vital::AbpSystolic),
            member(0x4A16, MMHG, 0, Vital::AbpDiastolic),
        ],
        rank: 2,
        ..SIMPLE
    },
    Row {
        context: 0,
        handle: 0x8A40,
        label: 0x4B48,
        name: "Temp",
        digits: Some([3, 1]),
        members: &[member(0x4B48, 0x17A0, 1, Vital::Temp)],
        rank: 8,
        ..SIMPLE
    },
    Row {
        context: 0,
        handle: 0x8B10,
        label: 0x50AC,
        name: "CO\u{2082}",
        colour: 3,
        compound: Some(2),
        members: &[member(0x50B0, MMHG, 0, Vital::EtCo2)],
        rank: 5,
        ..SIMPLE
    },
    Row {
        context: 0,
        handle: 0x8B1C,
        label: 0x5012,
        name: "awRR",
        colour: 3,
        members: &[member(0x5012, RPM, 0, Vital::AwayRespRate)],
        rank: 6,
        ..SIMPLE
    },
    Row {
        handle: 0x826A,
        label: 0x4A04,
        name: "NBP",
        colour: 5,
        access: 0x5228,
        compound: Some(3),
        members: &[
            member(0x4A05, MMHG, 0, Vital::NbpSystolic),
            member(0x4A06, MMHG, 0, Vital::NbpDiastolic),
            member(0x4A07, MMHG, 0, Vital::NbpMean),
        ],
        stamp: Stamp::Absolute,
        rank: 4,
        ..SIMPLE
    },
    Row {
        handle: 0x82B3,
        label: 0x4182,
        name: "HR",
        members: &[member(0x4182, BPM, 0, Vital::HeartRate)],
        ..SIMPLE
    },
    Row {
        handle: 0x82BA,
        label: 0x500A,
        name: "RR",
        colour: 7,
        members: &[member(0x500A, RPM, 0, Vital::RespRate)],
        rank: 3,
        ..SIMPLE
    },
    Row {
        handle: 0x82BF,
        label: 0x0300,
        name: "ST",
        compound: Some(12),
        members: &[member(0x0302, 0x0512, 1, Vital::StII)],
        stamp: Stamp::Relative,
        rank: 10,
        ..SIMPLE
    },
    Row {
        handle: 0x82CA,
        label: 0x4261,
        name: "PVC",
        members: &[member(0x4261, BPM, 0, Vital::Pvc)],
        rank: 9,
        ..SIMPLE
    },
    Row {
        handle: SPO2_HANDLE,
        label: 0x4BB8,
        name: "SpO\u{2082}",
        digits: Some([3, 0]),
        colour: 6,
        members: &[member(0x4BB8, 0x0220, 1, Vital::SpO2)],
        rank: 1,
        ..SIMPLE
    },
    Row {
        handle: 0x83DC,
        label: 0x4822,
        name: "Pulse",
        colour: 6,
        members: &[member(0x4822, BPM, 0, Vital::PulseRate)],
        rank: 7,
        ..SIMPLE
    },
    Row {
        handle: 0x83E3,
        label: 0x4BB0,
        name: "Perf",
        digits: Some([2, 1]),
        colour: 6,
        members: &[Member {
            physio_id: 0x4BB0,
            unit: 0x0200,
            decimals: Decimals::Small,
            vital: Vital::Perfusion,
        }],
        rank: 11,
        ..SIMPLE
    },
];

const SPO2_HANDLE: u16 = 0x83D5;
/// Object of heart rate, the alarm source of the system pulse.
pub(super) const HEART_RATE_HANDLE: u16 = 0x82B3;
/// Object of the pulse, the system pulse.
pub(super) const PULSE_HANDLE: u16 = 0x83DC;

/// What numeric objects remember.
#[derive(Clone, Debug, Default)]
pub(super) struct Numerics {
    cuff: Option<(vigie_model::MonoTime, AbsoluteTime)>,
    /// The ST value of the last average: when, and how much.
    st: Option<(u64, Option<Option<f64>>)>,
}

/// What a poll wants of the numeric objects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) group: AttributeGroup,
    /// Labels that the client chose; `None`: all.
    pub(super) chosen: Option<&'a [u32]>,
    /// At most so many, by importance.
    pub(super) most: Option<u16>,
}

/// The monitor's state that goes into values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) body: &'a Body,
    pub(super) clock: &'a MonitorClock,
    /// Time of the round.
    pub(super) tick: u64,
    pub(super) is_demo: bool,
    pub(super) is_standby: bool,
    /// Members that drive an alarm.
    pub(super) in_alarm: &'a [u16],
    /// How far handles have moved since the first start.
    pub(super) handle_shift: u16,
}

impl Numerics {
    /// A new round: what is measured at intervals may be new.
    pub(super) fn round(&mut self, number: u64, around: &Surroundings<'_>) {
        let cuff_at = around.body.cuff_at();
        if let Some(at) = cuff_at.filter(|at| self.cuff.is_none_or(|(known, _)| known != *at)) {
            self.cuff = Some((at, around.clock.shows(at)));
        }
        if number.is_multiple_of(ST_CYCLES) || self.st.is_none() {
            self.st = Some((around.tick, around.body.vital(Vital::StII)));
        }
    }

    /// The objects that a poll wants, in the order of [`ROWS`].
    pub(super) fn objects(&self, wanted: &Wanted<'_>, around: &Surroundings<'_>) -> Vec<Object> {
        let is_here = |row: &&Row| {
            let is_chosen = wanted
                .chosen
                .is_none_or(|chosen| chosen.iter().any(|label| *label == label_id(row.label)));
            is_chosen && row.members.iter().any(|m| around.body.vital(m.vital).is_some())
        };
        let mut rows: Vec<&Row> = ROWS.iter().filter(is_here).collect();
        if let Some(most) = wanted.most {
            let mut ranks: Vec<u8> = rows.iter().map(|row| row.rank).collect();
            ranks.sort_unstable();
            ranks.truncate(usize::from(most));
            rows.retain(|row| ranks.contains(&row.rank));
        }
        rows.into_iter().map(|row| self.object(row, wanted.group, around)).collect()
    }

    fn object(&self, row: &Row, group: AttributeGroup, around: &Surroundings<'_>) -> Object {
        let handle = row.handle.wrapping_add(around.handle_shift);
        let mut attributes = Vec::new();
        if matches!(group, AttributeGroup::All | AttributeGroup::VmoStatic) {
            let (structure, members) = row.compound.map_or((0, 0), |members| (0x0100, members));
            let mut spec = bytes::longs(&[8_192]);
            spec.extend(bytes::words(&[1, row.access, structure | members, 0]));
            attributes.extend([
                Attr::new(0x0921, bytes::words(&[handle])),
                Attr::new(0x092F, bytes::words(&[1, CLASS])),
                Attr::new(0x093F, spec),
            ]);
        }
        if matches!(group, AttributeGroup::All | AttributeGroup::VmoDynamic) {
            attributes.push(Attr::new(0x0924, bytes::longs(&[label_id(row.label)])));
            attributes.push(Attr::new(0x0927, bytes::string(row.name, 6, 0x20)));
            attributes.extend(row.digits.map(|digits| Attr::new(0x0917, digits.to_vec())));
            attributes.push(Attr::new(0x0911, bytes::words(&[row.colour])));
        }
        if matches!(group, AttributeGroup::All | AttributeGroup::MetricObservedValue)
            && !around.is_standby
        {
            attributes.extend(self.observed(row, around));
        }
        Object { context: row.context, handle, attributes }
    }

    fn observed(&self, row: &Row, around: &Surroundings<'_>) -> Vec<Attr> {
        let mut tick = around.tick;
        let mut attributes = Vec::new();
        if row.stamp == Stamp::Absolute {
            let stamp = self.cuff.map_or(around.clock.shows(around.clock.cycle_at(0)), |c| c.1);
            attributes.push(Attr::new(0x0990, stamp.0.to_vec()));
            attributes.push(Attr::new(0xF237, vec![0xFF; 4]));
        }
        if row.handle == SPO2_HANDLE {
            // Frequency of the saturation tone, as recorded.
            attributes.push(Attr::new(0xF008, bytes::words(&[0x06D1])));
        }
        let averaged = self.st.filter(|_| row.stamp == Stamp::Relative);
        if let Some((at, _)) = averaged {
            tick = at;
        }
        let mut values = Vec::new();
        let mut says = Vec::new();
        for member in row.members {
            let known = averaged.map_or_else(|| around.body.vital(member.vital), |(_, v)| v);
            let Some(value) = known else { continue };
            let state = state(member, value, around);
            let decimals = match (member.decimals, value) {
                (Decimals::Fixed(decimals), _) => decimals,
                (Decimals::Small, Some(value)) if value < 1.0 => 2,
                (Decimals::Small, _) => 1,
            };
            let float = value.map_or(bytes::NAN, |value| bytes::float(value, decimals));
            let mut bytes = bytes::words(&[member.physio_id, state, member.unit]);
            bytes.extend(bytes::longs(&[float]));
            values.push(bytes);
            let what = value.map_or_else(|| "-".to_owned(), |_| Float(float).to_string());
            // What is not there was not measured at any time: that holds since the result.
            let tick = if value.is_some() { tick } else { around.tick };
            says.push(Says { physio_id: member.physio_id, tick, what });
        }
        if values.is_empty() {
            return attributes;
        }
        let mut observed = match row.compound {
            Some(_) => Attr::new(0x094B, bytes::list(&values)),
            None => Attr::new(0x0950, values.concat()),
        };
        observed.says = says;
        attributes.push(observed);
        if averaged.is_some() {
            attributes.push(Attr::new(0x0991, bytes::longs(&[tick as u32])));
        }
        attributes
    }
}

fn state(member: &Member, value: Option<f64>, around: &Surroundings<'_>) -> u16 {
    let mut state = if around.is_demo { DEMO } else { 0 };
    if value.is_none() {
        let is_off = sensor_off(member.vital)
            .is_none_or(|finding| around.body.findings().contains(&finding));
        state |= if is_off { UNAVAILABLE } else { INVALID };
    }
    if around.in_alarm.contains(&member.physio_id) {
        state |= IN_ALARM;
    }
    state
}

/// The finding that says that the sensor of a number is off; `None` for what is measured on demand.
fn sensor_off(vital: Vital) -> Option<Finding> {
    match vital {
        Vital::HeartRate | Vital::RespRate | Vital::Pvc | Vital::StII => Some(Finding::LeadsOff),
        Vital::PulseRate | Vital::SpO2 | Vital::Perfusion => Some(Finding::SpO2SensorOff),
        Vital::AbpSystolic | Vital::AbpDiastolic | Vital::AbpMean => Some(Finding::AbpDisconnected),
        Vital::EtCo2 | Vital::AwayRespRate => Some(Finding::Co2SensorOff),
        Vital::NbpSystolic | Vital::NbpDiastolic | Vital::NbpMean | Vital::Temp => None,
    }
}

/// A label as a number: partition 2 and the code.
pub(super) fn label_id(code: u16) -> u32 {
    0x0002_0000 | u32::from(code)
}

/// Where the object of a number stands: context, and handle at the first start.
pub(super) fn object_of(label: u16) -> (u16, u16) {
    ROWS.iter().find(|row| row.label == label).map_or((0, 0), |row| (row.context, row.handle))
}
