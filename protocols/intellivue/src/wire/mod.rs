//! The wire format: bytes to meaning and back.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`frame`] | frames of the serial line: delimiters, escapes, length, check sequence |
//! | [`repr`] | [`Message`]: all messages, `parse` and `emit` |
//! | [`association`] | opening and closing a conversation |
//! | [`beacon`] | how a monitor is found on the network |
//! | [`data`], [`operation`], [`poll`], [`failure`] | the envelope; what is asked and answered; polls and results; errors |
//! | [`attribute`] | the catalogue of attributes, one variant each |
//! | [`alarm`], [`numeric`], [`wave`], [`system`] | the values of attributes |
//! | [`types`], [`float`], [`text`] | what these are made of |
//!
//! Contract. Nothing here panics, whatever the bytes. [`frame::Frame`] proves check sequence and
//! length of a serial frame; [`Message::parse`] proves every length and count inside a message and
//! refuses one that leaves bytes over. Layouts nest to a fixed depth, so nothing recurses. Lists
//! reserve memory for what is there and not for what a count claims. Samples and texts stay slices of the
//! message. What was parsed is emitted again byte for byte; of the association's session lengths only
//! the shortest form is written.

pub mod alarm;
pub mod association;
pub mod attribute;
pub mod beacon;
mod codec;
pub mod data;
mod error;
pub mod failure;
pub mod float;
pub mod frame;
pub mod numeric;
pub mod operation;
pub mod poll;
pub mod repr;
pub mod system;
pub mod text;
pub mod types;
pub mod wave;

pub use attribute::Attribute;
pub use data::Data;
pub use error::{Problem, WireError};
pub use repr::Message;
