//! The writer as the station uses it, in virtual time: what it writes, closes, recovers and lets go.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "writer/bench.rs"]
mod bench;
#[path = "writer/capacity.rs"]
mod capacity;
#[path = "writer/crash.rs"]
mod crash;
#[path = "writer/failing.rs"]
mod failing;
#[path = "writer/ward.rs"]
mod ward;
#[path = "writer/written.rs"]
mod written;
