//! The ports of one line: starts their tasks, hands out what they say, takes what is to be sent.

use core::net::SocketAddr;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::mpsc::{self, error::TrySendError};
use vigie_clock::BootClock;
use vigie_keyring::Recipient;
use vigie_model::Clock;
use vigie_session::{Down, Line, Transmit};

use crate::{
    LinkConfig, LinkEvent, Port, PortStatus, Roots, SerialName, What,
    allow::{Rule, peer_of},
    capture::{self, Capture},
    serial,
    task::{
        Command, Do, FIRST_GENERATION, Handle, Packet, PortTask, QUEUE_BYTES_MAX,
        QUEUE_MESSAGES_MAX, Surroundings, Wish, start,
    },
    tcp,
    tcp::{ACCEPTED_FIRST, Numbers},
    udp, unix,
};

/// Events that wait to be heard. While they do, streams wait in the kernel, which drops the newest
/// datagrams; seconds of a ward.
const EVENTS_MAX: usize = 256;
/// Lines that a session has opened at a time.
const OPENED_MAX: usize = 64;
/// Refused openings that wait to be heard; a session that opens more at once hears of no more.
const REFUSALS_MAX: usize = 64;

/// The ports of one line. Dropping it closes them at once.
#[derive(Debug)]
pub struct Link {
    handles: BTreeMap<Line, Handle>,
    ports: BTreeMap<Line, Port>,
    events: mpsc::Receiver<Packet>,
    surroundings: Surroundings,
    numbers: Arc<Numbers>,
    refusals: VecDeque<LinkEvent>,
    capture: Option<Capture>,
    /// Transmits on lines that do not exist.
    strays: u64,
}

impl Link {
    /// Opens all ports, inside a tokio runtime. What cannot be opened is tried again for ever; the
    /// reason stands in [`Link::status`].
    ///
    /// A capture is written in clear, which is for simulations: [`Link::open_for`].
    pub fn open(config: LinkConfig) -> Link {
        Link::open_in(config, Roots::default())
    }

    /// The same; a capture can be read only by who has the private key to `capture_to`, as it must be
    /// where there are patients.
    pub fn open_for(config: LinkConfig, capture_to: Option<&Recipient>) -> Link {
        Link::open_with(config, Roots::default(), capture_to)
    }

    /// The same on a PC whose devices stand elsewhere.
    pub fn open_in(config: LinkConfig, roots: Roots) -> Link {
        Link::open_with(config, roots, None)
    }

    fn open_with(config: LinkConfig, roots: Roots, capture_to: Option<&Recipient>) -> Link {
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let has_datagrams = config.ports.iter().any(|(_, port)| port.is_datagrams());
        let (tap, capture) = match &config.capture {
            Some(path) => {
                let (tap, capture) = capture::start(path, &config.name, has_datagrams, capture_to);
                (tap, Some(capture))
            }
            None => (None, None),
        };
        let mut link = Link {
            handles: BTreeMap::new(),
            ports: BTreeMap::new(),
            events,
            surroundings: Surroundings { events: sender, tap, roots },
            numbers: Arc::new(Numbers::default()),
            refusals: VecDeque::new(),
            capture,
            strays: 0,
        };
        for (line, port) in config.ports {
            if link.handles.contains_key(&line) || line.0 >= ACCEPTED_FIRST {
                tracing::error!(name = %config.name, "line number {} is taken, {port:?} is left out", line.0);
                continue;
            }
            let handle = link.start(line, port.clone());
            link.handles.insert(line, handle);
            link.ports.insert(line, port);
        }
        link
    }

    fn start(&self, line: Line, port: Port) -> Handle {
        let (what, rule) = (describe(&port), Rule::of(&port));
        let numbers = Arc::clone(&self.numbers);
        start(line, what, rule, true, &self.surroundings, |task| keep(task, port, numbers))
    }

    /// What happened next. Cancel-safe.
    pub async fn next(&mut self) -> LinkEvent {
        if let Some(refusal) = self.refusals.pop_front() {
            return refusal;
        }
        match self.events.recv().await {
            Some(packet) => self.take(packet),
            // The link itself holds a sender, so that the queue never closes.
            None => std::future::pending().await,
        }
    }

    /// Notes what an event means for what may be sent.
    fn take(&mut self, packet: Packet) -> LinkEvent {
        let Packet { event, generation, accepted } = packet;
        if let Some(handle) = accepted {
            self.handles.insert(event.line, handle);
        }
        match &event.what {
            What::Up(_) | What::Accepted { .. } => {
                if let Some(handle) = self.handles.get_mut(&event.line) {
                    handle.up = Some(generation);
                }
            }
            What::Down(_) => {
                if event.line.0 >= ACCEPTED_FIRST {
                    self.numbers.free(event.line);
                }
                if let Some(handle) = self.handles.get_mut(&event.line) {
                    handle.up = None;
                    if !handle.is_configured {
                        self.handles.remove(&event.line);
                    }
                }
            }
            What::Bytes { .. } => {}
        }
        event
    }

    /// Sends, without waiting. What is not allowed, and what a stuck port cannot take, is counted.
    pub fn send(&mut self, transmit: Transmit) {
        match transmit {
            Transmit::Bytes { line, to, bytes } => self.send_bytes(line, to, bytes),
            Transmit::Pins { line, dtr, rts } => match self.handles.get(&line) {
                Some(handle) => queue(handle, 0, Do::Pins { dtr, rts }),
                None => self.strays += 1,
            },
            Transmit::Open { via, line, to } => self.open_line(via, line, to),
            Transmit::Close { line } => match self.handles.get_mut(&line) {
                Some(handle) => close_line(handle),
                None => self.strays += 1,
            },
        }
    }

    fn send_bytes(&mut self, line: Line, to: Option<SocketAddr>, bytes: Bytes) {
        let Some(handle) = self.handles.get(&line) else {
            self.strays += 1;
            return;
        };
        match handle.rule.check(to) {
            Ok(to) => queue(handle, bytes.len(), Do::Send { to, bytes }),
            Err(why) => {
                handle.shared.refuse();
                tracing::warn!(line = line.0, ?to, "transmit refused: {why}");
            }
        }
    }

    fn open_line(&mut self, via: Line, line: Line, to: SocketAddr) {
        let Some(handle) = self.handles.get(&via) else {
            self.strays += 1;
            return self.refuse_line(line);
        };
        let opened = self.handles.len() - self.ports.len();
        let peer = match self.ports.get(&via) {
            Some(Port::TcpTo { nic, .. }) => peer_of(nic, to).map(|peer| (nic.clone(), peer)),
            Some(_) | None => Err("not over TCP"),
        };
        match peer {
            Ok((nic, peer))
                if line.0 < ACCEPTED_FIRST
                    && opened < OPENED_MAX
                    && !self.handles.contains_key(&line) =>
            {
                let (what, rule) = (format!("TCP to {peer}"), Rule::One(Some(peer)));
                let body = |task| tcp::keep(task, nic, peer, false);
                let handle = start(line, what, rule, false, &self.surroundings, body);
                self.handles.insert(line, handle);
            }
            Ok(_) | Err(_) => {
                handle.shared.refuse();
                tracing::warn!(line = line.0, %to, "opening refused: {}", peer.err().unwrap_or("the line's number is taken"));
                self.refuse_line(line);
            }
        }
    }

    /// Tells the session that a line it asked for does not open.
    fn refuse_line(&mut self, line: Line) {
        if !self.handles.contains_key(&line) && self.refusals.len() < REFUSALS_MAX {
            let (at, wall) = (BootClock.mono(), BootClock.wall());
            self.refusals.push_back(LinkEvent { line, at, wall, what: What::Down(Down::Refused) });
        }
    }

    /// How the ports are doing, by line; what the session opened or accepted stands there while it
    /// is open.
    pub fn status(&self) -> Vec<PortStatus> {
        let mut rows: Vec<PortStatus> =
            self.handles.values().map(|handle| handle.shared.report()).collect();
        if let Some(first) = rows.first_mut() {
            first.refused = first.refused.saturating_add(self.strays);
            let capture = self.capture.as_ref().and_then(Capture::trouble);
            first.trouble = match (first.trouble.take(), capture) {
                (Some(port), Some(capture)) => Some(format!("{port}; {capture}")),
                (port, capture) => port.or(capture),
            };
        }
        rows
    }

    /// Waits until what was sent has left, for `patience` at most, and closes.
    pub async fn close(self, patience: Duration) {
        let Link { mut handles, mut events, surroundings, mut capture, .. } = self;
        // What was accepted and not heard of yet is closed with the rest.
        let mut late = Vec::new();
        while let Ok(packet) = events.try_recv() {
            late.extend(packet.accepted);
        }
        drop(events);
        drop(surroundings);
        let all = async {
            for handle in handles.values().chain(&late) {
                // A task that has ended needs no wish.
                let _ = handle.wish.send(Wish::Finish);
            }
            for handle in handles.values_mut().chain(&mut late) {
                handle.ended().await;
            }
            if let Some(capture) = &mut capture {
                capture.ended().await;
            }
        };
        let _ = tokio::time::timeout(patience, all).await;
    }
}

/// Puts something into a port's queue, unless the port is closed or the queue full.
fn queue(handle: &Handle, bytes: usize, what: Do) {
    let Some(generation) = handle.up else { return handle.shared.refuse() };
    {
        let mut state = handle.shared.lock();
        if state.queued_messages >= QUEUE_MESSAGES_MAX
            || state.queued_bytes.saturating_add(bytes) > QUEUE_BYTES_MAX
        {
            state.status.refused += 1;
            state.dropped += 1;
            return;
        }
        state.queued_messages += 1;
        state.queued_bytes += bytes;
    }
    match handle.commands.try_send(Command { generation, what }) {
        Ok(()) => {}
        // A task that has just ended, or a queue fuller than was counted.
        Err(TrySendError::Closed(_) | TrySendError::Full(_)) => {
            let mut state = handle.shared.lock();
            state.queued_messages -= 1;
            state.queued_bytes -= bytes;
            state.status.refused += 1;
        }
    }
}

/// Closes a line after what waits in its queue. Of its session nothing more is taken.
fn close_line(handle: &mut Handle) {
    let generation = match handle.up.take() {
        Some(generation) => generation,
        // It is still connecting.
        None if !handle.is_configured => FIRST_GENERATION,
        None => return,
    };
    let _ = handle.wish.send(Wish::Close(generation));
}

/// The task of a port.
async fn keep(task: PortTask, port: Port, numbers: Arc<Numbers>) {
    match port {
        Port::Serial { name, baud, parity, stop_bits } => {
            serial::keep(task, name, serial::Settings { baud, parity, stop_bits }).await;
        }
        Port::UdpTo { nic, peer } => udp::keep(task, nic, udp::Kind::To(peer)).await,
        Port::UdpSubnet { nic } => udp::keep(task, nic, udp::Kind::Subnet).await,
        Port::UdpGroup { nic, port, group } => {
            udp::keep(task, nic, udp::Kind::Group { port, group }).await;
        }
        Port::TcpTo { nic, peer } => tcp::keep(task, nic, peer, true).await,
        Port::TcpListen { nic, port } => tcp::listen(task, nic, port, numbers).await,
        Port::UnixTo { path } => unix::keep(task, path).await,
    }
}

/// A port for an engineer.
fn describe(port: &Port) -> String {
    let through = |nic: Option<&crate::Nic>| match nic {
        Some(nic) => format!(" on {} ({}/{})", nic.interface, nic.address, nic.prefix),
        None => String::new(),
    };
    let what = match port {
        Port::Serial { name, baud, parity, stop_bits } => {
            let settings = serial::Settings { baud: *baud, parity: *parity, stop_bits: *stop_bits };
            match name {
                SerialName::Path(path) => format!("{} at {settings}", path.display()),
                SerialName::UsbSerial(name) => format!("USB adapter {name} at {settings}"),
                SerialName::UsbPath(name) => format!("USB socket {name} at {settings}"),
            }
        }
        Port::UdpTo { peer, .. } => format!("UDP to {peer}"),
        Port::UdpSubnet { .. } => "UDP to any device".to_owned(),
        Port::UdpGroup { port, group: Some(group), .. } => {
            format!("UDP from port {port} and group {group}")
        }
        Port::UdpGroup { port, group: None, .. } => format!("UDP from port {port}"),
        Port::TcpTo { peer, .. } => format!("TCP to {peer}"),
        Port::TcpListen { port, .. } => format!("TCP on port {port}"),
        Port::UnixTo { path } => format!("Unix socket {}", path.display()),
    };
    what + &through(port.nic())
}
