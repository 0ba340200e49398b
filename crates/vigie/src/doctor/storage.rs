//! The disk under the record folder.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, StatVfsMountFlags, access, statfs, statvfs};

use super::check::Check;

const DISK: &str = "disk";
const GIB: f64 = 1_073_741_824.0;
/// Below this much a ward has days, not weeks.
const FREE_GIB_LOW: f64 = 10.0;
/// Below this much logs and status of the system fill it within a shift.
const FREE_GIB_NONE: f64 = 0.5;

/// A disk as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Disk {
    free_gib: f64,
    size_gib: f64,
    is_read_only: bool,
    is_memory: bool,
    is_writable: bool,
}

/// All of them.
pub fn checks(record: Result<PathBuf, String>) -> Vec<Check> {
    vec![match record {
        Ok(folder) => examined(&folder),
        Err(problem) => Check::warning(DISK, problem, "name the record folder with --record DIR"),
    }]
}

fn examined(folder: &Path) -> Check {
    // A folder that Vigie will make lies on the disk of what is there above it.
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    match measured(there) {
        Ok(disk) => judged(folder, disk),
        Err(error) => {
            let what = format!("{} cannot be examined: {error}", there.display());
            Check::bad(DISK, what, "choose another with --record DIR")
        }
    }
}

fn measured(path: &Path) -> rustix::io::Result<Disk> {
    let space = statvfs(path)?;
    // TMPFS_MAGIC and RAMFS_MAGIC of `include/uapi/linux/magic.h`.
    let is_memory = matches!(statfs(path)?.f_type, 0x0102_1994 | 0x8584_58f6);
    let gib = |blocks: u64| blocks as f64 * space.f_frsize as f64 / GIB;
    Ok(Disk {
        free_gib: gib(space.f_bavail),
        size_gib: gib(space.f_blocks),
        is_read_only: space.f_flag.contains(StatVfsMountFlags::RDONLY),
        is_memory,
        is_writable: access(path, Access::WRITE_OK).is_ok(),
    })
}

fn judged(folder: &Path, disk: Disk) -> Check {
    let name = folder.display();
    let space = format!("{:.1} of {:.0} GiB free", disk.free_gib, disk.size_gib);
    if disk.is_read_only {
        Check::bad(
            DISK,
            format!("{name}: the disk is read-only"),
            "check the disk (`dmesg`), mount it for writing",
        )
    } else if !disk.is_writable {
        Check::bad(
            DISK,
            format!("{name}: this user may not write there"),
            "choose another with --record DIR",
        )
    } else if disk.free_gib < FREE_GIB_NONE {
        Check::bad(
            DISK,
            format!("{name}: {space}"),
            "make room, or choose another with --record DIR",
        )
    } else if disk.is_memory {
        let what = format!("{name}: lies in memory and is gone after a restart; {space}");
        Check::warning(DISK, what, "choose a folder on a disk with --record DIR")
    } else if disk.free_gib < FREE_GIB_LOW {
        Check::warning(DISK, format!("{name}: {space}"), "make room before the ward depends on it")
    } else {
        Check::ok(DISK, format!("{name}: {space}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::State;

    const DISK: Disk = Disk {
        free_gib: 100.0,
        size_gib: 200.0,
        is_read_only: false,
        is_memory: false,
        is_writable: true,
    };

    #[test]
    fn each_weakness_of_a_disk_is_named() {
        let state = |disk| judged(Path::new("/srv/vigie"), disk).state;
        assert_eq!(state(DISK), State::Ok);
        assert_eq!(state(Disk { is_read_only: true, ..DISK }), State::Bad);
        assert_eq!(state(Disk { is_writable: false, ..DISK }), State::Bad);
        assert_eq!(state(Disk { free_gib: 0.2, is_memory: true, ..DISK }), State::Bad);
        assert_eq!(state(Disk { free_gib: 3.0, ..DISK }), State::Warning);
        assert_eq!(state(Disk { is_memory: true, ..DISK }), State::Warning);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_judged_by_what_is_above_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = examined(&folder.path().join("not/yet"));
        assert!(check.what.contains("not/yet") && check.what.contains("GiB"), "{check:?}");
    }

    #[test]
    fn the_kernels_memory_disk_is_known() {
        let disk = measured(Path::new("/dev/shm")).expect("every Linux has it");
        assert!(disk.is_memory, "{disk:?}");
    }
}
