//! A button: a word, and the key that does the same; one of several to choose from; a field to write in.

use egui::{
    Align, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2,
};
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

/// Paints one of several things to choose from: the chosen one is lit and said to be so. `said`: what a
/// screen reader says, where the word alone is not enough.
pub fn choice_ui(
    ui: &Ui,
    rect: Rect,
    id: Id,
    (word, said): (&str, &str),
    is_chosen: bool,
    phrases: &Phrases,
) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, said));
    let (painter, palette) = (ui.painter(), phrases.palette);
    let is_lit = response.hovered() || response.has_focus();
    let (fill, ink) = match (is_chosen, is_lit) {
        (true, _) => (palette.notice, palette.on_bright),
        (false, true) => (palette.faint, palette.text),
        (false, false) => (palette.line, palette.text),
    };
    painter.rect_filled(rect, tokens::CORNER, fill);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    let slot = rect.shrink2(egui::vec2(6.0, 0.0));
    let size = text::fitting(painter, word, Face::Strong, slot.width() - 2.0, 11.0, 11.0);
    text::in_rect(painter, slot, Align::Center, word, Face::Strong, size, ink);
    response
}

/// A field to write a line into. `name`: what it is for; a screen reader says it.
pub fn field_ui(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    (written, name): (&mut String, &str),
    chars_max: usize,
    phrases: &Phrases,
) -> Response {
    let palette = phrases.palette;
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let line =
        if has_focus { Stroke::new(2.0, palette.focus) } else { Stroke::new(1.0, palette.faint) };
    ui.painter().rect(rect, tokens::CORNER, tokens::TILE, line, StrokeKind::Inside);
    let edit = TextEdit::singleline(written)
        .id(id)
        .char_limit(chars_max)
        .frame(egui::Frame::NONE)
        .font(Face::Strong.id(15.0))
        .text_color(palette.text)
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.put(rect.shrink2(egui::vec2(6.0, 2.0)), edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    response
}
