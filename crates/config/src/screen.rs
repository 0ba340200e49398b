//! `[screen]`: how windows show.

use toml::de::DeValue;

use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

use crate::{
    Palette, ScreenConfig,
    mistake::quote,
    section::{Reader, Section, wrong_type},
    suggest::nearest,
};

const KEYS: &[&str] = &[
    "viewing_distance_m",
    "tiles",
    "palette",
    "night",
    "wall",
    "pressure_unit",
    "temperature_unit",
    "airway_pressure_unit",
];
/// Metres. Nobody reads a ward's screen from nearer, and from farther no screen is large enough.
const DISTANCE_M: (f64, f64) = (0.3, 10.0);

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> ScreenConfig {
    let usual = ScreenConfig::default();
    let Some(table) = top.table("screen", "[screen]", reader) else { return usual };
    let section = Section::open(table.value, "[screen]", table.line, KEYS, reader);
    ScreenConfig {
        viewing_distance_mm: distance_mm(section, reader).unwrap_or(usual.viewing_distance_mm),
        tiles: tiles(section, reader),
        palette: one_of("palette", Palette::ALL.map(|it| (it.name(), it)), section, reader),
        night: section.flag("night", reader).map_or(usual.night, |flag| flag.value),
        wall: section.flag("wall", reader).map_or(usual.wall, |flag| flag.value),
        units: units(section, reader),
    }
}

fn distance_mm(section: Section<'_>, reader: &mut Reader) -> Option<u32> {
    const KEY: &str = "viewing_distance_m";
    let field = section.value(KEY, reader)?;
    let metres: Option<f64> = match field.value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        DeValue::Float(number) => number.as_str().parse().ok(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    let (least, most) = DISTANCE_M;
    match metres {
        // Within the span: a few thousand millimetres.
        Some(metres) if (least..=most).contains(&metres) => Some((metres * 1_000.0).round() as u32),
        Some(metres) => {
            let what = format!("\"{KEY}\" is {metres}");
            reader.wrong(field.line, what, format!("write metres from {least} to {most}"));
            None
        }
        None => {
            wrong_type(reader, KEY, field, "metres without quotation marks, such as 1.5");
            None
        }
    }
}

fn tiles(section: Section<'_>, reader: &mut Reader) -> Option<u16> {
    let field = section.number("tiles", reader)?;
    let tiles = u16::try_from(field.value).ok().filter(|tiles| ScreenConfig::TILES.contains(tiles));
    if tiles.is_none() {
        let known = ScreenConfig::TILES.map(|tiles| tiles.to_string()).join(", ");
        reader.wrong(
            field.line,
            format!("\"tiles\" is {}", field.value),
            format!("write one of {known}"),
        );
    }
    tiles
}

/// Without a key a value stands in the unit in which its device sends it.
fn units(section: Section<'_>, reader: &mut Reader) -> Units {
    // The first of each is the default, which has no name in the file.
    let [_, pressure @ ..] = PressureUnit::ALL.map(|unit| (unit.name(), unit));
    let [_, temperature @ ..] = TemperatureUnit::ALL.map(|unit| (unit.name(), unit));
    let [_, airway @ ..] = AirwayUnit::ALL.map(|unit| (unit.name(), unit));
    Units {
        pressure: one_of("pressure_unit", pressure, section, reader),
        temperature: one_of("temperature_unit", temperature, section, reader),
        airway: one_of("airway_pressure_unit", airway, section, reader),
    }
}

/// One of the words that a key may have; without it the usual one.
fn one_of<T: Copy + Default, const N: usize>(
    key: &'static str,
    known: [(&'static str, T); N],
    section: Section<'_>,
    reader: &mut Reader,
) -> T {
    let Some(field) = section.text(key, reader) else { return T::default() };
    let found = known.iter().find(|(name, _)| *name == field.value);
    if let Some((_, value)) = found {
        return *value;
    }
    let names = known.map(|(name, _)| name);
    let remedy = match (nearest(field.value, names), names.split_last()) {
        (Some(meant), _) => format!("did you mean \"{meant}\"?"),
        (None, Some((last, others))) => format!("write {} or {last}", others.join(", ")),
        (None, None) => String::new(),
    };
    let what = key.replace('_', " ");
    reader.wrong(field.line, format!("unknown {what} {}", quote(field.value)), remedy);
    T::default()
}
