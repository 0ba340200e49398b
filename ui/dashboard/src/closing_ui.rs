//! Whether the window is to be closed: asked in the main area, never over an alarm.

use std::time::Duration;

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_model::MonoTime;
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    phrases::Phrases,
};

/// Who does not answer within this time stays.
const PATIENCE: Duration = Duration::from_secs(30);
/// The panel.
const SIZE: egui::Vec2 = vec2(620.0, 250.0);
const PAD: f32 = 26.0;
/// Height and least width of a button.
const BUTTON: egui::Vec2 = vec2(220.0, 52.0);

/// How far the asking is.
#[derive(Debug, Default)]
pub struct Closing {
    since: Option<MonoTime>,
    /// It wants the keyboard.
    is_fresh: bool,
    /// Somebody said so.
    pub is_closed: bool,
}

impl Closing {
    /// Asks, or goes on asking.
    pub fn begin(&mut self, now: MonoTime) {
        (self.since, self.is_fresh) = (Some(now), true);
    }
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosingAct {
    /// Stay: said, or nothing for too long.
    Stay,
    /// Close.
    Close,
}

/// Paints the page into `area`.
pub fn closing_ui(
    ui: &Ui,
    area: Rect,
    closing: &mut Closing,
    phrases: &Phrases,
) -> Option<ClosingAct> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let around = ui.interact(area, Id::unique("closing"), Sense::hover());
    painter.rect_filled(area, 0.0, tokens::TILE);
    let panel = Rect::from_center_size(area.center(), SIZE).intersect(area.shrink(8.0));
    let line = Stroke::new(1.0, palette.line);
    painter.rect(panel, 8.0, palette.bar, line, StrokeKind::Inside);
    let mut rows = Rows::of(panel.shrink(PAD));
    let title = phrases.text(TextKey::ClosingTitle);
    text::in_rect(painter, rows.take(40.0), Align::Min, &title, Face::Strong, 24.0, palette.text);
    let said = phrases.text(TextKey::ClosingText);
    let body = rows.take(86.0);
    let galley = painter.layout(said.clone(), Face::Plain.id(16.0), palette.text, body.width());
    painter.galley(body.min, galley, palette.text);
    around.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, format!("{title} {said}")));
    let row = rows.rest();
    let row = Rect::from_min_max(pos2(row.left(), row.bottom() - BUTTON.y), row.max);
    let width = BUTTON.x.min(row.width() / 2.0 - 8.0);
    let slot = |left: f32| Rect::from_min_size(pos2(left, row.top()), vec2(width, BUTTON.y));
    let [stay, close] = [TextKey::ClosingStay, TextKey::ClosingClose].map(|key| phrases.text(key));
    let id = Id::unique("closing-stay");
    // tidy: not for people
    let button = Button { word: &stay, key: "Esc", is_free: true };
    let stays = button_ui(ui, slot(row.left()), id, button, phrases).clicked();
    if std::mem::take(&mut closing.is_fresh) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let button = Button { word: &close, key: "", is_free: true };
    let id = Id::unique("closing-close");
    if button_ui(ui, slot(row.right() - width), id, button, phrases).clicked() {
        return Some(ClosingAct::Close);
    }
    let is_late = closing.since.is_none_or(|since| phrases.now.since(since) >= PATIENCE);
    (stays || is_late).then_some(ClosingAct::Stay)
}
