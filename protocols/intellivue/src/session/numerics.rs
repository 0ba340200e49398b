//! Numbers: what is known of each numeric object, and its values as events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_model::{
    Cadence, Category, DeviceTime, Event, Measured, MetricKey, Numeric, Reading,
    StreamInfo, Text, Validity,
};

use crate::map;
use crate::wire::Attribute;
use crate::wire::float::FloatValue;
use crate::wire::numeric::{
    DisplayResolution, MeasurementState, MetricAccess, MetricCategory, MetricModality, MetricSpec,
    NuObsValue,
};
use crate::wire::types::{
    AbsoluteTime, AttributeGroup, ManagedObjectId, ObjectClass, RelativeTime,
};

use super::clocks::{self, TIMEBASE};
use super::common::{Common, Result};
use super::oddities::Oddity;

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
    context: Context,
    streams: BTreeMap<u16, Stream>,
}

/// What is known of an object besides its values.
#[derive(Clone, Debug, Default, PartialEq)]
struct Context {
    label_id: Option<u32>,
    label: Option<Text>,
    resolution: Option<DisplayResolution>,
    spec: Option<MetricSpec>,
    modality: Option<MetricModality>,
    /// Its values carry the time of the measurement.
    is_stamped: bool,
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
    of: Option<Result>,
    listed: BTreeSet<(u16, u16)>,
    valued: BTreeSet<(u16, u16, u16)>,
}

/// The attributes of one object in one result, sorted.
#[derive(Default)]
struct Observation {
    values: Vec<NuObsValue>,
    absolute: Option<AbsoluteTime>,
    relative: Option<RelativeTime>,
}

impl Default for Numerics {
    fn default() -> Numerics {
        Numerics {
            objects: BTreeMap::new(),
            roll: Roll::default(),
            period: super::common::CYCLE,
        }
    }
}

impl Numerics {
    /// The monitor granted this delivery period.
    pub(super) fn set_period(&mut self, period: Duration) {
        self.period = period;
    }

    /// A result begins, or a part of one.
    pub(super) fn begin(&mut self, result: &Result) {
        if self.roll.of.as_ref() != Some(result) {
            self.roll = Roll { of: Some(*result), ..Roll::default() };
        }
    }

    /// One object of a result.
    pub(super) fn observe(
        &mut self,
        common: &mut Common,
        result: &Result,
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
            let Some(key) = object.tell(common, id, value, self.period) else { continue };
            let numeric = numeric(common, result, &observation, value, key);
            common.see_value(value.state, &numeric.reading, object.context.is_episodic());
            common.events.push(Event::Numeric(numeric));
        }
    }

    /// A result is complete: who was listed without a value has none.
    pub(super) fn end(&mut self, common: &mut Common, result: &Result) {
        let roll = std::mem::take(&mut self.roll);
        let has_values = match result.group {
            AttributeGroup::All | AttributeGroup::MetricObservedValue => true,
            AttributeGroup::AlertMonitor
            | AttributeGroup::PatientDemographics
            | AttributeGroup::SystemApplication
            | AttributeGroup::SystemIdentification
            | AttributeGroup::SystemProduction
            | AttributeGroup::VmoDynamic
            | AttributeGroup::VmoStatic
            | AttributeGroup::Unknown(_) => false,
        };
        if roll.of.as_ref() != Some(result) || !has_values {
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
    /// The key of a value's stream, which is told first when it is new or has changed.
    fn tell(
        &mut self,
        common: &mut Common,
        id: ManagedObjectId,
        value: &NuObsValue,
        period: Duration,
    ) -> Option<MetricKey> {
        let physio_id = value.physio_id;
        if let Some(stream) = self.streams.get_mut(&physio_id) {
            stream.state = value.state;
            if stream.told_unit == Some(value.unit) {
                return Some(stream.info.key.clone());
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
            key: key.clone(),
            label: Some(self.context.name(physio_id, row)),
            unit: map::unit(value.unit),
            digits: self.context.resolution.map(|resolution| resolution.after_point),
            category,
            cadence: if self.context.is_episodic() {
                Cadence::Episodic { interval: None }
            } else {
                Cadence::Periodic(period)
            },
        };
        let told = self.streams.get(&physio_id).map(|stream| &stream.info);
        if told != Some(&info) {
            common.events.push(Event::Stream(info.clone()));
        }
        let stream = Stream { info, told_unit: Some(value.unit), state: value.state };
        self.streams.insert(physio_id, stream);
        Some(key)
    }
}

impl Context {
    /// Takes in what the attributes say of the object; hands out the values among them.
    #[expect(clippy::wildcard_enum_match_arm, reason = "of 70 attributes, 9 are about numbers")]
    fn take(&mut self, attributes: &[Attribute<'_>]) -> Observation {
        let mut observation = Observation::default();
        for attribute in attributes {
            match attribute {
                Attribute::Label(label) => self.label_id = Some(label.0),
                Attribute::LabelString(label) => {
                    let label = label.text();
                    self.label = (!label.is_empty()).then(|| Text::from(label));
                }
                Attribute::DisplayResolution(resolution) => self.resolution = Some(*resolution),
                Attribute::MetricSpec(spec) => self.spec = Some(*spec),
                Attribute::MetricModality(modality) => self.modality = Some(*modality),
                Attribute::AbsoluteTimeStamp(stamp) => {
                    self.is_stamped = true;
                    observation.absolute = Some(*stamp);
                }
                Attribute::RelativeTimeStamp(stamp) => observation.relative = Some(*stamp),
                Attribute::Numeric(value) => observation.values.push(*value),
                Attribute::NumericCompound(values) => {
                    observation.values.extend(values);
                }
                _ => {}
            }
        }
        observation
    }

    /// Measured, computed or set: as the label says, else the specification, else our table.
    fn category(&self, row: Option<&map::Row>) -> Category {
        if self.label_id.is_some_and(|label_id| map::partition(label_id) == map::SETTINGS) {
            return Category::Setting;
        }
        let fallback = row.map_or(Category::Measured, |row| row.category);
        let Some(spec) = &self.spec else { return fallback };
        match spec.category {
            MetricCategory::AutoMeasurement
            | MetricCategory::ManualMeasurement
            | MetricCategory::AutoAdjustedToTemperature
            | MetricCategory::ManualAdjustedToTemperature => match fallback {
                // Monitors call a difference of two measurements a measurement.
                Category::Derived => Category::Derived,
                Category::Measured | Category::Setting => Category::Measured,
            },
            MetricCategory::AutoCalculation | MetricCategory::ManualCalculation => {
                Category::Derived
            }
            MetricCategory::AutoSetting
            | MetricCategory::ManualSetting
            | MetricCategory::AlarmLimit => Category::Setting,
            MetricCategory::Unspecified
            | MetricCategory::Multiple
            | MetricCategory::Unknown(_) => fallback,
        }
    }

    /// The name of a member: after the monitor's own label, else the English one, else hex.
    fn name(&self, physio_id: u16, row: Option<&map::Row>) -> Text {
        let own = self.label.clone();
        let label = own.or_else(|| self.label_id.filter(|_| row.is_none()).and_then(map::label));
        match (row, label) {
            (Some(row), Some(label)) => row.name(label.as_str()),
            (Some(row), None) => row.name(row.label),
            (None, Some(label)) => label,
            (None, None) => Text::from(format!("{physio_id:04X}")),
        }
    }

    /// Measured now and then, such as cuff pressure.
    fn is_episodic(&self) -> bool {
        let access = self.spec.as_ref().map_or(MetricAccess::default(), |spec| spec.access);
        let is_only_episodic =
            access.has(MetricAccess::EPISODIC) && !access.has(MetricAccess::PERIODIC);
        self.is_stamped
            || is_only_episodic
            || access.has(MetricAccess::NON_CONTINUOUS)
            || self.modality.is_some_and(|modality| modality.has(MetricModality::APERIODIC))
    }
}

fn numeric(
    common: &Common,
    result: &Result,
    observation: &Observation,
    value: &NuObsValue,
    key: MetricKey,
) -> Numeric {
    let (measured, device_time) = when(common, result, observation);
    Numeric {
        key,
        unit: map::unit(value.unit),
        reading: reading(value),
        measured,
        device_time,
        tick: result.tick.map(|tick| (TIMEBASE, tick)),
        nature: common.mode.nature(value.state),
        in_alarm: value.state.has(MeasurementState::IN_ALARM),
        alarms_off: value.state.has(MeasurementState::ALARMS_OFF),
    }
}

/// How old the values of an object are, and when the monitor says they were measured.
fn when(
    common: &Common,
    result: &Result,
    observation: &Observation,
) -> (Measured, Option<DeviceTime>) {
    if let Some(stamp) = observation.absolute {
        let age = common.wall.zip(result.tick).map(|(wall, tick)| wall.age(stamp, tick));
        return (age.unwrap_or(Measured::Unknown), clocks::device_time(stamp));
    }
    match observation.relative {
        Some(stamp) => {
            let ticks = result.time.ticks_since(stamp);
            // Beyond half a wrap the stamp lies ahead of the result.
            let is_past = ticks.cast_signed() >= 0;
            let age = || Measured::Ago(clocks::duration(ticks));
            (if is_past { age() } else { Measured::Unknown }, None)
        }
        None => (Measured::Now, None),
    }
}

/// The number and how far to believe it.
fn reading(value: &NuObsValue) -> Reading {
    let state = value.state;
    if state.has(MeasurementState::UNAVAILABLE) {
        return Reading::absent(Validity::NotAvailable);
    }
    if state.has(MeasurementState::INVALID) {
        return Reading::absent(Validity::Invalid);
    }
    let validity = if state.has(MeasurementState::QUESTIONABLE) {
        Validity::Questionable
    } else if state.has(MeasurementState::CALIBRATION_ONGOING) {
        Validity::Calibrating
    } else if state.has(MeasurementState::EARLY_INDICATION)
        || state.has(MeasurementState::MEASUREMENT_ONGOING)
    {
        Validity::Ongoing
    } else if state.has(MeasurementState::VALIDATED) {
        Validity::Validated
    } else {
        Validity::Valid
    };
    match value.value.value() {
        FloatValue::Number(number) => Reading::of(number, validity),
        FloatValue::PositiveInfinity => Reading::absent(Validity::Overflow),
        FloatValue::NegativeInfinity => Reading::absent(Validity::Underflow),
        FloatValue::NaN | FloatValue::NRes | FloatValue::Reserved => {
            Reading::absent(Validity::NotAvailable)
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::Decimal;

    use crate::wire::float::Float;

    use super::*;

    fn shown(state: u16, bits: u32) -> (Option<Decimal>, Validity) {
        let value = NuObsValue {
            physio_id: 0x4BB8,
            state: MeasurementState(state),
            unit: 0x0220,
            value: Float(bits),
        };
        let reading = reading(&value);
        (reading.value(), reading.validity())
    }

    #[test]
    fn the_state_says_how_far_to_believe_a_number() {
        let number = Some(Decimal::new(950, -1));
        for (state, value, validity) in [
            (0x0000, number, Validity::Valid),
            (0x0003, number, Validity::Valid),
            (0x0400, number, Validity::Valid),
            (0x0080, number, Validity::Validated),
            (0x0040, number, Validity::Ongoing),
            (0x0020, number, Validity::Ongoing),
            (0x1000, number, Validity::Calibrating),
            (0x4000, number, Validity::Questionable),
            (0x5020, number, Validity::Questionable),
            (0x8000, None, Validity::Invalid),
            (0x8001, None, Validity::Invalid),
            (0x2000, None, Validity::NotAvailable),
            (0xA000, None, Validity::NotAvailable),
        ] {
            assert_eq!(shown(state, 0xFF00_03B6), (value, validity), "{state:04X}");
        }
    }

    #[test]
    fn a_special_float_is_no_number() {
        assert_eq!(shown(0, 0x007F_FFFF), (None, Validity::NotAvailable));
        assert_eq!(shown(0, 0x0080_0000), (None, Validity::NotAvailable));
        assert_eq!(shown(0, 0x007F_FFFE), (None, Validity::Overflow));
        assert_eq!(shown(0, 0x0080_0002), (None, Validity::Underflow));
        assert_eq!(shown(0, 0xFFFF_FFFE), (Some(Decimal::new(-2, -1)), Validity::Valid));
    }
}
