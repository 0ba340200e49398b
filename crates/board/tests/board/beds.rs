//! Another configuration while the board is at work.

use std::sync::Arc;

use crate::common::*;
use vigie_board::{LineChange, Receipt};
use vigie_model::*;

fn beds(names: &[(&str, &str)]) -> Vec<Bed> {
    names.iter().map(|(id, label)| Bed { id: bed(id), label: text(label) }).collect()
}

fn set_beds(bench: &mut Bench, names: &[(&str, &str)]) {
    let (now, wall) = (bench.now, bench.wall());
    bench.board.set_beds(now, wall, &text("configuration"), beds(names));
}

fn forget_line(bench: &mut Bench, line: &str) {
    let (now, wall) = (bench.now, bench.wall());
    bench.board.forget_line(now, wall, &text(line), &text("configuration"));
}

fn labels(bench: &mut Bench) -> Vec<String> {
    bench.view().tiles.iter().map(|tile| tile.label.to_string()).collect()
}

#[test]
fn beds_that_stay_keep_stay_device_and_even_their_tile() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    let before = bench.view();
    bench.log();
    set_beds(&mut bench, &[("3", "3"), ("1", "1"), ("2", "2"), ("3", "again")]);
    assert_eq!(labels(&mut bench), ["3", "1", "2"]);
    let after = bench.view();
    assert!(Arc::ptr_eq(&before.tiles[0], &after.tiles[1]));
    assert!(Arc::ptr_eq(&before.tiles[1], &after.tiles[2]));
    assert_eq!(bench.log(), [], "nothing happened to anybody");
    let rows = bench.board.assignments();
    assert_eq!((rows.len(), rows[0].to), (1, None));
}

#[test]
fn another_label_is_on_the_tile_at_once() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    bench.view();
    set_beds(&mut bench, &[("1", "Window"), ("2", "Door")]);
    assert_eq!(labels(&mut bench), ["Window", "Door"]);
    assert_eq!(bench.tile().blocks.len(), 1, "and its values stay");
}

#[test]
fn the_device_of_a_bed_that_goes_stands_in_the_tray() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    bench.log();
    set_beds(&mut bench, &[("2", "2")]);
    let view = bench.view();
    assert_eq!((view.tiles.len(), view.unassigned.len()), (1, 1));
    assert_eq!(view.unassigned[0].bed, None);
    assert!(view.unassigned[0].blocks.is_empty(), "the values belong to the stay that ended");
    let log = bench.log();
    assert!(matches!(&log[0], LogKind::StayEnded(stay) if stay.bed == bed("1")), "{log:?}");
    assert!(log.iter().any(|kind| matches!(kind,
        LogKind::Assigned(row) if row.bed.is_none() && row.by == text("configuration"))));
    // The bed comes back, as another one.
    set_beds(&mut bench, &[("1", "1"), ("2", "2")]);
    assert!(bench.tile().device.is_none());
    assert_eq!(bench.assign("mp", Some("1")), Receipt::Done);
}

#[test]
fn a_line_that_is_forgotten_takes_its_devices_with_it() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com2", &["other"], LineChange::Up).says("other", numeric("hr.ecg", 60));
    bench.line("com1", &[], LineChange::Down);
    assert_eq!(bench.station_alarms().len(), 1);
    bench.log();
    forget_line(&mut bench, "com1");
    let view = bench.view();
    assert!(view.tiles[0].device.is_none());
    assert_eq!(view.unassigned.len(), 1, "the other one was not forgotten");
    let ended = LogKind::StationAlarmEnded(StationAlarmKind::LineClosed);
    assert!(bench.log().contains(&ended), "no alarm stands for ever");
    assert_eq!(bench.assign("other", Some("1")), Receipt::Done, "the bed is free");
    assert!(bench.board.poll_timeout().is_none_or(|(due, _)| due > bench.now));
}

#[test]
fn a_device_that_another_line_hears_stays() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com2", &["mp"], LineChange::Up);
    forget_line(&mut bench, "com1");
    bench.say(numeric("hr.ecg", 81));
    assert!(bench.tile().device.is_some());
    assert_eq!(bench.station_alarms(), [], "it is heard once now");
    bench.line("com2", &[], LineChange::Down);
    assert!(bench.tile().link.closed);
}
