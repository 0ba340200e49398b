//! Values that no patient has, and values in the unit of the nomenclature.
//!
//! A number outside the plausible span of its nomenclature row is kept and shown as sent, with a
//! question mark. It goes into no limit, score or summary of the station. When it stays so for 3 s,
//! which a single wrong value does not, an alarm of low priority says so. What the device itself makes
//! of it, its alarms above all, is mirrored as ever.
//!
//! Spans and limits are in the unit of the nomenclature. A value in another unit is converted where
//! the factor is known; where it is not, nothing is concluded from it.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::Duration,
};

use vigie_model::{
    BedId, Cadence, Decimal, DeviceKey, MetricKey, MonoTime, Nature, Numeric, Text, Unit,
    nomenclature::{Metric, Role, by_id},
};

use crate::{
    board::Board,
    device::Device,
    merge::{self, Rank, Worth},
    stream::{Age, STEADY_AFTER, Stream, Surroundings, is_believed},
    view::Freshness,
};

/// An implausible value must stay for so long before it is an alarm.
const HOLDS: Duration = Duration::from_secs(3);

/// From a unit, to one of the nomenclature: times, plus. Conversions of pressure by 1 mmHg =
/// 0.133322 kPa = 1.33322 mbar = 1.35951 cmH2O.
const CONVERSIONS: &[(&str, &str, f64, f64)] = &[
    ("kPa", "mm[Hg]", 1.0 / 0.133_322, 0.0),
    ("mbar", "mm[Hg]", 1.0 / 1.333_22, 0.0),
    ("cm[H2O]", "mm[Hg]", 1.0 / 1.359_51, 0.0),
    ("mm[Hg]", "cm[H2O]", 1.359_51, 0.0),
    ("kPa", "cm[H2O]", 1.359_51 / 0.133_322, 0.0),
    ("mbar", "cm[H2O]", 1.359_51 / 1.333_22, 0.0),
    ("[degF]", "Cel", 1.0 / 1.8, -32.0 / 1.8),
    ("uV", "mV", 0.001, 0.0),
];
/// Digits behind the point of what was converted: finer than any limit or score asks.
const CONVERTED_DIGITS: i8 = 3;

/// A value of a device that the station itself may conclude from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usable {
    /// In the unit of the nomenclature, with the digits that are shown.
    pub(crate) value: Decimal,
    /// When it was measured.
    pub(crate) measured: MonoTime,
    /// How old it is.
    pub(crate) age: Age,
    /// Measured now and then.
    pub(crate) is_episodic: bool,
    /// It has been believed and current for so long that it may come before another device's.
    pub(crate) is_steady: bool,
}

/// `value` in the unit of the nomenclature's row; `None` when that cannot be known.
fn in_unit_of(metric: &Metric, value: Decimal, unit: &Unit) -> Option<Decimal> {
    let Unit::Ucum(unit) = unit else { return None };
    if unit.as_str() == metric.ucum {
        return Some(value);
    }
    let (_, _, times, plus) =
        CONVERSIONS.iter().find(|(from, to, _, _)| *from == unit.as_str() && *to == metric.ucum)?;
    let thousandths = (value.to_f64().mul_add(*times, *plus) * 1_000.0).round();
    // Far beyond every span, and exact in a float.
    (thousandths.abs() < 1e15).then(|| Decimal::new(thousandths as i64, -CONVERTED_DIGITS))
}

fn row(key: &MetricKey) -> Option<&'static Metric> {
    key.metric().filter(|metric| metric.role == Role::Numeric)
}

/// Whether a number may be one of a patient, as far as the station can tell.
pub(crate) fn is_plausible(numeric: &Numeric) -> bool {
    let judged = || {
        let metric = row(&numeric.key)?;
        let value = in_unit_of(metric, numeric.reading.value()?, &numeric.unit)?;
        Some(metric.is_plausible(value.to_f64()))
    };
    judged().unwrap_or(true)
}

impl Stream {
    /// Whether its number stands outside its plausible span.
    pub(crate) fn is_implausible(&self) -> bool {
        self.is_measured() && self.numeric.as_ref().is_some_and(|part| !is_plausible(&part.numeric))
    }

    /// Whether it has been outside for so long that it is an alarm: a value measured, or vouched for
    /// by a heartbeat, 3 s after the first.
    pub(crate) fn is_implausible_alarm(&self, around: &Surroundings) -> bool {
        let (Some(since), Some(part)) = (self.implausible_since, &self.numeric) else {
            return false;
        };
        let vouched = part.life.vouched(self.cadence(), around.alive);
        let last = part.measured.mono.max(vouched.unwrap_or(part.measured.mono));
        self.is_measured()
            && last.since(since) >= HOLDS
            && self.age(&part.life, around).freshness != Freshness::Lost
    }

    /// What its number says, whatever its age: `None` for settings, for what the device or the station
    /// doubts, for demonstrations and for what has no known unit.
    pub(crate) fn worth(&self) -> Option<Decimal> {
        let part = self.numeric.as_ref()?;
        let numeric = &part.numeric;
        if !is_believed(numeric.reading.validity())
            || numeric.nature != Nature::Real
            || !self.is_measured()
        {
            return None;
        }
        let metric = row(&self.key)?;
        // As it is shown: nobody understands an alarm "below 90" beside a 90.
        let digits = self.info.as_ref().and_then(|info| info.digits);
        let value = numeric.reading.value()?;
        let value = digits.map_or(value, |digits| value.rounded(digits));
        let value = in_unit_of(metric, value, &numeric.unit)?;
        metric.is_plausible(value.to_f64()).then_some(value)
    }

    /// Its number, if it may be concluded from now: live or late, or measured now and then and shown
    /// as a number still.
    pub(crate) fn usable(&self, around: &Surroundings) -> Option<Usable> {
        let value = self.worth()?;
        let part = self.numeric.as_ref()?;
        let age = self.age(&part.life, around);
        let is_episodic = matches!(self.cadence(), Cadence::Episodic { .. });
        let is_fresh = match age.freshness {
            Freshness::Live | Freshness::Late => true,
            Freshness::Stale => is_episodic,
            Freshness::Lost => false,
        };
        let steady = self.good_number_since(around).map(|since| around.now.since(since));
        let is_steady = steady.is_some_and(|steady| steady >= STEADY_AFTER);
        let measured = part.measured.mono;
        is_fresh.then_some(Usable { value, measured, age, is_episodic, is_steady })
    }
}

impl Device {
    /// All its numbers that may be concluded from now, by nomenclature id; of several streams with one
    /// id the first.
    pub(crate) fn usable(&self, now: MonoTime) -> BTreeMap<&'static str, Usable> {
        let around = self.surroundings(now);
        let mut usable = BTreeMap::new();
        for stream in self.streams.values() {
            if let (Some(metric), Some(number)) = (stream.key.metric(), stream.usable(&around)) {
                usable.entry(metric.id).or_insert(number);
            }
        }
        usable
    }
}

impl Board {
    /// All numbers of a bed that may be concluded from now: of several devices that have one, that of
    /// the device which comes first on the tile.
    pub(crate) fn usable_at(&self, bed: &BedId, now: MonoTime) -> BTreeMap<&'static str, Usable> {
        let mut usable: BTreeMap<&'static str, (Rank, Usable)> = BTreeMap::new();
        let Some(slot) = self.ward.slot(bed) else { return BTreeMap::new() };
        for (place, key) in (0..).zip(&slot.devices) {
            let Some(device) = self.devices.get(key) else { continue };
            let ventilates = device.ventilates();
            for (id, number) in device.usable(now) {
                let Some(metric) = by_id(id) else { continue };
                let is_of = |(group, _): &(&Text, &DeviceKey)| group.as_str() == metric.group();
                let wanted = slot.preferred.iter().find(is_of).map(|(_, from)| from);
                let rank = Rank {
                    worth: match (number.age.freshness, number.is_steady) {
                        (Freshness::Live | Freshness::Late, true) => Worth::Steady,
                        (Freshness::Live | Freshness::Late, false) => Worth::Doubtful,
                        (Freshness::Stale | Freshness::Lost, _) => Worth::None,
                    },
                    is_other: wanted != Some(key),
                    is_away: !(ventilates && merge::is_of_airway(metric.parameter)),
                    place,
                };
                match usable.entry(id) {
                    Entry::Vacant(entry) => _ = entry.insert((rank, number)),
                    Entry::Occupied(mut entry) if rank < entry.get().0 => {
                        entry.insert((rank, number));
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
        usable.into_iter().map(|(id, (_, number))| (id, number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::nomenclature::by_id;

    use super::*;

    #[test]
    fn units_are_converted_where_the_factor_is_known() {
        let converted = |id: &str, mantissa, exponent, unit: &str| {
            let metric = by_id(id).unwrap_or_else(|| panic!("{id} is not in the table"));
            let value = in_unit_of(metric, Decimal::new(mantissa, exponent), &Unit::ucum(unit));
            value.map(|value| value.to_string())
        };
        for (id, mantissa, exponent, unit, expected) in [
            ("spo2", 970, -1, "%", Some("97.0")),
            ("temp", 986, -1, "[degF]", Some("37.000")),
            ("abp.sys", 160, -1, "kPa", Some("120.010")),
            ("etco2", 40, 0, "mbar", Some("30.003")),
            ("cvp.mean", 10, 0, "cm[H2O]", Some("7.356")),
            ("vent.pip", 20, 0, "mbar", Some("20.394")),
            ("hr.ecg", 60, 0, "1", None),
            ("temp", i64::MAX, 100, "[degF]", None),
        ] {
            let value = converted(id, mantissa, exponent, unit);
            assert_eq!(value.as_deref(), expected, "{id} in {unit}");
        }
        let metric = by_id("spo2").expect("spo2 is in the table");
        assert_eq!(in_unit_of(metric, Decimal::whole(9), &Unit::AsSent("%".into())), None);
    }
}
