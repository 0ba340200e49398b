//! Where things stand: pure geometry, from counts and sizes alone.
//!
//! What has no room is left out in a fixed order and never squeezed below a readable size: first the
//! numbers beyond the tile's minimum, the last one first; then the waves, the last one first. Heart
//! rate, SpO2, pressure, respiration, temperature, alarm line, bed label and link always stay.
//!
//! A ventilator's numbers beside a monitor's are the last to go of those beyond the minimum, minute
//! volume first and peak pressure last, as long as what every tile has keeps four fifths of its size.
//! Where none of them has room the head says that a ventilator is there and whether it is live.

use egui::{Rect, Vec2, pos2, vec2};
use vigie_ui_kit::{
    badge,
    numeric::{Measure, digits_max},
    rows::Rows,
    tokens,
};

/// The parts of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The top bar.
    pub bar: Rect,
    /// Sound, the alarm that nobody answers, initials.
    pub strip: Rect,
    /// The ward or the bed.
    pub main: Rect,
    /// The attention column.
    pub column: Rect,
}

/// Divides the window, by its size alone: nothing moves when an alarm comes.
pub fn window(area: Rect) -> Window {
    let row = |top: f32, bottom: f32| {
        Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), bottom))
    };
    let bar = row(area.top(), area.top() + tokens::TOP_BAR);
    let strip = row(bar.bottom(), bar.bottom() + tokens::STRIP);
    let width = (area.width() * 0.225).round().clamp(270.0, 420.0).min(area.width() * 0.4);
    let x = area.right() - width;
    Window {
        bar,
        strip,
        main: Rect::from_min_max(pos2(area.left(), strip.bottom()), pos2(x, area.bottom())),
        column: Rect::from_min_max(pos2(x, strip.bottom()), area.max),
    }
}

/// Columns and rows of the ward: the shape that gives tiles the most area, neither too flat nor too
/// tall. Depends on count and size alone, so a tile never moves while both stay.
pub fn grid(count: usize, size: Vec2) -> (usize, usize) {
    let count = count.max(1);
    let mut best = (1, count);
    let mut best_score = f32::MIN;
    for columns in 1..=count {
        let rows = count.div_ceil(columns);
        let tile = vec2(size.x / columns as f32, size.y / rows as f32);
        let aspect = tile.x / tile.y.max(1.0);
        let shape = (aspect / 1.15).min(2.4 / aspect).min(1.0);
        let score = tile.x * tile.y * shape;
        if score > best_score + 0.5 {
            (best, best_score) = ((columns, rows), score);
        }
    }
    best
}

/// Place of tile `index` in a ward of `count`. All tiles are of one size in whole points, so that all
/// are laid out alike.
pub fn tile_rect(index: usize, count: usize, area: Rect) -> Rect {
    let (columns, rows) = grid(count, area.size());
    let size = vec2(
        ((area.width() - tokens::TILE_GAP) / columns as f32).floor(),
        ((area.height() - tokens::TILE_GAP) / rows as f32).floor(),
    );
    let (column, row) = (index % columns, index / columns);
    let min = area.min + vec2(column as f32 * size.x, row as f32 * size.y);
    Rect::from_min_size(
        min + vec2(tokens::TILE_GAP, tokens::TILE_GAP),
        size - vec2(tokens::TILE_GAP, tokens::TILE_GAP),
    )
}

/// The parts of a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct TileParts {
    /// Bed label, words, link.
    pub head: Rect,
    /// Alarm lines, the first the most urgent.
    pub alarms: Vec<Rect>,
    /// Numbers.
    pub numbers: Rect,
    /// Waves, one rectangle each.
    pub waves: Vec<Rect>,
    /// What is said of the devices, where anything is and there is room.
    pub note: Option<Rect>,
}

/// Height of a wave below which its label stands before it instead of above.
pub const WAVE_LABEL_ABOVE_FROM: f32 = 46.0;
/// Least height of a wave.
const WAVE_MIN: f32 = 22.0;
/// A wave that is lower stands only where digits can be read beside it.
pub const WAVE_USUAL: f32 = 26.0;
/// Height beyond which a wave row gains nothing: few waves share a large place up to it.
pub const WAVE_MAX: f32 = 320.0;
/// Least height of numbers beside which a wave is drawn at all.
const NUMBERS_MIN: f32 = 58.0;

/// Least and greatest height of the line about devices.
const NOTE: (f32, f32) = (14.0, 20.0);

/// Part of a tile that its first alarm line may take to be read from afar.
const ALARM_PART: f32 = 0.13;

/// Divides the inside of a tile that has `waves` waves to show. `size_min`: the size of letters that can
/// be read from where people stand; the alarm line grows towards it as far as the tile has room.
/// `has_note`: something is to be said of its devices. In a low tile that has no place; each value has
/// the mark of its device all the same.
pub fn tile_parts(inner: Rect, waves: usize, size_min: f32, has_note: bool) -> TileParts {
    let scale = inner.height().min(inner.width() * 0.75);
    let head_height = (scale * 0.085).round().clamp(13.0, 34.0);
    let usual = (scale * 0.085).round().clamp(13.0, 34.0);
    let wished = badge::height_for(size_min).min((inner.height() * ALARM_PART).floor());
    let alarm_height = usual.max(wished);
    let alarm_lines = if scale >= 300.0 { 2 } else { 1 };
    let mut rows = Rows::of(inner);
    let head = rows.take(head_height);
    let alarms =
        (0..alarm_lines).map(|_| rows.take(alarm_height + 1.0).shrink2(vec2(0.0, 0.5))).collect();
    let pad = (scale * 0.015).round().clamp(2.0, 8.0);
    let body = rows.rest().shrink2(vec2(pad, pad * 0.5));
    let note = if has_note { (scale * 0.055).round().clamp(NOTE.0, NOTE.1) } else { 0.0 };
    let Split { numbers, waves, note } = split_body(body, waves, note);
    TileParts { head, alarms, numbers, waves, note }
}

/// The parts of a tile below its alarm lines.
struct Split {
    numbers: Rect,
    waves: Vec<Rect>,
    note: Option<Rect>,
}

/// Cuts a strip off at the bottom, where at least `least` is left above it.
fn cut_note(rect: Rect, height: f32, least: f32) -> (Rect, Option<Rect>) {
    if height <= 0.0 || rect.height() - height < least {
        return (rect, None);
    }
    let cut = rect.bottom() - height;
    let (above, below) = rect.split_top_bottom_at_y(cut);
    (above, Some(below))
}

/// Beside waves the note takes its place from them: the numbers are as large as on the other tiles.
fn split_body(body: Rect, waves: usize, note: f32) -> Split {
    if waves == 0 || body.height() < NUMBERS_MIN + WAVE_MIN {
        let (numbers, note) = cut_note(body, note, NUMBERS_MIN);
        return Split { numbers, waves: Vec::new(), note };
    }
    let is_side_by_side = body.width() >= 400.0 && body.width() > body.height() * 0.8;
    let (numbers, field, row_usual) = if is_side_by_side {
        let part = if body.width() > body.height() * 1.6 { 0.56 } else { 0.52 };
        let x = (body.left() + body.width() * part).round();
        (
            Rect::from_min_max(pos2(x + 10.0, body.top()), body.max),
            Rect::from_min_max(body.min, pos2(x, body.bottom())),
            (body.height() / 4.0).clamp(52.0, 120.0),
        )
    } else {
        let numbers = (body.height() * 0.56).max(NUMBERS_MIN).round();
        let y = body.top() + numbers;
        (
            Rect::from_min_max(body.min, pos2(body.right(), y)),
            Rect::from_min_max(pos2(body.left(), y + 2.0), body.max),
            (body.height() * 0.22).clamp(40.0, 110.0),
        )
    };
    let (field, note) = cut_note(field, note, WAVE_MIN);
    let rows = ((field.height() / row_usual).round() as usize).clamp(1, waves);
    let height = (field.height() / rows as f32).min(WAVE_MAX);
    let waves = (0..rows)
        .map(|row| {
            let top = field.top() + height * row as f32;
            Rect::from_min_max(pos2(field.left(), top), pos2(field.right(), top + height))
        })
        .collect();
    Split { numbers, waves, note }
}

/// Cells of one size in rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Size of the digits.
    pub size: f32,
    /// Where the cells stand, in order.
    pub rects: Vec<Rect>,
}

/// Space between two cells of an area.
fn cell_gap(area: Rect) -> f32 {
    if area.width() < 200.0 { 6.0 } else { (area.width() * 0.04).clamp(10.0, 18.0) }
}

/// Packs all cells into `area`, in order, on columns of one width that go through all rows, with
/// digits as large as fits; wide cells take several columns. `None` when not even the smallest
/// readable digits do.
pub fn pack(cells: &[Measure], area: Rect, rows_max: usize) -> Option<Packed> {
    if cells.is_empty() {
        return Some(Packed { size: 0.0, rects: Vec::new() });
    }
    let mut best: Option<Packed> = None;
    for rows in 1..=rows_max.min(cells.len()) {
        let height = (area.height() - ROW_GAP * (rows - 1) as f32) / rows as f32;
        if height < tokens::TEXT_MIN + 1.0 {
            break;
        }
        for columns in 1..=(2 * cells.len()).min(12) {
            // Larger digits need wider cells: the largest size that fits is found by halving.
            let mut fits = best.as_ref().map_or(tokens::TEXT_MIN - 1.0, |best| {
                // More rows and columns only for clearly larger digits: few columns are calmer.
                (best.size * 1.05).floor()
            });
            let mut too_large = digits_max(height) + 1.0;
            while fits + 1.0 < too_large {
                let size = ((fits + too_large) / 2.0).floor();
                match on_columns(cells, size, height, area, columns, rows) {
                    Some(rects) => {
                        best = Some(Packed { size, rects });
                        fits = size;
                    }
                    None => too_large = size,
                }
            }
        }
    }
    best
}

/// Space between two rows of cells.
const ROW_GAP: f32 = 2.0;

/// Places cells row by row on `columns` columns; `None` if one is too wide or the rows do not do. A
/// wide cell begins its row, narrow ones fill up, each kind in order: so pressures stand below each
/// other. Gives the places in the order of the cells.
fn on_columns(
    cells: &[Measure],
    size: f32,
    height: f32,
    area: Rect,
    columns: usize,
    rows: usize,
) -> Option<Vec<Rect>> {
    let gap = cell_gap(area);
    let column = (area.width() - gap * (columns - 1) as f32) / columns as f32;
    let spans: Vec<usize> = cells
        .iter()
        .map(|cell| {
            let need = cell.width(size, height);
            ((need + gap) / (column + gap)).ceil().max(1.0) as usize
        })
        .collect();
    if spans.iter().any(|span| *span > columns) {
        return None;
    }
    let is_wide = |index: &usize| cells.get(*index).is_some_and(Measure::is_wide);
    let mut rects = vec![Rect::NOTHING; cells.len()];
    let mut left: Vec<usize> = (0..cells.len()).collect();
    for row in 0..rows {
        let mut used = 0;
        let first = left.iter().position(is_wide).or((!left.is_empty()).then_some(0));
        let mut next = first;
        while let Some(place) = next {
            let index = left.remove(place);
            let (Some(span), Some(rect)) = (spans.get(index), rects.get_mut(index)) else { break };
            let min =
                area.min + vec2((column + gap) * used as f32, (height + ROW_GAP) * row as f32);
            let width = column * *span as f32 + gap * (span - 1) as f32;
            *rect = Rect::from_min_size(min, vec2(width, height));
            used += span;
            // Narrow ones fill up; two wide ones share a row where they fit.
            let fits = |index: &usize| spans.get(*index).is_some_and(|span| used + span <= columns);
            let narrow = left.iter().position(|index| !is_wide(index) && fits(index));
            next = narrow.or_else(|| left.iter().position(fits));
        }
    }
    left.is_empty().then_some(rects)
}

/// The numbers of a tile: the two large ones and as many others as stay readable.
#[derive(Clone, Debug, PartialEq)]
pub struct NumbersPlan {
    /// Heart rate and SpO2.
    pub primary: Packed,
    /// The others, in order; fewer than given when the last ones have no room.
    pub secondary: Packed,
}

/// More than any gain by size or count: what cannot be read from where people stand comes last.
const UNREADABLE: f32 = 1_000.0;

/// What a plan of numbers has to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needs {
    /// How many of the secondary ones stay as long as they can be read at all.
    pub must: usize,
    /// How many after those stay as long as they can be read and cost the others little.
    pub wish: usize,
    /// Least size of the two large ones, where that is possible at all.
    pub least: f32,
}

/// More of those wished for are not looked for: the others would be small.
const WISHED_MAX: usize = 4;
/// Least digits of those wished for.
const WISHED_MIN: f32 = 13.0;
/// What the large digits keep of their size for the sake of those wished for.
const WISHED_KEEP: f32 = 0.8;

/// Plans numbers: the secondary ones that it needs, and more of them where that does not make the others
/// small.
pub fn numbers(
    primary: &[Measure],
    secondary: &[Measure],
    needs: Needs,
    area: Rect,
) -> NumbersPlan {
    let must = needs.must.min(secondary.len());
    let mut best: Option<(f32, NumbersPlan)> = None;
    for shown in (0..=secondary.len()).rev() {
        if shown < must && best.is_some() {
            break; // the minimum is there
        }
        let Some(cells) = secondary.get(..shown) else { continue };
        let small_least = |large: f32| if shown > must { (large * 0.40).max(16.0) } else { 0.0 };
        let found = best_of(primary, cells, shown, small_least, needs.least, area);
        if let Some((score, _)) = &found
            && best.as_ref().is_none_or(|(than, _)| score > than)
        {
            best = found;
        }
    }
    let nothing = || Packed { size: 0.0, rects: Vec::new() };
    let plain = best
        .map_or_else(|| NumbersPlan { primary: nothing(), secondary: nothing() }, |(_, plan)| plan);
    let shown = plain.secondary.rects.len();
    let wished = (must + needs.wish.min(WISHED_MAX)).min(secondary.len());
    if shown < must || shown >= wished {
        return plain;
    }
    let least = needs.least.min(plain.primary.size).max(plain.primary.size * WISHED_KEEP);
    let with = |count: usize| {
        let cells = secondary.get(..count)?;
        let (_, plan) = best_of(primary, cells, must, |_| WISHED_MIN, least, area)?;
        (plan.primary.size >= least).then_some(plan)
    };
    (shown + 1..=wished).rev().find_map(with).unwrap_or(plain)
}

/// The best plan with all of `cells`, and what it is worth. `small_least`: least size of their digits by
/// that of the large ones; `column`: how many of the cells may stand beside those.
fn best_of(
    primary: &[Measure],
    cells: &[Measure],
    column: usize,
    small_least: impl Fn(f32) -> f32,
    least: f32,
    area: Rect,
) -> Option<(f32, NumbersPlan)> {
    let mut best: Option<(f32, NumbersPlan)> = None;
    // A few cells in a large place would be larger than the large ones: they are held back, where there
    // is no better way.
    let mut held_back: Option<(f32, NumbersPlan)> = None;
    for mut plan in below(primary, cells, area).chain(beside(primary, cells, column, area)) {
        let large = plan.primary.size;
        let is_over = plan.secondary.size > large;
        plan.secondary.size = plan.secondary.size.min(large);
        let small = plan.secondary.size;
        if small < small_least(large) {
            continue;
        }
        // Twice as large is worth a lot where digits are small, nothing where they are huge.
        let score = 2.0 * large.clamp(1.0, 130.0).log2()
            + 1.5 * small.clamp(1.0, 64.0).log2()
            + 0.25 * cells.len() as f32
            - if large < least { UNREADABLE } else { 0.0 };
        let kept = if is_over { &mut held_back } else { &mut best };
        if kept.as_ref().is_none_or(|(found, _)| score > *found) {
            *kept = Some((score, plan));
        }
    }
    best.or(held_back)
}

/// The two large numbers above, the others below them.
fn below<'a>(
    primary: &'a [Measure],
    cells: &'a [Measure],
    area: Rect,
) -> impl Iterator<Item = NumbersPlan> + 'a {
    const SHARES: [f32; 8] = [0.38, 0.42, 0.46, 0.5, 0.54, 0.58, 0.62, 0.66];
    let shares = if cells.is_empty() { &[1.0][..] } else { &SHARES[..] };
    shares.iter().filter_map(move |share| {
        let cut = (area.top() + area.height() * share).round();
        let above = Rect::from_min_max(area.min, pos2(area.right(), cut));
        let below = Rect::from_min_max(pos2(area.left(), cut + ROW_GAP), area.max);
        let primary = pack(primary, above, 2)?;
        let secondary = pack(cells, below, 12)?;
        Some(NumbersPlan { primary, secondary })
    })
}

/// For low places: the two large numbers, beside them a column of the narrow ones among the first
/// `column` cells; below them the pressure, which is wide, and what there is besides.
fn beside<'a>(
    primary: &'a [Measure],
    cells: &'a [Measure],
    column: usize,
    area: Rect,
) -> impl Iterator<Item = NumbersPlan> + 'a {
    const SHARES: [f32; 6] = [0.20, 0.24, 0.28, 0.32, 0.36, 0.40];
    let (first, rest) = cells.split_at(column.min(cells.len()));
    let (wide, narrow) = match first.split_first() {
        Some((first, rest)) if first.is_wide() => (std::slice::from_ref(first), rest),
        Some(_) | None => (&first[..0], first),
    };
    let foot_cells: Vec<Measure> = wide.iter().chain(rest).copied().collect();
    let is_low = area.height() < 110.0
        && (1..=3).contains(&narrow.len())
        && !narrow.iter().any(Measure::is_wide);
    let heights: &[f32] = match (is_low, foot_cells.is_empty()) {
        (false, _) => &[],
        (true, true) => &[0.0],
        (true, false) => &[12.0, 14.0, 17.0, 20.0, 24.0],
    };
    heights.iter().flat_map(move |height| {
        let foot_cells = foot_cells.clone();
        SHARES.iter().filter_map(move |share| {
            let cut = area.bottom() - height;
            let right = (area.right() - area.width() * share).round();
            let large = Rect::from_min_max(area.min, pos2(right - cell_gap(area), cut - ROW_GAP));
            let column =
                Rect::from_min_max(pos2(right, area.top()), pos2(area.right(), cut - ROW_GAP));
            let foot = Rect::from_min_max(pos2(area.left(), cut), area.max);
            let primary = pack(primary, large, 1)?;
            let narrow = pack(narrow, column, 3)?;
            let foot = pack(&foot_cells, foot, 1)?;
            let size = if foot.rects.is_empty() { narrow.size } else { foot.size.min(narrow.size) };
            // In the order of the cells: the pressure, the column, what there is besides.
            let (pressure, others) = foot.rects.split_at(wide.len());
            let rects = pressure.iter().chain(&narrow.rects).chain(others).copied().collect();
            Some(NumbersPlan { primary, secondary: Packed { size, rects } })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREENS: [Vec2; 2] = [Vec2::new(1280.0, 686.0), Vec2::new(1920.0, 1046.0)];

    fn measure(digits_em: f32, label_em: f32) -> Measure {
        Measure { digits_em, second_em: 0.0, label_em, short_em: label_em.min(1.2) }
    }

    fn needs(must: usize, wish: usize) -> Needs {
        Needs { must, wish, least: 0.0 }
    }

    fn pressure() -> Measure {
        Measure { digits_em: 3.4, second_em: 2.0, label_em: 1.6, short_em: 1.6 }
    }

    #[test]
    fn tiles_fill_the_screen_and_never_overlap() {
        for size in SCREENS {
            let area = Rect::from_min_size(pos2(0.0, 34.0), size);
            for count in 1..=64 {
                let tiles: Vec<Rect> =
                    (0..count).map(|index| tile_rect(index, count, area)).collect();
                for (index, tile) in tiles.iter().enumerate() {
                    assert!(area.contains_rect(*tile), "{count} {index} {tile}");
                    for other in &tiles[..index] {
                        assert!(!tile.intersects(*other), "{count} {tile} {other}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_note_takes_nothing_from_the_numbers_beside_waves() {
        for size in SCREENS {
            for count in 1..=64 {
                let area = Rect::from_min_size(pos2(0.0, 34.0), size);
                let inner = tile_rect(0, count, area).shrink(tokens::BORDER);
                let [plain, noted] = [false, true].map(|noted| tile_parts(inner, 2, 0.0, noted));
                if !plain.waves.is_empty() {
                    assert_eq!(noted.numbers, plain.numbers, "{count}");
                }
                let Some(note) = noted.note else { continue };
                assert!(inner.contains_rect(note) && note.height() >= 14.0, "{count} {note}");
                for part in noted.waves.iter().chain([&noted.numbers]) {
                    assert!(!part.shrink(0.1).intersects(note), "{count} {part} {note}");
                }
            }
        }
    }

    #[test]
    fn the_minimum_has_room_at_sixty_four_beds() {
        for size in SCREENS {
            let tile = tile_rect(0, 64, Rect::from_min_size(pos2(0.0, 34.0), size));
            let parts = tile_parts(tile.shrink(tokens::BORDER), 2, 0.0, true);
            let primary = [measure(1.5, 1.0), measure(1.5, 1.8)];
            let others = [pressure(), measure(1.0, 1.0), measure(1.8, 1.8), pressure()];
            let plan = numbers(&primary, &others, needs(3, 0), parts.numbers);
            assert!(plan.secondary.rects.len() >= 3 && plan.secondary.size >= 11.0, "{plan:?}");
            assert!(plan.primary.size >= 20.0, "{plan:?}");
        }
    }

    #[test]
    fn cells_stay_inside_and_apart() {
        let cells =
            [pressure(), measure(1.0, 1.0), measure(1.8, 1.8), pressure(), measure(2.0, 3.0)];
        for (width, height) in [(160.0, 40.0), (300.0, 60.0), (500.0, 300.0), (200.0, 500.0)] {
            let area = Rect::from_min_size(pos2(10.0, 20.0), vec2(width, height));
            let packed = pack(&cells, area, 6).unwrap();
            for (index, rect) in packed.rects.iter().enumerate() {
                assert!(area.expand(0.1).contains_rect(*rect), "{area} {rect}");
                for other in &packed.rects[..index] {
                    assert!(!rect.shrink(0.1).intersects(*other), "{rect} {other}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out_from_the_end() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(160.0, 60.0));
        let primary = [measure(1.5, 1.0), measure(1.5, 1.8)];
        let many = [measure(2.0, 2.0); 12];
        let plan = numbers(&primary, &many, needs(3, 0), area);
        assert!((3..12).contains(&plan.secondary.rects.len()), "{plan:?}");
    }

    #[test]
    fn one_number_below_the_large_ones_has_its_place_however_much_room_there_is() {
        let primary = [measure(1.5, 1.0), measure(1.5, 1.8)];
        for (width, height) in [(100.0, 60.0), (440.0, 520.0), (900.0, 300.0), (200.0, 900.0)] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            let plan = numbers(&primary, &[measure(1.0, 1.0)], needs(1, 0), area);
            assert_eq!(plan.secondary.rects.len(), 1, "{area}");
            assert!(plan.secondary.size <= plan.primary.size, "{area}");
        }
    }

    #[test]
    fn what_is_wished_for_stays_where_it_costs_little_and_costs_nothing_where_it_does_not() {
        let primary = [measure(1.5, 1.0), measure(1.5, 1.8)];
        let cells = [
            pressure(),
            measure(1.0, 1.0),
            measure(1.8, 1.8),
            measure(1.8, 3.6),
            measure(1.5, 2.6),
            measure(1.8, 3.0),
            measure(1.5, 3.0),
        ];
        let mut counts = Vec::new();
        for (width, height) in [(100.0, 36.0), (130.0, 48.0), (200.0, 60.0), (312.0, 66.0)] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            let plain = numbers(&primary, &cells, needs(3, 0), area);
            let wished = numbers(&primary, &cells, needs(3, 4), area);
            let count = wished.secondary.rects.len();
            assert!(count >= plain.secondary.rects.len(), "{area}");
            assert!(wished.primary.size >= plain.primary.size * WISHED_KEEP, "{area}");
            if count > plain.secondary.rects.len() {
                assert!(wished.secondary.size >= WISHED_MIN, "{area}");
            }
            counts.push(count);
        }
        assert!(counts.is_sorted() && counts[0] <= 3 && counts[3] > 3, "{counts:?}");
    }

    #[test]
    fn the_parts_of_the_window_fill_it_and_do_not_overlap() {
        for size in [vec2(1280.0, 720.0), vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), size);
            let Window { bar, strip, main, column } = window(area);
            let parts = [bar, strip, main, column];
            for (index, part) in parts.iter().enumerate() {
                assert!(area.contains_rect(*part), "{part}");
                for other in &parts[..index] {
                    assert!(!part.shrink(0.1).intersects(*other), "{part} {other}");
                }
            }
            let covered: f32 = parts.iter().map(|part| part.area()).sum();
            assert!((covered - area.area()).abs() < 1.0, "{size}");
            assert!(main.width() > column.width() * 2.0, "{size}");
        }
    }
}
