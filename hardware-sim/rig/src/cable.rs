//! One cable of a device: noise in both directions, and the port at the station's end of it.

use core::net::SocketAddr;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use vigie_model::MonoTime;
use vigie_session::Line;
use vigie_sim_device::{Destination, Device, Outgoing};
use vigie_sim_patient::noise::{Carrier, Fate, Noise};
use vigie_sim_patient::script::LineAct;

use crate::address;
use crate::port::Port;
use crate::rig::PortConfig;

/// A serial line that is behind by more than this takes no more messages: the device leaves them out.
const BACKLOG_MAX: Duration = Duration::from_secs(3);
/// How long to wait with a port that cannot be opened, and how often it is tended.
const AGAIN: Duration = Duration::from_secs(1);
const TEND: Duration = Duration::from_millis(250);

/// One cable.
#[derive(Debug)]
pub(crate) struct Cable {
    line: Line,
    config: PortConfig,
    to_client: Noise,
    to_device: Noise,
    /// Numbers in the noise and at the device, of messages whose fate is open.
    open_fates: VecDeque<(u64, u64)>,
    port: Option<Port>,
    open_again_at: MonoTime,
    tend_at: MonoTime,
    /// Whether the device was told that somebody is there.
    is_up: bool,
}

impl Cable {
    /// Opens its port.
    pub(crate) fn open(line: Line, config: PortConfig, seed: u64) -> io::Result<Cable> {
        let carrier = match &config {
            PortConfig::Udp { .. } => Carrier::Datagrams,
            PortConfig::Pty { baud, .. } | PortConfig::Serial { baud, .. } => {
                Carrier::serial(*baud)
            }
            PortConfig::TcpListen(_) | PortConfig::TcpTo(_) => Carrier::Connection,
        };
        let port = config.open()?;
        Ok(Cable {
            line,
            config,
            to_client: Noise::new(seed, carrier),
            to_device: Noise::new(!seed, carrier),
            open_fates: VecDeque::new(),
            port: Some(port),
            open_again_at: MonoTime::START,
            tend_at: MonoTime::START,
            is_up: false,
        })
    }

    pub(crate) fn line(&self) -> Line {
        self.line
    }

    /// The device has another address: its port moves there.
    pub(crate) fn follow(&mut self, now: MonoTime, device: &dyn Device) {
        if let (PortConfig::Udp { address, .. }, Some(own)) = (&mut self.config, device.address())
            && *address != own
        {
            *address = own;
            self.port = None;
            self.open_again_at = now;
        }
    }

    pub(crate) fn disturb(&mut self, now: MonoTime, act: &LineAct) {
        self.to_client.apply(now, act);
        self.to_device.apply(now, act);
        if let (LineAct::Unplug { dark }, PortConfig::Pty { .. }) = (act, &self.config) {
            // A pulled adapter takes its name with it; plugged in again it is a new one.
            self.port = None;
            self.open_again_at = now + *dark;
        }
    }

    /// Waits until there may be something to read.
    pub(crate) async fn readable(&self) {
        match &self.port {
            Some(port) => port.readable().await,
            None => std::future::pending().await,
        }
    }

    /// What came in through the noise goes to the device.
    pub(crate) fn take_in(&mut self, now: MonoTime, device: &mut dyn Device, buffer: &mut [u8]) {
        self.keep_open(now);
        self.read(now, buffer);
        self.tell(now, device);
        while let Some(delivery) = self.to_device.poll(now) {
            if let PortConfig::Udp { .. } = self.config {
                if let Some((Destination::Client(from), bytes)) = address::unwrap(&delivery.bytes) {
                    device.handle_input(now, self.line, Some(from), bytes);
                }
            } else if self.is_up {
                device.handle_input(now, self.line, None, &delivery.bytes);
            }
        }
        while self.to_device.poll_fate().is_some() {}
        if self.to_device.poll_end() | self.to_client.poll_end() {
            self.hang_up(now);
        }
        self.tell(now, device);
    }

    /// The device learns that a client came or went.
    fn tell(&mut self, now: MonoTime, device: &mut dyn Device) {
        let is_up = self.port.as_ref().is_some_and(Port::is_connected);
        if is_up != self.is_up {
            self.is_up = is_up;
            if is_up {
                device.handle_up(now, self.line);
            } else {
                self.to_client.close(now);
                self.to_device.close(now);
                device.handle_down(now, self.line);
            }
        }
    }

    fn hang_up(&mut self, now: MonoTime) {
        if let Some(port) = &mut self.port {
            port.hang_up();
        }
        self.tend_at = now + AGAIN;
    }

    fn keep_open(&mut self, now: MonoTime) {
        if self.port.is_none() && now >= self.open_again_at {
            match self.config.open() {
                Ok(port) => self.port = Some(port),
                Err(error) => {
                    tracing::warn!(port = %self.config, %error, "the port does not open");
                    self.open_again_at = now + AGAIN;
                }
            }
        }
        if now >= self.tend_at && self.to_client.is_plugged() {
            self.tend_at = now + TEND;
            if let Some(port) = &mut self.port
                && let Err(error) = port.tend(now)
            {
                tracing::warn!(port = %self.config, %error, "the port fails");
                self.port = None;
                self.open_again_at = now + AGAIN;
            }
        }
    }

    fn read(&mut self, now: MonoTime, buffer: &mut [u8]) {
        while let Some(port) = &mut self.port {
            match port.read(buffer) {
                Ok(Some((count, from))) => {
                    let bytes = buffer.get(..count).unwrap_or_default();
                    self.put(now, from, bytes);
                }
                Ok(None) => break,
                Err(_) if matches!(port, Port::Tcp(_)) => {
                    self.hang_up(now);
                    break;
                }
                Err(error) => {
                    tracing::warn!(port = %self.config, %error, "the port fails");
                    self.port = None;
                    self.open_again_at = now + AGAIN;
                }
            }
        }
    }

    fn put(&mut self, now: MonoTime, from: Option<SocketAddr>, bytes: &[u8]) {
        match from {
            Some(from) => {
                if let Some(wrapped) = address::wrap(Destination::Client(from), bytes) {
                    self.to_device.send(now, &wrapped);
                }
            }
            None => {
                self.to_device.send(now, bytes);
            }
        }
    }

    /// What the device sends goes into the noise; `false`: it was left out.
    pub(crate) fn send(&mut self, now: MonoTime, outgoing: &Outgoing) -> bool {
        let is_late = self.to_client.backlog(now) > BACKLOG_MAX;
        let bytes = match self.config {
            PortConfig::Udp { .. } => address::wrap(outgoing.to, &outgoing.bytes),
            PortConfig::Pty { .. }
            | PortConfig::Serial { .. }
            | PortConfig::TcpListen(_)
            | PortConfig::TcpTo(_) => Some(outgoing.bytes.to_vec()),
        };
        let Some(bytes) = bytes.filter(|_| !is_late && self.is_up) else { return false };
        let number = self.to_client.send(now, &bytes);
        self.open_fates.push_back((number, outgoing.number));
        true
    }

    /// What has come through the noise goes out.
    pub(crate) fn deliver(&mut self, now: MonoTime) {
        while let Some(delivery) = self.to_client.poll(now) {
            let Some(port) = &mut self.port else { continue };
            let sent = match self.config {
                PortConfig::Udp { .. } => match address::unwrap(&delivery.bytes) {
                    Some((to, bytes)) => port.write(to, bytes),
                    None => Ok(()),
                },
                PortConfig::Pty { .. }
                | PortConfig::Serial { .. }
                | PortConfig::TcpListen(_)
                | PortConfig::TcpTo(_) => port.write(Destination::Cable, &delivery.bytes),
            };
            if let Err(error) = sent {
                tracing::warn!(port = %self.config, %error, "not sent");
                port.hang_up();
            }
        }
    }

    /// Nothing comes out any more: what is on its way is lost.
    pub(crate) fn close(&mut self, now: MonoTime) {
        self.to_client.close(now);
    }

    /// The next message of the device that was hurt on its way.
    pub(crate) fn poll_hurt(&mut self) -> Option<u64> {
        while let Some(Fate { message, hurt }) = self.to_client.poll_fate() {
            let at = self.open_fates.iter().position(|(number, _)| *number == message);
            let number = at.and_then(|at| self.open_fates.remove(at)).map(|(_, number)| number);
            if hurt && number.is_some() {
                return number;
            }
        }
        None
    }

    /// When something is due here next.
    pub(crate) fn next_at(&self) -> MonoTime {
        let times = [
            self.to_client.next_at(),
            self.to_device.next_at(),
            self.port.is_none().then_some(self.open_again_at),
        ];
        times.into_iter().flatten().fold(self.tend_at, MonoTime::min)
    }
}
