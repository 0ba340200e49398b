//! `[sound]`: how alarms are heard.

use crate::{
    SoundConfig,
    names::{TEXT_BYTES_MAX, fit},
    section::{Reader, Section, Span},
};

const KEYS: &[&str] = &["enabled", "volume", "floor", "cap", "device", "allow_silent"];
const VOLUME: Span = Span { least: 0, most: 100, why: "100 is all that the sound device gives" };
const FLOOR: Span = Span { least: 1, most: 100, why: "a floor of 0 would be none" };

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> SoundConfig {
    let usual = SoundConfig::default();
    let Some(table) = top.table("sound", "[sound]", reader) else { return usual };
    let section = Section::open(table.value, "[sound]", table.line, KEYS, reader);
    let enabled = section.flag("enabled", reader).map(|flag| flag.value);
    let allow_silent = section.flag("allow_silent", reader).is_some_and(|flag| flag.value);
    let mut hundredths = |key, span, usual| {
        let number = section.within(key, span, reader);
        number.map_or(usual, |number| u8::try_from(number).unwrap_or(usual))
    };
    let volume = hundredths("volume", VOLUME, usual.volume);
    let floor = hundredths("floor", FLOOR, usual.floor);
    let cap = hundredths("cap", FLOOR, usual.cap);
    let device = section.text("device", reader);
    let device = device.and_then(|field| fit("device", field, TEXT_BYTES_MAX, reader));
    let sound = SoundConfig { enabled, volume, floor, cap, device: device.map(str::to_owned) };
    check(section, &sound, allow_silent, reader);
    sound
}

fn check(section: Section<'_>, sound: &SoundConfig, allow_silent: bool, reader: &mut Reader) {
    let SoundConfig { enabled, volume, floor, cap, device: _ } = sound;
    if !allow_silent {
        const POLICY: &str = "if the organisation allows alarms that nobody hears, write allow_silent = true: it is shown for as long as it is so";
        if *volume == 0 {
            let line = section.line_of("volume", reader);
            reader.wrong(line, "volume 0 silences every alarm", POLICY);
        }
        if *enabled == Some(false) {
            let line = section.line_of("enabled", reader);
            reader.wrong(line, "enabled = false silences every alarm", POLICY);
        }
    }
    if *volume > 0 && volume < floor {
        let line = section.line_of("volume", reader);
        let what = format!("volume {volume} is below the floor {floor}");
        reader.wrong(line, what, format!("write {floor} or more, or lower the floor"));
    }
    if cap < volume || cap < floor {
        let line = section.line_of("cap", reader);
        let what = format!("cap {cap} is below volume {volume} or floor {floor}");
        reader.wrong(line, what, format!("write {} or more", volume.max(floor)));
    }
}
