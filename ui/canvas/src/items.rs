//! What stands on the canvas: the shapes of a frame, and how they differ from those of the next.

use std::sync::Arc;

use egui::{
    Color32, Context, Mesh, Pos2, Rect, Shape, TextureId,
    emath::TSTransform,
    epaint::{ClippedShape, Primitive, RectShape, Vertex, WHITE_UV},
};

use crate::{
    damage::{Area, Damage},
    textures::{Quad, Textures},
};

/// How far two lists of shapes are searched for where they agree again.
const AHEAD: usize = 48;

/// A shape on the canvas.
#[derive(Debug)]
pub struct Item {
    /// It paints nothing outside.
    clip: Rect,
    /// What it is.
    pub what: What,
    /// The pixels that it may touch.
    pub bounds: Area,
    /// What it is painted with; worked out when it is painted first.
    pieces: Option<Box<[Piece]>>,
}

/// What an item is.
#[derive(Clone, Debug)]
pub enum What {
    /// Any shape of the toolkit, and how it is moved when its edges lie on pixels.
    Shape(Shape, TSTransform),
    /// A part of a texture that is no letter: waves are thousands of them in one mesh, and each changes
    /// for itself.
    Quad(Quad),
}

/// What the pixels are filled with.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    /// One colour in a rectangle, in pixels.
    Fill(Rect, egui::Color32),
    /// A part of a texture.
    Quad(Quad),
    /// A triangle; places in pixels, places on the texture in texels. `None`: no texture.
    Triangle([Vertex; 3], Option<TextureId>),
}

impl Item {
    fn new(clip: Rect, what: What, scale: f32) -> Item {
        let rect = match &what {
            What::Shape(shape, moved) => {
                let rect = *moved * shape.visual_bounding_rect();
                // Edges are moved to the nearest pixel, and smoothed over one more.
                Rect::from_min_max(
                    (rect.min.to_vec2() * scale).to_pos2(),
                    (rect.max.to_vec2() * scale).to_pos2(),
                )
                .expand(2.0)
            }
            What::Quad(quad) => quad.rect.expand(1.0),
        };
        let bounds = Area::touched_by(rect).common(pixels_of(clip, scale)).unwrap_or_default();
        Item { clip, what, bounds, pieces: None }
    }

    /// Whether it paints what `what` would.
    fn is(&self, clip: Rect, what: &What) -> bool {
        self.clip == clip
            && match (&self.what, what) {
                (What::Quad(old), What::Quad(new)) => old == new,
                (What::Shape(old, old_move), What::Shape(new, new_move)) => {
                    old_move == new_move && is_same(old, new)
                }
                (What::Quad(_), What::Shape(..)) | (What::Shape(..), What::Quad(_)) => false,
            }
    }

    /// What must be painted anew where `new` takes its place.
    fn replaced(&self, new: &Item, damage: &mut Damage) {
        if let (What::Quad(before), What::Quad(after)) = (&self.what, &new.what)
            && self.clip == new.clip
            && !self.bounds.is_empty()
            && !new.bounds.is_empty()
            && before.continues(after)
        {
            let (old, new) = (self.bounds, new.bounds);
            // Between the two left edges, and between the two right ones; bounds are a pixel wider.
            if before.rect.left() != after.rect.left() {
                let (left, right) = (old.left.min(new.left), old.left.max(new.left) + 2);
                damage.add(Area { left, right, ..old });
            }
            if before.rect.right() != after.rect.right() {
                let (left, right) = (old.right.min(new.right), old.right.max(new.right));
                damage.add(Area { left: left.saturating_sub(2), right, ..old });
            }
            return;
        }
        damage.add(self.bounds);
        damage.add(new.bounds);
    }

    /// What it is painted with.
    pub fn pieces(&mut self, ctx: &Context, scale: f32, textures: &Textures) -> &[Piece] {
        let (clip, what) = (self.clip, &self.what);
        self.pieces.get_or_insert_with(|| match what {
            What::Quad(quad) => Box::new([Piece::Quad(*quad)]),
            What::Shape(shape, moved) => {
                let clipped = ClippedShape {
                    clip_rect: clip,
                    shape: shape.clone(),
                    transform_after_tessellation: *moved,
                };
                let mut pieces = Vec::new();
                for primitive in ctx.tessellate(vec![clipped], scale) {
                    match primitive.primitive {
                        Primitive::Mesh(mesh) => cut(&mesh, scale, textures, &mut pieces),
                        // There is no graphics card to call.
                        Primitive::Callback(_) => {}
                    }
                }
                pieces.into()
            }
        })
    }
}

/// All items of a frame, in the order in which they are painted.
#[derive(Debug, Default)]
pub struct Items(Vec<Item>);

impl Items {
    /// All.
    pub fn all(&self) -> &[Item] {
        &self.0
    }

    /// One, by its number.
    pub fn get_mut(&mut self, nth: usize) -> Option<&mut Item> {
        self.0.get_mut(nth)
    }

    /// Takes the shapes of the next frame. What differs is damage; whatever is kept is kept in its order,
    /// so nothing outside the damage looks otherwise.
    pub fn change(
        &mut self,
        shapes: Vec<ClippedShape>,
        scale: f32,
        textures: &Textures,
        damage: &mut Damage,
    ) {
        let mut new = Vec::with_capacity(self.0.len());
        for ClippedShape { clip_rect, shape, transform_after_tessellation } in shapes {
            if clip_rect.is_positive() && transform_after_tessellation.is_valid() {
                flatten(clip_rect, shape, transform_after_tessellation, scale, textures, &mut new);
            }
        }
        let mut old: Vec<Option<Item>> =
            std::mem::take(&mut self.0).into_iter().map(Some).collect();
        let mut items = Vec::with_capacity(new.len());
        let (mut at, mut end) = (0, 0);
        while let Some((clip, what)) = new.get(end) {
            if old.get(at).is_some_and(|item| has(item, *clip, what)) {
                items.extend(old.get_mut(at).and_then(Option::take));
                (at, end) = (at + 1, end + 1);
                continue;
            }
            // How many of the old ones, and of the new ones, differ here.
            let (gone, come) = step(old.get(at..).unwrap_or(&[]), new.get(end..).unwrap_or(&[]));
            for nth in 0..gone.max(come) {
                let before = (nth < gone).then(|| old.get_mut(at + nth).and_then(Option::take));
                let after = (nth < come).then(|| new.get(end + nth)).flatten();
                let after = after.map(|(clip, what)| Item::new(*clip, what.clone(), scale));
                match (before.flatten(), after) {
                    (Some(before), Some(after)) => {
                        before.replaced(&after, damage);
                        items.push(after);
                    }
                    (Some(before), None) => damage.add(before.bounds),
                    (None, Some(after)) => {
                        damage.add(after.bounds);
                        items.push(after);
                    }
                    (None, None) => {}
                }
            }
            (at, end) = (at + gone, end + come);
        }
        for item in old.iter().skip(at).flatten() {
            damage.add(item.bounds);
        }
        self.0 = items;
    }
}

fn has(item: &Option<Item>, clip: Rect, what: &What) -> bool {
    item.as_ref().is_some_and(|item| item.is(clip, what))
}

/// How many shapes of the old frame and of the new one to step over until they agree again: one of each
/// where the next ones agree, else as few as possible; one of each where they do not agree soon.
fn step(old: &[Option<Item>], new: &[(Rect, What)]) -> (usize, usize) {
    let agree = |gone: usize, come: usize| match (old.get(gone), new.get(come)) {
        (Some(item), Some((clip, what))) => has(item, *clip, what),
        (Some(_) | None, _) => false,
    };
    if old.is_empty() {
        return (0, new.len());
    }
    if let Some(step) = step_of_strip(old, new) {
        return step;
    }
    for far in 1..AHEAD {
        if agree(far, far) {
            return (far, far);
        }
        if agree(0, far) {
            return (0, far);
        }
        if agree(far, 0) {
            return (far, 0);
        }
    }
    (1, 1)
}

/// The same for strips of a texture: all waves of a ward begin anew at the left edge in one frame, and each
/// is one part then instead of two.
fn step_of_strip(old: &[Option<Item>], new: &[(Rect, What)]) -> Option<(usize, usize)> {
    let before = |nth: usize| match &old.get(nth)?.as_ref()?.what {
        What::Quad(quad) => Some(quad),
        What::Shape(..) => None,
    };
    let after = |nth: usize| match &new.get(nth)?.1 {
        What::Quad(quad) => Some(quad),
        What::Shape(..) => None,
    };
    let (first, come) = (before(0)?, after(0)?);
    let (next, later) = (before(1), after(1));
    if first.continues(come) {
        Some((1, 1))
    } else if next.is_some_and(|next| next.continues(come)) {
        Some((1, 0))
    } else if later.is_some_and(|later| first.continues(later)) {
        Some((0, 1))
    } else if first.is_of_strip(come) {
        Some((1, 1))
    } else if next.is_some_and(|next| next.is_of_strip(come)) {
        Some((1, 0))
    } else if later.is_some_and(|later| first.is_of_strip(later)) {
        Some((0, 1))
    } else {
        None
    }
}

/// Whether two shapes paint the same. A laid out text is the same one as long as its words are: the
/// toolkit keeps it from frame to frame.
fn is_same(old: &Shape, new: &Shape) -> bool {
    match (old, new) {
        (Shape::Text(old), Shape::Text(new)) => {
            Arc::ptr_eq(&old.galley, &new.galley)
                && old.pos == new.pos
                && old.underline == new.underline
                && old.fallback_color == new.fallback_color
                && old.override_text_color == new.override_text_color
                && old.opacity_factor == new.opacity_factor
                && old.angle == new.angle
        }
        (Shape::Mesh(old), Shape::Mesh(new)) => Arc::ptr_eq(old, new) || old == new,
        (Shape::Text(_) | Shape::Mesh(_), _) => false,
        (old, new) => old == new,
    }
}

/// Least sides of the empty inside of a frame, in points: a larger one is four items. What flashes around a
/// tile is no reason to paint the tile.
const HOLLOW_MIN: f32 = 24.0;

/// What of a clip rectangle shows each side of a frame without filling, top, bottom, left, right: whole pixels
/// that lie side by side. `None`: it is no such frame, or a small one.
fn sides(clip: Rect, frame: &RectShape, scale: f32) -> Option<[Rect; 4]> {
    let is_hollow = frame.fill == Color32::TRANSPARENT
        && frame.blur_width == 0.0
        && frame.brush.is_none()
        && frame.angle == 0.0;
    let round = frame.corner_radius;
    let round = round.nw.max(round.ne).max(round.sw).max(round.se);
    // A round corner bends inwards by less than a third of its radius; edges are moved to the nearest pixel,
    // and smoothed over one more.
    let inside = frame.rect.shrink(frame.stroke.width + f32::from(round) * 0.3 + 2.0 / scale);
    let inner = Rect::from_min_max(
        (inside.min.to_vec2() * scale).ceil().to_pos2() / scale,
        (inside.max.to_vec2() * scale).floor().to_pos2() / scale,
    );
    let is_large = inner.width() >= HOLLOW_MIN && inner.height() >= HOLLOW_MIN;
    let between = Rect::from_x_y_ranges(clip.x_range(), inner.y_range()).intersect(clip);
    (is_hollow && is_large).then_some([
        clip.with_max_y(inner.top().min(clip.bottom())),
        clip.with_min_y(inner.bottom().max(clip.top())),
        between.with_max_x(inner.left().min(clip.right())),
        between.with_min_x(inner.right().max(clip.left())),
    ])
}

/// The single shapes of a shape; a mesh of parts of a texture becomes those parts, a frame its sides.
fn flatten(
    clip: Rect,
    shape: Shape,
    moved: TSTransform,
    scale: f32,
    textures: &Textures,
    into: &mut Vec<(Rect, What)>,
) {
    match shape {
        Shape::Noop | Shape::Callback(_) => {}
        Shape::Vec(shapes) => {
            for shape in shapes {
                flatten(clip, shape, moved, scale, textures, into);
            }
        }
        Shape::Mesh(mesh)
            if mesh.texture_id != TextureId::default() && moved == TSTransform::IDENTITY =>
        {
            let before = into.len();
            for corners in mesh.indices.chunks(6) {
                let Some(quad) = quad_of(&mesh, corners, scale, textures) else {
                    into.truncate(before);
                    into.push((clip, What::Shape(Shape::Mesh(mesh), moved)));
                    return;
                };
                into.push((clip, What::Quad(quad)));
            }
        }
        Shape::Rect(frame) if moved == TSTransform::IDENTITY => {
            let sides = sides(clip, &frame, scale);
            let what = What::Shape(Shape::Rect(frame), moved);
            match sides {
                Some(sides) => into.extend(
                    sides.into_iter().filter(Rect::is_positive).map(|side| (side, what.clone())),
                ),
                None => into.push((clip, what)),
            }
        }
        shape @ (Shape::Circle(_)
        | Shape::Ellipse(_)
        | Shape::LineSegment { .. }
        | Shape::Path(_)
        | Shape::Band(_)
        | Shape::Rect(_)
        | Shape::Text(_)
        | Shape::Mesh(_)
        | Shape::QuadraticBezier(_)
        | Shape::CubicBezier(_)) => into.push((clip, What::Shape(shape, moved))),
    }
}

/// The pixels inside a clip rectangle, as OpenGL would cut them.
fn pixels_of(clip: Rect, scale: f32) -> Area {
    let pixel = |points: f32| (points * scale).round() as usize;
    Area {
        left: pixel(clip.left()),
        top: pixel(clip.top()),
        right: pixel(clip.right()),
        bottom: pixel(clip.bottom()),
    }
}

fn vertex(mesh: &Mesh, index: u32) -> Option<&Vertex> {
    mesh.vertices.get(index as usize)
}

/// Six indices as one upright rectangle of one colour, corner by corner as the toolkit writes it.
fn corners<'a>(mesh: &'a Mesh, indices: &[u32]) -> Option<(&'a Vertex, &'a Vertex)> {
    let [a, b, c, c_again, b_again, d] = *<&[u32; 6]>::try_from(indices).ok()?;
    let (first, last) = (vertex(mesh, a)?, vertex(mesh, d)?);
    let (right, left) = (vertex(mesh, b)?, vertex(mesh, c)?);
    let is_upright = (c, b) == (c_again, b_again)
        && right.pos == Pos2::new(last.pos.x, first.pos.y)
        && left.pos == Pos2::new(first.pos.x, last.pos.y)
        && right.uv == Pos2::new(last.uv.x, first.uv.y)
        && left.uv == Pos2::new(first.uv.x, last.uv.y)
        && first.pos.x <= last.pos.x
        && first.pos.y <= last.pos.y;
    let is_even = [right, left, last].iter().all(|vertex| vertex.color == first.color);
    (is_upright && is_even).then_some((first, last))
}

fn quad_of(mesh: &Mesh, indices: &[u32], scale: f32, textures: &Textures) -> Option<Quad> {
    let (first, last) = corners(mesh, indices)?;
    let [width, height] = textures.get(mesh.texture_id)?.size;
    let on_screen = |pos: Pos2| (pos.to_vec2() * scale).to_pos2();
    let texel = |uv: Pos2| Pos2::new(uv.x * width as f32, uv.y * height as f32);
    Some(Quad {
        rect: Rect::from_min_max(on_screen(first.pos), on_screen(last.pos)),
        part: Rect::from_min_max(texel(first.uv), texel(last.uv)),
        tint: first.color,
        texture: mesh.texture_id,
    })
}

/// Cuts a mesh into what can be painted.
fn cut(mesh: &Mesh, scale: f32, textures: &Textures, into: &mut Vec<Piece>) {
    let Some(texture) = textures.get(mesh.texture_id) else { return };
    let [width, height] = texture.size;
    let is_plain = |uv: Pos2| mesh.texture_id == TextureId::default() && uv == WHITE_UV;
    let mut rest = mesh.indices.as_slice();
    while let Some(three) = rest.get(..3) {
        if let Some(six) = rest.get(..6)
            && let Some((first, last)) = corners(mesh, six)
        {
            let quad = quad_of(mesh, six, scale, textures);
            let piece = quad.map(|quad| match is_plain(first.uv) && is_plain(last.uv) {
                true => Piece::Fill(quad.rect, quad.tint),
                false => Piece::Quad(quad),
            });
            into.extend(piece);
            rest = rest.get(6..).unwrap_or(&[]);
            continue;
        }
        let found: Vec<&Vertex> = three.iter().filter_map(|index| vertex(mesh, *index)).collect();
        if let [a, b, c] = found[..] {
            let texture =
                (!found.iter().all(|vertex| is_plain(vertex.uv))).then_some(mesh.texture_id);
            let placed = [a, b, c].map(|vertex| Vertex {
                pos: (vertex.pos.to_vec2() * scale).to_pos2(),
                uv: Pos2::new(vertex.uv.x * width as f32, vertex.uv.y * height as f32),
                color: vertex.color,
            });
            into.push(Piece::Triangle(placed, texture));
        }
        rest = rest.get(3..).unwrap_or(&[]);
    }
}
