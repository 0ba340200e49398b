//! The recordings, and sessions that listen to them.

use std::sync::OnceLock;

use vigie_ge_dri::GeDriFactory;
use vigie_ge_dri::wire::frame::{DeframeFault, Deframer};
use vigie_model::Event;
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Line, Session, Setup};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/ge-dri/");

/// A file of the fixtures.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{FIXTURES}{name}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// 213 good frames and the beginning of one more.
pub fn clean() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| fixture("pycollect-2018-07-26-clean.raw"))
}

/// Short, overlapping and damaged reads, one after another.
pub fn spliced() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| fixture("pycollect-2018-07-26-spliced.raw"))
}

/// The first so many frames of the clean recording, with their flags.
pub fn begin(frames: usize) -> &'static [u8] {
    let bytes = clean();
    let flags = bytes.iter().enumerate().filter(|(_, byte)| **byte == 0x7E);
    let (end, _) = flags.take(2 * frames).last().expect("frames");
    &bytes[..=end]
}

/// A session that only listens.
pub fn listener() -> Box<dyn Session> {
    GeDriFactory.session(&Setup { passive: true, ..Setup::default() })
}

/// All records and faults in some bytes, the fault of the end last.
pub fn deframed(bytes: &[u8]) -> Vec<Result<Vec<u8>, DeframeFault>> {
    let (mut deframer, mut all) = (Deframer::new(), Vec::new());
    for piece in bytes.chunks(10_000) {
        deframer.push(piece);
        while let Some(found) = deframer.next_record() {
            all.push(found.map(<[u8]>::to_vec));
        }
    }
    all.extend(deframer.close().map(Err));
    all
}

/// What a listener hears in some bytes.
pub fn heard(bytes: &[u8]) -> Vec<Event> {
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    for piece in bytes.chunks(10_000) {
        rig.bytes(Line::MAIN, piece);
    }
    rig.take_heard().into_iter().map(|heard| heard.event).collect()
}

/// Values and waves, printed; what they owe to earlier frames is left out.
pub fn said(event: &Event) -> Option<String> {
    match event {
        Event::Numeric(numeric) => {
            let time = numeric.device_time.map(|time| time.to_string());
            Some(format!("{} {time:?} {:?}", numeric.key.vendor, numeric.reading))
        }
        Event::Wave(chunk) => Some(format!("{} {:?}", chunk.key.vendor, chunk.samples)),
        _ => None,
    }
}
