//! The table of a paediatric score: a file that is read, checked for gaps and overlaps, and then asked.

use std::{collections::BTreeMap, fmt, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Effort, OxygenFlow, Refill,
    cell::{Cell, NoCell},
};

/// The chart of Parshuram et al. (2009), as the program brings it along.
const BEDSIDE: &str = include_str!("../../data/bedside_pews.toml");

/// A longer file is refused unread: the built-in one has 4 kB.
pub const TABLE_BYTES_MAX: usize = 64 * 1024;
/// More rows of ages are refused.
pub const AGES_MAX: usize = 32;
/// A single part gives at most this many points.
pub const POINTS_MAX: u8 = 20;
/// Whole numbers from 0 to this are looked at when gaps are sought: beyond any value that a monitor
/// gives of a heart rate, a pressure, a breathing rate or a saturation, all of which end at 360.
const SOUGHT_MAX: i64 = 400;

/// A table that has no gap and no overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub(super) name: String,
    pub(super) max: u8,
    pub(super) ages: Vec<Age>,
    pub(super) saturation: Scale,
    refill: [u8; 2],
    effort: [u8; 4],
    oxygen: [u8; 3],
}

/// One row: what counts at one age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Age {
    pub name: String,
    from_months: u16,
    /// `None`: no end.
    to_months: Option<u16>,
    pub heart_rate: Scale,
    pub systolic: Scale,
    pub respiration: Scale,
}

/// The cells of one measurement at one age, with their points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale(Vec<(u8, Vec<Cell>)>);

impl Scale {
    /// The points of a value: the most that any cell gives. A checked scale has some for every value.
    pub fn points(&self, value: i64) -> Option<u8> {
        let holding = self.0.iter().filter(|(_, cells)| cells.iter().any(|cell| cell.holds(value)));
        holding.map(|(points, _)| *points).max()
    }

    fn points_max(&self) -> u8 {
        self.0.iter().map(|(points, _)| *points).max().unwrap_or(0)
    }
}

/// What is wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// Line of the file, counted from 1.
    pub line: usize,
    /// What is wrong there, and what would be right; for engineers, in English.
    pub what: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for TableError {}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    max: Spanned<u8>,
    ages: Vec<Spanned<FileAge>>,
    saturation: Spanned<FileScale>,
    capillary_refill: Spanned<FileRefill>,
    effort: Spanned<FileEffort>,
    oxygen: Spanned<FileOxygen>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAge {
    name: String,
    months: Vec<u16>,
    heart_rate: Spanned<FileScale>,
    systolic: Spanned<FileScale>,
    respiration: Spanned<FileScale>,
}

/// Points, as a key of a table, to cells.
type FileScale = BTreeMap<String, Spanned<Vec<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRefill {
    under_3_s: u8,
    from_3_s: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEffort {
    normal: u8,
    mild: u8,
    moderate: u8,
    severe: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOxygen {
    air: u8,
    low: u8,
    high: u8,
}

impl Table {
    /// The Bedside PEWS as published. It comes with the program and a test reads it; the result is
    /// there because a table is never taken unchecked.
    pub fn bedside() -> Result<Table, TableError> {
        Table::parse(BEDSIDE)
    }

    /// Reads and checks a table. The first mistake is told, with its line.
    pub fn parse(text: &str) -> Result<Table, TableError> {
        if text.len() > TABLE_BYTES_MAX {
            let what = format!("the file is longer than {TABLE_BYTES_MAX} bytes: this is no table");
            return Err(TableError { line: 1, what });
        }
        let place = Place { text };
        let file: File = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            place.error(span, error.message().to_owned())
        })?;
        if file.ages.is_empty() || file.ages.len() > AGES_MAX {
            let what = format!("{} rows of [[ages]]: give 1 to {AGES_MAX}", file.ages.len());
            return Err(place.error(0..0, what));
        }
        let ages = place.ages(file.ages)?;
        let saturation = place.scale("saturation", file.saturation)?;
        let refill = file.capillary_refill.get_ref();
        let refill = place.choices(
            "capillary_refill",
            file.capillary_refill.span(),
            [refill.under_3_s, refill.from_3_s],
        )?;
        let effort = file.effort.get_ref();
        let effort = place.choices(
            "effort",
            file.effort.span(),
            [effort.normal, effort.mild, effort.moderate, effort.severe],
        )?;
        let oxygen = file.oxygen.get_ref();
        let oxygen =
            place.choices("oxygen", file.oxygen.span(), [oxygen.air, oxygen.low, oxygen.high])?;
        let max_span = file.max.span();
        let table = Table {
            name: file.name,
            max: file.max.into_inner(),
            ages,
            saturation,
            refill,
            effort,
            oxygen,
        };
        let reached = table.reached_max();
        if reached != u32::from(table.max) {
            let what = format!(
                "max is {}, and the parts add up to {reached}: correct whichever is wrong",
                table.max
            );
            return Err(place.error(max_span, what));
        }
        Ok(table)
    }

    /// What the score calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The greatest total.
    pub fn max(&self) -> u8 {
        self.max
    }

    /// The row of an age in completed months.
    pub(super) fn age(&self, months: u16) -> Option<&Age> {
        self.ages
            .iter()
            .find(|age| age.from_months <= months && age.to_months.is_none_or(|to| months <= to))
    }

    pub(super) fn of_refill(&self, refill: Refill) -> u8 {
        let [under_3_s, from_3_s] = self.refill;
        match refill {
            Refill::Under3s => under_3_s,
            Refill::From3s => from_3_s,
        }
    }

    pub(super) fn of_effort(&self, effort: Effort) -> u8 {
        let [normal, mild, moderate, severe] = self.effort;
        match effort {
            Effort::Normal => normal,
            Effort::Mild => mild,
            Effort::Moderate => moderate,
            Effort::Severe => severe,
        }
    }

    pub(super) fn of_oxygen(&self, oxygen: OxygenFlow) -> u8 {
        let [air, low, high] = self.oxygen;
        match oxygen {
            OxygenFlow::Air => air,
            OxygenFlow::Low => low,
            OxygenFlow::High => high,
        }
    }

    /// The greatest total that any patient can have.
    fn reached_max(&self) -> u32 {
        let of_age = |age: &Age| {
            [&age.heart_rate, &age.systolic, &age.respiration]
                .map(|scale| u32::from(scale.points_max()))
                .iter()
                .sum::<u32>()
        };
        let choice = |points: &[u8]| u32::from(points.iter().copied().max().unwrap_or(0));
        self.ages.iter().map(of_age).max().unwrap_or(0)
            + u32::from(self.saturation.points_max())
            + choice(&self.refill)
            + choice(&self.effort)
            + choice(&self.oxygen)
    }
}

/// Where in the file something stands.
struct Place<'a> {
    text: &'a str,
}

impl Place<'_> {
    fn error(&self, span: Range<usize>, what: String) -> TableError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        TableError { line: before.matches('\n').count() + 1, what }
    }

    /// The rows, each checked, and all together without a gap or an overlap in age.
    fn ages(&self, rows: Vec<Spanned<FileAge>>) -> Result<Vec<Age>, TableError> {
        let mut ages: Vec<Age> = Vec::new();
        let mut next = Some(0_u16);
        for row in rows {
            let span = row.span();
            let row = row.into_inner();
            let name = row.name;
            let (from_months, to_months) = match *row.months.as_slice() {
                [from] => (from, None),
                [from, to] if from <= to && to < u16::MAX => (from, Some(to)),
                _ => {
                    let what = format!(
                        "{name}: months are [first, last], or [first] for the oldest; got {:?}",
                        row.months
                    );
                    return Err(self.error(span, what));
                }
            };
            match next {
                Some(expected) if expected == from_months => {}
                Some(expected) => {
                    let kind = if from_months > expected { "a gap" } else { "an overlap" };
                    let what = format!(
                        "{name}: begins at {from_months} months, which leaves {kind}; begin at {expected}"
                    );
                    return Err(self.error(span, what));
                }
                None => {
                    let what = format!("{name}: stands after a row without an end; put it before");
                    return Err(self.error(span, what));
                }
            }
            next = to_months.map(|to| to + 1);
            let scale = |part, cells| self.scale(&format!("{name}, {part}"), cells);
            let heart_rate = scale("heart_rate", row.heart_rate)?;
            let systolic = scale("systolic", row.systolic)?;
            let respiration = scale("respiration", row.respiration)?;
            ages.push(Age { name, from_months, to_months, heart_rate, systolic, respiration });
        }
        match (next, ages.last()) {
            (Some(next), Some(last)) => {
                let what =
                    format!("no row for {next} months and more: give {} no last month", last.name);
                Err(self.error(self.text.len()..self.text.len(), what))
            }
            _ => Ok(ages),
        }
    }

    /// The cells of one measurement: every whole number has points, a number without points in none
    /// of the others, and away from the zero cell the points only grow.
    fn scale(&self, what: &str, cells: Spanned<FileScale>) -> Result<Scale, TableError> {
        let span = cells.span();
        let mut rows: Vec<(u8, Vec<Cell>)> = Vec::new();
        for (points, texts) in cells.into_inner() {
            let cell_span = texts.span();
            let Some(points) = points.parse().ok().filter(|points| *points <= POINTS_MAX) else {
                let what = format!("{what}: `{points}` are no points; write 0 to {POINTS_MAX}");
                return Err(self.error(cell_span, what));
            };
            let parsed: Result<Vec<Cell>, TableError> = texts
                .into_inner()
                .iter()
                .map(|text| {
                    text.parse().map_err(|error: NoCell| {
                        self.error(
                            cell_span.clone(),
                            format!("{what}: `{text}` is no cell; {error}"),
                        )
                    })
                })
                .collect();
            if rows.iter().any(|(other, _)| *other == points) {
                let what =
                    format!("{what}: {points} points stand twice; put the cells in one list");
                return Err(self.error(cell_span, what));
            }
            rows.push((points, parsed?));
        }
        rows.sort_by_key(|(points, _)| *points);
        let scale = Scale(rows);
        self.check(what, &span, &scale)?;
        Ok(scale)
    }

    fn check(&self, what: &str, span: &Range<usize>, scale: &Scale) -> Result<(), TableError> {
        let zero: &[Cell] = match scale.0.first() {
            Some((0, cells)) if !cells.is_empty() => cells,
            _ => {
                let what = format!("{what}: no cell with 0 points");
                return Err(self.error(span.clone(), what));
            }
        };
        let is_zero = |value| zero.iter().any(|cell| cell.holds(value));
        let mut previous: Option<(i64, u8)> = None;
        let mut past_zero = false;
        for value in 0..=SOUGHT_MAX {
            let Some(points) = scale.points(value) else {
                let what = format!("{what}: a gap, no cell holds {value}");
                return Err(self.error(span.clone(), what));
            };
            if is_zero(value) && points > 0 {
                let what = format!("{what}: an overlap, {value} has 0 points and {points} points");
                return Err(self.error(span.clone(), what));
            }
            if let Some((before, points_before)) = previous {
                // Down to the zero cell, up behind it: a cell that breaks this holds too much.
                let is_right =
                    if past_zero { points >= points_before } else { points <= points_before };
                if !is_right {
                    let what = format!(
                        "{what}: an overlap, {before} has {points_before} points and {value} has {points}: farther from 0 points must not be fewer"
                    );
                    return Err(self.error(span.clone(), what));
                }
            }
            past_zero |= points == 0;
            previous = Some((value, points));
        }
        Ok(())
    }

    /// Points of choices, the mildest first: they begin at none and only grow.
    fn choices<const N: usize>(
        &self,
        what: &str,
        span: Range<usize>,
        points: [u8; N],
    ) -> Result<[u8; N], TableError> {
        let is_right = points.first() == Some(&0)
            && points.is_sorted()
            && points.iter().all(|points| *points <= POINTS_MAX);
        if is_right {
            return Ok(points);
        }
        let what =
            format!("{what}: {points:?}; begin at 0, never go down, give at most {POINTS_MAX}");
        Err(self.error(span, what))
    }
}
