//! What this process has spent so far.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// Seconds of all cores together.
pub fn cpu_s() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// Seconds by a clock on the wall.
pub fn wall_s() -> f64 {
    seconds(ClockId::Monotonic)
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Bytes that reading calls returned, from the page cache or not.
pub fn bytes_read() -> u64 {
    line_of("/proc/self/io", "rchar:")
}

/// Bytes sent to the disk; none on a file system in memory.
pub fn bytes_to_disk() -> u64 {
    line_of("/proc/self/io", "write_bytes:")
}

/// The most memory that it ever had, in bytes.
pub fn memory_max() -> u64 {
    line_of("/proc/self/status", "VmHWM:") * 1_024
}

fn line_of(file: &str, name: &str) -> u64 {
    let text = fs::read_to_string(file).expect("Linux tells");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("this as well");
    line.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}
