//! `vigie verify`: whether a copy or a record is whole and unchanged. Needs no secret.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use vigie_copy::Verified;
use vigie_keyring::PublicKey;

use crate::{
    backup::{bar, refused},
    signals::Signals,
    terminal::{Problem, print, say},
};

/// Options of `vigie verify`.
#[derive(Args, Debug)]
pub struct VerifyOptions {
    /// The folder of a copy, or of a record
    #[arg(value_name = "PLACE")]
    pub place: PathBuf,

    /// Who must have signed: 64 hex digits, as on the recovery sheet
    #[arg(long, value_name = "HEX", value_parser = signer)]
    pub signer: Option<PublicKey>,

    /// No progress, and no word unless something is wrong
    #[arg(long)]
    pub quiet: bool,
}

fn signer(text: &str) -> Result<PublicKey, String> {
    // The sheet prints groups.
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    digits
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| "no signer: the 64 hex digits on the recovery sheet are wanted".to_owned())
}

/// Reads every file that was sealed or copied; exit code 1 when one is at fault.
pub fn run(options: &VerifyOptions) -> Result<(), Problem> {
    let signals = Signals::catch()?;
    let mut bar = bar::Bar::new("checking", options.quiet);
    let found = vigie_copy::verify(&options.place, options.signer, &mut |step| {
        bar.show(step);
        !signals.wants_stop()
    });
    drop(bar);
    let found = found.map_err(refused)?;
    if !options.quiet {
        for (file, what) in &found.notes {
            say(&format!("note: {file}: {what}"));
        }
    }
    let remedy = if found.is_copy {
        // tidy: not for people
        "make the copy again, or take another one"
    } else {
        // tidy: not for people
        "take the file from a copy"
    };
    for (file, why) in &found.faults {
        say(&format!("{file}: {why}; {remedy}"));
    }
    if !options.quiet {
        print(&told(&found, options))?;
    }
    if found.is_stopped {
        return Err(Problem::new("stopped: what was not read is not judged"));
    }
    match found.faults.len() {
        0 => Ok(()),
        count => Err(Problem::new(format!("{}: {count} faults", options.place.display()))),
    }
}

fn told(found: &Verified, options: &VerifyOptions) -> String {
    let kind = if found.is_copy { "copy" } else { "record" };
    let segments = found.segments.map_or_else(
        || "no segments".to_owned(), // tidy: not for people
        |(first, last)| format!("segments {first:06} to {last:06}"), // tidy: not for people
    );
    let mut text = format!(
        "{}: a {kind}; {segments}; {} files fit ({} read), {} faults", // tidy: not for people
        options.place.display(),
        found.good,
        bar::bytes(found.bytes),
        found.faults.len()
    );
    let list = |numbers: &[u32]| {
        numbers.iter().map(|number| format!("{number:06}")).collect::<Vec<_>>().join(", ")
    };
    // Writing into a text never fails.
    if !found.open.is_empty() {
        let _ = write!(text, "\nnot yet sealed: {}", list(&found.open)); // tidy: not for people
    }
    if !found.removed.is_empty() {
        let _ = write!(text, "\ndeleted by policy: {}", list(&found.removed)); // tidy: not for people
    }
    for signer in &found.signers {
        let pinned = if options.signer == Some(*signer) { ", as given" } else { "" }; // tidy: not for people
        let _ = write!(text, "\nsigned by {signer}{pinned}"); // tidy: not for people
    }
    text
}
