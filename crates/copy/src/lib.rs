//! Verified offline copies of a record.
//!
//! [`backup`] copies sealed segments, reads back what it wrote and signs a manifest; [`verify`] checks
//! a copy or a record without any secret; [`restore`] makes a record of a copy on another machine.
//! `docs/format.md`, "Copies". Nothing here reads a clock: times are arguments, and progress is told
//! to whoever asked.

use std::path::Path;

use vigie_keyring::{PublicKey, Signer};
use vigie_model::WallTime;
use vigie_record::RecordError;

/// Told between blocks; answers whether to go on. What was done until then is kept and resumed.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> bool;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Up to and with this segment the copy is complete.
    pub up_to: Option<u32>,
    /// It was stopped by the progress callback.
    pub is_stopped: bool,
}

/// What may be overruled.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackupOptions {
    /// Copy to the disk that the record is on.
    pub same_disk: bool,
}

/// Why there is no copy.
#[derive(Debug)]
pub enum CopyError {
    /// The target is on the record's own disk.
    SameDisk(String),
    /// The target holds the copy of another record.
    OtherRecord(String),
    /// The target is full: bytes wanted more.
    Full(u64),
    /// What was read back is not what was written: which file.
    ReadBack(String),
    /// A sealed file of the record does not fit its seal: which.
    Damaged(String),
    /// Anything else of the record.
    Record(RecordError),
}

/// Copies every sealed segment that is not there yet, and signs. The caller has had the open segment
/// sealed before.
pub fn backup(
    _record: &Path,
    _target: &Path,
    _signer: &Signer,
    _options: BackupOptions,
    _wall: WallTime,
    _progress: Progress<'_>,
) -> Result<Copied, CopyError> {
    unimplemented!()
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files that fit, with their bytes.
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
}

/// Checks a copy, or a record. `pinned`: the signer on the recovery sheet; another one is a fault.
pub fn verify(
    _place: &Path,
    _pinned: Option<PublicKey>,
    _progress: Progress<'_>,
) -> Result<Verified, CopyError> {
    unimplemented!()
}

/// Makes a record of a copy, in an empty folder or one where this was interrupted.
pub fn restore(_copy: &Path, _record: &Path, _progress: Progress<'_>) -> Result<Copied, CopyError> {
    unimplemented!()
}
