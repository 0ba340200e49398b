//! `vigie key`: passphrase, recovery sheet and keys of the record.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie key`.
#[derive(Args, Debug)]
pub struct KeyOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// Passphrase, recovery sheet and keys of the record.
pub fn run(_options: &KeyOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
