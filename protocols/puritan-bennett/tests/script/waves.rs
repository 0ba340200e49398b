//! The waveform port: samples, their clock, and what is missing.

use vigie_model::{Before, Event, MarkKind, Scale, Tick};
use vigie_puritan_bennett::session::{TIMEBASE, WAVES as PORT};
use vigie_puritan_bennett::wire::CurveLine;
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Heard, Line};

use super::{MISCF, WAVES, WAVES_HURT, faults, ms, passive, stream, waves};

pub const LINE: Line = PORT;

fn open() -> Rig {
    let mut rig = Rig::new(passive());
    rig.up(LINE);
    rig
}

/// Where each run of joined chunks begins, and how many samples it has.
fn runs(heard: &[Heard]) -> Vec<(u64, usize)> {
    let mut runs: Vec<(u64, usize)> = Vec::new();
    let mut end = None;
    for chunk in waves(heard, "flow") {
        match runs.last_mut() {
            Some(run) if chunk.before == Before::Joined => {
                assert_eq!(end, Some(chunk.first), "a joined chunk begins where the last ended");
                run.1 += chunk.samples.len();
            }
            Some(_) | None => runs.push((chunk.first.0, chunk.samples.len())),
        }
        end = Some(chunk.end());
    }
    runs
}

/// A breath of `samples` lines.
fn breath(number: u32, samples: usize) -> Vec<String> {
    let mut lines = vec![format!("BS, S:{number},\n")];
    lines.extend((0..samples).map(|at| format!("{}.50, {}.25\n", at % 60, at % 20)));
    lines.push("BE\n".to_owned());
    lines
}

/// Sends lines as they are measured, one every 20 ms.
fn steadily(rig: &mut Rig, lines: &[String]) {
    for line in lines {
        if !line.starts_with('B') {
            rig.advance(ms(20));
        }
        rig.bytes(LINE, line.as_bytes());
    }
}

#[test]
fn lines_of_the_note() {
    for (line, expected) in [
        ("BS, S:4921,", CurveLine::Start(4921)),
        ("BS,S:1", CurveLine::Start(1)),
        ("BE", CurveLine::End),
        ("BE,", CurveLine::End),
        ("3.01, 5.79", CurveLine::Sample { flow: 301, pressure: 579 }),
        ("-2.30, 6.93", CurveLine::Sample { flow: -230, pressure: 693 }),
        ("3, -.5", CurveLine::Sample { flow: 300, pressure: -50 }),
        ("3.01 5.79", CurveLine::Odd),
        ("3.01, 5.79, 1.00", CurveLine::Odd),
        ("3.01, ", CurveLine::Odd),
        ("3.011, 5.79", CurveLine::Odd),
        ("2026-11-22-09-26-00.000000", CurveLine::Odd),
        ("BS, S:", CurveLine::Odd),
        ("BS, S:99999999999,", CurveLine::Odd),
        ("99999.00, 1.00", CurveLine::Odd),
        ("", CurveLine::Odd),
    ] {
        assert_eq!(CurveLine::parse(line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn two_lines_of_one_device_by_name() {
    let names: Vec<_> = vigie_puritan_bennett::PuritanBennettFactory
        .lines()
        .iter()
        .map(|line| (line.line, line.name, line.optional))
        .collect();
    assert_eq!(names, [(Line::MAIN, "parameters", false), (LINE, "waves", true)]);
}

#[test]
fn breaths_are_one_trace_of_flow_and_pressure() {
    let mut rig = open();
    rig.bytes(LINE, WAVES);
    let heard = rig.take_heard();
    assert_eq!(runs(&heard), [(0, 180)]);
    let (flow, pressure) = (waves(&heard, "flow"), waves(&heard, "pressure"));
    assert_eq!(flow.len(), pressure.len());
    for (flow, pressure) in flow.iter().zip(&pressure) {
        assert_eq!((flow.first, flow.base, flow.step), (pressure.first, TIMEBASE, 1));
        assert_eq!(flow.rate_hz(), 50.0);
    }
    let first = flow[0];
    assert_eq!(first.samples[..3], [4000, 3880, 3760]);
    let amount = first.scale.amount(first.samples[1]).expect("a scale");
    assert!((amount - 38.8).abs() < 1e-9, "{amount}");
    assert!(matches!(first.scale, Scale::Physical { .. }));
    assert_eq!(first.key.metric().map(|metric| metric.id), Some("w.flow"));
    assert_eq!(pressure[0].key.metric().map(|metric| metric.id), Some("w.paw"));
    assert_eq!(stream(&heard, "pressure").map(|info| info.unit.as_str()), Some("cm[H2O]"));
    assert!(faults(&heard).is_empty());
}

#[test]
fn hurt_places_cost_only_themselves() {
    let mut rig = open();
    rig.bytes(LINE, WAVES_HURT);
    let heard = rig.take_heard();
    // 17 and 18 join although the end of 17 is missing; 25 does not follow 18.
    assert_eq!(runs(&heard), [(0, 120), (120, 60)]);
    let invalid: Vec<u64> = waves(&heard, "pressure")
        .iter()
        .flat_map(|chunk| {
            let marks = chunk.marks.iter().filter(|mark| mark.kind == MarkKind::Invalid);
            marks.map(|mark| chunk.first.0 + u64::from(mark.at))
        })
        .collect();
    assert_eq!(faults(&heard), vec!["Malformed: line of the waveform port"; invalid.len()]);
    assert!(invalid.iter().all(|at| (60..120).contains(at)), "{invalid:?}");
}

/// Ticks at which a breath is said to begin.
fn beginnings(heard: &[Heard], vendor: &str) -> Vec<u64> {
    waves(heard, vendor)
        .iter()
        .flat_map(|chunk| {
            let marks = chunk.marks.iter().filter(|mark| mark.kind == MarkKind::Inspiration);
            marks.map(|mark| chunk.first.0 + u64::from(mark.at))
        })
        .collect()
}

#[test]
fn breaths_are_marked_where_they_begin() {
    let mut rig = open();
    // The end of a breath that had begun before.
    rig.bytes(LINE, b"x\n3.02, 5.80\n3.02, 5.80\nBE\n");
    for number in 1..4 {
        steadily(&mut rig, &breath(number, 75));
    }
    // The first line of a breath is hurt: it began there all the same.
    rig.bytes(LINE, b"BS, S:4,\n3.0*, 5.80\n3.02, 5.80\nBE\n");
    let heard = rig.take_heard();
    for vendor in ["flow", "pressure"] {
        assert_eq!(beginnings(&heard, vendor), [3, 78, 153, 228], "{vendor}");
    }
}

#[test]
fn a_half_line_after_connecting_is_no_sample() {
    let mut rig = open();
    rig.bytes(LINE, b"01, 5.79\n3.02, 5.80\nBE\n");
    let heard = rig.take_heard();
    assert_eq!(waves(&heard, "flow")[0].samples[..], [302]);
}

#[test]
fn time_that_is_missing_is_missing_in_the_trace() {
    let mut rig = open();
    steadily(&mut rig, &breath(1, 150));
    steadily(&mut rig, &breath(2, 150));
    // Bytes are lost for 4 s in the middle of a breath.
    let third = breath(3, 150);
    steadily(&mut rig, &third[..51]);
    rig.advance(ms(4_000));
    steadily(&mut rig, &third[51..]);
    assert_eq!(runs(&rig.take_heard()), [(0, 350), (551, 100)]);
}

#[test]
fn a_breath_cut_off_at_its_most_samples_leaves_a_gap() {
    let mut rig = open();
    steadily(&mut rig, &breath(1, 512));
    rig.advance(ms(3_000));
    steadily(&mut rig, &breath(2, 50));
    assert_eq!(runs(&rig.take_heard()), [(0, 512), (663, 50)]);
}

#[test]
fn breaths_that_come_at_once_are_one_trace_too() {
    let mut rig = open();
    for number in 1..6 {
        rig.advance(ms(3_000));
        rig.bytes(LINE, breath(number, 150).concat().as_bytes());
    }
    assert_eq!(runs(&rig.take_heard()), [(0, 750)]);
}

#[test]
fn a_doubled_beginning_is_one() {
    let mut rig = open();
    let lines = breath(7, 20);
    rig.bytes(LINE, lines[0].as_bytes());
    rig.bytes(LINE, lines.concat().as_bytes());
    rig.bytes(LINE, breath(8, 20).concat().as_bytes());
    assert_eq!(runs(&rig.take_heard()), [(0, 40)]);
}

#[test]
fn noise_gives_no_samples() {
    let mut rig = open();
    rig.bytes(LINE, WAVES);
    rig.take_heard();
    let noise: Vec<u8> = (0..4_000u32).map(|at| (at * 37 % 251) as u8).collect();
    rig.bytes(LINE, &noise);
    let heard = rig.take_heard();
    let samples: usize = waves(&heard, "flow").iter().map(|chunk| chunk.samples.len()).sum();
    assert!(samples <= 1, "{samples}");
    assert!(!faults(&heard).is_empty());
}

#[test]
fn a_port_that_closes_is_a_gap_and_the_clock_goes_on() {
    let mut rig = open();
    steadily(&mut rig, &breath(1, 100));
    rig.down(LINE);
    assert!(rig.take_heard().iter().any(|heard| matches!(heard.event, Event::Gap(_))));
    rig.advance(ms(10_000));
    rig.up(LINE);
    steadily(&mut rig, &breath(9, 100));
    let heard = rig.take_heard();
    assert_eq!(runs(&heard), [(601, 100)]);
    assert_eq!(waves(&heard, "flow")[0].first, Tick(601));
}

#[test]
fn both_lines_are_one_device() {
    let mut rig = open();
    rig.up(Line::MAIN);
    rig.bytes(LINE, WAVES);
    rig.bytes(Line::MAIN, MISCF);
    rig.bytes(LINE, WAVES);
    let heard = rig.take_heard();
    assert!(heard.iter().all(|heard| heard.device == vigie_session::DeviceIx::ONLY));
    assert_eq!(waves(&heard, "flow").len(), 36);
}
