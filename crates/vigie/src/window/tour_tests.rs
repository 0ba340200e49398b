//! What stands in the window at the moments of `docs/tour`: from the recorded bytes, through session
//! and board, to the labels that the dashboard paints and a screen reader says.

use std::{path::PathBuf, rc::Rc, time::Duration};

use clap::Parser;
use egui_kittest::{Harness, kittest::NodeT as _};
use vigie_model::{MonoTime, WallTime};
use vigie_words::Words;

use super::{StillSource, dashboard, notices};
use crate::{
    cli::{Cli, Command},
    replay::{ReplayWard, load},
};

const SINUS: &str = "1A=rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";
const SPO2_LOW: &str = "1B=rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin";
const VTACH: &str = "1D=rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin";
const LAN: &str = "LAN=lan_mp40_G0180_frames_001-100_141-152.pcap";
const WARD: [&str; 4] = [SINUS, SPO2_LOW, VTACH, LAN];

/// Noon of a day in 2026, so that clock times do not cross midnight.
const START_WALL: WallTime = WallTime::from_unix_nanos(1_795_262_400_000_000_000);

/// Everything that the window says, one line a thing, for `vigie replay RECORDINGS OPTIONS`.
fn said(recordings: &[&str], options: &str) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    let files = recordings.iter().map(|recording| {
        let (label, name) = recording.split_once('=').expect("a label");
        format!("{label}={}", folder.join(name).display())
    });
    let arguments: Vec<String> = ["vigie", "replay"]
        .into_iter()
        .map(str::to_owned)
        .chain(files)
        .chain(options.split_whitespace().map(str::to_owned))
        .collect();
    let Some(Command::Replay(options)) = Cli::parse_from(arguments).command else {
        panic!("a replay")
    };
    let beds = load(&options.files).expect("recordings");
    let mut ward = ReplayWard::new(beds, &options, MonoTime::from_nanos(1 << 50), START_WALL);
    let still = ward.at(options.after.unwrap_or(Duration::ZERO));
    let mut dashboard = dashboard(&Words::new(options.language), &options, &still.view);
    dashboard.set_utc_offset_minutes(0);
    dashboard.set_notices(notices(&still.progress));
    let source = Rc::new(StillSource(still));
    let size = [f32::from(options.size.width), f32::from(options.size.height)];
    let mut harness =
        Harness::builder().with_size(size).build_ui(move |ui| dashboard.ui(ui, source.as_ref()));
    // Fonts first, then layout.
    for _ in 0..3 {
        harness.step();
    }
    let mut said = Vec::new();
    let mut nodes = vec![harness.root()];
    while let Some(node) = nodes.pop() {
        let own = node.accesskit_node();
        said.extend(own.label().or_else(|| own.value()));
        nodes.extend(node.children());
    }
    said
}

/// Asserts that each of `wanted` is said and none of `unwanted`, in both sizes of the tour.
#[track_caller]
fn check(recordings: &[&str], options: &str, wanted: &[&str], unwanted: &[&str]) {
    for size in ["1280x720", "1920x1080"] {
        let said = said(recordings, &format!("{options} --size {size}"));
        for what in wanted {
            let found = said.iter().any(|line| line.contains(what));
            assert!(found, "{size}: {what:?} is not said: {said:#?}");
        }
        for what in unwanted {
            let found = said.iter().find(|line| line.contains(what));
            assert_eq!(found, None, "{size}: {what:?} is said");
        }
    }
}

#[test]
fn sinus_rhythm_is_calm_and_marked_as_a_replay() {
    check(
        &[SINUS],
        "--after 60",
        &["REPLAY", "HR 80", "SpO2 100", "ECG I", "Pleth", "no scale known"],
        &["priority alarm: *", "stale", "lost", "DEMO"],
    );
}

#[test]
fn low_saturation_is_a_medium_alarm_before_and_after_it_is_silenced() {
    let alarm = "medium priority alarm: ** SpO₂   LOW";
    check(&[SPO2_LOW], "--after 3", &[alarm, "SpO2 86"], &["silenced at bedside"]);
    check(&[SPO2_LOW], "--after 60", &[alarm, "SpO2 86", "silenced at bedside"], &[]);
}

#[test]
fn ventricular_tachycardia_is_a_high_alarm_and_a_sensor_that_is_off_gives_no_number() {
    let alarm = "high priority alarm: *** VTACH";
    check(&[VTACH], "--after 20", &[alarm, "HR 140", "SpO2 100"], &["SENSOR OFF"]);
    check(
        &[VTACH],
        "--after 60 --open 1D",
        &[alarm, "NON-PULSAT", "SpO2 no value: invalid"],
        &["SpO2 100"],
    );
    check(
        &[VTACH],
        "--after 120 --open 1D",
        &[alarm, "SENSOR OFF", "SpO2 no value: invalid"],
        &["SpO2 100"],
    );
}

#[test]
fn the_network_capture_has_scales_and_says_that_it_is_a_demonstration() {
    check(
        &[LAN],
        "--after 201.9 --open LAN",
        &["DEMO", "HR 60", "SpO2 95", "ABP 120/70 (91)", "RR 15", "late 4 s", "alarms not known"],
        &["stale"],
    );
    // By then the monitor has told the scale of every wave, and its numbers are old.
    check(
        &[LAN],
        "--after 205.9 --open LAN",
        &["DEMO", "HR 60 per minute, stale 8 s", "ECG I, ", "ABP, ", "mmHg", "mV"],
        &["no scale known"],
    );
    check(&[LAN], "--after 219 --open LAN", &["HR 60", "no alarm", "DEMO"], &["alarms not known"]);
}

#[test]
fn four_recordings_are_one_ward_of_four_beds() {
    check(
        &WARD,
        "--after 201.9",
        &[
            "1A",
            "1B",
            "1D",
            "LAN",
            "*** VTACH",
            "SpO₂   LOW",
            "HR 80",
            "HR 140",
            "HR 60",
            "late 4 s",
        ],
        &["two devices"],
    );
}

#[test]
fn seven_and_fifteen_seconds_after_the_input_stopped_nothing_looks_live() {
    check(
        &WARD,
        "--pause-at 201 --after 208",
        &["input paused", "stale 7 s", "HR 80", "*** VTACH", "nothing heard"],
        &["live"],
    );
    check(
        &WARD,
        "--pause-at 201 --after 216",
        &["input paused", "lost 15 s", "not confirmed since 12:03:", "HR no data, lost 15 s"],
        &["HR 80", "HR 140", "SpO2 86", "live"],
    );
}

#[test]
fn french_has_its_own_labels_and_the_decimal_comma() {
    check(
        &WARD,
        "--after 201.9 --language fr",
        &["RELECTURE", "FC 80", "SpO2 86,4", "priorité haute", "Écran secondaire"],
        &["REPLAY", "HR 80", "86.4", "no scale"],
    );
}
