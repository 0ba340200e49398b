//! Guard, station and window as processes: what each does when another one falls, with times measured
//! from outside. Deadlines are generous, for a machine that is busy with other things.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};

/// What a busy machine may need on top of what is promised.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program under test and a folder of its own; everything that it started ends with it.
pub struct Program {
    process: Child,
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

/// One ward at a time: what is measured here is time.
static ALONE: Mutex<()> = Mutex::new(());

impl Program {
    /// `vigie demo` with the station in a known folder.
    pub fn demo(arguments: &[&str]) -> Program {
        Program::demo_under(&mut Command::new(env!("CARGO_BIN_EXE_vigie")), arguments, false)
    }

    #[cfg(feature = "window")]
    fn demo_in_a_window(arguments: &[&str]) -> Program {
        let mut command = Command::new("xvfb-run");
        command.args(["--auto-servernum", "--server-args", "-screen 0 1280x720x24"]);
        command.arg(env!("CARGO_BIN_EXE_vigie")).env("LIBGL_ALWAYS_SOFTWARE", "1");
        Program::demo_under(&mut command, arguments, true)
    }

    fn demo_under(command: &mut Command, arguments: &[&str], has_display: bool) -> Program {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().expect("a folder");
        command.arg("demo").arg("--folder").arg(folder.path()).args(["--beds", "8"]);
        command.args(arguments).env("TZ", "UTC").process_group(0);
        if !has_display {
            command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").arg("--headless");
        }
        let output = |name: &str| fs::File::create(folder.path().join(name)).expect("a file");
        command.stdout(output("stdout")).stderr(output("stderr")).stdin(Stdio::null());
        let process = command.spawn().expect("the program starts; xvfb-run is in the package xvfb");
        Program { process, folder, _alone: alone }
    }

    /// Its process.
    pub fn pid(&self) -> i64 {
        i64::from(self.process.id())
    }

    /// Waits for its end.
    pub fn wait(&mut self) {
        self.process.wait().expect("it ends");
    }

    pub fn record(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    fn said(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// The station's own status, once it has written one.
    pub fn status(&self) -> Option<Value> {
        let text = fs::read_to_string(self.record().join("status.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn number(&self, name: &str) -> i64 {
        self.status().and_then(|status| status[name].as_i64()).unwrap_or(-1)
    }

    pub fn station(&self) -> i64 {
        self.number("pid")
    }

    /// Waits until it is so, and says how long that took.
    #[track_caller]
    pub fn until(&self, what: &str, mut is_so: impl FnMut(&Program) -> bool) -> Duration {
        let start = BootClock.mono();
        while !is_so(self) {
            assert!(
                since(start) < PATIENCE,
                "not within {PATIENCE:?}: {what}\nstatus: {:#?}\nstderr: {}",
                self.status(),
                self.said("stderr")
            );
            thread::park_timeout(Duration::from_millis(20));
        }
        since(start)
    }

    #[track_caller]
    pub fn all_live(&self) {
        self.until("eight beds live", |program| program.number("beds_live") == 8);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Not xvfb-run: it ends, and its screen with it, when the program does.
        if let Some(pid) = child(self, "demo") {
            signal(pid, Signal::TERM);
        }
        for _ in 0..500 {
            if self.process.try_wait().is_ok_and(|status| status.is_some()) {
                break;
            }
            thread::park_timeout(Duration::from_millis(20));
        }
        // Whatever a failed test left behind, found by the folder that only this test knows.
        for pid in processes_of(self.folder.path()) {
            signal(pid, Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn since(start: MonoTime) -> Duration {
    BootClock.mono().since(start)
}

pub fn signal(pid: i64, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

pub fn is_there(pid: i64) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid).is_ok())
}

/// Processes with `folder` in their command line, this one left out.
fn processes_of(folder: &Path) -> Vec<i64> {
    let folder = folder.display().to_string();
    let all = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    all.filter_map(|entry| entry.file_name().to_str()?.parse::<i64>().ok())
        .filter(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&folder)
        })
        .collect()
}

/// The one child of this folder whose command line has this word.
fn child(program: &Program, word: &str) -> Option<i64> {
    let found = processes_of(program.folder.path()).into_iter().filter(|pid| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).nth(1) == Some(word.as_bytes())
    });
    found.max()
}

#[test]
fn a_demo_without_a_display_shows_eight_live_beds_and_leaves_nothing_behind() {
    let mut program = Program::demo(&[]);
    program.all_live();
    let live = |program: &Program| {
        let tables = program.said("stdout");
        let last = tables.rsplit("SIMULATION").next().unwrap_or_default().to_owned();
        (1..=8).all(|bed| {
            let rows = last.lines().filter(|row| row.starts_with(&format!("{bed} ")));
            rows.filter(|row| row.contains("live") && row.contains("HR")).count() >= 1
        })
    };
    program.until("a heart rate at each of eight beds", live);
    let pids = processes_of(program.folder.path());
    assert!(pids.len() >= 3, "guard, station and simulator: {pids:?}");
    signal(i64::from(program.process.id()), Signal::INT);
    let status = program.process.wait().expect("it ends");
    assert!(status.success(), "{}", program.said("stderr"));
    assert_eq!(processes_of(program.folder.path()), [0; 0]);
    assert_eq!(program.status().expect("a status")["is_running"], Value::Bool(false));
}

#[test]
fn a_demo_that_is_killed_takes_everything_with_it() {
    let mut program = Program::demo(&[]);
    program.all_live();
    program.process.kill().expect("killed");
    program.process.wait().expect("dead");
    program.until("nothing left", |program| processes_of(program.folder.path()).is_empty());
}

#[test]
fn a_demo_ends_by_itself_after_its_seconds() {
    let mut program = Program::demo(&["--seconds", "4"]);
    let took = program.until("the end", |program| processes_of(program.folder.path()).is_empty());
    assert!(took < PATIENCE && program.process.wait().expect("ended").success());
}

#[test]
fn a_station_that_is_killed_is_back_within_seconds_and_hears_its_monitors_again() {
    let program = Program::demo(&[]);
    program.all_live();
    let first = program.station();
    signal(first, Signal::KILL);
    let took = program.until("another station", |program| {
        let pid = program.station();
        pid != first && pid > 0 && program.number("beds") == 8
    });
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(program.said("stderr").contains("it is started again"), "{}", program.said("stderr"));
    program.all_live();
}

#[test]
fn a_station_that_stands_still_is_killed_and_started_again() {
    let program = Program::demo(&[]);
    program.all_live();
    let first = program.station();
    signal(first, Signal::STOP);
    let took = program.until("the end of it", |_| !is_there(first));
    assert!(took >= Duration::from_millis(1_500), "killed after {took:?}: too hasty");
    program.until("another station", |program| program.station() != first);
    program.all_live();
}

#[test]
fn a_board_that_stalls_stops_the_beats_and_the_station_is_started_again() {
    let program = Program::demo(&["--to-station=--fault=stall-board=3"]);
    program.until("a first station", |program| program.station() > 0);
    let first = program.station();
    program.until("another station", |program| program.station() != first);
    assert!(!is_there(first), "the first one is gone");
}

#[test]
fn a_second_station_on_a_folder_is_refused_with_a_remedy_and_a_reload_touches_no_line() {
    let program = Program::demo(&[]);
    program.all_live();
    let config = program.folder.path().join("vigie.toml");
    let record = program.record();
    let second = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["record", "--config"])
        .arg(&config)
        .arg("--record")
        .arg(&record)
        .output()
        .expect("started");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(69), "{said}");
    assert!(said.contains("vigie window") && said.contains("--record"), "{said}");

    let observations = |program: &Program| {
        let status = program.status().expect("a status");
        let lines = status["lines"].as_array().expect("lines").clone();
        lines.iter().map(|line| line["observations"].as_i64().unwrap_or(0)).collect::<Vec<_>>()
    };
    let before = observations(&program);
    let good = fs::read_to_string(&config).expect("a file");
    fs::write(&config, "mode = \"simulation\"\nmood = 1\n").expect("written");
    signal(program.station(), Signal::HUP);
    program.until("a refused reload", |program| {
        program.status().is_some_and(|status| status["config_refused"].is_string())
    });
    fs::write(&config, good.replace("label = \"8\"", "label = \"eight\"")).expect("written");
    signal(program.station(), Signal::HUP);
    program.until("a reload", |program| {
        program.status().is_some_and(|status| status["config_refused"].is_null())
    });
    program.until("the new label", |program| program.said("stdout").contains("eight"));
    let after = observations(&program);
    assert_eq!(before.len(), 8);
    // A line that was touched would count from nothing again.
    assert!(
        before.iter().zip(&after).all(|(before, after)| after >= before),
        "{before:?} {after:?}"
    );
    assert_eq!(program.number("beds_live"), 8);
}

/// `vigie` without a display, on the monitors of a demo whose own station gives them up.
fn nurse_station(program: &Program, record: &Path) -> Child {
    let folder = program.folder.path();
    let error = |name: &str| fs::File::create(folder.join(name)).expect("a file");
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .arg("--config")
        .arg(folder.join("vigie.toml"))
        .arg("--record")
        .arg(record)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(error("second"))
        .spawn()
        .expect("started")
}

#[test]
fn a_second_nurse_station_on_a_folder_attaches_and_ends_alone() {
    let program = Program::demo(&[]);
    program.all_live();
    let station = program.station();
    let mut second = nurse_station(&program, &program.record());
    program.until("it says so", |program| program.said("second").contains("one more window"));
    signal(i64::from(second.id()), Signal::TERM);
    assert!(second.wait().expect("it ends").success(), "{}", program.said("second"));
    assert_eq!((program.station(), is_there(station)), (station, true));
    program.all_live();
}

#[test]
fn a_station_whose_guard_is_killed_says_so_and_goes_on() {
    let program = Program::demo(&[]);
    program.all_live();
    // A station of its own: the demo's would end with its guard. Its lines are taken, and it beats.
    let record = program.folder.path().join("other");
    let mut guard = nurse_station(&program, &record);
    let status = || {
        let text = fs::read_to_string(record.join("status.json")).ok()?;
        serde_json::from_str::<Value>(&text).ok()
    };
    program.until("a station", |_| status().is_some_and(|status| status["is_beating"] == true));
    guard.kill().expect("killed");
    guard.wait().expect("dead");
    let took = program.until("the guard is missed", |_| {
        status().is_some_and(|status| status["guard_silent_since"].is_i64())
    });
    assert!(took < Duration::from_secs(20), "{took:?}");
    let status = status().expect("a status");
    assert_eq!(status["is_beating"], true, "{status:#?}");
    signal(status["pid"].as_i64().expect("a process"), Signal::TERM);
    program.until("its end", |_| !is_there(status["pid"].as_i64().unwrap_or(0)));
}

#[test]
fn status_says_whether_the_station_is_healthy() {
    let status = |program: &Program, json: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command.arg("status").arg("--record").arg(program.record());
        command.args(json.then_some("--json")).output().expect("started")
    };
    let mut program = Program::demo(&[]);
    program.all_live();
    let healthy = status(&program, true);
    assert!(healthy.status.success(), "{}", String::from_utf8_lossy(&healthy.stderr));
    let json: Value = serde_json::from_slice(&healthy.stdout).expect("JSON");
    assert_eq!(json["is_healthy"], Value::Bool(true));
    assert_eq!(json["lines"].as_array().map(Vec::len), Some(8));
    let table = String::from_utf8_lossy(&status(&program, false).stdout).into_owned();
    assert!(table.contains("healthy") && table.contains("8, 8 live"), "{table}");
    signal(i64::from(program.process.id()), Signal::TERM);
    program.process.wait().expect("it ends");
    let stopped = status(&program, true);
    assert_eq!(stopped.status.code(), Some(1));
    let said = String::from_utf8_lossy(&stopped.stderr).into_owned();
    assert!(said.contains("was stopped"), "{said}");
}

#[cfg(feature = "window")]
mod in_a_window {
    use super::*;

    /// All of the demo, with a window that has painted.
    fn painted() -> Program {
        let program = Program::demo_in_a_window(&[]);
        program.all_live();
        program.until("a window", |program| program.number("windows") >= 1);
        program
    }

    #[test]
    fn a_window_that_is_killed_or_stopped_is_back_and_the_station_never_noticed() {
        let program = painted();
        let station = program.station();
        for how in [Signal::KILL, Signal::STOP] {
            let first = child(&program, "window").expect("a window");
            signal(first, how);
            program.until("another window", |program| {
                child(program, "window").is_some_and(|pid| pid != first) && !is_there(first)
            });
            program.until("it looks", |program| program.number("windows") >= 1);
        }
        assert_eq!(program.station(), station, "the same station all along");
        program.all_live();
    }

    #[test]
    fn a_window_that_never_paints_makes_the_station_sound_and_is_started_again() {
        let program = Program::demo_in_a_window(&["--to-window=--fault=never-paint"]);
        program.until("a sound", |program| program.number("sounds_requested") >= 1);
        let first = child(&program, "window");
        program.until("another window", |program| {
            let now = child(program, "window");
            now.is_some() && now != first
        });
    }

    #[test]
    fn a_picture_of_the_live_ward_is_written_and_everything_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let picture = folder.path().join("ward.png");
        let arguments = ["--after", "6", "--screenshot", &picture.to_string_lossy()];
        let mut program = Program::demo_in_a_window(&arguments);
        assert!(program.process.wait().expect("it ends").success(), "{}", program.said("stderr"));
        assert!(fs::metadata(&picture).expect("a picture").len() > 10_000);
        assert_eq!(processes_of(program.folder.path()), [0; 0]);
    }
}
