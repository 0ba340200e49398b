//! `vigie restore`: a record out of a copy.

use std::path::PathBuf;

use clap::Args;

use crate::{
    audit,
    backup::{bar, faults, refused},
    folder,
    signals::Signals,
    terminal::{Problem, print, say},
};

/// Options of `vigie restore`.
#[derive(Args, Debug)]
pub struct RestoreOptions {
    /// The folder of the copy
    #[arg(value_name = "COPY")]
    pub copy: PathBuf,

    /// The folder of the new record: empty, or one where this was interrupted
    #[arg(long, value_name = "DIR")]
    pub record: PathBuf,

    /// No progress, and no word unless something is wrong
    #[arg(long)]
    pub quiet: bool,
}

/// Copies, checks, and says what was done.
pub fn run(options: &RestoreOptions) -> Result<(), Problem> {
    folder::is_ours(&options.record)?;
    let signals = Signals::catch()?;
    let mut bar = bar::Bar::new("restoring", options.quiet);
    let made = vigie_copy::restore(&options.copy, &options.record, &mut |step| {
        bar.show(step);
        !signals.wants_stop()
    });
    drop(bar);
    let restored = made.map_err(refused)?;
    if restored.is_stopped {
        return Err(Problem::new(
            "stopped; what is complete is kept: the same command goes on from there",
        ));
    }
    audit::note(&options.record, "restore", &format!("from {}", options.copy.display()))?;
    if !options.quiet {
        for (file, what) in &restored.notes {
            say(&format!("note: {file}: {what}"));
        }
        let count = restored.segments.len() + restored.kept.len();
        // tidy: not for people
        print(&format!(
            "{}: {count} segments restored ({} copied now)\n`vigie record --record {}` goes on with it; reading needs the unit's passphrase, its key file or the recovery sheet",
            options.record.display(),
            bar::bytes(restored.bytes),
            options.record.display(),
        ))?;
    }
    faults(&restored, "the copy", "take it from another copy")
}
