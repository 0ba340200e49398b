//! Conversations of an active session with a simulated monitor, and what every session must stand.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// Tests pick one kind of event out of all.
#![allow(clippy::wildcard_enum_match_arm)]

mod checks;
mod pair;
mod sent;
mod talk;
