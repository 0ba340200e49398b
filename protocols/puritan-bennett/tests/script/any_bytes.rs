//! Any bytes at all: nothing panics, and both lines are heard again afterwards.

use proptest::prelude::*;
use vigie_puritan_bennett::wire::answer::{Answer, holds_answer};
use vigie_puritan_bennett::wire::curve::samples_in;
use vigie_puritan_bennett::wire::{CurveLine, cut_answer};
use vigie_session::Line;
use vigie_session::testkit::Rig;

use super::{MISCF, WAVES, active, shown};

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        let _ = (cut_answer(&bytes), Answer::parse(&bytes), holds_answer(&bytes));
        let _ = (CurveLine::parse(&bytes), samples_in(&bytes));
        let mut rig = Rig::new(active());
        rig.up(Line::MAIN);
        rig.up(super::waves::LINE);
        rig.bytes(Line::MAIN, &bytes);
        rig.bytes(super::waves::LINE, &bytes);
        rig.advance(super::ms(30_000));
        rig.bytes(Line::MAIN, b"\r");
        rig.bytes(Line::MAIN, MISCF);
        prop_assert_eq!(shown(&rig.take_heard(), "F70"), "14 /min");
    }

    #[test]
    fn damaged_bytes_never_panic(
        hurt in proptest::collection::vec((0..3_500usize, any::<u8>()), 1..40),
        cut in 0..3_500usize,
    ) {
        let mut bytes = [MISCF, WAVES].concat();
        for (at, byte) in hurt {
            let len = bytes.len();
            bytes[at % len] = byte;
        }
        bytes.truncate(cut);
        let mut rig = Rig::new(active());
        rig.up(Line::MAIN);
        rig.up(super::waves::LINE);
        rig.bytes(Line::MAIN, &bytes);
        rig.bytes(super::waves::LINE, &bytes);
        rig.advance(super::ms(30_000));
        rig.down(Line::MAIN);
        rig.down(super::waves::LINE);
    }
}
