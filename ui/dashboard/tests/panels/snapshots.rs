//! A few small pictures of what must not change unseen, painted without a screen and compared with those in
//! `tests/snapshots`.
//!
//! After a wanted change: `VIGIE_SNAPSHOTS=renew cargo test --workspace --test panels snapshots`, and look at
//! every picture before it is committed.

use std::{fs::File, io::BufReader, path::PathBuf, sync::Arc};

use egui::{Color32, ColorImage, Context, RawInput, Rect, pos2};
use vigie_board::view::TileView;
use vigie_canvas::Canvas;
use vigie_dashboard::{Dashboard, Theme, clear_color};
use vigie_model::Before;
use vigie_words::Language;

use crate::common::{self, fixed, listed, live};

/// The whole window, of which a picture is a part.
const WINDOW: [usize; 2] = [1280, 720];
/// How far a channel of a pixel may be off before it counts as another one.
const CHANNEL_OFF: u8 = 24;
/// How many pixels of a thousand may be other ones.
const PIXELS_OFF: usize = 5;

/// Where a picture is cut out: left, top, width, height.
type Part = [usize; 4];

/// The first tile of twelve.
const TILE: Part = [0, 96, 320, 160];
/// The left of the waves of a bed that has the ward for itself.
const WAVES: Part = [0, 270, 320, 200];

/// Paints a ward and cuts a part out of it.
fn painted(tiles: Vec<TileView>, theme: Theme, part: Part) -> ColorImage {
    let mut dashboard = Dashboard::new(Language::English);
    dashboard.set_theme(theme);
    let source = fixed(listed(live(tiles)));
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    // Fonts come with the first frame, the layout settles with the second.
    for _ in 0..3 {
        let screen_rect = Some(Rect::from_min_max(pos2(0.0, 0.0), pos2(1280.0, 720.0)));
        let input = RawInput { screen_rect, ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| dashboard.ui(ui, &source));
        canvas.paint(&ctx, &mut output, WINDOW, clear_color());
    }
    let whole = canvas.image();
    let [left, top, width, height] = part;
    let rows = whole.pixels.chunks(WINDOW[0]).skip(top).take(height);
    let pixels = rows.flat_map(|row| row[left..left + width].iter().copied()).collect();
    ColorImage::new([width, height], pixels)
}

/// Twelve beds of which the first is this one.
fn first_of_twelve(tile: TileView) -> Vec<TileView> {
    std::iter::once(tile).chain((1..12).map(common::normal)).collect()
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "snapshots", &format!("{name}.png")].iter().collect()
}

fn write(image: &ColorImage, name: &str) {
    let file = File::create(file(name)).expect("a file");
    let [width, height] = image.size.map(|side| u32::try_from(side).expect("a small picture"));
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let rgb: Vec<u8> =
        image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb)).expect("a picture");
}

fn read(name: &str) -> ColorImage {
    let path = file(name);
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut rgb).expect("a picture");
    let pixels = rgb.chunks(3).map(|rgb| Color32::from_rgb(rgb[0], rgb[1], rgb[2])).collect();
    ColorImage::new([info.width as usize, info.height as usize], pixels)
}

/// How many pixels are other ones.
fn differing(one: &ColorImage, other: &ColorImage) -> usize {
    let is_off = |(a, b): (&Color32, &Color32)| {
        let pairs = a.to_array().into_iter().zip(b.to_array());
        pairs.map(|(a, b)| a.abs_diff(b)).any(|off| off > CHANNEL_OFF)
    };
    one.pixels.iter().zip(&other.pixels).filter(|pair| is_off(*pair)).count()
}

#[track_caller]
fn check(name: &str, image: &ColorImage) {
    if std::env::var("VIGIE_SNAPSHOTS").is_ok_and(|wish| wish == "renew") {
        write(image, name);
        return;
    }
    let kept = read(name);
    assert_eq!(kept.size, image.size, "{name}");
    let (off, all) = (differing(&kept, image), image.pixels.len());
    assert!(off * 1_000 <= all * PIXELS_OFF, "{name}: {off} of {all} pixels are other ones");
}

#[test]
fn a_live_tile() {
    check("tile-live", &painted(first_of_twelve(common::normal(0)), Theme::default(), TILE));
}

#[test]
fn a_tile_with_a_high_alarm() {
    check("tile-high", &painted(first_of_twelve(common::high(0)), Theme::default(), TILE));
}

#[test]
fn a_stale_tile() {
    check("tile-stale", &painted(first_of_twelve(common::stale(0)), Theme::default(), TILE));
}

#[test]
fn a_tile_at_night() {
    let night = Theme { is_night: true, ..Theme::default() };
    check("tile-night", &painted(first_of_twelve(common::normal(0)), night, TILE));
}

#[test]
fn an_ecg_with_its_millivolt() {
    check("wave-millivolt", &painted(vec![common::normal(0)], Theme::default(), WAVES));
}

#[test]
fn a_wave_with_a_gap() {
    let mut tile = common::normal(0);
    for wave in &mut tile.waves {
        // A second is missing, three seconds ago.
        let end = wave.trace.last().expect("samples").start;
        wave.trace.retain(|chunk| {
            let age = end.since(chunk.start).as_secs_f64();
            !(3.0..4.0).contains(&age)
        });
        for nth in 1..wave.trace.len() {
            if end.since(wave.trace[nth].start).as_secs_f64() < 3.0
                && end.since(wave.trace[nth - 1].start).as_secs_f64() >= 4.0
            {
                Arc::make_mut(&mut wave.trace[nth]).before = Before::Gap;
            }
        }
    }
    check("wave-gap", &painted(vec![tile], Theme::default(), WAVES));
}

#[test]
fn a_picture_that_differs_is_seen() {
    let live = painted(first_of_twelve(common::normal(0)), Theme::default(), TILE);
    let mut moved = live.clone();
    moved.pixels.rotate_right(1);
    let other = painted(first_of_twelve(common::stale(0)), Theme::default(), TILE);
    for changed in [moved, other] {
        assert!(differing(&live, &changed) * 1_000 > live.pixels.len() * PIXELS_OFF);
    }
    assert_eq!(differing(&live, &live.clone()), 0);
}
