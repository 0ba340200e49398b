//! The wire: commands and answers of the parameter port, lines of the waveform port.
//!
//! Source: the open-source OpenICE (mdpnp) package `puritanbennett` with its field table
//! `pb840.fields`, called OI; for the waveform port also recordings published with `ventmode`,
//! called VM. The maker's own document was not at hand.
//!
//! No byte panics: what is no answer or no line is a small error value.

pub mod answer;
pub mod command;
pub mod curve;

pub use answer::{Answer, AnswerError, Kind, cut_answer};
pub use command::Command;
pub use curve::{CurveLine, LineReader};
