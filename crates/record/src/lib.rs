//! The record: a folder of encrypted segments, their writer and their reader.
//!
//! `docs/format.md` gives every file, table, unit and clock. [`Writer`] takes what the station heard
//! and decided and commits it; [`Reader`] answers a [`vigie_history::Query`]. SQL stays inside.
//! Nothing here reads a clock: every time is an argument.

mod audit;
mod chunk;
mod copies;
mod error;
mod hold;
pub mod layout;
mod policy;
mod reader;
mod rekey;
mod seal;
mod segment;
mod small_file;
mod writer;

pub use audit::{AuditQueue, append_audit};
pub use copies::{MadeCopy, read_copies, remember_copy};
pub use error::RecordError;
pub use hold::{Hold, read_holds, write_holds};
pub use policy::Policy;
pub use reader::{Reader, ReaderThread, SegmentInfo, SegmentState};
pub use rekey::{Rekeyed, opens_segment, raw_key, rekey};
pub use seal::{Removed, Seal, SealedFile, chain_of};
pub use writer::{AuditRow, Durable, Lost, Recovered, SealJob, Writer, WriterOptions};
