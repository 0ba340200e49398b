//! `vigie demo`.

use clap::Args;

use crate::terminal::Problem;

/// Options.
#[derive(Args, Debug)]
pub struct DemoOptions {}

/// Runs.
pub fn run(_options: &DemoOptions) -> Result<(), Problem> {
    Err(Problem::new("not built yet"))
}
