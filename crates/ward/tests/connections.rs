//! Beds of gateways that connect to one listening line, from bytes to the screen.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use core::net::SocketAddr;
use std::time::Duration;

use vigie_board::view::{Freshness, Shown, TileView};
use vigie_board::{Board, BoardConfig};
use vigie_hl7::{Hl7Factory, wire::mllp::wrap};
use vigie_model::{
    Bed, BedId, DeviceKey, LogKind, MonoTime, RunId, StationAlarmKind, StationMode, Text, WallTime,
};
use vigie_session::{Down, Factory, Input, Line, Peer, Setup};
use vigie_ward::Ward;

const RUN: RunId = RunId(1);

/// A ward of two beds of one gateway's; `ms` since its start.
struct Bench {
    ward: Ward,
    ms: u64,
}

impl Bench {
    fn new() -> Bench {
        let bed = |name: &str| Bed { id: BedId(Text::from(name)), label: Text::from(name) };
        let beds = vec![bed("b1"), bed("b2")];
        let board = Board::new(BoardConfig { mode: StationMode::Live, beds, run: RUN });
        let mut ward = Ward::new(board, RUN);
        ward.add_live("gate", Hl7Factory.session(&Setup::default()));
        let mut bench = Bench { ward, ms: 1_000 };
        for (bed, place) in [("b1", "B1"), ("b2", "B2")] {
            let key = DeviceKey(Text::from(format!("hl7:00a1/ICU//{place}")));
            let (mono, wall) = bench.now();
            bench.ward.assign_device(mono, wall, key, BedId(Text::from(bed)));
        }
        bench.input(Input::Up { line: Line::MAIN, peer: None });
        bench
    }

    fn now(&self) -> (MonoTime, WallTime) {
        let nanos = i64::try_from(self.ms * 1_000_000).expect("a small time");
        let wall = WallTime::from_unix_nanos(1_780_000_000_000_000_000 + nanos);
        (MonoTime::START + Duration::from_millis(self.ms), wall)
    }

    fn input(&mut self, input: Input<'_>) {
        let (mono, wall) = self.now();
        self.ward.handle_input(mono, wall, 0, input);
        while self.ward.poll_transmit().is_some() {}
    }

    fn accept(&mut self, line: Line, last: u8) {
        let address = |last, port| SocketAddr::from(([10, 0, 0, last], port));
        let peer =
            Peer { local: address(1, 2_575), remote: address(last, 40_000), certificate: None };
        self.input(Input::Accepted { listener: Line::MAIN, line, peer: &peer });
    }

    fn close(&mut self, line: Line) {
        self.input(Input::Down { line, why: Down::Closed });
    }

    fn pass(&mut self, by: Duration) {
        let until = self.ms + u64::try_from(by.as_millis()).expect("a small time");
        while self.ms < until {
            self.ms = (self.ms + 250).min(until);
            let (mono, wall) = self.now();
            self.ward.handle_timeout(mono, wall);
        }
    }

    fn vitals(&mut self, line: Line, place: &str, patient: &str, spo2: u32) {
        let seconds = self.ms / 1_000;
        let time =
            format!("202601011{:01}{:02}{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let text = format!(
            "MSH|^~\\&|GW^00A1^EUI-64|M|||{time}||ORU^R01|1|P|2.6\rPID|||{patient}||DOE^J\r\
             PV1||I|ICU^^{place}\rOBR|1|||182777000|||{time}\r\
             OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|{spo2}\
             |262688^MDC_DIM_PERCENT^MDC|||||F|||{time}\r"
        );
        self.input(Input::Bytes { line, from: None, bytes: &wrap(text.as_bytes()) });
    }

    fn tile(&mut self, bed: &str) -> TileView {
        let (mono, wall) = self.now();
        let view = self.ward.view(mono, wall);
        let is_it = |tile: &&std::sync::Arc<TileView>| {
            tile.bed.as_ref().is_some_and(|id| id.0.as_str() == bed)
        };
        TileView::clone(view.tiles.iter().find(is_it).expect("the bed's tile"))
    }

    fn spo2(&mut self, bed: &str) -> Option<(String, Freshness)> {
        let tile = self.tile(bed);
        let mut numerics = tile.blocks.iter().flat_map(|block| &block.numerics);
        numerics.find_map(|numeric| match &numeric.shown {
            Shown::Number { value, .. } => Some((value.to_string(), numeric.freshness)),
            Shown::Absent(_) | Shown::Dashes { .. } => None,
        })
    }
}

#[test]
fn a_closed_connection_makes_its_own_beds_lost_at_once() {
    let (one, other, again) = (Line(0x8000), Line(0x8001), Line(0x8002));
    let mut bench = Bench::new();
    bench.accept(one, 11);
    bench.accept(other, 12);
    // A feed of a minute: without this it would stay live for two more.
    for _ in 0..5 {
        bench.pass(Duration::from_secs(60));
        bench.vitals(one, "B1", "P1", 97);
        bench.vitals(other, "B2", "P2", 95);
    }
    bench.pass(Duration::from_secs(1));
    assert_eq!(bench.spo2("b1"), Some(("97".into(), Freshness::Live)));
    bench.close(one);
    let lost = bench.tile("b1");
    assert!(lost.link.closed && lost.link.freshness == Some(Freshness::Lost), "{:?}", lost.link);
    assert_ne!(bench.spo2("b1").map(|it| it.1), Some(Freshness::Live));
    let kept = bench.tile("b2");
    assert!(!kept.link.closed, "{:?}", kept.link);
    assert_eq!(bench.spo2("b2"), Some(("95".into(), Freshness::Live)));
    // It does not come back by what others say, and at once by its own first word.
    bench.pass(Duration::from_secs(5));
    bench.vitals(other, "B2", "P2", 95);
    assert!(bench.tile("b1").link.closed);
    bench.accept(again, 11);
    assert!(bench.tile("b1").link.closed, "connected, and not heard");
    bench.vitals(again, "B1", "P1", 96);
    assert_eq!(bench.spo2("b1"), Some(("96".into(), Freshness::Live)));
    assert!(!bench.tile("b1").link.closed);
}

#[test]
fn the_listener_that_opens_again_brings_no_bed_back() {
    let mut bench = Bench::new();
    let one = Line(0x8000);
    bench.accept(one, 11);
    bench.vitals(one, "B1", "P1", 97);
    bench.pass(Duration::from_secs(6));
    bench.vitals(one, "B1", "P1", 97);
    bench.close(one);
    bench.close(Line::MAIN);
    bench.pass(Duration::from_secs(1));
    bench.input(Input::Up { line: Line::MAIN, peer: None });
    assert!(bench.tile("b1").link.closed);
    bench.accept(one, 11);
    bench.vitals(one, "B1", "P1", 98);
    assert_eq!(bench.spo2("b1"), Some(("98".into(), Freshness::Live)));
}

#[test]
fn two_senders_of_one_name_are_an_alarm_and_no_stay() {
    let (one, other) = (Line(0x8000), Line(0x8001));
    let mut bench = Bench::new();
    bench.accept(one, 11);
    bench.accept(other, 12);
    // Those of the assignments.
    while bench.ward.poll_log().is_some() {}
    for _ in 0..5 {
        bench.pass(Duration::from_secs(1));
        bench.vitals(one, "B1", "P1", 98);
        bench.vitals(other, "B1", "P2", 71);
    }
    let tile = bench.tile("b1");
    let is_told = |kind: &StationAlarmKind| *kind == StationAlarmKind::DuplicateDevice;
    assert!(
        tile.station_alarms.iter().any(|alarm| is_told(&alarm.kind)),
        "{:?}",
        tile.station_alarms
    );
    assert_ne!(bench.spo2("b1").map(|it| it.1), Some(Freshness::Live));
    let stays = std::iter::from_fn(|| bench.ward.poll_log())
        .filter(|entry| matches!(entry.kind, LogKind::StayBegan(_)))
        .count();
    assert!(stays <= 1, "at most whoever spoke first: {stays}");
    // One of them goes; it is not forgotten by which the board knew the bed.
    bench.close(other);
    bench.pass(Duration::from_secs(1));
    bench.vitals(one, "B1", "P1", 97);
    assert_eq!(bench.spo2("b1"), Some(("97".into(), Freshness::Live)));
    let tile = bench.tile("b1");
    assert!(!tile.station_alarms.iter().any(|alarm| is_told(&alarm.kind)));
}

#[test]
fn a_sender_that_calls_anew_for_each_message_is_live_between_them() {
    let mut bench = Bench::new();
    for minute in 0..6_u16 {
        let line = Line(0x8000 + minute);
        bench.accept(line, 11);
        bench.vitals(line, "B1", "P1", 97);
        bench.close(line);
        bench.pass(Duration::from_secs(59));
        assert_eq!(bench.spo2("b1"), Some(("97".into(), Freshness::Live)), "minute {minute}");
        assert!(!bench.tile("b1").link.closed, "minute {minute}");
        bench.pass(Duration::from_secs(1));
    }
    bench.pass(Duration::from_secs(600));
    assert_eq!(bench.tile("b1").link.freshness, Some(Freshness::Lost), "silence is judged as ever");
}
