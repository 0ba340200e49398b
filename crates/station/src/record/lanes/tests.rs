//! Both lanes when nobody takes what they hold.

use std::sync::Arc;

use vigie_clock::BootClock;
use vigie_config::RecordConfig;
use vigie_model::{DeviceKey, Event, LogEntry, LogKind, MonoTime, Observation, RunId, Stamp, Text};
use vigie_ward::Item;

use super::*;
use crate::testing::{alarms, numeric};

fn lanes() -> (RecordTap, RecordLanes, Arc<RecordState>) {
    let state = Arc::new(RecordState::new(Arc::new(BootClock), RecordConfig::default()));
    let (tap, lanes) = RecordLanes::new(RunId(1), state.clone());
    (tap, lanes, state)
}

fn at(millis: u64) -> Stamp {
    Stamp { mono: MonoTime::from_nanos(millis * 1_000_000), ..Stamp::default() }
}

fn heard(stamp: Stamp, event: Event) -> Taken {
    let device = DeviceKey(Text::from("MP90"));
    let observation = Observation { stamp, device, event, placed: None };
    Taken { line: Text::from("1"), item: Item::Heard(Arc::new(observation)) }
}

#[test]
fn samples_are_kept_for_a_time_and_what_goes_is_told_from_when_to_when() {
    let (tap, lanes, state) = lanes();
    // A value each 20 s for 20 minutes, and nobody takes them.
    for step in 0..=60 {
        tap.offer(&heard(at(step * 20_000), numeric("hr.ecg", 80)));
    }
    let load = lanes.take();
    assert_eq!(load.samples.len(), 31, "the last 10 minutes");
    let [lost] = &load.lost[..] else { panic!("{:?}", load.lost) };
    assert_eq!((lost.lost, lost.from, lost.to), (30, at(0).mono, at(580_000).mono));
    assert_eq!((lost.device.as_ref(), lost.key.as_ref()), (None, None));
    assert_eq!(state.status().lost, 30);
    assert!(lanes.take().lost.is_empty(), "told once");
}

#[test]
fn rows_are_kept_longer_and_the_first_of_them_stay() {
    let (tap, lanes, state) = lanes();
    let calm = heard(at(1), alarms(&[]));
    for _ in 0..ROWS_MAX {
        tap.offer(&calm);
    }
    assert!(lanes.woken.try_recv().is_err(), "what is said again is not urgent");
    tap.offer(&heard(at(5), alarms(&["late"])));
    let entry = LogEntry {
        stamp: at(6),
        bed: None,
        device: None,
        kind: LogKind::Note(Text::from("later")),
    };
    tap.log(entry.clone());
    assert_eq!(lanes.len(), ROWS_MAX);
    let load = lanes.take();
    assert_eq!(load.rows.len(), ROWS_MAX);
    let [lost] = &load.lost[..] else { panic!("{:?}", load.lost) };
    assert_eq!((lost.lost, lost.from, lost.to), (2, at(5).mono, at(6).mono));
    assert_eq!(state.status().lost, 2);
    tap.log(entry);
    assert!(lanes.woken.try_recv().is_ok(), "a decision is urgent");
    assert_eq!(lanes.take().rows.len(), 1);
}

#[test]
fn what_says_nothing_is_not_kept_and_of_snapshots_the_last() {
    let (tap, lanes, _) = lanes();
    tap.offer(&heard(at(1), Event::Alive));
    tap.snapshot(BoardSnapshot::default());
    tap.snapshot(BoardSnapshot::default());
    let load = lanes.take();
    assert!(load.rows.is_empty() && load.samples.is_empty());
    assert!(load.snapshot.is_some());
    assert!(lanes.take().snapshot.is_none());
}
