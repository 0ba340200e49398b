//! The command line: what can be asked, in English, with its units.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};
use vigie_words::Language;

use crate::{
    backup, check_config, demo, doctor, export, guard, hold, inspect, key, map, pin, record,
    restore, simulate, sound, status, verify,
};
#[cfg(feature = "window")]
use crate::{bench, check_screen, station_window};

/// Shows bedside monitors on one screen. Secondary display, not a medical device: do not rely on it
/// for receipt of alarm signals.
#[derive(Parser, Debug)]
#[command(
    name = "vigie",
    version = crate::about::VERSION,
    args_conflicts_with_subcommands = true,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do; without one, the nurse station: guard, station and window.
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub nurse_station: guard::GuardOptions,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Play recorded bytes as a ward: one bed a recording
    Replay(ReplayOptions),
    /// A ward of simulated monitors that speak their real protocols, to look around and to train
    Demo(demo::DemoOptions),
    /// The station without a screen: links and board, for weeks
    Record(record::RecordOptions),
    /// One more window on a running station
    #[cfg(feature = "window")]
    Window(station_window::WindowOptions),
    /// How fast the window is on this PC, and what it costs
    #[cfg(feature = "window")]
    Bench(bench::BenchOptions),
    /// What a running station says of itself
    Status(status::StatusOptions),
    /// Copy the record to another disk, while it is written; the copy is read back and signed
    Backup(backup::BackupOptions),
    /// Whether a copy or a record is whole and unchanged; needs no secret
    Verify(verify::VerifyOptions),
    /// Make a record of a copy, on another machine
    Restore(restore::RestoreOptions),
    /// Write a part of the record as files for other programs
    Export(export::ExportOptions),
    /// What is in a record: times, devices, streams, sizes, damage
    Inspect(inspect::InspectOptions),
    /// Keep times of the record from being deleted, or let them go
    Hold(hold::HoldOptions),
    /// Passphrase, recovery sheet and keys of the record
    Key(key::KeyOptions),
    /// Who may do what at a window, by PIN
    Pin(pin::PinOptions),
    /// Whether this PC is isolated and fit
    Doctor(doctor::DoctorOptions),
    /// Whether vigie.toml is right, and what it means
    CheckConfig(check_config::CheckConfigOptions),
    /// Whether the screen can be read from where people stand: letters of every layout, in minutes of arc
    #[cfg(feature = "window")]
    CheckScreen(check_screen::CheckScreenOptions),
    /// Where beds lie in the unit, for paper
    Map(map::MapOptions),
    /// The sound of alarms: as a file, through the loudspeaker, and what could play it
    Sound(sound::SoundOptions),
    /// Simulated devices on serial lines or a network
    Simulate(simulate::SimulateOptions),
}

/// Options of `vigie replay`.
#[derive(Args, Debug)]
pub struct ReplayOptions {
    /// Recordings: IntelliVue RS-232 logs, S/5 DRI serial logs or classic pcap, told apart by their
    /// bytes. LABEL= names the bed, @SECONDS skips what came before
    #[arg(required = true, value_name = "[LABEL=]FILE[@SECONDS]")]
    pub files: Vec<String>,

    /// Run the clock of drivers and board this many times as fast
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,

    /// Begin again at the end of each recording
    #[arg(long = "loop")]
    pub looped: bool,

    /// Stop the input of all recordings this long after the start; the clock runs on
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub pause_at: Option<Duration>,

    /// Print a table in the terminal instead of opening a window
    #[arg(long)]
    pub headless: bool,

    /// Write the window as a PNG to this file and end. The recording is run to --after without waiting
    #[arg(long, value_name = "FILE", requires = "after", conflicts_with = "headless")]
    pub screenshot: Option<PathBuf>,

    /// The moment to show with --screenshot, or the only one to print with --headless; it is
    /// computed without waiting, whatever --speed says
    #[arg(long, value_name = "SECONDS", value_parser = seconds_of_a_day)]
    pub after: Option<Duration>,

    /// Language of the screen: en, fr or id
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    pub language: Language,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: Size,

    /// Start with the view of this bed
    #[arg(long, value_name = "LABEL")]
    pub open: Option<String>,

    /// Keep a record of the replay in this folder, with keys that protect nothing
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Print what is on the disk after each commit, in tests
    #[arg(long, hide = true, requires = "record")]
    pub say_durable: bool,

    /// Pretend that it begins so many seconds after 1970, by all clocks, in tests
    #[arg(long, hide = true, requires = "after", value_name = "SECONDS")]
    pub starting_at: Option<u32>,
}

/// A window size in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed > 0.0 && speed <= 1_000.0 => Ok(speed),
        Ok(_) | Err(_) => Err("a number above 0 and up to 1000 is wanted, such as 4 or 0.5".into()),
    }
}

pub fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| *seconds <= 1e7)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "seconds are wanted, such as 15 or 0.5".into())
}

/// At most a day: computing it takes seconds, a year would take hours without a word.
fn seconds_of_a_day(text: &str) -> Result<Duration, String> {
    seconds(text).and_then(|after| {
        let day = Duration::from_secs(86_400);
        if after > day {
            Err("at most 86400 seconds, a day, can be computed".into())
        } else {
            Ok(after)
        }
    })
}

pub fn language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| "en, fr or id is wanted".into())
}

pub fn size(text: &str) -> Result<Size, String> {
    text.split_once('x')
        .and_then(|(width, height)| {
            Some(Size { width: width.parse().ok()?, height: height.parse().ok()? })
        })
        .filter(|size| size.width >= 640 && size.height >= 480)
        .ok_or_else(|| "at least 640x480 is wanted, such as 1920x1080".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn senseless_values_are_refused() {
        assert!(speed("0").is_err() && speed("-3").is_err() && speed("NaN").is_err());
        assert!(seconds("-1").is_err() && seconds("inf").is_err() && seconds("soon").is_err());
        assert!(size("1920").is_err() && size("1x1").is_err() && size("1920x").is_err());
        assert_eq!(size("1920x1080"), Ok(Size { width: 1920, height: 1080 }));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
    }
}
