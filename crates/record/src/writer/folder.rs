//! The record folder: what lies in it, and what it needs before anything can be written.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use vigie_keyring::{KeyError, KeyringFile, sync_folder};
use vigie_model::WallTime;

use crate::{RecordError, WriterOptions, error::of_io, layout, small_file};

/// Files of one number in `segments/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Name of the segment's file.
    pub(crate) name: Option<String>,
    pub(crate) has_key: bool,
    pub(crate) has_machine_key: bool,
    pub(crate) has_seal: bool,
    pub(crate) is_removed: bool,
}

impl Found {
    /// Neither sealed nor deleted: open, or left open.
    pub(crate) fn is_unsealed(&self) -> bool {
        !self.has_seal && !self.is_removed
    }
}

/// What lies in `segments/`, by number.
pub(crate) fn scan(record: &Path) -> Result<BTreeMap<u32, Found>, RecordError> {
    let folder = layout::segments(record);
    let mut found = BTreeMap::<u32, Found>::new();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(of_io(&folder, error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| of_io(&folder, error))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let Some(number) = layout::number_of(name) else { continue };
        let Some(rest) = name.get(6..) else { continue };
        let one = Found::default();
        match rest {
            ".key" => found.entry(number).or_insert(one).has_key = true,
            ".machine.key" => found.entry(number).or_insert(one).has_machine_key = true,
            ".seal" => found.entry(number).or_insert(one).has_seal = true,
            ".removed" => found.entry(number).or_insert(one).is_removed = true,
            _ if rest.starts_with('_') && rest.ends_with(".vg") => {
                let known = &mut found.entry(number).or_insert(one).name;
                // Of two, which nobody but an attacker makes, always the same one.
                if known.as_deref().is_none_or(|known| name < known) {
                    *known = Some(name.to_owned());
                }
            }
            // `-wal`, `-shm`, `.new`: of a file that is there itself, or of none.
            _ => {}
        }
    }
    Ok(found)
}

/// Makes the folders and `record.json`, or refuses a record that is not ours to write.
pub(super) fn prepare(options: &WriterOptions) -> Result<(), RecordError> {
    let record = &options.folder;
    for folder in [record.clone(), layout::segments(record)] {
        fs::create_dir_all(&folder).map_err(|error| of_io(&folder, error))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))
            .map_err(|error| of_io(&folder, error))?;
    }
    sync_folder(record).map_err(|error| of_io(record, error))?;
    let what = layout::record_json(record);
    let foreign = |why: String| RecordError::Foreign { what: what.clone(), why };
    match small_file::check(&what) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(of_io(&what, error)),
        Ok(()) | Err(_) => {}
    }
    let ours = KeyringFile::of(&options.keyring, options.mode);
    let there = KeyringFile::read_if_there(record).map_err(|error| {
        if let KeyError::Refused { what, why } = error {
            return RecordError::Foreign { what, why };
        }
        RecordError::Key(error)
    })?;
    let Some(mut there) = there else {
        return Ok(ours.write(record)?);
    };
    if there.mode != ours.mode {
        return Err(foreign(format!(
            "this record is of mode {}, and the station's mode is {}: a record holds one mode; \
             name another folder with --record DIR",
            there.mode, ours.mode
        )));
    }
    if there.unit != ours.unit {
        return Err(foreign(
            "the unit's key is another than the one at hand: name another folder with --record DIR"
                .to_owned(),
        ));
    }
    if there.signers.last() != ours.signers.last() {
        // Whoever verifies must know this signature too.
        there.signers.extend(ours.signers);
        there.write(record)?;
    }
    Ok(())
}

/// Removes what a crash left of small files that were being replaced.
pub(super) fn clean(record: &Path) -> Result<(), RecordError> {
    let folder = layout::segments(record);
    let entries = fs::read_dir(&folder).map_err(|error| of_io(&folder, error))?;
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_ok_and(|of| of.is_dir());
        if !is_folder && entry.file_name().to_str().is_some_and(|name| name.ends_with(".new")) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Deletes a file; one that is not there is no error.
pub(super) fn remove(path: &Path) -> Result<(), RecordError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(of_io(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A file beside a segment's: `-wal`, `-shm`.
pub(super) fn beside(segment: &Path, suffix: &str) -> PathBuf {
    let mut name = segment.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Size of a file; 0 when it is not there.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Reads a small file that must be there.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, RecordError> {
    small_file::read(path).map_err(|error| of_io(path, error))
}

/// `000042_2026-11-21T00-00Z.vg`.
pub(super) fn name(number: u32, wall: WallTime) -> String {
    let at = jiff::Timestamp::from_nanosecond(i128::from(wall.as_unix_nanos())).unwrap_or_default();
    format!("{number:06}_{}.vg", at.strftime("%Y-%m-%dT%H-%MZ"))
}

/// The time in a segment's name, in nanoseconds since 1970 UTC: of one that does not open.
pub(super) fn opened_of_name(name: &str) -> Option<i64> {
    let date = name.get(7..)?.strip_suffix("Z.vg")?;
    let at = jiff::civil::DateTime::strptime("%Y-%m-%dT%H-%M", date).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    i64::try_from(at.as_nanosecond()).ok()
}

/// When a file was last written, in nanoseconds since 1970 UTC.
pub(super) fn written(path: &Path) -> io::Result<i64> {
    let at = fs::metadata(path)?.modified()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).map_err(io::Error::other)?;
    i64::try_from(since.as_nanos()).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_time_of_opening() {
        let wall = WallTime::from_unix_nanos(1_795_219_260_123_456_789);
        let name = name(42, wall);
        assert_eq!(name, "000042_2026-11-21T00-01Z.vg");
        assert_eq!(layout::number_of(&name), Some(42));
        assert_eq!(opened_of_name(&name), Some(1_795_219_260_000_000_000));
        assert_eq!(opened_of_name("000042_soon.vg"), None);
    }
}
