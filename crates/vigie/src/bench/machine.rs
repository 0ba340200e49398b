//! What the kernel tells of processes and of the machine.

use std::{fs, time::Duration};

/// USER_HZ, in which the kernel tells times: 100 on every machine that Vigie is built for.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a process has used so far; nothing once it is gone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Of the processors, all its threads together, those that ended too.
    pub processor: Duration,
    /// Memory that it holds now, in bytes.
    pub memory: u64,
}

impl Used {
    /// Of a process.
    pub fn by(process: u32) -> Used {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        Used { processor: of_stat(&stat).unwrap_or_default(), memory: resident(&status) }
    }
}

/// `proc_pid_stat(5)`: fields 14 and 15, in ticks. The name in brackets may hold anything.
fn of_stat(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap_or(0)).sum();
    Some(in_time(ticks))
}

fn resident(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}

/// What everybody on this machine has used of its processors, its display server included.
pub fn everybody() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    // user, nice, system, idle, iowait, irq, softirq, steal: all but idle and iowait.
    let numbers = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let numbers: Vec<u64> = numbers.map(|ticks| ticks.parse().unwrap_or(0)).collect();
    let busy = [0, 1, 2, 5, 6, 7].into_iter().filter_map(|nth| numbers.get(nth));
    in_time(busy.sum())
}

fn in_time(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_shifts_nothing() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 9 0";
        let tick = 1.0 / TICKS_PER_SECOND;
        assert_eq!(of_stat(stat), Some(Duration::from_secs_f64(200.0 * tick)));
        assert_eq!(of_stat(""), None);
    }

    #[test]
    fn memory_is_told_in_kibibytes() {
        assert_eq!(resident("Name:\tvigie\nVmRSS:\t   2048 kB\n"), 2 << 20);
        assert_eq!(resident(""), 0);
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(Used::by(std::process::id()).memory > 1 << 20);
        assert!(everybody() > Duration::ZERO);
    }
}
