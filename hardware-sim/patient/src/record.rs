//! Recorded patients: real waves, brought to our rates, with their beats, pulses and breaths found.
//!
//! The files and where they come from stand in `records/README.md`. A recording is played in a loop
//! from one heart beat to another, so that the rhythm goes on over the seam; the step of level that
//! remains there dies away within a fraction of a second. A sensor that the recording does not have
//! is absent.

mod detect;
mod player;
mod resample;
mod unfold;
pub mod wfdb;

pub(crate) use player::Player;

/// A file pair of the WFDB format.
struct Files {
    name: &'static str,
    header: &'static str,
    samples: &'static [u8],
}

/// What is built in.
const FILES: [Files; 3] = [
    Files {
        name: "v102s",
        header: include_str!("../records/v102s.hea"),
        samples: include_bytes!("../records/v102s.dat"),
    },
    Files {
        name: "03700181",
        header: include_str!("../records/03700181.hea"),
        samples: include_bytes!("../records/03700181.dat"),
    },
    Files {
        name: "3234460_0018",
        header: include_str!("../records/3234460_0018.hea"),
        samples: include_bytes!("../records/3234460_0018.dat"),
    },
];

/// The names of all recordings.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|files| files.name)
}

/// Reads a recording that is built in; `None` when there is none of that name.
pub fn read(name: &str) -> Option<Result<wfdb::Record, wfdb::Error>> {
    let files = FILES.iter().find(|files| files.name == name)?;
    Some(wfdb::Record::read(files.header, files.samples))
}
