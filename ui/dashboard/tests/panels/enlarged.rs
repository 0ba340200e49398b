//! Every page where text is as large as it may get: the window then holds no more than 960 by 540 points.

use egui::{Key, Vec2, vec2};
use vigie_dashboard::{About, Dashboard, Panel, PersonSeen, Place, SoundTest, ViewOptions};
use vigie_model::{Role, StationMode, Text};
use vigie_words::Language;

use crate::{
    common::{self, Fixed},
    overlap::{Painted, check, texts, texts_after},
};

/// Points of 1280x720 at 133 %, and of 1920x1080 at 200 %.
const SIZE: Vec2 = vec2(960.0, 540.0);

/// What is shown, by name.
type Shown = (&'static str, fn(&mut Dashboard, &mut Fixed));

const PAGES: [Shown; 17] = [
    ("ward", |_, _| {}),
    ("wall", |dashboard, _| {
        let options = *dashboard.options();
        dashboard.set_options(ViewOptions { is_wall: true, ..options });
    }),
    ("bed", |dashboard, source| {
        source.trend = common::hour;
        dashboard.open(Some(Place::of(&common::high(2))));
    }),
    ("bed in need of an answer", |dashboard, _| {
        dashboard.open(Some(Place::of(&common::escalated(1))));
    }),
    ("scores", |dashboard, _| form(dashboard, Panel::Scores)),
    ("limits", |dashboard, _| form(dashboard, Panel::Limits)),
    ("devices", |dashboard, _| form(dashboard, Panel::Devices)),
    ("log", |dashboard, source| {
        source.log = common::assessed::log;
        dashboard.open_log(None);
    }),
    ("map", |dashboard, _| dashboard.show_map(true)),
    ("menu", |dashboard, _| dashboard.show_menu(true)),
    ("about", |dashboard, _| {
        dashboard.set_about(About::default());
        dashboard.show_about(true);
    }),
    ("help", |dashboard, _| dashboard.show_help(true)),
    ("copies", |dashboard, _| {
        dashboard.set_record(Some(common::note(true)));
        dashboard.show_copies(true);
    }),
    ("test of the sound", |dashboard, _| {
        dashboard.set_sound_test(Some(SoundTest::default()));
        dashboard.show_sound_test(true);
    }),
    ("PIN", |dashboard, _| {
        let person =
            |initials: &str| PersonSeen { initials: Text::from(initials), role: Role::Chart };
        dashboard.set_people(vec![person("AB"), person("WMWM")], None);
        dashboard.show_pin(true);
    }),
    ("closing", |dashboard, source| {
        // Nothing was seen before: then nobody is asked.
        texts(dashboard, source, SIZE);
        assert!(!dashboard.wants_to_close(source.now));
    }),
    ("stopped", |dashboard, _| dashboard.set_stopped(Some(common::WALL))),
];

fn form(dashboard: &mut Dashboard, panel: Panel) {
    dashboard.open(Some(Place::of(&common::high(2))));
    dashboard.show_form(Some(panel));
}

#[test]
fn the_help_is_seen_at_once_where_text_is_of_the_usual_size() {
    for language in Language::ALL {
        for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0)] {
            let view = common::alarms_ward(StationMode::Live, 8);
            let (mut dashboard, mut source) = (Dashboard::new(language), common::fixed(view));
            dashboard.show_help(true);
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("{size}, {language:?}"));
        }
    }
}

#[test]
fn what_the_help_has_no_room_for_is_reached_by_keys() {
    let view = common::alarms_ward(StationMode::Live, 8);
    let (mut dashboard, mut source) = (Dashboard::new(Language::English), common::fixed(view));
    dashboard.show_help(true);
    let before = texts(&mut dashboard, &mut source, SIZE);
    let hidden: Vec<&Painted> = before.iter().filter(|one| !one.is_in_its_list()).collect();
    assert!(!hidden.is_empty(), "all of it has room");
    let after = (1..=4).flat_map(|pages| {
        let mut keys = vec![None; 3];
        for _ in 0..pages {
            keys.push(Some(Key::PageDown));
            // It glides there.
            keys.extend([None; 40]);
        }
        texts_after(&keys, &mut dashboard, &mut source, SIZE)
    });
    let after: Vec<Painted> = after.filter(Painted::is_in_its_list).collect();
    for one in hidden {
        assert!(after.iter().any(|other| other.text == one.text), "{:?}", one.text);
    }
}

#[test]
fn no_text_of_any_page_is_clipped_or_overlaps_at_the_largest_text() {
    for (name, prepare) in PAGES {
        for language in Language::ALL {
            for count in [8, 32] {
                let view = common::alarms_ward(StationMode::Simulation, count);
                let mut dashboard = Dashboard::new(language);
                let mut source = common::fixed(view);
                prepare(&mut dashboard, &mut source);
                let mut painted = texts(&mut dashboard, &mut source, SIZE);
                // What is further down in a list that scrolls.
                if ["menu", "help"].contains(&name) {
                    painted.retain(Painted::is_in_its_list);
                }
                check(&painted, SIZE, &format!("{name}, {count} beds, {language:?}"));
            }
        }
    }
}
