//! Several devices of one bed, written as one tile.
//!
//! Everything stands in the one order of the board, whoever made the device, and names its source.
//! Where two devices measure the same, one comes first and the other stays visible behind it:
//!
//! 1. whose value is live or late, and a number: nothing stale hides what is known. Of those, one that
//!    its device and the station believe comes before one in doubt, and one that has been so for 5 s
//!    without a break before one that is just back: a cable that comes and goes moves nothing twice a
//!    minute;
//! 2. whom a person prefers for this measurement ([`crate::Command::Prefer`]);
//! 3. for the airway and its gases, who ventilates;
//! 4. who came to the bed first.
//!
//! Scores, the last hour and the limits that are proposed take a measurement from the same device
//! (`Board::usable_at`). Limits watch every device: what one of two says is outside is an alarm, and
//! names it.
//!
//! What is not mapped is nobody's double: it stands at the end, device by device.
//!
//! The tile is live as long as one of its devices is, and in standby only when all are; each device's
//! own link and mode stand in [`TileView::sources`], and its silence is a station alarm as ever.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use vigie_model::{AlarmTruth, DeviceKey, DeviceMode, MetricKey, Nature, Parameter, Text};

use crate::{
    layout::{self, Place},
    mirror::doubt_of,
    stream::is_believed,
    view::{
        AlarmsView, BlockView, Freshness, LinkView, NumericView, Shown, SourceView, TextView,
        TileView, WaveView,
    },
};

/// Streams of a device that were silent, or in doubt, until a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Unsteady {
    pub(crate) numbers: BTreeSet<MetricKey>,
    pub(crate) waves: BTreeSet<MetricKey>,
}

/// What can be concluded from a value; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// Live or late, believed, and that for a while.
    Steady,
    /// Live or late, but doubted, no patient's, or just back.
    Doubtful,
    /// No number, or an old one.
    None,
}

/// Who comes first where two measure the same: the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) worth: Worth,
    /// A person wants no device, or another.
    pub(crate) is_other: bool,
    /// Not of the airway, or not from who ventilates.
    pub(crate) is_away: bool,
    /// The device's place at the bed.
    pub(crate) place: u16,
}

/// Whether a ventilator's word on it comes first.
pub(crate) fn is_of_airway(parameter: Parameter) -> bool {
    matches!(parameter, Parameter::Vent | Parameter::Gas)
}

/// One tile of at least one; what is of the bed (label, watch) is taken from the first.
pub(crate) fn merged(
    written: &[(Arc<TileView>, Arc<Unsteady>)],
    preferred: &BTreeMap<Text, DeviceKey>,
) -> TileView {
    let tiles: Vec<Arc<TileView>> = written.iter().map(|(tile, _)| tile.clone()).collect();
    let tiles = tiles.as_slice();
    let unsteady = written.iter().map(|(_, unsteady)| &**unsteady).collect();
    let Some(first) = tiles.first() else {
        // No bed is written of no device.
        return crate::tile::empty(
            &vigie_model::Bed { id: vigie_model::BedId(Text::from("")), label: Text::from("") },
            Arc::default(),
        );
    };
    let sources: Vec<SourceView> =
        tiles.iter().flat_map(|tile| tile.sources.iter().cloned()).collect();
    let rules = Rules { sources: &sources, preferred, unsteady };
    TileView {
        bed: first.bed.clone(),
        label: first.label.clone(),
        device: first.device.clone(),
        patient: patient(tiles),
        link: link(tiles),
        mode: mode(tiles, first.mode),
        nature: tiles.iter().map(|tile| tile.nature).fold(Nature::Real, Nature::max),
        alarms: alarms(tiles),
        station_alarms: station_alarms(tiles),
        blocks: blocks(tiles, &rules),
        texts: texts(tiles),
        waves: waves(tiles, &rules),
        faults: tiles.iter().flat_map(|tile| tile.faults.iter().cloned()).collect(),
        watch: first.watch.clone(),
        sources: sources.clone(),
    }
}

/// Tiles with their places among the sources.
fn numbered(tiles: &[Arc<TileView>]) -> impl Iterator<Item = (u16, &TileView)> {
    (0..).zip(tiles.iter().map(|tile| &**tile))
}

/// Who tells an identifier tells of the patient; else the first who tells anything.
fn patient(tiles: &[Arc<TileView>]) -> Option<vigie_model::Patient> {
    let told = || tiles.iter().filter_map(|tile| tile.patient.as_ref());
    told().find(|patient| patient.id.is_some()).or_else(|| told().next()).cloned()
}

/// What the first of those does that are at work; when none is, what the first does.
fn mode(tiles: &[Arc<TileView>], of_first: DeviceMode) -> DeviceMode {
    let is_at_work = |mode: &DeviceMode| match mode {
        DeviceMode::Normal | DeviceMode::Demo | DeviceMode::Test => true,
        DeviceMode::Standby | DeviceMode::Service => false,
    };
    tiles.iter().map(|tile| tile.mode).find(is_at_work).unwrap_or(of_first)
}

fn link(tiles: &[Arc<TileView>]) -> LinkView {
    let links = || tiles.iter().map(|tile| &tile.link);
    LinkView {
        freshness: links().filter_map(|link| link.freshness).min(),
        closed: links().all(|link| link.closed),
        heard: links().filter_map(|link| link.heard).max_by_key(|(mono, _)| *mono),
        heartbeat: links().map(|link| link.heartbeat).fold(0, u64::saturating_add),
    }
}

fn alarms(tiles: &[Arc<TileView>]) -> AlarmsView {
    // A device that never stated an alarm makes nothing of the others' doubtful; if none did, nobody
    // knows.
    let stated = || {
        let views = tiles.iter().map(|tile| &tile.alarms);
        views.filter(|view| {
            view.truth != AlarmTruth::Unknown
                || view.unconfirmed_since.is_some()
                || !view.list.is_empty()
        })
    };
    let mut list: Vec<_> = numbered(tiles)
        .flat_map(|(source, tile)| {
            tile.alarms.list.iter().map(move |alarm| {
                let mut alarm = alarm.clone();
                alarm.source = source;
                alarm
            })
        })
        .collect();
    // As one device's: priority, patient before equipment, age.
    list.sort_by_key(|alarm| (Reverse(alarm.priority), alarm.kind, alarm.since.0));
    AlarmsView {
        truth: stated().map(|view| view.truth).reduce(doubt_of).unwrap_or(AlarmTruth::Unknown),
        unconfirmed_since: stated().filter_map(|view| view.unconfirmed_since).min(),
        list,
    }
}

fn station_alarms(tiles: &[Arc<TileView>]) -> Vec<crate::view::StationAlarmView> {
    let mut all: Vec<_> = numbered(tiles)
        .flat_map(|(source, tile)| {
            tile.station_alarms.iter().map(move |alarm| {
                let mut alarm = alarm.clone();
                alarm.source = Some(source);
                alarm
            })
        })
        .collect();
    all.sort_by_key(|alarm| (Reverse(alarm.priority), alarm.since.0));
    all
}

/// Who comes first where two measure the same.
struct Rules<'a> {
    sources: &'a [SourceView],
    preferred: &'a BTreeMap<Text, DeviceKey>,
    /// Of each source.
    unsteady: Vec<&'a Unsteady>,
}

impl Rules<'_> {
    /// Whether a person wants this measurement from this device.
    fn is_wanted(&self, group: &Text, source: u16) -> bool {
        let view = self.sources.get(usize::from(source));
        let wanted = self.preferred.get(group);
        view.zip(wanted).is_some_and(|(view, wanted)| *wanted == view.device.key)
    }

    /// The same of a wave: whoever wants a measurement from a device wants its wave too.
    fn is_wave_wanted(&self, id: &Text, source: u16) -> bool {
        let number = layout::number_of_wave(id.as_str());
        self.is_wanted(id, source)
            || (!self.preferred.contains_key(id)
                && number.is_some_and(|group| self.is_wanted(&Text::from(group), source)))
    }

    fn rank(&self, is_wanted: bool, parameter: Parameter, source: u16, worth: Worth) -> Rank {
        let view = self.sources.get(usize::from(source));
        let is_at_home = is_of_airway(parameter) && view.is_some_and(|view| view.ventilates);
        Rank { worth, is_other: !is_wanted, is_away: !is_at_home, place: source }
    }

    fn unsteady(&self, source: u16) -> Option<&Unsteady> {
        self.unsteady.get(usize::from(source)).copied()
    }

    fn worth_of_number(&self, number: &NumericView, source: u16) -> Worth {
        let is_steady = || {
            let unsteady = self.unsteady(source);
            unsteady.is_none_or(|unsteady| !unsteady.numbers.contains(&number.key))
        };
        match &number.shown {
            Shown::Number { .. } if number.freshness > Freshness::Late => Worth::None,
            Shown::Number { validity, .. }
                if is_believed(*validity) && number.nature == Nature::Real && is_steady() =>
            {
                Worth::Steady
            }
            Shown::Number { .. } => Worth::Doubtful,
            Shown::Absent(_) | Shown::Dashes { .. } => Worth::None,
        }
    }

    /// A pressure is worth as much as the best of its numbers.
    fn worth_of_block(&self, block: &BlockView) -> Worth {
        let worths = block.numerics.iter().map(|number| self.worth_of_number(number, block.source));
        worths.min().unwrap_or(Worth::None)
    }

    fn worth_of_wave(&self, wave: &WaveView) -> Worth {
        let unsteady = self.unsteady(wave.source);
        if wave.freshness > Freshness::Late {
            Worth::None
        } else if unsteady.is_none_or(|unsteady| !unsteady.waves.contains(&wave.key)) {
            Worth::Steady
        } else {
            Worth::Doubtful
        }
    }
}

fn blocks(tiles: &[Arc<TileView>], rules: &Rules<'_>) -> Vec<BlockView> {
    let mut all: Vec<(Option<Place>, BlockView)> = numbered(tiles)
        .flat_map(|(source, tile)| {
            tile.blocks.iter().map(move |block| {
                let place = block
                    .numerics
                    .first()
                    .map(|number| Place::of_value(&number.key, number.label.as_ref()));
                (place, BlockView { source, ..block.clone() })
            })
        })
        .collect();
    let mut best: BTreeMap<(Text, u16), Rank> = BTreeMap::new();
    let key = |block: &BlockView| {
        let instance = block.numerics.first().map_or(0, |number| number.key.instance);
        block.group.clone().map(|group| (group, instance))
    };
    let rank = |block: &BlockView, group: &Text| {
        let is_wanted = rules.is_wanted(group, block.source);
        rules.rank(is_wanted, block.parameter, block.source, rules.worth_of_block(block))
    };
    for (_, block) in &all {
        if let Some(key) = key(block) {
            let rank = rank(block, &key.0);
            best.entry(key).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
        }
    }
    for (_, block) in &mut all {
        if let Some(key) = key(block) {
            let own = rank(block, &key.0);
            // Only another device's block makes one the second.
            block.is_second = best.get(&key).is_some_and(|best| best.place != own.place);
            block.is_preferred = rules.is_wanted(&key.0, block.source);
        }
    }
    all.sort_by(|(a_place, a), (b_place, b)| {
        let together = |place: &Option<Place>| place.as_ref().map(Place::block);
        together(a_place)
            .cmp(&together(b_place))
            .then(a.is_second.cmp(&b.is_second))
            .then(a.source.cmp(&b.source))
            .then(a_place.cmp(b_place))
    });
    all.into_iter().map(|(_, block)| block).collect()
}

fn texts(tiles: &[Arc<TileView>]) -> Vec<TextView> {
    let all = numbered(tiles).flat_map(|(source, tile)| {
        tile.texts.iter().map(move |text| TextView { source, ..text.clone() })
    });
    all.collect()
}

fn waves(tiles: &[Arc<TileView>], rules: &Rules<'_>) -> Vec<WaveView> {
    let mut all: Vec<(Place, WaveView)> = numbered(tiles)
        .flat_map(|(source, tile)| {
            tile.waves.iter().map(move |wave| {
                let place = Place::of_wave(&wave.key, wave.label.as_ref());
                (place, WaveView { source, ..wave.clone() })
            })
        })
        .collect();
    let mut best: BTreeMap<(Text, u16), Rank> = BTreeMap::new();
    let key = |wave: &WaveView| wave.id.clone().map(|id| (id, wave.key.instance));
    let rank = |wave: &WaveView, id: &Text| {
        let is_wanted = rules.is_wave_wanted(id, wave.source);
        rules.rank(is_wanted, wave.parameter, wave.source, rules.worth_of_wave(wave))
    };
    for (_, wave) in &all {
        if let Some(key) = key(wave) {
            let rank = rank(wave, &key.0);
            best.entry(key).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
        }
    }
    for (_, wave) in &mut all {
        if let Some(key) = key(wave) {
            let own = rank(wave, &key.0);
            wave.is_second = best.get(&key).is_some_and(|best| best.place != own.place);
            wave.is_preferred = rules.is_wave_wanted(&key.0, wave.source);
        }
    }
    all.sort_by(|(a_place, a), (b_place, b)| {
        a_place
            .block()
            .cmp(&b_place.block())
            .then(a.is_second.cmp(&b.is_second))
            .then(a.source.cmp(&b.source))
            .then(a_place.cmp(b_place))
    });
    // As on the tile of one device: one wave of each kind before a second lead of any, and doubles last.
    let mut seen = BTreeSet::new();
    let (first, others): (Vec<WaveView>, Vec<WaveView>) = all
        .into_iter()
        .map(|(_, wave)| wave)
        .partition(|wave| !wave.is_second && seen.insert(wave.parameter));
    first.into_iter().chain(others).collect()
}
