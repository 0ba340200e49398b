//! The keyboard: each key does what the help says of it.

use egui::{Event, Key};
use vigie_dashboard::{Page, SoundTest};
use vigie_model::StationMode;
use vigie_words::{Language, TextKey, Words};

use crate::common::{self, screen::Screen};

fn ward() -> Screen {
    let tiles = (0..4).map(common::normal).collect();
    Screen::of(common::board(StationMode::Live, tiles), Language::English)
}

fn typed(screen: &mut Screen, what: &str) {
    screen.harness.event(Event::Text(what.to_owned()));
    screen.step();
}

/// Presses a key twice: from the beds to a page and back.
fn turns(screen: &mut Screen, press: impl Fn(&mut Screen), page: Page) {
    press(screen);
    assert_eq!(screen.dashboard.borrow().page(), page);
    press(screen);
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
}

#[test]
fn pages_open_and_close_with_their_keys_and_escape_leaves_each() {
    let mut screen = ward();
    screen.dashboard.borrow_mut().set_sound_test(Some(SoundTest::default()));
    screen.dashboard.borrow_mut().set_record(Some(common::note(false)));
    for (key, page) in [(Key::J, Page::Log), (Key::S, Page::SoundTest), (Key::C, Page::Copies)] {
        turns(&mut screen, |screen| screen.press(key), page);
        screen.press(key);
        screen.press(Key::Escape);
        assert_eq!(screen.dashboard.borrow().page(), Page::Beds, "{key:?}");
    }
    turns(&mut screen, |screen| typed(screen, "?"), Page::Help);
}

#[test]
fn a_page_without_a_subject_is_not_turned_to() {
    let mut screen = ward();
    for key in [Key::S, Key::C, Key::Comma] {
        screen.press(key);
        assert_eq!(screen.dashboard.borrow().page(), Page::Beds, "{key:?}");
    }
}

#[test]
fn keys_with_modifiers_are_not_the_plain_ones() {
    let mut screen = ward();
    screen.harness.key_press_modifiers(egui::Modifiers::CTRL, Key::L);
    screen.step();
    assert_eq!(screen.dashboard.borrow().language(), Language::English);
    screen.press(Key::L);
    assert_eq!(screen.dashboard.borrow().language(), Language::French);
}

#[test]
fn a_number_is_a_page_and_home_is_the_first_bed() {
    let mut screen = ward();
    screen.press(Key::Home);
    let focused = |screen: &Screen| screen.harness.ctx.memory(|memory| memory.focused());
    let first = focused(&screen);
    assert!(first.is_some());
    screen.press(Key::ArrowRight);
    let second = focused(&screen);
    assert_ne!(second, first);
    screen.press(Key::Num1);
    assert_eq!(focused(&screen), second, "the first page is shown already, and nothing moves");
}

#[test]
fn the_help_says_every_key_in_every_language() {
    for language in Language::ALL {
        let mut screen = ward();
        screen.dashboard.borrow_mut().set_language(language);
        screen.dashboard.borrow_mut().show_help(true);
        screen.step();
        let words = Words::new(language);
        for name in [
            TextKey::ActionUrgent,
            TextKey::ActionTurn,
            TextKey::ActionColours,
            TextKey::ActionSetup,
            TextKey::ActionHelp,
            TextKey::GroupAlarms,
        ] {
            screen.says(&words.text(name));
        }
        screen.says(&format!(": {}", words.text(TextKey::ActionAcknowledge)));
        screen.says(&words.text(TextKey::KeyPageUp));
    }
}

#[test]
fn text_grows_and_shrinks_with_ctrl_as_far_as_the_window_has_room() {
    let mut screen = ward();
    let press = |screen: &mut Screen, key| {
        screen.harness.key_press_modifiers(egui::Modifiers::CTRL, key);
        screen.step();
        screen.step();
        screen.dashboard.borrow().text_percent()
    };
    assert_eq!(press(&mut screen, Key::Plus), 110);
    assert!((screen.harness.ctx.zoom_factor() - 1.1).abs() < 0.001);
    assert_eq!(press(&mut screen, Key::Equals), 120);
    assert_eq!(press(&mut screen, Key::Num0), 100);
    assert_eq!(press(&mut screen, Key::Minus), 90);
    assert_eq!(press(&mut screen, Key::Minus), 80);
    assert_eq!(press(&mut screen, Key::Minus), 80, "no smaller");
    for _ in 0..20 {
        press(&mut screen, Key::Plus);
    }
    // 1280 points of window are 1.33 times the least.
    assert_eq!(screen.dashboard.borrow().text_percent(), 133);
    screen.says("133 %: larger has no room");
    assert_eq!(press(&mut screen, Key::Minus), 130);
}

#[test]
fn a_size_of_text_that_has_no_room_in_a_small_window_is_there_when_it_fills_the_screen() {
    let mut screen = ward();
    let settle = |screen: &mut Screen, pixels: egui::Vec2| {
        // The harness counts points, which the zoom makes of pixels.
        for _ in 0..4 {
            let points = pixels / screen.harness.ctx.zoom_factor();
            screen.harness.set_size(points);
            screen.step();
        }
        screen.dashboard.borrow().text_percent()
    };
    screen.dashboard.borrow_mut().set_text_percent(180);
    assert_eq!(settle(&mut screen, egui::vec2(1280.0, 720.0)), 133);
    screen.says("133 %: larger has no room");
    assert_eq!(settle(&mut screen, egui::vec2(1920.0, 1080.0)), 180);
    assert!((screen.harness.ctx.zoom_factor() - 1.8).abs() < 0.001);
    assert_eq!(settle(&mut screen, egui::vec2(1280.0, 720.0)), 133);
    // Smaller is smaller than what is seen, and nothing larger comes back by itself.
    screen.harness.key_press_modifiers(egui::Modifiers::CTRL, Key::Minus);
    screen.step();
    assert_eq!(settle(&mut screen, egui::vec2(1920.0, 1080.0)), 130);
}
