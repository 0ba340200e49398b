//! `vigie status`.

use clap::Args;

use crate::terminal::Problem;

/// Options.
#[derive(Args, Debug)]
pub struct StatusOptions {}

/// Runs.
pub fn run(_options: &StatusOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
