//! Captures, read back.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly")]

mod common;

use core::net::SocketAddr;
use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use bytes::Bytes;
use common::{PATIENCE, event, hear, lo, main_line, main_status, send, trouble_with, up};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UdpSocket, UnixListener},
    time::timeout,
};
use vigie_link::{Link, LinkConfig, Port};
use vigie_replay::Transport;
use vigie_session::{Line, Transmit};

/// UDP port of IntelliVue data (Data Export guide, "UDP/IP"): replay knows a monitor by it. The
/// address keeps other tests on this PC out of the way.
const MONITOR: ([u8; 4], u16) = ([127, 0, 77, 9], 24_105);

fn captured(port: Port, path: &std::path::Path) -> LinkConfig {
    LinkConfig { capture: Some(path.to_owned()), ..main_line(port) }
}

#[tokio::test]
async fn datagrams_are_read_back_by_replay() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bed.pcap");
    let monitor = UdpSocket::bind(SocketAddr::from(MONITOR)).await.expect("the monitor's port");
    let mut link = Link::open(captured(Port::UdpSubnet { nic: lo() }, &path));
    up(&mut link).await;
    let sent: Vec<Bytes> =
        [&b"associate"[..], b"", &[0xA5; 1_400]].into_iter().map(Bytes::copy_from_slice).collect();
    for bytes in &sent {
        let to = Some(SocketAddr::from(MONITOR));
        link.send(Transmit::Bytes { line: Line::MAIN, to, bytes: bytes.clone() });
        let mut buffer = [0; 2_000];
        let received = timeout(PATIENCE, monitor.recv_from(&mut buffer)).await.expect("in time");
        let (count, station) = received.expect("bytes");
        monitor.send_to(&buffer[..count], station).await.expect("sent");
        event(&mut link).await;
    }
    link.close(PATIENCE).await;

    let mode = fs::metadata(&path).expect("the capture").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "patients' data");
    let recordings = vigie_replay::read("bed", &fs::read(&path).expect("bytes")).expect("a pcap");
    let [recording] = recordings.as_slice() else { panic!("{recordings:?}") };
    assert_eq!((recording.transport, recording.losses.len()), (Transport::Datagrams, 0));
    let pieces: Vec<(bool, Bytes)> = recording
        .pieces
        .iter()
        .map(|piece| (piece.from == Some(SocketAddr::from(MONITOR)), piece.bytes.clone()))
        .collect();
    let expected: Vec<(bool, Bytes)> =
        sent.iter().flat_map(|bytes| [(false, bytes.clone()), (true, bytes.clone())]).collect();
    assert_eq!(pieces, expected);
}

#[tokio::test]
async fn a_stream_is_kept_raw_with_its_times_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (socket, path) = (folder.path().join("gateway"), folder.path().join("bed.bin"));
    let listener = UnixListener::bind(&socket).expect("a socket");
    for file in ["bed.bin", "bed.bin.2"] {
        let mut link = Link::open(captured(Port::UnixTo { path: socket.clone() }, &path));
        let (mut gateway, _) = listener.accept().await.expect("a caller");
        up(&mut link).await;
        gateway.write_all(b"first").await.expect("written");
        hear(&mut link, b"first").await;
        send(&mut link, &[0xC0, 0x01]);
        let mut asked = [0; 2];
        gateway.read_exact(&mut asked).await.expect("asked");
        gateway.write_all(b"second").await.expect("written");
        hear(&mut link, b"second").await;
        link.close(PATIENCE).await;
        let path = folder.path().join(file);
        assert_eq!(fs::read(&path).expect("the capture"), b"firstsecond");
        let times = fs::read_to_string(folder.path().join(format!("{file}.times"))).expect("times");
        let rows: Vec<&str> =
            times.lines().filter_map(|row| Some(row.split_once(' ')?.1)).collect();
        let [
            "vigie capture of line \"bed 1\": unix time, direction, line, offset in the capture, bytes",
            rows @ ..,
        ] = rows.as_slice()
        else {
            panic!("{times}")
        };
        assert_eq!(rows, ["< 0 0 5", "> 0 - c001", "< 0 5 6", "closed 0"]);
    }
}

/// Outside a simulation nobody reads a capture without the unit's private key: our own code and the
/// `age` program open the same bytes.
#[tokio::test]
async fn a_capture_for_the_unit_opens_with_its_key_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (socket, path) = (folder.path().join("gateway"), folder.path().join("bed.bin"));
    let listener = UnixListener::bind(&socket).expect("a socket");
    let unit = vigie_keyring::Identity::generate();
    let config = captured(Port::UnixTo { path: socket.clone() }, &path);
    let mut link = Link::open_for(config, Some(&unit.recipient()));
    let (mut gateway, _) = listener.accept().await.expect("a caller");
    up(&mut link).await;
    // Several of age's pieces.
    let block: Vec<u8> = (0..=u8::MAX).cycle().take(10_000).collect();
    for _ in 0..20 {
        gateway.write_all(&block).await.expect("written");
        hear(&mut link, &block).await;
    }
    link.close(PATIENCE).await;
    assert!(!path.exists(), "nothing in clear");
    let sealed = folder.path().join("bed.bin.age");
    let bytes = fs::read(&sealed).expect("the capture");
    assert!(!bytes.windows(64).any(|window| block.starts_with(window)), "nothing in clear");
    let mode = sealed.metadata().expect("the capture").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "patients' data");
    let opened = vigie_keyring::unwrap(&unit, &bytes, &sealed).expect("the unit's key opens it");
    assert_eq!(*opened, block.repeat(20));
    let other = vigie_keyring::Identity::generate();
    assert!(vigie_keyring::unwrap(&other, &bytes, &sealed).is_err());

    let times = folder.path().join("bed.bin.times.age");
    let times = vigie_keyring::unwrap(&unit, &fs::read(&times).expect("times"), &times);
    let times = String::from_utf8(times.expect("opened").to_vec()).expect("text");
    assert!(times.starts_with("# vigie capture of line") && times.contains(" closed 0"), "{times}");

    let keys = folder.path().join("key.txt");
    fs::write(&keys, unit.to_text().as_bytes()).expect("written");
    match std::process::Command::new("age").arg("-d").arg("-i").arg(&keys).arg(&sealed).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("the program age is not here: not compared with it");
        }
        output => {
            let output = output.expect("age runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.stdout, *opened);
        }
    }
}

/// A station that is killed leaves whole pieces: what they hold opens.
#[test]
fn a_capture_that_was_cut_off_opens_up_to_its_last_whole_piece() {
    const PIECE: usize = 64 * 1024;
    let unit = vigie_keyring::Identity::generate();
    let clear: Vec<u8> = (0..=u8::MAX).cycle().take(3 * PIECE).collect();
    let mut sealed = Vec::new();
    let recipient = unit.recipient();
    let to = std::iter::once(recipient.as_age() as &dyn age::Recipient);
    let sealer = age::Encryptor::with_recipients(to).expect("a recipient");
    let mut writer = sealer.wrap_output(&mut sealed).expect("a head");
    std::io::Write::write_all(&mut writer, &clear).expect("written");
    writer.finish().expect("ended");
    for lost in [1, 1_000, PIECE] {
        let cut = &sealed[..sealed.len() - lost];
        let mut opened = Vec::new();
        let end = vigie_keyring::open_stream(&unit, cut, &mut opened, "bed.age".as_ref());
        let end = end.expect("the pieces before");
        assert!(!end.is_whole && end.bytes == opened.len() as u64);
        assert!(opened.len() >= clear.len() - lost - PIECE, "{lost}: {}", opened.len());
        assert!(clear.starts_with(&opened));
    }
}

#[tokio::test]
async fn a_capture_that_cannot_be_written_leaves_the_line_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("gateway");
    let listener = UnixListener::bind(&socket).expect("a socket");
    // A folder that does not exist, and a file where a folder should be.
    for path in [folder.path().join("none/bed.bin"), socket.join("bed.bin")] {
        let mut link = Link::open(captured(Port::UnixTo { path: socket.clone() }, &path));
        let (mut gateway, _) = listener.accept().await.expect("a caller");
        up(&mut link).await;
        gateway.write_all(b"one").await.expect("written");
        hear(&mut link, b"one").await;
        trouble_with(&mut link, "has stopped").await;
        gateway.write_all(b"two").await.expect("written");
        hear(&mut link, b"two").await;
        assert!(main_status(&link).is_open);
        link.close(Duration::from_secs(5)).await;
    }
}
