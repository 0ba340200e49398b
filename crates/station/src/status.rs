//! `status.json`: what the station says of itself, for people and scripts, once a second.
//!
//! Written beside and renamed, so that a reader never sees half of it. A full disk costs the status
//! and nothing else.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use serde::{Deserialize, Serialize};
use vigie_board::view::{AnswerState, AttentionRow, AudioState, BoardView, Freshness};
use vigie_model::{Priority, StationMode, Text, WallTime};

use crate::{StationReport, shared::Shared};

const STATUS: &str = "status.json";
const STATUS_NEW: &str = "status.json.new";
const PERIOD: Duration = Duration::from_secs(1);
/// A status file is some kilobytes; this is something else.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What stands in `status.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// When it was written, nanoseconds since 1970 UTC. Older than a few seconds: the station is gone.
    pub wall: WallTime,
    /// It has not ended on purpose.
    pub is_running: bool,
    /// Links and board work.
    pub is_beating: bool,
    /// Live, simulated or a drill.
    pub mode: StationMode,
    /// Beds configured.
    pub beds: usize,
    /// Beds whose device was heard in time.
    pub beds_live: usize,
    /// Devices at no bed.
    pub unassigned: usize,
    /// Windows that look at it.
    pub windows: usize,
    /// Alarms that are listed.
    #[serde(default)]
    pub alarms: AlarmCounts,
    /// What it says of itself.
    #[serde(flatten)]
    pub report: StationReport,
}

/// Alarms of devices and of the station that are listed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmCounts {
    /// Of high priority.
    pub high: usize,
    /// Of medium priority.
    pub medium: usize,
    /// Of low priority.
    pub low: usize,
    /// Of all these, those that nobody answered.
    pub unanswered: usize,
    /// Somebody paused the sound or turned it off.
    pub is_audio_off: bool,
}

impl AlarmCounts {
    fn of(view: &BoardView) -> AlarmCounts {
        let rows = &view.attention;
        let count = |priority| rows.iter().filter(|row| row.priority == priority).count();
        let is_active = |row: &&AttentionRow| row.answer.state == AnswerState::Active;
        AlarmCounts {
            high: count(Priority::High),
            medium: count(Priority::Medium),
            low: count(Priority::Low),
            unanswered: rows.iter().filter(is_active).count(),
            is_audio_off: view.sound.audio != AudioState::On,
        }
    }
}

impl Status {
    /// Reads the status that the station of a folder wrote last.
    pub fn read(folder: &Path) -> Result<Status, String> {
        let path = folder.join(STATUS);
        let place = path.display();
        let length = fs::metadata(&path)
            .map_err(|error| format!("{place}: no station has worked in this folder ({error})"))?;
        if length.len() > BYTES_MAX {
            return Err(format!("{place}: too long for a status: start the station again"));
        }
        let text = fs::read(&path).map_err(|error| format!("{place}: {error}"))?;
        serde_json::from_slice(&text)
            .map_err(|error| format!("{place}: of another version of vigie ({error})"))
    }

    fn of(shared: &Shared, mode: StationMode, is_running: bool) -> Status {
        let view = shared.view();
        let live = |freshness| matches!(freshness, Some(Freshness::Live | Freshness::Late));
        let tiles = view.as_ref().map_or(&[][..], |view| &view.tiles);
        Status {
            wall: shared.clock.wall(),
            is_running,
            is_beating: is_running && shared.is_beating(),
            mode,
            beds: tiles.len(),
            beds_live: tiles.iter().filter(|tile| live(tile.link.freshness)).count(),
            unassigned: view.as_ref().map_or(0, |view| view.unassigned.len()),
            windows: shared.listeners(),
            alarms: view.as_deref().map(AlarmCounts::of).unwrap_or_default(),
            report: shared.report(),
        }
    }
}

/// Writes until the station ends, and once more then.
pub(crate) fn run(folder: &Path, shared: &Arc<Shared>, mode: StationMode, stopped: &Receiver<()>) {
    let mut is_broken = false;
    loop {
        let ends = match stopped.recv_timeout(PERIOD) {
            Err(RecvTimeoutError::Timeout) => false,
            Ok(()) | Err(RecvTimeoutError::Disconnected) => true,
        };
        let written = write(folder, &Status::of(shared, mode, !ends));
        let trouble = written.as_ref().err().map(|error| {
            let folder = folder.display();
            format!("no status can be written in {folder} ({error}): make room there")
        });
        // Said once, not every second for as long as it lasts.
        if let (Some(trouble), false) = (&trouble, is_broken) {
            tracing::error!("{trouble}");
        }
        is_broken = trouble.is_some();
        shared.set_status_trouble(trouble.map(Text::from));
        if ends {
            return;
        }
    }
}

fn write(folder: &Path, status: &Status) -> io::Result<()> {
    let new = folder.join(STATUS_NEW);
    let text = serde_json::to_vec_pretty(status)?;
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    let written = file.write_all(&text).and_then(|()| fs::rename(&new, folder.join(STATUS)));
    if written.is_err() {
        // Half a file in the way of the next attempt helps nobody.
        _ = fs::remove_file(&new);
    }
    written
}
