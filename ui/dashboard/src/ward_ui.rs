//! The ward: every bed, in the order of the bed map, and below them devices without a bed.

use std::collections::BTreeMap;

use egui::{Align, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::{StationMode, WallTime};
use vigie_ui_kit::{fonts::Face, signs, text, tokens};

use crate::{
    alarms,
    cover_ui::cover_ui,
    dashboard::Place,
    head_ui, layout,
    phrases::Phrases,
    tile_ui::{TileMemory, tile_ui},
};

/// Paints the ward into `area`. Gives back the place that was opened.
pub fn ward_ui(
    ui: &mut Ui,
    area: Rect,
    view: &BoardView,
    phrases: &Phrases,
    memories: &mut BTreeMap<Place, TileMemory>,
) -> Option<Place> {
    let mut beds = area;
    let mut opened = None;
    if !view.unassigned.is_empty() {
        beds.max.y -= tokens::TRAY + tokens::TILE_GAP;
        let tray =
            Rect::from_min_max(pos2(area.left(), beds.bottom() + tokens::TILE_GAP), area.max);
        opened = tray_ui(ui, tray, view, phrases);
    }
    move_focus(ui, view.tiles.len(), beds);
    for (index, tile) in view.tiles.iter().enumerate() {
        let rect = layout::tile_rect(index, view.tiles.len(), beds);
        let place = Place::of(tile);
        let memory = memories.entry(place.clone()).or_default();
        let response = tile_ui(ui, rect, tile_id(index), tile, view.mode, phrases, memory);
        if response.clicked() {
            opened = Some(place);
        }
    }
    let is_there = |place: &Place| view.tiles.iter().any(|tile| Place::of(tile) == *place);
    memories.retain(|place, _| is_there(place));
    opened
}

/// The ward while the station is silent: every bed and the tray covered.
pub fn covered_ward_ui(ui: &Ui, area: Rect, view: &BoardView, since: WallTime, phrases: &Phrases) {
    let mut beds = area;
    if !view.unassigned.is_empty() {
        beds.max.y -= tokens::TRAY + tokens::TILE_GAP;
        let tray =
            Rect::from_min_max(pos2(area.left(), beds.bottom() + tokens::TILE_GAP), area.max);
        ui.painter().rect_filled(tray, tokens::CORNER, tokens::COVER);
        let words = phrases.words.station_stopped_since(&phrases.dated(since));
        let slot = tray.shrink2(egui::vec2(8.0, 3.0));
        let (face, ink) = (Face::Strong, tokens::ON_COVER);
        text::in_rect(ui.painter(), slot, Align::Min, &words, face, tokens::TEXT_BODY, ink);
    }
    for (index, tile) in view.tiles.iter().enumerate() {
        let rect = layout::tile_rect(index, view.tiles.len(), beds);
        cover_ui(ui, rect, tile_id(index), tile, view.mode, since, phrases);
    }
}

fn tile_id(index: usize) -> Id {
    Id::unique("bed").with(index)
}

/// Arrow keys go from bed to bed as they stand on the screen; Home and 1 to the first.
fn move_focus(ui: &Ui, count: usize, area: Rect) {
    if count == 0 {
        return;
    }
    let (columns, _) = layout::grid(count, area.size());
    let focused = ui.memory(|memory| (0..count).find(|index| memory.has_focus(tile_id(*index))));
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let last = count - 1;
    let target = if pressed(Key::Home) || pressed(Key::Num1) {
        Some(0)
    } else if let Some(index) = focused {
        if pressed(Key::ArrowRight) {
            Some((index + 1).min(last))
        } else if pressed(Key::ArrowLeft) {
            Some(index.saturating_sub(1))
        } else if pressed(Key::ArrowDown) {
            Some(if index + columns <= last { index + columns } else { index })
        } else if pressed(Key::ArrowUp) {
            Some(index.checked_sub(columns).unwrap_or(index))
        } else {
            None
        }
    } else {
        let arrows = [Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown, Key::ArrowUp];
        arrows.into_iter().any(pressed).then_some(0)
    };
    if let Some(target) = target {
        ui.memory_mut(|memory| {
            // The toolkit's own walk with the arrow keys would go one bed further.
            memory.move_focus(egui::FocusDirection::None);
            memory.request_focus(tile_id(target));
        });
    }
}

/// Devices without a bed, in one line: label, link, most urgent alarm.
fn tray_ui(ui: &mut Ui, rect: Rect, view: &BoardView, phrases: &Phrases) -> Option<Place> {
    let painter = ui.painter().clone();
    painter.rect_filled(rect, tokens::CORNER, tokens::BAR);
    let size = tokens::TEXT_BODY;
    let title = phrases.words.unassigned_count(view.unassigned.len());
    let inner = rect.shrink2(egui::vec2(8.0, 3.0));
    let put =
        text::in_rect(&painter, inner, Align::Min, &title, Face::Plain, size, tokens::TEXT_QUIET);
    let mut left = put.right() + 12.0;
    let width = 230.0_f32.min(inner.width() * 0.3);
    let mut opened = None;
    for (index, tile) in view.unassigned.iter().enumerate() {
        let rest = view.unassigned.len() - index;
        let room = inner.right() - left;
        if room < width + if rest > 1 { 90.0 } else { 0.0 } {
            let more = phrases.words.more(rest);
            let slot = Rect::from_min_max(pos2(left, inner.top()), inner.max);
            text::in_rect(&painter, slot, Align::Min, &more, Face::Plain, size, tokens::TEXT_QUIET);
            break;
        }
        let chip = Rect::from_min_max(pos2(left, inner.top()), pos2(left + width, inner.bottom()));
        if chip_ui(ui, chip, index, tile, view.mode, phrases) {
            opened = Some(Place::of(tile));
        }
        left = chip.right() + 8.0;
    }
    opened
}

fn chip_ui(
    ui: &Ui,
    rect: Rect,
    index: usize,
    tile: &TileView,
    mode: StationMode,
    phrases: &Phrases,
) -> bool {
    let response = ui.interact(rect, Id::unique("unassigned").with(index), Sense::click());
    let entries = alarms::entries(tile, phrases);
    response.widget_info(|| {
        let parts: Vec<String> = std::iter::once(head_ui::spoken(tile, mode, phrases))
            .chain(entries.first().map(|entry| entry.spoken.clone()))
            .collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let painter = ui.painter();
    painter.rect_filled(rect, tokens::CORNER, tokens::TILE);
    let border = if response.has_focus() { tokens::FOCUS } else { tokens::LINE };
    painter.rect_stroke(rect, tokens::CORNER, Stroke::new(1.0, border), StrokeKind::Inside);
    let (dot, color) = head_ui::link_look(tile);
    signs::link(painter, dot, pos2(rect.left() + 11.0, rect.center().y), 10.0, color);
    let alarm = alarms::on_lines(&entries, 1, phrases.now).into_iter().next();
    let label_right =
        if alarm.is_some() { rect.left() + rect.width() * 0.42 } else { rect.right() - 4.0 };
    let label =
        Rect::from_min_max(pos2(rect.left() + 21.0, rect.top()), pos2(label_right, rect.bottom()));
    text::in_rect(
        painter,
        label,
        Align::Min,
        tile.label.as_str(),
        Face::Strong,
        14.0,
        tokens::TEXT,
    );
    if let Some(badge) = alarm {
        let slot = Rect::from_min_max(
            pos2(label_right + 4.0, rect.top() + 2.0),
            rect.max - egui::vec2(2.0, 2.0),
        );
        badge.paint(painter, slot, phrases.now);
    }
    response.clicked()
}
