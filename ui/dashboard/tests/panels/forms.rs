//! The forms of the bed view and the alarm log: what a screen reader finds, and what is asked of the
//! board.

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use vigie_board::{Command, view::TileView};
use vigie_dashboard::{Log, LogPage, Place};
use vigie_model::{
    Acvpu, BedId, Decimal, Effort, Entered, OxygenFlow, Refill, Spo2Scale, StationMode, Text,
    WatchLimit,
};
use vigie_words::Language;

use crate::common::{Fixed, assessed, fixed, screen::Screen};

/// A bed that is open, with initials.
fn opened(tile: TileView) -> Screen {
    opened_in(tile, Language::English)
}

fn opened_in(tile: TileView, language: Language) -> Screen {
    let place = Place::of(&tile);
    let view = crate::common::listed(crate::common::board(StationMode::Live, vec![tile]));
    let mut screen = Screen::with(Fixed { log: assessed::log, ..fixed(view) }, language);
    screen.dashboard.borrow_mut().open(Some(place));
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    screen.step();
    screen
}

fn click(screen: &mut Screen, label: &str) {
    screen.harness.get_by_label(label).click();
    screen.step();
}

fn commands(screen: &Screen) -> Vec<Command> {
    let mut dashboard = screen.dashboard.borrow_mut();
    std::iter::from_fn(|| dashboard.poll_request()).map(|request| request.command).collect()
}

fn bed() -> BedId {
    BedId(Text::from("b0"))
}

const SCORES: &str = "scores: NEWS2 5, medium";

#[test]
fn a_score_says_sum_band_parts_points_ages_and_that_it_is_no_alarm() {
    let mut screen = opened(assessed::scored(0));
    screen.says(SCORES);
    screen.never_says("a score is not an alarm");
    click(&mut screen, SCORES);
    for line in [
        "a score is not an alarm",
        "NEWS2 5, medium",
        "RR 22, points: 2, 0 s",
        "SpO2 94, points: 1, 0 s",
        "oxygen oxygen given, points: 2, 1 h 04 min, old",
        "consciousness alert, points: 0, 24 min",
        "Temp 37.1, points: 0, 0 s",
        "qSOFA 1, low",
        "totals of the last 24 hours: 6, 6, 6, 6",
        "oxygen: oxygen given, AB, 02:10:15, 1 h 04 min ago",
        "SpO2 scale: scale 1, EF, 20/11 22:14, 5 h 00 min ago",
    ] {
        screen.says(line);
    }
    // The alarms stay: the form stands in the place of the waves.
    screen.says("no alarm from the bedside");
    click(&mut screen, SCORES);
    screen.never_says("a score is not an alarm");
}

#[test]
fn a_score_of_which_parts_are_missing_says_so() {
    let mut screen = opened(assessed::not_entered(0));
    click(&mut screen, "scores: NEWS2 incomplete 5/7, at least 3");
    screen.says("oxygen ---, points: missing");
    screen.says("consciousness: not entered");
    screen.never_says("qSOFA");
    let mut screen = opened(crate::common::normal(0));
    click(&mut screen, "scores");
    screen.says("no score: the category is not known, or the unit has none for it");
}

#[test]
fn what_people_enter_is_asked_of_the_board() {
    let mut screen = opened(assessed::not_entered(0));
    click(&mut screen, "scores: NEWS2 incomplete 5/7, at least 3");
    for (label, what) in [
        ("oxygen: air", Entered::Oxygen(false)),
        ("oxygen: oxygen given", Entered::Oxygen(true)),
        ("consciousness: alert", Entered::Consciousness(Acvpu::Alert)),
        ("consciousness: new confusion", Entered::Consciousness(Acvpu::Confusion)),
        ("consciousness: voice", Entered::Consciousness(Acvpu::Voice)),
        ("consciousness: pain", Entered::Consciousness(Acvpu::Pain)),
        ("consciousness: unresponsive", Entered::Consciousness(Acvpu::Unresponsive)),
        ("SpO2 scale: scale 1", Entered::Spo2Scale(Spo2Scale::One)),
        ("SpO2 scale: scale 2, prescribed", Entered::Spo2Scale(Spo2Scale::Two)),
    ] {
        click(&mut screen, label);
        assert_eq!(commands(&screen), [Command::Enter { bed: bed(), what }], "{label}");
        // It is shown as entered when the view says so, and not before.
        screen.says("consciousness: not entered");
    }
}

#[test]
fn a_child_is_asked_for_what_pews_wants() {
    let mut screen = opened(assessed::pews(0));
    click(&mut screen, "scores: PEWS incomplete 6/7, at least 8");
    for line in [
        "capillary refill 3 s or more, points: 4, 1 h 04 min, old",
        "oxygen under 4 L/min and 50 %, points: 2, 12 min",
        "work of breathing ---, points: missing",
        "capillary refill: 3 s or more, CD, 02:10:15, 1 h 04 min ago",
        "oxygen: under 4 L/min and 50 %, AB, 03:02:15, 12 min ago",
        "work of breathing: not entered",
    ] {
        screen.says(line);
    }
    screen.never_says("SpO2 scale");
    for (label, what) in [
        ("oxygen: air", Entered::OxygenFlow(OxygenFlow::Air)),
        ("oxygen: under 4 L/min and 50 %", Entered::OxygenFlow(OxygenFlow::Low)),
        ("oxygen: from 4 L/min or 50 %", Entered::OxygenFlow(OxygenFlow::High)),
        ("capillary refill: under 3 s", Entered::Refill(Refill::Under3s)),
        ("capillary refill: 3 s or more", Entered::Refill(Refill::From3s)),
        ("work of breathing: normal", Entered::Effort(Effort::Normal)),
        ("work of breathing: mildly increased", Entered::Effort(Effort::Mild)),
        ("work of breathing: moderately increased", Entered::Effort(Effort::Moderate)),
        ("work of breathing: severely, or apnoea", Entered::Effort(Effort::Severe)),
    ] {
        click(&mut screen, label);
        assert_eq!(commands(&screen), [Command::Enter { bed: bed(), what }], "{label}");
    }
}

#[test]
fn without_initials_an_entry_waits_for_them() {
    let mut screen = opened(assessed::scored(0));
    screen.dashboard.borrow_mut().set_initials(None);
    click(&mut screen, SCORES);
    click(&mut screen, "oxygen: air");
    assert_eq!(commands(&screen), []);
    for letter in ["X", "Y"] {
        screen.harness.event(egui::Event::Text(letter.to_owned()));
        screen.step();
    }
    screen.press(Key::Enter);
    let what = Entered::Oxygen(false);
    assert_eq!(commands(&screen), [Command::Enter { bed: bed(), what }]);
    assert_eq!(screen.dashboard.borrow().initials().map(Text::as_str), Some("XY"));
}

#[test]
fn limits_say_that_they_are_the_stations_own_and_who_set_them() {
    let mut screen = opened(assessed::scored(0));
    click(&mut screen, "limits of the station");
    screen.says("the station's own, never sent to the monitor");
    screen.says("set by CD, 03:02:15");
    screen.says("HR 50 to 120 /min");
    screen.says("SpO2 below 90 %");
    screen.says("ABP mean 60 to 110 mmHg");
    let mut screen = opened(assessed::not_entered(0));
    click(&mut screen, "limits of the station");
    screen.says("those of the category");
    let mut screen = opened(crate::common::normal(0));
    click(&mut screen, "limits of the station");
    screen.says("off: not in the unit's policy, or the category is not known");
}

fn set(limits: Option<Vec<WatchLimit>>) -> Vec<Command> {
    vec![Command::SetLimits { bed: bed(), limits }]
}

#[test]
fn tightening_shows_what_it_would_do_and_waits_for_a_second_press() {
    let mut screen = opened(assessed::scored(0));
    click(&mut screen, "limits of the station");
    screen.never_says("proposal: HR 66 to 98");
    click(&mut screen, "tighten around now");
    screen.says("HR 50 to 120");
    screen.says("proposal: HR 66 to 98");
    assert_eq!(commands(&screen), []);
    click(&mut screen, "close");
    screen.never_says("proposal: HR 66 to 98");
    assert_eq!(commands(&screen), []);
    click(&mut screen, "tighten around now");
    click(&mut screen, "confirm the proposal");
    assert_eq!(commands(&screen), set(Some(assessed::tightened())));
}

#[test]
fn the_category_can_have_its_limits_back() {
    let mut screen = opened(assessed::scored(0));
    click(&mut screen, "limits of the station");
    click(&mut screen, "as the category has them");
    assert_eq!(commands(&screen), set(None));
}

fn write(screen: &mut Screen, label: &str, written: &str) {
    screen.harness.get_by_label(label).focus();
    screen.step();
    screen.harness.get_by_label(label).type_text(written);
    screen.step();
}

#[test]
fn a_limit_is_written_with_the_decimal_sign_and_letters_are_no_keys() {
    let mut screen = opened_in(assessed::scored(0), Language::French);
    click(&mut screen, "seuils de la station");
    write(&mut screen, "Temp haut", ",5");
    screen.says("un nombre est illisible");
    screen.press(Key::L);
    assert_eq!(screen.dashboard.borrow().language(), Language::French, "L is a letter now");
    assert_eq!(commands(&screen), []);
    let mut screen = opened_in(assessed::scored(0), Language::French);
    click(&mut screen, "seuils de la station");
    write(&mut screen, "SpO2 haut", "99,5");
    screen.never_says("un nombre est illisible");
    click(&mut screen, "fixer ces seuils");
    let mut limits = assessed::limits();
    limits[1].high = Some(Decimal::new(995, -1));
    assert_eq!(commands(&screen), set(Some(limits)));
}

#[test]
fn a_measurement_without_limits_can_be_given_some() {
    let mut screen = opened(assessed::scored(0));
    click(&mut screen, "limits of the station");
    screen.says("add: etCO2 mmHg");
    screen.never_says("Pulse SpO2 high");
    // The name leads to the next one, and the button beside it takes it.
    click(&mut screen, "etCO2 mmHg >");
    click(&mut screen, "add: Pulse SpO2 /min");
    assert_eq!(commands(&screen), [], "it has no limit yet");
    screen.says("add: etCO2 mmHg");
    screen.never_says("add: Pulse SpO2 /min");
    write(&mut screen, "Pulse SpO2 high", "130");
    click(&mut screen, "set these limits");
    let mut limits = assessed::limits();
    let high = Some(Decimal::whole(130));
    limits.push(WatchLimit { id: Text::from("pr.spo2"), low: None, high });
    assert_eq!(commands(&screen), set(Some(limits)));
    // Added and left without an end: nothing is asked for.
    click(&mut screen, "add: etCO2 mmHg");
    click(&mut screen, "add: Pulse SpO2 /min");
    screen.says("everything measured here has limits");
    screen.harness.get_by_label("etCO2 low");
    click(&mut screen, "tighten around now");
    screen.never_says("etCO2 low");
}

#[test]
fn more_limits_than_have_room_are_on_further_pages() {
    let mut tile = assessed::scored(0);
    let watch = std::sync::Arc::make_mut(&mut tile.watch);
    let view = watch.limits.as_mut().unwrap();
    view.limits = vigie_model::nomenclature::METRICS
        .iter()
        .filter(|metric| metric.role == vigie_model::nomenclature::Role::Numeric)
        .take(60)
        .map(|metric| WatchLimit {
            id: Text::from(metric.id),
            low: Some(Decimal::whole(1)),
            high: None,
        })
        .collect();
    let last = vigie_words::Words::new(Language::English).watch_limit(&view.limits[59]);
    let mut screen = opened(tile);
    click(&mut screen, "limits of the station");
    screen.never_says(&last);
    let pages = screen.said().into_iter().find_map(|line| {
        line.strip_prefix("further limits 1/").and_then(|pages| pages.parse::<usize>().ok())
    });
    let pages = pages.expect("a way to further pages");
    for page in 1..pages {
        click(&mut screen, &format!("further limits {page}/{pages}"));
    }
    screen.says(&last);
    // What is added stands on the last page.
    click(&mut screen, &format!("further limits {pages}/{pages}"));
    screen.never_says(&last);
    click(&mut screen, "add: etCO2 mmHg");
    screen.harness.get_by_label("etCO2 low");
}

#[test]
fn escape_closes_the_form_before_the_bed() {
    let mut screen = opened(assessed::scored(0));
    click(&mut screen, SCORES);
    screen.press(Key::Escape);
    screen.never_says("a score is not an alarm");
    assert!(screen.dashboard.borrow().opened().is_some());
    screen.press(Key::Escape);
    assert!(screen.dashboard.borrow().opened().is_none());
}

#[test]
fn the_last_hour_is_said_in_one_line() {
    opened(assessed::scored(0)).says("changes in 60 min: HR 82 -> 118, SpO2 97 -> 91");
    opened(assessed::not_entered(0)).says("changes in 60 min: no change");
    opened(crate::common::normal(0)).says("changes in 60 min: too little is known");
}

#[test]
fn a_form_covers_no_alarm() {
    let mut screen = opened(assessed::scored_in_alarm(0));
    for button in [SCORES, "limits of the station"] {
        click(&mut screen, button);
        screen.says("high priority alarm: ***VTACH");
        screen.says("low priority alarm: NBP CUFF LEAK");
        // In the attention column too.
        screen.says("Bed 1, high priority alarm: ***VTACH");
    }
}

/// The log of a ward of two beds.
fn log_of(log: fn(&vigie_dashboard::LogWanted) -> Log) -> Screen {
    let tiles = vec![crate::common::high(0), crate::common::normal(1)];
    let view = crate::common::listed(crate::common::board(StationMode::Live, tiles));
    let mut screen = Screen::with(Fixed { log, ..fixed(view) }, Language::English);
    screen.press(Key::J);
    screen
}

#[test]
fn the_log_says_time_bed_and_what_and_leaves_the_alarms_in_sight() {
    let screen = log_of(assessed::log);
    for line in [
        "02:19:15, Bed 1, ***VTACH, high priority",
        "02:20:15, Bed 1, ***VTACH: AB is going",
        "02:29:15, Bed 1, ***VTACH: ended",
        "02:44:15, audio paused until 03:14:15 by AB",
        "02:54:15, Bed 1, connection lost: nothing heard from the monitor",
        "03:04:15, Bed 1, standby (away) by AB",
        "02:14:15 - until now",
        "as a file: vigie export",
    ] {
        screen.says(line);
    }
    screen.never_says("restarted after 12 s");
    screen.says("Bed 1, high priority alarm: ***VTACH");
}

#[test]
fn the_log_filters_searches_and_goes_to_a_bed() {
    let mut screen = log_of(assessed::log);
    click(&mut screen, "technical");
    screen.says("NBP CUFF LEAK, low priority");
    screen.never_says("standby (away)");
    click(&mut screen, "everything");
    screen.says("restarted after 12 s");
    write(&mut screen, "search", "standby");
    screen.says("standby (away) by AB");
    screen.never_says("restarted after 12 s");
    screen.press(Key::J);
    screen.says("standby (away) by AB");
    screen.harness.get_by_label("search").type_text(" nowhere");
    screen.step();
    screen.says("nothing found in this time");
    let mut screen = log_of(assessed::log);
    click(&mut screen, "03:04:15, Bed 1, standby (away) by AB");
    let opened = screen.dashboard.borrow().opened().cloned();
    assert_eq!(opened, Some(Place::Bed(bed())));
    screen.never_says("as a file: vigie export");
}

#[test]
fn the_log_goes_back_in_time_and_by_bed() {
    let mut screen = log_of(assessed::log);
    click(&mut screen, "earlier");
    screen.says("01:14:15 - 02:14:15");
    screen.says("nothing found in this time");
    click(&mut screen, "later");
    screen.says("02:14:15 - until now");
    click(&mut screen, "24 h 00 min");
    screen.says("20/11/2026 03:14:15 - until now");
    screen.says("audio paused until");
    click(&mut screen, "bed: all beds");
    screen.never_says("audio paused until");
    screen.says("standby (away) by AB");
    click(&mut screen, "bed: >");
    screen.says("bed: Bed 2");
    screen.says("nothing found in this time");
}

#[test]
fn the_log_is_copied_for_a_spreadsheet() {
    let mut screen = log_of(assessed::log);
    click(&mut screen, "technical");
    screen.harness.get_by_label("copy as CSV").click();
    screen.harness.step();
    let mut copied = None;
    for _ in 0..3 {
        for command in &screen.harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                copied = Some(text.clone());
            }
        }
        screen.harness.step();
    }
    let expected = "Time,Bed,alarm log\r\n\
                    21/11/2026 02:34:15,Bed 1,\"NBP CUFF LEAK, low priority\"\r\n";
    assert_eq!(copied.as_deref(), Some(expected));
    screen.says("copied: paste it where it is needed");
}

#[test]
fn a_log_that_is_not_there_says_why() {
    log_of(|_| Log::NoRecord).says("no record");
    log_of(|_| Log::Off).says("no record");
    log_of(|_| Log::Loading).says("loading");
    log_of(|_| Log::Locked).says("record locked: a passphrase is needed");
    log_of(|_| Log::Unreadable).says("record cannot be read");
    let cut = log_of(|wanted| {
        let to = crate::common::WALL;
        let mut page = LogPage::new(to.before(wanted.length), to);
        (page.is_cut, page.is_partial) = (true, true);
        Log::Of(page.into())
    });
    cut.says("more than fits: choose a shorter time");
    cut.says("part of the record cannot be read");
}

#[test]
fn under_the_log_no_answer_goes_to_a_bed_that_nobody_sees() {
    let tiles = vec![crate::common::high(0), crate::common::normal(1)];
    let view = crate::common::listed(crate::common::board(StationMode::Live, tiles));
    let mut screen = Screen::with(Fixed { log: assessed::log, ..fixed(view) }, Language::English);
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("AB")));
    screen.dashboard.borrow_mut().open(Some(Place::Bed(bed())));
    screen.step();
    screen.press(Key::J);
    // The log of the bed that was open.
    screen.says("bed: Bed 1");
    screen.press(Key::A);
    assert_eq!(commands(&screen), []);
    screen.press(Key::Escape);
    screen.press(Key::A);
    assert_eq!(commands(&screen).len(), 1, "the bed is there again");
}

#[test]
fn a_tile_says_a_sum_that_is_known_and_no_part_of_one() {
    let ward = |tile: TileView| {
        let view = crate::common::listed(crate::common::board(StationMode::Live, vec![tile]));
        Screen::of(view, Language::English)
    };
    ward(assessed::scored_in_alarm(0)).says("Bed 1, adult, NEWS2 5, live");
    ward(assessed::not_entered(0)).never_says("NEWS2");
}

/// A log that grows by a line whenever a test says so.
struct Growing {
    fixed: Fixed,
    has_grown: std::rc::Rc<std::cell::Cell<bool>>,
}

impl vigie_dashboard::ViewSource for Growing {
    fn view(&self) -> std::sync::Arc<vigie_board::view::BoardView> {
        self.fixed.view()
    }

    fn now(&self) -> vigie_model::MonoTime {
        self.fixed.now()
    }

    fn log(&self, wanted: &vigie_dashboard::LogWanted) -> Log {
        let Log::Of(page) = assessed::log(wanted) else { panic!() };
        let mut page = LogPage::clone(&page);
        if self.has_grown.get() {
            let kind = vigie_model::LogKind::AudioOff { by: Text::from("ZZ") };
            page.rows.push(assessed::line(Some("b1"), 0, kind));
        }
        Log::Of(page.into())
    }
}

#[test]
fn no_line_moves_under_the_pointer() {
    let view = crate::common::listed(crate::common::board(
        StationMode::Live,
        vec![crate::common::normal(0)],
    ));
    let has_grown = std::rc::Rc::new(std::cell::Cell::new(false));
    let source = Growing { fixed: fixed(view), has_grown: has_grown.clone() };
    let mut screen = Screen::with(source, Language::English);
    screen.press(Key::J);
    let line = "03:04:15, Bed 1, standby (away) by AB";
    let top = |screen: &Screen| screen.harness.get_by_label(line).rect().top();
    let before = top(&screen);
    screen.harness.get_by_label(line).hover();
    screen.step();
    has_grown.set(true);
    screen.step();
    assert_eq!(top(&screen), before);
    screen.never_says("audio off by ZZ");
    screen.says("1 new");
    screen.harness.get_by_label("search").hover();
    screen.step();
    screen.says("audio off by ZZ");
    screen.never_says("1 new");
    assert!(top(&screen) > before);
}
