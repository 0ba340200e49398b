//! A button: a word, and the key that does the same.

use egui::{Align, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use vigie_ui_kit::{fonts::Face, text, tokens};

use crate::phrases::Phrases;

/// What a button says and whether it can be pressed.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    /// Its word; a screen reader says it too.
    pub word: &'a str,
    /// The key that does the same; empty: none.
    pub key: &'a str,
    /// Whether it can be pressed now.
    pub is_free: bool,
}

/// Paints a button into `rect`. Its answer is clicked when it is pressed.
pub fn button_ui(ui: &Ui, rect: Rect, id: Id, button: Button<'_>, phrases: &Phrases) -> Response {
    let sense = if button.is_free { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, button.is_free, button.word));
    let (painter, palette) = (ui.painter(), phrases.palette);
    let is_lit = button.is_free && (response.hovered() || response.has_focus());
    painter.rect_filled(rect, tokens::CORNER, if is_lit { palette.faint } else { palette.line });
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    let ink = if button.is_free { palette.text } else { palette.quiet };
    let mut slot = rect.shrink2(egui::vec2(8.0, 0.0));
    if !button.key.is_empty() && slot.width() > 60.0 {
        let size = 13.0;
        let put =
            text::in_rect(painter, slot, Align::Max, button.key, Face::Plain, size, palette.quiet);
        slot.max.x = put.left() - 6.0;
    }
    let size = text::fitting(painter, button.word, Face::Strong, slot.width() - 2.0, 12.0, 11.0);
    let slot = Rect::from_min_max(pos2(slot.left(), rect.top()), pos2(slot.right(), rect.bottom()));
    text::in_rect(painter, slot, Align::Min, button.word, Face::Strong, size, ink);
    response
}
