//! Every text of a frame stands free: inside its clip, inside the window, over no other text, at
//! least 11 points high; at every count of beds and both sizes of screen.

use std::time::Duration;

use egui::{Context, Event, Key, Modifiers, RawInput, Rect, Shape, Vec2, epaint::ClippedShape};
use vigie_board::view::BoardView;
use vigie_dashboard::{Dashboard, Notice, Panel, Place, Theme, Trend, ViewOptions};
use vigie_model::{StationMode, Text};
use vigie_ui_kit::sight::Sight;
use vigie_words::{Language, TextKey, Words};

use crate::common::Fixed;

const SCREENS: [Vec2; 2] = [Vec2::new(1280.0, 720.0), Vec2::new(1920.0, 1080.0)];
const COUNTS: [usize; 11] = [1, 2, 3, 4, 6, 8, 12, 16, 23, 32, 64];

/// One text as painted.
#[derive(Clone, Debug)]
pub struct Painted {
    pub text: String,
    pub ink: Rect,
    clip: Rect,
    pub size: f32,
    is_cut: bool,
}

impl Painted {
    /// Whether it is scrolled to, all of it.
    pub fn is_in_its_list(&self) -> bool {
        self.clip.contains_rect(self.ink)
    }
}

/// The texts of the last of some frames, which come 400 ms apart.
pub fn texts(dashboard: &mut Dashboard, source: &mut Fixed, size: Vec2) -> Vec<Painted> {
    texts_after(&[None; 3], dashboard, source, size)
}

/// The texts of the last frame, after some in each of which a key may be pressed.
pub fn texts_after(
    keys: &[Option<Key>],
    dashboard: &mut Dashboard,
    source: &mut Fixed,
    size: Vec2,
) -> Vec<Painted> {
    let ctx = Context::default();
    let mut shapes = Vec::new();
    for key in keys {
        let press = |key: &Key| Event::Key {
            key: *key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, size)),
            events: key.iter().map(press).collect(),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| dashboard.ui(ui, source));
        shapes = std::mem::take(&mut output.shapes);
        output.drop_without_applying_deltas(); // nobody looks at the pixels
        source.now = source.now + Duration::from_millis(400);
    }
    let mut painted = Vec::new();
    for ClippedShape { clip_rect, shape, .. } in &shapes {
        collect(shape, *clip_rect, &mut painted);
    }
    painted
}

fn collect(shape: &Shape, clip: Rect, painted: &mut Vec<Painted>) {
    if let Shape::Vec(shapes) = shape {
        shapes.iter().for_each(|shape| collect(shape, clip, painted));
    }
    if let Shape::Text(text) = shape
        && !text.galley.text().trim().is_empty()
    {
        painted.push(Painted {
            text: text.galley.text().to_owned(),
            ink: text.visual_bounding_rect(),
            clip,
            size: text.galley.job.sections.first().map_or(0.0, |part| part.format.font_id.size),
            is_cut: text.galley.elided,
        });
    }
}

/// How far two inks may touch: glyphs are rounded to pixels and smoothed at their edges.
const SMOOTHING: f32 = 1.0;

#[track_caller]
pub fn check(painted: &[Painted], size: Vec2, what: &str) {
    assert!(painted.len() > 5, "{what}: nothing is painted");
    let screen = Rect::from_min_size(egui::Pos2::ZERO, size);
    let mut bad = Vec::new();
    for (index, one) in painted.iter().enumerate() {
        let inside = one.clip.intersect(screen).expand(SMOOTHING);
        if !inside.contains_rect(one.ink) {
            bad.push(format!("clipped: {:?} at {}", one.text, one.ink));
        }
        if one.size < 11.0 {
            bad.push(format!("too small: {:?}, {} points", one.text, one.size));
        }
        for other in &painted[..index] {
            if one.ink.shrink(SMOOTHING).intersects(other.ink.shrink(SMOOTHING)) {
                bad.push(format!(
                    "{:?} at {} over {:?} at {}",
                    one.text, one.ink, other.text, other.ink
                ));
            }
        }
    }
    assert!(
        bad.is_empty(),
        "{what}: {} faults, the first:\n{}",
        bad.len(),
        bad[..bad.len().min(12)].join("\n")
    );
}

/// From so near that 64 beds go on one page of either screen.
const NEAR_MM: u32 = 350;

fn shown(view: BoardView, language: Language) -> (Dashboard, Fixed) {
    let mut dashboard = Dashboard::new(language);
    let near = ViewOptions { viewing_distance_mm: NEAR_MM, ..ViewOptions::default() };
    dashboard.set_options(near);
    let since = Some(crate::common::WALL);
    dashboard.set_notices(vec![Notice { since, ..Notice::of(TextKey::InputPaused) }]);
    (dashboard, crate::common::fixed(view))
}

#[test]
fn no_text_of_the_ward_is_clipped_or_overlaps() {
    for size in SCREENS {
        for count in COUNTS {
            for language in Language::ALL {
                for mode in [StationMode::Live, StationMode::Simulation] {
                    let (mut dashboard, mut source) =
                        shown(crate::common::ward(mode, count), language);
                    let painted = texts(&mut dashboard, &mut source, size);
                    check(&painted, size, &format!("{count} beds, {size}, {language:?}, {mode:?}"));
                }
            }
        }
    }
}

#[test]
fn no_text_of_any_bed_view_is_clipped_or_overlaps() {
    for size in SCREENS {
        for index in 0..23 {
            for language in Language::ALL {
                let (mut dashboard, mut source) =
                    shown(crate::common::ward(StationMode::Replay, 23), language);
                dashboard.open(Some(Place::of(&crate::common::any(index))));
                let painted = texts(&mut dashboard, &mut source, size);
                check(&painted, size, &format!("bed {index} open, {size}, {language:?}"));
            }
        }
    }
}

#[test]
fn the_tray_takes_its_place_from_the_beds() {
    for size in SCREENS {
        for count in [1, 8, 64] {
            let mut view = crate::common::ward(StationMode::Live, count);
            view.unassigned = (0..12).map(|_| crate::common::tray()[0].clone()).collect();
            let (mut dashboard, mut source) = shown(view, Language::French);
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("{count} beds and a tray, {size}"));
        }
    }
}

#[test]
fn long_names_end_in_an_ellipsis_and_push_nothing_away() {
    let mut view = crate::common::ward(StationMode::Replay, 32);
    for tile in &mut view.tiles {
        let tile = std::sync::Arc::make_mut(tile);
        tile.label = Text::from("Soins intensifs néonatals, chambre 12, lit côté fenêtre");
        for alarm in &mut tile.alarms.list {
            alarm.text =
                Text::from("***VENTRIKULÄRE TACHYKARDIE MIT SEHR LANGEM TEXT DES HERSTELLERS");
        }
    }
    for size in SCREENS {
        let (mut dashboard, mut source) = shown(view.clone(), Language::Indonesian);
        let painted = texts(&mut dashboard, &mut source, size);
        check(&painted, size, "long names");
    }
}

#[test]
fn the_minimum_of_every_tile_is_there_at_every_count() {
    for size in SCREENS {
        for count in COUNTS {
            let view = crate::common::board(
                StationMode::Replay,
                (0..count).map(crate::common::normal).collect(),
            );
            let (mut dashboard, mut source) = shown(view, Language::English);
            let painted = texts(&mut dashboard, &mut source, size);
            let all =
                |what: &str| painted.iter().filter(|one| one.text == what && !one.is_cut).count();
            let what = format!("{count} beds, {size}");
            // Where not even the minimum has room, there are pages.
            let shown = painted.iter().filter(|one| one.text.starts_with("Bed ")).count();
            assert!(shown == count || (count == 64 && shown >= 32), "{shown} beds: {what}");
            let count = shown;
            assert_eq!(all("97"), count, "SpO2: {what}");
            assert_eq!(all("37.1"), count, "temperature: {what}");
            assert_eq!(all("live"), count, "link: {what}");
            // Once more in the top bar.
            assert_eq!(all("REPLAY"), count + 1, "mode: {what}");
            for bed in 1..=count {
                assert_eq!(all(&format!("Bed {bed}")), 1, "label: {what}");
            }
            let pressures =
                painted.iter().filter(|one| one.text.contains('/') && one.text.starts_with('1'));
            assert!(pressures.count() >= count, "pressure: {what}");
        }
    }
}

#[test]
fn no_text_of_the_cover_is_clipped_or_overlaps_and_no_value_stands_under_it() {
    for size in SCREENS {
        for count in COUNTS {
            for language in Language::ALL {
                let mut view = crate::common::ward(StationMode::Simulation, count);
                view.unassigned = vec![crate::common::tray()[0].clone()];
                let (mut dashboard, mut source) = shown(view, language);
                dashboard.set_stopped(Some(crate::common::WALL));
                let painted = texts(&mut dashboard, &mut source, size);
                let what = format!("{count} beds, {size}, {language:?}");
                check(&painted, size, &what);
                let stopped = Words::new(language).text(TextKey::StationStopped);
                let covers = painted.iter().filter(|one| one.text == stopped && !one.is_cut);
                assert_eq!(covers.count(), count, "{what}");
                assert!(painted.iter().all(|one| one.text != "97" && !one.text.contains('(')));
            }
        }
    }
}

#[test]
fn many_notices_are_counted_and_leave_the_disclaimer_its_place() {
    for size in SCREENS {
        for language in Language::ALL {
            let (mut dashboard, mut source) =
                shown(crate::common::ward(StationMode::Live, 8), language);
            let notice = |text| Notice {
                detail: Some(Text::from("a default route leads out by enp3s0")),
                since: Some(crate::common::WALL),
                ..Notice::of(text)
            };
            let keys = [TextKey::DataDropped, TextKey::GuardSilent, TextKey::ConfigRefused];
            dashboard.set_notices(keys.map(notice).to_vec());
            let painted = texts(&mut dashboard, &mut source, size);
            check(&painted, size, &format!("notices, {size}, {language:?}"));
        }
    }
}

#[test]
fn no_text_of_a_trend_is_clipped_or_overlaps() {
    let answers: [fn(&vigie_model::MetricKey) -> Trend; 4] =
        [crate::common::hour, |_| Trend::Loading, |_| Trend::NoRecord, |_| Trend::Locked];
    for size in SCREENS {
        for index in 0..23 {
            for language in Language::ALL {
                for (nth, trend) in answers.iter().enumerate() {
                    let (mut dashboard, mut source) =
                        shown(crate::common::ward(StationMode::Live, 23), language);
                    source.trend = *trend;
                    dashboard.open(Some(Place::of(&crate::common::any(index))));
                    let painted = texts(&mut dashboard, &mut source, size);
                    let what = format!("bed {index} open, {size}, {language:?}, answer {nth}");
                    check(&painted, size, &what);
                    if nth == 0 && !crate::common::any(index).blocks.is_empty() {
                        assert!(painted.iter().any(|one| one.text == "03:00"), "hours: {what}");
                        assert!(painted.iter().any(|one| one.text == "59"), "range: {what}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_record_line_gives_way_and_its_panel_lies_over_all() {
    for size in SCREENS {
        for mode in [StationMode::Live, StationMode::Simulation] {
            for language in Language::ALL {
                for is_copying in [false, true] {
                    let (mut dashboard, mut source) = shown(crate::common::ward(mode, 8), language);
                    dashboard.set_record(Some(crate::common::note(is_copying)));
                    dashboard.set_notices(Vec::new());
                    let painted = texts(&mut dashboard, &mut source, size);
                    let what = format!("{size}, {mode:?}, {language:?}, {is_copying}");
                    check(&painted, size, &what);
                    let is_there = painted.iter().any(|one| one.text.starts_with("record: "));
                    assert!(is_there, "the line is there: {what}");
                    let notice = |text: &str| Notice::of(text.to_owned());
                    let said = ["RECORDING STOPPED: disk full 03:14:15: no space left", "disk"];
                    dashboard.set_notices(said.map(notice).to_vec());
                    let painted = texts(&mut dashboard, &mut source, size);
                    check(&painted, size, &format!("{what}, notices"));
                }
            }
        }
    }
}

#[test]
fn no_text_of_the_column_or_the_strip_is_clipped_or_overlaps() {
    for size in SCREENS {
        for count in [1, 8, 32] {
            for language in Language::ALL {
                for (nth, theme) in
                    [Theme::DAY, Theme::NIGHT, Theme::COLOUR_BLIND].into_iter().enumerate()
                {
                    let mut view = crate::common::alarms_ward(StationMode::Simulation, count);
                    view.sound =
                        [crate::common::paused(), crate::common::off(), Default::default()][nth]
                            .clone();
                    let (mut dashboard, mut source) = shown(view, language);
                    dashboard.set_theme(theme);
                    dashboard.set_initials(Some(Text::from("WMWMWM")));
                    let policy = ViewOptions { may_turn_audio_off: true, ..ViewOptions::default() };
                    dashboard.set_options(policy);
                    if nth == 1 {
                        dashboard.ask_initials();
                    }
                    if count == 8 && nth == 2 {
                        dashboard.open(Some(Place::of(&crate::common::escalated(1))));
                    }
                    let painted = texts(&mut dashboard, &mut source, size);
                    let what = format!("{count} beds, {size}, {language:?}, {theme:?}");
                    check(&painted, size, &what);
                }
            }
        }
    }
}

#[test]
fn no_text_of_a_lost_switch_is_clipped_or_overlaps() {
    for size in SCREENS {
        for count in [8, 32] {
            for language in Language::ALL {
                let (mut dashboard, mut source) =
                    shown(crate::common::switch_lost(count), language);
                let painted = texts(&mut dashboard, &mut source, size);
                check(&painted, size, &format!("{count} beds, {size}, {language:?}"));
            }
        }
    }
}

#[test]
fn critical_digits_can_be_read_from_the_distance_or_are_alone_on_their_page() {
    for size in SCREENS {
        for count in [4, 8, 16, 32, 64] {
            for distance_mm in [600, 1_000, 2_000, 3_000] {
                let view = crate::common::board(
                    StationMode::Live,
                    (0..count).map(crate::common::normal).collect(),
                );
                let (mut dashboard, mut source) = shown(view, Language::French);
                let options =
                    ViewOptions { viewing_distance_mm: distance_mm, ..ViewOptions::default() };
                dashboard.set_options(options);
                let painted = texts(&mut dashboard, &mut source, size);
                let what = format!("{count} beds, {size}, {distance_mm} mm");
                check(&painted, size, &what);
                let digits = painted.iter().filter(|one| one.text == "97");
                let sizes: Vec<f32> = digits.map(|one| one.size).collect();
                let least = Sight::new(distance_mm as f32, None, 1.0, 1.0).size_min();
                let smallest = sizes.iter().copied().fold(f32::MAX, f32::min);
                assert!(
                    smallest >= least.floor() || sizes.len() == 1,
                    "{smallest} {least}: {what}"
                );
            }
        }
    }
}

#[test]
fn no_text_of_a_form_is_clipped_or_overlaps() {
    let tiles = [
        crate::common::assessed::scored,
        crate::common::assessed::scored_in_alarm,
        crate::common::assessed::not_entered,
        crate::common::normal,
    ];
    for size in SCREENS {
        for (index, tile) in tiles.iter().enumerate() {
            for language in Language::ALL {
                for panel in [Some(Panel::Scores), Some(Panel::Limits), None] {
                    let view = crate::common::board(StationMode::Simulation, vec![tile(0)]);
                    let (mut dashboard, mut source) = shown(crate::common::listed(view), language);
                    dashboard.open(Some(Place::of(&tile(0))));
                    dashboard.show_form(panel);
                    let painted = texts(&mut dashboard, &mut source, size);
                    check(&painted, size, &format!("{index}, {panel:?}, {size}, {language:?}"));
                }
            }
        }
    }
}

#[test]
fn no_text_of_the_alarm_log_is_clipped_or_overlaps() {
    let logs: [fn(&vigie_dashboard::LogWanted) -> vigie_dashboard::Log; 2] =
        [crate::common::assessed::log, |_| vigie_dashboard::Log::Locked];
    for size in SCREENS {
        for count in [2, 32] {
            for language in Language::ALL {
                for log in logs {
                    let view = crate::common::alarms_ward(StationMode::Replay, count);
                    let (mut dashboard, mut source) = shown(view, language);
                    source.log = log;
                    dashboard.open_log(None);
                    let painted = texts(&mut dashboard, &mut source, size);
                    check(&painted, size, &format!("log, {count} beds, {size}, {language:?}"));
                }
            }
        }
    }
}

#[test]
fn no_text_of_several_devices_is_clipped_or_overlaps() {
    for size in SCREENS {
        for language in Language::ALL {
            for count in [1, 4, 9, 23, 64] {
                let (mut dashboard, mut source) =
                    shown(crate::common::several::ward(StationMode::Live, count), language);
                let painted = texts(&mut dashboard, &mut source, size);
                check(&painted, size, &format!("{count} beds, {size}, {language:?}"));
            }
            let panels = [None, Some(Panel::Devices)];
            for (index, panel) in (0..9).flat_map(|index| panels.map(|panel| (index, panel))) {
                let view = crate::common::several::ward(StationMode::Simulation, 9);
                let place = Place::of(&view.tiles[index]);
                let (mut dashboard, mut source) = shown(view, language);
                dashboard.open(Some(place));
                dashboard.show_form(panel);
                let painted = texts(&mut dashboard, &mut source, size);
                check(&painted, size, &format!("bed {index}, {panel:?}, {size}, {language:?}"));
            }
            for count in [1, 64] {
                let view = crate::common::several::ward(StationMode::Live, count);
                let place = Place::of(&view.unassigned[0]);
                let (mut dashboard, mut source) = shown(view, language);
                dashboard.open(Some(place));
                dashboard.show_form(Some(Panel::Place));
                let painted = texts(&mut dashboard, &mut source, size);
                check(&painted, size, &format!("tray, {count} beds, {size}, {language:?}"));
            }
        }
    }
}
