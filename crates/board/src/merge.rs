//! Several devices of one bed, written as one tile.
//!
//! Everything stands in the one order of the board, whoever made the device, and names its source.
//! Where two devices measure the same, one comes first and the other stays visible behind it:
//!
//! 1. whose value is live or late, and a number: nothing stale hides what is known;
//! 2. whom a person prefers for this measurement ([`crate::Command::Prefer`]);
//! 3. for the airway and its gases, who ventilates;
//! 4. who came to the bed first.
//!
//! What is not mapped is nobody's double: it stands at the end, device by device.
//!
//! The tile is live as long as one of its devices is; each device's own link stands in
//! [`TileView::sources`], and its silence is a station alarm as ever.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use vigie_model::{AlarmTruth, DeviceKey, Nature, Parameter, Text};

use crate::{
    layout::Place,
    mirror::doubt_of,
    view::{
        AlarmsView, BlockView, Freshness, LinkView, Shown, SourceView, TextView, TileView, WaveView,
    },
};

/// One tile of at least one; what is of the bed (label, watch) is taken from the first.
pub(crate) fn merged(tiles: &[Arc<TileView>], preferred: &BTreeMap<Text, DeviceKey>) -> TileView {
    let Some(first) = tiles.first() else {
        // No bed is written of no device.
        return crate::tile::empty(
            &vigie_model::Bed { id: vigie_model::BedId(Text::from("")), label: Text::from("") },
            Arc::default(),
        );
    };
    let sources: Vec<SourceView> =
        tiles.iter().flat_map(|tile| tile.sources.iter().cloned()).collect();
    let rules = Rules { sources: &sources, preferred };
    TileView {
        bed: first.bed.clone(),
        label: first.label.clone(),
        device: first.device.clone(),
        patient: patient(tiles),
        link: link(tiles),
        mode: first.mode,
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
}

impl Rules<'_> {
    /// The less, the better.
    fn rank(
        &self,
        group: &Text,
        parameter: Parameter,
        source: u16,
        is_usable: bool,
    ) -> (bool, bool, bool, u16) {
        let view = self.sources.get(usize::from(source));
        let is_wanted = view.is_some_and(|view| {
            self.preferred.get(group).is_some_and(|wanted| *wanted == view.device.key)
        });
        let is_airway = matches!(parameter, Parameter::Vent | Parameter::Gas);
        let is_at_home = is_airway && view.is_some_and(|view| view.ventilates);
        (!is_usable, !is_wanted, !is_at_home, source)
    }
}

fn is_usable(freshness: Freshness) -> bool {
    freshness <= Freshness::Late
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
    let mut best: BTreeMap<(Text, u16), (bool, bool, bool, u16)> = BTreeMap::new();
    let key = |block: &BlockView| {
        let instance = block.numerics.first().map_or(0, |number| number.key.instance);
        block.group.clone().map(|group| (group, instance))
    };
    let rank = |block: &BlockView, group: &Text| {
        let is_number = block.numerics.iter().any(|number| {
            is_usable(number.freshness) && matches!(number.shown, Shown::Number { .. })
        });
        rules.rank(group, block.parameter, block.source, is_number)
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
            block.is_second = best.get(&key).is_some_and(|best| best.3 != own.3);
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
    let mut best: BTreeMap<(Text, u16), (bool, bool, bool, u16)> = BTreeMap::new();
    let key = |wave: &WaveView| wave.id.clone().map(|id| (id, wave.key.instance));
    let rank = |wave: &WaveView, id: &Text| {
        rules.rank(id, wave.parameter, wave.source, is_usable(wave.freshness))
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
            wave.is_second = best.get(&key).is_some_and(|best| best.3 != own.3);
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
