//! What recording costs.

use super::ward::Ward;

/// A large ward is recorded in a small part of a core: 64 beds of six waves of 250 Hz.
#[test]
fn a_large_ward_takes_a_small_part_of_a_core() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 64, 6);
    let used = || {
        let times = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        times.tv_sec as f64 + times.tv_nsec as f64 / 1e9
    };
    let before = used();
    ward.seconds(60);
    let used_s = used() - before;
    println!("60 s of 64 beds: {used_s:.2} s of one core, the making of the samples included");
    assert!(used_s < 30.0, "{used_s} s of one core for 60 s");
}
