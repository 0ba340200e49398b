//! CSV files (RFC 4180): numbers, waves, alarms, log, gaps, devices and streams.
//!
//! [`export`] writes them; `README.txt` beside them tells columns and units. Values are written with
//! the digits that the device sent. A text of a device that a spreadsheet would take for a formula
//! begins with an apostrophe; numbers are never touched.

mod beds;
mod cells;
mod gaps;
mod lines;
mod out;
mod readme;
mod work;

use jiff::tz::TimeZone;
use vigie_history::Damage;
use vigie_model::WallTime;

pub use work::export;

/// What is exported.
#[derive(Clone, Debug)]
pub struct Options {
    /// From when on.
    pub from: WallTime,
    /// Up to when, exclusive.
    pub to: WallTime,
    /// Only these beds; empty: all, and devices at none.
    pub beds: Vec<String>,
    /// Only these streams, by MDC code, RefId, our id (`abp.sys`), the maker's code or label; empty: all.
    pub streams: Vec<String>,
    /// The zone of local times.
    pub zone: TimeZone,
}

/// Told between pieces: rows written so far; answers whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> bool;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows of `numerics.csv`.
    pub numerics: u64,
    /// Files in `waves`.
    pub waves: u64,
    /// Rows of them.
    pub samples: u64,
    /// Rows of `alarms.csv`.
    pub alarms: u64,
    /// Rows of `log.csv`.
    pub log: u64,
    /// Rows of `gaps.csv`.
    pub gaps: u64,
    /// Rows of `devices.csv`.
    pub devices: u64,
    /// Rows of `streams.csv`.
    pub streams: u64,
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// Segments without a key.
    pub locked: Vec<u32>,
    /// It was stopped by the progress callback: the files are not complete.
    pub is_stopped: bool,
}
