//! `vigie check-config`: whether `vigie.toml` is right, and what it means.

mod table;

use std::path::PathBuf;

use clap::Args;

use crate::{
    config_file,
    terminal::{Problem, print},
};

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
        return print(file.trim_end());
    }
    print(&format!("{} is right\n{}", path.display(), table::render(&config).trim_end()))
}
