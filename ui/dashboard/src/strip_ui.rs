//! The strip below the top bar: whether alarms sound, the alarm that nobody answers, and whose answers
//! these are. Its place is its own: what stands in it covers no tile.

use egui::{
    Align, Id, Key, Rect, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use vigie_board::view::{AnswerState, AttentionRow, AudioState, BoardView};
use vigie_model::Priority;
use vigie_ui_kit::{
    fonts::Face,
    signs::{self, Cross},
    text, tokens,
};
use vigie_words::TextKey;

use crate::{
    alarms,
    attention_ui::{Act, tile_of},
    button::{Button, button_ui},
    dashboard::Place,
    desk::{Desk, INITIALS_MAX},
    phrases::Phrases,
};

/// What somebody asks for in the strip.
#[derive(Clone, Debug, PartialEq)]
pub enum StripAct {
    /// As in the attention column.
    Of(Act),
    /// Silence for the policy's time.
    Pause,
    /// Silence until somebody ends it.
    Off,
    /// Sound again.
    On,
    /// Change the initials.
    Initials,
    /// Show the test of the sound, or hide it.
    TestSound,
}

const PAD: f32 = 6.0;
const BELL: f32 = 30.0;
/// Size of the words about sound.
const AUDIO: f32 = 21.0;
/// Width of the button for the test of the sound.
const TEST: f32 = 128.0;
/// Width of the field for initials.
const FIELD: f32 = 112.0;

/// Id of the field for initials.
pub fn field_id() -> Id {
    Id::unique("initials-field")
}

/// Paints the strip. `right`: width of the part for buttons. `can_test`: there is a station that could
/// play a test of the sound.
pub fn strip_ui(
    ui: &mut Ui,
    rect: Rect,
    right: f32,
    view: &BoardView,
    can_test: bool,
    phrases: &Phrases,
    desk: &mut Desk,
) -> Option<StripAct> {
    ui.painter().rect_filled(rect, 0.0, phrases.palette.bar);
    let inner = rect.shrink2(vec2(PAD, 1.0));
    let mut buttons = Rect::from_min_max(pos2(rect.right() - right + 2.0, inner.top()), inner.max);
    let mut act = None;
    if desk.field.is_some() {
        let prompt = if desk.is_waiting() { TextKey::InitialsFirst } else { TextKey::Initials };
        let prompt = phrases.text(prompt);
        let width = text::width(ui.painter(), &prompt, Face::Strong, 15.0) + 12.0;
        let needed = width + FIELD + PAD;
        let left = (buttons.right() - needed).max(inner.left());
        let slot = Rect::from_min_max(pos2(left, inner.top()), inner.max);
        field_ui(ui, slot, &prompt, phrases, desk);
        buttons.min.x = buttons.left().min(left);
    } else {
        act = buttons_ui(ui, buttons, view, phrases, desk);
    }
    let mut left = inner.left();
    left = audio_ui(
        ui,
        Rect::from_min_max(inner.min, pos2(buttons.left(), inner.bottom())),
        left,
        view,
        phrases,
    );
    // Beside the bell that says whether alarms sound.
    if can_test {
        let word = phrases.text(TextKey::SoundTest);
        let rect = Rect::from_min_size(pos2(left + PAD, inner.top()), vec2(TEST, inner.height()));
        let button = Button { word: &word, key: "S", is_free: true };
        if button_ui(ui, rect, Id::unique("test-sound"), button, phrases).clicked() {
            act = Some(StripAct::TestSound);
        }
        left = rect.right();
    }
    let middle = Rect::from_min_max(
        pos2(left + PAD, inner.top()),
        pos2(buttons.left() - PAD, inner.bottom()),
    );
    banner_ui(ui, middle, view, phrases, desk).map(StripAct::Of).or(act)
}

/// Buttons at the right: sound, and initials.
fn buttons_ui(
    ui: &Ui,
    rect: Rect,
    view: &BoardView,
    phrases: &Phrases,
    desk: &Desk,
) -> Option<StripAct> {
    let is_on = view.sound.audio == AudioState::On;
    let sound = if is_on {
        (TextKey::PauseAudio, "P", StripAct::Pause)
    } else {
        (TextKey::TurnAudioOn, "P", StripAct::On)
    };
    let off = (phrases.options.may_turn_audio_off && is_on).then_some((
        TextKey::TurnAudioOff,
        "",
        StripAct::Off,
    ));
    let words: Vec<(TextKey, &str, StripAct)> = std::iter::once(sound).chain(off).collect();
    let count = words.len() + 1;
    let width = ((rect.width() - PAD * (count - 1) as f32) / count as f32).floor();
    let place = |nth: usize| {
        let left = rect.left() + nth as f32 * (width + PAD);
        Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()))
    };
    let mut act = None;
    for (nth, (word, key, what)) in words.into_iter().enumerate() {
        let written = phrases.text(word);
        let button = Button { word: &written, key, is_free: true };
        if button_ui(ui, place(nth), Id::unique("sound").with(nth), button, phrases).clicked() {
            act = Some(what);
        }
    }
    let word = match desk.initials() {
        Some(by) => phrases.words.noted(&phrases.text(TextKey::Initials), by.as_str()),
        None => phrases.text(TextKey::Initials),
    };
    let button = Button { word: &word, key: "I", is_free: true };
    if button_ui(ui, place(count - 1), Id::unique("initials"), button, phrases).clicked() {
        act = Some(StripAct::Initials);
    }
    act
}

/// The field for initials: Enter takes them, Escape closes it.
fn field_ui(ui: &mut Ui, rect: Rect, prompt: &str, phrases: &Phrases, desk: &mut Desk) {
    let palette = phrases.palette;
    let words = Rect::from_min_max(rect.min, pos2(rect.right() - FIELD - PAD, rect.bottom()));
    text::in_rect(ui.painter(), words, Align::Max, prompt, Face::Strong, 15.0, palette.text);
    let slot = Rect::from_min_max(pos2(rect.right() - FIELD, rect.top()), rect.max);
    ui.painter().rect(
        slot,
        tokens::CORNER,
        tokens::TILE,
        Stroke::new(2.0, palette.focus),
        StrokeKind::Inside,
    );
    let is_fresh = std::mem::take(&mut desk.is_fresh);
    let Some(written) = &mut desk.field else { return };
    let edit = TextEdit::singleline(written)
        .id(field_id())
        .char_limit(INITIALS_MAX)
        .frame(egui::Frame::NONE)
        .font(Face::Strong.id(19.0))
        .text_color(palette.text)
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.put(slot.shrink2(vec2(8.0, 4.0)), edit);
    let name = phrases.text(TextKey::Initials);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
    if is_fresh {
        response.request_focus();
    }
    let (enter, escape) =
        ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
    if enter {
        desk.confirm();
    } else if escape {
        desk.close_field();
    }
    if desk.field.is_none() {
        ui.memory_mut(|memory| memory.surrender_focus(field_id()));
    }
}

/// Whether alarms sound: large where they do not. Gives back where the next thing may begin.
fn audio_ui(ui: &Ui, rect: Rect, left: f32, view: &BoardView, phrases: &Phrases) -> f32 {
    let palette = phrases.palette;
    let (cross, full, short) = match &view.sound.audio {
        AudioState::On => {
            let center = pos2(left + BELL / 2.0, rect.center().y);
            signs::bell(ui.painter(), None, center, BELL * 0.8, palette.faint);
            return left + BELL;
        }
        AudioState::Paused { until, by } => {
            let left = until.0.since(phrases.now);
            let short = phrases.words.audio_paused_for(left);
            (Cross::Dashed, format!("{short}, {by}"), short)
        }
        AudioState::Off { since, by } => {
            let short = phrases.text(TextKey::AudioOff);
            let long = phrases.words.audio_off_since(&phrases.dated(since.1));
            (Cross::Solid, format!("{long}, {by}"), short)
        }
    };
    let painter = ui.painter();
    let room = (rect.right() - left) * 0.55;
    let width = |what: &str| text::width(painter, what, Face::Strong, AUDIO) + BELL + 30.0;
    let written = if width(&full) <= room { &full } else { &short };
    // As wide as its widest countdown, so that nothing beside it moves.
    let plate = Rect::from_min_size(
        pos2(left, rect.top()),
        vec2((width(written) + 4.0).min(rect.right() - left), rect.height()),
    );
    painter.rect_filled(plate, tokens::CORNER, palette.notice);
    let center = pos2(plate.left() + BELL / 2.0 + 6.0, plate.center().y);
    signs::bell(painter, Some(cross), center, BELL, palette.on_bright);
    let slot = Rect::from_min_max(
        pos2(plate.left() + BELL + 16.0, plate.top()),
        pos2(plate.right() - 6.0, plate.bottom()),
    );
    text::in_rect(painter, slot, Align::Min, written, Face::Strong, AUDIO, palette.on_bright);
    let response = ui.interact(plate, Id::unique("audio"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &full));
    plate.right()
}

/// How long one of several stands before the next.
const ROTATION_NANOS: u64 = 2_000_000_000;

/// Rows that nobody answered for so long that they are asked for in larger letters, the most urgent
/// priority only.
fn escalated(view: &BoardView) -> Vec<&AttentionRow> {
    let waiting = || {
        view.attention.iter().filter(|row| {
            row.answer.escalated > 0
                && row.answer.state == AnswerState::Active
                && row.priority > Priority::Information
        })
    };
    let top = waiting().map(|row| row.priority).max();
    waiting().filter(|row| Some(row.priority) == top).collect()
}

/// The alarm that nobody answers, in large letters; where there is none, a hint, or how many wait.
fn banner_ui(ui: &Ui, rect: Rect, view: &BoardView, phrases: &Phrases, desk: &Desk) -> Option<Act> {
    let rows = escalated(view);
    let turn = (phrases.now.as_nanos() / ROTATION_NANOS) as usize;
    let Some(row) = rows.get(turn % rows.len().max(1)) else {
        quiet_ui(ui, rect, view, phrases, desk);
        return None;
    };
    let tile = tile_of(row, view);
    let entry = alarms::of_row(row, tile, phrases);
    let age = phrases.words.unanswered_for(&phrases.words.age(phrases.age(row.since)));
    let mut badge = entry.badge.clone();
    if !row.label.is_empty() {
        badge.text = format!("{} {}", badge.mark, badge.text).trim().to_owned();
        badge.mark = row.label.to_string();
    }
    if rows.len() > 1 {
        badge.more = format!("+{}", rows.len() - 1);
    }
    let spoken = format!("{}, {}, {age}", row.label, entry.spoken);
    let response = ui.interact(rect, Id::unique("banner"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &spoken));
    let painter = ui.painter();
    // The age stands beside, where there is room: bed and alarm come first.
    let age_width = text::width(painter, &age, Face::Plain, 15.0) + 10.0;
    let needed = text::width(painter, &badge.mark, Face::Strong, 26.0)
        + text::width(painter, &badge.text, Face::Strong, 26.0)
        + 130.0;
    let mut band = rect;
    if needed + age_width <= rect.width() {
        band.max.x -= age_width;
        let slot = Rect::from_min_max(pos2(band.right() + 8.0, rect.top()), rect.max);
        let ink = phrases.palette.text;
        text::in_rect(painter, slot, Align::Min, &age, Face::Plain, 15.0, ink);
    }
    badge.paint(painter, band, phrases.now, phrases.palette);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, phrases.palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    tile.filter(|_| response.clicked()).map(|tile| Act::Open(Place::of(tile)))
}

fn quiet_ui(ui: &Ui, rect: Rect, view: &BoardView, phrases: &Phrases, desk: &Desk) {
    let palette = phrases.palette;
    let (said, ink) = match desk.hint(phrases.now) {
        Some(hint) => (phrases.text(hint), palette.text),
        None => {
            let waiting =
                view.attention.iter().filter(|row| row.answer.state == AnswerState::Active).count();
            if waiting == 0 {
                return;
            }
            let counted =
                phrases.words.noted(&phrases.text(TextKey::Unanswered), &waiting.to_string());
            (counted, palette.quiet)
        }
    };
    let slot = rect.shrink2(vec2(8.0, 0.0));
    text::in_rect(ui.painter(), slot, Align::Min, &said, Face::Plain, 18.0, ink);
    let response = ui.interact(slot, Id::unique("hint"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
}
