//! Simulated patients, and what happens to their cables. Pure: a seed and the time go in.
//!
//! - [`Patient`] makes waves and numbers that agree with each other, 256 ms at a time.
//! - [`record`] holds the waves of real patients, which a patient can play instead.
//! - [`script`] is the language of drills: what happens at which bed, and when.
//! - [`noise`] is what happens to bytes on the way.

pub mod noise;
pub mod patient;
pub mod record;
pub mod script;

pub use patient::{BLOCK, Block, Finding, Patient, Signal, Trace, Urgency, Vital, Vitals};
