//! What every session must stand, on recorded bytes.

use vigie_session::testkit::{
    check_any_chunking, check_damage, check_datagrams, check_farewell, check_passive,
    check_reconnect, check_silence,
};

use crate::heard::{network, network_session, serial_session, wire_frames};
use crate::recorded::SERIAL;

/// The beginning of a recorded line: as many frames as make the point in little time.
fn begin(line: usize, frames: usize) -> Vec<u8> {
    wire_frames(SERIAL[line].0)[..frames].concat()
}

#[test]
fn any_chunking_gives_the_same_events() {
    check_any_chunking(serial_session, &begin(0, 300), 1);
    check_any_chunking(serial_session, &begin(2, 300), 100);
}

#[test]
fn silence_makes_nothing_up() {
    check_silence(serial_session, &begin(1, 60));
}

#[test]
fn damage_never_outlasts_the_line() {
    let report = check_damage(serial_session, &begin(2, 240), 7, 60);
    assert!(report.rounds_with_fault > 50, "{report:?}");
    // At most four hurt places, each two frames at most; the largest frame gives some 30 events.
    assert!(report.events_least + 4 * 2 * 30 >= report.events_clean, "{report:?}");
}

#[test]
fn a_reconnected_line_begins_afresh() {
    check_reconnect(serial_session, &begin(1, 120), 3);
}

#[test]
fn nothing_is_ever_sent() {
    check_passive(serial_session, &begin(0, 60));
    assert_eq!(check_farewell(serial_session, &begin(0, 60)), []);
    check_passive(network_session, &network()[20].bytes);
}

#[test]
fn lost_doubled_and_exchanged_datagrams_invent_nothing() {
    check_datagrams(network_session, &network(), 11, 100);
}
