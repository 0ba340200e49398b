//! Drives the session with recordings and sorts what it says.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, IntellivueFactory};
use vigie_intellivue::wire::frame::{Frame, emit_frame};
use vigie_model::{AlarmSet, Event, Fault, Numeric, StreamInfo, WaveChunk};
use vigie_session::testkit::{Datagram, Rig};
use vigie_session::{Factory, Line, Session, Setup};

use crate::recorded::{datagrams, serial_contents};

/// The monitor of the recorded network session, and the client that talked with it.
const MONITOR: Ipv4Addr = Ipv4Addr::new(10, 0, 42, 9);
const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 42, 69);

/// A passive session on a serial line.
pub fn serial_session() -> Box<dyn Session> {
    IntellivueFactory.session(&Setup { passive: true, ..Setup::default() })
}

/// A passive session on a network.
pub fn network_session() -> Box<dyn Session> {
    let options = vec![(FRAMING.to_owned(), FRAMING_DATAGRAM.to_owned())];
    IntellivueFactory.session(&Setup { passive: true, options, ..Setup::default() })
}

/// The frames of a recorded serial line as they were on the wire, escaped again.
pub fn wire_frames(name: &str) -> Vec<Vec<u8>> {
    let contents = serial_contents(name);
    let frame = |content: &Vec<u8>| emit_frame(Frame::new_checked(content).unwrap().user_data());
    contents.iter().map(|content| frame(content).unwrap()).collect()
}

/// The recorded network session with senders.
pub fn network() -> Vec<Datagram> {
    let datagrams = datagrams().into_iter();
    let datagram = |(source, _, bytes): (u16, u16, Vec<u8>)| {
        let is_monitor = [24_005, 24_105].contains(&source);
        let address = IpAddr::V4(if is_monitor { MONITOR } else { CLIENT });
        Datagram { from: Some(SocketAddr::new(address, source)), bytes }
    };
    datagrams.map(datagram).collect()
}

/// All events of some bytes of a serial line.
pub fn hear_serial(bytes: &[u8]) -> Vec<Event> {
    let mut rig = Rig::new(serial_session());
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, bytes);
    rig.take_heard().into_iter().map(|heard| heard.event).collect()
}

/// All events of some datagrams.
pub fn hear_network(datagrams: &[Datagram]) -> Vec<Event> {
    let mut rig = Rig::new(network_session());
    rig.up(Line::MAIN);
    for Datagram { from, bytes } in datagrams {
        rig.datagram(Line::MAIN, *from, bytes);
    }
    rig.take_heard().into_iter().map(|heard| heard.event).collect()
}

pub fn numerics<'a>(events: &'a [Event], vendor: &str) -> Vec<&'a Numeric> {
    let all = events.iter().filter_map(|event| match event {
        Event::Numeric(numeric) => Some(numeric),
        _ => None,
    });
    all.filter(|numeric| numeric.key.vendor.as_str() == vendor).collect()
}

pub fn waves<'a>(events: &'a [Event], vendor: &str) -> Vec<&'a WaveChunk> {
    let all = events.iter().filter_map(|event| match event {
        Event::Wave(chunk) => Some(chunk),
        _ => None,
    });
    all.filter(|chunk| chunk.key.vendor.as_str() == vendor).collect()
}

pub fn alarm_sets(events: &[Event]) -> Vec<&AlarmSet> {
    let all = events.iter().filter_map(|event| match event {
        Event::Alarms(set) => Some(set),
        _ => None,
    });
    all.collect()
}

pub fn streams(events: &[Event]) -> Vec<&StreamInfo> {
    let all = events.iter().filter_map(|event| match event {
        Event::Stream(stream) => Some(stream),
        _ => None,
    });
    all.collect()
}

pub fn faults(events: &[Event]) -> Vec<&Fault> {
    let all = events.iter().filter_map(|event| match event {
        Event::Fault(fault) => Some(fault),
        _ => None,
    });
    all.collect()
}

/// How many events there are of each kind: identity, patient, numeric, text, wave, limits, alarms,
/// stream, mode, gap, alive, fault.
pub fn counts(events: &[Event]) -> [usize; 12] {
    let mut counts = [0; 12];
    for event in events {
        let kind = match event {
            Event::Identity(_) => 0,
            Event::Patient(_) => 1,
            Event::Numeric(_) => 2,
            Event::Text(_) => 3,
            Event::Wave(_) => 4,
            Event::Limits(_) => 5,
            Event::Alarms(_) => 6,
            Event::Stream(_) => 7,
            Event::Mode(_) => 8,
            Event::Gap(_) => 9,
            Event::Alive => 10,
            Event::Fault(_) => 11,
        };
        counts[kind] += 1;
    }
    counts
}
