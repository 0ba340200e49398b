//! The bar of pages: which beds are on which, and what is wrong on those that nobody sees.

use std::ops::Range;

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::Priority;
use vigie_ui_kit::{
    badge::Badge,
    fonts::Face,
    text,
    tokens::{self},
};

use crate::{
    alarms,
    pages::{Pages, Refused},
    phrases::Phrases,
};

/// Least and greatest width of a page's button.
const WIDTH: (f32, f32) = (112.0, 300.0);
/// Part of the bar that the reason may take.
const REASON: f32 = 0.3;

/// Why a layout is refused, in words.
pub fn reason(refused: &Refused, phrases: &Phrases) -> String {
    let tenths = |mm: f32| (mm * 10.0).round() as i64;
    let distance = i64::from(phrases.options.viewing_distance_mm) * 10;
    let (height, least) = (tenths(refused.height_mm), tenths(refused.least_mm));
    match (refused.chosen, height > 0) {
        (Some(tiles), true) => phrases.words.layout_too_small(tiles, height, least, distance),
        (Some(tiles), false) => phrases.words.layout_too_many(tiles),
        (None, true) => phrases.words.too_small(refused.beds, height, least, distance),
        (None, false) => phrases.words.too_many(refused.beds),
    }
}

/// The most urgent alarm of some tiles, with the label of its bed in front.
fn worst(tiles: &[impl AsRef<TileView>], view: &BoardView, phrases: &Phrases) -> Option<Badge> {
    let of_tile = |tile: &TileView| {
        let mut badge = alarms::entries(tile, view, phrases).into_iter().next()?.badge;
        badge.text = format!("{} {}", tile.label, badge.text);
        badge.more = String::new();
        Some(badge)
    };
    let badges = tiles.iter().filter_map(|tile| of_tile(tile.as_ref()));
    // The first of several that are as urgent.
    let mut badges: Vec<Badge> =
        badges.filter(|badge| badge.priority > Priority::Information).collect();
    badges.sort_by_key(|badge| std::cmp::Reverse((badge.priority, !badge.technical)));
    badges.into_iter().next()
}

/// The pages that each button stands for: one, but the ends of a bar that has no room for all stand for
/// the rest.
fn buttons(page: usize, count: usize, room: usize) -> Vec<Range<usize>> {
    if count <= room {
        return (0..count).map(|nth| nth..nth + 1).collect();
    }
    let shown = room.saturating_sub(2).max(1);
    let first = page.saturating_sub(shown / 2).min(count - shown);
    let before = (first > 0).then_some(0..first);
    let after = (first + shown < count).then_some(first + shown..count);
    let each = (first..first + shown).map(|nth| nth..nth + 1);
    before.into_iter().chain(each).chain(after).collect()
}

/// Paints the pages, each with its most urgent alarm unless it is shown, and why there are several. Gives
/// back the page to turn to.
pub fn pages_ui(
    ui: &Ui,
    bar: Rect,
    view: &BoardView,
    pages: &Pages,
    page: usize,
    phrases: &Phrases,
) -> Option<usize> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    painter.rect_filled(bar, 0.0, palette.bar);
    let inner = bar.shrink2(vec2(6.0, 2.0));
    let field = inner.width() * if pages.refused.is_some() { 1.0 - REASON } else { 1.0 };
    let room = (field / (WIDTH.0 + 4.0)) as usize;
    let buttons = buttons(page, pages.count, room.max(3));
    let width = (field / buttons.len() as f32 - 4.0).min(WIDTH.1);
    let mut left = inner.left();
    let mut turned = None;
    for range in buttons {
        let rect = Rect::from_min_size(pos2(left, inner.top()), vec2(width, inner.height()));
        left = rect.right() + 4.0;
        if page_ui(ui, rect, view, pages, &range, page, phrases) {
            // The nearest of those that it stands for.
            turned = Some(if range.end <= page { range.end - 1 } else { range.start });
        }
    }
    if let Some(refused) = &pages.refused {
        let slot = Rect::from_min_max(pos2(left + 8.0, inner.top()), inner.max);
        reason_ui(ui, slot, &reason(refused, phrases), phrases);
    }
    turned
}

fn page_ui(
    ui: &Ui,
    rect: Rect,
    view: &BoardView,
    pages: &Pages,
    range: &Range<usize>,
    page: usize,
    phrases: &Phrases,
) -> bool {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let is_shown = range.contains(&page);
    let beds = view.tiles.len();
    let tiles = pages.range(range.start, beds).start..pages.range(range.end - 1, beds).end;
    let tiles = view.tiles.get(tiles).unwrap_or_default();
    let label = |tile: Option<&std::sync::Arc<TileView>>| {
        tile.map_or_else(String::new, |tile| tile.label.as_str().to_owned())
    };
    let (first, last) = (label(tiles.first()), label(tiles.last()));
    let name = if tiles.len() > 1 { format!("{first} – {last}") } else { first.clone() };
    let worst = worst(tiles, view, phrases);
    let response = ui.interact(rect, Id::unique("page").with(range.start), Sense::click());
    response.widget_info(|| {
        let number = phrases.words.page_of(range.start + 1, pages.count);
        let alarm = worst
            .as_ref()
            .map(|badge| format!("{} {}", phrases.words.priority(badge.priority), badge.text));
        let parts: Vec<String> = [number, name.clone()].into_iter().chain(alarm).collect();
        WidgetInfo::selected(Role::Button, true, is_shown, parts.join(", "))
    });
    let fill = if is_shown { palette.faint } else { palette.line };
    painter.rect_filled(rect, tokens::CORNER, fill);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    let mut slot = rect.shrink2(vec2(5.0, 2.0));
    if let Some(badge) = worst.filter(|_| !is_shown) {
        let (above, below) = slot.split_top_bottom_at_fraction(0.46);
        badge.paint(painter, below, phrases.now, palette);
        slot = above;
    }
    // Longest first; the number alone has room everywhere.
    let number = (range.start + 1).to_string();
    let names = [format!("{number}   {name}"), name, format!("{number}   {first}"), first];
    let size = tokens::TEXT_BODY.min(16.0);
    let fits = |name: &&String| text::width(painter, name, Face::Strong, size) <= slot.width();
    let name = names.iter().find(fits).unwrap_or(&number);
    text::in_rect(painter, slot, Align::Center, name, Face::Strong, size, palette.text);
    response.clicked()
}

/// The reason in one line, or two where that is too narrow.
fn reason_ui(ui: &Ui, slot: Rect, reason: &str, phrases: &Phrases) {
    let (painter, ink) = (ui.painter(), phrases.palette.quiet);
    let response = ui.interact(slot, Id::unique("refused"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, reason));
    if slot.width() <= 40.0 {
        return;
    }
    let (wide, face) = (slot.width() - 2.0, Face::Plain);
    let size = text::fitting(painter, reason, face, wide, 10.0, tokens::TEXT_MIN);
    let is_too_wide = text::width(painter, reason, face, size) > wide;
    match text::broken(painter, reason, face, size, wide).filter(|_| is_too_wide) {
        Some((first, second)) => {
            let (above, below) = slot.split_top_bottom_at_fraction(0.5);
            text::in_rect(painter, above, Align::Min, first, face, size, ink);
            text::in_rect(painter, below, Align::Min, second, face, size, ink);
        }
        None => {
            text::in_rect(painter, slot, Align::Min, reason, face, size, ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_button_or_stands_behind_one_at_the_ends() {
        for count in 1..=64 {
            for room in [3, 5, 9] {
                for page in 0..count {
                    let buttons = buttons(page, count, room);
                    let pages: Vec<usize> = buttons.iter().cloned().flatten().collect();
                    assert_eq!(pages, (0..count).collect::<Vec<_>>(), "{page} {count} {room}");
                    assert!(buttons.len() <= room, "{page} {count} {room}");
                    assert!(buttons.contains(&(page..page + 1)), "{page} {count} {room}");
                }
            }
        }
    }
}
