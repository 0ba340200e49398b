//! Three protocols that exist nowhere, one for each shape that the trait must fit.
//!
//! | Toy | Shape |
//! | --- | --- |
//! | [`two_lines`] | two serial lines, one device: numbers when asked, samples unasked |
//! | [`broadcast`] | one UDP listener, many devices |
//! | [`call_back`] | the session connects and asks; the device connects back and tells |
//!
//! Each file holds the session, its factory, and what the device sends. They are examples as well:
//! a real protocol has the same parts in more files.

pub mod broadcast;
pub mod call_back;
pub mod two_lines;

use vigie_model::{
    Decimal, Event, Measured, MetricKey, Nature, Numeric, Reading, Text, Unit, Validity,
};

/// A number as all three toys report it.
fn numeric(vendor: &'static str, unit: &'static str, value: i64) -> Event {
    Event::Numeric(Numeric {
        key: MetricKey { code: None, vendor: Text::from(vendor), instance: 0 },
        unit: Unit::ucum(unit),
        reading: Reading::of(Decimal::whole(value), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Test,
        in_alarm: false,
        alarms_off: false,
    })
}
