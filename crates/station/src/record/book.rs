//! What a record is to the station, so that tests can put one in its place that is full or stuck.

use std::{io::ErrorKind, path::PathBuf, sync::Arc};

use vigie_history::{LinkRow, RecordStatus};
use vigie_keyring::{KeyError, Keyring, MachineKey, read_plain, unwrap};
use vigie_model::{LogEntry, MonoTime, Observation, RunId, StationMode, Text, WallTime};
use vigie_record::{
    AuditRow, Durable, Lost, Policy, RecordError, Recovered, Seal, SealJob, Writer, WriterOptions,
    layout, read_copies,
};

use super::{RecordOptions, RecordState};
use crate::policy::{disk_bytes, policy};

/// The board's snapshot is far smaller.
const BOARD_BYTES_MAX: u64 = 64 << 20;

/// A record that is open. As [`Writer`].
pub(crate) trait Book: Send {
    fn handle_observation(&mut self, observation: &Observation);
    fn handle_log(&mut self, entry: &LogEntry);
    fn handle_link(&mut self, link: &LinkRow);
    fn handle_lost(&mut self, lost: &Lost);
    fn handle_audit(&mut self, row: &AuditRow);
    fn handle_snapshot(&mut self, snapshot: Vec<u8>);
    fn set_policy(&mut self, policy: Policy);
    fn commit(&mut self, now: MonoTime, wall: WallTime) -> Result<Durable, RecordError>;
    fn wants_rotation(&self, wall: WallTime) -> bool;
    fn rotate(&mut self, now: MonoTime, wall: WallTime) -> Result<Box<dyn Sealing>, RecordError>;
    fn sealed(&mut self, seal: &Seal);
    fn status(&self) -> RecordStatus;
    fn close(self: Box<Self>, now: MonoTime, wall: WallTime) -> Result<Seal, RecordError>;
}

/// A segment to be sealed. As [`SealJob`].
pub(crate) trait Sealing: Send {
    fn number(&self) -> u32;
    fn run(&self) -> Result<Seal, RecordError>;
}

/// What came of opening.
pub(crate) struct Opened {
    pub(crate) book: Box<dyn Book>,
    pub(crate) recovered: Recovered,
}

/// Where records are opened.
pub(crate) trait Shelf: Send {
    /// The board's last snapshot, without the work that opening may be. `Err`: no record can ever be
    /// kept here, as with one of another mode; what may pass is `Ok(None)`.
    fn board(&mut self) -> Result<Option<Vec<u8>>, String>;
    /// Opens; tried again each second when it fails.
    fn open(&mut self, run: RunId, now: MonoTime, wall: WallTime) -> Result<Opened, RecordError>;
    /// What its disk and the configuration ask for.
    fn policy(&self) -> Policy;
    /// When the last good copy was made.
    fn last_copy(&self) -> Option<WallTime>;
    /// Whether nobody has set a passphrase yet.
    fn is_unprotected(&self) -> bool;
}

/// The product's.
pub(crate) struct DiskShelf {
    pub(crate) folder: PathBuf,
    pub(crate) mode: StationMode,
    pub(crate) options: RecordOptions,
    pub(crate) state: Arc<RecordState>,
    pub(crate) keyring: Option<Keyring>,
}

impl DiskShelf {
    fn keyring(&mut self) -> Result<Keyring, KeyError> {
        if let Some(keyring) = &self.keyring {
            return Ok(keyring.clone());
        }
        let place = &self.options.machine;
        let (keyring, prepared) = Keyring::open_or_create(&self.folder, self.mode, place)?;
        let mut troubles = prepared.troubles;
        if let (StationMode::Live | StationMode::Drill, MachineKey::MemoryOnly(why)) =
            (self.mode, &prepared.machine)
            && troubles.is_empty()
        {
            troubles.push(format!("the machine key is in memory only ({why})"));
        }
        for trouble in &troubles {
            tracing::error!("keys of the record: {trouble}");
        }
        self.state.set_troubles(troubles);
        self.state.set_unprotected(prepared.is_unprotected);
        self.state.set_keys(keyring.signer().clone(), keyring.unit().clone());
        self.keyring = Some(keyring.clone());
        Ok(keyring)
    }
}

impl Shelf for DiskShelf {
    fn board(&mut self) -> Result<Option<Vec<u8>>, String> {
        let keyring = match self.keyring() {
            Ok(keyring) => keyring,
            Err(error @ KeyError::Refused { .. }) => return Err(error.to_string()),
            Err(error) => {
                tracing::error!("the record's keys cannot be had yet: {error}");
                return Ok(None);
            }
        };
        let path = layout::board(&self.folder);
        let wrapped = match read_plain(&path, BOARD_BYTES_MAX) {
            Ok(wrapped) => wrapped,
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    tracing::error!("{}: {error}; the board begins anew", path.display());
                }
                return Ok(None);
            }
        };
        match unwrap(keyring.machine(), &wrapped, &path) {
            Ok(board) => Ok(Some(board.to_vec())),
            Err(error) => {
                tracing::error!("the board's last snapshot cannot be read: {error}");
                Ok(None)
            }
        }
    }

    fn open(&mut self, run: RunId, now: MonoTime, wall: WallTime) -> Result<Opened, RecordError> {
        let options = WriterOptions {
            folder: self.folder.clone(),
            keyring: self.keyring().map_err(refused)?,
            mode: self.mode,
            station: self.state.config().station.clone().unwrap_or_else(|| Text::from("")),
            program: self.options.program.clone(),
            policy: Some(self.policy()),
        };
        let (writer, recovered) = Writer::open(options, run, now, wall)?;
        Ok(Opened { book: Box::new(writer), recovered })
    }

    fn policy(&self) -> Policy {
        policy(&self.state.config(), disk_bytes(&self.folder))
    }

    fn last_copy(&self) -> Option<WallTime> {
        let copies = read_copies(&self.folder)
            .inspect_err(|error| tracing::error!("it is not known when a copy was made: {error}"));
        let newest = copies.ok()?.iter().map(|copy| copy.finished_wall_ns).max();
        newest.map(WallTime::from_unix_nanos)
    }

    fn is_unprotected(&self) -> bool {
        vigie_keyring::is_unprotected(&self.folder)
    }
}

/// Keys that find no room are a full disk like any other.
fn refused(error: KeyError) -> RecordError {
    if let KeyError::File { what, error } = &error
        && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    {
        return RecordError::Full { what: what.clone() };
    }
    RecordError::Key(error)
}

impl Sealing for SealJob {
    fn number(&self) -> u32 {
        SealJob::number(self)
    }

    fn run(&self) -> Result<Seal, RecordError> {
        SealJob::run(self)
    }
}

impl Book for Writer {
    fn handle_observation(&mut self, observation: &Observation) {
        Writer::handle_observation(self, observation);
    }

    fn handle_log(&mut self, entry: &LogEntry) {
        Writer::handle_log(self, entry);
    }

    fn handle_link(&mut self, link: &LinkRow) {
        Writer::handle_link(self, link);
    }

    fn handle_lost(&mut self, lost: &Lost) {
        Writer::handle_lost(self, lost);
    }

    fn handle_audit(&mut self, row: &AuditRow) {
        Writer::handle_audit(self, row);
    }

    fn handle_snapshot(&mut self, snapshot: Vec<u8>) {
        Writer::handle_snapshot(self, snapshot);
    }

    fn set_policy(&mut self, policy: Policy) {
        Writer::set_policy(self, policy);
    }

    fn commit(&mut self, now: MonoTime, wall: WallTime) -> Result<Durable, RecordError> {
        Writer::commit(self, now, wall)
    }

    fn wants_rotation(&self, wall: WallTime) -> bool {
        Writer::wants_rotation(self, wall)
    }

    fn rotate(&mut self, now: MonoTime, wall: WallTime) -> Result<Box<dyn Sealing>, RecordError> {
        Writer::rotate(self, now, wall).map(|job| Box::new(job) as Box<dyn Sealing>)
    }

    fn sealed(&mut self, seal: &Seal) {
        Writer::sealed(self, seal);
    }

    fn status(&self) -> RecordStatus {
        Writer::status(self)
    }

    fn close(self: Box<Self>, now: MonoTime, wall: WallTime) -> Result<Seal, RecordError> {
        Writer::close(*self, now, wall)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        os::unix::fs::symlink,
        process::Command,
    };

    use vigie_clock::BootClock;
    use vigie_config::RecordConfig;
    use vigie_keyring::wrap;

    use super::*;
    use crate::testing::record_options;

    /// A pipe would make the record's thread wait for ever, and with it the screen.
    #[test]
    fn a_snapshot_is_read_from_a_plain_file_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let record = folder.path().join("record");
        let options = record_options(&record);
        let clock = Arc::new(BootClock);
        let mut shelf = DiskShelf {
            folder: record.clone(),
            mode: StationMode::Live,
            options,
            state: Arc::new(RecordState::new(clock, RecordConfig::default())),
            keyring: None,
        };
        assert_eq!(shelf.board(), Ok(None), "none yet");
        let keyring = shelf.keyring().expect("made");
        let wrapped = wrap(&keyring.machine().recipient(), b"a board").expect("wrapped");
        let (path, elsewhere) = (layout::board(&record), folder.path().join("elsewhere"));
        fs::write(&path, &wrapped).expect("written");
        assert_eq!(shelf.board(), Ok(Some(b"a board".to_vec())));
        fs::rename(&path, &elsewhere).expect("moved");
        symlink(&elsewhere, &path).expect("a link");
        assert_eq!(shelf.board(), Ok(None));
        fs::remove_file(&path).expect("removed");
        assert!(Command::new("mkfifo").arg(&path).status().expect("it runs").success());
        assert_eq!(shelf.board(), Ok(None));
        fs::remove_file(&path).expect("removed");
        File::create(&path).and_then(|file| file.set_len(BOARD_BYTES_MAX + 1)).expect("sparse");
        assert_eq!(shelf.board(), Ok(None));
    }

    #[test]
    fn keys_that_find_no_room_are_a_full_disk() {
        let of = |kind: ErrorKind| {
            refused(KeyError::File { what: "record.json".into(), error: kind.into() })
        };
        assert!(matches!(of(ErrorKind::StorageFull), RecordError::Full { .. }));
        assert!(matches!(of(ErrorKind::PermissionDenied), RecordError::Key(_)));
    }
}
