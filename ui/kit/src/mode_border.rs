//! The striped border of everything that is not live: replay, simulation, drill.

use egui::{Align, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};
use vigie_model::StationMode;

use crate::{
    fonts::Face,
    text,
    tokens::{self, Palette},
};

/// Paints the stripes along the inside of `rect`. Nothing for a live station.
pub fn border(painter: &Painter, rect: Rect, mode: StationMode, palette: &Palette) {
    let Some(ink) = palette.mode(mode) else { return };
    let stripes = [ink.stripe, ink.ground];
    let width = tokens::BORDER;
    let mut mesh = Mesh::default();
    let (min, max) = (rect.min, rect.max);
    band(&mut mesh, Rect::from_min_max(min, pos2(max.x, min.y + width)), true, stripes);
    band(&mut mesh, Rect::from_min_max(pos2(min.x, max.y - width), max), true, stripes);
    let (top, bottom) = (min.y + width, max.y - width);
    let left = Rect::from_min_max(pos2(min.x, top), pos2(min.x + width, bottom));
    band(&mut mesh, left, false, stripes);
    let right = Rect::from_min_max(pos2(max.x - width, top), pos2(max.x, bottom));
    band(&mut mesh, right, false, stripes);
    painter.add(Shape::mesh(mesh));
}

/// Slanted stripes along a band; the dark ground first, the bright stripes on it, cut at the ends.
fn band(mesh: &mut Mesh, rect: Rect, is_horizontal: bool, [bright, dark]: [Color32; 2]) {
    mesh.add_colored_rect(rect, dark);
    let (from, to) =
        if is_horizontal { (rect.left(), rect.right()) } else { (rect.top(), rect.bottom()) };
    let slant = if is_horizontal { rect.height() } else { rect.width() };
    let mut start = from - slant;
    while start < to {
        let cut = |along: f32| along.clamp(from, to);
        let (near, far) = (start + slant, start);
        let ends = [near, near + tokens::STRIPE, far + tokens::STRIPE, far].map(cut);
        let corners: [Pos2; 4] = if is_horizontal {
            [
                pos2(ends[0], rect.top()),
                pos2(ends[1], rect.top()),
                pos2(ends[2], rect.bottom()),
                pos2(ends[3], rect.bottom()),
            ]
        } else {
            [
                pos2(rect.left(), ends[0]),
                pos2(rect.left(), ends[1]),
                pos2(rect.right(), ends[2]),
                pos2(rect.right(), ends[3]),
            ]
        };
        let first = mesh.vertices.len() as u32;
        for corner in corners {
            mesh.colored_vertex(corner, bright);
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
        start += tokens::STRIPE * 2.0;
    }
}

/// Paints the mode's word on its plate, right-aligned at `right`, and gives back the plate, which is
/// as wide as the word. Nothing for a live station.
pub fn word(
    painter: &Painter,
    right: f32,
    y: (f32, f32),
    word: &str,
    size: f32,
    mode: StationMode,
    palette: &Palette,
) -> Option<Rect> {
    let ink = palette.mode(mode)?;
    Some(plate(
        painter,
        right,
        y,
        word,
        size,
        Plate { word: ink.word, fill: ink.ground, line: ink.stripe },
    ))
}

/// Colours of a word on a plate.
#[derive(Clone, Copy, Debug)]
pub struct Plate {
    /// The word.
    pub word: Color32,
    /// Behind it.
    pub fill: Color32,
    /// Around it.
    pub line: Color32,
}

/// Space at each side of a word on its plate.
pub fn plate_pad(size: f32) -> f32 {
    (size * 0.22).round()
}

/// A word on a plate, right-aligned at `right`.
pub fn plate(
    painter: &Painter,
    right: f32,
    (top, bottom): (f32, f32),
    word: &str,
    size: f32,
    plate: Plate,
) -> Rect {
    let pad = plate_pad(size);
    let galley = text::line(painter, word, Face::Strong, size, plate.word, f32::INFINITY);
    let rect =
        Rect::from_min_max(pos2(right - galley.rect.width() - 2.0 * pad, top), pos2(right, bottom));
    painter.rect(rect, 2.0, plate.fill, Stroke::new(1.0, plate.line), StrokeKind::Inside);
    text::put(painter, galley, Align::Min, rect.left() + pad, text::middle(top, bottom, size));
    rect
}
