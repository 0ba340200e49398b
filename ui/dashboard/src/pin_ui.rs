//! The page on which somebody comes in by PIN: who, and a pad for the digits. It takes the main area alone:
//! alarms are seen, answered and paused beside it, and no PIN is asked for that.

use egui::{Event, Id, Key, Rect, Role as Part, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_model::{MonoTime, Role};
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui, choice_ui},
    people::{People, PinNews},
    phrases::Phrases,
    setup::pen,
};

/// What somebody asks for on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinAct {
    /// Back to what was there before.
    Close,
}

/// Millimetres of a key.
const KEY_MM: f32 = 12.5;
const GAP: f32 = 8.0;
const PAD: f32 = 24.0;

fn id(salt: impl std::hash::Hash + std::fmt::Debug) -> Id {
    Id::unique("pin").with(salt)
}

/// The words for a role.
pub fn role_word(role: Role) -> TextKey {
    match role {
        Role::View => TextKey::RoleView,
        Role::Chart => TextKey::RoleChart,
        Role::Configure => TextKey::RoleConfigure,
    }
}

/// Paints the page into `area`.
pub fn pin_ui(ui: &Ui, area: Rect, people: &mut People, phrases: &Phrases) -> Option<PinAct> {
    let palette = phrases.palette;
    ui.painter().rect_filled(area, 0.0, tokens::TILE);
    let pixels_per_mm = phrases.options.pixels_per_mm.unwrap_or(96.0 / 25.4);
    let key = (KEY_MM * pixels_per_mm / ui.ctx().pixels_per_point()).max(pen::BIG);
    let inner = area.shrink2(vec2(PAD, 14.0));
    let mut rows = Rows::of(inner);
    let head = rows.take(key);
    let close = Rect::from_min_max(pos2(head.right() - 150.0, head.top()), head.max);
    let title = Rect::from_min_max(head.min, pos2(close.left() - GAP, head.bottom()));
    pen::line(
        ui,
        title,
        "pin-title",
        &phrases.text(TextKey::PinTitle),
        (Face::Strong, 24.0, palette.text),
    );
    let word = phrases.text(TextKey::Close);
    let button = Button { word: &word, key: "K", is_free: true };
    let mut act =
        button_ui(ui, close, id("close"), button, phrases).clicked().then_some(PinAct::Close);
    let why = people.form.wanted.map(|role| {
        phrases.words.noted(&phrases.text(TextKey::PinNeeded), &phrases.text(role_word(role)))
    });
    if let Some(why) = why {
        pen::line(ui, rows.take(28.0), "pin-why", &why, (Face::Strong, 18.0, palette.notice));
    }
    let free = phrases.text(TextKey::PinFree);
    pen::line(ui, rows.take(26.0), "pin-free", &free, (Face::Plain, 16.0, palette.quiet));
    rows.take(GAP);
    let body = rows.rest();
    let pad_width = 3.0 * 1.5 * key + 2.0 * GAP;
    let pad = Rect::from_min_max(pos2(body.right() - pad_width, body.top()), body.max);
    let names = Rect::from_min_max(body.min, pos2(pad.left() - 2.0 * GAP, body.bottom()));
    names_ui(ui, names, key, people, phrases);
    typed(ui, people, phrases.now);
    pad_ui(ui, pad, key, people, phrases);
    if matches!(people.form.said, Some((PinNews::In, _))) {
        act = Some(PinAct::Close);
    }
    act
}

/// Who it is: a button a person, as many as have room, which is some thirty on the smallest screen.
fn names_ui(ui: &Ui, area: Rect, key: f32, people: &mut People, phrases: &Phrases) {
    let columns = (((area.width() + GAP) / (2.6 * key + GAP)) as usize).max(1);
    let lines = (((area.height() + GAP) / (key + GAP)) as usize).max(1);
    let width = (area.width() - GAP * (columns - 1) as f32) / columns as f32;
    let list: Vec<_> = people.list().to_vec();
    for (nth, person) in list.iter().take(columns * lines).enumerate() {
        let (column, line) = (nth % columns, nth / columns);
        let at = area.min + vec2(column as f32 * (width + GAP), line as f32 * (key + GAP));
        let rect = Rect::from_min_size(at, vec2(width, key));
        let role = phrases.text(role_word(person.role));
        let word = format!("{}: {role}", person.initials);
        let is_chosen = people.form.chosen.as_ref() == Some(&person.initials);
        if choice_ui(ui, rect, id(("person", nth)), (&word, &word), is_chosen, phrases).clicked() {
            people.form.chosen = Some(person.initials.clone());
            people.form.digits.clear();
            // What is typed from here on is the PIN.
            ui.memory_mut(|memory| memory.surrender_focus(id(("person", nth))));
        }
    }
}

/// Digits, Backspace and Enter of the keyboard.
fn typed(ui: &Ui, people: &mut People, now: MonoTime) {
    if people.form.chosen.is_none() || ui.ctx().text_edit_focused() {
        return;
    }
    let (digits, back, enter) = ui.input(|input| {
        let mut digits = String::new();
        for event in &input.events {
            if let Event::Text(text) = event {
                digits.push_str(text);
            }
        }
        (digits, input.key_pressed(Key::Backspace), input.key_pressed(Key::Enter))
    });
    digits.chars().for_each(|digit| people.form.type_digit(digit));
    if back {
        people.form.digits.pop();
    }
    if enter {
        people.enter(now);
    }
}

/// What was typed, as dots, what became of it, and the pad.
fn pad_ui(ui: &Ui, area: Rect, key: f32, people: &mut People, phrases: &Phrases) {
    let palette = phrases.palette;
    let mut rows = Rows::of(area);
    let shown = rows.take(key);
    ui.painter().rect_filled(shown, tokens::CORNER, palette.bar);
    let dots = "*".repeat(people.form.digits.len());
    text::in_rect(
        ui.painter(),
        shown,
        egui::Align::Center,
        &dots,
        Face::Strong,
        26.0,
        palette.text,
    );
    let count = phrases.words.pin_digits(people.form.digits.len());
    let response = ui.interact(shown, id("digits"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Part::Label, true, &count));
    let pause = people.form.pause(phrases.now);
    let said = match (people.form.said, people.form.is_waiting, people.form.chosen.is_some()) {
        (_, true, _) => phrases.text(TextKey::PinChecked),
        (Some((PinNews::Wrong(_), _)), ..) if !pause.is_zero() => {
            let left = phrases.words.countdown(pause);
            phrases.words.noted(&phrases.text(TextKey::PinWrong), &left)
        }
        (Some((PinNews::NoAnswer, _)), ..) => phrases.text(TextKey::RefusedBusy),
        (Some((PinNews::Wrong(_), _)), ..) => phrases.text(TextKey::PinAgain),
        (_, _, false) => phrases.text(TextKey::PinWho),
        (_, _, true) => phrases.text(TextKey::PinType),
    };
    pen::line(ui, rows.take(30.0), "pin-said", &said, (Face::Strong, 17.0, palette.text));
    let width = (area.width() - 2.0 * GAP) / 3.0;
    let is_free = people.form.chosen.is_some() && !people.form.is_waiting;
    for line in [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["back", "0", "enter"]] {
        let row = rows.take(key);
        rows.take(GAP);
        for (nth, cap) in line.into_iter().enumerate() {
            let at = pos2(row.left() + nth as f32 * (width + GAP), row.top());
            let rect = Rect::from_min_size(at, vec2(width, key));
            let (word, is_free) = match cap {
                "back" => (phrases.text(TextKey::PinBack), is_free),
                "enter" => (phrases.text(TextKey::PinIn), people.form.is_ready(phrases.now)),
                digit => (digit.to_owned(), is_free),
            };
            let button = Button { word: &word, key: "", is_free };
            if button_ui(ui, rect, id(cap), button, phrases).clicked() {
                match cap {
                    "back" => _ = people.form.digits.pop(),
                    "enter" => people.enter(phrases.now),
                    digit => digit.chars().for_each(|digit| people.form.type_digit(digit)),
                }
                // Enter on the keyboard hands the PIN in, whichever key was touched last.
                ui.memory_mut(|memory| memory.surrender_focus(id(cap)));
            }
        }
    }
}
