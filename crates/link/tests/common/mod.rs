//! What the tests of all kinds of ports share: waiting for events with generous deadlines.

#![allow(dead_code, reason = "each test file uses a part")]

use std::{path::Path, time::Duration};

use bytes::Bytes;
use tokio::time::timeout;
use vigie_link::{Link, LinkConfig, LinkEvent, Nic, Port, PortStatus, SerialName, What};
use vigie_model::Text;
use vigie_session::{Down, Line, Parity, Peer, Transmit};

/// Long enough for a loaded machine; nothing is slower because of it.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn config(ports: Vec<(Line, Port)>) -> LinkConfig {
    LinkConfig { name: Text::from("bed 1"), ports, capture: None }
}

pub fn main_line(port: Port) -> LinkConfig {
    config(vec![(Line::MAIN, port)])
}

pub fn serial(path: impl AsRef<Path>) -> Port {
    Port::Serial {
        name: SerialName::Path(path.as_ref().to_owned()),
        baud: 115_200,
        parity: Parity::None,
        stop_bits: 1,
    }
}

pub fn lo() -> Nic {
    Nic { interface: "lo".to_owned(), address: [127, 0, 0, 1].into(), prefix: 8 }
}

pub async fn event(link: &mut Link) -> LinkEvent {
    match timeout(PATIENCE, link.next()).await {
        Ok(event) => event,
        Err(_) => panic!("nothing happened; {:?}", link.status()),
    }
}

pub async fn up(link: &mut Link) -> Option<Peer> {
    let event = event(link).await;
    let What::Up(peer) = event.what else { panic!("not up: {event:?}") };
    peer
}

pub async fn down(link: &mut Link) -> (Line, Down) {
    let event = event(link).await;
    let What::Down(why) = event.what else { panic!("not down: {event:?}") };
    (event.line, why)
}

/// Exactly these bytes next, on a stream, however they are cut.
pub async fn hear(link: &mut Link, expected: &[u8]) {
    let mut heard = Vec::new();
    while heard.len() < expected.len() {
        let event = event(link).await;
        let What::Bytes { bytes, .. } = event.what else { panic!("no bytes: {event:?}") };
        heard.extend(bytes);
    }
    assert_eq!(heard, expected);
}

pub fn send(link: &mut Link, bytes: &'static [u8]) {
    link.send(Transmit::main(Bytes::from_static(bytes)));
}

pub fn main_status(link: &Link) -> PortStatus {
    link.status().into_iter().find(|status| status.line == Line::MAIN).expect("a main line")
}

/// Lets the link work until the main port's status is as wanted.
pub async fn status_with(link: &mut Link, wanted: impl Fn(&PortStatus) -> bool) -> PortStatus {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let status = main_status(link);
        if wanted(&status) {
            return status;
        }
        assert!(tokio::time::Instant::now() < deadline, "{status:?}");
        let _ = timeout(Duration::from_millis(20), std::future::pending::<()>()).await;
    }
}

pub async fn trouble_with(link: &mut Link, words: &str) -> String {
    let has = |status: &PortStatus| {
        status.trouble.as_ref().is_some_and(|trouble| trouble.contains(words))
    };
    status_with(link, has).await.trouble.expect("trouble")
}
