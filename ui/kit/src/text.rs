//! One line of text in a box: as large as fits, never clipped, never over its neighbour.

use std::sync::Arc;

use egui::{
    Align, Color32, Galley, Painter, Pos2, Rect,
    emath::GuiRounding as _,
    text::{LayoutJob, TextFormat, TextWrapping},
};

use crate::fonts::Face;

/// Height of a capital or a digit of the window's faces, in parts of the font size.
pub const CAP: f32 = 0.711;

/// One line of text, laid out; longer than `width_max` it ends in an ellipsis.
pub fn line(
    painter: &Painter,
    text: &str,
    face: Face,
    size: f32,
    color: Color32,
    width_max: f32,
) -> Arc<Galley> {
    let format = TextFormat { font_id: face.id(size), color, ..TextFormat::default() };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping {
        max_width: width_max.max(1.0),
        max_rows: 1,
        break_anywhere: true,
        ..TextWrapping::default()
    };
    job.break_on_newline = false;
    painter.layout_job(job)
}

/// Width of a text at a size, without laying it out.
pub fn width(painter: &Painter, text: &str, face: Face, size: f32) -> f32 {
    let font = face.id(size);
    painter.fonts_mut(|fonts| text.chars().map(|c| fonts.glyph_width(&font, c)).sum())
}

/// A text in two lines, broken at the last blank at which the first is no wider than `width_max`; `None`
/// when its first word is wider already.
pub fn broken<'a>(
    painter: &Painter,
    text: &'a str,
    face: Face,
    size: f32,
    width_max: f32,
) -> Option<(&'a str, &'a str)> {
    let blanks = text.match_indices(' ').map(|(at, _)| at);
    let at = blanks
        .take_while(|at| {
            text.get(..*at).is_some_and(|first| width(painter, first, face, size) <= width_max)
        })
        .last()?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The largest whole font size at which `template` is no wider than `width_max` and its digits no
/// higher than `cap_max`; not below `size_min`.
pub fn fitting(
    painter: &Painter,
    template: &str,
    face: Face,
    width_max: f32,
    cap_max: f32,
    size_min: f32,
) -> f32 {
    const REFERENCE: f32 = 64.0;
    let unit = width(painter, template, face, REFERENCE).max(1.0) / REFERENCE;
    (width_max / unit).min(cap_max / CAP).floor().max(size_min)
}

/// Paints a line so that its base line is at `baseline` and its left edge, centre or right edge
/// (by `align`) at `x`. Gives back where the ink is.
pub fn put(painter: &Painter, galley: Arc<Galley>, align: Align, x: f32, baseline: f32) -> Rect {
    let ascent = galley
        .rows
        .first()
        .map_or(0.0, |row| row.pos.y + row.glyphs.first().map_or(0.0, |glyph| glyph.pos.y));
    let left = match align {
        Align::Min => x,
        Align::Center => x - galley.rect.width() / 2.0,
        Align::Max => x - galley.rect.width(),
    };
    let pos = Pos2::new(left, baseline - ascent).round_to_pixels(painter.pixels_per_point());
    let ink = galley.mesh_bounds.translate(pos.to_vec2());
    // The galley carries its ink already: nothing is left for the fallback colour to fill.
    painter.galley(pos, galley, Color32::PLACEHOLDER);
    ink
}

/// Where the base line of a line of capitals lies that stands in the middle of `top..bottom`.
pub fn middle(top: f32, bottom: f32, size: f32) -> f32 {
    (top + bottom + size * CAP) / 2.0
}

/// Lays out and paints in one go: [`line()`] in the middle of `rect`, at one of its edges.
pub fn in_rect(
    painter: &Painter,
    rect: Rect,
    align: Align,
    text: &str,
    face: Face,
    size: f32,
    color: Color32,
) -> Rect {
    let galley = line(painter, text, face, size, color, rect.width());
    let x = match align {
        Align::Min => rect.left(),
        Align::Center => rect.center().x,
        Align::Max => rect.right(),
    };
    put(painter, galley, align, x, middle(rect.top(), rect.bottom(), size))
}
