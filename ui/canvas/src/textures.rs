//! The toolkit's textures, and what its uploads changed.

use std::collections::BTreeMap;

use egui::{
    Color32, ImageData, TextureFilter, TextureId, epaint::ImageDelta,
    epaint::textures::TexturesDelta,
};

use crate::{
    damage::{Area, Damage},
    items::{Item, What},
};

/// One texture.
#[derive(Debug, Default)]
pub struct Texture {
    /// Columns and rows.
    pub size: [usize; 2],
    /// Texels row by row, premultiplied.
    pub texels: Vec<Color32>,
    /// A texel spreads over its neighbours where it is not shown at its own size.
    pub is_smooth: bool,
}

impl Texture {
    /// One row.
    pub fn row(&self, row: usize) -> &[Color32] {
        let start = row * self.size[0];
        self.texels.get(start..start + self.size[0]).unwrap_or(&[])
    }

    /// A texel; the nearest one for a place outside.
    pub fn texel(&self, column: isize, row: isize) -> Color32 {
        let within = |at: isize, count: usize| (at.max(0) as usize).min(count.saturating_sub(1));
        let at = within(row, self.size[1]) * self.size[0] + within(column, self.size[0]);
        self.texels.get(at).copied().unwrap_or(Color32::TRANSPARENT)
    }
}

/// All textures.
#[derive(Debug, Default)]
pub struct Textures(BTreeMap<TextureId, Texture>);

/// What the uploads of a frame changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// The texture of letters is another one: what was laid out on the old one is void.
    pub has_new_letters: bool,
    /// Changed texels: columns from and to, by texture and row.
    rows: BTreeMap<TextureId, BTreeMap<usize, (usize, usize)>>,
}

impl Textures {
    /// A texture.
    pub fn get(&self, id: TextureId) -> Option<&Texture> {
        self.0.get(&id)
    }

    /// Takes over what was uploaded; the textures that were given up are to be freed after the frame.
    pub fn take(&mut self, mut delta: TexturesDelta) -> (Changes, Vec<TextureId>) {
        let mut changes = Changes::default();
        let set: BTreeMap<_, _> = delta.set.drain().collect();
        for (id, deltas) in set {
            for delta in deltas {
                self.set(id, &delta, &mut changes);
            }
        }
        (changes, delta.free.drain().collect())
    }

    /// Frees textures.
    pub fn free(&mut self, ids: Vec<TextureId>) {
        for id in ids {
            self.0.remove(&id);
        }
    }

    fn set(&mut self, id: TextureId, delta: &ImageDelta, changes: &mut Changes) {
        let ImageData::Color(image) = &delta.image;
        let is_smooth = delta.options.magnification == TextureFilter::Linear;
        let Some([left, top]) = delta.pos else {
            let [_, rows] = image.size;
            if id == TextureId::default() {
                changes.has_new_letters = true;
            } else {
                let whole = (0..rows).map(|row| (row, (0, image.size[0])));
                changes.rows.insert(id, whole.collect());
            }
            let texels = image.pixels.clone();
            self.0.insert(id, Texture { size: image.size, texels, is_smooth });
            return;
        };
        let Some(texture) = self.0.get_mut(&id) else { return };
        let [width, _] = texture.size;
        if image.size[0] == 0 {
            return;
        }
        for (row, fresh) in (top..).zip(image.pixels.chunks(image.size[0])) {
            let start = row * width + left;
            let Some(old) = texture.texels.get_mut(start..start + fresh.len()) else { continue };
            let mut differing = old.iter().zip(fresh).enumerate();
            let Some((first, _)) = differing.find(|(_, (old, fresh))| old != fresh) else {
                continue;
            };
            let last =
                differing.filter(|(_, (old, fresh))| old != fresh).map(|(nth, _)| nth).next_back();
            let (from, to) = (left + first, left + last.unwrap_or(first) + 1);
            old.copy_from_slice(fresh);
            let span = changes.rows.entry(id).or_default().entry(row).or_insert((from, to));
            *span = (span.0.min(from), span.1.max(to));
        }
    }
}

impl Changes {
    /// Where these stand on the screen. Letters are added to their texture before any text shows them:
    /// a new one changes nothing that is there.
    pub fn damage(&self, items: &[Item], damage: &mut Damage) {
        if self.rows.keys().all(|id| *id == TextureId::default()) {
            return;
        }
        for item in items {
            match &item.what {
                What::Quad(quad) => {
                    let Some(rows) = self.rows.get(&quad.texture) else { continue };
                    if let Some(area) = quad.shows(rows) {
                        damage.add(area.common(item.bounds).unwrap_or_default());
                    }
                }
                What::Shape(shape, _) => {
                    let texture = shape.texture_id();
                    if texture != TextureId::default() && self.rows.contains_key(&texture) {
                        damage.add(item.bounds);
                    }
                }
            }
        }
    }
}

/// A part of a texture as it stands on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    /// Where, in pixels.
    pub rect: egui::Rect,
    /// Which part, in texels.
    pub part: egui::Rect,
    /// What each texel is multiplied with.
    pub tint: Color32,
    /// Of which texture.
    pub texture: TextureId,
}

/// Parts of a pixel within which two places are one.
const SAME: f32 = 0.01;

impl Quad {
    /// Texels a pixel, across and down.
    pub fn step(&self) -> egui::Vec2 {
        self.part.size() / self.rect.size()
    }

    /// Whether each of its texels stands on one pixel.
    pub fn is_whole(&self) -> bool {
        let step = self.step();
        (step.x - 1.0).abs() < 1e-3 && (step.y - 1.0).abs() < 1e-3
    }

    /// Whether both show the same rows of a texture.
    pub fn is_of_strip(&self, other: &Quad) -> bool {
        let rows = |quad: &Quad| (quad.part.top(), quad.part.bottom());
        self.texture == other.texture && rows(self) == rows(other)
    }

    /// Whether both show the same texels at the same places, of the same rows: then they differ in their
    /// left and right edges alone. Only where each texel stands on one pixel: else the middle of a pixel may
    /// lie on the edge of two, and which one it shows is a matter of rounding.
    pub fn continues(&self, other: &Quad) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < SAME;
        let origin = |quad: &Quad| quad.part.left() - quad.rect.left() * quad.step().x;
        self.texture == other.texture
            && self.tint == other.tint
            && self.is_whole()
            && other.is_whole()
            && near(self.rect.top(), other.rect.top())
            && near(self.rect.bottom(), other.rect.bottom())
            && near(self.part.top(), other.part.top())
            && near(self.part.bottom(), other.part.bottom())
            && near(origin(self), origin(other))
    }

    /// Where it shows texels of these rows.
    fn shows(&self, rows: &BTreeMap<usize, (usize, usize)>) -> Option<Area> {
        let first = self.part.top().max(0.0).floor() as usize;
        let end = self.part.bottom().max(0.0).ceil() as usize;
        // A smooth texture shows half a texel around; one more is always enough.
        let shown = rows.range(first.saturating_sub(1)..end + 1);
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        for (row, (from, to)) in shown {
            left = left.min(*from);
            right = right.max(*to);
            top = top.min(*row);
            bottom = row + 1;
        }
        if left >= right {
            return None;
        }
        let margin = if self.is_whole() { 0.0 } else { 1.0 };
        let step = self.step();
        let x = |texel: f32| self.rect.left() + (texel - self.part.left()) / step.x;
        let y = |texel: f32| self.rect.top() + (texel - self.part.top()) / step.y;
        let rect = egui::Rect::from_min_max(
            egui::pos2(x(left as f32 - margin), y(top as f32 - margin)),
            egui::pos2(x(right as f32 + margin), y(bottom as f32 + margin)),
        );
        let rect = rect.intersect(self.rect);
        rect.is_positive().then(|| Area::touched_by(rect))
    }
}
