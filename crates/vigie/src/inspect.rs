//! `vigie inspect`: what is in a record.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie inspect`.
#[derive(Args, Debug)]
pub struct InspectOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// What is in a record.
pub fn run(_options: &InspectOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
