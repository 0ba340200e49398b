//! The paper that waves are inked on: textures of which each frame uploads only the columns that time
//! has brought.
//!
//! Waves of one speed and size class share a **sheet**. Each has a **strip** of its rows, and column
//! number `k` stands at `k mod width` in every strip; so what a frame brings lies side by side in all
//! strips of a sheet, one upload takes it, and one mesh paints all waves of the sheet. On a PC without a
//! graphics card triangles, uploads and draw calls are what a wave costs; samples that stand on the
//! screen already cost nothing again.
//!
//! A sheet holds coverage, not colour: its strips are tinted when they are painted, so a wave that grows
//! old, and night, need no new ink.

use std::{
    ops::Range,
    sync::{Arc, Weak},
};

use egui::{
    Color32, ColorImage, Context, Id, Mesh, Painter, Rect, Shape, TextureHandle, TextureOptions,
    layers::ShapeIdx, mutex::Mutex, pos2,
};

use crate::tokens;

/// Rows of a sheet when it is begun, and at most; a taller strip has a sheet of its own.
const ROWS: Range<usize> = 256..4_096;

/// All sheets of a context.
#[derive(Default)]
pub struct Paper {
    sheets: Vec<Sheet>,
    /// Where in the order of shapes the waves of this frame stand, below all that is painted later.
    place: Option<(Painter, ShapeIdx)>,
    /// What stands under the waves: their grids.
    ground: Vec<Shape>,
    /// What is painted over the waves of this frame.
    marks: Vec<Shape>,
    /// Texels uploaded since the last look, for the bench.
    uploaded: u64,
}

/// A place on the paper. It is free for others when this is dropped.
#[derive(Clone, Debug)]
pub struct Strip {
    sheet: u64,
    top: usize,
    rows: usize,
    _held: Arc<()>,
}

impl Strip {
    /// Its height in pixels.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

struct Sheet {
    name: u64,
    /// Length of a column and number of columns: strips of other ones stand on other sheets.
    class: (u64, usize),
    texture: TextureHandle,
    rows: usize,
    /// Coverage, row by row, as the texture has it but for what is `fresh`.
    ink: Vec<u8>,
    strips: Vec<Placed>,
    /// Numbers of the columns that were inked since the last upload.
    fresh: Option<Range<u64>>,
    /// Rows that must be uploaded from edge to edge.
    whole: Vec<Range<usize>>,
    mesh: Mesh,
}

struct Placed {
    rows: Range<usize>,
    held: Weak<()>,
}

impl Paper {
    /// The paper of a context.
    pub fn of(ctx: &Context) -> Arc<Mutex<Paper>> {
        ctx.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<Paper>>>(Id::NULL).clone())
    }

    /// Begins a frame: waves are painted here in the order of shapes, whenever they come. Without it
    /// each is painted where it comes.
    pub fn begin(painter: &Painter) {
        let paper = Paper::of(painter.ctx());
        let place = (painter.clone(), painter.add(Shape::Noop));
        paper.lock().place = Some(place);
    }

    /// Ends a frame: uploads what was inked, and paints it.
    pub fn end(ctx: &Context) {
        let paper = Paper::of(ctx);
        let mut paper = paper.lock();
        let place = paper.place.take();
        let mut shapes = Vec::new();
        shapes.append(&mut paper.ground);
        let mut uploaded = 0;
        for sheet in &mut paper.sheets {
            uploaded += sheet.upload();
            let mut mesh = std::mem::take(&mut sheet.mesh);
            sheet.place_on_texture(&mut mesh);
            if !mesh.is_empty() {
                shapes.push(Shape::mesh(mesh));
            }
        }
        shapes.append(&mut paper.marks);
        paper.uploaded += uploaded;
        // What nobody holds is free; a sheet without strips gives its texture back.
        paper.sheets.retain_mut(|sheet| {
            sheet.strips.retain(|placed| placed.held.strong_count() > 0);
            !sheet.strips.is_empty()
        });
        if let Some((painter, at)) = place {
            painter.set(at, Shape::Vec(shapes));
        }
    }

    /// Puts areas of one colour under the waves of this frame.
    pub fn under(&mut self, painter: &Painter, areas: impl Iterator<Item = Rect>, color: Color32) {
        let mut mesh = Mesh::default();
        for area in areas {
            mesh.add_colored_rect(area, color);
        }
        if self.place.is_some() {
            self.ground.push(Shape::mesh(mesh));
        } else {
            painter.add(Shape::mesh(mesh));
        }
    }

    /// What was put under the waves of this frame until now.
    pub fn ground(&self) -> &[Shape] {
        &self.ground
    }

    /// Puts the same under the waves of this frame as under those of another one.
    pub fn ground_again(&mut self, shapes: &[Shape]) {
        self.ground.extend_from_slice(shapes);
    }

    /// Paints over the waves: in the order of shapes where they are.
    pub fn mark(&mut self, painter: &Painter, mark: Shape) {
        if self.place.is_some() {
            self.marks.push(mark);
        } else {
            painter.add(mark);
        }
    }

    /// Texels that were uploaded since this was last asked.
    pub fn take_uploaded(&mut self) -> u64 {
        std::mem::take(&mut self.uploaded)
    }

    /// An empty strip for `columns` columns of a length, `rows` pixels high.
    pub fn strip(&mut self, ctx: &Context, column_ns: f64, columns: usize, rows: usize) -> Strip {
        let class = (column_ns.to_bits(), columns.next_power_of_two().max(64));
        let held = Arc::new(());
        let fitting = self.sheets.iter_mut().filter(|sheet| sheet.class == class);
        for sheet in fitting {
            if let Some(top) = sheet.take(rows, &held) {
                return Strip { sheet: sheet.name, top, rows, _held: held };
            }
        }
        let name = self.sheets.iter().map(|sheet| sheet.name + 1).max().unwrap_or(0);
        let mut sheet = Sheet::new(ctx, name, class, rows.max(ROWS.start));
        let top = sheet.take(rows, &held).unwrap_or(0);
        self.sheets.push(sheet);
        Strip { sheet: name, top, rows, _held: held }
    }

    /// Whether a strip is on this paper: one of another context is not.
    pub fn holds(&self, strip: &Strip) -> bool {
        let held = Arc::downgrade(&strip._held);
        let mut sheets = self.sheets.iter().filter(|sheet| sheet.name == strip.sheet);
        sheets.any(|sheet| sheet.strips.iter().any(|placed| placed.held.ptr_eq(&held)))
    }

    /// What stands on each strip, sheet by sheet from the top: the coverage of its rows.
    pub fn coverages(&self) -> Vec<Vec<u8>> {
        let of_sheet = |sheet: &Sheet| -> Vec<Vec<u8>> {
            let width = sheet.class.1;
            let texels = |rows: &Range<usize>| rows.start * width..rows.end * width;
            let inked = |placed: &Placed| sheet.ink.get(texels(&placed.rows)).map(<[u8]>::to_vec);
            sheet.strips.iter().filter_map(inked).collect()
        };
        self.sheets.iter().flat_map(of_sheet).collect()
    }

    /// Inks column `number` of a strip: the coverage of its rows, from the top.
    pub fn ink(&mut self, strip: &Strip, number: u64, coverage: impl Fn(usize) -> u8) {
        let Some(sheet) = self.sheet(strip) else { return };
        let width = sheet.class.1;
        let column = (number % width as u64) as usize;
        for row in 0..strip.rows {
            if let Some(texel) = sheet.ink.get_mut((strip.top + row) * width + column) {
                *texel = coverage(row);
            }
        }
        let fresh = sheet.fresh.get_or_insert(number..number + 1);
        *fresh = fresh.start.min(number)..fresh.end.max(number + 1);
    }

    /// Paints columns of a strip, tinted: `numbers` side by side from `left` on, `pixel` points each.
    pub fn paint(
        &mut self,
        painter: &Painter,
        strip: &Strip,
        numbers: Range<u64>,
        (left, top, pixel): (f32, f32, f32),
        tint: Color32,
    ) {
        let is_ordered = self.place.is_some();
        let Some(sheet) = self.sheet(strip) else { return };
        let mut single = Mesh::with_texture(sheet.texture.id());
        let mesh = if is_ordered { &mut sheet.mesh } else { &mut single };
        mesh.texture_id = sheet.texture.id();
        let width = sheet.class.1 as u64;
        let v = [strip.top as f32, (strip.top + strip.rows) as f32];
        let bottom = top + strip.rows as f32 * pixel;
        // A run that crosses the edge of the sheet goes on at its other edge.
        let (mut from, mut x) = (numbers.start, left);
        while from < numbers.end {
            let to = numbers.end.min((from / width + 1) * width);
            let right = x + (to - from) as f32 * pixel;
            let start = (from % width) as f32;
            let uv = Rect::from_min_max(pos2(start, v[0]), pos2(start + (to - from) as f32, v[1]));
            mesh.add_rect_with_uv(Rect::from_min_max(pos2(x, top), pos2(right, bottom)), uv, tint);
            (from, x) = (to, right);
        }
        if !is_ordered {
            sheet.place_on_texture(&mut single);
            painter.add(Shape::mesh(single));
        }
    }

    fn sheet(&mut self, strip: &Strip) -> Option<&mut Sheet> {
        self.sheets.iter_mut().find(|sheet| sheet.name == strip.sheet)
    }
}

impl Sheet {
    fn new(ctx: &Context, name: u64, class: (u64, usize), rows: usize) -> Sheet {
        let blank = ColorImage::filled([class.1, rows], tokens::coverage(0));
        let texture = ctx.load_texture("waves", blank, TextureOptions::NEAREST);
        Sheet {
            name,
            class,
            texture,
            rows,
            ink: vec![0; class.1 * rows],
            strips: Vec::new(),
            fresh: None,
            whole: Vec::new(),
            mesh: Mesh::default(),
        }
    }

    /// Finds room between the strips, or below them; wipes it. `None`: there is none.
    fn take(&mut self, rows: usize, held: &Arc<()>) -> Option<usize> {
        let mut top = 0;
        let mut at = self.strips.len();
        for (nth, placed) in self.strips.iter().enumerate() {
            if placed.rows.start >= top + rows {
                at = nth;
                break;
            }
            top = placed.rows.end;
        }
        let end = top + rows;
        if end > self.rows {
            let doubled = end.next_power_of_two();
            if doubled > ROWS.end {
                return None;
            }
            self.rows = doubled;
            self.ink.resize(self.class.1 * doubled, 0);
            self.texture.set(
                ColorImage::filled([self.class.1, doubled], tokens::coverage(0)),
                TextureOptions::NEAREST,
            );
            self.whole.clear();
            self.whole.push(0..doubled);
        }
        self.strips.insert(at, Placed { rows: top..end, held: Arc::downgrade(held) });
        let width = self.class.1;
        if let Some(ink) = self.ink.get_mut(top * width..end * width) {
            ink.fill(0);
        }
        self.whole.push(top..end);
        Some(top)
    }

    /// Texture coordinates from texels to parts of the texture: a sheet may grow while a frame is painted.
    fn place_on_texture(&self, mesh: &mut Mesh) {
        for vertex in &mut mesh.vertices {
            vertex.uv.x /= self.class.1 as f32;
            vertex.uv.y /= self.rows as f32;
        }
    }

    /// Brings the texture up to date; gives how many texels that took.
    fn upload(&mut self) -> u64 {
        let width = self.class.1;
        let mut texels = 0;
        for rows in std::mem::take(&mut self.whole) {
            texels += self.upload_part(0..width, rows);
        }
        let used = self.strips.last().map_or(0, |placed| placed.rows.end);
        if let Some(fresh) = self.fresh.take() {
            let count = (fresh.end - fresh.start).min(width as u64) as usize;
            let start = (fresh.start % width as u64) as usize;
            let first = count.min(width - start);
            texels += self.upload_part(start..start + first, 0..used);
            texels += self.upload_part(0..count - first, 0..used);
        }
        texels
    }

    fn upload_part(&mut self, columns: Range<usize>, rows: Range<usize>) -> u64 {
        if columns.is_empty() || rows.is_empty() {
            return 0;
        }
        let size = [columns.len(), rows.len()];
        let mut texels = Vec::with_capacity(size[0] * size[1]);
        for row in rows.clone() {
            let start = row * self.class.1;
            let line = self.ink.get(start + columns.start..start + columns.end).unwrap_or(&[]);
            texels.extend(line.iter().map(|coverage| tokens::coverage(*coverage)));
        }
        let image = ColorImage::new(size, texels);
        self.texture.set_partial([columns.start, rows.start], image, TextureOptions::NEAREST);
        (size[0] * size[1]) as u64
    }
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper").field("sheets", &self.sheets.len()).finish_non_exhaustive() // tidy: not for people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strips(paper: &mut Paper, ctx: &Context, rows: &[usize]) -> Vec<Strip> {
        rows.iter().map(|rows| paper.strip(ctx, 1e6, 100, *rows)).collect()
    }

    #[test]
    fn strips_of_a_class_share_a_sheet_and_never_touch() {
        let (ctx, mut paper) = (Context::default(), Paper::default());
        let held = strips(&mut paper, &ctx, &[40, 40, 25, 300, 40]);
        let mut rows: Vec<_> = held.iter().map(|strip| strip.top..strip.top + strip.rows).collect();
        rows.sort_by_key(|rows| rows.start);
        assert!(rows.windows(2).all(|pair| pair[0].end <= pair[1].start), "{rows:?}");
        assert_eq!(paper.sheets.len(), 1);
        assert_eq!(paper.sheets[0].rows, 512);
        // Another speed or another width: another sheet.
        let _other = [paper.strip(&ctx, 2e6, 100, 40), paper.strip(&ctx, 1e6, 500, 40)];
        assert_eq!(paper.sheets.len(), 3);
    }

    #[test]
    fn what_is_dropped_is_free_again_and_an_empty_sheet_goes() {
        let ctx = Context::default();
        let paper = Paper::of(&ctx);
        let mut held = strips(&mut paper.lock(), &ctx, &[40, 40, 40]);
        let middle = held.remove(1);
        let was = middle.top;
        drop(middle);
        Paper::end(&ctx);
        assert_eq!(paper.lock().strip(&ctx, 1e6, 100, 40).top, was);
        held.clear();
        Paper::end(&ctx);
        assert!(paper.lock().sheets.is_empty());
    }

    #[test]
    fn a_frame_uploads_the_new_columns_of_all_strips_and_nothing_else() {
        let ctx = Context::default();
        let paper = Paper::of(&ctx);
        let held = strips(&mut paper.lock(), &ctx, &[40, 40]);
        Paper::end(&ctx);
        paper.lock().take_uploaded();
        for strip in &held {
            for number in 126..130 {
                paper.lock().ink(strip, number, |row| row as u8);
            }
        }
        Paper::end(&ctx);
        // Four columns over the edge of 128, eighty rows.
        assert_eq!(paper.lock().take_uploaded(), 4 * 80);
        Paper::end(&ctx);
        assert_eq!(paper.lock().take_uploaded(), 0);
    }

    #[test]
    fn a_run_over_the_edge_is_painted_in_two_pieces_side_by_side() {
        let ctx = Context::default();
        let mut paper = Paper::default();
        let strip = paper.strip(&ctx, 1e6, 100, 40);
        let painter = Painter::new(ctx.clone(), egui::LayerId::background(), Rect::EVERYTHING);
        paper.place = Some((painter.clone(), painter.add(Shape::Noop)));
        paper.paint(&painter, &strip, 120..140, (10.0, 5.0, 1.0), tokens::coverage(255));
        let mesh = &paper.sheets[0].mesh;
        let xs: Vec<f32> = mesh.vertices.iter().map(|vertex| vertex.pos.x).collect();
        assert_eq!(mesh.vertices.len(), 8);
        assert!(xs.contains(&10.0) && xs.contains(&18.0) && xs.contains(&30.0), "{xs:?}");
        paper.place = None;
    }
}
