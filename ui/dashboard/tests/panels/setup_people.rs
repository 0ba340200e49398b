//! People in set-up: who has a PIN and what it opens, with undo; no PIN is ever said, drawn or kept.

use egui::{Event, Key, Role as Part, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use vigie_config::Draft;
use vigie_dashboard::{Page, PersonSeen, setup::SetupWish};
use vigie_model::{Role, Text};
use vigie_words::Language;

use crate::setup::{Desk, FILE, hash_of, menu_of};

/// A ward with these people: the first may set up, the others write into charts.
fn desk(people: &[&str]) -> Desk {
    let mut file = FILE.to_owned();
    for (nth, initials) in people.iter().enumerate() {
        let role = if nth == 0 { "configure" } else { "chart" };
        file.push_str(&format!(
            "\n[[person]]\ninitials = \"{initials}\"\nrole = \"{role}\"\npin = \"$scrypt$ln=15,r=8,p=1$c2FsdA$aGFzaA\"\n"
        ));
    }
    let mut desk = menu_of(&file, Language::English);
    desk.click("People");
    desk
}

fn digits(desk: &mut Desk, pin: &str) {
    for digit in pin.chars() {
        desk.screen.harness.event(Event::Text(digit.to_string()));
    }
    desk.run();
}

fn at(draft: &Draft, place: &str) -> Option<String> {
    draft.text_at(place)
}

#[test]
fn somebody_gets_a_pin_by_keyboard_and_the_draft_never_holds_it() {
    let mut desk = desk(&[]);
    desk.screen.says("Nobody has a PIN: everybody may do everything at a window.");
    desk.click("Add a person");
    desk.write("Initials", "AB");
    desk.press(Key::Enter);
    digits(&mut desk, "4711");
    desk.screen.says("PIN: 4 digits typed");
    desk.press(Key::Enter);
    digits(&mut desk, "4711");
    desk.screen.says("The same again: 4 digits typed");
    desk.screen.never_says("4711");
    desk.press(Key::Enter);
    desk.screen.says("AB: set up");
    desk.screen.says("As soon as this is saved, set-up takes the PIN of somebody who may set up.");
    desk.click("Save");
    let file = desk.file();
    assert_eq!(at(&file, "person.0.initials").as_deref(), Some("AB"));
    assert_eq!(at(&file, "person.0.role").as_deref(), Some("configure"));
    assert_eq!(at(&file, "person.0.pin"), Some(hash_of("4711")));
    assert!(!file.text().contains("4711"), "{}", file.text());
    for wish in &desk.shell.wishes {
        assert!(!format!("{wish:?}").contains("4711"), "{wish:?}");
    }
}

#[test]
fn a_pin_is_given_by_touch_and_two_that_differ_are_none() {
    let mut desk = desk(&["AB"]);
    desk.click("AB: New PIN");
    for key in ["1", "2", "3", "4", "Next", "1", "2", "3", "5"] {
        desk.click(key);
    }
    desk.click("Take over");
    desk.screen.says("The two PINs were not the same: type both again.");
    let is_hash = |wish: &SetupWish| matches!(wish, SetupWish::HashPin { .. });
    assert!(!desk.shell.wishes.iter().any(is_hash));
    for key in ["8", "8", "8", "8", "8", "Next", "8", "8", "8", "8", "8"] {
        desk.click(key);
    }
    desk.click("Take over");
    desk.click("Save");
    assert_eq!(at(&desk.file(), "person.0.pin"), Some(hash_of("88888")));
}

#[test]
fn a_role_is_changed_and_somebody_removed_with_undo() {
    let mut desk = desk(&["AB", "CD"]);
    desk.click("CD: set up");
    desk.click("AB: chart");
    desk.click("AB: Remove");
    desk.click("AB: Press again");
    assert!(desk.screen.harness.query_by_label_contains("AB: New PIN").is_none());
    desk.click("Undo: - AB");
    desk.click("Undo: AB: chart");
    desk.click("Save");
    let file = desk.file();
    let roles = ["person.0.role", "person.1.role"].map(|place| at(&file, place));
    assert_eq!(roles, [Some("configure".to_owned()), Some("configure".to_owned())]);
}

#[test]
fn the_unit_is_never_left_without_anybody_who_may_set_up() {
    let mut desk = desk(&["AB", "CD"]);
    let why = "Not done: nobody could set up any more";
    desk.click("AB: chart");
    desk.screen.says(why);
    desk.click("AB: Remove");
    desk.screen.says(why);
    desk.click("CD: Remove");
    desk.click("CD: Press again");
    // The last one goes: then everybody may do everything, as before there were PINs.
    desk.click("AB: Remove");
    desk.click("AB: Press again");
    desk.screen.says("Nobody has a PIN: everybody may do everything at a window.");
    desk.click("Add a person");
    desk.write("Initials", "EF");
    desk.press(Key::Enter);
    desk.screen.harness.get_by_label_contains("chart, scores, limits").click();
    desk.run();
    for _ in 0..2 {
        digits(&mut desk, "4711");
        desk.click("Next");
    }
    desk.screen.says(why);
}

#[test]
fn initials_stand_once_and_the_form_is_given_up_by_escape() {
    let mut desk = desk(&["AB"]);
    desk.click("Add a person");
    desk.write("Initials", "ab");
    desk.press(Key::Enter);
    digits(&mut desk, "4711");
    desk.click("Next");
    digits(&mut desk, "4711");
    desk.click("Take over");
    desk.screen.says("Somebody else has these initials.");
    // A button has the keyboard: it is let go, and the form with it.
    desk.click("The same again: 4 digits typed");
    desk.press(Key::Escape);
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Setup, "the form alone");
    desk.screen.says("AB: New PIN");
    desk.press(Key::Escape);
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Beds);
}

#[test]
fn what_was_typed_of_a_pin_is_forgotten_when_whoever_typed_it_goes_out() {
    let mut desk = desk(&["AB"]);
    let ab = PersonSeen { initials: Text::from("AB"), role: Role::Configure };
    desk.screen.dashboard.borrow_mut().set_people(vec![ab.clone()], Some(ab.clone()));
    desk.click("AB: New PIN");
    digits(&mut desk, "4711");
    desk.screen.says("PIN: 4 digits typed");
    desk.screen.dashboard.borrow_mut().set_people(vec![ab.clone()], None);
    desk.run();
    assert_eq!(desk.screen.dashboard.borrow().page(), Page::Beds);
    desk.screen.dashboard.borrow_mut().set_people(vec![ab.clone()], Some(ab));
    desk.press(Key::Comma);
    desk.screen.never_says("digits typed");
    desk.screen.says("AB: New PIN");
}

#[test]
fn the_form_has_room_for_fingers_and_covers_nothing() {
    for (language, names) in [
        (Language::English, ["People", "Add a person"]),
        (Language::French, ["Personnes", "Ajouter une personne"]),
        (Language::Indonesian, ["Orang", "Tambah orang"]),
    ] {
        for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
            let mut desk = menu_of(FILE, language);
            desk.screen.harness.set_size(size);
            desk.run();
            for name in names {
                desk.click(name);
            }
            let mut places = Vec::new();
            let mut nodes = vec![desk.screen.harness.root()];
            while let Some(node) = nodes.pop() {
                nodes.extend(node.children());
                if node.accesskit_node().role() == Part::Button {
                    places.push((node.accesskit_node().label().unwrap_or_default(), node.rect()));
                }
            }
            assert!(places.len() > 30, "{places:?}");
            for (nth, (label, place)) in places.iter().enumerate() {
                assert!(place.height() >= 45.0, "{language:?} {size}: {label} {place:?}");
                for (other, covered) in places.iter().skip(nth + 1) {
                    let shared = place.shrink(0.5).intersect(*covered);
                    assert!(!shared.is_positive(), "{language:?} {size}: {label} over {other}");
                }
            }
        }
    }
}
