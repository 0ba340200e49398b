//! Vigie: the bedside monitors that still work, on one screen.
//!
//! `vigie replay FILE...` plays recordings as a ward, in a window or in the terminal. Every
//! sub-command stands in its own file; [`cli`] lists them.

mod about;
mod audit;
mod backup;
mod beats;
#[cfg(feature = "window")]
mod bench;
mod check_config;
#[cfg(feature = "window")]
mod check_screen;
mod cli;
mod config_file;
mod demo;
mod doctor;
mod export;
mod folder;
mod guard;
mod hardening;
mod hold;
mod inspect;
mod isolation;
mod key;
mod look;
mod map;
mod pin;
mod record;
mod replay;
mod restore;
mod sandbox;
mod seen;
mod signals;
mod simulate;
mod sound;
#[cfg(feature = "window")]
mod station_window;
mod status;
mod table;
mod terminal;
mod unlock;
mod verify;
mod voice;
#[cfg(feature = "window")]
mod window;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    terminal::install_panic_message();
    terminal::install_log();
    hardening::no_core_dumps();
    let cli = cli::Cli::parse();
    let outcome = match cli.command {
        None => guard::run(&cli.nurse_station),
        Some(cli::Command::Replay(options)) => replay::run(&options),
        Some(cli::Command::Demo(options)) => demo::run(&options),
        Some(cli::Command::Record(options)) => record::run(&options),
        #[cfg(feature = "window")]
        Some(cli::Command::Window(options)) => station_window::run(&options),
        #[cfg(feature = "window")]
        Some(cli::Command::Bench(options)) => bench::run(&options),
        Some(cli::Command::Status(options)) => status::run(&options),
        Some(cli::Command::Backup(options)) => backup::run(&options),
        Some(cli::Command::Verify(options)) => verify::run(&options),
        Some(cli::Command::Restore(options)) => restore::run(&options),
        Some(cli::Command::Export(options)) => export::run(&options),
        Some(cli::Command::Inspect(options)) => inspect::run(&options),
        Some(cli::Command::Hold(options)) => hold::run(&options),
        Some(cli::Command::Key(options)) => key::run(&options),
        Some(cli::Command::Pin(options)) => pin::run(&options),
        Some(cli::Command::Doctor(options)) => doctor::run(&options),
        Some(cli::Command::CheckConfig(options)) => check_config::run(&options),
        #[cfg(feature = "window")]
        Some(cli::Command::CheckScreen(options)) => check_screen::run(&options),
        Some(cli::Command::Map(options)) => map::run(&options),
        Some(cli::Command::Sound(options)) => sound::run(&options),
        Some(cli::Command::Simulate(options)) => simulate::run(&options),
    };
    let code = match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            terminal::complain(&problem);
            problem.exit_code()
        }
    };
    terminal::flush();
    code
}
