//! The record in formats of others.
//!
//! [`csv::export`] asks a record piece by piece ([`Ask`]) and writes as it reads: a day of a ward needs
//! no more memory than a minute.

pub mod csv;
mod error;

use vigie_history::{Query, Slice};
use vigie_record::{Reader, RecordError};

pub use error::ExportError;

/// Whoever answers queries: the record's reader, or a list in a test.
pub trait Ask {
    /// Answers, as [`Reader::ask`] does.
    fn ask(&mut self, query: &Query) -> Result<Slice, RecordError>;
}

impl Ask for Reader {
    fn ask(&mut self, query: &Query) -> Result<Slice, RecordError> {
        Reader::ask(self, query)
    }
}
