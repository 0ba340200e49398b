//! The head line of a tile and of the bed view: label, words that must not be missed, the sum of a
//! score where there is room, link.

use egui::{Align, Painter, Rect, pos2};
use vigie_board::view::{Freshness, TileView};
use vigie_model::{DeviceMode, Nature, StationMode, Text};
use vigie_ui_kit::{
    fonts::Face,
    mode_border::{self, Plate},
    signs::{self, LinkDot},
    text,
    tokens::{self, Palette},
};
use vigie_words::TextKey;

use crate::{forms::score_name, phrases::Phrases};

/// Words on plates besides the mode: demonstration, test, service, standby of the device or at the
/// station.
pub fn plates(tile: &TileView, phrases: &Phrases) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(phrases.words.nature(tile.nature));
    // Standby of one of several devices is not the bed's: it stands beside that one's name.
    let is_all = tile.sources.iter().all(|source| source.mode == tile.mode);
    let mode = match tile.mode {
        DeviceMode::Normal => None,
        DeviceMode::Standby | DeviceMode::Service if !is_all => None,
        DeviceMode::Demo | DeviceMode::Test | DeviceMode::Standby | DeviceMode::Service => {
            Some(phrases.words.device_mode(tile.mode))
        }
    };
    words.extend(mode.filter(|mode| !words.contains(mode)));
    let standby = tile.watch.standby.as_ref().map(|_| phrases.text(TextKey::Standby));
    words.extend(standby.filter(|standby| !words.contains(standby)));
    words
}

/// Plate of demonstration and test values: as bright as words get.
const fn made_up(palette: &Palette) -> Plate {
    Plate { word: palette.on_bright, fill: palette.demo, line: palette.demo }
}

/// Plate of what a device is doing besides monitoring, and of standby at the station.
const fn neutral(palette: &Palette) -> Plate {
    Plate { word: palette.text, fill: palette.line, line: palette.faint }
}

/// Category of the patient, and whether paced.
pub fn patient(tile: &TileView, phrases: &Phrases) -> Vec<String> {
    let category = tile.patient.as_ref().and_then(|patient| patient.category);
    let category = phrases.words.category(category);
    let is_paced = tile.patient.as_ref().is_some_and(|patient| patient.paced == Some(true));
    if is_paced {
        let paced = phrases.text(TextKey::Paced);
        vec![format!("{category}, {paced}"), paced]
    } else {
        vec![category]
    }
}

/// The patient by name, identifier and date of birth, as the device sent them; where privacy is wanted, that
/// they are hidden. `None`: it sent none of them.
pub fn named(tile: &TileView, phrases: &Phrases) -> Option<String> {
    let patient = tile.patient.as_ref()?;
    let of = |told: &Option<Text>| told.as_ref().map(Text::to_string);
    let names: Vec<String> =
        [&patient.family_name, &patient.given_name].into_iter().filter_map(of).collect();
    let name = (!names.is_empty()).then(|| names.join(" "));
    let with = |key: TextKey, told: &Option<Text>| {
        of(told).map(|told| format!("{} {told}", phrases.text(key)))
    };
    let id = with(TextKey::PatientId, &patient.id);
    let born = with(TextKey::PatientBorn, &patient.born);
    let parts: Vec<String> = [name, id, born].into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let told = if phrases.options.is_private {
        phrases.text(TextKey::NamesHidden)
    } else {
        parts.join(", ")
    };
    Some(phrases.words.noted(&phrases.text(TextKey::Patient), &told))
}

/// The sum of the first score, when it is known: part of one would be read as all of it.
fn score(tile: &TileView) -> Option<String> {
    let score = tile.watch.scores.scores.first()?;
    Some(format!("{} {}", score_name(score.kind), score.total?))
}

/// What the head of a low tile says of devices, since no other line has room for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InHead {
    /// How fresh a ventilator is of which nothing else stands on the tile.
    pub ventilator: Option<Option<Freshness>>,
    /// How often numbers come.
    pub every: Option<String>,
    /// It is read from afar: its letters are as large as the line is high.
    pub is_huge: bool,
}

/// Part of the head's height that its label's size takes.
const LABEL: f32 = 0.72;

/// Size of the label in a head of that height.
fn label_size(height: f32) -> f32 {
    (height * LABEL).floor().max(tokens::TEXT_MIN + 1.0)
}

/// Least height of a head whose label is of at least `size`.
pub fn height_for(size: f32) -> f32 {
    (size.ceil() / LABEL).ceil()
}

/// Paints the head line. From the right: link, mode, plates, the ventilator where it has no other place,
/// category, score; what is left is the label's. The score is left out first, then the category, then the
/// words of the link get shorter; a label that is still too long ends in an ellipsis.
pub fn head_ui(
    painter: &Painter,
    rect: Rect,
    tile: &TileView,
    mode: StationMode,
    more: &InHead,
    phrases: &Phrases,
) {
    painter.rect_filled(rect, tokens::CORNER, phrases.palette.bar);
    let mode_word = (mode != StationMode::Live).then(|| phrases.words.station_mode(mode));
    let height = match more.is_huge {
        true => huge_height(painter, rect, tile, mode_word.as_deref(), phrases),
        false => rect.height(),
    };
    let most = |usual: f32| if more.is_huge { f32::INFINITY } else { usual };
    let size = label_size(height).min(most(24.0));
    let small = (height * 0.58).floor().clamp(tokens::TEXT_MIN, most(17.0));
    let pad = (height * 0.22).clamp(3.0, 10.0);
    let inner = rect.shrink2(egui::vec2(pad, 0.0));
    let label_width = text::width(painter, tile.label.as_str(), Face::Strong, size) + 2.0;
    let plate_size = (height * 0.66).floor().clamp(tokens::TEXT_MIN, most(18.0));
    let dot_size = (height * 0.42).clamp(7.0, most(13.0));
    let plate_width = |word: &String| {
        let word = text::width(painter, word, Face::Strong, plate_size);
        word + 2.0 * mode_border::plate_pad(plate_size) + pad
    };
    let widths = |plates: &[String]| -> f32 {
        plates.iter().chain(mode_word.as_ref()).map(&plate_width).sum()
    };
    let mut plate_words = plates(tile, phrases);
    let is_made_up = tile.nature != Nature::Real;
    let vent = phrases.text(TextKey::VentilatorShort);
    let vent_width = match more.ventilator {
        Some(_) => text::width(painter, &vent, Face::Plain, small) + dot_size + 1.6 * pad,
        None => 0.0,
    };
    let least = |plates: &[String]| label_width + widths(plates) + dot_size + vent_width + pad;
    // What a device is doing can also be seen below; that its values are made up cannot.
    if !is_made_up && least(&plate_words) > inner.width() {
        plate_words.clear();
    }
    let plates_width = widths(&plate_words);

    // Link: the longest wording that leaves the label whole.
    let room = inner.width() - label_width - plates_width - dot_size - vent_width - 2.0 * pad;
    let mut links = phrases.link(tile);
    if let (Some(every), Some(longest)) = (&more.every, links.first()) {
        links.insert(0, format!("{longest}, {every}"));
    }
    let fitting =
        |wording: &&String| text::width(painter, wording, Face::Plain, small) + 1.0 <= room;
    let link = links.iter().find(fitting);
    let (dot, color) = link_look(tile.link.freshness, phrases.palette);
    let mut right = inner.right();
    if let Some(link) = link {
        let slot = Rect::from_min_max(rect.min, pos2(right, rect.bottom()));
        let put = text::in_rect(painter, slot, Align::Max, link, Face::Plain, small, color);
        right = put.left() - pad * 0.7;
    }
    signs::link(painter, dot, pos2(right - dot_size / 2.0, rect.center().y), dot_size, color);
    right -= dot_size + pad * 1.6;

    let plate_y = (rect.center().y - plate_size * 0.64, rect.center().y + plate_size * 0.64);
    if let Some(word) = &mode_word
        && let Some(plate) =
            mode_border::word(painter, right, plate_y, word, plate_size, mode, phrases.palette)
    {
        right = plate.left() - pad;
    }
    let look = if is_made_up { made_up(phrases.palette) } else { neutral(phrases.palette) };
    for word in &plate_words {
        let plate = mode_border::plate(painter, right, plate_y, word, plate_size, look);
        right = plate.left() - pad;
    }
    if let Some(freshness) = more.ventilator {
        let (dot, color) = link_look(freshness, phrases.palette);
        let center = pos2(right - dot_size / 2.0, rect.center().y);
        signs::link(painter, dot, center, dot_size, color);
        let slot = Rect::from_min_max(rect.min, pos2(center.x - dot_size, rect.bottom()));
        let put = text::in_rect(painter, slot, Align::Max, &vent, Face::Plain, small, color);
        right = put.left() - pad;
    }
    let mut quiet = |wording: &str| {
        let width = text::width(painter, wording, Face::Plain, small) + 1.0;
        let has_room = inner.left() + label_width + pad + width <= right;
        if has_room {
            let slot = Rect::from_min_max(rect.min, pos2(right, rect.bottom()));
            let ink = phrases.palette.quiet;
            let put = text::in_rect(painter, slot, Align::Max, wording, Face::Plain, small, ink);
            right = put.left() - pad;
        }
        has_room
    };
    if tile.device.is_some() {
        let has_category = patient(tile, phrases).iter().any(|wording| quiet(wording));
        // Where the category has no room, a score has none either.
        if let Some(score) = score(tile).filter(|_| has_category) {
            quiet(&score);
        }
    }
    let slot = Rect::from_min_max(pos2(inner.left(), rect.top()), pos2(right, rect.bottom()));
    text::in_rect(
        painter,
        slot,
        Align::Min,
        tile.label.as_str(),
        Face::Strong,
        size,
        phrases.palette.text,
    );
}

/// The height that letters go by in a head that is read from afar: less than it has where label, mode and
/// the word that values are made up would have no room beside each other.
fn huge_height(
    painter: &Painter,
    rect: Rect,
    tile: &TileView,
    mode_word: Option<&str>,
    phrases: &Phrases,
) -> f32 {
    let height = rect.height();
    let made_up = if tile.nature == Nature::Real { Vec::new() } else { plates(tile, phrases) };
    let plates = made_up.iter().map(String::as_str).chain(mode_word);
    let plate = |word| text::width(painter, word, Face::Strong, height * 0.66) + height;
    let label = text::width(painter, tile.label.as_str(), Face::Strong, label_size(height));
    let needed = label + plates.map(plate).sum::<f32>() + height * 1.4;
    height * (rect.width() / needed.max(1.0)).min(1.0)
}

/// Sign and colour of a link.
pub fn link_look(freshness: Option<Freshness>, palette: &Palette) -> (LinkDot, egui::Color32) {
    match freshness {
        Some(Freshness::Live) => (LinkDot::Full, palette.link_live),
        Some(Freshness::Late | Freshness::Stale) => (LinkDot::Ring, palette.link_off),
        Some(Freshness::Lost) => (LinkDot::Crossed, palette.link_off),
        None => (LinkDot::Crossed, palette.faint),
    }
}

/// What a screen reader says of the head: label, mode, plates, category, score, link.
pub fn spoken(tile: &TileView, mode: StationMode, phrases: &Phrases) -> String {
    let mut parts = vec![tile.label.to_string()];
    if mode != StationMode::Live {
        parts.push(phrases.words.station_mode(mode));
    }
    parts.extend(plates(tile, phrases));
    if tile.device.is_some() {
        parts.extend(patient(tile, phrases).into_iter().take(1));
        parts.extend(score(tile));
    }
    parts.extend(phrases.link(tile).into_iter().take(1));
    parts.join(", ")
}
