//! `vigie simulate`: simulated monitors for demos, drills and tests.

mod intellivue;
mod mixed;
mod places;
mod rigged;

use std::{io, thread};

use clap::{Args, Subcommand};
use rustix::process::{Signal, getpid, kill_process};

use crate::terminal::Problem;

/// Options.
#[derive(Args, Debug)]
pub struct SimulateOptions {
    /// End when standard input is closed: with whoever started it, however that ended
    #[arg(long, hide = true)]
    end_with_stdin: bool,

    #[command(subcommand)]
    family: Family,
}

/// Families of monitors that can be simulated.
#[derive(Subcommand, Debug)]
enum Family {
    /// Philips IntelliVue monitors with data export
    Intellivue(intellivue::IntellivueOptions),
    /// Twelve beds of four families: IntelliVue, GE S/5, HL7 and PDS, Puritan Bennett
    Mixed(mixed::MixedOptions),
}

/// Simulates until interrupted.
pub fn run(options: &SimulateOptions) -> Result<(), Problem> {
    if options.end_with_stdin {
        end_with_stdin()?;
    }
    match &options.family {
        Family::Intellivue(options) => intellivue::run(options),
        Family::Mixed(options) => mixed::run(options),
    }
}

/// Asks this process to end when standard input is closed.
fn end_with_stdin() -> Result<(), Problem> {
    let wait = || {
        // Nothing is ever sent; an error is an end too.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = kill_process(getpid(), Signal::TERM);
    };
    let thread = thread::Builder::new().name("stdin".into()).spawn(wait);
    thread.map(drop).map_err(|error| Problem::new(format!("no thread for the input ({error})")))
}

/// A share on the command line.
fn share(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a number from 0 to 1 is wanted, such as 0.01".into())
}
