//! Pieces into pixels.
//!
//! Colours are premultiplied and added in gamma space, and a pixel belongs to what covers its centre:
//! both as the toolkit's OpenGL painter does it, so that letters and edges look as they do there.
//!
//! No colour is chosen here: whatever is made is mixed from those that are handed in. White means that a
//! texture is not tinted, transparent that there is nothing to paint.

use egui::{Color32, Rect, epaint::Vertex};

use crate::{
    damage::Area,
    items::Piece,
    textures::{Quad, Texture, Textures},
};

/// Where to paint.
#[derive(Debug)]
pub struct Target<'a> {
    /// Row by row.
    pub pixels: &'a mut [u32],
    /// Pixels in a row.
    pub width: usize,
    /// Nothing outside is touched.
    pub clip: Area,
}

/// A colour as a pixel.
pub fn opaque(color: Color32) -> u32 {
    u32::from_be_bytes([0, color.r(), color.g(), color.b()])
}

/// `a * b / 255`, rounded.
fn times(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

fn tinted(texel: Color32, tint: Color32) -> Color32 {
    if tint == Color32::WHITE {
        return texel;
    }
    let [r, g, b, a] = texel.to_array();
    let [red, green, blue, alpha] = tint.to_array();
    Color32::from_rgba_premultiplied(
        times(r, red),
        times(g, green),
        times(b, blue),
        times(a, alpha),
    )
}

/// Lays a premultiplied colour over a pixel.
fn blend(pixel: &mut u32, color: Color32) {
    match color.a() {
        255 => *pixel = opaque(color),
        alpha => {
            let left = u32::from(255 - alpha);
            // Red and blue at once, green for itself; each rounded as in `times`.
            let red_blue = (*pixel & 0x00ff_00ff) * left + 0x0080_0080;
            let red_blue = ((red_blue + ((red_blue >> 8) & 0x00ff_00ff)) >> 8) & 0x00ff_00ff;
            let green = ((*pixel >> 8) & 0xff) * left + 128;
            let green = ((green + (green >> 8)) >> 8) << 8;
            let [r, g, b, _] = color.to_array();
            let under = u32::from_be_bytes([0, r, g, b]);
            // A colour within its alpha never overflows; one that adds light may.
            let adds_light = r > alpha || g > alpha || b > alpha;
            let over = red_blue | green;
            *pixel = if adds_light { saturating(over, under) } else { over + under };
        }
    }
}

fn saturating(a: u32, b: u32) -> u32 {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    u32::from_be_bytes([0, 1, 2, 3].map(|at: usize| a[at].saturating_add(b[at])))
}

/// The first pixel whose centre lies at or after `edge`, and not before `least`.
fn first_centre(edge: f32, least: usize, most: usize) -> usize {
    // A negative number becomes 0.
    ((edge - 0.5).ceil() as usize).clamp(least, most)
}

impl Target<'_> {
    /// Makes all of the clip one colour.
    pub fn clear(&mut self, color: Color32) {
        let Area { left, right, .. } = self.clip;
        for row in self.clip.top..self.clip.bottom {
            self.span(row, left, right).fill(opaque(color));
        }
    }

    /// Paints a piece.
    pub fn piece(&mut self, piece: &Piece, textures: &Textures) {
        match piece {
            Piece::Fill(rect, color) => self.fill(*rect, *color),
            Piece::Quad(quad) => {
                if let Some(texture) = textures.get(quad.texture) {
                    self.quad(quad, texture);
                }
            }
            Piece::Triangle(corners, texture) => {
                self.triangle(corners, texture.and_then(|texture| textures.get(texture)));
            }
        }
    }

    fn span(&mut self, row: usize, left: usize, right: usize) -> &mut [u32] {
        let start = row * self.width;
        self.pixels.get_mut(start + left..start + right).unwrap_or(&mut [])
    }

    fn covered(&self, rect: Rect) -> Area {
        let clip = self.clip;
        Area {
            left: first_centre(rect.left(), clip.left, clip.right),
            top: first_centre(rect.top(), clip.top, clip.bottom),
            right: first_centre(rect.right(), clip.left, clip.right),
            bottom: first_centre(rect.bottom(), clip.top, clip.bottom),
        }
    }

    fn fill(&mut self, rect: Rect, color: Color32) {
        let area = self.covered(rect);
        for row in area.top..area.bottom {
            self.paint_span(row, area.left, area.right, color);
        }
    }

    fn paint_span(&mut self, row: usize, left: usize, right: usize, color: Color32) {
        if left >= right || color == Color32::TRANSPARENT {
            return;
        }
        let span = self.span(row, left, right);
        if color.a() == 255 {
            span.fill(opaque(color));
        } else {
            span.iter_mut().for_each(|pixel| blend(pixel, color));
        }
    }

    fn quad(&mut self, quad: &Quad, texture: &Texture) {
        let area = self.covered(quad.rect);
        if area.is_empty() {
            return;
        }
        let step = quad.step();
        // Where the centre of the first pixel lies on the texture.
        let x = quad.part.left() + (area.left as f32 + 0.5 - quad.rect.left()) * step.x;
        let y = quad.part.top() + (area.top as f32 + 0.5 - quad.rect.top()) * step.y;
        let is_whole = quad.is_whole();
        for row in area.top..area.bottom {
            let v = y + (row - area.top) as f32 * step.y;
            if is_whole && v >= 0.0 {
                let from = x.max(0.0).floor() as usize;
                let texels =
                    texture.row((v.floor() as usize).min(texture.size[1].saturating_sub(1)));
                let texels = texels.get(from..).unwrap_or(&[]);
                let span = self.span(row, area.left, area.right);
                for (pixel, texel) in span.iter_mut().zip(texels) {
                    if *texel != Color32::TRANSPARENT {
                        blend(pixel, tinted(*texel, quad.tint));
                    }
                }
                continue;
            }
            let span = self.span(row, area.left, area.right);
            for (pixel, nth) in span.iter_mut().zip(0_u16..) {
                let texel = sample(texture, x + f32::from(nth) * step.x, v);
                blend(pixel, tinted(texel, quad.tint));
            }
        }
    }

    fn triangle(&mut self, corners: &[Vertex; 3], texture: Option<&Texture>) {
        let [a, b, c] = corners;
        let double = (b.pos - a.pos).x * (c.pos - a.pos).y - (b.pos - a.pos).y * (c.pos - a.pos).x;
        if double == 0.0 || !double.is_finite() {
            return;
        }
        let ys = corners.map(|corner| corner.pos.y);
        let clip = self.clip;
        let top = first_centre(ys[0].min(ys[1]).min(ys[2]), clip.top, clip.bottom);
        let bottom = first_centre(ys[0].max(ys[1]).max(ys[2]), clip.top, clip.bottom);
        let is_even = a.color == b.color && a.color == c.color && texture.is_none();
        if is_even && a.color == Color32::TRANSPARENT {
            return;
        }
        let shade = Shade::new(corners, double);
        for row in top..bottom {
            let y = row as f32 + 0.5;
            let Some((from, to)) = crossing(corners, y) else { continue };
            let left = first_centre(from, clip.left, clip.right);
            let right = first_centre(to, clip.left, clip.right);
            if is_even {
                self.paint_span(row, left, right, a.color);
                continue;
            }
            if left >= right {
                continue;
            }
            let span = self.span(row, left, right);
            for (pixel, column) in span.iter_mut().zip(left..) {
                let at = egui::vec2(column as f32 + 0.5 - a.pos.x, y - a.pos.y);
                let color = shade.color(at);
                let color = match texture {
                    Some(texture) => {
                        let [u, v] = shade.texel(at);
                        tinted(sample(texture, u, v), color)
                    }
                    None => color,
                };
                if color != Color32::TRANSPARENT {
                    blend(pixel, color);
                }
            }
        }
    }
}

/// Where a horizontal line enters and leaves a triangle.
fn crossing(corners: &[Vertex; 3], y: f32) -> Option<(f32, f32)> {
    let [a, b, c] = corners.map(|corner| corner.pos);
    let (mut from, mut to) = (f32::INFINITY, f32::NEG_INFINITY);
    for (one, other) in [(a, b), (b, c), (c, a)] {
        // From the top, whichever triangle the edge belongs to: then two that share it meet exactly.
        let (above, below) = if one.y <= other.y { (one, other) } else { (other, one) };
        if above.y <= y && y < below.y {
            let x = above.x + (below.x - above.x) * ((y - above.y) / (below.y - above.y));
            from = from.min(x);
            to = to.max(x);
        }
    }
    (from <= to).then_some((from, to))
}

/// A bilinear mix of texels, or the nearest one.
fn sample(texture: &Texture, u: f32, v: f32) -> Color32 {
    if !texture.is_smooth {
        return texture.texel(u.floor() as isize, v.floor() as isize);
    }
    let (u, v) = (u - 0.5, v - 0.5);
    let (column, row) = (u.floor(), v.floor());
    let (right, down) = (u - column, v - row);
    let (column, row) = (column as isize, row as isize);
    let parts = [
        (texture.texel(column, row), (1.0 - right) * (1.0 - down)),
        (texture.texel(column + 1, row), right * (1.0 - down)),
        (texture.texel(column, row + 1), (1.0 - right) * down),
        (texture.texel(column + 1, row + 1), right * down),
    ];
    let mut mixed = [0.5_f32; 4];
    for (texel, part) in parts {
        for (sum, channel) in mixed.iter_mut().zip(texel.to_array()) {
            *sum += f32::from(channel) * part;
        }
    }
    // Whole numbers from 0 to 255.
    let [r, g, b, a] = mixed.map(|channel| channel as u8);
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// How colour and place on the texture change over a triangle.
struct Shade {
    at_first: [f32; 6],
    across: [f32; 6],
    down: [f32; 6],
}

impl Shade {
    fn new(corners: &[Vertex; 3], double: f32) -> Shade {
        let [a, b, c] = corners.map(|corner| {
            let [red, green, blue, alpha] = corner.color.to_array().map(f32::from);
            [red, green, blue, alpha, corner.uv.x, corner.uv.y]
        });
        let (to_b, to_c) = (corners[1].pos - corners[0].pos, corners[2].pos - corners[0].pos);
        let mut shade = Shade { at_first: a, across: [0.0; 6], down: [0.0; 6] };
        for nth in 0..6 {
            let (by_b, by_c) = (b[nth] - a[nth], c[nth] - a[nth]);
            shade.across[nth] = (by_b * to_c.y - by_c * to_b.y) / double;
            shade.down[nth] = (by_c * to_b.x - by_b * to_c.x) / double;
        }
        shade
    }

    fn at(&self, nth: usize, at: egui::Vec2) -> f32 {
        self.at_first[nth] + self.across[nth] * at.x + self.down[nth] * at.y
    }

    fn color(&self, at: egui::Vec2) -> Color32 {
        // Rounded; what the edges overshoot is cut by the conversion.
        let [r, g, b, a] = [0, 1, 2, 3].map(|nth| (self.at(nth, at) + 0.5) as u8);
        Color32::from_rgba_premultiplied(r, g, b, a)
    }

    fn texel(&self, at: egui::Vec2) -> [f32; 2] {
        [self.at(4, at), self.at(5, at)]
    }
}
