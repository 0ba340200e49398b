//! Eight days with one monitor: its clock wraps after 6.2 days, sequence numbers wrap, somebody sets
//! its clock. Nothing of it may be seen.

use std::time::Duration;

use super::pair::Pair;

const DAY: Duration = Duration::from_secs(86_400);

/// Runs for a time in which nothing may be told but values.
#[track_caller]
fn assert_quiet(pair: &mut Pair, by: Duration, what: &str) {
    pair.take();
    pair.is_forgetful = true;
    pair.advance(by);
    let told = pair.take();
    assert!(told.is_empty(), "{what}: {told:?}");
    let requests = pair.bedside().count("association request");
    assert_eq!(requests, 1, "{what}: associated again");
    pair.bedside().heard.retain(|(_, kind, _)| *kind == "association request");
}

#[test]
fn eight_days() {
    let mut pair = Pair::network();
    // The wrap comes where it would: 6.2 days after the monitor was switched on.
    pair.bedside().ticks_at_start = 8_000;
    pair.bedside().waves = vec![0x0002_4BB4];
    pair.up();
    pair.secs(20);
    for day in 1..=8 {
        assert_quiet(&mut pair, DAY, &format!("day {day}"));
        if day == 3 {
            pair.bedside().wall_ahead_hours = 1;
        }
    }
    // Values go on.
    pair.is_forgetful = false;
    pair.secs(10);
    assert!(pair.waves() >= 36 && pair.numbers(vigie_session::DeviceIx::ONLY) >= 9);
}

#[test]
fn sequence_numbers_that_are_never_begun_anew_wrap_unseen() {
    let mut pair = Pair::network();
    pair.bedside().keeps_sequence = true;
    pair.up();
    pair.secs(20);
    // 65,536 wave results take 4.7 h.
    assert_quiet(&mut pair, Duration::from_secs(6 * 3_600), "six hours");
}
