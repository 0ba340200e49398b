//! How a monitor is recognised on a line whose other end is not known.

use std::time::Duration;

use vigie_session::Probe;

use crate::wire::frame::Deframer;
use crate::wire::record::Record;

/// How to find out. One record is asked for, so that there is nothing to forget afterwards; a monitor
/// that was asked by somebody else is already speaking.
pub(super) const PROBE: Probe =
    Probe { listen: Duration::from_secs(2), ask: ASK, recognise, leave: &[] };

/// A framed request for one displayed record of all classes.
const ASK: &[u8] = &[
    0x7E, 0x31, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xFF, 0xFF, 0x0E, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x3D, 0x7E,
];

/// A frame whose sum and length hold, and whose subrecords lie within it.
fn recognise(bytes: &[u8]) -> bool {
    let mut deframer = Deframer::new();
    deframer.push(bytes);
    while let Some(found) = deframer.next_record() {
        if found.is_ok_and(|record| Record::parse(record).is_ok()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::frame::emit_frame;
    use crate::wire::request::{Interval, Physiological, physiological};

    #[test]
    fn the_question_is_a_request_for_one_record() {
        assert_eq!(ASK, emit_frame(&physiological(Physiological::Displayed, Interval::Once)));
        assert!(!recognise(b"~~~~ not a monitor ~~~~"));
        assert!(recognise(ASK), "an echo has the shape of a record too");
    }
}
