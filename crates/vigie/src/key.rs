//! `vigie key`: passphrase, recovery sheet and keys of the record. `docs/keys.md` is its manual.
//!
//! `vigie key 42` prints SQL that opens segment 42 in any SQLCipher; whoever prints it stands in the
//! record's audit first:
//!
//! ```text
//! sqlcipher segments/000042_*.vg -init <(vigie key 42 --sql)
//! ```

mod capture;
mod rekey;
mod segment;
mod sheet;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use vigie_keyring::{WorkFactor, set_passphrase};

#[cfg(feature = "window")]
pub use sheet::{SheetMade, sheet_for_screen};

use crate::{
    audit, folder,
    terminal::{Problem, say},
    unlock::{self, UnlockOptions, problem},
};

/// Options of `vigie key`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct KeyOptions {
    #[command(subcommand)]
    command: Option<KeyCommand>,

    /// Print the raw key of this segment, as SQL for any SQLCipher program
    #[arg(value_name = "SEGMENT")]
    segment: Option<u32>,

    /// Print the SQL alone, without remarks
    #[arg(long, conflicts_with = "raw")]
    sql: bool,

    /// Print the key alone: 64 hex digits
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    place: Place,
}

/// Which record, and what opens it.
#[derive(Args, Clone, Debug)]
struct Place {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,

    #[command(flatten)]
    unlock: UnlockOptions,
}

impl Place {
    fn folder(&self) -> Result<PathBuf, Problem> {
        let record = folder::record(self.record.as_deref())?;
        folder::is_ours(&record)?;
        Ok(record)
    }
}

/// What to do.
#[derive(Subcommand, Debug)]
enum KeyCommand {
    /// Set or change the passphrase that reading needs
    Passphrase {
        #[command(flatten)]
        place: Place,

        /// Read the new passphrase from this file, one line, instead of asking for it
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Print the recovery sheet: the unit's key on paper, for the safe
    Sheet {
        #[command(flatten)]
        place: Place,

        /// Write it to this file instead, for this user alone
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,

        /// The unit's name on the sheet; without it the one in vigie.toml
        #[arg(long, value_name = "NAME")]
        unit: Option<String>,
    },
    /// Change the unit's key: old passphrases and sheets open this record no more. The station must
    /// be stopped
    Rekey {
        #[command(flatten)]
        place: Place,

        /// Read the new passphrase from this file, one line, instead of asking for it
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Whether this secret opens the record, segment by segment
    Check {
        #[command(flatten)]
        place: Place,
    },
    /// Open a raw capture
    Capture {
        /// The capture, FILE.age
        #[arg(value_name = "FILE")]
        capture: PathBuf,

        /// Where to write what is in it; a file that is there is not written over
        #[arg(long, value_name = "FILE")]
        out: PathBuf,

        #[command(flatten)]
        place: Place,
    },
}

/// Passphrase, recovery sheet and keys of the record.
pub fn run(options: &KeyOptions) -> Result<(), Problem> {
    match &options.command {
        Some(KeyCommand::Passphrase { place, new_passphrase_file }) => {
            passphrase(place, new_passphrase_file.as_deref())
        }
        Some(KeyCommand::Sheet { place, out, unit }) => {
            sheet::run(&place.folder()?, &place.unlock, out.as_deref(), unit.as_deref())
        }
        Some(KeyCommand::Rekey { place, new_passphrase_file }) => {
            rekey::run(&place.folder()?, &place.unlock, new_passphrase_file.as_deref())
        }
        Some(KeyCommand::Check { place }) => segment::check(&place.folder()?, &place.unlock),
        Some(KeyCommand::Capture { capture, out, place }) => {
            capture::run(&place.folder()?, &place.unlock, capture, out)
        }
        None => match options.segment {
            Some(number) => {
                let form = match (options.sql, options.raw) {
                    (true, _) => segment::Form::Sql,
                    (false, true) => segment::Form::Raw,
                    (false, false) => segment::Form::Told,
                };
                let place = &options.place;
                segment::print_key(&place.folder()?, &place.unlock, number, form)
            }
            None => {
                Err(Problem::new("the number of a segment is wanted: `vigie inspect` lists them"))
            }
        },
    }
}

fn passphrase(place: &Place, new: Option<&std::path::Path>) -> Result<(), Problem> {
    let record = place.folder()?;
    let unit = unlock::unit(&record, &place.unlock)?;
    refuse_simulated(&record)?;
    let new = unlock::new_passphrase(new)?;
    audit::note(&record, "passphrase", "set or changed")?;
    set_passphrase(&record, &unit, &new, WorkFactor::default()).map_err(problem)?;
    say("The passphrase is set. Nobody can restore a forgotten one: print the recovery sheet now,");
    say("`vigie key sheet`, and put it into the safe. Copies made before open as they did then.");
    Ok(())
}

/// Passphrases and sheets of keys that stand in the source would promise what they do not hold.
fn refuse_simulated(record: &std::path::Path) -> Result<(), Problem> {
    let file = vigie_keyring::KeyringFile::read(record).map_err(problem)?;
    if file.is_simulated() {
        return Err(Problem::new(format!(
            "{}: a record of mode {} has keys that stand in the source and protect nothing: there is \
             nothing to set",
            record.display(),
            file.mode
        )));
    }
    Ok(())
}
