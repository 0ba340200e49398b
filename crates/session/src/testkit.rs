//! Drives any session on virtual time, and checks what every session must keep.
//!
//! | Check | What it shows |
//! | --- | --- |
//! | [`check_any_chunking`] | a stream cut anywhere gives the same events |
//! | [`check_datagrams`] | lost, doubled and reordered datagrams invent nothing |
//! | [`check_silence`] | an hour without a byte: nothing is made up, no timer spins |
//! | [`check_damage`] | flipped, cut and inserted bytes: no panic, and the next connection is clean |
//! | [`check_reconnect`] | after a line was down the session starts afresh |
//! | [`check_farewell`] | goodbye ends by itself within 2 s, answered or not |
//! | [`check_passive`] | a passive session sends nothing, whatever happens |
//!
//! Each takes a closure that makes a new session and bytes for its main line; a [`Rig`] serves for
//! everything that they do not cover. They panic with what went wrong, and with the seed where
//! there is one. [`toys`] holds three small protocols that prove the trait's shape and these checks.
//!
//! It is an ordinary module and not test code, so that protocol crates can use it in their tests.

mod checks;
mod damage;
mod rig;
pub mod toys;

pub use checks::{
    DamageReport, Datagram, check_any_chunking, check_damage, check_datagrams, check_farewell,
    check_passive, check_reconnect, check_silence,
};
pub use damage::{cut_at_random, damaged};
pub use rig::Rig;

#[cfg(test)]
mod tests;
