//! `[[bed]]`: the bed map.

use std::{cell::RefCell, collections::BTreeMap};

use vigie_board::DEVICES_A_BED_MAX;
use vigie_model::{Bed, BedId, Text};

use crate::{
    map::{BedPlace, PLACES_MAX},
    mistake::quote,
    names::{LABEL_BYTES_MAX, NAME_BYTES_MAX, fit, stood_before},
    section::{Field, Reader, Section},
    suggest::nearest,
};

/// What one screen shows.
pub(crate) const BEDS_MAX: usize = 64;

const KEYS: &[&str] = &["id", "label", "column", "row"];

/// Beds, and where their names were first written.
#[derive(Debug, Default)]
pub(crate) struct Beds<'a> {
    pub(crate) beds: Vec<Bed>,
    ids: BTreeMap<&'a str, usize>,
    labels: BTreeMap<&'a str, usize>,
    /// Where each lies, and in which line that stands.
    pub(crate) places: BTreeMap<BedId, BedPlace>,
    lies: BTreeMap<BedPlace, usize>,
    /// Where in the file each was named by a line or a device.
    named: RefCell<BTreeMap<BedId, Vec<usize>>>,
}

impl<'a> Beds<'a> {
    pub(crate) fn read(top: Section<'a>, reader: &mut Reader) -> Beds<'a> {
        let tables = top.tables("bed", reader);
        if let Some(first_over) = tables.get(BEDS_MAX) {
            let what = format!("there are {} beds", tables.len());
            reader.wrong(first_over.line, what, format!("at most {BEDS_MAX} fit one station"));
        }
        let mut beds = Beds::default();
        for table in tables {
            let section = Section::open(table.value, "[[bed]]", table.line, KEYS, reader);
            beds.take(section, reader);
        }
        beds
    }

    fn take(&mut self, section: Section<'a>, reader: &mut Reader) {
        let id = section.needed_text("id", "icu-1", reader);
        let id = id.and_then(|id| {
            let value = fit("id", id, NAME_BYTES_MAX, reader)?;
            Some(Field { value, line: id.line })
        });
        // A label that is the id is not told twice.
        let is_told = id.is_some_and(|id| !once("id", id, &mut self.ids, reader));
        let label = if section.has("label") { section.text("label", reader) } else { id };
        let label = label.and_then(|label| {
            let value = fit("label", label, LABEL_BYTES_MAX, reader)?;
            Some(Field { value, line: label.line })
        });
        if let Some(label) = label.filter(|_| section.has("label") || !is_told) {
            once("label", label, &mut self.labels, reader);
        }
        let place = self.place(section, reader);
        if let (Some(id), Some(label)) = (id, label) {
            let id = BedId(Text::from(id.value));
            self.places.extend(place.map(|place| (id.clone(), place)));
            self.beds.push(Bed { id, label: Text::from(label.value) });
        }
    }

    /// Where it lies on the map: both numbers or none, and at no other bed's place.
    fn place(&mut self, section: Section<'a>, reader: &mut Reader) -> Option<BedPlace> {
        let numbers = ["column", "row"].map(|key| section.number(key, reader));
        for (key, number) in ["column", "row"].into_iter().zip(&numbers) {
            if let Some(number) = number
                && !(1..=u32::from(PLACES_MAX)).contains(&number.value)
            {
                let what = format!("\"{key}\" is {}", number.value);
                reader.wrong(number.line, what, format!("write a number from 1 to {PLACES_MAX}"));
                return None;
            }
        }
        let (column, row) = match numbers {
            [Some(column), Some(row)] => (column, row),
            [Some(one), None] | [None, Some(one)] => {
                let what = "a bed on the map needs both \"column\" and \"row\"";
                reader.wrong(one.line, what, "write both, or none of them");
                return None;
            }
            [None, None] => return None,
        };
        let place = BedPlace {
            column: u8::try_from(column.value).ok()?,
            row: u8::try_from(row.value).ok()?,
        };
        if let Some(first) = self.lies.insert(place, column.line) {
            let what = format!(
                "the bed in line {first} lies at column {} and row {} already",
                place.column, place.row
            );
            reader.wrong(column.line, what, "give every bed its own place");
        }
        Some(place)
    }

    /// The bed that a line or device names.
    pub(crate) fn find(&self, section: Section<'_>, reader: &mut Reader) -> Option<BedId> {
        let field = section.text("bed", reader)?;
        if self.ids.contains_key(field.value) {
            let bed = BedId(Text::from(field.value));
            self.note(&bed, field.line, reader);
            return Some(bed);
        }
        let remedy = match nearest(field.value, self.ids.keys().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("add [[bed]] with id = {}", quote(field.value)),
        };
        let what = format!("there is no bed with the id {}", quote(field.value));
        reader.wrong(field.line, what, remedy);
        None
    }

    /// Several may stand at one bed: a ventilator beside a monitor. Not any number.
    fn note(&self, bed: &BedId, line: usize, reader: &mut Reader) {
        let mut named = self.named.borrow_mut();
        let before = named.entry(bed.clone()).or_default();
        if let (Some(first), true) = (before.first(), before.len() == DEVICES_A_BED_MAX) {
            let quoted = quote(bed.0.as_str());
            let what = format!(
                "{DEVICES_A_BED_MAX} lines and devices stand at bed {quoted} already, the first in line \
                 {first}"
            );
            let remedy = format!(
                "one bed takes {DEVICES_A_BED_MAX}: name another, or write each device once only"
            );
            reader.wrong(line, what, remedy);
        }
        before.push(line);
    }
}

/// Whether a text stands for the first time; told when it does not.
fn once<'a>(
    what: &str,
    field: Field<&'a str>,
    seen: &mut BTreeMap<&'a str, usize>,
    reader: &mut Reader,
) -> bool {
    let before = stood_before(seen, field.value, field.line);
    if let Some(first) = before {
        reader.wrong(
            field.line,
            format!("{what} {} is already that of the bed in line {first}", quote(field.value)),
            format!("give every bed its own {what}"),
        );
    }
    before.is_none()
}
