//! What a window must be told to see what the station sees: a view, less what the window has.
//!
//! A tile that did not change is the same [`Arc`] in two views, and so is a chunk of a trace. So one
//! comparison of pointers says whether anything must be sent at all, and what the window had keeps
//! its place in memory there: its painters may take a pointer as a cursor too.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_model::{Before, Fault, Mark, MonoTime, StationMode, WallTime};

use super::{
    AlarmView, AttentionRow, BlockView, BoardView, SoundView, StationAlarmView, TextView, TileView,
    TraceChunk, WatchView, WaveView,
};

/// One view, told to somebody who has another or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewUpdate {
    /// The moment of the view that it builds on; `None`: on nothing.
    base: Option<MonoTime>,
    at: MonoTime,
    wall: WallTime,
    mode: StationMode,
    heartbeat: u64,
    tiles: Vec<TileUpdate>,
    unassigned: Vec<TileUpdate>,
    station_alarms: Vec<StationAlarmView>,
    attention: ListUpdate<AttentionRow>,
    sound: SoundView,
}

/// Why an update cannot be applied. The two sides disagree about what was sent before, so that only
/// a whole view can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// It builds on another view than the one at hand.
    OtherBase,
    /// It names something that the view at hand does not hold.
    NotThere,
}

/// Where a tile stood in the view before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Place {
    Bed(u32),
    Tray(u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum TileUpdate {
    /// As it was.
    Kept(Place),
    /// Otherwise than before.
    Changed(Box<ChangedTile>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ChangedTile {
    /// The tile that the lists build on.
    base: Option<Place>,
    /// The tile without its lists.
    head: TileView,
    alarms: ListUpdate<AlarmView>,
    station_alarms: ListUpdate<StationAlarmView>,
    blocks: ListUpdate<BlockView>,
    texts: ListUpdate<TextView>,
    faults: ListUpdate<Fault>,
    /// `None`: as in the tile before.
    watch: Option<Arc<WatchView>>,
    waves: Vec<WaveUpdate>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct WaveUpdate {
    /// The wave of the tile before that the trace builds on.
    base: Option<u32>,
    /// The wave without its trace; `None`: as in the tile before.
    head: Option<WaveView>,
    trace: ListUpdate<SentChunk>,
}

/// A list, told to somebody who has an older one: runs in the order of the new list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ListUpdate<T>(Vec<Run<T>>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Run<T> {
    /// So many of the old list; runs of one list never go back.
    Kept { from: u32, count: u32 },
    /// These are new.
    New(Vec<T>),
}

/// A chunk with its samples as differences, which are small numbers and so few bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SentChunk {
    start: MonoTime,
    step_ns: f64,
    before: Before,
    steps: Vec<i32>,
    marks: Vec<Mark>,
}

impl ViewUpdate {
    /// What somebody who has `old` must be told to have `new`.
    pub fn between(old: Option<&BoardView>, new: &BoardView) -> ViewUpdate {
        let tiles = new.tiles.iter().zip(0..);
        let tray = new.unassigned.iter().zip(0..);
        ViewUpdate {
            base: old.map(|old| old.at),
            at: new.at,
            wall: new.wall,
            mode: new.mode,
            heartbeat: new.heartbeat,
            tiles: tiles.map(|(tile, ix)| TileUpdate::between(old, tile, Place::Bed(ix))).collect(),
            unassigned: tray
                .map(|(tile, ix)| TileUpdate::between(old, tile, Place::Tray(ix)))
                .collect(),
            station_alarms: new.station_alarms.clone(),
            attention: ListUpdate::between(
                old.map_or(&[], |old| &old.attention),
                &new.attention,
                // The number tells most rows apart, and a storm has many.
                |old, new| old.answer.no == new.answer.no && old == new,
                AttentionRow::clone,
            ),
            sound: new.sound.clone(),
        }
    }

    /// The view that was told, for somebody who has `old`. Tiles and chunks that did not change are
    /// those of `old`, not copies.
    pub fn apply(self, old: Option<&Arc<BoardView>>) -> Result<Arc<BoardView>, UpdateError> {
        let old = match (self.base, old) {
            (None, _) => None,
            (Some(base), Some(old)) if old.at == base => Some(&**old),
            (Some(_), _) => return Err(UpdateError::OtherBase),
        };
        let applied = |tiles: Vec<TileUpdate>| -> Result<Vec<Arc<TileView>>, UpdateError> {
            tiles.into_iter().map(|tile| tile.apply(old)).collect()
        };
        Ok(Arc::new(BoardView {
            at: self.at,
            wall: self.wall,
            mode: self.mode,
            tiles: applied(self.tiles)?,
            unassigned: applied(self.unassigned)?,
            station_alarms: self.station_alarms,
            attention: self.attention.apply(old.map_or(&[], |old| &old.attention), |row| row)?,
            sound: self.sound,
            heartbeat: self.heartbeat,
        }))
    }
}

impl Place {
    fn tile(self, view: &BoardView) -> Option<&Arc<TileView>> {
        let (tiles, ix) = match self {
            Place::Bed(ix) => (&view.tiles, ix),
            Place::Tray(ix) => (&view.unassigned, ix),
        };
        tiles.get(usize::try_from(ix).ok()?)
    }

    /// Every place of a view.
    fn all(view: &BoardView) -> impl Iterator<Item = Place> {
        let beds = (0..).take(view.tiles.len()).map(Place::Bed);
        beds.chain((0..).take(view.unassigned.len()).map(Place::Tray))
    }
}

impl TileUpdate {
    fn between(old: Option<&BoardView>, new: &Arc<TileView>, place: Place) -> TileUpdate {
        let Some(old) = old else { return TileUpdate::whole(new) };
        let key = |tile: &TileView| tile.device.as_ref().map(|device| device.key.clone());
        let there = place.tile(old);
        if there.is_some_and(|tile| Arc::ptr_eq(tile, new)) {
            return TileUpdate::Kept(place);
        }
        // Tiles seldom move: to a bed, or up in the tray.
        let base = match there {
            Some(tile) if key(tile) == key(new) => Some(place),
            Some(_) | None => {
                let device = key(new);
                let same = |place: &Place| place.tile(old).is_some_and(|tile| key(tile) == device);
                Place::all(old).find(same).filter(|_| device.is_some())
            }
        };
        match base.and_then(|place| Some((place, place.tile(old)?))) {
            Some((place, tile)) if Arc::ptr_eq(tile, new) => TileUpdate::Kept(place),
            Some((place, tile)) => TileUpdate::Changed(Box::new(ChangedTile {
                base: Some(place),
                ..ChangedTile::between(Some(tile), new)
            })),
            None => TileUpdate::whole(new),
        }
    }

    fn whole(new: &TileView) -> TileUpdate {
        TileUpdate::Changed(Box::new(ChangedTile::between(None, new)))
    }

    fn apply(self, old: Option<&BoardView>) -> Result<Arc<TileView>, UpdateError> {
        let at = |place: Place| old.and_then(|old| place.tile(old)).ok_or(UpdateError::NotThere);
        match self {
            TileUpdate::Kept(place) => Ok(at(place)?.clone()),
            TileUpdate::Changed(changed) => {
                let base = changed.base.map(at).transpose()?;
                Ok(Arc::new(changed.apply(base.map(|tile| &**tile))?))
            }
        }
    }
}

impl ChangedTile {
    fn between(old: Option<&TileView>, new: &TileView) -> ChangedTile {
        fn list<T: Clone + PartialEq>(
            old: Option<&TileView>,
            new: &[T],
            of: impl Fn(&TileView) -> &[T],
        ) -> ListUpdate<T> {
            ListUpdate::between(old.map_or(&[], of), new, T::eq, T::clone)
        }
        let old_waves = old.map_or(&[][..], |old| &old.waves);
        ChangedTile {
            base: None,
            head: head_of(new),
            alarms: list(old, &new.alarms.list, |tile| &tile.alarms.list),
            station_alarms: list(old, &new.station_alarms, |tile| &tile.station_alarms),
            blocks: list(old, &new.blocks, |tile| &tile.blocks),
            texts: list(old, &new.texts, |tile| &tile.texts),
            faults: list(old, &new.faults, |tile| &tile.faults),
            watch: Some(&new.watch)
                .filter(|watch| old.is_none_or(|old| old.watch != **watch))
                .cloned(),
            waves: new
                .waves
                .iter()
                .enumerate()
                .map(|(place, wave)| WaveUpdate::between(old_waves, wave, place))
                .collect(),
        }
    }

    fn apply(self, old: Option<&TileView>) -> Result<TileView, UpdateError> {
        fn list<T: Clone>(
            old: Option<&TileView>,
            update: ListUpdate<T>,
            of: impl Fn(&TileView) -> &[T],
        ) -> Result<Vec<T>, UpdateError> {
            update.apply(old.map_or(&[], of), |told| told)
        }
        let old_waves = old.map_or(&[][..], |old| &old.waves);
        let mut tile = self.head;
        tile.alarms.list = list(old, self.alarms, |tile| &tile.alarms.list)?;
        tile.station_alarms = list(old, self.station_alarms, |tile| &tile.station_alarms)?;
        tile.blocks = list(old, self.blocks, |tile| &tile.blocks)?;
        tile.texts = list(old, self.texts, |tile| &tile.texts)?;
        tile.faults = list(old, self.faults, |tile| &tile.faults)?;
        let known = old.map(|old| old.watch.clone());
        tile.watch = self.watch.or(known).ok_or(UpdateError::NotThere)?;
        tile.waves =
            self.waves.into_iter().map(|wave| wave.apply(old_waves)).collect::<Result<_, _>>()?;
        Ok(tile)
    }
}

/// A tile without its lists.
fn head_of(tile: &TileView) -> TileView {
    TileView {
        bed: tile.bed.clone(),
        label: tile.label.clone(),
        device: tile.device.clone(),
        patient: tile.patient.clone(),
        link: tile.link.clone(),
        mode: tile.mode,
        nature: tile.nature,
        alarms: super::AlarmsView {
            truth: tile.alarms.truth,
            unconfirmed_since: tile.alarms.unconfirmed_since,
            list: Vec::new(),
        },
        station_alarms: Vec::new(),
        blocks: Vec::new(),
        texts: Vec::new(),
        waves: Vec::new(),
        faults: Vec::new(),
        watch: Arc::default(),
        sources: tile.sources.clone(),
    }
}

impl WaveUpdate {
    fn between(old: &[WaveView], new: &WaveView, place: usize) -> WaveUpdate {
        // Two devices of one make at one bed have the same keys.
        let is_same = |wave: &&WaveView| wave.key == new.key && wave.source == new.source;
        let base = match old.get(place).filter(is_same) {
            Some(_) => Some(place),
            None => old.iter().position(|wave| is_same(&wave)),
        };
        let old = base.and_then(|place| old.get(place));
        let head = without_trace(new);
        let is_known = old.is_some_and(|old| without_trace(old) == head);
        WaveUpdate {
            base: base.and_then(|place| u32::try_from(place).ok()),
            head: Some(head).filter(|_| !is_known),
            trace: ListUpdate::between(
                old.map_or(&[], |old| &old.trace),
                &new.trace,
                Arc::ptr_eq,
                |chunk| SentChunk::of(chunk),
            ),
        }
    }

    fn apply(self, old: &[WaveView]) -> Result<WaveView, UpdateError> {
        let base = match self.base {
            None => None,
            Some(place) => {
                let place = usize::try_from(place).ok().and_then(|place| old.get(place));
                Some(place.ok_or(UpdateError::NotThere)?)
            }
        };
        let head = self.head.or_else(|| base.map(without_trace)).ok_or(UpdateError::NotThere)?;
        let old = base.map_or(&[][..], |wave| &wave.trace);
        let trace = self.trace.apply(old, |sent| Arc::new(sent.chunk()))?;
        Ok(WaveView { trace, ..head })
    }
}

fn without_trace(wave: &WaveView) -> WaveView {
    WaveView {
        key: wave.key.clone(),
        id: wave.id.clone(),
        label: wave.label.clone(),
        unit: wave.unit.clone(),
        parameter: wave.parameter,
        scale: wave.scale,
        span: wave.span,
        rate_hz: wave.rate_hz,
        freshness: wave.freshness,
        trace: Vec::new(),
        source: wave.source,
        is_second: wave.is_second,
        is_preferred: wave.is_preferred,
    }
}

impl<T> ListUpdate<T> {
    /// Finds what stayed by one walk through both lists: what moved back in its list is sent again.
    fn between<S>(
        old: &[S],
        new: &[S],
        is_same: impl Fn(&S, &S) -> bool,
        sent: impl Fn(&S) -> T,
    ) -> ListUpdate<T> {
        let mut runs: Vec<Run<T>> = Vec::new();
        let mut next = 0;
        for item in new {
            let rest = old.get(next..).unwrap_or_default();
            match (rest.iter().position(|old| is_same(old, item)), runs.last_mut()) {
                (Some(0), Some(Run::Kept { count, .. })) => {
                    *count += 1;
                    next += 1;
                }
                (Some(skipped), _) => {
                    let place = next + skipped;
                    let from = u32::try_from(place).unwrap_or(u32::MAX);
                    runs.push(Run::Kept { from, count: 1 });
                    next = place + 1;
                }
                (None, Some(Run::New(items))) => items.push(sent(item)),
                (None, _) => runs.push(Run::New(vec![sent(item)])),
            }
        }
        ListUpdate(runs)
    }

    fn apply<S: Clone>(self, old: &[S], taken: impl Fn(T) -> S) -> Result<Vec<S>, UpdateError> {
        let mut list = Vec::new();
        let mut next = 0;
        for run in self.0 {
            match run {
                Run::Kept { from, count } => {
                    let from = usize::try_from(from).map_err(|_| UpdateError::NotThere)?;
                    let count = usize::try_from(count).map_err(|_| UpdateError::NotThere)?;
                    let end = from.checked_add(count).ok_or(UpdateError::NotThere)?;
                    // Never back: a short message cannot make a long list.
                    let kept = old.get(from..end).filter(|_| from >= next);
                    list.extend_from_slice(kept.ok_or(UpdateError::NotThere)?);
                    next = end;
                }
                Run::New(items) => list.extend(items.into_iter().map(&taken)),
            }
        }
        Ok(list)
    }
}

impl SentChunk {
    fn of(chunk: &TraceChunk) -> SentChunk {
        let mut last = 0;
        let step = |sample: &i32| {
            let step = sample.wrapping_sub(last);
            last = *sample;
            step
        };
        SentChunk {
            start: chunk.start,
            step_ns: chunk.step_ns,
            before: chunk.before,
            steps: chunk.samples.iter().map(step).collect(),
            marks: chunk.marks.clone(),
        }
    }

    fn chunk(self) -> TraceChunk {
        let mut last = 0_i32;
        let samples = self.steps.into_iter().map(|step| {
            last = last.wrapping_add(step);
            last
        });
        TraceChunk {
            start: self.start,
            step_ns: self.step_ns,
            before: self.before,
            samples: samples.collect(),
            marks: self.marks,
        }
    }
}
