//! From the blocks of a view to the cells of a screen: which come first, what stands in each.

use std::{borrow::Cow, time::Duration};

use egui::Painter;
use vigie_board::view::{
    BlockShape, BlockView, DeviceLimits, Freshness, NumericAlarm, NumericAlarmState, NumericView,
    Shown, TileView,
};
use vigie_model::{
    Decimal, Inactivation, MetricKey, MonoTime, Parameter, Priority, Text, Unit, Validity,
    WatchLimit,
};
use vigie_ui_kit::{
    flash,
    numeric::{Cell, Ink, Measure},
    tokens::{self, Palette},
};
use vigie_words::{PressureUnit, SpokenState, TextKey, Units};

use crate::{
    devices::{self, DeviceName},
    order::{self, Large, Order},
    phrases::Phrases,
};

/// One number, or the numbers of one pressure, ready to be placed.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The texts.
    pub cell: Cell,
    parameter: Parameter,
    freshness: Freshness,
    alarm: Option<NumericAlarm>,
    unit: Unit,
    age: Option<Duration>,
    absent: Option<Validity>,
    is_lost: bool,
    /// Its alarm limits in words, first those of its device, then those of the station.
    limits: [String; 2],
    /// Whose it is, where there are several devices.
    from: Option<DeviceName>,
    /// The same as a place in the list of devices.
    pub source: u16,
    /// Another device's value of the same comes first.
    is_second: bool,
    /// A person wants it from this device.
    is_preferred: bool,
}

impl Slot {
    /// The colours at a moment: the parameter's ink, stepped back with age; in alarm the fill of its
    /// priority. It flashes, in the rhythm of the screen, until somebody answered the alarm; then it
    /// stands still, as the alarm's own line does. An old number stays dim even in alarm: lit, it would
    /// look as if it were measured now, and the alarm has a line of its own.
    pub fn ink(&self, now: MonoTime, palette: &Palette) -> Ink {
        let ink = tokens::aged(palette.ink(self.parameter), self.freshness);
        let plain = Ink { quiet: palette.quiet, value: ink, fill: None };
        let Some(NumericAlarm { priority, state }) = self.lit() else { return plain };
        let is_bright = match state {
            NumericAlarmState::Unanswered => flash::is_on(priority, now),
            NumericAlarmState::Answered | NumericAlarmState::SilencedAtBedside => true,
            NumericAlarmState::Latched | NumericAlarmState::NotConfirmed => false,
        };
        let [bright, dark] = palette.alarm(priority, false);
        let alarm = if is_bright { bright } else { dark };
        Ink { quiet: alarm.text, value: alarm.text, fill: Some(alarm.fill) }
    }

    /// The alarm that it is marked with.
    fn lit(&self) -> Option<NumericAlarm> {
        let is_old = matches!(self.freshness, Freshness::Stale | Freshness::Lost);
        let alarm = self.alarm.filter(|alarm| alarm.priority > Priority::Information);
        alarm.filter(|_| self.absent.is_none() && !self.is_lost && !is_old)
    }

    /// What a screen reader says.
    pub fn spoken(&self, phrases: &Phrases) -> String {
        let state = match (self.absent, self.is_lost, self.freshness) {
            (Some(validity), _, _) => SpokenState::Absent(validity),
            (None, true, _) | (None, false, Freshness::Lost) => SpokenState::Lost,
            (None, false, Freshness::Stale) => SpokenState::Stale,
            (None, false, Freshness::Late) => SpokenState::Late,
            (None, false, Freshness::Live) => SpokenState::Live,
        };
        let mut value = self.cell.value.clone();
        if !self.cell.second.is_empty() {
            value = format!("{value} {}", self.cell.second);
        }
        let words = &phrases.words;
        let spoken = words.spoken_numeric(&self.cell.label, &value, &self.unit, self.age, state);
        let device = self.from.as_ref().map(|from| match self.is_second {
            false => words.from_device(&from.name),
            true => words.also_from(&from.name),
        });
        let limits = self.limits.iter().filter(|limits| !limits.is_empty()).cloned();
        let maker = Some(&self.cell.maker).filter(|maker| !maker.is_empty());
        let maker = maker.map(|maker| words.on_device(maker));
        let preferred = self.is_preferred.then(|| phrases.text(TextKey::PreferredSource));
        let spoken =
            std::iter::once(spoken).chain(limits).chain(device).chain(preferred).chain(maker);
        let spoken: Vec<String> = spoken.collect();
        let spoken = spoken.join(", ");
        let Some(NumericAlarm { priority, state }) = self.lit() else { return spoken };
        let state = match state {
            NumericAlarmState::Answered => phrases.text(TextKey::AnsweredHere),
            NumericAlarmState::SilencedAtBedside => words.inactivation(Inactivation::Acknowledged),
            NumericAlarmState::Latched => phrases.text(TextKey::Latched),
            NumericAlarmState::NotConfirmed => phrases.text(TextKey::NotConfirmed),
            NumericAlarmState::Unanswered => phrases.text(TextKey::Unanswered),
        };
        format!("{spoken}, {}, {state}", words.priority(priority))
    }
}

/// The slots of a tile.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Heart rate (else pulse) and SpO2, empty where a monitor gives none; of a ventilator alone its own
    /// first two.
    pub primary: Vec<Slot>,
    /// The others, in the order in which they may be left out from the end.
    pub secondary: Vec<Slot>,
    /// How many of the others stay in any case: pressure, respiration, temperature.
    pub must: usize,
    /// How many after those stay as long as that makes nothing else much smaller: a ventilator's.
    pub wish: usize,
    /// What another device measures too, and is not the first to be asked for: the last on a tile, and
    /// small but never left out in the bed view.
    pub seconds: Vec<Slot>,
}

/// A number whose last hour is worth a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Main {
    /// Which stream.
    pub key: MetricKey,
    /// What to call it.
    pub label: String,
    /// Its colour.
    pub parameter: Parameter,
    /// Its device: a place in the list of the tile.
    pub source: u16,
}

/// The numbers of a tile in the order of [`slots`], one a block: of a pressure the mean, where it is
/// given. Lists have none, and nothing that is written down once a quarter of an hour is a curve.
pub fn mains(tile: &TileView, phrases: &Phrases) -> Vec<Main> {
    let Order { large, others, .. } = order::order(tile);
    let large = large.into_iter().filter_map(|large| match large {
        Large::Block(at) => Some(at),
        Large::Empty(..) => None,
    });
    let blocks = large.chain(others).filter_map(|at| tile.blocks.get(at));
    let main = |block: &BlockView| {
        let is_mean = |numeric: &&NumericView| {
            numeric.id.as_ref().is_some_and(|id| id.as_str().ends_with(".mean"))
        };
        let numeric = match block.shape {
            BlockShape::List => return None,
            BlockShape::Single => block.numerics.first(),
            BlockShape::Pressure => block.numerics.iter().find(is_mean).or(block.numerics.first()),
        }?;
        Some(Main {
            key: numeric.key.clone(),
            label: phrases.words.stream_label(&numeric.key, numeric.label.as_ref()),
            parameter: block.parameter,
            source: block.source,
        })
    };
    blocks.filter(|block| block.parameter != Parameter::Nibp).filter_map(main).collect()
}

/// The numbers of the bed view: all of them, with their makers' names.
pub fn slots(tile: &TileView, phrases: &Phrases) -> Slots {
    written(tile, order::order(tile), phrases)
}

/// The numbers of a tile: what another device measures too stands last, and is the first to be left out.
pub fn tile_slots(tile: &TileView, phrases: &Phrases) -> Slots {
    let mut slots = written(tile, order::on_tile(tile), phrases);
    slots.secondary.append(&mut slots.seconds);
    slots.without_makers()
}

/// Numbers of a wall.
pub const WALL: usize = 4;

/// The numbers of a wall, each at its own place: the two large ones, pressure, respiration. A place
/// without a number stays empty: what stands where never changes.
pub fn wall_slots(tile: &TileView, phrases: &Phrases) -> [Option<Slot>; WALL] {
    let order = order::on_tile(tile);
    let is_alone = !order::has_monitor(tile);
    let slots = written(tile, order, phrases).without_makers();
    let mut large = slots.primary.into_iter();
    let mut others = slots.secondary.into_iter().take(slots.must);
    let mut taken = [large.next(), large.next(), None, None];
    let [.., third, fourth] = &mut taken;
    if is_alone {
        (*third, *fourth) = (others.next(), others.next());
    } else {
        for slot in others {
            let is_pressure = matches!(slot.parameter, Parameter::Abp | Parameter::Nibp);
            let place = if is_pressure { &mut *third } else { &mut *fourth };
            if place.is_none() && slot.parameter != Parameter::Temp {
                *place = Some(slot);
            }
        }
    }
    for slot in taken.iter_mut().flatten() {
        // Its mean has no room of its own.
        slot.cell.second.clear();
        slot.cell.second_template.clear();
        if !slot.cell.label_short.is_empty() {
            slot.cell.label = slot.cell.label_short.clone();
        }
    }
    taken
}

/// What a wall measures, worked out from labels and widest values, not from any bed's.
pub fn usual_wall(painter: &Painter, phrases: &Phrases) -> [Measure; WALL] {
    let ([heart, spo2], [mut pressure, rate, _]) = usual(painter, phrases);
    pressure.second_em = 0.0;
    [heart, spo2, pressure, rate]
}

/// Writes the numbers of a tile in an order.
fn written(tile: &TileView, order: Order, phrases: &Phrases) -> Slots {
    let names = devices::names(tile, phrases);
    let ours = tile.watch.limits.as_ref().map_or(&[][..], |limits| &limits.limits);
    let of_block = |block: &BlockView| -> Vec<Slot> {
        let from = names.get(usize::from(block.source));
        let mut slots = of_block(block, phrases);
        give_limits(&mut slots, block, ours, phrases);
        for slot in &mut slots {
            slot.source = block.source;
            slot.from = from.cloned();
            slot.is_second = block.is_second;
            slot.is_preferred = block.is_preferred;
            if let Some(from) = from {
                slot.cell.source = from.on(block.is_preferred, phrases);
            }
        }
        slots
    };
    let large = |large: Large| match large {
        Large::Empty(id, parameter) => Some(empty(id, parameter, phrases)),
        Large::Block(at) => {
            let block = tile.blocks.get(at)?;
            let mut slot = of_block(block).into_iter().next()?;
            if block.parameter == Parameter::Spo2 && slot.cell.template == TEMPLATE_FRACTION {
                slot.cell.template = TEMPLATE_PERCENT.to_owned();
            }
            Some(slot)
        }
    };
    let mut secondary: Vec<Slot> = Vec::new();
    let (mut must, mut wished) = (0, 0);
    for (place, at) in order.others.into_iter().enumerate() {
        let Some(block) = tile.blocks.get(at) else { continue };
        let first = secondary.len();
        secondary.extend(of_block(block));
        // In the places that every tile has, what is measured says enough where room is scarce; by
        // which way stands in the bed view.
        if place < order.must
            && let Some(slot) = secondary.get_mut(first)
        {
            let short = block.group.as_ref().and_then(|group| group.as_str().split('.').next());
            slot.cell.label_short =
                short.and_then(|short| phrases.words.metric_label(short)).unwrap_or_default();
        }
        if place < order.must {
            must = secondary.len();
        }
        if place < order.must + order.wish {
            wished = secondary.len();
        }
    }
    let seconds = tile.blocks.iter().filter(|block| block.is_second).flat_map(of_block).collect();
    Slots {
        primary: order.large.into_iter().filter_map(large).collect(),
        secondary,
        must,
        wish: wished.saturating_sub(must),
        seconds,
    }
}

impl Slots {
    /// On a tile our names and the numbers stand alone.
    fn without_makers(mut self) -> Slots {
        for slot in self.primary.iter_mut().chain(&mut self.secondary) {
            slot.cell.maker.clear();
            slot.cell.limits = Default::default();
        }
        self
    }
}

/// Widest usual whole number, number with a fraction, percentage with a fraction, pressure, mean of
/// a pressure.
const TEMPLATE_WHOLE: &str = "888";
const TEMPLATE_FRACTION: &str = "88.8";
const TEMPLATE_PERCENT: &str = "100.0";
const TEMPLATE_PRESSURE: &str = "188/188";
const TEMPLATE_MEAN: &str = "(188)";
/// The same in kilopascals.
const TEMPLATE_PRESSURE_FRACTION: &str = "28.8/18.8";
const TEMPLATE_MEAN_FRACTION: &str = "(18.8)";

/// What a tile measures that has all that every tile may have: heart rate and SpO2; pressure with its
/// mean, respiration, temperature. Worked out from labels and widest values, not from any bed's.
pub fn usual(painter: &Painter, phrases: &Phrases) -> ([Measure; 2], [Measure; 3]) {
    let (pressure, mean) = match phrases.words.units().pressure {
        PressureUnit::KPa => (TEMPLATE_PRESSURE_FRACTION, TEMPLATE_MEAN_FRACTION),
        PressureUnit::AsSent | PressureUnit::MmHg => (TEMPLATE_PRESSURE, TEMPLATE_MEAN),
    };
    let cell = |id: &str, template: &str, second: &str| {
        let cell = Cell {
            label: phrases.words.metric_label(id).unwrap_or_default(),
            template: template.to_owned(),
            second_template: second.to_owned(),
            ..Cell::default()
        };
        cell.measure(painter)
    };
    (
        [cell("hr.ecg", TEMPLATE_WHOLE, ""), cell("spo2", TEMPLATE_WHOLE, "")],
        [
            cell("nibp", pressure, mean),
            cell("rr", TEMPLATE_WHOLE, ""),
            cell("temp", TEMPLATE_FRACTION, ""),
        ],
    )
}

/// A block as it is read: its numbers and their limits in the units of the window.
fn in_units(block: &BlockView, units: Units) -> Cow<'_, BlockView> {
    let of = |numeric: &NumericView| units.of(numeric.id.as_ref().map(Text::as_str));
    let is_meant = |numeric: &NumericView| of(numeric).unit(&numeric.unit) != numeric.unit;
    if !block.numerics.iter().any(is_meant) {
        return Cow::Borrowed(block);
    }
    let mut block = block.clone();
    for numeric in &mut block.numerics {
        let (units, unit) = (of(numeric), numeric.unit.clone());
        let shown = |value: Decimal| units.value(value, &unit);
        match &mut numeric.shown {
            Shown::Number { value, .. } => *value = shown(*value),
            Shown::Dashes { last: Some((value, _)) } => *value = shown(*value),
            Shown::Dashes { last: None } | Shown::Absent(_) => {}
        }
        if let Some(limits) = &mut numeric.limits {
            *limits = DeviceLimits { low: limits.low.map(shown), high: limits.high.map(shown) };
        }
        numeric.unit = units.unit(&unit);
    }
    Cow::Owned(block)
}

/// All slots of a block: one for a pressure, one for each member otherwise.
fn of_block(block: &BlockView, phrases: &Phrases) -> Vec<Slot> {
    let block = &in_units(block, phrases.words.units());
    if block.shape == BlockShape::Pressure && block.numerics.len() > 1 {
        return of_pressure(block, phrases).into_iter().collect();
    }
    block.numerics.iter().map(|numeric| of_numeric(numeric, block.parameter, phrases)).collect()
}

/// Gives the slots of a block the limits of its numbers; of a pressure those of the number that leads.
/// Painted are those of the device, or of the station where the device tells none; both are spoken.
fn give_limits(slots: &mut [Slot], block: &BlockView, ours: &[WatchLimit], phrases: &Phrases) {
    let words = &phrases.words;
    let block = &in_units(block, words.units());
    for (slot, numeric) in slots.iter_mut().zip(&block.numerics) {
        let written = |low: Option<Decimal>, high: Option<Decimal>| {
            [high, low].map(|end| end.map(|end| words.decimal(&end)).unwrap_or_default())
        };
        let of_device = numeric.limits.map(|limits| written(limits.low, limits.high));
        let is_meant = |limit: &&WatchLimit| numeric.id.as_ref() == Some(&limit.id);
        // Limits of the station are in the unit of the nomenclature.
        let is_in_its_unit = numeric
            .id
            .as_ref()
            .is_some_and(|id| words.limit_unit(id.as_str()) == words.unit(&numeric.unit));
        let of_station = ours.iter().find(is_meant).filter(|_| is_in_its_unit);
        let of_station = of_station.map(|limit| {
            let shown = |end: Decimal| words.measured(limit.id.as_str(), &end);
            [limit.high, limit.low].map(|end| end.map(shown).unwrap_or_default())
        });
        let spoken = |ends: &Option<[String; 2]>| {
            let [high, low] =
                ends.clone().unwrap_or_default().map(|end| (!end.is_empty()).then_some(end));
            words.limits(low.as_deref(), high.as_deref())
        };
        let [device, station] = [spoken(&of_device), spoken(&of_station)];
        if !device.is_empty() {
            slot.limits[0] = words.limits_of_device(&device);
        }
        if !station.is_empty() {
            slot.limits[1] = words.limits_of_station(&station);
        }
        slot.cell.limits_are_ours = of_device.is_none();
        slot.cell.limits = of_device.or(of_station).unwrap_or_default();
    }
}

/// The place of a number that the device does not give.
fn empty(id: &str, parameter: Parameter, phrases: &Phrases) -> Slot {
    Slot {
        cell: Cell {
            label: phrases.words.metric_label(id).unwrap_or_else(|| id.to_owned()),
            reason: phrases.words.validity(Validity::NotAvailable),
            template: TEMPLATE_WHOLE.to_owned(),
            ..Cell::default()
        },
        parameter,
        freshness: Freshness::Stale,
        alarm: None,
        unit: Unit::one(),
        age: None,
        absent: Some(Validity::NotAvailable),
        is_lost: false,
        limits: Default::default(),
        from: None,
        source: 0,
        is_second: false,
        is_preferred: false,
    }
}

fn of_numeric(numeric: &NumericView, parameter: Parameter, phrases: &Phrases) -> Slot {
    let words = &phrases.words;
    let label = words.stream_label(&numeric.key, numeric.label.as_ref());
    let mut cell = Cell {
        maker: devices::other_label(&label, numeric.label.as_ref()).unwrap_or_default(),
        label,
        unit: words.unit(&numeric.unit),
        alarms_off: numeric.alarms_off,
        template: template(numeric).to_owned(),
        ..Cell::default()
    };
    let mut slot = Slot {
        cell: Cell::default(),
        parameter,
        freshness: numeric.freshness,
        alarm: numeric.alarm,
        unit: numeric.unit.clone(),
        age: numeric.show_age.then_some(numeric.age),
        absent: None,
        is_lost: false,
        limits: Default::default(),
        from: None,
        source: 0,
        is_second: false,
        is_preferred: false,
    };
    match &numeric.shown {
        Shown::Number { value, validity } => cell.value = words.number(value, *validity),
        Shown::Absent(validity) => {
            cell.reason = words.validity(*validity);
            slot.absent = Some(*validity);
        }
        Shown::Dashes { last } => {
            cell.value = phrases.text(TextKey::Dashes);
            slot.is_lost = true;
            if let Some((value, wall)) = last {
                let (value, time) = (words.decimal(value), phrases.dated(*wall));
                cell.last = [words.last_value(&value, &time), format!("{value} {time}")];
            }
        }
    }
    if numeric.show_age && !slot.is_lost && slot.absent.is_none() {
        cell.age = words.age(numeric.age);
    }
    cell.alarm = slot.lit().map(|alarm| alarm.state);
    slot.cell = cell;
    slot
}

/// Width of digits to reserve: by the digits behind the point, which the board has decided.
fn template(numeric: &NumericView) -> &'static str {
    let value = match &numeric.shown {
        Shown::Number { value, .. } => Some(value),
        Shown::Dashes { last } => last.as_ref().map(|(value, _)| value),
        Shown::Absent(_) => None,
    };
    if value.is_some_and(|value| value.decimals() > 0) { TEMPLATE_FRACTION } else { TEMPLATE_WHOLE }
}

/// `sys/dia (mean)`; a member that is missing is written as dashes.
fn of_pressure(block: &BlockView, phrases: &Phrases) -> Option<Slot> {
    let member = |suffix: &str| {
        block
            .numerics
            .iter()
            .find(|numeric| numeric.id.as_ref().is_some_and(|id| id.as_str().ends_with(suffix)))
    };
    let (systolic, diastolic, mean) = (member(".sys"), member(".dia"), member(".mean"));
    let leading = systolic.or(diastolic).or(mean).or(block.numerics.first())?;
    let mut slot = of_numeric(leading, block.parameter, phrases);
    let dashes = phrases.text(TextKey::Dashes);
    let written = |numeric: Option<&NumericView>| match numeric.map(|numeric| &numeric.shown) {
        Some(Shown::Number { value, validity }) => phrases.words.number(value, *validity),
        Some(Shown::Absent(_) | Shown::Dashes { .. }) | None => dashes.clone(),
    };
    let group = block.group.as_ref().and_then(|group| phrases.words.metric_label(group.as_str()));
    if let Some(group) = group {
        slot.cell.maker = devices::other_label(&group, leading.label.as_ref()).unwrap_or_default();
        slot.cell.label = group;
    }
    // The worst of the members speaks for all.
    for numeric in &block.numerics {
        slot.freshness = slot.freshness.max(numeric.freshness);
        slot.alarm = slot.alarm.max(numeric.alarm);
        slot.cell.alarms_off |= numeric.alarms_off;
        if numeric.show_age {
            slot.age = Some(slot.age.unwrap_or_default().max(numeric.age));
        }
    }
    let numbers = block.numerics.iter().filter(|n| matches!(n.shown, Shown::Number { .. })).count();
    if numbers > 0 {
        slot.absent = None;
        slot.is_lost = false;
        slot.cell.reason = String::new();
        slot.cell.last = Default::default();
        slot.cell.value = format!("{}/{}", written(systolic), written(diastolic));
        if mean.is_some() {
            slot.cell.second = format!("({})", written(mean));
        }
        if let Some(age) = slot.age {
            slot.cell.age = phrases.words.age(age);
        }
    } else if slot.is_lost {
        let last = |numeric: Option<&NumericView>| match numeric.map(|numeric| &numeric.shown) {
            Some(Shown::Dashes { last: Some((value, wall)) }) => {
                Some((phrases.words.decimal(value), *wall))
            }
            Some(Shown::Dashes { last: None } | Shown::Number { .. } | Shown::Absent(_)) | None => {
                None
            }
        };
        if let (Some((systolic, wall)), Some((diastolic, _))) = (last(systolic), last(diastolic)) {
            let (value, time) = (format!("{systolic}/{diastolic}"), phrases.dated(wall));
            slot.cell.last = [phrases.words.last_value(&value, &time), format!("{value} {time}")];
        }
    }
    slot.cell.alarm = slot.lit().map(|alarm| alarm.state);
    let is_fraction = slot.cell.template == TEMPLATE_FRACTION;
    slot.cell.template =
        if is_fraction { TEMPLATE_PRESSURE_FRACTION } else { TEMPLATE_PRESSURE }.to_owned();
    slot.cell.second_template = match (mean.is_some(), is_fraction) {
        (true, false) => TEMPLATE_MEAN.to_owned(),
        (true, true) => TEMPLATE_MEAN_FRACTION.to_owned(),
        (false, _) => String::new(),
    };
    Some(slot)
}

#[cfg(test)]
mod tests {
    use vigie_ui_kit::tokens::Theme;

    use super::*;

    #[test]
    fn an_old_number_stays_dim_even_in_alarm() {
        let slot = |freshness, alarm| Slot {
            cell: Cell::default(),
            parameter: Parameter::Spo2,
            freshness,
            alarm,
            unit: Unit::one(),
            age: None,
            absent: None,
            is_lost: false,
            limits: Default::default(),
            from: None,
            source: 0,
            is_second: false,
            is_preferred: false,
        };
        let in_alarm = |freshness| {
            let alarm =
                NumericAlarm { priority: Priority::High, state: NumericAlarmState::Unanswered };
            slot(freshness, Some(alarm)).ink(MonoTime::START, Theme::DAY.palette())
        };
        for freshness in [Freshness::Live, Freshness::Late] {
            assert!(in_alarm(freshness).fill.is_some(), "{freshness:?}");
        }
        for freshness in [Freshness::Stale, Freshness::Lost] {
            let ink = in_alarm(freshness);
            let calm = slot(freshness, None).ink(MonoTime::START, Theme::DAY.palette());
            assert_eq!((ink.fill, ink.value), (None, calm.value), "{freshness:?}");
        }
    }
}
