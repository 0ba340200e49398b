//! Dialogues with times: what a session must do with messages that no recording has.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alarms;
mod desk;
mod lines;
mod numbers;
mod restarts;
mod waves;
