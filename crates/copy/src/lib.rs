//! Verified offline copies of a record.
//!
//! [`backup`] copies sealed segments, reads back what it wrote and signs a manifest; [`verify`] checks
//! a copy or a record without any secret; [`restore`] makes a record of a copy on another machine.
//! `docs/format.md`, "Copies". Nothing here reads a clock: times are arguments, and progress is told
//! to whoever asked.
//!
//! A copy and a record are taken for hostile: files are opened without following links, names are
//! held against the few that a record has, and nothing is read into memory beyond a fixed size.

mod backup;
mod disks;
mod error;
mod index;
mod manifest;
mod names;
mod pending;
mod place;
mod restore;
mod survey;
mod transfer;
mod verify;

use vigie_keyring::PublicKey;

pub use backup::{backup, check_target};
pub use error::CopyError;
pub use restore::restore;
pub use verify::verify;

/// Told between blocks; answers whether to go on. What was done until then is kept and resumed.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> bool;

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Bytes copied, or read back, or checked.
    pub done_bytes: u64,
    /// Bytes to do.
    pub all_bytes: u64,
}

/// What a copy did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Segments copied now.
    pub segments: Vec<u32>,
    /// Bytes copied now.
    pub bytes: u64,
    /// Segments that were there already.
    pub kept: Vec<u32>,
    /// The last segment of the copy; those before it are in it too, but for those in `damaged`.
    pub up_to: Option<u32>,
    /// It was stopped by the progress callback.
    pub is_stopped: bool,
    /// What of the source no longer fits its seal: file, and how. Damaged segments are left out, and
    /// all others copied. Of a backup also what the copy alone has and no longer fits.
    pub damaged: Vec<(String, String)>,
    /// What is no damage and worth a line: file, and what it is.
    pub notes: Vec<(String, String)>,
}

/// What may be overruled.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackupOptions {
    /// Copy to the disk that the record is on.
    pub same_disk: bool,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files fit.
    pub good: u64,
    /// Bytes read.
    pub bytes: u64,
    /// The first and last segment.
    pub segments: Option<(u32, u32)>,
    /// Segments that are not sealed yet.
    pub open: Vec<u32>,
    /// Segments that policy deleted.
    pub removed: Vec<u32>,
    /// What is wrong: file, and how.
    pub faults: Vec<(String, String)>,
    /// Who signed.
    pub signers: Vec<PublicKey>,
    /// What is no fault and worth a line: file, and what it is.
    pub notes: Vec<(String, String)>,
    /// It is a copy, and no record.
    pub is_copy: bool,
    /// It was stopped by the progress callback: what was not read is not judged.
    pub is_stopped: bool,
}
