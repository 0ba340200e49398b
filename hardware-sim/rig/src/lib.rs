//! Simulated devices on real transports: ptys, serial ports, UDP and TCP on loopback or a training network.
//!
//! [`Rig::open`] opens the ports of all devices and says where each one is; [`Rig::run`] runs them on one
//! thread until it is told to stop. What happens when is a [`Script`](vigie_sim_patient::script::Script);
//! what noise took and what was sent goes into a log, so that a test can compare it with what a station
//! heard.

mod address;
mod bed;
mod cable;
pub mod families;
mod log;
mod port;
mod pty;
mod rig;
mod tcp;

pub use rig::{BedConfig, Bedside, NamedPort, Opened, PortConfig, Rig, RigConfig, RigError};
