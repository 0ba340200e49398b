//! What is painted over the frame before looks, pixel for pixel, as what is painted from nothing.

use std::sync::Arc;

use egui::{
    Color32, ColorImage, Context, CornerRadius, FontId, Mesh, Painter, RawInput, Rect, Shape,
    Stroke, StrokeKind, TextureHandle, TextureOptions,
    emath::TSTransform,
    epaint::{ClippedShape, Primitive, RectShape},
    pos2, vec2,
};
use proptest::{collection::vec, prelude::*};
use vigie_canvas::Canvas;

const SIZE: [usize; 2] = [160, 120];
const COLORS: [Color32; 4] = [
    Color32::WHITE,
    Color32::from_rgb(200, 30, 40),
    Color32::from_rgba_premultiplied(20, 60, 20, 90),
    Color32::TRANSPARENT,
];

/// Something that may stand in a frame.
#[derive(Clone, Debug)]
enum Thing {
    Box(Rect, usize, u8),
    Word(f32, f32, usize),
    Line(f32, f32, f32, f32),
    Dot(f32, f32, f32, usize),
    Fan(f32, f32, usize),
}

/// One frame: what stands in it, how far its sweep is, and what is inked.
#[derive(Clone, Debug)]
struct Step {
    things: Vec<Thing>,
    sweep: u8,
    ink: Vec<(u8, u8, u8)>,
}

fn thing() -> impl Strategy<Value = Thing> {
    let x = -10.0_f32..170.0;
    let y = -10.0_f32..130.0;
    let rect = (x.clone(), y.clone(), 0.0_f32..80.0, 0.0_f32..60.0)
        .prop_map(|(x, y, width, height)| Rect::from_min_size(pos2(x, y), vec2(width, height)));
    prop_oneof![
        (rect, 0..COLORS.len(), 0_u8..8)
            .prop_map(|(rect, color, round)| Thing::Box(rect, color, round)),
        (x.clone(), y.clone(), 0_usize..6).prop_map(|(x, y, word)| Thing::Word(x, y, word)),
        (x.clone(), y.clone(), x.clone(), y.clone())
            .prop_map(|(a, b, c, d)| Thing::Line(a, b, c, d)),
        (x.clone(), y.clone(), 0.0_f32..20.0, 0..COLORS.len())
            .prop_map(|(x, y, radius, color)| Thing::Dot(x, y, radius, color)),
        (x, y, 0..COLORS.len()).prop_map(|(x, y, color)| Thing::Fan(x, y, color)),
    ]
}

/// Frames that follow each other: most things stay, some go, come or move.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let change = (any::<prop::sample::Index>(), prop::option::of(thing()), any::<bool>());
    let next = (vec(change, 0..4), 0_u8..64, vec((0_u8..64, 0_u8..16, any::<u8>()), 0..6));
    (vec(thing(), 0..12), vec(next, 1..8)).prop_map(|(mut things, changes)| {
        let steps = changes.into_iter().map(|(changes, sweep, ink)| {
            for (at, thing, replaces) in changes {
                let at = at.index(things.len() + 1);
                if replaces && at < things.len() {
                    things.remove(at);
                }
                if let Some(thing) = thing {
                    things.insert(at.min(things.len()), thing);
                }
            }
            Step { things: things.clone(), sweep, ink }
        });
        steps.collect()
    })
}

fn paint(painter: &Painter, thing: &Thing) {
    match *thing {
        Thing::Box(rect, color, round) => {
            let stroke = Stroke::new(1.0, Color32::GRAY);
            let round = CornerRadius::same(round);
            painter.rect(rect, round, COLORS[color], stroke, StrokeKind::Inside);
        }
        Thing::Word(x, y, word) => {
            let words = ["72", "SpO2", "I", "98 %", "resp", "88"];
            let font = FontId::proportional(10.0 + word as f32 * 3.0);
            painter.text(pos2(x, y), egui::Align2::LEFT_TOP, words[word], font, Color32::GREEN);
        }
        Thing::Line(a, b, c, d) => {
            painter.line_segment([pos2(a, b), pos2(c, d)], Stroke::new(2.0, Color32::YELLOW));
        }
        Thing::Dot(x, y, radius, color) => {
            painter.circle(pos2(x, y), radius, COLORS[color], Stroke::new(1.0, Color32::WHITE));
        }
        Thing::Fan(x, y, color) => {
            let mut mesh = Mesh::default();
            for corner in [vec2(0.0, 0.0), vec2(30.0, 5.0), vec2(12.5, 40.0), vec2(-20.0, 20.0)] {
                mesh.colored_vertex(pos2(x, y) + corner, COLORS[color]);
            }
            mesh.add_triangle(0, 1, 2);
            mesh.add_triangle(0, 2, 3);
            painter.add(Shape::Mesh(Arc::new(mesh)));
        }
    }
}

/// A sweep over a texture of 64 by 16 texels: what is left and right of a gap, as waves are painted.
fn sweep(painter: &Painter, texture: &TextureHandle, at: u8) {
    let mut mesh = Mesh::with_texture(texture.id());
    let at = f32::from(at);
    for (from, to) in [(0.0, at), ((at + 6.0).min(64.0), 64.0)] {
        let rect = Rect::from_min_max(pos2(40.0 + from, 60.0), pos2(40.0 + to, 76.0));
        let uv = Rect::from_min_max(pos2(from / 64.0, 0.0), pos2(to / 64.0, 1.0));
        mesh.add_rect_with_uv(rect, uv, Color32::from_rgb(60, 220, 90));
    }
    painter.add(Shape::mesh(mesh));
}

fn texel(coverage: u8) -> Color32 {
    Color32::from_rgba_premultiplied(coverage, coverage, coverage, coverage)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn over_the_frame_before_or_from_nothing_the_pixels_are_the_same(steps in steps(), scale in prop_oneof![Just(1.0_f32), Just(1.3), Just(2.0)]) {
        let ctx = Context::default();
        ctx.set_pixels_per_point(scale);
        let blank = ColorImage::filled([64, 16], Color32::TRANSPARENT);
        let mut texture = ctx.load_texture("waves", blank, TextureOptions::NEAREST);
        let (mut over, mut anew) = (Canvas::default(), Canvas::default());
        for step in &steps {
            for (column, row, coverage) in &step.ink {
                let image = ColorImage::filled([1, 1], texel(*coverage));
                texture.set_partial([usize::from(*column), usize::from(*row)], image, TextureOptions::NEAREST);
            }
            let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(160.0, 120.0) / scale);
            let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
            let mut output = ctx.run_ui(input, |ui| {
                let painter = ui.ctx().layer_painter(egui::LayerId::background());
                for (nth, thing) in step.things.iter().enumerate() {
                    // Some are cut off.
                    let cut = Rect::from_min_max(pos2(20.0, 10.0), pos2(90.5, 70.2));
                    let painter = if nth % 3 == 2 { painter.with_clip_rect(cut) } else { painter.clone() };
                    paint(&painter, thing);
                }
                sweep(&painter, &texture, step.sweep);
            });
            let mut again = output.clone();
            over.paint(&ctx, &mut output, SIZE, Color32::BLACK);
            anew.forget();
            anew.paint(&ctx, &mut again, SIZE, Color32::BLACK);
            let differing = over.pixels().iter().zip(anew.pixels()).position(|(a, b)| a != b);
            prop_assert_eq!(differing.map(|at| (at % SIZE[0], at / SIZE[0])), None);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn the_sides_of_a_frame_are_all_of_it(
        (x, y, width, height) in (-40.0_f32..60.0, -40.0_f32..60.0, 20.0_f32..170.0, 20.0_f32..140.0),
        (round, stroke, kind) in (0_u8..9, 0.5_f32..6.0, 0_usize..3),
        scale in prop_oneof![Just(1.0_f32), Just(1.3), Just(2.0)],
    ) {
        let ctx = Context::default();
        ctx.set_pixels_per_point(scale);
        let rect = Rect::from_min_size(pos2(x, y), vec2(width, height));
        let kind = [StrokeKind::Inside, StrokeKind::Middle, StrokeKind::Outside][kind];
        let stroke = Stroke::new(stroke, Color32::from_rgba_premultiplied(120, 60, 20, 130));
        let hollow = Shape::from(RectShape::stroke(rect, round, stroke, kind));
        // A mesh of the same triangles is one item, whatever its shape.
        let painted = |is_mesh: bool| {
            let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(160.0, 120.0) / scale);
            let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
            let mut output = ctx.run_ui(input, |ui| {
                ui.ctx().layer_painter(egui::LayerId::background()).add(hollow.clone());
            });
            if is_mesh {
                let shapes = std::mem::take(&mut output.shapes);
                for part in ctx.tessellate(shapes, scale) {
                    let Primitive::Mesh(mesh) = part.primitive else { continue };
                    let shape = Shape::mesh(mesh);
                    output.shapes.push(ClippedShape {
                        clip_rect: part.clip_rect,
                        shape,
                        transform_after_tessellation: TSTransform::IDENTITY,
                    });
                }
            }
            let mut canvas = Canvas::default();
            canvas.paint(&ctx, &mut output, SIZE, Color32::BLACK);
            canvas.pixels().to_vec()
        };
        painted(false);
        let (sides, whole) = (painted(false), painted(true));
        let differing = sides.iter().zip(&whole).position(|(a, b)| a != b);
        prop_assert_eq!(differing.map(|at| (at % SIZE[0], at / SIZE[0])), None);
    }
}

#[test]
fn a_frame_that_flashes_leaves_what_it_surrounds() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let content = |color: Color32| {
        move |painter: &Painter| {
            paint(painter, &Thing::Word(50.0, 50.0, 3));
            let rect = Rect::from_min_max(pos2(10.0, 10.0), pos2(150.0, 110.0));
            painter.rect_stroke(rect, 4.0, Stroke::new(2.5, color), StrokeKind::Outside);
        }
    };
    for color in [COLORS[0], COLORS[1], COLORS[0]] {
        frame(&ctx, &mut canvas, content(color));
    }
    let areas = frame(&ctx, &mut canvas, content(COLORS[1]));
    let pixels: usize = areas.iter().map(|area| area.pixels()).sum();
    assert!((1..160 * 120 / 3).contains(&pixels), "{areas:?}");
    let middle = |area: &vigie_canvas::Area| area.left < 80 && area.right > 80 && area.top < 60;
    assert!(!areas.iter().any(|area| middle(area) && area.bottom > 60), "{areas:?}");
}

fn frame(
    ctx: &Context,
    canvas: &mut Canvas,
    content: impl Fn(&Painter),
) -> Vec<vigie_canvas::Area> {
    let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(160.0, 120.0));
    let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| {
        content(&ui.ctx().layer_painter(egui::LayerId::background()));
    });
    canvas.paint(ctx, &mut output, SIZE, Color32::BLACK)
}

#[test]
fn a_frame_that_shows_the_same_damages_nothing() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let content = |painter: &Painter| {
        paint(painter, &Thing::Word(10.0, 10.0, 3));
        paint(painter, &Thing::Dot(80.0, 80.0, 10.0, 1));
    };
    let whole = frame(&ctx, &mut canvas, content);
    assert_eq!(whole.iter().map(|area| area.pixels()).sum::<usize>(), 160 * 120);
    assert!(canvas.pixels().iter().any(|pixel| *pixel != 0), "something stands there");
    // The letters are new in the first frame; from then on nothing is.
    frame(&ctx, &mut canvas, content);
    assert_eq!(frame(&ctx, &mut canvas, content), []);
}

#[test]
fn a_word_that_changes_damages_its_place_alone() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let content = |word: usize| {
        move |painter: &Painter| {
            paint(painter, &Thing::Word(10.0, 10.0, 3));
            paint(painter, &Thing::Word(100.0, 80.0, word));
            paint(painter, &Thing::Dot(40.0, 80.0, 10.0, 1));
        }
    };
    for word in [0, 4, 0, 4] {
        frame(&ctx, &mut canvas, content(word));
    }
    let areas = frame(&ctx, &mut canvas, content(0));
    assert!(!areas.is_empty());
    assert!(areas.iter().all(|area| area.left >= 95 && area.top >= 75), "{areas:?}");
}

#[test]
fn a_sweep_that_goes_on_damages_its_two_edges_and_no_more() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let image = ColorImage::filled([64, 16], texel(255));
    let texture = ctx.load_texture("waves", image, TextureOptions::NEAREST);
    for at in [20, 23] {
        frame(&ctx, &mut canvas, |painter| sweep(painter, &texture, at));
    }
    let areas = frame(&ctx, &mut canvas, |painter| sweep(painter, &texture, 26));
    let pixels: usize = areas.iter().map(|area| area.pixels()).sum();
    assert!((3 * 16 * 2..=9 * 20 * 2).contains(&pixels), "{areas:?}");
    let green = 0x003c_dc5a;
    let row: Vec<bool> = (40..104).map(|x| canvas.pixels()[70 * 160 + x] == green).collect();
    let expected: Vec<bool> = (0..64).map(|x| !(26..32).contains(&x)).collect();
    assert_eq!(row, expected);
}

#[test]
fn sweeps_that_begin_anew_together_damage_themselves_alone() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let image = ColorImage::filled([64, 128], texel(255));
    let texture = ctx.load_texture("waves", image, TextureOptions::NEAREST);
    // More sweeps than shapes are compared ahead, each of one part and then of two; a word after them.
    let content = |parts: &'static [(f32, f32)]| {
        let texture = texture.clone();
        move |painter: &Painter| {
            let mut mesh = Mesh::with_texture(texture.id());
            for nth in 0..60_u8 {
                let (top, row) = (f32::from(nth) * 2.0, f32::from(nth) * 2.0 / 128.0);
                for (from, to) in parts {
                    let rect = Rect::from_min_max(pos2(*from, top), pos2(*to, top + 2.0));
                    let uv = Rect::from_min_max(
                        pos2(from / 64.0, row),
                        pos2(to / 64.0, row + 2.0 / 128.0),
                    );
                    mesh.add_rect_with_uv(rect, uv, Color32::WHITE);
                }
            }
            painter.add(Shape::mesh(mesh));
            paint(painter, &Thing::Word(100.0, 80.0, 3));
        }
    };
    let steps: [&[(f32, f32)]; 4] =
        [&[(6.0, 64.0)], &[(0.0, 1.0), (7.0, 64.0)], &[(0.0, 58.0)], &[(0.0, 2.0), (8.0, 64.0)]];
    for parts in [steps[0], steps[0]] {
        frame(&ctx, &mut canvas, content(parts));
    }
    for parts in steps {
        let areas = frame(&ctx, &mut canvas, content(parts));
        assert!(areas.iter().all(|area| area.right <= 68), "{areas:?}");
    }
    let areas = frame(&ctx, &mut canvas, content(&[(0.0, 3.0), (9.0, 64.0)]));
    let pixels: usize = areas.iter().map(|area| area.pixels()).sum();
    assert!(pixels <= 60 * 4 * 12, "two edges of each: {pixels}");
}

#[test]
fn triangles_that_share_an_edge_cover_each_pixel_once() {
    let (ctx, mut canvas) = (Context::default(), Canvas::default());
    let half = Color32::from_rgba_premultiplied(100, 100, 100, 0);
    frame(&ctx, &mut canvas, |painter| {
        let mut mesh = Mesh::default();
        // A fan around an odd place: light is added, so a pixel painted twice would be too bright.
        let corners = [(70.3, 55.7), (20.0, 10.0), (140.0, 10.0), (140.0, 110.0), (20.0, 110.0)];
        for (x, y) in corners {
            mesh.colored_vertex(pos2(x, y), half);
        }
        for nth in 1..5 {
            mesh.add_triangle(0, nth, nth % 4 + 1);
        }
        painter.add(Shape::mesh(mesh));
    });
    for y in 0..120 {
        for x in 0..160 {
            let is_in = (20..140).contains(&x) && (10..110).contains(&y);
            let expected = if is_in { 0x0064_6464 } else { 0 };
            assert_eq!(canvas.pixels()[y * 160 + x], expected, "{x} {y}");
        }
    }
}
