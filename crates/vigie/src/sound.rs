//! `vigie sound`: the sound of alarms as a file, through the loudspeaker, and what could play it.

use std::{fs, path::Path, path::PathBuf, sync::Arc, time::Duration};

use clap::{ArgGroup, Args, ValueEnum};
use vigie_clock::BootClock;
use vigie_model::{Clock, Priority};
use vigie_speaker::{Health, Speaker, SpeakerOptions, devices};
use vigie_tones::{BurstShape, Sequencer, Shapes, Tested, Volume, Wanted, wav};

use crate::{
    cli,
    terminal::{Problem, print},
};

/// Options of `vigie sound`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("what").required(true).args(["wav", "test", "list"])))]
pub struct SoundOptions {
    /// Write the sound of --priority to this file: PCM of 16 bits, mono, at full scale. What stood
    /// there is replaced
    #[arg(long, value_name = "FILE", requires = "priority")]
    pub wav: Option<PathBuf>,

    /// Which one
    #[arg(long, value_name = "PRIORITY", requires = "wav")]
    pub priority: Option<Audible>,

    /// How much to write; without it a burst and its repetition
    #[arg(long, value_name = "N", requires = "wav", value_parser = length)]
    pub seconds: Option<Duration>,

    /// Samples a second, 8000 to 192000
    #[arg(
        long, value_name = "HZ", requires = "wav", default_value_t = 48_000,
        value_parser = clap::value_parser!(u32).range(8_000..=192_000)
    )]
    pub rate: u32,

    /// Play HIGH, MEDIUM and LOW once each, at the default volume. A person has to listen
    #[arg(long)]
    pub test: bool,

    /// The device to play on: a name that --list shows, or part of its description
    #[arg(long, value_name = "NAME", requires = "test")]
    pub device: Option<String>,

    /// The devices that say that they play
    #[arg(long)]
    pub list: bool,
}

/// A priority that has a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Audible {
    /// Immediate response required
    High,
    /// Prompt response required
    Medium,
    /// Awareness required
    Low,
}

impl From<Audible> for Priority {
    fn from(audible: Audible) -> Priority {
        match audible {
            Audible::High => Priority::High,
            Audible::Medium => Priority::Medium,
            Audible::Low => Priority::Low,
        }
    }
}

/// An hour of samples is more than anybody listens to.
fn length(text: &str) -> Result<Duration, String> {
    cli::seconds(text).and_then(|length| {
        if length > Duration::from_secs(3_600) || length.is_zero() {
            Err("more than 0 and at most 3600 seconds are wanted".into())
        } else {
            Ok(length)
        }
    })
}

/// Writes, plays or lists.
pub fn run(options: &SoundOptions) -> Result<(), Problem> {
    match (&options.wav, options.priority) {
        (Some(file), Some(priority)) => write(file, priority.into(), options.seconds, options.rate),
        _ if options.list => list(),
        _ => test(options.device.as_deref()),
    }
}

fn write(
    file: &Path,
    priority: Priority,
    seconds: Option<Duration>,
    rate_hz: u32,
) -> Result<(), Problem> {
    let samples = heard(priority, seconds, rate_hz);
    fs::write(file, wav(&samples, rate_hz)).map_err(|error| {
        Problem::new(format!(
            "{} cannot be written: {error}. Remedy: name a file in a folder that is yours and has room",
            file.display()
        ))
    })?;
    let length = samples.len() as f64 / f64::from(rate_hz);
    print(&format!("{}: {length:.1} s, {rate_hz} samples a second\n", file.display()))
}

/// What a station that wants `priority`, and nothing else, plays from the beginning.
fn heard(priority: Priority, seconds: Option<Duration>, rate_hz: u32) -> Vec<f32> {
    let both = BurstShape::of(priority).map_or(Duration::ZERO, |shape| {
        let burst = shape.onsets().last().copied().unwrap_or_default() + 2 * shape.pulse;
        shape.repeat + burst
    });
    let count = seconds.unwrap_or(both).as_secs_f64() * f64::from(rate_hz);
    let mut sequencer = Sequencer::new(&Shapes::default(), Volume::new(0.0, 0.0, 0.0), rate_hz);
    sequencer.want(Wanted { priority: Some(priority), call: 1, step: 0 });
    let mut samples = vec![0.0; count.ceil() as usize];
    sequencer.fill(&mut samples);
    samples
}

/// How long a device may take to begin; sound servers are started on demand.
const DEVICE_PATIENCE: Duration = Duration::from_secs(5);

/// Longer than any burst, and its way through the slowest buffers.
const BURST_PATIENCE: Duration = Duration::from_secs(15);

fn test(device: Option<&str>) -> Result<(), Problem> {
    let options = SpeakerOptions { device: device.map(str::to_owned), ..SpeakerOptions::default() };
    let speaker = Speaker::start(options, Arc::new(BootClock));
    let is_working = |health: &Health| matches!(health, Health::Working { .. });
    let health = wait(DEVICE_PATIENCE, || {
        let health = speaker.health();
        (!matches!(health, Health::Starting)).then_some(health)
    });
    let Some(Health::Working { device }) = health else {
        return Err(silent(&speaker.health()));
    };
    print(&format!("playing on {device}\n"))?;
    for (name, priority) in
        [("high", Priority::High), ("medium", Priority::Medium), ("low", Priority::Low)]
    {
        let number = speaker.test(priority);
        let ended = wait(BURST_PATIENCE, || {
            let gone = (!is_working(&speaker.health())).then_some(None);
            speaker.tested(number).map(Some).or(gone)
        });
        match ended.flatten() {
            Some(Tested::Whole) => print(&format!("{name}: played\n"))?,
            Some(Tested::GaveWay) | None => return Err(silent(&speaker.health())),
        }
        pause(Duration::from_secs(1));
    }
    print("Did you hear ten pulses, then three, then two? This PC cannot hear itself.\n")
}

/// Asks again and again until there is an answer, or the time is over.
fn wait<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = BootClock.mono() + patience;
    loop {
        let answer = ask();
        if answer.is_some() || BootClock.mono() >= end {
            return answer;
        }
        pause(Duration::from_millis(20));
    }
}

#[expect(clippy::disallowed_methods, reason = "a person listens meanwhile: pacing is the point")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn silent(health: &Health) -> Problem {
    let why = match health {
        Health::NoDevice { why } => format!("no sound device can be opened: {why}"),
        Health::Stopped { why } => format!("the sound device stopped: {why}"),
        Health::Starting => "the sound device does not begin to play".to_owned(),
        Health::Working { device } => format!("{device} does not play a burst to its end"),
    };
    Problem::new(format!(
        "{why}. Remedy: plug in a loudspeaker or sound card; see `vigie sound --list` and choose with \
         --device; the user must be in the group `audio` or have a sound server of its own. Nobody \
         hears alarms of this station until then"
    ))
}

fn list() -> Result<(), Problem> {
    let devices =
        devices().map_err(|why| Problem::new(format!("ALSA does not list its devices: {why}")))?;
    if devices.is_empty() {
        return Err(Problem::new(
            "ALSA lists no device that plays. Remedy: plug one in; see /proc/asound/cards, and \
             whether the user is in the group `audio`",
        ));
    }
    let lines = devices.iter().map(|device| format!("{}  {}\n", device.id, device.description));
    print(&lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_burst_and_its_repetition() {
        for (priority, count) in [(Priority::High, 20), (Priority::Medium, 6), (Priority::Low, 4)] {
            let samples = heard(priority, None, 8_000);
            // Pulses are 100 ms apart at least; 30 ms of silence part two.
            let mut quiet = usize::MAX;
            let mut pulses = 0;
            for sample in &samples {
                if sample.abs() > 0.05 {
                    pulses += usize::from(quiet > 240);
                    quiet = 0;
                } else {
                    quiet = quiet.saturating_add(1);
                }
            }
            assert_eq!(pulses, count, "{priority:?}");
            assert!(quiet > 0, "the file ends in a pulse");
        }
    }

    #[test]
    fn a_file_is_as_long_as_asked_and_says_so_in_its_header() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("high.wav");
        write(&file, Priority::High, Some(Duration::from_millis(1_500)), 22_050).expect("written");
        let bytes = fs::read(&file).expect("a file");
        assert_eq!(bytes.len(), 44 + 2 * 33_075);
        assert_eq!(bytes[24..28], 22_050_u32.to_le_bytes());
        let nowhere = folder.path().join("none/high.wav");
        let problem = write(&nowhere, Priority::Low, None, 8_000).expect_err("no folder");
        assert!(problem.to_string().contains("Remedy"), "{problem}");
    }

    #[test]
    fn senseless_lengths_are_refused() {
        assert!(length("0").is_err() && length("3601").is_err() && length("soon").is_err());
        assert_eq!(length("2.5"), Ok(Duration::from_millis(2_500)));
    }
}
