//! Paints egui's frames into pixels of memory, and of each frame only what is not there already.
//!
//! On a PC without a graphics card, OpenGL is emulated: each frame is cleared, filled and presented anew,
//! whatever changed in it. A ward of 64 beds changes some 20,000 of two million pixels from one frame to
//! the next. So here a frame goes four steps:
//!
//! 1. [`mod@textures`]: what the toolkit uploaded is taken over; only texels that differ count.
//! 2. [`mod@items`]: the frame's shapes are compared with those of the frame before. What was added, taken
//!    away or moved is **damage**; a picture that grew at one edge is damaged at that edge alone.
//! 3. [`mod@damage`]: areas of the screen, joined where they overlap.
//! 4. [`mod@raster`]: each area is cleared, and all shapes that touch it are painted into it in order.
//!
//! The result is, pixel for pixel, that of a frame painted from nothing: what was kept kept its order,
//! and outside the damage nothing else stands. `tests/same.rs` holds that against thousands of frames.

pub mod damage;
pub mod items;
pub mod raster;
pub mod textures;

use egui::{Color32, ColorImage, Context, FullOutput};

pub use damage::Area;

use crate::{
    damage::Damage,
    items::{Item, Items},
    raster::Target,
    textures::Textures,
};

/// Edge of the squares by which shapes are found, in pixels.
const CELL: usize = 64;

/// A window's pixels and what stands on them.
#[derive(Debug, Default)]
pub struct Canvas {
    size: [usize; 2],
    pixels: Vec<u32>,
    ground: Color32,
    pixels_per_point: f32,
    textures: Textures,
    items: Items,
    /// Numbers of the items that touch each square, in their order.
    cells: Vec<Vec<u32>>,
}

impl Canvas {
    /// Paints a frame over the one before and gives the areas that changed. `size`: the window's, in
    /// pixels; `ground`: what it is cleared with. `output`: its shapes and textures are taken out.
    pub fn paint(
        &mut self,
        ctx: &Context,
        output: &mut FullOutput,
        size: [usize; 2],
        ground: Color32,
    ) -> Vec<Area> {
        let scale = output.pixels_per_point;
        let delta = std::mem::take(&mut output.textures_delta);
        let (changes, gone) = self.textures.take(delta);
        let is_new = self.size != size || self.ground != ground || self.pixels_per_point != scale;
        if is_new {
            self.size = size;
            self.ground = ground;
            self.pixels_per_point = scale;
            self.pixels.clear();
            self.pixels.resize(size[0] * size[1], raster::opaque(ground));
        }
        if is_new || changes.has_new_letters {
            self.items = Items::default();
        }
        let screen = Area { left: 0, top: 0, right: size[0], bottom: size[1] };
        let mut damage = Damage::new(screen);
        if is_new || changes.has_new_letters {
            damage.add(screen);
        }
        self.items.change(std::mem::take(&mut output.shapes), scale, &self.textures, &mut damage);
        changes.damage(self.items.all(), &mut damage);
        let areas = damage.areas();
        self.sort_into_cells();
        for area in &areas {
            self.paint_area(ctx, *area);
        }
        self.textures.free(gone);
        areas
    }

    /// Paints everything anew with the next frame.
    pub fn forget(&mut self) {
        self.size = [0, 0];
    }

    /// The window's size in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// All pixels, row by row: red, green and blue from bit 16 downwards.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// A copy, for a picture: the pixels as they are, no colour is chosen.
    pub fn image(&self) -> ColorImage {
        let pixels = self.pixels.iter().map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            Color32::from_rgb(red, green, blue)
        });
        ColorImage::new(self.size, pixels.collect())
    }

    fn columns(&self) -> usize {
        self.size[0].div_ceil(CELL)
    }

    fn sort_into_cells(&mut self) {
        let columns = self.columns();
        self.cells.resize_with(columns * self.size[1].div_ceil(CELL), Vec::new);
        for cell in &mut self.cells {
            cell.clear();
        }
        let screen = Area { left: 0, top: 0, right: self.size[0], bottom: self.size[1] };
        for (number, item) in (0..).zip(self.items.all()) {
            let Some(bounds) = item.bounds.common(screen) else { continue };
            for cell in cells_of(bounds, columns) {
                if let Some(cell) = self.cells.get_mut(cell) {
                    cell.push(number);
                }
            }
        }
    }

    fn paint_area(&mut self, ctx: &Context, area: Area) {
        let touching = cells_of(area, self.columns());
        let touching = touching.filter_map(|cell| self.cells.get(cell)).flatten();
        let mut numbers: Vec<u32> = touching.copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut target = Target { pixels: &mut self.pixels, width: self.size[0], clip: area };
        target.clear(self.ground);
        for number in numbers {
            let Some(item) = self.items.get_mut(number as usize) else { continue };
            if let Some(clip) = item.bounds.common(area) {
                target.clip = clip;
                paint_item(ctx, self.pixels_per_point, item, &self.textures, &mut target);
            }
        }
    }
}

fn paint_item(
    ctx: &Context,
    scale: f32,
    item: &mut Item,
    textures: &Textures,
    target: &mut Target<'_>,
) {
    for piece in item.pieces(ctx, scale, textures) {
        target.piece(piece, textures);
    }
}

/// The squares that an area touches.
fn cells_of(area: Area, columns: usize) -> impl Iterator<Item = usize> {
    let across = area.left / CELL..area.right.div_ceil(CELL);
    let down = area.top / CELL..area.bottom.div_ceil(CELL);
    down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
}
