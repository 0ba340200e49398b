//! The file on the disk: read whole, written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use vigie_config::FILE_BYTES_MAX;

/// Of a file that was not there before: it holds no secret, but names of beds and devices.
const MODE: u32 = 0o640;

/// What it says; `None`: there is none. The error is for an engineer.
pub(super) fn read(path: &Path) -> Result<Option<String>, String> {
    let why = |error: io::Error| format!("{} cannot be read: {error}", path.display());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(why(error)),
    };
    let mut text = String::new();
    let bytes_max = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let read = file.take(bytes_max).read_to_string(&mut text).map_err(why)?;
    if read > FILE_BYTES_MAX {
        return Err(format!("{} is longer than {FILE_BYTES_MAX} bytes", path.display()));
    }
    Ok(Some(text))
}

/// Writes it if it still says `base`; else gives what it says now. What was there before is kept beside
/// it as `vigie.toml.1`.
pub(super) fn save(path: &Path, text: &str, base: &str) -> Result<Option<String>, String> {
    // Through a link the file itself is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let why = |doing: &str, error: io::Error| {
        format!("{} cannot be {doing}: {error}; nothing was changed", path.display())
    };
    fs::create_dir_all(folder).map_err(|error| why("written", error))?;
    let there = read(&path)?;
    let is_there = there.is_some();
    let theirs = there.unwrap_or_default();
    if theirs != base {
        return Ok(Some(theirs));
    }
    if is_there {
        fs::copy(&path, beside(&path, ".1")).map_err(|error| why("kept as it was", error))?;
    }
    let new = beside(&path, ".new");
    let written = write(&new, text, &path);
    let outcome = written.and_then(|()| match read(&path) {
        // Somebody else saved in this moment.
        Ok(now) if now.as_deref().unwrap_or_default() != base => Ok(now),
        Ok(_) | Err(_) => fs::rename(&new, &path).map(|()| None),
    });
    if !matches!(outcome, Ok(None)) {
        _ = fs::remove_file(&new);
    }
    let outcome = outcome.map_err(|error| why("written", error))?;
    // The name is on the disk when its folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| why("kept", error))?;
    Ok(outcome)
}

fn write(new: &Path, text: &str, like: &Path) -> io::Result<()> {
    let mode = fs::metadata(like).map_or(MODE, |there| there.permissions().mode() & 0o777);
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(mode).open(new)?;
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_the_one_before_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("etc/vigie.toml");
        assert_eq!(read(&path), Ok(None));
        assert_eq!(save(&path, "a = 1\n", ""), Ok(None));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        assert_eq!(save(&path, "a = 2\n", "a = 1\n"), Ok(None));
        assert_eq!(read(&path), Ok(Some("a = 2\n".to_owned())));
        assert_eq!(read(&beside(&path, ".1")), Ok(Some("a = 1\n".to_owned())));
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!beside(&path, ".new").exists());
    }

    #[test]
    fn a_change_of_somebody_else_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vigie.toml");
        fs::write(&path, "by hand\n").expect("written");
        let theirs = Ok(Some("by hand\n".to_owned()));
        assert_eq!(save(&path, "a = 1\n", ""), theirs);
        assert_eq!(save(&path, "a = 1\n", "a = 0\n"), theirs);
        assert_eq!(read(&path), theirs);
    }

    #[test]
    fn a_link_stays_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("real.toml"), folder.path().join("vigie.toml"));
        fs::write(&file, "x").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert_eq!(save(&link, "y", "x"), Ok(None));
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(read(&file), Ok(Some("y".to_owned())));
    }
}
