//! One bed of the ward.
//!
//! Paints a [`TileView`] and decides nothing: rounding, freshness, alarms arrive decided. The parts
//! stand where [`crate::layout`] puts them, whatever their values are.

use std::{collections::BTreeMap, time::Duration};

use egui::{
    Align, Id, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
};
use vigie_board::view::{BoardView, Freshness, TileView, WaveView};
use vigie_model::{DeviceKey, DeviceMode, MetricKey, Priority};
use vigie_ui_kit::{
    badge::Badge, fonts::Face, mode_border, numeric::Measure, sweep::Sweep, text, tokens,
};
use vigie_words::TextKey;

use crate::{
    alarms::{self, Entry},
    devices,
    forms::Forms,
    freeze_ui::Freeze,
    head_ui::{self, InHead, head_ui},
    kept::Kept,
    layout::{self, Needs, NumbersPlan, TileParts},
    numbers::{self, Slot, Slots},
    phrases::Phrases,
    wave_ui::{Stands, wave_ui},
};

/// What the window keeps of a tile from frame to frame: traces, and where its numbers stand.
#[derive(Debug, Default)]
pub struct TileMemory {
    /// By device and stream: two devices of one make have equal streams, and their places in the list
    /// change when one is taken off.
    sweeps: BTreeMap<(Option<DeviceKey>, MetricKey), Sweep>,
    /// The reasons for standby stand in the head of the bed view, to be chosen from.
    pub(crate) asks_standby: bool,
    /// The forms of the bed view.
    pub(crate) forms: Forms,
    /// Frozen waves of the bed view.
    pub(crate) freeze: Freeze,
    plans: Vec<Planned>,
    /// Its digits can be read only without waves.
    pub(crate) is_without_waves: bool,
    /// How much later than others it does what time alone asks of it.
    pub(crate) later: Duration,
    /// Its shapes as they were painted last in the ward.
    pub(crate) kept: Option<Kept>,
}

impl TileMemory {
    /// Waves stand nowhere until they are painted again.
    pub(crate) fn lift_waves(&mut self) {
        self.sweeps.values_mut().for_each(Sweep::lift);
    }

    /// Forgets the traces of waves that are gone.
    pub(crate) fn keep_waves_of(&mut self, tile: &TileView) {
        self.sweeps.retain(|(device, key), _| {
            let is_it =
                |wave: &WaveView| wave.key == *key && devices::key_of(tile, wave.source) == *device;
            tile.waves.iter().any(is_it)
        });
    }

    /// The trace of a wave of a tile.
    pub(crate) fn sweep(&mut self, tile: &TileView, wave: &WaveView) -> &mut Sweep {
        let key = (devices::key_of(tile, wave.source), wave.key.clone());
        self.sweeps.entry(key).or_default()
    }

    /// The trace of a wave of a tile, if it was ever looked at.
    pub(crate) fn seen_sweep(&self, tile: &TileView, wave: &WaveView) -> Option<&Sweep> {
        self.sweeps.get(&(devices::key_of(tile, wave.source), wave.key.clone()))
    }

    /// Where the numbers stand; planned anew only when place or widths change.
    pub(crate) fn plan(
        &mut self,
        slots: &Slots,
        needs: Needs,
        painter: &Painter,
        area: Rect,
    ) -> NumbersPlan {
        let cells = slots.primary.iter().chain(&slots.secondary);
        let measures: Vec<Measure> = cells.map(|slot| slot.cell.measure(painter)).collect();
        self.plans.retain(|kept| kept.measures == measures && kept.needs == needs);
        if let Some(kept) = self.plans.iter().find(|kept| kept.area == area) {
            return kept.plan.clone();
        }
        let (primary, secondary) = measures.split_at(slots.primary.len().min(measures.len()));
        let plan = layout::numbers(primary, secondary, needs, area);
        if self.plans.len() >= PLANS_MAX {
            self.plans.clear(); // its place was another
        }
        self.plans.push(Planned { area, needs, plan: plan.clone(), measures });
        plan
    }
}

/// Ways to divide a tile that are looked at.
const PLANS_MAX: usize = 3;

/// A plan and what it was made for.
#[derive(Debug)]
struct Planned {
    area: Rect,
    measures: Vec<Measure>,
    needs: Needs,
    plan: NumbersPlan,
}

/// Paints a bed into `rect`. The answer is clicked when the bed is to be opened.
pub fn tile_ui(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    tile: &TileView,
    view: &BoardView,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let mode = view.mode;
    let entries = alarms::entries(tile, view, phrases);
    response.widget_info(|| {
        let head = head_ui::spoken(tile, mode, phrases);
        let alarm = entries.first().map(|entry| entry.spoken.clone());
        let said = devices::lines(tile, phrases).into_iter().next();
        let parts: Vec<String> = std::iter::once(head).chain(alarm).chain(said).collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let mut inside =
        ui.new_child(UiBuilder::new().id_salt(id).max_rect(rect).accessibility_parent(id));
    let painter = inside.painter().clone();
    let line = Stroke::new(1.0, phrases.palette.line);
    painter.rect_stroke(rect, tokens::CORNER, line, StrokeKind::Inside);
    mode_border::border(&painter, rect, mode, phrases.palette);
    let inner = rect.shrink(tokens::BORDER);
    let lines = devices::lines(tile, phrases);
    let waves = if memory.is_without_waves { 0 } else { tile.waves.len() };
    let instead = instead(tile, phrases);
    let slots = match instead {
        Some(_) => Slots::default(),
        None => numbers::tile_slots(tile, phrases),
    };
    let parts = parts(&painter, inner, (waves, !lines.is_empty()), &slots, phrases, memory);
    alarms_ui(&inside, &parts.alarms, &entries, memory.later, phrases);
    let mut more = InHead::default();
    if parts.note.is_none() {
        more.every = devices::every(tile, phrases);
    }
    if let Some(word) = instead {
        let body = parts.numbers;
        instead_ui(&inside, body, &word, phrases);
    } else {
        let plan = numbers_ui(&inside, &slots, parts.numbers, phrases, memory);
        more.ventilator = unseen_ventilator(tile, &slots, &plan);
        memory.keep_waves_of(tile);
        let names = devices::names(tile, phrases);
        for (wave, rect) in tile.waves.iter().zip(&parts.waves) {
            let sweep = memory.sweep(tile, wave);
            let name = names.get(usize::from(wave.source));
            wave_ui(&inside, *rect, wave, name, sweep, Stands::InTile, phrases);
        }
    }
    head_ui(&painter, parts.head, tile, mode, &more, phrases);
    if let Some(note) = parts.note {
        note_ui(&painter, note, &lines, phrases);
    }
    frame(
        &mut inside,
        rect,
        inner,
        entries.first().map(|entry| &entry.badge),
        response.has_focus(),
        phrases,
    );
    response
}

/// Divides a tile. Where what every tile has finds no room, the note goes first and then the waves.
fn parts(
    painter: &Painter,
    inner: Rect,
    (waves, has_note): (usize, bool),
    slots: &Slots,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> TileParts {
    let least = phrases.sight.size_min();
    let of = |waves, has_note| layout::tile_parts(inner, waves, least, has_note);
    let usual = of(waves, has_note);
    let mut holds = |parts: &TileParts| {
        let plan = memory.plan(slots, needs(slots, phrases), painter, parts.numbers);
        plan.secondary.rects.len() >= slots.must
    };
    if holds(&usual) {
        return usual;
    }
    [of(waves, false), of(0, false)].into_iter().find(holds).unwrap_or(usual)
}

/// What the numbers of a tile need.
fn needs(slots: &Slots, phrases: &Phrases) -> Needs {
    Needs { must: slots.must, wish: slots.wish, least: phrases.sight.size_min() }
}

/// Writes what there is to say of the devices: the first of `lines` that fits, else the last of them.
fn note_ui(painter: &Painter, rect: Rect, lines: &[String], phrases: &Phrases) {
    let size = (rect.height() * 0.76).floor().clamp(tokens::TEXT_MIN, 14.0);
    let fits = |line: &&String| text::width(painter, line, Face::Plain, size) + 2.0 <= rect.width();
    let Some(line) = lines.iter().find(fits).or(lines.last()) else { return };
    text::in_rect(painter, rect, Align::Min, line, Face::Plain, size, phrases.palette.quiet);
}

/// What stands in the place of numbers: that the bed is in standby, why and since when; that there is no
/// device, or that it rests. Values that come in spite of standby are shown: they end it.
pub fn instead(tile: &TileView, phrases: &Phrases) -> Option<String> {
    let is_live = tile.link.freshness == Some(Freshness::Live) && !tile.blocks.is_empty();
    if let Some(standby) = tile.watch.standby.as_ref().filter(|_| !is_live) {
        let since = phrases.words.standby_since(standby.why, &phrases.dated(standby.since.1));
        return Some(format!("{since}, {}", standby.by));
    }
    match (&tile.device, tile.mode) {
        (None, _) => Some(phrases.text(TextKey::NoDevice)),
        (Some(_), DeviceMode::Standby) if tile.blocks.is_empty() => {
            Some(phrases.words.device_mode(tile.mode))
        }
        (Some(_), _) => None,
    }
}

/// Writes what stands in the place of numbers: one line, or two where one is too narrow.
pub fn instead_ui(ui: &Ui, body: Rect, word: &str, phrases: &Phrases) {
    let painter = ui.painter();
    let most = phrases.sight.size_min().clamp(26.0, 200.0);
    let size = (body.height() * 0.16).floor().clamp(tokens::TEXT_MIN + 1.0, most);
    let ink = phrases.palette.quiet;
    let response = ui.interact(body, ui.scope_id().with("instead"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    let fits = text::width(painter, word, Face::Plain, size) <= body.width();
    match word.split_once(", ").filter(|_| !fits && body.height() >= size * 2.8) {
        Some((first, second)) => {
            let (above, below) = body.split_top_bottom_at_fraction(0.5);
            let above =
                Rect::from_min_max(egui::pos2(body.left(), above.bottom() - size * 1.3), above.max);
            let below =
                Rect::from_min_max(below.min, egui::pos2(body.right(), below.top() + size * 1.3));
            text::in_rect(painter, above, Align::Center, first, Face::Plain, size, ink);
            let small = text::fitting(
                painter,
                second,
                Face::Plain,
                body.width() - 2.0,
                size * text::CAP,
                tokens::TEXT_MIN,
            );
            text::in_rect(painter, below, Align::Center, second, Face::Plain, small, ink);
        }
        None => {
            let size = text::fitting(
                painter,
                word,
                Face::Plain,
                body.width() - 2.0,
                size * text::CAP,
                tokens::TEXT_MIN,
            );
            text::in_rect(painter, body, Align::Center, word, Face::Plain, size, ink);
        }
    }
}

/// Border of the most urgent alarm, and of keyboard focus.
pub fn frame(
    ui: &mut Ui,
    rect: Rect,
    inner: Rect,
    badge: Option<&Badge>,
    is_focused: bool,
    phrases: &Phrases,
) {
    let painter = ui.painter();
    if let Some(badge) = badge.filter(|badge| badge.priority > Priority::Information) {
        let width = if badge.technical { 1.5 } else { tokens::ALARM_BORDER };
        let stroke = Stroke::new(width, badge.ink(phrases.now, phrases.palette).border);
        painter.rect_stroke(inner, tokens::CORNER, stroke, StrokeKind::Outside);
    }
    if is_focused {
        let stroke = Stroke::new(2.5, phrases.palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
}

/// Paints the alarm lines. Those that have no room stand there in turn, `later` than on others.
pub fn alarms_ui(ui: &Ui, lines: &[Rect], entries: &[Entry], later: Duration, phrases: &Phrases) {
    let badges = alarms::on_lines(entries, lines.len(), phrases.now.before(later));
    for (badge, rect) in badges.iter().zip(lines) {
        badge.paint(ui.painter(), *rect, phrases.now, phrases.palette);
    }
    // Every alarm can be heard, also those that wait for their turn.
    let Some(line) = lines.first() else { return };
    for (index, entry) in entries.iter().enumerate() {
        let response = ui.interact(*line, ui.scope_id().with(("alarm", index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &entry.spoken));
    }
}

/// How fresh a ventilator beside a monitor is, where no number of it has room.
fn unseen_ventilator(
    tile: &TileView,
    slots: &Slots,
    plan: &NumbersPlan,
) -> Option<Option<Freshness>> {
    let ventilators = (0..)
        .zip(&tile.sources)
        .filter(|(place, _)| tile.sources.len() > 1 && devices::is_ventilator(tile, *place));
    let primary = slots.primary.iter().zip(&plan.primary.rects);
    let seen: Vec<u16> = primary
        .chain(slots.secondary.iter().zip(&plan.secondary.rects))
        .map(|(slot, _)| slot.source)
        .collect();
    let mut unseen = ventilators.filter(|(place, _)| !seen.contains(place));
    unseen.next().map(|(_, source)| source.link.freshness)
}

fn numbers_ui(
    ui: &Ui,
    slots: &Slots,
    area: Rect,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> NumbersPlan {
    let plan = memory.plan(slots, needs(slots, phrases), ui.painter(), area);
    for (cells, packed) in [(&slots.primary, &plan.primary), (&slots.secondary, &plan.secondary)] {
        for (index, (slot, rect)) in cells.iter().zip(&packed.rects).enumerate() {
            slot_ui(ui, *rect, packed.size, slot, index, phrases);
        }
    }
    plan
}

/// Paints one number.
pub fn slot_ui(ui: &Ui, rect: Rect, size: f32, slot: &Slot, index: usize, phrases: &Phrases) {
    let id = ui.scope_id().with(("number", &slot.cell.label, &slot.cell.source, index));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, slot.spoken(phrases)));
    slot.cell.paint(ui.painter(), rect, size, slot.ink(phrases.now, phrases.palette));
}
