//! What a screen reader finds, state by state. The same labels are what stands on the screen.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use egui::Key;
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use vigie_board::view::TileView;
use vigie_dashboard::{Dashboard, Notice, Place, Trend};
use vigie_model::StationMode;
use vigie_words::{Language, TextKey};

use crate::common::{Fixed, fixed, screen::Screen};

fn one(tile: TileView) -> Screen {
    Screen::of(crate::common::board(StationMode::Live, vec![tile]), Language::English)
}

#[test]
fn a_normal_bed_says_label_link_and_values_with_units() {
    let screen = one(crate::common::normal(0));
    screen.says("Bed 1, adult, live");
    screen.says("HR 76 per minute");
    screen.says("SpO2 97 percent");
    screen.says("ABP 114/62 (84) millimetres of mercury");
    screen.says("NIBP 118/73 (85) millimetres of mercury, measured 4 min ago");
    screen.says("T core 37.1 degrees Celsius");
    screen.says("ECG II, -1 to 1.5 mV, 500 Hz");
    screen.says("Secondary display. Do not rely on it for receipt of alarm signals.");
    screen.says("LIVE");
}

#[test]
fn a_late_value_says_so_and_is_no_alarm() {
    let screen = one(crate::common::late(0));
    screen.says("Bed 1, adult, late 4 s");
    screen.says("HR 76 per minute, late 4 s");
    screen.never_says("priority alarm");
}

#[test]
fn a_stale_value_says_its_age() {
    let screen = one(crate::common::stale(0));
    screen.says("SpO2 97 percent, stale 7 s");
    screen.says("Bed 1, adult, stale 7 s, low priority alarm: monitor is late: nothing heard");
}

#[test]
fn a_lost_value_is_not_said() {
    let screen = one(crate::common::lost(0));
    screen.says("SpO2 no data, lost 15 s");
    screen.says("medium priority alarm: connection lost: line closed");
    screen.never_says("SpO2 97");
    screen.never_says("HR 76");
}

#[test]
fn a_missing_number_says_why() {
    let screen = one(crate::common::invalid(0));
    screen.says("SpO2 no value");
    screen.says("ABP no value: calibrating");
    screen.says("RR imp no value: invalid");
    screen.says("low priority alarm: SpO2 SENSOR OFF");
}

#[test]
fn a_questionable_number_and_an_unknown_category_say_so() {
    let screen = one(crate::common::questionable(0));
    screen.says("SpO2 91 percent, questionable");
    screen.says("Bed 1, category ?, paced, live");
}

#[test]
fn every_alarm_of_a_bed_is_said_and_the_most_urgent_with_the_bed() {
    let screen = one(crate::common::high(0));
    screen.says("Bed 1, adult, live, high priority alarm: ***VTACH");
    screen.says("medium priority alarm: **HR 171>120");
    screen.says("low priority alarm: NBP CUFF LEAK");
    screen.says("high priority, 1 alarm");
}

#[test]
fn silenced_latched_and_not_confirmed_are_said() {
    one(crate::common::medium_silenced(0))
        .says("medium priority alarm: **SpO2 86<90, silenced at bedside");
    one(crate::common::latched(0)).says("high priority alarm: ***ASYSTOLE, latched");
    one(crate::common::not_confirmed(0))
        .says("high priority alarm: ***APNEA, not confirmed since 03:14:00");
}

#[test]
fn technical_alarms_are_counted_apart() {
    let screen = one(crate::common::technical(0));
    screen.says("low priority alarm: RESP LEADS OFF");
    screen.says("technical alarm, 1 alarm");
    screen.says("low priority, no alarm");
}

#[test]
fn a_mode_that_is_not_live_stands_on_every_tile() {
    for (mode, word) in [
        (StationMode::Replay, "REPLAY"),
        (StationMode::Simulation, "SIMULATION"),
        (StationMode::Drill, "DRILL"),
    ] {
        let screen = Screen::of(crate::common::ward(mode, 12), Language::English);
        for bed in 1..=12 {
            screen.says(&format!("Bed {bed}, {word}"));
        }
    }
}

#[test]
fn demonstration_standby_and_an_empty_bed_say_so() {
    one(crate::common::demo(0)).says("Bed 1, DEMO, adult, live");
    one(crate::common::standby(0)).says("Bed 1, standby, adult, live");
    let screen = one(crate::common::empty(0));
    screen.says("Bed 1, no device");
    screen.never_says("HR");
}

#[test]
fn french_has_its_terms_and_its_comma() {
    let screen = Screen::of(
        crate::common::board(StationMode::Replay, vec![crate::common::stale(0)]),
        Language::French,
    );
    screen.says("Bed 1, RELECTURE, adulte, périmée 7 s");
    screen.says("T centrale 37,1 degrés Celsius, valeur périmée 7 s");
    screen.says("Écran secondaire. Ne pas s'y fier pour recevoir les signaux d'alarme.");
}

#[test]
fn a_tile_holds_its_numbers() {
    let screen = Screen::of(crate::common::ward(StationMode::Live, 2), Language::English);
    let tile = screen.harness.get_by_label_contains("Bed 1, adult");
    let children: Vec<String> = tile
        .children()
        .flat_map(|child| child.children().chain([child]).collect::<Vec<_>>())
        .filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value()))
        .collect();
    assert!(children.iter().any(|said| said == "HR 76 per minute"), "{children:?}");
    assert!(!children.iter().any(|said| said.contains("VTACH")), "the other bed's: {children:?}");
}

#[test]
fn keys_choose_open_and_close_a_bed() {
    let mut screen = Screen::of(crate::common::ward(StationMode::Live, 4), Language::English);
    screen.press(Key::ArrowRight);
    screen.press(Key::ArrowRight);
    screen.press(Key::ArrowDown);
    screen.press(Key::ArrowLeft);
    screen.press(Key::Enter);
    // Two columns: first, second, below it the fourth, left of it the third.
    let third = Place::of(&crate::common::any(2));
    assert_eq!(screen.dashboard.borrow().opened(), Some(&third));
    screen.says("back");
    screen.press(Key::Escape);
    assert_eq!(screen.dashboard.borrow().opened(), None);
    screen.press(Key::Home);
    screen.press(Key::Enter);
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::any(0))));
}

#[test]
fn a_click_opens_a_bed_and_the_way_back_closes_it() {
    let mut screen = Screen::of(crate::common::ward(StationMode::Live, 4), Language::English);
    screen.harness.get_by_label_contains("Bed 2, adult").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::any(1))));
    screen.harness.get_by_label("back").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), None);
}

#[test]
fn the_language_key_walks_through_all_three() {
    let mut screen = one(crate::common::normal(0));
    for language in [Language::French, Language::Indonesian, Language::English] {
        screen.press(Key::L);
        assert_eq!(screen.dashboard.borrow().language(), language);
    }
}

#[test]
fn help_comes_and_goes_with_its_key() {
    let mut screen = one(crate::common::normal(0));
    screen.never_says("not a certified medical device");
    screen.harness.event(egui::Event::Text("?".to_owned()));
    screen.step();
    screen.says("not a certified medical device");
    screen.says("L: language");
    screen.press(Key::Escape);
    screen.never_says("not a certified medical device");
}

#[test]
fn notices_of_the_shell_are_said_until_they_are_taken_back() {
    let mut screen = one(crate::common::normal(0));
    let notice = Notice { since: Some(crate::common::WALL), ..Notice::of(TextKey::InputPaused) };
    screen.dashboard.borrow_mut().set_notices(vec![notice]);
    screen.step();
    screen.says("input paused 03:14:15");
    screen.dashboard.borrow_mut().set_notices(Vec::new());
    screen.step();
    screen.never_says("input paused");
}

#[test]
fn the_bed_view_lists_everything_and_in_private_nothing_that_names_a_person_or_a_device() {
    let mut tile = crate::common::without_scale(0);
    tile.alarms = crate::common::high(0).alarms;
    tile.patient = Some(vigie_model::Patient {
        family_name: Some(vigie_model::Text::from("Doe")),
        id: Some(vigie_model::Text::from("P-4711")),
        ..vigie_model::Patient::default()
    });
    let view = crate::common::board(StationMode::Replay, vec![tile]);
    let place = Place::of(&view.tiles[0]);
    let mut screen = Screen::of(view, Language::English);
    screen.dashboard.borrow_mut().open(Some(place));
    screen.step();
    screen.says("Bed 1, REPLAY, category ?, live");
    screen.says("medium priority alarm: **HR 171>120, 171, alarm limit 120, 03:13:33");
    screen.says("ECG II, no scale known, 500 Hz");
    screen.says("CO2, no scale known, 62.5 Hz");
    screen.says("QTc 412 ms");
    screen.says("ST V5");
    screen.says("Rhythm: Sinus Rhythm");
    screen.says("unknown data: 12 (attribute 0x0920)");
    screen.says("device: Philips, M8004A, B.00.45");
    screen.says("patient: Doe, ID P-4711");
    screen.press(Key::V);
    for hidden in ["DE0000", "00095c", "Doe", "P-4711"] {
        screen.never_says(hidden);
    }
}

#[test]
fn the_bed_view_says_since_when_nothing_comes() {
    let view = crate::common::board(StationMode::Live, vec![crate::common::lost(0)]);
    let place = Place::of(&view.tiles[0]);
    let mut screen = Screen::of(view, Language::English);
    screen.dashboard.borrow_mut().open(Some(place));
    screen.step();
    screen.says("line closed, no data since 03:14:00");
    screen.says("medium priority alarm: connection lost: line closed, 03:14:00");
}

#[test]
fn devices_without_a_bed_stand_in_the_tray_and_can_be_opened() {
    let mut view = crate::common::ward(StationMode::Live, 2);
    view.unassigned = crate::common::tray();
    let mut screen = Screen::of(view, Language::English);
    screen.says("unassigned devices: 2");
    screen.says("M8004A 2, adult, live, high priority alarm: ***VTACH");
    screen.harness.get_by_label_contains("Evita V800").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::tray()[1])));
}

#[test]
fn a_bed_that_goes_away_closes() {
    let source = fixed(crate::common::ward(StationMode::Live, 2));
    let mut screen = Screen::with(source, Language::English);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::normal(40))));
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), None);
    screen.says("Bed 1, adult");
}

#[test]
fn the_clock_and_ages_go_on_while_the_view_stands_still() {
    let mut source = fixed(crate::common::board(StationMode::Live, vec![crate::common::lost(0)]));
    source.now = crate::common::NOW + std::time::Duration::from_secs(60);
    let screen =
        Screen::with(Fixed { view: Arc::clone(&source.view), ..source }, Language::English);
    screen.says("Bed 1, adult, lost 1 min");
}

#[test]
fn a_stopped_station_covers_every_bed_and_says_since_when() {
    for opened in [false, true] {
        let mut view = crate::common::board(
            StationMode::Simulation,
            (0..8).map(crate::common::normal).collect(),
        );
        view.unassigned = vec![crate::common::tray()[0].clone()];
        let screen = Screen::of(view, Language::English);
        let mut screen = screen;
        if opened {
            screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::normal(2))));
        }
        screen.dashboard.borrow_mut().set_stopped(Some(crate::common::WALL));
        screen.step();
        let covered = screen.said();
        let covered = covered
            .iter()
            .filter(|line| line.contains("SIMULATION, STATION STOPPED since 03:14:15"));
        assert_eq!(covered.count(), if opened { 1 } else { 8 });
        screen.says("STATION STOPPED 03:14:15");
        for gone in ["HR 76", "SpO2 97", "live", "priority", "ECG II"] {
            screen.never_says(gone);
        }
        screen.dashboard.borrow_mut().set_stopped(None);
        screen.step();
        screen.says("SpO2 97");
        screen.never_says("STOPPED");
    }
}

#[test]
fn a_station_that_was_never_heard_is_waited_for() {
    let dashboard = Rc::new(RefCell::new(Dashboard::new(Language::French)));
    let painted = dashboard.clone();
    let mut harness = Harness::builder().with_size(egui::vec2(1280.0, 720.0)).build_ui(move |ui| {
        painted.borrow_mut().waiting_ui(ui, crate::common::WALL, crate::common::NOW);
    });
    harness.step();
    harness.step();
    let words = "en attente de la station. Écran secondaire.";
    assert!(harness.query_by_label_contains(words).is_some());
}

#[test]
fn a_notice_says_its_detail() {
    let mut screen = one(crate::common::normal(0));
    let dropped = Notice { detail: Some("12".into()), ..Notice::of(TextKey::DataDropped) };
    let written = Notice::of("the PC is not isolated".to_owned());
    screen.dashboard.borrow_mut().set_notices(vec![dropped, written]);
    screen.step();
    screen.says("data left out: 12");
    screen.says("the PC is not isolated");
}

/// The first bed, open, over a record that answers so.
fn open_bed(trend: fn(&vigie_model::MetricKey) -> Trend) -> Screen {
    let view = crate::common::board(StationMode::Live, vec![crate::common::normal(0)]);
    let mut screen = Screen::with(Fixed { trend, ..fixed(view) }, Language::English);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::normal(0))));
    screen.step();
    screen
}

#[test]
fn an_open_bed_says_the_last_hour_of_its_main_numbers() {
    let screen = open_bed(crate::common::hour);
    screen.says("HR, last hour: 60 to 97 per minute");
    screen.says("SpO2, last hour: 93 to 99 percent");
    screen.says("ABP mean, last hour: ");
}

#[test]
fn a_trend_that_is_not_there_says_why() {
    open_bed(|_| Trend::Loading).says("HR, last hour: loading");
    open_bed(|_| Trend::NoRecord).says("last hour: no record");
    open_bed(|_| Trend::Locked).says("last hour: record locked: a passphrase is needed");
    open_bed(|_| Trend::Unreadable).says("last hour: record cannot be read");
    let empty = |_: &vigie_model::MetricKey| {
        let span = (crate::common::WALL, crate::common::WALL);
        let unit = vigie_model::Unit::one();
        let step = std::time::Duration::from_secs(60);
        Trend::Of(Arc::new(vigie_dashboard::TrendView::new(span, step, &unit, None, &[])))
    };
    open_bed(empty).says("HR, last hour: no values");
    open_bed(|_| Trend::Off).never_says("last hour");
}

#[test]
fn the_ward_asks_for_no_trend() {
    let view = crate::common::board(StationMode::Live, vec![crate::common::normal(0)]);
    let asked = |_: &vigie_model::MetricKey| -> Trend { panic!("nobody sees it") };
    Screen::with(Fixed { trend: asked, ..fixed(view) }, Language::English).says("HR 76");
}

#[test]
fn copies_are_asked_for_by_a_button_for_each_place() {
    let mut screen = one(crate::common::normal(0));
    screen.press(Key::C);
    screen.never_says("Copies of the record");
    screen.dashboard.borrow_mut().set_record(Some(crate::common::note(false)));
    screen.step();
    screen.says("record: copied 02:58:11, 12 days left");
    screen.press(Key::C);
    screen.says("Copies of the record. record: recording. 12 days left. last good copy: 02:58:11");
    screen.harness.get_by_label("copy now to /mnt/second-disk/copies").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow_mut().poll_copy(), Some(1));
    assert_eq!(screen.dashboard.borrow_mut().poll_copy(), None, "once");
    // One at a time.
    screen.dashboard.borrow_mut().set_record(Some(crate::common::note(true)));
    screen.step();
    screen.harness.get_by_label("copy now to /media/stick").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow_mut().poll_copy(), None);
    screen.press(Key::Escape);
    screen.never_says("Copies of the record");
    // The line itself opens it too.
    screen.harness.get_by_label_contains("record: copying 42 %").click();
    screen.step();
    screen.says("Copies of the record");
}

#[test]
fn without_a_place_the_panel_says_how_to_name_one() {
    let mut screen = one(crate::common::normal(0));
    let note = vigie_dashboard::RecordNote { places: Vec::new(), ..crate::common::note(false) };
    screen.dashboard.borrow_mut().set_record(Some(note));
    screen.press(Key::C);
    screen.says("no place for copies is set");
}

#[test]
fn a_stopped_station_has_no_record_to_speak_of() {
    let mut screen = one(crate::common::normal(0));
    screen.dashboard.borrow_mut().set_record(Some(crate::common::note(false)));
    screen.dashboard.borrow_mut().set_stopped(Some(crate::common::WALL));
    screen.step();
    screen.never_says("record: copied");
    screen.press(Key::C);
    screen.never_says("Copies of the record");
}

#[test]
fn after_a_restart_a_bed_shows_no_value_and_alarms_that_are_not_confirmed() {
    let mut screen = one(crate::common::restarted(0));
    let alarm = "high priority alarm: ***VTACH, not confirmed since 03:09:03";
    screen.says(alarm);
    screen.says("nothing heard yet");
    screen.never_says("SpO2 97");
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::restarted(0))));
    screen.step();
    screen.says(alarm);
    screen.never_says("SpO2 97");
}
