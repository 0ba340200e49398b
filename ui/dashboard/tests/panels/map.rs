//! The bed map: found, opened, drawn, saved.

use egui::{Event, Key, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use vigie_board::view::BoardView;
use vigie_config::{BedPlace, Draft};
use vigie_dashboard::{
    Dashboard, Page, PersonSeen, Place,
    setup::{FileSeen, SetupNews, SetupOptions, SetupWish},
};
use vigie_model::{Role, StationMode, Text};
use vigie_ui_kit::tokens::Theme;
use vigie_words::Language;

use crate::{
    common::{self, screen::Screen},
    overlap::{check, texts},
};

fn ward(beds: usize) -> BoardView {
    let mut tiles: Vec<_> = (0..beds).map(common::normal).collect();
    if let Some(tile) = tiles.get_mut(2) {
        *tile = common::high(2);
    }
    common::board(StationMode::Live, tiles)
}

fn typed(screen: &mut Screen, what: &str) {
    screen.harness.event(Event::Text(what.to_owned()));
    screen.step();
}

#[test]
fn a_patient_is_found_by_the_label_and_enter_opens_the_bed() {
    let mut screen = Screen::of(ward(8), Language::English);
    typed(&mut screen, "/");
    assert_eq!(screen.dashboard.borrow().page(), Page::Map);
    typed(&mut screen, "bed 5");
    screen.press(Key::Enter);
    let view = ward(8);
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&view.tiles[4])));
    typed(&mut screen, "/");
    typed(&mut screen, "nobody");
    screen.says("nobody is found");
}

#[test]
fn who_is_found_is_framed_and_nobody_else() {
    let mut screen = Screen::of(ward(8), Language::English);
    let framed = |screen: &Screen| -> Vec<egui::Rect> {
        let shapes = screen.harness.output().shapes.iter().map(|clipped| &clipped.shape);
        let frames = shapes.filter_map(|shape| {
            let egui::Shape::Rect(frame) = shape else { return None };
            Some(frame)
        });
        let focus = Theme::DAY.palette().focus;
        let is_around = |frame: &&egui::epaint::RectShape| {
            frame.stroke.color == focus && frame.stroke_kind == egui::StrokeKind::Outside
        };
        frames.filter(is_around).map(|frame| frame.rect).collect()
    };
    typed(&mut screen, "/");
    assert_eq!(framed(&screen), []);
    typed(&mut screen, "bed 3");
    let third = screen.harness.get_by(|node| {
        node.label().is_some_and(|label| label.starts_with("Bed 3,"))
            && node.role() == egui::accesskit::Role::Button
    });
    assert_eq!(framed(&screen), [third.rect()]);
}

#[test]
fn m_shows_the_map_with_every_bed_and_its_worst_alarm() {
    let mut screen = Screen::of(ward(8), Language::English);
    screen.press(Key::M);
    screen.says("bed map");
    screen.says("Bed 8, adult");
    let third = screen.said().into_iter().find(|line| line.starts_with("Bed 3,"));
    assert!(third.is_some_and(|line| line.contains("high priority")), "{:#?}", screen.said());
    screen.never_says("Edit");
    screen.press(Key::M);
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
}

#[test]
fn beds_lie_where_the_station_says_for_who_may_not_read_the_file() {
    let view = ward(4);
    let beds = view.tiles.iter().filter_map(|tile| tile.bed.clone());
    let drawn = beds.zip([(4, 1), (3, 1), (2, 1), (1, 1)]);
    let places = drawn.map(|(bed, (column, row))| (bed, BedPlace { column, row })).collect();
    let mut screen = Screen::of(view.clone(), Language::English);
    {
        // Somebody has a PIN, and nobody has come in: no file is told.
        let mut dashboard = screen.dashboard.borrow_mut();
        let initials = Text::from("AB");
        dashboard.set_people(vec![PersonSeen { initials, role: Role::Configure }], None);
        dashboard.set_setup(SetupOptions { is_first: false, check: |_| Vec::new() });
        dashboard.set_places(&places);
    }
    screen.press(Key::M);
    let left_of = |screen: &Screen, bed: &str| {
        let starts = |node: &egui_kittest::Node<'_>| {
            node.accesskit_node().label().is_some_and(|label| label.starts_with(bed))
        };
        let found = screen.harness.get_all_by_role(egui::accesskit::Role::Button).find(starts);
        found.expect("a bed of the map").rect().left()
    };
    let lefts = ["Bed 4,", "Bed 3,", "Bed 2,", "Bed 1,"].map(|bed| left_of(&screen, bed));
    assert!(lefts.is_sorted_by(|one, next| one < next), "{lefts:?}");
    screen.never_says("Edit");
    // The file as it was read here once says nothing of places: it hides none that the station knows.
    {
        let mut dashboard = screen.dashboard.borrow_mut();
        let path = "vigie.toml".to_owned();
        let seen = FileSeen { path, text: file(&view), is_there: true, is_writable: true };
        dashboard.tell_setup(SetupNews::File(seen));
    }
    screen.step();
    let lefts = ["Bed 4,", "Bed 3,", "Bed 2,", "Bed 1,"].map(|bed| left_of(&screen, bed));
    assert!(lefts.is_sorted_by(|one, next| one < next), "{lefts:?}");
}

/// A file with the beds of a view.
fn file(view: &BoardView) -> String {
    let beds = view.tiles.iter().filter_map(|tile| {
        Some(format!("[[bed]]\nid = \"{}\"\nlabel = \"{}\"\n", tile.bed.as_ref()?.0, tile.label))
    });
    beds.collect()
}

#[test]
fn a_bed_is_moved_with_the_arrow_keys_undone_and_saved() {
    let view = ward(8);
    let text = file(&view);
    assert!(text.contains("[[bed]]"), "the beds of the view have ids");
    let mut screen = Screen::of(ward(8), Language::English);
    {
        let mut dashboard = screen.dashboard.borrow_mut();
        dashboard.set_setup(SetupOptions { is_first: false, check: |_| Vec::new() });
        let path = "vigie.toml".to_owned();
        let seen = FileSeen { path, text: text.clone(), is_there: true, is_writable: true };
        dashboard.tell_setup(SetupNews::File(seen));
        while dashboard.poll_setup().is_some() {}
    }
    screen.press(Key::M);
    screen.click("Edit");
    screen.click_starting("Bed 1,");
    screen.press(Key::ArrowRight);
    screen.click("Undo");
    screen.click_starting("Bed 1,");
    screen.press(Key::ArrowDown);
    screen.click("Done");
    let wish = screen.dashboard.borrow_mut().poll_setup();
    let Some(SetupWish::Save { text: saved, base }) = wish else { panic!("{wish:?}") };
    assert_eq!(base, text);
    let draft = Draft::read(&saved).expect("it reads");
    let place = |nth: usize| {
        let number =
            |key: &str| draft.get(&format!("bed.{nth}.{key}")).and_then(|at| at.as_number());
        (number("column").expect("drawn"), number("row").expect("drawn"))
    };
    let BedPlace { column, row } = BedPlace { column: 1, row: 2 };
    assert_eq!(place(0), (i64::from(column), i64::from(row)));
    assert_eq!(place(4), (1, 1), "the bed that lay there comes here");
    assert_eq!(place(1), (2, 1), "the first move was undone");
}

#[test]
fn no_text_of_the_map_is_clipped_or_overlaps() {
    for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
        for (beds, language) in [
            (1, Language::English),
            (8, Language::French),
            (32, Language::Indonesian),
            (64, Language::French),
        ] {
            let mut dashboard = Dashboard::new(language);
            let mut source = common::fixed(common::ward(StationMode::Simulation, beds));
            dashboard.show_map(true);
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("map of {beds}, {size}, {language:?}"));
        }
    }
}
