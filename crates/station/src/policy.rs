//! From `[record]` of the configuration to the policy of the record.

use std::{path::Path, time::Duration};

use vigie_config::RecordConfig;
use vigie_record::Policy;

const MIB: u64 = 1 << 20;
const DAY_S: u64 = 86_400;
const HOUR_S: u64 = 3_600;

/// What suits a disk of so many bytes, but for what the configuration says.
pub fn policy(record: &RecordConfig, total_bytes: u64) -> Policy {
    let suits = Policy::for_disk(total_bytes);
    let mib = |mib: u32| u64::from(mib) * MIB;
    Policy {
        segment_bytes_max: record.segment_mib.map_or(suits.segment_bytes_max, mib),
        keep: record
            .keep_days
            .map_or(suits.keep, |days| Duration::from_secs(u64::from(days) * DAY_S)),
        reserve_bytes: record.reserve_mib.map_or(suits.reserve_bytes, mib),
        warn_days: record.warn_days.unwrap_or(suits.warn_days),
        copy_age_max: match record.copy_age_hours {
            None => suits.copy_age_max,
            Some(0) => None,
            Some(hours) => Some(Duration::from_secs(u64::from(hours) * HOUR_S)),
        },
    }
}

/// Bytes of the disk that a folder is on. A disk that cannot be asked counts as a small one.
pub(crate) fn disk_bytes(folder: &Path) -> u64 {
    const SMALL: u64 = 1 << 30;
    rustix::fs::statvfs(folder).map_or(SMALL, |disk| disk.f_blocks.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_holds_and_the_rest_follows_the_disk() {
        let disk = 1 << 36;
        assert_eq!(policy(&RecordConfig::default(), disk), Policy::for_disk(disk));
        let said = RecordConfig {
            keep_days: Some(3),
            segment_mib: Some(5),
            reserve_mib: Some(7),
            copy_age_hours: Some(0),
            ..RecordConfig::default()
        };
        let policy = policy(&said, disk);
        assert_eq!(policy.keep, Duration::from_secs(3 * 86_400));
        assert_eq!(policy.segment_bytes_max, 5 << 20);
        assert_eq!(policy.reserve_bytes, 7 << 20);
        assert_eq!(policy.copy_age_max, None);
        assert_eq!(policy.warn_days, Policy::for_disk(disk).warn_days);
    }

    #[test]
    fn a_disk_has_a_size() {
        assert!(disk_bytes(Path::new("/")) > 1 << 20);
        assert_eq!(disk_bytes(Path::new("/no/such/folder")), 1 << 30);
    }
}
