//! `vigie simulate`: simulated monitors for demos, drills and tests.

mod intellivue;
mod places;

use clap::{Args, Subcommand};

use crate::terminal::Problem;

/// Options.
#[derive(Args, Debug)]
pub struct SimulateOptions {
    #[command(subcommand)]
    family: Family,
}

/// Families of monitors that can be simulated.
#[derive(Subcommand, Debug)]
enum Family {
    /// Philips IntelliVue monitors with data export
    Intellivue(intellivue::IntellivueOptions),
}

/// Simulates until interrupted.
pub fn run(options: &SimulateOptions) -> Result<(), Problem> {
    match &options.family {
        Family::Intellivue(options) => intellivue::run(options),
    }
}
