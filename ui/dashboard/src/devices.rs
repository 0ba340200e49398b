//! What the devices of a bed are called, and what is said of each of them. Pure.
//!
//! A bed with one device needs no name at its values. Where there are several, each value carries the
//! name of its device, or where that has no room its mark (`[2]`); a line at the foot of the tile says
//! which mark is whose, and what is to be known of each: that its line is closed or that it rests, which
//! grays nobody else's values; that it sends numbers only, and how often; that it called its bed
//! otherwise when it was put there. Never its serial number, never an address.

use std::time::Duration;

use vigie_board::view::{BlockView, DeviceView, Freshness, SourceView, TextView, TileView};
use vigie_model::{DeviceKey, DeviceMode, Parameter, Text};
use vigie_words::TextKey;

use crate::{numbers::Main, phrases::Phrases};

/// Numbers of a device with waves that come as seldom as this, or more so, say how often they come: nobody
/// expects it beside a wave that runs.
const SELDOM: Duration = Duration::from_secs(5);

/// Numbers of a device without waves that come as seldom as this are not live as a wave is: how old the
/// newest are stands beside the bed's link.
const SLOW: Duration = Duration::from_secs(10);

/// Behind the mark of a device whose value a person prefers.
const PREFERRED: &str = "\u{2022}";

/// What one of several devices of a bed is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceName {
    /// Its model; with a number where two are of one model.
    pub name: String,
    /// Its place among the devices of the bed.
    pub mark: String,
}

impl DeviceName {
    /// What stands at a value of it, long and short. A value that a person wants from this device says
    /// so, in the bed view by word and elsewhere by a point.
    pub fn on(&self, is_preferred: bool, phrases: &Phrases) -> [String; 2] {
        if !is_preferred {
            return [self.name.clone(), self.mark.clone()];
        }
        let preferred = phrases.text(TextKey::PreferredSource);
        [format!("{}, {preferred}", self.name), format!("{}{PREFERRED}", self.mark)]
    }
}

/// What the devices of a tile are called, in their order; nothing where there is only one.
pub fn names(tile: &TileView, phrases: &Phrases) -> Vec<DeviceName> {
    if tile.sources.len() < 2 {
        return Vec::new();
    }
    let plain: Vec<String> =
        tile.sources.iter().map(|source| name_of(&source.device, phrases)).collect();
    let is_like = |name: &String, other: &&String| *other == name;
    let named = plain.iter().enumerate().map(|(at, name)| {
        let before = plain.iter().take(at).filter(|other| is_like(name, other)).count();
        let is_double = plain.iter().filter(|other| is_like(name, other)).count() > 1;
        let name = if is_double { format!("{name} {}", before + 1) } else { name.clone() };
        DeviceName { name, mark: format!("[{}]", at + 1) }
    });
    named.collect()
}

/// Model, else maker, else the name of its line.
pub fn name_of(device: &DeviceView, phrases: &Phrases) -> String {
    let info = device.info.as_ref();
    let told = info.and_then(|info| info.model.as_ref().or(info.manufacturer.as_ref()));
    if let Some(told) = told.filter(|told| !told.is_empty()) {
        return told.to_string();
    }
    match device.key.0.as_str().strip_prefix("line:") {
        Some(line) if device.key.is_of_line() => line.to_owned(),
        // Any other key holds an address or a serial number.
        Some(_) | None => phrases.text(TextKey::Device),
    }
}

/// What stands at a bed, in one text; empty: nothing.
pub fn standing(tile: &TileView, phrases: &Phrases) -> String {
    let names = names(tile, phrases);
    if names.is_empty() {
        return tile.device.as_ref().map(|device| name_of(device, phrases)).unwrap_or_default();
    }
    let names: Vec<&str> = names.iter().map(|named| named.name.as_str()).collect();
    names.join(", ")
}

/// The device of a part of a tile; traces are kept by it, since two devices of one make have equal
/// streams.
pub fn key_of(tile: &TileView, source: u16) -> Option<DeviceKey> {
    let of_source = tile.sources.get(usize::from(source)).map(|source| &source.device);
    of_source.or(tile.device.as_ref()).map(|device| device.key.clone())
}

/// The device of a number, where another one of the bed has a stream of the same key.
pub fn shares_key(tile: &TileView, main: &Main) -> Option<DeviceKey> {
    let is_other = |block: &BlockView| {
        block.source != main.source && block.numerics.iter().any(|other| other.key == main.key)
    };
    tile.blocks.iter().any(is_other).then(|| key_of(tile, main.source))?
}

/// Whether a device of a tile is a ventilator and nothing else: it tells how it is set to ventilate, and
/// nothing of circulation. Such a device has no heart rate whatever is connected. One that has sent
/// nothing but waves of the airway so far is taken for one too.
pub fn is_ventilator(tile: &TileView, source: u16) -> bool {
    let mut blocks = tile.blocks.iter().filter(|block| block.source == source);
    let mut waves = tile.waves.iter().filter(|wave| wave.source == source).peekable();
    let view = tile.sources.get(usize::from(source));
    let has_wave = waves.peek().is_some();
    if waves.any(|wave| is_of_monitor(wave.parameter)) {
        return false;
    }
    match view.map(|view| view.ventilates) {
        Some(true) => blocks.all(|block| !is_of_monitor(block.parameter)),
        Some(false) => has_wave && blocks.next().is_none(),
        None => false,
    }
}

/// Whether a ventilator has no such value: its monitor does.
const fn is_of_monitor(parameter: Parameter) -> bool {
    match parameter {
        Parameter::Ecg
        | Parameter::Spo2
        | Parameter::Abp
        | Parameter::Nibp
        | Parameter::Temp
        | Parameter::Cvp
        | Parameter::Pap
        | Parameter::Icp
        | Parameter::Output
        | Parameter::Neuro => true,
        Parameter::Resp | Parameter::Co2 | Parameter::Vent | Parameter::Gas | Parameter::Other => {
            false
        }
    }
}

/// The mode of ventilation in the device's own words, as long as it holds and the device ventilates. The
/// nomenclature has no row of it: it goes by the device's own name (`Set: mode`, `MDC_VENT_MODE`).
fn mode_of(tile: &TileView, source: u16) -> Option<String> {
    let view = tile.sources.get(usize::from(source)).filter(|view| view.ventilates)?;
    let is_mode = |text: &&TextView| {
        let label = text.label.as_ref().map_or("", |label| label.as_str());
        let mut words = label.split(|letter: char| !letter.is_alphanumeric());
        text.source == source && words.any(|word| word.eq_ignore_ascii_case("mode"))
    };
    let text = tile.texts.iter().find(is_mode)?;
    let is_heard = !view.link.closed && is_heard(view.link.freshness);
    let holds = text.freshness <= Freshness::Late && is_heard;
    let rests = matches!(view.mode, DeviceMode::Standby | DeviceMode::Service);
    text.value.as_ref().filter(|_| holds && !rests).map(ToString::to_string)
}

const fn is_heard(freshness: Option<Freshness>) -> bool {
    matches!(freshness, Some(Freshness::Live | Freshness::Late))
}

/// Whether all that stands there sends numbers only, and those seldom.
pub fn is_slow(tile: &TileView) -> bool {
    let is_slow = |source: &SourceView| {
        !source.has_waves && source.period.is_some_and(|period| period >= SLOW)
    };
    !tile.sources.is_empty() && tile.sources.iter().all(is_slow)
}

/// How often numbers come, for the head of a tile where no other line has room: of one device that sends
/// no waves.
pub fn every(tile: &TileView, phrases: &Phrases) -> Option<String> {
    match tile.sources.as_slice() {
        [only] if !only.has_waves => only.period.map(|period| phrases.words.every(period)),
        _ => None,
    }
}

/// What is to be said of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// That it does not deliver, or rests.
    pub first: Vec<String>,
    /// What it delivers.
    pub then: Vec<String>,
}

impl Said {
    /// All of it.
    pub fn all(&self) -> Vec<String> {
        self.first.iter().chain(&self.then).cloned().collect()
    }
}

/// What is said of a device of a tile.
pub fn said(source: &SourceView, phrases: &Phrases) -> Said {
    let words = &phrases.words;
    let mut said = Said::default();
    let freshness = source.link.freshness;
    if source.link.closed {
        said.first.push(phrases.text(TextKey::LineClosed));
    }
    match (freshness, source.link.heard) {
        (None, _) => said.first.push(phrases.text(TextKey::NothingHeard)),
        (Some(Freshness::Stale | Freshness::Lost), Some((_, wall))) => {
            said.first.push(words.no_data_since(&phrases.dated(wall)));
        }
        (Some(Freshness::Stale | Freshness::Lost), None) => {
            said.first.push(phrases.text(TextKey::NoData));
        }
        (Some(Freshness::Live | Freshness::Late), _) => {}
    }
    match source.mode {
        DeviceMode::Normal => {}
        DeviceMode::Standby | DeviceMode::Service | DeviceMode::Demo | DeviceMode::Test => {
            said.first.push(words.device_mode(source.mode));
        }
    }
    // A person has to look which bed it is.
    said.first.extend(source.relabelled.as_ref().map(|label| words.relabelled(label.as_str())));
    // What is not heard sends nothing at all.
    if is_heard(freshness) && !source.link.closed {
        said.then.extend(cadence(source, phrases));
    }
    said
}

fn cadence(source: &SourceView, phrases: &Phrases) -> Option<String> {
    match (source.has_waves, source.period) {
        (false, period) => Some(phrases.words.numbers_only(period)),
        (true, Some(period)) if period >= SELDOM => Some(phrases.words.numbers_every(period)),
        (true, _) => None,
    }
}

/// The line at the foot of a tile, from long to short; the first that fits is written. Nothing: one
/// device of which there is nothing to say that does not stand elsewhere.
pub fn lines(tile: &TileView, phrases: &Phrases) -> Vec<String> {
    let names = names(tile, phrases);
    if names.is_empty() {
        let only = tile.sources.first();
        return only.map(|source| line_of_one(tile, source, phrases)).unwrap_or_default();
    }
    let of_all: Vec<(&DeviceName, Said, Option<String>)> = names
        .iter()
        .zip((0..).zip(&tile.sources))
        .map(|(name, (place, source))| (name, said(source, phrases), mode_of(tile, place)))
        .collect();
    let noted = |name: String, said: &[String]| {
        if said.is_empty() { name } else { phrases.words.noted(&name, &said.join(", ")) }
    };
    let segment =
        |named: &DeviceName, said: &[String]| noted(format!("{} {}", named.mark, named.name), said);
    let joined = |segments: Vec<String>| segments.join("   ");
    let with = |mode: &Option<String>, said: &[String]| -> Vec<String> {
        mode.iter().chain(said).cloned().collect()
    };
    let with_all =
        of_all.iter().map(|(named, said, mode)| segment(named, &with(mode, &said.all())));
    let with_mode =
        of_all.iter().map(|(named, said, mode)| segment(named, &with(mode, &said.first)));
    // Where names have no room, the one that ventilates is known by its mode.
    let mode_only = of_all.iter().map(|(named, said, mode)| match mode {
        Some(_) => noted(named.mark.clone(), &with(mode, &said.first)),
        None => segment(named, &said.first),
    });
    let with_first = of_all.iter().map(|(named, said, _)| segment(named, &said.first));
    let troubled: Vec<String> = of_all
        .iter()
        .filter(|(_, said, _)| !said.first.is_empty())
        .map(|(named, said, _)| segment(named, &said.first))
        .collect();
    let mut lines: Vec<String> = [
        joined(with_all.collect()),
        joined(with_mode.collect()),
        joined(mode_only.collect()),
        joined(with_first.collect()),
    ]
    .into();
    // Where not even the names have room, what is wrong with one of them comes first.
    if !troubled.is_empty() {
        lines.push(joined(troubled));
        let shortest = of_all.iter().filter(|(_, said, _)| !said.first.is_empty());
        let shortest = shortest
            .map(|(named, said, _)| noted(named.mark.clone(), said.first.get(..1).unwrap_or(&[])));
        lines.push(joined(shortest.collect()));
    }
    lines.dedup();
    lines
}

/// Of the only device: its line and its mode stand in the head.
fn line_of_one(tile: &TileView, source: &SourceView, phrases: &Phrases) -> Vec<String> {
    let said = said(source, phrases);
    let relabelled: Option<String> =
        source.relabelled.as_ref().map(|label| phrases.words.relabelled(label.as_str()));
    let mode = mode_of(tile, 0);
    let all: Vec<String> = relabelled.iter().chain(&mode).cloned().chain(said.then).collect();
    let mut lines = vec![all.join(", ")];
    lines.extend(relabelled.or(mode));
    lines.retain(|line| !line.is_empty());
    lines.dedup();
    lines
}

/// The maker's own label, where it is another word than ours: case, blanks and signs do not count.
pub fn other_label(ours: &str, label: Option<&Text>) -> Option<String> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let label = label.filter(|label| !plain(label.as_str()).is_empty())?;
    (plain(label.as_str()) != plain(ours)).then(|| label.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_word_is_another_label() {
        let other = |ours: &str, label: &str| other_label(ours, Some(&Text::from(label)));
        for same in ["SpO2", "SPO2", "SpO 2", "(SpO2)", "", " - "] {
            assert_eq!(other("SpO2", same), None, "{same:?}");
        }
        assert_eq!(other("HR", "Puls"), Some("Puls".to_owned()));
        assert_eq!(other_label("HR", None), None);
    }
}
