//! From the files named on the command line to recordings with a bed each.

use std::{collections::BTreeSet, fs, io::Read, path::Path, time::Duration};

use vigie_replay::{Recording, read};

use crate::terminal::{self, Problem};

/// A day of one monitor over RS-232 is some 180 MB; beyond this a file is something else.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// More beds than any station shows.
const BEDS_MAX: usize = 64;

/// A recording and the bed it stands for.
pub struct BedRecording {
    /// What stands on the door.
    pub label: String,
    /// What its monitor sent.
    pub recording: Recording,
}

/// Reads all files; the first one that cannot be used ends it, with its name and a remedy.
pub fn load(files: &[String]) -> Result<Vec<BedRecording>, Problem> {
    let mut beds = Vec::new();
    // Two beds of one name cannot be told apart: a name given by a person comes first.
    let mut labels: BTreeSet<String> =
        files.iter().filter_map(|argument| label_and_rest(argument).0).map(str::to_owned).collect();
    let mut named = BTreeSet::new();
    for argument in files {
        let (label, rest) = label_and_rest(argument);
        let (path, from) = path_and_start(rest);
        let bytes = read_file(path)?;
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        let recordings =
            read(&name, &bytes).map_err(|error| Problem::new(format!("{path}: {error}")))?;
        for loss in recordings.iter().flat_map(|recording| &recording.losses) {
            terminal::say(&format!("vigie: {path}: {loss}"));
        }
        let several = recordings.len() > 1;
        for (number, recording) in (1..).zip(recordings) {
            let label = match label {
                Some(label) if several => format!("{label} {number}"),
                Some(label) => label.to_owned(),
                None => first_free(beds.len() + 1, &labels),
            };
            labels.insert(label.clone());
            if !named.insert(label.clone()) {
                return Err(Problem::new(format!(
                    "{path}: two beds are called {label}: give one of them another LABEL="
                )));
            }
            let recording = recording.starting_at(from);
            if recording.pieces.is_empty() {
                return Err(Problem::new(format!(
                    "{path}: nothing is left from second {} on: start earlier",
                    from.as_secs_f64()
                )));
            }
            beds.push(BedRecording { label, recording });
        }
    }
    if beds.len() > BEDS_MAX {
        return Err(Problem::new(format!(
            "{} recordings, but a ward has at most {BEDS_MAX} beds: name fewer files",
            beds.len()
        )));
    }
    Ok(beds)
}

/// The first number from `from` on that no bed is called by.
fn first_free(from: usize, labels: &BTreeSet<String>) -> String {
    let mut numbers = (from..).map(|number| number.to_string());
    numbers.find(|number| !labels.contains(number)).unwrap_or_default()
}

/// `FILE@SECONDS`, unless a file of that whole name is there.
fn path_and_start(rest: &str) -> (&str, Duration) {
    let parts = rest.rsplit_once('@').and_then(|(path, start)| {
        Some((path, Duration::try_from_secs_f64(start.parse().ok()?).ok()?))
    });
    match parts {
        Some(parts) if !Path::new(rest).exists() => parts,
        Some(_) | None => (rest, Duration::ZERO),
    }
}

/// `LABEL=FILE`, unless a file of that whole name is there.
fn label_and_rest(argument: &str) -> (Option<&str>, &str) {
    match argument.split_once('=') {
        Some((label, path)) if !label.is_empty() && !Path::new(argument).exists() => {
            (Some(label), path)
        }
        Some(_) | None => (None, argument),
    }
}

fn read_file(path: &str) -> Result<Vec<u8>, Problem> {
    let problem = |what: String| Problem::new(format!("{path}: {what}"));
    let mut file = fs::File::open(path)
        .map_err(|error| problem(format!("cannot be opened ({error}): check the name")))?;
    let mut bytes = Vec::new();
    let taken = Read::by_ref(&mut file)
        .take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| problem(format!("cannot be read ({error}): copy it to this PC first")))?;
    if taken as u64 > FILE_BYTES_MAX {
        return Err(problem("larger than 1 GiB: cut the recording into shorter ones".into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_what_stands_before_the_first_equals_sign() {
        assert_eq!(label_and_rest("ICU 3=a=b.bin"), (Some("ICU 3"), "a=b.bin"));
        assert_eq!(label_and_rest("a.bin"), (None, "a.bin"));
        assert_eq!(label_and_rest("=a.bin"), (None, "=a.bin"));
    }

    #[test]
    fn a_bed_without_a_label_gets_a_number_that_is_free() {
        let labels = BTreeSet::from(["2".to_owned(), "3".to_owned()]);
        assert_eq!(first_free(1, &labels), "1");
        assert_eq!(first_free(2, &labels), "4");
    }

    #[test]
    fn a_start_is_a_number_of_seconds_behind_the_last_at_sign() {
        assert_eq!(path_and_start("a@b.pcap@190.5"), ("a@b.pcap", Duration::from_millis(190_500)));
        assert_eq!(path_and_start("a@b.pcap"), ("a@b.pcap", Duration::ZERO));
        assert_eq!(path_and_start("a.pcap@-1"), ("a.pcap@-1", Duration::ZERO));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let problem = load(&["1=no-such-recording.bin".into()]).err().map(|it| it.to_string());
        assert!(
            problem.is_some_and(|text| text.starts_with("no-such-recording.bin: cannot be opened"))
        );
    }
}
