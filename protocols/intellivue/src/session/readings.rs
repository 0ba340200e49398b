//! Observed values: the number, how far to believe it, and how old it is.

use std::ops::RangeInclusive;
use std::time::Duration;

use vigie_model::{DeviceTime, Measured, MetricKey, Numeric, Reading, Tick, Unit, Validity};

use crate::wire::float::FloatValue;
use crate::wire::numeric::{MeasurementState, NuObsValue};

use super::clocks::{self, TIMEBASE};
use super::common::{Common, ResultHead};
use super::numeric_context::Observation;
use super::oddities::Oddity;

/// A monitor computes some values every few seconds, ST about every 12 s, and sends them as current all
/// the while. Up to this age they are; an older one has stopped. In recordings ST gets 16.4 s old, and
/// nothing else has such a stamp.
const CURRENT_MAX: Duration = Duration::from_secs(17);
/// Powers of ten that a number can have. Monitors send −3 to 0; beyond this it is damaged, and would
/// be a hundred digits long.
const EXPONENTS: RangeInclusive<i8> = -9..=9;

/// An observed value as an event; `key` and `unit` are those of its stream.
pub(super) fn numeric(
    common: &mut Common,
    result: &ResultHead,
    observation: &Observation,
    value: &NuObsValue,
    (key, unit): (MetricKey, Unit),
) -> Numeric {
    if let FloatValue::Number(number) = value.value.value()
        && !EXPONENTS.contains(&number.exponent())
    {
        common.oddities.note(Oddity::Exponent { exponent: number.exponent() });
    }
    let reading = reading(value);
    let When { measured, device_time, tick } = match reading.value() {
        Some(_) => when(common, result, observation),
        // That there is none is said now, whatever the stamp of the one there was.
        None => When { measured: Measured::Now, device_time: None, tick: result.tick },
    };
    Numeric {
        key,
        unit,
        reading,
        measured,
        device_time,
        tick: tick.map(|tick| (TIMEBASE, tick)),
        nature: common.mode.nature(value.state),
        in_alarm: value.state.has(MeasurementState::IN_ALARM),
        alarms_off: value.state.has(MeasurementState::ALARMS_OFF),
    }
}

/// When a value was measured.
struct When {
    measured: Measured,
    device_time: Option<DeviceTime>,
    tick: Option<Tick>,
}

/// The time of the result, unless the object has a stamp of its own.
fn when(common: &Common, result: &ResultHead, observation: &Observation) -> When {
    // A result of time 0 says that nothing was measured: what it holds nevertheless has no age.
    let measured = if result.tick.is_some() { Measured::Now } else { Measured::Unknown };
    let mut when = When { measured, device_time: None, tick: result.tick };
    if let Some(stamp) = observation.absolute {
        let age = common.wall.zip(result.tick).map(|(wall, tick)| wall.age(stamp, tick));
        when.measured = age.unwrap_or(Measured::Unknown);
        when.device_time = clocks::device_time(stamp);
    } else if let Some((stamp, tick)) = observation.relative.zip(result.tick) {
        let stamped = common.ticks.near(stamp);
        when.measured = match tick.0.checked_sub(stamped.0).map(clocks::duration) {
            Some(age) if age <= CURRENT_MAX => Measured::Now,
            Some(age) => Measured::Ago(age),
            // Ahead of the result that carries it.
            None => Measured::Unknown,
        };
        when.tick = Some(stamped.min(tick));
    }
    when
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
        FloatValue::Number(number) if EXPONENTS.contains(&number.exponent()) => {
            Reading::of(number, validity)
        }
        FloatValue::Number(_) => Reading::absent(Validity::Invalid),
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
        assert_eq!(shown(0, 0x0900_0001).0, Some(Decimal::new(1, 9)));
        assert_eq!(shown(0, 0x7F00_0001), (None, Validity::Invalid));
        assert_eq!(shown(0, 0x8000_0001), (None, Validity::Invalid));
        assert_eq!(shown(0, 0xFFFF_FFFE), (Some(Decimal::new(-2, -1)), Validity::Valid));
    }
}
