//! The socket with clients that misbehave.

use std::{
    io::{Read, Write},
    time::Duration,
};

use vigie_board::{
    Board, BoardConfig,
    view::{Freshness, TraceChunk, WaveView},
};
use vigie_clock::BootClock;
use vigie_model::{BedId, Before, Clock, Parameter, RunId, Scale, StationMode, Unit, WallTime};

use super::*;
use crate::{
    StationClient, folder,
    testing::{Ports, config, number_at, options, pass, start, until},
};

fn connect(path: &std::path::Path) -> UnixStream {
    let stream = folder::connect(path).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream.set_write_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream
}

fn say(stream: &mut UnixStream, frame: &ClientFrame) {
    let bytes = encode(frame, FROM_CLIENT_MAX).expect("a frame");
    stream.write_all(&bytes).expect("it is taken");
}

/// Whether the station closes the connection, whatever it says before.
fn is_closed(stream: &mut UnixStream) -> bool {
    let until = BootClock.mono() + Duration::from_secs(20);
    let mut bytes = [0; 4096];
    while BootClock.mono() < until {
        match stream.read(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::ConnectionReset,
        }
    }
    false
}

fn next(stream: &mut UnixStream) -> StationFrame {
    let mut reader = FrameReader::new(FROM_STATION_MAX);
    reader.read(stream).expect("a frame").expect("in time")
}

#[test]
fn garbage_and_oversized_frames_cost_their_client_its_connection_only() {
    let place = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(1), place.path()), &ports);
    let good = StationClient::connect(place.path());
    until("a good client", || good.seen());
    let hello = encode(&ClientFrame::Hello { version: VERSION, window: false }, 100).expect("it");
    let too_long = u32::MAX.to_le_bytes().to_vec();
    let longer = u32::try_from(FROM_CLIENT_MAX + 1).expect("small").to_le_bytes().to_vec();
    let garbage = [&4_u32.to_le_bytes()[..], &[0xFF; 4]].concat();
    let empty = 0_u32.to_le_bytes().to_vec();
    let beat_first = encode(&ClientFrame::Beat { painted: 1 }, 100).expect("it");
    for bytes in [&too_long, &longer, &garbage, &empty, &beat_first] {
        let mut stream = connect(place.path());
        stream.write_all(bytes).expect("it is taken");
        assert!(is_closed(&mut stream), "{bytes:?} first");
        let mut stream = connect(place.path());
        stream.write_all(&hello).expect("it is taken");
        let second = if *bytes == beat_first { &hello } else { bytes };
        stream.write_all(second).expect("it is taken");
        assert!(is_closed(&mut stream), "{second:?} after hello");
    }
    let beat = good.seen().expect("it saw").beat_at;
    until("the good one goes on", || (good.seen()?.beat_at > beat).then_some(()));
    drop(station);
}

/// A program that commands without end is heard at its rate; people in a window wait for nothing.
#[test]
fn commands_without_end_are_heard_a_few_a_second() {
    let place = tempfile::tempdir().expect("a folder");
    let station = start(options(config(1), place.path()), &Ports::default());
    let mut stream = connect(place.path());
    say(&mut stream, &ClientFrame::Hello { version: VERSION, window: false });
    let begin = BootClock.mono();
    let count = COMMANDS_AT_ONCE + COMMANDS_PER_SEC;
    for id in 0..count {
        let command = vigie_board::Command::SamePatient { bed: BedId(Text::from("1")) };
        say(&mut stream, &ClientFrame::Command { id, by: Text::from("AB"), command });
    }
    let mut reader = FrameReader::new(FROM_STATION_MAX);
    until("all are answered", || match reader.read(&mut stream).expect("a frame")? {
        StationFrame::Receipt { id, .. } => (id + 1 == count).then_some(()),
        StationFrame::Hello { .. }
        | StationFrame::Refused(_)
        | StationFrame::View(_)
        | StationFrame::Report(_)
        | StationFrame::Beat
        | StationFrame::Slice { .. }
        | StationFrame::Sealed { .. }
        | StationFrame::SoundTested { .. }
        | StationFrame::Setup { .. }
        | StationFrame::Entered { .. }
        | StationFrame::Copying { .. } => None,
    });
    assert!(BootClock.mono() - begin >= Duration::from_millis(900));
    drop(station);
}

#[test]
fn another_version_is_told_both() {
    let place = tempfile::tempdir().expect("a folder");
    let station = start(options(config(1), place.path()), &Ports::default());
    let mut stream = connect(place.path());
    say(&mut stream, &ClientFrame::Hello { version: VERSION + 6, window: true });
    assert!(matches!(next(&mut stream), StationFrame::Hello { version: VERSION }));
    let StationFrame::Refused(why) = next(&mut stream) else { panic!("it is not refused") };
    let versions =
        format!("version {VERSION} of its socket and the window version {}", VERSION + 6);
    assert!(why.as_str().contains(&versions), "{why}");
    assert!(is_closed(&mut stream));
    drop(station);
}

#[test]
fn the_ninth_client_is_told_why_not_and_comes_in_when_one_leaves() {
    let place = tempfile::tempdir().expect("a folder");
    let station = start(options(config(1), place.path()), &Ports::default());
    let mut clients: Vec<StationClient> =
        (0..CLIENTS_MAX).map(|_| StationClient::connect(place.path())).collect();
    for client in &clients {
        until("all are in", || client.seen());
    }
    let ninth = StationClient::connect(place.path());
    let why =
        until("it is refused", || ninth.trouble().filter(|why| why.as_str().contains("8 windows")));
    assert!(why.as_str().contains("close one"), "{why}");
    assert!(ninth.seen().is_none());
    clients.pop();
    until("it comes in", || ninth.seen());
    drop(station);
}

/// A client that says hello and then reads nothing: others see every number within the time that it
/// takes anyway, and it is let go.
#[test]
fn a_client_that_does_not_read_delays_nobody_and_is_let_go() {
    let place = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(2), place.path()), &ports);
    let good = StationClient::connect(place.path());
    until("a good client", || good.seen());
    let mut stuck = connect(place.path());
    say(&mut stuck, &ClientFrame::Hello { version: VERSION, window: false });
    until("both are in", || (station.report().pid > 0).then_some(()));
    let begin = BootClock.mono();
    let mut number = 100;
    // Waves fill the socket's buffer.
    until("it is let go", || {
        number += 1;
        let words = "wave 4000\n".repeat(40) + &format!("hr {number}");
        ports.say("1", &words);
        until("the good one sees it", || {
            let shown = number_at(&good.seen()?.view, 0)?;
            (shown == number.to_string()).then_some(())
        });
        // It keeps saying that it is there, or is closed.
        let beat = encode(&ClientFrame::Beat { painted: 0 }, 100).expect("a frame");
        pass(Duration::from_millis(50));
        stuck.write_all(&beat).is_err().then_some(())
    });
    let took = BootClock.mono() - begin;
    assert!(took >= PATIENCE.saturating_sub(Duration::from_secs(3)), "{took:?}");
    assert!(number > 110, "the board went on meanwhile: {number}");
    drop(station);
}

/// A view with one wave of ten chunks of 2 s.
fn long_view() -> BoardView {
    let config = BoardConfig {
        mode: StationMode::Live,
        beds: vec![crate::testing::bed("1")],
        run: RunId(1),
    };
    let now = MonoTime::from_nanos(1_000_000_000_000);
    let mut view = (*Board::new(config).view(now, WallTime::default())).clone();
    let chunk = |nth: u32| {
        Arc::new(TraceChunk {
            start: now + Duration::from_secs(2) * nth,
            step_ns: 4e6,
            before: Before::Joined,
            samples: vec![7; 500].into(),
            marks: Vec::new(),
        })
    };
    Arc::make_mut(&mut view.tiles[0]).waves.push(WaveView {
        key: crate::testing::key("ecg.ii"),
        id: None,
        label: None,
        unit: Unit::one(),
        parameter: Parameter::Other,
        scale: Scale::Unknown,
        span: None,
        rate_hz: 250.0,
        freshness: Freshness::Live,
        trace: (0..10).map(chunk).collect(),
        source: 0,
        is_second: false,
        is_preferred: false,
    });
    view
}

#[test]
fn a_view_that_is_too_long_for_a_frame_comes_in_parts() {
    let view = long_view();
    let short = Arc::new(shortened(&view, Duration::from_secs(3)));
    let trace = &short.tiles[0].waves[0].trace;
    assert_eq!(trace.len(), 2);
    assert!(Arc::ptr_eq(&trace[1], &view.tiles[0].waves[0].trace[9]));
    assert!(shortened(&view, Duration::ZERO).tiles[0].waves[0].trace.is_empty());
    let first = ViewUpdate::between(None, &short).apply(None).expect("it builds on nothing");
    assert_eq!(first, short);
    // What follows brings the rest.
    let rest = ViewUpdate::between(Some(&short), &view);
    assert_eq!(rest.apply(Some(&first)), Ok(Arc::new(view)));
}
