//! What the benches share: signals, a record written in virtual time, and what the machine spent.

#![allow(dead_code, reason = "each bench uses its part")]

pub mod heard;
pub mod machine;
pub mod made;
pub mod record;

/// Bytes for people, in powers of 1,000.
pub fn sized(bytes: f64) -> String {
    match bytes {
        bytes if bytes >= 1e9 => format!("{:.2} GB", bytes / 1e9),
        bytes if bytes >= 1e6 => format!("{:.2} MB", bytes / 1e6),
        bytes if bytes >= 1e3 => format!("{:.1} kB", bytes / 1e3),
        bytes => format!("{bytes:.0} B"),
    }
}
