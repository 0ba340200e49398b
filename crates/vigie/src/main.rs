//! Vigie: the bedside monitors that still work, on one screen.
//!
//! `vigie replay FILE...` plays recordings as a ward, in a window or in the terminal. Every
//! sub-command stands in its own file; [`cli`] lists them.

mod cli;
mod replay;
mod table;
mod terminal;
#[cfg(feature = "window")]
mod window;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    terminal::install_panic_message();
    terminal::install_log();
    let cli = cli::Cli::parse();
    let outcome = match cli.command {
        cli::Command::Replay(options) => replay::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            terminal::complain(&problem);
            ExitCode::FAILURE
        }
    }
}
