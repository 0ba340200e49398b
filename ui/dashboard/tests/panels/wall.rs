//! The wall: few numbers, huge, never none.

use egui::{Key, Vec2, vec2};
use vigie_board::view::BoardView;
use vigie_dashboard::{Dashboard, LAYOUTS, ViewOptions, legibility};
use vigie_model::StationMode;
use vigie_ui_kit::sight::Sight;
use vigie_words::Language;

use crate::{
    common::{self, screen::Screen},
    overlap::{check, texts},
};

const SCREENS: [Vec2; 3] = [vec2(1280.0, 720.0), vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)];

fn wall(distance_mm: u32) -> ViewOptions {
    ViewOptions { viewing_distance_mm: distance_mm, is_wall: true, ..ViewOptions::default() }
}

fn normal(count: usize) -> BoardView {
    common::board(StationMode::Live, (0..count).map(common::normal).collect())
}

#[test]
fn no_text_of_a_wall_is_clipped_overlaps_or_leaves_its_tile() {
    for (nth, beds) in LAYOUTS.into_iter().enumerate() {
        for (screen, size) in SCREENS.into_iter().enumerate() {
            let language = Language::ALL[(nth + screen) % Language::ALL.len()];
            let distance = [400, 1_000, 3_000][(nth + screen / 2) % 3];
            let mut dashboard = Dashboard::new(language);
            dashboard.set_options(wall(distance));
            let mut source = common::fixed(common::ward(StationMode::Simulation, beds));
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("{beds} beds, {size}, {distance} mm, {language:?}"));
        }
    }
}

#[test]
fn heart_rate_and_spo2_can_be_read_and_more_numbers_come_only_with_room() {
    for (beds, distance) in
        [(1, 1_000), (8, 1_000), (8, 3_000), (32, 1_000), (64, 1_000), (64, 4_000)]
    {
        let mut dashboard = Dashboard::new(Language::English);
        dashboard.set_options(wall(distance));
        let mut source = common::fixed(normal(beds));
        let painted = texts(&mut dashboard, &mut source, SCREENS[1]);
        let sizes = |what: &str| -> Vec<f32> {
            painted.iter().filter(|one| one.text == what).map(|one| one.size).collect()
        };
        let least = Sight::new(distance as f32, None, 1.0, 1.0).size_min();
        let (spo2, labels) = (sizes("97"), sizes("Bed 1"));
        assert!(!spo2.is_empty(), "{beds} beds at {distance} mm: never blank");
        assert!(spo2.iter().all(|size| *size >= least - 0.01), "{spo2:?}, {least}");
        assert!(labels.iter().any(|size| *size >= least - 0.01), "{labels:?}, {least}");
    }
}

#[test]
fn w_goes_to_the_wall_and_back_and_enter_opens_a_bed_of_it() {
    let mut screen = Screen::of(normal(8), Language::English);
    screen.says("T core");
    screen.press(Key::W);
    screen.says("Bed 8, adult");
    screen.never_says("T core");
    assert!(screen.dashboard.borrow().options().is_wall);
    screen.press(Key::ArrowRight);
    screen.press(Key::Enter);
    assert!(screen.dashboard.borrow().opened().is_some());
    screen.press(Key::W);
    assert!(screen.dashboard.borrow().opened().is_none(), "from a bed to the wall");
    assert!(screen.dashboard.borrow().options().is_wall);
    screen.press(Key::W);
    screen.says("T core");
}

#[test]
fn an_alarm_keeps_its_word_on_a_wall_and_a_bed_without_device_says_so() {
    let mut tiles: Vec<_> = (0..8).map(common::normal).collect();
    tiles[3] = common::high(3);
    let mut screen = Screen::of(common::board(StationMode::Live, tiles), Language::French);
    screen.press(Key::W);
    let alarm = screen.said().into_iter().find(|line| line.starts_with("Bed 4,"));
    assert!(alarm.is_some_and(|line| line.contains("priorité haute")), "{:#?}", screen.said());
}

#[test]
fn digits_of_a_wall_are_never_smaller_than_those_of_as_many_beds_in_the_ward() {
    for size in [vec2(1920.0, 1080.0)] {
        for beds in [1, 8, 16, 64] {
            for viewing_distance_mm in [500, 1_000, 2_000, 3_000] {
                let options = ViewOptions { viewing_distance_mm, ..ViewOptions::default() };
                let seen = legibility(size, beds, options, Language::French);
                let in_use = seen.in_use().expect("a layout");
                if !in_use.is_readable {
                    continue;
                }
                let wall = seen.wall;
                assert!(wall.is_readable, "{size} {beds} {viewing_distance_mm}: {seen:?}");
                let is_larger = wall.digits_mm >= in_use.digits_mm;
                assert!(
                    is_larger || wall.tiles > seen.tiles,
                    "{size} {beds} {viewing_distance_mm}: {seen:?}"
                );
            }
        }
    }
}
