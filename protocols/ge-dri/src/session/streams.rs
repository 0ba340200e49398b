//! Streams that were told, so that each is told once and again when something of it changes.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{
    Cadence, Category, DeviceTime, Event, Measured, MetricKey, Nature, Numeric, Reading,
    StreamInfo, Text, Unit, Validity,
};

/// All streams of numbers and words, by the specification's name.
#[derive(Debug, Default)]
pub(super) struct Streams {
    told: BTreeMap<&'static str, StreamInfo>,
}

impl Streams {
    /// Whether a stream was told.
    pub(super) fn is_told(&self, vendor: &str) -> bool {
        self.told.contains_key(vendor)
    }

    /// Tells a stream if it is new or another. A value whose name changed, because staff moved a
    /// transducer or chose another source, is not a value of the old name any more.
    pub(super) fn tell(&mut self, vendor: &'static str, info: StreamInfo, events: &mut Vec<Event>) {
        if let Some(known) = self.told.get(vendor) {
            if *known == info {
                return;
            }
            if known.key != info.key {
                events.push(no_value(known));
            }
        }
        events.push(Event::Stream(info.clone()));
        self.told.insert(vendor, info);
    }

    /// The group is gone: its values are none, once.
    pub(super) fn forget(&mut self, vendor: &str, events: &mut Vec<Event>) {
        if let Some(known) = self.told.remove(vendor) {
            events.push(no_value(&known));
        }
    }
}

fn no_value(info: &StreamInfo) -> Event {
    let reading = Reading::absent(Validity::NotAvailable);
    Event::Numeric(numeric(info, reading, Measured::Now, None))
}

/// A number of a stream.
pub(super) fn numeric(
    info: &StreamInfo,
    reading: Reading,
    measured: Measured,
    device_time: Option<DeviceTime>,
) -> Numeric {
    Numeric {
        key: info.key.clone(),
        unit: info.unit.clone(),
        reading,
        measured,
        device_time,
        tick: None,
        // The protocol has no way to say anything else.
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}

/// A stream of words.
pub(super) fn words(vendor: &str, label: &str, period: Duration) -> StreamInfo {
    StreamInfo {
        key: MetricKey { code: None, vendor: Text::from(vendor), instance: 0 },
        label: Some(Text::from(label)),
        unit: Unit::one(),
        digits: None,
        category: Category::Derived,
        cadence: Cadence::Periodic(period),
    }
}
