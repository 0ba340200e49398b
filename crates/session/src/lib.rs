//! Conversations with devices, without I/O.
//!
//! This crate opens nothing and reads no clock. A [`Session`] is handed bytes and the time, and
//! hands out events, bytes and the next time it wants to be called. The [`driver`] around it stamps
//! what it says, places waves on our time axis and caps what a hostile peer may send.
//!
//! | Module | Duty |
//! | --- | --- |
//! | [`driver`] | from [`Heard`] to [`vigie_model::Observation`] |
//! | [`clock_tracker`] | a device's ticks on our time axis |
//! | [`checksum`], [`framing`] | what several wire formats share |
//! | [`rng`] | randomness from a seed |
//! | [`ways`] | on which of several connections a device is heard |
//! | [`testkit`] | drives any session: whole, byte by byte, cut at random, silent, damaged |

pub mod checksum;
pub mod clock_tracker;
pub mod driver;
pub mod framing;
pub mod rng;
pub mod testkit;
pub mod ways;

mod traits;

pub use traits::{
    Carrier, Deadline, DeviceIx, Down, Factory, Heard, Input, Line, LineSpec, Parity, Peer, Probe,
    Session, Setup, Transmit,
};
