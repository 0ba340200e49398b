//! `[screen]`: how windows show.

use toml::de::DeValue;

use crate::{
    Palette, ScreenConfig,
    mistake::quote,
    section::{Reader, Section, wrong_type},
    suggest::nearest,
};

const KEYS: &[&str] = &["viewing_distance_m", "palette", "night"];
/// Metres. Nobody reads a ward's screen from nearer, and from farther no screen is large enough.
const DISTANCE_M: (f64, f64) = (0.3, 10.0);

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> ScreenConfig {
    let usual = ScreenConfig::default();
    let Some(table) = top.table("screen", "[screen]", reader) else { return usual };
    let section = Section::open(table.value, "[screen]", table.line, KEYS, reader);
    ScreenConfig {
        viewing_distance_mm: distance_mm(section, reader).unwrap_or(usual.viewing_distance_mm),
        palette: palette(section, reader),
        night: section.flag("night", reader).map_or(usual.night, |flag| flag.value),
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

fn palette(section: Section<'_>, reader: &mut Reader) -> Palette {
    let Some(field) = section.text("palette", reader) else { return Palette::default() };
    match field.value {
        "usual" => Palette::Usual,
        "colour_blind" => Palette::ColourBlind,
        other => {
            let remedy = match nearest(other, ["usual", "colour_blind"]) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "write usual or colour_blind".to_owned(),
            };
            reader.wrong(field.line, format!("unknown palette {}", quote(other)), remedy);
            Palette::default()
        }
    }
}
