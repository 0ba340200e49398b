//! TCP on loopback, and Unix sockets.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly")]

mod common;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use bytes::Bytes;
use common::{
    PATIENCE, down, event, hear, lo, main_line, main_status, send, status_with, trouble_with, up,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, UnixListener},
    time::timeout,
};
use vigie_link::{Link, Nic, Port, What};
use vigie_session::{Down, Line, Peer, Transmit};

async fn device() -> (TcpListener, SocketAddrV4) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let SocketAddr::V4(address) = listener.local_addr().expect("an address") else {
        panic!("an IPv4 address")
    };
    (listener, address)
}

async fn accept(listener: &TcpListener) -> TcpStream {
    timeout(PATIENCE, listener.accept()).await.expect("in time").expect("a caller").0
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin), count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    timeout(PATIENCE, stream.read_exact(&mut bytes)).await.expect("in time").expect("bytes");
    bytes
}

async fn accepted(link: &mut Link) -> (Line, Line, Peer) {
    let event = event(link).await;
    let What::Accepted { listener, peer } = event.what else { panic!("{event:?}") };
    (event.line, listener, peer)
}

#[tokio::test]
async fn a_connection_to_a_device_is_made_again_when_it_closes() {
    let (listener, address) = device().await;
    let mut link = Link::open(main_line(Port::TcpTo { nic: lo(), peer: address }));
    for round in 1..=3 {
        let mut monitor = accept(&listener).await;
        let peer = up(&mut link).await.expect("a peer");
        assert_eq!(peer.remote, SocketAddr::V4(address));
        assert_eq!(peer.local, monitor.peer_addr().expect("the station"));
        monitor.write_all(b"hello").await.expect("written");
        hear(&mut link, b"hello").await;
        send(&mut link, b"who?");
        assert_eq!(read(&mut monitor, 4).await, b"who?");
        drop(monitor);
        assert_eq!(down(&mut link).await, (Line::MAIN, Down::Closed));
        assert_eq!(main_status(&link).opened, round);
    }
}

#[tokio::test]
async fn a_device_that_refuses_or_is_elsewhere_is_named() {
    let (listener, address) = device().await;
    drop(listener);
    let mut link = Link::open(main_line(Port::TcpTo { nic: lo(), peer: address }));
    trouble_with(&mut link, "nothing listens on its TCP port").await;
    let peer = SocketAddrV4::new(Ipv4Addr::new(8, 8, 8, 8), 443);
    let mut link = Link::open(main_line(Port::TcpTo { nic: lo(), peer }));
    trouble_with(&mut link, "8.8.8.8:443 is no peer").await;
}

#[tokio::test]
async fn a_device_that_does_not_read_costs_bounded_memory() {
    let (listener, address) = device().await;
    let mut link = Link::open(main_line(Port::TcpTo { nic: lo(), peer: address }));
    let _monitor = accept(&listener).await;
    up(&mut link).await;
    let chunk = Bytes::from(vec![7; 64 * 1024]);
    let stuck = async {
        loop {
            link.send(Transmit::main(chunk.clone()));
            if main_status(&link).refused > 100 {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, stuck).await.expect("the queue has a bound");
    trouble_with(&mut link, "takes nothing").await;
    // The session gives up: what waits has 2 s, then the line closes.
    link.send(Transmit::Close { line: Line::MAIN });
    assert_eq!(down(&mut link).await, (Line::MAIN, Down::Closed));
}

/// A listening link and its port.
async fn listening(nic: Nic) -> (Link, u16) {
    let port = device().await.1.port();
    let mut link = Link::open(main_line(Port::TcpListen { nic, port }));
    assert_eq!(up(&mut link).await, None);
    (link, port)
}

async fn call(from: [u8; 4], port: u16) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((from, 0))).expect("an address");
    let calling = socket.connect(SocketAddr::from(([127, 0, 0, 1], port)));
    timeout(PATIENCE, calling).await.expect("in time").expect("connected")
}

#[tokio::test]
async fn devices_that_connect_have_lines_of_their_own() {
    let (mut link, port) = listening(lo()).await;
    let mut one = call([127, 0, 0, 1], port).await;
    let (one_line, listener, peer) = accepted(&mut link).await;
    assert_eq!((one_line, listener), (Line(0x8000), Line::MAIN));
    assert_eq!(peer.remote, one.local_addr().expect("an address"));
    let mut other = call([127, 0, 0, 2], port).await;
    let (other_line, ..) = accepted(&mut link).await;
    assert_eq!(other_line, Line(0x8001));
    let bytes = Bytes::from_static(b"you");
    link.send(Transmit::Bytes { line: other_line, to: None, bytes });
    assert_eq!(read(&mut other, 3).await, b"you");
    one.write_all(b"me").await.expect("written");
    hear(&mut link, b"me").await;
    assert_eq!(link.status().len(), 3, "{:?}", link.status());
    drop(one);
    assert_eq!(down(&mut link).await, (one_line, Down::Closed));
    let _third = call([127, 0, 0, 1], port).await;
    assert_eq!(accepted(&mut link).await.0, Line(0x8000), "the number is free again");
    link.send(Transmit::Close { line: other_line });
    assert_eq!(down(&mut link).await, (other_line, Down::Closed));
    let mut end = Vec::new();
    timeout(PATIENCE, other.read_to_end(&mut end)).await.expect("in time").expect("closed");
}

#[tokio::test]
async fn callers_from_outside_and_too_many_callers_are_refused() {
    let (mut link, port) = listening(Nic { prefix: 24, ..lo() }).await;
    let _stranger = call([127, 0, 9, 1], port).await;
    status_with(&mut link, |status| status.refused == 1).await;
    let mut callers = Vec::new();
    for _ in 0..80 {
        callers.push(call([127, 0, 0, 1], port).await);
        accepted(&mut link).await;
    }
    let mut surplus = call([127, 0, 0, 1], port).await;
    status_with(&mut link, |status| status.refused == 2).await;
    trouble_with(&mut link, "80 connections are open").await;
    let mut end = Vec::new();
    let _ = timeout(PATIENCE, surplus.read_to_end(&mut end)).await.expect("closed at once");
    callers.pop();
    assert_eq!(down(&mut link).await.1, Down::Closed);
    callers.push(call([127, 0, 0, 1], port).await);
    accepted(&mut link).await;
}

#[tokio::test]
async fn a_session_opens_lines_to_devices_of_the_subnet() {
    let (main, main_at) = device().await;
    let (waves, waves_at) = device().await;
    let mut link = Link::open(main_line(Port::TcpTo { nic: lo(), peer: main_at }));
    let _monitor = accept(&main).await;
    up(&mut link).await;
    let line = Line(1);
    link.send(Transmit::Open { via: Line::MAIN, line, to: waves_at.into() });
    let mut stream = accept(&waves).await;
    let opened = event(&mut link).await;
    assert!(matches!((opened.line, &opened.what), (Line(1), What::Up(Some(_)))), "{opened:?}");
    link.send(Transmit::Bytes { line, to: None, bytes: Bytes::from_static(b"waves?") });
    assert_eq!(read(&mut stream, 6).await, b"waves?");
    // Its number is taken until it is down; a second opening leaves it as it is.
    link.send(Transmit::Open { via: Line::MAIN, line, to: waves_at.into() });
    assert_eq!(main_status(&link).refused, 1);
    drop(stream);
    assert_eq!(down(&mut link).await, (line, Down::Closed));
    // It is not opened again by itself, and its number is free.
    link.send(Transmit::Open { via: Line::MAIN, line, to: waves_at.into() });
    let _stream = accept(&waves).await;
    assert!(matches!(event(&mut link).await.what, What::Up(_)));
    for (line, to) in [(Line(2), "8.8.8.8:53"), (Line(0x8000), "127.0.0.1:9")] {
        let to = to.parse().expect("an address");
        link.send(Transmit::Open { via: Line::MAIN, line, to });
        assert_eq!(down(&mut link).await, (line, Down::Refused));
    }
    assert_eq!(main_status(&link).refused, 3);
    drop(waves);
    link.send(Transmit::Open { via: Line::MAIN, line: Line(3), to: waves_at.into() });
    assert_eq!(down(&mut link).await, (Line(3), Down::Refused));
}

#[tokio::test]
async fn a_unix_socket_is_waited_for_and_connected_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway");
    let mut link = Link::open(main_line(Port::UnixTo { path: path.clone() }));
    trouble_with(&mut link, "does not exist").await;
    let listener = UnixListener::bind(&path).expect("a socket");
    for _ in 0..2 {
        let accepting = timeout(PATIENCE, listener.accept()).await;
        let (mut gateway, _) = accepting.expect("in time").expect("a caller");
        up(&mut link).await;
        gateway.write_all(b"hello").await.expect("written");
        hear(&mut link, b"hello").await;
        send(&mut link, b"hi");
        assert_eq!(read(&mut gateway, 2).await, b"hi");
        drop(gateway);
        assert_eq!(down(&mut link).await, (Line::MAIN, Down::Closed));
    }
    drop(listener);
    trouble_with(&mut link, "nobody listens").await;
    link.close(Duration::from_secs(5)).await;
}
