//! A Philips IntelliVue monitor's data export.
//!
//! [`Monitor`] is complete enough for clients that others wrote; what each of them needs stands beside
//! the code that gives it. Source: "IntelliVue Data Export Interface Programming Guide", 4535 642
//! 59271 (2011), called the guide, and recordings of real monitors (`tests/fixtures/intellivue`),
//! whose shapes (attributes, their order and lengths, time grid) are followed where the two differ.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`config`] | what a monitor is set up with |
//! | [`monitor`] | timers, what arrives, what is sent |
//! | `association` | opening, granted values, time-outs |
//! | `requests`, `polls` | what a client asks, and the polls that run |
//! | `results` | objects to messages, linked when they are too long |
//! | `numerics`, `waves`, `alarms`, `system`, `demographics` | objects and their attributes |
//! | `inside`, `body` | what the monitor knows while it is on; the patient on the monitor's time grid |
//! | `clock`, `priorities`, `serial`, `bytes` | clocks, priority lists, the serial line, value bytes |
//!
//! Not simulated: averaged numerics (options for them are not granted), values of enumerations,
//! battery objects, AutoSpeed.

mod alarms;
mod association;
mod body;
mod bytes;
mod clock;
pub mod config;
mod demographics;
mod inside;
pub mod monitor;
mod numerics;
mod polls;
mod priorities;
mod requests;
mod results;
mod serial;
mod system;
mod waves;

pub use clock::later;
pub use config::{BeaconGaps, MonitorConfig, Transport};
pub use monitor::{Counts, Monitor};
