//! `vigie map`: where beds lie in the unit, for paper.

use std::path::PathBuf;

use clap::Args;
use vigie_config::{lay_out, printed};
use vigie_words::{TextKey, Words};

use crate::{
    config_file,
    terminal::{Problem, print},
};

/// Options.
#[derive(Args, Debug)]
pub struct MapOptions {
    /// The configuration; without it the user's own vigie.toml, else that of the PC
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Prints the map, 80 letters wide.
pub fn run(options: &MapOptions) -> Result<(), Problem> {
    let (_, config) = config_file::load(options.config.as_deref())?;
    let given: Vec<_> = config.beds.iter().map(|bed| config.places.get(&bed.id).copied()).collect();
    let labels = config.beds.iter().map(|bed| bed.label.to_string());
    let beds: Vec<_> = labels.zip(lay_out(&given)).collect();
    let title = Words::new(config.language).text(TextKey::MapTitle);
    let unit = config.record.station.map_or_else(String::new, |unit| format!(", {unit}"));
    print(&format!("{title}{unit}\n\n{}", printed(&beds).trim_end()))
}
