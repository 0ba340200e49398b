//! The ward: every bed, in the order of the bed map, and below them devices without a bed.

use std::{collections::BTreeMap, ops::Range};

use egui::{Align, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::WallTime;
use vigie_ui_kit::{fonts::Face, sight::Sight, signs, text, tokens};
use vigie_words::{Language, Units};

use crate::{
    alarms,
    cover_ui::cover_ui,
    dashboard::Place,
    head_ui,
    kept::{Attention, kept_tile_ui},
    keymap, layout, numbers,
    pages::{self, Pages, Refused},
    pages_ui::pages_ui,
    phrases::Phrases,
    strip_ui::field_id,
    tile_ui::TileMemory,
    wall::{self, WallPlan},
    wall_ui::wall_ui,
};

/// What the window keeps of the ward from frame to frame.
#[derive(Debug, Default)]
pub struct WardMemory {
    tiles: BTreeMap<Place, TileMemory>,
    attention: Attention,
    /// The page that is shown.
    pub page: usize,
    divided: Option<(Division, Pages)>,
    /// Where things stand on a tile of a wall, if it is one.
    wall: Option<WallPlan>,
    /// Tiles can be read only without waves.
    is_without_waves: bool,
    /// A layout that a person chose was refused, and nobody was told yet.
    untold: Option<Refused>,
}

/// What a division into pages was made for.
#[derive(Debug, PartialEq)]
struct Division {
    beds: usize,
    area: Rect,
    sight: Sight,
    chosen: Option<u16>,
    is_wall: bool,
    language: Language,
    units: Units,
}

impl WardMemory {
    /// How the ward is divided; worked out anew only when its size or the number of beds changes.
    fn pages(&mut self, beds: usize, area: Rect, ui: &Ui, phrases: &Phrases) -> Pages {
        let (sight, chosen) = (phrases.sight, phrases.options.tiles);
        let (words, is_wall) = (&phrases.words, phrases.options.is_wall);
        let (language, units) = (words.language(), words.units());
        let wanted = Division { beds, area, sight, chosen, is_wall, language, units };
        if let Some((made_for, pages)) = &self.divided
            && *made_for == wanted
        {
            return pages.clone();
        }
        let (least, chosen) = (sight.size_min(), chosen.map(usize::from));
        let pages = if is_wall {
            let cells = numbers::usual_wall(ui.painter(), phrases);
            let digits = |size| wall::digits(size, least, &cells);
            let pages = pages::divide(beds, area, sight, chosen, digits);
            let tile = layout::tile_rect(0, pages.per_page, pages.area(area)).size();
            let (primary, secondary) = numbers::usual(ui.painter(), phrases);
            let in_ward = pages::digits(tile, least, &primary, &secondary);
            self.wall = Some(wall::plan(tile, least, in_ward, &cells));
            pages
        } else {
            let (primary, secondary) = numbers::usual(ui.painter(), phrases);
            let digits = |size| pages::digits(size, least, &primary, &secondary);
            self.wall = None;
            let pages = pages::divide(beds, area, sight, chosen, digits);
            let tile = layout::tile_rect(0, pages.per_page, pages.area(area)).size();
            self.is_without_waves = !pages::has_waves(tile, least, &primary, &secondary);
            pages
        };
        self.divided = Some((wanted, pages.clone()));
        self.untold = pages.refused.filter(|refused| refused.chosen.is_some());
        pages
    }

    /// Tiles on a page, as they were painted last.
    pub fn tiles(&self) -> Option<usize> {
        self.divided.as_ref().map(|(_, pages)| pages.per_page)
    }

    /// The layout that a person chose and that cannot be read, once.
    pub fn take_untold(&mut self) -> Option<Refused> {
        self.untold.take()
    }
}

/// Paints the ward into `area`. Gives back the place that was opened.
pub fn ward_ui(
    ui: &mut Ui,
    area: Rect,
    view: &BoardView,
    phrases: &Phrases,
    memory: &mut WardMemory,
) -> Option<Place> {
    let (beds, tray) = divide_tray(area, view);
    let mut opened = tray.and_then(|tray| tray_ui(ui, tray, view, phrases));
    memory.attention.take(view);
    let count = view.tiles.len();
    let pages = memory.pages(count, beds, ui, phrases);
    memory.page = turned(ui, memory.page, &pages);
    if pages.count > 1 {
        let bar = Rect::from_min_max(pos2(beds.left(), beds.bottom() - pages.bar), beds.max);
        if let Some(page) = pages_ui(ui, bar, view, &pages, memory.page, phrases) {
            memory.page = page;
        }
    }
    let beds = pages.area(beds);
    let range = pages.range(memory.page, count);
    move_focus(ui, range.clone(), pages.per_page, beds);
    for (nth, index) in range.enumerate() {
        let Some(tile) = view.tiles.get(index) else { continue };
        let rect = layout::tile_rect(nth, pages.per_page, beds);
        let place = Place::of(tile);
        let id = tile_id(index);
        let response = match &memory.wall {
            Some(plan) => wall_ui(ui, rect, id, tile, view, plan, phrases),
            None => {
                let kept = memory.tiles.entry(place.clone()).or_default();
                kept.is_without_waves = memory.is_without_waves;
                let asked = memory.attention.of(&place);
                kept_tile_ui(ui, (rect, id, nth), tile, view, asked, phrases, kept)
            }
        };
        if response.clicked() {
            opened = Some(place);
        }
    }
    let is_there = |place: &Place| view.tiles.iter().any(|tile| Place::of(tile) == *place);
    memory.tiles.retain(|place, _| is_there(place));
    opened
}

/// Where beds stand, and below them devices without one, if there are any.
fn divide_tray(area: Rect, view: &BoardView) -> (Rect, Option<Rect>) {
    if view.unassigned.is_empty() {
        return (area, None);
    }
    let mut beds = area;
    beds.max.y -= tokens::TRAY + tokens::TILE_GAP;
    let tray = Rect::from_min_max(pos2(area.left(), beds.bottom() + tokens::TILE_GAP), area.max);
    (beds, Some(tray))
}

/// Whether keys are letters of somebody's initials, or of another field.
fn is_writing(ui: &Ui) -> bool {
    ui.ctx().text_edit_focused() || ui.memory(|memory| memory.has_focus(field_id()))
}

/// The page after the keys of this frame; never one that is not there.
fn turned(ui: &Ui, page: usize, pages: &Pages) -> usize {
    let last = pages.count.saturating_sub(1);
    if is_writing(ui) {
        return page.min(last);
    }
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    if pressed(Key::PageDown) {
        (page + 1).min(last)
    } else if pressed(Key::PageUp) {
        page.saturating_sub(1).min(last)
    } else if pressed(Key::Home) {
        0
    } else {
        // A page that is not there is not turned to.
        let number = keymap::NUMBERS.into_iter().position(pressed).filter(|number| *number <= last);
        number.unwrap_or(page.min(last))
    }
}

/// The ward while the station is silent: every bed and the tray covered.
pub fn covered_ward_ui(ui: &Ui, area: Rect, view: &BoardView, since: WallTime, phrases: &Phrases) {
    let (beds, tray) = divide_tray(area, view);
    if let Some(tray) = tray {
        ui.painter().rect_filled(tray, tokens::CORNER, phrases.palette.cover);
        let words = phrases.words.station_stopped_since(&phrases.dated(since));
        let slot = tray.shrink2(egui::vec2(8.0, 3.0));
        let (face, ink) = (Face::Strong, phrases.palette.on_cover);
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

/// Arrow keys go from bed to bed as they stand on the page; Home to the first.
fn move_focus(ui: &Ui, beds: Range<usize>, per_page: usize, area: Rect) {
    let count = beds.len();
    if count == 0 || is_writing(ui) {
        return;
    }
    let id = |nth: usize| tile_id(beds.start + nth);
    let (columns, _) = layout::grid(per_page, area.size());
    let focused = ui.memory(|memory| (0..count).find(|nth| memory.has_focus(id(*nth))));
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let last = count - 1;
    let target = if pressed(Key::Home) {
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
        // Whatever else has the focus walks by itself.
        let is_free = ui.memory(|memory| memory.focused().is_none());
        let arrows = [Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown, Key::ArrowUp];
        (is_free && arrows.into_iter().any(pressed)).then_some(0)
    };
    if let Some(target) = target {
        ui.memory_mut(|memory| {
            // The toolkit's own walk with the arrow keys would go one bed further.
            memory.move_focus(egui::FocusDirection::None);
            memory.request_focus(id(target));
        });
    }
}

/// Devices without a bed, in one line: label, link, most urgent alarm.
fn tray_ui(ui: &mut Ui, rect: Rect, view: &BoardView, phrases: &Phrases) -> Option<Place> {
    let painter = ui.painter().clone();
    painter.rect_filled(rect, tokens::CORNER, phrases.palette.bar);
    let size = tokens::TEXT_BODY;
    let title = phrases.words.unassigned_count(view.unassigned.len());
    let inner = rect.shrink2(egui::vec2(8.0, 1.0));
    let put = text::in_rect(
        &painter,
        inner,
        Align::Min,
        &title,
        Face::Plain,
        size,
        phrases.palette.quiet,
    );
    let mut left = put.right() + 12.0;
    let width = 230.0_f32.min(inner.width() * 0.3);
    let mut opened = None;
    for (index, tile) in view.unassigned.iter().enumerate() {
        let rest = view.unassigned.len() - index;
        let room = inner.right() - left;
        if room < width + if rest > 1 { 90.0 } else { 0.0 } {
            let more = phrases.words.more(rest);
            let slot = Rect::from_min_max(pos2(left, inner.top()), inner.max);
            text::in_rect(
                &painter,
                slot,
                Align::Min,
                &more,
                Face::Plain,
                size,
                phrases.palette.quiet,
            );
            break;
        }
        let chip = Rect::from_min_max(pos2(left, inner.top()), pos2(left + width, inner.bottom()));
        if chip_ui(ui, chip, index, tile, view, phrases) {
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
    view: &BoardView,
    phrases: &Phrases,
) -> bool {
    let response = ui.interact(rect, Id::unique("unassigned").with(index), Sense::click());
    let entries = alarms::entries(tile, view, phrases);
    response.widget_info(|| {
        let parts: Vec<String> = std::iter::once(head_ui::spoken(tile, view.mode, phrases))
            .chain(entries.first().map(|entry| entry.spoken.clone()))
            .collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let painter = ui.painter();
    painter.rect_filled(rect, tokens::CORNER, tokens::TILE);
    let border = if response.has_focus() { phrases.palette.focus } else { phrases.palette.line };
    painter.rect_stroke(rect, tokens::CORNER, Stroke::new(1.0, border), StrokeKind::Inside);
    let (dot, color) = head_ui::link_look(tile.link.freshness, phrases.palette);
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
        phrases.palette.text,
    );
    if let Some(badge) = alarm {
        let slot = Rect::from_min_max(
            pos2(label_right + 4.0, rect.top() + 2.0),
            rect.max - egui::vec2(2.0, 2.0),
        );
        badge.paint(painter, slot, phrases.now, phrases.palette);
    }
    response.clicked()
}
