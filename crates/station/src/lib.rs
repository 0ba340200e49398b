//! The station: links, drivers and the board at work, and the socket on which windows look at them.
//!
//! [`Station`] is the server's side, one a process. [`StationClient`] is a window's side.

mod board;
mod bucket;
mod captures;
mod catalogue;
mod client;
mod desk;
mod folder;
mod frames;
mod jumps;
mod lanes;
mod line;
mod links;
mod policy;
mod record;
mod reload;
mod roles;
mod samples;
mod server;
mod setup;
#[cfg(test)]
mod several_tests;
mod shared;
mod shorten;
mod silence;
mod sound;
mod station;
mod status;
#[cfg(test)]
mod storm_tests;
mod tap;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod threads;
mod trace;
mod wire;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_board::view::BoardView;
use vigie_config::{BedPlace, Config};
use vigie_history::RecordStatus;
use vigie_model::{BedId, MonoTime, Text, WallTime};

pub use catalogue::{catalogue, usual_listen_ports};
pub use client::{Asked, Entering, Outcome, SetupAsked, SoundTest, StationClient};
pub use folder::RecordLock;
pub use policy::policy;
pub use record::RecordOptions;
pub use roles::{Entry, Person};
pub use setup::{
    Heard, Holds, InterfaceSeen, ListenTo, Offer, PortSeen, PortState, SetupAsk, SetupOptions,
    SetupSays,
};
pub use sound::{SoundReport, SoundState, speaker_options};
pub use station::{Station, Views};
pub use status::{AlarmCounts, Status};

/// What a station needs.
#[derive(Clone, Debug)]
pub struct StationOptions {
    /// What it watches.
    pub config: Config,
    /// The record folder: socket and status.
    pub folder: PathBuf,
    /// Whether a window belongs to it, whose silence it must sound for.
    pub expects_window: bool,
    /// Whether alarms sound where the configuration does not say.
    pub sounds: bool,
    /// What windows may set up; `None`: nothing.
    pub setup: Option<SetupOptions>,
    /// The seed of all jitter.
    pub seed: u64,
    /// What its record needs; `None`: there is none, in tests.
    pub record: Option<RecordOptions>,
    /// Write a line for everything that the board was told, as JSON, to this file.
    pub trace: Option<PathBuf>,
    /// Called first on each thread that has no business with lines, such as the board's and the
    /// socket's: the program takes away there what they must not do. Refuses: no station starts.
    pub confine: Option<fn() -> Result<(), String>>,
    /// What goes wrong on purpose, in tests.
    pub fault: Option<StationFault>,
}

/// What goes wrong on purpose, so that a test can see what guard and window make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StationFault {
    /// The board's thread stands still this long after the start, for good.
    pub stall_board_at: Duration,
}

/// Why no station can start here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// Another station works in this folder.
    Occupied,
    /// The folder, the socket or a thread cannot be made: what, and the remedy.
    Unfit(String),
}

/// What the station says of itself beside the board, four times a second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StationReport {
    /// Process id.
    pub pid: u32,
    /// Since when it runs.
    pub since: WallTime,
    /// Why the PC is not isolated, one reason each, as `vigie doctor` names them; empty: it is.
    pub not_isolated: Vec<Text>,
    /// The guard has been silent since then.
    pub guard_silent_since: Option<WallTime>,
    /// The window that belongs to it has been silent since then.
    pub window_silent_since: Option<WallTime>,
    /// How often it wanted to sound.
    pub sounds_requested: u64,
    /// Items left out because a lane was full.
    pub dropped: u64,
    /// Its lines.
    pub lines: Vec<LineReport>,
    /// The last reload was refused, or something does not stand where it is configured: what is wrong.
    pub config_refused: Option<Text>,
    /// `status.json` cannot be written: why.
    #[serde(default)]
    pub status_trouble: Option<Text>,
    /// How the record is doing.
    #[serde(default)]
    pub record: RecordStatus,
    /// What is wrong with the record and does not stop it: keys, segments of earlier runs.
    #[serde(default)]
    pub record_troubles: Vec<Text>,
    /// How alarms are heard.
    #[serde(default)]
    pub sound: SoundReport,
    /// Nothing is set up yet: there is no configuration.
    #[serde(default)]
    pub in_setup: bool,
    /// Who has a PIN; empty: everybody may do everything.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Where beds lie, as the file says: the map is for who may not read the file too.
    #[serde(default)]
    pub places: BTreeMap<BedId, BedPlace>,
}

/// How a line is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineReport {
    /// Its name.
    pub name: String,
    /// Its protocol.
    pub protocol: String,
    /// Whether it is open.
    pub is_open: bool,
    /// Its ports, and why they are closed, in English for engineers.
    pub ports: Vec<String>,
    /// Devices heard on it.
    pub devices: Vec<String>,
    /// Observations since it was configured.
    pub observations: u64,
    /// Transmits, datagrams and connections refused.
    pub refused: u64,
    /// It is refused as a whole: why.
    pub refusal: Option<String>,
    /// How often its session or driver failed and was started anew.
    pub restarts: u64,
}

/// What a window knows.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The newest view.
    pub view: Arc<BoardView>,
    /// What the station says of itself.
    pub report: StationReport,
    /// When the station last beat, by CLOCK_BOOTTIME.
    pub beat_at: MonoTime,
}
