//! Strangers at the port where a station listens for gateways: garbage, a line without end, a thousand
//! connections, and some that never speak. A gateway is answered all the while, and memory is bounded.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    time::Duration,
};

use crate::judges::{free_port, station};

/// Long enough for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a storm may cost: 64 connections with a frame of 1 MiB each that never ends, and as much again.
const MEMORY_MAX_KIB: u64 = 128 * 1024;

#[expect(clippy::disallowed_methods, reason = "a stranger, by address")]
fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    stream
}

/// A gateway sends a message and is answered, on the connection that it has.
fn is_answered(gateway: &mut TcpStream) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/hl7/northern.mllp");
    gateway.write_all(&fs::read(path).expect("a message")).expect("it is taken");
    let (mut heard, mut piece) = (Vec::new(), [0; 1_024]);
    while !heard.ends_with(b"\x1c\r") {
        match gateway.read(&mut piece) {
            Ok(count) if count > 0 => heard.extend(&piece[..count]),
            Ok(_) | Err(_) => return false,
        }
    }
    heard.windows(7).any(|window| window == b"MSA|AA|")
}

fn memory_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("its memory");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

#[test]
fn strangers_at_the_port_of_gateways_cost_little_and_disturb_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let station = station(folder.path(), port);
    let mut gateway = connect(port);
    assert!(is_answered(&mut gateway));
    let before = memory_kib(station.0.id());

    let mut stranger = connect(port);
    // A browser, and bytes of every kind: the station may hang up.
    let _ = stranger.write_all(b"GET / HTTP/1.1\r\nHost: monitor\r\n\r\n");
    let garbage: Vec<u8> =
        (0..200_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let _ = stranger.write_all(&garbage);
    assert!(is_answered(&mut gateway), "after garbage");

    // Twenty frames that begin and never end, four times what one may have.
    let mut endless: Vec<TcpStream> = (0..20).map(|_| connect(port)).collect();
    for stream in &mut endless {
        let _ = stream.write_all(b"\x0bMSH|^~\\&|");
        let _ = stream.write_all(&[b'A'; 4 << 20]);
    }
    assert!(is_answered(&mut gateway), "beside frames without end");
    drop(endless);

    // One after the other, and some that stay and say nothing.
    let silent: Vec<TcpStream> = (0..30).map(|_| connect(port)).collect();
    for _ in 0..1_000 {
        drop(connect(port));
    }
    assert!(is_answered(&mut gateway), "after a thousand connections");
    let mut second = connect(port);
    assert!(is_answered(&mut second), "another gateway, or the same one on a new connection");
    assert!(is_answered(&mut gateway), "and the first is not cut off by it");
    drop(silent);

    let after = memory_kib(station.0.id());
    println!("{before} KiB before, {after} KiB after");
    assert!(after < before + MEMORY_MAX_KIB, "{before} KiB before, {after} KiB after");
}
