//! A GE S/5 monitor's computer interface (DRI), on a serial cable.
//!
//! [`Monitor`] answers requests as GE's *S/5 Computer Interface Specification* (M1017617) says: with
//! data and nothing else. Records are written from the layouts of the *Datex-Ohmeda Record
//! Specification* (8005313) and the recording in `tests/fixtures/ge-dri`, not by the parser of this
//! repository. The protocol has neither a flag for made-up values nor a serial number; a simulated line
//! is told apart by being no real port.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`config`] | what a monitor is set up with |
//! | [`monitor`] | timers, what arrives, what is sent |
//! | `body` | the patient on the monitor's seconds |
//! | `fields` | values of the four classes: the patient's, and of modules whose numbers only drift |
//! | `frame` | frames, and requests out of them |
//! | `records` | physiological, wave, alarm and auxiliary records |
//!
//! Not simulated: parity (a pty has none) and flow control.

mod body;
pub mod config;
mod fields;
mod frame;
pub mod monitor;
mod records;

pub use config::MonitorConfig;
pub use monitor::Monitor;
