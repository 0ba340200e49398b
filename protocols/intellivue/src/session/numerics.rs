//! Numbers: what is known of each numeric object, and its values as events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_model::{
    Cadence, Category, Event, Measured, MetricKey, Numeric, Reading, StreamInfo, Unit, Validity,
};

use crate::map;
use crate::wire::Attribute;
use crate::wire::numeric::{MeasurementState, NuObsValue};
use crate::wire::types::{ManagedObjectId, ObjectClass};

use super::clocks::TIMEBASE;
use super::common::{Common, ResultHead};
use super::newest;
use super::numeric_context::NumericContext;
use super::oddities::Oddity;
use super::readings;

/// Objects of one monitor; the maker's own clients announce 201.
const OBJECTS_MAX: usize = 1_024;
/// Class code of numerics, for what is reported.
const CLASS: u16 = 0x0006;

/// All numeric objects of an association.
#[derive(Debug)]
pub(super) struct Numerics {
    objects: BTreeMap<(u16, u16), Object>,
    roll: Roll,
    /// How often a periodic poll delivers.
    period: Duration,
}

/// One numeric object: a number, or several that belong together.
#[derive(Debug, Default)]
struct Object {
    context: NumericContext,
    streams: BTreeMap<u16, Stream>,
}

#[derive(Debug)]
struct Stream {
    info: StreamInfo,
    /// The unit it was told with; `None` when something else about it has changed since.
    told_unit: Option<u16>,
    state: MeasurementState,
}

/// Who was listed in a result, and who had a value: what is listed without one has none now.
#[derive(Debug, Default)]
struct Roll {
    of: Option<ResultHead>,
    listed: BTreeSet<(u16, u16)>,
    valued: BTreeSet<(u16, u16, u16)>,
}

impl Default for Numerics {
    fn default() -> Numerics {
        Numerics { objects: BTreeMap::new(), roll: Roll::default(), period: super::common::CYCLE }
    }
}

impl Numerics {
    /// The monitor granted this delivery period.
    pub(super) fn set_period(&mut self, period: Duration) {
        self.period = period;
    }

    /// A result begins, or a part of one.
    pub(super) fn begin(&mut self, result: &ResultHead) {
        if self.roll.of.as_ref() != Some(result) {
            self.roll = Roll { of: Some(*result), ..Roll::default() };
        }
    }

    /// One object of a result.
    pub(super) fn observe(
        &mut self,
        common: &mut Common,
        result: &ResultHead,
        (context, handle): (u16, u16),
        attributes: &[Attribute<'_>],
    ) {
        if !self.objects.contains_key(&(context, handle)) && self.objects.len() >= OBJECTS_MAX {
            common.oddities.note(Oddity::TooMany);
            return;
        }
        let object = self.objects.entry((context, handle)).or_default();
        let before = object.context.clone();
        let observation = object.context.take(attributes);
        if object.context != before {
            // The streams are told anew with their next value.
            for stream in object.streams.values_mut() {
                stream.told_unit = None;
            }
        }
        let id = ManagedObjectId { class: ObjectClass::Numeric, context, handle };
        self.roll.listed.insert((context, handle));
        for value in &observation.values {
            self.roll.valued.insert((context, handle, value.physio_id));
            let Some(stream) = object.tell(common, id, value, self.period) else { continue };
            let numeric = readings::numeric(common, result, &observation, value, stream);
            common.see_value(
                value.state,
                &numeric.reading,
                object.context.is_episodic(value.physio_id),
            );
            common.events.push(Event::Numeric(numeric));
        }
    }

    /// A result is complete: who was listed without a value has none.
    pub(super) fn end(&mut self, common: &mut Common, result: &ResultHead) {
        let roll = std::mem::take(&mut self.roll);
        if roll.of.as_ref() != Some(result) || !newest::asks_for_now(result.group) {
            return;
        }
        for (context, handle) in roll.listed {
            let Some(object) = self.objects.get_mut(&(context, handle)) else { continue };
            for (physio_id, stream) in &mut object.streams {
                if roll.valued.contains(&(context, handle, *physio_id)) {
                    continue;
                }
                stream.state = MeasurementState::UNAVAILABLE;
                common.events.push(Event::Numeric(Numeric {
                    key: stream.info.key.clone(),
                    unit: stream.info.unit.clone(),
                    reading: Reading::absent(Validity::NotAvailable),
                    measured: Measured::Now,
                    device_time: None,
                    tick: result.tick.map(|tick| (TIMEBASE, tick)),
                    nature: common.mode.nature(MeasurementState::default()),
                    in_alarm: false,
                    alarms_off: false,
                }));
            }
        }
    }

    /// The stream of an identifier, when there is exactly one.
    pub(super) fn subject_of_source(&self, source: u16) -> Option<MetricKey> {
        let mut streams = self.objects.values().filter_map(|object| object.streams.get(&source));
        match (streams.next(), streams.next()) {
            (Some(only), None) => Some(only.info.key.clone()),
            _ => None,
        }
    }

    /// The stream that an alarm is about: the member that the alarm names; else the only member, or
    /// the only one that says to be in alarm.
    pub(super) fn subject(&self, object: ManagedObjectId, source: u16) -> Option<MetricKey> {
        let streams = &self.objects.get(&(object.context, object.handle))?.streams;
        if let Some(stream) = streams.get(&source) {
            return Some(stream.info.key.clone());
        }
        let in_alarm = |stream: &&Stream| stream.state.has(MeasurementState::IN_ALARM);
        let mut candidates: Vec<&Stream> = streams.values().filter(in_alarm).collect();
        if candidates.is_empty() {
            candidates = streams.values().collect();
        }
        match candidates.as_slice() {
            [only] => Some(only.info.key.clone()),
            _ => None,
        }
    }
}

impl Object {
    /// Key and unit of a value's stream, which is told first when it is new or has changed.
    fn tell(
        &mut self,
        common: &mut Common,
        id: ManagedObjectId,
        value: &NuObsValue,
        period: Duration,
    ) -> Option<(MetricKey, Unit)> {
        let physio_id = value.physio_id;
        if let Some(stream) = self.streams.get_mut(&physio_id) {
            stream.state = value.state;
            if stream.told_unit == Some(value.unit) {
                return Some((stream.info.key.clone(), stream.info.unit.clone()));
            }
        }
        let row = map::numeric(physio_id, self.context.label_id);
        if row.is_none() {
            common.oddities.note(Oddity::Physio { id: physio_id, class: CLASS });
        }
        if !map::is_known_unit(value.unit) {
            common.oddities.note(Oddity::Unit { code: value.unit });
        }
        let category = self.context.category(row);
        let is_setting = category == Category::Setting;
        let Some(key) = common.keys.key(id, physio_id, self.context.label_id, is_setting) else {
            common.oddities.note(Oddity::TooMany);
            return None;
        };
        let info = StreamInfo {
            key,
            label: Some(self.context.name(physio_id, row)),
            unit: map::unit(value.unit),
            digits: self.context.resolution.map(|resolution| resolution.after_point),
            category,
            cadence: if self.context.is_episodic(physio_id) {
                Cadence::Episodic { interval: None }
            } else {
                Cadence::Periodic(period)
            },
        };
        let told = self.streams.get(&physio_id).map(|stream| &stream.info);
        if told != Some(&info) {
            common.events.push(Event::Stream(info.clone()));
        }
        let told = (info.key.clone(), info.unit.clone());
        let stream = Stream { info, told_unit: Some(value.unit), state: value.state };
        self.streams.insert(physio_id, stream);
        Some(told)
    }
}
