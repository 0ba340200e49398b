//! The cover over everything when the station has stopped, and the page before it was ever heard.
//!
//! A value that nobody keeps true any more is not shown at all: not dimmed, not dashed, since nobody
//! can say which of the two it should be.

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use vigie_board::view::TileView;
use vigie_model::{StationMode, WallTime};
use vigie_ui_kit::{fonts::Face, mode_border, text, tokens};
use vigie_words::TextKey;

use crate::phrases::Phrases;

/// Height of the head of a covered tile: label and mode.
fn head_height(rect: Rect) -> f32 {
    (rect.height() * 0.2).clamp(18.0, 38.0)
}

/// Covers one bed: its label and the mode stay, everything else is the words.
pub fn cover_ui(
    ui: &Ui,
    rect: Rect,
    id: Id,
    tile: &TileView,
    mode: StationMode,
    since: WallTime,
    phrases: &Phrases,
) {
    let painter = ui.painter();
    let stopped = phrases.text(TextKey::StationStopped);
    let since = phrases.words.since(&phrases.dated(since));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| {
        let mode = (mode != StationMode::Live).then(|| phrases.words.station_mode(mode));
        let parts: Vec<String> =
            [Some(tile.label.to_string()), mode, Some(format!("{stopped} {since}"))]
                .into_iter()
                .flatten()
                .collect();
        WidgetInfo::labeled(Role::Label, true, parts.join(", "))
    });
    painter.rect(
        rect,
        tokens::CORNER,
        phrases.palette.cover,
        Stroke::new(1.0, phrases.palette.line),
        StrokeKind::Inside,
    );
    mode_border::border(painter, rect, mode, phrases.palette);
    let inner = rect.shrink(tokens::BORDER);
    let head = Rect::from_min_max(inner.min, pos2(inner.right(), inner.top() + head_height(inner)));
    painter.rect_filled(head, tokens::CORNER, phrases.palette.bar);
    let size = (head.height() * 0.72).floor().clamp(tokens::TEXT_MIN + 1.0, 24.0);
    let plate_size = (head.height() * 0.66).floor().clamp(tokens::TEXT_MIN, 18.0);
    let plate_y = (head.center().y - plate_size * 0.64, head.center().y + plate_size * 0.64);
    let word = phrases.words.station_mode(mode);
    let right = head.right() - 4.0;
    let plate =
        mode_border::word(painter, right, plate_y, &word, plate_size, mode, phrases.palette);
    let right = plate.map_or(right, |plate| plate.left() - 4.0);
    let slot = Rect::from_min_max(pos2(head.left() + 4.0, head.top()), pos2(right, head.bottom()));
    let label = tile.label.as_str();
    text::in_rect(painter, slot, Align::Min, label, Face::Strong, size, phrases.palette.text);
    let body = Rect::from_min_max(pos2(inner.left(), head.bottom()), inner.max);
    words_ui(ui, body.shrink2(egui::vec2(4.0, 0.0)), &stopped, &since, phrases);
}

/// Two centred lines, as large as fits.
fn words_ui(ui: &Ui, area: Rect, stopped: &str, since: &str, phrases: &Phrases) {
    let painter = ui.painter();
    let large = (area.height() * 0.3).min(54.0);
    let size = text::fitting(painter, stopped, Face::Strong, area.width(), large, tokens::TEXT_MIN);
    let small = (size * 0.7).floor();
    let small = text::fitting(painter, since, Face::Plain, area.width(), small, tokens::TEXT_MIN);
    let small = small.min(size);
    let (first, second) = (size * 1.25, small * 1.35);
    let top = area.center().y - (first + second) / 2.0;
    let row = |top: f32, height: f32| {
        Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + height))
    };
    let ink = phrases.palette.on_cover;
    text::in_rect(painter, row(top, first), Align::Center, stopped, Face::Strong, size, ink);
    let below = row(top + first, second);
    text::in_rect(painter, below, Align::Center, since, Face::Plain, small, ink);
}

/// The whole window before the station was ever heard.
pub fn waiting_ui(ui: &Ui, area: Rect, phrases: &Phrases) {
    let painter = ui.painter();
    painter.rect_filled(area, 0.0, tokens::TILE);
    let waiting = phrases.text(TextKey::WaitingForStation);
    let disclaimer = phrases.text(TextKey::SecondaryDisplay);
    let response = ui.interact(area, Id::unique("waiting"), Sense::hover());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{waiting}. {disclaimer}")));
    let inner = area.shrink(16.0);
    let row = |middle: f32| {
        Rect::from_min_max(pos2(inner.left(), middle - 24.0), pos2(inner.right(), middle + 24.0))
    };
    let middle = area.center().y;
    let rows = [
        (row(middle - 80.0), phrases.clock(), Face::Digits, phrases.palette.quiet),
        (row(middle), waiting, Face::Strong, phrases.palette.text),
        (row(middle + 80.0), disclaimer, Face::Plain, phrases.palette.quiet),
    ];
    for (row, words, face, ink) in rows {
        let size = text::fitting(painter, &words, face, row.width(), 22.0, tokens::TEXT_MIN);
        text::in_rect(painter, row, Align::Center, &words, face, size, ink);
    }
}
