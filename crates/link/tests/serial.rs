//! Serial ports on real ptys.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly")]

mod common;

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use common::{
    PATIENCE, config, down, event, hear, main_line, main_status, send, serial, status_with,
    trouble_with, up,
};
use rustix::termios::{ControlModes, InputModes, LocalModes, OutputModes};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_serial::{SerialPort, SerialStream};
use vigie_link::{Link, Nature, Port, Roots, SerialName, What, nature, resolve};
use vigie_session::{Down, Line, Parity, Transmit};

/// A pty: the device's end, and the path that a station opens. The station's end is kept open, so
/// that the device's does not hang up before it is opened.
struct Pty {
    device: SerialStream,
    _station: SerialStream,
    path: PathBuf,
}

fn pty() -> Pty {
    let (device, station) = SerialStream::pair().expect("a pty");
    let path = PathBuf::from(station.name().expect("a name"));
    Pty { device, _station: station, path }
}

async fn read(device: &mut SerialStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    timeout(PATIENCE, device.read_exact(&mut bytes)).await.expect("in time").expect("bytes");
    bytes
}

async fn write(device: &mut SerialStream, bytes: &[u8]) {
    timeout(PATIENCE, device.write_all(bytes)).await.expect("in time").expect("written");
}

/// A folder with the link `port` to a pty.
fn plugged(pty: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let port = folder.path().join("port");
    symlink(pty, &port).expect("a link");
    (folder, port)
}

#[tokio::test]
async fn bytes_go_both_ways_as_they_are() {
    let mut pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    assert_eq!(up(&mut link).await, None);
    let all: Vec<u8> = (0..=255).collect();
    write(&mut pty.device, &all).await;
    hear(&mut link, &all).await;
    link.send(Transmit::main(all.clone()));
    assert_eq!(read(&mut pty.device, 256).await, all);
    let status = status_with(&mut link, |status| status.sent == 256).await;
    assert!(status.is_open && status.trouble.is_none(), "{status:?}");
    assert_eq!((status.received, status.opened, status.refused), (256, 1, 0));
    assert!(status.what.ends_with("at 115200 8N1"), "{}", status.what);
}

#[tokio::test]
async fn the_line_is_set_as_configured() {
    let pty = pty();
    let name = SerialName::Path(pty.path.clone());
    let port = Port::Serial { name, baud: 9_600, parity: Parity::Even, stop_bits: 2 };
    let mut link = Link::open(main_line(port));
    up(&mut link).await;
    let file = fs::File::open(&pty.path).expect("the pty");
    let set = rustix::termios::tcgetattr(&file).expect("settings");
    assert_eq!((set.input_speed(), set.output_speed()), (9_600, 9_600));
    let control = set.control_modes;
    assert!(control.contains(ControlModes::CSTOPB), "{control:?}");
    let cooked = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
    assert!(!set.local_modes.intersects(cooked), "raw: {:?}", set.local_modes);
    assert!(!set.output_modes.contains(OutputModes::OPOST), "raw: {:?}", set.output_modes);
    let flow = InputModes::IXON | InputModes::IXOFF | InputModes::ICRNL | InputModes::ISTRIP;
    assert!(!set.input_modes.intersects(flow), "raw: {:?}", set.input_modes);
}

#[tokio::test]
async fn settings_that_no_port_has_are_refused_with_a_text() {
    let pty = pty();
    for (baud, stop_bits, words) in [(0, 1, "0 baud is no speed"), (9_600, 3, "write 1 or 2")] {
        let name = SerialName::Path(pty.path.clone());
        let port = Port::Serial { name, baud, parity: Parity::None, stop_bits };
        let mut link = Link::open(main_line(port));
        trouble_with(&mut link, words).await;
    }
}

#[tokio::test]
async fn a_port_belongs_to_one_line_until_it_is_closed() {
    let mut pty = pty();
    let mut first = Link::open(main_line(serial(&pty.path)));
    up(&mut first).await;
    let mut second = Link::open(main_line(serial(&pty.path)));
    let trouble = trouble_with(&mut second, "in use by").await;
    assert!(trouble.contains("another line of this program"), "{trouble}");
    write(&mut pty.device, b"for the first").await;
    hear(&mut first, b"for the first").await;
    first.close(Duration::from_secs(5)).await;
    up(&mut second).await;
    write(&mut pty.device, b"for the second").await;
    hear(&mut second, b"for the second").await;
}

#[tokio::test]
async fn what_is_no_port_is_refused_with_a_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes");
    fs::write(&file, "no port").expect("a file");
    let mut link = Link::open(main_line(serial(&file)));
    trouble_with(&mut link, "is no serial port").await;
    let mut link = Link::open(main_line(serial("/dev/null")));
    trouble_with(&mut link, "is no serial port").await;
    let mut link = Link::open(main_line(serial(folder.path().join("gone"))));
    trouble_with(&mut link, "gone does not exist").await;
    assert_eq!(main_status(&link).opened, 0);
}

#[tokio::test]
async fn an_adapter_that_is_pulled_and_put_back_is_heard_within_seconds() {
    let first = pty();
    let (_folder, port) = plugged(&first.path);
    let mut link = Link::open(main_line(serial(&port)));
    up(&mut link).await;
    fs::remove_file(&port).expect("unplugged");
    drop(first);
    assert_eq!(down(&mut link).await, (Line::MAIN, Down::Unplugged));
    send(&mut link, b"into the void");
    trouble_with(&mut link, "does not exist").await;

    let mut second = pty();
    symlink(&second.path, &port).expect("plugged in");
    write(&mut second.device, b"hello again").await;
    up(&mut link).await;
    hear(&mut link, b"hello again").await;
    // What was sent while nothing was there never arrives.
    send(&mut link, b"now");
    assert_eq!(read(&mut second.device, 3).await, b"now");
    let status = main_status(&link);
    assert_eq!((status.opened, status.refused), (2, 1), "{status:?}");
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_now_is_another_adapter() {
    let (first, mut second) = (pty(), pty());
    let (folder, port) = plugged(&first.path);
    let mut link = Link::open(main_line(serial(&port)));
    up(&mut link).await;
    let next = folder.path().join("next");
    symlink(&second.path, &next).expect("a link");
    fs::rename(&next, &port).expect("swapped");
    assert_eq!(down(&mut link).await, (Line::MAIN, Down::Unplugged));
    up(&mut link).await;
    write(&mut second.device, b"second").await;
    hear(&mut link, b"second").await;
}

#[tokio::test]
async fn a_device_that_takes_nothing_costs_bounded_memory_and_is_named() {
    let mut pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
    let chunk = Bytes::from(vec![7; 1024]);
    for _ in 0..2_000 {
        link.send(Transmit::main(chunk.clone()));
    }
    let status = main_status(&link);
    // 256 KiB wait: 256 of a KiB.
    assert_eq!(status.refused, 2_000 - 256, "{status:?}");
    trouble_with(&mut link, "takes nothing").await;
    // It takes again, and gets whole transmits in order.
    assert_eq!(read(&mut pty.device, 256 * 1024).await, vec![7; 256 * 1024]);
    send(&mut link, b"and on");
    assert_eq!(read(&mut pty.device, 6).await, b"and on");
    let status = status_with(&mut link, |status| status.trouble.is_none()).await;
    assert_eq!(status.sent, 256 * 1024 + 6);
}

#[tokio::test]
async fn closing_waits_for_what_was_sent() {
    let mut pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
    link.send(Transmit::main(vec![9; 20_000]));
    let reading = tokio::spawn(async move {
        let bytes = read(&mut pty.device, 20_000).await;
        (bytes, pty)
    });
    link.close(PATIENCE).await;
    let (bytes, _pty) = reading.await.expect("read");
    assert_eq!(bytes, vec![9; 20_000]);
}

#[tokio::test]
async fn closing_a_stuck_line_ends_with_its_patience() {
    let pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
    link.send(Transmit::main(vec![9; 200_000]));
    let closing = link.close(Duration::from_millis(300));
    timeout(PATIENCE, closing).await.expect("closed");
    // And the port is free.
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
}

#[tokio::test]
async fn a_session_may_close_its_line_and_set_pins() {
    let mut pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
    link.send(Transmit::Pins { line: Line::MAIN, dtr: true, rts: false });
    send(&mut link, b"bye");
    link.send(Transmit::Close { line: Line::MAIN });
    send(&mut link, b"too late");
    assert_eq!(read(&mut pty.device, 3).await, b"bye");
    assert_eq!(down(&mut link).await, (Line::MAIN, Down::Closed));
    up(&mut link).await;
    send(&mut link, b"hi");
    assert_eq!(read(&mut pty.device, 2).await, b"hi");
    assert_eq!(main_status(&link).refused, 1, "what came too late");
}

#[tokio::test]
async fn next_loses_nothing_when_it_is_cancelled() {
    let mut pty = pty();
    let mut link = Link::open(main_line(serial(&pty.path)));
    up(&mut link).await;
    let sent: Vec<u8> = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
    let to_send = sent.clone();
    let writing = tokio::spawn(async move {
        write(&mut pty.device, &to_send).await;
        pty
    });
    let mut heard = Vec::new();
    let (mut cancelled, deadline) = (0, tokio::time::Instant::now() + PATIENCE);
    while heard.len() < sent.len() {
        assert!(tokio::time::Instant::now() < deadline, "{} heard", heard.len());
        tokio::select! {
            biased;
            event = link.next() => match event.what {
                What::Bytes { bytes, .. } => heard.extend(bytes),
                What::Up(_) | What::Accepted { .. } | What::Down(_) => panic!("{event:?}"),
            },
            () = tokio::task::yield_now() => cancelled += 1,
        }
    }
    assert!(heard == sent, "a byte was lost or doubled");
    assert!(cancelled > 0, "nothing was cancelled");
    writing.await.expect("written");
}

#[tokio::test]
async fn transmits_on_lines_that_do_not_exist_are_counted() {
    let pty = pty();
    let mut link = Link::open(config(vec![
        (Line::MAIN, serial(&pty.path)),
        (Line::MAIN, serial("/dev/null")),
    ]));
    up(&mut link).await;
    link.send(Transmit::Bytes { line: Line(7), to: None, bytes: Bytes::from_static(b"x") });
    link.send(Transmit::Close { line: Line(7) });
    let to = "10.0.0.1:1".parse().expect("an address");
    link.send(Transmit::Bytes { line: Line::MAIN, to: Some(to), bytes: Bytes::from_static(b"x") });
    link.send(Transmit::Open { via: Line::MAIN, line: Line(5), to });
    assert_eq!(main_status(&link).refused, 4);
    let refusal = event(&mut link).await;
    assert!(matches!((refusal.line, refusal.what), (Line(5), What::Down(Down::Refused))));
}

#[tokio::test]
async fn a_name_by_socket_is_opened_where_it_leads() {
    let mut pty = pty();
    let folder = tempfile::tempdir().expect("a folder");
    let roots = Roots {
        sys: folder.path().join("sys"),
        dev: folder.path().join("dev"),
        ..Roots::default()
    };
    let interface = roots.sys.join("devices/usb1/1-1/1-1:1.0");
    fs::create_dir_all(interface.join("ttyUSB0")).expect("folders");
    fs::write(interface.join("bInterfaceNumber"), "00\n").expect("a file");
    for (file, text) in [("idVendor", "0403\n"), ("idProduct", "6001\n"), ("serial", "A5\n")] {
        fs::write(roots.sys.join("devices/usb1/1-1").join(file), text).expect("a file");
    }
    let tty = roots.sys.join("class/tty/ttyUSB0");
    fs::create_dir_all(&tty).expect("folders");
    symlink(interface.join("ttyUSB0"), tty.join("device")).expect("a link");
    fs::create_dir_all(&roots.dev).expect("folders");
    symlink(&pty.path, roots.dev.join("ttyUSB0")).expect("a link");

    let name = SerialName::UsbSerial("A5".to_owned());
    assert_eq!(resolve(&name, &roots), Ok(roots.dev.join("ttyUSB0")));
    let port = Port::Serial { name, baud: 115_200, parity: Parity::None, stop_bits: 1 };
    let mut link = Link::open_in(main_line(port), roots);
    up(&mut link).await;
    write(&mut pty.device, b"named").await;
    hear(&mut link, b"named").await;
    assert!(main_status(&link).what.starts_with("USB adapter A5 at"));
}

#[tokio::test]
async fn a_pty_is_simulated_through_links_and_after_its_end() {
    let pty = pty();
    let (folder, port) = plugged(&pty.path);
    let second = folder.path().join("link to a link");
    symlink(&port, &second).expect("a link");
    for path in [&pty.path, &port, &second] {
        assert_eq!(nature(&serial(path)), Nature::Simulated, "{}", path.display());
    }
    assert_eq!(nature(&serial("/dev/null")), Nature::Real);
    assert_eq!(nature(&serial(folder.path().join("none"))), Nature::Real);
    let path = pty.path.clone();
    drop(pty);
    if !path.exists() {
        assert_eq!(nature(&serial(&port)), Nature::Simulated);
    }
}
