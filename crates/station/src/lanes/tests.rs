//! Both lanes together: order, and who waits for whom.

use std::{future::Future, pin::pin, task::Poll};

use vigie_board::LineChange;
use vigie_clock::BootClock;
use vigie_model::{DeviceKey, MonoTime, Observation, Stamp, WallTime};

use super::*;
use crate::testing::{identity, numeric, wave};

/// A clock on which an hour passes at each look, so that no bucket is ever empty.
struct Racing(AtomicU64);

impl Clock for Racing {
    fn mono(&self) -> MonoTime {
        MonoTime::from_nanos(self.0.fetch_add(3_600_000_000_000, Ordering::Relaxed))
    }

    fn wall(&self) -> WallTime {
        WallTime::default()
    }
}

fn racing() -> Arc<dyn Clock> {
    Arc::new(Racing(AtomicU64::new(1)))
}

fn heard(device: &str, event: Event) -> Item {
    let device = DeviceKey(Text::from(device));
    let stamp = Stamp::default();
    Item::Heard(Arc::new(Observation { stamp, device, event, placed: None }))
}

fn line_down(name: &str) -> Item {
    Item::Line {
        at: MonoTime::START,
        wall: WallTime::default(),
        line: Text::from(name),
        devices: Vec::new(),
        change: LineChange::Down,
    }
}

/// What a future gives at once, if it does.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Sends if there is room at once.
fn send(lane: &LineLane, item: Item) -> bool {
    let Some(room) = now(lane.room_for(&item)) else { return false };
    lane.put(room, item);
    true
}

/// In short: `id`, `num 3`, `wave 1024`, `down`.
fn word(taken: &Taken) -> String {
    match &taken.item {
        Item::Line { .. } => "down".into(),
        Item::Heard(observation) => match &observation.event {
            Event::Identity(_) => "id".into(),
            Event::Numeric(numeric) => {
                format!("num {}", numeric.reading.value().expect("a value"))
            }
            Event::Wave(chunk) => format!("wave {}", chunk.first.0),
            Event::Gap(_) => "gap".into(),
            Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Alive
            | Event::Fault(_) => panic!("{observation:?}"),
        },
    }
}

#[test]
fn items_overtake_waves_but_not_what_says_whose_they_are() {
    let (lanes, intake) = lanes();
    let lane = lanes.line(&Text::from("x"), racing());
    for item in [
        heard("line:x", wave("ecg.ii", 0, 64)),
        heard("line:x", numeric("hr.ecg", 1)),
        heard("line:x", identity("mp")),
        heard("mp", wave("ecg.ii", 256, 64)),
        heard("mp", numeric("hr.ecg", 2)),
        heard("mp", wave("ecg.ii", 512, 64)),
        line_down("x"),
    ] {
        assert!(send(&lane, item));
    }
    let mut ordered = Ordered::new(intake);
    let mut words = Vec::new();
    // Waves alone: the board has heard nothing yet of what was sent ahead of all but the first.
    ordered.waves(100, |taken| words.push(word(&taken)));
    assert_eq!(words, ["wave 0"]);
    words.clear();
    while let Ok(control) = ordered.intake.control.try_recv() {
        assert_eq!(ordered.hear(control, |taken| words.push(word(&taken))), None);
    }
    assert_eq!(words, ["num 1", "id", "num 2", "wave 256", "wave 512", "down"]);
    assert!(!ordered.waves(100, |taken| panic!("{taken:?}")));
}

#[test]
fn an_old_name_does_not_rise_again_when_the_board_is_late() {
    let (lanes, intake) = lanes();
    let lane = lanes.line(&Text::from("x"), racing());
    for nth in 0..3 {
        assert!(send(&lane, heard("line:x", wave("ecg.ii", nth * 256, 64))));
    }
    assert!(send(&lane, heard("line:x", identity("mp"))));
    assert!(send(&lane, heard("mp", wave("ecg.ii", 768, 64))));
    let mut ordered = Ordered::new(intake);
    let mut devices = Vec::new();
    let mut note = |taken: Taken| match &taken.item {
        Item::Heard(observation) => devices.push(observation.device.0.to_string()),
        Item::Line { .. } => panic!("{taken:?}"),
    };
    let control = ordered.intake.control.try_recv().expect("the identity");
    ordered.hear(control, &mut note);
    ordered.waves(100, &mut note);
    assert_eq!(devices, ["line:x", "line:x", "line:x", "line:x", "mp"]);
}

#[test]
fn observations_are_numbered_by_lane() {
    let (lanes, intake) = lanes();
    let a = lanes.line(&Text::from("a"), racing());
    let b = lanes.line(&Text::from("b"), racing());
    for nth in 0..4 {
        assert!(send(&a, heard("a", numeric("hr.ecg", nth))));
        assert!(send(&b, heard("b", wave("ecg.ii", 256 * nth as u64, 64))));
        assert!(send(&b, heard("b", numeric("hr.ecg", nth))));
    }
    let mut ordered = Ordered::new(intake);
    let (mut items, mut waves) = (Vec::new(), Vec::new());
    let seq = |taken: &Taken| match &taken.item {
        Item::Heard(observation) => observation.stamp.seq,
        Item::Line { .. } => panic!("{taken:?}"),
    };
    while let Ok(control) = ordered.intake.control.try_recv() {
        ordered.hear(control, |taken| items.push(seq(&taken)));
    }
    ordered.waves(100, |taken| waves.push(seq(&taken)));
    assert_eq!(items, (0..8).collect::<Vec<_>>());
    assert_eq!(waves, (0..4).collect::<Vec<_>>());
    assert_eq!((a.observations(), b.observations()), (4, 8));
}

/// One line sends as much as it can, nine others an item each now and then, and the board takes one
/// item at a time. Counted, not timed: how many items the board hears while another line's item waits.
#[test]
fn a_line_that_floods_delays_the_others_by_its_share_at_most() {
    let (lanes, intake) = lanes();
    let hostile = lanes.line(&Text::from("hostile"), racing());
    let others: Vec<LineLane> =
        (0..9).map(|bed| lanes.line(&Text::from(format!("bed {bed}")), racing())).collect();
    let mut ordered = Ordered::new(intake);
    let mut waiting: BTreeMap<String, usize> = BTreeMap::new();
    let (mut flood, mut worst) = (0, 0);
    for taken in 0..20_000_usize {
        while send(&hostile, heard("hostile", numeric("hr.ecg", 1))) {
            flood += 1;
        }
        if taken % 37 == 0 {
            let other = &others[taken / 37 % others.len()];
            let name = other.name.to_string();
            assert!(send(other, heard(&name, numeric("hr.ecg", 2))), "others never wait for room");
            waiting.entry(name).or_insert(taken);
        }
        let control = ordered.intake.control.try_recv().expect("the hostile line never rests");
        ordered.hear(control, |item| {
            if let Some(since) = waiting.remove(item.line.as_str()) {
                worst = worst.max(taken - since);
            }
        });
    }
    assert!(flood > 19_000, "it floods: {flood}");
    assert!(worst <= LINE_SHARE + others.len(), "{worst} items");
    assert!(worst > LINE_SHARE / 2, "the flood is felt at all: {worst} items");
}

#[test]
fn nothing_on_the_control_lane_is_dropped_and_the_task_waits() {
    let (lanes, intake) = lanes_of(4, SIGNAL_MAX);
    let lane = lanes.line(&Text::from("x"), racing());
    let sent = (0..10).take_while(|nth| send(&lane, heard("x", numeric("hr.ecg", *nth)))).count();
    assert_eq!(sent, 4);
    // Waves do not wait for it.
    assert!(send(&lane, heard("x", wave("ecg.ii", 0, 64))));
    let mut ordered = Ordered::new(intake);
    let mut words = Vec::new();
    for nth in 4..10 {
        let control = ordered.intake.control.try_recv().expect("it is full");
        // Room is free again when the board has heard it, not before.
        assert!(!send(&lane, heard("x", numeric("hr.ecg", nth))));
        ordered.hear(control, |taken| words.push(word(&taken)));
        assert!(send(&lane, heard("x", numeric("hr.ecg", nth))));
    }
    while let Ok(control) = ordered.intake.control.try_recv() {
        ordered.hear(control, |taken| words.push(word(&taken)));
    }
    let all: Vec<String> = (0..10).map(|nth| format!("num {nth}")).collect();
    assert_eq!(words, all);
}

#[test]
fn a_line_that_ended_leaves_nothing_behind() {
    let (lanes, intake) = lanes();
    let lane = lanes.line(&Text::from("x"), racing());
    assert!(send(&lane, heard("x", wave("ecg.ii", 0, 64))));
    now(lane.end(true)).expect("there is room");
    let mut ordered = Ordered::new(intake);
    let control = ordered.intake.control.try_recv().expect("its last word");
    let mut words = Vec::new();
    let ended = ordered.hear(control, |taken| words.push(word(&taken)));
    assert_eq!(ended, Some(Ended { line: Text::from("x"), forgotten: true }));
    assert_eq!(words, ["wave 0"], "what it said is still heard");
    assert!(ordered.told.is_empty());
}

#[test]
fn the_bucket_makes_a_flood_wait_for_time() {
    struct Still;
    impl Clock for Still {
        fn mono(&self) -> MonoTime {
            MonoTime::from_nanos(1)
        }
        fn wall(&self) -> WallTime {
            BootClock.wall()
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let (lanes, _intake) = lanes();
        let lane = lanes.line(&Text::from("x"), Arc::new(Still));
        let item = heard("x", wave("ecg.ii", 0, 64));
        let sent = (0..).take_while(|_| send(&lane, item.clone())).count() as u64;
        assert_eq!(sent, crate::bucket::ITEMS_AT_ONCE);
    });
}
