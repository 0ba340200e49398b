//! `vigie backup`: a verified copy on another disk, while the record is written.

pub mod bar;
pub mod times;

use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use clap::Args;
use vigie_clock::BootClock;
use vigie_copy::{Copied, CopyError};
use vigie_keyring::{Keyring, KeyringFile, MachineKeyPlace, is_unprotected};
use vigie_model::{Clock, RunId, StationMode, Text};
use vigie_record::{RecordError, Seal, SealJob, Writer, WriterOptions, layout};
use vigie_station::{RecordLock, StartError, StationClient};

use crate::{
    audit, folder,
    signals::Signals,
    terminal::{Problem, print, say},
    unlock::problem,
};

/// How long a station may take to seal its open segment: 4 GiB on a slow disk.
const SEAL_PATIENCE: Duration = Duration::from_secs(180);

/// A segment that the disk does not read is tried again so often, and after so long.
const SEAL_ATTEMPTS: u32 = 6;
const SEAL_AGAIN: Duration = Duration::from_secs(10);

/// Options of `vigie backup`.
#[derive(Args, Debug)]
pub struct BackupOptions {
    /// The folder of the copy, on another disk. A copy that is there already is brought up to date
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Copy even to the disk that the record is on: it is lost with that disk
    #[arg(long)]
    pub same_disk: bool,

    /// No progress, and no word unless something is wrong
    #[arg(long)]
    pub quiet: bool,
}

/// Seals what is open, copies what is new, and says what was done.
pub fn run(options: &BackupOptions) -> Result<(), Problem> {
    let record = folder::record(options.record.as_deref())?;
    folder::is_ours(&record)?;
    let keys = KeyringFile::read(&record).map_err(problem)?;
    let mode = keys.station_mode().ok_or_else(|| {
        Problem::new(format!(
            "{}: of mode {:?}, which this program does not know",
            record.display(),
            keys.mode
        ))
    })?;
    let signals = Signals::catch()?;
    let overrule = vigie_copy::BackupOptions { same_disk: options.same_disk };
    // Nothing is sealed, and nothing noted, for a target that is refused at once.
    vigie_copy::check_target(&record, &options.dir, overrule).map_err(refused)?;
    let wall = BootClock.wall();
    let keyring = seal_open(&record, mode)?;
    audit::note(&record, "backup", &format!("to {}", options.dir.display()))?;
    let mut bar = bar::Bar::new("copying", options.quiet);
    let mut progress = |step| {
        bar.show(step);
        !signals.wants_stop()
    };
    let made =
        vigie_copy::backup(&record, &options.dir, keyring.signer(), overrule, wall, &mut progress);
    drop(bar);
    let copied = made.map_err(refused)?;
    if !options.quiet {
        print(&told(&copied, options, &keyring))?;
        if is_unprotected(&record) {
            // tidy: not for people
            say(
                "vigie: NOBODY CAN READ THIS COPY without the recovery sheet, once the record is gone: no passphrase is set. Set one with `vigie key passphrase`, and copy again: that takes a second.",
            );
        }
    }
    if copied.is_stopped {
        return Err(Problem::new(
            "stopped; what is complete is kept: the same command goes on from there",
        ));
    }
    faults(&copied, "the record", "a copy has it, perhaps: `vigie verify` tells")
}

/// The error of a copy, for the person at the keyboard.
pub fn refused(error: CopyError) -> Problem {
    Problem::new(error.to_string())
}

/// Names what is damaged; exit code 1 when anything is.
pub fn faults(copied: &Copied, of: &str, remedy: &str) -> Result<(), Problem> {
    for (file, why) in &copied.damaged {
        say(&format!("{file}: {why}; {remedy}"));
    }
    match copied.damaged.len() {
        0 => Ok(()),
        count => {
            Err(Problem::new(format!("{count} files of {of} are damaged; all others were copied")))
        }
    }
}

fn told(copied: &Copied, options: &BackupOptions, keyring: &Keyring) -> String {
    let up_to = copied.up_to.map_or_else(|| "nothing yet".to_owned(), |last| format!("{last:06}")); // tidy: not for people
    // tidy: not for people
    format!(
        "{}: {} segments copied ({}), {} kept; up to {up_to}\nsigned by {}",
        options.dir.display(),
        copied.segments.len(),
        bar::bytes(copied.bytes),
        copied.kept.len(),
        keyring.public(),
    )
}

/// Has the open segment sealed: by the station at work, else here. Gives the keys to sign with.
fn seal_open(record: &Path, mode: StationMode) -> Result<Keyring, Problem> {
    match RecordLock::take(record) {
        Ok(_lock) => {
            let keyring = keyring(record, mode)?;
            if has_open(record)? {
                let options = WriterOptions {
                    folder: record.to_owned(),
                    keyring: keyring.clone(),
                    mode,
                    station: Text::from(""),
                    program: Text::from(concat!("vigie ", env!("CARGO_PKG_VERSION"))),
                    policy: None,
                };
                let (now, wall) = (BootClock.mono(), BootClock.wall());
                let run = RunId(wall.as_unix_nanos().unsigned_abs());
                let failed = |error: RecordError| Problem::new(error.to_string());
                let (mut writer, recovered) =
                    Writer::open(options, run, now, wall).map_err(failed)?;
                for job in &recovered.jobs {
                    writer.sealed(&sealed(job).map_err(failed)?);
                }
                writer.close(BootClock.mono(), BootClock.wall()).map_err(failed)?;
            }
            Ok(keyring)
        }
        Err(StartError::Occupied) => {
            let station = StationClient::listen(record);
            station.seal(SEAL_PATIENCE).map_err(|why| {
                Problem::new(format!("the station did not seal its open segment: {why}"))
            })?;
            keyring(record, mode)
        }
        Err(StartError::Unfit(why)) => Err(Problem::new(why)),
    }
}

/// Seals a segment. What the disk does not read is tried again as a station does, until it is sealed
/// without it: a copy of all others is better than none.
fn sealed(job: &SealJob) -> Result<Seal, RecordError> {
    let mut sealed = job.run();
    for _ in 1..SEAL_ATTEMPTS {
        let Err(RecordError::File { what, error }) = &sealed else { break };
        tracing::warn!("{}: {error}: tried again", what.display());
        #[expect(clippy::disallowed_methods, reason = "a disk that was reset needs the time")]
        thread::sleep(SEAL_AGAIN);
        sealed = job.run();
    }
    sealed
}

fn keyring(record: &Path, mode: StationMode) -> Result<Keyring, Problem> {
    let place = MachineKeyPlace::from_environment();
    let (keyring, prepared) = Keyring::open_or_create(record, mode, &place).map_err(problem)?;
    prepared.troubles.iter().for_each(|trouble| say(&format!("vigie: {trouble}")));
    Ok(keyring)
}

/// Whether a segment lies there without a seal.
fn has_open(record: &Path) -> Result<bool, Problem> {
    let folder = layout::segments(record);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Problem::new(format!("{}: {error}", folder.display()))),
    };
    Ok(entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let number = layout::number_of(&name).filter(|_| name.ends_with(".vg"));
        number.is_some_and(|number| {
            !layout::seal(record, number).exists() && !layout::removed(record, number).exists()
        })
    }))
}
