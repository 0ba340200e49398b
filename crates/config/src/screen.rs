//! `[screen]`: how windows show.

use toml::de::DeValue;

use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

use crate::{
    Palette, ScreenConfig, WavesConfig,
    mistake::quote,
    section::{Reader, Section, Span, wrong_type},
    suggest::nearest,
};

const KEYS: &[&str] = &[
    "viewing_distance_m",
    "tiles",
    "palette",
    "night",
    "text_scale_percent",
    "wall",
    "kiosk",
    "opengl",
    "pressure_unit",
    "temperature_unit",
    "airway_pressure_unit",
    "speed_mm_s",
    "gain_mm_mv",
    "sweep",
    "grid",
    "pixels_per_mm",
    "privacy",
    "leave_minutes",
];
/// Long enough to look up a limit, and not so long that the next one goes on in this one's name.
const LEAVE_MINUTES: Span =
    Span { least: 1, most: 60, why: "whoever comes next has a PIN of their own" };
/// Metres. Nobody reads a ward's screen from nearer, and from farther no screen is large enough.
const DISTANCE_M: (f64, f64) = (0.3, 10.0);
/// From a large television to the densest screen of a telephone.
const PIXELS_PER_MM: (f64, f64) = (0.5, 40.0);

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
        kiosk: section.flag("kiosk", reader).map_or(usual.kiosk, |flag| flag.value),
        text_percent: text_percent(section, reader).unwrap_or(usual.text_percent),
        opengl: section.flag("opengl", reader).map_or(usual.opengl, |flag| flag.value),
        units: units(section, reader),
        waves: waves(section, reader),
        privacy: section.flag("privacy", reader).map_or(usual.privacy, |flag| flag.value),
        leave_minutes: section
            .within("leave_minutes", LEAVE_MINUTES, reader)
            .unwrap_or(usual.leave_minutes),
    }
}

fn distance_mm(section: Section<'_>, reader: &mut Reader) -> Option<u32> {
    const KEY: &str = "viewing_distance_m";
    let (metres, line) =
        number(KEY, "metres without quotation marks, such as 1.5", section, reader)?;
    let (least, most) = DISTANCE_M;
    if (least..=most).contains(&metres) {
        // Within the span: a few thousand millimetres.
        return Some((metres * 1_000.0).round() as u32);
    }
    let what = format!("\"{KEY}\" is {metres}");
    reader.wrong(line, what, format!("write metres from {least} to {most}"));
    None
}

/// A number with or without a fraction, and its line.
fn number(
    key: &'static str,
    wanted: &str,
    section: Section<'_>,
    reader: &mut Reader,
) -> Option<(f64, usize)> {
    let field = section.value(key, reader)?;
    let number: Option<f64> = match field.value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        DeValue::Float(number) => number.as_str().parse().ok(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    if number.is_none() {
        wrong_type(reader, key, field, wanted);
    }
    number.map(|number| (number, field.line))
}

fn waves(section: Section<'_>, reader: &mut Reader) -> WavesConfig {
    let usual = WavesConfig::default();
    let speed = hundredths("speed_mm_s", &WavesConfig::SPEEDS, section, reader);
    let motion = [("erase-bar", false), ("scroll", true)];
    WavesConfig {
        speed_centi_mm_s: speed.unwrap_or(usual.speed_centi_mm_s),
        gain_centi_mm_mv: hundredths("gain_mm_mv", &WavesConfig::GAINS, section, reader),
        scrolls: one_of("sweep", motion, section, reader),
        has_grid: section.flag("grid", reader).map_or(usual.has_grid, |flag| flag.value),
        milli_pixels_per_mm: milli_pixels_per_mm(section, reader),
    }
}

/// One of a few numbers, in hundredths.
fn hundredths(
    key: &'static str,
    known: &[u16],
    section: Section<'_>,
    reader: &mut Reader,
) -> Option<u16> {
    let (number, line) =
        number(key, "a number without quotation marks, such as 12.5", section, reader)?;
    let found = known.iter().find(|known| (f64::from(**known) / 100.0 - number).abs() < 1e-6);
    if found.is_none() {
        let known: Vec<String> =
            known.iter().map(|known| (f64::from(*known) / 100.0).to_string()).collect();
        let what = format!("\"{key}\" is {number}");
        reader.wrong(line, what, format!("write one of {}", known.join(", ")));
    }
    found.copied()
}

fn milli_pixels_per_mm(section: Section<'_>, reader: &mut Reader) -> Option<u32> {
    const KEY: &str = "pixels_per_mm";
    let wanted = "pixels without quotation marks, such as 3.78";
    let (pixels, line) = number(KEY, wanted, section, reader)?;
    let (least, most) = PIXELS_PER_MM;
    if (least..=most).contains(&pixels) {
        // Within the span: a few thousand thousandths.
        return Some((pixels * 1_000.0).round() as u32);
    }
    let what = format!("\"{KEY}\" is {pixels}");
    reader.wrong(line, what, format!("write pixels from {least} to {most}"));
    None
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

fn text_percent(section: Section<'_>, reader: &mut Reader) -> Option<u16> {
    let field = section.number("text_scale_percent", reader)?;
    let (least, most) = ScreenConfig::TEXT_PERCENT;
    let percent = u16::try_from(field.value).ok().filter(|it| (least..=most).contains(it));
    if percent.is_none() {
        reader.wrong(
            field.line,
            format!("\"text_scale_percent\" is {}", field.value),
            format!("write a number from {least} to {most}"),
        );
    }
    percent
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
