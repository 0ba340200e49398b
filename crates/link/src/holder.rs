//! Who holds a serial port: for the text that refuses it.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use crate::Roots;

/// Processes that are looked through.
const PROCESSES_MAX: usize = 10_000;

/// The holder of an exclusive lock (`flock`) on a file, as the kernel lists locks: `1: FLOCK ADVISORY
/// WRITE 712 00:05:93 0 EOF`. Nothing is opened for that, so that a device's pins do not move.
pub(crate) fn of_lock(path: &Path, roots: &Roots) -> Option<String> {
    let file = fs::metadata(path).ok()?;
    let (major, minor) = (rustix::fs::major(file.dev()), rustix::fs::minor(file.dev()));
    let place = format!("{major:02x}:{minor:02x}:{}", file.ino());
    let locks = fs::read_to_string(roots.proc.join("locks")).ok()?;
    let id = locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let flock = fields.iter().position(|field| *field == "FLOCK")?;
        let field = |ahead: usize| fields.get(flock + ahead).copied();
        (field(4) == Some(place.as_str())).then(|| field(3)).flatten()
    })?;
    Some(describe(id, roots))
}

/// The first process that has a file open, as far as this user may see.
pub(crate) fn of_file(path: &Path, roots: &Roots) -> Option<String> {
    let device = fs::metadata(path).ok()?.rdev();
    let processes = fs::read_dir(&roots.proc).ok()?.filter_map(Result::ok).take(PROCESSES_MAX);
    let mut ids = processes.filter_map(|entry| {
        let id = entry.file_name().to_str()?.to_owned();
        id.bytes().all(|digit| digit.is_ascii_digit()).then_some(id)
    });
    let id = ids.find(|id| {
        let files = fs::read_dir(roots.proc.join(id).join("fd")).into_iter().flatten();
        files.filter_map(Result::ok).any(|file| {
            fs::metadata(file.path()).is_ok_and(|open| open.rdev() == device && device != 0)
        })
    })?;
    Some(describe(&id, roots))
}

fn describe(id: &str, roots: &Roots) -> String {
    let name = fs::read_to_string(roots.proc.join(id).join("comm"));
    let name = name.map(|name| name.trim().to_owned()).unwrap_or_default();
    if id == std::process::id().to_string() {
        format!("another line of this program, process {id}")
    } else if name.is_empty() {
        format!("process {id}")
    } else {
        format!("{name}, process {id}")
    }
}
