//! What a finger and a screen reader need, on every page and in every state: places large enough to
//! press, and a name for each of them, in every language.

use egui::{Key, Rect, Vec2, accesskit, pos2};
use egui_kittest::kittest::NodeT as _;
use vigie_board::view::BoardView;
use vigie_dashboard::{
    About, Log, Page, Panel, Place, SoundTest, ViewOptions,
    setup::{FileSeen, Section, SetupNews, SetupOptions},
};
use vigie_model::StationMode;
use vigie_words::Language;

use crate::common::{self, screen::Screen};

const SCREENS: [Vec2; 2] = [Vec2::new(1280.0, 720.0), Vec2::new(1920.0, 1080.0)];
/// 12 mm at 96 dots an inch.
const FINGER: f32 = 12.0 / 25.4 * 96.0;

/// Something that can be pressed, as a screen reader is told.
#[derive(Debug)]
struct Target {
    name: String,
    role: accesskit::Role,
    rect: Rect,
}

/// What can be pressed now.
fn targets(screen: &Screen) -> Vec<Target> {
    let mut found = Vec::new();
    let mut nodes = vec![screen.harness.root()];
    while let Some(node) = nodes.pop() {
        let one = node.accesskit_node();
        let data = one.data();
        // A list that scrolls is moved by wheel, finger and focus; its bar only shows where it is.
        let is_bar = data.role() == accesskit::Role::ScrollBar;
        if data.supports_action(accesskit::Action::Click) && !data.is_disabled() && !is_bar {
            let bounds = data.bounds().expect("a place");
            let at = |x: f64, y: f64| pos2(x as f32, y as f32);
            found.push(Target {
                name: one.label().or_else(|| one.value()).unwrap_or_default(),
                role: data.role(),
                rect: Rect::from_min_max(at(bounds.x0, bounds.y0), at(bounds.x1, bounds.y1)),
            });
        }
        nodes.extend(node.children());
    }
    found
}

/// A window in some state, with everything there that a station gives.
fn screen(view: BoardView, language: Language, size: Vec2) -> Screen {
    let mut source = common::fixed(view);
    source.trend = common::hour;
    source.log = |_| Log::Off;
    let mut screen = Screen::with(source, language);
    screen.harness.set_size(size);
    {
        let mut dashboard = screen.dashboard.borrow_mut();
        dashboard.set_sound_test(Some(SoundTest::default()));
        dashboard.set_record(Some(common::note(false)));
        dashboard.set_about(About::default());
        dashboard.set_options(ViewOptions {
            viewing_distance_mm: 700,
            may_turn_audio_off: true,
            ..ViewOptions::default()
        });
    }
    screen.step();
    screen
}

/// Every page and state by its name, seen by `look`.
fn everywhere(language: Language, size: Vec2, mut look: impl FnMut(&str, &Screen)) {
    let view = || common::alarms_ward(StationMode::Live, 12);
    let mut ward = screen(view(), language, size);
    look("ward", &ward);
    ward.dashboard.borrow_mut().set_tiles(Some(4));
    ward.step();
    look("pages of the ward", &ward);
    ward.dashboard.borrow_mut().ask_initials();
    ward.step();
    look("initials", &ward);
    let pages = [
        Page::Log,
        Page::SoundTest,
        Page::Copies,
        Page::Help,
        Page::Menu,
        Page::About,
        Page::Map,
        Page::Calibrate,
    ];
    for page in pages {
        let mut there = screen(view(), language, size);
        {
            let mut dashboard = there.dashboard.borrow_mut();
            match page {
                Page::Log => dashboard.open_log(None),
                Page::SoundTest => dashboard.show_sound_test(true),
                Page::Copies => dashboard.show_copies(true),
                Page::Help => dashboard.show_help(true),
                Page::Menu => dashboard.show_menu(true),
                Page::About => dashboard.show_about(true),
                Page::Map => dashboard.show_map(true),
                Page::Beds | Page::Setup | Page::Closing | Page::Pin | Page::Calibrate => {}
            }
        }
        if page == Page::Calibrate {
            there.press(Key::F6);
        }
        there.step();
        assert_eq!(there.dashboard.borrow().page(), page);
        look(&format!("{page:?}"), &there);
    }
    for is_first in [false, true] {
        let mut there = screen(view(), language, size);
        {
            let mut dashboard = there.dashboard.borrow_mut();
            dashboard.set_setup(SetupOptions { is_first, check: |_| Vec::new() });
            let text = "no_lines = true\n[[bed]]\nid = \"1\"\nlabel = \"Bed 1\"\n".to_owned();
            let path = "/etc/vigie/vigie.toml".to_owned();
            let file = FileSeen { path, text, is_there: true, is_writable: true };
            dashboard.tell_setup(SetupNews::File(file));
            dashboard.show_setup(true);
        }
        there.step();
        look(if is_first { "first start" } else { "set-up" }, &there);
        for nth in 1..if is_first { 1 } else { Section::ALL.len() } {
            there.press(Key::ArrowDown);
            look(&format!("set-up, page {nth}"), &there);
        }
    }
    let tile = common::high(1);
    let place = Place::of(&tile);
    for panel in [None, Some(Panel::Scores), Some(Panel::Limits), Some(Panel::Devices)] {
        let mut bed = screen(common::live(vec![common::normal(0), tile.clone()]), language, size);
        bed.dashboard.borrow_mut().open(Some(place.clone()));
        bed.dashboard.borrow_mut().show_form(panel);
        bed.step();
        look(&format!("bed, {panel:?}"), &bed);
    }
    let mut tray = common::live(vec![common::normal(0)]);
    tray.unassigned = common::tray();
    look("tray", &screen(tray, language, size));
}

#[test]
fn whatever_can_be_pressed_has_a_name_in_every_language() {
    for language in Language::ALL {
        let mut seen = 0;
        everywhere(language, SCREENS[0], |what, screen| {
            for target in targets(screen) {
                let is_named = target.name.chars().any(char::is_alphanumeric);
                assert!(is_named, "{language:?}, {what}: {target:?}");
                seen += 1;
            }
        });
        assert!(seen > 200, "{seen}");
    }
}

/// Text that is written into is chosen by Tab as well.
fn is_excused(target: &Target) -> bool {
    target.role == accesskit::Role::TextInput
}

#[test]
fn whatever_can_be_pressed_is_twelve_millimetres_large() {
    let mut small = Vec::new();
    for size in SCREENS {
        everywhere(Language::French, size, |what, screen| {
            for target in targets(screen) {
                // Half a pixel is rounding.
                let least = target.rect.size().min_elem() + 0.5;
                if least < FINGER && !is_excused(&target) {
                    small.push(format!("{size} {what}: {target:?} {}", target.rect.size()));
                }
            }
        });
    }
    assert!(small.is_empty(), "{} too small:\n{}", small.len(), small.join("\n"));
}
