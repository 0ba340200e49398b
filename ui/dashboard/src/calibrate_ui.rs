//! How large the screen's millimetres are: a bar that a person makes 100 mm long by a ruler, or what the
//! screen says of itself, confirmed by the same bar.

use egui::{
    Align, CursorIcon, EventFilter, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};
use vigie_model::Decimal;
use vigie_ui_kit::{edid::Edid, fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    phrases::Phrases,
};

/// Length of the bar.
const BAR_MM: f32 = 100.0;
/// Its height.
const BAR: f32 = 56.0;
/// Pixels in a millimetre that the file takes.
const PIXELS_PER_MM: (f32, f32) = (0.5, 40.0);
/// A step with the shift key.
const STRIDE: f32 = 10.0;
/// Screens that are offered.
const SCREENS_MAX: usize = 3;

/// A connected screen and what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenSeen {
    /// Its connector: `HDMI-A-1`.
    pub name: String,
    /// What it says.
    pub says: Edid,
}

/// What became of the last measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It holds here, and is being written into the file.
    Saving,
    /// The file has it, for windows from now on.
    Saved,
    /// It holds in this window alone: why, in English for an engineer.
    NotSaved(String),
}

/// What is asked for on this page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CalibrateAct {
    /// So many pixels are a millimetre.
    Take(f32),
    /// Back.
    Close,
}

/// What the page keeps from frame to frame.
#[derive(Debug, Default)]
pub struct Calibrate {
    /// Length of the bar in pixels, since somebody changed it.
    bar: Option<f32>,
    /// Screens that told their size.
    pub screens: Vec<ScreenSeen>,
    /// What became of the last measure.
    pub kept: Option<Kept>,
    has_keys: bool,
}

impl Calibrate {
    /// The page is opened: the bar begins with what holds.
    pub fn open(&mut self) {
        self.bar = None;
        self.kept = None;
        self.has_keys = false;
    }
}

/// Paints the page into `area`.
pub fn calibrate_ui(
    ui: &Ui,
    area: Rect,
    page: &mut Calibrate,
    phrases: &Phrases,
) -> Option<CalibrateAct> {
    let painter = ui.painter();
    painter.rect_filled(area, 0.0, tokens::TILE);
    let title = phrases.text(TextKey::CalibrateTitle);
    let whole = ui.interact(area, Id::unique("calibrate"), Sense::hover());
    whole.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &title));
    let pixel = 1.0 / painter.pixels_per_point();
    let inner = area.shrink(16.0);
    let mut rows = Rows::of(inner);
    let head = rows.take(tokens::BUTTON + 8.0);
    let close = Rect::from_min_max(pos2(head.right() - 130.0, head.top()), head.max);
    let slot = Rect::from_min_max(head.min, pos2(close.left() - 8.0, head.bottom()));
    let palette = phrases.palette;
    text::in_rect(painter, slot, Align::Min, &title, Face::Strong, 22.0, palette.text);
    let mut act = None;
    let word = phrases.text(TextKey::Close);
    let escape = phrases.text(TextKey::KeyEscape);
    let button = Button { word: &word, key: &escape, is_free: true };
    if button_ui(ui, close, Id::unique("calibrate-close"), button, phrases).clicked() {
        act = Some(CalibrateAct::Close);
    }
    for (nth, key) in [TextKey::CalibrateRuler, TextKey::CalibrateKeys].into_iter().enumerate() {
        line_ui(ui, rows.take(28.0), nth, &phrases.text(key), palette.text);
    }
    rows.take(14.0);
    let place = rows.take(BAR + 26.0);
    let most = (place.width() / pixel).floor().max(1.0);
    let least = (PIXELS_PER_MM.0 * BAR_MM).min(most);
    let held = (phrases.sight.points_per_mm / pixel * BAR_MM).round();
    let mut bar = page.bar.unwrap_or(held).clamp(least, most);
    let confirmed = bar_ui(ui, place, page, &mut bar, phrases);
    bar = bar.clamp(least, most);
    rows.take(10.0);
    let steps = rows.take(tokens::BUTTON + 10.0);
    for (nth, step) in [-10.0_f32, -1.0, 1.0, 10.0].into_iter().enumerate() {
        let word = if step < 0.0 { format!("- {}", -step) } else { format!("+ {step}") };
        let rect = nth_of(steps, nth, 6, 1);
        let button = Button { word: &word, key: "", is_free: true };
        if button_ui(ui, rect, Id::unique("calibrate-step").with(nth), button, phrases).clicked() {
            bar = (bar + step).clamp(least, most);
        }
    }
    let word = phrases.text(TextKey::CalibrateConfirm);
    let enter = phrases.text(TextKey::KeyEnter);
    let button = Button { word: &word, key: &enter, is_free: true };
    let rect = nth_of(steps, 4, 6, 2);
    let pressed = button_ui(ui, rect, Id::unique("calibrate-take"), button, phrases).clicked();
    rows.take(12.0);
    let monitor = ui.input(|input| input.viewport().monitor_size);
    let wide = monitor.map(|size| (size.x / pixel).round() as u32).filter(|wide| *wide > 0);
    for (nth, screen) in page.screens.iter().take(SCREENS_MAX).enumerate() {
        let row = rows.take(tokens::BUTTON + 8.0);
        let pixels = screen.says.pixels_per_mm(wide.unwrap_or(screen.says.pixels.0));
        let (width, height) = screen.says.size_mm;
        let says = phrases.words.screen_says(&screen.name, width, height, &tenths(pixels, phrases));
        let rect = Rect::from_min_max(row.min, pos2(row.right(), row.bottom() - 6.0));
        let button = Button { word: &says, key: "", is_free: true };
        if button_ui(ui, rect, Id::unique("calibrate-screen").with(nth), button, phrases).clicked()
        {
            bar = (pixels * BAR_MM).round().clamp(least, most);
        }
    }
    let holds = match phrases.options.pixels_per_mm {
        Some(pixels) => phrases.words.screen_measured(&tenths(pixels, phrases)),
        None => phrases.text(TextKey::CalibrateNever),
    };
    line_ui(ui, rows.take(28.0), 2, &holds, palette.quiet);
    let kept = page.kept.as_ref().map(|kept| match kept {
        Kept::Saving => phrases.text(TextKey::CalibrateSaving),
        Kept::Saved => phrases.text(TextKey::CalibrateSaved),
        Kept::NotSaved(why) => phrases.words.noted(&phrases.text(TextKey::CalibrateNotSaved), why),
    });
    if let Some(kept) = kept {
        line_ui(ui, rows.take(28.0), 3, &kept, palette.text);
    }
    page.bar = (page.bar.is_some() || bar != held).then_some(bar);
    let is_taken = confirmed || pressed;
    act.or(is_taken.then_some(CalibrateAct::Take(bar / BAR_MM)))
}

/// The bar, as long as it is; dragged, or moved by the arrow keys while it has them. True: confirmed.
fn bar_ui(ui: &Ui, place: Rect, page: &mut Calibrate, bar: &mut f32, phrases: &Phrases) -> bool {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let pixel = 1.0 / painter.pixels_per_point();
    let id = Id::unique("calibrate-bar");
    let response = ui.interact(place, id, Sense::click_and_drag());
    if !std::mem::replace(&mut page.has_keys, true) || response.is_pointer_button_down_on() {
        response.request_focus();
    }
    let response = response.on_hover_cursor(CursorIcon::ResizeHorizontal);
    if response.is_pointer_button_down_on()
        && let Some(at) = response.interact_pointer_pos()
    {
        *bar = ((at.x - place.left()) / pixel).round();
    }
    let mut confirmed = false;
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        let (steps, enter) = ui.input(|input| {
            let count = |key: Key| input.num_presses(key) as f32;
            let stride = if input.modifiers.shift { STRIDE } else { 1.0 };
            let across = (count(Key::ArrowRight) - count(Key::ArrowLeft)) * stride;
            let up = (count(Key::ArrowUp) - count(Key::ArrowDown)) * STRIDE;
            (across + up, input.key_pressed(Key::Enter))
        });
        *bar += steps;
        confirmed = enter;
    }
    let said = phrases.words.calibration_bar(&tenths(*bar / BAR_MM, phrases));
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &said));
    let long = Rect::from_min_size(place.min, vec2(*bar * pixel, BAR));
    painter.rect_filled(long, 0.0, palette.text);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(long.expand(3.0), 0.0, stroke, StrokeKind::Outside);
    }
    let word = phrases.text(TextKey::CalibrateLength);
    text::in_rect(painter, long, Align::Center, &word, Face::Strong, 20.0, palette.on_bright);
    let below = Rect::from_min_max(pos2(place.left(), long.bottom() + 4.0), place.max);
    text::in_rect(painter, below, Align::Min, &said, Face::Plain, 14.0, palette.quiet);
    confirmed
}

/// The place of `wide` of `count` cells in a row, from the `nth` on.
fn nth_of(row: Rect, nth: usize, count: usize, wide: usize) -> Rect {
    const GAP: f32 = 8.0;
    let width = row.width().min(780.0) / count as f32;
    let left = row.left() + nth as f32 * width;
    Rect::from_min_size(pos2(left, row.top()), vec2(width * wide as f32 - GAP, row.height()))
}

/// Pixels in a millimetre with two digits behind the point.
fn tenths(pixels: f32, phrases: &Phrases) -> String {
    phrases.words.decimal(&Decimal::new((f64::from(pixels) * 100.0).round() as i64, -2))
}

fn line_ui(ui: &Ui, row: Rect, nth: usize, line: &str, ink: egui::Color32) {
    let painter = ui.painter();
    let size = text::fitting(painter, line, Face::Plain, row.width() - 2.0, 12.0, 11.0);
    text::in_rect(painter, row, Align::Min, line, Face::Plain, size, ink);
    let response = ui.interact(row, Id::unique("calibrate-line").with(nth), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, line));
}
