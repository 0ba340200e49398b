//! What is allocated, hour by hour.

use std::{fmt::Write, fs, ops::Range};

use crate::ALLOCATED;

/// Bytes that are allocated now.
pub fn live() -> f64 {
    ALLOCATED.current_usage() as f64
}

/// MiB of the program that stand in memory; what the allocator keeps for later is part of it.
pub fn rss_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 =
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default();
    kib / 1_024.0
}

/// An hour of it.
#[derive(Clone, Copy, Debug)]
pub struct Hour {
    /// Mean of the bytes that were allocated after each frame.
    pub live: f64,
    /// MiB of the program at its end.
    pub rss_mib: f64,
}

/// Hour after hour.
#[derive(Debug, Default)]
pub struct Hours(Vec<Hour>);

impl Hours {
    pub fn push(&mut self, hour: Hour) {
        self.0.push(hour);
    }

    /// Mean of the bytes in some hours.
    pub fn mean(&self, hours: Range<u64>) -> f64 {
        let hours = &self.0[hours.start as usize..hours.end as usize];
        hours.iter().map(|hour| hour.live).sum::<f64>() / hours.len() as f64
    }

    /// A day, from 1 on: its mean, and its hours.
    pub fn day(&self, day: u64) -> String {
        let hours = (day - 1) * 24..day * 24;
        let rss = self.0[hours.end as usize - 1].rss_mib;
        let mean = self.mean(hours.clone()) / MIB;
        let mut said =
            format!("day {day}: {mean:.3} MiB live on average, {rss:.0} MiB RSS; by hour");
        for hour in &self.0[hours.start as usize..hours.end as usize] {
            _ = write!(said, " {:.3}", hour.live / MIB);
        }
        said
    }
}

const MIB: f64 = 1_048_576.0;
