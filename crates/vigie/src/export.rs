//! `vigie export`: a part of the record as files for other programs.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie export`.
#[derive(Args, Debug)]
pub struct ExportOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// A part of the record as files for other programs.
pub fn run(_options: &ExportOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
