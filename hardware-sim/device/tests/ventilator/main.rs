//! The simulated ventilator, by its own bytes and with a session at the other end.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bytes;
mod pair;
