//! HL7 v2 over MLLP: gateways that push whole wards, and Mindray monitors that are asked (PDS).
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`wire`] | frames, messages, times, acknowledgements, Mindray's queries and wave segments |
//! | [`map`] | codes, units, alarms of MDC, MDIL, Nihon Kohden and Mindray PDS: one table each |
//! | [`session`] | two families: `hl7` (they connect and push, or we connect) and `mindray-pds` (we connect and ask) |
//!
//! There is no one document: which source says what stands in `README.md` and on every table. To a
//! gateway nothing is sent but acknowledgements; to a Mindray monitor an echo and a query.

pub mod map;
pub mod session;
pub mod wire;

pub use session::{Hl7Factory, MindrayPdsFactory};
