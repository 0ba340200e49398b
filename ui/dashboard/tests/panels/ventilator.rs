//! A ventilator at a bed: beside a monitor its numbers keep a place on the tile as long as any has room,
//! alone it is no monitor without sensors; how old is what comes seldom; whose alarm is in doubt.

use egui::{Context, Rect, Vec2, vec2};
use vigie_board::view::{Freshness, TileView};
use vigie_dashboard::{Dashboard, Panel, ViewOptions};
use vigie_ui_kit::tokens::Theme;
use vigie_words::Language;

use crate::common::{
    fixed, live,
    painted::{painted_at, texts},
    screen::Screen,
    several,
};

const SCREENS: [Vec2; 2] = [Vec2::new(1280.0, 720.0), Vec2::new(1920.0, 1080.0)];

/// What is written on a ward of `count` equal beds, seen from near, so that they are on one page.
fn ward(
    make: fn(usize) -> TileView,
    count: usize,
    size: Vec2,
) -> Vec<(String, egui::Color32, Rect)> {
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.set_options(ViewOptions { viewing_distance_mm: 350, ..ViewOptions::default() });
    let mut source = fixed(live((0..count).map(make).collect()));
    texts(&painted_at(&Context::default(), &mut dashboard, &mut source, 3, size))
}

fn times(painted: &[(String, egui::Color32, Rect)], what: &str) -> usize {
    painted.iter().filter(|(text, _, _)| text == what).count()
}

#[test]
fn a_ventilator_beside_a_monitor_is_seen_at_every_count_of_beds() {
    for size in SCREENS {
        for count in [1, 2, 4, 6, 8, 9, 12, 16, 23, 32, 64] {
            let painted = ward(several::ventilated, count, size);
            let what = format!("{count} beds, {size}");
            let beds = painted.iter().filter(|(text, _, _)| text.starts_with("Bed ")).count();
            let numbers = times(&painted, "22.4");
            // On every tile a number of it, or the word that stands for it.
            let words = times(&painted, "Vent");
            assert!(numbers == beds || words == beds, "{numbers} {words} {beds}: {what}");
            // Never at the cost of what every tile has.
            for every in ["97", "37.1"] {
                assert_eq!(times(&painted, every), beds, "{every}: {what}");
            }
            if count <= 12 {
                assert_eq!(numbers, beds, "peak pressure: {what}");
            }
        }
    }
}

#[test]
fn what_a_ventilator_keeps_goes_in_its_order() {
    // The less room, the fewer; never a later one without all before it.
    let order = ["22.4", "462", "7.1", "40", "6.48"];
    for size in SCREENS {
        for count in [1, 4, 8, 12, 16, 23, 32, 64] {
            let painted = ward(several::ventilated, count, size);
            let there: Vec<bool> = order.iter().map(|value| times(&painted, value) > 0).collect();
            assert!(there.is_sorted_by(|a, b| a >= b), "{there:?}: {count} beds, {size}");
        }
    }
}

#[test]
fn the_word_for_a_ventilator_says_whether_it_is_live() {
    let word = |make: fn(usize) -> TileView| {
        let painted = ward(make, 64, SCREENS[0]);
        painted.into_iter().find(|(text, _, _)| text == "Vent").map(|(_, ink, _)| ink)
    };
    let palette = Theme::DAY.palette();
    assert_eq!(word(several::ventilated), Some(palette.link_live));
    assert_eq!(word(several::ventilator_lost), Some(palette.link_off));
    assert_eq!(word(several::monitored), None);
}

#[test]
fn the_mode_of_ventilation_stands_with_the_devices_as_long_as_it_holds() {
    Screen::one(several::ventilated(0)).says("[2] Puritan Bennett: SIMV, numbers only, every 2 s");
    Screen::one(several::ventilator_alone(0)).says("Bed 1, category ?, live, SIMV");
    Screen::one(several::ventilator_resting(0)).never_says("SIMV");
    let mut tile = several::ventilated(0);
    tile.texts[0].freshness = Freshness::Stale;
    Screen::one(tile).never_says("Puritan Bennett: SIMV");
}

#[test]
fn a_ventilator_alone_has_no_place_for_what_it_never_measures() {
    for tile in [several::ventilator_alone(0), several::ventilator_of_numbers(0)] {
        for screen in [Screen::one(tile.clone()), Screen::opened(tile)] {
            screen.says("RR tot 14 per minute");
            screen.says("Ppeak 22.4 centimetres of water");
            screen.says("FiO2 40 percent");
            for never in ["HR", "SpO2", "no value"] {
                screen.never_says(never);
            }
        }
    }
    let screen = Screen::one(several::ventilator_of_waves(0));
    screen.never_says("no value");
    Screen::one(several::ventilator_of_numbers(0)).says("SIMV, numbers only, every 2 s");
}

#[test]
fn its_first_numbers_are_the_large_ones() {
    let screen = Screen::one(several::ventilator_alone(0));
    let height = |label: &str| {
        use egui_kittest::kittest::Queryable as _;
        screen.harness.get_by_label(label).rect().height()
    };
    let (rate, peak) = (height("RR tot 14 per minute"), height("Ppeak 22.4 centimetres of water"));
    let volume = height("Vte 462 mL");
    assert!(rate == peak && rate > volume, "{rate} {peak} {volume}");
}

#[test]
fn a_monitor_without_its_sensors_keeps_their_places_also_beside_a_ventilator() {
    for make in [several::sensors_off, several::sensors_off_ventilated] {
        for screen in [Screen::one(make(0)), Screen::opened(make(0))] {
            screen.says("HR no value");
            screen.says("SpO2 no value");
        }
    }
}

#[test]
fn a_live_link_of_a_device_that_sends_once_a_minute_says_how_old_its_numbers_are() {
    let screen = Screen::one(several::once_a_minute(0));
    screen.says("Bed 1, adult, live 43 s, numbers only, every 1 min");
    // Where the line about devices has no room, the head has what it says.
    let painted = ward(several::once_a_minute, 32, SCREENS[1]);
    let has = |part: &str| painted.iter().filter(|(text, _, _)| text.contains(part)).count();
    assert_eq!(has("43 s") + has("44 s"), 32);
    assert_eq!(has("every 1 min"), 32);
    // A wave shows by itself that it lives.
    Screen::one(several::monitored(0)).never_says("live 0 s");
}

#[test]
fn an_alarm_in_doubt_is_that_of_the_lost_device_alone() {
    let tile = several::doubtful_beside_certain(0);
    for screen in [Screen::one(tile.clone()), Screen::opened(tile)] {
        screen.says("APNEA, not confirmed since 03:13:00, from Puritan Bennett");
        screen.says("medium priority alarm: **HR 121>120, from M8004A");
        screen.never_says("**HR 121>120, not confirmed");
    }
}

#[test]
fn the_list_of_alarms_names_the_device_where_a_bed_has_several() {
    let screen = Screen::one(several::ventilated_in_alarm(0));
    screen.says("Bed 1, high priority alarm: APNEA, from Puritan Bennett");
    screen.says("Bed 1, medium priority alarm: **HR 121>120, from M8004A");
    let mut tile = several::monitored(0);
    tile.alarms = several::ventilated_in_alarm(0).alarms;
    tile.alarms.list.retain(|alarm| alarm.source == 0);
    Screen::one(tile).never_says("from M8004A");
    // Written too: by name, or by the mark where that has no room.
    let mut dashboard = Dashboard::new(Language::English);
    let mut source = fixed(live(vec![several::ventilated_in_alarm(0)]));
    let shapes =
        painted_at(&Context::default(), &mut dashboard, &mut source, 3, vec2(1920.0, 1080.0));
    let painted = texts(&shapes);
    assert_eq!(times(&painted, "high priority, from Puritan Bennett"), 1, "{painted:?}");
}

#[test]
fn a_preferred_source_is_marked_also_where_another_comes_first() {
    let screen = Screen::opened(several::preferred(0));
    screen.says("RR tot 13 per minute, also from M8004A, preferred");
    screen.says("RR tot 14 per minute, from Puritan Bennett, on the device: RESP RATE");
    screen.says("Hz, from M8004A, preferred");
    Screen::one(several::ventilated(0)).never_says("preferred");
    // In the form what a person chose is lit, and the rule where nobody chose.
    use egui_kittest::kittest::{NodeT as _, Queryable as _};
    for (tile, chosen) in
        [(several::preferred(0), "RR tot: M8004A"), (several::ventilated(0), "RR tot: by rule")]
    {
        let mut screen = Screen::opened(tile);
        screen.dashboard.borrow_mut().show_form(Some(Panel::Devices));
        screen.step();
        for choice in ["RR tot: M8004A", "RR tot: Puritan Bennett", "RR tot: by rule"] {
            let node = screen.harness.get_by_label(choice);
            let is_lit = node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True);
            assert_eq!(is_lit, choice == chosen, "{choice}");
        }
    }
}
