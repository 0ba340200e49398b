//! Simulated monitors on noisy cables, and a ward that speaks with them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clocks;
mod day;
mod exported;
mod families;
mod outages;
mod recorded;
mod ward;
