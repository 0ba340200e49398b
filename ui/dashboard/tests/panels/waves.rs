//! How waves are shown: speed, gain, motion, grid, as they are chosen and as they are said.

use egui::{Context, Key, Shape, epaint::ClippedShape, vec2};
use vigie_dashboard::{Dashboard, Gain, Motion, Place, Speed, ViewOptions};
use vigie_words::Language;

use crate::common::{
    self, fixed,
    painted::{painted_at, texts},
    screen::Screen,
};

/// What is written in a bed view of one bed.
fn written_in_bed(options: ViewOptions) -> Vec<String> {
    let (_, shapes) = painted_bed(options);
    texts(&shapes).into_iter().map(|(text, _, _)| text).collect()
}

fn painted_bed(options: ViewOptions) -> (Dashboard, Vec<ClippedShape>) {
    let tile = common::normal(0);
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.set_options(options);
    dashboard.open(Some(Place::of(&tile)));
    let mut source = fixed(common::live(vec![tile]));
    let size = vec2(1920.0, 1080.0);
    let shapes = painted_at(&Context::default(), &mut dashboard, &mut source, 3, size);
    (dashboard, shapes)
}

fn measured(options: ViewOptions) -> ViewOptions {
    ViewOptions { pixels_per_mm: Some(4.0), ..options }
}

#[test]
fn the_keys_change_speed_gain_and_motion_and_the_bar_says_what_holds() {
    let mut screen = Screen::one(common::normal(0));
    for (key, said) in [
        (Key::F2, "50 mm/s, not to scale"),
        (Key::F2, "6.25 mm/s, not to scale"),
        (Key::F2, "12.5 mm/s, not to scale"),
        (Key::F2, "25 mm/s, not to scale"),
        (Key::F3, "ECG 2.5 mm/mV"),
        (Key::F3, "ECG 5 mm/mV"),
        (Key::F3, "ECG 10 mm/mV"),
        (Key::F3, "ECG 20 mm/mV"),
        (Key::F3, "ECG 40 mm/mV"),
        (Key::F3, "ECG: gain as each trace fits"),
        (Key::F4, "waves: scrolling"),
        (Key::F4, "waves: erase bar"),
        (Key::F5, "grid: 5 mm is 0.2 s"),
        (Key::F5, "no grid"),
    ] {
        screen.never_says(said);
        screen.press(key);
        screen.says(said);
    }
    assert_eq!(*screen.dashboard.borrow().options(), ViewOptions::default());
}

#[test]
fn each_wave_of_the_bed_view_says_its_speed_and_gain() {
    let mut screen = Screen::opened(common::normal(0));
    screen.says("ECG II, -1 to 1.5 mV, 500 Hz, 25 mm/s");
    screen.press(Key::F2);
    screen.press(Key::F3);
    screen.says("ECG II, 2.5 mm/mV, 500 Hz, 50 mm/s");
    // Breathing goes slower than the rest.
    let said = screen.said();
    let is_breathing = |line: &&String| line.starts_with("Resp, ") && line.ends_with(", 12.5 mm/s");
    assert_eq!(said.iter().filter(is_breathing).count(), 1, "{said:?}");
}

#[test]
fn a_gain_that_would_cut_the_trace_is_less_and_says_so() {
    let most = Gain::from_centi_mm(4_000);
    let written = written_in_bed(ViewOptions { gain: most, ..ViewOptions::default() });
    assert!(written.iter().any(|text| text.ends_with("mm/mV, auto scale")), "{written:?}");
    assert!(!written.iter().any(|text| text == "40 mm/mV"), "{written:?}");
    let low = Gain::from_centi_mm(250);
    let written = written_in_bed(ViewOptions { gain: low, ..ViewOptions::default() });
    assert!(written.iter().any(|text| text == "2.5 mm/mV"), "{written:?}");
    assert!(!written.iter().any(|text| text.contains("mV, auto")), "{written:?}");
}

#[test]
fn not_to_scale_stands_until_the_screen_is_measured() {
    let says_it = |options| {
        let written = written_in_bed(options);
        assert!(written.iter().any(|text| text.starts_with("25 mm/s")), "{written:?}");
        written.iter().any(|text| text.contains("not to scale"))
    };
    assert!(says_it(ViewOptions::default()));
    assert!(!says_it(measured(ViewOptions::default())));
}

/// Upright areas one pixel wide in the meshes of a frame: lines of grids, by their top and their x.
fn upright_lines(shapes: &[ClippedShape]) -> Vec<(f32, f32)> {
    let mut found = Vec::new();
    let mut left: Vec<&Shape> = shapes.iter().map(|clipped| &clipped.shape).collect();
    while let Some(shape) = left.pop() {
        if let Shape::Vec(inner) = shape {
            left.extend(inner);
        }
        if let Shape::Mesh(mesh) = shape {
            for quad in mesh.vertices.chunks_exact(4) {
                let size = quad[3].pos - quad[0].pos;
                if (size.x - 1.0).abs() < 0.01 && size.y > 20.0 {
                    found.push((quad[0].pos.y, quad[0].pos.x));
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    found
}

#[test]
fn a_grid_has_its_lines_at_each_measured_millimetre_and_none_unless_it_is_wanted() {
    let (_, without) = painted_bed(measured(ViewOptions::default()));
    assert_eq!(upright_lines(&without), []);
    let wanted = ViewOptions { has_grid: true, gain: Some(Gain::USUAL), ..ViewOptions::default() };
    let (_, with) = painted_bed(measured(wanted));
    let lines = upright_lines(&with);
    assert!(lines.len() > 100, "{lines:?}");
    // 4 pixels a millimetre.
    let in_one_wave = lines.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    for pair in in_one_wave {
        assert_eq!(pair[1].1 - pair[0].1, 4.0, "{pair:?}");
    }
    let texts: Vec<String> = texts(&with).into_iter().map(|(text, _, _)| text).collect();
    let note = "25 mm/s, 10 mm/mV, grid: 5 mm is 0.2 s, 0.5 mV";
    assert!(texts.iter().any(|text| text == note), "{texts:?}");
}

#[test]
fn what_the_configuration_says_holds_from_the_first_frame() {
    let slow = Speed::from_centi_mm(625).unwrap();
    let options = ViewOptions { speed: slow, motion: Motion::Scroll, ..ViewOptions::default() };
    let written = written_in_bed(options);
    assert!(written.iter().any(|text| text == "6.25 mm/s"), "{written:?}");
    let written = written_in_bed(ViewOptions { motion: Motion::Scroll, ..ViewOptions::default() });
    // Half of it for breathing, where the place is wide.
    assert!(written.iter().any(|text| text == "12.5 mm/s"), "{written:?}");
}
