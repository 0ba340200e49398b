//! Devices on TCP: one that listens, one that connects, and what the noise does to both. The other end
//! is a plain socket that knows nothing of the rig.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use vigie_sim_device::hl7::{GatewayConfig, PdsConfig};
use vigie_sim_patient::script::{Act, Entry, LineAct, Script};
use vigie_sim_rig::{BedConfig, PortConfig, Rig, RigConfig, families};

use crate::common::beside;

/// Long enough for a loaded machine; nothing is slower because of it.
const PATIENCE: Duration = Duration::from_secs(30);
const PDS_PORT: u16 = 24_601;

fn gateway(station: SocketAddrV4) -> BedConfig {
    families::hl7(GatewayConfig::new(1, &[1, 2], 5), station, 0.0)
}

fn monitor(bed: u16) -> (BedConfig, SocketAddrV4) {
    let config = PdsConfig::new(bed, 6);
    let at = SocketAddrV4::new(config.address, PDS_PORT);
    (families::mindray_pds(config, PDS_PORT, 0.0), at)
}

/// A station that listens, and the device that has found it.
fn station() -> (TcpListener, SocketAddrV4) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, listener.local_addr().unwrap().port());
    (listener, address)
}

#[expect(clippy::disallowed_methods, reason = "the other end of the line, by address")]
fn connect(to: SocketAddrV4) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until so many messages have ended; everything that was read.
fn messages(stream: &mut TcpStream, wanted: usize) -> Vec<u8> {
    let (mut read, mut piece) = (Vec::new(), [0; 4_096]);
    while read.iter().filter(|byte| **byte == 0x1C).count() < wanted {
        let count = stream.read(&mut piece).expect("bytes in time");
        assert!(count > 0, "closed after {} bytes", read.len());
        read.extend(&piece[..count]);
    }
    read
}

/// Reads to the end of the connection; whether it came in time.
fn ends(stream: &mut TcpStream) -> bool {
    let mut piece = [0; 4_096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => {
                return matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe);
            }
        }
    }
}

/// Lines of the log that say that a message was hurt, and those that say what was sent.
fn log_of(path: &Path) -> (usize, usize) {
    let log = std::fs::read_to_string(path).unwrap();
    let hurt = log.lines().filter(|line| line.contains("\"hurt\":true")).count();
    (hurt, log.lines().count() - hurt)
}

#[test]
fn a_device_that_connects_finds_a_station_that_comes_later_and_comes_back() {
    let (listener, address) = station();
    // Nobody listens there at first.
    drop(listener);
    let config = RigConfig { beds: vec![gateway(address)], ..Default::default() };
    beside(config, move || {
        let listener = TcpListener::bind(address).unwrap();
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let read = messages(&mut stream, 4);
            assert_eq!(read.first(), Some(&0x0B), "a connection begins with a message");
            let text = String::from_utf8_lossy(&read).into_owned();
            assert!(text.contains("SIM1") && text.contains("SIM2"), "both beds: {text}");
        }
    });
}

#[test]
fn a_device_that_listens_serves_one_client_and_the_next_after_it() {
    let (bed, at) = monitor(211);
    let config = RigConfig { beds: vec![bed], ..Default::default() };
    beside(config, move || {
        let mut first = connect(at);
        assert!(messages(&mut first, 3).starts_with(b"\x0bMSH|"));
        let mut second = connect(at);
        assert!(ends(&mut second), "a second client is turned away");
        messages(&mut first, 2);
        drop(first);
        // It notices at its next word.
        let heard = (0..30).any(|_| {
            let mut next = connect(at);
            let mut byte = [0];
            next.read(&mut byte).is_ok_and(|count| count == 1 && byte == [0x0B])
        });
        assert!(heard, "the next client is served");
    });
}

#[test]
fn lost_messages_and_pulled_cables_end_connections_and_stand_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("sent.jsonl");
    let (listener, address) = station();
    let act = |at: u64, act| Entry { at: Duration::from_secs(at), bed: None, act: Act::Line(act) };
    let script = Script {
        entries: vec![
            act(3, LineAct::Unplug { dark: Duration::from_secs(1) }),
            act(7, LineAct::Loss { share: 1.0 }),
        ],
    };
    let config = RigConfig { beds: vec![gateway(address)], script, log: Some(log.clone()) };
    beside(config, move || {
        let mut streams = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            messages(&mut stream, 2);
            streams.push(stream);
            assert!(ends(streams.last_mut().unwrap()), "the connection is cut");
        }
    });
    let (hurt, sent) = log_of(&log);
    assert!(hurt >= 1 && sent > 20, "{hurt} hurt, {sent} values sent");
}

#[test]
fn a_client_that_takes_nothing_loses_its_connection_and_costs_no_memory() {
    let (bed, at) = monitor(212);
    let config = RigConfig { beds: vec![bed], ..Default::default() };
    beside(config, move || {
        // It never reads, and closes: the monitor goes on for others.
        let silent: Vec<TcpStream> = (0..20).map(|_| connect(at)).collect();
        drop(silent);
        let heard = (0..30).any(|_| {
            let mut next = connect(at);
            let mut byte = [0];
            next.read(&mut byte).is_ok_and(|count| count == 1 && byte == [0x0B])
        });
        assert!(heard, "it is served after twenty that were not");
    });
}

#[test]
fn a_port_that_is_taken_is_named_and_the_place_is_one_that_a_person_types() {
    let (bed, at) = monitor(213);
    let taken = TcpListener::bind(at).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let error = Rig::open(RigConfig { beds: vec![bed], ..Default::default() }).unwrap_err();
        assert!(error.to_string().starts_with(&format!("tcp {at}: ")), "{error}");
    });
    drop(taken);
    assert_eq!(PortConfig::TcpTo(at).to_string(), format!("tcp to {at}"));
}
