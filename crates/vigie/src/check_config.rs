//! `vigie check-config`: whether `vigie.toml` is right, and what it means.

mod table;

use std::{io, io::Write, path::PathBuf};

use clap::Args;

use crate::{config_file, terminal::Problem};

/// Options.
#[derive(Args, Debug)]
pub struct CheckConfigOptions {
    /// The file; without it the user's own vigie.toml, else that of the PC
    pub file: Option<PathBuf>,

    /// Print the configuration of dnsmasq for the devices that have a mac and an address
    #[arg(long)]
    pub responder: bool,
}

/// Prints what was understood; mistakes are a problem.
pub fn run(options: &CheckConfigOptions) -> Result<(), Problem> {
    let (path, config) = config_file::load(options.file.as_deref())?;
    if options.responder {
        let file = config.responder().map_err(|missing| {
            Problem::new(format!(
                "{} gives the responder nothing to do: {missing}; docs/addresses.md says when one is needed",
                path.display()
            ))
        })?;
        return print(&file);
    }
    print(&format!("{} is right\n{}", path.display(), table::render(&config)))
}

fn print(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader of a pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Problem::new(format!("the text cannot be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}
