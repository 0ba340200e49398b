//! What set-up changes about the screen holds in the open window at once, and undo takes it back.

use egui::{Key, Role as Part};
use egui_kittest::kittest::Queryable as _;
use vigie_config::settings::{self, Page};
use vigie_dashboard::Inks;
use vigie_words::{Language, TextKey};

use crate::setup::{Desk, FILE, menu_of};

fn screen_page(file: &str) -> Desk {
    let mut desk = menu_of(file, Language::English);
    desk.click("Screen");
    desk
}

fn undo(desk: &mut Desk, what: &str) {
    desk.click(&format!("Undo: {what}"));
}

#[test]
fn a_palette_is_seen_while_it_is_chosen_and_gone_when_it_is_undone() {
    let mut desk = screen_page(FILE);
    desk.click("Colours: usual");
    assert_eq!(desk.screen.dashboard.borrow().theme().inks, Inks::named("philips").expect("one"));
    undo(&mut desk, "Colours");
    assert_eq!(desk.screen.dashboard.borrow().theme().inks, Inks::default());
}

#[test]
fn a_language_is_spoken_at_once_and_undo_has_the_other_back() {
    let mut desk = screen_page(FILE);
    desk.click("Language: Français");
    desk.screen.says("Distance de lecture");
    let words = desk.screen.dashboard.borrow().words().clone();
    let (language, _) = words.setting("language").expect("a name");
    desk.click(&words.noted(&words.text(TextKey::SetupUndo), &language));
    desk.screen.says("Viewing distance");
}

#[test]
fn what_is_typed_holds_at_once_and_what_a_person_chose_here_alone_stays() {
    let mut desk = screen_page(FILE);
    // By key, in this window alone.
    desk.press(Key::T);
    assert!(desk.screen.dashboard.borrow().theme().is_night);
    let name = desk.screen.dashboard.borrow().words().setting("screen.viewing_distance_m");
    let (name, _) = name.expect("a name");
    desk.write(&name, "3");
    desk.press(Key::Enter);
    assert_eq!(desk.screen.dashboard.borrow().options().viewing_distance_mm, 3_000);
    assert!(desk.screen.dashboard.borrow().theme().is_night, "nobody changed that in set-up");
    undo(&mut desk, &name);
    assert_eq!(desk.screen.dashboard.borrow().options().viewing_distance_mm, 1_000);
}

#[test]
fn the_whole_text_is_taken_over_as_it_is_written() {
    let mut desk = screen_page(&format!("{FILE}\n[screen]\nnight = true\ntiles = 4\n"));
    // What the file says already was said to the window when it was started.
    assert_eq!(desk.screen.dashboard.borrow().options().tiles, None);
    let theirs = format!("{FILE}\n[screen]\nnight = true\ntiles = 8\nwall = true\n");
    desk.click("Colours: usual");
    desk.shell.file = Some(theirs);
    desk.click("Save");
    desk.click("Take theirs");
    {
        let dashboard = desk.screen.dashboard.borrow();
        assert_eq!((dashboard.options().tiles, dashboard.options().is_wall), (Some(8), true));
        assert_eq!(dashboard.theme().inks, Inks::default());
    }
    undo(&mut desk, "the whole text");
    let dashboard = desk.screen.dashboard.borrow();
    assert_eq!((dashboard.options().tiles, dashboard.options().is_wall), (Some(4), false));
    assert_eq!(dashboard.theme().inks, Inks::named("philips").expect("one"));
}

#[test]
fn a_measure_of_the_screen_goes_into_a_draft_that_is_not_saved_yet_and_is_no_conflict() {
    let mut desk = screen_page(FILE);
    desk.click("Colours: usual");
    // Measured and saved on another page meanwhile.
    let measured = format!("{FILE}\n[screen]\npixels_per_mm = 4.125\n");
    desk.screen.dashboard.borrow_mut().tell_measured(FILE, &measured);
    desk.shell.file = Some(measured);
    desk.click("Save");
    let written = desk.shell.file.clone().unwrap_or_default();
    assert!(written.contains("pixels_per_mm = 4.125"), "{written}");
    assert!(written.contains("palette = \"philips\""), "{written}");
    // Somebody else's change stays a conflict.
    desk.click("Colours: philips");
    desk.screen.dashboard.borrow_mut().tell_measured("another file", FILE);
    desk.shell.file = Some(format!("{FILE}\n# theirs\n"));
    desk.click("Save");
    desk.screen.says("Take theirs");
}

#[test]
fn a_further_window_is_added_set_removed_and_undone() {
    let mut desk = screen_page(FILE);
    desk.screen.harness.set_size(egui::vec2(1280.0, 3_600.0));
    desk.run();
    desk.click("Add a further window");
    desk.click("Wall: on");
    desk.write("First page", "2");
    desk.press(Key::Enter);
    desk.click("Save");
    let written = desk.shell.file.clone().unwrap_or_default();
    assert!(written.contains("[[window]]\nfull_screen = true\nwall = true\npage = 2"), "{written}");
    for _ in 0..2 {
        desk.click("Add a further window");
    }
    desk.screen.says("Further window 3");
    desk.click("Further window 1: Remove");
    desk.screen.never_says("Further window 3");
    undo(&mut desk, "- Further window 1");
    desk.screen.says("Further window 3");
}

#[test]
fn every_setting_has_a_row_of_its_own_or_a_reason_for_none() {
    let mut desk = menu_of(FILE, Language::English);
    desk.screen.harness.set_size(egui::vec2(1280.0, 3_600.0));
    let words = desk.screen.dashboard.borrow().words().clone();
    let pages = [
        (Page::Screen, "Screen"),
        (Page::Sound, "Sound"),
        (Page::Alarms, "Alarms and limits"),
        (Page::Record, "Record and copies"),
        (Page::Network, "Network"),
    ];
    let mut seen = 0;
    for (page, name) in pages {
        desk.click(name);
        for setting in settings::SETTINGS.iter().filter(|setting| setting.page == page) {
            let (name, _) = words.setting(setting.place).expect("a name");
            let rows = desk.screen.harness.query_all_by_role_and_label(Part::Label, &name);
            assert!(rows.count() > 0, "{}: {name}", setting.place);
            seen += 1;
        }
    }
    let excused = settings::SETTINGS
        .iter()
        .filter(|setting| settings::BY_TEXT.iter().any(|(place, _)| *place == setting.place));
    assert_eq!(seen + excused.count(), settings::SETTINGS.len());
}
