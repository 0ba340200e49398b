//! `[record]`: how much is kept, and where copies go.

use std::collections::BTreeMap;

use vigie_model::Text;

use crate::{
    RecordConfig,
    mistake::quote,
    names::{NAME_BYTES_MAX, fit, stood_before},
    port::{self, PATH_BYTES_MAX},
    section::{Field, Reader, Section},
};

const KEYS: &[&str] = &[
    "station",
    "keep_days",
    "segment_mib",
    "reserve_mib",
    "warn_days",
    "copy_age_hours",
    "copies",
];
/// Ten years: what is kept longer is kept by legal hold.
const DAYS_MAX: u32 = 3_650;
/// The largest segment: more takes minutes to hash, and is lost as one if it is damaged.
const SEGMENT_MIB_MAX: u32 = 65_536;
/// A tebibyte.
const RESERVE_MIB_MAX: u32 = 1 << 20;
/// A year.
const COPY_AGE_HOURS_MAX: u32 = 8_760;
/// Places for copies: sticks and disks that take turns.
const COPIES_MAX: usize = 8;

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> RecordConfig {
    let Some(table) = top.table("record", "[record]", reader) else {
        return RecordConfig::default();
    };
    let section = Section::open(table.value, "[record]", table.line, KEYS, reader);
    let station = section.text("station", reader);
    let station = station.and_then(|field| fit("station", field, NAME_BYTES_MAX, reader));
    let mut number = |key, least, most| within(section, key, least, most, reader);
    RecordConfig {
        station: station.map(Text::from),
        keep_days: number("keep_days", 1, DAYS_MAX),
        segment_mib: number("segment_mib", 1, SEGMENT_MIB_MAX),
        reserve_mib: number("reserve_mib", 1, RESERVE_MIB_MAX),
        warn_days: number("warn_days", 0, DAYS_MAX),
        copy_age_hours: number("copy_age_hours", 0, COPY_AGE_HOURS_MAX),
        copies: copies(section, reader),
    }
}

fn within(
    section: Section<'_>,
    key: &str,
    least: u32,
    most: u32,
    reader: &mut Reader,
) -> Option<u32> {
    let field = section.number(key, reader)?;
    if (least..=most).contains(&field.value) {
        return Some(field.value);
    }
    let what = format!("\"{key}\" is {}", field.value);
    reader.wrong(field.line, what, format!("write a number from {least} to {most}"));
    None
}

fn copies(section: Section<'_>, reader: &mut Reader) -> Vec<String> {
    let places = section.texts("copies", reader);
    if places.len() > COPIES_MAX {
        let line = section.line_of("copies", reader);
        let what = format!("there are {} places for copies", places.len());
        reader.wrong(line, what, format!("at most {COPIES_MAX} are watched"));
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut good = Vec::new();
    for Field { value, line } in places {
        let field = Field { value, line };
        let Some(path) = port::absolute("copies", field, PATH_BYTES_MAX, reader) else { continue };
        if stood_before(&mut seen, path, line).is_some() {
            let what = format!("{} stands twice among the copies", quote(path));
            reader.wrong(line, what, "remove one of them");
            continue;
        }
        good.push(path.to_owned());
    }
    good
}
