//! What goes when, what is held, and what is said of it.

use vigie_record::{Hold, Policy, layout, write_holds};

use super::ward::{
    MIB, NOON_NS, SECOND_NS, Ward, check_chain, kinds, number, opened, options, policy, seal, secs,
    text,
};

/// A ward with five sealed segments of five seconds, numbered 1 to 5.
fn five(folder: &std::path::Path, policy: Policy) -> Ward {
    let mut options = options(folder);
    options.policy = Some(policy);
    let mut ward = Ward::start_with(options, 1, 1_000 * SECOND_NS, NOON_NS, 2, 2);
    for _ in 0..5 {
        ward.seconds(5);
        ward.rotate_and_seal();
    }
    ward
}

fn minute(ward: &mut Ward) {
    ward.now_ns += 61 * SECOND_NS;
    ward.commit();
}

/// Bytes of a segment, deleted or not.
fn seal_bytes(record: &std::path::Path, number: u32) -> u64 {
    let path = layout::removed(record, number);
    let removed = std::fs::read(&path).expect("a removal");
    let removed = vigie_record::Removed::parse(&removed, &path).expect("a removal");
    removed.seal.files.iter().map(|file| file.bytes).sum()
}

fn left(record: &std::path::Path) -> Vec<u32> {
    let is_there = |kinds: &Vec<String>| kinds.iter().any(|kind| kind == "seal");
    kinds(record).iter().filter(|(_, kinds)| is_there(kinds)).map(|(&number, _)| number).collect()
}

#[test]
fn the_oldest_goes_before_the_reserve_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { reserve_bytes: 100 * MIB, ..policy() });
    assert_eq!(left(folder.path()), [1, 2, 3, 4, 5]);
    let size = |of: u32| seal(folder.path(), of).files[0].bytes;
    let (first, second) = (size(1), size(2));
    // Two must go for this.
    ward.writer().pretend_free(Some(100 * MIB - first - second / 2));
    minute(&mut ward);
    assert_eq!(left(folder.path()), [3, 4, 5]);
    assert_eq!(kinds(folder.path())[&1], ["removed"]);
    check_chain(folder.path(), 5);
    let segment = opened(folder.path(), 6);
    assert_eq!(text(&segment, "SELECT group_concat(number) FROM removed"), "1,2");
    assert_eq!(text(&segment, "SELECT why FROM removed"), "the disk is nearly full");
    drop(segment);
    // The chain goes on after what was removed, also in the next run.
    ward.close();
    let wall = NOON_NS + 3_600_000_000_000;
    let ward = Ward::start_with(options(folder.path()), 2, 5, wall, 2, 2);
    assert!(ward.recovered.sealed.is_empty());
    check_chain(folder.path(), 6);
}

#[test]
fn nothing_goes_that_is_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { reserve_bytes: 100 * MIB, ..policy() });
    let held = seal(folder.path(), 2);
    let from_wall_ns = held.last_wall_ns - 1_000_000_000;
    let hold = Hold { from_wall_ns, to_wall_ns: from_wall_ns + 1, why: "an incident".to_owned() };
    write_holds(folder.path(), &[hold]).expect("held");
    ward.writer().pretend_free(Some(0));
    minute(&mut ward);
    assert_eq!(left(folder.path()), [2]);
    check_chain(folder.path(), 5);
    // A file of holds that nobody can read holds everything.
    std::fs::write(layout::hold(folder.path()), b"{").expect("damaged");
    minute(&mut ward);
    assert_eq!(left(folder.path()), [2]);
    write_holds(folder.path(), &[]).expect("released");
    minute(&mut ward);
    assert!(left(folder.path()).is_empty());
}

#[test]
fn what_is_too_old_goes_unless_the_clock_is_in_doubt() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { keep: secs(86_400), ..policy() });
    // The clock jumps by years: all would be too old, and stays.
    let before = ward.wall_offset_ns;
    ward.wall_offset_ns += 3_650 * 86_400_000_000_000;
    minute(&mut ward);
    assert_eq!(left(folder.path()), [1, 2, 3, 4, 5]);
    ward.wall_offset_ns = before;
    minute(&mut ward);
    // A day and some seconds later, after something was recorded then.
    ward.now_ns += (86_400 - 61 - 61 - 10) * SECOND_NS;
    ward.commit();
    ward.rotate_and_seal();
    minute(&mut ward);
    let removed = kinds(folder.path()).values().filter(|kinds| **kinds == ["removed"]).count();
    assert!((1..=5).contains(&removed), "{removed} went");
    let old = ward.wall().before(secs(86_400)).as_unix_nanos();
    for number in left(folder.path()) {
        assert!(seal(folder.path(), number).last_wall_ns >= old, "segment {number}");
    }
    let why = text(&opened(folder.path(), 7), "SELECT why FROM removed");
    assert_eq!(why, "older than 1 days");
}

#[test]
fn machine_keys_go_two_hours_after_the_closing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), policy());
    ward.now_ns += 7_190 * SECOND_NS;
    ward.commit();
    assert!(layout::machine_key(folder.path(), 5).exists());
    ward.now_ns += 100 * SECOND_NS;
    ward.commit();
    for number in 1..=5 {
        assert!(!layout::machine_key(folder.path(), number).exists(), "segment {number}");
    }
    assert!(layout::machine_key(folder.path(), 6).exists(), "the open one");
}

#[test]
fn the_days_left_are_known_and_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { reserve_bytes: MIB, ..policy() });
    let status = ward.writer().status();
    assert_eq!((status.bytes_per_day, status.days_left, status.is_filling), (0, None, false));
    assert_eq!(status.oldest.map(|at| at.as_unix_nanos()), Some(NOON_NS));
    for _ in 0..15 {
        ward.seconds(61);
    }
    let status = ward.writer().status();
    let rate = status.bytes_per_day;
    // 2 beds of two waves of 250 Hz and a value: 86 million samples a day, of 1 to 2 bytes, and as much
    // again for the rest of pages into which the next chunk does not fit.
    assert!((80 * MIB..400 * MIB).contains(&rate), "{rate} bytes a day");
    assert!(!status.is_filling && status.days_left > Some(7), "{status:?}");
    ward.writer().pretend_free(Some(MIB + rate * 5 / 2));
    minute(&mut ward);
    let status = ward.writer().status();
    assert_eq!((status.days_left, status.is_filling), (Some(2), true), "{status:?}");
    assert_eq!(left(folder.path()), [1, 2, 3, 4, 5], "long before anything goes");
    // A restart knows the rate of before.
    ward.seconds(1_000);
    ward.close();
    let wall = NOON_NS + 7_200_000_000_000;
    let mut ward = Ward::start_with(options(folder.path()), 2, 5, wall, 2, 2);
    let again = ward.writer().status().bytes_per_day;
    assert!((rate / 4..rate * 4).contains(&again), "{again} after {rate}");
    assert!(number(&opened(folder.path(), 7), "SELECT count(*) FROM gap") == 1);
}

#[test]
fn a_file_system_that_frees_late_costs_no_more_than_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { reserve_bytes: 100 * MIB, ..policy() });
    // One would do, and nothing shows as free although it goes: a backup still reads it.
    ward.writer().pretend_free_late(100 * MIB - 1);
    minute(&mut ward);
    assert_eq!(left(folder.path()), [2, 3, 4, 5]);
    for _ in 0..3 {
        minute(&mut ward);
    }
    assert_eq!(left(folder.path()), [2, 3, 4, 5], "it is waited for");
    // It was freed, and something else has taken the room.
    let freed = seal_bytes(folder.path(), 1);
    ward.writer().pretend_free_late(100 * MIB - 1 + freed);
    minute(&mut ward);
    ward.writer().pretend_free_late(100 * MIB - 1);
    minute(&mut ward);
    assert_eq!(left(folder.path()), [3, 4, 5]);
    // Never freed: after five minutes the next one goes.
    for _ in 0..4 {
        minute(&mut ward);
    }
    assert_eq!(left(folder.path()), [3, 4, 5]);
    minute(&mut ward);
    assert_eq!(left(folder.path()), [4, 5]);
    check_chain(folder.path(), 5);
}

#[test]
fn what_was_deleted_before_the_disk_refused_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = five(folder.path(), Policy { reserve_bytes: 100 * MIB, ..policy() });
    // The second cannot be deleted: a folder stands where its removal is written.
    std::fs::create_dir(layout::removed(folder.path(), 2)).expect("in the way");
    ward.writer().pretend_free(Some(0));
    minute(&mut ward);
    assert!(!layout::seal(folder.path(), 1).exists() && layout::seal(folder.path(), 2).exists());
    assert_eq!(text(&opened(folder.path(), 6), "SELECT group_concat(number) FROM removed"), "1");
}
