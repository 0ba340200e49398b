//! Puritan Bennett 840 ventilators.
//!
//! [`Ventilator`] answers `SNDF` and `SNDA` on its parameter port and streams breaths on its waveform
//! port. Source of every layout: the open-source OpenICE (mdpnp) table `pb840.fields`; fields are
//! written from their published widths, not by the parser of this repository. The protocol has no flag
//! for made-up values; the ventilator's id begins with SIM.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`config`] | what a ventilator is set up with |
//! | [`ventilator`] | timers, what arrives, what is sent |
//! | `answers` | fields to `MISCF` and `MISCA` |
//! | `breathing` | the patient's lungs on the machine: breaths, flow and pressure, what they measure |
//! | `alarms` | limits and what they find |
//!
//! Not simulated: a 980's surplus fields, PAV, pauses and manoeuvres, NIV, damage of the circuit.

mod alarms;
mod answers;
mod breathing;
pub mod config;
pub mod ventilator;

pub use config::{Software, Ventilation, VentilatorConfig};
pub use ventilator::Ventilator;
