//! `vigie check-screen`: whether the ward can be read from where people stand.

use std::path::PathBuf;

use clap::Args;
use egui::vec2;
use vigie_dashboard::{ARC_MINUTES_MIN, Legibility, ViewOptions, legibility};

use crate::{
    cli::{Size, size},
    config_file,
    terminal::{Problem, print},
};

/// Options.
#[derive(Args, Debug)]
pub struct CheckScreenOptions {
    /// The configuration; without it the user's own vigie.toml, else that of the PC
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Size of the screen in pixels
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    pub size: Size,

    /// How far away people stand, in metres; without it as configured
    #[arg(long, value_name = "METRES", value_parser = metres)]
    pub viewing_distance_m: Option<f32>,

    /// Pixels in a millimetre of the screen, as measured; without it 3.78, which is 96 dots an inch
    #[arg(long, value_name = "PIXELS", value_parser = pixels)]
    pub pixels_per_mm: Option<f32>,
}

fn within(text: &str, least: f32, most: f32) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("a number from {least} to {most} is wanted"))
}

fn metres(text: &str) -> Result<f32, String> {
    within(text, 0.3, 10.0)
}

fn pixels(text: &str) -> Result<f32, String> {
    within(text, 1.0, 40.0)
}

/// Prints a line for each layout; a layout in use that cannot be read is a problem.
pub fn run(options: &CheckScreenOptions) -> Result<(), Problem> {
    let (_, config) = config_file::load(options.config.as_deref())?;
    let viewing_distance_mm = options
        .viewing_distance_m
        .map_or(config.screen.viewing_distance_mm, |metres| (metres * 1_000.0).round() as u32);
    let view = ViewOptions {
        viewing_distance_mm,
        pixels_per_mm: options.pixels_per_mm,
        tiles: config.screen.tiles,
        ..ViewOptions::default()
    };
    let screen = vec2(f32::from(options.size.width), f32::from(options.size.height));
    let beds = config.beds.len();
    let seen = legibility(screen, beds, view, config.language);
    print(table(&seen).trim_end())?;
    let metres = f64::from(viewing_distance_mm) / 1_000.0;
    let shown = if config.screen.wall { seen.wall.tiles } else { seen.tiles };
    if let Some(tiles) = config.screen.tiles.filter(|tiles| usize::from(*tiles) != shown) {
        return Err(Problem::new(format!(
            "{tiles} tiles on a page, as configured, cannot be read from {metres:.1} m: the window shows {}; \
             write fewer, or none",
            shown
        )));
    }
    if config.screen.wall {
        return wall(&seen, beds, metres);
    }
    match seen.in_use() {
        Some(layout) if layout.is_readable => print(&format!(
            "\n{beds} beds at {metres:.1} m: {} tiles on a page, {} page(s)",
            seen.tiles, seen.pages
        )),
        Some(_) | None => Err(Problem::new(format!(
            "nothing can be read from {metres:.1} m on this screen: digits must be {ARC_MINUTES_MIN:.0} \
             minutes of arc high; take a larger screen, or stand nearer"
        ))),
    }
}

/// What the wall shows, where the window begins with it.
fn wall(seen: &Legibility, beds: usize, metres: f64) -> Result<(), Problem> {
    if seen.wall.is_readable {
        return print(&format!("\n{beds} beds at {metres:.1} m, as a wall"));
    }
    Err(Problem::new(format!(
        "not even a wall can be read from {metres:.1} m on this screen: take a larger one, or stand nearer"
    )))
}

/// A line for each layout; the one in use has an arrow.
fn table(seen: &Legibility) -> String {
    let mut text = format!(
        "  {:>5}  {:>9}  {:>13}  {:>12}  VERDICT\n",
        "TILES", "DIGITS MM", "DIGITS ARCMIN", "ALARM ARCMIN"
    );
    for layout in &seen.layouts {
        let mark = if layout.tiles == seen.tiles { '>' } else { ' ' };
        let verdict = match (layout.is_readable, layout.digits_mm > 0.0) {
            (true, _) => "readable",
            (false, true) => "too small",
            (false, false) => "no room",
        };
        text += &format!(
            "{mark} {:>5}  {:>9.1}  {:>13.1}  {:>12.1}  {verdict}\n",
            layout.tiles, layout.digits_mm, layout.digits_arcmin, layout.alarm_arcmin
        );
    }
    let wall = seen.wall;
    let verdict = if wall.is_readable { "readable" } else { "too small" };
    text += &format!(
        "\n  as a wall: {} beds on a page, {} page(s), {} numbers, digits {:.1} mm, {:.1} arcmin, {verdict}\n",
        wall.tiles, wall.pages, wall.numbers, wall.digits_mm, wall.digits_arcmin
    );
    text
}

#[cfg(test)]
mod tests {
    use vigie_words::Language;

    use super::*;

    #[test]
    fn every_layout_has_a_line_and_the_one_in_use_is_marked() {
        let options = ViewOptions { viewing_distance_mm: 2_000, ..ViewOptions::default() };
        let seen = legibility(vec2(1280.0, 720.0), 12, options, Language::French);
        let table = table(&seen);
        assert_eq!(table.lines().count(), 14, "{table}");
        let marked: Vec<&str> = table.lines().filter(|line| line.starts_with('>')).collect();
        assert!(marked.len() == 1 && marked[0].ends_with("readable"), "{table}");
        assert!(table.lines().nth(11).is_some_and(|line| !line.ends_with("readable")), "{table}");
        let wall = table.lines().last().unwrap_or_default();
        // Of twelve a label and an alarm that are read from 2 m would take the whole tile.
        assert!(wall.contains("as a wall: 6 beds") && wall.ends_with("readable"), "{table}");
        assert!(metres("0.1").is_err() && pixels("nan").is_err() && metres("3") == Ok(3.0));
    }
}
