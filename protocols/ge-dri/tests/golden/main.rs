//! Recorded bytes of a real monitor to expected events.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// Tests pick one kind of event out of all.
#![allow(clippy::wildcard_enum_match_arm)]

mod clean;
mod damage;
mod foreign;
mod kit;
mod spliced;
mod unseen;
