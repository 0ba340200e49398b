//! Layouts and pages: every one on every screen, as painted and as said.

use egui::{Event, Key, Vec2, vec2};
use vigie_board::view::BoardView;
use vigie_dashboard::{Dashboard, LAYOUTS, ViewOptions};
use vigie_model::StationMode;
use vigie_words::Language;

use crate::{
    common::{self, screen::Screen},
    overlap::{check, texts},
};

/// The smallest screen that is supported, the usual one, and four of that.
const SCREENS: [Vec2; 3] = [vec2(1280.0, 720.0), vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)];

/// So near that every layout can be read.
fn near(tiles: Option<u16>) -> ViewOptions {
    ViewOptions { viewing_distance_mm: 300, tiles, ..ViewOptions::default() }
}

fn normal(count: usize) -> BoardView {
    common::board(StationMode::Live, (0..count).map(common::normal).collect())
}

/// All three languages over all layouts of all screens, in turn: each layout in each language somewhere.
#[test]
fn no_text_of_any_layout_is_clipped_overlaps_or_leaves_its_tile() {
    for (nth, tiles) in LAYOUTS.into_iter().enumerate() {
        for (screen, size) in SCREENS.into_iter().enumerate() {
            let language = Language::ALL[(nth + screen) % Language::ALL.len()];
            let mut dashboard = Dashboard::new(language);
            dashboard.set_options(near(u16::try_from(tiles).ok()));
            // One bed more than the page holds, where a ward has as many.
            let beds = (tiles + 1).min(64);
            let mut source = common::fixed(common::ward(StationMode::Simulation, beds));
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("{tiles} tiles, {size}, {language:?}"));
        }
    }
}

#[test]
fn every_layout_that_can_be_read_shows_as_many_beds_as_it_has_tiles() {
    for tiles in LAYOUTS {
        let mut dashboard = Dashboard::new(Language::English);
        let mut options = near(u16::try_from(tiles).ok());
        // A wall of four large screens: every layout has room.
        options.viewing_distance_mm = 500;
        dashboard.set_options(options);
        let mut source = common::fixed(normal(64));
        let painted = texts(&mut dashboard, &mut source, SCREENS[2]);
        let digits = painted.iter().filter(|one| one.text == "97").count();
        assert_eq!(digits, tiles);
    }
}

fn ward(beds: usize, options: ViewOptions) -> Screen {
    let mut screen = Screen::of(normal(beds), Language::English);
    screen.dashboard.borrow_mut().set_options(options);
    screen.step();
    screen
}

fn typed(screen: &mut Screen, what: &str) {
    screen.harness.event(Event::Text(what.to_owned()));
    screen.step();
}

#[test]
fn a_person_chooses_fewer_or_more_tiles_with_plus_and_minus_and_what_cannot_be_read_is_refused() {
    let options = ViewOptions { viewing_distance_mm: 700, ..ViewOptions::default() };
    let mut screen = ward(8, options);
    screen.says("Bed 8, adult");
    typed(&mut screen, "-");
    screen.says("page 1 of 2, Bed 1 – Bed 6");
    screen.says("page 2 of 2, Bed 7 – Bed 8");
    screen.never_says("Bed 7, adult");
    typed(&mut screen, "0");
    screen.says("Bed 8, adult");
    for _ in 0..8 {
        typed(&mut screen, "+");
    }
    screen.says("on a page: ");
    screen.says("refused: ");
    screen.says("Bed 8, adult");
    let tiles = screen.dashboard.borrow().options().tiles;
    assert!(tiles.is_some_and(|tiles| tiles < 64), "back to what could be read: {tiles:?}");
}

#[test]
fn the_bar_names_the_beds_of_a_page_and_the_worst_alarm_that_nobody_sees() {
    let mut tiles: Vec<_> = (0..8).map(common::normal).collect();
    tiles[5] = common::high(5);
    tiles[1] = common::high(1);
    let mut screen = Screen::of(common::board(StationMode::Live, tiles), Language::English);
    screen.dashboard.borrow_mut().set_options(near(Some(4)));
    screen.step();
    screen.says("page 1 of 2, Bed 1 – Bed 4");
    screen.says("page 2 of 2, Bed 5 – Bed 8, high priority Bed 6");
    screen.press(Key::Num2);
    screen.says("Bed 6, adult");
    screen.says("page 1 of 2, Bed 1 – Bed 4, high priority Bed 2");
    screen.press(Key::Num9);
    screen.says("Bed 6, adult");
    screen.press(Key::PageUp);
    screen.says("Bed 2, adult");
}

#[test]
fn a_bed_stands_at_its_place_of_its_page_whatever_happens_on_it() {
    let place = |view: BoardView| {
        let mut dashboard = Dashboard::new(Language::English);
        dashboard.set_options(near(Some(12)));
        dashboard.turn_ward(1);
        let painted = texts(&mut dashboard, &mut common::fixed(view), SCREENS[1]);
        let found = painted.iter().find(|one| one.text == "Bed 15").expect("the label");
        (found.ink.min.x.round(), found.ink.min.y.round())
    };
    let calm = place(normal(20));
    let mut view = normal(20);
    for (index, tile) in view.tiles.iter_mut().enumerate().filter(|(index, _)| index % 3 != 2) {
        *tile = common::high(index).into();
    }
    assert_eq!(place(view), calm);
    // More beds behind it: still there.
    assert_eq!(place(normal(36)), calm);
}
