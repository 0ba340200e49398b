//! Whether alarms could be heard: a sound card, a device that plays, and what the configuration says.

use vigie_config::{Config, SoundConfig};
use vigie_speaker::DeviceName;

use super::check::Check;
use crate::isolation::Surroundings;

const CARD: &str = "sound";
const DEVICE: &str = "sound device";

/// All of them. No device is opened: a station may have it.
pub fn checks(here: &Surroundings, config: Option<&Config>) -> Vec<Check> {
    let usual = SoundConfig::default();
    let config = config.map_or(&usual, |config| &config.sound);
    vec![card(here), device(vigie_speaker::devices(), config)]
}

fn card(here: &Surroundings) -> Check {
    let cards = here.read("proc/asound/cards").unwrap_or_default();
    // ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH`, then a line of details.
    let names: Vec<&str> = cards
        .lines()
        .filter_map(|line| line.split_once("]: ").map(|(_, name)| name.trim()))
        .collect();
    if names.is_empty() {
        let remedy = "connect loudspeakers by USB, or switch sound on in the firmware";
        Check::warning(CARD, "no sound card: this PC cannot sound an alarm", remedy)
    } else {
        let what =
            format!("{}; try whether it can be heard: `vigie sound --test`", names.join(", "));
        Check::ok(CARD, what)
    }
}

fn device(devices: Result<Vec<DeviceName>, String>, config: &SoundConfig) -> Check {
    if config.is_silent() {
        let remedy =
            "raise volume in [sound] of vigie.toml, if the organisation wants alarms heard";
        return Check::warning(DEVICE, "the configuration silences every alarm", remedy);
    }
    let devices = match devices {
        Ok(devices) => devices,
        Err(why) => {
            let remedy = "install ALSA's library and the sound server's plugin for it";
            return Check::warning(DEVICE, format!("devices cannot be listed: {why}"), remedy);
        }
    };
    match &config.device {
        None if devices.is_empty() => Check::warning(
            DEVICE,
            "none plays: alarms of a station with a window cannot be heard",
            "log in at the screen, so that its sound server runs; a service needs the group audio",
        ),
        None => Check::ok(DEVICE, format!("{} play; the usual one is taken", devices.len())),
        // As the speaker looks for it.
        Some(wanted) => match vigie_speaker::named(&devices, wanted) {
            Some(found) => Check::ok(DEVICE, format!("{} ({})", found.id, found.description)),
            None => Check::bad(
                DEVICE,
                format!("\"{wanted}\", as the configuration names it, is not there"),
                "connect it, or take a name that `vigie sound --list` shows",
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    #[test]
    fn a_pc_without_a_sound_card_is_told_so() {
        let machine = Machine::isolated();
        machine.write("proc/asound/cards", "--- no soundcards ---\n");
        assert_eq!(card(&machine.surroundings()).state, State::Warning);
        let cards = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7\n";
        machine.write("proc/asound/cards", cards);
        assert_eq!(
            card(&machine.surroundings()).what,
            "HDA-Intel - HDA Intel PCH; try whether it can be heard: `vigie sound --test`"
        );
    }

    #[test]
    fn the_configured_device_must_be_there() {
        let devices = || {
            let of = |id: &str, description: &str| DeviceName {
                id: id.into(),
                description: description.into(),
            };
            Ok(vec![of("hw:CARD=PCH", "HDA Intel PCH"), of("default", "the sound server")])
        };
        let config =
            |name: &str| SoundConfig { device: Some(name.into()), ..SoundConfig::default() };
        assert_eq!(device(devices(), &config("hw:CARD=PCH")).state, State::Ok);
        assert_eq!(device(devices(), &config("intel")).what, "hw:CARD=PCH (HDA Intel PCH)");
        assert_eq!(device(devices(), &config("USB")).state, State::Bad);
        let usual = SoundConfig::default();
        assert_eq!(device(devices(), &usual).what, "2 play; the usual one is taken");
        assert_eq!(device(Ok(Vec::new()), &usual).state, State::Warning);
        assert_eq!(device(Err("no library".into()), &usual).state, State::Warning);
        let silent = SoundConfig { volume: 0, ..usual };
        assert_eq!(device(devices(), &silent).state, State::Warning);
    }
}
