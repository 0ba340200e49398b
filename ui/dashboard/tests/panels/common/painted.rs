//! What a dashboard paints, without a window: shapes, and the texts among them.

use egui::{Color32, Context, RawInput, Rect, Shape, Vec2, epaint::ClippedShape, vec2};
use vigie_dashboard::Dashboard;

use super::Fixed;

/// Texts and what else is painted after `frames` frames, 400 ms apart.
pub fn painted(dashboard: &mut Dashboard, source: &mut Fixed, frames: u32) -> Vec<ClippedShape> {
    painted_at(&Context::default(), dashboard, source, frames, vec2(1280.0, 720.0))
}

/// The same in a window of that size. A context that was used before has its fonts already.
pub fn painted_at(
    ctx: &Context,
    dashboard: &mut Dashboard,
    source: &mut Fixed,
    frames: u32,
    size: Vec2,
) -> Vec<ClippedShape> {
    let mut shapes = Vec::new();
    for _ in 0..frames {
        let screen_rect = Some(Rect::from_min_size(egui::Pos2::ZERO, size));
        let input = RawInput { screen_rect, ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| dashboard.ui(ui, source));
        shapes = std::mem::take(&mut output.shapes);
        output.drop_without_applying_deltas(); // nobody looks at the pixels
        source.now = source.now + std::time::Duration::from_millis(400);
    }
    shapes
}

/// Each text with its colour and place.
pub fn texts(shapes: &[ClippedShape]) -> Vec<(String, Color32, Rect)> {
    let mut found = Vec::new();
    let mut left: Vec<&Shape> = shapes.iter().map(|clipped| &clipped.shape).collect();
    while let Some(shape) = left.pop() {
        if let Shape::Vec(inner) = shape {
            left.extend(inner);
        }
        if let Shape::Text(text) = shape {
            let color = text.galley.job.sections[0].format.color;
            let rect = text.visual_bounding_rect();
            found.push((text.galley.text().to_owned(), color, rect));
        }
    }
    found
}
