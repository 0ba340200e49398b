//! `vigie restore`: a record out of a copy.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie restore`.
#[derive(Args, Debug)]
pub struct RestoreOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// A record out of a copy.
pub fn run(_options: &RestoreOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
