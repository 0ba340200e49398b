//! The attention column: where somebody is needed, the most urgent first, and the keys to answer.
//!
//! Its width comes from the layout and never changes with what stands in it, so no tile moves when it
//! fills. Only the rows that are seen are made: a storm costs no more than a calm list.

use egui::{
    Align, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use vigie_board::view::{AnswerState, AttentionOf, AttentionRow, BoardView, ConditionNo, TileView};
use vigie_model::{AlarmTruth, AnswerKind};
use vigie_ui_kit::{
    badge::{self, Badge},
    flash,
    fonts::Face,
    rows::Rows,
    signs::{self, Sign},
    text, tokens,
};
use vigie_words::TextKey;

use crate::{
    alarms::{self, Entry},
    attention::{Order, Placed, scrolled},
    button::{Button, button_ui},
    dashboard::Place,
    phrases::Phrases,
};

/// What somebody asks for with a button or a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Open a bed.
    Open(Place),
    /// Open the bed of the most urgent row.
    MostUrgent,
    /// Acknowledge, or say that one is going.
    Answer(AnswerKind),
    /// Take alarms that are over from the list.
    Reset,
    /// Choose the first row of the list.
    List,
    /// Show the alarm log, or hide it.
    Log,
}

/// What the window keeps of the column from frame to frame.
#[derive(Debug, Default)]
pub struct Column {
    order: Order,
    /// First row that is shown.
    first: usize,
    /// Points of the wheel that made no whole row yet.
    wheel: f32,
    /// The row that answers go to, when it was chosen last.
    pub chosen: Option<ConditionNo>,
    /// The first row is to be chosen in this frame.
    pub wants_focus: bool,
    /// Conditions that stood on the screen when it was last painted.
    painted: Vec<ConditionNo>,
}

impl Column {
    /// Whether a condition stood on the screen before the key was pressed: nobody answers what nobody
    /// could see.
    pub fn was_painted(&self, no: ConditionNo) -> bool {
        self.painted.binary_search(&no).is_ok()
    }

    /// A column whose rows have been painted, for answers.
    pub fn remember(&mut self, view: &BoardView) {
        self.painted.clear();
        self.painted.extend(view.attention.iter().map(|row| row.answer.no));
        self.painted.sort_unstable();
    }
}

/// Which buttons can be pressed: there is something that they would be about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Free {
    /// A bed to go to.
    pub urgent: bool,
    /// Alarms to acknowledge.
    pub acknowledge: bool,
    /// Alarms to go to.
    pub going: bool,
    /// Alarms that are over.
    pub reset: bool,
}

const TITLE: f32 = 24.0;
/// Height of the line below the list, with the button of the log.
const FOOT: f32 = tokens::BUTTON + 2.0;
const PAD: f32 = 6.0;
/// Lines below the band of a row: priority with value and limit, and the state.
const LINE: f32 = 15.5;
const SMALL: f32 = 13.0;
/// Usual height of the band of a row.
const BAND: f32 = 25.0;

/// Height of a row whose alarm text is at least `size_min`.
fn row_height(size_min: f32) -> f32 {
    BAND.max(badge::height_for(size_min)) + 2.0 * LINE + 4.0
}

/// Paints the column into `area`. Gives back what is asked for.
pub fn attention_ui(
    ui: &mut Ui,
    area: Rect,
    view: &BoardView,
    free: Free,
    phrases: &Phrases,
    column: &mut Column,
) -> Option<Act> {
    let id = Id::unique("attention");
    let pane = ui.interact(area, id, Sense::hover());
    let title = phrases.text(TextKey::Attention);
    pane.widget_info(|| WidgetInfo::labeled(Role::List, true, &title));
    let inside = ui.new_child(UiBuilder::new().id_salt(id).max_rect(area).accessibility_parent(id));
    let ui = &inside;
    let painter = ui.painter();
    painter.vline(area.left(), area.y_range(), Stroke::new(1.0, phrases.palette.line));
    let inner = Rect::from_min_max(area.min + vec2(PAD + 2.0, 2.0), area.max - vec2(PAD, 2.0));
    let mut rows = Rows::of(inner);
    let head = rows.take(TITLE);
    text::in_rect(painter, head, Align::Min, &title, Face::Strong, 15.0, phrases.palette.quiet);
    let unanswered =
        view.attention.iter().filter(|row| row.answer.state == AnswerState::Active).count();
    if !view.attention.is_empty() {
        let counted =
            phrases.words.noted(&phrases.text(TextKey::Unanswered), &unanswered.to_string());
        let ink = if unanswered > 0 { phrases.palette.text } else { phrases.palette.quiet };
        let slot = Rect::from_min_max(head.center_top(), head.max);
        text::in_rect(painter, slot, Align::Max, &counted, Face::Plain, 14.0, ink);
        label(ui, head, "counted", &counted);
    }
    let mut act = None;
    for buttons in [
        [(TextKey::MostUrgent, "U", free.urgent), (TextKey::Acknowledge, "A", free.acknowledge)],
        [(TextKey::IAmGoing, "G", free.going), (TextKey::ResetAlarm, "R", free.reset)],
    ] {
        let row = rows.take(tokens::BUTTON + 4.0);
        let width = (row.width() - PAD) / 2.0;
        for (nth, (word, key, is_free)) in buttons.into_iter().enumerate() {
            let left = row.left() + nth as f32 * (width + PAD);
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, tokens::BUTTON));
            let written = phrases.text(word);
            let button = Button { word: &written, key, is_free };
            if button_ui(ui, rect, Id::unique("answer").with(key), button, phrases).clicked() {
                act = Some(match key {
                    "U" => Act::MostUrgent,
                    "A" => Act::Answer(AnswerKind::Acknowledged),
                    "G" => Act::Answer(AnswerKind::Going),
                    _ => Act::Reset,
                });
            }
        }
    }
    let list = Rect::from_min_max(
        rows.rest().min + vec2(0.0, 2.0),
        pos2(inner.right(), inner.bottom() - FOOT),
    );
    let foot = Rect::from_min_max(pos2(inner.left(), list.bottom() + 2.0), inner.max);
    let middle = foot.center().x;
    let word = phrases.text(TextKey::AlarmLog);
    let button = Button { word: &word, key: "J", is_free: true };
    let rect = Rect::from_min_max(pos2(middle + 3.0, foot.top()), foot.max);
    if button_ui(ui, rect, Id::unique("log-button"), button, phrases).clicked() {
        act = Some(Act::Log);
    }
    let foot = Rect::from_min_max(foot.min, pos2(middle - 3.0, foot.bottom()));
    rows_ui(ui, list, foot, view, phrases, column).or(act)
}

fn row_id(no: ConditionNo) -> Id {
    Id::unique("attention-row").with(no)
}

/// The list and the line below it.
fn rows_ui(
    ui: &Ui,
    list: Rect,
    foot: Rect,
    view: &BoardView,
    phrases: &Phrases,
    column: &mut Column,
) -> Option<Act> {
    let height = row_height(phrases.sight.size_min()).min(list.height().max(1.0));
    let shown = ((list.height() / height) as usize).max(1);
    let focused = column
        .order
        .rows()
        .iter()
        .map(|placed| placed.row.answer.no)
        .find(|no| ui.memory(|memory| memory.has_focus(row_id(*no))));
    let is_over = ui.rect_contains_pointer(list.union(foot));
    column.order.settle(&view.attention, is_over || focused.is_some());
    if column.chosen.is_some_and(|no| column.order.place_of(no).is_none()) {
        column.chosen = None;
    }
    let focused = focused.or_else(|| first_wanted(column));
    let focused = walk(ui, focused, column);
    if let Some(no) = focused {
        column.chosen = Some(no);
        ui.memory_mut(|memory| memory.request_focus(row_id(no)));
    }
    let rows = column.order.rows().len();
    // A finger drags the list; a touch that does not move is a click on its row.
    let drag = ui.interact(list, Id::unique("attention-drag"), Sense::drag());
    if is_over || drag.dragged() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        column.wheel -= wheel + drag.drag_delta().y;
        let whole = (column.wheel / height).trunc();
        column.wheel -= whole * height;
        column.first = if whole < 0.0 {
            column.first.saturating_sub(-whole as usize)
        } else {
            column.first + whole as usize
        };
    } else if focused.is_none() {
        // Nobody reads further down: the most urgent are what must be seen.
        (column.first, column.wheel) = (0, 0.0);
    }
    let keep = focused.and_then(|no| column.order.place_of(no));
    column.first = scrolled(column.first, rows, shown, keep);
    let mut act = None;
    if rows == 0 {
        calm_ui(ui, list, view, phrases);
    }
    let seen = column.order.rows().iter().skip(column.first).take(shown);
    for (nth, placed) in seen.enumerate() {
        let top = list.top() + nth as f32 * height;
        let rect = Rect::from_min_size(pos2(list.left(), top), vec2(list.width(), height - 2.0));
        let is_chosen = column.chosen == Some(placed.row.answer.no);
        let response = row_ui(ui, rect, placed, is_chosen, view, phrases);
        if response {
            column.chosen = Some(placed.row.answer.no);
            if let Some(tile) = tile_of(&placed.row, view) {
                act = Some(Act::Open(Place::of(tile)));
            }
        }
    }
    foot_ui(ui, foot, column, rows, shown, phrases);
    act
}

/// The first row, when somebody wants to choose one with the keyboard.
fn first_wanted(column: &mut Column) -> Option<ConditionNo> {
    let wanted = std::mem::take(&mut column.wants_focus);
    column.order.rows().first().filter(|_| wanted).map(|placed| placed.row.answer.no)
}

/// Arrow keys go from row to row.
fn walk(ui: &Ui, focused: Option<ConditionNo>, column: &Column) -> Option<ConditionNo> {
    let focused = focused?;
    let place = column.order.place_of(focused)?;
    let rows = column.order.rows();
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let to = if pressed(Key::ArrowDown) {
        (place + 1).min(rows.len().saturating_sub(1))
    } else if pressed(Key::ArrowUp) {
        place.saturating_sub(1)
    } else {
        return Some(focused);
    };
    // The toolkit's own walk with the arrow keys would go one row further.
    ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
    rows.get(to).map(|placed| placed.row.answer.no)
}

/// The tile of a row.
pub fn tile_of<'a>(row: &AttentionRow, view: &'a BoardView) -> Option<&'a TileView> {
    let tiles = view.tiles.iter().chain(&view.unassigned);
    tiles.map(|tile| tile.as_ref()).find(|tile| alarms::is_of(row, tile))
}

/// What stands in an empty list: that there is nothing, when that was so, and what is not known.
fn calm_ui(ui: &Ui, list: Rect, view: &BoardView, phrases: &Phrases) {
    let line =
        |top: f32| Rect::from_min_max(pos2(list.left(), top), pos2(list.right(), top + 22.0));
    let painter = ui.painter();
    let calm = phrases.words.no_alarms_at(&phrases.dated(view.wall));
    let (first, second) = (line(list.top() + 6.0), line(list.top() + 30.0));
    text::in_rect(painter, first, Align::Min, &calm, Face::Plain, 16.0, phrases.palette.quiet);
    label(ui, first, "calm", &calm);
    let unknown = view
        .tiles
        .iter()
        .chain(&view.unassigned)
        .filter(|tile| tile.device.is_some() && tile.alarms.truth == AlarmTruth::Unknown)
        .count();
    if unknown > 0 {
        let said = phrases.words.beds_not_known(unknown);
        text::in_rect(painter, second, Align::Min, &said, Face::Plain, 16.0, phrases.palette.text);
        label(ui, second, "unknown", &said);
    }
}

/// One row. True when it is to be opened or chosen.
fn row_ui(
    ui: &Ui,
    rect: Rect,
    placed: &Placed,
    is_chosen: bool,
    view: &BoardView,
    phrases: &Phrases,
) -> bool {
    let row = &placed.row;
    let tile = tile_of(row, view);
    let mut entry = alarms::of_row(row, tile, phrases);
    let palette = phrases.palette;
    let state = state(row, &entry, placed.is_gone, phrases);
    let label = row.label.as_str();
    let device = alarms::device_of(row, tile, phrases);
    let response = ui.interact(rect, row_id(row.answer.no), Sense::click());
    response.widget_info(|| {
        let device = device.as_ref().map(|device| phrases.words.from_device(&device.name));
        let spoken = spoken(placed, &entry, device.as_deref(), &state, label, phrases);
        WidgetInfo::labeled(Role::Button, true, spoken)
    });
    let painter = ui.painter();
    let is_lit = response.hovered() || response.has_focus() || is_chosen;
    painter.rect_filled(rect, tokens::CORNER, if is_lit { palette.line } else { palette.bar });
    let band_height = BAND.max(badge::height_for(phrases.sight.size_min())).min(rect.height());
    let band = Rect::from_min_size(rect.min, vec2(rect.width(), band_height));
    if placed.is_gone {
        entry.badge.pace = vigie_ui_kit::badge::Pace::Dark;
    }
    // Sign and word say the priority: a mark of ours would only take the text's room.
    entry.badge.mark.clear();
    band_ui(ui, band, &entry.badge, label, phrases);
    let left = rect.left() + 8.0;
    let line = |nth: f32| {
        let top = band.bottom() + 1.0 + nth * LINE;
        Rect::from_min_max(pos2(left, top), pos2(rect.right() - 6.0, top + LINE))
    };
    let age = phrases.words.age(phrases.age(row.since));
    let mut above = line(0.0);
    let put = text::in_rect(painter, above, Align::Max, &age, Face::Plain, SMALL, palette.quiet);
    above.max.x = put.left() - 8.0;
    let times = (row.count > 1).then(|| phrases.words.times(row.count));
    let written = |device: Option<String>| {
        let detail = Some(&entry.detail).filter(|detail| !detail.is_empty());
        let parts = std::iter::once(priority_word(row, phrases)).chain(device);
        let parts: Vec<String> = parts.chain(detail.cloned()).chain(times.clone()).collect();
        parts.join(", ")
    };
    // By name where that has room, else by the mark that stands at the bed's values.
    let written = match &device {
        None => written(None),
        Some(device) => {
            let named = written(Some(phrases.words.from_device(&device.name)));
            let fits = text::width(painter, &named, Face::Plain, SMALL) + 1.0 <= above.width();
            if fits { named } else { written(Some(device.mark.clone())) }
        }
    };
    text::in_rect(painter, above, Align::Min, &written, Face::Plain, SMALL, palette.text);
    let mut below = line(1.0);
    if placed.is_new {
        let new = phrases.text(TextKey::NewRow);
        let put =
            text::in_rect(painter, below, Align::Max, &new, Face::Strong, SMALL, palette.text);
        below.max.x = put.left() - 8.0;
    }
    let face = if row.answer.state == AnswerState::Active { Face::Strong } else { Face::Plain };
    text::in_rect(painter, below, Align::Min, &state, face, SMALL, palette.text);
    if response.has_focus() || is_chosen {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    response.clicked()
}

/// Sign, bed and text on the ground of the alarm.
fn band_ui(ui: &Ui, band: Rect, badge: &Badge, label: &str, phrases: &Phrases) {
    let painter = ui.painter();
    let ink = badge.ink(phrases.now, phrases.palette);
    if label.is_empty() {
        badge.paint(painter, band, phrases.now, phrases.palette);
        return;
    }
    // The bed stands on the same ground, so that both flash as one.
    let size = (band.height() * 0.7).floor().max(tokens::TEXT_MIN);
    let width = text::width(painter, label, Face::Strong, size) + 14.0;
    let width = width.min(band.width() * 0.36);
    let bed = Rect::from_min_size(band.min, vec2(width, band.height()));
    painter.rect(bed, 2.0, ink.fill, Stroke::new(1.0, ink.border), StrokeKind::Inside);
    let slot = bed.shrink2(vec2(6.0, 0.0));
    text::in_rect(painter, slot, Align::Min, label, Face::Strong, size, ink.text);
    let rest = Rect::from_min_max(pos2(bed.right() - 1.0, band.top()), band.max);
    badge.paint(painter, rest, phrases.now, phrases.palette);
}

/// `high priority`, `technical alarm, low priority`.
fn priority_word(row: &AttentionRow, phrases: &Phrases) -> String {
    let priority = phrases.words.priority(row.priority);
    let kind = match &row.what {
        AttentionOf::Device { kind: vigie_model::AlarmKind::Physiological, .. } => None,
        AttentionOf::Device { kind: vigie_model::AlarmKind::Technical, .. } => {
            Some(TextKey::TechnicalAlarm)
        }
        AttentionOf::Station { .. } => Some(TextKey::StationAlarm),
    };
    match kind {
        Some(kind) => format!("{priority}, {}", phrases.text(kind)),
        None => priority,
    }
}

/// The state of a row in words: never empty.
fn state(row: &AttentionRow, entry: &Entry, is_gone: bool, phrases: &Phrases) -> String {
    if is_gone {
        return phrases.text(TextKey::AlarmEnded);
    }
    match row.answer.state {
        AnswerState::Active => {
            let unanswered = phrases.text(TextKey::Unanswered);
            let parts = [unanswered, entry.state.clone()];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        }
        AnswerState::Latched | AnswerState::Answered => entry.state.clone(),
    }
}

fn spoken(
    placed: &Placed,
    entry: &Entry,
    device: Option<&str>,
    state: &str,
    label: &str,
    phrases: &Phrases,
) -> String {
    let row = &placed.row;
    let alarm = phrases.words.spoken_alarm(row.priority, &entry.text, None);
    let age = phrases.words.age(phrases.age(row.since));
    let new = if placed.is_new { phrases.text(TextKey::NewRow) } else { String::new() };
    let device = device.unwrap_or_default();
    let parts = [label, &alarm, device, &entry.detail, state, &age, &new];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// The line below the list: what joined while it held still, else how much more there is.
fn foot_ui(ui: &Ui, foot: Rect, column: &Column, rows: usize, shown: usize, phrases: &Phrases) {
    let painter = ui.painter();
    let fresh = column.order.fresh();
    let slot = foot.shrink2(vec2(4.0, 2.0));
    if let Some(first) = fresh.first() {
        let said = phrases.words.new_count(fresh.len());
        let technical = alarms::is_technical(first);
        let [bright, dark] = phrases.palette.alarm(first.priority, technical);
        let ink = if flash::is_on(first.priority, phrases.now) { bright } else { dark };
        painter.rect(slot, 2.0, ink.fill, Stroke::new(1.0, ink.border), StrokeKind::Inside);
        let sign = Sign::of(first.priority, technical);
        signs::alarm(painter, sign, pos2(slot.left() + 12.0, slot.center().y), 14.0, ink.text);
        let words = Rect::from_min_max(pos2(slot.left() + 26.0, slot.top()), slot.max);
        text::in_rect(painter, words, Align::Min, &said, Face::Strong, 15.0, ink.text);
        label(ui, foot, "foot", &said);
        return;
    }
    let below = rows.saturating_sub(column.first + shown);
    if below > 0 {
        let said = phrases.words.more(below);
        text::in_rect(painter, slot, Align::Min, &said, Face::Plain, 14.0, phrases.palette.text);
        label(ui, foot, "foot", &said);
    }
}

fn label(ui: &Ui, rect: Rect, salt: &str, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}
