//! Frozen waves with calipers, and the page that measures the screen.

use std::time::Duration;

use egui::{Context, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use egui_kittest::kittest::Queryable as _;
use vigie_dashboard::{Dashboard, Edid, Kept, Page, Panel, Place, ScreenSeen};
use vigie_words::Language;

use crate::common::{self, Fixed, fixed, painted::texts, screen::Screen};

/// The reading between the calipers.
fn reading(screen: &Screen) -> String {
    let said = screen.said();
    let found = said.into_iter().find(|line| line.contains("between the calipers"));
    found.expect("a reading")
}

#[test]
fn a_frozen_picture_says_so_and_its_calipers_are_moved_by_keys() {
    let mut screen = Screen::opened(common::normal(0));
    screen.never_says("FROZEN");
    screen.press(Key::F8);
    screen.says("FROZEN at 03:14:15: numbers are live. Ends in 5:00");
    screen.says("HR 76 per minute");
    let first = reading(&screen);
    assert!(first.starts_with("ECG II, between the calipers: "), "{first}");
    assert!(
        first.contains(" ms, ") && first.contains(" /min, ") && first.ends_with(" mV"),
        "{first}"
    );
    screen.press(Key::ArrowRight);
    let second = reading(&screen);
    assert_ne!(second, first);
    // The other caliper to the right: nearer to the first again.
    screen.press(Key::Tab);
    screen.press(Key::ArrowRight);
    assert_eq!(reading(&screen).split(" ms").next(), first.split(" ms").next());
    // Another wave, in its own unit.
    screen.press(Key::ArrowDown);
    screen.press(Key::ArrowDown);
    let third = reading(&screen);
    assert!(third.starts_with("ABP, ") && third.ends_with(" mmHg"), "{third}");
}

#[test]
fn a_frozen_picture_ends_by_its_key_by_escape_and_with_the_bed() {
    let mut screen = Screen::opened(common::normal(0));
    screen.press(Key::F8);
    screen.says("FROZEN");
    screen.press(Key::F8);
    screen.never_says("FROZEN");
    screen.harness.get_by_label("freeze").click();
    screen.step();
    screen.says("FROZEN");
    screen.press(Key::Escape);
    screen.never_says("FROZEN");
    assert!(screen.dashboard.borrow().opened().is_some(), "the bed stays open");
    screen.press(Key::F8);
    screen.harness.get_by_label("back to live").click();
    screen.step();
    screen.never_says("FROZEN");
    screen.press(Key::F8);
    let place = screen.dashboard.borrow().opened().cloned();
    screen.dashboard.borrow_mut().open(place);
    screen.step();
    screen.never_says("FROZEN");
    // Nor under a form, and not afterwards either.
    screen.dashboard.borrow_mut().show_form(Some(Panel::Limits));
    screen.step();
    screen.press(Key::F8);
    screen.dashboard.borrow_mut().show_form(None);
    screen.step();
    screen.never_says("FROZEN");
    // In the ward there is nothing to freeze.
    screen.dashboard.borrow_mut().open(None);
    screen.press(Key::F8);
    screen.never_says("FROZEN");
}

/// What is written after a frame with these events.
fn written(
    ctx: &Context,
    dashboard: &mut Dashboard,
    source: &Fixed,
    events: Vec<Event>,
) -> Vec<String> {
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0)));
    let input = RawInput { screen_rect, events, ..RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| dashboard.ui(ui, source));
    let shapes = std::mem::take(&mut output.shapes);
    output.drop_without_applying_deltas(); // nobody looks at the pixels
    texts(&shapes).into_iter().map(|(text, _, _)| text).collect()
}

#[test]
fn a_frozen_picture_ends_by_itself() {
    let tile = common::normal(0);
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.open(Some(Place::of(&tile)));
    let mut source = fixed(common::live(vec![tile]));
    let ctx = Context::default();
    let key = Event::Key {
        key: Key::F8,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    for events in [vec![], vec![], vec![key], vec![]] {
        written(&ctx, &mut dashboard, &source, events);
    }
    let is_frozen = |texts: Vec<String>| texts.iter().any(|text| text.starts_with("FROZEN"));
    source.now = source.now + Duration::from_secs(299);
    let texts = written(&ctx, &mut dashboard, &source, vec![]);
    assert!(texts.iter().any(|text| text.contains("Ends in 0:01")), "{texts:?}");
    source.now = source.now + Duration::from_secs(1);
    assert!(!is_frozen(written(&ctx, &mut dashboard, &source, vec![])));
}

#[test]
fn a_bar_of_100_mm_measures_the_screen_at_once_and_says_what_became_of_it() {
    let mut screen = Screen::one(common::normal(0));
    screen.press(Key::F6);
    assert_eq!(screen.dashboard.borrow().page(), Page::Calibrate);
    screen.says("Nobody has measured this screen: waves are not to scale.");
    screen.says("the bar is 100 mm long at 3.78 pixels in a mm");
    for _ in 0..2 {
        screen.press(Key::ArrowUp);
        screen.press(Key::ArrowRight);
    }
    screen.says("the bar is 100 mm long at 4.00 pixels in a mm");
    assert_eq!(screen.dashboard.borrow().options().pixels_per_mm, None, "not confirmed");
    screen.press(Key::Enter);
    screen.says("This screen has 4.00 pixels in a mm.");
    let taken = screen.dashboard.borrow_mut().poll_calibrated();
    assert_eq!(taken, Some(4.0));
    assert_eq!(screen.dashboard.borrow_mut().poll_calibrated(), None);
    assert_eq!(screen.dashboard.borrow().options().pixels_per_mm, Some(4.0));
    screen.dashboard.borrow_mut().tell_calibrated(Kept::NotSaved("disk full".to_owned()));
    screen.step();
    screen.says("It holds in this window alone");
    screen.says("disk full");
    screen.dashboard.borrow_mut().tell_calibrated(Kept::Saved);
    screen.step();
    screen.says("Saved: windows have it from their start on.");
    screen.press(Key::F6);
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
}

#[test]
fn what_a_screen_says_of_itself_is_offered_and_holds_once_it_is_confirmed() {
    let mut screen = Screen::one(common::normal(0));
    let says = Edid { size_mm: (480, 270), pixels: (1_920, 1_080) };
    let seen = ScreenSeen { name: "HDMI-A-1".to_owned(), says };
    screen.dashboard.borrow_mut().set_screens(vec![seen]);
    screen.press(Key::F6);
    screen.harness.get_by_label("HDMI-A-1 says 480 x 270 mm: 4.00 pixels in a mm").click();
    screen.step();
    screen.says("the bar is 100 mm long at 4.00 pixels in a mm");
    assert_eq!(screen.dashboard.borrow().options().pixels_per_mm, None);
    screen.harness.get_by_label("it is 100 mm").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().options().pixels_per_mm, Some(4.0));
    screen.harness.get_by_label_contains("close").click();
    screen.step();
    assert_eq!(screen.dashboard.borrow().page(), Page::Beds);
}
