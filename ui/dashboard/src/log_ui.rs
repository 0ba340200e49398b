//! The alarm log in the place of the ward or the bed: the strip and the attention column stay, so that it
//! covers no alarm. It reads the record and changes nothing.

use std::{sync::Arc, time::Duration};

use egui::{
    Align, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use vigie_board::view::{BoardView, TileView};
use vigie_history::LogRow;
use vigie_model::{AlarmKind, BedId, MonoTime, WallTime};
use vigie_ui_kit::{
    fonts::Face,
    rows::Rows,
    signs::{self, Sign},
    text, tokens,
};
use vigie_words::{Language, TextKey};

use crate::{
    attention::scrolled,
    button::{Button, button_ui, choice_ui, field_ui},
    dashboard::Place,
    log::{Kind, Line, Log, LogPage, LogWanted, Span, csv, folded, lines, when},
    phrases::Phrases,
    source::ViewSource,
};

const HEAD: f32 = tokens::BUTTON;
/// A line is pressed, by a finger too, to open its bed.
const ROW: f32 = tokens::BUTTON;
/// Least width of a line where there are two beside each other.
const LINE_WIDTH: f32 = 400.0;
const GAP: f32 = 6.0;
/// Characters of a search.
const SEARCH_MAX: usize = 40;
/// How long it is said that something was copied.
const COPIED: Duration = Duration::from_secs(6);

/// What somebody asks for in the log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogAct {
    /// Back to what was there before.
    Close,
    /// To the bed of a line.
    Open(Place),
}

/// What the window keeps of the log from frame to frame.
#[derive(Debug, Default)]
pub struct LogMemory {
    span: Span,
    /// Up to when; `None`: up to now.
    to: Option<WallTime>,
    bed: Option<BedId>,
    kind: Kind,
    search: String,
    /// First line that is shown.
    first: usize,
    /// Points of the wheel that made no whole line yet.
    wheel: f32,
    copied: Option<MonoTime>,
    /// A page is written once and not in every frame.
    written: Option<Written>,
}

#[derive(Debug)]
struct Written {
    page: Arc<LogPage>,
    language: Language,
    lines: Vec<Line>,
    /// Lines that came since, while somebody points at the list: they wait, so that nothing moves under
    /// the pointer.
    waiting: usize,
}

impl LogMemory {
    /// Opens it, for one bed or for all, up to now.
    pub fn open(&mut self, bed: Option<BedId>) {
        *self = LogMemory { bed, ..LogMemory::default() };
    }

    /// Another time, bed or filter: its first lines are what is wanted.
    fn changed(&mut self) {
        (self.first, self.wheel, self.copied, self.written) = (0, 0.0, None, None);
    }
}

/// The end of the page before this one.
fn earlier(to: Option<WallTime>, now: WallTime, length: Duration) -> Option<WallTime> {
    Some(to.unwrap_or(now).before(length))
}

/// The end of the page after this one; `None`: it is the one up to now.
fn later(to: Option<WallTime>, now: WallTime, length: Duration) -> Option<WallTime> {
    to.map(|to| to.after(length)).filter(|to| *to < now)
}

/// The bed after this one in the order of the ward, or before it; after the last one come all beds.
fn next_bed(beds: &[BedId], now: Option<&BedId>, is_back: bool) -> Option<BedId> {
    let place = now.and_then(|now| beds.iter().position(|bed| bed == now));
    let next = match (place, is_back) {
        (None, false) => Some(0),
        (None, true) => beds.len().checked_sub(1),
        (Some(place), false) => Some(place + 1),
        (Some(place), true) => place.checked_sub(1),
    };
    next.and_then(|place| beds.get(place)).cloned()
}

/// Paints the log into `area`. Gives back what is asked for.
pub fn log_ui(
    ui: &mut Ui,
    area: Rect,
    view: &BoardView,
    source: &dyn ViewSource,
    phrases: &Phrases,
    memory: &mut LogMemory,
) -> Option<LogAct> {
    let id = Id::unique("alarm-log");
    let pane = ui.interact(area, id, Sense::hover());
    let title = phrases.text(TextKey::AlarmLog);
    pane.widget_info(|| WidgetInfo::labeled(Role::Pane, true, &title));
    let mut inside =
        ui.new_child(UiBuilder::new().id_salt(id).max_rect(area).accessibility_parent(id));
    let ui = &mut inside;
    let rect = area.shrink(tokens::TILE_GAP / 2.0);
    let line = Stroke::new(1.0, phrases.palette.line);
    ui.painter().rect_stroke(rect, tokens::CORNER, line, StrokeKind::Inside);
    let inner = rect.shrink2(vec2(10.0, 6.0));
    let mut rows = Rows::of(inner).with_gap(GAP);
    let is_closed = head_ui(ui, rows.take(HEAD), &title, phrases, memory);
    search_ui(ui, rows.take(HEAD), view, phrases, memory);
    kinds_ui(ui, rows.take(HEAD), phrases, memory);
    let foot = Rect::from_min_max(pos2(inner.left(), inner.bottom() - HEAD), inner.max);
    let list = Rect::from_min_max(rows.rest().min, pos2(inner.right(), foot.top() - GAP));
    let wanted = LogWanted { to: memory.to, length: memory.span.length(), bed: memory.bed.clone() };
    let log = source.log(&wanted);
    let said = match &log {
        Log::Off | Log::NoRecord => Some(TextKey::TrendNoRecord),
        Log::Loading => Some(TextKey::TrendLoading),
        Log::Locked => Some(TextKey::TrendLocked),
        Log::Unreadable => Some(TextKey::TrendUnreadable),
        Log::Of(_) => None,
    };
    let mut act = None;
    match (log, said) {
        (Log::Of(page), _) => {
            let is_held = ui.rect_contains_pointer(list);
            write(memory, &page, is_held, view, phrases);
            act = page_ui(ui, list, foot, &page, view, phrases, memory);
        }
        (Log::Off | Log::NoRecord | Log::Loading | Log::Locked | Log::Unreadable, said) => {
            memory.written = None;
            let said = said.map(|key| phrases.text(key)).unwrap_or_default();
            let row = Rect::from_min_size(list.min, vec2(list.width(), 30.0));
            let ink = phrases.palette.text;
            text::in_rect(ui.painter(), row, Align::Min, &said, Face::Plain, 17.0, ink);
            label(ui, row, "instead", &said);
        }
    }
    if is_closed { Some(LogAct::Close) } else { act }
}

/// Way back, title, time, and the buttons that go through it. True when it is to be closed.
fn head_ui(ui: &Ui, row: Rect, title: &str, phrases: &Phrases, memory: &mut LogMemory) -> bool {
    let width = 106.0;
    let palette = phrases.palette;
    let pressed = |rect: Rect, nth: usize, key: TextKey, letter: &str, is_free: bool| {
        let word = phrases.text(key);
        let button = Button { word: &word, key: letter, is_free };
        button_ui(ui, rect, Id::unique("log-head").with(nth), button, phrases).clicked()
    };
    let back = Rect::from_min_size(row.min, vec2(width, row.height()));
    let is_closed = pressed(back, 0, TextKey::Back, "", true);
    let right = |nth: usize| {
        let left = row.right() - (3 - nth) as f32 * (width + 4.0) + 4.0;
        Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()))
    };
    let length = memory.span.length();
    let to = memory.to;
    if pressed(right(0), 1, TextKey::LogEarlier, "", true) {
        memory.to = earlier(to, phrases.wall, length);
        memory.changed();
    }
    if pressed(right(1), 2, TextKey::LogLater, "", to.is_some()) {
        memory.to = later(to, phrases.wall, length);
        memory.changed();
    }
    if pressed(right(2), 3, TextKey::LogNow, "", to.is_some()) {
        memory.to = None;
        memory.changed();
    }
    let slot = Rect::from_min_max(pos2(back.right() + 12.0, row.top()), row.max);
    let put =
        text::in_rect(ui.painter(), slot, Align::Min, title, Face::Strong, 19.0, palette.text);
    let slot = Rect::from_min_max(
        pos2(put.right() + 14.0, row.top()),
        pos2(right(0).left() - 8.0, row.bottom()),
    );
    let end = memory.to.unwrap_or(phrases.wall);
    let offset = phrases.utc_offset_minutes;
    let [from, to] =
        [end.before(length), end].map(|at| when(&phrases.words, at, phrases.wall, offset));
    let to = if memory.to.is_some() { to } else { phrases.text(TextKey::LogNow) };
    let said = format!("{from} - {to}");
    text::in_rect(ui.painter(), slot, Align::Min, &said, Face::Plain, 15.0, palette.quiet);
    label(ui, slot, "time", &said);
    is_closed
}

/// How long a page is, whose bed, and what is searched for.
fn search_ui(ui: &mut Ui, row: Rect, view: &BoardView, phrases: &Phrases, memory: &mut LogMemory) {
    let mut left = row.left();
    let mut take = |width: f32| {
        let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
        left += width + 4.0;
        rect
    };
    for (nth, span) in Span::ALL.into_iter().enumerate() {
        let word = phrases.words.age(span.length());
        let id = Id::unique("log-span").with(nth);
        let is_chosen = memory.span == span;
        if choice_ui(ui, take(88.0), id, (&word, &word), is_chosen, phrases).clicked() {
            memory.span = span;
            memory.changed();
        }
    }
    take(6.0);
    let beds: Vec<BedId> = view.tiles.iter().filter_map(|tile| tile.bed.clone()).collect();
    let label = match &memory.bed {
        Some(bed) => label_of(view, bed),
        None => phrases.text(TextKey::AllBeds),
    };
    let places = [(take(HEAD), "<"), (take(150.0), label.as_str()), (take(HEAD), ">")];
    for (nth, (rect, word)) in places.into_iter().enumerate() {
        let id = Id::unique("log-bed").with(nth);
        let is_chosen = nth == 1 && memory.bed.is_some();
        let said = phrases.words.noted(&phrases.text(TextKey::Bed), word);
        if choice_ui(ui, rect, id, (word, &said), is_chosen, phrases).clicked() {
            // The name itself goes back to all beds, and from there to the first.
            memory.bed = match (nth, &memory.bed) {
                (1, Some(_)) => None,
                (_, bed) => next_bed(&beds, bed.as_ref(), nth == 0),
            };
            memory.changed();
        }
    }
    take(6.0);
    let name = phrases.text(TextKey::LogSearch);
    let width = text::width(ui.painter(), &name, Face::Plain, 15.0) + 4.0;
    let slot = take(width);
    let ink = phrases.palette.quiet;
    text::in_rect(ui.painter(), slot, Align::Min, &name, Face::Plain, 15.0, ink);
    let field = Rect::from_min_max(pos2(slot.right() + 6.0, row.top()), row.max);
    let id = Id::unique("log-search");
    if field_ui(ui, field, id, (&mut memory.search, &name), SEARCH_MAX, phrases).changed() {
        memory.changed();
    }
}

fn kinds_ui(ui: &Ui, row: Rect, phrases: &Phrases, memory: &mut LogMemory) {
    // The first one has the longest word.
    let unit = (row.width() + 4.0) / (Kind::ALL.len() as f32 + 1.0);
    let mut left = row.left();
    for (nth, kind) in Kind::ALL.into_iter().enumerate() {
        let width = if nth == 0 { unit * 2.0 } else { unit } - 4.0;
        let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
        left += width + 4.0;
        let word = phrases.text(kind.word());
        let id = Id::unique("log-kind").with(nth);
        if choice_ui(ui, rect, id, (&word, &word), memory.kind == kind, phrases).clicked() {
            memory.kind = kind;
            memory.changed();
        }
    }
}

/// Writes the lines of a page, if they are not written yet. `is_held`: somebody points at the list.
fn write(
    memory: &mut LogMemory,
    page: &Arc<LogPage>,
    is_held: bool,
    view: &BoardView,
    phrases: &Phrases,
) {
    let language = phrases.words.language();
    if let Some(written) = memory.written.as_mut().filter(|written| written.language == language)
        && is_held
    {
        let newest = written.page.rows.last().map(|row| row.stamp.wall);
        let is_new = |row: &&LogRow| newest.is_none_or(|newest| row.stamp.wall > newest);
        written.waiting = page.rows.iter().rev().take_while(is_new).count();
        return;
    }
    let is_written = memory
        .written
        .as_ref()
        .is_some_and(|written| Arc::ptr_eq(&written.page, page) && written.language == language);
    if !is_written {
        let label = |bed: &BedId| label_of(view, bed);
        let lines = lines(page, &phrases.words, phrases.utc_offset_minutes, label);
        memory.written = Some(Written { page: page.clone(), language, lines, waiting: 0 });
    }
}

fn page_ui(
    ui: &mut Ui,
    list: Rect,
    foot: Rect,
    page: &LogPage,
    view: &BoardView,
    phrases: &Phrases,
    memory: &mut LogMemory,
) -> Option<LogAct> {
    let written = memory.written.take()?;
    let words = folded(&memory.search);
    let found: Vec<&Line> =
        written.lines.iter().filter(|line| line.matches(memory.kind, &words)).collect();
    // As high as a finger needs, a line has room for two rows of text, and the list for two columns.
    let columns = if list.width() >= 2.0 * LINE_WIDTH { 2 } else { 1 };
    let width = (list.width() - GAP * (columns - 1) as f32) / columns as f32;
    let rows = ((list.height() / ROW) as usize).max(1);
    let shown = rows * columns;
    scroll(ui, list, found.len(), shown, memory);
    let mut act = None;
    for (nth, line) in found.iter().skip(memory.first).take(shown).enumerate() {
        let (column, row) = (nth / rows, nth % rows);
        let left = list.left() + (width + GAP) * column as f32;
        let min = pos2(left, list.top() + row as f32 * ROW);
        let rect = Rect::from_min_size(min, vec2(width, ROW - 0.5));
        if line_ui(ui, rect, nth, line, phrases)
            && let Some(tile) = tile_of(line, view)
        {
            act = Some(LogAct::Open(Place::of(tile)));
        }
    }
    if found.is_empty() {
        let row = Rect::from_min_size(list.min, vec2(list.width(), 30.0));
        let said = phrases.text(TextKey::LogNothing);
        let ink = phrases.palette.text;
        text::in_rect(ui.painter(), row, Align::Min, &said, Face::Plain, 17.0, ink);
        label(ui, row, "nothing", &said);
    }
    let button = Rect::from_min_size(foot.min, vec2(170.0, foot.height()));
    let word = phrases.text(TextKey::LogCopy);
    let copy = Button { word: &word, key: "", is_free: !found.is_empty() };
    if button_ui(ui, button, Id::unique("log-copy"), copy, phrases).clicked() {
        let offset = phrases.utc_offset_minutes;
        ui.ctx().copy_text(csv(found.iter().copied(), &phrases.words, offset));
        memory.copied = Some(phrases.now);
    }
    let is_copied = memory.copied.is_some_and(|at| phrases.since(at) < COPIED);
    let below = found.len().saturating_sub(memory.first + shown);
    let said = [
        is_copied.then(|| phrases.text(TextKey::LogCopied)),
        (written.waiting > 0).then(|| phrases.words.new_count(written.waiting)),
        page.is_cut.then(|| phrases.text(TextKey::LogTooMuch)),
        page.is_partial.then(|| phrases.text(TextKey::LogPartly)),
        (below > 0).then(|| phrases.words.more(below)),
        Some(phrases.text(TextKey::LogFiles)),
    ];
    let said = said.into_iter().flatten().collect::<Vec<String>>().join(", ");
    let slot = Rect::from_min_max(pos2(button.right() + 12.0, foot.top()), foot.max);
    let ink = phrases.palette.quiet;
    text::in_rect(ui.painter(), slot, Align::Min, &said, Face::Plain, 14.0, ink);
    label(ui, slot, "foot", &said);
    memory.written = Some(written);
    act
}

/// Wheel, drag and keys move the list by whole lines.
fn scroll(ui: &Ui, list: Rect, lines: usize, shown: usize, memory: &mut LogMemory) {
    let drag = ui.interact(list, Id::unique("log-drag"), Sense::drag());
    let mut by = 0_isize;
    if ui.rect_contains_pointer(list) || drag.dragged() {
        memory.wheel -= ui.input(|input| input.smooth_scroll_delta().y) + drag.drag_delta().y;
        let whole = (memory.wheel / ROW).trunc();
        memory.wheel -= whole * ROW;
        by += whole as isize;
    }
    let page = isize::try_from(shown).unwrap_or(1);
    for (key, step) in [(Key::PageDown, page), (Key::PageUp, -page)] {
        if ui.input(|input| input.key_pressed(key)) {
            by += step;
        }
    }
    memory.first = scrolled(memory.first.saturating_add_signed(by), lines, shown, None);
}

/// One line. True when its bed is to be opened.
fn line_ui(ui: &Ui, rect: Rect, nth: usize, line: &Line, phrases: &Phrases) -> bool {
    let palette = phrases.palette;
    let time = when(&phrases.words, line.at, phrases.wall, phrases.utc_offset_minutes);
    let response = ui.interact(rect, Id::unique("log-line").with(nth), Sense::click());
    response.widget_info(|| {
        let parts = [time.as_str(), line.label.as_str(), line.said.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 2.0, palette.line);
    }
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.focus);
        painter.rect_stroke(rect, 2.0, stroke, StrokeKind::Inside);
    }
    // When and whose above, what happened below.
    let (above, below) = rect.shrink2(vec2(4.0, 2.0)).split_top_bottom_at_fraction(0.46);
    let sign = Rect::from_min_size(below.min, vec2(20.0, below.height()));
    let slot = Rect::from_min_max(pos2(sign.right(), above.top()), above.max);
    let put = text::in_rect(painter, slot, Align::Min, &time, Face::Plain, 14.0, palette.quiet);
    let bed = Rect::from_min_max(pos2(put.right() + 12.0, above.top()), above.max);
    text::in_rect(painter, bed, Align::Min, &line.label, Face::Strong, 14.0, palette.text);
    if let Some(priority) = line.priority {
        let technical = line.is_of_station || line.kind == Some(AlarmKind::Technical);
        // The calm phase: what is over is not the brightest thing on the screen.
        let [_, ink] = palette.alarm(priority, technical);
        let center = pos2(sign.left() + 7.0, sign.center().y);
        signs::alarm(painter, Sign::of(priority, technical), center, 12.0, ink.border);
    }
    let slot = Rect::from_min_max(pos2(sign.right(), below.top()), below.max);
    text::in_rect(painter, slot, Align::Min, &line.said, Face::Plain, 15.0, palette.text);
    response.clicked()
}

fn tile_of<'a>(line: &Line, view: &'a BoardView) -> Option<&'a TileView> {
    let bed = line.bed.as_ref()?;
    view.tiles.iter().map(|tile| tile.as_ref()).find(|tile| tile.bed.as_ref() == Some(bed))
}

/// What stands on the door of a bed; its id, when it stands in the ward no more.
fn label_of(view: &BoardView, bed: &BedId) -> String {
    let tile = view.tiles.iter().find(|tile| tile.bed.as_ref() == Some(bed));
    tile.map_or_else(|| bed.0.to_string(), |tile| tile.label.to_string())
}

fn label(ui: &Ui, rect: Rect, salt: &str, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(("log", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}

#[cfg(test)]
mod tests {
    use vigie_model::Text;

    use super::*;

    const NOW: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn pages_follow_each_other_and_end_at_now() {
        let first = earlier(None, NOW, HOUR);
        assert_eq!(first, Some(NOW.before(HOUR)));
        let second = earlier(first, NOW, HOUR);
        assert_eq!(second, Some(NOW.before(HOUR * 2)));
        assert_eq!(later(second, NOW, HOUR), first);
        assert_eq!(later(first, NOW, HOUR), None, "up to now, and kept fresh");
        assert_eq!(later(first, NOW.after(HOUR), HOUR), Some(NOW));
    }

    #[test]
    fn beds_come_in_the_order_of_the_ward_and_all_beds_between_last_and_first() {
        let beds = ["1", "2", "3"].map(|bed| BedId(Text::from(bed)));
        let [one, two, three] = &beds;
        let forward = [None, Some(one), Some(two), Some(three)];
        let expected = [Some(one), Some(two), Some(three), None];
        for (now, next) in forward.into_iter().zip(expected) {
            assert_eq!(next_bed(&beds, now, false).as_ref(), next);
            assert_eq!(next_bed(&beds, next, true).as_ref(), now);
        }
        assert_eq!(next_bed(&[], None, true), None);
        let gone = BedId(Text::from("9"));
        assert_eq!(next_bed(&beds, Some(&gone), false).as_ref(), Some(one));
    }
}
