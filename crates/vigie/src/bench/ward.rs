//! The ward under a bench: simulated monitors in one process, a station that records and alarms in
//! another. Its record goes with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vigie_board::view::Freshness;
use vigie_clock::BootClock;
use vigie_model::Clock;
use vigie_station::StationClient;

use crate::{
    demo::{Simulated, Simulator},
    signals::Signals,
    terminal::Problem,
    window::missing_display,
};

/// A ward of 64 monitors that associate on a slow machine.
const FILLS: Duration = Duration::from_secs(120);
/// How long the station may take to say goodbye to its monitors.
const ENDS: Duration = Duration::from_secs(8);
const STEP: Duration = Duration::from_millis(50);

/// A ward that runs.
pub struct Ward {
    // In the order in which they end: the station says goodbye to monitors that are still there.
    station: Station,
    simulator: Simulator,
    signals: Signals,
    folder: TempDir,
}

struct Station(Child);

impl Ward {
    /// Starts it and waits until each bed has so many waves. `None`: somebody ended it before.
    pub fn start(beds: u16, waves: u16) -> Result<Option<Ward>, Problem> {
        if let Some(why) = missing_display() {
            return Err(Problem::new(format!(
                "a real window is measured, and there is no display ({why}): run it under \
                 `xvfb-run -s '-screen 0 1920x1080x24'`" // tidy: not for people
            )));
        }
        let signals = Signals::catch()?;
        // tidy: not for people
        let no_folder = |error| Problem::new(format!("no folder for the bench: {error}"));
        let folder =
            tempfile::Builder::new().prefix("vigie-bench-").tempdir().map_err(no_folder)?; // tidy: not for people
        let who = Simulated { beds: Some(beds), seed: 1, script: None };
        let Some(simulator) = Simulator::start(&who, folder.path(), &signals)? else {
            return Ok(None);
        };
        let config = folder.path().join("vigie.toml"); // tidy: not for people
        // tidy: not for people
        fs::write(&config, format!("mode = \"simulation\"\n\n{}", simulator.config))
            .map_err(no_folder)?;
        let record = record(folder.path());
        crate::folder::make(&record)?;
        let station = Command::new("/proc/self/exe")
            .args(["record", "--quiet", "--expect-window", "--mute", "--record"]) // tidy: not for people
            .arg(&record)
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            // tidy: not for people
            .map_err(|error| Problem::new(format!("the station cannot be started: {error}")))?;
        let mut ward = Ward { station: Station(station), simulator, signals, folder };
        ward.fill(usize::from(beds), usize::from(waves))?;
        Ok(Some(ward))
    }

    fn fill(&mut self, beds: usize, waves: usize) -> Result<(), Problem> {
        // A tool that only looks, and is gone before anything is measured.
        let client = StationClient::listen(&self.record());
        let deadline = BootClock.mono() + FILLS;
        let mut full = 0;
        while full < beds {
            self.goes_on()?;
            if BootClock.mono() > deadline {
                // tidy: not for people
                let text = format!("only {full} of {beds} beds have {waves} waves");
                return Err(Problem::new(text));
            }
            thread::park_timeout(STEP);
            let Some(seen) = client.seen() else { continue };
            let is_full = |live: usize| live >= waves;
            full = seen
                .view
                .tiles
                .iter()
                .filter(|tile| tile.link.freshness == Some(Freshness::Live))
                .map(|tile| {
                    tile.waves.iter().filter(|wave| wave.freshness == Freshness::Live).count()
                })
                .filter(|live| is_full(*live))
                .count();
        }
        Ok(())
    }

    /// Whether all of it is still there and nobody wants it to end.
    pub fn goes_on(&mut self) -> Result<(), Problem> {
        if self.signals.wants_stop() {
            return Err(Problem::new("ended before it was measured")); // tidy: not for people
        }
        if let Some(how) = self.simulator.ended() {
            return Err(Problem::new(format!("the simulated monitors are gone ({how})"))); // tidy: not for people
        }
        match self.station.0.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(end)) => Err(Problem::new(format!("the station ended ({end})"))), // tidy: not for people
            Err(error) => Err(Problem::new(format!("the station is lost: {error}"))), // tidy: not for people
        }
    }

    /// Its record.
    pub fn record(&self) -> PathBuf {
        record(self.folder.path())
    }

    /// A place for a file.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The processes of station and monitors.
    pub fn processes(&self) -> [u32; 2] {
        [self.station.0.id(), self.simulator.id()]
    }
}

fn record(folder: &Path) -> PathBuf {
    folder.join("record")
}

impl Drop for Station {
    fn drop(&mut self) {
        let deadline = BootClock.mono() + ENDS;
        let pid = Pid::from_child(&self.0);
        let _ = kill_process(pid, Signal::TERM);
        while matches!(self.0.try_wait(), Ok(None)) {
            if BootClock.mono() > deadline {
                let _ = self.0.kill();
            }
            thread::park_timeout(STEP);
        }
    }
}
