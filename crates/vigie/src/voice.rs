//! A voice of a process's own, for when the station has none: the window's over a station that stopped,
//! the guard's when both are silent.
//!
//! The loudspeaker is not touched before that: the station has it. Where no sound device answers, the
//! bell of the terminal is rung, which is little, and all that is left.

use std::{sync::Arc, time::Duration};

use clap::Args;
use vigie_clock::BootClock;
use vigie_config::SoundConfig;
use vigie_model::{MonoTime, Priority};
use vigie_speaker::{Health, Speaker, SpeakerOptions};
use vigie_tones::Wanted;

use crate::terminal;

/// How often the bell is rung while there is no loudspeaker.
const BELL_PERIOD: Duration = Duration::from_secs(5);

/// How loud a child of the guard is when it must sound itself; without `--sound` it never does.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceOptions {
    /// Floor, volume and cap of the sound, 0 to 100
    #[arg(long, hide = true, value_name = "FLOOR,VOLUME,CAP", value_parser = levels)]
    pub sound: Option<Levels>,

    /// The sound device
    #[arg(long, hide = true, value_name = "NAME", requires = "sound")]
    pub sound_device: Option<String>,
}

/// Floor, volume and cap, as the configuration says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    floor: u8,
    volume: u8,
    cap: u8,
}

fn levels(text: &str) -> Result<Levels, String> {
    let numbers: Vec<u8> = text.split(',').filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [floor, volume, cap] if floor.max(volume).max(cap) <= &100 => {
            Ok(Levels { floor: *floor, volume: *volume, cap: *cap })
        }
        _ => Err("three numbers from 0 to 100 are wanted".into()), // tidy: not for people
    }
}

/// The command line of a window that sounds as the configuration says; nothing where it wants silence.
pub fn arguments(config: &SoundConfig) -> Vec<String> {
    if config.is_silent() {
        return Vec::new();
    }
    let SoundConfig { floor, volume, cap, device, enabled: _ } = config;
    let device = device.iter().map(|device| format!("--sound-device={device}"));
    [format!("--sound={floor},{volume},{cap}")].into_iter().chain(device).collect()
}

/// How loud, as the configuration says; `None`: not at all.
pub fn options(config: &SoundConfig) -> Option<SpeakerOptions> {
    (!config.is_silent()).then(|| vigie_station::speaker_options(config))
}

#[cfg(any(feature = "window", test))]
impl VoiceOptions {
    /// How loud, and through what; `None`: not at all.
    pub fn speaker(&self) -> Option<SpeakerOptions> {
        let Levels { floor, volume, cap } = self.sound?;
        let device = self.sound_device.clone();
        options(&SoundConfig { enabled: None, floor, volume, cap, device })
    }
}

/// The voice: silent until it is told otherwise.
pub struct Voice {
    options: Option<SpeakerOptions>,
    speaker: Option<Speaker>,
    calls: u64,
    /// When the bell is due.
    bell: Option<MonoTime>,
}

impl Voice {
    /// `None`: this process never sounds.
    pub fn new(options: Option<SpeakerOptions>) -> Voice {
        Voice { options, speaker: None, calls: 0, bell: None }
    }

    /// An alarm of high priority sounds from now on. Call it again and again for as long as it is to.
    pub fn sound(&mut self, now: MonoTime) {
        let Some(options) = &self.options else { return };
        let speaker = match &self.speaker {
            Some(speaker) => speaker,
            None => {
                self.calls += 1;
                let speaker = Speaker::start(options.clone(), Arc::new(BootClock));
                let priority = Some(Priority::High);
                speaker.want(Wanted { priority, call: self.calls, step: 0 });
                self.speaker.insert(speaker)
            }
        };
        let is_heard = match speaker.health() {
            Health::Starting | Health::Working { .. } => true,
            Health::NoDevice { .. } | Health::Stopped { .. } => false,
        };
        if !is_heard && self.bell.is_none_or(|due| due <= now) {
            self.bell = Some(now + BELL_PERIOD);
            terminal::ring();
        }
    }

    /// There is no reason any more. The loudspeaker is let go.
    pub fn hush(&mut self) {
        self.speaker = None;
        self.bell = None;
    }

    /// Whether it sounds.
    #[cfg(test)]
    pub fn is_on(&self) -> bool {
        self.speaker.is_some()
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::Clock;
    use vigie_speaker::{Capture, Output};

    use super::*;

    #[test]
    fn a_window_is_told_how_loud_it_is_to_be() {
        let config = SoundConfig { device: Some("hw:1".into()), ..SoundConfig::default() };
        assert_eq!(arguments(&config), ["--sound=50,85,100", "--sound-device=hw:1"]);
        let sound = levels("50,85,100").expect("levels");
        let options = VoiceOptions { sound: Some(sound), sound_device: config.device.clone() };
        let speaker = options.speaker().expect("it sounds");
        assert!((speaker.volume_floor_db + 20.0).abs() < 0.001);
        assert!((speaker.volume_db + 6.0).abs() < 0.001);
        assert!(speaker.cap_db.abs() < 0.001);
        assert_eq!(speaker.device.as_deref(), Some("hw:1"));
        assert!(VoiceOptions::default().speaker().is_none());
        let silent = SoundConfig { volume: 0, ..SoundConfig::default() };
        assert!(arguments(&silent).is_empty());
        for wrong in ["", "1,2", "1,2,101", "1,2,x,", "1,2,3,4"] {
            assert!(levels(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_voice_takes_the_loudspeaker_only_while_it_sounds() {
        let capture = Capture::new(8_000);
        let output = Output::Capture(capture.clone());
        let mut voice = Voice::new(Some(SpeakerOptions { output, ..SpeakerOptions::default() }));
        assert_eq!(capture.openings(), 0);
        let start = BootClock.mono();
        let loudest = loop {
            voice.sound(BootClock.mono());
            let samples = capture.take(800);
            let loudest = samples.iter().fold(0.0_f32, |loudest, one| loudest.max(one.abs()));
            if loudest > 0.1 {
                break loudest;
            }
            assert!(BootClock.mono().since(start) < Duration::from_secs(30), "nothing is heard");
            std::thread::park_timeout(Duration::from_millis(5));
        };
        assert!(loudest <= 1.0 && voice.is_on());
        voice.hush();
        assert!(!capture.is_open() && !voice.is_on());
        let mut none = Voice::new(None);
        none.sound(BootClock.mono());
        assert!(!none.is_on());
    }
}
