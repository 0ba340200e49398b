//! Puritan Bennett 840 and 980 ventilators: wire format, meaning, session.
//!
//! Two serial ports, one device. The *parameter port* (9600 baud 8N1 when it leaves the factory)
//! answers questions: `SNDF` gives 165 settings, measurements, limits and alarm states, `SNDA` an older
//! and smaller list. The *waveform port* (38,400 baud 8N1) speaks by itself: flow and pressure, 50
//! samples a second, breath by breath. Neither has a checksum.
//!
//! What is sent: `RSET`, `SNDF`, `SNDA`, each with a carriage return (`docs/sent.md`). Nothing that the
//! ventilator keeps.

pub mod map;
pub mod session;
pub mod wire;

pub use session::PuritanBennettFactory;
