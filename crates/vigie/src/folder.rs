//! The record folder: where it is, and that it is there for nobody else.

use std::{
    env,
    ffi::OsString,
    fs::DirBuilder,
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

use crate::{
    audit,
    terminal::{Exit, Problem},
};

/// The folder named, else the one that systemd gives a service (`StateDirectory=`), else the user's own
/// (XDG Base Directory Specification 0.8).
pub fn record(named: Option<&Path>) -> Result<PathBuf, Problem> {
    let found = match named {
        Some(folder) => Some(folder.to_owned()),
        None => usual(
            env::var_os("STATE_DIRECTORY"),
            env::var_os("XDG_STATE_HOME"),
            // tidy: not for people
            env::var_os("HOME"),
        ),
    };
    found.ok_or_else(|| {
        // tidy: not for people
        let text = "no record folder: HOME is not set; name one with --record DIR";
        Problem::new(text).exiting(Exit::Unfit)
    })
}

fn usual(
    service: Option<OsString>,
    state_home: Option<OsString>,
    home: Option<OsString>,
) -> Option<PathBuf> {
    let absolute = |folder: OsString| Some(PathBuf::from(folder)).filter(|path| path.is_absolute());
    // A unit may be given several; the first is the one that is meant.
    let first = |folders: OsString| env::split_paths(&folders).next().map(PathBuf::into_os_string);
    service
        .and_then(first)
        .and_then(absolute)
        .or_else(|| Some(state_home.and_then(absolute)?.join("vigie")))
        .or_else(|| Some(home.and_then(absolute)?.join(".local/state/vigie")))
}

/// Refuses to write into a record that is another user's: root can, and the station could then neither
/// read the holds nor take over the audit. Each command that writes into a record asks this first. One that
/// is not there yet is nobody's.
pub fn is_ours(record: &Path) -> Result<(), Problem> {
    let Ok(there) = record.metadata() else { return Ok(()) };
    of_owner(record, there.uid(), geteuid().as_raw())
}

fn of_owner(record: &Path, owner: u32, user: u32) -> Result<(), Problem> {
    if owner == user {
        return Ok(());
    }
    let text = format!(
        // tidy: not for people
        "{}: the record folder belongs to {}, and this is {}: what is written here now would be kept \
         from the station. Run it as its owner: `sudo -u '#{owner}' vigie ...`; beside the service \
         `systemd-run --pty -p DynamicUser=yes -p User=vigie -p StateDirectory='vigie vigie-keys' \
         -p Environment=XDG_CONFIG_HOME=/var/lib/vigie-keys vigie ...`",
        record.display(),
        audit::user(owner),
        audit::user(user),
    );
    Err(Problem::new(text).exiting(Exit::Unfit))
}

/// Makes it, with whatever is missing above it, for this user alone. Its name outlives a power cut:
/// what is in a folder without a name is lost with it.
pub fn make(folder: &Path) -> Result<(), Problem> {
    is_ours(folder)?;
    make_lasting(folder).map_err(|error| {
        Problem::new(format!(
            // tidy: not for people
            "{}: the record folder cannot be made ({error}): choose another with --record DIR",
            folder.display()
        ))
        .exiting(Exit::Unfit)
    })
}

fn make_lasting(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let folder = std::path::absolute(folder)?;
    let new: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    new.into_iter().filter_map(Path::parent).try_for_each(vigie_keyring::sync_folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn found(service: Option<&str>, state: Option<&str>, home: Option<&str>) -> Option<String> {
        let folder = usual(service.map(Into::into), state.map(Into::into), home.map(Into::into));
        folder.map(|folder| folder.display().to_string())
    }

    #[test]
    fn the_service_comes_before_the_user_and_relative_folders_do_not_count() {
        let all = found(Some("/var/lib/vigie:/var/lib/b"), Some("/s"), Some("/h"));
        assert_eq!(all.as_deref(), Some("/var/lib/vigie"));
        assert_eq!(found(None, Some("/s"), Some("/h")).as_deref(), Some("/s/vigie"));
        assert_eq!(found(None, Some("s"), Some("/h")).as_deref(), Some("/h/.local/state/vigie"));
        assert_eq!(found(None, None, None), None);
    }

    #[test]
    fn what_belongs_to_another_user_is_refused_with_the_way_to_do_it() {
        let scratch = tempfile::tempdir().expect("a folder");
        is_ours(scratch.path()).expect("made by this user");
        is_ours(&scratch.path().join("none yet")).expect("nobody's");
        of_owner(scratch.path(), 61_234, 61_234).expect("the owner's");
        let said = of_owner(scratch.path(), 61_234, 0).expect_err("another's").to_string();
        assert!(said.contains("user 61234") && said.contains("sudo -u '#61234'"), "{said}");
        assert!(said.contains("systemd-run --pty"), "{said}");
    }

    #[test]
    fn a_folder_is_made_for_this_user_alone() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("a/b");
        make(&folder).expect("made");
        make(&folder).expect("there already");
        let mode = folder.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let file = scratch.path().join("file");
        std::fs::write(&file, "").expect("written");
        let said = make(&file.join("c")).expect_err("a file is in the way").to_string();
        assert!(said.contains("--record DIR"), "{said}");
    }
}
