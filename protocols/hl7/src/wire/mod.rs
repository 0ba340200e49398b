//! Bytes and what they say, without meaning: nothing here panics, whatever the bytes are.
//!
//! Order of work: cut frames at bytes ([`mllp`]), cut segments at bytes and only then decode their
//! text ([`message`], [`charset`]): Mindray's wave segments are binary ([`zmw`]), and the second byte
//! of a GBK character may look like a separator.

pub mod ack;
pub mod charset;
pub mod message;
pub mod mllp;
pub mod pds;
pub mod time;
pub mod value;
pub mod zmw;

pub use message::{Message, MessageFault, Segment};
