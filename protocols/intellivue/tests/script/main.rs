//! Dialogues with times: what a session must do with messages that no recording has.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// Tests pick one kind of event out of all.
#![allow(clippy::wildcard_enum_match_arm)]

mod active;
mod alarms;
mod desk;
mod lines;
mod newest;
mod numbers;
#[path = "../wire/recorded.rs"]
#[allow(dead_code)]
mod recorded;
mod restarts;
mod waves;
