//! Times that stop, jump or are damaged.

use std::time::Duration;

use vigie_intellivue::wire::types::{ObjectClass, RelativeTime};
use vigie_replay::LossKind;

use crate::kit::{cycles, fixture, heard, log, losses, one, plain, result, vtach, with_time};

/// Frames with the number of their cycle, from 1.
fn by_cycle() -> Vec<(u32, Vec<u8>)> {
    let mut cycle = 0;
    let numbered = vtach().into_iter().map(|frame| {
        if result(&frame).is_some_and(|(class, _)| class == ObjectClass::Numeric) {
            cycle += 1;
        }
        (cycle, frame)
    });
    numbered.collect()
}

fn is_numeric(frame: &[u8]) -> bool {
    result(frame).is_some_and(|(class, _)| class == ObjectClass::Numeric)
}

/// The log with the times of some numerics changed.
fn retimed(change: impl Fn(u32, RelativeTime) -> RelativeTime) -> Vec<u8> {
    let frames = by_cycle().into_iter().map(|(cycle, frame)| match result(&frame) {
        Some((ObjectClass::Numeric, time)) => with_time(&frame, change(cycle, time)),
        _ => frame,
    });
    log(&frames.collect::<Vec<_>>())
}

/// When each frame is played: a fingerprint of the whole pace.
fn moments(file: &[u8]) -> Vec<Duration> {
    heard(&one(file)).good.into_iter().map(|(at, _)| at).collect()
}

#[test]
fn where_numerics_stop_alarms_and_waves_go_on_at_their_own_pace() {
    let whole: Vec<Duration> = by_cycle()
        .iter()
        .zip(moments(&log(&vtach())))
        .filter(|((cycle, frame), _)| *cycle < 10 || !is_numeric(frame))
        .map(|(_, at)| at)
        .collect();
    let stopped: Vec<Vec<u8>> = by_cycle()
        .into_iter()
        .filter(|(cycle, frame)| *cycle < 10 || !is_numeric(frame))
        .map(|(_, frame)| frame)
        .collect();
    let recording = one(&log(&stopped));
    assert!(moments(&log(&stopped)) == whole, "each frame is played when it would have been");
    assert_eq!(recording.duration(), cycles(233));
    assert_eq!(losses(&recording), []);

    let waves_alone: Vec<Vec<u8>> = by_cycle()
        .into_iter()
        .filter(|(cycle, frame)| {
            *cycle < 10 || result(frame).is_none_or(|(class, _)| class == ObjectClass::SampleArray)
        })
        .map(|(_, frame)| frame)
        .collect();
    let recording = one(&log(&waves_alone));
    assert_eq!(recording.duration(), cycles(233));
    assert_eq!(recording.pieces.len(), 234);
}

#[test]
fn numerics_that_stand_still_do_not_stop_the_pace() {
    let times: Vec<_> = by_cycle().iter().filter_map(|(_, frame)| Some(result(frame)?.1)).collect();
    let frozen = retimed(|cycle, time| if cycle < 10 { time } else { times[0] });
    assert!(moments(&frozen) == moments(&log(&vtach())));
}

#[test]
fn without_any_numerics_alarms_set_the_pace() {
    let frames: Vec<Vec<u8>> = vtach().into_iter().filter(|frame| !is_numeric(frame)).collect();
    let recording = one(&log(&frames));
    assert_eq!(recording.pieces.len(), 234);
    assert_eq!(recording.duration(), cycles(233));
}

#[test]
fn one_damaged_time_is_not_waited_for_and_moves_nothing() {
    let right = moments(&log(&vtach()));
    for wrong in [-1, 1, 10_000, 400_000, 24_000_000, -400_000, i32::MIN] {
        let file = retimed(|cycle, time| {
            if cycle == 100 { RelativeTime(time.0.wrapping_add_signed(wrong)) } else { time }
        });
        if wrong.unsigned_abs() > 8_192 {
            assert!(moments(&file) == right, "{wrong} ticks more");
            assert_eq!(losses(&one(&file)), [(LossKind::TimeSteps, 1)], "{wrong}");
        } else {
            assert_eq!(one(&file).duration(), cycles(233), "{wrong} ticks more");
        }
    }
}

#[test]
fn a_jump_takes_one_cycle_and_a_pause_up_to_a_minute_its_time() {
    let right = moments(&log(&vtach()));
    for jump in [-1_000_000, -60_000, 500_000, 28_320_000_i32] {
        let file = retimed(|cycle, time| {
            RelativeTime(if cycle < 100 { time.0 } else { time.0.wrapping_add_signed(jump) })
        });
        assert_eq!(moments(&file), right, "{jump} ticks");
        assert_eq!(losses(&one(&file)), [(LossKind::TimeSteps, 1)], "{jump} ticks");
    }
    let pause = retimed(|cycle, time| RelativeTime(time.0 + if cycle < 100 { 0 } else { 240_000 }));
    assert_eq!(one(&pause).duration(), cycles(233) + Duration::from_secs(30));
    assert_eq!(losses(&one(&pause)), []);
}

#[test]
fn two_logs_joined_play_on() {
    let sinus = fixture("rs232_mp90_1A_normal_sinus_spo2_100.frames.bin");
    for joined in [[sinus.clone(), log(&vtach())], [log(&vtach()), sinus.clone()]] {
        let recording = one(&joined.concat());
        assert_eq!(recording.duration(), cycles(238 + 234 - 1));
        assert_eq!(recording.pieces.len(), 238 + 234);
        assert_eq!(losses(&recording), [(LossKind::TimeSteps, 1)]);
    }
}

#[test]
fn bytes_without_any_usable_time_are_played_no_faster_than_a_line_carries_them() {
    let mut damaged = Vec::new();
    for (cycle, frame) in by_cycle() {
        let mut plain = plain(&frame);
        if cycle >= 10 {
            let fcs = plain.len() - 2;
            plain[fcs] ^= 1;
        }
        damaged.extend(plain);
    }
    let bytes_after = damaged.len() as u32 * 224 / 234;
    let recording = one(&damaged);
    // 16 KiB a burst and a frame more at most.
    assert!(recording.pieces.iter().all(|piece| piece.bytes.len() < 20_000));
    assert!(recording.duration() > cycles(8 + bytes_after / 20_000), "{:?}", recording.duration());
    assert_eq!(heard(&recording).faults.len(), by_cycle().iter().filter(|it| it.0 >= 10).count());
}
