//! UDP on loopback.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly")]

mod common;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use bytes::Bytes;
use common::{
    PATIENCE, config, down, event, lo, main_line, main_status, send, status_with, trouble_with, up,
};
use tokio::{net::UdpSocket, time::timeout};
use vigie_link::{Link, Nature, Nic, Port, What, nature};
use vigie_session::{Down, Line, Transmit};

async fn device() -> (UdpSocket, SocketAddrV4) {
    let socket = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a socket");
    let SocketAddr::V4(address) = socket.local_addr().expect("an address") else {
        panic!("an IPv4 address")
    };
    (socket, address)
}

async fn datagram(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 2048];
    let (count, from) =
        timeout(PATIENCE, socket.recv_from(&mut buffer)).await.expect("in time").expect("bytes");
    (buffer[..count].to_vec(), from)
}

async fn heard(link: &mut Link) -> (Bytes, SocketAddr) {
    let event = event(link).await;
    let What::Bytes { from: Some(from), bytes } = event.what else { panic!("{event:?}") };
    (bytes, from)
}

fn send_to(link: &mut Link, to: SocketAddr, bytes: &'static [u8]) {
    let bytes = Bytes::from_static(bytes);
    link.send(Transmit::Bytes { line: Line::MAIN, to: Some(to), bytes });
}

#[tokio::test]
async fn a_line_to_one_device_hears_and_reaches_no_other() {
    let (monitor, address) = device().await;
    let (stranger, elsewhere) = device().await;
    let mut link = Link::open(main_line(Port::UdpTo { nic: lo(), peer: address }));
    let peer = up(&mut link).await.expect("a peer");
    assert_eq!(peer.remote, SocketAddr::V4(address));
    send(&mut link, b"ask");
    let (bytes, from) = datagram(&monitor).await;
    assert_eq!((bytes.as_slice(), from), (&b"ask"[..], peer.local));
    stranger.send_to(b"lie", from).await.expect("sent");
    monitor.send_to(b"", from).await.expect("sent");
    monitor.send_to(b"answer", from).await.expect("sent");
    assert_eq!(heard(&mut link).await.0.len(), 0, "a datagram without bytes is one");
    assert_eq!(heard(&mut link).await, (Bytes::from_static(b"answer"), SocketAddr::V4(address)));
    send_to(&mut link, elsewhere.into(), b"to another port");
    send_to(&mut link, address.into(), b"to the peer by name");
    assert_eq!(datagram(&monitor).await.0, b"to the peer by name");
    assert_eq!(main_status(&link).refused, 1);
}

#[tokio::test]
async fn a_device_that_refuses_closes_nothing() {
    let (monitor, address) = device().await;
    drop(monitor);
    let mut link = Link::open(main_line(Port::UdpTo { nic: lo(), peer: address }));
    up(&mut link).await;
    send(&mut link, b"anybody?");
    trouble_with(&mut link, "nothing listens on its UDP port").await;
    assert!(main_status(&link).is_open);
    let monitor = UdpSocket::bind(SocketAddr::V4(address)).await.expect("the port again");
    send(&mut link, b"anybody now?");
    let (bytes, from) = datagram(&monitor).await;
    assert_eq!(bytes, b"anybody now?");
    monitor.send_to(b"me", from).await.expect("sent");
    assert_eq!(heard(&mut link).await.0, Bytes::from_static(b"me"));
    assert_eq!(main_status(&link).trouble, None, "an answer ends the trouble");
}

#[tokio::test]
async fn a_subnet_line_reaches_devices_of_the_subnet_only() {
    let (one, one_at) = device().await;
    let (other, other_at) = device().await;
    let mut link = Link::open(main_line(Port::UdpSubnet { nic: lo() }));
    assert_eq!(up(&mut link).await, None);
    send_to(&mut link, one_at.into(), b"one");
    send_to(&mut link, other_at.into(), b"other");
    let (bytes, station) = datagram(&one).await;
    assert_eq!(bytes, b"one");
    assert_eq!(datagram(&other).await.0, b"other");
    other.send_to(b"from other", station).await.expect("sent");
    assert_eq!(heard(&mut link).await, (Bytes::from_static(b"from other"), other_at.into()));
    for address in
        ["10.1.2.3:24105", "127.255.255.255:24105", "127.0.0.0:24105", "127.0.0.1:0", "[::1]:24105"]
    {
        send_to(&mut link, address.parse().expect("an address"), b"out");
    }
    send(&mut link, b"to nobody");
    assert_eq!(main_status(&link).refused, 6);
}

#[tokio::test]
async fn what_comes_from_outside_the_subnet_is_dropped_and_counted() {
    // The ward's subnet is a part of loopback; the stranger's address is outside of it.
    let nic = Nic { prefix: 24, ..lo() };
    let stranger = UdpSocket::bind(SocketAddr::from(([127, 0, 9, 1], 0))).await.expect("a socket");
    let (monitor, monitor_at) = device().await;
    let mut link = Link::open(main_line(Port::UdpSubnet { nic }));
    up(&mut link).await;
    send_to(&mut link, monitor_at.into(), b"here I am");
    let (_, station) = datagram(&monitor).await;
    stranger.send_to(b"lie", station).await.expect("sent");
    status_with(&mut link, |status| status.refused == 1).await;
    monitor.send_to(b"truth", station).await.expect("sent");
    assert_eq!(heard(&mut link).await.0, Bytes::from_static(b"truth"));
    assert_eq!(main_status(&link).received, 5);
}

/// A port that nobody has at the moment.
async fn free_port() -> u16 {
    device().await.1.port()
}

#[tokio::test]
async fn two_lines_hear_what_is_sent_to_a_group() {
    let group = Ipv4Addr::new(224, 0, 23, 63);
    let port = free_port().await;
    let open = || {
        Link::open(config(vec![(Line(3), Port::UdpGroup { nic: lo(), port, group: Some(group) })]))
    };
    let (mut one, mut other) = (open(), open());
    up(&mut one).await;
    up(&mut other).await;
    let (monitor, monitor_at) = device().await;
    let socket = socket2::SockRef::from(&monitor);
    socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).expect("an interface");
    monitor.send_to(b"beacon", SocketAddr::from((group, port))).await.expect("sent");
    for link in [&mut one, &mut other] {
        assert_eq!(heard(link).await, (Bytes::from_static(b"beacon"), monitor_at.into()));
    }
}

#[tokio::test]
async fn a_group_line_hears_broadcasts_and_says_nothing() {
    let port = free_port().await;
    let mut link = Link::open(main_line(Port::UdpGroup { nic: lo(), port, group: None }));
    up(&mut link).await;
    let (monitor, monitor_at) = device().await;
    monitor.set_broadcast(true).expect("broadcast");
    let everybody = SocketAddr::from(([127, 255, 255, 255], port));
    monitor.send_to(b"beacon", everybody).await.expect("sent");
    assert_eq!(heard(&mut link).await, (Bytes::from_static(b"beacon"), monitor_at.into()));
    send_to(&mut link, monitor_at.into(), b"hello");
    assert_eq!(main_status(&link).refused, 1);
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let (_monitor, address) = device().await;
    let gone = Nic { interface: "vigie-none".to_owned(), ..lo() };
    let mut link = Link::open(main_line(Port::UdpSubnet { nic: gone }));
    trouble_with(&mut link, "there is no network interface vigie-none").await;
    let other = Nic { address: Ipv4Addr::new(192, 0, 2, 77), ..lo() };
    let mut link = Link::open(main_line(Port::UdpSubnet { nic: other }));
    trouble_with(&mut link, "ip addr add 192.0.2.77").await;
    let peer = SocketAddrV4::new(Ipv4Addr::new(8, 8, 8, 8), 53);
    let mut link = Link::open(main_line(Port::UdpTo { nic: lo(), peer }));
    trouble_with(&mut link, "8.8.8.8:53 is no peer").await;
    let everywhere = Nic { prefix: 0, ..lo() };
    let mut link = Link::open(main_line(Port::UdpTo { nic: everywhere, peer: address }));
    trouble_with(&mut link, "is no subnet").await;
    assert!(!main_status(&link).is_open);
}

#[tokio::test]
async fn a_flood_waits_in_the_kernel_and_not_in_memory() {
    let (monitor, address) = device().await;
    let mut link = Link::open(main_line(Port::UdpTo { nic: lo(), peer: address }));
    up(&mut link).await;
    send(&mut link, b"ask");
    let (_, station) = datagram(&monitor).await;
    for _ in 0..2_000 {
        monitor.send_to(&[1; 1_000], station).await.expect("sent");
        tokio::task::yield_now().await;
    }
    // Nobody has heard anything yet: what is read stops at the bound of the queue.
    let status = status_with(&mut link, |status| status.received >= 256_000).await;
    assert!(status.received <= 258_000, "{status:?}");
    assert_eq!(heard(&mut link).await.0.len(), 1_000);
}

#[tokio::test]
async fn a_session_may_close_its_port() {
    let mut link = Link::open(main_line(Port::UdpSubnet { nic: lo() }));
    up(&mut link).await;
    link.send(Transmit::Close { line: Line::MAIN });
    assert_eq!(down(&mut link).await, (Line::MAIN, Down::Closed));
    up(&mut link).await;
}

#[test]
fn loopback_is_simulated() {
    let peer = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 24_105);
    assert_eq!(nature(&Port::UdpTo { nic: lo(), peer }), Nature::Simulated);
    let ward =
        Nic { interface: "eth9".to_owned(), address: Ipv4Addr::new(10, 0, 42, 1), prefix: 24 };
    assert_eq!(nature(&Port::UdpSubnet { nic: ward }), Nature::Real);
    assert_eq!(nature(&Port::UnixTo { path: "/run/gateway".into() }), Nature::Simulated);
}
