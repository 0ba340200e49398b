//! The bed map: beds as they lie in the unit, to find one, to open it, and to move it.

use egui::{
    Align, EventFilter, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use vigie_board::view::{BoardView, TileView};
use vigie_config::{BedPlace, PLACES_MAX};
use vigie_model::Priority;
use vigie_ui_kit::{fonts::Face, rows::Rows, signs, text, tokens};
use vigie_words::TextKey;

use crate::{
    alarms,
    button::{Button, button_ui, field_ui},
    dashboard::Place,
    head_ui,
    phrases::Phrases,
};

/// Height of the head, and of its buttons.
const HEAD: f32 = 54.0;
/// Between two beds.
const GAP: f32 = 6.0;
/// Largest place of a bed.
const CELL_MAX: egui::Vec2 = vec2(300.0, 150.0);
/// Width of the frame around a bed that is found.
const FOUND: f32 = 2.5;
/// What can be looked for.
const FIND_MAX: usize = 40;

/// What the window keeps of the map.
#[derive(Debug, Default)]
pub struct MapMemory {
    find: String,
    /// The field wants the keyboard.
    is_fresh: bool,
    is_drawing: bool,
}

impl MapMemory {
    /// Somebody looks for a patient.
    pub fn find(&mut self) {
        self.find.clear();
        self.is_fresh = true;
        self.is_drawing = false;
    }

    /// Whom somebody looked for is nobody else's business.
    pub fn forget(&mut self) {
        self.find.clear();
    }
}

/// What is known of the map.
#[derive(Debug)]
pub struct Drawn {
    /// Where each bed of the view lies.
    pub places: Vec<BedPlace>,
    /// Whether it can be changed here.
    pub can_draw: bool,
    /// Whether the last change can be taken back.
    pub can_undo: bool,
    /// What there is to say of saving.
    pub said: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum MapAct {
    /// Back to the ward.
    Close,
    /// Show a bed.
    Open(Place),
    /// This bed, by its number in the view, lies there from now on.
    Move(usize, BedPlace),
    /// Take the last change back.
    Undo,
    /// Write it to the file.
    Save,
}

/// Paints the map into `area`.
pub fn map_ui(
    ui: &mut Ui,
    area: Rect,
    view: &BoardView,
    drawn: &Drawn,
    phrases: &Phrases,
    memory: &mut MapMemory,
) -> Option<MapAct> {
    ui.painter().rect_filled(area, 0.0, tokens::TILE);
    memory.is_drawing &= drawn.can_draw;
    let mut rows = Rows::of(area.shrink(8.0));
    let mut act = head_ui_of(ui, rows.take(HEAD), view, drawn, phrases, memory);
    let is_asked = !memory.find.trim().is_empty();
    let none = is_asked && !view.tiles.iter().any(|tile| is_found(tile, &memory.find));
    let said = match (none, &drawn.said, memory.is_drawing) {
        (true, _, _) => Some(phrases.text(TextKey::MapNone)),
        (false, Some(said), _) => Some(said.clone()),
        (false, None, true) => Some(phrases.text(TextKey::MapHow)),
        (false, None, false) => None,
    };
    if let Some(said) = said {
        let row = rows.take(26.0);
        let response = ui.interact(row, Id::unique("map-said"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        text::in_rect(
            ui.painter(),
            row,
            Align::Min,
            &said,
            Face::Plain,
            15.0,
            phrases.palette.text,
        );
    }
    act = beds_ui(ui, rows.rest(), view, drawn, phrases, memory).or(act);
    act
}

/// Title, field, buttons.
fn head_ui_of(
    ui: &mut Ui,
    row: Rect,
    view: &BoardView,
    drawn: &Drawn,
    phrases: &Phrases,
    memory: &mut MapMemory,
) -> Option<MapAct> {
    let mut right = row.right();
    let mut slot = |width: f32| {
        right -= width + 8.0;
        Rect::from_min_size(pos2(right + 8.0, row.top()), vec2(width, row.height() - 6.0))
    };
    let mut act = None;
    let [close, edit, done, undo, find, title] = [
        TextKey::Close,
        TextKey::MapEdit,
        TextKey::MapDone,
        TextKey::SetupUndo,
        TextKey::MapFind,
        TextKey::MapTitle,
    ]
    .map(|key| phrases.text(key));
    let press = |ui: &Ui, rect: Rect, name: &'static str, word: &str, key: &str, is_free: bool| {
        let button = Button { word, key, is_free };
        button_ui(ui, rect, Id::unique(name), button, phrases).clicked()
    };
    if press(ui, slot(110.0), "map-close", &close, "M", true) {
        act = Some(MapAct::Close);
    }
    if memory.is_drawing {
        if press(ui, slot(120.0), "map-done", &done, "", true) {
            memory.is_drawing = false;
            act = Some(MapAct::Save);
        }
        if press(ui, slot(120.0), "map-undo", &undo, "", drawn.can_undo) {
            act = Some(MapAct::Undo);
        }
    } else if drawn.can_draw && press(ui, slot(120.0), "map-edit", &edit, "", true) {
        memory.is_drawing = true;
        memory.find.clear();
    }
    let field = slot(260.0);
    let (size, face) = (20.0, Face::Strong);
    let head = Rect::from_min_max(row.min, pos2(right, row.bottom() - 6.0));
    let response = ui.interact(head, Id::unique("map"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &title));
    text::in_rect(ui.painter(), head, Align::Min, &title, face, size, phrases.palette.text);
    if !memory.is_drawing {
        let id = Id::unique("map-find");
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let response = field_ui(ui, field, id, (&mut memory.find, &find), FIND_MAX, phrases);
        if memory.find.is_empty() && !has_focus {
            let inner = field.shrink2(vec2(10.0, 0.0));
            let ink = phrases.palette.quiet;
            text::in_rect(ui.painter(), inner, Align::Min, &find, Face::Plain, 14.0, ink);
        }
        if std::mem::take(&mut memory.is_fresh) {
            response.request_focus();
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            // Of two with one name neither is opened: their beds stand out, and one is chosen there.
            let mut found = view.tiles.iter().filter(|tile| is_found(tile, &memory.find));
            let only = found.next().filter(|_| found.next().is_none());
            act = only.map(|tile| MapAct::Open(Place::of(tile)));
        }
    }
    act
}

/// Whether label, name or number of a bed's patient hold what is looked for.
fn is_found(tile: &TileView, what: &str) -> bool {
    let what = what.trim().to_lowercase();
    if what.is_empty() {
        return false;
    }
    let patient = tile.patient.as_ref();
    let names = patient.into_iter().flat_map(|patient| {
        [&patient.family_name, &patient.given_name, &patient.id].into_iter().flatten()
    });
    let mut all = std::iter::once(&tile.label).chain(names);
    all.any(|text| text.as_str().to_lowercase().contains(&what))
}

/// The patient's initials, as far as the device tells.
fn initials(tile: &TileView) -> Option<String> {
    let patient = tile.patient.as_ref()?;
    let first = |name: &vigie_model::Text| name.as_str().chars().next();
    let names = [&patient.family_name, &patient.given_name];
    let letters: Vec<String> =
        names.into_iter().flatten().filter_map(first).map(|letter| format!("{letter}.")).collect();
    (!letters.is_empty()).then(|| letters.join(" "))
}

/// The grid that places lie on.
struct Grid {
    area: Rect,
    columns: u8,
    rows: u8,
    cell: egui::Vec2,
}

impl Grid {
    fn of(area: Rect, places: &[BedPlace], is_drawing: bool) -> Grid {
        let most = |of: fn(&BedPlace) -> u8| {
            let most = places.iter().map(of).max().unwrap_or(1);
            // Room to move a bed out of the rows that there are.
            if is_drawing { most.saturating_add(1).min(PLACES_MAX) } else { most }
        };
        let (columns, rows) = (most(|place| place.column), most(|place| place.row));
        let cell = vec2(area.width() / f32::from(columns), area.height() / f32::from(rows));
        Grid { area, columns, rows, cell: cell.min(CELL_MAX) }
    }

    fn rect(&self, place: BedPlace) -> Rect {
        let (column, row) = (f32::from(place.column) - 1.0, f32::from(place.row) - 1.0);
        let min = self.area.min + vec2(column * self.cell.x, row * self.cell.y);
        Rect::from_min_size(min, self.cell).shrink(GAP / 2.0)
    }

    fn all(&self) -> impl Iterator<Item = BedPlace> {
        let columns = self.columns;
        (1..=self.rows)
            .flat_map(move |row| (1..=columns).map(move |column| BedPlace { column, row }))
    }

    /// The place beside another one; the same at the edge.
    fn beside(&self, place: BedPlace, key: Key) -> BedPlace {
        let BedPlace { column, row } = place;
        let (column, row) = if key == Key::ArrowLeft {
            (column.saturating_sub(1).max(1), row)
        } else if key == Key::ArrowRight {
            ((column + 1).min(self.columns), row)
        } else if key == Key::ArrowUp {
            (column, row.saturating_sub(1).max(1))
        } else {
            (column, (row + 1).min(self.rows))
        };
        BedPlace { column, row }
    }
}

const ARROWS: [Key; 4] = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];

fn beds_ui(
    ui: &Ui,
    area: Rect,
    view: &BoardView,
    drawn: &Drawn,
    phrases: &Phrases,
    memory: &MapMemory,
) -> Option<MapAct> {
    let grid = Grid::of(area, &drawn.places, memory.is_drawing);
    let line = Stroke::new(1.0, phrases.palette.line);
    if memory.is_drawing {
        for place in grid.all() {
            ui.painter().rect_stroke(grid.rect(place), tokens::CORNER, line, StrokeKind::Inside);
        }
    }
    let mut act = None;
    let is_asked = !memory.find.trim().is_empty();
    for (nth, (tile, place)) in view.tiles.iter().zip(&drawn.places).enumerate() {
        let id = Id::unique("map-bed").with(nth);
        let found = is_asked.then(|| is_found(tile, &memory.find));
        let sense = if memory.is_drawing { Sense::click_and_drag() } else { Sense::click() };
        let rect = grid.rect(*place);
        let response = ui.interact(rect, id, sense);
        bed_ui(ui, rect, &response, tile, view, found, phrases);
        if !memory.is_drawing {
            if response.clicked() {
                act = Some(MapAct::Open(Place::of(tile)));
            }
            continue;
        }
        if response.clicked() {
            response.request_focus();
        }
        if response.has_focus() {
            let arrows = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
            let pressed = ARROWS.into_iter().find(|key| ui.input(|input| input.key_pressed(*key)));
            let to = pressed.map(|key| grid.beside(*place, key)).filter(|to| to != place);
            act = to.map(|to| MapAct::Move(nth, to)).or(act);
        }
        if response.dragged() || response.drag_stopped() {
            let under = response
                .interact_pointer_pos()
                .and_then(|at| grid.all().find(|place| grid.rect(*place).contains(at)));
            if let Some(to) = under.filter(|to| to != place) {
                let focus = Stroke::new(2.0, phrases.palette.focus);
                ui.painter().rect_stroke(grid.rect(to), tokens::CORNER, focus, StrokeKind::Inside);
                if response.drag_stopped() {
                    act = Some(MapAct::Move(nth, to));
                }
            }
        }
    }
    act
}

/// One bed: link, label, initials, the most urgent alarm. `found`: whether it is one that is looked for, while
/// somebody looks.
fn bed_ui(
    ui: &Ui,
    rect: Rect,
    response: &egui::Response,
    tile: &TileView,
    view: &BoardView,
    found: Option<bool>,
    phrases: &Phrases,
) {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let entries = alarms::entries(tile, view, phrases);
    response.widget_info(|| {
        let alarm = entries.first().map(|entry| entry.spoken.clone());
        let head = head_ui::spoken(tile, view.mode, phrases);
        let parts: Vec<String> = std::iter::once(head).chain(alarm).collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let ground = if found == Some(true) { palette.line } else { palette.bar };
    painter.rect_filled(rect, tokens::CORNER, ground);
    if found == Some(true) {
        // Around it: an alarm keeps its own frame.
        let frame = Stroke::new(FOUND, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, frame, StrokeKind::Outside);
    }
    let badge = alarms::on_lines(&entries, 1, phrases.now).into_iter().next();
    let urgent = badge.as_ref().filter(|badge| badge.priority > Priority::Information);
    let line = match (response.has_focus(), urgent) {
        (true, _) => Stroke::new(2.5, palette.focus),
        (false, Some(badge)) => Stroke::new(2.0, badge.ink(phrases.now, palette).border),
        (false, None) => Stroke::new(1.0, palette.line),
    };
    painter.rect_stroke(rect, tokens::CORNER, line, StrokeKind::Inside);
    let inner = rect.shrink2(vec2(8.0, 4.0));
    let is_low = inner.height() < 44.0;
    let (head, below) = match is_low {
        true => inner.split_left_right_at_fraction(0.45),
        false => {
            inner.split_top_bottom_at_y(inner.top() + (inner.height() * 0.36).clamp(20.0, 40.0))
        }
    };
    let (dot, color) = head_ui::link_look(tile.link.freshness, palette);
    let dot_size = (head.height() * 0.4).clamp(7.0, 13.0);
    signs::link(painter, dot, pos2(head.left() + dot_size / 2.0, head.center().y), dot_size, color);
    let mut slot = head;
    slot.min.x += dot_size + 6.0;
    // Who is not looked for steps back; an alarm never does.
    let ink = if found == Some(false) { palette.quiet } else { palette.text };
    let size = (head.height() * 0.62).floor().clamp(12.0, 22.0);
    if let Some(initials) = initials(tile).filter(|_| !is_low && !phrases.options.is_private) {
        let wide = text::width(painter, tile.label.as_str(), Face::Strong, size);
        let needs = text::width(painter, &initials, Face::Plain, 13.0) + 10.0;
        if wide + needs <= slot.width() {
            let put = text::in_rect(
                painter,
                slot,
                Align::Max,
                &initials,
                Face::Plain,
                13.0,
                palette.quiet,
            );
            slot.max.x = put.left() - 6.0;
        }
    }
    if slot.width() > size {
        text::in_rect(painter, slot, Align::Min, tile.label.as_str(), Face::Strong, size, ink);
    }
    if let Some(badge) = badge {
        let height = below.height().min(34.0);
        let band = Rect::from_min_size(
            pos2(below.left(), below.bottom() - height),
            vec2(below.width(), height),
        );
        badge.paint(painter, band, phrases.now, palette);
    }
}
