//! `vigie record`: the station process, without a screen: by itself for weeks, or as a guard's child.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use clap::Args;
use sd_notify::NotifyState;
use vigie_clock::BootClock;
use vigie_config::Config;
use vigie_history::RecordState;
use vigie_keyring::MachineKeyPlace;
use vigie_model::{AlarmKind, Clock, MonoTime, Priority, Text};
use vigie_station::{
    SetupOptions, SoundState, StartError, Station, StationFault, StationOptions, StationReport,
};

use crate::{
    beats::{BEAT_PERIOD, Beats},
    cli::seconds,
    config_file, folder, isolation,
    sandbox::{self, TcpPorts},
    signals::Signals,
    terminal::{self, Exit, Problem, say},
};

/// Options of `vigie record`.
#[derive(Args, Debug)]
pub struct RecordOptions {
    /// The configuration; without it the user's own vigie.toml, else that of the PC
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The record folder; without it $STATE_DIRECTORY, else $XDG_STATE_HOME/vigie, else
    /// ~/.local/state/vigie
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Print no status line
    #[arg(long)]
    pub quiet: bool,

    /// Started by a guard: beats go through standard input and output
    #[arg(long, hide = true)]
    pub guarded: bool,

    /// End when the guard is gone
    #[arg(long, hide = true, requires = "guarded")]
    pub end_with_guard: bool,

    /// A window belongs to it, whose silence it sounds for
    #[arg(long, hide = true)]
    pub expect_window: bool,

    /// A configuration that is not there yet is made in the window
    #[arg(long, hide = true, requires = "config")]
    pub set_up: bool,

    /// Listen on the ptys of this folder too when a window asks what there is
    #[arg(long, hide = true, value_name = "DIR")]
    pub listen_on: Vec<PathBuf>,

    /// Sound only if the configuration says so, even with a window
    #[arg(long, hide = true)]
    pub mute: bool,

    /// Seed of all jitter
    #[arg(long, hide = true)]
    pub seed: Option<u64>,

    /// Write what the board was told to this file, a JSON object a line
    #[arg(long, hide = true, value_name = "FILE")]
    pub trace: Option<PathBuf>,

    /// A fault to test guard and window with: stall-board=SECONDS
    #[arg(long, hide = true, value_parser = fault)]
    pub fault: Option<StationFault>,
}

fn fault(text: &str) -> Result<StationFault, String> {
    let after = text.strip_prefix("stall-board=").ok_or("stall-board=SECONDS is wanted")?;
    Ok(StationFault { stall_board_at: seconds(after)? })
}

/// Who writes a record, for people.
pub const PROGRAM: &str = concat!("vigie ", env!("CARGO_PKG_VERSION"));

/// How often signals and the guard are looked after.
const STEP: Duration = Duration::from_millis(50);
/// How often the PC's isolation is looked at.
const ISOLATION_PERIOD: Duration = Duration::from_secs(5);
/// How often systemd is told that the station beats: several times in the shortest sensible
/// `WatchdogSec=`.
const WATCHDOG_PERIOD: Duration = Duration::from_secs(1);
/// Status lines on a terminal.
const TERMINAL_PERIOD: Duration = Duration::from_secs(1);
/// Status lines in a log.
const LOG_PERIOD: Duration = Duration::from_secs(60);

/// Runs until it is told to stop.
pub fn run(options: &RecordOptions) -> Result<(), Problem> {
    let unfit = |problem: Problem| problem.exiting(Exit::Unfit);
    let first = options.config.clone().filter(|path| options.set_up && !path.exists());
    let is_first = first.is_some();
    let (config_path, config) = match first {
        Some(path) => (path, Config::of_nothing()),
        None => config_file::load(options.config.as_deref()).map_err(unfit)?,
    };
    let folder = folder::record(options.record.as_deref())?;
    folder::make(&folder)?;
    confine(&config, is_first).map_err(unfit)?;
    terminal::never_wait();
    let signals = Signals::catch()?;
    let beats = options.guarded.then(Beats::start).transpose()?;
    let interface = interface(&config);
    let station = Station::start(StationOptions {
        config,
        folder: folder.clone(),
        expects_window: options.expect_window,
        sounds: options.expect_window && !options.mute,
        setup: Some(SetupOptions {
            file: config_path.clone(),
            is_first,
            restarts: options.guarded,
            listen_on: options.listen_on.clone(),
            interfaces: isolation::interfaces,
        }),
        seed: options.seed.unwrap_or_else(seed),
        // A record is of one mode, which no file tells yet.
        record: (!is_first).then(|| vigie_station::RecordOptions {
            machine: MachineKeyPlace::from_environment(),
            program: Text::from(PROGRAM),
        }),
        trace: options.trace.clone(),
        confine: Some(sandbox::no_internet),
        fault: options.fault,
    })
    .map_err(|error| match error {
        // Its guard knows by the exit code, and asks again and again.
        StartError::Occupied if options.guarded => Problem::silent(Exit::Occupied),
        error @ (StartError::Occupied | StartError::Unfit(_)) => refused(&folder, error),
    })?;
    let now = BootClock.mono();
    let mut shift = Shift {
        config_path,
        interface,
        signals,
        guard: beats.map(|beats| Guard { beats, heard: 0, ends_us: options.end_with_guard }),
        isolation: Every::starting(now, ISOLATION_PERIOD),
        watchdog: Every::starting(now, WATCHDOG_PERIOD),
        beat: Every::starting(now, BEAT_PERIOD),
        status: status_period(options).map(|period| Every::starting(now, period)),
        warnings: Vec::new(),
        folder,
        station,
        begins_anew: false,
    };
    shift.work();
    let begins_anew = shift.begins_anew;
    notify(&[NotifyState::Stopping]);
    // To monitors that are told, the line is free at once; others wait for a time-out of their own.
    shift.station.stop();
    if shift.status.is_some() {
        terminal::end_status();
    }
    if begins_anew { Err(Problem::silent(Exit::Again)) } else { Ok(()) }
}

/// What no thread of this process will ever be able to open.
fn confine(config: &Config, is_first: bool) -> Result<(), Problem> {
    sandbox::station_links().map_err(Problem::new)?;
    let mut ports = TcpPorts::of(config);
    if is_first {
        // Nothing is configured: those on which devices usually call are listened on when asked.
        ports.listen.extend(vigie_station::usual_listen_ports());
    }
    let landlock = sandbox::tcp_ports(&ports).map_err(Problem::new)?;
    tracing::info!(?landlock, "TCP is held to the ports of the configuration");
    Ok(())
}

fn interface(config: &Config) -> Option<String> {
    config.network.as_ref().map(|network| network.interface.clone())
}

/// Another one at every start: two stations that were switched on together must not poll together.
fn seed() -> u64 {
    BootClock.mono().as_nanos() ^ u64::from(std::process::id()).rotate_left(40)
}

/// Why no station, and no replay, can work in a record folder.
pub fn refused(folder: &Path, error: StartError) -> Problem {
    match error {
        StartError::Occupied => Problem::new(format!(
            "{}: another station works on this record folder: look at it with `vigie window`, or name another folder with --record DIR",
            folder.display()
        ))
        .exiting(Exit::Occupied),
        StartError::Unfit(why) => Problem::new(why).exiting(Exit::Unfit),
    }
}

/// `None`: no status line is wanted.
fn status_period(options: &RecordOptions) -> Option<Duration> {
    if options.quiet || options.guarded {
        None
    } else if io::stderr().is_terminal() {
        Some(TERMINAL_PERIOD)
    } else {
        Some(LOG_PERIOD)
    }
}

/// systemd, where there is one.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}

/// Something that is due at once and then periodically.
#[derive(Debug)]
struct Every {
    due: MonoTime,
    period: Duration,
}

impl Every {
    fn starting(due: MonoTime, period: Duration) -> Every {
        Every { due, period }
    }

    /// Whether it is due; what was missed is not made up for.
    fn is_due(&mut self, now: MonoTime) -> bool {
        let is_due = self.due <= now;
        if is_due {
            self.due = now + self.period;
        }
        is_due
    }
}

/// What a guarded station keeps of its guard.
struct Guard {
    beats: Beats,
    /// How often it was heard when last looked at.
    heard: u64,
    /// Whether the station ends with it.
    ends_us: bool,
}

/// The station at work, and what is looked after beside it.
struct Shift {
    station: Station,
    config_path: PathBuf,
    interface: Option<String>,
    signals: Signals,
    guard: Option<Guard>,
    isolation: Every,
    watchdog: Every,
    beat: Every,
    status: Option<Every>,
    /// What was said of the record's keys: once each.
    warnings: Vec<String>,
    folder: PathBuf,
    /// What a window saved needs another start, and a guard is there for it.
    begins_anew: bool,
}

impl Shift {
    fn work(&mut self) {
        let mut is_ready = false;
        while !self.must_stop() && !self.begins_anew {
            let now = BootClock.mono();
            let is_saved = self.station.take_saved();
            if self.signals.take_hangup() || is_saved {
                self.reload(is_saved);
            }
            if self.isolation.is_due(now) {
                let found = isolation::check(Path::new("/"), self.interface.as_deref());
                self.station.set_isolation(isolation::texts(&found));
            }
            let is_beating = self.station.is_beating();
            if let Some(guard) = &mut self.guard {
                let heard = guard.beats.heard();
                if heard != guard.heard {
                    guard.heard = heard;
                    self.station.guard_beat();
                }
                if self.beat.is_due(now) && is_beating {
                    guard.beats.beat();
                }
            }
            if is_beating && !is_ready {
                is_ready = true;
                notify(&[NotifyState::Ready]);
            }
            if self.watchdog.is_due(now) {
                self.warn();
                let status = status_line(&self.station);
                notify(&[NotifyState::Status(&status)]);
                if is_beating {
                    notify(&[NotifyState::Watchdog]);
                }
            }
            if self.status.as_mut().is_some_and(|every| every.is_due(now)) {
                terminal::show_status(&status_line(&self.station));
            }
            thread::park_timeout(STEP);
        }
    }

    /// Says loudly, and once, what whoever set this station up must know of its record.
    fn warn(&mut self) {
        for warning in warnings(&self.folder, &self.station.report()) {
            if !self.warnings.contains(&warning) {
                terminal::complain(&Problem::new(warning.clone()));
                self.warnings.push(warning);
            }
        }
    }

    fn must_stop(&self) -> bool {
        let is_left = |guard: &Guard| guard.ends_us && guard.beats.is_gone();
        self.signals.wants_stop() || self.guard.as_ref().is_some_and(is_left)
    }

    /// A file that is wrong changes nothing: the station goes on with what it has, and says so.
    /// What a window saved may need a new start, which a guard gives at once.
    fn reload(&mut self, is_saved: bool) {
        match config_file::load(Some(&self.config_path)) {
            Ok((_, config))
                if is_saved && self.guard.is_some() && self.station.needs_restart(&config) =>
            {
                say(&format!("{}: read again with a new start", self.config_path.display()));
                self.begins_anew = true;
            }
            Ok((_, config)) => {
                let (place, interface) = (self.config_path.display(), interface(&config));
                self.station.reload(config);
                if let Some(why) = self.station.report().config_refused {
                    terminal::complain(&Problem::new(format!("{place}: not taken over: {why}")));
                    return;
                }
                self.interface = interface;
                self.isolation.due = BootClock.mono();
                say(&format!("{place}: read again"));
            }
            Err(problem) => {
                terminal::complain(&problem);
                let text = problem.to_string();
                // The first line says how many mistakes there are, the second is the first of them.
                let why = text.lines().nth(1).or_else(|| text.lines().next());
                self.station.refuse_reload(Text::from(why.unwrap_or_default()));
            }
        }
    }
}

/// What is wrong with the keys of the record, and with what earlier runs left.
fn warnings(folder: &Path, report: &StationReport) -> Vec<String> {
    let mut warnings: Vec<String> =
        report.record_troubles.iter().map(|why| format!("RECORD: {why}")).collect();
    if report.record.is_unprotected {
        warnings.push(format!(
            "RECORD NOT PROTECTED: nobody has set a passphrase, so whoever has this PC can read the \
             record: `vigie key passphrase --record {}`",
            folder.display()
        ));
    }
    warnings
}

/// One line that says how the station is doing.
fn status_line(station: &Station) -> String {
    let report = station.report();
    let mut parts = Vec::new();
    if !station.is_beating() {
        parts.push("NOT BEATING".to_owned());
    }
    if let Some(view) = station.view() {
        parts.push(format!("{:?}, {} beds", view.mode, view.tiles.len()).to_lowercase());
        let tiles = view.tiles.iter().chain(&view.unassigned);
        let count = |priority: Priority| {
            let alarms = tiles.clone().flat_map(|tile| &tile.alarms.list);
            let of_patients = alarms.filter(|alarm| alarm.kind == AlarmKind::Physiological);
            of_patients.filter(|alarm| alarm.priority == priority).count()
        };
        let (high, medium) = (count(Priority::High), count(Priority::Medium));
        parts.push(format!("alarms: {high} high, {medium} medium"));
    }
    parts.extend(lines_and_troubles(&report));
    parts.join("; ")
}

fn lines_and_troubles(report: &StationReport) -> Vec<String> {
    let open = report.lines.iter().filter(|line| line.is_open).count();
    let devices: usize = report.lines.iter().map(|line| line.devices.len()).sum();
    let mut parts =
        vec![format!("{open} of {} lines open", report.lines.len()), format!("{devices} devices")];
    let refused = report.lines.iter().filter(|line| line.refusal.is_some()).count();
    if refused > 0 {
        parts.push(format!("{refused} lines refused"));
    }
    if report.dropped > 0 {
        parts.push(format!("{} items left out", report.dropped));
    }
    if !report.not_isolated.is_empty() {
        let why: Vec<&str> = report.not_isolated.iter().map(Text::as_str).collect();
        parts.push(format!("not isolated: {}", why.join(", ")));
    }
    if let Some(why) = &report.config_refused {
        parts.push(format!("vigie.toml not fully applied: {why}"));
    }
    match &report.record.state {
        RecordState::Off => {}
        RecordState::Writing => parts.push(format!("segment {}", report.record.segment)),
        RecordState::Stopped { why, .. } => parts.push(format!("NOT RECORDING: {why}")),
    }
    if report.record.lost > 0 {
        parts.push(format!("{} observations not recorded", report.record.lost));
    }
    if report.record.is_filling {
        let days = report.record.days_left.unwrap_or(0);
        parts.push(format!("the disk is full in {days} days"));
    }
    if report.record.copy.is_old {
        parts.push("no recent copy".to_owned());
    }
    match report.sound.state {
        SoundState::Off | SoundState::Starting | SoundState::Working => {}
        SoundState::Silent => parts.push("SILENT: the configuration wants no sound".to_owned()),
        SoundState::Broken => {
            let why = report.sound.why.as_ref().map_or("", Text::as_str);
            parts.push(format!("NO SOUND: {why}"));
        }
    }
    parts.extend(report.status_trouble.as_ref().map(|why| format!("status.json: {why}")));
    parts
}

#[cfg(test)]
mod tests {
    use vigie_station::LineReport;

    use super::*;

    #[test]
    fn a_fault_is_named_with_its_time() {
        let fault = fault("stall-board=2.5").expect("a fault");
        assert_eq!(fault.stall_board_at, Duration::from_millis(2_500));
        assert!(super::fault("stall-board").is_err() && super::fault("stall-board=x").is_err());
    }

    #[test]
    fn what_is_periodic_is_due_at_once_and_never_twice_at_a_time() {
        let start = MonoTime::from_nanos(1 << 40);
        let mut every = Every::starting(start, Duration::from_secs(30));
        assert!(every.is_due(start) && !every.is_due(start));
        assert!(!every.is_due(start + Duration::from_secs(29)));
        assert!(every.is_due(start + Duration::from_secs(300)));
        assert!(!every.is_due(start + Duration::from_secs(301)));
    }

    #[test]
    fn the_status_line_names_what_is_wrong() {
        let line = |is_open| LineReport { is_open, ..LineReport::default() };
        let report = StationReport {
            lines: vec![line(true), line(false)],
            not_isolated: vec!["default-route eth0".into()],
            dropped: 7,
            ..StationReport::default()
        };
        let said = lines_and_troubles(&report).join("; ");
        let wanted =
            "1 of 2 lines open; 0 devices; 7 items left out; not isolated: default-route eth0";
        assert_eq!(said, wanted);
    }
}
