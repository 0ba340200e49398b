//! The record: a folder of encrypted segments, their writer and their reader.
//!
//! `docs/format.md` gives every file, table, unit and clock. [`Writer`] takes what the station heard
//! and decided and commits it; [`Reader`] answers a [`vigie_history::Query`]. SQL stays inside.
//! Nothing here reads a clock: every time is an argument.

mod error;
pub mod layout;
mod policy;
mod reader;
mod seal;
mod writer;

pub use error::RecordError;
pub use policy::Policy;
pub use reader::{Reader, SegmentInfo, SegmentState};
pub use seal::{Removed, Seal, SealedFile, chain_of};
pub use writer::{AuditRow, Durable, Lost, Recovered, SealJob, Writer, WriterOptions};
