//! The test of the sound: a button for each priority, what became of it, and whether somebody heard it.
//!
//! It stands in the place of the ward or the bed: the strip and the list of alarms stay beside it. The
//! station plays; this PC cannot hear itself, so that only a person can say whether it was heard.

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_model::Priority;
use vigie_ui_kit::{
    fonts::Face,
    rows::Rows,
    signs::{self, Sign},
    text, tokens,
};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    phrases::Phrases,
};

/// What became of a test of the sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SoundTest {
    /// None was made lately.
    #[default]
    Idle,
    /// The station plays it.
    Playing(Priority),
    /// The sound device took all of it.
    Played(Priority),
    /// It was not played: why, in English for an engineer.
    Failed(String),
    /// Somebody said whether it was heard, and it stands in the log.
    Noted {
        /// Whether it was.
        heard: bool,
    },
    /// Somebody said whether it was heard, and no station took it down.
    NotNoted {
        /// Whether it was.
        heard: bool,
    },
}

/// What somebody asks for in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundAct {
    /// Play a burst.
    Play(Priority),
    /// It was heard, or was not.
    Heard(bool),
    /// Back to what was there before.
    Close,
}

const PANEL: egui::Vec2 = vec2(620.0, 318.0);
const PAD: f32 = 22.0;
const BUTTON: f32 = 48.0;
const LINE: f32 = 26.0;

/// Paints the panel into the middle of `area`.
pub fn sound_test_ui(ui: &Ui, area: Rect, test: &SoundTest, phrases: &Phrases) -> Option<SoundAct> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let panel = Rect::from_center_size(area.center(), PANEL).intersect(area.shrink(4.0));
    painter.rect_filled(area, 0.0, tokens::TILE);
    let line = Stroke::new(1.0, palette.line);
    painter.rect(panel, 8.0, palette.bar, line, StrokeKind::Inside);
    let inner = panel.shrink(PAD);
    let mut rows = Rows::of(inner);
    let write = |rect: Rect, salt: &str, what: &str, face: Face, size: f32| {
        let size = text::fitting(painter, what, face, rect.width(), size * text::CAP, 11.0);
        text::in_rect(painter, rect, Align::Min, what, face, size, palette.text);
        let response = ui.interact(rect, Id::unique("sound-test").with(salt), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, what));
    };
    let mut act = None;
    let head = rows.take(48.0);
    let close = Rect::from_min_max(pos2(head.right() - 120.0, head.top()), head.max);
    let title = Rect::from_min_max(head.min, pos2(close.left() - 8.0, head.bottom()));
    write(title, "title", &phrases.text(TextKey::SoundTest), Face::Strong, 22.0);
    let word = phrases.text(TextKey::Close);
    let button = Button { word: &word, key: "S", is_free: true };
    if button_ui(ui, close, Id::unique("sound-close"), button, phrases).clicked() {
        act = Some(SoundAct::Close);
    }
    rows.take(4.0);
    write(rows.take(LINE), "listen", &phrases.text(TextKey::SoundTestListen), Face::Plain, 15.0);
    rows.take(8.0);
    act.or(sound_parts_ui(ui, &mut rows, BUTTON, test, phrases))
}

/// Paints the buttons of the test and what became of it, from the top of `rows` down; `height`: of a
/// button.
pub fn sound_parts_ui(
    ui: &Ui,
    rows: &mut Rows,
    height: f32,
    test: &SoundTest,
    phrases: &Phrases,
) -> Option<SoundAct> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let write = |rect: Rect, salt: &str, what: &str, face: Face, size: f32| {
        let size = text::fitting(painter, what, face, rect.width(), size * text::CAP, 11.0);
        text::in_rect(painter, rect, Align::Min, what, face, size, palette.text);
        let response = ui.interact(rect, Id::unique("sound-test").with(salt), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, what));
    };
    let mut act = None;
    let is_free = !matches!(test, SoundTest::Playing(_));
    let buttons = rows.take(height);
    let priorities = [Priority::High, Priority::Medium, Priority::Low];
    for (priority, rect) in priorities.into_iter().zip(thirds(buttons)) {
        // Its sign stands before its word, as on every alarm.
        let slot = Rect::from_min_max(pos2(rect.left() + 30.0, rect.top()), rect.max);
        let word = phrases.words.priority(priority);
        let button = Button { word: &word, key: "", is_free };
        let id = Id::unique("sound-play").with(priority);
        if button_ui(ui, slot, id, button, phrases).clicked() {
            act = Some(SoundAct::Play(priority));
        }
        let [_, calm] = palette.alarm(priority, false);
        let center = pos2(rect.left() + 14.0, rect.center().y);
        signs::alarm(painter, Sign::of(priority, false), center, 18.0, calm.border);
    }
    rows.take(14.0);
    if let Some(said) = said(test, phrases) {
        write(rows.take(LINE), "said", &said, Face::Strong, 17.0);
    }
    if let SoundTest::Played(_) = test {
        rows.take(6.0);
        let answers = [(TextKey::SoundTestHeard, true), (TextKey::SoundTestUnheard, false)];
        for ((key, heard), rect) in answers.into_iter().zip(thirds(rows.take(height))) {
            let word = phrases.text(key);
            let button = Button { word: &word, key: "", is_free: true };
            let id = Id::unique("sound-heard").with(heard);
            if button_ui(ui, rect, id, button, phrases).clicked() {
                act = Some(SoundAct::Heard(heard));
            }
        }
    }
    let is_bad = match test {
        SoundTest::Failed(_)
        | SoundTest::Noted { heard: false }
        | SoundTest::NotNoted { heard: false } => true,
        SoundTest::Idle
        | SoundTest::Playing(_)
        | SoundTest::Played(_)
        | SoundTest::Noted { heard: true }
        | SoundTest::NotNoted { heard: true } => false,
    };
    if is_bad {
        let remedy = phrases.text(TextKey::SoundTestRemedy);
        write(rows.take(LINE), "remedy", &remedy, Face::Plain, 15.0);
    }
    act
}

fn thirds(row: Rect) -> [Rect; 3] {
    let width = ((row.width() - 16.0) / 3.0).floor();
    [0.0, 1.0, 2.0].map(|nth| {
        let left = row.left() + nth * (width + 8.0);
        Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()))
    })
}

/// What became of it, in words.
fn said(test: &SoundTest, phrases: &Phrases) -> Option<String> {
    let words = &phrases.words;
    let about = |key: TextKey, priority: Priority| {
        words.noted(&words.priority(priority), &phrases.text(key))
    };
    let heard = |heard: bool| {
        phrases.text(if heard { TextKey::SoundTestHeard } else { TextKey::SoundTestUnheard })
    };
    Some(match test {
        SoundTest::Idle => return None,
        SoundTest::Playing(priority) => about(TextKey::SoundTestPlaying, *priority),
        SoundTest::Played(priority) => about(TextKey::SoundTestPlayed, *priority),
        SoundTest::Failed(why) => words.noted(&phrases.text(TextKey::SoundTestFailed), why),
        SoundTest::Noted { heard: is } => {
            words.noted(&heard(*is), &phrases.text(TextKey::SoundTestNoted))
        }
        SoundTest::NotNoted { heard: is } => {
            words.noted(&heard(*is), &phrases.text(TextKey::RefusedBusy))
        }
    })
}
