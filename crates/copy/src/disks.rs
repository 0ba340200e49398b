//! Which disk a folder is on, and how much is free there.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::fs::{Dev, fstatvfs, major, makedev, minor};

use crate::place::Place;

/// How deep devices stand on each other: LVM on encryption on RAID on a partition, and some.
const DEPTH_MAX: u32 = 8;

/// Whether both folders are on one file system, or on partitions of one disk as far as the kernel tells.
pub(crate) fn are_one(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (fs::metadata(one)?.dev(), fs::metadata(other)?.dev());
    Ok(one == other || !disks_of(one).is_disjoint(&disks_of(other)))
}

/// Bytes that may still be written there.
pub(crate) fn free_bytes(place: &Place) -> io::Result<u64> {
    let room = fstatvfs(place.handle())?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

/// The whole disks below a file system; none when the kernel does not tell (network, memory).
fn disks_of(device: Dev) -> BTreeSet<PathBuf> {
    let mut disks = BTreeSet::new();
    let found = sysfs(device).or_else(|| sysfs(mounted_from(device)?));
    if let Some(folder) = found {
        gather(&folder, DEPTH_MAX, &mut disks);
    }
    disks
}

fn sysfs(device: Dev) -> Option<PathBuf> {
    fs::canonicalize(format!("/sys/dev/block/{}:{}", major(device), minor(device))).ok()
}

/// Some file systems (btrfs) number themselves: the device is then found by the mount's source.
fn mounted_from(device: Dev) -> Option<Dev> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let source = source_of(&mounts, &format!("{}:{}", major(device), minor(device)))?;
    let device = fs::metadata(source).ok()?.rdev();
    Some(makedev(major(device), minor(device)))
}

/// The source of a mounted file system (proc_pid_mountinfo(5): the third field is the device, the
/// second behind the dash the source).
fn source_of<'a>(mounts: &'a str, device: &str) -> Option<&'a str> {
    mounts.lines().find_map(|line| {
        let (fields, rest) = line.split_once(" - ")?;
        let is_it = fields.split(' ').nth(2)? == device;
        let source = rest.split(' ').nth(1)?;
        (is_it && source.starts_with("/dev/")).then_some(source)
    })
}

/// A partition belongs to the disk it is in; a mapped device to those below it.
fn gather(folder: &Path, depth: u32, disks: &mut BTreeSet<PathBuf>) {
    let whole = if folder.join("partition").exists() { folder.parent() } else { Some(folder) };
    let Some(whole) = whole else { return };
    let below: Vec<PathBuf> = fs::read_dir(whole.join("slaves"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| fs::canonicalize(entry.path()).ok())
        .collect();
    if below.is_empty() || depth == 0 {
        disks.insert(whole.to_owned());
    } else {
        below.iter().for_each(|folder| gather(folder, depth - 1, disks));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_and_mapped_devices_are_followed_to_their_disk() {
        let sys = tempfile::tempdir().expect("a folder");
        let sys = fs::canonicalize(sys.path()).expect("there");
        for folder in ["sda/sda1", "sda/sda2", "dm-0/slaves", "sdb/slaves"] {
            fs::create_dir_all(sys.join(folder)).expect("made");
        }
        for partition in ["sda/sda1/partition", "sda/sda2/partition"] {
            fs::write(sys.join(partition), "1").expect("written");
        }
        let link = sys.join("dm-0/slaves/sda2");
        std::os::unix::fs::symlink(sys.join("sda/sda2"), link).expect("linked");
        let of = |name: &str| {
            let mut disks = BTreeSet::new();
            gather(&sys.join(name), DEPTH_MAX, &mut disks);
            disks
        };
        assert_eq!(of("sda/sda1"), BTreeSet::from([sys.join("sda")]));
        assert_eq!(of("dm-0"), of("sda/sda1"));
        assert_eq!(of("sdb"), BTreeSet::from([sys.join("sdb")]));
    }

    #[test]
    fn a_file_system_with_a_number_of_its_own_is_found_by_its_mount() {
        let mounts = "29 1 0:26 /@ / rw,relatime shared:1 - btrfs /dev/sda2 rw,ssd\n\
                      30 29 0:27 / /run rw shared:2 - tmpfs tmpfs rw\n";
        assert_eq!(source_of(mounts, "0:26"), Some("/dev/sda2"));
        assert_eq!(source_of(mounts, "0:27"), None);
        assert_eq!(source_of(mounts, "8:1"), None);
    }

    #[test]
    fn one_folder_is_on_one_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(are_one(folder.path(), folder.path()).expect("there"));
        let shm = Path::new("/dev/shm");
        if shm.exists() {
            assert!(!are_one(folder.path(), shm).expect("there"), "memory is no disk");
        }
    }
}
