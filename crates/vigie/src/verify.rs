//! `vigie verify`: whether a copy or a record is whole and unchanged.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie verify`.
#[derive(Args, Debug)]
pub struct VerifyOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// Whether a copy or a record is whole and unchanged.
pub fn run(_options: &VerifyOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
