//! What the pages of set-up are painted with: lines, wrapped notes, large buttons, lists that scroll.

use egui::{
    Align, Color32, Id, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use vigie_ui_kit::{fonts::Face, text, tokens};

use crate::{
    button::{Button, button_ui, choice_ui},
    phrases::Phrases,
};

/// Height of what a finger presses: 12 mm at 96 dots an inch.
pub const BIG: f32 = 48.0;
/// Between things.
pub const GAP: f32 = 8.0;

/// The id of a thing in set-up.
pub fn id(salt: impl std::hash::Hash + std::fmt::Debug) -> Id {
    Id::unique("set-up").with(salt)
}

/// One line, which a screen reader says too.
pub fn line(
    ui: &Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    what: &str,
    (face, size, ink): (Face, f32, Color32),
) {
    let size = text::fitting(ui.painter(), what, face, rect.width(), size * text::CAP, 12.0);
    text::in_rect(ui.painter(), rect, Align::Min, what, face, size, ink);
    let response = ui.interact(rect, id(("line", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, what));
}

/// Text in as many lines as it needs; gives back how high it is.
pub fn note(
    ui: &Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    what: &str,
    (size, ink): (f32, Color32),
) -> f32 {
    let font = Face::Plain.id(size);
    let galley = ui.painter().layout(what.to_owned(), font, ink, rect.width());
    let height = galley.rect.height();
    ui.painter().galley(rect.min, galley, ink);
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    let response = ui.interact(place, id(("note", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, what));
    height
}

/// A large button; true when it was pressed.
pub fn press(
    ui: &Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    (word, key): (&str, &str),
    is_free: bool,
    phrases: &Phrases,
) -> bool {
    button_ui(ui, rect, id(("press", salt)), Button { word, key, is_free }, phrases).clicked()
}

/// One of several; true when it was pressed.
pub fn choose(
    ui: &Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    (word, said): (&str, &str),
    is_chosen: bool,
    phrases: &Phrases,
) -> bool {
    choice_ui(ui, rect, id(("choose", salt)), (word, said), is_chosen, phrases).clicked()
}

/// A row with a name and what there is to say of it below: one of several in a list.
pub struct Entry<'a> {
    /// In large letters.
    pub name: &'a str,
    /// Below it.
    pub more: &'a str,
    /// Lit.
    pub is_chosen: bool,
    /// Framed: where the keyboard is.
    pub is_here: bool,
    /// It can be pressed.
    pub is_free: bool,
}

/// Paints a row; true when it was pressed.
pub fn entry(
    ui: &Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    entry: &Entry<'_>,
    phrases: &Phrases,
) -> bool {
    let sense = if entry.is_free { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, id(("entry", salt)), sense);
    let said = if entry.more.is_empty() {
        entry.name.to_owned()
    } else {
        format!("{}, {}", entry.name, entry.more)
    };
    let (is_free, is_chosen) = (entry.is_free, entry.is_chosen);
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_free, is_chosen, &said));
    let (painter, palette) = (ui.painter(), phrases.palette);
    let is_lit = entry.is_free && (response.hovered() || response.has_focus());
    let (fill, ink, quiet) = match (entry.is_chosen, is_lit) {
        (true, _) => (palette.notice, palette.on_bright, palette.on_bright),
        (false, true) => (palette.faint, palette.text, palette.text),
        (false, false) => (palette.line, palette.text, palette.quiet),
    };
    painter.rect_filled(rect, tokens::CORNER, fill);
    if entry.is_here || response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    let slot = rect.shrink2(vec2(10.0, 4.0));
    let half = if entry.more.is_empty() { slot.bottom() } else { slot.center().y + 2.0 };
    let above = Rect::from_min_max(slot.min, pos2(slot.right(), half));
    text::in_rect(painter, above, Align::Min, entry.name, Face::Strong, 16.0, ink);
    if !entry.more.is_empty() {
        let below = Rect::from_min_max(pos2(slot.left(), half), slot.max);
        text::in_rect(painter, below, Align::Min, entry.more, Face::Plain, 13.0, quiet);
    }
    if entry.is_here {
        response.scroll_to_me(None);
    }
    response.clicked()
}

/// A list that scrolls where it has no room, by wheel, finger or focus. `height`: of all of it. What is
/// painted inside is handed the whole of its place.
pub fn scroll<T>(
    ui: &mut Ui,
    rect: Rect,
    salt: impl std::hash::Hash + std::fmt::Debug,
    height: f32,
    paint: impl FnOnce(&mut Ui, Rect) -> T,
) -> T {
    let builder = UiBuilder::new().max_rect(rect).scope_id(id(("scroll", salt)));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                let size =
                    vec2(rect.width() - if height > rect.height() { 16.0 } else { 0.0 }, height);
                let (_, whole) = ui.allocate_space(size);
                paint(ui, whole)
            })
            .inner
    })
    .inner
}

/// Cuts a row into as many equal parts.
pub fn parts<const N: usize>(row: Rect) -> [Rect; N] {
    let count = N.max(1) as f32;
    let width = ((row.width() - GAP * (count - 1.0)) / count).floor();
    core::array::from_fn(|nth| cell(row, width, nth))
}

/// The `nth` place of so many equal ones in a row.
pub fn nth_of(row: Rect, nth: usize, count: usize) -> Rect {
    let count = count.max(1) as f32;
    cell(row, ((row.width() - GAP * (count - 1.0)) / count).floor(), nth)
}

fn cell(row: Rect, width: f32, nth: usize) -> Rect {
    let left = row.left() + nth as f32 * (width + GAP);
    Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()))
}
