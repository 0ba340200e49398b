//! Times as a row of percentiles.

use std::{fs, time::Duration};

/// The head of a table.
pub fn head(what: &str) {
    println!("{what:<52}{:>10}{:>10}{:>10}", "p50", "p99", "max");
}

/// A row; gives what it printed.
pub fn row(name: &str, times: Vec<Duration>) -> [Duration; 3] {
    let found = [50, 99, 100].map(|of_100| percentile(times.clone(), of_100));
    let [p50, p99, max] = found.map(ms);
    println!("{name:<52}{p50:>10}{p99:>10}{max:>10}");
    found
}

/// The time within which so many of 100 lie.
pub fn percentile(mut times: Vec<Duration>, of_100: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * of_100).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

/// As it is written.
pub fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// How busy the machine is: the kernel's averages over 1, 5 and 15 minutes.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<&str>>().join(" ")
}
