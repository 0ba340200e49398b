//! `vigie demo`: a ward of simulated monitors that speak their real protocols over ptys and loopback,
//! and the nurse station that watches it. All of it lives in a throw-away folder and ends together.

use core::net::Ipv4Addr;
use std::{
    fs,
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child as Process, ChildStdin, Command, Stdio},
    thread,
    time::Duration,
};

use clap::Args;
use crossbeam_channel::{RecvTimeoutError, bounded};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vigie_clock::BootClock;
use vigie_config::SoundConfig;
use vigie_model::Clock;
use vigie_sim_patient::script::DEMO;
use vigie_words::{Language, Words};

use crate::{
    cli::{Size, language, seconds, size},
    guard::{self, Charge, GuardOptions},
    look::LookOptions,
    signals::Signals,
    terminal::Problem,
    voice,
};

/// Options of `vigie demo`.
#[derive(Args, Debug)]
pub struct DemoOptions {
    /// How many beds: half of them on serial lines, half on a network
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub beds: u16,

    /// Twelve beds of four families instead: Philips IntelliVue, GE S/5, HL7 gateway and Mindray,
    /// Puritan Bennett ventilators, over ptys, TCP and UDP
    #[arg(long, conflicts_with = "beds")]
    pub mixed: bool,

    /// Which patients; each number gives other ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,

    /// What happens at which bed and when: lines such as `at 30s bed 3 vtach`; without it a story of
    /// a few minutes
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,

    /// Print a table in the terminal instead of opening a window
    #[arg(long, conflicts_with_all = ["screenshot", "full_screen"])]
    pub headless: bool,

    /// Language of the screen: en, fr or id
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    pub language: Language,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: Size,

    /// Fill the screen
    #[arg(long)]
    pub full_screen: bool,

    /// How the window shows
    #[command(flatten)]
    pub look: LookOptions,

    /// Write the window as a PNG to this file, --after so long, and end
    #[arg(long, value_name = "FILE", requires = "after")]
    pub screenshot: Option<PathBuf>,

    /// How long after the window opened to take the picture
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "screenshot")]
    pub after: Option<Duration>,

    /// End after so long
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<Duration>,

    /// Keep the record of the demo in this folder, with keys that protect nothing; without it the record
    /// goes with the demo
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Work in this folder and leave it there, in tests
    #[arg(long, hide = true, value_name = "DIR")]
    pub folder: Option<PathBuf>,

    /// Segments of this size, in tests
    #[arg(long, hide = true, value_name = "MIB")]
    pub segment_mib: Option<u32>,

    /// More for the station's command line, in tests
    #[arg(long, hide = true, value_name = "ARG", allow_hyphen_values = true)]
    pub to_station: Vec<String>,

    /// More for the window's command line, in tests
    #[arg(long, hide = true, value_name = "ARG", allow_hyphen_values = true)]
    pub to_window: Vec<String>,
}

/// Until the simulators have opened their ports; they do so at once, on a PC that is not starved.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// How often signals are looked after until then.
const READY_STEP: Duration = Duration::from_millis(50);
/// How long after its moment a picture may take, a window that opens slowly included.
const PICTURE_WITHIN: Duration = Duration::from_secs(90);
/// How long the simulators may take to end.
const END_WITHIN: Duration = Duration::from_secs(2);
/// What the simulator says when all its monitors can be reached.
const READY: &str = "ready";
/// More than it says before that.
const PLACES_MAX: usize = 1_024;

/// Runs until the window is closed, the time is over, or somebody ends it.
pub fn run(options: &DemoOptions) -> Result<(), Problem> {
    // Before there is anything that would be left behind.
    let signals = Signals::catch()?;
    let folder = Folder::make(options)?;
    let place = folder.path();
    let simulated = Simulated {
        beds: (!options.mixed).then_some(options.beds),
        seed: options.seed,
        script: options.script.as_deref(),
    };
    let Some(mut simulator) = Simulator::start(&simulated, place, &signals)? else { return Ok(()) };
    let segments = options.segment_mib.map(|mib| format!("\n[record]\nsegment_mib = {mib}\n"));
    let config = format!(
        "mode = \"simulation\"\nlanguage = \"{}\"\n\n{}\n{}",
        options.language.tag(),
        simulator.config,
        segments.unwrap_or_default()
    );
    let config_path = place.join("vigie.toml");
    fs::write(&config_path, config).map_err(|error| unwritten(&config_path, &error))?;
    let charge = charge(options, place, &config_path)?;
    if options.screenshot.is_some() && charge.window.is_none() {
        return Err(Problem::new("no picture without a display: run it under `xvfb-run`"));
    }
    let started = BootClock.mono();
    guard::guard(charge, signals, |now| {
        if let Some(how) = simulator.ended() {
            return Err(Problem::new(format!("the simulated monitors are gone ({how})")));
        }
        if let Some(after) = options.after
            && now.since(started) > after + PICTURE_WITHIN
        {
            return Err(Problem::new("no picture was written: its reason stands above"));
        }
        Ok(options.seconds.is_none_or(|seconds| now.since(started) < seconds))
    })
    // The simulator is dropped after the station has said goodbye to its monitors.
}

fn charge(options: &DemoOptions, place: &Path, config: &Path) -> Result<Charge, Problem> {
    let words = Words::new(options.language);
    let record = options.record.clone().unwrap_or_else(|| place.join("record"));
    crate::folder::make(&record)?;
    let record_text = record.display().to_string();
    let config_text = config.display().to_string();
    let fixed = ["record", "--guarded", "--end-with-guard", "--record", &record_text, "--config"];
    let mut station: Vec<String> = fixed.map(str::to_owned).into();
    station.push(config_text);
    let window_options = GuardOptions {
        kiosk: false,
        config: None,
        record: None,
        language: Some(options.language),
        size: options.size,
        full_screen: options.full_screen,
        to_station: Vec::new(),
        to_window: options.to_window.clone(),
    };
    let mut window = if options.headless {
        None
    } else {
        guard::window_arguments(&words, &record_text, &window_options)
    };
    // A picture is taken in silence: nobody sits before it.
    let sound = SoundConfig::default();
    let sounds = window.is_some() && options.screenshot.is_none();
    if !sounds {
        station.push("--mute".to_owned());
    }
    if let Some(window) = &mut window {
        if sounds {
            window.extend(voice::arguments(&sound));
        }
        station.push("--expect-window".to_owned());
        window.push("--end-with-guard".to_owned());
        window.extend(options.look.arguments());
        if let (Some(file), Some(after)) = (&options.screenshot, options.after) {
            let file = std::path::absolute(file).map_err(|error| unwritten(file, &error))?;
            window.push(format!("--screenshot={}", file.display()));
            window.push(format!("--after={}", after.as_secs_f64()));
        }
    }
    station.extend(options.to_station.iter().cloned());
    let sound = voice::options(&sound).filter(|_| sounds);
    Ok(Charge {
        station,
        window,
        folder: record,
        words,
        is_play: true,
        sound,
        configured: None,
        further: Vec::new(),
    })
}

fn unwritten(path: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("{}: cannot be written ({error}): choose another folder", path.display()))
}

/// Where a demo lives.
enum Folder {
    /// Gone with it.
    ThrowAway(TempDir),
    /// Named by a test.
    Kept(PathBuf),
}

impl Folder {
    fn make(options: &DemoOptions) -> Result<Folder, Problem> {
        match &options.folder {
            Some(folder) => {
                crate::folder::make(folder)?;
                Ok(Folder::Kept(folder.clone()))
            }
            None => tempfile::Builder::new()
                .prefix("vigie-demo-")
                .tempdir()
                .map(Folder::ThrowAway)
                .map_err(|error| {
                    Problem::new(format!(
                        "{}: no folder for the demo can be made here ({error}): set TMPDIR to a \
                         folder that can be written to",
                        std::env::temp_dir().display()
                    ))
                }),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Folder::ThrowAway(folder) => folder.path(),
            Folder::Kept(folder) => folder,
        }
    }
}

/// Who is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Simulated<'a> {
    /// How many IntelliVue beds; `None`: the twelve of four families.
    pub beds: Option<u16>,
    /// Which patients.
    pub seed: u64,
    /// What happens; `None`: the story of the demo.
    pub script: Option<&'a Path>,
}

/// The simulated monitors, in a process of their own: `vigie simulate`.
pub struct Simulator {
    process: Process,
    /// Closed, whoever closes it: the simulator ends.
    _stdin: Option<ChildStdin>,
    /// Beds and lines, as they stand in `vigie.toml`.
    pub config: String,
}

impl Simulator {
    /// `None`: somebody ended it before it began.
    pub fn start(
        who: &Simulated<'_>,
        place: &Path,
        signals: &Signals,
    ) -> Result<Option<Simulator>, Problem> {
        let mut command = Command::new("/proc/self/exe");
        command.arg0("vigie").args(["simulate", "--end-with-stdin"]);
        match who.beds {
            None => {
                let port = gateway_port(std::process::id()).to_string();
                command.args(["mixed", "--gateway-to", &port]);
            }
            Some(beds) => {
                command.args(["intellivue", "--serial", "--udp", "--beds", &beds.to_string()]);
            }
        }
        command.args(["--seed", &who.seed.to_string(), "--dir"]).arg(place);
        command.args(["--address", &first_address(std::process::id()).to_string()]);
        command.arg("--log").arg(place.join("simulator.log")).arg("--script");
        match who.script {
            Some(script) => command.arg(script),
            None => command.arg(built_in_script(place)?),
        };
        let problem = |error: io::Error| {
            Problem::new(format!("the simulated monitors cannot be started: {error}"))
        };
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(problem)?;
        let stdin = process.stdin.take();
        let stdout = process.stdout.take();
        let mut simulator = Simulator { process, _stdin: stdin, config: String::new() };
        let Some(stdout) = stdout else { return Ok(Some(simulator)) };
        let (said, hears) = bounded(PLACES_MAX);
        thread::Builder::new()
            .name("simulator".into())
            .spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // After the last word that anybody waits for, it is only read away.
                    let _ = said.try_send(line);
                }
            })
            .map_err(problem)?;
        let deadline = BootClock.mono() + READY_WITHIN;
        let mut is_config = false;
        while !signals.wants_stop() && !signals.take_hangup() {
            match hears.recv_timeout(READY_STEP) {
                Ok(line) if line == READY => return Ok(Some(simulator)),
                Ok(line) => {
                    is_config |= line.starts_with("# For vigie.toml");
                    if is_config {
                        simulator.config.push_str(&line);
                        simulator.config.push('\n');
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Problem::new("the simulated monitors ended before they began"));
                }
                Err(RecvTimeoutError::Timeout) if deadline <= BootClock.mono() => {
                    return Err(Problem::new("the simulated monitors do not get ready"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Ok(None)
    }

    /// Its process.
    #[cfg(feature = "window")]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<String> {
        self.process.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        const STEP: Duration = Duration::from_millis(20);
        let pid = Pid::from_child(&self.process);
        let mut waited = Duration::ZERO;
        while self.ended().is_none() {
            // One that has just ended is no matter.
            let _ =
                kill_process(pid, if waited < END_WITHIN { Signal::TERM } else { Signal::KILL });
            thread::park_timeout(STEP);
            waited += STEP;
        }
    }
}

/// Every demo has a stretch of loopback of its own, so that two of them do not fight for addresses.
fn first_address(pid: u32) -> Ipv4Addr {
    let [.., high, low] = pid.to_be_bytes();
    Ipv4Addr::new(127, 64 + high % 64, low, 1)
}

/// And a port of its own at which its gateway finds the station, below those that the kernel gives away.
fn gateway_port(pid: u32) -> u16 {
    20_000 + (pid % 10_000) as u16
}

/// The built-in story, as a file: the simulator is a process of its own.
fn built_in_script(place: &Path) -> Result<PathBuf, Problem> {
    let path = place.join("demo.script");
    fs::write(&path, DEMO).map_err(|error| unwritten(&path, &error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demos_of_neighbouring_processes_have_addresses_of_their_own() {
        let (first, second) = (first_address(1_234), first_address(1_235));
        assert!(first.is_loopback() && second.is_loopback());
        // 64 monitors fit between them.
        assert!(first.to_bits().abs_diff(second.to_bits()) >= 64);
        assert!(first_address(u32::MAX).is_loopback());
    }
}
