//! The top bar: what the station is, how many alarms, what it must not be relied on for, the time.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2};
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
    copies_ui::RecordNote,
    dashboard::{Notice, NoticeText},
    phrases::Phrases,
    wave_ui::speed_note,
};

/// Least width that the notices leave to the disclaimer, which is never left out.
const LEAST_DISCLAIMER: f32 = 120.0;
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

/// Paints the bar. True when the copies of the record are to be shown.
pub fn top_bar_ui(
    ui: &mut Ui,
    rect: Rect,
    view: &BoardView,
    phrases: &Phrases,
    notices: &[Notice],
    record: Option<&RecordNote>,
    heard: Heard,
) -> bool {
    let painter = ui.painter().clone();
    painter.rect_filled(rect, 0.0, phrases.palette.bar);
    let inner = rect.shrink2(egui::vec2(10.0, 0.0));
    let mut left = inner.left();

    let beat = rect.height() * 0.62;
    let center = pos2(left + beat / 2.0, rect.center().y);
    if let Heard::Station(frames) = heard {
        signs::heartbeat(&painter, center, beat, view.heartbeat, frames, phrases.palette.heartbeat);
    }
    left += beat + 12.0;

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
    let mut right = inner.right() - clock_width.max(put.width()) - 16.0;

    let word = phrases.words.station_mode(view.mode);
    let plate_y = (rect.center().y - 11.0, rect.center().y + 11.0);
    if view.mode == StationMode::Live {
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
    label(ui, rect, "mode", &word);

    if let Heard::Station(_) = heard {
        left = counts_ui(ui, rect, left, right, view, phrases);
    }
    if !view.unassigned.is_empty() {
        label(ui, rect, "unassigned", &phrases.words.unassigned_count(view.unassigned.len()));
    }

    left = notices_ui(ui, rect, left, right, notices, phrases);

    // What is not certain stands always; the paper speed where there is room.
    let disclaimer = phrases.text(TextKey::SecondaryDisplay);
    label(ui, rect, "disclaimer", &disclaimer);
    let speed = speed_note(phrases);
    let gap = 18.0;
    let needed = text::width(&painter, &disclaimer, Face::Plain, 13.0) + gap;
    let mut is_asked = false;
    if let Some(record) = record {
        let room = right - left - needed;
        (right, is_asked) = record_ui(ui, rect, right, room, record, phrases);
    }
    let speed_width = text::width(&painter, &speed, Face::Plain, 13.0) + gap;
    if right - left >= needed + speed_width {
        let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let put = text::in_rect(
            &painter,
            slot,
            Align::Max,
            &speed,
            Face::Plain,
            13.0,
            phrases.palette.quiet,
        );
        right = put.left() - gap;
    }
    // Always there: smaller, and at worst cut, but never gone.
    let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
    let fitting = text::fitting(
        &painter,
        &disclaimer,
        Face::Plain,
        slot.width() - 2.0,
        13.0,
        tokens::TEXT_MIN,
    );
    let fitting = fitting.min(14.0);
    text::in_rect(
        &painter,
        slot,
        Align::Center,
        &disclaimer,
        Face::Plain,
        fitting,
        phrases.palette.text,
    );
    is_asked
}

/// How the record is doing, in the longest words that fit into `room` before `right`; a button, also
/// where there is no room for words. Gives back where the next thing must end.
fn record_ui(
    ui: &Ui,
    rect: Rect,
    right: f32,
    room: f32,
    record: &RecordNote,
    phrases: &Phrases,
) -> (f32, bool) {
    const GAP: f32 = 18.0;
    let painter = ui.painter();
    let width = |line: &&String| text::width(painter, line, Face::Plain, 13.0) + 2.0;
    let fitting = record.line.iter().find(|line| width(line) + GAP <= room);
    let left = right - fitting.as_ref().map_or(0.0, width);
    let slot = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
    let response = ui.interact(slot, Id::unique("record"), Sense::click());
    let spoken = record.line.first().map_or("", String::as_str);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken));
    let Some(line) = fitting else { return (right, response.clicked()) };
    let is_lit = response.hovered() || response.has_focus();
    let ink = if is_lit { phrases.palette.text } else { phrases.palette.quiet };
    text::in_rect(painter, slot, Align::Max, line, Face::Plain, 13.0, ink);
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

/// Plates of the notices, the first ones first; what has no room is counted. Gives back where the
/// next thing may begin.
fn notices_ui(
    ui: &Ui,
    rect: Rect,
    mut left: f32,
    right: f32,
    notices: &[Notice],
    phrases: &Phrases,
) -> f32 {
    let painter = ui.painter();
    let y = (rect.center().y - 11.0, rect.center().y + 11.0);
    let width = |words: &str| text::width(painter, words, Face::Strong, 15.0) + 10.0;
    let mut unsaid = 0;
    for (index, said) in notices.iter().enumerate() {
        let wordings = wordings(said, phrases);
        label(ui, rect, &format!("{index} {}", wordings[0]), &wordings[0]);
        // Room for the count of those that come after, and for the disclaimer.
        let rest = notices.len() - index - 1;
        let reserve = LEAST_DISCLAIMER + if rest > 0 { MORE_WIDTH } else { 0.0 };
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
        left += 12.0;
    }
    left
}

/// A spoken label without a place of its own.
fn label(ui: &Ui, rect: Rect, salt: &str, spoken: &str) {
    let response = ui.interact(rect, Id::unique("top-bar").with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}
