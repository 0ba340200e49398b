//! The top bar, in two lines. The large one: what the station is, how many alarms, what is wrong, the time.
//! The small one: which program this is, what it must not be relied on for, the paper speed, how the record
//! is doing, and whether anybody sets the clock.

use egui::{Align, Id, Key, Rect, Role, Sense, Ui, WidgetInfo, pos2};
use vigie_board::view::BoardView;
use vigie_model::{AlarmKind, Priority, StationMode};
use vigie_ui_kit::{
    fonts::Face,
    mode_border::{self, Plate},
    signs::{self, Sign},
    text,
    tokens::{self, Palette},
};
use vigie_words::TextKey;

use crate::{
    about_ui::clock_state,
    button::{Button, button_ui},
    copies_ui::RecordNote,
    dashboard::{Notice, NoticeText},
    keymap::{Action, Press},
    phrases::Phrases,
    wave_ui::speed_note,
};

/// Height of the large line; below it the small one.
const LARGE: f32 = 27.0;
/// Width of the button of the menu.
const MENU: f32 = 104.0;
/// Size of the small line's words.
const SMALL: f32 = 13.0;
/// Diameter of the mark that moves.
const BEAT: f32 = 21.0;
/// Between two things.
const GAP: f32 = 18.0;
/// Width of the plate that counts the notices without room.
const MORE_WIDTH: f32 = 96.0;

/// Plate of a notice.
const fn notice(palette: &Palette) -> Plate {
    Plate { word: palette.on_bright, fill: palette.notice, line: palette.notice }
}

/// Alarms of all tiles and of the station by sign, those without signals left out.
pub fn counts(view: &BoardView) -> [(Priority, bool, usize); 4] {
    let tiles = || view.tiles.iter().chain(&view.unassigned);
    let device = |priority: Priority| {
        tiles()
            .flat_map(|tile| &tile.alarms.list)
            .filter(|alarm| alarm.priority == priority && alarm.kind == AlarmKind::Physiological)
            .count()
    };
    let technical = tiles()
        .flat_map(|tile| &tile.alarms.list)
        .filter(|alarm| {
            alarm.priority > Priority::Information && alarm.kind == AlarmKind::Technical
        })
        .count();
    let station = tiles().map(|tile| tile.station_alarms.len()).sum::<usize>();
    let station = station + view.station_alarms.len();
    [
        (Priority::High, false, device(Priority::High)),
        (Priority::Medium, false, device(Priority::Medium)),
        (Priority::Low, false, device(Priority::Low)),
        (Priority::Low, true, technical + station),
    ]
}

/// Whether the station is heard, and the frames painted so far.
#[derive(Clone, Copy, Debug)]
pub enum Heard {
    /// It is: the mark moves with data and with frames, and alarms are counted.
    Station(u64),
    /// It is not: nothing moves, and no count is believed.
    Nothing,
}

/// What the bar says of the program itself.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its name, version and commit.
    pub program: &'a str,
    /// Whether a time server sets the clock; `None`: not known.
    pub is_synchronised: Option<bool>,
}

/// Paints the bar. Gives back what is to be shown.
pub fn top_bar_ui(
    ui: &mut Ui,
    bar: Rect,
    view: &BoardView,
    phrases: &Phrases,
    notices: &[Notice],
    record: Option<&RecordNote>,
    (heard, own): (Heard, Own<'_>),
) -> Option<Action> {
    let painter = ui.painter().clone();
    painter.rect_filled(bar, 0.0, phrases.palette.bar);
    let rect = Rect::from_min_max(bar.min, pos2(bar.right(), bar.top() + LARGE));
    let below = Rect::from_min_max(pos2(bar.left(), rect.bottom()), bar.max);
    let inner = rect.shrink2(egui::vec2(10.0, 0.0));

    let menu = Rect::from_min_size(bar.min, egui::vec2(MENU, bar.height()));
    let word = phrases.text(TextKey::MenuTitle);
    let cap = Press::Keys(&[Key::F10]).cap(&phrases.words);
    let is_free = matches!(heard, Heard::Station(_));
    let button = Button { word: &word, key: &cap, is_free };
    let is_menu = button_ui(ui, menu, Id::unique("bar-menu"), button, phrases).clicked();
    let mut left = menu.right() + 10.0;
    let small_left = left;

    let center = pos2(left + BEAT / 2.0, rect.center().y);
    if let Heard::Station(frames) = heard {
        signs::heartbeat(&painter, center, BEAT, view.heartbeat, frames, phrases.palette.heartbeat);
    }
    left += BEAT + 12.0;

    let clock = phrases.clock();
    let put = text::in_rect(
        &painter,
        inner,
        Align::Max,
        &clock,
        Face::Digits,
        22.0,
        phrases.palette.text,
    );
    // The clock's place is as wide as its widest time, so nothing beside it moves.
    let clock_width = text::width(&painter, "00:00:00", Face::Digits, 22.0);
    let right = inner.right() - clock_width.max(put.width()) - 16.0;

    let word = phrases.words.station_mode(view.mode);
    let plate_y = (rect.center().y - 11.0, rect.center().y + 11.0);
    let is_live = view.mode == StationMode::Live;
    if is_live && matches!(heard, Heard::Nothing) {
        // Nothing is live of a station that is not heard.
    } else if is_live {
        let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let put = text::in_rect(
            &painter,
            slot,
            Align::Min,
            &word,
            Face::Strong,
            15.0,
            phrases.palette.link_live,
        );
        left = put.right() + 18.0;
    } else {
        let width = text::width(&painter, &word, Face::Strong, 16.0) + 10.0;
        mode_border::word(&painter, left + width, plate_y, &word, 16.0, view.mode, phrases.palette);
        left += width + 18.0;
    }
    if !is_live || matches!(heard, Heard::Station(_)) {
        label(ui, rect, "mode", &word);
    }

    if let Heard::Station(_) = heard {
        left = counts_ui(ui, rect, left, right, view, phrases);
    }
    if !view.unassigned.is_empty() {
        label(ui, rect, "unassigned", &phrases.words.unassigned_count(view.unassigned.len()));
    }

    notices_ui(ui, rect, left, right, notices, phrases);

    let asked = small_ui(ui, bar, below.with_min_x(small_left), phrases, record, own);
    is_menu.then_some(Action::Menu).or(asked)
}

/// The small line. What this program must not be relied on for is never left out or cut before all else
/// is gone.
fn small_ui(
    ui: &Ui,
    bar: Rect,
    line: Rect,
    phrases: &Phrases,
    record: Option<&RecordNote>,
    own: Own<'_>,
) -> Option<Action> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let width = |what: &str| text::width(painter, what, Face::Plain, SMALL) + 2.0;
    let (mut left, mut right) = (line.left(), line.right() - 10.0);
    let write = |left: f32, right: f32, align, what: &str, size: f32, ink| {
        let slot = Rect::from_min_max(pos2(left, line.top()), pos2(right, line.bottom()));
        text::in_rect(painter, slot, align, what, Face::Plain, size, ink)
    };
    let disclaimer = phrases.text(TextKey::SecondaryDisplay);
    let needed = width(&disclaimer) + GAP;
    label(ui, bar, "disclaimer", &disclaimer);
    label(ui, bar, "program", own.program);
    if let Some(is_synchronised) = own.is_synchronised {
        let said = phrases.text(clock_state(is_synchronised));
        label(ui, bar, "clock", &said);
        if right - left >= needed + width(&said) + GAP {
            right = write(left, right, Align::Max, &said, SMALL, palette.quiet).left() - GAP;
        }
    }
    let program = width(own.program) + GAP;
    if right - left >= needed + program {
        write(left, right, Align::Min, own.program, SMALL, palette.quiet);
        left += program;
    }
    let mut asked = None;
    if let Some(record) = record {
        let room = right - left - needed;
        let (rest, is_asked) = record_ui(ui, bar, line, right, room, record, phrases);
        right = rest;
        asked = is_asked.then_some(Action::Copies);
    }
    let speed = speed_note(phrases);
    if right - left >= needed + width(&speed) + GAP {
        right = write(left, right, Align::Max, &speed, SMALL, palette.quiet).left() - GAP;
    }
    let room = right - left - 2.0;
    let size = text::fitting(painter, &disclaimer, Face::Plain, room, SMALL, tokens::TEXT_MIN);
    write(left, right, Align::Min, &disclaimer, size.min(SMALL), palette.text);
    asked
}

/// How the record is doing, in the longest words that fit into `room` before `right`; a button, also
/// where there is no room for words. Gives back where the next thing must end.
fn record_ui(
    ui: &Ui,
    bar: Rect,
    line: Rect,
    right: f32,
    room: f32,
    record: &RecordNote,
    phrases: &Phrases,
) -> (f32, bool) {
    let painter = ui.painter();
    let width = |said: &&String| text::width(painter, said, Face::Plain, SMALL) + 2.0;
    let fitting = record.line.iter().find(|said| width(said) + GAP <= room);
    let left = right - fitting.as_ref().map_or(0.0, width);
    // As high as the bar and as wide as a finger: the line alone is too low to be pressed.
    let place = Rect::from_min_max(
        pos2(left.min(right - bar.height()), bar.top()),
        pos2(right, bar.bottom()),
    );
    let response = ui.interact(place, Id::unique("record"), Sense::click());
    let spoken = record.line.first().map_or("", String::as_str);
    let spoken = phrases.words.noted(&phrases.text(TextKey::ActionCopies), spoken);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let Some(said) = fitting else { return (right, response.clicked()) };
    let is_lit = response.hovered() || response.has_focus();
    let ink = if is_lit { phrases.palette.text } else { phrases.palette.quiet };
    let slot = Rect::from_min_max(pos2(left, line.top()), pos2(right, line.bottom()));
    text::in_rect(painter, slot, Align::Max, said, Face::Plain, SMALL, ink);
    (left - GAP, response.clicked())
}

/// Alarms by sign; gives back where the next thing may begin.
fn counts_ui(
    ui: &Ui,
    rect: Rect,
    mut left: f32,
    right: f32,
    view: &BoardView,
    phrases: &Phrases,
) -> f32 {
    let painter = ui.painter();
    let size = tokens::TEXT_HEAD;
    for (priority, technical, count) in counts(view) {
        let sign = Sign::of(priority, technical);
        let is_quiet = count == 0;
        let color = if is_quiet {
            phrases.palette.faint
        } else {
            phrases.palette.alarm(priority, technical)[0].border
        };
        signs::alarm(painter, sign, pos2(left + 8.0, rect.center().y), 15.0, color);
        left += 21.0;
        let written = count.to_string();
        let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let number = if is_quiet { phrases.palette.faint } else { phrases.palette.text };
        text::in_rect(painter, slot, Align::Min, &written, Face::Digits, size, number);
        left += text::width(painter, "00", Face::Digits, size) + 12.0;
        let name = if technical {
            phrases.text(TextKey::TechnicalAlarm)
        } else {
            phrases.words.priority(priority)
        };
        let id = Id::unique("count").with((priority, technical));
        let response = ui.interact(slot, id, Sense::hover());
        let spoken = format!("{name}, {}", phrases.words.alarm_count(count));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    }
    left
}

/// What a notice says, in full and without its detail.
fn wordings(notice: &Notice, phrases: &Phrases) -> [String; 2] {
    let mut short = match &notice.text {
        NoticeText::Key(key) => phrases.text(*key),
        NoticeText::Written(written) => written.clone(),
    };
    if let Some(since) = notice.since {
        short = format!("{short} {}", phrases.dated(since));
    }
    let full = match &notice.detail {
        Some(detail) => phrases.words.noted(&short, detail.as_str()),
        None => short.clone(),
    };
    [full, short].map(|words| match &notice.label {
        Some(label) => format!("{label}: {words}"),
        None => words,
    })
}

/// Plates of the notices, the first ones first; what has no room is counted.
fn notices_ui(
    ui: &Ui,
    rect: Rect,
    mut left: f32,
    right: f32,
    notices: &[Notice],
    phrases: &Phrases,
) {
    let painter = ui.painter();
    let y = (rect.center().y - 11.0, rect.center().y + 11.0);
    let width = |words: &str| text::width(painter, words, Face::Strong, 15.0) + 10.0;
    let mut unsaid = 0;
    for (index, said) in notices.iter().enumerate() {
        let wordings = wordings(said, phrases);
        label(ui, rect, &format!("{index} {}", wordings[0]), &wordings[0]);
        // Room for the count of those that come after.
        let rest = notices.len() - index - 1;
        let reserve = if rest > 0 { MORE_WIDTH } else { 0.0 };
        let fits = |words: &&String| left + width(words) + reserve < right;
        match wordings.iter().find(fits) {
            Some(words) if unsaid == 0 => {
                left += width(words);
                mode_border::plate(painter, left, y, words, 15.0, notice(phrases.palette));
                left += 12.0;
            }
            Some(_) | None => unsaid += 1,
        }
    }
    if unsaid > 0 {
        let more = phrases.words.more(unsaid);
        left += width(&more);
        mode_border::plate(painter, left, y, &more, 15.0, notice(phrases.palette));
    }
}

/// A spoken label without a place of its own.
fn label(ui: &Ui, rect: Rect, salt: &str, spoken: &str) {
    let response = ui.interact(rect, Id::unique("top-bar").with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}
