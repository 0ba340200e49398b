//! Recorded bytes through the session: what real monitors sent, and what must be heard of it.
//!
//! Expected values were worked out from the bytes by a script that reads them by the layouts of the
//! maker's guide and knows nothing of this crate. Offsets count bytes of the fixture file.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// Tests pick one kind of event out of all.
#![allow(clippy::wildcard_enum_match_arm)]

mod beacons;
mod damage;
mod heard;
mod kit;
mod lan;
mod moments;
#[path = "../wire/recorded.rs"]
mod recorded;
mod serial;
mod serial_alarms;
