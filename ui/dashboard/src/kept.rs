//! Tiles that are kept from frame to frame.
//!
//! Sixty times a second a wave goes on; seldom anything else on a tile changes. So the shapes of a tile are
//! kept, and painted again as they are, until something that they were made from is another: a value, an
//! alarm, its place, an age that is written. Where it flashes, the shapes of each phase are kept: to flash
//! makes nothing anew.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use egui::{Id, Rect, Response, Sense, Shape, Ui, epaint::ClippedShape};
use vigie_board::view::{
    AttentionRow, BoardView, Freshness, LinkView, SourceView, TileView, WaveView,
};
use vigie_model::{MonoTime, Priority, StationMode};
use vigie_ui_kit::{flash, paper::Paper, sight::Sight, tokens::Palette};
use vigie_words::{Language, Units};

use crate::{
    alarms,
    dashboard::Place,
    devices,
    options::ViewOptions,
    phrases::Phrases,
    tile_ui::{TileMemory, tile_ui},
    wave_ui::is_on_axis,
};

/// How far apart the tiles of a page do what time alone asks of them, and after how many it begins again: no
/// frame has to make all of them.
const STEP: Duration = Duration::from_millis(8);
const STEPS: u32 = 64;
/// Each tile is made anew this often even if nothing told that it must: whatever was forgotten here is old no
/// longer than that.
const ANYWAY: Duration = Duration::from_secs(8);
/// Priorities that flash; each has a phase of its own.
const FLASHING: [Priority; 2] = [Priority::High, Priority::Medium];

/// The shapes of a tile in each phase in which it was seen, and what they were made from.
#[derive(Debug)]
pub struct Kept {
    tile: Arc<TileView>,
    from: From,
    phases: Vec<Phase>,
    /// How full the texture of letters was.
    letters: f32,
    /// The pass over the window in which it was painted last.
    pass: u64,
}

/// The shapes while of [`FLASHING`] these are on.
#[derive(Debug)]
struct Phase {
    on: [bool; 2],
    shapes: Vec<ClippedShape>,
    /// What stands under its waves.
    ground: Vec<Shape>,
}

/// What a tile is made from, besides its bed and the phase.
#[derive(Clone, Debug, PartialEq)]
struct From {
    rect: Rect,
    has_focus: bool,
    is_without_waves: bool,
    mode: StationMode,
    /// What the attention list says of it.
    asked: Asked,
    time: Time,
    language: Language,
    units: Units,
    utc_offset_minutes: i32,
    palette: &'static Palette,
    options: ViewOptions,
    sight: Sight,
}

/// What time alone changes on a tile.
#[derive(Clone, Debug, PartialEq)]
struct Time {
    /// The words of its line, where they tell an age.
    link: Vec<String>,
    /// Which of several alarms stands in the line.
    turn: Option<u64>,
    /// Moments of another day have a date.
    day: i64,
    anyway: u64,
}

impl From {
    fn new(
        (rect, has_focus, is_without_waves): (Rect, bool, bool),
        mode: StationMode,
        asked: Asked,
        time: Time,
        phrases: &Phrases,
    ) -> From {
        // Named one by one: what comes anew must be thought of here. The clocks are in `time`.
        let Phrases { words, wall: _, now: _, utc_offset_minutes, palette, options, sight } =
            phrases;
        From {
            rect,
            has_focus,
            is_without_waves,
            mode,
            asked,
            time,
            language: words.language(),
            units: words.units(),
            utc_offset_minutes: *utc_offset_minutes,
            palette,
            options: *options,
            sight: *sight,
        }
    }
}

impl Time {
    fn of(tile: &TileView, asked: Asked, later: Duration, phrases: &Phrases) -> Time {
        let tells_age = tile.link.freshness != Some(Freshness::Live) || devices::is_slow(tile);
        let lines = tile.alarms.list.len()
            + tile.station_alarms.len()
            + asked.rows
            + usize::from(tile.watch.path_lost.is_some());
        let at = phrases.now.before(later);
        Time {
            link: if tells_age { phrases.link(tile) } else { Vec::new() },
            turn: (lines > 1).then(|| alarms::turn(at)),
            day: phrases.words.day(phrases.wall, phrases.utc_offset_minutes),
            anyway: at.as_nanos() / ANYWAY.as_nanos() as u64,
        }
    }
}

/// What the attention list says of a tile: how often that has changed, rows, and which of [`FLASHING`] are
/// among them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Asked {
    count: u64,
    rows: usize,
    flashing: [bool; 2],
}

/// The attention list, told by tiles.
#[derive(Debug, Default)]
pub struct Attention {
    rows: Vec<AttentionRow>,
    of: BTreeMap<Place, Asked>,
}

impl Attention {
    /// Takes in the list of a view.
    pub fn take(&mut self, view: &BoardView) {
        let is_known = |tile: &Arc<TileView>| self.of.contains_key(&Place::of(tile));
        if self.rows == view.attention && view.tiles.iter().all(is_known) {
            return;
        }
        let mut told = BTreeMap::new();
        for tile in &view.tiles {
            let of = |rows: &[AttentionRow]| -> Vec<AttentionRow> {
                rows.iter().filter(|row| alarms::is_of(row, tile)).cloned().collect()
            };
            let (old, new) = (of(&self.rows), of(&view.attention));
            let place = Place::of(tile);
            let mut asked = self.of.get(&place).copied().unwrap_or_default();
            asked.count += u64::from(old != new);
            asked.rows = new.len();
            asked.flashing =
                FLASHING.map(|priority| new.iter().any(|row| row.priority == priority));
            told.insert(place, asked);
        }
        self.rows.clone_from(&view.attention);
        self.of = told;
    }

    /// What it says of a tile.
    pub fn of(&self, place: &Place) -> Asked {
        self.of.get(place).copied().unwrap_or_default()
    }
}

/// How much later than the first tile of a page the `nth` one does what time alone asks of it.
fn later(nth: usize) -> Duration {
    STEP * (nth as u32 % STEPS)
}

/// Which of [`FLASHING`] are on, of those that flash on the tile.
fn phase(tile: &TileView, asked: Asked, now: MonoTime) -> [bool; 2] {
    let is_there = |priority: Priority| {
        let mut numerics = tile.blocks.iter().flat_map(|block| &block.numerics);
        tile.alarms.list.iter().any(|alarm| alarm.priority == priority)
            || tile.station_alarms.iter().any(|alarm| alarm.priority == priority)
            || numerics.any(|it| it.alarm.is_some_and(|alarm| alarm.priority == priority))
    };
    let mut on = FLASHING.map(|priority| is_there(priority) && flash::is_on(priority, now));
    for ((on, priority), is_asked) in on.iter_mut().zip(FLASHING).zip(asked.flashing) {
        *on |= is_asked && flash::is_on(priority, now);
    }
    on
}

/// [`tile_ui`], as it was painted last where it would be the same. While a screen reader listens each tile
/// is made anew: its words are read from what is made.
pub fn kept_tile_ui(
    ui: &mut Ui,
    (rect, id, nth): (Rect, Id, usize),
    tile: &Arc<TileView>,
    view: &BoardView,
    asked: Asked,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> Response {
    let ctx = ui.ctx().clone();
    let layer = ui.layer_id();
    let paper = Paper::of(&ctx);
    let letters = ctx.fonts(|fonts| fonts.font_atlas_fill_ratio());
    let pass = ctx.cumulative_pass_nr();
    let has_focus = ctx.memory(|memory| memory.has_focus(id));
    memory.later = later(nth);
    let time = Time::of(tile, asked, memory.later, phrases);
    let place = (rect, has_focus, memory.is_without_waves);
    let from = From::new(place, view.mode, asked, time, phrases);
    let on = phase(tile, asked, phrases.now);
    let is_read = ctx.accesskit_node_builder(ui.unique_id(), |_| ()).is_some();
    let mut kept = memory.kept.take().filter(|kept| {
        !is_read
            && kept.from == from
            // The toolkit begins it anew when it is full: the old places of letters are void. Who was not
            // painted meanwhile cannot know.
            && kept.letters <= letters
            && kept.pass + 1 >= pass
            && (Arc::ptr_eq(&kept.tile, tile) || is_same(&kept.tile, tile, memory, phrases))
    });
    if let Some(mut kept) = kept.take_if(|kept| kept.phases.iter().any(|phase| phase.on == on)) {
        let response = ui.interact(rect, id, Sense::click());
        for phase in kept.phases.iter().filter(|phase| phase.on == on) {
            ctx.graphics_mut(|graphics| {
                let list = graphics.entry(layer);
                for shape in &phase.shapes {
                    list.add(shape.clip_rect, shape.shape.clone());
                }
            });
            paper.lock().ground_again(&phase.ground);
        }
        for wave in &tile.waves {
            memory.sweep(tile, wave).go_on(ui.painter(), &wave.trace, phrases.now);
        }
        (kept.letters, kept.pass) = (letters, pass);
        memory.kept = Some(kept);
        return response;
    }
    memory.lift_waves();
    let grounds = paper.lock().ground().len();
    let first = ctx.graphics_mut(|graphics| graphics.entry(layer).next_idx().0);
    let response = tile_ui(ui, rect, id, tile, view, phrases, memory);
    let shapes = ctx.graphics_mut(|graphics| {
        let list = graphics.entry(layer);
        list.all_entries().skip(first).cloned().collect()
    });
    let ground = paper.lock().ground().get(grounds..).unwrap_or(&[]).to_vec();
    let phases = kept.map(|kept| kept.phases).unwrap_or_default();
    let mut kept = Kept { tile: tile.clone(), from, phases, letters, pass };
    kept.phases.push(Phase { on, shapes, ground });
    memory.kept = Some(kept);
    response
}

/// Whether two tiles show the same, but for the samples of their waves. When something was heard last counts
/// where it is told; faults of the protocol are told in the bed view alone.
fn is_same(old: &TileView, tile: &TileView, memory: &TileMemory, phrases: &Phrases) -> bool {
    // Named one by one: what comes anew must be thought of here.
    let TileView {
        bed,
        label,
        device,
        patient,
        link,
        mode,
        nature,
        alarms,
        station_alarms,
        blocks,
        texts,
        waves,
        faults: _,
        watch,
        sources,
    } = tile;
    old.bed == *bed
        && old.label == *label
        && old.device == *device
        && old.patient == *patient
        && is_same_link(&old.link, link)
        && old.mode == *mode
        && old.nature == *nature
        && old.alarms == *alarms
        && old.station_alarms == *station_alarms
        && old.blocks == *blocks
        && old.texts == *texts
        && (Arc::ptr_eq(&old.watch, watch) || old.watch == *watch)
        && old.sources.len() == sources.len()
        && old.sources.iter().zip(sources).all(|(old, new)| is_same_source(old, new))
        && old.waves.len() == waves.len()
        && old.waves.iter().zip(waves).all(|(old, new)| {
            is_same_wave(old, new)
                && memory.seen_sweep(tile, new).is_none_or(|sweep| is_on_axis(new, sweep, phrases))
        })
}

/// The ages of a live link are in [`Time`], where they are told at all; a late one tells its age there too.
fn is_same_link(old: &LinkView, new: &LinkView) -> bool {
    let LinkView { freshness, closed, heard, heartbeat: _ } = new;
    let is_dated = !matches!(freshness, Some(Freshness::Live | Freshness::Late));
    old.freshness == *freshness && old.closed == *closed && (!is_dated || old.heard == *heard)
}

fn is_same_source(old: &SourceView, new: &SourceView) -> bool {
    let SourceView { device, link, mode, nature, ventilates, has_waves, period, relabelled } = new;
    old.device == *device
        && is_same_link(&old.link, link)
        && old.mode == *mode
        && old.nature == *nature
        && old.ventilates == *ventilates
        && old.has_waves == *has_waves
        && old.period == *period
        && old.relabelled == *relabelled
}

fn is_same_wave(old: &WaveView, new: &WaveView) -> bool {
    let WaveView {
        key,
        id,
        label,
        unit,
        parameter,
        scale,
        span: _,
        rate_hz,
        freshness,
        trace: _,
        source,
        is_second,
        is_preferred,
    } = new;
    old.key == *key
        && old.id == *id
        && old.label == *label
        && old.unit == *unit
        && old.parameter == *parameter
        && old.scale == *scale
        && old.rate_hz == *rate_hz
        && old.freshness == *freshness
        && old.source == *source
        && old.is_second == *is_second
        && old.is_preferred == *is_preferred
}
