//! The simulated monitor against the guide's bytes, real recordings and its own contract.
//!
//! Requests are bytes written down here or recorded, not what `wire` emits, so that one mistake cannot
//! hide on both sides.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acts;
mod alarms;
mod association;
mod desk;
mod polls;
mod priorities;
mod recorded;
mod serial;
mod shapes;
mod systems;
mod times;
