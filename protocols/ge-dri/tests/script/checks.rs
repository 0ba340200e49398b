//! What every session must stand, with an active one; and any bytes at all.

use proptest::prelude::*;
use vigie_ge_dri::GeDriFactory;
use vigie_ge_dri::wire::frame::{Deframer, emit_frame};
use vigie_ge_dri::wire::record::Record;
use vigie_session::testkit::{
    Rig, check_any_chunking, check_damage, check_farewell, check_reconnect, check_silence,
};
use vigie_session::{Factory, Line, Session, Setup};

use crate::pair::session;

fn active() -> Box<dyn Session> {
    session(&[])
}

/// The first frames of the clean recording.
fn recorded() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/ge-dri/pycollect-2018-07-26-clean.raw"
    );
    let mut bytes = std::fs::read(path).expect("the recording");
    let (end, _) =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == 0x7E).nth(23).expect("12 frames");
    bytes.truncate(end + 1);
    bytes
}

#[test]
fn an_active_session_stands_what_every_session_must_stand() {
    let bytes = recorded();
    check_any_chunking(active, &bytes, 1);
    check_silence(active, &bytes);
    check_reconnect(active, &bytes, 5);
    let report = check_damage(active, &bytes, 11, 60);
    assert!(report.rounds_with_fault > 30, "{report:?}");
    assert_eq!(check_farewell(active, &bytes).len(), 3, "waves, alarms, values");
}

fn listen(bytes: &[u8]) {
    for passive in [true, false] {
        let mut rig = Rig::new(GeDriFactory.session(&Setup { passive, ..Setup::default() }));
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, bytes);
        rig.down(Line::MAIN);
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..3_000)) {
        listen(&bytes);
        let _ = Record::parse(&bytes);
    }

    /// Bytes that reach the inside: a header that holds and any content behind it.
    #[test]
    fn any_record_never_panics(
        main_type in prop_oneof![Just(0u8), Just(1), Just(4), any::<u8>()],
        kinds in proptest::collection::vec((0u16..1_300, any::<u8>()), 0..9),
        level in 0u8..14,
        data in proptest::collection::vec(any::<u8>(), 0..1_300),
    ) {
        let mut record = vec![0; 40];
        (record[3], record[14]) = (level, main_type);
        record[16..40].fill(0xFF);
        for (place, (offset, kind)) in kinds.iter().take(8).enumerate() {
            record[16 + 3 * place..][..2].copy_from_slice(&offset.to_le_bytes());
            // Types that mean something more often than chance has them.
            record[18 + 3 * place] = if kind % 2 == 0 { kind % 45 } else { *kind };
        }
        record.extend(&data);
        let length = record.len() as u16;
        record[..2].copy_from_slice(&length.to_le_bytes());
        listen(&emit_frame(&record));
    }

    #[test]
    fn damaged_real_bytes_never_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
    ) {
        let mut bytes = recorded();
        for (at, value) in places {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        listen(&bytes);
        let mut deframer = Deframer::new();
        deframer.push(&bytes);
        while deframer.next_record().is_some() {}
    }
}
