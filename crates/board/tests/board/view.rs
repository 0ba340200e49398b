//! What the window gets: order, digits, and how little is written anew.

use std::sync::Arc;

use crate::common::*;
use vigie_board::{
    BoardView,
    view::{BlockShape, Freshness, Shown},
};
use vigie_model::*;

fn order(bench: &mut Bench) -> Vec<String> {
    let tile = bench.tile();
    let words = |number: &vigie_board::view::NumericView| {
        number.id.as_ref().or(number.label.as_ref()).map_or("?", |text| text.as_str()).to_string()
    };
    tile.blocks
        .iter()
        .map(|block| block.numerics.iter().map(words).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn blocks_stand_in_the_clinical_order_whatever_comes_first() {
    let mut ids = [
        "hr.ecg",
        "pr",
        "spo2",
        "abp.sys",
        "abp.dia",
        "abp.mean",
        "nibp.sys",
        "nibp.dia",
        "nibp.mean",
        "rr",
        "temp",
        "etco2",
        "cvp.mean",
        "pap.sys",
        "icp.mean",
        "ecg.st.II",
        "ecg.st.V1",
        "co",
        "vent.peep",
        "fio2",
        "bis",
    ];
    let expected = [
        "hr.ecg",
        "pr",
        "spo2",
        "abp.sys abp.dia abp.mean",
        "nibp.sys nibp.dia nibp.mean",
        "rr",
        "temp",
        "etco2",
        "cvp.mean",
        "pap.sys",
        "icp.mean",
        "ecg.st.II ecg.st.V1",
        "co",
        "vent.peep",
        "fio2",
        "bis",
        "Alpha",
        "Beta",
    ];
    let mut chance = Chance::new(7);
    for round in 0..20 {
        for place in (1..ids.len()).rev() {
            ids.swap(place, chance.below(place as u64 + 1) as usize);
        }
        let mut bench = Bench::new();
        for (vendor, label) in [("0001", "Beta"), ("0002", "Alpha")] {
            let unknown = info(unmapped(vendor), every(1000));
            bench.say(Event::Stream(StreamInfo { label: Some(text(label)), ..unknown }));
            bench.say(Event::Numeric(numeric_of(unmapped(vendor), reading(1))));
        }
        for id in ids {
            bench.say(numeric(id, 1));
        }
        assert_eq!(order(&mut bench), expected, "round {round}");
    }
}

#[test]
fn a_block_keeps_its_place_while_values_and_labels_come_and_go() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).say(numeric("spo2", 97));
    for vendor in ["B", "A"] {
        bench.say(Event::Numeric(numeric_of(unmapped(vendor), reading(1))));
    }
    let places = |bench: &mut Bench| -> Vec<Text> {
        let tile = bench.tile();
        tile.blocks.iter().map(|block| block.numerics[0].key.vendor.clone()).collect()
    };
    let before = places(&mut bench);
    assert_eq!(before, [text("hr.ecg"), text("spo2"), text("A"), text("B")]);
    let unknown = info(unmapped("A"), every(1000));
    bench.say(Event::Stream(StreamInfo { label: Some(text("Zulu")), ..unknown }));
    bench.run(secs(60)).say(numeric("spo2", 96));
    assert_eq!(places(&mut bench), before);
}

#[test]
fn a_pressure_is_one_block_an_instance_and_keeps_its_shape_with_the_mean_alone() {
    let mut bench = Bench::new();
    let second = |id: &str| MetricKey { instance: 1, ..key(id) };
    bench
        .say(numeric("abp.mean", 90))
        .say(Event::Numeric(numeric_of(second("abp.sys"), reading(121))));
    let blocks = &bench.tile().blocks;
    assert_eq!(blocks.len(), 2);
    assert!(blocks.iter().all(|block| block.shape == BlockShape::Pressure));
    assert_eq!(blocks[0].group, Some(text("abp")));
    bench
        .say(numeric("abp.sys", 120))
        .say(Event::Numeric(numeric_of(second("abp.mean"), reading(91))));
    assert_eq!(order(&mut bench), ["abp.sys abp.mean", "abp.sys abp.mean"]);
}

#[test]
fn one_wave_of_each_kind_comes_before_a_second_lead() {
    let mut bench = Bench::new();
    for (place, id) in
        ["w.resp", "w.pleth", "w.ecg.V1", "w.ecg.I", "w.ecg.II", "abp"].iter().enumerate()
    {
        let chunk = WaveChunk {
            key: key(id),
            unit: Unit::one(),
            base: Timebase { id: 0, tick_ns: 125_000 },
            first: Tick(place as u64),
            step: 32,
            before: Before::Gap,
            scale: Scale::Relative { low: 0, high: 4095 },
            samples: [1, 2, 3].into(),
            marks: Vec::new(),
        };
        let placed = Placement { start: START, ns_per_tick: 125_000.0, epoch: 0 };
        bench.says_placed("mp", Event::Wave(chunk), Some(placed));
    }
    let tile = bench.tile();
    let ids: Vec<&str> =
        tile.waves.iter().filter_map(|wave| wave.id.as_ref().map(Text::as_str)).collect();
    assert_eq!(ids, ["w.ecg.II", "w.pleth", "abp", "w.resp", "w.ecg.I", "w.ecg.V1"]);
}

#[test]
fn digits_are_those_of_the_device_and_reasons_stand_where_no_number_is() {
    let mut bench = Bench::new();
    let temp =
        |value| Event::Numeric(numeric_of(key("temp"), Reading::of(value, Validity::Questionable)));
    let shown = |value| Shown::Number { value, validity: Validity::Questionable };
    bench.say(temp(Decimal::new(36_950, -3)));
    assert_eq!(bench.number("temp").shown, shown(Decimal::new(36_950, -3)));
    bench.say(Event::Stream(StreamInfo { digits: Some(1), ..info(key("temp"), every(1000)) }));
    assert_eq!(bench.number("temp").shown, shown(Decimal::new(370, -1)));
    for validity in
        [Validity::Invalid, Validity::Overflow, Validity::Underflow, Validity::NotAvailable]
    {
        bench.say(Event::Numeric(numeric_of(key("temp"), Reading::absent(validity))));
        assert_eq!(bench.number("temp").shown, Shown::Absent(validity));
    }
}

#[test]
fn one_demonstration_value_marks_the_tile() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    assert_eq!(bench.tile().nature, Nature::Real);
    bench.say(Event::Numeric(Numeric {
        nature: Nature::Demo,
        ..numeric_of(key("spo2"), reading(97))
    }));
    assert_eq!(bench.tile().nature, Nature::Demo);
    bench.say(numeric("spo2", 97)).say(Event::Mode(DeviceMode::Test));
    assert_eq!((bench.tile().nature, bench.tile().mode), (Nature::Test, DeviceMode::Test));
}

#[test]
fn a_tile_that_reads_the_same_is_the_same() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    let first = bench.view();
    bench.pass(ms(400));
    let second = bench.view();
    assert!(Arc::ptr_eq(&first.tiles[0], &second.tiles[0]));
    assert!(Arc::ptr_eq(&first.tiles[1], &second.tiles[1]));
    bench.say(numeric("hr.ecg", 80));
    let third = bench.view();
    assert!(!Arc::ptr_eq(&second.tiles[0], &third.tiles[0]), "its heartbeat moved");
    assert!(Arc::ptr_eq(&second.tiles[1], &third.tiles[1]));
    // LATE comes 2.5 s after the last value; from then on the age is told every second.
    let mut shared = third.tiles[0].clone();
    let mut written = Vec::new();
    for step in 1..=50_u64 {
        bench.pass(ms(100));
        let tile = bench.tile();
        if !Arc::ptr_eq(&shared, &tile) {
            written.push(step * 100);
            shared = tile;
        }
    }
    assert_eq!(written, [2600, 3000, 4000, 5000]);
}

#[test]
fn the_board_wakes_its_owner_for_each_change_and_for_nothing_else() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    bench.view();
    let mut wakes = Vec::new();
    while let Some((due, _)) =
        bench.board.poll_timeout().filter(|(due, _)| *due <= START + secs(12))
    {
        assert!(due > bench.now);
        bench.now = due;
        let wall = bench.wall();
        bench.board.handle_timeout(due, wall);
        bench.view();
        wakes.push(due - START);
    }
    let over = |seconds| seconds + NS;
    let mut expected = vec![over(ms(2500))];
    expected.extend((3..=12).map(secs));
    expected.extend([over(secs(5)), over(secs(10))]);
    expected.sort();
    assert_eq!(wakes, expected);
}

#[test]
fn sixty_four_beds_cost_what_changed_on_them() {
    let mut bench = Bench::with_beds(64);
    let names: Vec<String> = (1..=64).map(|number| format!("mp{number}")).collect();
    for (number, name) in (1..).zip(&names) {
        bench.assign(name, Some(&format!("{number}")));
        for id in ["hr.ecg", "spo2", "rr", "abp.sys", "abp.dia", "abp.mean"] {
            bench.says(name, numeric(id, 80));
        }
    }
    let first = bench.view();
    let written = bench.board.tiles_written();
    for _ in 0..20 {
        bench.pass(ms(33)).view();
    }
    assert_eq!(bench.board.tiles_written(), written, "nothing was heard");
    bench.says("mp5", numeric("hr.ecg", 81)).says("mp9", numeric("hr.ecg", 81));
    let second = bench.view();
    assert_eq!(bench.board.tiles_written(), written + 2);
    let changed: Vec<usize> =
        (0..64).filter(|bed| !Arc::ptr_eq(&first.tiles[*bed], &second.tiles[*bed])).collect();
    assert_eq!(changed, [4, 8]);
}

#[test]
fn a_view_survives_the_way_to_another_process() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss")).say(numeric("hr.ecg", 80)).say(numeric("nibp.sys", 120));
    bench.say(alarms(
        AlarmScope::All,
        AlarmTruth::Complete,
        &[alarm("HR HIGH", AlarmKind::Physiological, Priority::Medium)],
    ));
    bench.say(Event::Fault(Fault { kind: FaultKind::Unknown, what: text("attribute"), count: 3 }));
    bench.says("stray", numeric("spo2", 97)).run(secs(6));
    let view = bench.view();
    assert_eq!(view.tiles[0].station_alarms.len(), 1);
    let bytes = serde_json::to_vec(&*view).unwrap();
    let back: BoardView = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(format!("{back:?}"), format!("{view:?}"));
}

#[test]
fn a_bed_without_a_device_and_one_that_was_never_heard_say_so() {
    let mut bench = Bench::new();
    let view = bench.view();
    assert_eq!((view.tiles[0].link.freshness, view.tiles[1].link.freshness), (None, None));
    assert!(view.tiles[0].device.is_some() && view.tiles[1].device.is_none());
    assert_eq!((view.heartbeat, view.mode), (0, StationMode::Replay));
    bench.say(Event::Alive).pass(secs(11));
    let view = bench.view();
    assert_eq!(view.tiles[0].link.freshness, Some(Freshness::Lost));
    assert_eq!((view.heartbeat, view.tiles[0].link.heartbeat), (1, 1));
    assert_eq!(view.tiles[0].station_alarms.len(), 0, "nothing it gave is missed");
}
