//! The attention column, the strip, answers and initials: what a screen reader finds, and what is asked
//! of the board.

use std::{sync::Arc, time::Duration};

use egui::{Key, Modifiers, pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use vigie_board::{
    Command,
    view::{AnswerState, BoardView, ConditionNo, TileView},
};
use vigie_dashboard::{Place, Request, Theme, ViewOptions};
use vigie_model::{AnswerKind, BedId, MonoTime, StandbyReason, StationMode, Text};
use vigie_words::Language;

use crate::common::{Changing, screen::Screen};

fn board(tiles: Vec<TileView>) -> BoardView {
    crate::common::listed(crate::common::board(StationMode::Live, tiles))
}

fn one(tile: TileView) -> Screen {
    Screen::of(board(vec![tile]), Language::English)
}

/// The labels of the rows, from the top.
fn rows(screen: &Screen) -> Vec<String> {
    let list = screen.harness.get_by_label("attention");
    let mut rows: Vec<(f64, String)> = list
        .children()
        .flat_map(|child| child.children().chain([child]).collect::<Vec<_>>())
        .filter_map(|node| {
            let node = node.accesskit_node();
            let label = node.label()?;
            let top = node.raw_bounds()?.y0;
            label.contains("priority alarm").then_some((top, label))
        })
        .collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, label)| label).collect()
}

fn requests(screen: &Screen) -> Vec<Request> {
    let mut dashboard = screen.dashboard.borrow_mut();
    std::iter::from_fn(|| dashboard.poll_request()).collect()
}

fn commands(screen: &Screen) -> Vec<Command> {
    requests(screen).into_iter().map(|request| request.command).collect()
}

fn with_initials(screen: &Screen) {
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
}

#[test]
fn a_calm_ward_says_so_and_when_that_was_confirmed() {
    let screen = one(crate::common::normal(0));
    screen.says("no alarms, as of 03:14:15");
    screen.never_says("not known");
    let screen = Screen::of(
        board(vec![crate::common::normal(0), crate::common::standby(1), crate::common::empty(2)]),
        Language::English,
    );
    // An empty bed has no alarms to know; a monitor that does not tell has.
    screen.says("alarms of 1 bed not known");
}

#[test]
fn rows_say_bed_alarm_value_limit_state_and_age() {
    let screen = one(crate::common::high(0));
    assert_eq!(
        rows(&screen),
        [
            "Bed 1, high priority alarm: ***VTACH, unanswered, 42 s",
            "Bed 1, medium priority alarm: **HR 171>120, 171, alarm limit 120, unanswered, 42 s",
            "Bed 1, low priority alarm: NBP CUFF LEAK, unanswered, 42 s",
        ]
    );
    screen.says("unanswered: 3");
}

#[test]
fn every_state_stands_in_the_list_on_the_tile_and_in_the_open_bed() {
    let not_confirmed = "***APNEA, not confirmed since 03:14:00";
    let states: [(TileView, &str, &str); 8] = [
        (crate::common::latched(0), "***ASYSTOLE, latched, 10 min", "***ASYSTOLE, latched"),
        (
            crate::common::acknowledged(0),
            "***DESAT 78<80, acknowledged by AB",
            "acknowledged by AB",
        ),
        (crate::common::acknowledged(0), "**RR 34>30, AB is going", "AB is going"),
        (
            crate::common::medium_silenced(0),
            "**SpO2 86<90, unanswered, silenced at bedside",
            "**SpO2 86<90, silenced at bedside",
        ),
        (
            crate::common::not_confirmed(0),
            "***APNEA, unanswered, not confirmed since 03:14:00",
            not_confirmed,
        ),
        (
            crate::common::restored(0),
            "***VTACH, unanswered, restored at 03:12",
            "restored at 03:12",
        ),
        (
            crate::common::technical(0),
            "low priority alarm: RESP LEADS OFF, unanswered",
            "low priority alarm: RESP LEADS OFF",
        ),
        (
            crate::common::stale(0),
            "low priority alarm: monitor is late: nothing heard, unanswered",
            "monitor is late: nothing heard",
        ),
    ];
    for (tile, row, on_tile) in states {
        let mut screen = one(tile);
        assert!(rows(&screen).iter().any(|said| said.contains(row)), "{row}: {:#?}", rows(&screen));
        screen.says(on_tile);
        screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::normal(0))));
        screen.step();
        screen.says(on_tile);
    }
}

#[test]
fn what_the_station_keeps_stays_on_the_tile_although_the_device_lists_it_no_more() {
    let mut view = board(vec![crate::common::latched(0), crate::common::normal(1)]);
    view.attention[0].answer.state = AnswerState::Latched;
    let tile = Arc::make_mut(&mut view.tiles[0]);
    tile.alarms.list.clear();
    let screen = Screen::of(view, Language::English);
    screen.says("Bed 1, adult, live, high priority alarm: ***ASYSTOLE, latched");
}

#[test]
fn standby_says_why_since_when_and_by_whom() {
    let words = "in theatre, since 02:05:55, AB";
    for count in [8, 32] {
        let screen =
            Screen::of(crate::common::alarms_ward(StationMode::Live, count), Language::English);
        screen.says("Bed 7, standby, category ?, lost 1 h 06 min");
        screen.says(words);
    }
}

#[test]
fn a_lost_switch_is_one_alarm_and_a_mark_on_each_bed() {
    for count in [8, 32] {
        let mut screen = Screen::of(crate::common::switch_lost(count), Language::English);
        // From here all 32 go on one page.
        let near = ViewOptions { viewing_distance_mm: 800, ..ViewOptions::default() };
        screen.dashboard.borrow_mut().set_options(near);
        screen.step();
        let text = "switch ICU 2: everything behind it is silent";
        let row = format!("high priority alarm: {text}, {} beds, unanswered, 20 s", count / 2);
        assert_eq!(rows(&screen), [row]);
        let marks = screen.said();
        let marks = marks
            .iter()
            .filter(|said| said.starts_with("Bed ") && said.ends_with("switch ICU 2 lost"));
        assert_eq!(marks.count(), count / 2, "{count}");
        screen.never_says("connection lost");
    }
}

#[test]
fn a_pause_counts_down_and_sound_that_is_off_says_since_when() {
    let mut view = board(vec![crate::common::normal(0)]);
    view.sound = crate::common::paused();
    let source = Changing::of(view);
    let mut screen = Screen::with(source.clone(), Language::English);
    screen.says("audio paused 1:43, AB");
    source.now.set(crate::common::NOW + Duration::from_secs(60));
    screen.step();
    screen.says("audio paused 0:43, AB");
    screen.says("audio on");
    source.view.borrow_mut().sound = crate::common::off();
    screen.step();
    screen.says("audio off since 03:09:15, AB");
}

#[test]
fn what_nobody_answers_stands_in_large_letters() {
    let screen = one(crate::common::escalated(0));
    screen.says("Bed 1, high priority alarm: ***VTACH, unanswered for 1 min");
    one(crate::common::high(0)).never_says("unanswered for");
}

#[test]
fn what_stood_before_the_pc_started_is_as_old_as_its_date_says() {
    let mut view = board(vec![crate::common::high(0)]);
    for row in &mut view.attention {
        // The clock that measures began with the PC.
        row.since = (MonoTime::START, crate::common::WALL.before(Duration::from_secs(3 * 3_600)));
    }
    let screen = Screen::of(view, Language::English);
    let told = rows(&screen);
    assert!(told.iter().any(|row| row.contains("3 h")), "{told:?}");
}

#[test]
fn every_state_can_be_read_at_8_and_32_beds_in_every_palette() {
    for count in [8, 32] {
        for theme in Theme::all() {
            let screen =
                Screen::of(crate::common::alarms_ward(StationMode::Live, count), Language::English);
            screen.dashboard.borrow_mut().set_theme(theme);
            let mut screen = screen;
            screen.step();
            for words in [
                "Bed 2, adult, live, high priority alarm: ***VTACH",
                "Bed 3, adult, live, high priority alarm: ***DESAT 78<80, acknowledged by AB",
                "Bed 4, adult, live, medium priority alarm: **SpO2 86<90, silenced at bedside",
                "Bed 5, adult, live, high priority alarm: ***ASYSTOLE, latched",
                "Bed 6, adult, lost 15 s, high priority alarm: ***APNEA, not confirmed since",
                "Bed 7, standby",
                "Bed 8, adult, live, low priority alarm: RESP LEADS OFF",
            ] {
                screen.says(words);
            }
            assert_eq!(screen.dashboard.borrow().theme(), theme);
        }
    }
}

#[test]
fn one_key_opens_the_most_urgent_bed_and_one_goes_back() {
    let view =
        board(vec![crate::common::normal(0), crate::common::medium(1), crate::common::high(2)]);
    let mut screen = Screen::of(view, Language::English);
    screen.press(Key::U);
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::high(2))));
    screen.press(Key::Escape);
    assert_eq!(screen.dashboard.borrow().opened(), None);
    screen.harness.get_by_label("most urgent bed").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::high(2))));
}

#[test]
fn a_row_opens_its_bed() {
    let view =
        board(vec![crate::common::normal(0), crate::common::medium(1), crate::common::high(2)]);
    let mut screen = Screen::of(view, Language::English);
    screen.harness.get_by_label_contains("Bed 2, medium priority alarm").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().opened(), Some(&Place::of(&crate::common::medium(1))));
}

#[test]
fn acknowledging_means_the_open_bed_or_the_chosen_row() {
    let view = board(vec![crate::common::high(0), crate::common::medium(1)]);
    let of = |bed: &str| -> Vec<ConditionNo> {
        let rows = view.attention.iter();
        let rows = rows.filter(|row| row.bed == Some(BedId(Text::from(bed))));
        rows.map(|row| row.answer.no).collect()
    };
    let (first, second) = (of("b0"), of("b1"));
    let mut screen = Screen::of(view.clone(), Language::English);
    with_initials(&screen);
    // Nothing is chosen: nothing is asked, and it says why.
    screen.press(Key::A);
    assert_eq!(commands(&screen), []);
    screen.step();
    screen.says("open a bed or choose an alarm first");
    // The open bed: all of it.
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::high(0))));
    screen.step();
    screen.press(Key::A);
    let alarms = first.clone();
    let acknowledged = Command::Answer { alarms, how: AnswerKind::Acknowledged };
    assert_eq!(requests(&screen), [Request { by: Text::from("AB"), command: acknowledged }]);
    screen.press(Key::G);
    assert_eq!(commands(&screen), [Command::Answer { alarms: first, how: AnswerKind::Going }]);
    screen.press(Key::Escape);
    // The chosen row alone: the first, then the next one down.
    screen.press(Key::F);
    screen.press(Key::ArrowDown);
    screen.press(Key::A);
    let alarms = vec![view.attention[1].answer.no];
    assert_eq!(commands(&screen), [Command::Answer { alarms, how: AnswerKind::Acknowledged }]);
    assert_eq!(screen.dashboard.borrow().opened(), None);
    // Enter opens its bed; from there on answers go to the bed.
    screen.press(Key::Enter);
    assert!(screen.dashboard.borrow().opened().is_some());
    let opened = view.attention[1].bed.clone();
    screen.press(Key::A);
    let all = if opened == Some(BedId(Text::from("b0"))) { of("b0") } else { second };
    assert_eq!(commands(&screen), [Command::Answer { alarms: all, how: AnswerKind::Acknowledged }]);
}

#[test]
fn nobody_answers_what_was_not_on_the_screen_when_the_key_was_pressed() {
    let source = Changing::of(board(vec![crate::common::medium(0)]));
    let mut screen = Screen::with(source.clone(), Language::English);
    with_initials(&screen);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::medium(0))));
    screen.step();
    let seen = source.view.borrow().attention[0].answer.no;
    let mut worse = source.view.borrow().clone();
    let mut row = worse.attention[0].clone();
    row.answer.no = ConditionNo(99);
    row.priority = vigie_model::Priority::High;
    worse.attention.insert(0, row);
    *source.view.borrow_mut() = worse;
    screen.harness.key_press(Key::A);
    screen.harness.step();
    let acknowledged = Command::Answer { alarms: vec![seen], how: AnswerKind::Acknowledged };
    assert_eq!(commands(&screen), [acknowledged]);
    screen.step();
    screen.press(Key::A);
    let both =
        Command::Answer { alarms: vec![ConditionNo(99), seen], how: AnswerKind::Acknowledged };
    assert_eq!(commands(&screen), [both]);
}

#[test]
fn initials_are_asked_for_once_in_a_field_that_covers_nothing() {
    let mut screen = one(crate::common::high(0));
    screen.press(Key::P);
    assert_eq!(requests(&screen), []);
    screen.says("high priority alarm: ***VTACH");
    assert!(screen.harness.query_by_label("initials").is_some());
    // Letters are letters now: none of them is a command.
    for letter in ["P", "G"] {
        screen.harness.event(egui::Event::Text(letter.to_owned()));
        screen.step();
    }
    screen.press(Key::Enter);
    let by = Text::from("PG");
    assert_eq!(requests(&screen), [Request { by: by.clone(), command: Command::PauseAudio }]);
    screen.step();
    screen.says("initials: PG");
    screen.press(Key::P);
    assert_eq!(requests(&screen), [Request { by, command: Command::PauseAudio }]);
    // Somebody else sits down.
    screen.press(Key::I);
    screen.press(Key::Escape);
    assert_eq!(screen.dashboard.borrow().initials(), Some(&Text::from("PG")));
    assert_eq!(screen.dashboard.borrow().opened(), None);
}

#[test]
fn what_waits_for_initials_is_dropped_with_the_field() {
    let mut screen = one(crate::common::high(0));
    screen.press(Key::P);
    screen.press(Key::Escape);
    screen.harness.get_by_label("initials").click();
    screen.step();
    screen.step();
    screen.harness.event(egui::Event::Text("X".to_owned()));
    screen.step();
    screen.press(Key::Enter);
    assert_eq!(requests(&screen), []);
    assert_eq!(screen.dashboard.borrow().initials(), Some(&Text::from("X")));
}

#[test]
fn sound_comes_back_with_the_same_key_and_is_turned_off_only_where_policy_allows() {
    let mut view = board(vec![crate::common::normal(0)]);
    view.sound = crate::common::paused();
    let mut screen = Screen::of(view, Language::English);
    with_initials(&screen);
    screen.press(Key::P);
    assert_eq!(commands(&screen), [Command::AudioOn]);
    let mut screen = one(crate::common::normal(0));
    with_initials(&screen);
    assert!(screen.harness.query_by_label("audio off").is_none());
    let options = ViewOptions { may_turn_audio_off: true, ..ViewOptions::default() };
    screen.dashboard.borrow_mut().set_options(options);
    screen.step();
    screen.harness.get_by_label("audio off").click();
    screen.step();
    assert_eq!(commands(&screen), [Command::AudioOff]);
}

#[test]
fn alarms_that_are_over_are_reset_and_no_others() {
    let mut tile = crate::common::high(0);
    tile.alarms.list.extend(crate::common::latched(0).alarms.list);
    let view = board(vec![tile]);
    let latched = view.attention.iter().find(|row| row.answer.state == AnswerState::Latched);
    let latched = latched.map(|row| row.answer.no).unwrap();
    let mut screen = Screen::of(view, Language::English);
    with_initials(&screen);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::high(0))));
    screen.step();
    screen.press(Key::R);
    assert_eq!(commands(&screen), [Command::Reset { alarms: vec![latched] }]);
}

#[test]
fn standby_is_asked_for_with_its_reason_and_ended_with_a_button() {
    let mut screen = one(crate::common::normal(0));
    with_initials(&screen);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::normal(0))));
    screen.step();
    screen.harness.get_by_label("standby").click();
    screen.step();
    screen.harness.get_by_label("away").click();
    screen.step();
    let bed = BedId(Text::from("b0"));
    let why = StandbyReason::Away;
    assert_eq!(commands(&screen), [Command::Standby { bed: bed.clone(), why }]);
    let mut screen = one(crate::common::away(0));
    with_initials(&screen);
    screen.dashboard.borrow_mut().open(Some(Place::of(&crate::common::away(0))));
    screen.step();
    screen.harness.get_by_label("end standby").click();
    screen.step();
    assert_eq!(commands(&screen), [Command::EndStandby { bed }]);
}

#[test]
fn rows_hold_still_under_the_pointer_and_new_ones_are_marked() {
    let source = Changing::of(board(vec![crate::common::medium(0), crate::common::normal(1)]));
    let mut screen = Screen::with(source.clone(), Language::English);
    let place =
        screen.harness.get_by_label_contains("Bed 1, medium priority alarm").rect().center();
    screen.harness.hover_at(place);
    screen.step();
    *source.view.borrow_mut() = board(vec![crate::common::medium(0), crate::common::high(1)]);
    screen.step();
    let now = rows(&screen);
    assert!(now[0].starts_with("Bed 1, medium"), "{now:#?}");
    assert!(now[1..].iter().all(|row| row.ends_with("new")), "{now:#?}");
    screen.says("3 new");
    screen.harness.hover_at(pos2(200.0, 400.0));
    screen.step();
    assert!(rows(&screen)[0].starts_with("Bed 2, high"), "{:#?}", rows(&screen));
    screen.never_says("3 new");
}

#[test]
fn rows_hold_still_while_one_is_chosen_with_the_keyboard() {
    let source = Changing::of(board(vec![crate::common::medium(0), crate::common::normal(1)]));
    let mut screen = Screen::with(source.clone(), Language::English);
    screen.press(Key::F);
    *source.view.borrow_mut() = board(vec![crate::common::medium(0), crate::common::high(1)]);
    screen.step();
    assert!(rows(&screen)[0].starts_with("Bed 1, medium"), "{:#?}", rows(&screen));
    screen.says("3 new");
}

#[test]
fn tiles_never_move_when_the_list_fills() {
    let places = |screen: &Screen| -> Vec<egui::Rect> {
        (1..=8)
            .map(|bed| screen.harness.get_by_label_contains(&format!("Bed {bed}, adult")).rect())
            .collect()
    };
    let calm = board((0..8).map(crate::common::normal).collect());
    let source = Changing::of(calm);
    let mut screen = Screen::with(source.clone(), Language::English);
    let before = places(&screen);
    let mut storm = board((0..8).map(crate::common::escalated).collect());
    storm.sound = crate::common::paused();
    *source.view.borrow_mut() = storm;
    screen.step();
    assert_eq!(places(&screen), before);
}

#[test]
fn a_storm_makes_only_the_rows_that_are_seen_and_the_wheel_reaches_the_rest() {
    let mut screen =
        Screen::of(board((0..64).map(crate::common::high).collect()), Language::English);
    let first = rows(&screen);
    assert!((4..20).contains(&first.len()), "{}", first.len());
    screen.says("more");
    let place = screen.harness.get_by_label("attention").rect().center();
    screen.harness.hover_at(place);
    screen.step();
    for _ in 0..30 {
        screen.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -900.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        screen.step();
    }
    let last = rows(&screen);
    assert_eq!(last.len(), first.len());
    assert!(last.iter().all(|row| row.contains("low priority")), "{last:#?}");
}

#[test]
fn the_colour_key_turns_day_and_night() {
    let mut screen = one(crate::common::normal(0));
    for theme in [Theme::NIGHT, Theme::DAY] {
        screen.press(Key::T);
        assert_eq!(screen.dashboard.borrow().theme(), theme);
    }
}

#[test]
fn too_small_a_layout_is_refused_with_the_reason_and_pages_are_turned_with_keys() {
    let view = board((0..32).map(crate::common::normal).collect());
    let mut screen = Screen::of(view, Language::English);
    let far = ViewOptions { viewing_distance_mm: 2_500, ..ViewOptions::default() };
    screen.dashboard.borrow_mut().set_options(far);
    screen.step();
    screen.says("32 beds on one page: digits ");
    screen.says("mm are needed at 2.5 m");
    screen.says("Bed 1, adult");
    screen.never_says("Bed 32, adult");
    screen.says("page 1 of ");
    for _ in 0..32 {
        screen.press(Key::PageDown);
    }
    screen.says("Bed 32, adult");
    screen.never_says("Bed 1, adult");
    screen.press(Key::Home);
    screen.says("Bed 1, adult");
}

#[test]
fn help_names_the_keys() {
    let mut screen = one(crate::common::normal(0));
    screen.harness.event(egui::Event::Text("?".to_owned()));
    screen.step();
    for line in
        ["U: most urgent bed", "A: acknowledge", "G: I am going", "P: pause audio", "T: colours"]
    {
        screen.says(line);
    }
}

#[test]
fn a_number_says_what_was_made_of_its_alarm() {
    for (maker, said) in [
        (
            crate::common::high as fn(usize) -> TileView,
            "HR 171 per minute, high priority, unanswered",
        ),
        (crate::common::acknowledged, "SpO2 78 percent, high priority, answered here"),
        (crate::common::medium_silenced, "SpO2 86 percent, medium priority, silenced at bedside"),
        (crate::common::latched, "per minute, high priority, latched"),
    ] {
        let view = crate::common::listed(crate::common::board(StationMode::Live, vec![maker(0)]));
        Screen::of(view, Language::English).says(said);
    }
}
