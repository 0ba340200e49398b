//! One device, written as a tile: everything decided, nothing left to the painter.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use vigie_model::{
    AlarmId, AlarmKind, Bed, Cadence, Condition, DeviceMode, MonoTime, Nature, Parameter,
    StationAlarmKind, Text, Validity, nomenclature::Role,
};

use crate::{
    device::Device,
    freshness::period,
    journal::Moment,
    layout::Place,
    merge::Unsteady,
    stream::{Age, NumericPart, STEADY_AFTER, Stream, Surroundings},
    view::{
        AnswerView, BlockShape, BlockView, DeviceLimits, DeviceView, Freshness, LinkView,
        NumericView, Shown, SourceView, StationAlarmView, TextView, TileView, WatchView, WaveView,
    },
};

/// Ages are told in seconds below this, in minutes from there.
const MINUTES_FROM: Duration = Duration::from_secs(120);

/// A tile, and the moment at which it reads otherwise although nothing was heard.
pub(crate) struct Written {
    pub(crate) tile: TileView,
    pub(crate) unsteady: Unsteady,
    pub(crate) due: Option<MonoTime>,
}

/// The earliest of several moments, collected while a tile is written.
struct Due(Option<MonoTime>);

impl Due {
    fn at(&mut self, moment: Option<MonoTime>) {
        self.0 = [self.0, moment].into_iter().flatten().min();
    }
}

/// A bed at which no device stands.
pub(crate) fn empty(bed: &Bed, watch: Arc<WatchView>) -> TileView {
    TileView {
        bed: Some(bed.id.clone()),
        label: bed.label.clone(),
        device: None,
        patient: None,
        link: LinkView { freshness: None, closed: false, heard: None, heartbeat: 0 },
        mode: DeviceMode::Normal,
        nature: Nature::Real,
        alarms: crate::mirror::Mirror::default()
            .view(MonoTime::START, |_, _| AnswerView::default()),
        station_alarms: Vec::new(),
        blocks: Vec::new(),
        texts: Vec::new(),
        waves: Vec::new(),
        faults: Vec::new(),
        watch,
        sources: Vec::new(),
    }
}

/// What the device is on its own.
fn source(device: &Device, tile: &TileView) -> SourceView {
    // Only what the device told counts: not the period that is assumed of a stream without words.
    let periods = device.streams.values().filter(|stream| stream.wave.is_none());
    let period = periods.filter_map(|stream| period(stream.info.as_ref()?.cadence)).min();
    SourceView {
        device: DeviceView { key: device.key.clone(), info: device.info.clone() },
        link: tile.link.clone(),
        mode: device.mode,
        nature: tile.nature,
        ventilates: device.ventilates(),
        has_waves: !tile.waves.is_empty(),
        period,
        relabelled: device.relabelled.clone(),
    }
}

/// Where a device stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stands<'a> {
    /// In the unassigned tray.
    Nowhere,
    /// The only one of its bed.
    Alone(&'a Bed),
    /// At a bed with others: when it may come before them is a matter of time.
    Beside(&'a Bed),
}

/// A device, on a bed or in the unassigned tray.
pub(crate) fn write(device: &Device, stands: Stands<'_>, now: MonoTime) -> Written {
    let bed = match stands {
        Stands::Nowhere => None,
        Stands::Alone(bed) | Stands::Beside(bed) => Some(bed),
    };
    let mut due = Due(None);
    due.at(device.link_change(now));
    due.at(device.mirror.next_change(now));
    let around = device.surroundings(now);
    let blocks = blocks(device, &around, &mut due);
    let texts = texts(device, &around, &mut due);
    let waves = waves(device, &around, &mut due);
    let tile = TileView {
        bed: bed.map(|bed| bed.id.clone()),
        label: bed.map_or_else(|| own_label(device), |bed| bed.label.clone()),
        device: Some(DeviceView { key: device.key.clone(), info: device.info.clone() }),
        patient: device.patient.clone(),
        link: LinkView {
            freshness: device.link(now),
            closed: device.reach.closed,
            heard: device.heard.map(|heard| heard.pair()),
            heartbeat: device.heartbeat,
        },
        mode: device.mode,
        nature: nature(device),
        alarms: device.mirror.view(now, |kind, id| answer(device, kind, id)),
        station_alarms: station_alarms(&device.raised, |kind| {
            let key = Some(device.key.clone());
            device.listed.answer(&Condition::Station { device: key, kind: kind.clone() })
        }),
        blocks,
        texts,
        waves,
        faults: device.faults.list(),
        watch: bed.map(|_| device.watch.clone()).unwrap_or_default(),
        sources: Vec::new(),
    };
    let tile = TileView { sources: vec![source(device, &tile)], ..tile };
    let unsteady = match stands {
        Stands::Nowhere | Stands::Alone(_) => Unsteady::default(),
        Stands::Beside(_) => unsteady(device, &around, &mut due),
    };
    Written { tile, unsteady, due: due.0 }
}

impl Device {
    /// Whether it tells settings of ventilation.
    pub(crate) fn ventilates(&self) -> bool {
        self.streams.keys().any(|key| {
            let metric = key.metric();
            metric.is_some_and(|m| m.role == Role::Setting && m.parameter == Parameter::Vent)
        })
    }
}

/// What came without a break for too short a time, and when that is over.
fn unsteady(device: &Device, around: &Surroundings, due: &mut Due) -> Unsteady {
    let mut unsteady = Unsteady::default();
    let mut is_young = |since: Option<MonoTime>| {
        let steady = since? + STEADY_AFTER;
        due.at(Some(steady).filter(|steady| *steady > around.now));
        (steady > around.now).then_some(())
    };
    for stream in device.streams.values() {
        if is_young(stream.good_number_since(around)).is_some() {
            unsteady.numbers.insert(stream.key.clone());
        }
        if is_young(stream.good_wave_since(around)).is_some() {
            unsteady.waves.insert(stream.key.clone());
        }
    }
    unsteady
}

/// What people made of an alarm of a device.
fn answer(device: &Device, kind: AlarmKind, id: &AlarmId) -> AnswerView {
    let (key, id) = (device.key.clone(), id.clone());
    device.listed.answer(&Condition::Device { device: key, kind, id })
}

/// What the device calls itself: its bed label, else its model, else its key.
pub(crate) fn own_label(device: &Device) -> Text {
    let told =
        device.info.as_ref().and_then(|info| info.bed_label.as_ref().or(info.model.as_ref()));
    told.filter(|text| !text.is_empty()).unwrap_or(&device.key.0).clone()
}

/// The least real of all that is held: one demonstration value marks the whole tile.
fn nature(device: &Device) -> Nature {
    let of_mode = match device.mode {
        DeviceMode::Demo => Nature::Demo,
        DeviceMode::Test => Nature::Test,
        DeviceMode::Normal | DeviceMode::Standby | DeviceMode::Service => Nature::Real,
    };
    let of_values = device.streams.values().flat_map(|stream| {
        let numeric = stream.numeric.as_ref().map(|part| part.numeric.nature);
        numeric.into_iter().chain(stream.text.as_ref().map(|part| part.nature))
    });
    of_values.fold(of_mode, Nature::max)
}

/// Alarms of the station, about a device or about itself.
pub(crate) fn station_alarms(
    raised: &BTreeMap<StationAlarmKind, Moment>,
    answer: impl Fn(&StationAlarmKind) -> AnswerView,
) -> Vec<StationAlarmView> {
    let mut alarms: Vec<StationAlarmView> = raised
        .iter()
        .map(|(kind, since)| StationAlarmView {
            kind: kind.clone(),
            priority: Device::priority(kind),
            since: since.pair(),
            answer: answer(kind),
            source: None,
        })
        .collect();
    // Stable: what ranks the same stays in the order of its kind.
    alarms.sort_by_key(|alarm| (std::cmp::Reverse(alarm.priority), alarm.since.0));
    alarms
}

fn blocks(device: &Device, around: &Surroundings, due: &mut Due) -> Vec<BlockView> {
    let mut numbers: Vec<(&Place, &Stream, &NumericPart)> = device
        .streams
        .values()
        .filter_map(|stream| Some((stream.place.as_ref()?, stream, stream.numeric.as_ref()?)))
        .collect();
    numbers.sort_by_key(|(place, _, _)| *place);
    let mut blocks: Vec<BlockView> = Vec::new();
    let mut instance = 0;
    for (_, stream, part) in numbers {
        let numeric = number(device, stream, part, around, due);
        let mapped = &stream.mapped;
        match blocks.last_mut() {
            Some(block)
                if mapped.shape != BlockShape::Single
                    && block.group == mapped.group
                    && instance == stream.key.instance =>
            {
                block.numerics.push(numeric);
            }
            Some(_) | None => blocks.push(BlockView {
                group: mapped.group.clone(),
                parameter: mapped.parameter,
                shape: mapped.shape,
                numerics: vec![numeric],
                source: 0,
                is_second: false,
                is_preferred: false,
            }),
        }
        instance = stream.key.instance;
    }
    blocks
}

fn number(
    device: &Device,
    stream: &Stream,
    part: &NumericPart,
    around: &Surroundings,
    due: &mut Due,
) -> NumericView {
    let numeric = &part.numeric;
    let age = stream.age(&part.life, around);
    due.at(age.next);
    let is_episodic = matches!(stream.cadence(), Cadence::Episodic { .. });
    let shown = shown(stream, part, &age);
    let show_age = match &shown {
        Shown::Number { .. } => is_episodic || age.freshness >= Freshness::Late,
        // An episodic value that is not there was not measured at any time.
        Shown::Absent(_) => !is_episodic && age.freshness >= Freshness::Late,
        Shown::Dashes { last } => last.is_some(),
    };
    let (told, until_next) = told_age(age.age);
    if show_age {
        due.at(Some(around.now + until_next));
    }
    NumericView {
        key: stream.key.clone(),
        id: stream.mapped.id.clone(),
        label: stream.label().cloned(),
        shown,
        unit: numeric.unit.clone(),
        freshness: age.freshness,
        age: told,
        show_age,
        device_time: numeric.device_time,
        nature: numeric.nature,
        alarm: device.mirror.of_number(
            &stream.key,
            numeric.in_alarm && !part.life.backfilled && age.freshness != Freshness::Lost,
            around.now,
            |kind, id| answer(device, kind, id),
        ),
        alarms_off: numeric.alarms_off,
        limits: stream
            .limits
            .as_ref()
            .filter(|limits| limits.enabled && limits.unit == numeric.unit)
            .map(|limits| DeviceLimits { low: limits.low, high: limits.high }),
    }
}

fn shown(stream: &Stream, part: &NumericPart, age: &Age) -> Shown {
    let reading = &part.numeric.reading;
    let digits = stream.info.as_ref().and_then(|info| info.digits);
    let value = reading.value().map(|value| digits.map_or(value, |digits| value.rounded(digits)));
    match (age.freshness, value) {
        (Freshness::Lost, value) => {
            Shown::Dashes { last: value.map(|value| (value, part.dated())) }
        }
        (Freshness::Live | Freshness::Late | Freshness::Stale, Some(value)) => {
            let is_odd = stream.is_implausible();
            let validity = if is_odd { Validity::Questionable } else { reading.validity() };
            Shown::Number { value, validity }
        }
        (Freshness::Live | Freshness::Late | Freshness::Stale, None) => {
            Shown::Absent(reading.validity())
        }
    }
}

fn texts(device: &Device, around: &Surroundings, due: &mut Due) -> Vec<TextView> {
    let mut texts: Vec<(&Place, TextView)> = Vec::new();
    for stream in device.streams.values() {
        let (Some(place), Some(part)) = (&stream.place, &stream.text) else { continue };
        let age = stream.age(&part.life, around);
        due.at(age.next);
        let value = part.value.clone().filter(|_| age.freshness != Freshness::Lost);
        texts.push((
            place,
            TextView {
                key: stream.key.clone(),
                label: stream.label().cloned(),
                value,
                freshness: age.freshness,
                source: 0,
            },
        ));
    }
    texts.sort_by_key(|(place, _)| *place);
    texts.into_iter().map(|(_, text)| text).collect()
}

fn waves(device: &Device, around: &Surroundings, due: &mut Due) -> Vec<WaveView> {
    let mut waves: Vec<(&Place, WaveView)> = Vec::new();
    for stream in device.streams.values() {
        let Some(part) = &stream.wave else { continue };
        let age = stream.age(&part.life, around);
        due.at(age.next);
        waves.push((
            &part.place,
            WaveView {
                key: stream.key.clone(),
                id: stream.mapped.id.clone(),
                label: stream.label().cloned(),
                unit: part.unit.clone(),
                parameter: stream.mapped.parameter,
                scale: part.scale,
                span: part.trace.span(),
                rate_hz: part.rate_hz,
                freshness: age.freshness,
                trace: part.trace.chunks(),
                source: 0,
                is_second: false,
                is_preferred: false,
            },
        ));
    }
    waves.sort_by_key(|(place, _)| *place);
    // One wave of each kind comes before a second lead of any: a small tile shows the first few.
    let mut seen = BTreeSet::new();
    let (first, others): (Vec<WaveView>, Vec<WaveView>) =
        waves.into_iter().map(|(_, wave)| wave).partition(|wave| seen.insert(wave.parameter));
    first.into_iter().chain(others).collect()
}

/// An age as it is told, in whole seconds or minutes, and how long it stays so.
fn told_age(age: Duration) -> (Duration, Duration) {
    let unit_secs = if age < MINUTES_FROM { 1 } else { 60 };
    let told = Duration::from_secs(age.as_secs() / unit_secs * unit_secs);
    (told, (told + Duration::from_secs(unit_secs)).saturating_sub(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_seconds_and_then_in_minutes() {
        let ms = Duration::from_millis;
        for (age, told, next) in [
            (0, 0, 1000),
            (999, 0, 1),
            (1000, 1000, 1000),
            (119_999, 119_000, 1),
            (120_000, 120_000, 60_000),
            (179_999, 120_000, 1),
            (3_600_001, 3_600_000, 59_999),
        ] {
            assert_eq!(told_age(ms(age)), (ms(told), ms(next)), "{age} ms");
        }
    }
}
