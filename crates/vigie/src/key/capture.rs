//! Opening a raw capture.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use vigie_keyring::open_stream;

use crate::{
    audit,
    terminal::{Problem, say},
    unlock::{self, UnlockOptions, problem},
};

/// Opens a capture into a file that is not there yet.
pub fn run(
    record: &Path,
    options: &UnlockOptions,
    capture: &Path,
    out: &Path,
) -> Result<(), Problem> {
    let file_problem = |path: &Path| {
        let name = path.display().to_string();
        move |error: std::io::Error| Problem::new(format!("{name}: {error}"))
    };
    let sealed = File::open(capture).map_err(file_problem(capture))?;
    let unit = unlock::opener(record, options)?;
    audit::note(record, "key", &format!("capture {} opened", capture.display()))?;
    let mut opening = OpenOptions::new();
    let file =
        opening.write(true).create_new(true).mode(0o600).open(out).map_err(file_problem(out))?;
    let opened = open_stream(&unit, BufReader::new(sealed), BufWriter::new(&file), capture)
        .and_then(|opened| {
            let failed = |error| vigie_keyring::KeyError::File { what: out.to_owned(), error };
            file.sync_all().map_err(failed).map(|()| opened)
        });
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            drop(file);
            // Nothing of use is in it.
            let _ = std::fs::remove_file(out);
            return Err(problem(error));
        }
    };
    say(&format!("{}: {} bytes", out.display(), opened.bytes)); // tidy: not for people
    if !opened.is_whole {
        say(
            "It ends in the midst of something: the station was killed or lost its power, or the file",
        );
        say("is damaged from there on. What was written is what stands before.");
    }
    Ok(())
}
