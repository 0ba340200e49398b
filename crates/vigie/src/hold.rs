//! `vigie hold`: what nothing may delete.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie hold`.
#[derive(Args, Debug)]
pub struct HoldOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// What nothing may delete.
pub fn run(_options: &HoldOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
