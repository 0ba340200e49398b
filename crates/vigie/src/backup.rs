//! `vigie backup`: a verified copy on another disk.

use std::path::PathBuf;

use clap::Args;

use crate::terminal::Problem;

/// Options of `vigie backup`.
#[derive(Args, Debug)]
pub struct BackupOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// A verified copy on another disk.
pub fn run(_options: &BackupOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
