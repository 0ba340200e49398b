//! Frozen waves of the open bed, with two calipers. Numbers and alarms beside them stay live.
//!
//! A frozen picture runs from left to right in time, without an erase bar: between two calipers lies the
//! time that lies between them on the screen. It ends by itself, so that nobody takes it for now.

use std::time::Duration;

use egui::{Align, EventFilter, Id, Key, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::{TileView, WaveView};
use vigie_model::{Decimal, MonoTime, Scale, Unit, WallTime};
use vigie_ui_kit::{
    fonts::Face,
    sweep::{Motion, Sweep},
    text, tokens,
};
use vigie_words::TextKey;

use crate::{
    bed_ui::wave_places,
    button::{Button, button_ui},
    devices,
    options::ViewOptions,
    phrases::Phrases,
    wave_ui::{Stands, Traced, wave_ui},
};

/// A frozen picture ends after this.
pub const FROZEN_MAX: Duration = Duration::from_secs(5 * 60);
/// Height of the line that tells what lies between the calipers.
const READING: f32 = 26.0;
/// Width of the button that ends it.
const END_WIDTH: f32 = 150.0;
/// A step of a caliper with the shift key, in pixels.
const STRIDE: f32 = 10.0;

/// Whether the waves of the open bed are frozen.
#[derive(Debug, Default)]
pub struct Freeze {
    /// Somebody wants them frozen, or running again.
    pub is_wanted: bool,
    /// The frozen picture.
    pub frozen: Option<Frozen>,
}

impl Freeze {
    /// What is to be painted instead of the running waves.
    pub fn shown(&mut self, tile: &TileView, phrases: &Phrases) -> Option<&mut Frozen> {
        if std::mem::take(&mut self.is_wanted) {
            let has_waves = !tile.waves.is_empty();
            self.frozen = match self.frozen.take() {
                Some(_) => None,
                None => has_waves.then(|| Frozen::of(tile, phrases)),
            };
        }
        // Another patient's numbers never stand beside these waves.
        let is_other =
            |frozen: &Frozen| frozen.tile.bed != tile.bed || frozen.tile.patient != tile.patient;
        let _over = self.frozen.take_if(|frozen| frozen.is_over(phrases.now) || is_other(frozen));
        self.frozen.as_mut()
    }
}

/// The waves of a bed as they stood at a moment.
#[derive(Debug)]
pub struct Frozen {
    at: MonoTime,
    wall: WallTime,
    tile: TileView,
    sweeps: Vec<Sweep>,
    /// The wave that the calipers stand on.
    chosen: usize,
    /// Where they stand, in parts of its width.
    calipers: [f32; 2],
    /// The one that the keys move.
    held: usize,
    /// Not painted yet: it takes the keys.
    is_fresh: bool,
}

impl Frozen {
    /// The waves as they stand now.
    pub fn of(tile: &TileView, phrases: &Phrases) -> Frozen {
        Frozen {
            at: phrases.now,
            wall: phrases.wall,
            tile: tile.clone(),
            sweeps: tile.waves.iter().map(|_| Sweep::default()).collect(),
            chosen: 0,
            calipers: [0.4, 0.6],
            held: 1,
            is_fresh: true,
        }
    }

    /// Whether it has stood long enough.
    pub fn is_over(&self, now: MonoTime) -> bool {
        now.since(self.at) >= FROZEN_MAX
    }

    /// Moves a caliper.
    fn move_to(&mut self, which: usize, part: f32) {
        if let Some(caliper) = self.calipers.get_mut(which) {
            *caliper = part.clamp(0.0, 1.0);
        }
    }

    /// The caliper that is nearer to a place.
    fn nearest(&self, part: f32) -> usize {
        let [first, second] = self.calipers.map(|caliper| (caliper - part).abs());
        usize::from(second < first)
    }

    /// What the keys do: left and right move, up and down choose the wave, Tab the caliper.
    fn take_keys(&mut self, ui: &Ui, traced: &[Option<Traced>]) {
        let pixel = 1.0 / ui.painter().pixels_per_point();
        let width = traced.get(self.chosen).copied().flatten().map_or(1.0, |it| it.rect.width());
        let (right, left, up, down, tab, shift) = ui.input(|input| {
            let count = |key: Key| input.num_presses(key) as f32;
            (
                count(Key::ArrowRight),
                count(Key::ArrowLeft),
                input.key_pressed(Key::ArrowUp),
                input.key_pressed(Key::ArrowDown),
                input.key_pressed(Key::Tab),
                input.modifiers.shift,
            )
        });
        if tab {
            self.held = 1 - self.held.min(1);
        }
        let last = traced.len().saturating_sub(1);
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        if down {
            self.chosen = (self.chosen + 1).min(last);
        }
        let step = (right - left) * pixel / width * if shift { STRIDE } else { 1.0 };
        if step != 0.0
            && let Some(now) = self.calipers.get(self.held).copied()
        {
            self.move_to(self.held, now + step);
        }
    }
}

/// Paints the frozen waves into `area`. True: somebody ends it.
pub fn frozen_ui(ui: &Ui, area: Rect, frozen: &mut Frozen, phrases: &Phrases) -> bool {
    let band = Rect::from_min_size(area.min, vec2(area.width(), tokens::BUTTON + 4.0));
    let is_ended = band_ui(ui, band, frozen, phrases);
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - READING), area.max);
    let field = Rect::from_min_max(pos2(area.left(), band.bottom() + 4.0), foot.right_top());
    let still = Phrases {
        now: frozen.at,
        options: ViewOptions { motion: Motion::Scroll, ..phrases.options },
        ..phrases.clone()
    };
    let names = devices::names(&frozen.tile, &still);
    let places = wave_places(field, &frozen.tile);
    let mut traced = Vec::with_capacity(places.len());
    for ((wave, sweep), rect) in frozen.tile.waves.iter().zip(&mut frozen.sweeps).zip(places) {
        let name = names.get(usize::from(wave.source));
        let rect = rect.shrink2(vec2(0.0, 2.0));
        traced.push(wave_ui(ui, rect, wave, name, sweep, Stands::InBed, &still));
    }
    frozen.chosen = frozen.chosen.min(traced.len().saturating_sub(1));
    let id = Id::unique("calipers");
    let response = ui.interact(field, id, Sense::click_and_drag());
    if std::mem::take(&mut frozen.is_fresh) || response.is_pointer_button_down_on() {
        response.request_focus();
    }
    if response.has_focus() {
        // Tab and the arrows are the calipers' as long as they have the keys.
        let filter = EventFilter {
            tab: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        frozen.take_keys(ui, &traced);
    }
    if let Some(at) =
        response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on())
    {
        let is_at = |it: &Option<Traced>| it.is_some_and(|it| it.rect.y_range().contains(at.y));
        if ui.input(|input| input.pointer.any_pressed())
            && let Some(chosen) = traced.iter().position(is_at)
        {
            frozen.chosen = chosen;
        }
        if let Some(Some(traced)) = traced.get(frozen.chosen) {
            let part = (at.x - traced.rect.left()) / traced.rect.width();
            if ui.input(|input| input.pointer.any_pressed()) {
                frozen.held = frozen.nearest(part);
            }
            frozen.move_to(frozen.held, part);
        }
    }
    let chosen = traced.get(frozen.chosen).copied().flatten();
    let reading = chosen.and_then(|traced| reading(frozen, &traced, phrases));
    let reading = reading.unwrap_or_default();
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &reading));
    if let Some(traced) = chosen {
        calipers(ui, &traced, frozen, response.has_focus(), phrases);
    }
    let (face, ink) = (Face::Strong, phrases.palette.text);
    let size = text::fitting(ui.painter(), &reading, face, foot.width() - 2.0, 12.0, 11.0);
    text::in_rect(ui.painter(), foot, Align::Min, &reading, face, size, ink);
    is_ended
}

/// The band that says what this is, and the button that ends it.
fn band_ui(ui: &Ui, band: Rect, frozen: &Frozen, phrases: &Phrases) -> bool {
    let (painter, palette) = (ui.painter(), phrases.palette);
    painter.rect_filled(band, tokens::CORNER, palette.notice);
    let end = Rect::from_min_max(
        pos2(band.right() - END_WIDTH.min(band.width() * 0.4), band.top() + 2.0),
        band.max - vec2(2.0, 2.0),
    );
    let since = phrases.words.clock(frozen.wall, phrases.utc_offset_minutes);
    let left = FROZEN_MAX.saturating_sub(phrases.now.since(frozen.at));
    let said = phrases.words.frozen_since(&since, &phrases.words.countdown(left));
    let slot =
        Rect::from_min_max(band.min + vec2(10.0, 0.0), pos2(end.left() - 8.0, band.bottom()));
    let response = ui.interact(slot, Id::unique("frozen"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let size = text::fitting(painter, &said, Face::Strong, slot.width() - 2.0, 12.0, 11.0);
    text::in_rect(painter, slot, Align::Min, &said, Face::Strong, size, palette.on_bright);
    let word = phrases.text(TextKey::FreezeEnd);
    let button = Button { word: &word, key: "F8", is_free: true };
    button_ui(ui, end, Id::unique("freeze-end"), button, phrases).clicked()
}

/// Two upright lines over the chosen wave; the one that the keys move is thicker and has a foot.
fn calipers(ui: &Ui, traced: &Traced, frozen: &Frozen, has_keys: bool, phrases: &Phrases) {
    let (painter, rect) = (ui.painter(), traced.rect);
    for (nth, part) in frozen.calipers.into_iter().enumerate() {
        let x = rect.left() + part * rect.width();
        let is_held = nth == frozen.held;
        let ink = if is_held && has_keys { phrases.palette.focus } else { phrases.palette.text };
        let stroke = Stroke::new(if is_held { 2.0 } else { 1.0 }, ink);
        painter.vline(x, rect.y_range(), stroke);
        for y in [rect.top(), rect.bottom()] {
            painter.hline(x - 5.0..=x + 5.0, y, stroke);
        }
    }
}

/// What lies between the calipers: time, the rate that it would be, and on a scale the difference.
fn reading(frozen: &Frozen, traced: &Traced, phrases: &Phrases) -> Option<String> {
    let (wave, sweep) = (frozen.tile.waves.get(frozen.chosen)?, frozen.sweeps.get(frozen.chosen)?);
    let (count, next, column_ns) = sweep.extent();
    let index = frozen.calipers.map(|part| {
        let last = count.saturating_sub(1) as f32;
        (part * last).round() as u64
    });
    let [first, second] = index;
    let between_ms = (first.abs_diff(second) as f64 * column_ns / 1e6).round();
    let words = &phrases.words;
    let unit = |code: &str| words.unit(&Unit::ucum(code));
    let time = format!("{} {}", words.decimal(&Decimal::whole(between_ms as i64)), unit("ms"));
    let mut parts = vec![time];
    if between_ms >= 1.0 {
        let rate = Decimal::whole((60_000.0 / between_ms).round() as i64);
        parts.push(format!("{} {}", words.decimal(&rate), unit("/min")));
    }
    let oldest = next.checked_sub(count as u64)?;
    let amounts = index.map(|index| {
        let (low, high) = sweep.column(oldest + index)?.extent?;
        amount(wave, traced, low, high)
    });
    if let [Some(first), Some(second)] = amounts {
        let shown = words.units().of(wave.id.as_ref().map(vigie_model::Text::as_str));
        let digits = digits(wave);
        let scale = 10_f64.powi(i32::from(digits));
        let difference =
            Decimal::new(((second - first) * scale).round() as i64, -(i8::try_from(digits).ok()?));
        let difference = words.decimal(&shown.value(difference, &wave.unit));
        parts.push(format!("{difference} {}", words.unit(&shown.unit(&wave.unit))));
    }
    let label = words.stream_label(&wave.key, wave.label.as_ref());
    Some(words.between_calipers(&label, &parts.join(", ")))
}

/// The amount of a column: its end that is farther from zero, or from the middle of its axis, so that a
/// peak is measured at its tip. `None`: the wave has no amounts.
fn amount(wave: &WaveView, traced: &Traced, low: f32, high: f32) -> Option<f64> {
    let Scale::Physical { offset, per_count, .. } = wave.scale else { return None };
    let span = &traced.span;
    let middle = (span.raw_low + span.raw_high) / 2.0;
    let rest = span.zero.filter(|zero| (0.0..=1.0).contains(&span.part(*zero))).unwrap_or(middle);
    let (low, high) = (f64::from(low), f64::from(high));
    let raw = if (high - rest).abs() >= (low - rest).abs() { high } else { low };
    Some(offset + raw * per_count)
}

/// Digits behind the point that a difference is worth.
fn digits(wave: &WaveView) -> u8 {
    let Scale::Physical { per_count, .. } = wave.scale else { return 0 };
    let (low, high) = wave.span.unwrap_or((0, 100));
    let range = (f64::from(high) - f64::from(low)).abs() * per_count.abs();
    match range {
        range if range < 10.0 => 2,
        range if range < 40.0 => 1,
        _ => 0,
    }
}
