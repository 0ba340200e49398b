//! PINs and names of patients, by their labels: nothing that an alarm asks for takes a PIN.

use std::time::Duration;

use egui::{Event, Key};
use egui_kittest::kittest::Queryable as _;
use vigie_board::Command;
use vigie_dashboard::{Page, PersonSeen, PinNews, PinWish, Place};
use vigie_model::{BedId, Patient, Role, StandbyReason, Text};
use vigie_words::{Language, TextKey};

use crate::common::{self, Changing, screen::Screen};

fn person(initials: &str, role: Role) -> PersonSeen {
    PersonSeen { initials: Text::from(initials), role }
}

fn people() -> Vec<PersonSeen> {
    vec![person("AB", Role::Chart), person("CD", Role::Configure)]
}

/// A ward with an alarm, where two people have PINs and nobody is in.
fn ward() -> Screen {
    let view = common::listed(common::live(vec![common::high(0), common::normal(1)]));
    let mut screen = Screen::of(view, Language::English);
    screen.dashboard.borrow_mut().set_people(people(), None);
    screen.step();
    screen
}

fn come_in(screen: &mut Screen, who: PersonSeen) {
    screen.dashboard.borrow_mut().set_people(people(), Some(who));
    screen.step();
}

fn page(screen: &Screen) -> Page {
    screen.dashboard.borrow().page()
}

fn press_label(screen: &mut Screen, label: &str) {
    screen.harness.get_by_label(label).click();
    screen.step();
}

#[test]
fn alarms_are_answered_and_paused_without_a_pin_even_on_the_page_of_pins() {
    let mut screen = ward();
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("XY")));
    screen.press(Key::U);
    assert!(screen.dashboard.borrow().opened().is_some(), "a bed opens");
    screen.press(Key::A);
    let asked = screen.dashboard.borrow_mut().poll_request().map(|request| request.command);
    assert!(matches!(asked, Some(Command::Answer { .. })), "{asked:?}");
    screen.press(Key::K);
    assert_eq!(page(&screen), Page::Pin);
    screen.says("Alarms are seen, answered and paused without a PIN.");
    screen.press(Key::P);
    let asked = screen.dashboard.borrow_mut().poll_request().map(|request| request.command);
    assert_eq!(asked, Some(Command::PauseAudio));
}

#[test]
fn standby_and_set_up_ask_for_a_pin() {
    let mut screen = ward();
    screen.dashboard.borrow_mut().set_initials(Some(Text::from("XY")));
    screen.dashboard.borrow_mut().open(Some(Place::Bed(BedId(Text::from("b1")))));
    screen.step();
    let begin = screen.dashboard.borrow().words().text(TextKey::StandbyBegin);
    press_label(&mut screen, &begin);
    let away = screen.dashboard.borrow().words().standby_reason(StandbyReason::Away);
    press_label(&mut screen, &away);
    assert_eq!(screen.dashboard.borrow_mut().poll_request(), None, "nothing is asked of the board");
    assert_eq!(page(&screen), Page::Pin);
    screen.says("This takes a PIN: chart");
    screen.press(Key::Escape);
    screen
        .dashboard
        .borrow_mut()
        .set_setup(vigie_dashboard::setup::SetupOptions { is_first: false, check: |_| Vec::new() });
    screen.press(Key::Comma);
    assert_eq!(page(&screen), Page::Pin);
    screen.says("This takes a PIN: set up");
    come_in(&mut screen, person("CD", Role::Configure));
    screen.dashboard.borrow_mut().show_setup(true);
    assert_eq!(page(&screen), Page::Setup);
    // Whoever goes out leaves no page behind that takes a PIN.
    screen.press(Key::K);
    assert_eq!(page(&screen), Page::Beds);
    assert_eq!(screen.dashboard.borrow_mut().poll_pin(), Some(PinWish::Leave));
}

#[test]
fn a_pin_is_given_by_touch_and_by_keyboard_and_never_said() {
    let mut screen = ward();
    screen.press(Key::K);
    press_label(&mut screen, "AB: chart");
    for digit in ["4", "7"] {
        press_label(&mut screen, digit);
    }
    for digit in ["1", "1"] {
        screen.harness.event(Event::Text(digit.to_owned()));
    }
    screen.step();
    screen.says("4 digits typed");
    screen.press(Key::Enter);
    let wish = screen.dashboard.borrow_mut().poll_pin();
    let wanted = PinWish::Enter { initials: Text::from("AB"), pin: "4711".to_owned() };
    assert_eq!(wish, Some(wanted));
    screen.never_says("4711");
    let wrong = PinNews::Wrong(Duration::from_secs(4));
    screen.dashboard.borrow_mut().tell_pin(wrong, common::NOW);
    screen.step();
    screen.says("Wrong PIN: wait: 0:04");
    screen.dashboard.borrow_mut().tell_pin(PinNews::In, common::NOW);
    come_in(&mut screen, person("AB", Role::Chart));
    assert_eq!(page(&screen), Page::Beds);
    assert_eq!(screen.dashboard.borrow().initials(), Some(&Text::from("AB")), "AB signs");
}

#[test]
fn whoever_came_in_is_out_after_five_minutes_without_a_touch() {
    let source = Changing::of(common::live(vec![common::normal(0)]));
    let mut screen = Screen::with(source.clone(), Language::English);
    screen.dashboard.borrow_mut().set_people(people(), Some(person("AB", Role::Chart)));
    screen.press(Key::T);
    source.now.set(common::NOW + Duration::from_secs(299));
    screen.step();
    assert_eq!(screen.dashboard.borrow_mut().poll_pin(), None);
    source.now.set(common::NOW + Duration::from_secs(300));
    screen.step();
    assert_eq!(screen.dashboard.borrow_mut().poll_pin(), Some(PinWish::Leave));
    assert_eq!(screen.dashboard.borrow().initials(), None);
}

#[test]
fn without_people_there_is_no_page_of_pins() {
    let mut screen = Screen::one(common::normal(0));
    screen.press(Key::K);
    assert_eq!(page(&screen), Page::Beds);
}

#[test]
fn a_bed_names_its_patient_until_privacy_is_wanted() {
    let mut tile = common::normal(0);
    tile.patient = Some(Patient {
        id: Some(Text::from("4401")),
        family_name: Some(Text::from("Muster")),
        given_name: Some(Text::from("Eva")),
        born: Some(Text::from("1950-02-03")),
        ..Patient::default()
    });
    let mut screen = Screen::opened(tile);
    let told = "patient: Muster Eva, ID 4401, born 1950-02-03";
    screen.says(told);
    screen.press(Key::V);
    for part in ["Muster", "Eva", "4401", "1950"] {
        screen.never_says(part);
    }
    screen.says("patient: name hidden (V)");
    screen.press(Key::V);
    screen.says(told);
}
