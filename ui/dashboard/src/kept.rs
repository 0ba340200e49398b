//! Tiles that are kept from frame to frame.
//!
//! Thirty times a second a wave goes on; four times a second, at most, anything else on a tile changes. So
//! the shapes of a tile are kept, and painted again as they are, until something that they were made
//! from is another: a value, an alarm, its place, the rhythm of the alarms. Ages and what stands in turn
//! follow that rhythm too, within a quarter of a second.

use std::{sync::Arc, time::Duration};

use egui::{Id, Rect, Response, Sense, Shape, Ui, epaint::ClippedShape};
use vigie_board::view::{AttentionRow, BoardView, TileView, WaveView};
use vigie_model::{MonoTime, StationMode};
use vigie_ui_kit::{flash, paper::Paper, sight::Sight, tokens::Palette};
use vigie_words::{Language, Units};

use crate::{
    options::ViewOptions,
    phrases::Phrases,
    tile_ui::{TileMemory, tile_ui},
};

/// How far apart quiet tiles are made anew, and after how many it begins again: 250 ms in all.
const STEP: Duration = Duration::from_millis(10);
const STEPS: u32 = 25;

/// The shapes of a tile, and what they were made from.
#[derive(Debug)]
pub struct Kept {
    tile: Arc<TileView>,
    from: From,
    shapes: Vec<ClippedShape>,
    /// What stands under its waves.
    ground: Vec<Shape>,
    /// How full the texture of letters was.
    letters: f32,
}

/// What a tile is made from, besides its bed.
#[derive(Clone, Debug, PartialEq)]
struct From {
    rect: Rect,
    has_focus: bool,
    mode: StationMode,
    /// Changes with the rhythm of the alarms, or as often.
    rhythm: u64,
    /// Changes with any alarm, also with its answers.
    attention: u64,
    language: Language,
    units: Units,
    utc_offset_minutes: i32,
    palette: &'static Palette,
    options: ViewOptions,
    sight: Sight,
}

impl From {
    fn new(
        (rect, has_focus): (Rect, bool),
        mode: StationMode,
        (rhythm, attention): (u64, u64),
        phrases: &Phrases,
    ) -> From {
        // Named one by one: what comes anew must be thought of here. The wall goes with the rhythm.
        let Phrases { words, wall: _, now: _, utc_offset_minutes, palette, options, sight } =
            phrases;
        From {
            rect,
            has_focus,
            mode,
            rhythm,
            attention,
            language: words.language(),
            units: words.units(),
            utc_offset_minutes: *utc_offset_minutes,
            palette,
            options: *options,
            sight: *sight,
        }
    }
}

/// Counts how often the attention list has become another one.
#[derive(Debug, Default)]
pub struct AttentionCount {
    rows: Vec<AttentionRow>,
    count: u64,
}

impl AttentionCount {
    /// How often, with this one.
    pub fn of(&mut self, view: &BoardView) -> u64 {
        if self.rows != view.attention {
            self.rows.clone_from(&view.attention);
            self.count += 1;
        }
        self.count
    }
}

/// [`tile_ui`], as it was painted last where it would be the same. While a screen reader listens each tile
/// is made anew: its words are read from what is made.
pub fn kept_tile_ui(
    ui: &mut Ui,
    (rect, id, nth): (Rect, Id, usize),
    tile: &Arc<TileView>,
    view: &BoardView,
    attention: u64,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> Response {
    let ctx = ui.ctx().clone();
    let layer = ui.layer_id();
    let paper = Paper::of(&ctx);
    let letters = ctx.fonts(|fonts| fonts.font_atlas_fill_ratio());
    let has_focus = ctx.memory(|memory| memory.has_focus(id));
    let rhythm = rhythm(tile, nth, phrases.now);
    let from = From::new((rect, has_focus), view.mode, (rhythm, attention), phrases);
    let is_read = ctx.accesskit_node_builder(ui.unique_id(), |_| ()).is_some();
    if let Some(kept) = memory.kept.as_ref().filter(|_| !is_read)
        && kept.from == from
        // The toolkit begins it anew when it is full: the old places of letters are void.
        && kept.letters <= letters
        && (Arc::ptr_eq(&kept.tile, tile) || is_same(&kept.tile, tile))
    {
        let response = ui.interact(rect, id, Sense::click());
        ctx.graphics_mut(|graphics| {
            let list = graphics.entry(layer);
            for shape in &kept.shapes {
                list.add(shape.clip_rect, shape.shape.clone());
            }
        });
        paper.lock().ground_again(&kept.ground);
        for wave in &tile.waves {
            memory.sweep(tile, wave).go_on(ui.painter(), &wave.trace, phrases.now);
        }
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
    memory.kept = Some(Kept { tile: tile.clone(), from, shapes, ground, letters });
    response
}

/// The rhythm of the alarms where there is one on the tile; else one as fast for each tile, so that not
/// all of a ward are made in one frame.
fn rhythm(tile: &TileView, nth: usize, now: MonoTime) -> u64 {
    let mut numerics = tile.blocks.iter().flat_map(|block| &block.numerics);
    let is_quiet = tile.alarms.list.is_empty()
        && tile.station_alarms.is_empty()
        && numerics.all(|numeric| numeric.alarm.is_none());
    let later = if is_quiet { STEP * (nth as u32 % STEPS) } else { Duration::ZERO };
    flash::rhythm(now + later)
}

/// Whether two tiles show the same, but for the samples of their waves.
fn is_same(old: &TileView, new: &TileView) -> bool {
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
        faults,
        watch,
        sources,
    } = new;
    old.bed == *bed
        && old.label == *label
        && old.device == *device
        && old.patient == *patient
        && old.link == *link
        && old.mode == *mode
        && old.nature == *nature
        && old.alarms == *alarms
        && old.station_alarms == *station_alarms
        && old.blocks == *blocks
        && old.texts == *texts
        && old.faults == *faults
        && (Arc::ptr_eq(&old.watch, watch) || old.watch == *watch)
        && old.sources == *sources
        && old.waves.len() == waves.len()
        && old.waves.iter().zip(waves).all(|(old, new)| is_same_wave(old, new))
}

fn is_same_wave(old: &WaveView, new: &WaveView) -> bool {
    let WaveView {
        key,
        id,
        label,
        unit,
        parameter,
        scale,
        span,
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
        && old.span == *span
        && old.rate_hz == *rate_hz
        && old.freshness == *freshness
        && old.source == *source
        && old.is_second == *is_second
        && old.is_preferred == *is_preferred
}
